//! Clone, migrate, resize, move, template, delete.

use super::change::check_bridge;
use super::{Call, spawn_on_vm};
use crate::fail::{Fail, Reply};
use crate::jobs::{CloneVm, Destroy, MakeTemplate, Migrate, MoveDisk, Resize, TEMPORARY};
use crate::task::{Job, Order};
use crate::vm::{Conf, Vm};
use crate::world::World;
use serde_json::Value;

pub(super) fn own(text: Option<&str>) -> Option<String> {
    text.filter(|t| !t.is_empty()).map(str::to_owned)
}

/// `POST clone`.
pub fn clone(world: &mut World, call: &Call) -> Reply {
    let source = call.vmid();
    let newid = call.number("newid").unwrap_or(0) as u32;
    let target = call.get("target").unwrap_or(&call.node).to_owned();
    if world.node(&target).is_none() {
        return Err(Fail::internal(format!("no such cluster node '{target}'")));
    }
    let storage = own(call.get("storage"));
    if let Some(id) = &storage {
        world.usable_storage(id, &call.node)?;
        if target != call.node {
            world.usable_storage(id, &target)?;
            if !world.storage(id)?.shared {
                return Err(Fail::internal(format!(
                    "can't clone to non-shared storage '{id}'"
                )));
            }
        }
        world.need(
            &call.who,
            &format!("/storage/{id}"),
            "Datastore.AllocateSpace",
        )?;
    }
    let Some(vm) = world.vms.get(&source).filter(|vm| vm.node == call.node) else {
        let text = format!(
            "unable to find configuration file for VM {source} on node '{}'",
            call.node
        );
        return Err(Fail::internal(text));
    };
    let vm = vm.clone();
    // A running source is locked exclusively, a stopped one shared; the call itself waits one second.
    if world.flocked(source, vm.is_running(), None) {
        return Err(Fail::locked(source, world.limits.clone_lock_wait));
    }
    vm.check_lock().map_err(Fail::internal)?;
    let full = call
        .get("full")
        .map_or(!vm.is_template(), |_| call.flag("full"));
    if !full && storage.is_some() {
        return Err(Fail::internal(
            "parameter 'storage' not allowed for linked clones",
        ));
    }
    for (key, drive) in vm.drives() {
        let Some(kind) = drive.storage().and_then(|id| world.storage(id).ok()) else {
            continue;
        };
        if !full && !drive.is_cdrom() && (kind.kind == "lvm" || !drive.is_base()) {
            return Err(Fail::internal(format!(
                "Linked clone feature is not supported for '{}' ({key})",
                drive.file
            )));
        }
        if target != call.node
            && !kind.shared
            && storage.is_none()
            && !drive.file.starts_with("none")
        {
            let text = format!("can't clone VM to node '{target}' (VM uses local storage)");
            return Err(Fail::internal(text));
        }
        if storage.is_none() && !drive.is_cdrom() {
            let id = drive.storage().unwrap_or_default();
            world.need(
                &call.who,
                &format!("/storage/{id}"),
                "Datastore.AllocateSpace",
            )?;
        }
    }
    for (_, text) in vm.conf.iter().filter(|(k, _)| k.starts_with("net")) {
        check_bridge(world, call, text)?;
    }
    if let Some(other) = world.vms.get(&newid) {
        return Err(Fail::internal(if other.node == call.node {
            format!("unable to create VM {newid}: config file already exists")
        } else {
            format!(
                "unable to create VM {newid} - VM {newid} already exists on node '{}'",
                other.node
            )
        }));
    }
    let mut placeholder = Vm::new(newid, &call.node, Conf::new());
    placeholder.appeared = world.now;
    placeholder.conf.insert("lock".into(), "clone".into());
    placeholder
        .conf
        .insert("description".into(), TEMPORARY.into());
    world.vms.insert(newid, placeholder);
    let job = CloneVm {
        source,
        vmid: newid,
        node: call.node.clone(),
        target,
        full,
        storage,
        name: own(call.get("name")),
        description: own(call.get("description")),
        pool: own(call.get("pool")),
        snapshot: own(call.get("snapname")).filter(|s| s != "current"),
    };
    let order = Order {
        node: call.node.clone(),
        kind: "qmclone",
        // The UPID names the source, not the clone.
        id: source.to_string(),
        locks: vec![(newid, true), (source, vm.is_running())],
        job: Box::new(job),
    };
    Ok(world.spawn(&call.who, order))
}

