//! The tasks `nowBackupStatus` and `scheduleBackup`.

use super::backup_slots::BackupSlots;
use super::task_context::TaskContext;
use super::{TaskReport, Tick};
use crate::custody::{self, Settled};
use crate::engine::Subject;
use crate::model::{Failure, Occurrence, ServiceId, Stop, Vmid};
use crate::pve::{Exit, PveError};
use crate::steps::backup::VmBackup;
use crate::store::StoreError;
use crate::store::operation::{self, Ended, OperationKind};
use crate::store::request;
use crate::store::schedule::{self, Calendar, Entry};
use crate::store::vm::VmRecord;
use crate::vm::Vm;
use chrono::NaiveDate;
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use futures_util::stream::FuturesUnordered;
use std::cell::Cell;
use std::time::Duration;
use tokio::time::Instant;

/// At most this many services are worked on in one run.
const SERVICES_PER_RUN: u64 = 2000;
/// How long a run watches a task: a backup takes minutes to hours, the next runs go on watching.
const TIME_PER_TASK: Duration = Duration::from_secs(5);
/// A backup that was due shortly before midnight may begin up to this many seconds late; after that it is given up.
const GRACE_S: i64 = 2 * 3600;
/// After a backup began, or could not begin, the service is looked at again after this many seconds or after half the time
/// since the backup was due, whichever is longer…
const FIRST_PAUSE_S: i64 = 300;
/// … but no later than after this many.
const LONGEST_PAUSE_S: i64 = 4 * 3600;

/// Watches the backups under way.
pub(super) fn watch<'t>(tick: &'t Tick<'_>) -> LocalBoxFuture<'t, Result<TaskReport, StoreError>> {
    Box::pin(async move {
        let mut busy = operation::at_rest(&tick.site.host, true).await?;
        busy.extend(request::at_rest(&tick.site.host, true).await?);
        busy.sort_unstable();
        busy.dedup();
        let mut report = TaskReport::default();
        if busy.is_empty() {
            return Ok(report);
        }
        let (context, records) = TaskContext::begin(tick, &busy).await?;
        let mut running: FuturesUnordered<_> = records
            .into_iter()
            .map(|record| watch_one(&context, record))
            .collect();
        while let Some(told) = running.next().await {
            told?.add_to(&mut report);
        }
        Ok(report)
    })
}

async fn watch_one(
    context: &TaskContext<'_, '_>,
    mut record: VmRecord,
) -> Result<ServiceLine, StoreError> {
    let (host, service) = (&context.tick.site.host, record.service);
    let open = operation::in_flight(host, service).await?;
    let since = open.iter().map(|op| op.sent_at).min().unwrap_or(0);
    let told = match context.custody.vm(&mut record).await {
        Ok(mut vm) => {
            vm.begin_step(Instant::now() + TIME_PER_TASK);
            match custody::settle(&mut vm).await {
                Ok(Settled::InFlight(what)) => {
                    ServiceLine::done(service, format!("[waiting: {}]", what.of_line()))
                }
                // One that somebody asked for has its end told on the page, and may be tried again.
                Ok(Settled::RequestGoesOn) => {
                    ServiceLine::done(service, "[waiting: the VM]".to_owned())
                }
                Ok(Settled::Free(_)) => {
                    let ended = operation::ended(host, service, OperationKind::Backup, since);
                    match ended.await?.first() {
                        Some(ended) if ended.is_done() => {
                            ServiceLine::done(service, "[success] backup complete".to_owned())
                        }
                        Some(ended) => ServiceLine::failed(service, &reason(&vm, ended)),
                        None => {
                            ServiceLine::done(service, "[success] nothing under way".to_owned())
                        }
                    }
                }
                Err(failure) => ServiceLine::failed(service, &failure.text),
            }
        }
        Err(failure) => ServiceLine::failed(service, &failure.text),
    };
    context.custody.end(service).await?;
    Ok(told)
}

/// Why a backup failed: the task's exit status, which has the telling line of its log with it.
fn reason(vm: &Vm, ended: &Ended) -> String {
    if !ended.task_failed() {
        return ended.text.clone();
    }
    let what = format!("back up VM {}", vm.record.vmid.map_or(0, Vmid::get));
    PveError::of_failed(&what, &Exit::parse(&ended.text)).to_string()
}

