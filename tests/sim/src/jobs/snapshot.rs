//! Snapshots.

use crate::storage::keeps_files;
use crate::task::{Job, Note, Span};
use crate::vm::Snapshot;
use crate::world::World;

/// `qmsnapshot`.
pub struct TakeSnapshot {
    /// VM.
    pub vmid: u32,
    /// Its node.
    pub node: String,
    /// Name.
    pub name: String,
    /// Description.
    pub description: String,
    /// With memory.
    pub vmstate: bool,
}

impl Job for TakeSnapshot {
    fn begin(&mut self, world: &mut World, note: &mut Note) -> Result<Span, String> {
        let seconds = world.durations.snapshot;
        let vm = world.vm_for(self.vmid, &self.node)?;
        vm.check_lock()?;
        if vm.is_template() {
            return Err("can't take snapshot of a template".into());
        }
        if vm.snapshots.contains_key(&self.name) {
            return Err(format!("snapshot name '{}' already used", self.name));
        }
        let vm = vm.clone();
        for (key, drive) in vm.drives().iter().filter(|(_, d)| !d.is_cdrom()) {
            let Some(volume) = world.volume(&drive.file, &self.node) else {
                continue;
            };
            let kind = drive
                .storage()
                .and_then(|id| world.storage(id).ok())
                .map(|s| s.kind.clone());
            let kind = kind.unwrap_or_default();
            // Files need qcow2; thick LVM has no snapshots before 9.0.
            if (keeps_files(&kind) && volume.format == "raw") || kind == "lvm" {
                return Err("snapshot feature is not available".into());
            }
            note.say(format!("snapshotting 'drive-{key}' ({})", drive.file));
        }
        world
            .vm_for(self.vmid, &self.node)?
            .conf
            .insert("lock".into(), "snapshot".into());
        Ok(Span::seconds(seconds))
    }

    fn finish(&mut self, world: &mut World, _note: &mut Note) -> Result<(), String> {
        let unix = world.unix();
        let vm = world.vm_for(self.vmid, &self.node)?;
        vm.conf.remove("lock");
        let parent = vm.conf.get("parent").cloned();
        let mut conf = vm.conf.clone();
        conf.remove("parent");
        let snapshot = Snapshot {
            conf,
            time: unix,
            description: self.description.clone(),
            vmstate: self.vmstate && vm.is_running(),
            parent,
        };
        vm.snapshots.insert(self.name.clone(), snapshot);
        vm.conf.insert("parent".into(), self.name.clone());
        Ok(())
    }

    fn abort(&mut self, world: &mut World) {
        unlock(world, self.vmid, "snapshot");
    }
}

/// `qmrollback`.
pub struct Rollback {
    /// VM.
    pub vmid: u32,
    /// Its node.
    pub node: String,
    /// Name.
    pub name: String,
    /// Start afterwards.
    pub start: bool,
}

impl Job for Rollback {
    fn begin(&mut self, world: &mut World, _note: &mut Note) -> Result<Span, String> {
        let seconds = world.durations.rollback;
        let vm = world.vm_for(self.vmid, &self.node)?;
        if !vm.snapshots.contains_key(&self.name) {
            return Err(format!("snapshot '{}' does not exist", self.name));
        }
        vm.check_lock()?;
        vm.conf.insert("lock".into(), "rollback".into());
        Ok(Span::seconds(seconds))
    }

    fn finish(&mut self, world: &mut World, _note: &mut Note) -> Result<(), String> {
        let now = world.now;
        let vm = world.vm_for(self.vmid, &self.node)?;
        let snapshot = vm
            .snapshots
            .get(&self.name)
            .cloned()
            .ok_or("snapshot vanished")?;
        let ran = vm.is_running();
        // The VM's notes and its unused disks stay as they are (PVE::AbstractConfig, `__snapshot_apply_config`).
        let stays = |key: &String| key == "description" || key.starts_with("unused");
        let mut conf = snapshot.conf;
        conf.retain(|key, _| !stays(key));
        conf.extend(
            std::mem::take(&mut vm.conf)
                .into_iter()
                .filter(|(key, _)| stays(key)),
        );
        vm.conf = conf;
        vm.conf.insert("parent".into(), self.name.clone());
        vm.pending.clear();
        vm.pending_delete.clear();
        // Without memory in the snapshot the guest is off afterwards.
        vm.running_since = (snapshot.vmstate || self.start).then_some(now);
        vm.paused = false;
        vm.halted = None;
        let sizes: Vec<(String, u64)> = vm
            .drives()
            .into_iter()
            .map(|(_, d)| (d.file.clone(), d.size()))
            .collect();
        for (volid, size) in sizes {
            let place = world.place(&volid, &self.node);
            if let Some(volume) = place.and_then(|p| world.volumes.get_mut(&p))
                && size > 0
            {
                volume.size = size;
            }
        }
        if ran {
            // The guest's process was ended to begin with.
            world.guest_ended(self.vmid);
        }
        Ok(())
    }

    fn abort(&mut self, world: &mut World) {
        unlock(world, self.vmid, "rollback");
    }
}

/// `qmdelsnapshot`.
pub struct DeleteSnapshot {
    /// VM.
    pub vmid: u32,
    /// Its node.
    pub node: String,
    /// Name.
    pub name: String,
}

impl Job for DeleteSnapshot {
    fn begin(&mut self, world: &mut World, _note: &mut Note) -> Result<Span, String> {
        let seconds = world.durations.delsnapshot;
        let vm = world.vm_for(self.vmid, &self.node)?;
        if !vm.snapshots.contains_key(&self.name) {
            return Err(format!("snapshot '{}' does not exist", self.name));
        }
        vm.check_lock()?;
        vm.conf.insert("lock".into(), "snapshot-delete".into());
        Ok(Span::seconds(seconds))
    }

    fn finish(&mut self, world: &mut World, _note: &mut Note) -> Result<(), String> {
        let vm = world.vm_for(self.vmid, &self.node)?;
        vm.conf.remove("lock");
        let Some(gone) = vm.snapshots.remove(&self.name) else {
            return Ok(());
        };
        for other in vm.snapshots.values_mut() {
            if other.parent.as_deref() == Some(&self.name) {
                other.parent = gone.parent.clone();
            }
        }
        if vm.conf.get("parent") == Some(&self.name) {
            match gone.parent {
                Some(parent) => vm.conf.insert("parent".into(), parent),
                None => vm.conf.remove("parent"),
            };
        }
        Ok(())
    }

    fn abort(&mut self, world: &mut World) {
        unlock(world, self.vmid, "snapshot-delete");
    }
}

fn unlock(world: &mut World, vmid: u32, kind: &str) {
    if let Some(vm) = world.vms.get_mut(&vmid)
        && vm.conf.get("lock").is_some_and(|l| l == kind)
    {
        vm.conf.remove("lock");
    }
}
