//! The page *Snapshots*, for clients and staff.

use super::page::{self, Asked};
use super::{answer, backups};
use crate::custody::{self, Hindrance, Refusal};
use crate::model::schedule::time_of_day;
use crate::model::{Deed, Schedule, VmState, say};
use crate::plan::SnapshotPolicy;
use crate::site::Site;
use crate::steps::snapshot::OwnSnapshot;
use crate::store::request::Person;
use crate::store::schedule::{self, Calendar};
use crate::store::snapshot;
use crate::vm::Vm;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::Instant;

/// How long a click waits for its task before the page goes on watching.
const WATCH_LIMIT: Duration = Duration::from_secs(5);
/// Seconds of a day.
const DAY: i64 = 86_400;

/// Answers a request whose `op` begins with `snapshot`.
pub(super) async fn api(site: &Site, asked: Asked, request: &Value) -> Result<Value, Refusal> {
    if asked.plan.snapshots == 0 && asked.who == Person::Client {
        return Err(say::no_snapshots().into());
    }
    let text = |key: &str| request[key].as_str().unwrap_or_default().to_owned();
    match request["op"].as_str().unwrap_or_default() {
        "snapshots" => list(site, asked).await,
        "snapshot_schedule" => save_schedule(site, asked, request).await,
        "snapshot_create" => {
            let deed = Deed::TakeSnapshot(text("description"));
            page::ask(site, asked, deed, room).await
        }
        "snapshot_rollback" => {
            let name = text("name");
            let deed = Deed::GoBack(name.clone());
            page::ask(site, asked, deed, async |vm| is_there(vm, &name).await).await
        }
        "snapshot_remove" => {
            let name = text("name");
            let deed = Deed::RemoveSnapshot(name.clone());
            page::ask(site, asked, deed, async |vm| is_there(vm, &name).await).await
        }
        _ => Err(say::unknown().into()),
    }
}

async fn list(site: &Site, asked: Asked) -> Result<Value, Refusal> {
    let Asked { known, plan, .. } = asked;
    let entry = schedule::of(&site.host, Calendar::Snapshots, known.record.service).await?;
    let busy = match Hindrance::of_state(&known.record, &[VmState::Ready]) {
        Some(why) => Some(why.sentence()),
        None => custody::under_way(site, known.clone(), plan.clone()).await?,
    };
    let own = match known.record.node {
        Some(_) => {
            known
                .look(site, plan.clone(), WATCH_LIMIT)
                .await?
                .snapshots()
                .await?
        }
        None => vec![],
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
    Ok(answer::accepted(json!({
        "used": own.len(),
        "limit": plan.snapshots,
        "mode": mode,
        "days": days,
        "schedule": backups::schedule_json(&entry.schedule),
        "next": entry.next.filter(|_| mode == "schedule"),
        // That of the schedule's time of day.
        "zone": site.about().await?.zone().name(),
        "busy": busy,
        "snapshots": own.iter().rev().map(one).collect::<Vec<_>>(),
    })))
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

async fn save_schedule(site: &Site, asked: Asked, request: &Value) -> Result<Value, Refusal> {
    if asked.plan.snapshot_policy != SnapshotPolicy::Schedule {
        return Err(say::no_schedule().into());
    }
    let days = backups::weekdays(&request["days"]).ok_or_else(say::weekdays)?;
    let time = request["time"].as_str().and_then(time_of_day);
    let time = time.ok_or_else(say::time)?;
    let schedule = Schedule::of(&days, time);
    backups::store(site, &asked.known, Calendar::Snapshots, &schedule).await
}