/// Makes the backups that are due.
pub(super) fn scheduled<'t>(
    tick: &'t Tick<'_>,
) -> LocalBoxFuture<'t, Result<TaskReport, StoreError>> {
    Box::pin(async move {
        let site = tick.site;
        // Asked for by hand, the days that are done are looked at as well: the answer says so.
        let by_hand = tick.selection.force || tick.selection.task.is_some();
        let now = (!by_hand).then(|| site.now());
        let due: Vec<Entry> = schedule::due(&site.host, Calendar::Backups, now, SERVICES_PER_RUN)
            .await?
            .into_iter()
            .filter(|entry| entry.next <= Some(site.now()) || is_today(tick, entry))
            .collect();
        let mut report = TaskReport::default();
        if due.is_empty() {
            return Ok(report);
        }
        let services: Vec<ServiceId> = due.iter().map(|entry| entry.service).collect();
        let after = tick.settings.number("backup_remove_after", 0) == 1;
        let most = tick.settings.number("backups_per_node", 8);
        let slots = BackupSlots::of(most, operation::backups_under_way(&site.host).await?);
        let (context, records) = TaskContext::begin(tick, &services).await?;
        let mut running: FuturesUnordered<_> = records
            .into_iter()
            .filter_map(|record| {
                let entry = due.iter().find(|entry| entry.service == record.service)?;
                Some(one(&context, &slots, record, entry, after))
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

fn is_today(tick: &Tick<'_>, entry: &Entry) -> bool {
    let today = tick.local_now().date_naive();
    entry
        .schedule
        .latest(tick.zone, tick.site.clock.now())
        .is_some_and(|latest| latest.day == today)
}

/// One service whose backup is due. `None`: something else is under way, and the next run looks again.
async fn one(
    context: &TaskContext<'_, '_>,
    slots: &BackupSlots,
    mut record: VmRecord,
    entry: &Entry,
    after: bool,
) -> Result<Option<ServiceLine>, StoreError> {
    let service = record.service;
    let mut permit = None;
    if let Some(node) = &record.node {
        permit = slots.take(node).await;
        if permit.is_none() {
            context.custody.end(service).await?;
            let why = format!("no_turn, as many backups as may be are under way on {node}");
            return Ok(Some(ServiceLine::skipped(service, why)));
        }
    }
    let began = Instant::now();
    let mut begun = false;
    let told = match context.custody.vm(&mut record).await {
        Ok(mut vm) => {
            vm.begin_step(Instant::now() + TIME_PER_TASK);
            let due = DueBackup {
                tick: context.tick,
                entry,
                after,
                begun: Cell::default(),
            };
            let told = due.take(&mut vm).await?;
            begun = due.begun.get();
            told
        }
        Err(failure) => Some(ServiceLine::failed(service, &failure.text)),
    };
    // On a node that does not answer, its services would delay the run one after another.
    let slow = began.elapsed() >= TIME_PER_TASK;
    if let Some(permit) = permit.filter(|_| begun || slow) {
        permit.use_up();
    }
    context.custody.end(service).await?;
    Ok(told)
}

/// One service whose backup is due.
struct DueBackup<'t, 'a> {
    tick: &'t Tick<'a>,
    entry: &'t Entry,
    /// Whether the oldest backup goes only once the new one is complete.
    after: bool,
    /// Whether a backup may be under way from now on.
    begun: Cell<bool>,
}

impl DueBackup<'_, '_> {
    async fn take(&self, vm: &mut Vm) -> Result<Option<ServiceLine>, StoreError> {
        let service = vm.record.service;
        // A suspended VM is off and does not change: copies of it would only push the good ones out.
        if vm.record.suspended() || vm.plan.backups == 0 || vm.plan.backup_storage.is_none() {
            self.look_after_this().await?;
            return Ok(None);
        }
        let now = self.tick.site.clock.now();
        let Some(due) = self.entry.schedule.latest(self.tick.zone, now) else {
            self.look_after_this().await?;
            return Ok(None);
        };
        match vm.settle().await {
            Ok(_) => {}
            Err(Stop::Wait(_)) => return Ok(None),
            Err(Stop::Failed(failure)) => {
                return Ok(Some(ServiceLine::failed(service, &failure.text)));
            }
        }
        match self.back_up(vm, due).await {
            Ok(told) => Ok(told),
            Err(Fault::Cron(error)) => Err(error),
            Err(Fault::Service(failure)) => {
                self.look_soon(due).await?;
                Ok(Some(ServiceLine::failed(service, &failure.text)))
            }
        }
    }

    /// Whether the day it was due on is over, and so is the time that a backup may come late.
    fn is_missed(&self, due: Occurrence) -> bool {
        let today = self.tick.local_now().date_naive();
        due.day != today && self.tick.site.now() - due.at.timestamp() > GRACE_S
    }

    /// Begins the backup, if it is not done yet and there is room for it.
    async fn back_up(&self, vm: &mut Vm, due: Occurrence) -> Result<Option<ServiceLine>, Fault> {
        let service = vm.record.service;
        let listed = vm.backups().await?;
        let last = self.last(&listed);
        let slots = usize::try_from(vm.plan.backups).unwrap_or(usize::MAX);
        if listed
            .iter()
            .any(|backup| backup.day(self.tick.zone) == Some(due.day))
        {
            match vm.rotate_backups(&listed, slots).await {
                Ok(_) => {}
                Err(Stop::Wait(_)) => return Ok(None),
                Err(Stop::Failed(failure)) => return Err(failure.into()),
            }
            self.look_after_this().await?;
            let text = format!("already_done_today, last:{last}");
            return Ok(Some(ServiceLine::skipped(service, text)));
        }
        if self.is_missed(due) {
            self.look_after_this().await?;
            let text = format!("missed {}, last:{last}", due.day.format("%Y-%m-%d"));
            return Ok(Some(ServiceLine::skipped(service, text)));
        }
        let room = if self.after { slots } else { slots - 1 };
        match vm.rotate_backups(&listed, room).await {
            Ok(_) => {}
            Err(Stop::Wait(what)) => {
                let text = format!("[waiting: {}]", what.of_line());
                return Ok(Some(ServiceLine::done(service, text)));
            }
            Err(Stop::Failed(failure)) => return Err(failure.into()),
        }
        if protected(&listed) >= slots {
            self.look_after_this().await?;
            let text = format!("no_free_slot, all {slots} are protected, last:{last}");
            return Ok(Some(ServiceLine::skipped(service, text)));
        }
        // Stored before it is begun: whoever comes next looks for the new backup instead of making another one.
        self.look_soon(due).await?;
        self.begun.set(true);
        let how = match vm.back_up_for(due.day).await {
            Ok(_) => {
                self.begun.set(false);
                "created"
            }
            Err(Stop::Wait(_)) => "started",
            Err(Stop::Failed(failure)) => return Err(failure.into()),
        };
        let text = format!("[success] last:{last}, {how}");
        Ok(Some(ServiceLine::done(service, text)))
    }

    /// The day of the newest backup.
    fn last(&self, listed: &[VmBackup]) -> String {
        let newest: Option<NaiveDate> = listed.last().and_then(|backup| backup.day(self.tick.zone));
        newest.map_or_else(
            || "never".to_owned(),
            |day| day.format("%Y-%m-%d").to_string(),
        )
    }

    /// This occurrence is settled: the next one is due.
    async fn look_after_this(&self) -> Result<(), StoreError> {
        let next = self
            .entry
            .schedule
            .next(self.tick.zone, self.tick.site.clock.now());
        self.look(next.map(|next| next.at.timestamp())).await
    }

    /// This occurrence is tried again; the longer it has failed, the later.
    async fn look_soon(&self, due: Occurrence) -> Result<(), StoreError> {
        let now = self.tick.site.now();
        let pause = ((now - due.at.timestamp()) / 2).clamp(FIRST_PAUSE_S, LONGEST_PAUSE_S);
        self.look(Some(now + pause)).await
    }

    async fn look(&self, next: Option<i64>) -> Result<(), StoreError> {
        let (host, entry) = (&self.tick.site.host, self.entry);
        schedule::look_next(host, Calendar::Backups, entry.service, entry.next, next).await?;
        Ok(())
    }
}

/// What went wrong: with this service, or with everything.
enum Fault {
    Service(Failure),
    Cron(StoreError),
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        Self::Service(failure)
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        match error {
            // One of the service's own rows: the others' backups go on.
            StoreError::Unreadable { .. } => Self::Service(error.into()),
            error => Self::Cron(error),
        }
    }
}

/// What a task says of one service.
pub(super) struct ServiceLine {
    line: String,
    processed: u64,
    errors: u64,
}

impl ServiceLine {
    /// Something was done.
    pub(super) fn done(service: ServiceId, text: String) -> Self {
        Self {
            line: format!("sid:{service} {text}"),
            processed: 1,
            errors: 0,
        }
    }

    /// There was nothing to do, and why.
    pub(super) fn skipped(service: ServiceId, why: String) -> Self {
        Self {
            line: format!("sid:{service} [skipped] {why}"),
            processed: 0,
            errors: 0,
        }
    }

    /// It failed.
    pub(super) fn failed(service: ServiceId, text: &str) -> Self {
        Self {
            line: format!("sid:{service} [{text}]"),
            processed: 1,
            errors: 1,
        }
    }

    pub(super) fn add_to(self, report: &mut TaskReport) {
        report.processed += self.processed;
        report.errors += self.errors;
        report.details.push(self.line);
    }
}

/// So many of a service's own backups are protected: they never make room.
fn protected(listed: &[VmBackup]) -> usize {
    let fixed = |backup: &&VmBackup| backup.is_own() && backup.protected;
    listed.iter().filter(fixed).count()
}
