//! A VM's config, parsed.

use super::Change;
use super::lenient::{self, Fields, Misshapen};
use super::{Agent, BootOrder, Bus, DiskConfig, DiskSlot, IpConfig, NetConfig, PropertyString};
use crate::model::OwnerMark;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// What `GET …/config` answers. Everything is also in `raw`, under Proxmox's own names.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct VmConfig {
    /// Changes with each write; sent along with a change, it makes Proxmox refuse one based on old data.
    pub digest: String,
    /// The VM's name.
    pub name: String,
    /// The notes. While a clone runs: ` qmclone temporary file`.
    pub description: String,
    /// The tags, as written: separated by `;`, sorted by Proxmox.
    pub tags: String,
    /// The lock, such as `clone` or `backup`.
    pub lock: Option<String>,
    /// Cores of each socket.
    pub cores: u64,
    /// Sockets.
    pub sockets: u64,
    /// Memory in MiB.
    pub memory: u64,
    /// Drives of every kind, CD-ROMs included, in Proxmox's order.
    pub drives: BTreeMap<DiskSlot, DiskConfig>,
    /// Volumes that belong to the VM but hang nowhere, by their key (`unused0`).
    pub unused: BTreeMap<String, String>,
    /// Network cards by number.
    pub nets: BTreeMap<u8, NetConfig>,
    /// Cloud-init addresses by card number.
    pub ipconfigs: BTreeMap<u8, IpConfig>,
    /// The boot order.
    pub boot: Option<BootOrder>,
    /// The old way to name the boot disk.
    pub bootdisk: Option<DiskSlot>,
    /// The guest agent's switch.
    pub agent: Agent,
    /// Whether it is a template.
    pub template: bool,
    /// Whether it starts with its node.
    pub onboot: bool,
    /// Whether the operator forbade its removal.
    pub protection: bool,
    /// Every key as it came.
    pub raw: Map<String, Value>,
}

impl VmConfig {
    /// Reads the answer's `data`. Every config has a digest; what has none is no config, and an absent owner mark or disk in
    /// it would prove nothing.
    pub(super) fn parse(data: &Value) -> Result<Self, Misshapen> {
        let config = Self::of(data)?;
        Fields::object(data)?.due_text("digest")?;
        Ok(config)
    }

    /// Reads the keys and values of a config, whatever they came from.
    fn of(data: &Value) -> Result<Self, Misshapen> {
        let fields = Fields::object(data)?;
        let text = |name: &str| fields.maybe_text(name);
        let mut config = Self {
            digest: text("digest")?.unwrap_or_default(),
            name: text("name")?.unwrap_or_default(),
            description: text("description")?.unwrap_or_default(),
            tags: text("tags")?.unwrap_or_default(),
            lock: text("lock")?.filter(|lock| !lock.is_empty()),
            cores: fields.maybe_whole("cores")?.unwrap_or(1),
            sockets: fields.maybe_whole("sockets")?.unwrap_or(1),
            memory: text("memory")?
                .and_then(|text| memory(&text))
                .unwrap_or(DEFAULT_MEMORY),
            boot: text("boot")?.map(|text| BootOrder::parse(&text)),
            bootdisk: text("bootdisk")?.and_then(|text| text.parse().ok()),
            agent: text("agent")?
                .map(|text| Agent::parse(&text))
                .unwrap_or_default(),
            template: fields.maybe_flag("template")?,
            onboot: fields.maybe_flag("onboot")?,
            protection: fields.maybe_flag("protection")?,
            ..Self::default()
        };
        for (key, _) in fields.iter() {
            // A key that this module does not know may be whatever a later release makes of it.
            let Some(own) = Own::of(key) else { continue };
            let Some(text) = fields.maybe_text(key)? else {
                continue;
            };
            match own {
                Own::Drive(slot) => {
                    config.drives.insert(slot, DiskConfig::parse(&text));
                }
                Own::Net(number) => {
                    config.nets.insert(number, NetConfig::parse(&text));
                }
                Own::IpConfig(number) => {
                    config.ipconfigs.insert(number, IpConfig::parse(&text));
                }
                Own::Unused => {
                    config.unused.insert(key.clone(), text);
                }
            }
        }
        config.raw = data.as_object().cloned().unwrap_or_default();
        Ok(config)
    }

    /// What the config is after a change that Proxmox took as it was: without a digest, and the password unreadable as
    /// ever. A value that Proxmox completes (a card without an address, a disk still to be made) must be read instead.
    pub fn after(&self, change: &Change) -> Self {
        let mut raw = self.raw.clone();
        raw.remove("digest");
        for (key, value) in change.set.iter() {
            let value = if key == "cipassword" {
                "**********"
            } else {
                value
            };
            raw.insert(key.to_owned(), Value::from(value));
        }
        for key in &change.delete {
            raw.remove(key);
        }
        Self::of(&Value::Object(raw)).unwrap_or_else(|_| self.clone())
    }

