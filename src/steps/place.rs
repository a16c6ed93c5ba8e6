//! Choosing the node, and getting there.

use super::{Acted, Landing, Template, Vm, lock};
use crate::engine::limit::Work;
use crate::model::{Failure, NodeName, Skip, StepResult, StorageId, Verdict, Wait};
use crate::plan::NodeChoice;
use crate::pve::{
    Change, Class, DiskConfig, DiskSlot, Migration, NodeUse, PveError, Resource, VmConfig,
};
use crate::store::operation::OperationKind;
use crate::store::setting;
use futures_util::future::LocalBoxFuture;
use std::cmp::Reverse;
use std::time::Duration;
use tokio::time::Instant;

/// After so many failures the VM stays where it is: a running VM on another node beats none.
const GIVE_UP_AFTER: u64 = 3;
/// A tray without an image.
const EMPTY: &str = "none";

/// Chooses the node the VM is to run on, remembers it, and counts its memory against that node. What ties it to one is
/// said here, once.
pub(super) async fn choose(vm: &mut Vm, template: &Template) -> Result<(), Failure> {
    let fleet = std::rc::Rc::clone(&vm.fleet);
    let _alone = fleet.choosing.lock().await;
    let resources = fleet.resources().await.map_err(|error| vm.fault(&error))?;
    let plan = vm.plan.clone();
    let landing = Landing {
        config: &template.config,
        plan: &plan,
        home: &template.node,
        resources: &resources,
    };
    let node = match landing.tie() {
        Some(why) => tied(vm, &landing, &why)?,
        None => free(vm, &landing)?,
    };
    fleet.promise(&node, vm.plan.memory_mib);
    vm.record.target_node = Some(node);
    vm.record.promised_mib = vm.plan.memory_mib;
    vm.record.cluster.clone_from(&fleet.key);
    vm.keep().await
}

/// The node of a VM that cannot leave it.
fn tied(vm: &mut Vm, landing: &Landing<'_>, why: &str) -> Result<NodeName, Failure> {
    let home = landing.home.clone();
    match &landing.plan.node {
        NodeChoice::Pinned(node) if *node != home => {
            vm.note(format!("{why}: the VM stays on {home}, not on {node}"));
        }
        _ => {}
    }
    match landing.obstacle(&home) {
        Some(obstacle) => Err(Failure::retry(format!(
            "{why}, and its node {home} {obstacle}. Will retry."
        ))),
        None => Ok(home),
    }
}

/// The node of a VM that can move: the product's, else the roomiest of those that can take it.
fn free(vm: &mut Vm, landing: &Landing<'_>) -> Result<NodeName, Failure> {
    if let NodeChoice::Pinned(node) = &landing.plan.node {
        match landing.obstacle(node) {
            None => return Ok(node.clone()),
            Some(obstacle) => vm.note(format!("node {node} {obstacle}; choosing another")),
        }
    }
    let mut able = vec![];
    let mut unable = vec![];
    for (node, obstacle) in landing.obstacles() {
        match obstacle {
            None => able.push(node),
            Some(obstacle) => unable.push(format!("{} {obstacle}", node.node)),
        }
    }
    let Some(node) = roomiest(vm, landing, &able) else {
        return Err(Failure::retry(format!(
            "No node can take the VM: {}. Will retry.",
            unable.join("; ")
        )));
    };
    if able.len() == 1 && !unable.is_empty() {
        vm.note(format!(
            "only {node} can take the VM: {}",
            unable.join("; ")
        ));
    }
    Ok(node)
}

/// Of the nodes that can take the VM the one with the most free memory, what is promised to orders under way counted as
/// used, and with room for it; where backups are sold, one that can make them goes before all others. Of equals the
/// template's own, which saves the migration; then one that has no template, so that the others' clones can stay as well.
/// Where none has room, the template's own if it is among them.
fn roomiest(vm: &Vm, landing: &Landing<'_>, able: &[&NodeUse]) -> Option<NodeName> {
    let mib = vm.plan.memory_mib;
    let templates = |node: &NodeName| {
        let guests = landing.resources.iter().filter_map(Resource::guest);
        guests
            .filter(|guest| guest.template && guest.node == *node)
            .count()
    };
    let room =
        |node: &NodeUse| (node.free_memory() >> 20).saturating_sub(vm.fleet.promised(&node.node));
    // In the end the name decides, so that the choice can be replayed.
    let rank = |node: &&&NodeUse| {
        let name = &node.node;
        let (home, bare) = (name == landing.home, templates(name) == 0);
        let backed_up = landing.can_back_up(name);
        (backed_up, room(node), home, bare, Reverse(name.clone()))
    };
    let best = able
        .iter()
        .filter(|node| room(node) >= mib)
        .max_by_key(rank);
    let home = || able.iter().find(|node| node.node == *landing.home);
    best.or_else(home)
        .or_else(|| able.iter().max_by_key(rank))
        .map(|node| node.node.clone())
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
            Acted::Running(upid) => return Ok(Verdict::Wait(Wait::Task(upid))),
            Acted::Ended(exit) if exit.is_success() => {
                place.went_well(&*vm.site.clock);
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
        vm.heed(&place, &error);
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
    choose(vm, &as_it_is).await?;
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
