//! `qmdestroy`.

use crate::task::{Job, Note, Span};
use crate::world::World;

/// A removal.
pub struct Destroy {
    /// VM.
    pub vmid: u32,
    /// Its node.
    pub node: String,
    /// Out of backup jobs, HA and pools too.
    pub purge: bool,
    /// Volumes that no config names as well.
    pub unreferenced: bool,
}

impl Job for Destroy {
    fn begin(&mut self, world: &mut World, _note: &mut Note) -> Result<Span, String> {
        let seconds = world.durations.destroy;
        let vm = world.vm_for(self.vmid, &self.node)?;
        // A suspended VM may be destroyed (check_lock passes over "suspended" there).
        if vm.conf.get("lock").is_some_and(|l| l != "suspended") {
            vm.check_lock()?;
        }
        if vm.conf.get("protection").is_some_and(|p| p == "1") {
            return Err(format!(
                "can't remove VM {} - protection mode enabled",
                self.vmid
            ));
        }
        if vm.is_running() {
            return Err(format!("VM {} is running - destroy failed", self.vmid));
        }
        let drives = vm.drives();
        for (_, drive) in drives {
            let Some(place) = world.place(&drive.file, &self.node) else {
                continue;
            };
            let used = world.volumes.iter().any(|(other, volume)| {
                (&other.storage, &other.node) == (&place.storage, &place.node)
                    && volume.parent.as_deref() == Some(&place.name)
            });
            // LVM-thin clones do not know their base any more.
            let named = world
                .storage(&place.storage)
                .is_ok_and(|s| s.kind != "lvmthin");
            if used && named {
                let base = &drive.file;
                return Err(format!(
                    "base volume '{base}' is still in use by linked cloned"
                ));
            }
        }
        Ok(Span::seconds(seconds))
    }

    fn finish(&mut self, world: &mut World, note: &mut Note) -> Result<(), String> {
        let vm = world.vm_for(self.vmid, &self.node)?.clone();
        for snapshot in vm.snapshots.values() {
            world.free_all(&snapshot.conf, self.vmid, &self.node);
        }
        world.free_all(&vm.conf, self.vmid, &self.node);
        let (vmid, node) = (self.vmid, self.node.clone());
        if self.unreferenced {
            world.volumes.retain(|place, volume| {
                let here = place.node.is_empty() || place.node == node;
                !(here && volume.content == "images" && volume.vmid == Some(vmid))
            });
        }
        if self.purge {
            note.say(format!("purging VM {vmid} from related configurations.."));
            world.ha.remove(&format!("vm:{vmid}"));
        }
        for pool in world.pools.values_mut() {
            pool.vms.remove(&vmid);
        }
        // The config goes last, "else we can have reuse race".
        world.vms.remove(&vmid);
        Ok(())
    }
}
