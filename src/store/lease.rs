//! Leases: which process works on which service, until when.
//!
//! A claim is one conditional update for any number of services, so two ticks share the work without talking to each
//! other. A lease is never renewed: a tick ends before its leases do.

use super::{StoreError, column};
use crate::host::HostHandle;
use crate::model::ServiceId;
use serde_json::json;

/// Claims those of `services` on which nobody else works. Returns the ones that are ours now.
pub async fn claim(
    host: &HostHandle,
    services: &[ServiceId],
    holder: &str,
    now: i64,
    expires_at: i64,
) -> Result<Vec<ServiceId>, StoreError> {
    if services.is_empty() {
        return Ok(vec![]);
    }
    let ids = column::ids(services);
    let marks = column::marks(ids.len());
    let update = format!(
        "UPDATE puq_proxmox_kvm_leases SET holder = ?, expires_at = ? WHERE service_id IN ({marks}) AND expires_at < ?"
    );
    let mut args = vec![json!(holder), json!(expires_at)];
    args.extend(ids.iter().cloned());
    args.push(json!(now));
    if host.affect(update, args).await? == ids.len() as u64 {
        return Ok(services.to_vec());
    }
    let select = format!(
        "SELECT service_id FROM puq_proxmox_kvm_leases WHERE service_id IN ({marks}) AND holder = ? ORDER BY service_id"
    );
    let mut args = ids;
    args.push(json!(holder));
    let rows = host.select(select, args).await?;
    Ok(rows
        .iter()
        .map(|row| ServiceId(column::count(row, "service_id")))
        .collect())
}

/// Gives a service back.
pub async fn release(
    host: &HostHandle,
    service: ServiceId,
    holder: &str,
) -> Result<(), StoreError> {
    let sql = "UPDATE puq_proxmox_kvm_leases SET expires_at = 0, holder = '' WHERE service_id = ? AND holder = ?";
    host.affect(sql, vec![json!(service.0), json!(holder)])
        .await?;
    Ok(())
}

/// Gives back everything `holder` holds.
pub async fn release_all(host: &HostHandle, holder: &str) -> Result<u64, StoreError> {
    let sql = "UPDATE puq_proxmox_kvm_leases SET expires_at = 0, holder = '' WHERE holder = ?";
    Ok(host.affect(sql, vec![json!(holder)]).await?)
}

/// Everyone who holds an unexpired lease.
pub async fn holders(host: &HostHandle, now: i64) -> Result<Vec<String>, StoreError> {
    // DISTINCT would tempt SQLite to walk all leases by their holders.
    let sql = "SELECT holder FROM puq_proxmox_kvm_leases WHERE expires_at >= ?";
    let rows = host.select(sql, vec![json!(now)]).await?;
    let mut holders: Vec<String> = rows.iter().map(|row| column::text(row, "holder")).collect();
    holders.sort_unstable();
    holders.dedup();
    Ok(holders)
}

/// Who holds a service; empty: nobody does.
pub async fn holder(host: &HostHandle, service: ServiceId, now: i64) -> Result<String, StoreError> {
    let sql = "SELECT holder FROM puq_proxmox_kvm_leases WHERE service_id = ? AND expires_at >= ?";
    let rows = host.select(sql, vec![json!(service.0), json!(now)]).await?;
    Ok(rows
        .first()
        .map(|row| column::text(row, "holder"))
        .unwrap_or_default())
}
