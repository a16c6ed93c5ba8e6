//! Cores and memory; with this first write of the configuration the VM also gets its tag and its name.

use super::Vm;
use crate::model::{StepResult, Verdict};
use crate::pve::{Change, VmConfig};
use futures_util::future::LocalBoxFuture;

/// Sets cores and memory, and what every VM of ours carries: name, mark and starting with its node.
pub fn set(vm: &mut Vm) -> LocalBoxFuture<'_, StepResult> {
    Box::pin(async move {
        let freed = vm.reconcile(balloon_in_the_way).await?;
        if let wait @ Verdict::Wait(_) = freed {
            return Ok(wait);
        }
        Ok(match vm.reconcile(wanted).await? {
            Verdict::Skipped(_) => freed,
            other => other,
        })
    })
}

/// A template's balloon target above the new memory. Proxmox holds the memory against the target that stands there, also
/// where the same call removes it ("balloon value too large", PVE::API2::Qemu, update_vm_api): so it goes first.
fn balloon_in_the_way(vm: &Vm, config: &VmConfig) -> Change {
    let target = config.text("balloon").and_then(|text| text.parse().ok());
    match target {
        Some(target) if vm.plan.memory_mib < target => Change::new().delete("balloon"),
        _ => Change::new(),
    }
}

/// What differs from what was sold.
pub(super) fn wanted(vm: &Vm, config: &VmConfig) -> Change {
    let mut change = Change::new();
    // One socket: licences of guests count sockets, and Proxmox multiplies cores by them.
    if config.cores != u64::from(vm.plan.cores) || config.sockets != 1 {
        change = change.set("cores", vm.plan.cores).set("sockets", 1);
    }
    if config.memory != vm.plan.memory_mib {
        change = change.set("memory", vm.plan.memory_mib);
        if config.raw.contains_key("balloon") {
            // Without a target the balloon follows the memory.
            change = change.delete("balloon");
        }
    }
    if !vm.record.name.is_empty() && config.name != vm.record.name {
        change = change.set("name", &vm.record.name);
    }
    let tag = vm.record.mark.tag();
    // The description is what counts; the tag only survives its being edited.
    if !vm.fleet.tags_refused.get() && !config.tags.split([';', ',', ' ']).any(|known| known == tag)
    {
        let mut tags: Vec<&str> = config
            .tags
            .split([';', ',', ' '])
            .filter(|known| !known.is_empty())
            .collect();
        tags.push(&tag);
        change = change.set("tags", tags.join(";"));
    }
    if !config.onboot && !vm.record.suspended() {
        change = change.set("onboot", 1);
    }
    if config.protection && vm.installing() {
        // A clone inherits its template's, and could then be neither changed nor removed. What an admin sets later stays.
        change = change.set("protection", 0);
    }
    change
}
