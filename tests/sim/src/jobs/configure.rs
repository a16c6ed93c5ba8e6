//! Config changes: what the worker half of `update_vm_api` does, and creation of an empty VM.

use crate::api::Change;
use crate::drive::{Drive, Nic, format_size, is_drive, parse_size};
use crate::task::{Job, Note, Span};
use crate::vm::{Conf, Vm, hex};
use crate::world::World;
use sha1::{Digest, Sha1};

/// `qmconfig`.
pub struct Configure {
    /// The change.
    pub change: Change,
}

impl Job for Configure {
    fn begin(&mut self, world: &mut World, note: &mut Note) -> Result<Span, String> {
        note.say(self.change.line());
        let vm = world.vm_for(self.change.vmid, &self.change.node)?;
        let cloudinit = vm.drives().into_iter().find(|(_, d)| d.is_cloudinit());
        // Two cloud-init drives are found before anything is written.
        for (key, text) in &self.change.set {
            second_cloudinit(key, text, cloudinit.as_ref().map(|(k, _)| k.as_str()))?;
        }
        let new = self.change.set.values().filter_map(|t| Drive::parse(t));
        let allocations = new.filter(|d| d.to_allocate().is_some()).count() as f64;
        let d = &world.durations;
        Ok(Span::seconds(d.config_task + d.allocate * allocations))
    }

    fn finish(&mut self, world: &mut World, note: &mut Note) -> Result<(), String> {
        apply(world, &self.change, &mut note.log)
    }
}

fn second_cloudinit(key: &str, text: &str, present: Option<&str>) -> Result<(), String> {
    let is_new =
        is_drive(key) && Drive::parse(text).is_some_and(|d| d.file.ends_with(":cloudinit"));
    match present {
        Some(at) if is_new && at != key => Err(format!(
            "{key} - cloud-init drive is already attached at '{at}'"
        )),
        _ => Ok(()),
    }
}

/// Options that take effect on a running VM at once.
fn takes_effect_now(key: &str, hotplug: &str) -> bool {
    const FAST: &[&str] = &[
        "description",
        "hookscript",
        "lock",
        "migrate_downtime",
        "migrate_speed",
        "name",
        "onboot",
        "protection",
        "shares",
        "startup",
        "tags",
        "vmstatestorage",
        "balloon",
        "cpuunits",
        "cpulimit",
        "cicustom",
        "cipassword",
        "citype",
        "ciuser",
        "ciupgrade",
        "nameserver",
        "searchdomain",
        "sshkeys",
    ];
    let stem = key.trim_end_matches(|c: char| c.is_ascii_digit());
    match stem {
        "ipconfig" => true,
        "net" => hotplug.contains("network"),
        "scsi" | "virtio" => hotplug.contains("disk"),
        // An IDE or SATA drive cannot be plugged in; its medium and limits can be changed.
        "ide" | "sata" => hotplug.contains("disk"),
        "unused" => true,
        _ => FAST.contains(&key),
    }
}

/// Makes a change real: volumes, normal forms, pending values.
///
/// # Errors
/// The text of the `die`.
pub fn apply(world: &mut World, change: &Change, log: &mut Vec<String>) -> Result<(), String> {
    let (vmid, node) = (change.vmid, change.node.as_str());
    let vm = world.vm_for(vmid, node)?.clone();
    let cloudinit = vm
        .drives()
        .into_iter()
        .find(|(_, d)| d.is_cloudinit())
        .map(|(k, _)| k);
    for (key, text) in &change.set {
        second_cloudinit(key, text, cloudinit.as_deref())?;
    }
    let hotplug = vm
        .conf
        .get("hotplug")
        .map_or("network,disk,usb", String::as_str);
    let all = "network,disk,usb";
    let hotplug = if hotplug == "1" {
        all.to_owned()
    } else {
        hotplug.to_owned()
    };
    let mut vm = vm;
    for key in &change.revert {
        vm.pending.remove(key);
        vm.pending_delete.remove(key);
    }
    for key in &change.delete {
        if !vm.conf.contains_key(key) && !vm.pending.contains_key(key) {
            continue;
        }
        vm.pending.remove(key);
        if vm.is_running() && !takes_effect_now(key, &hotplug) {
            vm.pending_delete.insert(key.clone());
        } else {
            remove_key(world, &mut vm, key, change.force);
        }
    }
    for (key, text) in &change.set {
        let value = normal(world, &mut vm, key, text, log)?;
        vm.pending_delete.remove(key);
        let plugged = !matches!(
            key.trim_end_matches(|c: char| c.is_ascii_digit()),
            "ide" | "sata"
        ) || vm.conf.contains_key(key);
        let now = !vm.is_running() || (takes_effect_now(key, &hotplug) && plugged);
        if vm.conf.get(key) == Some(&value) {
            vm.pending.remove(key);
        } else if now {
            replace_drive(world, &mut vm, key, &value);
            vm.pending.remove(key);
            vm.conf.insert(key.clone(), value);
        } else {
            vm.pending.insert(key.clone(), value);
        }
    }
    world.vms.insert(vmid, vm);
    Ok(())
}

