//! Operations: what was asked of Proxmox or of WHMCS and may be under way.
//!
//! A row is written *before* the call that changes something, its UPID before the first look at the task. Whoever comes
//! after a crash finds here what may have happened, and settles it first.

pub use crate::model::{OperationKind, Outcome};

use super::{StoreError, column};
use crate::host::{HostHandle, Row, Statement};
use crate::model::{NodeName, ServiceId, Vmid};
use serde_json::json;
use std::collections::BTreeMap;

const TABLE: &str = "puq_proxmox_kvm_operations";

/// An operation under way.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// Its key: 32 hexadecimal digits.
    pub id: String,
    /// Whose.
    pub service: ServiceId,
    /// What.
    pub kind: OperationKind,
    /// The VM it acts on.
    pub vmid: Option<Vmid>,
    /// The node it was sent to.
    pub node: Option<NodeName>,
    /// What was intended, for people and for settling (a clone names its template here); never a secret.
    pub intent: String,
    /// Who sent it: `machine:pid:start:…`.
    pub holder: String,
    /// When it was about to be sent.
    pub sent_at: i64,
    /// When the sender itself gave up at the latest.
    pub deadline_at: i64,
    /// The task, as soon as it is known.
    pub upid: Option<String>,
    /// The request of a person that it serves (see [`super::request`]); empty: a flow's or the cron's own.
    pub request: String,
}

impl Operation {
    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: column::text(row, "id"),
            service: ServiceId(column::count(row, "service_id")),
            kind: column::parsed(row, TABLE, "kind", OperationKind::parse)?,
            vmid: Vmid::new(column::count(row, "vmid")),
            node: column::word(row, "node").map(NodeName),
            intent: column::text(row, "intent"),
            holder: column::text(row, "holder"),
            sent_at: column::int(row, "sent_at").unwrap_or(0),
            deadline_at: column::int(row, "deadline").unwrap_or(0),
            upid: column::word(row, "upid"),
            request: column::text(row, "request"),
        })
    }
}

/// The statement that stores an operation, for use before it is sent.
pub fn begin(operation: &Operation, token: &str) -> Statement {
    let sql = "INSERT INTO puq_proxmox_kvm_operations (id, service_id, kind, vmid, node, intent, token, holder, \
               sent_at, deadline, upid, request) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    Statement::any(
        sql,
        vec![
            json!(operation.id),
            json!(operation.service.0),
            json!(operation.kind.as_str()),
            json!(operation.vmid.map_or(0, Vmid::get)),
            json!(operation.node.as_ref().map_or("", NodeName::as_str)),
            json!(operation.intent),
            json!(token),
            json!(operation.holder),
            json!(operation.sent_at),
            json!(operation.deadline_at),
            json!(operation.upid.as_deref().unwrap_or("")),
            json!(operation.request),
        ],
    )
}

/// Stores the task an operation became.
pub async fn sent(host: &HostHandle, id: &str, upid: &str) -> Result<(), StoreError> {
    let sql = "UPDATE puq_proxmox_kvm_operations SET upid = ? WHERE id = ?";
    host.affect(sql, vec![json!(upid), json!(id)]).await?;
    Ok(())
}

/// Notes that the sender waits for no answer any more: the deadline is over.
pub async fn give_up(host: &HostHandle, id: &str, now: i64) -> Result<(), StoreError> {
    let sql = "UPDATE puq_proxmox_kvm_operations SET deadline = ? WHERE id = ?";
    host.affect(sql, vec![json!(now), json!(id)]).await?;
    Ok(())
}

/// The statement that closes an operation, for use in a transaction with what follows from it.
pub fn end(id: &str, outcome: Outcome, text: &str, now: i64) -> Statement {
    Statement::any(
        "UPDATE puq_proxmox_kvm_operations SET outcome = ?, text = ?, ended_at = ? WHERE id = ? AND outcome = ''",
        vec![json!(outcome.as_str()), json!(text), json!(now), json!(id)],
    )
}

/// The statement that closes the operations a service still has open. The step that sent them has seen the VM as wanted, so
/// what became of the calls themselves no longer matters. For the transaction that advances the state.
pub fn close_open(service: ServiceId, now: i64) -> Statement {
    end_all(service, "no answer came; the VM itself was as wanted", now)
}

/// The statement that closes what a service still has open when its VM is let go of: nobody will look at it again.
pub fn let_go(service: ServiceId, now: i64) -> Statement {
    end_all(service, "the VM was let go of meanwhile", now)
}

fn end_all(service: ServiceId, text: &str, now: i64) -> Statement {
    Statement::any(
        "UPDATE puq_proxmox_kvm_operations SET outcome = ?, text = ?, ended_at = ? WHERE service_id = ? AND outcome = ''",
        vec![
            json!(Outcome::Lost.as_str()),
            json!(text),
            json!(now),
            json!(service.0),
        ],
    )
}

