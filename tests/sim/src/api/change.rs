//! Changes of a VM's configuration: checks, privileges, and what is done at once or waits for a restart.

use super::{Call, spawn_on_vm};
use crate::drive::{Drive, Nic, is_drive};
use crate::fail::{Fail, Reply};
use crate::jobs::Configure;
use crate::vm::Conf;
use crate::world::World;
use serde_json::Value;

/// One wanted change.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// VM.
    pub vmid: u32,
    /// Its node.
    pub node: String,
    /// Values to set.
    pub set: Conf,
    /// Keys to delete.
    pub delete: Vec<String>,
    /// Pending keys to take back.
    pub revert: Vec<String>,
    /// Delete volumes for good.
    pub force: bool,
}

/// Parameters that are no VM options.
const CONTROL: &[&str] = &[
    "node",
    "vmid",
    "digest",
    "delete",
    "revert",
    "force",
    "skiplock",
    "background_delay",
    "import-working-storage",
    "archive",
    "storage",
    "unique",
    "pool",
    "start",
    "bwlimit",
    "live-restore",
];

impl Change {
    /// Takes the options out of a call.
    pub fn read(call: &Call) -> Change {
        let list = |name: &str| -> Vec<String> {
            let items = call.text(name).split([',', ';', ' ']);
            items.filter(|k| !k.is_empty()).map(str::to_owned).collect()
        };
        let set = call
            .params
            .iter()
            .filter(|(key, _)| !CONTROL.contains(&key.as_str()))
            .map(|(key, value)| (key.clone(), value.clone()));
        Change {
            vmid: call.vmid(),
            node: call.node.clone(),
            set: set.collect(),
            delete: list("delete"),
            revert: list("revert"),
            force: call.flag("force"),
        }
    }

    /// The line of a `qmconfig` log, passwords masked.
    pub fn line(&self) -> String {
        let mut text = format!("update VM {}:", self.vmid);
        for (key, value) in &self.set {
            let shown = if key == "cipassword" {
                "<hidden>"
            } else {
                value
            };
            text.push_str(&format!(" -{key} {shown}"));
        }
        if !self.delete.is_empty() {
            text.push_str(&format!(" -delete {}", self.delete.join(",")));
        }
        text
    }
}

/// `PUT config`: the whole change within the call.
pub fn put(world: &mut World, call: &Call) -> Reply {
    let change = admit(world, call)?;
    let mut log = Vec::new();
    crate::jobs::apply(world, &change, &mut log).map_err(Fail::internal)?;
    Ok(Value::Null)
}

/// `POST config`: checks within the call, the change as a task.
pub fn post(world: &mut World, call: &Call) -> Reply {
    let change = admit(world, call)?;
    Ok(spawn_on_vm(
        world,
        call,
        "qmconfig",
        Box::new(Configure { change }),
    ))
}

/// `PUT unlink`.
pub fn unlink(world: &mut World, call: &Call) -> Reply {
    let ids = call
        .text("idlist")
        .split([',', ';', ' '])
        .filter(|k| !k.is_empty());
    let delete: Vec<String> = ids.map(str::to_owned).collect();
    let mut change = admit(world, call)?;
    change.set.clear();
    change.delete = delete;
    let mut log = Vec::new();
    crate::jobs::apply(world, &change, &mut log).map_err(Fail::internal)?;
    Ok(Value::Null)
}

