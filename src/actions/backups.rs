//! The page *Backups*, for clients and staff.

use super::held::{self, Asked, Who};
use super::{EntryError, service};
use crate::model::schedule::random_time;
use crate::model::{Deed, Failure, Schedule, VmState, lenient};
use crate::plan::{Plan, ServiceStatus};
use crate::site::Site;
use crate::steps::Vm;
use crate::steps::backup::VmBackup;
use crate::store::schedule::{self, Calendar};
use crate::store::{StoreError, request, vm};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::Instant;

/// How long a click waits for its task before the page goes on watching.
const PATIENCE: Duration = Duration::from_secs(3);
/// What weekdays must look like.
pub(super) const WEEKDAYS: &str = "Weekdays must be numbers from 0 (Sunday) to 6 (Saturday).";

/// Answers a request whose `op` begins with `backup`.
pub(super) async fn api(site: &Site, asked: Asked, request: &Value) -> Result<Value, EntryError> {
    let Asked { known, plan, who } = asked;
    if plan.backup_storage.is_none() || (plan.backups == 0 && who == Who::Client) {
        return Ok(service::refusal("Your product does not include backups."));
    }
    let text = |key: &str| request[key].as_str().unwrap_or_default().to_owned();
    match request["op"].as_str().unwrap_or_default() {
        "backups" => list(site, known, plan, who).await,
        "backup_schedule" => {
            let Some(days) = weekdays(&request["days"]) else {
                return Ok(service::refusal(WEEKDAYS));
            };
            // The hour is drawn, not chosen: else every client's backup would run at midnight.
            let schedule = Schedule::of(&days, random_time(&site.chance));
            store(site, &known, Calendar::Backups, &schedule).await
        }
        "backup_now" => {
            let deed = Deed::BackUp(text("note"));
            held::ask(site, known, plan, who, deed, async |vm| room(vm).await).await
        }
        "backup_remove" => {
            let id = text("backup");
            let deed = Deed::RemoveBackup(id.clone());
            let fit = async |vm: &mut Vm| may_go(vm, &id).await;
            held::ask(site, known, plan, who, deed, fit).await
        }
        "backup_restore" => restore(site, known, plan, who, &text("backup")).await,
        _ => Ok(service::refusal(held::UNKNOWN)),
    }
}

async fn list(
    site: &Site,
    known: service::Known,
    plan: Plan,
    who: Who,
) -> Result<Value, EntryError> {
    let entry = schedule::of(&site.host, Calendar::Backups, known.record.service).await?;
    let again = known.clone();
    let busy = match known.record.state {
        VmState::Ready | VmState::ErrorRestore => held::busy(site, again, plan.clone()).await?,
        state => Some(held::not_ready(state).to_owned()),
    };
    let limit = plan.backups;
    let failed = known.record.state == VmState::ErrorRestore;
    let found = if known.record.node.is_some() {
        match read(site, known, plan).await {
            Ok(found) => found,
            Err(failure) => return Ok(who.refusal(failure)),
        }
    } else {
        vec![]
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
    Ok(service::accepted(json!({
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
async fn read(site: &Site, known: service::Known, plan: Plan) -> Result<Vec<VmBackup>, Failure> {
    let vm = held::look(site, known, plan, PATIENCE).await?;
    own(&vm).await
}

async fn own(vm: &Vm) -> Result<Vec<VmBackup>, Failure> {
    let mut found = vm.backups().await?;
    found.retain(VmBackup::is_own);
    Ok(found)
}

/// Whether the package has room for one more. `Ok(Err(…))`: refused, a sentence for anybody.
async fn room(vm: &mut Vm) -> Result<Result<(), String>, Failure> {
    let (own, slots) = (own(vm).await?, vm.plan.backups as usize);
    if own.len() >= slots {
        return Ok(Err(format!(
            "All {slots} backups of the package are in use; remove one first."
        )));
    }
    vm.watch_until(Instant::now() + PATIENCE);
    Ok(Ok(()))
}

async fn may_go(vm: &mut Vm, id: &str) -> Result<Result<(), String>, Failure> {
    let own = own(vm).await?;
    vm.watch_until(Instant::now() + PATIENCE);
    Ok(match own.iter().find(|backup| backup.volid == id) {
        None => Err(GONE.to_owned()),
        Some(backup) if backup.protected => {
            Err("This backup is protected; please contact support.".to_owned())
        }
        Some(_) => Ok(()),
    })
}

const GONE: &str = "There is no such backup any more.";

/// Records that a backup is to be restored; the cron does it.
async fn restore(
    site: &Site,
    known: service::Known,
    plan: Plan,
    who: Who,
    id: &str,
) -> Result<Value, EntryError> {
    if known.service.status != ServiceStatus::Active || known.record.suspended() {
        return Ok(service::refusal("The service is not active."));
    }
    if !matches!(known.record.state, VmState::Ready | VmState::ErrorRestore) {
        return Ok(service::refusal(held::not_ready(known.record.state)));
    }
    let held = match held::hold(site, known, plan).await? {
        Ok(held) => held,
        Err(why) => return Ok(service::refusal(why)),
    };
    let answer = match own(&held.vm).await {
        Ok(own) if own.iter().any(|backup| backup.volid == id) => {
            let mut record = held.vm.record.clone();
            let was = record.state;
            record.state = VmState::Restore;
            let asked = held.vm.asked(Deed::Restore(id.to_owned()), who.person());
            record.flow = asked.deed.flow();
            id.clone_into(&mut record.restore_archive);
            record.restore_asked_at = site.now();
            record.clear_waiting();
            record.next_look_at = Some(site.now());
            let also = vec![
                request::overtake(record.service, site.now()),
                asked.insert(),
            ];
            match vm::save(&site.host, &mut record, was, also).await {
                Ok(()) => service::accepted(json!({"state": record.state.as_str()})),
                Err(StoreError::Stale) => {
                    service::refusal("The service changed this moment; please try again.")
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(_) => service::refusal(GONE),
        Err(failure) => who.refusal(failure),
    };
    held.let_go(site).await?;
    Ok(answer)
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
    known: &service::Known,
    calendar: Calendar,
    schedule: &Schedule,
) -> Result<Value, EntryError> {
    if known.service.status != ServiceStatus::Active {
        return Ok(service::refusal("The service is not active."));
    }
    let about = site.host.describe().await?;
    let zone = about.zone();
    let next = schedule.next(zone, site.clock.now());
    let next = next.map(|next| next.at.timestamp());
    schedule::set(&site.host, calendar, known.record.service, schedule, next).await?;
    Ok(service::accepted(
        json!({"schedule": schedule_json(schedule), "next": next}),
    ))
}
