//! Power: single operations, sent at once, watched by the page and by the cron.

use super::{EntryError, service};
use crate::model::{Failure, VmState};
use crate::plan::{Permissions, Plan};
use crate::pve::Change;
use crate::site::Site;
use crate::steps::{Acted, Vm};
use crate::store::operation::{self, OperationKind};
use crate::store::vm::{self, VmRecord};
use crate::store::{StoreError, lease};
use serde_json::Value;
use std::time::Duration;
use tokio::time::Instant;

/// How long a click waits for its task before the page goes on watching.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long the service is ours for one click: more than the request's own deadline.
const LEASE: Duration = Duration::from_secs(120);

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
    /// Somebody is at work; a sentence for anybody.
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
    let Some(mut held) = hold(site, known, plan).await? else {
        return Ok(Err(No::Busy(
            "Something else is being done with the VM; please try again in a moment.".to_owned(),
        )));
    };
    let result = held.send(action).await;
    held.let_go(site).await?;
    Ok(result.map_err(|failure| No::Failed(failure.text)))
}

/// A service held for one request.
struct Held {
    vm: Vm,
}

/// Takes the service's lease, unless a tick or another click has it or something is in flight.
async fn hold(site: &Site, known: service::Known, plan: Plan) -> Result<Option<Held>, EntryError> {
    let holder = site.process.holder(&site.chance.token()[..8]);
    let about = site.host.describe().await?;
    let offset = crate::cron::database_offset(site, about.driver).await?;
    let (id, now) = (known.record.service, site.now() + offset);
    let seconds = i64::try_from(LEASE.as_secs()).unwrap_or(120);
    if lease::claim(&site.host, &[id], &holder, now, now + seconds)
        .await?
        .is_empty()
    {
        return Ok(None);
    }
    // What was read before the lease may be old.
    let fresh = vm::find(&site.host, id).await?;
    let free = operation::in_flight(&site.host, id)
        .await?
        .iter()
        .all(|op| op.kind == OperationKind::Mail);
    let (Some(record), true) = (fresh, free) else {
        lease::release(&site.host, id, &holder).await?;
        return Ok(None);
    };
    let fleet = match service::fleet(site, &known.service).await {
        Ok(fleet) => fleet,
        Err(failure) => {
            lease::release(&site.host, id, &holder).await?;
            return Err(failure.into());
        }
    };
    let until = Instant::now() + LEASE;
    let vm = Vm::gather(site, fleet, record, known.service, plan, &holder, until).await?;
    Ok(Some(Held { vm }))
}

impl Held {
    async fn send(&mut self, action: Action) -> Result<(), Failure> {
        let vm = &mut self.vm;
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
        match vm
            .act(action.kind(), &node, vmid, String::new(), call)
            .await?
        {
            Acted::Ended(exit) if exit.is_success() => Ok(()),
            // The page watches on; the cron settles it if nobody does.
            Acted::Running(_) => Ok(()),
            Acted::Ended(exit) => Err(Failure::retry(exit.to_string())),
            Acted::Refused(error) => Err(vm.fault(&error)),
        }
    }

    /// Gives the service back; the cron looks at what is still in flight.
    async fn let_go(mut self, site: &Site) -> Result<(), EntryError> {
        let open = operation::in_flight(&site.host, self.vm.record.service).await?;
        if !open.is_empty() && self.vm.record.state == VmState::Ready {
            let state = self.vm.record.state;
            self.vm.record.next_look_at = Some(site.now());
            match vm::save(&site.host, &mut self.vm.record, state, vec![]).await {
                Ok(()) | Err(StoreError::Stale) => {}
                Err(error) => return Err(error.into()),
            }
        }
        lease::release(&site.host, self.vm.record.service, &self.vm.holder).await?;
        Ok(())
    }
}

/// Suspends: remembers the power state, forbids every start, stops the VM and keeps its node from starting it.
pub(super) async fn suspend(site: &Site, params: &Value) -> Result<String, EntryError> {
    let Some(known) = service::known(site, params).await? else {
        return Ok("success".to_owned());
    };
    if known.record.suspended() {
        return Ok("success".to_owned());
    }
    let live = super::live::read(site, &known.service, &known.record).await;
    if let Some(error) = live.error() {
        return Ok(error.to_owned());
    }
    let mut record = known.record.clone();
    // A VM under construction would run at the end of its flow: that is what unsuspending shall bring back.
    let before = if live.power() == "stopped" && record.state == VmState::Ready {
        "stopped"
    } else {
        "running"
    };
    if !remember(site, &mut record, before).await? {
        return Ok("The service changed this moment. Try again.".to_owned());
    }
    if live.power() == "unknown" || record.state != VmState::Ready {
        return Ok("success".to_owned());
    }
    finish(
        site,
        known,
        record,
        0,
        (live.power() == "running").then_some(Action::Stop),
    )
    .await
}

/// Ends a suspension: exactly the state from before.
pub(super) async fn unsuspend(site: &Site, params: &Value) -> Result<String, EntryError> {
    let Some(known) = service::known(site, params).await? else {
        return Ok("success".to_owned());
    };
    if !known.record.suspended() {
        return Ok("success".to_owned());
    }
    let mut record = known.record.clone();
    let ran = record.suspended_from == "running";
    if record.vmid.is_none() || record.node.is_none() || record.state != VmState::Ready {
        return Ok(match remember(site, &mut record, "").await? {
            true => "success".to_owned(),
            false => "The service changed this moment. Try again.".to_owned(),
        });
    }
    let answer = finish(site, known, record.clone(), 1, ran.then_some(Action::Start)).await?;
    if answer == "success"
        && let Some(mut fresh) = vm::find(&site.host, record.service).await?
    {
        remember(site, &mut fresh, "").await?;
    }
    Ok(answer)
}

async fn remember(site: &Site, record: &mut VmRecord, before: &str) -> Result<bool, EntryError> {
    before.clone_into(&mut record.suspended_from);
    let state = record.state;
    match vm::save(&site.host, record, state, vec![]).await {
        Ok(()) => Ok(true),
        Err(StoreError::Stale) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

async fn finish(
    site: &Site,
    known: service::Known,
    record: VmRecord,
    onboot: u8,
    action: Option<Action>,
) -> Result<String, EntryError> {
    let known = service::Known { record, ..known };
    // Suspending must work whatever state the product's settings are in.
    let plan = match service::plan(site, &known.service).await? {
        Ok(plan) => plan,
        Err(_) => Plan::bare(&known.service).map_err(|errors| {
            EntryError::Config(
                errors
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>()
                    .join(" "),
            )
        })?,
    };
    let Some(mut held) = hold(site, known, plan).await? else {
        return Ok("Something else is being done with the VM. Try again.".to_owned());
    };
    let result = async {
        let guest = held.vm.guest()?;
        let change = Change::new().set("onboot", onboot);
        guest
            .set_config(&change)
            .await
            .map_err(|error| held.vm.fault(&error))?;
        match action {
            Some(action) => held.send(action).await,
            None => Ok(()),
        }
    }
    .await;
    let what = if onboot == 0 {
        "suspended: it is stopped and nothing starts it"
    } else {
        "no longer suspended"
    };
    let service = held.vm.record.service;
    held.vm
        .tell_admin(&format!("VM of service {service} is {what}"))
        .await;
    held.let_go(site).await?;
    Ok(match result {
        Ok(()) => "success".to_owned(),
        Err(failure) => failure.text,
    })
}