    /// Drives that hold the guest's data, in Proxmox's order.
    pub fn disks(&self) -> impl Iterator<Item = (DiskSlot, &DiskConfig)> {
        let data = |disk: &DiskConfig| !disk.is_cdrom() && disk.volume() != "none";
        self.drives
            .iter()
            .filter(move |(_, disk)| data(disk))
            .map(|(slot, disk)| (*slot, disk))
    }

    /// The disk the guest boots from: the first data disk of the boot order, else the old `bootdisk`, else the first
    /// data disk there is. CD-ROMs, the cloud-init drive and network cards in the boot order are passed over.
    pub fn system_disk(&self) -> Option<(DiskSlot, &DiskConfig)> {
        let ordered = self
            .boot
            .as_ref()
            .map(BootOrder::devices)
            .unwrap_or_default();
        let slots = ordered
            .iter()
            .filter_map(|device| device.parse().ok())
            .chain(self.bootdisk);
        slots
            .filter_map(|slot| self.disks().find(|(found, _)| *found == slot))
            .next()
            .or_else(|| self.disks().next())
    }

    /// The second data disk: the first beside the system disk.
    pub fn additional_disk(&self) -> Option<(DiskSlot, &DiskConfig)> {
        let (system, _) = self.system_disk()?;
        self.disks().find(|(slot, _)| *slot != system)
    }

    /// A drive by its slot.
    pub fn disk(&self, slot: DiskSlot) -> Option<&DiskConfig> {
        self.drives.get(&slot)
    }

    /// The slot of the cloud-init drive.
    pub fn cloudinit_drive(&self) -> Option<DiskSlot> {
        self.drives
            .iter()
            .find(|(_, disk)| disk.is_cloudinit())
            .map(|(slot, _)| *slot)
    }

    /// CD-ROM drives that are not the cloud-init drive, with or without an image in them.
    pub fn cdroms(&self) -> impl Iterator<Item = (DiskSlot, &DiskConfig)> {
        self.drives
            .iter()
            .filter(|(_, disk)| disk.is_cdrom() && !disk.is_cloudinit())
            .map(|(slot, disk)| (*slot, disk))
    }

    /// The lowest slot of a bus where nothing hangs.
    pub fn free_slot(&self, bus: Bus) -> Option<DiskSlot> {
        (0..bus.slots())
            .map(|index| DiskSlot { bus, index })
            .find(|slot| !self.drives.contains_key(slot))
    }

    /// The first network card.
    pub fn net0(&self) -> Option<&NetConfig> {
        self.nets.get(&0)
    }

    /// Whether the VM carries this owner mark.
    pub fn carries(&self, mark: &OwnerMark) -> bool {
        mark.is_on(&self.description, &self.tags)
    }

    /// Whether the VM carries the owner mark of any service. A tag is one where the notes have no room for the line: who
    /// takes the line out of the notes gives the VM away, and need not think of the tag.
    pub fn is_marked(&self) -> bool {
        let full = self.description.trim().chars().count() + OwnerMark::LINE > LONGEST_NOTES;
        let mut tags = self.tags.split([';', ',', ' ']);
        OwnerMark::is_any_on(&self.description) || full && tags.any(OwnerMark::is_tag)
    }

    /// A key as text, whatever its kind.
    pub fn text(&self, key: &str) -> Option<String> {
        self.raw.get(key).and_then(lenient::text)
    }

    /// Whether a clone is being written into it: qemu-server's placeholder until the worker ends.
    pub fn is_clone_placeholder(&self) -> bool {
        self.lock.as_deref() == Some("clone") && self.description.trim() == "qmclone temporary file"
    }
}

/// What a key of a config stands for, where it is one of a kind with a number.
enum Own {
    Drive(DiskSlot),
    Net(u8),
    IpConfig(u8),
    Unused,
}

impl Own {
    fn of(key: &str) -> Option<Self> {
        if let Ok(slot) = key.parse() {
            return Some(Self::Drive(slot));
        }
        numbered(key, "net")
            .map(Self::Net)
            .or_else(|| numbered(key, "ipconfig").map(Self::IpConfig))
            .or_else(|| numbered(key, "unused").map(|_| Self::Unused))
    }
}

/// The longest notes Proxmox takes, in characters (PVE::QemuServer, `description`).
pub const LONGEST_NOTES: usize = 8192;

/// qemu-server's default where the config has no `memory`, MiB.
const DEFAULT_MEMORY: u64 = 512;

