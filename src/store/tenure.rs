//! Who had which address from when to when, also after it was given back: abuse desks ask that.
//!
//! A tenure begins in the transaction that takes an address for a service, and ends in the one that gives it up, so it is
//! as sure as the address itself. An address that leaves its service, or whose VM was let go of, is still the service's.

use super::{StoreError, column};
use crate::host::{HostHandle, Row, Statement};
use crate::model::ServiceId;
use serde_json::{Value, json};

/// For how many days the end of a tenure is kept, where the settings say nothing.
pub const KEPT_DAYS: u64 = 365;

/// One address at one service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenure {
    /// As people write it.
    pub text: String,
    /// Where it is unique: `cluster|bridge|vlan`.
    pub scope: String,
    /// Whose it was.
    pub service: ServiceId,
    /// The client that the service had when it took the address; 0: not known.
    pub client: u64,
    /// The VM's number when the address was given up, or as it is now.
    pub vmid: Option<u64>,
    /// Since when; `None`: it was the service's before this was noted.
    pub since: Option<i64>,
    /// Until when; `None`: it still is the service's.
    pub until: Option<i64>,
}

/// An address as its row has it.
#[derive(Clone, Copy, Debug)]
pub struct TenureAddress<'a> {
    /// Where it is unique.
    pub scope: &'a str,
    /// 4 or 6.
    pub family: u8,
    /// As 32 hexadecimal digits.
    pub key: &'a str,
    /// As people write it.
    pub text: &'a str,
}

/// Which tenures are looked for.
#[derive(Clone, Debug, Default)]
pub struct TenureSearch {
    /// Family, lowest and highest key; nothing: any address.
    pub range: Option<(u8, String, String)>,
    /// The scope of a pool; nothing: any.
    pub scope: Option<String>,
    /// A service's.
    pub service: Option<ServiceId>,
    /// Those that ended too.
    pub past: bool,
    /// Rows of a page.
    pub size: u64,
    /// Rows before it.
    pub offset: u64,
}

/// The addresses that a service has in one way or another.
const HAS: &str = "a.service_id = t.service_id AND a.state IN ('held', 'leaving', 'orphan')";
/// The address of a tenure.
const SAME: &str = "a.scope = t.scope AND a.family = t.family AND a.address = t.address";

/// The statement that begins a tenure.
pub(super) fn began(
    row: TenureAddress<'_>,
    service: ServiceId,
    client: u64,
    now: i64,
) -> Statement {
    let sql = "INSERT INTO puq_proxmox_kvm_tenures (scope, family, address, text, service_id, client_id, since) \
               VALUES (?, ?, ?, ?, ?, ?, ?)";
    let args = vec![
        json!(row.scope),
        json!(row.family),
        json!(row.key),
        json!(row.text),
        json!(service.0),
        json!(client),
        json!(now),
    ];
    Statement::one(sql, args)
}

/// The statement that ends the tenures of a service whose addresses are in one of these states; it stands before the one
/// that takes them away.
fn end(states: &str, service: ServiceId, now: i64, and: &str, more: Vec<Value>) -> Statement {
    let sql = format!(
        "UPDATE puq_proxmox_kvm_tenures SET until = ?, vm_id = (SELECT MAX(n.vmid) FROM puq_proxmox_kvm_vmids n \
         WHERE n.service_id = ? AND n.state IN ('held', 'orphan')) WHERE service_id = ? AND until IS NULL{and} \
         AND EXISTS (SELECT 1 FROM puq_proxmox_kvm_addresses a WHERE a.scope = puq_proxmox_kvm_tenures.scope \
         AND a.family = puq_proxmox_kvm_tenures.family AND a.address = puq_proxmox_kvm_tenures.address \
         AND a.service_id = ? AND a.state IN ({states}))"
    );
    let mut args = vec![json!(now), json!(service.0), json!(service.0)];
    args.extend(more);
    args.push(json!(service.0));
    Statement::any(sql, args)
}

/// Ends the tenures of all that a service holds and of what is leaving it.
pub(super) fn ended(service: ServiceId, now: i64) -> Statement {
    end("'held', 'leaving'", service, now, "", vec![])
}

/// Ends the tenure of one address of a service.
pub(super) fn ended_one(row: TenureAddress<'_>, service: ServiceId, now: i64) -> Statement {
    let args = vec![json!(row.scope), json!(row.family), json!(row.key)];
    let one = " AND scope = ? AND family = ? AND address = ?";
    end("'held', 'leaving'", service, now, one, args)
}

/// Ends the tenures of a service's orphans, once the last of their VMs is gone: it stands after the statement that takes
/// the VM's number away.
pub(super) fn buried(service: ServiceId, now: i64) -> Statement {
    let last = " AND NOT EXISTS (SELECT 1 FROM puq_proxmox_kvm_vmids o WHERE o.service_id = ? AND o.state = 'orphan')";
    end("'orphan'", service, now, last, vec![json!(service.0)])
}

