//! Settling what an earlier pass left in flight, before anything else is done.

use super::migrate;
use crate::engine::{Subject, WaitBudget};
use crate::model::{Skip, StepResult, Stop, Verdict, Wait};
use crate::pve::{Kind, TaskFilter, Upid};
use crate::store::operation::{self, Operation, OperationKind, Outcome};
use crate::store::vm::VmRecord;
use crate::vm::{Standing, Unfinished, Vm};
use futures_util::future::LocalBoxFuture;
use tokio::time::Instant;

/// A task this much older than its operation, by the node's own clock, may still be its: clocks are set right at times.
const CLOCK_SKEW_S: i64 = 300;
/// How many of a node's tasks are listed: a storm of orders makes hundreds of one kind.
const TASKS_LISTED: u32 = 500;

impl Subject for Vm {
    fn record(&self) -> &VmRecord {
        &self.record
    }

    fn record_mut(&mut self) -> &mut VmRecord {
        &mut self.record
    }

    fn begin_step(&mut self, until: Instant) {
        self.until = until;
        // What is still remembered was read in this pass; without it the mark is looked for again.
        self.owned &= self.observed.is_some();
    }

    fn begin_pass(&mut self, wait_budget: WaitBudget) {
        self.wait_budget = wait_budget;
    }

    fn take_notes(&mut self) -> Vec<String> {
        std::mem::take(&mut self.notes)
    }

    fn settle(&mut self) -> LocalBoxFuture<'_, StepResult> {
        Box::pin(settle(self))
    }
}

/// Goes through the service's open operations, oldest first.
async fn settle(vm: &mut Vm) -> StepResult {
    let open = operation::in_flight(&vm.site.host, vm.record.service).await?;
    if open.is_empty() {
        return Ok(Verdict::Skipped(Skip::NoChange));
    }
    for operation in open {
        settle_one(vm, operation).await?;
    }
    Ok(Verdict::Done)
}

async fn settle_one(vm: &mut Vm, operation: Operation) -> Result<(), Stop> {
    if operation.kind == OperationKind::Mail {
        // Whether it left the house is not known; it is sent again rather than never.
        return close(vm, &operation, "killed while sending").await;
    }
    let upid = match &operation.upid {
        Some(text) => text.parse::<Upid>().ok(),
        None => search(vm, &operation).await?,
    };
    let Some(upid) = upid else {
        let text = "no trace of it; the VM itself was looked at";
        return close(vm, &operation, text).await;
    };
    if operation.upid.is_none() {
        operation::sent(&vm.site.host, &operation.id, upid.as_str()).await?;
    }
    if operation.kind == OperationKind::Migrate {
        migrate::bound(vm).await?;
    }
    match vm.watch(&operation, &upid).await {
        Ok(exit) if exit.is_success() => {}
        Ok(exit) => vm.note(format!("{} ended: {exit}", upid.as_str())),
        Err(Unfinished::Refused(error)) if error.kind == Kind::TaskUnknown => {}
        Err(unfinished) => return Err(unfinished.into()),
    }
    Ok(())
}

/// Looks for the task of an operation whose answer never came. `None`: there is no trace of one.
async fn search(vm: &Vm, operation: &Operation) -> Result<Option<Upid>, Stop> {
    let (Some(node), Some(vmid), Some(kind)) =
        (&operation.node, operation.vmid, operation.kind.task_type())
    else {
        return Ok(None);
    };
    let theirs = operation.holder != vm.holder && !vm.site.process.knows_dead(&operation.holder);
    if theirs && vm.site.now() < operation.deadline_at {
        return Err(Stop::Wait(Wait::OtherRun {
            kind: operation.kind,
            vmid,
        }));
    }
    // Tasks are dated by the node's clock, operations by ours. A node that does not tell its time is taken to agree.
    let theirs = vm.cluster.api.node_time(node).await.ok();
    let ahead = theirs
        .and_then(|time| i64::try_from(time).ok())
        .map_or(0, |time| time - vm.site.now());
    let filter = TaskFilter {
        kind: Some(kind.to_owned()),
        since: u64::try_from(operation.sent_at + ahead - CLOCK_SKEW_S).ok(),
        limit: Some(TASKS_LISTED),
        ..TaskFilter::default()
    };
    let tasks = vm.cluster.api.node_tasks(node, &filter).await?;
    // A clone's UPID carries the template's number, every other task the VM's own.
    let subject = match operation.kind {
        OperationKind::Clone => operation.intent.clone(),
        _ => vmid.to_string(),
    };
    let user = vm.cluster.api.user();
    let mut unclaimed = tasks;
    unclaimed.retain(|task| task.upid.id == subject && task.upid.user == user);
    let texts = unclaimed.iter().map(|task| task.upid.as_str().to_owned());
    let known = operation::known_upids(&vm.site.host, &texts.collect::<Vec<_>>()).await?;
    unclaimed.retain(|task| !known.iter().any(|upid| upid == task.upid.as_str()));
    if operation.kind != OperationKind::Clone {
        let newest = unclaimed.into_iter().max_by_key(|task| task.starttime);
        return Ok(newest.map(|task| task.upid));
    }
    // Clones of one template look alike. Is one under way at our number?
    let forming = match vm.cluster.api.vm(node, vmid).config().await {
        Ok(config) => Standing::of(&config, &vm.record.mark) == Standing::Forming,
        Err(error) if error.is_missing(vmid) => false,
        Err(error) => return Err(error.into()),
    };
    unclaimed.retain(|task| forming && task.is_running());
    match unclaimed.len() {
        2.. => Err(Stop::Wait(Wait::Clone {
            template: subject,
            vmid,
        })),
        // None: the request may still be in the server's hands, but a second one to the same number is refused by Proxmox.
        _ => Ok(unclaimed.pop().map(|task| task.upid)),
    }
}

async fn close(vm: &Vm, operation: &Operation, text: &str) -> Result<(), Stop> {
    operation::close(
        &vm.site.host,
        &operation.id,
        Outcome::Lost,
        text,
        vm.site.now(),
    )
    .await?;
    Ok(())
}
