//! The address pools an admin keeps.

use super::{StoreError, column};
use crate::host::{HostHandle, Row};
use serde::Serialize;
use serde_json::{Value, json};

/// A pool's row as stored; `ipam` turns it into addresses. As JSON it is the form that [`PoolRow::of`] reads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PoolRow {
    /// Its key; 0 for a new one.
    pub id: u64,
    /// The WHMCS server entry it belongs to.
    #[serde(rename = "server_id")]
    pub server: u64,
    /// `IPv4` or `IPv6`.
    #[serde(rename = "type")]
    pub family: String,
    /// The bridge its addresses are reachable on.
    pub bridge: String,
    /// The VLAN, 0 for none.
    pub vlan: u64,
    /// The gateway.
    pub gateway: String,
    /// The prefix length.
    pub mask: u64,
    /// The first resolver, may be empty.
    pub dns1: String,
    /// The second resolver, may be empty.
    pub dns2: String,
    /// The first address.
    #[serde(rename = "address_start")]
    pub start: String,
    /// The last address.
    #[serde(rename = "address_stop")]
    pub stop: String,
    /// Addresses never given out, separated by blanks or commas.
    pub reserved: String,
}

impl PoolRow {
    fn read(row: &Row) -> Self {
        Self {
            id: column::count(row, "id"),
            server: column::count(row, "server_id"),
            family: column::text(row, "type"),
            bridge: column::text(row, "bridge"),
            vlan: column::count(row, "vlan"),
            gateway: column::text(row, "gateway"),
            mask: column::count(row, "mask"),
            dns1: column::text(row, "dns1"),
            dns2: column::text(row, "dns2"),
            start: column::text(row, "address_start"),
            stop: column::text(row, "address_stop"),
            reserved: column::text(row, "reserved"),
        }
    }

    /// The row of a form: its fields have the columns' names.
    pub fn of(form: &Value) -> Self {
        form.as_object().map_or_else(Self::default, Self::read)
    }

    fn values(&self) -> Vec<Value> {
        vec![
            json!(self.server),
            json!(self.family),
            json!(self.bridge),
            json!(self.vlan),
            json!(self.gateway),
            json!(self.mask),
            json!(self.dns1),
            json!(self.dns2),
            json!(self.start),
            json!(self.stop),
            json!(self.reserved),
        ]
    }
}

/// All pools, or those of one server, in the order they were made.
pub async fn list(host: &HostHandle, server: Option<u64>) -> Result<Vec<PoolRow>, StoreError> {
    let rows = match server {
        Some(server) => {
            let sql = "SELECT * FROM puq_proxmox_kvm_ip_pools WHERE server_id = ? ORDER BY id";
            host.select(sql, vec![json!(server)]).await?
        }
        None => {
            host.select("SELECT * FROM puq_proxmox_kvm_ip_pools ORDER BY id", vec![])
                .await?
        }
    };
    Ok(rows.iter().map(PoolRow::read).collect())
}

/// How many pools there are.
pub async fn count(host: &HostHandle) -> Result<u64, StoreError> {
    let sql = "SELECT COUNT(*) AS n FROM puq_proxmox_kvm_ip_pools";
    let rows = host.select(sql, vec![]).await?;
    Ok(rows.first().map_or(0, |row| column::count(row, "n")))
}

/// Stores a pool: a new one for `id` 0.
pub async fn save(host: &HostHandle, pool: &PoolRow) -> Result<(), StoreError> {
    let mut values = pool.values();
    if pool.id == 0 {
        let sql = "INSERT INTO puq_proxmox_kvm_ip_pools (server_id, type, bridge, vlan, gateway, mask, dns1, dns2, \
                   address_start, address_stop, reserved) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        host.affect(sql, values).await?;
    } else {
        let sql = "UPDATE puq_proxmox_kvm_ip_pools SET server_id = ?, type = ?, bridge = ?, vlan = ?, gateway = ?, \
                   mask = ?, dns1 = ?, dns2 = ?, address_start = ?, address_stop = ?, reserved = ? WHERE id = ?";
        values.push(json!(pool.id));
        host.affect(sql, values).await?;
    }
    Ok(())
}

/// Removes a pool; addresses already given out stay where they are.
pub async fn delete(host: &HostHandle, id: u64) -> Result<(), StoreError> {
    host.affect(
        "DELETE FROM puq_proxmox_kvm_ip_pools WHERE id = ?",
        vec![json!(id)],
    )
    .await?;
    Ok(())
}
