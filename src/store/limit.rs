//! How much may be under way at once, as earlier ticks learnt it.

use super::{StoreError, column};
use crate::host::{HostHandle, Row, Statement};
use serde_json::json;
use std::time::Duration;

/// What is known of a gate from one tick to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Learnt {
    /// Its name: `full-clone:cluster/9000`, `start:cluster/pve2`, …
    pub name: String,
    /// How many may be under way.
    pub limit: u32,
    /// How long the fastest took; `None`: none ended yet.
    pub fastest: Option<Duration>,
}

/// What is known of every gate.
pub async fn all(host: &HostHandle) -> Result<Vec<Learnt>, StoreError> {
    let sql = "SELECT name, value, fastest_ms FROM puq_proxmox_kvm_limits ORDER BY name";
    let rows = host.select(sql, vec![]).await?;
    let gate = |row: &Row| {
        let fastest = column::count(row, "fastest_ms");
        Learnt {
            name: column::text(row, "name"),
            limit: u32::try_from(column::count(row, "value")).unwrap_or(u32::MAX),
            fastest: (fastest > 0).then(|| Duration::from_millis(fastest)),
        }
    };
    Ok(rows.iter().map(gate).collect())
}

/// Replaces what is stored of these gates.
pub async fn save(host: &HostHandle, gates: &[Learnt], now: i64) -> Result<(), StoreError> {
    let mut statements = vec![];
    for gate in gates {
        statements.push(Statement::any(
            "DELETE FROM puq_proxmox_kvm_limits WHERE name = ?",
            vec![json!(gate.name)],
        ));
        let fastest = gate.fastest.map_or(0, |took| took.as_millis().max(1));
        statements.push(Statement::any(
            "INSERT INTO puq_proxmox_kvm_limits (name, value, fastest_ms, updated_at) VALUES (?, ?, ?, ?)",
            vec![
                json!(gate.name),
                json!(gate.limit),
                json!(u64::try_from(fastest).unwrap_or(u64::MAX)),
                json!(now),
            ],
        ));
    }
    if !statements.is_empty() {
        // Another machine may write the same gates this moment; what either learnt will do.
        host.transact(statements).await?;
    }
    Ok(())
}
