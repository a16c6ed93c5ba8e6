//! Getting to the node that was chosen.

use super::{Landing, node_choice};
use crate::limits::Work;
use crate::model::{Failure, NodeName, Skip, StepResult, StorageId, Verdict, chain};
use crate::plan::Plan;
use crate::pve::{Change, Class, DiskConfig, DiskSlot, Migration, PveError, Resource, VmConfig};
use crate::store::operation::OperationKind;
use crate::store::setting;
use crate::vm::{Template, Vm, lock};
use futures_util::future::LocalBoxFuture;
use std::time::Duration;
use tokio::time::Instant;

/// After this many failures the VM stays where it is: a running VM on another node beats none.
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
        lock::free(vm, &config.lock).await?;
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
        let resources = vm.cluster.resources().await?;
        take_out_images(vm, &resources, &target).await?;
        config = vm.observe().await?;
        let call = order(&config, &vm.plan, &node, &target, &resources);
        let copies = call.target_storage.is_some();
        // Both nodes have their disks and their network at work.
        let permit = vm.permit(Work::Migrate, &[&node, &target]).await?;
        bound(vm).await?;
        let (guest, vmid) = (vm.guest()?, vm.vmid()?);
        let intent = format!("to {target}");
        let what = format!("migrate VM {vmid} from {node} {intent}");
        let call = async move { guest.migrate(&call).await.map(Some) };
        let acted = vm.act(OperationKind::Migrate, &node, vmid, intent, what, call);
        let error = match acted.await {
            Ok(_) => {
                permit.went_well(&*vm.site.clock);
                // Without copies the file only changes its folder, digest and all; a wrong guess is a checksum mismatch.
                let seen = Some(config).filter(|_| !copies);
                return arrived(vm, target, seen).await;
            }
            Err(unfinished) => unfinished.refused()?,
        };
        let there = vm.cluster.locate(vmid).await?.as_ref() == Some(&target);
        match aftermath(&error, there, vm.record.fails) {
            Aftermath::Arrived => arrived(vm, target, None).await,
            Aftermath::Stays => {
                vm.note(chain(&error));
                vm.note(format!("the VM stays on {node}"));
                stay(vm, node).await
            }
            Aftermath::Again => {
                vm.heed(&permit, &error);
                Err(error.into())
            }
        }
    })
}

/// The migration to be asked for.
fn order(
    config: &VmConfig,
    plan: &Plan,
    home: &NodeName,
    target: &NodeName,
    resources: &[Resource],
) -> Migration {
    let current = config
        .system_disk()
        .and_then(|(_, disk)| disk.storage().map(StorageId::from));
    let landing = Landing {
        config,
        plan,
        home,
        resources,
    };
    Migration {
        target: target.clone(),
        online: false,
        with_local_disks: false,
        // Shared storage needs no copy; a local disk is copied to the storage of the plan's name over there.
        target_storage: landing.target_storage(current.as_ref()),
    }
}

/// What follows a migration that did not go well.
#[derive(Debug, PartialEq)]
enum Aftermath {
    /// It moved all the same, by somebody's hand perhaps.
    Arrived,
    /// The VM stays where it is, for good.
    Stays,
    /// It is tried again later.
    Again,
}

/// `there`: the VM is on its target now; `fails`: so often in a row it failed before.
fn aftermath(error: &PveError, there: bool, fails: u64) -> Aftermath {
    match there {
        true => Aftermath::Arrived,
        false if gives_up(error, fails) => Aftermath::Stays,
        false => Aftermath::Again,
    }
}

/// Whether it is not tried again after this many failures in a row: what is impossible is given up at once, the rest after a
/// few tries.
fn gives_up(error: &PveError, fails: u64) -> bool {
    matches!(error.class, Class::Fatal | Class::Done) || fails >= GIVE_UP_AFTER
}