/// Removes a key; a disk becomes unused first, and is freed only by a second call or by force.
fn remove_key(world: &mut World, vm: &mut Vm, key: &str, force: bool) {
    let Some(text) = vm.conf.remove(key) else {
        return;
    };
    if key.starts_with("unused") {
        world.free(&text, &vm.node.clone());
        return;
    }
    if let Some(drive) = is_drive(key).then(|| Drive::parse(&text)).flatten() {
        let owned = world
            .volume(&drive.file, &vm.node)
            .is_some_and(|v| v.vmid == Some(vm.vmid));
        if !owned {
            return;
        }
        if drive.is_cloudinit() || force {
            world.free(&drive.file, &vm.node.clone());
        } else {
            add_unused(vm, &drive.file);
        }
    }
}

fn add_unused(vm: &mut Vm, volid: &str) {
    let known = vm
        .conf
        .iter()
        .any(|(k, v)| k.starts_with("unused") && v == volid);
    let free = (0..256)
        .map(|n| format!("unused{n}"))
        .find(|k| !vm.conf.contains_key(k));
    if let (false, Some(key)) = (known, free) {
        vm.conf.insert(key, volid.to_owned());
    }
}

/// A drive entry that gets another volume leaves the old one unused; an unused volume attached again is used.
fn replace_drive(world: &World, vm: &mut Vm, key: &str, value: &str) {
    if !is_drive(key) {
        return;
    }
    let new = Drive::parse(value);
    if let Some(new) = &new {
        vm.conf
            .retain(|k, v| !(k.starts_with("unused") && *v == new.file));
    }
    let old = vm.conf.get(key).and_then(|text| Drive::parse(text));
    if let (Some(old), Some(new)) = (old, new)
        && old.file != new.file
        && world
            .volume(&old.file, &vm.node)
            .is_some_and(|v| v.vmid == Some(vm.vmid))
    {
        add_unused(vm, &old.file);
    }
}

/// The form in which Proxmox stores a value; new disks and cloud-init drives are made here.
fn normal(
    world: &mut World,
    vm: &mut Vm,
    key: &str,
    text: &str,
    log: &mut Vec<String>,
) -> Result<String, String> {
    if is_drive(key) {
        return drive_value(world, vm, key, text, log);
    }
    if key.starts_with("net") && key[3..].parse::<u32>().is_ok() {
        let mut nic = Nic::parse(text).ok_or("unable to parse network options")?;
        if nic.mac.is_empty() {
            nic.mac = world.random.mac(if world.major() >= 8 {
                "BC:24:11"
            } else {
                "02:00:00"
            });
        }
        return Ok(nic.print());
    }
    Ok(match key {
        "tags" => {
            let mut tags: Vec<String> = text
                .split([',', ';', ' '])
                .filter(|t| !t.is_empty())
                .map(str::to_lowercase)
                .collect();
            tags.sort();
            tags.dedup();
            tags.join(";")
        }
        "cipassword" => stored_password(text),
        "vmgenid" if text == "1" => world.random.uuid(),
        _ => match crate::rules::rules().option(key) {
            Some(rule) if rule.kind == "boolean" => {
                (crate::rules::parse_boolean(text).unwrap_or(false) as u8).to_string()
            }
            _ => text.to_owned(),
        },
    })
}

/// What the configuration has of a password. Proxmox stores crypt(3) with SHA-256; here it is only something that is not
/// the password.
pub fn stored_password(text: &str) -> String {
    format!("$5$sim${}", &hex(&Sha1::digest(text.as_bytes()))[..32])
}

