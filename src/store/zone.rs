//! The DNS zones an admin keeps.

use super::{StoreError, column};
use crate::host::{HostHandle, Row};
use serde_json::json;

/// A zone's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZoneRow {
    /// Its key; 0 for a new one.
    pub id: u64,
    /// The domain, forward or reverse.
    pub zone: String,
    /// The provider's word.
    pub kind: String,
    /// The provider's settings, JSON; secrets in it are encrypted by WHMCS.
    pub settings: String,
}

impl ZoneRow {
    fn read(row: &Row) -> Self {
        Self {
            id: column::count(row, "id"),
            zone: column::text(row, "zone"),
            kind: column::text(row, "type"),
            settings: column::text(row, "settings"),
        }
    }
}

/// All zones, in the order they were made.
pub async fn list(host: &HostHandle) -> Result<Vec<ZoneRow>, StoreError> {
    let rows = host
        .select(
            "SELECT * FROM puq_proxmox_kvm_dns_zones ORDER BY id",
            vec![],
        )
        .await?;
    Ok(rows.iter().map(ZoneRow::read).collect())
}

/// Stores a zone: a new one for `id` 0.
pub async fn save(host: &HostHandle, zone: &ZoneRow) -> Result<(), StoreError> {
    let mut args = vec![json!(zone.zone), json!(zone.kind), json!(zone.settings)];
    if zone.id == 0 {
        let sql = "INSERT INTO puq_proxmox_kvm_dns_zones (zone, type, settings) VALUES (?, ?, ?)";
        host.affect(sql, args).await?;
    } else {
        let sql =
            "UPDATE puq_proxmox_kvm_dns_zones SET zone = ?, type = ?, settings = ? WHERE id = ?";
        args.push(json!(zone.id));
        host.affect(sql, args).await?;
    }
    Ok(())
}

/// Removes a zone; its records stay with the provider.
pub async fn delete(host: &HostHandle, id: u64) -> Result<(), StoreError> {
    host.affect(
        "DELETE FROM puq_proxmox_kvm_dns_zones WHERE id = ?",
        vec![json!(id)],
    )
    .await?;
    Ok(())
}
