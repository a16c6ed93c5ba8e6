//! Which services hang on what addresses come from.

use super::{StoreError, column};
use crate::host::{HostHandle, Row};
use crate::model::ServiceId;
use serde_json::json;

/// How many addresses of a range are in use and how many in quarantine.
pub async fn usage(
    host: &HostHandle,
    scope: &str,
    family: u8,
    first: &str,
    last: &str,
) -> Result<(u64, u64), StoreError> {
    let sql = "SELECT state, COUNT(*) AS number FROM puq_proxmox_kvm_addresses WHERE scope = ? AND family = ? \
               AND address >= ? AND address <= ? AND state <> 'free' GROUP BY state";
    let rows = host
        .select(
            sql,
            vec![json!(scope), json!(family), json!(first), json!(last)],
        )
        .await?;
    let of = |state: &str| {
        rows.iter()
            .find(|row| column::text(row, "state") == state)
            .map_or(0, |row| column::count(row, "number"))
    };
    Ok((of("held") + of("leaving"), of("quarantine")))
}

/// The services that hold addresses of a range, VMs let go of among them.
pub async fn holders(
    host: &HostHandle,
    scope: &str,
    family: u8,
    first: &str,
    last: &str,
) -> Result<Vec<ServiceId>, StoreError> {
    let sql = "SELECT DISTINCT service_id FROM puq_proxmox_kvm_addresses WHERE scope = ? AND family = ? \
               AND address >= ? AND address <= ? AND state IN ('held', 'leaving', 'orphan') ORDER BY service_id";
    let args = vec![json!(scope), json!(family), json!(first), json!(last)];
    let rows = host.select(sql, args).await?;
    Ok(rows
        .iter()
        .map(|row| ServiceId(column::count(row, "service_id")))
        .collect())
}

/// Every address in use, with its service.
pub async fn in_use(host: &HostHandle) -> Result<Vec<(ServiceId, String)>, StoreError> {
    let sql = "SELECT service_id, text FROM puq_proxmox_kvm_addresses WHERE state IN ('held', 'leaving') ORDER BY service_id";
    let rows = host.select(sql, vec![]).await?;
    let read = |row: &Row| {
        let service = ServiceId(column::count(row, "service_id"));
        (service, column::text(row, "text"))
    };
    Ok(rows.iter().map(read).collect())
}
