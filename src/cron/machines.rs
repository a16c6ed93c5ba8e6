//! The tasks `processVirtualMachines` and `restoreBackupStatus`: every due service of the tick in flight at once.

use super::task_context::TaskContext;
use super::{TaskReport, Tick, idle_vms, overdue_dns, suspended};
use crate::custody::take_over;
use crate::engine::{Event, Observer, Pass, PassEnd, StepOutcome};
use crate::flows;
use crate::model::{Cause, ServiceId, VmState, Wish};
use crate::report::{Block, Terminal};
use crate::store::vm::VmRecord;
use crate::store::{StoreError, address, limit, operation, request, vm, vmid};
use crate::vm::census;
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use futures_util::stream::FuturesUnordered;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tokio::sync::mpsc::{self, UnboundedSender};
use tokio::time::{Instant, sleep_until};

/// At most this many services are worked on in one tick; the others stay due for the next.
const SERVICES_PER_RUN: u64 = 2000;
/// How often a busy run looks for services that have become due meanwhile.
const JOIN_EVERY: Duration = Duration::from_secs(15);
/// Ended operations are kept for this many seconds.
const LEARNT_KEPT_S: i64 = 30 * 86_400;

/// What all services of a tick share.
struct Shared<'t, 'a> {
    context: TaskContext<'t, 'a>,
    terminal: Terminal,
}

/// How one service fared.
struct Fared {
    service: ServiceId,
    action: &'static str,
    group: String,
    end: PassEnd,
}

/// Works on everything that is due except restores.
pub(super) fn process<'t>(
    tick: &'t Tick<'_>,
) -> LocalBoxFuture<'t, Result<TaskReport, StoreError>> {
    Box::pin(async move {
        let host = &tick.site.host;
        let now = tick.site.now();
        let quarantine = tick.settings.number("quarantine", 3600);
        let quarantine = i64::try_from(quarantine).unwrap_or(3600);
        address::end_quarantine(host, now - quarantine).await?;
        vmid::end_quarantine(host, now - quarantine).await?;
        let mut due = due(tick, false).await?;
        // Single operations whose page or process is gone are watched to their end here.
        let mut watched = operation::at_rest(host, false).await?;
        watched.extend(request::at_rest(host, false).await?);
        for service in watched.into_iter().chain(address::leaving(host).await?) {
            if !due.contains(&service) {
                due.push(service);
            }
        }
        let mut report = TaskReport::default();
        if due.is_empty() {
            take_over(tick.site).await?;
        } else {
            report = visit(tick, &due, false).await?;
            operation::forget(host, now - LEARNT_KEPT_S).await?;
            request::forget(host, now - LEARNT_KEPT_S).await?;
        }
        // This comes last, so that a cluster that does not answer delays no other service.
        let again = suspended::running_again(tick).await?;
        report.add(visit(tick, &again, false).await?);
        overdue_dns::catch_up(tick, &mut report).await?;
        Ok(report)
    })
}

/// Works on the restores that are due.
pub(super) fn restore<'t>(
    tick: &'t Tick<'_>,
) -> LocalBoxFuture<'t, Result<TaskReport, StoreError>> {
    Box::pin(async move {
        let due = due(tick, true).await?;
        visit(tick, &due, true).await
    })
}

/// Addresses and VMIDs of VMs that an admin let go of become free once the VM is gone. Looked at along with other work on
/// the cluster, so that a tick at rest stays without a call.
async fn bury_orphans(shared: &Shared<'_, '_>) -> Result<(), StoreError> {
    let host = &shared.context.tick.site.host;
    for cluster in shared.context.custody.clusters.opened() {
        for (vmid, service) in vmid::orphans(host, &cluster.key).await? {
            // Only a good answer frees anything.
            if let Ok(None) = cluster.locate(vmid).await {
                let now = shared.context.tick.site.now();
                vmid::bury(host, &cluster.key, vmid, service, now).await?;
            }
        }
    }
    Ok(())
}

async fn due(tick: &Tick<'_>, restores: bool) -> Result<Vec<ServiceId>, StoreError> {
    // Asked for by hand, pauses after failures are skipped.
    let by_hand = tick.selection.force || tick.selection.task.is_some();
    let now = if by_hand { i64::MAX } else { tick.site.now() };
    vm::due(&tick.site.host, restores, now, SERVICES_PER_RUN).await
}