/// Everything that is refused before any worker: root's options, privileges, storages, digest, lock, boot order.
fn admit(world: &World, call: &Call) -> Result<Change, Fail> {
    let mut change = Change::read(call);
    change.set.remove("idlist");
    if call.get("skiplock").is_some() && !call.who.is_root() {
        return Err(Fail::param("skiplock", "Only root may use this option."));
    }
    if let Some(script) = change.set.get("hookscript") {
        let text = format!("script '{script}' does not exist\n");
        return Err(Fail::param("hookscript", text));
    }
    privileges(
        world,
        call,
        change.vmid,
        change.set.keys().chain(&change.delete),
        &change.set,
    )?;
    for (key, value) in &change.set {
        check_value(world, call, key, value)?;
    }
    world.vm_on(change.vmid, &call.node)?;
    if world.flocked(change.vmid, true, None) {
        return Err(Fail::locked(change.vmid, world.limits.lock_wait));
    }
    let vm = world.vm_on(change.vmid, &call.node)?;
    if call
        .get("digest")
        .is_some_and(|d| !d.is_empty() && d != vm.digest())
    {
        return Err(Fail::internal(
            "checksum mismatch (file change by other user?)",
        ));
    }
    vm.check_lock().map_err(Fail::internal)?;
    // Held against what stands there, also where this call deletes it.
    if let Some(memory) = change.set.get("memory").or(vm.conf.get("memory"))
        && (change.set.contains_key("memory") || change.set.contains_key("balloon"))
    {
        let target = change.set.get("balloon").or(vm.conf.get("balloon"));
        let mib = |text: &String| text.parse::<u64>().unwrap_or(0);
        if target.map_or(0, mib) > mib(memory) {
            return Err(Fail::internal(
                "balloon value too large (must be smaller than assigned memory)",
            ));
        }
    }
    if vm.number("protection", 0) == 1
        && let Some(key) = change.delete.iter().find(|key| is_drive(key))
    {
        return Err(Fail::internal(format!(
            "can't remove drive '{key}' - protection mode enabled"
        )));
    }
    if let Some(order) = change.set.get("boot").and_then(|b| b.split_once("order=")) {
        for device in order
            .1
            .split(',')
            .next()
            .unwrap_or("")
            .split(';')
            .filter(|d| !d.is_empty())
        {
            let known = vm.conf.contains_key(device) || change.set.contains_key(device);
            if !known || change.delete.iter().any(|d| d == device) {
                // The stray quote is Proxmox's own.
                return Err(Fail::internal(format!(
                    "invalid bootorder: device '{device}' does not exist'"
                )));
            }
        }
    }
    Ok(change)
}

/// The privilege that each option needs (`check_vm_modify_config_perm`).
pub(super) fn privileges<'a>(
    world: &World,
    call: &Call,
    vmid: u32,
    keys: impl Iterator<Item = &'a String>,
    set: &Conf,
) -> Result<(), Fail> {
    let path = format!("/vms/{vmid}");
    for key in keys {
        let stem = key.trim_end_matches(|c: char| c.is_ascii_digit());
        let wanted = match stem {
            "cores" | "cpu" | "cpulimit" | "cpuunits" | "numa" | "smp" | "sockets" | "vcpus" => {
                "VM.Config.CPU"
            }
            "memory" | "balloon" | "shares" => "VM.Config.Memory",
            "acpi" | "hotplug" | "kvm" | "machine" | "scsihw" | "smbios" | "tablet" | "vga"
            | "watchdog" | "audio" => "VM.Config.HWType",
            "net" => "VM.Config.Network",
            "freeze" => "VM.PowerMgmt",
            "boot" | "bootdisk" | "vmstatestorage" | "unused" => "VM.Config.Disk",
            "vmstate" => "VM.Snapshot",
            "cicustom" | "cipassword" | "citype" | "ciuser" | "ciupgrade" | "nameserver"
            | "searchdomain" | "sshkeys" | "ipconfig" => {
                world.need_any(
                    &call.who,
                    &path,
                    &["VM.Config.Cloudinit", "VM.Config.Network"],
                )?;
                continue;
            }
            "serial" if set.get(key).is_none_or(|v| v == "socket") => "VM.Config.HWType",
            "usb" if set.get(key).is_some_and(|v| v.starts_with("spice")) => "VM.Config.HWType",
            "args" | "lock" | "hookscript" | "affinity" | "hostpci" | "serial" | "usb"
            | "parallel" | "hugepages" | "ivshmem" => {
                if !call.who.is_root() {
                    return Err(Fail::internal(format!("only root can set '{key}' config")));
                }
                continue;
            }
            _ if is_drive(key) => {
                let cdrom = set
                    .get(key)
                    .is_some_and(|text| text.contains("media=cdrom"));
                if cdrom {
                    "VM.Config.CDROM"
                } else {
                    "VM.Config.Disk"
                }
            }
            _ => "VM.Config.Options",
        };
        world.need(&call.who, &path, wanted)?;
        if key == "tags" {
            check_tags(world, call, vmid, set.get(key).map_or("", String::as_str))?;
        }
    }
    Ok(())
}

