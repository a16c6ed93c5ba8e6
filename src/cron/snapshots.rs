//! The tasks `removeOldSnapshots` and `scheduleSnapshot`.

use super::backups::ServiceLine;
use super::task_context::TaskContext;
use super::{Applies, TaskReport, Tick};
use crate::engine::Subject;
use crate::model::{Occurrence, ServiceId, StepResult, Stop, Verdict};
use crate::plan::SnapshotPolicy;
use crate::steps::snapshot::OwnSnapshot;
use crate::store::schedule::{self, Calendar, Entry};
use crate::store::vm::VmRecord;
use crate::store::{StoreError, product, snapshot};
use crate::vm::Vm;
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use futures_util::stream::FuturesUnordered;
use std::time::Duration;
use tokio::time::Instant;

/// At most this many services are worked on in one run.
const SERVICES_PER_RUN: u64 = 2000;
/// How long a run watches the snapshots of one VM.
const TIME_PER_VM: Duration = Duration::from_secs(60);
/// Seconds of a day: how long a snapshot lives is counted in days.
const DAY_S: i64 = 86_400;
/// A snapshot may be taken up to this many seconds after it was due, even past midnight; after that it is given up.
const GRACE_S: i64 = 2 * 3600;
/// After a failure the service is looked at again after this many seconds.
const PAUSE_S: i64 = 900;

/// Removes snapshots that have lived as long as the product lets them.
pub(super) fn remove_old<'t>(
    tick: &'t Tick<'_>,
) -> LocalBoxFuture<'t, Result<TaskReport, StoreError>> {
    Box::pin(async move {
        let host = &tick.site.host;
        let due = snapshot::due(host, tick.site.now(), SERVICES_PER_RUN).await?;
        let mut report = TaskReport::default();
        if due.is_empty() {
            return Ok(report);
        }
        let (context, records) = TaskContext::begin(tick, &due).await?;
        let mut running: FuturesUnordered<_> = records
            .into_iter()
            .map(|record| expire_one(&context, record))
            .collect();
        while let Some(told) = running.next().await {
            if let Some(told) = told? {
                told.add_to(&mut report);
            }
        }
        Ok(report)
    })
}

async fn expire_one(
    context: &TaskContext<'_, '_>,
    mut record: VmRecord,
) -> Result<Option<ServiceLine>, StoreError> {
    let (site, service) = (context.tick.site, record.service);
    let now = site.now();
    let days = match context.custody.plan(&record) {
        Ok((plan, _)) => match plan.snapshot_policy {
            SnapshotPolicy::Days(days) => Ok(Some(i64::from(days))),
            SnapshotPolicy::Keep | SnapshotPolicy::Schedule => Ok(None),
        },
        Err(failure) => Err(failure),
    };
    let (next, told) = match days {
        // Nothing expires; a changed product is noticed within a day, without asking Proxmox.
        Ok(None) => (Some(now + DAY_S), None),
        Ok(Some(days)) => match context.custody.vm(&mut record).await {
            Ok(mut vm) => {
                vm.begin_step(Instant::now() + TIME_PER_VM);
                let mut removed = 0;
                match expire(&mut vm, now - days * DAY_S, &mut removed).await {
                    Ok(oldest) => {
                        let next = oldest.map(|oldest| (oldest + days * DAY_S).min(now + DAY_S));
                        (next, told(service, removed))
                    }
                    // Something is under way.
                    Err(Stop::Wait(_)) => (Some(now), told(service, removed)),
                    Err(Stop::Failed(failure)) => (
                        Some(now + PAUSE_S),
                        Some(ServiceLine::failed(service, failure.text.as_str())),
                    ),
                }
            }
            Err(failure) => (
                Some(now + PAUSE_S),
                Some(ServiceLine::failed(service, failure.text.as_str())),
            ),
        },
        Err(failure) => (
            Some(now + PAUSE_S),
            Some(ServiceLine::failed(service, failure.text.as_str())),
        ),
    };
    snapshot::look_next(&site.host, service, next).await?;
    context.custody.end(service).await?;
    Ok(told)
}

fn told(service: ServiceId, removed: u64) -> Option<ServiceLine> {
    (removed > 0).then(|| ServiceLine::done(service, format!("[success] removed:{removed}")))
}

/// Removes what is older than `before`; the moment at which the oldest of the others was taken.
async fn expire(vm: &mut Vm, before: i64, removed: &mut u64) -> Result<Option<i64>, Stop> {
    vm.settle().await?;
    let own = vm.snapshots().await?;
    // One without a time is still being taken.
    let (old, young): (Vec<OwnSnapshot>, Vec<OwnSnapshot>) = own
        .into_iter()
        .partition(|snapshot| snapshot.time > 0 && snapshot.time <= before);
    for snapshot in old {
        vm.remove_snapshot(&snapshot.name).await?;
        *removed += 1;
    }
    Ok(young.first().map(|snapshot| snapshot.time.max(before)))
}

