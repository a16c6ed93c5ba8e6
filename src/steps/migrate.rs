//! Getting to the node that was chosen.

use super::{Landing, node_choice};
use crate::limits::Work;
use crate::model::{Failure, NodeName, Skip, StepResult, StorageId, Verdict, Wait};
use crate::pve::{Change, Class, DiskConfig, DiskSlot, Migration, PveError, Resource, VmConfig};
use crate::store::operation::OperationKind;
use crate::store::setting;
use crate::vm::{Acted, Template, Vm, lock};
use futures_util::future::LocalBoxFuture;
use std::time::Duration;
use tokio::time::Instant;

/// After so many failures the VM stays where it is: a running VM on another node beats none.
const GIVE_UP_AFTER: u64 = 3;
/// A tray without an image.
const EMPTY: &str = "none";

/// No pass watches a migration longer than the settings say; the next one goes on watching.
pub(super) async fn bound(vm: &mut Vm) -> Result<(), Failure> {
    let limit_s = setting::number(&vm.site.host, "migration_timeout", 300).await?;
    vm.until = vm.until.min(Instant::now() + Duration::from_secs(limit_s));
    Ok(())
}

/// Brings the VM to its node and storage, while it is off. What is impossible leaves it where it is; the log says why.
pub fn migrate(vm: &mut Vm) -> LocalBoxFuture<'_, StepResult> {
    Box::pin(async move {
        // Follows a VM that somebody moved: the node it is on is known afterwards.
        let mut config = vm.observe().await?;
        let node = vm.node()?;
        if let Some(lock) = &config.lock {
            return lock::wait(vm, lock).await;
        }
        let target = destination(vm, &config, &node).await?;
        if target == node {
            return move_disk(vm).await;
        }
        if setting::number(&vm.site.host, "migration_enabled", 1).await? == 0 {
            vm.note(format!(
                "migration is switched off in the settings; the VM stays on {node}"
            ));
            return stay(vm, node).await;
        }
        let resources = vm
            .fleet
            .resources()
            .await
            .map_err(|error| vm.fault(&error))?;
        if let wait @ Verdict::Wait(_) = take_out_images(vm, &resources, &target).await? {
            return Ok(wait);
        }
        config = vm.observe().await?;
        let current = config
            .system_disk()
            .and_then(|(_, disk)| disk.storage().map(StorageId::from));
        let plan = vm.plan.clone();
        let landing = Landing {
            config: &config,
            plan: &plan,
            home: &node,
            resources: &resources,
        };
        let call = Migration {
            target: target.clone(),
            online: false,
            with_local_disks: false,
            // Shared storage needs no copy; a local disk is copied to the storage of the plan's name over there.
            target_storage: landing.target_storage(current.as_ref()),
        };
        let copies = call.target_storage.is_some();
        // Both nodes have their disks and their network at work.
        let permit = match vm.permit(Work::Migrate, &[&node, &target]).await {
            Ok(permit) => permit,
            Err(wait) => return Ok(wait),
        };
        bound(vm).await?;
        let guest = vm.guest()?;
        let (vmid, intent) = (vm.vmid()?, format!("to {target}"));
        let acted = vm
            .act(OperationKind::Migrate, &node, vmid, intent, async move {
                guest.migrate(&call).await.map(Some)
            })
            .await?;
        let error = match acted {
            Acted::Running(upid) => return Ok(Verdict::Wait(Wait::Task(upid))),
            Acted::Ended(exit) if exit.is_success() => {
                permit.went_well(&*vm.site.clock);
                vm.record.node = Some(target);
                // Without copies the file only changes its folder, digest and all; a wrong guess is a checksum mismatch.
                vm.observed = Some(config).filter(|_| !copies);
                // A disk on shared storage stays there (PVE::QemuMigrate), so it is not yet where it was sold.
                return Ok(match move_disk(vm).await? {
                    Verdict::Skipped(_) => Verdict::Done,
                    other => other,
                });
            }
            Acted::Ended(exit) => {
                PveError::of_failed(&format!("migrate VM {vmid} from {node} to {target}"), &exit)
            }
            Acted::Refused(error) => error,
        };
        // It may have moved all the same.
        if vm
            .fleet
            .locate(vmid)
            .await
            .map_err(|error| vm.fault(&error))?
            .as_ref()
            == Some(&target)
        {
            vm.record.node = Some(target);
            vm.observed = None;
            // By somebody's hand perhaps, who left its disk where it was.
            return Ok(match move_disk(vm).await? {
                Verdict::Skipped(_) => Verdict::Done,
                other => other,
            });
        }
        if matches!(error.class, Class::Fatal | Class::Done) || vm.record.fails >= GIVE_UP_AFTER {
            vm.note(error.to_string());
            vm.note(format!("the VM stays on {node}"));
            return stay(vm, node).await;
        }
        vm.heed(&permit, &error);
        Err(vm.fault(&error))
    })
}

