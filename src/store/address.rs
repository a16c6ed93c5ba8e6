//! Addresses given out, unique by their primary key: scope (cluster, bridge, VLAN), family and 32 hexadecimal digits.
//!
//! An address that came back keeps its row, as `free`: the holes in a range are found by index then, however full it is.
//! The only way to a row for an address that never had one is to take it.
//!
//! States: `held` → `leaving` (the package no longer has it, the guest may still) → `quarantine` → `free`. `orphan`: the
//! VM was let go of and may still use it.

use super::tenure::{self, TenureAddress};
use super::{StoreError, column};
use crate::host::{HostHandle, Row, Statement};
use crate::model::ServiceId;
use serde_json::{Value, json};

/// An address a service holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressRow {
    /// Where it is unique: `cluster|bridge|vlan`.
    pub scope: String,
    /// 4 or 6.
    pub family: u8,
    /// The address as 32 hexadecimal digits: sorts and compares as a number.
    pub key: String,
    /// Its place among the service's addresses of this family; 0 is the one the guest is configured with.
    pub position: u64,
    /// As people write it.
    pub text: String,
    /// The prefix length.
    pub prefix: u8,
    /// The gateway, may be empty.
    pub gateway: String,
    /// Resolvers, separated by blanks.
    pub dns: String,
    /// The bridge it is reachable on.
    pub bridge: String,
    /// The VLAN, 0 for none.
    pub vlan: u64,
    /// Where it came from: `pool:7` or `server:3`.
    pub source: String,
    /// Whether it was given out before and came back: then it has a row already. Of no meaning once it is held.
    pub came_back: bool,
    /// Of a leaving one: since when the VM's configuration is known to be without it, by its node's clock. The VM may run
    /// on with it until it is started anew.
    pub gone_since: Option<i64>,
}

/// The addresses of a service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holding {
    /// What it has: v4 before v6, the primary first.
    pub held: Vec<AddressRow>,
    /// What it no longer has in its package, and its guest may still use.
    pub leaving: Vec<AddressRow>,
}

const TABLE: &str = "puq_proxmox_kvm_addresses";
const HIGHEST_VLAN: i64 = 4094;

impl AddressRow {
    fn read(row: &Row) -> Self {
        Self {
            scope: column::text(row, "scope"),
            family: u8::try_from(column::count(row, "family")).unwrap_or(4),
            key: column::text(row, "address"),
            position: column::count(row, "position"),
            text: column::text(row, "text"),
            prefix: u8::try_from(column::count(row, "prefix")).unwrap_or(0),
            gateway: column::text(row, "gateway"),
            dns: column::text(row, "dns"),
            bridge: column::text(row, "bridge"),
            vlan: column::count(row, "vlan"),
            source: column::text(row, "source"),
            came_back: false,
            gone_since: column::int(row, "freed_at"),
        }
    }

    /// The row as a VM may be given it: with a prefix and a VLAN that there are.
    fn sure(row: &Row) -> Result<Self, StoreError> {
        let bits = if column::int(row, "family") == Some(6) {
            128
        } else {
            32
        };
        column::whole(row, TABLE, "prefix", bits)?;
        column::whole(row, TABLE, "vlan", HIGHEST_VLAN)?;
        Ok(Self::read(row))
    }

    /// The statements that take the address for a service of a client. A second taker is refused: by the unique key where
    /// the address is new, by the row's state where it came back.
    pub fn take(&self, service: ServiceId, client: u64, now: i64) -> [Statement; 2] {
        let mut args = vec![
            json!(service.0),
            json!(self.position),
            json!(self.text),
            json!(self.prefix),
            json!(self.gateway),
            json!(self.dns),
            json!(self.bridge),
            json!(self.vlan),
            json!(self.source),
            json!(self.scope),
            json!(self.family),
            json!(self.key),
        ];
        let sql = if self.came_back {
            "UPDATE puq_proxmox_kvm_addresses SET service_id = ?, position = ?, text = ?, prefix = ?, gateway = ?, \
             dns = ?, bridge = ?, vlan = ?, source = ?, state = 'held' \
             WHERE scope = ? AND family = ? AND address = ? AND state = 'free'"
        } else {
            args.push(json!("held"));
            "INSERT INTO puq_proxmox_kvm_addresses (service_id, position, text, prefix, gateway, dns, bridge, vlan, \
             source, scope, family, address, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        };
        let tenure = tenure::began(self.noted(), service, client, now);
        [Statement::one(sql, args), tenure]
    }

    fn noted(&self) -> TenureAddress<'_> {
        TenureAddress {
            scope: &self.scope,
            family: self.family,
            key: &self.key,
            text: &self.text,
        }
    }

    fn change(&self, set: &str, was: &str, service: ServiceId) -> Statement {
        let sql = format!(
            "UPDATE puq_proxmox_kvm_addresses SET position = ?, freed_at = NULL{set} \
             WHERE scope = ? AND family = ? AND address = ? AND service_id = ? AND state = '{was}'"
        );
        Statement::one(sql, self.named(json!(self.position), service))
    }

