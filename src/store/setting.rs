//! Named settings of the addon, and small facts worth keeping between ticks.

use super::{StoreError, column};
use crate::host::HostHandle;
use serde_json::{Value, json};
use std::collections::BTreeMap;

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
    // Days for which it is kept who had an address that was given back; 0: for ever.
    ("address_history", "365"),
    // With all slots taken: 0 removes the oldest backup before the new one is made, 1 once the new one is complete.
    ("backup_remove_after", "0"),
    // How many scheduled backups are under way on a node at once: enough that the next begins as soon as one ends.
    ("backups_per_node", "8"),
    // Addresses and networks that may read dns.php; empty: nobody.
    ("dns_export", ""),
];

/// What those that are numbers may be: the lowest and the highest. Any other number counts as not set, wherever it came
/// from: a wait of so many years ends no run, and a moment so far away cannot be computed.
const RANGES: &[(&str, u64, u64)] = &[
    ("default_timeout", 1, 300),
    ("heavy_timeout", 1, 600),
    ("migration_enabled", 0, 1),
    ("migration_timeout", 1, 3600),
    ("delete_tables", 0, 1),
    ("backup_remove_after", 0, 1),
    ("backups_per_node", 1, 1000),
    ("quarantine", 0, 30 * 86_400),
    ("address_history", 0, 3650),
    ("lock_timeout", 30, 86_400),
    // The pause before the first look at a task, learnt from how long tasks take.
    ("task_look_ms", 0, 60_000),
];

/// The lowest and the highest that a setting may be; `None`: it is no number with bounds.
pub fn range(name: &str) -> Option<(u64, u64)> {
    let found = RANGES.iter().find(|(known, ..)| *known == name);
    found.map(|(_, low, high)| (*low, *high))
}

/// A stored number, if the setting may be it.
fn sane(name: &str, stored: &str) -> Option<u64> {
    let number = stored.trim().parse().ok()?;
    let fits = range(name).is_none_or(|(low, high)| (low..=high).contains(&number));
    fits.then_some(number)
}

/// What is kept beside them and may be asked for by every entry: the settings that are read at once.
const KEPT: &[&str] = &[
    "task_look_ms",
    "tables_shape",
    "time_zone_told",
    "cron_trouble_clock",
    "cron_trouble_lock",
    "unreadable_told",
];

/// The key of the cluster that a server entry is known to lead to; empty: not known yet.
pub async fn cluster_of(host: &HostHandle, server: u64) -> Result<String, StoreError> {
    let stored = get(host, &format!("{CLUSTER}{server}")).await?;
    let key = stored.and_then(|stored| stored.split_once('=').map(|(_, key)| key.to_owned()));
    Ok(key.unwrap_or_default())
}

/// What the settings begin with that hold the key of a server entry's cluster.
pub const CLUSTER: &str = "cluster:";

/// The settings as one query found them: what an entry of PHP or a run of the cron goes by to its end.
#[derive(Clone, Debug, Default)]
pub struct Settings(BTreeMap<String, String>);

impl Settings {
    /// One setting; `None`: it has no default, and nothing is stored.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A setting as a number; `fallback` where it is none, or none that it may be.
    pub fn number(&self, name: &str, fallback: u64) -> u64 {
        self.get(name)
            .and_then(|value| sane(name, value))
            .unwrap_or(fallback)
    }

    /// Every setting that an admin edits.
    pub fn edited(&self) -> impl Iterator<Item = (&str, &str)> {
        let one = |(name, _): &(&'static str, _)| Some((*name, self.get(name)?));
        DEFAULTS.iter().filter_map(one)
    }

    /// The number of each server entry whose cluster is known, with that one's key.
    pub fn clusters_of_servers(&self) -> impl Iterator<Item = (u64, &str)> {
        let known = self.0.iter();
        known.filter_map(|(name, stored)| {
            let server = name.strip_prefix(CLUSTER)?.parse().ok()?;
            Some((server, stored.split_once('=')?.1))
        })
    }

    /// The keys of all clusters that server entries are known to lead to.
    pub fn clusters(&self) -> impl Iterator<Item = &str> {
        let known = self.0.iter().filter(|(name, _)| name.starts_with(CLUSTER));
        known.filter_map(|(_, stored)| Some(stored.split_once('=')?.1))
    }
}

/// All settings: the defaults, overlaid by what is stored. Not among them is what is kept for a single pool, service or
/// cluster, of which there may be any number.
pub async fn all(host: &HostHandle) -> Result<Settings, StoreError> {
    let defaults = DEFAULTS.iter().map(|(name, _)| *name);
    let names: Vec<Value> = defaults
        .chain(KEPT.iter().copied())
        .map(Value::from)
        .collect();
    let sql = format!(
        "SELECT name, value FROM puq_proxmox_kvm_settings WHERE name IN ({}) OR name LIKE '{CLUSTER}%'",
        column::marks(names.len())
    );
    let rows = host.select(sql, names).await?;
    let stored = rows
        .iter()
        .map(|row| (column::text(row, "name"), column::text(row, "value")));
    let mut all: BTreeMap<String, String> = DEFAULTS
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    all.extend(stored);
    Ok(Settings(all))
}

/// The values of all settings whose name begins so.
pub async fn beginning(host: &HostHandle, prefix: &str) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT value FROM puq_proxmox_kvm_settings WHERE name LIKE ? ORDER BY name";
    let rows = host.select(sql, vec![json!(format!("{prefix}%"))]).await?;
    Ok(rows.iter().map(|row| column::text(row, "value")).collect())
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

/// A setting as a number; `fallback` where it is none, or none that it may be.
pub async fn number(host: &HostHandle, name: &str, fallback: u64) -> Result<u64, StoreError> {
    Ok(get(host, name)
        .await?
        .and_then(|value| sane(name, &value))
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
