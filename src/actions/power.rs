//! Power: single operations, sent at once, watched by the page and by the cron.

use super::held::{Held, hold};
use super::order::SUCCESS;
use super::{EntryError, service};
use crate::model::{Failure, FieldError, Verdict, VmState};
use crate::plan::{Permissions, Plan, Service};
use crate::pve::VmStatus;
use crate::site::Site;
use crate::steps::{Acted, power as switch};
use crate::store::StoreError;
use crate::store::operation::OperationKind;
use crate::store::vm::{self, VmRecord};
use serde_json::Value;
use std::time::Duration;
use tokio::time::Instant;

/// How long a click waits for its task before the page goes on watching.
const PATIENCE: Duration = Duration::from_secs(3);

/// What can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Start,
    Stop,
    Shutdown,
    Reboot,
}

/// Why nothing was done.
pub(super) enum No {
    /// It cannot be done now; a sentence for anybody.
    Busy(String),
    /// It failed; a sentence for the staff.
    Failed(String),
}

impl Action {
    pub(super) fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "start" => Self::Start,
            "stop" => Self::Stop,
            "shutdown" => Self::Shutdown,
            "reboot" => Self::Reboot,
            _ => return None,
        })
    }

    /// Whether the product lets the client do it: everything that stops the guest is the permission *Stop*.
    pub(super) fn permitted(self, permissions: &Permissions) -> bool {
        match self {
            Self::Start => permissions.start,
            Self::Stop | Self::Shutdown => permissions.stop,
            Self::Reboot => permissions.start && permissions.stop,
        }
    }

    /// Whether the VM is as wanted: a second click, or one on a page that was old, has nothing to send. Proxmox's own
    /// task for it would fail ("VM 100 already running").
    fn is_reached(self, status: &VmStatus) -> bool {
        match self {
            Self::Start => status.is_running(),
            Self::Stop | Self::Shutdown => status.is_off(),
            Self::Reboot => false,
        }
    }

    fn kind(self) -> OperationKind {
        match self {
            Self::Start => OperationKind::Start,
            Self::Stop => OperationKind::Stop,
            Self::Shutdown => OperationKind::Shutdown,
            Self::Reboot => OperationKind::Reboot,
        }
    }
}

/// Does it, if nobody else is at work on the service.
pub(super) async fn perform(
    site: &Site,
    known: service::Known,
    plan: Plan,
    action: Action,
) -> Result<Result<(), No>, EntryError> {
    if action != Action::Stop && known.record.suspended() {
        return Ok(Err(No::Busy("The service is suspended.".to_owned())));
    }
    let mut held = match hold(site, known, plan).await? {
        Ok(held) => held,
        Err(why) => return Ok(Err(No::Busy(why))),
    };
    let result = held.send(action).await;
    held.let_go(site).await?;
    Ok(result)
}

impl From<Failure> for No {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure.text)
    }
}

impl Held {
    /// Sends a power command and watches it for a moment.
    async fn send(&mut self, action: Action) -> Result<(), No> {
        let vm = &mut self.vm;
        let status = switch::status(vm).await?;
        if action.is_reached(&status) {
            // Of a stranger's VM at the service's number that is no answer.
            vm.observe().await?;
            return Ok(());
        }
        if action == Action::Reboot && !status.is_running() {
            return Err(No::Busy("The VM is not running.".to_owned()));
        }
        let (guest, node, vmid) = (vm.guest()?, vm.node()?, vm.vmid()?);
        vm.watch_until(Instant::now() + PATIENCE);
        let call = async move {
            match action {
                Action::Start => guest.start().await,
                Action::Stop => guest.stop().await,
                // A guest that ignores the request is left running: the client may choose Stop then.
                Action::Shutdown => guest.shutdown(60, false).await,
                Action::Reboot => guest.reboot(60).await,
            }
            .map(Some)
        };
        let failure = match vm
            .act(action.kind(), &node, vmid, String::new(), call)
            .await?
        {
            Acted::Ended(exit) if exit.is_success() => return Ok(()),
            // The page watches on; the cron settles it if nobody does.
            Acted::Running(_) => return Ok(()),
            Acted::Ended(exit) => Failure::retry(exit.to_string()),
            Acted::Refused(error) => vm.fault(&error),
        };
        // Somebody else, in Proxmox's own pages say, was first.
        match action.is_reached(&switch::status(vm).await?) {
            true => Ok(()),
            false => Err(failure.into()),
        }
    }
}

