//! A VM as the pages of its service show it: how it stands, and what it has.

use crate::model::Sentence;
use crate::pve::Power;
use serde::{Serialize, Serializer};

/// A VM as it is this moment.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LiveVm {
    /// How it stands.
    pub status: Standing,
    /// What that asks of whoever looks.
    pub notice: Option<Sentence>,
    /// Proxmox's word for what locks it, such as `backup`.
    pub lock: Option<String>,
    /// Seconds since its start; 0: it is off.
    pub uptime: u64,
    /// Its processors.
    pub cpu: Cpu,
    /// Its memory.
    pub memory: Memory,
    /// Its disks.
    pub disks: Vec<Disk>,
    /// Its network card; null: it has none.
    pub net: Option<Card>,
}

/// How a VM stands.
#[derive(Debug)]
pub struct Standing(pub Option<Power>);

impl Standing {
    /// What nobody could tell.
    const UNKNOWN: &str = "unknown";
}

impl Serialize for Standing {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.map_or(Self::UNKNOWN, Power::as_str))
    }
}

#[cfg(test)]
impl schemars::JsonSchema for Standing {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Standing".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let words = Power::ALL.iter().map(|power| power.as_str());
        let words: Vec<&str> = words.chain([Self::UNKNOWN]).collect();
        schemars::json_schema!({"type": "string", "enum": words, "description": "How a VM stands."})
    }
}

/// Processors.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Cpu {
    /// How many.
    pub cores: u64,
    /// Their use.
    pub percent: f64,
}

/// Memory, in bytes.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Memory {
    /// In use.
    pub used: u64,
    /// All of it.
    pub total: u64,
    /// Its use.
    pub percent: f64,
}

/// A disk.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Disk {
    /// Which of the two.
    pub role: DiskRole,
    /// Proxmox's name for its place, such as `scsi0`.
    pub slot: String,
    /// In GiB.
    pub size_gib: f64,
    /// Reading at most, in MB/s; 0: unlimited.
    pub read_mbps: f64,
    /// Writing at most, in MB/s; 0: unlimited.
    pub write_mbps: f64,
    /// Reads a second at most; 0: unlimited.
    pub read_iops: u64,
    /// Writes a second at most; 0: unlimited.
    pub write_iops: u64,
}

/// Which disk of a VM.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum DiskRole {
    /// The one with the operating system.
    System,
    /// The other one.
    Additional,
}

/// A network card.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Card {
    /// Proxmox's word for its kind, such as `virtio`.
    pub model: String,
    /// Its hardware address.
    pub mac: Option<String>,
    /// At most, in MB/s; 0: unlimited.
    pub rate_mbps: f64,
    /// The bridge it is on.
    pub bridge: Option<String>,
    /// The VLAN; 0: none.
    pub vlan: u16,
}