/// `POST migrate`.
pub fn migrate(world: &mut World, call: &Call) -> Reply {
    let vmid = call.vmid();
    let target = call.text("target").to_owned();
    if world.node(&target).is_none() {
        return Err(Fail::internal(format!("no such cluster node '{target}'")));
    }
    if target == call.node {
        return Err(Fail::param("target", "target is local node."));
    }
    let vm = world.vm_on(vmid, &call.node)?;
    vm.check_lock().map_err(Fail::internal)?;
    if vm.is_running() && !call.flag("online") {
        return Err(Fail::internal("can't migrate running VM without --online"));
    }
    if let Some(text) = call.get("targetstorage") {
        for id in text
            .split([',', ':', ' ', ';'])
            .filter(|id| !id.is_empty() && *id != "1")
        {
            world.storage(id)?;
        }
    }
    let job = Migrate {
        vmid,
        node: call.node.clone(),
        target,
        storage: own(call.get("targetstorage")),
        with_local_disks: call.flag("with-local-disks"),
    };
    Ok(spawn_on_vm(world, call, "qmigrate", Box::new(job)))
}

/// `POST template`.
pub fn template(world: &mut World, call: &Call) -> Reply {
    let vm = world.vm_on(call.vmid(), &call.node)?;
    if vm.is_template() {
        return Err(Fail::internal("you can't convert a template to a template"));
    }
    if vm.is_running() {
        return Err(Fail::internal(
            "you can't convert a VM to template if VM is running",
        ));
    }
    let job = MakeTemplate {
        vmid: call.vmid(),
        node: call.node.clone(),
    };
    Ok(spawn_on_vm(world, call, "qmtemplate", Box::new(job)))
}

/// `DELETE`.
pub fn destroy(world: &mut World, call: &Call) -> Reply {
    let vmid = call.vmid();
    let vm = world.vm_on(vmid, &call.node)?;
    if vm.conf.get("protection").is_some_and(|p| p == "1") {
        return Err(Fail::internal(format!(
            "can't remove VM {vmid} - protection mode enabled"
        )));
    }
    if !call.flag("purge") && world.ha.contains_key(&format!("vm:{vmid}")) {
        let text = format!(
            "unable to remove VM {vmid} - used in HA resources and purge parameter not set."
        );
        return Err(Fail::internal(text));
    }
    if vm.is_running() {
        return Err(Fail::internal(format!(
            "VM {vmid} is running - destroy failed"
        )));
    }
    let job = Destroy {
        vmid,
        node: call.node.clone(),
        purge: call.flag("purge"),
        unreferenced: call.flag("destroy-unreferenced-disks"),
    };
    Ok(spawn_on_vm(world, call, "qmdestroy", Box::new(job)))
}

/// `PUT resize`: a task since 8.0, within the call before.
pub fn resize(world: &mut World, call: &Call) -> Reply {
    world.vm_on(call.vmid(), &call.node)?;
    let mut job = Resize {
        vmid: call.vmid(),
        node: call.node.clone(),
        disk: call.text("disk").to_owned(),
        size: call.text("size").to_owned(),
    };
    if world.major() >= 8 {
        return Ok(spawn_on_vm(world, call, "resize", Box::new(job)));
    }
    if world.flocked(call.vmid(), true, None) {
        return Err(Fail::locked(call.vmid(), world.limits.lock_wait));
    }
    let mut note = crate::task::Note {
        log: Vec::new(),
        node: call.node.clone(),
        upid: String::new(),
        warnings: 0,
    };
    job.begin(world, &mut note).map_err(Fail::internal)?;
    job.finish(world, &mut note).map_err(Fail::internal)?;
    Ok(Value::Null)
}

/// `POST move_disk`.
pub fn move_disk(world: &mut World, call: &Call) -> Reply {
    let disk = call.text("disk");
    let vm = world.vm_on(call.vmid(), &call.node)?;
    vm.check_lock().map_err(Fail::internal)?;
    let Some(text) = vm.conf.get(disk) else {
        return Err(Fail::internal(format!("disk '{disk}' does not exist")));
    };
    let Some(id) = own(call.get("storage")) else {
        return Err(Fail::param(
            "storage",
            "property is missing and it is not optional",
        ));
    };
    if text.starts_with(&format!("{id}:")) && call.get("format").is_none() {
        return Err(Fail::internal(
            "you can't move to the same storage with same format",
        ));
    }
    world.usable_storage(&id, &call.node)?;
    world.need(
        &call.who,
        &format!("/storage/{id}"),
        "Datastore.AllocateSpace",
    )?;
    let job = MoveDisk {
        vmid: call.vmid(),
        node: call.node.clone(),
        disk: disk.to_owned(),
        storage: id,
        delete: call.flag("delete"),
    };
    Ok(spawn_on_vm(world, call, "qmmove", Box::new(job)))
}
