//! Does a VM have what was sold? For configurations that come from the past: a snapshot keeps the package of its day.

use super::{cloudinit, compute, disk, network};
use crate::model::Failure;
use crate::plan::DiskPlan;
use crate::pve::{Change, DiskConfig, DiskSlot, Size, VmConfig};
use crate::vm::Vm;

/// Whether nothing is to be changed. More than was sold in size of a disk is no difference: disks never shrink.
pub(super) async fn holds(vm: &mut Vm) -> Result<bool, Failure> {
    vm.observed = None;
    let config = vm.observe().await?;
    let additional = vm.plan.additional_disk.size_gib > 0;
    let told = config.cloudinit_drive().is_none()
        || cloudinit::network(Change::new(), vm, &config).is_empty();
    let backed_up = vm.plan.sells_backups();
    Ok(told
        && compute::wanted(vm, &config).is_empty()
        && network::wanted(vm, &config).is_empty()
        && disk_holds(
            &config,
            config.system_disk(),
            &vm.plan.system_disk,
            backed_up,
        )
        && (!additional
            || disk_holds(
                &config,
                config.additional_disk(),
                &vm.plan.additional_disk,
                backed_up,
            )))
}

fn disk_holds(
    config: &VmConfig,
    found: Option<(DiskSlot, &DiskConfig)>,
    plan: &DiskPlan,
    backed_up: bool,
) -> bool {
    let Some((slot, disk)) = found else {
        return false;
    };
    let size = disk
        .size()
        .is_none_or(|size| size >= Size::gib(plan.size_gib));
    size && disk::limit(config, slot, plan.limits, backed_up).is_empty()
}
