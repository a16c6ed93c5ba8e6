//! Backups and the removal of volumes.

use crate::jobs::{gib, notes};
use crate::storage::{Permit, Saved, Volume};
use crate::task::{Job, Note, Span};
use crate::world::World;

/// `vzdump` of one or more guests.
pub struct Vzdump {
    /// Guests, in order.
    pub vmids: Vec<u32>,
    /// Node.
    pub node: String,
    /// Target storage.
    pub storage: String,
    /// `notes-template`, with `{{guestname}}` and friends.
    pub notes: Option<String>,
    /// Protect the backup.
    pub protected: bool,
    /// `zstd`, `gzip`, `lzo` or nothing.
    pub compress: String,
    /// First line of the log.
    pub line: String,
    /// Guests that could not be backed up.
    pub failed: Vec<(u32, String)>,
    /// `keep-last` of the call or the storage; 0 = keep all.
    pub keep: usize,
}

impl Vzdump {
    fn name(&self, world: &World, vmid: u32, kind: &str) -> (String, String) {
        let when = stamp(world.unix());
        if kind == "pbs" {
            let (date, time) = (when[..10].replace('_', "-"), when[11..].replace('_', ":"));
            return (format!("backup/vm/{vmid}/{date}T{time}Z"), "pbs-vm".into());
        }
        let extension = match self.compress.as_str() {
            "zstd" => "vma.zst",
            "gzip" | "1" => "vma.gz",
            "lzo" => "vma.lzo",
            _ => "vma",
        };
        (
            format!("backup/vzdump-qemu-{vmid}-{when}.{extension}"),
            extension.into(),
        )
    }
}

impl Job for Vzdump {
    fn begin(&mut self, world: &mut World, note: &mut Note) -> Result<Span, String> {
        if let Err(fail) = world.usable_storage(&self.storage, &self.node) {
            let (id, text) = (&self.storage, fail.reason);
            return Err(format!(
                "could not activate storage '{id}': {text} could not get storage information for '{id}': {text}"
            ));
        }
        note.say(format!("INFO: starting new backup job: {}", self.line));
        let mut bytes = 0;
        for vmid in self.vmids.clone() {
            let reason = match world.vm_on(vmid, &self.node) {
                Err(_) => Some(format!("unable to find VM '{vmid}'")),
                Ok(vm) => vm.check_lock().err(),
            };
            if let Some(reason) = reason {
                self.failed.push((vmid, reason));
                continue;
            }
            note.say(format!("INFO: Starting Backup of VM {vmid} (qemu)"));
            let vm = world.vm_for(vmid, &self.node)?;
            vm.conf.insert("lock".into(), "backup".into());
            let drives = vm.drives();
            for (key, drive) in drives.iter().filter(|(_, d)| d.is_left_out()) {
                note.say(format!(
                    "INFO: exclude disk '{key}' '{}' (backup=no)",
                    drive.file
                ));
            }
            bytes += drives
                .iter()
                .filter(|(_, d)| !d.is_cdrom() && !d.is_left_out())
                .map(|(_, d)| d.size())
                .sum::<u64>();
        }
        let d = &world.durations;
        Ok(Span {
            seconds: d.vzdump + d.vzdump_per_gib * gib(bytes),
            bytes,
            ..Span::default()
        })
    }

