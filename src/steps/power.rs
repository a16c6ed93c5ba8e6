//! Starting, and seeing that it runs.

use super::power_state::{SHUTDOWN_S, comes_to, go_on, is_hibernated, status};
use super::{address_release, mail};
use crate::limits::Work;
use crate::model::{
    Before, Failure, FlowKey, Follow, ServiceId, Skip, StepResult, Stop, Verdict, VmState, Wait,
    chain,
};
use crate::pve::{Change, VmConfig, VmStatus};
use crate::site::Site;
use crate::store::StoreError;
use crate::store::operation::{self, OperationKind};
use crate::vm::{Vm, lock};
use futures_util::future::LocalBoxFuture;
use tokio::time::Instant;

/// Seconds from a click on *Reboot* in which its VM may look off and come up by itself: the task ends with the guest's
/// shutdown, for which it has 60 seconds, and the start follows a moment later, from `qm cleanup` (qemu-server).
const RESTART_S: i64 = 90;

/// Starts the VM. A suspended one is not started; its flow goes on to its end.
pub fn start(vm: &mut Vm) -> LocalBoxFuture<'_, StepResult> {
    Box::pin(async move {
        if vm.record.suspended() {
            if vm.record.flow.is_some_and(FlowKey::installs) {
                // What the suspension found was another installation: the new one runs once it is over.
                vm.record.suspended_from = Some(Before::Running);
            }
            address_release::let_go(vm).await?;
            return Ok(Verdict::Skipped(Skip::Suspended));
        }
        if vm.installing() {
            // Nobody else starts it, and one that an earlier pass started says so.
            address_release::let_go(vm).await?;
            return bring_up(vm).await;
        }
        let status = status(vm).await?;
        if let Some(lock) = status.lock.as_ref().filter(|_| !is_hibernated(&status)) {
            return lock::wait(vm, lock).await;
        }
        if status.is_running() {
            let told = vm.record.configured_at;
            if address_release::started_since(vm, told).await? && !waits_for_a_start(vm).await? {
                address_release::let_go(vm).await?;
                return Ok(Verdict::Skipped(Skip::NoChange));
            }
            // Somebody, or its node after a crash, started it while it was changed: what needs a fresh start gets one.
            stop(vm).await?;
        }
        address_release::let_go(vm).await?;
        bring_up(vm).await
    })
}

/// Whether something written to the running VM takes effect only at its next start. Cloud-init's values do not count:
/// Proxmox may show them as pending for ever. Whether the guest was started with them says who started it since.
async fn waits_for_a_start(vm: &mut Vm) -> Result<bool, Failure> {
    const CLOUD_INIT: [&str; 5] = ["ci", "ipconfig", "sshkeys", "nameserver", "searchdomain"];
    let pending = vm.guest()?.pending().await?;
    Ok(pending
        .iter()
        .filter(|entry| entry.pending.is_some() || entry.delete)
        .any(|entry| !CLOUD_INIT.iter().any(|word| entry.key.starts_with(word))))
}

/// Sees that the VM runs, tells the client, and lets go of the memory promised.
pub fn verify_and_mail(vm: &mut Vm) -> LocalBoxFuture<'_, StepResult> {
    Box::pin(async move {
        let template = vm.plan.mails.ready.clone();
        verify(vm, template).await?;
        let text = format!(
            "VM {} ({}) of service {} is ready",
            vm.vmid()?,
            vm.record.name,
            vm.record.service
        );
        vm.tell_admin(&text).await;
        Ok(Verdict::Done)
    })
}