async fn visit(
    tick: &Tick<'_>,
    due: &[ServiceId],
    restores: bool,
) -> Result<TaskReport, StoreError> {
    if due.is_empty() {
        return Ok(TaskReport::default());
    }
    let (context, records) = TaskContext::begin(tick, due).await?;
    let shared = Shared {
        context,
        terminal: Terminal::new((!tick.quiet).then(|| tick.site.host.clone())),
    };
    let coming = |record: &&VmRecord| record.state != VmState::Ready;
    let coming = records.iter().filter(coming).map(|record| record.service);
    let coming: BTreeSet<ServiceId> = coming.collect();
    let report = work(&shared, records, restores).await?;
    bury_orphans(&shared).await?;
    for cluster in shared.context.custody.clusters.opened() {
        census::take(tick.site, &cluster, &coming).await?;
        tick.heard.is_done(&cluster.key);
    }
    let learnt = shared.context.custody.clusters.limits().learnt();
    limit::save(&tick.site.host, &learnt, tick.site.now()).await?;
    for cluster in shared.context.custody.clusters.opened() {
        cluster.watermarks.keep(&tick.site.host).await?;
    }
    Ok(report)
}

/// Works on all services at once, except those that wait for the same thing: one of these goes first, and the others
/// follow as soon as its first step shows that the thing works again.
///
/// What becomes due meanwhile joins in: one VM that is stuck may keep a run busy for minutes, and a new order shall not
/// wait for it. In the last half of its time a run takes nothing new, so that the tasks after this one get their turn.
async fn work(
    shared: &Shared<'_, '_>,
    records: Vec<VmRecord>,
    restores: bool,
) -> Result<TaskReport, StoreError> {
    let tick = shared.context.tick;
    let mut known: BTreeSet<ServiceId> = records.iter().map(|record| record.service).collect();
    let last_call = Instant::now() + tick.left() / 2;
    let mut look = Instant::now() + JOIN_EVERY;
    let (first, mut followers) = in_groups(records);
    let (mended, mut seen) = mpsc::unbounded_channel();
    let start = |record| one(shared, record, mended.clone());
    let mut running: FuturesUnordered<_> = first.into_iter().map(start).collect();
    let mut report = TaskReport::default();
    loop {
        let fared = tokio::select! {
            biased;
            Some(group) = seen.recv() => {
                running.extend(followers.remove(&group).unwrap_or_default().into_iter().map(start));
                continue;
            }
            fared = running.next() => match fared {
                Some(fared) => fared?,
                None if followers.is_empty() => break,
                None => {
                    // Whoever went first had nothing to tell: the others look for themselves.
                    let left = std::mem::take(&mut followers).into_values().flatten();
                    running.extend(left.map(start));
                    continue;
                }
            },
            () = sleep_until(look), if look < last_call => {
                let new = newcomers(shared, restores, &mut known).await?;
                running.extend(new.into_iter().map(start));
                look = Instant::now() + JOIN_EVERY;
                continue;
            }
        };
        let Some(fared) = fared else {
            continue;
        };
        let still = match &fared.end {
            PassEnd::Failed { cause, text } => group(cause, text),
            _ => String::new(),
        };
        for record in followers.remove(&fared.group).unwrap_or_default() {
            if still == fared.group {
                let end = failed(&record.waiting);
                count(&mut report, record.service, action(&record), &end);
                shared.context.custody.end(record.service).await?;
            } else {
                running.push(start(record));
            }
        }
        count(&mut report, fared.service, fared.action, &fared.end);
    }
    Ok(report)
}

/// Services that became due meanwhile and are no member of a group: one that waits for the same thing as others is left to the
/// next run. `known` is what the run has seen so far.
async fn newcomers(
    shared: &Shared<'_, '_>,
    restores: bool,
    known: &mut BTreeSet<ServiceId>,
) -> Result<Vec<VmRecord>, StoreError> {
    let mut due = due(shared.context.tick, restores).await?;
    due.retain(|service| !known.contains(service));
    let mut alone = vec![];
    for record in shared.context.join(&due).await? {
        if known.insert(record.service) && record.cause == Cause::Service {
            alone.push(record);
        } else {
            shared.context.custody.end(record.service).await?;
        }
    }
    Ok(alone)
}

/// Those that go first, and those of each group that follow.
fn in_groups(records: Vec<VmRecord>) -> (Vec<VmRecord>, BTreeMap<String, Vec<VmRecord>>) {
    let mut first = vec![];
    let mut followers: BTreeMap<String, Vec<VmRecord>> = BTreeMap::new();
    for record in records {
        let group = group(&record.cause, &record.waiting);
        match followers.get_mut(&group) {
            Some(others) if !group.is_empty() => others.push(record),
            _ => {
                followers.insert(group, vec![]);
                first.push(record);
            }
        }
    }
    (first, followers)
}

