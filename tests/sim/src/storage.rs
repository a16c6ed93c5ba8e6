//! Storages and the volumes on them.

use crate::drive::Drive;
use crate::fail::Fail;
use crate::scenario::StorageData;
use crate::vm::{Conf, drives};
use crate::world::World;
use serde_json::{Value, json};

/// Where a volume is: storage, node (empty on shared storages), name within the storage.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Permit {
    /// Storage id.
    pub storage: String,
    /// Node; empty when the storage is shared.
    pub node: String,
    /// Name after the colon of the volume id.
    pub name: String,
}

/// A volume: disk image, ISO or backup.
#[derive(Clone, Debug)]
pub struct Volume {
    /// Bytes.
    pub size: u64,
    /// `raw`, `qcow2`, `iso`, `vma.zst`, `pbs-vm` …
    pub format: String,
    /// `images`, `iso` or `backup`.
    pub content: String,
    /// VM it belongs to.
    pub vmid: Option<u32>,
    /// Unix time of its making.
    pub ctime: i64,
    /// Base image of a linked clone (name within the storage).
    pub parent: Option<String>,
    /// Notes of a backup.
    pub notes: Option<String>,
    /// Protected backup.
    pub protected: bool,
    /// Configuration and firewall inside a backup.
    pub saved: Option<Box<Saved>>,
}

/// What a backup holds.
#[derive(Clone, Debug)]
pub struct Saved {
    /// The VM's configuration.
    pub conf: Conf,
    /// Its firewall.
    pub firewall: crate::firewall::Firewall,
}

impl Volume {
    /// A disk image.
    pub fn image(vmid: u32, size: u64, format: &str, ctime: i64) -> Volume {
        Volume {
            size,
            format: format.to_owned(),
            content: "images".into(),
            vmid: Some(vmid),
            ctime,
            parent: None,
            notes: None,
            protected: false,
            saved: None,
        }
    }
}

/// True when images are files in a directory per VM.
pub fn keeps_files(kind: &str) -> bool {
    matches!(kind, "dir" | "nfs" | "cifs" | "cephfs" | "btrfs")
}

impl World {
    /// A storage's definition.
    pub fn storage(&self, id: &str) -> Result<&StorageData, Fail> {
        self.storages
            .iter()
            .find(|s| s.id == id)
            .ok_or_else(|| Fail::internal(format!("storage '{id}' does not exist")))
    }

    /// As [`World::storage`], and usable on `node` right now.
    pub fn usable_storage(&self, id: &str, node: &str) -> Result<&StorageData, Fail> {
        let storage = self.storage(id)?;
        if storage.disabled {
            return Err(Fail::internal(format!("storage '{id}' is disabled")));
        }
        if !storage.nodes.is_empty() && !storage.nodes.iter().any(|n| n == node) {
            let text = format!("storage '{id}' is not available on node '{node}'");
            return Err(Fail::internal(text));
        }
        if !self.is_up(storage, node) {
            return Err(Fail::internal(format!("storage '{id}' is not online")));
        }
        Ok(storage)
    }

    /// Whether a storage can be used on a node now.
    pub fn is_up(&self, storage: &StorageData, node: &str) -> bool {
        storage.online
            && !storage.disabled
            && !self.offline_storages.contains(&storage.id)
            && !storage.down_on.iter().any(|down| down == node)
    }

    /// The place of a volume id as seen from `node`; a linked clone's base prefix is cut off.
    pub fn place(&self, volid: &str, node: &str) -> Option<Permit> {
        let (id, name) = volid.split_once(':')?;
        let storage = self.storages.iter().find(|s| s.id == id)?;
        let name = match name.split('/').collect::<Vec<_>>()[..] {
            // `9001/base-9001-disk-0.qcow2/2000/vm-2000-disk-0.qcow2`; a backup server's names have four parts too.
            [_, base, own, file] if base.starts_with("base-") => format!("{own}/{file}"),
            [base, file] if base.starts_with("base-") => file.to_owned(),
            _ => name.to_owned(),
        };
        let node = if storage.shared { "" } else { node };
        Some(Permit {
            storage: id.to_owned(),
            node: node.to_owned(),
            name,
        })
    }

    /// A volume by id.
    pub fn volume(&self, volid: &str, node: &str) -> Option<&Volume> {
        self.place(volid, node).and_then(|p| self.volumes.get(&p))
    }

