//! The page *Snapshots*, for clients and staff.

use super::held::{self, Asked, Who};
use super::{EntryError, service};
use crate::model::schedule::time_of_day;
use crate::model::{Deed, Failure, Schedule, VmState};
use crate::plan::{Plan, SnapshotPolicy};
use crate::site::Site;
use crate::steps::Vm;
use crate::steps::snapshot::OwnSnapshot;
use crate::store::schedule::{self, Calendar};
use crate::store::snapshot;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::Instant;

/// How long a click waits for its task before the page goes on watching.
const PATIENCE: Duration = Duration::from_secs(5);
/// Seconds of a day.
const DAY: i64 = 86_400;

/// Answers a request whose `op` begins with `snapshot`.
pub(super) async fn api(site: &Site, asked: Asked, request: &Value) -> Result<Value, EntryError> {
    let Asked { known, plan, who } = asked;
    if plan.snapshots == 0 && who == Who::Client {
        return Ok(service::refusal("Your product does not include snapshots."));
    }
    let text = |key: &str| request[key].as_str().unwrap_or_default().to_owned();
    match request["op"].as_str().unwrap_or_default() {
        "snapshots" => list(site, known, plan, who).await,
        "snapshot_schedule" => save_schedule(site, &known, &plan, request).await,
        "snapshot_create" => {
            let deed = Deed::TakeSnapshot(text("description"));
            held::ask(site, known, plan, who, deed, async |vm| room(vm).await).await
        }
        "snapshot_rollback" => {
            let name = text("name");
            let deed = Deed::GoBack(name.clone());
            let fit = async |vm: &mut Vm| is_there(vm, &name).await;
            held::ask(site, known, plan, who, deed, fit).await
        }
        "snapshot_remove" => {
            let name = text("name");
            let deed = Deed::RemoveSnapshot(name.clone());
            let fit = async |vm: &mut Vm| is_there(vm, &name).await;
            held::ask(site, known, plan, who, deed, fit).await
        }
        _ => Ok(service::refusal(held::UNKNOWN)),
    }
}

async fn list(
    site: &Site,
    known: service::Known,
    plan: Plan,
    who: Who,
) -> Result<Value, EntryError> {
    let id = known.record.service;
    let entry = schedule::of(&site.host, Calendar::Snapshots, id).await?;
    let again = known.clone();
    let busy = match known.record.state {
        VmState::Ready => held::busy(site, again, plan.clone()).await?,
        state => Some(held::not_ready(state).to_owned()),
    };
    let own = if known.record.node.is_some() {
        match read(site, known, plan.clone()).await {
            Ok(own) => own,
            Err(failure) => return Ok(who.refusal(failure)),
        }
    } else {
        vec![]
    };
    let (mode, days) = match plan.snapshot_policy {
        SnapshotPolicy::Keep => ("keep", 0),
        SnapshotPolicy::Days(days) => ("days", i64::from(days)),
        SnapshotPolicy::Schedule => ("schedule", 0),
    };
    let one = |snapshot: &OwnSnapshot| {
        json!({
            "name": snapshot.name,
            "description": snapshot.text,
            "time": snapshot.time,
            "ram": snapshot.ram,
            "scheduled": snapshot.day.is_some(),
            "expires": (days > 0).then(|| snapshot.time + days * DAY),
        })
    };
    Ok(service::accepted(json!({
        "used": own.len(),
        "limit": plan.snapshots,
        "mode": mode,
        "days": days,
        "schedule": super::backups::schedule_json(&entry.schedule),
        "next": entry.next.filter(|_| mode == "schedule"),
        "busy": busy,
        "snapshots": own.iter().rev().map(one).collect::<Vec<_>>(),
    })))
}

async fn read(site: &Site, known: service::Known, plan: Plan) -> Result<Vec<OwnSnapshot>, Failure> {
    let vm = held::look(site, known, plan, PATIENCE).await?;
    vm.snapshots().await
}

/// Whether the package has room for one more. `Ok(Err(…))`: refused, a sentence for anybody.
async fn room(vm: &mut Vm) -> Result<Result<(), String>, Failure> {
    let own = vm.snapshots().await?;
    let slots = vm.plan.snapshots as usize;
    if own.len() >= slots {
        return Ok(Err(format!(
            "All {slots} snapshots of the package are in use; remove one first."
        )));
    }
    // Before it is taken: none must outlive its time because nobody knows of it. No life is shorter than a day.
    let look = vm.site.now() + DAY;
    snapshot::look_by(&vm.site.host, vm.record.service, look).await?;
    vm.watch_until(Instant::now() + PATIENCE);
    Ok(Ok(()))
}

async fn is_there(vm: &mut Vm, name: &str) -> Result<Result<(), String>, Failure> {
    let own = vm.snapshots().await?;
    vm.watch_until(Instant::now() + PATIENCE);
    Ok(match own.iter().any(|snapshot| snapshot.name == name) {
        true => Ok(()),
        false => Err("There is no such snapshot any more.".to_owned()),
    })
}

async fn save_schedule(
    site: &Site,
    known: &service::Known,
    plan: &Plan,
    request: &Value,
) -> Result<Value, EntryError> {
    if plan.snapshot_policy != SnapshotPolicy::Schedule {
        return Ok(service::refusal(
            "Your product does not include scheduled snapshots.",
        ));
    }
    let Some(days) = super::backups::weekdays(&request["days"]) else {
        return Ok(service::refusal(super::backups::WEEKDAYS));
    };
    let Some(time) = request["time"].as_str().and_then(time_of_day) else {
        return Ok(service::refusal(
            "The time must be written as HH:MM, 00:00 to 23:59.",
        ));
    };
    let schedule = Schedule::of(&days, time);
    super::backups::store(site, known, Calendar::Snapshots, &schedule).await
}