/// Suspends: remembers the power state, forbids every start, stops the VM and keeps its node from starting it.
pub(super) async fn suspend(site: &Site, params: &Value) -> Result<String, EntryError> {
    loop {
        let Some(known) = service::known(site, params).await? else {
            return Ok(SUCCESS.to_owned());
        };
        // An end of the suspension that is still to be served, say since the VM would not start, is taken back.
        if known.record.suspended() && !known.record.wants("unsuspend") {
            return Ok(SUCCESS.to_owned());
        }
        let live = super::live::read(site, &known.service, &known.record).await;
        if let Some(error) = live.error() {
            return Ok(error.to_owned());
        }
        let mut record = known.record.clone();
        // A VM under construction would run at the end of its flow: that is what unsuspending shall bring back.
        let rests = live.power() == "stopped" && record.state == VmState::Ready;
        let before = match rests && !switch::restarts(site, record.service).await? {
            true => "stopped",
            false => "running",
        };
        if !record.suspended() {
            before.clone_into(&mut record.suspended_from);
        }
        record.unwant("unsuspend");
        if let Some(record) = wish(site, record, "suspend").await? {
            serve(site, service::Known { record, ..known }, "suspend").await?;
            return Ok(SUCCESS.to_owned());
        }
    }
}

/// Ends a suspension: exactly the state from before.
pub(super) async fn unsuspend(site: &Site, params: &Value) -> Result<String, EntryError> {
    loop {
        let Some(known) = service::known(site, params).await? else {
            return Ok(SUCCESS.to_owned());
        };
        if !known.record.suspended() {
            return Ok(SUCCESS.to_owned());
        }
        let mut record = known.record.clone();
        record.unwant("suspend");
        if !matches!(record.state, VmState::Ready | VmState::SetDnsRecords) {
            // The flow under way starts the VM at its end, but for the one of names, which leaves it as it is; afterwards
            // its node may start it again too.
            record.suspended_from.clear();
        }
        if let Some(record) = wish(site, record, "unsuspend").await? {
            serve(site, service::Known { record, ..known }, "unsuspend").await?;
            return Ok(SUCCESS.to_owned());
        }
    }
}

/// Whether the service has a VM.
fn exists(record: &VmRecord) -> bool {
    record.vmid.is_some() && record.node.is_some()
}

/// Records a wish, so that it is served whatever comes. `None`: the service changed this moment; it has to be read anew.
async fn wish(
    site: &Site,
    mut record: VmRecord,
    word: &str,
) -> Result<Option<VmRecord>, EntryError> {
    let state = record.state;
    // A deploy that is under way may make the VM any moment; a service that is over has nothing to switch.
    if exists(&record) || !state.at_rest() {
        record.want(word);
    }
    if exists(&record) && state == VmState::Ready {
        record.next_look_at = Some(site.now());
    }
    match vm::save(&site.host, &mut record, state, vec![]).await {
        Ok(()) => Ok(Some(record)),
        Err(StoreError::Stale) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Serves a recorded wish at once where the VM is free. Where it is not, or Proxmox does not answer, the cron does: WHMCS
/// must not be told that it failed, since it comes about.
async fn serve(site: &Site, known: service::Known, word: &str) -> Result<(), EntryError> {
    if !exists(&known.record) || known.record.state != VmState::Ready {
        return Ok(());
    }
    let plan = plan_or_bare(site, &known.service).await?;
    let mut held = match hold(site, known, plan).await {
        Ok(Ok(held)) => held,
        // A backup is being made, a tick is at work, or the cluster cannot be reached.
        Ok(Err(_)) | Err(EntryError::Cluster(_)) => return Ok(()),
        Err(error) => return Err(error),
    };
    if !held.vm.record.wants(word) {
        // Served already, or taken back in the same moment.
        return held.let_go(site).await;
    }
    held.vm.watch_until(Instant::now() + PATIENCE);
    let (result, what) = match word {
        "suspend" => (
            switch::suspend(&mut held.vm).await,
            "suspended: it is stopped and nothing starts it",
        ),
        _ => (switch::unsuspend(&mut held.vm).await, "no longer suspended"),
    };
    let kept = match result {
        Ok(Verdict::Wait(what)) => Err(format!("it waits for {what}")),
        Ok(_) => {
            held.vm.record.unwant(word);
            let more = !held.vm.record.wanted.is_empty();
            held.vm.record.next_look_at = more.then(|| site.now());
            held.vm.keep().await.map_err(|failure| failure.text)
        }
        Err(failure) => Err(failure.text),
    };
    let service = held.vm.record.service;
    let text = match kept {
        Ok(()) => format!("VM of service {service} is {what}"),
        Err(why) => format!("The cron goes on to {word} the VM of service {service}: {why}"),
    };
    held.vm.tell_admin(&text).await;
    held.let_go(site).await
}

/// Suspending must work whatever state the product's settings are in.
async fn plan_or_bare(site: &Site, service: &Service) -> Result<Plan, EntryError> {
    match service::plan(site, service).await? {
        Ok(plan) => Ok(plan),
        Err(_) => {
            Plan::bare(service).map_err(|errors| EntryError::Config(FieldError::sentences(&errors)))
        }
    }
}
