//! ISO images: what a storage offers, and one at a time in a drive of the VM.

use crate::model::{Failure, StepResult, Verdict};
use crate::pve::{Bus, Change, DiskConfig, DiskSlot, StorageContent, VmConfig, WhichContent};
use crate::vm::Vm;

/// Where a drive is made for an image: the slots that every machine type of Proxmox's boots from, the usual one first.
const SLOTS: [DiskSlot; 4] = [
    DiskSlot {
        bus: Bus::Ide,
        index: 2,
    },
    DiskSlot {
        bus: Bus::Ide,
        index: 0,
    },
    DiskSlot {
        bus: Bus::Ide,
        index: 3,
    },
    DiskSlot {
        bus: Bus::Ide,
        index: 1,
    },
];
/// Whether a drive's property string can carry a volume: a comma ends it, an equals sign makes the part before it a key
/// (PVE::JSONSchema, `parse_property_string`), and a line of a configuration has no control characters.
fn fits_a_drive(volid: &str) -> bool {
    !volid.contains([',', '=']) && !volid.chars().any(char::is_control)
}

/// An empty tray.
const EMPTY: &str = "none";

impl Vm {
    /// The images on the product's storage as the VM's node sees it, by name.
    pub async fn isos(&self) -> Result<Vec<StorageContent>, Failure> {
        let storage = self.plan.iso_storage.clone().ok_or_else(|| {
            Failure::person("No storage for ISO images is chosen on the product's tab Module Settings (without JavaScript: Other).")
        })?;
        let node = self.node()?;
        let listed = self
            .cluster
            .api
            .storage_content(&node, &storage, &WhichContent::kind("iso"))
            .await;
        let mut found = listed?;
        found.retain(|volume| volume.content == "iso" && fits_a_drive(&volume.volid));
        found.sort_by_key(|volume| volume.file_name().to_lowercase());
        Ok(found)
    }

    /// The image that is in a drive, as its volume.
    pub async fn mounted(&mut self) -> Result<Option<String>, Failure> {
        self.observed = None;
        let config = self.observe().await?;
        Ok(inserted(&config)
            .next()
            .map(|(_, disk)| disk.volume().to_owned()))
    }

    /// Whether the mounted image is in a drive that a running guest gets with its next start only: Proxmox cannot plug an
    /// IDE or SATA drive into it (PVE::QemuServer, `vm_deviceplug`).
    pub async fn image_waits_for_start(&self) -> Result<bool, Failure> {
        if self.record.iso_drive.is_empty() {
            return Ok(false);
        }
        let pending = self.guest()?.pending().await?;
        Ok(pending.iter().any(|entry| {
            entry.key == self.record.iso_drive && entry.value.is_none() && entry.pending.is_some()
        }))
    }

    /// Puts an image into the VM: into an empty tray where it has one, else into a drive made for it. `Skipped`: it is in.
    pub async fn mount_iso(&mut self, volid: &str) -> StepResult {
        self.observed = None;
        let config = self.observe().await?;
        if let Some((_, disk)) = inserted(&config).next() {
            if disk.volume() == volid {
                return Ok(Verdict::Skipped(crate::model::Skip::NoChange));
            }
            return Err(Failure::person(format!(
                "{} is in a drive of the VM already; unmount it first.",
                disk.volume()
            ))
            .into());
        }
        let tray = config.cdroms().next().map(|(slot, _)| slot);
        let free = || {
            SLOTS
                .into_iter()
                .find(|slot| !config.drives.contains_key(slot))
                .or_else(|| config.free_slot(Bus::Sata))
        };
        let Some(slot) = tray.or_else(free) else {
            return Err(Failure::person(
                "The VM has no free drive for an image: all its IDE and SATA slots are in use.",
            )
            .into());
        };
        if tray.is_none() {
            // Stored before the drive is made: unmounting must know that it was made for the image.
            self.record.iso_drive = slot.to_string();
            self.keep().await?;
        }
        let volid = volid.to_owned();
        self.reconcile(move |_, config| {
            let mut disk = config
                .disk(slot)
                .cloned()
                .unwrap_or_else(|| DiskConfig::new(EMPTY));
            if disk.volume() == volid {
                return Change::new();
            }
            disk.set_volume(&volid);
            disk.set_cdrom();
            Change::new().set(slot, disk)
        })
        .await
    }

    /// Takes every image out of the VM; a drive that was made for one goes with it. A running guest loses the medium at
    /// once, and the drive with its next start.
    pub async fn unmount_iso(&mut self) -> StepResult {
        self.observed = None;
        let emptied = self
            .reconcile(|_, config| {
                inserted(config).fold(Change::new(), |change, (slot, disk)| {
                    let mut disk = disk.clone();
                    disk.set_volume(EMPTY);
                    // The size is the image's.
                    disk.remove("size");
                    change.set(slot, disk)
                })
            })
            .await?;
        if self.record.iso_drive.is_empty() {
            return Ok(emptied);
        }
        let made = self.record.iso_drive.clone();
        self.reconcile(move |_, config| {
            let slot = made.parse().ok();
            let tray = slot.and_then(|slot: DiskSlot| config.disk(slot));
            match tray {
                Some(disk) if disk.is_cdrom() && !disk.is_cloudinit() => {
                    Change::new().delete(&made)
                }
                _ => Change::new(),
            }
        })
        .await?;
        self.record.iso_drive.clear();
        self.keep().await?;
        Ok(Verdict::Done)
    }
}

/// Drives with an image in them; the cloud-init drive and the node's own drive are none of them.
fn inserted(config: &VmConfig) -> impl Iterator<Item = (DiskSlot, &DiskConfig)> {
    config.cdroms().filter(|(_, disk)| disk.storage().is_some())
}
