//! A service held for one request: nobody else works on it meanwhile.

use super::{EntryError, client, live, service};
use crate::engine::Subject;
use crate::model::{Failure, ServiceId, Verdict, VmState};
use crate::plan::Plan;
use crate::site::Site;
use crate::steps::{Vm, patience};
use crate::store::operation::{self, Operation, OperationKind};
use crate::store::{lease, vm};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::Instant;

/// How long the service is ours for one click: more than the request's own deadline, and than its zones' servers may take
/// to answer one after another.
pub(super) const LEASE: Duration = Duration::from_secs(180);
/// How long a click looks whether what was under way has ended.
const GLANCE: Duration = Duration::from_secs(1);

/// A request for something that the product does not include.
pub(super) const NOT_INCLUDED: &str = "Your product does not include this.";
/// A request for something that no page offers.
pub(super) const UNKNOWN: &str = "This is not something the page can ask for.";
/// A request with a field of more than anybody types.
pub(super) const TOO_LONG: &str = "What was entered is too long; please shorten it.";
/// A request for a service without a VM.
pub(super) const NO_VM: &str = "The service has no VM yet.";
/// A request while a flow is under way.
pub(super) const WORKED_ON: &str = "The VM is being worked on; please wait until it is ready.";

/// A request about a VM that was removed.
const VM_GONE: &str = "The service has no VM any more.";
/// A request about a VM whose removal failed.
const END_FAILED: &str = "The VM could not be removed completely; please contact support.";
/// A request about a VM that an earlier restore left unfinished.
const RESTORE_FAILED: &str = "A restore failed; please restore a backup again or reinstall.";

/// Why nothing can be done with a VM that is not ready, for anybody.
pub(super) fn not_ready(state: VmState) -> &'static str {
    match state {
        VmState::Remove => VM_GONE,
        VmState::ErrorTerminate => END_FAILED,
        VmState::ErrorRestore => RESTORE_FAILED,
        _ => WORKED_ON,
    }
}

/// Who asks: a client is not told what Proxmox said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// The service's owner.
    Client,
    /// The staff.
    Admin,
}

impl Who {
    /// The answer to a request that failed.
    pub(super) fn refusal(self, failure: Failure) -> Value {
        service::refusal(match self {
            Self::Admin => failure.text,
            Self::Client => "It did not work; please try again or contact support.".to_owned(),
        })
    }
}

/// A service held for one request.
pub(super) struct Held {
    pub(super) vm: Vm,
}

/// The service a page is asked about, what was sold, and who asks.
pub(super) struct Asked {
    pub(super) known: service::Known,
    pub(super) plan: Plan,
    pub(super) who: Who,
}

/// The service asked about and what was sold, or the answer that refuses.
pub(super) async fn asked(
    site: &Site,
    params: &Value,
    who: Who,
) -> Result<Result<Asked, Value>, EntryError> {
    let Some(known) = service::known(site, params).await? else {
        return Ok(Err(service::refusal(NO_VM)));
    };
    Ok(match service::plan(site, &known.service).await? {
        Ok(plan) => Ok(Asked { known, plan, who }),
        Err(error) => Err(who.refusal(Failure::person(error))),
    })
}

/// Changes something of a service that is free: refuses with the reason where it is not, holds it, does the work, lets
/// go. The work answers `Ok(Err(…))` to refuse, with a sentence for anybody.
pub(super) async fn change(
    site: &Site,
    known: service::Known,
    plan: Plan,
    who: Who,
    work: impl AsyncFnOnce(&mut Held) -> Result<Result<Verdict, String>, Failure>,
) -> Result<Value, EntryError> {
    let live = live::read(site, &known.service, &known.record).await;
    if let Some(why) = client::blocked(&known.service, &known.record, &live) {
        return Ok(service::refusal(why));
    }
    let mut held = match hold(site, known, plan).await? {
        Ok(held) => held,
        Err(why) => return Ok(service::refusal(why)),
    };
    let result = work(&mut held).await;
    held.let_go(site).await?;
    Ok(match result {
        Ok(Ok(verdict)) => {
            service::accepted(json!({"running": matches!(verdict, Verdict::Wait(_))}))
        }
        Ok(Err(why)) => service::refusal(why),
        Err(failure) => who.refusal(failure),
    })
}

/// A service's VM to look at, without holding it: nothing is to be changed through it.
pub(super) async fn look(
    site: &Site,
    known: service::Known,
    plan: Plan,
    patience: Duration,
) -> Result<Vm, Failure> {
    let fleet = service::fleet(site, &known.service).await?;
    let until = Instant::now() + patience;
    let vm = Vm::gather(site, fleet, known.record, known.service, plan, "", until).await?;
    vm.is_home().await?;
    Ok(vm)
}