    /// Makes a new disk image and answers its volume id.
    ///
    /// `stem` is `disk` or `cloudinit`; `parent` makes a linked clone.
    pub fn allocate(
        &mut self,
        id: &str,
        node: &str,
        vmid: u32,
        stem: &str,
        size: u64,
        parent: Option<&str>,
    ) -> Result<String, String> {
        let storage = self.usable_storage(id, node).map_err(|f| f.reason)?.clone();
        if !storage.content.split(',').any(|c| c == "images") {
            return Err(format!(
                "storage '{id}' does not support content-type 'images'"
            ));
        }
        let free = self.available(&storage, node);
        // Thin volumes and sparse files may promise more than there is.
        if parent.is_none() && size > free && storage.kind == "lvm" {
            return Err(format!(
                "not enough free space ({free} < {size}) on storage '{id}'"
            ));
        }
        let files = keeps_files(&storage.kind);
        let format = if files { "qcow2" } else { "raw" };
        let extension = if files { ".qcow2" } else { "" };
        let directory = if files {
            format!("{vmid}/")
        } else {
            String::new()
        };
        let name_of = |n: u32| match stem {
            "cloudinit" => format!("{directory}vm-{vmid}-cloudinit{extension}"),
            _ => format!("{directory}vm-{vmid}-{stem}-{n}{extension}"),
        };
        let mut number = 0;
        let node_key = if storage.shared { "" } else { node };
        let place = loop {
            let place = Permit {
                storage: id.to_owned(),
                node: node_key.to_owned(),
                name: name_of(number),
            };
            if stem == "cloudinit" || !self.volumes.contains_key(&place) {
                break place;
            }
            number += 1;
        };
        let mut volume = Volume::image(vmid, size, format, self.unix());
        volume.parent = parent.map(str::to_owned);
        let name = place.name.clone();
        self.volumes.insert(place, volume);
        Ok(match parent {
            // Directory and ZFS storages name the base image in the clone's volume id, LVM-thin does not.
            Some(base) if files || storage.kind == "zfspool" => format!("{id}:{base}/{name}"),
            _ => format!("{id}:{name}"),
        })
    }

    /// Removes a volume; absent is fine.
    pub fn free(&mut self, volid: &str, node: &str) {
        if let Some(place) = self.place(volid, node) {
            self.volumes.remove(&place);
        }
    }

    /// Every image on any storage that belongs to the VM's disks, unused ones included.
    pub fn free_all(&mut self, conf: &Conf, vmid: u32, node: &str) {
        for (_, drive) in drives(conf) {
            if self
                .volume(&drive.file, node)
                .is_some_and(|v| v.vmid == Some(vmid))
            {
                self.free(&drive.file, node);
            }
        }
        for (_, volid) in conf
            .iter()
            .filter(|(k, _)| k.starts_with("unused") || *k == "vmstate")
        {
            self.free(volid, node);
        }
    }

    /// Registers the volumes that a configuration names (scenario VMs).
    pub fn adopt_volumes(&mut self, conf: &Conf, vmid: u32, node: &str) {
        for (_, drive) in drives(conf) {
            let Some(place) = self.place(&drive.file, node) else {
                continue;
            };
            if drive.is_cdrom() && !drive.is_cloudinit() {
                continue;
            }
            let size = if drive.is_cloudinit() {
                4 << 20
            } else {
                drive.size()
            };
            let format = if place.name.ends_with(".qcow2") {
                "qcow2"
            } else {
                "raw"
            };
            let ctime = self.unix();
            let volume = Volume::image(vmid, size, format, ctime);
            self.volumes.entry(place).or_insert(volume);
        }
    }

    /// Bytes used on a storage, as seen from `node`.
    pub fn used(&self, storage: &StorageData, node: &str) -> u64 {
        let node = if storage.shared { "" } else { node };
        let held: u64 = self
            .volumes
            .iter()
            .filter(|(place, _)| place.storage == storage.id && place.node == node)
            .map(|(_, v)| {
                if v.parent.is_some() {
                    v.size / 10
                } else {
                    v.size
                }
            })
            .sum();
        storage.used + held
    }

    /// Bytes free on a storage.
    pub fn available(&self, storage: &StorageData, node: &str) -> u64 {
        storage.total.saturating_sub(self.used(storage, node))
    }

    /// One storage as `/nodes/{node}/storage` shows it.
    pub fn storage_json(&self, storage: &StorageData, node: &str) -> Value {
        let active = self.is_up(storage, node);
        let mut row = json!({
            "storage": storage.id, "type": storage.kind, "content": storage.content,
            "shared": storage.shared as u8, "enabled": !storage.disabled as u8, "active": active as u8,
        });
        if active {
            let used = self.used(storage, node);
            row["total"] = storage.total.into();
            row["used"] = used.into();
            row["avail"] = storage.total.saturating_sub(used).into();
            row["used_fraction"] = (used as f64 / storage.total.max(1) as f64).into();
        } else {
            row["total"] = 0.into();
            row["used"] = 0.into();
            row["avail"] = 0.into();
        }
        row
    }

    /// Re-reads a drive's size from its volume, as every config change does.
    pub fn with_size(&self, drive: &mut Drive, node: &str) {
        if let Some(volume) = self.volume(&drive.file, node)
            && volume.content == "images"
        {
            let text = crate::drive::format_size(volume.size);
            drive.options.insert("size".into(), text);
        }
    }
}
