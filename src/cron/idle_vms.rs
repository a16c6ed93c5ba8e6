//! VMs at rest, that is in no flow: it settles single operations that nobody watches any more, and does what was asked for
//! while the VM was busy.

use super::task_context::TaskContext;
use crate::custody;
use crate::custody::{Settled, enter};
use crate::engine::{PassEnd, Subject, next_look};
use crate::model::{Cause, Failure, Sentence, ServiceId, Stop, VmState, Wait, Wish, say};
use crate::site::Site;
use crate::steps::power;
use crate::steps::request::Ended;
use crate::store::vm::{self, VmRecord};
use crate::store::{StoreError, address, operation, request};
use crate::vm::Vm;
use std::time::Duration;
use tokio::time::Instant;

/// How long a run stays with one service at rest.
const TIME_PER_SERVICE: Duration = Duration::from_secs(15);

/// What was done, for the cron's summary: the action's word and how it ended.
pub(super) type IdleReport = (&'static str, PassEnd);

/// Looks after a service at rest. `None`: there was nothing worth a line.
pub(super) async fn visit(
    context: &TaskContext<'_, '_>,
    mut record: VmRecord,
) -> Result<Option<IdleReport>, StoreError> {
    let site = context.tick.site;
    let open = operation::in_flight(&site.host, record.service).await?;
    let asked = request::open(&site.host, record.service).await?;
    let idle = open.is_empty() && asked.is_empty();
    let flow = record.next_wanted().and_then(Wish::flow).is_some();
    if idle && flow && record.state == VmState::Ready {
        follow(site, record.service).await?;
        return Ok(None);
    }
    if open.is_empty() && record.wanted.is_empty() && record.state == VmState::Ready {
        free_addresses(context, &mut record).await?;
    }
    // After a failed restore whatever is wanted waits for the client's decision.
    if idle && (record.wanted.is_empty() || record.state != VmState::Ready) {
        let quiet = record.next_look_at.take().is_some();
        if quiet {
            keep(site, &mut record).await?;
        }
        return Ok(None);
    }
    let mut vm = match context.custody.vm(&mut record).await {
        Ok(vm) => vm,
        Err(failure) => {
            let told = ("settle", failed(&failure));
            if !record.wanted.is_empty() {
                let why = Sentence::foreign(failure.sentence());
                record.set_waiting(why, &failure.cause, site.now());
                keep(site, &mut record).await?;
            }
            return Ok(Some(told));
        }
    };
    vm.begin_step((Instant::now() + TIME_PER_SERVICE).min(context.tick.until));
    let told = match custody::settle(&mut vm).await {
        Ok(Settled::InFlight(what)) => Some(("settle", PassEnd::Waiting(what))),
        Ok(Settled::RequestGoesOn) => Some(("settle", PassEnd::Waiting(Wait::Person))),
        Ok(Settled::Free(seen)) => match serve(&mut vm).await {
            None if seen.going => Some(("settle", PassEnd::Waiting(Wait::Person))),
            None => seen.ended.last().map(told_of),
            served => served,
        },
        Err(failure) => Some(("settle", failed(&failure))),
    };
    // A task that failed and that nobody asked for by name: what a flow left behind when it was overtaken.
    let notes = vm.take_notes();
    let told = match notes.is_empty() {
        true => told,
        false => told.or_else(|| Some(("settle", unasked(notes.join("; "))))),
    };
    // A backup that runs holds up nobody; what WHMCS asked for meanwhile does wait, and says for what.
    let why = match &told {
        Some((_, PassEnd::Waiting(what))) => {
            Some((say::waiting_for(what.sentence()), Cause::Service))
        }
        Some((_, PassEnd::Failed { text, cause })) => {
            Some((Sentence::foreign(text), cause.clone()))
        }
        _ => None,
    };
    let mut record = vm.record;
    let done = why.is_none();
    match why {
        Some((why, cause)) if !record.wanted.is_empty() => {
            record.set_waiting(why, &cause, site.now());
        }
        None if record.state == VmState::Ready => record.clear_waiting(),
        _ => {}
    }
    record.next_look_at = (!done || !record.wanted.is_empty()).then(|| site.now());
    keep(site, &mut record).await?;
    if done {
        follow(site, record.service).await?;
    }
    Ok(told)
}

/// Lets go of addresses that a VM at rest has given up, once its guest is rid of them. What hinders that today is looked
/// at again in the next run.
async fn free_addresses(
    context: &TaskContext<'_, '_>,
    record: &mut VmRecord,
) -> Result<(), StoreError> {
    let site = context.tick.site;
    if address::all(&site.host, record.service)
        .await?
        .leaving
        .is_empty()
    {
        return Ok(());
    }
    if let Ok(mut vm) = context.custody.vm(record).await {
        vm.begin_step((Instant::now() + TIME_PER_SERVICE).min(context.tick.until));
        // Only good answers count.
        let _ = vm.let_go_of_addresses().await;
        *record = vm.record;
    }
    Ok(())
}

/// Takes over a VM that was imported. Nothing else is done with it before.
pub(super) async fn adopt(
    context: &TaskContext<'_, '_>,
    mut record: VmRecord,
) -> Result<PassEnd, StoreError> {
    let site = context.tick.site;
    let (result, mut record) = match context.custody.vm(&mut record).await {
        Ok(mut vm) => {
            vm.begin_step((Instant::now() + TIME_PER_SERVICE).min(context.tick.until));
            (vm.adopt().await, vm.record)
        }
        Err(failure) => (Err(failure.into()), record),
    };
    let now = site.now();
    let end = match result {
        Err(Stop::Wait(what)) => {
            record.wait_for(&what, now);
            record.next_look_at = Some(now);
            PassEnd::Waiting(what)
        }
        Ok(_) => {
            record.unwant(Wish::Adopt);
            record.clear_waiting();
            let due = !record.state.at_rest() || !record.wanted.is_empty();
            record.next_look_at = due.then_some(now);
            PassEnd::Completed
        }
        Err(Stop::Failed(failure)) => {
            record.fails += 1;
            record.set_waiting(Sentence::foreign(&failure.text), &failure.cause, now);
            record.next_look_at = Some(next_look(now, record.fails));
            PassEnd::Failed {
                text: failure.text,
                cause: failure.cause,
            }
        }
    };
    keep(site, &mut record).await?;
    Ok(end)
}

/// Does what is wanted of a VM at rest, in order, up to a flow: that one runs by itself.
async fn serve(vm: &mut Vm) -> Option<IdleReport> {
    let mut told = None;
    while let Some(wish) = vm.record.next_wanted() {
        let result = match wish {
            Wish::Suspend => power::suspend(vm).await,
            Wish::Unsuspend => power::unsuspend(vm).await,
            Wish::Compare => vm.compare_with_sold().await,
            Wish::Start => power::bring_back(vm).await,
            Wish::Adopt | Wish::ChangePackage | Wish::SetDnsRecords | Wish::Restore => return told,
        };
        let action = wish.as_str();
        match result {
            Ok(_) => vm.record.unwant(wish),
            Err(Stop::Wait(what)) => return Some((action, PassEnd::Waiting(what))),
            Err(Stop::Failed(failure)) => return Some((action, failed(&failure))),
        }
        told = Some((action, PassEnd::Completed));
    }
    told
}

/// How a request ended that nobody watched.
fn told_of(ended: &Ended) -> IdleReport {
    let end = match &ended.failure {
        None => PassEnd::Completed,
        Some(text) => unasked(text.clone()),
    };
    (ended.action.word(), end)
}

fn unasked(text: String) -> PassEnd {
    PassEnd::Failed {
        text,
        cause: Cause::Service,
    }
}

fn failed(failure: &Failure) -> PassEnd {
    PassEnd::Failed {
        text: failure.text.clone(),
        cause: failure.cause.clone(),
    }
}

async fn keep(site: &Site, record: &mut VmRecord) -> Result<(), StoreError> {
    let state = record.state;
    match vm::save(&site.host, record, state, vec![]).await {
        // Somebody wanted something else meanwhile: that is recorded too, and comes next.
        Ok(()) | Err(StoreError::Stale) => Ok(()),
        Err(error) => Err(error),
    }
}

/// A call of WHMCS that came while the VM was busy is begun now that it is free.
pub(super) async fn follow(site: &Site, service: ServiceId) -> Result<(), StoreError> {
    let Some(mut record) = vm::find(&site.host, service).await? else {
        return Ok(());
    };
    let Some(wish) = record.next_wanted() else {
        return Ok(());
    };
    if record.state != VmState::Ready {
        return Ok(());
    }
    let was = record.state;
    if let Some(wanted) = wish.flow() {
        enter(&mut record, wanted, site.now());
        record.unwant(wish);
    }
    record.next_look_at = Some(site.now());
    match vm::save(&site.host, &mut record, was, vec![]).await {
        Ok(()) | Err(StoreError::Stale) => Ok(()),
        Err(error) => Err(error),
    }
}