/// Stops the VM: asks the guest, and has Proxmox force it where the guest does not answer.
pub fn stop(vm: &mut Vm) -> LocalBoxFuture<'_, StepResult> {
    Box::pin(async move {
        let mut current = status(vm).await?;
        if is_hibernated(&current) && !vm.record.suspended() {
            // Its memory is on a disk: it wakes up and shuts down as any other.
            bring_up(vm).await?;
            current = status(vm).await?;
        }
        lock::free(vm, &current.lock).await?;
        if !current.is_running() {
            return Ok(Verdict::Skipped(Skip::NoChange));
        }
        if current.is_going_off() {
            return comes_to(vm, Follow::Off, |status| !status.is_running()).await;
        }
        let (guest, node, vmid) = (vm.guest()?, vm.node()?, vm.vmid()?);
        let call = async move { guest.shutdown(SHUTDOWN_S, true).await.map(Some) };
        let (kind, what) = (OperationKind::Shutdown, format!("stop VM {vmid}"));
        let acted = vm.act(kind, &node, vmid, String::new(), what, call);
        let error = match acted.await {
            Ok(_) => return comes_to(vm, Follow::Off, |status| !status.is_running()).await,
            Err(unfinished) => unfinished.refused()?,
        };
        if !status(vm).await?.is_running() {
            return Ok(Verdict::Done);
        }
        Err(error.into())
    })
}

/// Sees that the VM runs after a change of package, and tells the client.
pub fn verify_upgrade(vm: &mut Vm) -> LocalBoxFuture<'_, StepResult> {
    Box::pin(async move {
        let template = vm.plan.mails.upgraded.clone();
        verify(vm, template).await
    })
}

/// Sees that the VM runs with its new password, and tells the client.
pub fn verify_password(vm: &mut Vm) -> LocalBoxFuture<'_, StepResult> {
    Box::pin(async move {
        let template = vm.plan.mails.reset_password.clone();
        verify(vm, template).await
    })
}

/// Starts the VM if it is off and may run, has it go on if it is halted, and sees that it runs.
pub async fn bring_back(vm: &mut Vm) -> StepResult {
    if vm.record.suspended() {
        return Ok(Verdict::Skipped(Skip::NoChange));
    }
    let current = status(vm).await?;
    if current.is_running() {
        return match current.power() {
            halted if halted.is_halted() => go_on(vm).await,
            _ => Ok(Verdict::Skipped(Skip::NoChange)),
        };
    }
    // HA was told to start it, by an earlier step or by somebody else: a second word makes it no faster.
    if !current.is_off() {
        return comes_to(vm, Follow::Running, VmStatus::is_running).await;
    }
    bring_up(vm).await?;
    let status = status(vm).await?;
    if status.is_running() {
        return Ok(Verdict::Done);
    }
    Err(Failure::retry(format!(
        "VM failed to start (status: {}). Will retry.",
        status.status
    ))
    .into())
}

/// Makes sure that a suspended VM is off and that its node does not start it.
pub async fn suspend(vm: &mut Vm) -> StepResult {
    // One that hibernates is off, and its lock lets nothing be written; if its node starts it, the tick stops it again.
    if is_hibernated(&status(vm).await?) {
        return Ok(Verdict::Done);
    }
    let off = |_: &Vm, config: &VmConfig| match config.onboot {
        true => Change::new().set("onboot", 0),
        false => Change::new(),
    };
    vm.reconcile(off).await?;
    // A stop of a VM that HA manages also tells HA to leave it off.
    if status(vm).await?.is_off() {
        return match restarts(&vm.site, vm.record.service).await? {
            true => Err(Stop::Wait(Wait::Follow {
                vmid: vm.vmid()?,
                to: Follow::Restarted,
                ha: None,
            })),
            false => Ok(Verdict::Done),
        };
    }
    pull_the_plug(vm).await
}

