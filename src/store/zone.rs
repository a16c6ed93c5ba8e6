//! The DNS zones an admin keeps.

use super::{StoreError, column};
use crate::host::{HostError, HostHandle, Row};
use crate::model::{Secret, lenient};
use serde_json::{Value, json};

/// The member of the settings that holds the provider's secret, as WHMCS encrypted it.
const SEALED: &str = "secret";

/// A zone's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZoneRow {
    /// Its key; 0 for a new one.
    pub id: u64,
    /// The domain, forward or reverse.
    pub zone: String,
    /// The provider's word.
    pub kind: String,
    /// The provider's settings, JSON; the secret in it is encrypted by WHMCS.
    pub settings: String,
}

impl ZoneRow {
    /// The settings without the secret.
    pub fn fields(&self) -> Value {
        let mut fields = self.parsed();
        if let Some(map) = fields.as_object_mut() {
            map.remove(SEALED);
        }
        fields
    }

    /// The secret as it is stored; empty where there is none.
    pub fn sealed(&self) -> String {
        lenient::text_of(&self.parsed(), SEALED)
    }

    /// A row of these settings and this sealed secret.
    pub fn of(id: u64, zone: &str, kind: &str, mut fields: Value, sealed: &str) -> Self {
        if !sealed.is_empty() {
            fields[SEALED] = json!(sealed);
        }
        Self {
            id,
            zone: zone.to_owned(),
            kind: kind.to_owned(),
            settings: fields.to_string(),
        }
    }

    fn parsed(&self) -> Value {
        serde_json::from_str(&self.settings)
            .ok()
            .filter(Value::is_object)
            .unwrap_or_else(|| json!({}))
    }
}

/// Has WHMCS encrypt a secret, so that a copy of the database does not hold it.
pub async fn seal(host: &HostHandle, secret: &Secret) -> Result<String, HostError> {
    let answer = host
        .effect("encrypt", json!({"text": secret.expose()}))
        .await?;
    match lenient::text_of(&answer, "text") {
        text if text.is_empty() => Err(HostError::Shape {
            wanted: "an encrypted text",
            got: "nothing".to_owned(),
        }),
        text => Ok(text),
    }
}

/// The secret of a zone; empty where none is stored.
pub async fn unseal(host: &HostHandle, zone: &ZoneRow) -> Result<Secret, HostError> {
    let sealed = zone.sealed();
    if sealed.is_empty() {
        return Ok(Secret::default());
    }
    let answer = host.effect("decrypt", json!({"text": sealed})).await?;
    Ok(Secret::new(lenient::text_of(&answer, "text")))
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

/// How many zones there are.
pub async fn count(host: &HostHandle) -> Result<u64, StoreError> {
    let sql = "SELECT COUNT(*) AS n FROM puq_proxmox_kvm_dns_zones";
    let rows = host.select(sql, vec![]).await?;
    Ok(rows.first().map_or(0, |row| column::count(row, "n")))
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