    fn finish(&mut self, world: &mut World, note: &mut Note) -> Result<(), String> {
        let storage = world.storage(&self.storage).map_err(|f| f.reason)?.clone();
        for vmid in self.vmids.clone() {
            if self.failed.iter().any(|(id, _)| *id == vmid) {
                continue;
            }
            let vm = world.vm_for(vmid, &self.node)?;
            vm.conf.remove("lock");
            let vm = vm.clone();
            let held = world.volumes.iter().filter(|(p, v)| {
                p.storage == storage.id && v.content == "backup" && v.vmid == Some(vmid)
            });
            let limit = world.limits.max_backups;
            if limit > 0 && held.count() as u32 >= limit {
                self.failed.push((vmid, format!("There is a max backup limit of {limit} enforced by the storage, please try to remove some old backups manually.")));
                continue;
            }
            let (name, format) = self.name(world, vmid, &storage.kind);
            let size: u64 = vm
                .drives()
                .iter()
                .filter(|(_, d)| !d.is_cdrom() && !d.is_left_out())
                .map(|(_, d)| d.size())
                .sum();
            let mut volume = Volume::image(vmid, size / 3 + 4096, &format, world.unix());
            volume.content = "backup".into();
            volume.protected = self.protected;
            let guest = vm.conf.get("name").cloned().unwrap_or_default();
            let cluster = match world.cluster.as_str() {
                "" => "standalone node",
                name => name,
            };
            let known = [
                ("guestname", guest.as_str()),
                ("vmid", &vmid.to_string()),
                ("node", &self.node),
                ("cluster", cluster),
            ];
            volume.notes = self.notes.as_ref().map(|text| notes::written(text, &known));
            let mut conf = vm.conf.clone();
            conf.remove("parent");
            volume.saved = Some(Box::new(Saved {
                conf,
                firewall: vm.firewall.clone(),
            }));
            let node = if storage.shared {
                String::new()
            } else {
                self.node.clone()
            };
            let place = Permit {
                storage: storage.id.clone(),
                node,
                name,
            };
            note.say(format!("INFO: creating vzdump archive '{}'", place.name));
            world.volumes.insert(place, volume);
            note.say(format!("INFO: Finished Backup of VM {vmid} (00:00:07)"));
            self.prune(world, vmid, note);
        }
        for (vmid, reason) in &self.failed {
            note.say(format!("ERROR: Backup of VM {vmid} failed - {reason}"));
        }
        if self.failed.is_empty() {
            note.say("INFO: Backup job finished successfully");
            Ok(())
        } else {
            note.say("INFO: Backup job finished with errors");
            Err("job errors".into())
        }
    }

    fn abort(&mut self, world: &mut World) {
        for vmid in &self.vmids {
            if let Some(vm) = world.vms.get_mut(vmid)
                && vm.conf.get("lock").is_some_and(|l| l == "backup")
                && !self.failed.iter().any(|(id, _)| id == vmid)
            {
                vm.conf.remove("lock");
            }
        }
    }
}

impl Vzdump {
    /// The storage's own prune rule: oldest unprotected backups go.
    fn prune(&self, world: &mut World, vmid: u32, note: &mut Note) {
        if self.keep == 0 {
            return;
        }
        let mut held: Vec<(i64, Permit)> = world
            .volumes
            .iter()
            .filter(|(p, v)| {
                p.storage == self.storage
                    && v.content == "backup"
                    && v.vmid == Some(vmid)
                    && !v.protected
            })
            .map(|(p, v)| (v.ctime, p.clone()))
            .collect();
        held.sort();
        let excess = held.len().saturating_sub(self.keep);
        for (_, place) in held.into_iter().take(excess) {
            note.say(format!(
                "INFO: removing backup '{}:{}'",
                place.storage, place.name
            ));
            world.volumes.remove(&place);
        }
    }
}

/// `imgdel`.
pub struct RemoveVolume {
    /// Volume id.
    pub volid: String,
    /// Node.
    pub node: String,
}

impl Job for RemoveVolume {
    fn begin(&mut self, world: &mut World, _note: &mut Note) -> Result<Span, String> {
        let id = self.volid.split(':').next().unwrap_or_default();
        world.usable_storage(id, &self.node).map_err(|f| f.reason)?;
        if world
            .volume(&self.volid, &self.node)
            .is_some_and(|v| v.protected)
        {
            return Err(format!(
                "can't remove '{}': backup is protected",
                self.volid
            ));
        }
        Ok(Span::seconds(world.durations.imgdel))
    }

    fn finish(&mut self, world: &mut World, note: &mut Note) -> Result<(), String> {
        if world.volume(&self.volid, &self.node).is_none() {
            note.say(format!("disk image '{}' does not exist", self.volid));
        }
        world.free(&self.volid, &self.node);
        note.say(format!("Removed volume '{}'", self.volid));
        Ok(())
    }
}

/// `2026_11_23-00_33_54` in UTC, as vzdump names its archives.
fn stamp(unix: i64) -> String {
    let days = unix.div_euclid(86_400);
    let seconds = unix.rem_euclid(86_400);
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{year:04}_{month:02}_{day:02}-{hour:02}_{minute:02}_{second:02}")
}

/// Days since 1970 → year, month, day (Hinnant's algorithm).
fn civil(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let day = doy - (153 * mp + 2) / 5 + 1;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    (yoe + era * 400 + i64::from(month <= 2), month, day)
}