/// The node to go to. One that was chosen in an earlier run may have gone down since, or be emptied: then another is chosen,
/// before a migration is tried in vain.
async fn destination(vm: &mut Vm, config: &VmConfig, node: &NodeName) -> Result<NodeName, Failure> {
    let Some(target) = vm.record.target_node.clone() else {
        return Ok(node.clone());
    };
    if target == *node {
        return Ok(target);
    }
    let resources = vm.fleet.resources().await;
    let resources = resources.map_err(|error| vm.fault(&error))?;
    let plan = vm.plan.clone();
    let landing = Landing {
        config,
        plan: &plan,
        home: node,
        resources: &resources,
    };
    let Some(obstacle) = landing.obstacle(&target) else {
        return Ok(target);
    };
    vm.note(format!("node {target} {obstacle}; choosing another"));
    let as_it_is = Template {
        vmid: vm.vmid()?,
        node: node.clone(),
        config: config.clone(),
    };
    node_choice::choose(vm, &as_it_is, None).await?;
    Ok(vm
        .record
        .target_node
        .clone()
        .unwrap_or_else(|| node.clone()))
}

/// Takes images out of the VM's trays that are not at the target: Proxmox moves none, and no VM with one
/// (PVE::QemuMigrate: "local cdrom image"). The template brought them along; nobody was sold them.
async fn take_out_images(vm: &mut Vm, resources: &[Resource], target: &NodeName) -> StepResult {
    let there = |disk: &DiskConfig| {
        disk.storage().is_some_and(|storage| {
            let mut storages = resources.iter().filter_map(Resource::storage);
            storages.any(|known| {
                known.storage.0 == storage && known.shared && known.active && known.node == *target
            })
        })
    };
    let config = vm.observe().await?;
    let left: Vec<(DiskSlot, DiskConfig)> = config
        .cdroms()
        .filter(|(_, disk)| disk.volume() != EMPTY && !there(disk))
        .map(|(slot, disk)| (slot, disk.clone()))
        .collect();
    if left.is_empty() {
        return Ok(Verdict::Skipped(Skip::NoChange));
    }
    let emptied = vm
        .reconcile(|_, config| {
            let full = |slot: &DiskSlot| {
                config
                    .disk(*slot)
                    .is_some_and(|disk| disk.volume() != EMPTY)
            };
            let slots = left.iter().filter(|(slot, _)| full(slot));
            slots.fold(Change::new(), |change, (slot, disk)| {
                let mut tray = disk.clone();
                tray.set_volume(EMPTY);
                // The size is the image's.
                tray.remove("size");
                change.set(slot, tray)
            })
        })
        .await?;
    if !matches!(emptied, Verdict::Wait(_)) {
        for (slot, disk) in &left {
            let image = disk.volume();
            vm.note(format!("{image} is not on {target}; taken out of {slot}"));
        }
    }
    Ok(emptied)
}

/// The VM stays where it is; its disk still goes to the storage that was sold.
async fn stay(vm: &mut Vm, node: NodeName) -> StepResult {
    vm.record.target_node = Some(node);
    // The failures so far were the migration's.
    vm.record.fails = 0;
    Ok(match move_disk(vm).await? {
        Verdict::Skipped(_) => Verdict::Skipped(Skip::StaysInPlace),
        other => other,
    })
}

/// Same node, other storage: a full clone was made there, a linked one has its disk moved.
async fn move_disk(vm: &mut Vm) -> StepResult {
    let config = vm.observe().await?;
    let Some((slot, disk)) = config.system_disk() else {
        return Ok(Verdict::Skipped(Skip::NoChange));
    };
    let Some(wanted) = vm.plan.system_disk.storage.clone() else {
        return Ok(Verdict::Skipped(Skip::NoChange));
    };
    relocate(vm, slot, disk, wanted).await
}

/// Brings a disk to a storage; one that cannot be moved stays where it is.
pub(super) async fn relocate(
    vm: &mut Vm,
    slot: DiskSlot,
    disk: &DiskConfig,
    wanted: StorageId,
) -> StepResult {
    if disk.storage() == Some(wanted.as_str()) {
        return Ok(Verdict::Skipped(Skip::NoChange));
    }
    let (guest, vmid, node) = (vm.guest()?, vm.vmid()?, vm.node()?);
    let target = wanted.clone();
    let intent = format!("{slot} to {wanted}");
    let acted = vm
        .act(OperationKind::MoveDisk, &node, vmid, intent, async move {
            guest.move_disk(slot, &target, true).await.map(Some)
        })
        .await?;
    let error = match acted {
        Acted::Running(upid) => return Ok(Verdict::Wait(Wait::Task(upid))),
        Acted::Ended(exit) if exit.is_success() => return Ok(Verdict::Done),
        Acted::Ended(exit) => {
            PveError::of_failed(&format!("move {slot} of VM {vmid} to {wanted}"), &exit)
        }
        Acted::Refused(error) => error,
    };
    if matches!(error.class, Class::Fatal | Class::Done) || vm.record.fails >= GIVE_UP_AFTER {
        vm.note(error.to_string());
        vm.note(format!(
            "the disk stays on {}",
            disk.storage().unwrap_or("its storage")
        ));
        return Ok(Verdict::Skipped(Skip::StaysInPlace));
    }
    Err(vm.fault(&error))
}
