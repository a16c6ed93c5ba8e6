//! Disks: size, limits, and the additional one.

use super::migrate;
use crate::limits::Work;
use crate::model::{Failure, Skip, StepResult, StorageId, Verdict};
use crate::plan::DiskLimits;
use crate::pve::{Change, DiskConfig, DiskSlot, Kind, Size, VmConfig};
use crate::store::operation::OperationKind;
use crate::vm::{Unfinished, Vm, lock};
use futures_util::future::LocalBoxFuture;
use serde_json::json;

/// Grows the system disk to the size sold.
pub fn resize_system(vm: &mut Vm) -> LocalBoxFuture<'_, StepResult> {
    Box::pin(async move {
        let gib = vm.plan.system_disk.size_gib;
        if gib == 0 {
            return Ok(Verdict::Skipped(Skip::NoChange));
        }
        let slot = system_slot(&vm.observe().await?)?;
        grow(vm, slot, gib, "system_disk_shrink_rejected").await
    })
}

/// Sets the system disk's limits.
pub fn limit_system(vm: &mut Vm) -> LocalBoxFuture<'_, StepResult> {
    Box::pin(async move {
        let slot = system_slot(&vm.observe().await?)?;
        let limits = vm.plan.system_disk.limits;
        let backed_up = vm.plan.sells_backups();
        vm.reconcile(move |_, config| limit(config, slot, limits, backed_up))
            .await
    })
}

/// Where the additional disk goes: its slot, its storage, and the setting that makes it. It has 1 GiB at first, the rest comes
/// by resizing: making it holds the storage's lock, which Proxmox breaks after 60 s.
fn new_disk(
    config: &VmConfig,
    sold: Option<&StorageId>,
) -> Result<(DiskSlot, String, String), Failure> {
    let (system, disk) = config.system_disk().ok_or_else(no_system_disk)?;
    let slot = config.free_slot(system.bus).ok_or_else(|| {
        Failure::person(format!(
            "The VM has no free {} slot for the additional disk.",
            system.bus.as_str()
        ))
    })?;
    let storage = sold.map(StorageId::as_str).or_else(|| disk.storage());
    let storage = storage.ok_or_else(|| {
        Failure::person("The system disk names no storage for the additional disk.")
    })?;
    let value = format!("{storage}:1,format={}", disk.sibling_format());
    Ok((slot, storage.to_owned(), value))
}

/// Makes the additional disk where one is sold and none is there.
pub fn create_additional(vm: &mut Vm) -> LocalBoxFuture<'_, StepResult> {
    Box::pin(async move {
        if vm.plan.additional_disk.size_gib == 0 {
            if let Some((slot, disk)) = vm.observe().await?.additional_disk() {
                vm.note(format!(
                    "{slot} ({}) stays: no additional disk is sold, and it is the template's or the VM's own",
                    disk.volume()
                ));
            }
            return Ok(Verdict::Skipped(Skip::NotConfigured));
        }
        let mut config = vm.observe().await?;
        if config.digest.is_empty() && config.additional_disk().is_none() {
            // Making a disk is the one write that must not be based on foresight: see the digest below.
            vm.observed = None;
            config = vm.observe().await?;
        }
        if let Some((slot, disk)) = config.additional_disk() {
            // The template's own second disk is the one that is sold, and goes where that one would.
            return match vm.plan.additional_disk.storage.clone() {
                Some(storage) if vm.installing() => {
                    match migrate::relocate(vm, slot, disk, storage).await? {
                        Verdict::Skipped(Skip::NoChange) => Ok(Verdict::Skipped(Skip::Exists)),
                        other => Ok(other),
                    }
                }
                _ => Ok(Verdict::Skipped(Skip::Exists)),
            };
        }
        lock::free(vm, &config.lock).await?;
        let (slot, storage, value) = new_disk(&config, vm.plan.additional_disk.storage.as_ref())?;
        // With the digest a second request finds a changed configuration, instead of making a second disk.
        let change = Change::new().set(slot, value).based_on(&config.digest);
        let (guest, node, vmid) = (vm.guest()?, vm.node()?, vm.vmid()?);
        let intent = format!("{slot} on {storage}");
        let permit = vm.permit(Work::Allocate, &[&storage]).await?;
        let what = format!("create disk {slot} of VM {vmid} on {storage}");
        let call = async move { guest.set_config_task(&change).await };
        let acted = vm
            .act(OperationKind::CreateDisk, &node, vmid, intent, what, call)
            .await;
        let error = match acted {
            Ok(_) => {
                permit.went_well(&*vm.site.clock);
                return Ok(Verdict::Done);
            }
            Err(unfinished) => unfinished.refused()?,
        };
        vm.heed(&permit, &error);
        Err(error.into())
    })
}