/// Whether any product lets its clients schedule snapshots.
pub(super) fn applies<'t>(tick: &'t Tick<'_>) -> LocalBoxFuture<'t, Result<Applies, StoreError>> {
    Box::pin(async move {
        Ok(if product::any_snapshot_schedule(&tick.site.host).await? {
            Applies::Yes
        } else {
            Applies::No
        })
    })
}

/// Takes the snapshots that are due.
pub(super) fn scheduled<'t>(
    tick: &'t Tick<'_>,
) -> LocalBoxFuture<'t, Result<TaskReport, StoreError>> {
    Box::pin(async move {
        let site = tick.site;
        let due = schedule::due(
            &site.host,
            Calendar::Snapshots,
            Some(site.now()),
            SERVICES_PER_RUN,
        )
        .await?;
        let mut report = TaskReport::default();
        if due.is_empty() {
            return Ok(report);
        }
        let services: Vec<ServiceId> = due.iter().map(|entry| entry.service).collect();
        let (context, records) = TaskContext::begin(tick, &services).await?;
        let mut running: FuturesUnordered<_> = records
            .into_iter()
            .filter_map(|record| {
                let entry = due.iter().find(|entry| entry.service == record.service)?;
                Some(take_one(&context, record, entry))
            })
            .collect();
        while let Some(told) = running.next().await {
            if let Some(told) = told? {
                told.add_to(&mut report);
            }
        }
        Ok(report)
    })
}

async fn take_one(
    context: &TaskContext<'_, '_>,
    mut record: VmRecord,
    entry: &Entry,
) -> Result<Option<ServiceLine>, StoreError> {
    let (tick, service) = (context.tick, record.service);
    let now = tick.site.clock.now();
    let next = entry.schedule.next(tick.zone, now);
    let next = next.map(|next| next.at.timestamp());
    let due = entry.schedule.latest(tick.zone, now);
    let due = due.filter(|due| now.timestamp() - due.at.timestamp() <= GRACE_S);
    let (next, told) = match (due, context.custody.vm(&mut record).await) {
        (_, Err(failure)) => (
            Some(now.timestamp() + PAUSE_S),
            Some(ServiceLine::failed(service, failure.text.as_str())),
        ),
        (None, Ok(_)) => (
            next,
            Some(ServiceLine::skipped(
                service,
                "missed, the cron did not run".to_owned(),
            )),
        ),
        (Some(due), Ok(mut vm)) => {
            vm.begin_step(Instant::now() + TIME_PER_VM);
            let scheduled = vm.plan.snapshot_policy == SnapshotPolicy::Schedule;
            if !scheduled || vm.plan.snapshots == 0 || vm.record.suspended() {
                (next, None)
            } else {
                match take(&mut vm, due).await {
                    // Something else is under way; it is tried again in the next run.
                    Err(Stop::Wait(_)) => (entry.next, None),
                    Ok(Taken::Already) => {
                        let day = due.day.format("%Y-%m-%d");
                        let why = format!("already_done_today, last:{day}");
                        (next, Some(ServiceLine::skipped(service, why)))
                    }
                    Ok(Taken::Begun) => (
                        next,
                        Some(ServiceLine::done(service, "[success] created".to_owned())),
                    ),
                    Err(Stop::Failed(failure)) => (
                        Some(now.timestamp() + PAUSE_S),
                        Some(ServiceLine::failed(service, failure.text.as_str())),
                    ),
                }
            }
        }
    };
    schedule::look_next(
        &tick.site.host,
        Calendar::Snapshots,
        service,
        entry.next,
        next,
    )
    .await?;
    context.custody.end(service).await?;
    Ok(told)
}

enum Taken {
    /// Now.
    Begun,
    /// By an earlier run.
    Already,
}

async fn take(vm: &mut Vm, due: Occurrence) -> Result<Taken, Stop> {
    vm.settle().await?;
    let own = vm.snapshots().await?;
    if own.iter().any(|snapshot| snapshot.day == Some(due.day)) {
        return Ok(Taken::Already);
    }
    let slots = usize::try_from(vm.plan.snapshots).unwrap_or(usize::MAX);
    rotate(vm, &own, slots.saturating_sub(1)).await?;
    let now = vm.site.now();
    snapshot::look_by(&vm.site.host, vm.record.service, now + DAY_S).await?;
    match vm.take_scheduled_snapshot(due.day).await {
        Ok(_) | Err(Stop::Wait(_)) => Ok(Taken::Begun),
        Err(stop) => Err(stop),
    }
}

/// Removes the oldest until no more than `keep` are left.
async fn rotate(vm: &mut Vm, own: &[OwnSnapshot], keep: usize) -> StepResult {
    for snapshot in own.iter().take(own.len().saturating_sub(keep)) {
        vm.remove_snapshot(&snapshot.name).await?;
    }
    Ok(Verdict::Done)
}
