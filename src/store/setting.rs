//! Named settings of the addon, and small facts worth keeping between ticks.

use super::{StoreError, column};
use crate::host::HostHandle;
use serde_json::json;

/// Settings an admin edits, with their defaults.
pub const DEFAULTS: &[(&str, &str)] = &[
    // Seconds a page waits for Proxmox.
    ("default_timeout", "10"),
    // Seconds the cron waits for one heavy answer.
    ("heavy_timeout", "60"),
    ("migration_enabled", "1"),
    // Seconds one pass watches a migration; the next pass goes on watching.
    ("migration_timeout", "300"),
    ("delete_tables", "0"),
    ("cron_mode", "hook"),
    // Seconds after which a tick stops itself.
    ("lock_timeout", "600"),
    // Seconds a freed address or VMID is held back.
    ("quarantine", "3600"),
    // With all slots taken: 0 removes the oldest backup before the new one is made, 1 once the new one is complete.
    ("backup_remove_after", "0"),
    // So many scheduled backups are under way on a node: enough that the next begins as soon as one ends.
    ("backups_per_node", "8"),
    // Addresses and networks that may read dns.php; empty: nobody.
    ("dns_export", ""),
];

/// All settings: the defaults, overlaid by what is stored.
pub async fn all(host: &HostHandle) -> Result<Vec<(String, String)>, StoreError> {
    let rows = host
        .select("SELECT name, value FROM puq_proxmox_kvm_settings", vec![])
        .await?;
    let stored: Vec<(String, String)> = rows
        .iter()
        .map(|row| (column::text(row, "name"), column::text(row, "value")))
        .collect();
    let mut all: Vec<(String, String)> = DEFAULTS
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    for (name, value) in stored {
        match all.iter_mut().find(|(known, _)| *known == name) {
            Some(entry) => entry.1 = value,
            None => all.push((name, value)),
        }
    }
    Ok(all)
}

/// One setting; its default, else `None`, where nothing is stored.
pub async fn get(host: &HostHandle, name: &str) -> Result<Option<String>, StoreError> {
    let sql = "SELECT value FROM puq_proxmox_kvm_settings WHERE name = ?";
    let rows = host.select(sql, vec![json!(name)]).await?;
    let default = || {
        DEFAULTS
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| (*value).to_owned())
    };
    Ok(rows
        .first()
        .map(|row| column::text(row, "value"))
        .or_else(default))
}

/// A setting as a number; `fallback` where it is none.
pub async fn number(host: &HostHandle, name: &str, fallback: u64) -> Result<u64, StoreError> {
    Ok(get(host, name)
        .await?
        .and_then(|value| value.trim().parse().ok())
        .unwrap_or(fallback))
}

/// Stores a setting.
pub async fn put(host: &HostHandle, name: &str, value: &str) -> Result<(), StoreError> {
    let update = "UPDATE puq_proxmox_kvm_settings SET value = ? WHERE name = ?";
    // MariaDB reports 0 changed rows for an equal value, so the insert that follows may meet the row: that is fine.
    if host.affect(update, vec![json!(value), json!(name)]).await? == 0 {
        let insert = "INSERT INTO puq_proxmox_kvm_settings (name, value) VALUES (?, ?)";
        match host.affect(insert, vec![json!(name), json!(value)]).await {
            Err(crate::host::HostError::Duplicate(_)) | Ok(_) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
