//! Resize, disk moves, conversion to a template.

use crate::drive::{Drive, format_size, parse_size};
use crate::jobs::{gib, storage_lock, storage_resource};
use crate::task::{Job, Note, Span};
use crate::world::World;

/// `resize`.
pub struct Resize {
    /// VM.
    pub vmid: u32,
    /// Its node.
    pub node: String,
    /// Drive key.
    pub disk: String,
    /// New size, or with a leading plus how much more.
    pub size: String,
}

impl Resize {
    /// Checks, and answers the drive and its new size in bytes.
    fn plan(&self, world: &mut World) -> Result<(Drive, u64), String> {
        let vm = world.vm_for(self.vmid, &self.node)?;
        vm.check_lock()?;
        let text = vm.conf.get(&self.disk).cloned();
        let drive = text.and_then(|t| Drive::parse(&t));
        let drive = drive.ok_or_else(|| format!("disk '{}' does not exist", self.disk))?;
        if drive.is_cdrom() {
            return Err("you can't resize a cdrom".into());
        }
        let volume = world.volume(&drive.file, &self.node);
        let old = volume.map(|v| v.size).ok_or_else(|| {
            format!(
                "Could not determine current size of volume '{}'",
                drive.file
            )
        })?;
        let (relative, text) = match self.size.strip_prefix('+') {
            Some(more) => (true, more),
            None => (false, self.size.as_str()),
        };
        let asked = parse_size(text).ok_or("invalid size string")?;
        let new = if relative { old + asked } else { asked };
        if new < old {
            return Err("shrinking disks is not supported".into());
        }
        Ok((drive, new))
    }
}

impl Job for Resize {
    fn begin(&mut self, world: &mut World, _note: &mut Note) -> Result<Span, String> {
        let seconds = world.durations.resize;
        self.plan(world).map(|_| Span::seconds(seconds))
    }

    fn finish(&mut self, world: &mut World, note: &mut Note) -> Result<(), String> {
        let (mut drive, size) = self.plan(world)?;
        let place = world.place(&drive.file, &self.node);
        let volume = place.and_then(|p| world.volumes.get_mut(&p));
        if let Some(volume) = volume.filter(|v| v.size != size) {
            volume.size = size;
            note.say("Image resized.");
        }
        drive.options.insert("size".into(), format_size(size));
        let vm = world.vm_for(self.vmid, &self.node)?;
        vm.conf.insert(self.disk.clone(), drive.print());
        Ok(())
    }
}

/// `qmmove`.
pub struct MoveDisk {
    /// VM.
    pub vmid: u32,
    /// Its node.
    pub node: String,
    /// Drive key.
    pub disk: String,
    /// Target storage.
    pub storage: String,
    /// Remove the old volume.
    pub delete: bool,
}

impl Job for MoveDisk {
    fn begin(&mut self, world: &mut World, note: &mut Note) -> Result<Span, String> {
        let vm = world.vm_for(self.vmid, &self.node)?;
        vm.check_lock()?;
        let text = vm.conf.get(&self.disk).cloned();
        let drive = text.and_then(|t| Drive::parse(&t));
        let drive = drive.ok_or_else(|| format!("disk '{}' does not exist", self.disk))?;
        storage_lock(world, &self.storage, &self.node)?;
        let storage = world
            .usable_storage(&self.storage, &self.node)
            .map_err(|f| f.reason)?;
        let uses = vec![storage_resource(storage, &self.node)];
        let size = world.volume(&drive.file, &self.node).map_or(0, |v| v.size);
        note.say(format!(
            "create full clone of drive {} ({})",
            self.disk, drive.file
        ));
        let d = &world.durations;
        Ok(Span {
            seconds: d.move_disk + d.move_per_gib * gib(size),
            uses,
            bytes: size,
        })
    }

    fn finish(&mut self, world: &mut World, _note: &mut Note) -> Result<(), String> {
        let vm = world.vm_for(self.vmid, &self.node)?;
        let text = vm.conf.get(&self.disk).cloned();
        let mut drive = text
            .and_then(|t| Drive::parse(&t))
            .ok_or("drive vanished")?;
        let old = drive.file.clone();
        let volume = world.volume(&old, &self.node).cloned();
        let size = volume.map_or(0, |v| v.size);
        let stem = if drive.is_cloudinit() {
            "cloudinit"
        } else {
            "disk"
        };
        drive.file = world.allocate(&self.storage, &self.node, self.vmid, stem, size, None)?;
        drive.options.insert("size".into(), format_size(size));
        if self.delete {
            world.free(&old, &self.node);
        }
        let vm = world.vm_for(self.vmid, &self.node)?;
        vm.conf.insert(self.disk.clone(), drive.print());
        if !self.delete {
            let free = (0..256)
                .map(|n| format!("unused{n}"))
                .find(|k| !vm.conf.contains_key(k));
            if let Some(key) = free {
                vm.conf.insert(key, old);
            }
        }
        Ok(())
    }
}

/// `qmtemplate`.
pub struct MakeTemplate {
    /// VM.
    pub vmid: u32,
    /// Its node.
    pub node: String,
}

impl Job for MakeTemplate {
    fn begin(&mut self, world: &mut World, _note: &mut Note) -> Result<Span, String> {
        world.vm_for(self.vmid, &self.node)?.check_lock()?;
        Ok(Span::seconds(0.5))
    }

    fn finish(&mut self, world: &mut World, _note: &mut Note) -> Result<(), String> {
        let vm = world.vm_for(self.vmid, &self.node)?.clone();
        for (key, mut drive) in vm.drives() {
            if drive.is_cdrom() {
                continue;
            }
            let Some(place) = world.place(&drive.file, &self.node) else {
                continue;
            };
            let Some(volume) = world.volumes.remove(&place) else {
                continue;
            };
            let mut base = place.clone();
            base.name = place.name.replace(
                &format!("vm-{}-", self.vmid),
                &format!("base-{}-", self.vmid),
            );
            drive.file = format!("{}:{}", base.storage, base.name);
            world.volumes.insert(base, volume);
            world
                .vm_for(self.vmid, &self.node)?
                .conf
                .insert(key, drive.print());
        }
        world
            .vm_for(self.vmid, &self.node)?
            .conf
            .insert("template".into(), "1".into());
        Ok(())
    }
}