fn drive_value(
    world: &mut World,
    vm: &Vm,
    key: &str,
    text: &str,
    log: &mut Vec<String>,
) -> Result<String, String> {
    let mut drive = Drive::parse(text).ok_or("unable to parse drive options")?;
    let node = vm.node.clone();
    if drive.file.ends_with(":cloudinit") {
        let id = drive.storage().unwrap_or_default().to_owned();
        drive.file = world.allocate(&id, &node, vm.vmid, "cloudinit", 4 << 20, None)?;
        drive.options.remove("format");
        drive.options.insert("media".into(), "cdrom".into());
        drive.options.insert("size".into(), "4M".into());
        return Ok(drive.print());
    }
    if let Some((id, size)) = drive.to_allocate() {
        let id = id.to_owned();
        super::storage_lock(world, &id, &node)?;
        let bytes = match key {
            "efidisk0" => 528 << 10,
            "tpmstate0" => 4 << 20,
            _ => (size * (1u64 << 30) as f64) as u64,
        };
        drive.file = world.allocate(&id, &node, vm.vmid, "disk", bytes, None)?;
        drive.options.remove("format");
        drive.options.insert("size".into(), format_size(bytes));
        let shown = format!("{},size={}", drive.file, format_size(bytes));
        log.push(format!("{key}: successfully created disk '{shown}'"));
        return Ok(drive.print());
    }
    if drive.file != "none" && drive.file != "cdrom" {
        let volume = world.volume(&drive.file, &node);
        let size = volume.map(|v| v.size);
        let size = size.ok_or_else(|| format!("volume '{}' does not exist", drive.file))?;
        drive.options.insert("size".into(), format_size(size));
    }
    if let Some(size) = drive.options.get("size").and_then(|s| parse_size(s)) {
        drive.options.insert("size".into(), format_size(size));
    }
    Ok(drive.print())
}

/// Writes the cloud-init image: from now on the guest would see these values.
pub fn write_cloudinit(world: &mut World, vmid: u32) {
    if let Some(vm) = world.vms.get_mut(&vmid)
        && vm.drives().iter().any(|(_, d)| d.is_cloudinit())
    {
        vm.cloudinit = cloudinit_part(&vm.conf);
    }
}

fn cloudinit_part(conf: &Conf) -> Conf {
    let relevant = |key: &str| {
        let fixed = [
            "name",
            "nameserver",
            "searchdomain",
            "sshkeys",
            "ciuser",
            "cipassword",
            "citype",
            "ciupgrade",
            "cicustom",
        ];
        let numbered = ["ipconfig", "net"].iter().any(|stem| {
            key.strip_prefix(stem)
                .is_some_and(|n| n.parse::<u32>().is_ok())
        });
        fixed.contains(&key) || numbered
    };
    let kept = conf.iter().filter(|(key, _)| relevant(key));
    kept.map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

/// `qmcreate`: a VM from parameters alone.
pub struct CreateVm {
    /// The wanted options.
    pub change: Change,
    /// Start it afterwards.
    pub start: bool,
    /// Pool it joins.
    pub pool: Option<String>,
}

impl Job for CreateVm {
    fn begin(&mut self, world: &mut World, _note: &mut Note) -> Result<Span, String> {
        let new = self.change.set.values().filter_map(|t| Drive::parse(t));
        let allocations = new.filter(|d| d.to_allocate().is_some()).count() as f64;
        let d = &world.durations;
        Ok(Span::seconds(d.config_task + d.allocate * allocations))
    }

    fn finish(&mut self, world: &mut World, note: &mut Note) -> Result<(), String> {
        if let Some(vm) = world.vms.get_mut(&self.change.vmid) {
            vm.conf.remove("lock");
        }
        apply(world, &self.change, &mut note.log)?;
        let (unix, uuid, genid) = (world.unix(), world.random.uuid(), world.random.uuid());
        let vm = world.vm_for(self.change.vmid, &self.change.node)?;
        let mut add = |key: &str, value: String| {
            vm.conf.entry(key.to_owned()).or_insert(value);
        };
        add("smbios1", format!("uuid={uuid}"));
        add("vmgenid", genid);
        add("meta", format!("creation-qemu=9.2.0,ctime={unix}"));
        if let Some(pool) = &self.pool {
            world
                .pools
                .entry(pool.clone())
                .or_default()
                .vms
                .insert(self.change.vmid);
        }
        if self.start
            && let Some(vm) = world.vms.get_mut(&self.change.vmid)
        {
            vm.running_since = Some(world.now);
        }
        Ok(())
    }

    fn refuse(&mut self, world: &mut World) {
        self.abort(world);
    }

    fn abort(&mut self, world: &mut World) {
        world.vms.remove(&self.change.vmid);
    }
}
