//! `qmrestore`.

use crate::drive::{Drive, Nic, is_drive};
use crate::jobs::{gib, storage_lock, storage_resource};
use crate::storage::Saved;
use crate::task::{Job, Note, Span};
use crate::vm::{Conf, Vm};
use crate::world::World;

/// A restore, over a VM or to a free id.
pub struct Restore {
    /// VMID.
    pub vmid: u32,
    /// Node.
    pub node: String,
    /// Volume id of the backup.
    pub archive: String,
    /// Storage for all disks; None = as in the backup.
    pub storage: Option<String>,
    /// New MACs and ids.
    pub unique: bool,
    /// Options given in the call, which win over the backup's.
    pub overrides: Conf,
    /// Start afterwards.
    pub start: bool,
    /// Pool.
    pub pool: Option<String>,
    /// The VM existed before.
    pub over: bool,
}

impl Restore {
    fn saved(&self, world: &World) -> Result<Saved, String> {
        let volume = world.volume(&self.archive, &self.node);
        let saved = volume.and_then(|v| v.saved.as_deref()).map(|s| Saved {
            conf: s.conf.clone(),
            firewall: s.firewall.clone(),
        });
        saved.ok_or_else(|| format!("volume '{}' does not exist", self.archive))
    }

    fn target(&self, drive: &Drive) -> String {
        let own = drive.storage().unwrap_or_default().to_owned();
        self.storage.clone().unwrap_or(own)
    }
}

impl Job for Restore {
    fn begin(&mut self, world: &mut World, note: &mut Note) -> Result<Span, String> {
        let saved = self.saved(world)?;
        let vm = world.vm_for(self.vmid, &self.node)?;
        if vm.conf.get("protection").is_some_and(|p| p == "1") {
            // Two dashes: the prefix ends with one already.
            return Err(format!(
                "unable to restore VM {} - - protection mode enabled",
                self.vmid
            ));
        }
        if vm.is_running() {
            return Err(format!(
                "unable to restore VM {} - vm is running",
                self.vmid
            ));
        }
        note.say(format!("restore vma archive: {}", self.archive));
        let mut bytes = 0;
        let mut uses = Vec::new();
        for (_, drive) in crate::vm::drives(&saved.conf) {
            if drive.is_cdrom() || drive.is_left_out() {
                continue;
            }
            let id = self.target(&drive);
            storage_lock(world, &id, &self.node)?;
            let storage = world
                .usable_storage(&id, &self.node)
                .map_err(|f| f.reason)?;
            let resource = storage_resource(storage, &self.node);
            if !uses.contains(&resource) {
                uses.push(resource);
            }
            bytes += drive.size();
        }
        let d = &world.durations;
        Ok(Span {
            seconds: d.restore + d.restore_per_gib * gib(bytes),
            uses,
            bytes,
        })
    }

    fn finish(&mut self, world: &mut World, note: &mut Note) -> Result<(), String> {
        let saved = self.saved(world)?;
        let mut conf = Conf::new();
        // Only a disk that the backup has is replaced; any other stays, hanging nowhere (`restore_cleanup_oldconf`).
        let has = |key: &str| {
            let text = saved.conf.get(key);
            let drive = text.and_then(|text| Drive::parse(text));
            drive.is_some_and(|drive| !drive.is_left_out())
        };
        if let Some(mut old) = world.vms.get(&self.vmid).cloned() {
            let kept: Vec<String> = old
                .drives()
                .into_iter()
                .filter(|(key, drive)| !drive.is_cdrom() && !has(key))
                .map(|(key, drive)| {
                    old.conf.remove(&key);
                    drive.file
                })
                .collect();
            world.free_all(&old.conf, self.vmid, &self.node);
            for (number, volid) in kept.into_iter().enumerate() {
                conf.insert(format!("unused{number}"), volid);
            }
        }
        for (key, text) in &saved.conf {
            match key.as_str() {
                "lock" | "parent" => {}
                k if k.starts_with("unused") => {}
                // Its line is put among the notes, where it does nothing.
                k if is_drive(k) && !has(k) => {}
                k if is_drive(k) => {
                    let value = self.drive(world, text, note)?;
                    conf.insert(key.clone(), value);
                }
                k if k.starts_with("net") && self.unique => {
                    let mut nic = Nic::parse(text).ok_or("unable to parse network options")?;
                    nic.mac = world.random.mac("BC:24:11");
                    conf.insert(key.clone(), nic.print());
                }
                // A restored guest is told that it is another generation.
                "vmgenid" => {
                    conf.insert(key.clone(), world.random.uuid());
                }
                "smbios1" if self.unique => {
                    conf.insert(key.clone(), format!("uuid={}", world.random.uuid()));
                }
                _ => {
                    conf.insert(key.clone(), text.clone());
                }
            }
        }
        conf.extend(self.overrides.clone());
        let before = world.vms.get(&self.vmid).cloned();
        let mut vm = Vm::new(self.vmid, &self.node, conf);
        vm.appeared = before.as_ref().map_or(world.now, |b| b.appeared);
        vm.created = before.as_ref().map_or(world.unix(), |b| b.created);
        vm.firewall = saved.firewall;
        if let Some(before) = before {
            vm.deaf = before.deaf;
        }
        vm.running_since = self.start.then_some(world.now);
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
        if self.over {
            if let Some(vm) = world.vms.get_mut(&self.vmid) {
                vm.conf.remove("lock");
            }
        } else {
            world.vms.remove(&self.vmid);
        }
    }
}

impl Restore {
    fn drive(&self, world: &mut World, text: &str, note: &mut Note) -> Result<String, String> {
        let Some(mut drive) = Drive::parse(text) else {
            return Ok(text.to_owned());
        };
        let cloudinit = drive.is_cloudinit();
        if drive.is_cdrom() && !cloudinit {
            return Ok(drive.print());
        }
        let size = if cloudinit { 4 << 20 } else { drive.size() };
        let stem = if cloudinit { "cloudinit" } else { "disk" };
        let id = self.target(&drive);
        drive.file = world.allocate(&id, &self.node, self.vmid, stem, size, None)?;
        note.say(format!("new volume ID is '{}'", drive.file));
        Ok(drive.print())
    }
}
