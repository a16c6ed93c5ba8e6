//! Power: single operations, sent at once, watched by the page and by the cron.

use super::{EntryError, answer, service};
use crate::custody::{Hindrance, LeasedService, Live, LoadedService, Refusal, enter};
use crate::model::{Before, Sentence, Stop, VmAction, VmState, Wish, say};
use crate::plan::Plan;
use crate::pve::Power;
use crate::site::Site;
use crate::steps::request::Stand;
use crate::steps::{power as switch, power_state};
use crate::store::StoreError;
use crate::store::address::AddressRow;
use crate::store::request::Person;
use crate::store::vm::{self, VmRecord};
use serde_json::Value;
use std::time::Duration;
use tokio::time::Instant;

/// How long a click waits for its task before the page goes on watching.
const WATCH_LIMIT: Duration = Duration::from_secs(3);

/// Why it makes no sense of a VM that stands so; a sentence for anybody.
pub(super) fn not_now(action: &VmAction, stands: Option<Power>) -> Option<Sentence> {
    match (action, stands) {
        (VmAction::Start, Some(Power::Running) | None) => Some(say::not_stopped()),
        (VmAction::Start | VmAction::Shutdown | VmAction::Reboot, Some(Power::Crashed)) => {
            Some(say::crashed())
        }
        (VmAction::Shutdown | VmAction::Reboot, Some(halted)) if halted.is_halted() => {
            Some(say::halted())
        }
        (VmAction::Start, _) => None,
        (_, Some(Power::Off | Power::Hibernated) | None) => Some(say::not_running()),
        _ => None,
    }
}

/// A service as a click on one of its power buttons left it.
pub(super) struct Switched {
    pub(super) loaded: LoadedService,
    pub(super) live: Live,
    pub(super) addresses: Vec<AddressRow>,
}

/// Does it, if nobody else is at work on the service, and watches it for a moment. The VM is looked at once.
///
/// # Errors
/// Why it was not done.
pub(super) async fn perform(
    site: &Site,
    loaded: LoadedService,
    plan: Plan,
    who: Person,
    action: VmAction,
) -> Result<Switched, Refusal> {
    if action != VmAction::Stop && loaded.record.suspended() {
        return Err(Hindrance::Suspended.sentence().into());
    }
    let leased = LeasedService::take(site, loaded.clone(), plan).await?;
    leased
        .work(async |leased| {
            let live = leased.look().await;
            if let Some(why) = Hindrance::of_vm(&live, leased.vm.record.state) {
                return Err(why.said_to(who).into());
            }
            let Live::Read(mut sight) = live else {
                return Err(say::no_vm().into());
            };
            if !power_state::is_reached(&action, &sight.status) {
                // One that HA would start again is told to stay off, though it is off.
                let kept_up = !sight.status.is_running() && !sight.status.is_off();
                if let Some(why) = not_now(&action, Some(sight.status.power())).filter(|_| !kept_up)
                {
                    return Err(why.into());
                }
                leased.vm.watch_until(Instant::now() + WATCH_LIMIT);
                match leased.ask(action, who).await? {
                    // The page watches on; the cron settles it if nobody does.
                    Stand::Done | Stand::GoesOn | Stand::Follows => {}
                    Stand::Failed(failure) => return Err(failure.into()),
                }
                if let Some(now) = leased.vm.last_seen() {
                    sight.status = now.clone();
                }
            }
            let record = leased.vm.record.clone();
            Ok(Switched {
                loaded: loaded.with(record),
                live: Live::Read(sight),
                addresses: leased.vm.addresses.clone(),
            })
        })
        .await
}

/// Suspends: remembers the power state, forbids every start, stops the VM and keeps its node from starting it.
pub(super) async fn suspend(site: &Site, params: &Value) -> Result<Value, EntryError> {
    let mut next = service::load(site, params).await?;
    while let Some(loaded) = next {
        // An end of the suspension that is still to be served, say since the VM would not start, is taken back.
        if loaded.record.suspended() && !loaded.record.wants(Wish::Unsuspend) {
            return Ok(answer::done());
        }
        let live = Live::read(site, &loaded).await;
        if let Some(error) = live.error() {
            return Ok(answer::refusal(error.clone()));
        }
        let mut record = loaded.record.clone();
        let was = record.state;
        // A VM under construction would run at the end of its flow: that is what unsuspending shall bring back.
        let off = matches!(live.stands(), Some(Power::Off | Power::Hibernated));
        let rests = off && record.state == VmState::Ready;
        put_behind(&mut record, site.now());
        let before = match rests && !switch::restarts(site, record.service).await? {
            true => Before::Stopped,
            false => Before::Running,
        };
        record.suspended_from.get_or_insert(before);
        record.unwant(Wish::Unsuspend);
        if let Some(record) = wish(site, record, was, Wish::Suspend).await? {
            serve(site, loaded.with(record), Wish::Suspend).await?;
            return Ok(answer::done());
        }
        next = loaded.again(site).await?;
    }
    Ok(answer::done())
}

