//! The VM as it is this moment, and the service's record, in the shape the pages show.

use crate::custody::{Known, Live};
use crate::model::{FlowKey, Reason, Sentence, Vmid, say};
use crate::pve::{DiskConfig, NetConfig, Power};
use crate::report;
use crate::site::Site;
use crate::store::address::AddressRow;
use crate::store::vm::VmRecord;
use serde_json::{Map, Value, json};

impl Live {
    /// How it stands, as a word: `running`, `stopped`, `paused`, `io_error`, `hibernated`, `prelaunch`, `crashed` or `unknown`.
    pub(super) fn power(&self) -> &'static str {
        self.stands().map_or("unknown", Power::word)
    }

    /// What the state asks of whoever looks, beyond its name.
    pub(super) fn notice(&self) -> Option<Sentence> {
        Some(match self.stands()? {
            Power::Paused | Power::Prelaunch => say::paused(),
            Power::Hibernated => say::hibernated(),
            Power::IoError => Reason::IoError.sentence(),
            Power::Crashed => say::crashed(),
            Power::Off | Power::Running => return None,
        })
    }

    /// The `live` part of a page; null without a VM.
    pub(super) fn to_json(&self) -> Value {
        let Self::Read(read) = self else {
            return Value::Null;
        };
        let (status, config) = (&read.status, &read.config);
        let share = |used: u64, total: u64| {
            if total == 0 {
                0.0
            } else {
                used as f64 * 100.0 / total as f64
            }
        };
        let mut disks = vec![];
        for (role, disk) in [
            ("system", config.system_disk()),
            ("additional", config.additional_disk()),
        ] {
            if let Some((slot, disk)) = disk {
                disks.push(disk_json(role, &slot.to_string(), disk));
            }
        }
        json!({
            "status": self.power(),
            "notice": self.notice(),
            "lock": self.lock(),
            "uptime": status.uptime,
            "cpu": {"cores": status.cpus, "percent": round(status.cpu * 100.0)},
            "memory": {"used": status.mem, "total": status.maxmem, "percent": round(share(status.mem, status.maxmem))},
            "disks": disks,
            "net": config.net0().map(net_json),
        })
    }
}

fn round(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

fn disk_json(role: &str, slot: &str, disk: &DiskConfig) -> Value {
    let limits = disk.limits();
    json!({
        "role": role,
        "slot": slot,
        "size_gib": disk.size().map_or(0.0, |size| round(size.bytes() as f64 / f64::from(1 << 30))),
        "read_mbps": limits.mbps_rd.unwrap_or(0.0),
        "write_mbps": limits.mbps_wr.unwrap_or(0.0),
        "read_iops": limits.iops_rd.unwrap_or(0),
        "write_iops": limits.iops_wr.unwrap_or(0),
    })
}

fn net_json(card: &NetConfig) -> Value {
    json!({
        "model": card.model(),
        "mac": card.mac(),
        "rate_mbps": card.rate().unwrap_or(0.0),
        "bridge": card.bridge(),
        "vlan": card.tag().unwrap_or(0),
    })
}

/// Where the flow stands and why it waits.
pub(super) fn state_json(site: &Site, record: &VmRecord) -> Value {
    json!({
        "name": record.state.as_str(),
        "flow": record.flow.map_or("", FlowKey::as_str),
        "at_rest": record.state.at_rest(),
        "waiting": record.why_waiting(),
        "since": record.waiting_since.filter(|_| !record.waiting.is_empty()),
        "sentence": report::sentence(record.why_waiting(), record.waiting_since, site.now()),
        "alarm": record.fails >= crate::engine::ALARM_AFTER,
        "suspended": record.suspended(),
    })
}

/// The addresses of a service with the names they have.
pub(super) fn addresses_json(known: &Known, rows: &[AddressRow]) -> Value {
    let (service, record) = (&known.service, &known.record);
    let names: Map<String, Value> = serde_json::from_str(&record.rev_dns).unwrap_or_default();
    let one = |row: &AddressRow| {
        json!({
            "family": row.family,
            "address": row.text,
            "prefix": row.prefix,
            "gateway": row.gateway,
            "dns": row.dns.split_whitespace().collect::<Vec<_>>(),
            "primary": row.position == 0,
            "rdns": names.get(&row.text).and_then(Value::as_str).unwrap_or(&service.domain),
        })
    };
    rows.iter().map(one).collect()
}

/// What an admin may know beside what the client sees.
pub(super) fn identity_json(record: &VmRecord) -> Value {
    json!({
        "vmid": record.vmid.map(Vmid::get),
        "node": record.node,
        "target_node": record.target_node,
        "cluster": record.cluster,
        "mark": record.mark.as_str(),
        "rev": record.rev,
        "mac": record.mac,
    })
}
