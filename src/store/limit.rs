//! How much may be under way at once, as earlier ticks learnt it.

use super::{StoreError, column};
use crate::host::{HostHandle, Statement};
use serde_json::json;

/// Gate names and limits.
pub async fn all(host: &HostHandle) -> Result<Vec<(String, u32)>, StoreError> {
    let rows = host
        .select("SELECT name, value FROM puq_proxmox_kvm_limits", vec![])
        .await?;
    Ok(rows
        .iter()
        .map(|row| {
            (
                column::text(row, "name"),
                u32::try_from(column::count(row, "value")).unwrap_or(u32::MAX),
            )
        })
        .collect())
}

/// Replaces what is stored of these gates.
pub async fn save(host: &HostHandle, limits: &[(String, u32)], now: i64) -> Result<(), StoreError> {
    let mut statements = vec![];
    for (name, value) in limits {
        statements.push(Statement::any(
            "DELETE FROM puq_proxmox_kvm_limits WHERE name = ?",
            vec![json!(name)],
        ));
        statements.push(Statement::any(
            "INSERT INTO puq_proxmox_kvm_limits (name, value, updated_at) VALUES (?, ?, ?)",
            vec![json!(name), json!(value), json!(now)],
        ));
    }
    if !statements.is_empty() {
        // Another machine may write the same gates this moment; what either learnt will do.
        host.transact(statements).await?;
    }
    Ok(())
}
