//! `qmigrate`.

use crate::drive::Drive;
use crate::jobs::gib;
use crate::task::{Job, Note, Resource, Span};
use crate::vm::Vm;
use crate::world::World;

/// A migration.
pub struct Migrate {
    /// VM.
    pub vmid: u32,
    /// From.
    pub node: String,
    /// To.
    pub target: String,
    /// Storage at the target; None = the same ids.
    pub storage: Option<String>,
    /// Local disks of a running VM may move too.
    pub with_local_disks: bool,
}

impl Migrate {
    /// Volumes that have to be copied: (drive key, drive). What is shared stays where it is, whatever target storage is
    /// named (PVE::QemuMigrate, `scan_local_volumes`).
    fn local(&self, world: &World) -> Vec<(String, Drive)> {
        let Some(vm) = world.vms.get(&self.vmid) else {
            return Vec::new();
        };
        let local = |drive: &Drive| {
            let storage = drive.storage().and_then(|id| world.storage(id).ok());
            storage.is_some_and(|s| !s.shared)
        };
        vm.drives().into_iter().filter(|(_, d)| local(d)).collect()
    }

    /// Devices of the node that keep the VM there (`check_local_resources`).
    fn devices(vm: &Vm) -> Vec<&str> {
        let of_node = |(key, value): &(&String, &String)| {
            let stem = key.trim_end_matches(|c: char| c.is_ascii_digit());
            match stem {
                "hostpci" | "usb" => !value.contains("mapping=") && !value.contains("spice"),
                "serial" => value.as_str() != "socket",
                "parallel" | "virtiofs" => true,
                _ => key.as_str() == "ivshmem",
            }
        };
        let found = vm.conf.iter().filter(of_node);
        found.map(|(key, _)| key.as_str()).collect()
    }

    /// A shared storage must be configured for the target; whether it is up there nobody looks.
    fn misses(&self, world: &World, vm: &Vm) -> Option<String> {
        let shared = |drive: &Drive| -> Option<String> {
            let storage = world.storage(drive.storage()?).ok()?;
            let there = storage.nodes.is_empty() || storage.nodes.contains(&self.target);
            (storage.shared && !there).then(|| storage.id.clone())
        };
        vm.drives().iter().find_map(|(_, drive)| shared(drive))
    }

    fn target_storage(&self, drive: &Drive) -> String {
        let own = drive.storage().unwrap_or_default();
        match self.storage.as_deref() {
            None | Some("1") => own.to_owned(),
            // `a:b` pairs map, a single id takes everything.
            Some(text) => {
                let mut single = None;
                for pair in text.split([',', ' ', ';']) {
                    match pair.split_once(':') {
                        Some((from, to)) if from == own => return to.to_owned(),
                        Some(_) => {}
                        None => single = Some(pair.to_owned()),
                    }
                }
                single.unwrap_or_else(|| own.to_owned())
            }
        }
    }
}

impl Job for Migrate {
    fn begin(&mut self, world: &mut World, note: &mut Note) -> Result<Span, String> {
        let vm = world.vm_for(self.vmid, &self.node)?;
        vm.check_lock()?;
        let vm = vm.clone();
        note.say(format!(
            "starting migration of VM {} to node '{}'",
            self.vmid, self.target
        ));
        let target = world.node(&self.target).cloned().unwrap_or_default();
        if !target.online {
            return Err(aborted(note, "Can't connect to destination address"));
        }
        let devices = Self::devices(&vm);
        if !devices.is_empty() {
            let text = format!(
                "can't migrate VM which uses local devices: {}",
                devices.join(", ")
            );
            return Err(aborted(note, &text));
        }
        if let Some(id) = self.misses(world, &vm) {
            let text = format!("storage '{id}' is not available on node '{}'", self.target);
            return Err(aborted(note, &text));
        }
        let mut bytes = 0;
        for (key, drive) in self.local(world) {
            let Some(volume) = world.volume(&drive.file, &self.node).cloned() else {
                return Err(aborted(
                    note,
                    &format!("volume '{}' does not exist", drive.file),
                ));
            };
            if volume.content == "iso" {
                return Err(aborted(
                    note,
                    &format!("can't migrate local cdrom '{}'", drive.file),
                ));
            }
            // LVM-thin could copy it; here all kinds of storage refuse alike.
            if let Some(parent) = &volume.parent {
                return Err(aborted(
                    note,
                    &format!(
                        "can't migrate '{}' as it's a clone of '{parent}'",
                        drive.file
                    ),
                ));
            }
            if !vm.snapshots.is_empty() && volume.format == "raw" {
                return Err(aborted(
                    note,
                    &format!("non-migratable snapshot exists on '{}'", drive.file),
                ));
            }
            if vm.is_running() && !self.with_local_disks && !drive.is_cloudinit() {
                return Err(aborted(
                    note,
                    &format!(
                        "can't migrate local disk '{}': can't live migrate attached local disks without with-local-disks option",
                        drive.file
                    ),
                ));
            }
            let id = self.target_storage(&drive);
            world
                .usable_storage(&id, &self.target)
                .map_err(|f| aborted(note, &f.reason))?;
            note.say(format!(
                "found local disk '{}' (attached as {key})",
                drive.file
            ));
            bytes += volume.size;
        }
        world
            .vm_for(self.vmid, &self.node)?
            .conf
            .insert("lock".into(), "migrate".into());
        let d = &world.durations;
        Ok(Span {
            seconds: d.migrate + d.migrate_per_gib * gib(bytes),
            uses: vec![
                Resource::Node(self.node.clone()),
                Resource::Node(self.target.clone()),
            ],
            bytes: 0,
        })
    }

    fn finish(&mut self, world: &mut World, note: &mut Note) -> Result<(), String> {
        if world.node(&self.target).is_none_or(|n| !n.online) {
            return Err(aborted(note, "Can't connect to destination address"));
        }
        for (key, mut drive) in self.local(world) {
            let volume = world.volume(&drive.file, &self.node).cloned();
            let Some(volume) = volume else { continue };
            let id = self.target_storage(&drive);
            let stem = if drive.is_cloudinit() {
                "cloudinit"
            } else {
                "disk"
            };
            let old = drive.file.clone();
            drive.file = world.allocate(&id, &self.target, self.vmid, stem, volume.size, None)?;
            world.free(&old, &self.node);
            world
                .vm_for(self.vmid, &self.node)?
                .conf
                .insert(key, drive.print());
        }
        let vm = world.vm_for(self.vmid, &self.node)?;
        vm.conf.remove("lock");
        vm.node = self.target.clone();
        note.say("migration finished successfully (duration 00:00:10)");
        Ok(())
    }

    fn abort(&mut self, world: &mut World) {
        if let Some(vm) = world.vms.get_mut(&self.vmid)
            && vm.conf.get("lock").is_some_and(|l| l == "migrate")
        {
            vm.conf.remove("lock");
        }
    }
}

/// The reason stands in the log; the exit status says no more than this.
fn aborted(note: &mut Note, text: &str) -> String {
    note.say(format!(
        "ERROR: Problem found while scanning volumes - {text}"
    ));
    "migration aborted".into()
}
