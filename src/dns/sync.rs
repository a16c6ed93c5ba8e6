//! The records of one VM, and how the zones are brought to them.

use super::name::bare;
use super::report::Round;
use super::{ProviderError, RecordKind, RecordSet, Report, Zone, reverse_name};
use futures_util::future::join_all;
use std::net::IpAddr;

/// How long a resolver may keep a VM's record, in seconds: short, for a VM may be gone in an hour and its address with
/// another client.
pub const TTL: u32 = 300;

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

    /// One reverse name alone.
    pub fn of_reverse(address: IpAddr, name: &str) -> Self {
        Self {
            reverse: vec![(address, bare(name))],
            ..Self::default()
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
            ttl: TTL,
        };
        self.forward.iter().map(set).collect()
    }
}

/// Removes the records of `old` and whatever stands under the names of `desired`, then writes those of `desired`; to
/// every zone that takes a name. Without `desired` it only removes. It always runs to its end.
pub async fn sync(zones: &[Zone], desired: Option<&Desired>, old: Option<&Desired>) -> Report {
    let mut report = Report::default();
    let both = || old.into_iter().chain(desired);
    let names = distinct(
        both()
            .map(|records| bare(&records.fqdn))
            .filter(|name| !name.is_empty()),
    );
    let addresses =
        distinct(both().flat_map(|records| records.reverse.iter().map(|(address, _)| *address)));
    delete_forward(zones, &names, &mut report).await;
    delete_reverse(zones, &addresses, &mut report).await;
    if let Some(desired) = desired {
        write_forward(zones, desired, &mut report).await;
        write_reverse(zones, desired, &mut report).await;
    }
    report
}

/// The zones are asked at once, a zone's own records one after the other: providers lock a zone while they change it.
async fn delete_forward(zones: &[Zone], names: &[String], report: &mut Report) {
    let rounds = zones.iter().map(|zone| async move {
        let mut done = Vec::new();
        for name in names.iter().filter(|name| zone.name.takes(name)) {
            let mut result = Ok(());
            for kind in [RecordKind::A, RecordKind::Aaaa] {
                result = both(result, zone.provider.delete(&zone.name, name, kind).await);
            }
            done.push((format!("{zone:?} <- {name}"), result));
        }
        done
    });
    gather(Round::ForwardDelete, join_all(rounds).await, report);
}

async fn delete_reverse(zones: &[Zone], addresses: &[IpAddr], report: &mut Report) {
    let rounds = zones.iter().map(|zone| async move {
        let mut done = Vec::new();
        for address in addresses {
            let name = reverse_name(*address);
            if zone.name.takes(&name) {
                let result = zone
                    .provider
                    .delete(&zone.name, &name, RecordKind::Ptr)
                    .await;
                done.push((format!("{zone:?} <- {address}"), result));
            }
        }
        done
    });
    gather(Round::ReverseDelete, join_all(rounds).await, report);
}

async fn write_forward(zones: &[Zone], desired: &Desired, report: &mut Report) {
    let sets = &desired.forward_sets();
    let fqdn = bare(&desired.fqdn);
    if sets.is_empty() || fqdn.is_empty() {
        return;
    }
    let count = if sets.len() == 1 {
        "1 IP".to_owned()
    } else {
        format!("{} IPs", sets.len())
    };
    let what = &format!("{fqdn} ({count})");
    let rounds = zones
        .iter()
        .filter(|zone| zone.name.takes(&fqdn))
        .map(|zone| async move {
            let mut result = Ok(());
            for set in sets {
                result = both(result, zone.provider.upsert(&zone.name, set).await);
            }
            vec![(format!("{zone:?} <- {what}"), result)]
        });
    gather(Round::Forward, join_all(rounds).await, report);
}

async fn write_reverse(zones: &[Zone], desired: &Desired, report: &mut Report) {
    let wanted: Vec<(IpAddr, RecordSet)> = desired
        .reverse
        .iter()
        .filter(|(_, target)| !bare(target).is_empty())
        .map(|(address, target)| {
            let (name, values) = (reverse_name(*address), vec![bare(target)]);
            (
                *address,
                RecordSet {
                    name,
                    kind: RecordKind::Ptr,
                    values,
                    ttl: TTL,
                },
            )
        })
        .collect();
    let unmatched = wanted
        .iter()
        .filter(|(_, set)| !zones.iter().any(|zone| zone.name.takes(&set.name)));
    report
        .reverse_unmatched
        .extend(unmatched.map(|(address, _)| *address));
    let wanted = &wanted;
    let rounds = zones.iter().map(|zone| async move {
        let mut done = Vec::new();
        for (address, set) in wanted.iter().filter(|(_, set)| zone.name.takes(&set.name)) {
            let result = zone.provider.upsert(&zone.name, set).await;
            done.push((
                format!("{zone:?} <- {address} -> {}", set.values.join(", ")),
                result,
            ));
        }
        done
    });
    gather(Round::Reverse, join_all(rounds).await, report);
}

/// What one zone did: what the line says, and how it went.
type Done = Vec<(String, Result<(), ProviderError>)>;

fn gather(round: Round, zones: Vec<Done>, report: &mut Report) {
    for (at, result) in zones.into_iter().flatten() {
        report.add(round, &at, result);
    }
}

/// The first error of two results.
fn both(
    first: Result<(), ProviderError>,
    second: Result<(), ProviderError>,
) -> Result<(), ProviderError> {
    first.and(second)
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