    /// The statement by which a held address begins to leave its service: nobody else gets it before the guest is rid of
    /// it.
    pub fn leave(&self, service: ServiceId) -> Statement {
        self.change(", state = 'leaving'", "held", service)
    }

    /// The statement by which a leaving address stays after all, at this row's place.
    pub fn stay(&self, service: ServiceId) -> Statement {
        self.change(", state = 'held'", "leaving", service)
    }

    /// The statement that gives a held address this row's place.
    pub fn settle(&self, service: ServiceId) -> Statement {
        self.change("", "held", service)
    }

    /// The statement that notes since when the VM's configuration is without a leaving address.
    pub fn gone(&self, service: ServiceId, since: i64) -> Statement {
        let sql = "UPDATE puq_proxmox_kvm_addresses SET freed_at = ? \
                   WHERE scope = ? AND family = ? AND address = ? AND service_id = ? AND state = 'leaving'";
        Statement::any(sql, self.named(json!(since), service))
    }

    /// The statements that move this one address of a service to quarantine.
    pub fn free(&self, service: ServiceId, now: i64) -> [Statement; 2] {
        let sql = "UPDATE puq_proxmox_kvm_addresses SET state = 'quarantine', freed_at = ?, service_id = 0 \
                   WHERE scope = ? AND family = ? AND address = ? AND service_id = ?";
        let freed = Statement::any(sql, self.named(json!(now), service));
        [tenure::ended_one(self.noted(), service, now), freed]
    }

    /// A value to set, and what names this row of a service.
    fn named(&self, value: Value, service: ServiceId) -> Vec<Value> {
        vec![
            value,
            json!(self.scope),
            json!(self.family),
            json!(self.key),
            json!(service.0),
        ]
    }

    /// The statements that have this address of a service count in another scope. A unique key refuses them where it is
    /// in use or kept back there.
    pub fn move_to(&self, scope: &str, service: ServiceId) -> [Statement; 3] {
        let free = "DELETE FROM puq_proxmox_kvm_addresses WHERE scope = ? AND family = ? AND address = ? AND state = 'free'";
        let args = vec![json!(scope), json!(self.family), json!(self.key)];
        let update = "UPDATE puq_proxmox_kvm_addresses SET scope = ? \
                      WHERE scope = ? AND family = ? AND address = ? AND service_id = ?";
        let moved = vec![
            json!(scope),
            json!(self.scope),
            json!(self.family),
            json!(self.key),
            json!(service.0),
        ];
        [
            Statement::any(free, args),
            Statement::any(update, moved),
            tenure::moved(self.noted(), scope, service),
        ]
    }
}

/// An address in use and the names it goes by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedAddress {
    /// As people write it.
    pub address: String,
    /// The service's domain in WHMCS.
    pub domain: String,
    /// JSON object address → host name.
    pub rev_dns: String,
}

/// Every address in use, by service, v4 before v6, the primary first.
pub async fn named(host: &HostHandle) -> Result<Vec<NamedAddress>, StoreError> {
    let sql = "SELECT a.text, h.domain, v.vm_rev_dns FROM puq_proxmox_kvm_addresses a \
               JOIN puqProxmoxKVM_vm_info v ON v.service_id = a.service_id \
               JOIN tblhosting h ON h.id = a.service_id WHERE a.state = 'held' \
               ORDER BY a.service_id, a.family, a.position";
    let rows = host.select(sql, vec![]).await?;
    let one = |row: &Row| NamedAddress {
        address: column::text(row, "text"),
        domain: column::text(row, "domain"),
        rev_dns: column::text(row, "vm_rev_dns"),
    };
    Ok(rows.iter().map(one).collect())
}

/// What a service holds, v4 before v6, the primary first.
pub async fn of(host: &HostHandle, service: ServiceId) -> Result<Vec<AddressRow>, StoreError> {
    let sql = "SELECT * FROM puq_proxmox_kvm_addresses WHERE service_id = ? AND state = 'held' \
               ORDER BY family, position";
    let rows = host.select(sql, vec![json!(service.0)]).await?;
    rows.iter().map(AddressRow::sure).collect()
}

/// What a service holds and what is leaving it.
pub async fn all(host: &HostHandle, service: ServiceId) -> Result<Holding, StoreError> {
    let sql = "SELECT * FROM puq_proxmox_kvm_addresses WHERE service_id = ? AND state IN ('held', 'leaving') \
               ORDER BY family, position";
    let rows = host.select(sql, vec![json!(service.0)]).await?;
    let (leaving, held): (Vec<&Row>, Vec<&Row>) = rows
        .iter()
        .partition(|row| column::text(row, "state") == "leaving");
    let read = |rows: Vec<&Row>| {
        rows.into_iter()
            .map(AddressRow::sure)
            .collect::<Result<Vec<_>, _>>()
    };
    Ok(Holding {
        held: read(held)?,
        leaving: read(leaving)?,
    })
}

