//! The page *Backups*, for clients and staff.

use super::answer;
use super::page::{self, Asked};
use crate::custody;
use crate::custody::{Hindrance, Known, Refusal, enter, hold};
use crate::model::schedule::random_time;
use crate::model::{Deed, Failure, Schedule, VmState, lenient, say};
use crate::plan::ServiceStatus;
use crate::site::Site;
use crate::steps::backup::VmBackup;
use crate::store::request::{self, Person};
use crate::store::schedule::{self, Calendar};
use crate::store::vm;
use crate::vm::Vm;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::Instant;

/// How long a click waits for its task before the page goes on watching.
const WATCH_LIMIT: Duration = Duration::from_secs(3);

/// Where a service may stand whose backups are listed or restored.
const RESTS: [VmState; 2] = [VmState::Ready, VmState::ErrorRestore];

/// Answers a request whose `op` begins with `backup`.
pub(super) async fn api(site: &Site, asked: Asked, request: &Value) -> Result<Value, Refusal> {
    let plan = &asked.plan;
    if plan.backup_storage.is_none() || (plan.backups == 0 && asked.who == Person::Client) {
        return Err(say::no_backups().into());
    }
    let text = |key: &str| request[key].as_str().unwrap_or_default().to_owned();
    match request["op"].as_str().unwrap_or_default() {
        "backups" => list(site, asked).await,
        "backup_schedule" => {
            let days = weekdays(&request["days"]).ok_or_else(say::weekdays)?;
            // The hour is drawn, not chosen: else every client's backup would run at midnight.
            let schedule = Schedule::of(&days, random_time(&site.random));
            store(site, &asked.known, Calendar::Backups, &schedule).await
        }
        "backup_now" => page::ask(site, asked, Deed::BackUp(text("note")), room).await,
        "backup_remove" => {
            let id = text("backup");
            let deed = Deed::RemoveBackup(id.clone());
            page::ask(site, asked, deed, async |vm| may_go(vm, &id).await).await
        }
        "backup_restore" => restore(site, asked, &text("backup")).await,
        _ => Err(say::unknown().into()),
    }
}

async fn list(site: &Site, asked: Asked) -> Result<Value, Refusal> {
    let Asked { known, plan, .. } = asked;
    let entry = schedule::of(&site.host, Calendar::Backups, known.record.service).await?;
    let busy = match Hindrance::of_state(&known.record, &RESTS) {
        Some(why) => Some(why.sentence()),
        None => custody::under_way(site, known.clone(), plan.clone()).await?,
    };
    let limit = plan.backups;
    let failed = known.record.state == VmState::ErrorRestore;
    let found = match known.record.node {
        Some(_) => own(&known.look(site, plan, WATCH_LIMIT).await?).await?,
        None => vec![],
    };
    let one = |backup: &VmBackup| {
        json!({
            "id": backup.volid,
            "note": backup.text,
            "time": backup.time,
            "size": backup.size,
            "scheduled": backup.scheduled_for().is_some(),
            "protected": backup.protected,
        })
    };
    let own: Vec<Value> = found.iter().rev().map(one).collect();
    Ok(answer::accepted(json!({
        "used": own.len(),
        "limit": limit,
        "schedule": schedule_json(&entry.schedule),
        "next": entry.next,
        "busy": busy,
        "restore_failed": failed,
        "backups": own,
    })))
}

/// The service's own backups, oldest first.
async fn own(vm: &Vm) -> Result<Vec<VmBackup>, Failure> {
    let mut found = vm.backups().await?;
    found.retain(VmBackup::is_own);
    Ok(found)
}

/// Sees to it that the package has room for one more.
async fn room(vm: &mut Vm) -> Result<(), Refusal> {
    let (own, slots) = (own(vm).await?, vm.plan.backups as usize);
    if own.len() >= slots {
        return Err(say::backups_full(slots).into());
    }
    vm.watch_until(Instant::now() + WATCH_LIMIT);
    Ok(())
}

async fn may_go(vm: &mut Vm, id: &str) -> Result<(), Refusal> {
    let own = own(vm).await?;
    vm.watch_until(Instant::now() + WATCH_LIMIT);
    match own.iter().find(|backup| backup.volid == id) {
        None => Err(say::backup_gone().into()),
        Some(backup) if backup.protected => Err(say::backup_protected().into()),
        Some(_) => Ok(()),
    }
}

/// Records that a backup is to be restored; the cron does it.
async fn restore(site: &Site, asked: Asked, id: &str) -> Result<Value, Refusal> {
    let Asked { known, plan, who } = asked;
    page::free(&known, &RESTS)?;
    let held = hold(site, known, plan).await?;
    held.work(async |held| {
        let own = own(&held.vm).await?;
        if own.iter().all(|backup| backup.volid != id) {
            return Err(say::backup_gone().into());
        }
        let asked = held.vm.asked(Deed::Restore(id.to_owned()), who);
        let record = &mut held.vm.record;
        let was = record.state;
        id.clone_into(&mut record.restore_archive);
        record.restore_asked_at = site.now();
        enter(record, VmState::Restore, site.now());
        let also = vec![
            request::overtake(record.service, site.now()),
            asked.insert(),
        ];
        vm::save(&site.host, record, was, also).await?;
        Ok(answer::accepted(json!({"state": record.state.as_str()})))
    })
    .await
}

/// A list of weekdays, as an array or a text with commas; numbers may be texts. `None`: something is no weekday.
pub(super) fn weekdays(days: &Value) -> Option<Vec<u8>> {
    let words: Vec<String> = match days {
        Value::Null => vec![],
        Value::Array(days) => days.iter().map(lenient::text).collect::<Option<_>>()?,
        other => lenient::text(other)?
            .split(',')
            .map(str::to_owned)
            .collect(),
    };
    words
        .iter()
        .map(|word| word.trim())
        .filter(|word| !word.is_empty())
        .map(|word| word.parse::<u8>().ok().filter(|day| *day < 7))
        .collect()
}

/// `{days: [0…6], time: "HH:MM"}`; null where nothing is scheduled.
pub(super) fn schedule_json(schedule: &Schedule) -> Value {
    let Some((_, time)) = schedule.days().next() else {
        return Value::Null;
    };
    let days: Vec<usize> = schedule.days().map(|(day, _)| day).collect();
    json!({"days": days, "time": time.format("%H:%M").to_string()})
}

/// Stores a schedule and answers with it.
pub(super) async fn store(
    site: &Site,
    known: &Known,
    calendar: Calendar,
    schedule: &Schedule,
) -> Result<Value, Refusal> {
    if known.service.status != ServiceStatus::Active {
        return Err(Hindrance::NotActive.sentence().into());
    }
    let about = site.about().await?;
    let zone = about.zone();
    let next = schedule.next(zone, site.clock.now());
    let next = next.map(|next| next.at.timestamp());
    schedule::set(&site.host, calendar, known.record.service, schedule, next).await?;
    Ok(answer::accepted(
        json!({"schedule": schedule_json(schedule), "next": next}),
    ))
}