/// Stops the VM without asking its guest, and sees that it is off and that HA leaves it so. The end of a service tells how
/// that goes, in the words that the manual prints.
pub async fn pull_the_plug(vm: &mut Vm) -> StepResult {
    let began = Instant::now();
    let current = status(vm).await?;
    let is_told = vm.record.state == VmState::Terminate;
    let stands = current.power().as_str().replace('_', "-");
    if is_told {
        let number = vm.vmid()?;
        vm.note(format!("remote status: {stands}, vmid: {number}"));
    }
    if current.is_off() {
        return Ok(Verdict::Skipped(Skip::NoChange));
    }
    let mut result = Ok(Verdict::Done);
    if !current.is_going_off() {
        let guest = vm.guest()?;
        let call = async move { guest.stop().await.map(Some) };
        result = vm.one_task(OperationKind::Stop, String::new(), call).await;
        if let Err(Stop::Failed(_)) = result {
            return result;
        }
        if is_told {
            vm.note("stop request sent");
        }
    }
    if result.is_ok() {
        result = comes_to(vm, Follow::Off, VmStatus::is_off).await;
    }
    if is_told {
        let waited = began.elapsed().as_secs();
        let allowed = vm.until.saturating_duration_since(began).as_secs();
        match result {
            Ok(_) => vm.note(format!("stopped after ~{waited}s")),
            Err(Stop::Wait(_)) => vm.note(format!(
                "still running, waited {waited}s / {allowed}s, status: {stands}"
            )),
            Err(Stop::Failed(_)) => {}
        }
    }
    result
}

/// Whether a VM that is off may be in the midst of a restart.
///
/// # Errors
/// When the database fails.
pub async fn restarts(site: &Site, service: ServiceId) -> Result<bool, StoreError> {
    let since = site.now() - RESTART_S;
    let last = operation::last_power(&site.host, service, since).await?;
    Ok(last == Some(OperationKind::Reboot))
}

/// Ends a suspension: the VM runs again if it ran before.
pub async fn unsuspend(vm: &mut Vm) -> StepResult {
    let ran = vm.record.suspended_from == Some(Before::Running);
    let current = status(vm).await?;
    let hibernated = is_hibernated(&current);
    // Its lock lets nothing be written before it is awake.
    if hibernated && ran {
        bring_up(vm).await?;
    }
    let on = |_: &Vm, config: &VmConfig| match config.onboot {
        true => Change::new(),
        false => Change::new().set("onboot", 1),
    };
    if ran || !hibernated {
        vm.reconcile(on).await?;
    }
    if ran && !status(vm).await?.is_running() {
        bring_up(vm).await?;
    }
    vm.record.suspended_from = None;
    Ok(Verdict::Done)
}

async fn verify(vm: &mut Vm, mail: Option<String>) -> StepResult {
    bring_back(vm).await?;
    mail::send(vm, mail.as_deref()).await?;
    vm.record.promised_mib = 0;
    Ok(Verdict::Done)
}

/// Sends the start and judges by the VM's own state: a start task can fail and the VM run all the same.
async fn bring_up(vm: &mut Vm) -> StepResult {
    let (guest, node, vmid) = (vm.guest()?, vm.node()?, vm.vmid()?);
    let permit = vm.permit(Work::Start, &[&node]).await?;
    let call = async move { guest.start().await.map(Some) };
    let (kind, what) = (OperationKind::Start, format!("start VM {vmid}"));
    let acted = vm.act(kind, &node, vmid, String::new(), what, call);
    let error = match acted.await {
        Ok(_) => {
            permit.went_well(&*vm.site.clock);
            drop(permit);
            // In an installation the step that follows looks whether it runs.
            return match vm.installing() {
                true => Ok(Verdict::Done),
                false => comes_to(vm, Follow::Running, VmStatus::is_running).await,
            };
        }
        Err(unfinished) => unfinished.refused()?,
    };
    vm.heed(&permit, &error);
    drop(permit);
    let status = status(vm).await?;
    if status.is_running() {
        return Ok(Verdict::Done);
    }
    if let Some(lock) = error.lock() {
        return lock::wait(vm, lock).await;
    }
    vm.note(chain(&error));
    // The line in the log is the reference product's; what Proxmox said stands in the note above it.
    let mut failure = Failure::from(error);
    failure.explained = failure.text;
    failure.text = format!(
        "VM failed to start (status: {}). Will retry.",
        status.status
    );
    Err(failure.into())
}
