//! What persons asked for on a page: one row from the click until its end was read.
//!
//! A row is written before anything is sent for it. The operations that serve it carry its key, so whoever looks next, a
//! page or the cron, finds what came of it, tries again what is safe to try again, and writes how it ended.

use super::{StoreError, column};
use crate::host::{HostHandle, Row, Statement};
use crate::model::words::words;
use crate::model::{FlowKey, Reason, ServiceId, VmAction};
use serde_json::json;

words! {
    /// Who asked.
    Person {
        /// The service's owner.
        Client = "client",
        /// The staff.
        Staff = "staff",
    }
}

/// The words of what a flow does: its end is theirs, so nobody else looks after them.
const OF_FLOWS: &str = "('reinstall', 'backup_restore', 'reset_password')";

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It was done.
    Done,
    /// It was not, for this reason.
    Failed(Reason),
}

impl End {
    /// As stored: outcome and reason.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Done => ("done", ""),
            Self::Failed(reason) => ("failed", reason.as_str()),
        }
    }
}

/// One thing a person asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// Its key: 32 hexadecimal digits.
    pub id: String,
    /// Whose VM.
    pub service: ServiceId,
    /// What.
    pub action: VmAction,
    /// Who.
    pub asker: Person,
    /// When.
    pub asked_at: i64,
    /// Until when it is tried again.
    pub try_until: i64,
    /// How often it failed in a way that is tried again.
    pub tries: u64,
    /// How it ended; `None`: it goes on.
    pub end: Option<End>,
    /// What came of it, for the staff; of one that goes on what the last try said.
    pub text: String,
    /// When it ended.
    pub ended_at: Option<i64>,
}

impl Request {
    /// Reads a row; `None`: a later version made it.
    fn read(row: &Row) -> Option<Self> {
        let text = |name| column::text(row, name);
        let end = match text("outcome").as_str() {
            "" => None,
            "done" => Some(End::Done),
            "failed" => Some(End::Failed(
                Reason::parse(&text("reason")).unwrap_or_default(),
            )),
            _ => return None,
        };
        Some(Self {
            id: text("id"),
            service: ServiceId(column::count(row, "service_id")),
            action: VmAction::parse(&text("deed"), &text("subject"))?,
            asker: Person::parse(&text("asker"))?,
            asked_at: column::int(row, "asked_at").unwrap_or(0),
            try_until: column::int(row, "try_until").unwrap_or(0),
            tries: column::count(row, "tries"),
            end,
            text: text("text"),
            ended_at: column::int(row, "ended_at"),
        })
    }

    /// The statement that stores what was asked.
    pub fn insert(&self) -> Statement {
        Statement::one(
            "INSERT INTO puq_proxmox_kvm_requests (id, service_id, deed, subject, asker, asked_at, try_until, tries, \
             outcome, text) VALUES (?, ?, ?, ?, ?, ?, ?, 0, '', '')",
            vec![
                json!(self.id),
                json!(self.service.0),
                json!(self.action.word()),
                json!(self.action.subject()),
                json!(self.asker.as_str()),
                json!(self.asked_at),
                json!(self.try_until),
            ],
        )
    }

    /// The statement that ends it, if nobody else did: one row.
    pub fn conclude(&self, end: End, text: &str, now: i64) -> Statement {
        let (outcome, reason) = end.words();
        Statement::one(
            "UPDATE puq_proxmox_kvm_requests SET outcome = ?, reason = ?, text = ?, ended_at = ? \
             WHERE id = ? AND outcome = ''",
            vec![
                json!(outcome),
                json!(reason),
                json!(text),
                json!(now),
                json!(self.id),
            ],
        )
    }
}