/// Brings the additional disk to a changed package: made, kept, or deleted for good where none is sold any more.
pub fn change_additional(vm: &mut Vm) -> LocalBoxFuture<'_, StepResult> {
    Box::pin(async move {
        if vm.plan.additional_disk.size_gib > 0 {
            return create_additional(vm).await;
        }
        let config = vm.observe().await?;
        // A second disk of the template's own was never sold, so it is not deleted either.
        let Some((slot, disk)) = config
            .additional_disk()
            .filter(|_| vm.record.additional_gib > 0)
        else {
            return Ok(Verdict::Skipped(Skip::NotConfigured));
        };
        lock::free(vm, &config.lock).await?;
        let volume = disk.volume().to_owned();
        // A snapshot that holds the disk would keep its volume alive.
        drop_snapshots(vm).await?;
        vm.may_write()?;
        let guest = vm.guest()?;
        guest.unlink(&[slot.to_string()], true).await?;
        vm.observed = None;
        vm.record.additional_gib = 0;
        vm.note(format!("{slot} ({volume}) deleted"));
        let request = json!({"service_id": vm.record.service.0, "disk": slot.to_string()});
        log_module(
            vm,
            "additional_disk_deleted",
            request,
            json!({"volume": volume}),
        )
        .await;
        Ok(Verdict::Done)
    })
}

/// Removes every snapshot, the newest first: children before their parents merge fastest.
async fn drop_snapshots(vm: &mut Vm) -> StepResult {
    let (guest, node, vmid) = (vm.guest()?, vm.node()?, vm.vmid()?);
    let mut snapshots = guest.snapshots().await?;
    snapshots.sort_by_key(|snapshot| std::cmp::Reverse(snapshot.time));
    for snapshot in snapshots {
        let (guest, name, kind) = (
            guest.clone(),
            snapshot.name.clone(),
            OperationKind::RemoveSnapshot,
        );
        let what = format!("remove snapshot {name} of VM {vmid}");
        let call = async move { guest.remove_snapshot(&name).await.map(Some) };
        let intent = snapshot.name.clone();
        match vm.act(kind, &node, vmid, intent, what, call).await {
            Ok(_) => vm.note(format!("snapshot {} removed", snapshot.name)),
            Err(Unfinished::Refused(error)) if error.kind == Kind::SnapshotMissing => {}
            Err(unfinished) => return Err(unfinished.into()),
        }
    }
    Ok(Verdict::Done)
}

/// Grows the additional disk to the size sold.
pub fn resize_additional(vm: &mut Vm) -> LocalBoxFuture<'_, StepResult> {
    Box::pin(async move {
        let gib = vm.plan.additional_disk.size_gib;
        if gib == 0 {
            return Ok(Verdict::Skipped(Skip::NotConfigured));
        }
        let slot = additional_slot(&vm.observe().await?)?;
        vm.record.additional_gib = gib;
        grow(vm, slot, gib, "additional_disk_shrink_rejected").await
    })
}

/// Sets the additional disk's limits.
pub fn limit_additional(vm: &mut Vm) -> LocalBoxFuture<'_, StepResult> {
    Box::pin(async move {
        if vm.plan.additional_disk.size_gib == 0 {
            return Ok(Verdict::Skipped(Skip::NotConfigured));
        }
        let slot = additional_slot(&vm.observe().await?)?;
        let limits = vm.plan.additional_disk.limits;
        let backed_up = vm.plan.sells_backups();
        vm.reconcile(move |_, config| limit(config, slot, limits, backed_up))
            .await
    })
}

fn no_system_disk() -> Failure {
    Failure::person("The VM has no disk. The template needs one; see its boot order.")
}

fn system_slot(config: &VmConfig) -> Result<DiskSlot, Failure> {
    config
        .system_disk()
        .map(|(slot, _)| slot)
        .ok_or_else(no_system_disk)
}

fn additional_slot(config: &VmConfig) -> Result<DiskSlot, Failure> {
    let disk = config.additional_disk().map(|(slot, _)| slot);
    disk.ok_or_else(|| Failure::retry("The additional disk is not there. Will retry."))
}

