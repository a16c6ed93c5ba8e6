//! Create, restore, back up.

use super::change::{Change, check_value, privileges};
use super::lifecycle::own;
use super::{Call, spawn_on_vm};
use crate::fail::{Fail, Reply};
use crate::jobs::{CreateVm, Restore, Vzdump};
use crate::task::{Order, backup_lock};
use crate::vm::{Conf, Vm};
use crate::world::World;

/// `POST /nodes/{node}/qemu`: create, or restore when an archive is given.
pub fn create(world: &mut World, call: &Call) -> Reply {
    let vmid = call.vmid();
    let change = Change::read(call);
    let path = format!("/vms/{vmid}");
    if call.get("pool").is_none() && !world.may(&call.who, &path, "VM.Allocate") {
        let backup_only = call.get("archive").is_some()
            && call.flag("force")
            && world.may(&call.who, &path, "VM.Backup");
        if !backup_only {
            return Err(Fail::denied(&path, "VM.Allocate"));
        }
    }
    if let Some(id) = call.get("storage") {
        world.usable_storage(id, &call.node)?;
        world.need(
            &call.who,
            &format!("/storage/{id}"),
            "Datastore.AllocateSpace",
        )?;
    }
    if let Some(archive) = own(call.get("archive")) {
        return restore(world, call, archive, change);
    }
    privileges(world, call, vmid, change.set.keys(), &change.set)?;
    for (key, value) in &change.set {
        check_value(world, call, key, value)?;
    }
    taken(world, vmid, "create")?;
    let mut vm = Vm::new(vmid, &call.node, Conf::new());
    vm.created = world.unix();
    vm.appeared = world.now;
    vm.conf.insert("lock".into(), "create".into());
    world.vms.insert(vmid, vm);
    let job = CreateVm {
        change,
        start: call.flag("start"),
        pool: own(call.get("pool")),
    };
    Ok(spawn_on_vm(world, call, "qmcreate", Box::new(job)))
}

fn taken(world: &World, vmid: u32, what: &str) -> Result<(), Fail> {
    match world.vms.get(&vmid) {
        Some(vm) => {
            let text = format!(
                "unable to {what} VM {vmid} - VM {vmid} already exists on node '{}'",
                vm.node
            );
            Err(Fail::internal(text))
        }
        None => Ok(()),
    }
}

fn restore(world: &mut World, call: &Call, archive: String, change: Change) -> Reply {
    let vmid = call.vmid();
    let id = archive.split(':').next().unwrap_or_default().to_owned();
    world.usable_storage(&id, &call.node)?;
    if world.volume(&archive, &call.node).is_none() {
        return Err(Fail::internal(format!("volume '{archive}' does not exist")));
    }
    let over = world.vms.contains_key(&vmid);
    if over && !call.flag("force") {
        taken(world, vmid, "restore")?;
    }
    if over {
        // Elsewhere on the cluster is no place to restore over.
        if world.vms[&vmid].node != call.node {
            taken(world, vmid, "restore")?;
        }
        if world.flocked(vmid, true, None) {
            return Err(Fail::locked(vmid, world.limits.lock_wait));
        }
        let vm = world.vm_on(vmid, &call.node)?;
        vm.check_lock()
            .map_err(|t| Fail::internal(format!("unable to restore VM {vmid} - {t}")))?;
        world
            .vm_on_mut(vmid, &call.node)?
            .conf
            .insert("lock".into(), "create".into());
    } else {
        let mut vm = Vm::new(vmid, &call.node, Conf::new());
        vm.created = world.unix();
        vm.appeared = world.now;
        vm.conf.insert("lock".into(), "create".into());
        world.vms.insert(vmid, vm);
    }
    let job = Restore {
        vmid,
        node: call.node.clone(),
        archive,
        storage: own(call.get("storage")),
        unique: call.flag("unique"),
        overrides: change.set,
        start: call.flag("start"),
        pool: own(call.get("pool")),
        over,
    };
    Ok(spawn_on_vm(world, call, "qmrestore", Box::new(job)))
}

/// `POST /nodes/{node}/vzdump`.
pub fn vzdump(world: &mut World, call: &Call) -> Reply {
    let ids = call
        .text("vmid")
        .split([',', ';', ' '])
        .filter_map(|v| v.parse().ok());
    let vmids: Vec<u32> = ids.collect();
    for vmid in vmids.iter().filter(|id| world.vms.contains_key(id)) {
        world.need(&call.who, &format!("/vms/{vmid}"), "VM.Backup")?;
    }
    if let Some(template) = call.get("notes-template") {
        crate::jobs::notes::check(template).map_err(|text| Fail::param("notes-template", text))?;
    }
    let storage = call.get("storage").unwrap_or("local").to_owned();
    world.need(
        &call.who,
        &format!("/storage/{storage}"),
        "Datastore.AllocateSpace",
    )?;
    let rule = call.get("prune-backups").map(str::to_owned);
    let rule = rule.or_else(|| world.storage(&storage).ok().map(|s| s.prune.clone()));
    let keep = rule.unwrap_or_default();
    let keep = keep
        .split(',')
        .find_map(|p| p.strip_prefix("keep-last=")?.parse().ok());
    let keep = if call.get("remove").is_some() && !call.flag("remove") {
        0
    } else {
        keep.unwrap_or(0)
    };
    let mut line = format!("vzdump {}", call.text("vmid"));
    for (key, value) in call.params.iter().filter(|(k, _)| *k != "vmid") {
        line.push_str(&format!(" --{key} {value}"));
    }
    let job = Vzdump {
        vmids,
        node: call.node.clone(),
        storage,
        notes: own(call.get("notes-template")),
        protected: call.flag("protected"),
        compress: call.text("compress").to_owned(),
        line,
        failed: Vec::new(),
        keep,
    };
    // A node runs one backup job at a time, the others wait.
    let number = world.nodes.iter().position(|n| n.name == call.node);
    let number = number.unwrap_or_default();
    let order = Order {
        node: call.node.clone(),
        kind: "vzdump",
        id: call.text("vmid").to_owned(),
        locks: vec![(backup_lock(number), true)],
        job: Box::new(job),
    };
    Ok(world.spawn(&call.who, order))
}