/// The statements that end what a flow was to do for a service whose flow came to rest: the action of this flow ends so, and
/// any other was overtaken.
pub fn rested(
    service: ServiceId,
    flow: Option<FlowKey>,
    end: End,
    text: &str,
    now: i64,
) -> Vec<Statement> {
    let actions = [
        VmAction::Reinstall,
        VmAction::Restore(String::new()),
        VmAction::ResetPassword,
    ];
    let of_this = actions
        .iter()
        .find(|action| flow.is_some() && action.flow() == flow);
    let mut statements = vec![];
    if let Some(action) = of_this {
        let (outcome, reason) = end.words();
        statements.push(Statement::any(
            "UPDATE puq_proxmox_kvm_requests SET outcome = ?, reason = ?, text = ?, ended_at = ? \
             WHERE service_id = ? AND deed = ? AND outcome = ''",
            vec![
                json!(outcome),
                json!(reason),
                json!(text),
                json!(now),
                json!(service.0),
                json!(action.word()),
            ],
        ));
        if end == End::Done {
            statements.push(outdate(service, action, now));
        }
    }
    statements.push(overtake(service, now));
    statements
}

/// The statement that ends what a flow was to do for a service and will not: something else was asked for meanwhile.
pub fn overtake(service: ServiceId, now: i64) -> Statement {
    let sql = format!(
        "UPDATE puq_proxmox_kvm_requests SET outcome = 'failed', reason = ?, ended_at = ? \
         WHERE service_id = ? AND outcome = '' AND deed IN {OF_FLOWS}"
    );
    let args = vec![
        json!(Reason::Overtaken.as_str()),
        json!(now),
        json!(service.0),
    ];
    Statement::any(sql, args)
}

/// Notes that a try failed and another follows.
pub async fn count(host: &HostHandle, request: &mut Request) -> Result<(), StoreError> {
    request.tries += 1;
    let sql = "UPDATE puq_proxmox_kvm_requests SET tries = ?, text = ? WHERE id = ?";
    let args = vec![json!(request.tries), json!(request.text), json!(request.id)];
    host.affect(sql, args).await?;
    Ok(())
}

/// What goes on for a service, oldest first; what its flow does is not among it.
pub async fn open(host: &HostHandle, service: ServiceId) -> Result<Vec<Request>, StoreError> {
    let sql = format!(
        "SELECT * FROM puq_proxmox_kvm_requests WHERE service_id = ? AND outcome = '' AND deed NOT IN {OF_FLOWS} \
         ORDER BY asked_at, id"
    );
    let rows = host.select(sql, vec![json!(service.0)]).await?;
    Ok(rows.iter().filter_map(Request::read).collect())
}

/// What goes on for a service, and what ended at `since` or later and was not read by whoever asks; newest first.
pub async fn told(
    host: &HostHandle,
    service: ServiceId,
    reader: Person,
    since: i64,
    most: u64,
) -> Result<Vec<Request>, StoreError> {
    // What the staff asked for is not the client's business.
    let whose = match reader {
        Person::Client => "AND asker = 'client'",
        Person::Staff => "",
    };
    let sql = format!(
        "SELECT * FROM puq_proxmox_kvm_requests WHERE service_id = ? {whose} AND seen_by_{} = 0 \
         AND (outcome = '' OR ended_at >= ?) ORDER BY asked_at DESC, id LIMIT {most}",
        reader.as_str()
    );
    let rows = host.select(sql, vec![json!(service.0), json!(since)]);
    Ok(rows.await?.iter().filter_map(Request::read).collect())
}

/// What ended for a service at `since` or later, whoever asked for it and whether or not that was read; newest first. Single
/// steps are the staff's own business, and what was overtaken came to nothing.
pub async fn ended(
    host: &HostHandle,
    service: ServiceId,
    since: i64,
    most: usize,
) -> Result<Vec<Request>, StoreError> {
    let sql = format!(
        "SELECT * FROM puq_proxmox_kvm_requests WHERE service_id = ? AND outcome <> '' AND deed <> 'step' \
         AND reason <> 'overtaken' AND ended_at >= ? ORDER BY ended_at DESC, id LIMIT {most}"
    );
    let rows = host.select(sql, vec![json!(service.0), json!(since)]);
    Ok(rows.await?.iter().filter_map(Request::read).collect())
}