/// Closes an operation.
pub async fn close(
    host: &HostHandle,
    id: &str,
    outcome: Outcome,
    text: &str,
    now: i64,
) -> Result<(), StoreError> {
    let query = end(id, outcome, text, now).query;
    host.affect(query.sql, query.args).await?;
    Ok(())
}

/// What is under way for a service, oldest first.
pub async fn in_flight(
    host: &HostHandle,
    service: ServiceId,
) -> Result<Vec<Operation>, StoreError> {
    let sql = "SELECT * FROM puq_proxmox_kvm_operations WHERE service_id = ? AND outcome = '' ORDER BY sent_at, id";
    let rows = host.select(sql, vec![json!(service.0)]).await?;
    rows.iter().map(Operation::read).collect()
}

/// How many backups are under way on each node.
pub async fn backups_under_way(host: &HostHandle) -> Result<BTreeMap<NodeName, u64>, StoreError> {
    let sql = "SELECT node FROM puq_proxmox_kvm_operations WHERE outcome = '' AND kind = 'backup'";
    let mut nodes = BTreeMap::new();
    for row in &host.select(sql, vec![]).await? {
        let node = NodeName(column::text(row, "node"));
        *nodes.entry(node).or_default() += 1;
    }
    Ok(nodes)
}

/// Services whose VM is at rest and for which single operations are under way: backups, or everything but backups.
pub async fn at_rest(host: &HostHandle, backups: bool) -> Result<Vec<ServiceId>, StoreError> {
    let kinds = if backups {
        "o.kind = 'backup'"
    } else {
        "o.kind NOT IN ('backup', 'mail')"
    };
    // Open operations are few: sorting them in SQL would only tempt the database to walk all that ever were.
    let sql = format!(
        "SELECT o.service_id FROM puq_proxmox_kvm_operations o \
         JOIN puqProxmoxKVM_vm_info v ON v.service_id = o.service_id \
         WHERE o.outcome = '' AND {kinds} AND v.vm_status IN ('ready', 'error_restore', 'error_terminate')"
    );
    let rows = host.select(sql, vec![]).await?;
    let mut services: Vec<ServiceId> = rows
        .iter()
        .map(|row| ServiceId(column::count(row, "service_id")))
        .collect();
    services.sort_unstable();
    services.dedup();
    Ok(services)
}

/// How an operation of one kind that was begun at `since` or later came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// How.
    pub outcome: Outcome,
    /// The task's exit status, or the error.
    pub text: String,
    /// Its task, where it became one.
    pub upid: Option<String>,
}

impl Ended {
    /// Whether it did what it should.
    pub fn is_done(&self) -> bool {
        self.outcome == Outcome::Done
    }

    /// Whether its task ran and failed.
    pub fn task_failed(&self) -> bool {
        self.upid.is_some() && self.outcome == Outcome::Failed
    }
}

/// The newest operation that served a request of a person.
pub async fn newest_of(
    host: &HostHandle,
    request: &str,
    now: i64,
) -> Result<Option<Attempt>, StoreError> {
    let sql = "SELECT * FROM puq_proxmox_kvm_operations WHERE request = ? ORDER BY sent_at DESC, ended_at DESC";
    let rows = host.select(sql, vec![json!(request)]).await?;
    // One of a later version's kind has ended, else its service is not worked on at all.
    let known = |row: &&Row| OperationKind::parse(&column::text(row, "kind")).is_some();
    let Some(row) = rows.iter().find(known) else {
        return Ok(None);
    };
    Ok(Some(Attempt {
        operation: Operation::read(row)?,
        outcome: column::word(row, "outcome").map(|word| outcome(&word)),
        text: column::text(row, "text"),
        ended_at: column::int(row, "ended_at")
            .filter(|ended| *ended <= now)
            .unwrap_or(0),
    }))
}

/// One try to do what a person asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Attempt {
    /// What was sent.
    pub operation: Operation,
    /// How it ended; `None`: it is under way.
    pub outcome: Option<Outcome>,
    /// The task's exit status, or the error.
    pub text: String,
    /// When it ended; 0 while it is under way, and where a clock that was ahead wrote it down.
    pub ended_at: i64,
}

