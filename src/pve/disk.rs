//! Disks: where they hang and what is said about them.

use super::lenient::flag_text;
use super::{PropertyString, Size};
use std::fmt;
use std::str::FromStr;

/// The words that Proxmox takes as an image's format (PVE::QemuServer::Drive, `$QEMU_FORMAT_RE`).
const IMAGE_FORMATS: [&str; 7] = ["raw", "cow", "qcow", "qcow2", "qed", "vmdk", "cloop"];

/// The kind of controller. The order is the one in which Proxmox walks a VM's drives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bus {
    /// `ide0` to `ide3`.
    Ide,
    /// `scsi0` to `scsi30`.
    Scsi,
    /// `virtio0` to `virtio15`.
    Virtio,
    /// `sata0` to `sata5`.
    Sata,
}

impl Bus {
    /// Every bus, in Proxmox's order.
    pub const ALL: [Bus; 4] = [Bus::Ide, Bus::Scsi, Bus::Virtio, Bus::Sata];

    /// The word before the number.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ide => "ide",
            Self::Scsi => "scsi",
            Self::Virtio => "virtio",
            Self::Sata => "sata",
        }
    }

    /// How many slots it has.
    pub fn slots(self) -> u8 {
        match self {
            Self::Ide => 4,
            Self::Scsi => 31,
            Self::Virtio => 16,
            Self::Sata => 6,
        }
    }
}

/// A drive's place, such as `scsi0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DiskSlot {
    /// Its bus.
    pub bus: Bus,
    /// Its number there.
    pub index: u8,
}

impl fmt::Display for DiskSlot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.bus.as_str(), self.index)
    }
}

/// The text names no drive slot.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no drive slot such as scsi0")]
pub struct BadSlot(pub String);

impl FromStr for DiskSlot {
    type Err = BadSlot;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || BadSlot(text.to_owned());
        let find = |bus: &Bus| text.strip_prefix(bus.as_str()).map(|digits| (*bus, digits));
        let (bus, digits) = Bus::ALL.iter().find_map(find).ok_or_else(bad)?;
        let index: u8 = digits.parse().map_err(|_| bad())?;
        // Parsed and printed must agree: `scsi00` and `scsi+1` are no keys of a config.
        if index >= bus.slots() || index.to_string() != digits {
            return Err(bad());
        }
        Ok(Self { bus, index })
    }
}

/// What a config says of a drive. Keys that we do not know stay where they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiskConfig(pub(super) PropertyString);

impl DiskConfig {
    /// A drive on an existing volume, or `storage:size` in GiB to have one made.
    pub fn new(volume: &str) -> Self {
        let mut list = PropertyString::default();
        list.lead(None, volume);
        Self(list)
    }

    /// Reads a config's value.
    pub fn parse(text: &str) -> Self {
        Self(PropertyString::parse(text))
    }

    /// The volume, `storage:path`; `none` for an empty drive.
    pub fn volume(&self) -> &str {
        self.0.get_default("file").unwrap_or_default()
    }

    /// The storage that holds the volume, where there is one.
    pub fn storage(&self) -> Option<&str> {
        let (storage, _) = self.volume().split_once(':')?;
        (!storage.is_empty() && !storage.starts_with('/')).then_some(storage)
    }

    /// Another volume in the same drive, everything else kept.
    pub fn set_volume(&mut self, volume: &str) {
        self.0.drop_lead(&["file"]);
        self.0.lead(None, volume);
    }

    /// Its size, where the config states it.
    pub fn size(&self) -> Option<Size> {
        self.0.get("size")?.parse().ok()
    }

    /// What would take from the guest what it was sold: writes that are forgotten when it stops, or none at all.
    pub fn make_lasting(&mut self) {
        for key in ["snapshot", "ro"] {
            if self.flag(key) == Some(true) {
                self.0.remove(key);
            }
        }
    }

    /// Whether backups leave the disk out.
    pub fn is_left_out_of_backups(&self) -> bool {
        self.flag("backup") == Some(false)
    }

    /// Has backups hold the disk.
    pub fn put_into_backups(&mut self) {
        if self.is_left_out_of_backups() {
            self.0.remove("backup");
        }
    }

    fn flag(&self, key: &str) -> Option<bool> {
        self.0.get(key).and_then(flag_text)
    }

    /// What stands here and not in `other`, as written.
    pub fn beyond(&self, other: &Self) -> Vec<String> {
        self.0.beyond(&other.0)
    }

    /// Whether it is a device or file of its node, on no storage of Proxmox's.
    pub fn is_path(&self) -> bool {
        self.volume().starts_with('/')
    }

    /// `media=`, where it is stated.
    pub fn media(&self) -> Option<&str> {
        self.0.get("media")
    }

    /// Marks the drive as a CD-ROM.
    pub fn set_cdrom(&mut self) {
        self.0.set("media", "cdrom");
    }

