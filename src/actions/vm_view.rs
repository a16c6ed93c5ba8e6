//! The VM as it is this moment, and the service's record, in the shape the pages show.

use super::page_operations::{
    Address, Card, Cpu, Disk, DiskRole, Identity, LiveVm, Memory, Progress, ServiceHead,
    StaffState, Standing, State,
};
use crate::custody::{Live, LoadedService};
use crate::flows;
use crate::model::{Reason, Sentence, Vmid, say};
use crate::plan::Service;
use crate::pve::{DiskConfig, NetConfig, Power};
use crate::report;
use crate::site::Site;
use crate::store::address::AddressRow;
use crate::store::vm::VmRecord;
use serde_json::{Map, Value};

impl Live {
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

    /// The `live` part of a page; `None` without a VM.
    pub(super) fn shown(&self) -> Option<LiveVm> {
        let Self::Read(read) = self else {
            return None;
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
            (DiskRole::System, config.system_disk()),
            (DiskRole::Additional, config.additional_disk()),
        ] {
            if let Some((slot, disk)) = disk {
                disks.push(shown_disk(role, slot.to_string(), disk));
            }
        }
        Some(LiveVm {
            status: Standing(self.stands()),
            notice: self.notice(),
            lock: self.lock().map(str::to_owned),
            uptime: status.uptime,
            cpu: Cpu {
                cores: status.cpus,
                percent: round(status.cpu * 100.0),
            },
            memory: Memory {
                used: status.mem,
                total: status.maxmem,
                percent: round(share(status.mem, status.maxmem)),
            },
            disks,
            net: config.net0().map(shown_card),
        })
    }
}

fn round(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

fn shown_disk(role: DiskRole, slot: String, disk: &DiskConfig) -> Disk {
    let limits = disk.limits();
    let gib = |bytes: u64| round(bytes as f64 / f64::from(1 << 30));
    Disk {
        role,
        slot,
        size_gib: disk.size().map_or(0.0, |size| gib(size.bytes())),
        read_mbps: limits.mbps_rd.unwrap_or(0.0),
        write_mbps: limits.mbps_wr.unwrap_or(0.0),
        read_iops: limits.iops_rd.unwrap_or(0),
        write_iops: limits.iops_wr.unwrap_or(0),
    }
}

fn shown_card(card: &NetConfig) -> Card {
    Card {
        model: card.model().to_owned(),
        mac: card.mac().map(str::to_owned),
        rate_mbps: card.rate().unwrap_or(0.0),
        bridge: card.bridge().map(str::to_owned),
        vlan: card.tag().unwrap_or(0),
    }
}

/// The service in WHMCS, with the name of its VM.
pub(super) fn head(service: &Service, name: &str) -> ServiceHead {
    ServiceHead {
        id: service.id.0,
        status: service.status,
        domain: service.domain.clone(),
        name: name.to_owned(),
    }
}

/// Where the flow stands, without the reasons that are for the staff.
pub(super) fn state(record: &VmRecord) -> State {
    State {
        name: record.state,
        flow: record.flow,
        at_rest: record.state.at_rest(),
        progress: progress(record),
        waiting: !record.waiting.is_empty(),
        since: record.waiting_since.filter(|_| !record.waiting.is_empty()),
        alarm: record.fails >= crate::engine::ALARM_AFTER,
        suspended: record.suspended(),
    }
}

/// Where the flow stands and why it waits.
pub(super) fn staff_state(site: &Site, record: &VmRecord) -> StaffState {
    StaffState {
        name: record.state,
        flow: record.flow,
        at_rest: record.state.at_rest(),
        progress: progress(record),
        waiting: record.why_waiting(),
        since: record.waiting_since.filter(|_| !record.waiting.is_empty()),
        sentence: report::sentence(record.why_waiting(), record.waiting_since, site.now()),
        alarm: record.fails >= crate::engine::ALARM_AFTER,
        suspended: record.suspended(),
    }
}

fn progress(record: &VmRecord) -> Option<Progress> {
    let flow = flows::progress(record.flow, record.state)?;
    Some(Progress {
        flow: flow.flow,
        work: flow.work,
        done: flow.done,
        steps: flow.steps,
        percent: flow.percent(),
    })
}

/// The addresses of a service with the names they have.
pub(super) fn addresses(loaded: &LoadedService, rows: &[AddressRow]) -> Vec<Address> {
    let (service, record) = (&loaded.service, &loaded.record);
    let names: Map<String, Value> = serde_json::from_str(&record.rev_dns).unwrap_or_default();
    let one = |row: &AddressRow| {
        let chosen = names.get(&row.text).and_then(Value::as_str);
        Address {
            family: row.family,
            address: row.text.clone(),
            prefix: row.prefix,
            gateway: row.gateway.clone(),
            dns: row.dns.split_whitespace().map(str::to_owned).collect(),
            primary: row.position == 0,
            rdns: chosen.unwrap_or(&service.domain).to_owned(),
        }
    };
    rows.iter().map(one).collect()
}

/// What an admin may know beside what the client sees.
pub(super) fn identity(record: &VmRecord) -> Identity {
    Identity {
        vmid: record.vmid.map(Vmid::get),
        node: record.node.as_ref().map(ToString::to_string),
        target_node: record.target_node.as_ref().map(ToString::to_string),
        cluster: record.cluster.clone(),
        mark: record.mark.as_str().to_owned(),
        rev: record.rev,
        mac: record.mac.clone(),
    }
}