/// `512` or, since qemu-server 8.0.8, `current=512`.
fn memory(text: &str) -> Option<u64> {
    PropertyString::parse(text)
        .get_default("current")?
        .parse()
        .ok()
}

/// The number behind `prefix`, where the key is nothing but both.
fn numbered(key: &str, prefix: &str) -> Option<u8> {
    let digits = key.strip_prefix(prefix)?;
    let number: u8 = digits.parse().ok()?;
    (number.to_string() == digits).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn slot(text: &str) -> DiskSlot {
        text.parse().unwrap()
    }

    #[test]
    fn a_recorded_config_is_read() {
        let config = VmConfig::parse(&json!({
            "digest": "17c8", "name": "7-5546", "boot": "order=scsi0", "memory": "512", "cores": 2, "sockets": 1,
            "ide2": "vmstore:2001/vm-2001-cloudinit.qcow2,media=cdrom,size=4M", "agent": "1", "scsihw": "virtio-scsi-single",
            "scsi0": "vmstore:2001/vm-2001-disk-0.qcow2,size=4G", "scsi1": "vmstore:2001/vm-2001-disk-1.qcow2,size=2G",
            "unused0": "vmstore:2001/vm-2001-disk-2.qcow2", "net0": "virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1",
            "ipconfig0": "ip=dhcp", "lock": "backup", "template": 1
        }))
        .unwrap();
        assert_eq!((config.cores, config.sockets, config.memory), (2, 1, 512));
        assert_eq!(config.lock.as_deref(), Some("backup"));
        assert_eq!(config.system_disk().map(|(s, _)| s), Some(slot("scsi0")));
        assert_eq!(
            config.additional_disk().map(|(s, _)| s),
            Some(slot("scsi1"))
        );
        assert_eq!(config.cloudinit_drive(), Some(slot("ide2")));
        assert_eq!(config.free_slot(Bus::Scsi), Some(slot("scsi2")));
        assert_eq!(config.unused.len(), 1);
        assert!(config.agent.enabled() && config.template && config.net0().is_some());
    }

    #[test]
    fn the_system_disk_is_found_by_boot_order_then_bootdisk_then_order_of_slots() {
        let drives = json!({
            "ide2": "s:vm-1-cloudinit,media=cdrom", "sata0": "s:a", "scsi5": "s:b", "virtio0": "s:c",
            "ide0": "s:iso/x.iso,media=cdrom"
        });
        let with = |extra: Value| {
            let mut all = drives.as_object().unwrap().clone();
            all.extend(extra.as_object().unwrap().clone());
            let config = VmConfig::of(&Value::Object(all)).unwrap();
            let name = |found: Option<(DiskSlot, &DiskConfig)>| found.unwrap().0.to_string();
            (name(config.system_disk()), name(config.additional_disk()))
        };
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(
            with(json!({"boot": "order=ide0;net0;ide2;virtio0"})),
            pair("virtio0", "scsi5")
        );
        assert_eq!(
            with(json!({"boot": "cdn", "bootdisk": "sata0"})),
            pair("sata0", "scsi5")
        );
        assert_eq!(
            with(json!({"boot": "order=net0", "bootdisk": "ide0"})),
            pair("scsi5", "virtio0")
        );
        assert_eq!(with(json!({})), pair("scsi5", "virtio0"));
        assert_eq!(VmConfig::default().system_disk(), None);
    }

    #[test]
    fn a_clone_in_the_making_is_recognised() {
        let data =
            json!({"lock": "clone", "digest": "eb54", "description": " qmclone temporary file"});
        let read = |data: &Value| VmConfig::parse(data).unwrap();
        assert!(read(&data).is_clone_placeholder());
        let mine = json!({"digest": "eb54", "lock": "clone", "description": "mine"});
        assert!(!read(&mine).is_clone_placeholder());
        assert_eq!(
            read(&json!({"digest": "e", "memory": "current=2048"})).memory,
            2048
        );
    }

    #[test]
    fn what_is_no_config_is_not_taken_for_an_empty_one() {
        for nonsense in [
            json!(null),
            json!([]),
            json!({}),
            json!("x"),
            json!(5),
            json!([1]),
            json!({"name": "7-5"}),
            json!({"digest": ["x"]}),
            json!({"digest": ""}),
            json!({"digest": "a", "description": ["puq-owner"]}),
            json!({"digest": "a", "lock": {}}),
            json!({"digest": "a", "scsi0": []}),
            json!({"digest": "a", "template": []}),
        ] {
            assert!(VmConfig::parse(&nonsense).is_err(), "{nonsense}");
        }
        let later = json!({"digest": "a", "something-new": {"a": [1]}});
        assert!(VmConfig::parse(&later).is_ok());
    }
}