/// Tags that come or go are bound by the datacenter's `user-tag-access` unless the caller may change the datacenter
/// (`assert_tag_permissions`, PVE::GuestHelpers).
fn check_tags(world: &World, call: &Call, vmid: u32, wanted: &str) -> Result<(), Fail> {
    if world.tag_rule == "free" || world.may(&call.who, "/", "Sys.Modify") {
        return Ok(());
    }
    let split = |text: &str| -> std::collections::BTreeSet<String> {
        let words = text.split([',', ';', ' ']).filter(|tag| !tag.is_empty());
        words.map(str::to_lowercase).collect()
    };
    let tags = |vm: &crate::vm::Vm| split(vm.conf.get("tags").map_or("", String::as_str));
    let present = world.vms.get(&vmid).map(tags).unwrap_or_default();
    let known: std::collections::BTreeSet<String> = world.vms.values().flat_map(tags).collect();
    let refused = split(wanted)
        .symmetric_difference(&present)
        .find(|tag| world.tag_rule != "existing" || !known.contains(*tag))
        .cloned();
    match refused {
        Some(tag) => Err(Fail::internal(format!(
            "'Sys.Modify' required on '/' for modifying tag '{tag}'"
        ))),
        None => Ok(()),
    }
}

/// Volumes must exist, storages be usable and allowed, bridges allowed.
pub(super) fn check_value(world: &World, call: &Call, key: &str, value: &str) -> Result<(), Fail> {
    if key.starts_with("net") && key[3..].parse::<u32>().is_ok() {
        return check_bridge(world, call, value);
    }
    if !is_drive(key) {
        return Ok(());
    }
    let Some(drive) = Drive::parse(value) else {
        return Ok(());
    };
    if !drive.limits_fit() {
        return Err(Fail::param(key, "unable to parse drive options"));
    }
    let Some(id) = drive.storage().map(str::to_owned) else {
        return Ok(());
    };
    world.usable_storage(&id, &call.node)?;
    let new = drive.to_allocate().is_some() || drive.file.ends_with(":cloudinit");
    if new {
        return world.need(
            &call.who,
            &format!("/storage/{id}"),
            "Datastore.AllocateSpace",
        );
    }
    let Some(volume) = world.volume(&drive.file, &call.node) else {
        return Err(Fail::internal(format!(
            "volume '{}' does not exist",
            drive.file
        )));
    };
    if volume.vmid.is_none() {
        let path = format!("/storage/{id}");
        return world.need_any(
            &call.who,
            &path,
            &["Datastore.Audit", "Datastore.AllocateSpace"],
        );
    }
    Ok(())
}

/// Since 8.0 a bridge needs `SDN.Use`.
pub(super) fn check_bridge(world: &World, call: &Call, value: &str) -> Result<(), Fail> {
    let Some(nic) = Nic::parse(value).filter(|_| world.major() >= 8) else {
        return Ok(());
    };
    let Some(bridge) = nic.options.get("bridge") else {
        return Ok(());
    };
    let mut path = format!("/sdn/zones/localnetwork/{bridge}");
    if let Some(tag) = nic.options.get("tag") {
        path.push_str(&format!("/{tag}"));
    }
    world.need(&call.who, &path, "SDN.Use")
}
