//! Services that WHMCS suspended and whose VM ought to be off.

use super::vm::TABLE;
use super::{StoreError, column};
use crate::host::HostHandle;
use crate::model::{ServerId, ServiceId, Vmid};

/// A suspended service at rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspended {
    /// The service.
    pub service: ServiceId,
    /// The server entry that leads to its cluster.
    pub server: ServerId,
    /// The cluster its VM is on.
    pub cluster: String,
    /// The VM.
    pub vmid: Vmid,
}

/// Every suspended service with a VM for which nothing is to be done. Most services are not suspended, and the index leads
/// past them only where the database is asked for a range, and not for an order by another key.
pub async fn at_rest(host: &HostHandle) -> Result<Vec<Suspended>, StoreError> {
    let sql = format!(
        "SELECT service_id, server_id, cluster, vm_id FROM {TABLE} WHERE suspended_from > '' AND vm_status = 'ready' \
         AND vm_id IS NOT NULL AND next_look_at IS NULL"
    );
    let rows = host.select(sql, vec![]).await?;
    let read = |row| {
        Some(Suspended {
            service: ServiceId(column::count(row, "service_id")),
            server: ServerId(column::count(row, "server_id")),
            cluster: column::text(row, "cluster"),
            vmid: Vmid::new(column::count(row, "vm_id"))?,
        })
    };
    let mut found: Vec<Suspended> = rows.iter().filter_map(read).collect();
    found.sort_by_key(|suspended| suspended.service);
    Ok(found)
}