/// The VM is on its node now. A disk on shared storage stayed where it was (PVE::QemuMigrate), and so does one of a VM that
/// somebody moved by hand: it is not yet where it was sold. `seen`: its configuration, where it is known.
async fn arrived(vm: &mut Vm, target: NodeName, seen: Option<VmConfig>) -> StepResult {
    vm.record.node = Some(target);
    vm.observed = seen;
    Ok(match move_disk(vm).await? {
        Verdict::Skipped(_) => Verdict::Done,
        other => other,
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
    let resources = vm.cluster.resources().await?;
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
    let left = left_behind(&vm.observe().await?, resources, target);
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
    for (slot, disk) in &left {
        let image = disk.volume();
        vm.note(format!("{image} is not on {target}; taken out of {slot}"));
    }
    Ok(emptied)
}

/// The trays with images that are not at the target.
fn left_behind(
    config: &VmConfig,
    resources: &[Resource],
    target: &NodeName,
) -> Vec<(DiskSlot, DiskConfig)> {
    let there = |disk: &DiskConfig| {
        disk.storage().is_some_and(|storage| {
            let mut storages = resources.iter().filter_map(Resource::storage);
            storages.any(|known| {
                known.storage.0 == storage && known.shared && known.active && known.node == *target
            })
        })
    };
    config
        .cdroms()
        .filter(|(_, disk)| disk.volume() != EMPTY && !there(disk))
        .map(|(slot, disk)| (slot, disk.clone()))
        .collect()
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
    let what = format!("move {slot} of VM {vmid} to {wanted}");
    let call = async move { guest.move_disk(slot, &target, true).await.map(Some) };
    let acted = vm.act(OperationKind::MoveDisk, &node, vmid, intent, what, call);
    let error = match acted.await {
        Ok(_) => return Ok(Verdict::Done),
        Err(unfinished) => unfinished.refused()?,
    };
    if gives_up(&error, vm.record.fails) {
        vm.note(chain(&error));
        vm.note(format!(
            "the disk stays on {}",
            disk.storage().unwrap_or("its storage")
        ));
        return Ok(Verdict::Skipped(Skip::StaysInPlace));
    }
    Err(error.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pve::{Exit, StorageUse};

    fn failed(text: &str) -> PveError {
        PveError::of_failed("migrate", &Exit::Failed(text.to_owned()))
    }

    #[test]
    fn a_migration_that_failed_is_given_up_where_it_cannot_be_and_after_a_few_tries() {
        let busy = failed("can't lock file '/var/lock/qemu-server/lock-2002.conf' - got timeout");
        let never = failed("storage 'gone' does not exist");
        assert_ne!(busy.class, Class::Fatal);
        assert_eq!(never.class, Class::Fatal);
        for (error, there, fails, wanted) in [
            (&busy, true, 0, Aftermath::Arrived),
            (&never, true, GIVE_UP_AFTER, Aftermath::Arrived),
            (&busy, false, GIVE_UP_AFTER - 1, Aftermath::Again),
            (&busy, false, GIVE_UP_AFTER, Aftermath::Stays),
            (&never, false, 0, Aftermath::Stays),
        ] {
            assert_eq!(
                aftermath(error, there, fails),
                wanted,
                "{error} {there} {fails}"
            );
        }
    }

    #[test]
    fn only_an_image_that_the_target_does_not_share_is_taken_out() {
        let target = NodeName("pve2".to_owned());
        let storage = |node: &str, shared, active| {
            Resource::Storage(StorageUse {
                storage: StorageId("nfs".to_owned()),
                node: NodeName(node.to_owned()),
                kind: "nfs".to_owned(),
                content: vec!["iso".to_owned()],
                shared,
                active,
                enabled: true,
                used: 0,
                total: 0,
                avail: 0,
            })
        };
        let mut config = VmConfig::default();
        let tray = |text: &str| ("ide2".parse::<DiskSlot>().unwrap(), DiskConfig::parse(text));
        for (text, known, left) in [
            ("none,media=cdrom", storage("pve1", true, true), 0),
            ("nfs:iso/a.iso,media=cdrom", storage("pve2", true, true), 0),
            ("nfs:iso/a.iso,media=cdrom", storage("pve1", true, true), 1),
            ("nfs:iso/a.iso,media=cdrom", storage("pve2", false, true), 1),
            ("nfs:iso/a.iso,media=cdrom", storage("pve2", true, false), 1),
            ("cdrom,media=cdrom", storage("pve2", true, true), 1),
        ] {
            config.drives = [tray(text)].into_iter().collect();
            assert_eq!(
                left_behind(&config, &[known], &target).len(),
                left,
                "{text}"
            );
        }
    }
}
