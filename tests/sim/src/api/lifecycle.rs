//! Clone, create, restore, migrate, resize, move, snapshot, backup, template, delete.

use super::change::{Change, check_bridge, check_value, privileges};
use super::{Call, spawn_on_vm, unserved};
use crate::fail::{Fail, Reply};
use crate::jobs::{
    CloneVm, CreateVm, DeleteSnapshot, Destroy, MakeTemplate, Migrate, MoveDisk, Resize, Restore,
    Rollback, TEMPORARY, TakeSnapshot, Vzdump,
};
use crate::storage::keeps_files;
use crate::task::{Job, Order};
use crate::vm::{Conf, Vm, conf_json};
use crate::world::World;
use serde_json::{Value, json};

fn own(text: Option<&str>) -> Option<String> {
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
    if !full && !vm.is_template() && call.get("snapname").is_none() {
        return Err(Fail::internal(
            "Linked clone feature is not supported for drive 'scsi0'",
        ));
    }
    for (key, drive) in vm.drives() {
        let Some(kind) = drive.storage().and_then(|id| world.storage(id).ok()) else {
            continue;
        };
        if !full && !drive.is_cdrom() && kind.kind == "lvm" {
            return Err(Fail::internal(format!(
                "Linked clone feature is not supported for drive '{key}'"
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
        if vm.is_running() {
            return Err(Fail::internal(format!(
                "unable to restore VM {vmid} - VM {vmid} is running"
            )));
        }
        if vm.conf.get("protection").is_some_and(|p| p == "1") {
            let text = format!(
                "unable to restore VM {vmid} - can't overwrite VM {vmid}: protection mode enabled"
            );
            return Err(Fail::internal(text));
        }
        world
            .vm_on_mut(vmid, &call.node)?
            .conf
            .insert("lock".into(), "create".into());
    } else {
        let mut vm = Vm::new(vmid, &call.node, Conf::new());
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
    let order = Order {
        node: call.node.clone(),
        kind: "vzdump",
        id: call.text("vmid").to_owned(),
        locks: Vec::new(),
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

/// Everything below `snapshot`.
pub fn snapshot(world: &mut World, call: &Call, method: &str, rest: &str) -> Reply {
    let vm = world.vm_on(call.vmid(), &call.node)?;
    let (vmid, node, name) = (
        call.vmid(),
        call.node.clone(),
        call.text("snapname").to_owned(),
    );
    match (method, rest) {
        ("GET", "/snapshot") => Ok(snapshot_list(vm)),
        ("POST", "/snapshot") => {
            if name == "current" {
                return Err(Fail::internal(
                    "unable to use snapshot name 'current' (reserved name)",
                ));
            }
            let description = call.text("description").to_owned();
            let vmstate = call.flag("vmstate");
            let job = TakeSnapshot {
                vmid,
                node,
                name,
                description,
                vmstate,
            };
            Ok(spawn_on_vm(world, call, "qmsnapshot", Box::new(job)))
        }
        ("POST", "/snapshot/{snapname}/rollback") => {
            let job = Rollback {
                vmid,
                node,
                name,
                start: call.flag("start"),
            };
            Ok(spawn_on_vm(world, call, "qmrollback", Box::new(job)))
        }
        ("DELETE", "/snapshot/{snapname}") => {
            let job = DeleteSnapshot { vmid, node, name };
            Ok(spawn_on_vm(world, call, "qmdelsnapshot", Box::new(job)))
        }
        ("GET", "/snapshot/{snapname}/config") => match vm.snapshots.get(&name) {
            Some(snapshot) => {
                let mut conf = conf_json(&snapshot.conf, world.major() < 8);
                conf.insert("snaptime".into(), snapshot.time.into());
                if !snapshot.description.is_empty() {
                    conf.insert("description".into(), snapshot.description.as_str().into());
                }
                Ok(Value::Object(conf))
            }
            None => Err(Fail::internal(format!("snapshot '{name}' does not exist"))),
        },
        ("PUT", "/snapshot/{snapname}/config") => {
            let text = call.text("description").to_owned();
            match world.vm_on_mut(vmid, &node)?.snapshots.get_mut(&name) {
                Some(snapshot) => {
                    snapshot.description = text;
                    Ok(Value::Null)
                }
                None => Err(Fail::internal(format!("snapshot '{name}' does not exist"))),
            }
        }
        ("GET", "/snapshot/{snapname}") => Ok(json!([{ "cmd": "rollback" }, { "cmd": "config" }])),
        _ => unserved(call),
    }
}

fn snapshot_list(vm: &Vm) -> Value {
    let mut rows: Vec<Value> = vm
        .snapshots
        .iter()
        .map(|(name, s)| {
            let mut row = json!({
                "name": name, "snaptime": s.time, "description": s.description, "vmstate": s.vmstate as u8,
            });
            if let Some(parent) = &s.parent {
                row["parent"] = parent.as_str().into();
            }
            row
        })
        .collect();
    let mut current = json!({
        "name": "current", "description": "You are here!", "running": vm.is_running() as u8, "digest": vm.digest(),
    });
    if let Some(parent) = vm.conf.get("parent") {
        current["parent"] = parent.as_str().into();
    }
    rows.push(current);
    Value::Array(rows)
}

/// True when a volume on this kind of storage can have snapshots.
pub fn can_snapshot(kind: &str, format: &str) -> bool {
    kind != "lvm" && !(keeps_files(kind) && format == "raw")
}
