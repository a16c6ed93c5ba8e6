//! Choosing the node, and getting there.

use super::{Acted, Template, Vm, lock, operate};
use crate::engine::limit::Work;
use crate::model::{Failure, NodeName, Skip, StepResult, StorageId, Verdict};
use crate::plan::{CloneKind, NodeChoice};
use crate::pve::{Class, DiskConfig, DiskSlot, Migration, PveError, Resource};
use crate::store::operation::OperationKind;
use crate::store::setting;
use futures_util::future::LocalBoxFuture;
use std::cmp::Reverse;
use std::time::Duration;
use tokio::time::Instant;

/// After so many failures the VM stays where it is: a running VM on another node beats none.
const GIVE_UP_AFTER: u64 = 3;

/// Chooses the node the VM is to run on, remembers it, and counts its memory against that node.
pub(super) async fn choose(vm: &mut Vm, template: &Template) -> Result<(), Failure> {
    let fleet = std::rc::Rc::clone(&vm.fleet);
    let _alone = fleet.choosing.lock().await;
    let resources = fleet.resources().await.map_err(|error| vm.fault(&error))?;
    let storages = wanted_storages(vm, template);
    let bound = bound_to_node(vm, template, &resources);
    let node = match (&vm.plan.node, bound) {
        (choice, true) => {
            if let NodeChoice::Pinned(node) = choice
                && *node != template.node
            {
                let text = format!(
                    "a linked clone on local storage cannot leave its template: the VM stays on {}, not on {node}",
                    template.node
                );
                vm.note(text);
            }
            template.node.clone()
        }
        (NodeChoice::Pinned(node), _) if online(&resources, node) => node.clone(),
        (choice, _) => {
            if let NodeChoice::Pinned(node) = choice {
                let text = format!("node {node} is offline; choosing another");
                vm.note(text);
            }
            roomiest(vm, &resources, &storages, &template.node)
                .unwrap_or_else(|| template.node.clone())
        }
    };
    fleet.promise(&node, vm.plan.memory_mib);
    vm.record.target_node = Some(node);
    vm.record.promised_mib = vm.plan.memory_mib;
    vm.record.cluster.clone_from(&fleet.key);
    vm.keep().await
}

/// A linked clone on storage of its node only cannot leave the node (design of Proxmox: `can't migrate … as it's a clone of …`).
fn bound_to_node(vm: &Vm, template: &Template, resources: &[Resource]) -> bool {
    let disk = template
        .config
        .system_disk()
        .and_then(|(_, disk)| disk.storage().map(StorageId::from));
    vm.plan.clone == CloneKind::Linked && disk.is_some_and(|storage| !shared(resources, &storage))
}

fn wanted_storages(vm: &Vm, template: &Template) -> Vec<StorageId> {
    let of_template = template
        .config
        .system_disk()
        .and_then(|(_, disk)| disk.storage().map(StorageId::from));
    let system = vm.plan.system_disk.storage.clone().or(of_template);
    let additional = vm
        .plan
        .additional_disk
        .storage
        .clone()
        .filter(|_| vm.plan.additional_disk.size_gib > 0);
    system.into_iter().chain(additional).collect()
}

fn online(resources: &[Resource], node: &NodeName) -> bool {
    resources
        .iter()
        .filter_map(Resource::node)
        .any(|known| known.node == *node && known.online)
}

fn shared(resources: &[Resource], storage: &StorageId) -> bool {
    resources
        .iter()
        .filter_map(Resource::storage)
        .any(|known| known.storage == *storage && known.shared)
}

fn has_storage(resources: &[Resource], node: &NodeName, storage: &StorageId) -> bool {
    resources
        .iter()
        .filter_map(Resource::storage)
        .any(|known| known.storage == *storage && known.node == *node)
}

/// The online node with the most free memory, what is promised to orders under way counted as used, that has every
/// storage needed and room for the VM. Of equals the template's own, which saves the migration; then one that has no
/// template, so that the others' clones can stay as well.
fn roomiest(
    vm: &Vm,
    resources: &[Resource],
    storages: &[StorageId],
    home: &NodeName,
) -> Option<NodeName> {
    let mib = vm.plan.memory_mib;
    let templates = |node: &NodeName| {
        let guests = resources.iter().filter_map(Resource::guest);
        guests
            .filter(|guest| guest.template && guest.node == *node)
            .count()
    };
    resources
        .iter()
        .filter_map(Resource::node)
        .filter(|node| {
            node.online
                && storages
                    .iter()
                    .all(|storage| has_storage(resources, &node.node, storage))
        })
        .map(|node| {
            (
                (node.free_memory() >> 20).saturating_sub(vm.fleet.promised(&node.node)),
                node.node.clone(),
            )
        })
        .filter(|(free, _)| *free >= mib)
        // In the end the name decides, so that the choice can be replayed.
        .max_by_key(|(free, node)| {
            let (home, bare) = (node == home, templates(node) == 0);
            (*free, home, bare, Reverse(node.clone()))
        })
        .map(|(_, node)| node)
}

/// No pass watches a migration longer than the settings say; the next one goes on watching.
pub(super) async fn bound(vm: &mut Vm) -> Result<(), Failure> {
    let patience = setting::number(&vm.site.host, "migration_timeout", 300).await?;
    vm.until = vm.until.min(Instant::now() + Duration::from_secs(patience));
    Ok(())
}

/// Brings the VM to its node and storage, while it is off. What is impossible leaves it where it is; the log says why.
pub fn migrate(vm: &mut Vm) -> LocalBoxFuture<'_, StepResult> {
    Box::pin(async move {
        // Follows a VM that somebody moved: the node it is on is known afterwards.
        let config = vm.observe().await?;
        let node = vm.node()?;
        let target = vm
            .record
            .target_node
            .clone()
            .unwrap_or_else(|| node.clone());
        if let Some(lock) = &config.lock {
            return lock::wait(vm, lock).await;
        }
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
        let current = config
            .system_disk()
            .and_then(|(_, disk)| disk.storage().map(StorageId::from));
        let local = current
            .as_ref()
            .is_some_and(|storage| !shared(&resources, storage));
        let wanted = vm
            .plan
            .system_disk
            .storage
            .clone()
            .or_else(|| current.clone());
        let call = Migration {
            target: target.clone(),
            online: false,
            with_local_disks: false,
            // Shared storage needs no copy; a local disk is copied to the storage of the plan's name over there.
            target_storage: wanted.filter(|wanted| local || Some(wanted) != current.as_ref()),
        };
        let copies = call.target_storage.is_some();
        // Both nodes have their disks and their network at work.
        let place = match vm.turn(Work::Migrate, &[&node, &target]).await {
            Ok(place) => place,
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
            Acted::Running(upid) => return Ok(Verdict::Wait(operate::task_wait(&upid))),
            Acted::Ended(exit) if exit.is_success() => {
                place.went_well(&*vm.site.clock);
                vm.record.node = Some(target);
                // Without copies the file only changes its folder, digest and all; a wrong guess is a checksum mismatch.
                vm.observed = Some(config).filter(|_| !copies);
                return Ok(Verdict::Done);
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
        vm.heed(&place, &error);
        Err(vm.fault(&error))
    })
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
        Acted::Running(upid) => return Ok(Verdict::Wait(operate::task_wait(&upid))),
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