/// The tenures of one service's orphans go on as another one's. It stands before the statements that give them to it.
pub(super) fn handed_over(
    former: ServiceId,
    service: ServiceId,
    client: u64,
    now: i64,
) -> Vec<Statement> {
    if former == service {
        return vec![];
    }
    let sql = "INSERT INTO puq_proxmox_kvm_tenures (scope, family, address, text, service_id, client_id, since) \
               SELECT a.scope, a.family, a.address, a.text, ?, ?, ? FROM puq_proxmox_kvm_addresses a \
               WHERE a.service_id = ? AND a.state = 'orphan'";
    let args = vec![json!(service.0), json!(client), json!(now), json!(former.0)];
    vec![
        end("'orphan'", former, now, "", vec![]),
        Statement::any(sql, args),
    ]
}

/// The statement that has an open tenure count in another scope.
pub(super) fn moved(row: TenureAddress<'_>, scope: &str, service: ServiceId) -> Statement {
    let sql = "UPDATE puq_proxmox_kvm_tenures SET scope = ? \
               WHERE scope = ? AND family = ? AND address = ? AND service_id = ? AND until IS NULL";
    let args = vec![
        json!(scope),
        json!(row.scope),
        json!(row.family),
        json!(row.key),
        json!(service.0),
    ];
    Statement::any(sql, args)
}

/// The statement that begins the tenures of an installation that had none: since when its services have their addresses
/// is not on record, nor whose they were then.
pub(super) fn of_before() -> Statement {
    let sql = format!(
        "INSERT INTO puq_proxmox_kvm_tenures (scope, family, address, text, service_id) \
         SELECT a.scope, a.family, a.address, a.text, a.service_id FROM puq_proxmox_kvm_addresses a \
         WHERE a.state IN ('held', 'leaving', 'orphan') AND NOT EXISTS \
         (SELECT 1 FROM puq_proxmox_kvm_tenures t WHERE {SAME} AND {HAS} AND t.until IS NULL)"
    );
    Statement::any(sql, vec![])
}

/// Forgets tenures that ended before a moment.
pub async fn purge(host: &HostHandle, before: i64) -> Result<u64, StoreError> {
    let sql = "DELETE FROM puq_proxmox_kvm_tenures WHERE until < ?";
    Ok(host.affect(sql, vec![json!(before)]).await?)
}

/// Tenures by address, the present one of each first, and how many there are in all.
pub async fn search(
    host: &HostHandle,
    wanted: &TenureSearch,
) -> Result<(u64, Vec<Tenure>), StoreError> {
    let mut tests = vec!["1 = 1".to_owned()];
    let mut args = vec![];
    if let Some((family, first, last)) = &wanted.range {
        tests.push("t.family = ? AND t.address >= ? AND t.address <= ?".to_owned());
        args.extend([json!(family), json!(first), json!(last)]);
    }
    if let Some(scope) = &wanted.scope {
        tests.push("t.scope = ?".to_owned());
        args.push(json!(scope));
    }
    if let Some(service) = wanted.service {
        tests.push("t.service_id = ?".to_owned());
        args.push(json!(service.0));
    }
    if !wanted.past {
        tests.push("t.until IS NULL".to_owned());
    }
    let tests = tests.join(" AND ");
    let count = format!("SELECT COUNT(*) AS number FROM puq_proxmox_kvm_tenures t WHERE {tests}");
    let rows = host.select(count, args.clone()).await?;
    let total = rows.first().map_or(0, |row| column::count(row, "number"));
    let sql = format!(
        "SELECT t.text, t.scope, t.service_id, t.client_id, t.since, t.until, \
         CASE WHEN t.until IS NULL THEN v.vm_id ELSE t.vm_id END AS vm_id \
         FROM puq_proxmox_kvm_tenures t LEFT JOIN puqProxmoxKVM_vm_info v ON v.service_id = t.service_id \
         WHERE {tests} ORDER BY t.family, t.address, CASE WHEN t.until IS NULL THEN 0 ELSE 1 END, t.until DESC, t.id DESC \
         LIMIT {} OFFSET {}",
        wanted.size, wanted.offset
    );
    let rows = host.select(sql, args).await?;
    Ok((total, rows.iter().map(Tenure::read).collect()))
}

impl Tenure {
    fn read(row: &Row) -> Self {
        Self {
            text: column::text(row, "text"),
            scope: column::text(row, "scope"),
            service: ServiceId(column::count(row, "service_id")),
            client: column::count(row, "client_id"),
            vmid: column::int(row, "vm_id").and_then(|vmid| u64::try_from(vmid).ok()),
            since: column::int(row, "since"),
            until: column::int(row, "until"),
        }
    }
}
