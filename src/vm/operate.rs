//! Acting on a VM: store the operation, send the call, store the task's UPID, watch the task.

use super::Vm;
use crate::host::Statement;
use crate::model::{Failure, NodeName, Vmid};
use crate::pve::{Class, Exit, Kind, PveError, Stage, TaskStatus, Upid};
use crate::store;
use crate::store::operation::{self, Operation, OperationKind, Outcome};
use std::future::Future;
use std::rc::Rc;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// A task that its node does not know may still appear until this many seconds after the call was sent.
const YOUNG_TASK_S: i64 = 30;

/// What came of an action.
#[derive(Debug)]
pub enum Acted {
    /// The task ended.
    Ended(Exit),
    /// The task runs on past the step's budget.
    Running(Upid),
    /// Proxmox refused, or it is not known whether the call was carried out.
    Refused(PveError),
}

impl Vm {
    /// Sends a call that becomes a task, and watches the task as long as the step may.
    ///
    /// The operation's row is written before the call and the UPID before the first look, so that whoever comes after a
    /// crash knows what may be under way.
    pub async fn act<F>(
        &mut self,
        kind: OperationKind,
        node: &NodeName,
        vmid: Vmid,
        intent: String,
        call: F,
    ) -> Result<Acted, Failure>
    where
        F: Future<Output = Result<Option<Upid>, PveError>>,
    {
        self.may_write()?;
        if acts_on_the_vm(kind) {
            self.prove().await?;
        }
        let (now, send_limit) = (self.site.now(), self.fleet.api.deadlines().heavy);
        let operation = Operation {
            id: self.site.random.token(),
            service: self.record.service,
            kind,
            vmid: Some(vmid),
            node: Some(node.clone()),
            intent,
            holder: self.holder.clone(),
            sent_at: now,
            deadline_at: now + i64::try_from(send_limit.as_secs()).unwrap_or(60),
            upid: None,
            request: self.request.clone(),
        };
        // The person's request and the operation are stored together, before anything is sent.
        let mut rows: Vec<Statement> = self.unwritten.take().into_iter().collect();
        rows.push(operation::begin(&operation, self.record.mark.as_str()));
        store::write(&self.site.host, rows).await?;
        let answer = call.await;
        self.observed = None;
        self.seen = None;
        match answer {
            // Older releases of Proxmox do some changes without a task: then the change is done already.
            Ok(None) => {
                operation::close(
                    &self.site.host,
                    &operation.id,
                    Outcome::Done,
                    "",
                    self.site.now(),
                )
                .await?;
                Ok(Acted::Ended(Exit::Ok))
            }
            Ok(Some(upid)) => {
                operation::sent(&self.site.host, &operation.id, upid.as_str()).await?;
                self.watch(&operation, &upid).await
            }
            Err(error) => {
                let outcome = match (error.stage, error.class) {
                    (Stage::NotSent, _) => Some(Outcome::NotSent),
                    (Stage::Answered, Class::Now | Class::Tick | Class::Fatal | Class::Done) => {
                        Some(Outcome::Failed)
                    }
                    _ => None,
                };
                let (host, now) = (&self.site.host, self.site.now());
                match outcome {
                    Some(outcome) => {
                        let text = error.to_string();
                        operation::close(host, &operation.id, outcome, &text, now).await?;
                    }
                    // Nobody knows: the row stays open, the next pass settles it, whoever's it is. Without this a request
                    // of a web server's worker, which lives on, would hold up the crons for the whole deadline.
                    None => operation::give_up(host, &operation.id, now).await?,
                }
                Ok(Acted::Refused(error))
            }
        }
    }

    /// Watches a task until it ends or the step's budget is used up, and closes its operation.
    pub(crate) async fn watch(
        &mut self,
        operation: &Operation,
        upid: &Upid,
    ) -> Result<Acted, Failure> {
        let (id, sent_at) = (operation.id.as_str(), operation.sent_at);
        let began = Instant::now();
        let fleet = Rc::clone(&self.fleet);
        let watched = fleet.task_watch.watch(upid);
        let usual = self.usual.take();
        let mut pause = fleet.task_watch.pace.pause(Duration::ZERO, usual);
        loop {
            if Instant::now() + pause > self.until {
                return Ok(Acted::Running(upid.clone()));
            }
            sleep(pause).await;
            pause = fleet.task_watch.pace.pause(began.elapsed(), usual);
            match watched.look(&fleet.api).await {
                Ok(TaskStatus::Running) => {}
                Ok(TaskStatus::Stopped(exit)) => {
                    let exit = fleet.api.explained(upid, exit).await;
                    let outcome = if exit.is_success() {
                        Outcome::Done
                    } else {
                        Outcome::Failed
                    };
                    let text = exit.to_string();
                    operation::close(&self.site.host, id, outcome, &text, self.site.now()).await?;
                    self.observed = None;
                    self.seen = None;
                    return Ok(Acted::Ended(exit));
                }
                // A young task's file may not be there yet; an old one's was rotated away: the object decides then.
                Err(error)
                    if error.kind == Kind::TaskUnknown
                        && self.site.now() - sent_at > YOUNG_TASK_S =>
                {
                    operation::close(
                        &self.site.host,
                        id,
                        Outcome::Lost,
                        &error.text,
                        self.site.now(),
                    )
                    .await?;
                    return Ok(Acted::Refused(error));
                }
                Err(error) if error.class == Class::Fatal && error.kind != Kind::TaskUnknown => {
                    return Ok(Acted::Refused(error));
                }
                // The task goes on whether or not it can be watched.
                Err(_) => {}
            }
        }
    }
}

/// Whether this changes a VM that is there. A clone and a restore make one, and look at the number themselves; a backup
/// carries a mark of its own.
fn acts_on_the_vm(kind: OperationKind) -> bool {
    !matches!(
        kind,
        OperationKind::Clone | OperationKind::Restore | OperationKind::RemoveBackup
    )
}
