//! The page *Snapshots*, for clients and staff.

use super::page::{self, PageContext};
use super::page_operations::{
    Scheduled, Snapshot, SnapshotMode, SnapshotSchedule, Snapshots, SnapshotsOp,
};
use super::{EntryError, answer, backups};
use crate::custody::{self, Hindrance, Refusal};
use crate::model::schedule::time_of_day;
use crate::model::{Schedule, VmAction, VmState, say};
use crate::plan::SnapshotPolicy;
use crate::site::Site;
use crate::steps::snapshot::OwnSnapshot;
use crate::store::schedule::{self, Calendar};
use crate::store::snapshot;
use crate::vm::Vm;
use serde_json::Value;
use std::time::Duration;
use tokio::time::Instant;

/// How long a click waits for its task before the page goes on watching.
const WATCH_LIMIT: Duration = Duration::from_secs(5);
/// Seconds of a day.
const DAY: i64 = 86_400;

/// Answers what the page asks.
pub(super) async fn api(
    site: &Site,
    context: PageContext,
    op: SnapshotsOp,
) -> Result<Value, EntryError> {
    let who = context.who;
    match op {
        SnapshotsOp::SnapshotList(op) => answer::to(&op, who, list(site, context).await),
        SnapshotsOp::SnapshotSchedule(op) => {
            let stored = save_schedule(site, context, &op).await;
            answer::to(&op, who, stored)
        }
        SnapshotsOp::SnapshotCreate(op) => {
            let action = VmAction::TakeSnapshot(op.description.clone());
            answer::to(&op, who, page::ask(site, context, action, room).await)
        }
        SnapshotsOp::SnapshotRollback(op) => {
            let action = VmAction::GoBack(op.name.clone());
            let fit = async |vm: &mut Vm| is_there(vm, &op.name).await;
            answer::to(&op, who, page::ask(site, context, action, fit).await)
        }
        SnapshotsOp::SnapshotRemove(op) => {
            let action = VmAction::RemoveSnapshot(op.name.clone());
            let fit = async |vm: &mut Vm| is_there(vm, &op.name).await;
            answer::to(&op, who, page::ask(site, context, action, fit).await)
        }
    }
}

async fn list(site: &Site, context: PageContext) -> Result<Snapshots, Refusal> {
    let PageContext { loaded, plan, .. } = context;
    let entry = schedule::of(&site.host, Calendar::Snapshots, loaded.record.service).await?;
    let busy = match Hindrance::of_state(&loaded.record, &[VmState::Ready]) {
        Some(why) => Some(why.sentence()),
        None => custody::under_way(site, loaded.clone(), plan.clone()).await?,
    };
    let own = match loaded.record.node {
        Some(_) => {
            loaded
                .look(site, plan.clone(), WATCH_LIMIT)
                .await?
                .snapshots()
                .await?
        }
        None => vec![],
    };
    let (mode, days) = match plan.snapshot_policy {
        SnapshotPolicy::Keep => (SnapshotMode::Keep, 0),
        SnapshotPolicy::Days(days) => (SnapshotMode::Days, i64::from(days)),
        SnapshotPolicy::Schedule => (SnapshotMode::Schedule, 0),
    };
    let one = |snapshot: &OwnSnapshot| Snapshot {
        name: snapshot.name.clone(),
        description: snapshot.text.clone(),
        time: snapshot.time,
        ram: snapshot.ram,
        scheduled: snapshot.day.is_some(),
        expires: (days > 0).then(|| snapshot.time + days * DAY),
    };
    Ok(Snapshots {
        used: own.len(),
        limit: plan.snapshots,
        next: entry.next.filter(|_| mode == SnapshotMode::Schedule),
        mode,
        days,
        schedule: backups::week(&entry.schedule),
        zone: site.about().await?.zone().name(),
        busy,
        snapshots: own.iter().rev().map(one).collect(),
    })
}

/// Sees to it that the package has room for one more.
async fn room(vm: &mut Vm) -> Result<(), Refusal> {
    let own = vm.snapshots().await?;
    let slots = vm.plan.snapshots as usize;
    if own.len() >= slots {
        return Err(say::snapshots_full(slots).into());
    }
    // Before it is taken: none must outlive its time because nobody knows of it. No life is shorter than a day.
    let look = vm.site.now() + DAY;
    snapshot::look_by(&vm.site.host, vm.record.service, look).await?;
    vm.watch_until(Instant::now() + WATCH_LIMIT);
    Ok(())
}

async fn is_there(vm: &mut Vm, name: &str) -> Result<(), Refusal> {
    let own = vm.snapshots().await?;
    vm.watch_until(Instant::now() + WATCH_LIMIT);
    match own.iter().any(|snapshot| snapshot.name == name) {
        true => Ok(()),
        false => Err(say::snapshot_gone().into()),
    }
}

async fn save_schedule(
    site: &Site,
    context: PageContext,
    wanted: &SnapshotSchedule,
) -> Result<Scheduled, Refusal> {
    if context.plan.snapshot_policy != SnapshotPolicy::Schedule {
        return Err(say::no_schedule().into());
    }
    let days = wanted.days.0.as_deref().ok_or_else(say::weekdays)?;
    let time = time_of_day(&wanted.time);
    let time = time.ok_or_else(say::time)?;
    let schedule = Schedule::of(days, time);
    backups::store(site, &context.loaded, Calendar::Snapshots, &schedule).await
}