/// What failed at `since` or later and the staff did not read yet; newest first.
pub async fn failed(host: &HostHandle, since: i64, most: u64) -> Result<Vec<Request>, StoreError> {
    let sql = format!(
        "SELECT * FROM puq_proxmox_kvm_requests WHERE outcome = 'failed' AND reason <> 'overtaken' \
         AND ended_at >= ? AND seen_by_staff = 0 \
         ORDER BY ended_at DESC, id LIMIT {most}"
    );
    let rows = host.select(sql, vec![json!(since)]).await?;
    Ok(rows.iter().filter_map(Request::read).collect())
}

/// Services at rest for which something goes on: backups, or everything but backups.
pub async fn at_rest(host: &HostHandle, backups: bool) -> Result<Vec<ServiceId>, StoreError> {
    let of = if backups { "=" } else { "<>" };
    let sql = format!(
        "SELECT DISTINCT r.service_id FROM puq_proxmox_kvm_requests r \
         JOIN puqProxmoxKVM_vm_info v ON v.service_id = r.service_id WHERE r.outcome = '' AND r.deed {of} 'backup_now' \
         AND v.vm_status IN ('ready', 'error_restore', 'error_terminate', 'remove')"
    );
    let rows = host.select(sql, vec![]).await?;
    Ok(rows
        .iter()
        .map(|row| ServiceId(column::count(row, "service_id")))
        .collect())
}

/// Notes that a reader has read how it ended. `false`: the service has no such request that ended.
pub async fn seen(
    host: &HostHandle,
    service: ServiceId,
    id: &str,
    reader: Person,
    now: i64,
) -> Result<bool, StoreError> {
    let sql = format!(
        "UPDATE puq_proxmox_kvm_requests SET seen_by_{} = ? WHERE id = ? AND service_id = ? AND outcome <> ''",
        reader.as_str()
    );
    let args = vec![json!(now), json!(id), json!(service.0)];
    Ok(host.affect(sql, args).await? > 0)
}

/// A later success of the same action makes earlier failures old news, for everybody; of a step only those of that step.
pub fn outdate(service: ServiceId, action: &VmAction, now: i64) -> Statement {
    Statement::any(
        "UPDATE puq_proxmox_kvm_requests SET seen_by_client = ?, seen_by_staff = ? \
         WHERE service_id = ? AND deed = ? AND (deed <> 'step' OR subject = ?) AND outcome = 'failed'",
        vec![
            json!(now),
            json!(now),
            json!(service.0),
            json!(action.word()),
            json!(action.subject()),
        ],
    )
}

/// The statement that ends what goes on for a service whose VM is let go of.
pub fn let_go(service: ServiceId, now: i64) -> Statement {
    Statement::any(
        "UPDATE puq_proxmox_kvm_requests SET outcome = 'failed', reason = ?, text = ?, ended_at = ? \
         WHERE service_id = ? AND outcome = ''",
        vec![
            json!(Reason::Overtaken.as_str()),
            json!("the VM was let go of meanwhile"),
            json!(now),
            json!(service.0),
        ],
    )
}

/// Forgets what ended before `before`.
pub async fn forget(host: &HostHandle, before: i64) -> Result<u64, StoreError> {
    let sql = "DELETE FROM puq_proxmox_kvm_requests WHERE outcome <> '' AND ended_at < ?";
    Ok(host.affect(sql, vec![json!(before)]).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_flows_do_is_known_by_its_words() {
        let flows = [FlowKey::Reinstall, FlowKey::Restore, FlowKey::ResetPassword];
        for action in [
            VmAction::Reinstall,
            VmAction::Restore("x".to_owned()),
            VmAction::ResetPassword,
        ] {
            assert!(action.flow().is_some_and(|flow| flows.contains(&flow)));
            assert!(OF_FLOWS.contains(&format!("'{}'", action.word())));
            assert_eq!(
                rested(ServiceId(7), action.flow(), End::Done, "", 1).len(),
                3
            );
        }
        assert_eq!(OF_FLOWS.matches(',').count() + 1, flows.len());
        assert_eq!(rested(ServiceId(7), None, End::Done, "", 1).len(), 1);
    }
}
