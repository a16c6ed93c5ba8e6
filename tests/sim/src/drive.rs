//! Drives and network devices of a VM configuration: reading and writing their property strings.

use crate::rules::{parse_property, rules};
use std::collections::BTreeMap;

/// A disk or CD-ROM entry (`scsi0`, `ide2`, `efidisk0` …).
#[derive(Clone, Debug)]
pub struct Drive {
    /// Volume id, `none`, or the `STORAGE:SIZE` of a disk still to be made.
    pub file: String,
    /// Everything else.
    pub options: BTreeMap<String, String>,
}

/// True for keys that hold a drive.
pub fn is_drive(key: &str) -> bool {
    let stem = key.trim_end_matches(|c: char| c.is_ascii_digit());
    let numbered = stem.len() < key.len();
    numbered
        && matches!(
            stem,
            "ide" | "scsi" | "sata" | "virtio" | "efidisk" | "tpmstate"
        )
}

impl Drive {
    /// Reads an entry; None when it is no drive at all.
    pub fn parse(text: &str) -> Option<Drive> {
        let keys = rules().format("scsi")?;
        let mut options = BTreeMap::new();
        let mut file = None;
        if let Ok(mut parsed) = parse_property(text, keys) {
            file = parsed.remove("file");
            options = parsed;
        } else {
            // efidisk0 and tpmstate0 have keys of their own (efitype, version …).
            for (at, part) in text.split(',').enumerate() {
                match part.split_once('=') {
                    Some(("file" | "volume", value)) => file = Some(value.to_owned()),
                    Some((key, value)) => {
                        options.insert(key.to_owned(), value.to_owned());
                    }
                    None if at == 0 => file = Some(part.to_owned()),
                    None => {}
                }
            }
        }
        file.map(|file| Drive { file, options })
    }

    /// The normal form: volume first, the rest sorted (`print_drive`).
    pub fn print(&self) -> String {
        let mut text = self.file.clone();
        for (key, value) in &self.options {
            text.push_str(&format!(",{key}={value}"));
        }
        text
    }

    /// True for CD-ROM drives, cloud-init drives included.
    pub fn is_cdrom(&self) -> bool {
        self.options.get("media").is_some_and(|m| m == "cdrom")
    }

    /// True for a cloud-init drive, made or still to be made.
    pub fn is_cloudinit(&self) -> bool {
        // PVE::QemuServer::Drive, drive_is_cloudinit: an image named cloudinit.iso is none.
        const FORMATS: [&str; 7] = ["raw", "cow", "qcow", "qcow2", "qed", "vmdk", "cloop"];
        let name = self.file.rsplit([':', '/']).next().unwrap_or_default();
        let stem = match name.split_once('.') {
            Some((stem, format)) if FORMATS.contains(&format) => stem,
            _ => name,
        };
        let number = stem
            .strip_prefix("vm-")
            .and_then(|rest| rest.strip_suffix("-cloudinit"));
        stem == "cloudinit"
            || number.is_some_and(|text| {
                !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
            })
    }

    /// Whether it is on a template's base image, from which alone a linked clone can be made
    /// (PVE::Storage::Plugin, `volume_has_feature`).
    pub fn is_base(&self) -> bool {
        let last = self.file.rsplit([':', '/']).next().unwrap_or_default();
        last.starts_with("base-")
    }

    /// Storage id of the volume, if it is on a storage.
    pub fn storage(&self) -> Option<&str> {
        self.file.split_once(':').map(|(storage, _)| storage)
    }

    /// `STORAGE:SIZE` of a new disk: storage and GiB.
    pub fn to_allocate(&self) -> Option<(&str, f64)> {
        let (storage, rest) = self.file.split_once(':')?;
        let size: f64 = rest.parse().ok()?;
        (0.0..=LARGEST / 1e9)
            .contains(&size)
            .then_some((storage, size))
    }

