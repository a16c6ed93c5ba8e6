//! A task's OK is not the state: looking at the VM until it is as it was asked to be.

use crate::model::{
    Failure, Follow, Reason, Sentence, Skip, StepResult, Stop, Verdict, VmAction, Vmid, Wait, say,
};
use crate::pve::{Power, VmStatus};
use crate::store::operation::OperationKind;
use crate::vm::Vm;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Seconds a guest has to shut down before Proxmox stops it by force.
pub(super) const SHUTDOWN_S: u32 = 60;

/// After a task that ended well the VM's state is looked at so often.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// A VM that HA does not manage has so long to be what a task that ended well says: the task did the work itself.
const FOLLOW_LIMIT: Duration = Duration::from_secs(10);

/// Seconds after the end of a restart's task from which on a VM that runs has restarted.
const RESTARTED_AFTER_S: i64 = 30;

/// How the VM stands; one that moved is followed.
pub async fn status(vm: &mut Vm) -> Result<VmStatus, Failure> {
    let status = match vm.guest()?.status().await {
        Err(error) if error.is_missing(vm.vmid()?) => {
            // `observe` follows a VM that moved, and says so when it is gone.
            vm.observed = None;
            vm.observe().await?;
            vm.guest()?.status().await
        }
        answer => answer,
    };
    let status = status?;
    vm.seen = Some(status.clone());
    Ok(status)
}

/// Looks at the VM until it is as a task that ended well says. HA answers at once and acts later; of any other VM a state
/// that does not follow is a failure.
pub(super) async fn comes_to(
    vm: &mut Vm,
    to: Follow,
    holds: impl Fn(&VmStatus) -> bool,
) -> StepResult {
    let began = Instant::now();
    loop {
        let current = status(vm).await?;
        if holds(&current) {
            return Ok(Verdict::Done);
        }
        if !current.ha_managed
            && (current.power() == Power::IoError || began.elapsed() >= FOLLOW_LIMIT)
        {
            let text = say::again(not_followed(vm.vmid()?, &current));
            return Err(match current.power() {
                Power::IoError => Failure::person(text).because(Reason::IoError).into(),
                _ => Failure::retry(text).because(Reason::NotFollowed).into(),
            });
        }
        if Instant::now() + LOOK_EVERY > vm.until {
            let state = current.ha_state.as_deref().unwrap_or("none");
            return Err(Stop::Wait(Wait::Follow {
                vmid: vm.vmid()?,
                to,
                ha: current.ha_managed.then(|| state.to_owned()),
            }));
        }
        sleep(LOOK_EVERY).await;
    }
}

/// What is said of a VM that did not follow what Proxmox took on.
pub fn not_followed(vmid: Vmid, status: &VmStatus) -> Sentence {
    let stands = status.power().as_str().replace('_', "-");
    match (status.power(), status.ha_managed) {
        (Power::IoError, _) => say::power_halted(vmid, stands),
        (_, true) => {
            let state = status.ha_state.as_deref().unwrap_or("none");
            say::power_ha(vmid, stands, state)
        }
        _ => say::power_idle(vmid, stands),
    }
}

/// Whether the VM's memory is on a disk.
pub fn is_hibernated(status: &VmStatus) -> bool {
    status.power() == Power::Hibernated
}

/// Whether the VM is as a click wants it: a second click, or one on a page that was old, has nothing to send. Proxmox's
/// own task for it would fail ("VM 100 already running").
pub fn is_reached(action: &VmAction, status: &VmStatus) -> bool {
    match action {
        VmAction::Start => status.power() == Power::Running,
        VmAction::Stop | VmAction::Shutdown => status.is_off(),
        _ => false,
    }
}

/// Whether a VM that had been up for `before` seconds has restarted: its uptime began anew, or it runs and the time in
/// which it might still go down is over. Proxmox's task ends when the guest is on its way down.
pub fn has_restarted(status: &VmStatus, before: u64, since_the_task: i64) -> bool {
    status.is_running() && (status.uptime < before || since_the_task >= RESTARTED_AFTER_S)
}

/// Has a halted VM go on, and sees that it does.
pub(super) async fn go_on(vm: &mut Vm) -> StepResult {
    let guest = vm.guest()?;
    let call = async move { guest.resume().await.map(Some) };
    vm.one_task(OperationKind::Resume, String::new(), call)
        .await?;
    let awake = |status: &VmStatus| !status.power().is_halted();
    comes_to(vm, Follow::Awake, awake).await
}

/// Switches the VM as a click asks, and sees that it follows.
pub async fn switch(vm: &mut Vm, action: &VmAction) -> StepResult {
    let before = match vm.seen.take() {
        Some(seen) => seen,
        None => status(vm).await?,
    };
    if is_reached(action, &before) {
        vm.seen = Some(before);
        // Of a stranger's VM at the service's number that is no answer.
        vm.observe().await?;
        return Ok(Verdict::Skipped(Skip::NoChange));
    }
    if *action == VmAction::Start && before.power().is_halted() {
        return go_on(vm).await;
    }
    let guest = vm.guest()?;
    let (kind, intent) = match action {
        VmAction::Start => (OperationKind::Start, String::new()),
        VmAction::Shutdown => (OperationKind::Shutdown, String::new()),
        VmAction::Reboot => (OperationKind::Reboot, before.uptime.to_string()),
        _ => (OperationKind::Stop, String::new()),
    };
    let call = async move {
        match kind {
            OperationKind::Start => guest.start().await,
            // A guest that ignores the request is left running: the client may choose Stop then.
            OperationKind::Shutdown => guest.shutdown(SHUTDOWN_S, false).await,
            OperationKind::Reboot => guest.reboot(SHUTDOWN_S).await,
            _ => guest.stop().await,
        }
        .map(Some)
    };
    match vm.one_task(kind, intent, call).await {
        // It goes down first; whoever looks next sees it up again.
        Ok(_) if *action == VmAction::Reboot => Err(Stop::Wait(Wait::Follow {
            vmid: vm.vmid()?,
            to: Follow::Restarted,
            ha: None,
        })),
        Ok(_) => comes_to(vm, Follow::Requested, |status| is_reached(action, status)).await,
        // Somebody else, in Proxmox's own pages say, was first.
        Err(Stop::Failed(_)) if is_reached(action, &status(vm).await?) => Ok(Verdict::Done),
        Err(stop) => Err(stop),
    }
}