/// Passes a block's events on, and tells the services that wait for the same thing once a step went well.
struct Herald {
    block: Block,
    group: String,
    mended: UnboundedSender<String>,
}

impl Observer for Herald {
    fn tell(&self, event: Event) -> LocalBoxFuture<'_, ()> {
        let well = matches!(
            &event,
            Event::StepEnded {
                outcome: StepOutcome::Success,
                ..
            }
        );
        if well && !self.group.is_empty() {
            // Nobody listens any more once the run is over: then nobody waits either.
            let _ = self.mended.send(self.group.clone());
        }
        self.block.tell(event)
    }
}

/// Which services share one look; empty: each has its own. What stops a whole server stops all of its services alike. Of
/// a pool, a template or a product two services may lack different things (one an IPv4 address, the other an IPv6 one),
/// so there the sentence has to be the same too.
fn group(cause: &Cause, waiting: &str) -> String {
    match cause {
        Cause::Service => String::new(),
        Cause::Server(_) => cause.to_string(),
        _ => format!("{cause} {waiting}"),
    }
}

fn failed(text: &str) -> PassEnd {
    PassEnd::Failed {
        text: text.to_owned(),
        cause: Cause::Service,
    }
}

fn action(record: &VmRecord) -> &'static str {
    flows::of(record.flow, record.state).map_or("none", |flow| flow.action())
}

fn count(report: &mut TaskReport, service: ServiceId, action: &str, end: &PassEnd) {
    report.processed += 1;
    let result = match end {
        PassEnd::Completed => "success".to_owned(),
        PassEnd::Waiting(what) => format!("waiting: {}", what.of_line()),
        PassEnd::Failed { text, .. } => {
            report.errors += 1;
            text.clone()
        }
        PassEnd::Overtaken => "overtaken: someone else changed the service meanwhile".to_owned(),
    };
    report
        .details
        .push(format!("sid:{service} action:{action} [{result}]"));
}

/// One service. `None`: there is nothing to report. A row beside its own that cannot be read, such as one of its addresses,
/// ends its work and nobody else's.
async fn one(
    shared: &Shared<'_, '_>,
    record: VmRecord,
    mended: UnboundedSender<String>,
) -> Result<Option<Fared>, StoreError> {
    let service = record.service;
    let (action, group) = (action(&record), group(&record.cause, &record.waiting));
    match work_on(shared, record, mended).await {
        Err(why @ StoreError::Unreadable { .. }) => {
            shared.context.custody.end(service).await?;
            let end = failed(&why.to_string());
            Ok(Some(Fared {
                service,
                action,
                group,
                end,
            }))
        }
        fared => fared,
    }
}

async fn work_on(
    shared: &Shared<'_, '_>,
    mut record: VmRecord,
    mended: UnboundedSender<String>,
) -> Result<Option<Fared>, StoreError> {
    let tick = shared.context.tick;
    let site = tick.site;
    let service = record.service;
    let group = group(&record.cause, &record.waiting);
    if record.wants(Wish::Adopt) {
        let end = idle_vms::adopt(&shared.context, record).await?;
        shared.context.custody.end(service).await?;
        return Ok(Some(Fared {
            service,
            action: Wish::Adopt.as_str(),
            group,
            end,
        }));
    }
    let Some(flow) = flows::of(record.flow, record.state) else {
        let told = idle_vms::visit(&shared.context, record).await?;
        shared.context.custody.end(service).await?;
        return Ok(told.map(|(action, end)| Fared {
            service,
            action,
            group,
            end,
        }));
    };
    record.flow = record.flow.or(flow.key);
    let block = Herald {
        block: shared.terminal.block(),
        group: group.clone(),
        mended,
    };
    let pass = Pass {
        host: &site.host,
        clock: &*site.clock,
        random: &site.random,
        observer: &block as &dyn Observer,
        until: tick.until,
        grace: shared.context.grace,
    };
    let end = match shared.context.custody.vm(&mut record).await {
        Ok(mut vm) => pass.run(flow, &mut vm).await?,
        Err(failure) => pass.stall(flow, &mut record, failure).await?,
    };
    block.block.close().await;
    if end == PassEnd::Completed {
        idle_vms::follow(site, service).await?;
    }
    shared.context.custody.end(service).await?;
    Ok(Some(Fared {
        service,
        action: flow.action(),
        group,
        end,
    }))
}