/// Grows a disk to an absolute size: repeated, it is the same size again, never twice the growth.
async fn grow(vm: &mut Vm, slot: DiskSlot, gib: u64, rejected: &'static str) -> StepResult {
    let config = vm.observe().await?;
    lock::free(vm, &config.lock).await?;
    let wanted = Size::gib(gib);
    let current = config.disk(slot).and_then(DiskConfig::size);
    match current {
        Some(current) if current == wanted => return Ok(Verdict::Skipped(Skip::NoChange)),
        Some(current) if current > wanted => {
            log_shrink(
                vm,
                rejected,
                slot,
                &current.to_string(),
                &wanted.to_string(),
            )
            .await;
            return Ok(Verdict::Skipped(Skip::ShrinkNotAllowed));
        }
        _ => {}
    }
    let (guest, node, vmid) = (vm.guest()?, vm.node()?, vm.vmid()?);
    let intent = format!("{slot} to {wanted}");
    let what = format!("resize {slot} of VM {vmid} to {wanted}");
    let call = async move { guest.resize(slot, wanted, None).await };
    let acted = vm.act(OperationKind::Resize, &node, vmid, intent, what, call);
    let error = match acted.await {
        Ok(_) => {
            if let Some(disk) = config.disk(slot) {
                let mut disk = disk.clone();
                disk.set("size", &wanted.to_string());
                vm.foresee(config.after(&Change::new().set(slot, disk)));
            }
            return Ok(Verdict::Done);
        }
        Err(unfinished) => unfinished.refused()?,
    };
    match error.kind {
        Kind::Shrink => {
            log_shrink(vm, rejected, slot, "larger", &wanted.to_string()).await;
            Ok(Verdict::Skipped(Skip::ShrinkNotAllowed))
        }
        Kind::Locked(ref lock) => lock::wait(vm, lock).await,
        _ => Err(error.into()),
    }
}

async fn log_shrink(vm: &mut Vm, action: &str, slot: DiskSlot, current: &str, wanted: &str) {
    let request =
        json!({"service_id": vm.record.service.0, "disk": slot.to_string(), "wanted": wanted});
    log_module(vm, action, request, json!({"current": current})).await;
}

async fn log_module(
    vm: &Vm,
    action: &str,
    request: serde_json::Value,
    response: serde_json::Value,
) {
    let args = json!({"action": action, "request": request, "response": response, "processed": "", "secrets": []});
    // The module log is a courtesy; the step's own line says the same.
    let _ = vm.site.host.effect("log_module", args).await;
}

/// The line of a disk that is sold: with these limits, 0 being unlimited, and nothing that would lose what is written to
/// it. `backed_up`: backups are sold, and hold it.
pub(super) fn limit(
    config: &VmConfig,
    slot: DiskSlot,
    limits: DiskLimits,
    backed_up: bool,
) -> Change {
    match config.disk(slot) {
        Some(disk) => {
            let sold = as_sold(disk, limits, backed_up);
            match sold == *disk {
                true => Change::new(),
                false => Change::new().set(slot, sold),
            }
        }
        None => Change::new(),
    }
}

pub(super) fn as_sold(disk: &DiskConfig, limits: DiskLimits, backed_up: bool) -> DiskConfig {
    let some = |value: u64| (value > 0).then_some(value);
    let mut sold = disk.clone();
    sold.set_limits(&crate::pve::DiskLimits {
        mbps_rd: some(limits.read_mbps).map(|value| value as f64),
        mbps_wr: some(limits.write_mbps).map(|value| value as f64),
        iops_rd: some(limits.read_iops),
        iops_wr: some(limits.write_iops),
    });
    sold.make_lasting();
    if backed_up {
        sold.put_into_backups();
    }
    sold
}

impl Vm {
    /// Sees to it that backups hold the disks that are sold: in a backup without them there is nothing to restore.
    pub(super) async fn put_disks_into_backups(&mut self) -> StepResult {
        self.reconcile(|vm, config| {
            let additional = config
                .additional_disk()
                .filter(|_| vm.plan.additional_disk.size_gib > 0);
            let sold = config.system_disk().into_iter().chain(additional);
            sold.filter(|(_, disk)| disk.is_left_out_of_backups()).fold(
                Change::new(),
                |change, (slot, disk)| {
                    let mut disk = disk.clone();
                    disk.put_into_backups();
                    change.set(slot, disk)
                },
            )
        })
        .await
    }
}
