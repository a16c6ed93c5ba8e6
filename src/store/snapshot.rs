//! Which VMs have snapshots that will grow too old, and when to look at them.

use super::vm::TABLE;
use super::{StoreError, column};
use crate::host::HostHandle;
use crate::model::ServiceId;
use serde_json::json;

/// The ready services whose snapshots are to be looked at by now.
pub async fn due(host: &HostHandle, now: i64, most: u64) -> Result<Vec<ServiceId>, StoreError> {
    let sql = format!(
        "SELECT service_id FROM {TABLE} WHERE snapshot_look_at <= ? AND vm_status = 'ready' \
         ORDER BY snapshot_look_at, service_id LIMIT {most}"
    );
    let rows = host.select(sql, vec![json!(now)]).await?;
    Ok(rows
        .iter()
        .map(|row| ServiceId(column::count(row, "service_id")))
        .collect())
}

/// Sets the next look; `None`: there is nothing to look at.
pub async fn look_next(
    host: &HostHandle,
    service: ServiceId,
    at: Option<i64>,
) -> Result<(), StoreError> {
    let sql = format!("UPDATE {TABLE} SET snapshot_look_at = ? WHERE service_id = ?");
    host.affect(sql, vec![json!(at), json!(service.0)]).await?;
    Ok(())
}

/// Brings the next look forward to `at`, if none is planned before.
pub async fn look_by(host: &HostHandle, service: ServiceId, at: i64) -> Result<(), StoreError> {
    let sql = format!(
        "UPDATE {TABLE} SET snapshot_look_at = ? WHERE service_id = ? \
         AND (snapshot_look_at IS NULL OR snapshot_look_at > ?)"
    );
    host.affect(sql, vec![json!(at), json!(service.0), json!(at)])
        .await?;
    Ok(())
}