    /// Whether it is the cloud-init drive, by the rule of `drive_is_cloudinit` in qemu-server: the volume's last part
    /// is `cloudinit` or `vm-N-cloudinit`, an image format's extension aside. An image named `cloudinit.iso` is none.
    pub fn is_cloudinit(&self) -> bool {
        let last = self.volume().rsplit([':', '/']).next().unwrap_or_default();
        let stem = match last.split_once('.') {
            Some((stem, format)) if IMAGE_FORMATS.contains(&format) => stem,
            _ => last,
        };
        let after_vm = stem
            .strip_prefix("vm-")
            .and_then(|rest| rest.split_once('-'));
        stem == "cloudinit"
            || after_vm.is_some_and(|(number, name)| {
                let digits = number.bytes().all(|b| b.is_ascii_digit());
                name == "cloudinit" && !number.is_empty() && digits
            })
    }

    /// Whether it is a CD-ROM of the guest: an ISO image, an empty tray, the cloud-init drive.
    pub fn is_cdrom(&self) -> bool {
        self.media() == Some("cdrom") || self.is_cloudinit()
    }

    /// The format for another disk beside this one: the extension of the volume's name where Proxmox takes that word
    /// as a format, else `raw` (block storages have no extension).
    pub fn sibling_format(&self) -> &'static str {
        match self
            .volume()
            .rsplit_once('.')
            .map(|(_, extension)| extension)
        {
            Some("qcow2") => "qcow2",
            Some("vmdk") => "vmdk",
            _ => "raw",
        }
    }

    /// Sets any other key.
    pub fn set(&mut self, key: &str, value: &str) {
        self.0.set(key, value);
    }

    /// Removes any other key.
    pub fn remove(&mut self, key: &str) {
        self.0.remove(key);
    }
}

impl fmt::Display for DiskConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pve::DiskLimits;

    #[test]
    fn a_recorded_disk_reads_and_prints() {
        let text = "vmstore:2001/vm-2001-disk-0.qcow2,iops_rd=500,iops_wr=500,mbps_rd=100,mbps_wr=100,size=4G";
        let mut disk = DiskConfig::parse(text);
        assert_eq!(disk.to_string(), text);
        assert_eq!(disk.storage(), Some("vmstore"));
        assert_eq!(disk.size(), Some(Size::gib(4)));
        assert_eq!(disk.sibling_format(), "qcow2");
        let limits = DiskLimits {
            mbps_rd: Some(12.5),
            mbps_wr: None,
            iops_rd: Some(300),
            iops_wr: None,
        };
        disk.set_limits(&limits);
        assert_eq!(
            disk.to_string(),
            "vmstore:2001/vm-2001-disk-0.qcow2,iops_rd=300,mbps_rd=12.5,size=4G"
        );
        assert_eq!(disk.limits(), limits);
    }

    #[test]
    fn a_disk_that_is_sold_keeps_what_is_written_and_is_backed_up() {
        let mut disk = DiskConfig::parse("s:d,backup=0,snapshot=on,ro=1,ssd=1");
        disk.make_lasting();
        assert!(disk.is_left_out_of_backups());
        disk.put_into_backups();
        assert_eq!(disk.to_string(), "s:d,ssd=1");
        let mut kept = DiskConfig::parse("s:d,backup=1,snapshot=0");
        kept.make_lasting();
        kept.put_into_backups();
        assert_eq!(kept.to_string(), "s:d,backup=1,snapshot=0");
    }

    #[test]
    fn cloudinit_drives_and_cdroms_are_told_from_data() {
        let is = |text: &str| {
            let disk = DiskConfig::parse(text);
            (disk.is_cloudinit(), disk.is_cdrom())
        };
        assert_eq!(
            is("vmstore:2001/vm-2001-cloudinit.qcow2,media=cdrom"),
            (true, true)
        );
        assert_eq!(
            is("local-lvm:vm-2001-cloudinit,media=cdrom,size=4M"),
            (true, true)
        );
        assert_eq!(is("local-lvm:cloudinit"), (true, true));
        assert_eq!(is("local:iso/debian.iso,media=cdrom"), (false, true));
        assert_eq!(is("none,media=cdrom"), (false, true));
        assert_eq!(is("local-lvm:vm-2001-disk-0,size=4G"), (false, false));
        assert_eq!(is("local-lvm:vm-x-cloudinit,size=4G"), (false, false));
        for image in ["cloudinit.iso", "vm-2001-cloudinit.iso", "a:cloudinit.img"] {
            let drive = format!("local:iso/{image},media=cdrom");
            assert_eq!(is(&drive), (false, true), "{image}");
        }
    }

    #[test]
    fn slots_read_back_and_nothing_else_is_one() {
        for text in ["ide3", "scsi30", "virtio15", "sata5"] {
            assert_eq!(text.parse::<DiskSlot>().unwrap().to_string(), text);
        }
        for text in [
            "ide4", "scsi31", "scsi", "scsi00", "scsi+1", "net0", "unused0", "scsihw", "efidisk0",
        ] {
            assert!(text.parse::<DiskSlot>().is_err(), "{text}");
        }
    }
}
