//! Acting on a VM: store the operation, send the call, store the task's UPID, watch the task.

use super::Vm;
use crate::host::Statement;
use crate::model::{Failure, NodeName, Stop, Vmid, Wait, chain};
use crate::pve::{Class, Delivery, Exit, Kind, PveError, TaskStatus, Upid};
use crate::store::operation::{self, Operation, OperationKind, Outcome};
use crate::store::{self, StoreError};
use std::future::Future;
use std::rc::Rc;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// A task that its node does not know may still appear until this many seconds after the call was sent.
const YOUNG_TASK_S: i64 = 30;

/// Why an action did not end well.
#[derive(Debug)]
pub enum Unfinished {
    /// Proxmox refused, its task failed, or it is not known whether the call was carried out.
    Refused(PveError),
    /// It was not sent, or its task runs on past the step's budget.
    Stop(Stop),
}

impl Unfinished {
    /// What Proxmox refused it with, for those who know what to do about it.
    ///
    /// # Errors
    /// When it was not refused.
    pub fn refused(self) -> Result<PveError, Stop> {
        match self {
            Self::Refused(error) => Ok(error),
            Self::Stop(stop) => Err(stop),
        }
    }
}

impl From<Unfinished> for Stop {
    fn from(unfinished: Unfinished) -> Self {
        match unfinished {
            Unfinished::Refused(error) => error.into(),
            Unfinished::Stop(stop) => stop,
        }
    }
}

impl From<Failure> for Unfinished {
    fn from(failure: Failure) -> Self {
        Self::Stop(failure.into())
    }
}

impl From<StoreError> for Unfinished {
    fn from(error: StoreError) -> Self {
        Self::Stop(error.into())
    }
}

/// What is known of a call that failed: that it was not sent, or that Proxmox refused it. `None`: it may have been done.
fn outcome_of(error: &PveError) -> Option<Outcome> {
    match (error.delivery, error.class) {
        (Delivery::NotSent, _) => Some(Outcome::NotSent),
        (Delivery::Answered, Class::Now | Class::Tick | Class::Fatal | Class::Done) => {
            Some(Outcome::Failed)
        }
        _ => None,
    }
}

impl Vm {
    /// Sends a call that becomes a task, and watches the task as long as the step may. `what` is tried, as a failed task's
    /// error has it ("start VM 2002").
    ///
    /// The operation's row is written before the call and the UPID before the first look, so that whoever comes after a
    /// crash knows what may be under way.
    pub async fn act<F>(
        &mut self,
        kind: OperationKind,
        node: &NodeName,
        vmid: Vmid,
        intent: String,
        what: String,
        call: F,
    ) -> Result<Exit, Unfinished>
    where
        F: Future<Output = Result<Option<Upid>, PveError>>,
    {
        self.may_write()?;
        if acts_on_the_vm(kind) {
            self.prove().await?;
        }
        let operation = self.operation(kind, node, vmid, intent);
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
                Ok(Exit::Ok)
            }
            Ok(Some(upid)) => {
                operation::sent(&self.site.host, &operation.id, upid.as_str()).await?;
                let exit = self.watch(&operation, &upid).await?;
                match exit.is_success() {
                    true => Ok(exit),
                    false => Err(Unfinished::Refused(self.failed(&what, &exit))),
                }
            }
            Err(error) => {
                let (host, now) = (&self.site.host, self.site.now());
                match outcome_of(&error) {
                    Some(outcome) => {
                        let text = chain(&error);
                        operation::close(host, &operation.id, outcome, &text, now).await?;
                    }
                    // Nobody knows: the row stays open, the next pass settles it, whoever's it is. Without this a request
                    // of a web server's worker, which lives on, would hold up the crons for the whole deadline.
                    None => operation::give_up(host, &operation.id, now).await?,
                }
                Err(Unfinished::Refused(error))
            }
        }
    }

    /// What is about to be sent, as its row has it.
    fn operation(
        &self,
        kind: OperationKind,
        node: &NodeName,
        vmid: Vmid,
        intent: String,
    ) -> Operation {
        let (now, send_limit) = (self.site.now(), self.cluster.api.deadlines().heavy);
        Operation {
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
        }
    }

    /// The error of a task of ours that failed.
    pub(crate) fn failed(&self, what: &str, exit: &Exit) -> PveError {
        PveError::of_failed(what, exit).of(self.cluster.server)
    }

    /// Watches a task until it ends or the step's budget is used up, and closes its operation.
    pub(crate) async fn watch(
        &mut self,
        operation: &Operation,
        upid: &Upid,
    ) -> Result<Exit, Unfinished> {
        let (id, sent_at) = (operation.id.as_str(), operation.sent_at);
        let began = Instant::now();
        let cluster = Rc::clone(&self.cluster);
        let watched = cluster.task_watch.watch(upid);
        let usual = self.usual.take();
        let mut pause = cluster.task_watch.pace.pause(Duration::ZERO, usual);
        loop {
            if Instant::now() + pause > self.until {
                return Err(Unfinished::Stop(Wait::Task(upid.clone()).into()));
            }
            sleep(pause).await;
            pause = cluster.task_watch.pace.pause(began.elapsed(), usual);
            match watched.look(&cluster.api).await {
                Ok(TaskStatus::Running) => {}
                Ok(TaskStatus::Stopped(exit)) => {
                    let exit = cluster.api.explained(upid, exit).await;
                    let outcome = if exit.is_success() {
                        Outcome::Done
                    } else {
                        Outcome::Failed
                    };
                    let text = exit.to_string();
                    operation::close(&self.site.host, id, outcome, &text, self.site.now()).await?;
                    self.observed = None;
                    self.seen = None;
                    return Ok(exit);
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
                    return Err(Unfinished::Refused(error));
                }
                Err(error) if error.class == Class::Fatal && error.kind != Kind::TaskUnknown => {
                    return Err(Unfinished::Refused(error));
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