/// The operations of one kind that a service began at `since` or later and that ended, newest first.
pub async fn ended(
    host: &HostHandle,
    service: ServiceId,
    kind: OperationKind,
    since: i64,
) -> Result<Vec<Ended>, StoreError> {
    let sql = "SELECT outcome, text, upid FROM puq_proxmox_kvm_operations WHERE service_id = ? AND outcome <> '' \
               AND kind = ? AND sent_at >= ? ORDER BY sent_at DESC, ended_at DESC, id";
    let args = vec![json!(service.0), json!(kind.as_str()), json!(since)];
    let rows = host.select(sql, args).await?;
    let read = |row: &Row| Ended {
        outcome: outcome(&column::text(row, "outcome")),
        text: column::text(row, "text"),
        upid: column::word(row, "upid"),
    };
    Ok(rows.iter().map(read).collect())
}

/// How many past operations tell how long one usually takes.
const USUAL: usize = 15;
/// From this many operations on, a service's own say more about the time that one takes than those of others.
const OWN: usize = 3;

/// Seconds that operations of a kind took which did what they should: the newest of the service, or of all services where it
/// has had too few.
pub async fn durations(
    host: &HostHandle,
    service: ServiceId,
    kind: OperationKind,
) -> Result<Vec<i64>, StoreError> {
    let rows = async |whose: &str, mut args: Vec<serde_json::Value>| {
        let sql = format!(
            "SELECT ended_at - sent_at AS seconds FROM puq_proxmox_kvm_operations WHERE {whose} outcome = 'done' \
             AND kind = ? ORDER BY ended_at DESC LIMIT {USUAL}"
        );
        args.push(json!(kind.as_str()));
        let rows = host.select(sql, args).await?;
        let seconds = rows.iter().filter_map(|row| column::int(row, "seconds"));
        Ok::<_, StoreError>(seconds.filter(|seconds| *seconds >= 0).collect::<Vec<_>>())
    };
    let own = rows("service_id = ? AND", vec![json!(service.0)]).await?;
    match own.len() {
        OWN.. => Ok(own),
        _ => rows("", vec![]).await,
    }
}

/// What the cron did for a service by its schedules and ended at `since` or later: the kind, whether it was done, and when it
/// ended; newest first.
pub async fn scheduled(
    host: &HostHandle,
    service: ServiceId,
    since: i64,
    most: usize,
) -> Result<Vec<(OperationKind, bool, i64)>, StoreError> {
    // Of these kinds flows send none.
    let sql = format!(
        "SELECT kind, outcome, ended_at FROM puq_proxmox_kvm_operations WHERE service_id = ? AND outcome <> '' \
         AND request = '' AND kind IN ('backup', 'snapshot') AND ended_at >= ? ORDER BY ended_at DESC LIMIT {most}"
    );
    let rows = host.select(sql, vec![json!(service.0), json!(since)]);
    let read = |row: &Row| {
        let kind = OperationKind::parse(&column::text(row, "kind"))?;
        let done = outcome(&column::text(row, "outcome")) == Outcome::Done;
        Some((kind, done, column::int(row, "ended_at").unwrap_or(0)))
    };
    Ok(rows.await?.iter().filter_map(read).collect())
}

/// Of an end in a later version's words nobody here can say how it was; like the others it is over.
fn outcome(word: &str) -> Outcome {
    Outcome::parse(word).unwrap_or(Outcome::Lost)
}

/// What was last done to the VM's power at `since` or later.
pub async fn last_power(
    host: &HostHandle,
    service: ServiceId,
    since: i64,
) -> Result<Option<OperationKind>, StoreError> {
    let sql = "SELECT kind FROM puq_proxmox_kvm_operations WHERE service_id = ? AND outcome = 'done' AND sent_at >= ? \
               AND kind IN ('start', 'stop', 'shutdown', 'reboot') ORDER BY sent_at DESC, ended_at DESC LIMIT 1";
    let rows = host.select(sql, vec![json!(service.0), json!(since)]);
    let word = rows.await?.first().map(|row| column::text(row, "kind"));
    Ok(word.and_then(|word| OperationKind::parse(&word)))
}

/// Whether any of these tasks belongs to an operation, whoever's: such a task is not up for adoption.
pub async fn known_upids(host: &HostHandle, upids: &[String]) -> Result<Vec<String>, StoreError> {
    if upids.is_empty() {
        return Ok(vec![]);
    }
    let sql = format!(
        "SELECT upid FROM puq_proxmox_kvm_operations WHERE upid IN ({})",
        column::marks(upids.len())
    );
    let rows = host
        .select(sql, upids.iter().map(|upid| json!(upid)).collect())
        .await?;
    Ok(rows.iter().map(|row| column::text(row, "upid")).collect())
}

/// Forgets operations that ended before `before`.
pub async fn forget(host: &HostHandle, before: i64) -> Result<u64, StoreError> {
    let sql = "DELETE FROM puq_proxmox_kvm_operations WHERE outcome <> '' AND ended_at < ?";
    Ok(host.affect(sql, vec![json!(before)]).await?)
}
