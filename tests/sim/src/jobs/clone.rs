//! `qmclone`.

use crate::drive::{Drive, Nic, format_size, is_drive};
use crate::jobs::{gib, storage_lock, storage_resource};
use crate::task::{Job, Note, Resource, Span};
use crate::vm::{Conf, Vm};
use crate::world::World;

/// A clone on its way.
///
/// The target's config file exists from the call on, with nothing but the lock and a placeholder description;
/// everything else appears in the moment in which the worker ends.
pub struct CloneVm {
    /// Source.
    pub source: u32,
    /// New VMID.
    pub vmid: u32,
    /// Node of the source, where the worker runs.
    pub node: String,
    /// Node where the clone ends up.
    pub target: String,
    /// Full copy.
    pub full: bool,
    /// Storage of a full clone; None = as the source.
    pub storage: Option<String>,
    /// Name.
    pub name: Option<String>,
    /// Description.
    pub description: Option<String>,
    /// Pool.
    pub pool: Option<String>,
    /// Snapshot to clone from.
    pub snapshot: Option<String>,
}

/// The description of a config whose clone is not finished; the leading blank is Proxmox's.
pub const TEMPORARY: &str = " qmclone temporary file";

impl CloneVm {
    /// The configuration that is cloned.
    fn original(&self, world: &World) -> Result<Conf, String> {
        let vm = world.vms.get(&self.source).ok_or("source vanished")?;
        match &self.snapshot {
            None => Ok(vm.conf.clone()),
            Some(name) => match vm.snapshots.get(name) {
                Some(snapshot) => Ok(snapshot.conf.clone()),
                None => Err(format!("snapshot '{name}' does not exist")),
            },
        }
    }

    fn storage_of(&self, drive: &Drive) -> String {
        let own = drive.storage().unwrap_or_default();
        self.storage.clone().unwrap_or_else(|| own.to_owned())
    }

    fn copy_drive(&self, world: &mut World, text: &str) -> Result<String, String> {
        let Some(mut drive) = Drive::parse(text) else {
            return Ok(text.to_owned());
        };
        let Some(volume) = world.volume(&drive.file, &self.node).cloned() else {
            // Empty CD drives, and ISOs that are shared by name.
            return Ok(drive.print());
        };
        if volume.vmid.is_none() {
            return Ok(drive.print());
        }
        let id = self.storage_of(&drive);
        if drive.is_cloudinit() {
            drive.file =
                world.allocate(&id, &self.node, self.vmid, "cloudinit", volume.size, None)?;
            drive
                .options
                .insert("size".into(), format_size(volume.size));
            return Ok(drive.print());
        }
        let base = drive.file.split_once(':').map(|(_, name)| name.to_owned());
        let parent = if self.full { None } else { base.as_deref() };
        drive.file = world.allocate(&id, &self.node, self.vmid, "disk", volume.size, parent)?;
        drive
            .options
            .insert("size".into(), format_size(volume.size));
        Ok(drive.print())
    }
}

impl Job for CloneVm {
    fn begin(&mut self, world: &mut World, note: &mut Note) -> Result<Span, String> {
        let conf = self.original(world)?;
        let mut bytes = 0;
        let mut uses = Vec::new();
        for (key, text) in conf.iter().filter(|(key, _)| is_drive(key)) {
            let Some(drive) = Drive::parse(text) else {
                continue;
            };
            let Some(volume) = world.volume(&drive.file, &self.node) else {
                continue;
            };
            if volume.vmid.is_none() {
                continue;
            }
            let how = if self.full || drive.is_cloudinit() {
                "full"
            } else {
                "linked"
            };
            note.say(format!(
                "create {how} clone of drive {key} ({})",
                drive.file
            ));
            if how == "full" {
                bytes += volume.size;
                let id = self.storage_of(&drive);
                storage_lock(world, &id, &self.node)?;
                let storage = world
                    .usable_storage(&id, &self.node)
                    .map_err(|f| f.reason)?;
                let resource = storage_resource(storage, &self.node);
                if !drive.is_cloudinit() && !uses.contains(&resource) {
                    uses.push(resource);
                }
            }
        }
        let d = &world.durations;
        if !self.full {
            return Ok(Span::seconds(d.linked_clone));
        }
        uses.push(Resource::Template(self.source));
        Ok(Span {
            seconds: d.clone + d.clone_per_gib * gib(bytes),
            uses,
            bytes,
        })
    }