/// Services at rest that addresses are leaving: their VMs are looked at until they are rid of them.
pub async fn leaving(host: &HostHandle) -> Result<Vec<ServiceId>, StoreError> {
    let sql = "SELECT DISTINCT a.service_id FROM puq_proxmox_kvm_addresses a \
               JOIN puqProxmoxKVM_vm_info v ON v.service_id = a.service_id \
               WHERE a.state = 'leaving' AND v.vm_status = 'ready' ORDER BY a.service_id";
    let rows = host.select(sql, vec![]).await?;
    Ok(rows
        .iter()
        .map(|row| ServiceId(column::count(row, "service_id")))
        .collect())
}

/// The addresses, as people write them, that are kept for a VM which a service let go of.
pub async fn orphans(host: &HostHandle, service: ServiceId) -> Result<Vec<String>, StoreError> {
    let sql =
        "SELECT text FROM puq_proxmox_kvm_addresses WHERE service_id = ? AND state = 'orphan'";
    let rows = host.select(sql, vec![json!(service.0)]).await?;
    Ok(rows.iter().map(|row| column::text(row, "text")).collect())
}

/// The addresses of several services at once.
pub async fn of_many(
    host: &HostHandle,
    services: &[ServiceId],
) -> Result<Vec<(ServiceId, AddressRow)>, StoreError> {
    if services.is_empty() {
        return Ok(vec![]);
    }
    let sql = format!(
        "SELECT * FROM puq_proxmox_kvm_addresses WHERE state = 'held' AND service_id IN ({}) \
         ORDER BY service_id, family, position",
        column::marks(services.len())
    );
    let rows = host.select(sql, column::ids(services)).await?;
    Ok(rows
        .iter()
        .map(|row| {
            (
                ServiceId(column::count(row, "service_id")),
                AddressRow::read(row),
            )
        })
        .collect())
}

/// Part of a scope: one family's keys from `first` to `last`.
#[derive(Clone, Copy, Debug)]
pub struct Stretch<'a> {
    /// The scope.
    pub scope: &'a str,
    /// 4 or 6.
    pub family: u8,
    /// The lowest key.
    pub first: &'a str,
    /// The highest key.
    pub last: &'a str,
}

/// Keys of a stretch that ever were given out, whatever became of them, ascending, at most `most`.
pub async fn known(
    host: &HostHandle,
    stretch: Stretch<'_>,
    most: u64,
) -> Result<Vec<String>, StoreError> {
    keys(host, stretch, "", most).await
}

/// Keys of a stretch that were given out and came back, ascending, at most `most`.
pub async fn came_back(
    host: &HostHandle,
    stretch: Stretch<'_>,
    most: u64,
) -> Result<Vec<String>, StoreError> {
    keys(host, stretch, "AND state = 'free' ", most).await
}

async fn keys(
    host: &HostHandle,
    stretch: Stretch<'_>,
    which: &str,
    most: u64,
) -> Result<Vec<String>, StoreError> {
    let sql = format!(
        "SELECT address FROM puq_proxmox_kvm_addresses WHERE scope = ? AND family = ? {which}AND address >= ? \
         AND address <= ? ORDER BY address LIMIT {most}"
    );
    let args = vec![
        json!(stretch.scope),
        json!(stretch.family),
        json!(stretch.first),
        json!(stretch.last),
    ];
    let rows = host.select(sql, args).await?;
    Ok(rows
        .iter()
        .map(|row| column::text(row, "address"))
        .collect())
}

/// The state of one address (`held`, `leaving`, `quarantine`, `orphan`, `free`) and the service it is or was kept for, 0
/// for none; `None`: it never was given out.
pub async fn state(
    host: &HostHandle,
    scope: &str,
    family: u8,
    key: &str,
) -> Result<Option<(String, ServiceId)>, StoreError> {
    let sql = "SELECT state, service_id FROM puq_proxmox_kvm_addresses WHERE scope = ? AND family = ? AND address = ?";
    let args = vec![json!(scope), json!(family), json!(key)];
    let rows = host.select(sql, args).await?;
    let read = |row: &Row| {
        let service = ServiceId(column::count(row, "service_id"));
        (column::text(row, "state"), service)
    };
    Ok(rows.first().map(read))
}

/// Moves all a service holds, and what is leaving it, to quarantine. An orphan's addresses are left alone: its VM may still use them.
pub fn free(service: ServiceId, now: i64) -> [Statement; 2] {
    let freed = Statement::any(
        "UPDATE puq_proxmox_kvm_addresses SET state = 'quarantine', freed_at = ?, service_id = 0 \
         WHERE service_id = ? AND state IN ('held', 'leaving')",
        vec![json!(now), json!(service.0)],
    );
    [tenure::ended(service, now), freed]
}

/// Ends the quarantine of what was freed before `before`.
pub async fn end_quarantine(host: &HostHandle, before: i64) -> Result<u64, StoreError> {
    let sql = "UPDATE puq_proxmox_kvm_addresses SET state = 'free', freed_at = NULL \
               WHERE state = 'quarantine' AND freed_at <= ?";
    Ok(host.affect(sql, vec![json!(before)]).await?)
}
