//! A service held for one request: nobody else works on it meanwhile.

use super::{EntryError, client, live, service};
use crate::engine::Subject;
use crate::model::{Deed, Failure, Reason, ServiceId, Verdict, VmState};
use crate::plan::Plan;
use crate::pve::Power;
use crate::site::Site;
use crate::steps::asked::Stand;
use crate::steps::{Vm, patience};
use crate::store::operation::{self, Operation, OperationKind};
use crate::store::request::{self, Person, Request};
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

/// Why nothing can be done with a VM that is not ready, for anybody.
pub(super) fn not_ready(state: VmState) -> &'static str {
    match state {
        VmState::Remove => VM_GONE,
        VmState::ErrorTerminate => END_FAILED,
        VmState::ErrorRestore => Reason::NotRestored.sentence(),
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
            Self::Admin => failure.sentence().to_owned(),
            Self::Client => failure.reason.sentence().to_owned(),
        })
    }

    /// As requests are stored with.
    pub(super) fn person(self) -> Person {
        match self {
            Self::Client => Person::Client,
            Self::Admin => Person::Staff,
        }
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
/// go. The work answers `Ok(Err(…))` to refuse, with a sentence for anybody. `what` begins the sentence that tells the staff
/// of a client's request that failed: the client reads what to do, and whom they ask then must find why.
pub(super) async fn change(
    site: &Site,
    known: service::Known,
    plan: Plan,
    who: Who,
    what: &str,
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
    if let Err(failure) = &result
        && who == Who::Client
    {
        let (service, why) = (held.vm.record.service, failure.sentence());
        let text = format!("{what}, asked for by the client of service {service}, failed: {why}");
        held.vm.tell_admin(&text).await;
    }
    held.let_go(site).await?;
    Ok(match result {
        Ok(Ok(verdict)) => {
            service::accepted(json!({"running": matches!(verdict, Verdict::Wait(_))}))
        }
        Ok(Err(why)) => service::refusal(why),
        Err(failure) => who.refusal(failure),
    })
}

/// Does what a person asks of a service that is free: refuses with the reason where it is not, holds it, sees whether it
/// may be done, does it, lets go. It is on record from before it is sent until its end was read. `fit` answers `Ok(Err(…))`
/// to refuse, with a sentence for anybody.
pub(super) async fn ask(
    site: &Site,
    known: service::Known,
    plan: Plan,
    who: Who,
    deed: Deed,
    fit: impl AsyncFnOnce(&mut Vm) -> Result<Result<(), String>, Failure>,
) -> Result<Value, EntryError> {
    let live = live::read(site, &known.service, &known.record).await;
    if let Some(why) = client::blocked(&known.service, &known.record, &live) {
        return Ok(service::refusal(why));
    }
    if live.stands() == Some(Power::Hibernated) {
        return Ok(service::refusal(HIBERNATES));
    }
    let mut held = match hold(site, known, plan).await? {
        Ok(held) => held,
        Err(why) => return Ok(service::refusal(why)),
    };
    let result = match fit(&mut held.vm).await {
        Ok(Ok(())) => held.vm.ask(deed, who.person()).await.map(Ok),
        Ok(Err(why)) => Ok(Err(why)),
        Err(failure) => Err(failure),
    };
    held.let_go(site).await?;
    Ok(match result {
        Ok(Ok(Stand::Done)) => service::accepted(json!({"running": false})),
        Ok(Ok(Stand::GoesOn | Stand::Follows)) => service::accepted(json!({"running": true})),
        Ok(Err(why)) => service::refusal(why),
        Ok(Ok(Stand::Failed(failure))) | Err(failure) => who.refusal(failure),
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
        return Ok(Err(open.sentence()));
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
    open: &UnderWay,
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
            return Ok(Err(open.sentence()));
        }
        match vm.pursue().await {
            Ok(seen) if !seen.holds => {}
            Ok(_) | Err(_) => return Ok(Err(open.sentence())),
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

/// What goes on for a service.
struct UnderWay {
    operations: Vec<Operation>,
    requests: Vec<Request>,
}

async fn under_way(site: &Site, id: ServiceId) -> Result<UnderWay, EntryError> {
    let mut operations = operation::in_flight(&site.host, id).await?;
    operations.retain(|op| op.kind != OperationKind::Mail);
    let requests = request::open(&site.host, id).await?;
    Ok(UnderWay {
        operations,
        requests,
    })
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

impl UnderWay {
    fn is_empty(&self) -> bool {
        self.operations.is_empty() && self.requests.is_empty()
    }

    /// Why the VM is not free.
    fn sentence(&self) -> String {
        let kind = self.operations.first().map(|op| op.kind);
        let deed = self.requests.first().map(|asked| &asked.deed);
        match (kind, deed) {
            (Some(OperationKind::Backup), _) | (None, Some(Deed::BackUp(_))) => BACKING_UP,
            (Some(OperationKind::Restore), _) => RESTORING,
            (Some(OperationKind::RemoveBackup), _) | (None, Some(Deed::RemoveBackup(_))) => {
                "A backup is being removed; please try again in a moment."
            }
            (
                Some(
                    OperationKind::Snapshot
                    | OperationKind::Rollback
                    | OperationKind::RemoveSnapshot,
                ),
                _,
            )
            | (None, Some(Deed::TakeSnapshot(_) | Deed::GoBack(_) | Deed::RemoveSnapshot(_))) => {
                SNAPSHOT
            }
            _ => "Something else is being done with the VM; please try again in a moment.",
        }
        .to_owned()
    }
}

/// What is said of a VM whose memory is on a disk.
pub(super) const HIBERNATES: &str = "The VM hibernates; start it first.";
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