    fn finish(&mut self, world: &mut World, note: &mut Note) -> Result<(), String> {
        let original = self.original(world)?;
        if world
            .vms
            .get(&self.vmid)
            .is_none_or(|vm| vm.conf.get("lock").is_none_or(|l| l != "clone"))
        {
            return Err(format!(
                "Configuration file 'nodes/{}/qemu-server/{}.conf' does not exist",
                self.node, self.vmid
            ));
        }
        let mut conf = Conf::new();
        for (key, text) in &original {
            match key.as_str() {
                "template" | "lock" | "digest" | "parent" | "vmstate" | "snaptime"
                | "description" | "snapstate" => {}
                k if k.starts_with("unused") || k.starts_with("vmstate") => {}
                k if is_drive(k) => {
                    let copied = self.copy_drive(world, text)?;
                    conf.insert(key.clone(), copied);
                }
                k if k.starts_with("net") => {
                    let mut nic = Nic::parse(text).ok_or("unable to parse network options")?;
                    let prefix = if world.major() >= 8 {
                        "BC:24:11"
                    } else {
                        "02:00:00"
                    };
                    nic.mac = world.random.mac(prefix);
                    conf.insert(key.clone(), nic.print());
                }
                "smbios1" => {
                    let rest = text.split(',').filter(|p| !p.starts_with("uuid="));
                    let mut parts = vec![format!("uuid={}", world.random.uuid())];
                    parts.extend(rest.map(str::to_owned));
                    conf.insert(key.clone(), parts.join(","));
                }
                "vmgenid" => {
                    conf.insert(key.clone(), world.random.uuid());
                }
                _ => {
                    conf.insert(key.clone(), text.clone());
                }
            }
        }
        let source_name = original
            .get("name")
            .cloned()
            .unwrap_or_else(|| format!("VM {}", self.source));
        let name = self
            .name
            .clone()
            .unwrap_or_else(|| format!("Copy-of-VM-{source_name}"));
        conf.insert("name".into(), name);
        if let Some(text) = &self.description {
            conf.insert("description".into(), text.clone());
        }
        note.say("transferred 100.00%");
        let firewall = world.vms.get(&self.source).map(|vm| vm.firewall.clone());
        let deaf = world.vms.get(&self.source).is_some_and(|vm| vm.deaf);
        let mut vm = Vm::new(self.vmid, &self.target, conf);
        vm.created = world.unix();
        vm.appeared = world
            .vms
            .get(&self.vmid)
            .map_or(world.now, |old| old.appeared);
        vm.firewall = firewall.unwrap_or_default();
        vm.deaf = deaf;
        world.vms.insert(self.vmid, vm);
        if let Some(pool) = &self.pool {
            world
                .pools
                .entry(pool.clone())
                .or_default()
                .vms
                .insert(self.vmid);
        }
        Ok(())
    }

    fn refuse(&mut self, world: &mut World) {
        self.abort(world);
    }

    fn abort(&mut self, world: &mut World) {
        // A clone that fails by itself frees its volumes and removes the config.
        let node = self.node.clone();
        if let Some(vm) = world.vms.remove(&self.vmid) {
            world.free_all(&vm.conf, self.vmid, &node);
        }
        let vmid = self.vmid;
        world
            .volumes
            .retain(|_, volume| volume.vmid != Some(vmid) || volume.content != "images");
    }
}