/// Ends a suspension: exactly the state from before.
pub(super) async fn unsuspend(site: &Site, params: &Value) -> Result<Value, EntryError> {
    let mut next = service::load(site, params).await?;
    while let Some(loaded) = next {
        if !loaded.record.suspended() {
            return Ok(answer::done());
        }
        let mut record = loaded.record.clone();
        let was = record.state;
        record.unwant(Wish::Suspend);
        put_behind(&mut record, site.now());
        if !matches!(record.state, VmState::Ready | VmState::SetDnsRecords) {
            // The flow under way starts the VM at its end, but for the one of names, which leaves it as it is; afterwards
            // its node may start it again too.
            record.suspended_from = None;
        }
        if let Some(record) = wish(site, record, was, Wish::Unsuspend).await? {
            serve(site, loaded.with(record), Wish::Unsuspend).await?;
            return Ok(answer::done());
        }
        next = loaded.again(site).await?;
    }
    Ok(answer::done())
}

/// Whether the service has a VM.
fn exists(record: &VmRecord) -> bool {
    record.vmid.is_some() && record.node.is_some()
}

/// A change of package that has not touched the VM may wait for days, say for an address that is free: what is asked for
/// now is done first, and the change is asked for anew behind it.
fn put_behind(record: &mut VmRecord, now: i64) {
    if record.state != VmState::ChangePackage || !exists(record) {
        return;
    }
    record.unwant(Wish::ChangePackage);
    enter(record, VmState::Ready, now);
}

/// Records a wish, so that it is served whatever comes. `None`: the service changed this moment; it has to be read anew.
async fn wish(
    site: &Site,
    mut record: VmRecord,
    was: VmState,
    wish: Wish,
) -> Result<Option<VmRecord>, EntryError> {
    let state = record.state;
    // A deploy that is under way may make the VM any moment; a service that is over has nothing to switch.
    if exists(&record) || !state.at_rest() {
        record.want(wish);
    }
    if exists(&record) && state == VmState::Ready {
        record.next_look_at = Some(site.now());
    }
    if was == VmState::ChangePackage {
        record.want(Wish::ChangePackage);
    }
    match vm::save(&site.host, &mut record, was, vec![]).await {
        Ok(()) => Ok(Some(record)),
        Err(StoreError::Stale) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Serves a recorded wish at once where the VM is free. Where it is not, or Proxmox does not answer, the cron does: WHMCS
/// must not be told that it failed, since it comes about.
async fn serve(site: &Site, loaded: LoadedService, wish: Wish) -> Result<(), EntryError> {
    if !exists(&loaded.record) || loaded.record.state != VmState::Ready {
        return Ok(());
    }
    let plan = loaded
        .plan_or_bare()
        .map_err(|why| EntryError::Config(why.text))?;
    let leased = match LeasedService::take(site, loaded, plan).await {
        Ok(leased) => leased,
        // A backup is being made, a tick is at work, or the cluster cannot be reached.
        Err(Refusal::Said(_) | Refusal::Failed(_)) => return Ok(()),
        Err(Refusal::Broken(error)) => return Err(error.into()),
    };
    let served = leased.work(async |leased| {
        if !leased.vm.record.wants(wish) {
            // Served already, or taken back in the same moment.
            return Ok(());
        }
        leased.vm.watch_until(Instant::now() + WATCH_LIMIT);
        let (result, what) = match wish {
            Wish::Suspend => (
                switch::suspend(&mut leased.vm).await,
                "suspended: it is stopped and nothing starts it",
            ),
            _ => (
                switch::unsuspend(&mut leased.vm).await,
                "no longer suspended",
            ),
        };
        let kept = match result {
            Ok(_) => {
                leased.vm.record.unwant(wish);
                let more = !leased.vm.record.wanted.is_empty();
                leased.vm.record.next_look_at = more.then(|| site.now());
                leased.vm.keep().await.map_err(|failure| failure.text)
            }
            Err(Stop::Wait(what)) => Err(format!("it waits for {what}")),
            Err(Stop::Failed(failure)) => Err(failure.text),
        };
        let service = leased.vm.record.service;
        let text = match kept {
            Ok(()) => format!("VM of service {service} is {what}"),
            Err(why) => format!("The cron goes on to {wish} the VM of service {service}: {why}"),
        };
        leased.vm.tell_admin(&text).await;
        Ok(())
    });
    match served.await {
        Err(Refusal::Broken(error)) => Err(error.into()),
        Ok(()) | Err(Refusal::Said(_) | Refusal::Failed(_)) => Ok(()),
    }
}