    /// False where Proxmox takes the entry for unreadable (`parse_drive`): a burst without its limit, a burst's length
    /// without the burst, a limit on both ways beside one of a single way.
    pub fn limits_fit(&self) -> bool {
        let has = |key: &str| self.options.get(key).is_some_and(|v| v != "0");
        let mb = |way: &str| has(&format!("mbps{way}")) || has(&format!("bps{way}"));
        ["", "_rd", "_wr"].into_iter().all(|way| {
            (mb(way) || !has(&format!("mbps{way}_max")))
                && (has(&format!("iops{way}")) || !has(&format!("iops{way}_max")))
                && (has(&format!("mbps{way}_max")) || !has(&format!("bps{way}_max_length")))
                && (has(&format!("iops{way}_max")) || !has(&format!("iops{way}_max_length")))
        }) && ["_rd", "_wr"]
            .into_iter()
            .all(|way| !(mb("") && mb(way) || has("iops") && has(&format!("iops{way}"))))
    }

    /// Whether a burst is below its limit: qemu does not start with that.
    pub fn bursts_too_low(&self) -> bool {
        let number = |key: String| self.options.get(&key)?.parse::<f64>().ok();
        ["mbps", "iops"].into_iter().any(|what| {
            ["", "_rd", "_wr"].into_iter().any(|way| {
                let limit = number(format!("{what}{way}"));
                let burst = number(format!("{what}{way}_max")).filter(|n| *n > 0.0);
                burst.is_some_and(|burst| limit.is_some_and(|limit| burst < limit))
            })
        })
    }

    /// Whether backups leave it out.
    pub fn is_left_out(&self) -> bool {
        self.options.get("backup").is_some_and(|v| v == "0")
    }

    /// Size in bytes as the entry says.
    pub fn size(&self) -> u64 {
        self.options
            .get("size")
            .and_then(|text| parse_size(text))
            .unwrap_or(0)
    }
}

/// No disk is larger (8 PiB), so that sums of sizes stay far from overflow.
const LARGEST: f64 = 9e15;

/// `4G`, `528K`, `1.5T`, plain bytes → bytes.
pub fn parse_size(text: &str) -> Option<u64> {
    let text = text.trim();
    let (number, unit) = match text.chars().last()? {
        'K' => (&text[..text.len() - 1], 1u64 << 10),
        'M' => (&text[..text.len() - 1], 1 << 20),
        'G' => (&text[..text.len() - 1], 1 << 30),
        'T' => (&text[..text.len() - 1], 1 << 40),
        _ => (text, 1),
    };
    let value: f64 = number.parse().ok()?;
    let bytes = value * unit as f64;
    (0.0..=LARGEST).contains(&bytes).then_some(bytes as u64)
}

/// Bytes → the largest unit that divides them (`PVE::JSONSchema::format_size`).
pub fn format_size(bytes: u64) -> String {
    for (unit, shift) in [("T", 40), ("G", 30), ("M", 20), ("K", 10)] {
        let one = 1u64 << shift;
        if bytes >= one && bytes.is_multiple_of(one) {
            return format!("{}{unit}", bytes >> shift);
        }
    }
    bytes.to_string()
}

/// A network device (`net0`).
#[derive(Clone, Debug)]
pub struct Nic {
    /// Hardware model.
    pub model: String,
    /// MAC address; empty while none is given.
    pub mac: String,
    /// Everything else.
    pub options: BTreeMap<String, String>,
}

impl Nic {
    /// Reads an entry.
    pub fn parse(text: &str) -> Option<Nic> {
        let mut options = parse_property(text, rules().format("net")?).ok()?;
        Some(Nic {
            model: options.remove("model").unwrap_or_else(|| "virtio".into()),
            mac: options.remove("macaddr").unwrap_or_default(),
            options,
        })
    }

    /// The normal form: model and MAC first, the rest sorted (`print_net`).
    pub fn print(&self) -> String {
        let mut text = format!("{}={}", self.model, self.mac);
        for (key, value) in &self.options {
            text.push_str(&format!(",{key}={value}"));
        }
        text
    }
}
