//! Names in DNS that a name server did not take yet: what is to be set, or removed, once it does.
//!
//! A row outlives the service's own: also names of a VM that is gone are removed in the end.

use super::{StoreError, column};
use crate::host::{HostHandle, Row, Statement};
use crate::model::ServiceId;
use serde_json::{Value, json};
use std::net::IpAddr;

/// What is overdue for one service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overdue {
    /// Whose.
    pub service: ServiceId,
    /// Names whose address records are not what they shall be.
    pub names: Vec<String>,
    /// Addresses whose reverse names are not.
    pub addresses: Vec<IpAddr>,
    /// Since when.
    pub since: i64,
    /// How often it was tried in vain.
    pub fails: u64,
    /// When the cron tries next.
    pub next: i64,
    /// Counts every change of the row; 0: there is none yet.
    rev: u64,
}

impl Overdue {
    /// Nothing is.
    pub fn none(service: ServiceId, now: i64) -> Self {
        Self {
            service,
            names: vec![],
            addresses: vec![],
            since: now,
            fails: 0,
            next: now,
            rev: 0,
        }
    }

    /// Whether nothing is.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty() && self.addresses.is_empty()
    }

    /// How many records, by name and by address.
    pub fn count(&self) -> usize {
        self.names.len() + self.addresses.len()
    }

    fn read(row: &Row) -> Self {
        let texts = |name| -> Vec<String> {
            serde_json::from_str(&column::text(row, name)).unwrap_or_default()
        };
        Self {
            service: ServiceId(column::count(row, "service_id")),
            names: texts("names"),
            addresses: texts("addresses")
                .iter()
                .filter_map(|text| text.parse().ok())
                .collect(),
            since: column::int(row, "since").unwrap_or(0),
            fails: column::count(row, "fails"),
            next: column::int(row, "next_look_at").unwrap_or(0),
            rev: column::count(row, "rev"),
        }
    }
}

const TABLE: &str = "puq_proxmox_kvm_overdue_names";

/// What is overdue for a service, if anything is.
pub async fn of(host: &HostHandle, service: ServiceId) -> Result<Option<Overdue>, StoreError> {
    let sql = format!("SELECT * FROM {TABLE} WHERE service_id = ?");
    let rows = host.select(sql, vec![json!(service.0)]).await?;
    Ok(rows.first().map(Overdue::read))
}

/// What is to be tried by now: what failed least often first, so that a name nobody can set keeps no other one waiting.
pub async fn due(host: &HostHandle, now: i64, most: u64) -> Result<Vec<Overdue>, StoreError> {
    let sql = format!(
        "SELECT * FROM {TABLE} WHERE next_look_at <= ? ORDER BY fails, next_look_at, service_id LIMIT {most}"
    );
    let rows = host.select(sql, vec![json!(now)]).await?;
    Ok(rows.iter().map(Overdue::read).collect())
}

/// For how many services something is overdue, and since when at the longest.
pub async fn summary(host: &HostHandle) -> Result<(u64, Option<i64>), StoreError> {
    let sql = format!("SELECT COUNT(*) AS number, MIN(since) AS oldest FROM {TABLE}");
    let rows = host.select(sql, vec![]).await?;
    Ok(rows.first().map_or((0, None), |row| {
        (column::count(row, "number"), column::int(row, "oldest"))
    }))
}

/// Stores what is overdue now; nothing being overdue, the row goes. `false`: somebody else has changed it since it was
/// read, and nothing is stored.
pub async fn keep(host: &HostHandle, overdue: &Overdue) -> Result<bool, StoreError> {
    let id = json!(overdue.service.0);
    let addresses: Vec<String> = overdue.addresses.iter().map(IpAddr::to_string).collect();
    let values = |rev: u64| -> Vec<Value> {
        vec![
            json!(Value::from(overdue.names.clone()).to_string()),
            json!(Value::from(addresses.clone()).to_string()),
            json!(overdue.since),
            json!(overdue.fails),
            json!(overdue.next),
            json!(rev),
        ]
    };
    let statement = match (overdue.rev, overdue.is_empty()) {
        (0, true) => return Ok(true),
        (0, false) => {
            let sql = format!(
                "INSERT INTO {TABLE} (names, addresses, since, fails, next_look_at, rev, service_id) \
                 VALUES (?, ?, ?, ?, ?, ?, ?)"
            );
            let mut args = values(1);
            args.push(id);
            Statement::one(sql, args)
        }
        (rev, true) => {
            let sql = format!("DELETE FROM {TABLE} WHERE service_id = ? AND rev = ?");
            Statement::one(sql, vec![id, json!(rev)])
        }
        (rev, false) => {
            let sql = format!(
                "UPDATE {TABLE} SET names = ?, addresses = ?, since = ?, fails = ?, next_look_at = ?, rev = ? \
                 WHERE service_id = ? AND rev = ?"
            );
            let mut args = values(rev + 1);
            args.extend([id, json!(rev)]);
            Statement::one(sql, args)
        }
    };
    Ok(host.transact(vec![statement]).await?.committed())
}

/// Those of some addresses that another service holds: their reverse names are its own affair.
pub async fn taken(
    host: &HostHandle,
    service: ServiceId,
    addresses: &[IpAddr],
) -> Result<Vec<IpAddr>, StoreError> {
    if addresses.is_empty() {
        return Ok(vec![]);
    }
    let sql = format!(
        "SELECT text FROM puq_proxmox_kvm_addresses WHERE text IN ({}) AND service_id <> ? \
         AND state IN ('held', 'orphan')",
        column::marks(addresses.len())
    );
    let mut args: Vec<Value> = addresses
        .iter()
        .map(|address| json!(address.to_string()))
        .collect();
    args.push(json!(service.0));
    let rows = host.select(sql, args).await?;
    let texts = rows.iter().map(|row| column::text(row, "text"));
    Ok(texts.filter_map(|text| text.parse().ok()).collect())
}

/// Whether the VM of another service may go by this full name: under which domain is not stored, so any will do.
pub async fn named(host: &HostHandle, service: ServiceId, fqdn: &str) -> Result<bool, StoreError> {
    let dots = fqdn.match_indices('.').map(|(at, _)| at);
    let mut args: Vec<Value> = dots
        .chain([fqdn.len()])
        .map(|end| json!(fqdn[..end]))
        .collect();
    let sql = format!(
        "SELECT service_id FROM puqProxmoxKVM_vm_info WHERE vm_name IN ({}) AND service_id <> ? \
         AND vm_status <> 'remove' LIMIT 1",
        column::marks(args.len())
    );
    args.push(json!(service.0));
    let rows = host.select(sql, args).await?;
    Ok(!rows.is_empty())
}
