//! Restoring a backup over the VM.

use super::{mail, power};
use crate::model::{Failure, Reason, Skip, StepResult, Stop, Verdict, chain};
use crate::pve::{Class, Delivery, Exit, Kind, PveError, Restore};
use crate::store::operation::{self, OperationKind};
use crate::store::snapshot;
use crate::vm::{Standing, Vm, lock, ownership};
use futures_util::future::LocalBoxFuture;

/// Stops the VM. One that is gone altogether needs no stopping: the backup brings it back.
pub fn stop(vm: &mut Vm) -> LocalBoxFuture<'_, StepResult> {
    Box::pin(async move {
        if is_gone(vm).await? {
            vm.note("the VM is gone; the backup brings it back");
            return Ok(Verdict::Skipped(Skip::NoChange));
        }
        power::stop(vm).await
    })
}

/// Restores the chosen backup, once: a restore that an earlier pass saw through is not begun again.
pub fn restore(vm: &mut Vm) -> LocalBoxFuture<'_, StepResult> {
    Box::pin(async move {
        if vm.record.restore_archive.is_empty() {
            // After going back to a snapshot only what was sold is put over the VM again.
            return Ok(Verdict::Skipped(Skip::NotConfigured));
        }
        let since = vm.record.restore_asked_at;
        let (host, service) = (vm.site.host.clone(), vm.record.service);
        let earlier = operation::ended(&host, service, OperationKind::Restore, since).await?;
        match earlier.first() {
            Some(last) if last.is_done() => return restored(vm).await,
            Some(last) if last.task_failed() => {
                let exit = Exit::parse(&last.text);
                failed(vm, &vm.failed(&what(vm), &exit))?;
            }
            _ => {}
        }
        if !is_gone(vm).await? {
            occupied(vm).await?;
            // Proxmox restores over a stopped VM only, and somebody may have started it since.
            power::stop(vm).await?;
        }
        begin(vm).await
    })
}

/// Sees that the VM runs, and tells the client.
pub fn verify(vm: &mut Vm) -> LocalBoxFuture<'_, StepResult> {
    Box::pin(async move {
        let template = vm.plan.mails.restored.clone();
        power::bring_back(vm).await?;
        if vm.record.restore_archive.is_empty() {
            return Ok(Verdict::Done);
        }
        mail::send(vm, template.as_deref()).await?;
        vm.record.promised_mib = 0;
        let text = format!(
            "VM {} of service {} was restored from {}",
            vm.vmid()?,
            vm.record.service,
            vm.record.restore_archive
        );
        vm.tell_admin(&text).await;
        vm.record.restore_archive.clear();
        Ok(Verdict::Done)
    })
}

fn what(vm: &Vm) -> String {
    format!("restore {}", vm.record.restore_archive)
}

/// Whether a quorate cluster says that the VM is nowhere. Follows one that moved.
async fn is_gone(vm: &mut Vm) -> Result<bool, Failure> {
    let vmid = vm.vmid()?;
    match vm.guest()?.config().await {
        Ok(_) => Ok(false),
        Err(error) if error.is_missing(vmid) => match vm.cluster.locate(vmid).await? {
            Some(node) => {
                vm.record.node = Some(node);
                vm.observed = None;
                Ok(false)
            }
            None => Ok(true),
        },
        Err(error) => Err(error.into()),
    }
}

/// Makes sure that nothing at the VM's number keeps it from being restored: another owner's VM, or a lock.
async fn occupied(vm: &mut Vm) -> Result<(), Stop> {
    let (vmid, node) = (vm.vmid()?, vm.node()?);
    vm.observed = None;
    let config = vm.peek().await?;
    lock::free(vm, &config.lock).await?;
    match Standing::of(&config, &vm.record.mark) {
        Standing::Ours => Ok(()),
        Standing::Forming | Standing::Foreign => {
            Err(Failure::retry(ownership::occupied(vmid, &node, &config)).into())
        }
    }
}

async fn begin(vm: &mut Vm) -> StepResult {
    let (node, vmid) = (vm.node()?, vm.vmid()?);
    let order = Restore {
        vmid,
        archive: vm.record.restore_archive.clone(),
        storage: None,
        force: true,
        unique: false,
    };
    let intent = order.archive.clone();
    let (api, on) = (vm.cluster.api.clone(), node.clone());
    let call = async move { api.restore(&on, &order).await.map(Some) };
    let (kind, what) = (OperationKind::Restore, what(vm));
    let error = match vm.act(kind, &node, vmid, intent, what, call).await {
        Ok(_) => return restored(vm).await,
        Err(unfinished) => unfinished.refused()?,
    };
    let by_task = error.delivery == Delivery::TaskFailed;
    if by_task || error.holds_up().is_none() {
        failed(vm, &error)?;
    }
    match error.lock().filter(|_| !by_task) {
        Some(lock) => lock::wait(vm, lock).await,
        None => Err(error.into()),
    }
}

/// `Ok`: the restore is worth another try without anybody's help. Everything else leaves `error_restore`: the client
/// tries again or reinstalls.
fn failed(vm: &Vm, error: &PveError) -> Result<(), Failure> {
    let in_the_way = matches!(
        error.kind,
        Kind::Locked(_)
            | Kind::LockTimeout
            | Kind::StorageBusy(_)
            | Kind::ClusterBusy
            | Kind::StillRunning
    );
    let by_task = error.delivery == Delivery::TaskFailed;
    if in_the_way || (!by_task && error.class != Class::Fatal) {
        return Ok(());
    }
    Err(Failure::person(format!(
        "The backup could not be restored: {}. VM {} stays off; restore again or reinstall.",
        chain(error),
        vm.vmid()?
    ))
    .because(Reason::NotRestored))
}

/// After the restore: the configuration is the backup's, so the mark is looked after, and the snapshots are gone.
async fn restored(vm: &mut Vm) -> StepResult {
    // The backup may be of the time before the VM was taken over, or from before its mark was in the description: what was
    // restored here is the service's all the same, unless it says that it is another's.
    vm.observed = None;
    let config = vm.peek().await?;
    if !config.carries(&vm.record.mark) && config.is_marked() {
        return Err(Failure::person(ownership::occupied(vm.vmid()?, &vm.node()?, &config)).into());
    }
    if vm.plan.additional_disk.size_gib > 0 && config.additional_disk().is_none() {
        // A backup leaves out disks with `backup=0`, and one from before the disk was sold has none.
        vm.note("the backup holds no additional disk; an empty one is made");
        let text = format!(
            "Service {}: the backup {} holds no additional disk, so VM {} gets an empty one. What the former disk held is \
             in no backup of that day.",
            vm.record.service,
            vm.record.restore_archive,
            vm.vmid()?
        );
        vm.tell_admin(&text).await;
    }
    vm.put_mark().await?;
    snapshot::look_next(&vm.site.host, vm.record.service, None).await?;
    Ok(Verdict::Done)
}