/// Takes the service's lease; what earlier requests left is settled first. `Err`: why not, a sentence for anybody.
pub(super) async fn hold(
    site: &Site,
    known: service::Known,
    plan: Plan,
) -> Result<Result<Held, String>, EntryError> {
    let id = known.record.service;
    // A write is sent only while more of the lease is left than it may take.
    let time = LEASE.max(patience(site).await?.heavy * 2);
    let holder = claim(site, id, time).await?;
    let open = under_way(site, id).await?;
    let Some(holder) = holder else {
        return Ok(Err(sentence(&open)));
    };
    let held = take(site, known, plan, &holder, &open, time).await;
    if !matches!(held, Ok(Ok(_))) {
        lease::release(&site.host, id, &holder).await?;
    }
    held
}

/// Takes the service's lease for so long; its holder's name. `None`: somebody else has it.
pub(super) async fn claim(
    site: &Site,
    id: ServiceId,
    time: Duration,
) -> Result<Option<String>, EntryError> {
    let holder = site.process.holder(&site.chance.token()[..8]);
    let now = site.now();
    let seconds = i64::try_from(time.as_secs()).unwrap_or(120);
    let ours = lease::claim(&site.host, &[id], &holder, now, now + seconds).await?;
    Ok((!ours.is_empty()).then_some(holder))
}

async fn take(
    site: &Site,
    known: service::Known,
    plan: Plan,
    holder: &str,
    open: &[Operation],
    time: Duration,
) -> Result<Result<Held, String>, EntryError> {
    // What was read before the lease may be old: whoever asks has checked that the VM is free and not suspended.
    let (state, suspended) = (known.record.state, known.record.suspended());
    let Some(record) = vm::find(&site.host, known.record.service)
        .await?
        .filter(|fresh| fresh.state == state && fresh.suspended() == suspended)
    else {
        return Ok(Err(
            "The service changed this moment; please try again.".to_owned()
        ));
    };
    let fleet = service::fleet(site, &known.service).await?;
    let until = Instant::now() + time;
    let mut vm = Vm::gather(site, fleet, record, known.service, plan, holder, until).await?;
    vm.come_home().await?;
    if !open.is_empty() {
        vm.watch_until(Instant::now() + GLANCE);
        // Where Proxmox cannot be asked, what was under way is taken to be so still.
        if let Err(_) | Ok(Verdict::Wait(_)) = vm.settle().await {
            return Ok(Err(sentence(open)));
        }
    }
    Ok(Ok(Held { vm }))
}

impl Held {
    /// Gives the service back. What is still in flight the cron finds by itself.
    pub(super) async fn let_go(self, site: &Site) -> Result<(), EntryError> {
        lease::release(&site.host, self.vm.record.service, &self.vm.holder).await?;
        Ok(())
    }
}

async fn under_way(site: &Site, id: ServiceId) -> Result<Vec<Operation>, EntryError> {
    let mut open = operation::in_flight(&site.host, id).await?;
    open.retain(|op| op.kind != OperationKind::Mail);
    Ok(open)
}

/// What a page shows as being under way; a look at it also settles what has ended since. `None`: nothing.
pub(super) async fn busy(
    site: &Site,
    known: service::Known,
    plan: Plan,
) -> Result<Option<String>, EntryError> {
    if under_way(site, known.record.service).await?.is_empty() {
        return Ok(None);
    }
    match hold(site, known, plan).await? {
        Ok(held) => {
            held.let_go(site).await?;
            Ok(None)
        }
        Err(why) => Ok(Some(why)),
    }
}

/// Why the VM is not free.
fn sentence(open: &[Operation]) -> String {
    let what = match open.first().map(|op| op.kind) {
        Some(OperationKind::Backup) => BACKING_UP,
        Some(OperationKind::Restore) => RESTORING,
        Some(OperationKind::RemoveBackup) => {
            "A backup is being removed; please try again in a moment."
        }
        Some(OperationKind::Snapshot | OperationKind::Rollback | OperationKind::RemoveSnapshot) => {
            SNAPSHOT
        }
        _ => "Something else is being done with the VM; please try again in a moment.",
    };
    what.to_owned()
}

const BACKING_UP: &str = "A backup of the VM is being made; please wait until it is complete.";
const RESTORING: &str = "A backup is being restored; please wait until the VM is ready.";
const SNAPSHOT: &str =
    "A snapshot is being taken, removed or gone back to; please wait until that is done.";

/// What Proxmox's lock on a VM means (the words of PVE::QemuConfig).
pub(super) fn locked(lock: &str) -> String {
    match lock {
        "backup" => BACKING_UP.to_owned(),
        "create" => RESTORING.to_owned(),
        "snapshot" | "snapshot-delete" | "rollback" => SNAPSHOT.to_owned(),
        "migrate" => "The VM is moving to another node; please try again in a moment.".to_owned(),
        lock => format!("The VM is busy ({lock})."),
    }
}
