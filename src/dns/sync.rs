//! The records of one VM, and how the zones are brought to them.

use super::name::{answers, bare};
use super::report::Round;
use super::vm_in_zone::{Done, VmInZone, Wanted};
use super::{RecordKind, RecordSet, Report, Zone, ZoneName, reverse_name};
use crate::net::ServerHealth;
use futures_util::future::join_all;
use std::net::IpAddr;
use tokio::time::Instant;

/// How long a resolver may keep a VM's record, in seconds: short, for a VM may be gone in an hour and its address with
/// another client.
pub const TTL_S: u32 = 300;

/// The records a VM is to have, or had.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Desired {
    /// Its full name. Empty: no forward records are touched.
    pub fqdn: String,
    /// The addresses the name stands for: the first of each family.
    pub forward: Vec<IpAddr>,
    /// Each address and its reverse name; an empty name: none.
    pub reverse: Vec<(IpAddr, String)>,
}

impl Desired {
    /// The records of a VM with these addresses, the primary first, and the reverse names its owner chose; an address
    /// without one is named after the VM.
    pub fn of_vm(fqdn: &str, addresses: &[IpAddr], chosen: &[(IpAddr, String)]) -> Self {
        let fqdn = bare(fqdn);
        let first = |v4: bool| {
            addresses
                .iter()
                .find(|address| address.is_ipv4() == v4)
                .copied()
        };
        let name = |address: &IpAddr| {
            let own = chosen
                .iter()
                .find(|(one, name)| one == address && !bare(name).is_empty());
            own.map_or_else(|| fqdn.clone(), |(_, name)| bare(name))
        };
        Self {
            forward: first(true).into_iter().chain(first(false)).collect(),
            reverse: addresses
                .iter()
                .map(|address| (*address, name(address)))
                .collect(),
            fqdn,
        }
    }

    fn forward_sets(&self) -> Vec<RecordSet> {
        let set = |address: &IpAddr| RecordSet {
            name: self.fqdn.clone(),
            kind: if address.is_ipv4() {
                RecordKind::A
            } else {
                RecordKind::Aaaa
            },
            values: vec![address.to_string()],
            ttl: TTL_S,
        };
        if self.fqdn.is_empty() {
            return vec![];
        }
        self.forward.iter().map(set).collect()
    }

    fn reverse_sets(&self) -> Vec<(IpAddr, RecordSet)> {
        let named = self
            .reverse
            .iter()
            .filter(|(_, target)| !bare(target).is_empty());
        named
            .map(|(address, target)| {
                let set = RecordSet {
                    name: reverse_name(*address),
                    kind: RecordKind::Ptr,
                    values: vec![bare(target)],
                    ttl: TTL_S,
                };
                (*address, set)
            })
            .collect()
    }
}

/// Removes the records of `old` that are not among `desired`, then writes those of `desired`; in every zone that holds a
/// name. Without `desired` it only removes. It never fails, and it ends by `until`: what a server did not do until then,
/// the report names. Servers that `server_health` knows to have failed are not asked; those that fail now, it learns.
pub async fn sync(
    zones: &[Zone],
    desired: Option<&Desired>,
    old: Option<&Desired>,
    server_health: &ServerHealth,
    until: Instant,
) -> Report {
    let mut report = Report::default();
    let names = distinct(
        old.into_iter()
            .chain(desired)
            .map(|records| bare(&records.fqdn))
            .filter(|name| !name.is_empty()),
    );
    let addresses = distinct(
        old.into_iter()
            .chain(desired)
            .flat_map(|records| records.reverse.iter().map(|(address, _)| *address)),
    );
    let sets = desired.map(Desired::forward_sets).unwrap_or_default();
    let targets: Vec<(IpAddr, RecordSet)> = desired.map(Desired::reverse_sets).unwrap_or_default();
    let unmatched = targets.iter().filter(|(address, _)| {
        !zones
            .iter()
            .any(|zone| zone.name.reverse_name(*address).is_some())
    });
    report
        .reverse_unmatched
        .extend(unmatched.map(|(address, _)| *address));
    let wanted = Wanted {
        names: &names,
        addresses: &addresses,
        sets: &sets,
        targets: &targets,
    };
    let mut done = ask(zones, &wanted, server_health, until).await;
    done.sort_by_key(|(at, _)| *at);
    for round in ROUNDS {
        let lines = done.iter().flat_map(|(_, lines)| lines);
        for (_, owner, at, result) in lines.filter(|(of, ..)| *of == round) {
            report.add(round, owner, at, result.clone());
        }
    }
    report
}

/// What was done in each zone, by its place among them.
async fn ask(
    zones: &[Zone],
    wanted: &Wanted<'_>,
    server_health: &ServerHealth,
    until: Instant,
) -> Vec<(usize, Vec<Done>)> {
    // The servers are asked at once, a server's records one after the other: some lock all they have for a change (a
    // PowerDNS on SQLite answers 500 to whoever comes second).
    let servers = distinct(zones.iter().map(|zone| zone.provider.location()));
    let visits = servers.iter().map(|location| async move {
        let mut done = vec![];
        for (at, zone) in zones.iter().enumerate() {
            if zone.provider.location() == *location {
                let mut visit = VmInZone::new(zone, server_health, until);
                let holds = |name: &str| holds(zones, zone, name);
                let reverse = |address: IpAddr| reverse(zones, zone, address);
                visit.run(wanted, &holds, &reverse).await;
                done.push((at, visit.done));
            }
        }
        done
    });
    join_all(visits).await.into_iter().flatten().collect()
}

/// The order of the report's lines.
const ROUNDS: [Round; 4] = [
    Round::ForwardDelete,
    Round::ReverseDelete,
    Round::Forward,
    Round::Reverse,
];

/// Whether a zone holds a name: it takes it, and its server has no zone within it that takes it too.
fn holds(zones: &[Zone], zone: &Zone, name: &str) -> bool {
    let location = zone.provider.location();
    let inner = |other: &Zone| {
        other.name.as_str().len() > zone.name.as_str().len()
            && other.name.takes(name)
            && other.provider.location() == location
    };
    zone.name.takes(name) && !zones.iter().any(inner)
}

/// The name under which a zone holds an address, if no zone goes before it.
fn reverse(zones: &[Zone], zone: &Zone, address: IpAddr) -> Option<String> {
    let all: Vec<(&ZoneName, String)> = zones
        .iter()
        .map(|one| (&one.name, one.provider.location()))
        .collect();
    answers((&zone.name, &zone.provider.location()), &all, address)
}

fn distinct<T: PartialEq>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut seen = Vec::new();
    for item in items {
        if !seen.contains(&item) {
            seen.push(item);
        }
    }
    seen
}
