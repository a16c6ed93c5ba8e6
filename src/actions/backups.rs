//! The page *Backups*, for clients and staff.

use super::page::{self, PageContext};
use super::page_operations::{
    Backup, BackupSchedule, Backups, BackupsOp, Entered, Scheduled, Week,
};
use super::{EntryError, answer};
use crate::custody;
use crate::custody::{Hindrance, LeasedService, LoadedService, Refusal, enter};
use crate::model::schedule::random_time;
use crate::model::{Failure, Schedule, VmAction, VmState, say};
use crate::plan::ServiceStatus;
use crate::site::Site;
use crate::steps::backup::VmBackup;
use crate::store::request;
use crate::store::schedule::{self, Calendar};
use crate::store::vm;
use crate::vm::Vm;
use serde_json::Value;
use std::time::Duration;
use tokio::time::Instant;

/// How long a click waits for its task before the page goes on watching.
const WATCH_LIMIT: Duration = Duration::from_secs(3);

/// Where a service may stand whose backups are listed or restored.
const RESTS: [VmState; 2] = [VmState::Ready, VmState::ErrorRestore];

/// Answers what the page asks.
pub(super) async fn api(
    site: &Site,
    context: PageContext,
    op: BackupsOp,
) -> Result<Value, EntryError> {
    let who = context.who;
    if context.plan.backup_storage.is_none() {
        return answer::denied(who, say::no_backups().into());
    }
    match op {
        BackupsOp::BackupList(op) => answer::to(&op, who, list(site, context).await),
        BackupsOp::BackupSchedule(op) => {
            let stored = save_schedule(site, &context.loaded, &op).await;
            answer::to(&op, who, stored)
        }
        BackupsOp::BackupNow(op) => {
            let action = VmAction::BackUp(op.note.clone());
            answer::to(&op, who, page::ask(site, context, action, room).await)
        }
        BackupsOp::BackupRemove(op) => {
            let action = VmAction::RemoveBackup(op.backup.clone());
            let fit = async |vm: &mut Vm| may_go(vm, &op.backup).await;
            answer::to(&op, who, page::ask(site, context, action, fit).await)
        }
        BackupsOp::BackupRestore(op) => {
            let restored = restore(site, context, &op.backup).await;
            answer::to(&op, who, restored)
        }
    }
}

async fn save_schedule(
    site: &Site,
    loaded: &LoadedService,
    wanted: &BackupSchedule,
) -> Result<Scheduled, Refusal> {
    let days = wanted.days.0.as_deref().ok_or_else(say::weekdays)?;
    // The hour is drawn, not chosen: else every client's backup would run at midnight.
    let schedule = Schedule::of(days, random_time(&site.random));
    store(site, loaded, Calendar::Backups, &schedule).await
}

async fn list(site: &Site, context: PageContext) -> Result<Backups, Refusal> {
    let PageContext { loaded, plan, .. } = context;
    let entry = schedule::of(&site.host, Calendar::Backups, loaded.record.service).await?;
    let busy = match Hindrance::of_state(&loaded.record, &RESTS) {
        Some(why) => Some(why.sentence()),
        None => custody::under_way(site, loaded.clone(), plan.clone()).await?,
    };
    let limit = plan.backups;
    let failed = loaded.record.state == VmState::ErrorRestore;
    let found = match loaded.record.node {
        Some(_) => own(&loaded.look(site, plan, WATCH_LIMIT).await?).await?,
        None => vec![],
    };
    let one = |backup: &VmBackup| Backup {
        id: backup.volid.clone(),
        note: backup.text.clone(),
        time: backup.time,
        size: backup.size,
        scheduled: backup.scheduled_for().is_some(),
        protected: backup.protected,
    };
    let own: Vec<Backup> = found.iter().rev().map(one).collect();
    Ok(Backups {
        used: own.len(),
        limit,
        schedule: week(&entry.schedule),
        next: entry.next,
        busy,
        restore_failed: failed,
        backups: own,
    })
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
async fn restore(site: &Site, context: PageContext, id: &str) -> Result<Entered, Refusal> {
    let PageContext { loaded, plan, who } = context;
    page::free(&loaded, &RESTS)?;
    let leased = LeasedService::take(site, loaded, plan).await?;
    leased
        .work(async |leased| {
            let own = own(&leased.vm).await?;
            if own.iter().all(|backup| backup.volid != id) {
                return Err(say::backup_gone().into());
            }
            let asked = leased.vm.asked(VmAction::Restore(id.to_owned()), who);
            let record = &mut leased.vm.record;
            let was = record.state;
            id.clone_into(&mut record.restore_archive);
            record.restore_asked_at = site.now();
            enter(record, VmState::Restore, site.now());
            let also = vec![
                request::overtake(record.service, site.now()),
                asked.insert(),
            ];
            vm::save(&site.host, record, was, also).await?;
            Ok(Entered {
                state: record.state,
            })
        })
        .await
}

/// Days and time of a schedule; `None` where nothing is scheduled.
pub(super) fn week(schedule: &Schedule) -> Option<Week> {
    let (_, time) = schedule.days().next()?;
    Some(Week {
        days: schedule.days().map(|(day, _)| day).collect(),
        time: time.format("%H:%M").to_string(),
    })
}

/// Stores a schedule and answers with it.
pub(super) async fn store(
    site: &Site,
    loaded: &LoadedService,
    calendar: Calendar,
    schedule: &Schedule,
) -> Result<Scheduled, Refusal> {
    if loaded.service.status != ServiceStatus::Active {
        return Err(Hindrance::NotActive.sentence().into());
    }
    let about = site.about().await?;
    let zone = about.zone();
    let next = schedule.next(zone, site.clock.now());
    let next = next.map(|next| next.at.timestamp());
    schedule::set(&site.host, calendar, loaded.record.service, schedule, next).await?;
    Ok(Scheduled {
        schedule: week(schedule),
        next,
    })
}
