//! The VM as it is this moment, and the service's record, in the shape the pages show.

use super::EntryError;
use crate::model::{Failure, FlowKey, NodeName, Reason, Vmid};
use crate::plan::Service;
use crate::pve::{DiskConfig, NetConfig, Power, VmConfig, VmStatus};
use crate::report;
use crate::site::Site;
use crate::steps::{Fleet, Standing, elsewhere, occupied};
use crate::store::address::{self, AddressRow};
use crate::store::vm::VmRecord;
use futures_util::future::join;
use serde_json::{Map, Value, json};

/// What is said of a VM whose guest crashed.
pub(super) const CRASHED: &str = "The system in the VM has crashed. Stop the VM, then start it.";

/// What was read of a VM: nothing where it has none yet, or why it could not be read.
pub(super) enum Live {
    /// Nobody asked: the page is drawn from the database, and its first look asks.
    Unasked,
    /// No VM was made yet, or it is gone.
    None,
    /// As Proxmox has it.
    Read(Box<(VmStatus, VmConfig)>),
    /// A good answer says that no node of the cluster has it.
    Nowhere(String),
    /// A good answer says that it is elsewhere, or that what is there is not the service's.
    Gone(String),
    /// It could not be read.
    Failed(String),
}

/// Before anybody asked: a service without a VM needs no asking.
pub(super) fn unasked(record: &VmRecord) -> Live {
    match (&record.vmid, &record.node) {
        (Some(_), Some(_)) => Live::Unasked,
        _ => Live::None,
    }
}

/// Reads status and configuration side by side: one round trip.
pub(super) async fn read(site: &Site, service: &Service, record: &VmRecord) -> Live {
    let (Some(vmid), Some(node)) = (record.vmid, &record.node) else {
        return Live::None;
    };
    let fleet = match super::service::fleet(site, service).await {
        Ok(fleet) => fleet,
        Err(Failure { text, .. }) => return Live::Failed(text),
    };
    let guest = fleet.api.vm(node, vmid);
    match join(guest.status(), guest.config()).await {
        (Ok(status), Ok(config)) => of(record, &fleet, (vmid, node), status, config),
        (Err(error), _) | (_, Err(error)) if error.is_missing(vmid) => {
            match fleet.locate(vmid).await {
                // It moved: the cron will note where to, the page shows it at once.
                Ok(Some(node)) => {
                    let guest = fleet.api.vm(&node, vmid);
                    match join(guest.status(), guest.config()).await {
                        (Ok(status), Ok(config)) => {
                            of(record, &fleet, (vmid, &node), status, config)
                        }
                        (Err(error), _) | (_, Err(error)) => Live::Failed(error.to_string()),
                    }
                }
                Ok(None) => match elsewhere(record, &fleet) {
                    Some(where_else) => Live::Gone(where_else),
                    None => Live::Nowhere(format!(
                        "VM {vmid} is gone: no node of the cluster has it. Redeploy the service, or terminate it."
                    )),
                },
                Err(error) => Live::Failed(error.to_string()),
            }
        }
        (Err(error), _) | (_, Err(error)) => Live::Failed(error.to_string()),
    }
}

/// What was read, unless it is somebody else's: that is nobody's business here.
fn of(
    record: &VmRecord,
    fleet: &Fleet,
    (vmid, node): (Vmid, &NodeName),
    status: VmStatus,
    config: VmConfig,
) -> Live {
    match Standing::of(&config, &record.mark) {
        Standing::Foreign => {
            Live::Gone(elsewhere(record, fleet).unwrap_or_else(|| occupied(vmid, node, &config)))
        }
        Standing::Ours | Standing::Forming => Live::Read(Box::new((status, config))),
    }
}

impl Live {
    /// How it stands; `None`: that is not known.
    pub(super) fn stands(&self) -> Option<Power> {
        match self {
            Self::Read(read) => Some(read.0.power()),
            Self::Unasked | Self::None | Self::Nowhere(_) | Self::Gone(_) | Self::Failed(_) => None,
        }
    }

    /// The same as a word: `running`, `stopped`, `paused`, `io_error`, `hibernated`, `prelaunch`, `crashed` or `unknown`.
    pub(super) fn power(&self) -> &'static str {
        self.stands().map_or("unknown", Power::word)
    }

    /// The lock in the way of every action. That of a VM that hibernates is none: starting it takes it off.
    pub(super) fn lock(&self) -> Option<&str> {
        match self {
            Self::Read(read) => read
                .0
                .lock
                .as_deref()
                .or(read.1.lock.as_deref())
                .filter(|_| read.0.power() != Power::Hibernated),
            Self::Unasked | Self::None | Self::Nowhere(_) | Self::Gone(_) | Self::Failed(_) => None,
        }
    }

    /// What the state asks of whoever looks, beyond its name.
    pub(super) fn notice(&self) -> Option<&'static str> {
        Some(match self.stands()? {
            Power::Paused | Power::Prelaunch => "The VM is paused. Start lets it go on.",
            Power::Hibernated => "The VM hibernates: its memory is on a disk. Start wakes it up.",
            Power::IoError => Reason::IoError.sentence(),
            Power::Crashed => CRASHED,
            Power::Off | Power::Running => return None,
        })
    }

    /// The `live` part of a page; null without a VM.
    pub(super) fn to_json(&self) -> Value {
        let Self::Read(read) = self else {
            return Value::Null;
        };
        let (status, config) = (&read.0, &read.1);
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

    /// Why nothing could be read.
    pub(super) fn error(&self) -> Option<&str> {
        match self {
            Self::Failed(text) | Self::Nowhere(text) | Self::Gone(text) => Some(text),
            Self::Unasked | Self::None | Self::Read(_) => None,
        }
    }

    /// Whether it is sure that no node has it.
    pub(super) fn is_nowhere(&self) -> bool {
        matches!(self, Self::Nowhere(_))
    }

    /// Whether the VM is known as it is now, or why not.
    pub(super) fn was_asked(&self) -> bool {
        !matches!(self, Self::Unasked)
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
        "waiting": Some(&record.waiting).filter(|text| !text.is_empty()),
        "since": record.waiting_since.filter(|_| !record.waiting.is_empty()),
        "sentence": report::sentence(&record.waiting, record.waiting_since, site.now()),
        "alarm": record.fails >= crate::engine::ALARM_AFTER,
        "suspended": record.suspended(),
    })
}

/// The addresses of a service with the names they have.
pub(super) async fn addresses_json(
    site: &Site,
    service: &Service,
    record: &VmRecord,
) -> Result<Value, EntryError> {
    let rows = address::of(&site.host, record.service).await?;
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
    Ok(rows.iter().map(one).collect())
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
