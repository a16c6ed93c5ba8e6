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
                    ttl: TTL,
                };
                (*address, set)
            })
            .collect()
    }
}

/// Removes the records of `old` that are not among `desired`, then writes those of `desired`; in every zone that holds a
/// name. Without `desired` it only removes. It always runs to its end.
pub async fn sync(zones: &[Zone], desired: Option<&Desired>, old: Option<&Desired>) -> Report {
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
    let (names, addresses, sets, targets) = (&names, &addresses, &sets, &targets);
    // The servers are asked at once, a server's records one after the other: some lock all they have for a change (a
    // PowerDNS on SQLite answers 500 to whoever comes second).
    let places = distinct(zones.iter().map(|zone| zone.provider.place()));
    let visits = places.iter().map(|place| async move {
        let mut done = vec![];
        for (at, zone) in zones.iter().enumerate() {
            if zone.provider.place() == *place {
                let mut visit = Visit::new(zone);
                let holds = |name: &str| holds(zones, zone, name);
                let reverse = |address: IpAddr| reverse(zones, zone, address);
                let asked = Asked {
                    names,
                    addresses,
                    sets,
                    targets,
                };
                visit.run(&asked, &holds, &reverse).await;
                done.push((at, visit.done));
            }
        }
        done
    });
    let mut done: Vec<_> = join_all(visits).await.into_iter().flatten().collect();
    done.sort_by_key(|(at, _)| *at);
    for round in ROUNDS {
        let lines = done.iter().flat_map(|(_, lines)| lines);
        for (_, at, result) in lines.filter(|(of, ..)| *of == round) {
            report.add(round, at, result.clone());
        }
    }
    report
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
    let place = zone.provider.place();
    let inner = |other: &Zone| {
        other.name.as_str().len() > zone.name.as_str().len()
            && other.name.takes(name)
            && other.provider.place() == place
    };
    zone.name.takes(name) && !zones.iter().any(inner)
}

/// The name under which a zone holds an address, if no zone goes before it.
fn reverse(zones: &[Zone], zone: &Zone, address: IpAddr) -> Option<String> {
    let name = zone.name.reverse_name(address)?;
    let place = zone.provider.place();
    let before = |other: &Zone| {
        other.name.reverse_name(address).is_some()
            && other
                .name
                .goes_before(&zone.name, other.provider.place() == place)
    };
    (!zones.iter().any(before)).then_some(name)
}

/// What is to be done in all zones.
struct Asked<'a> {
    /// Forward names, old and new.
    names: &'a [String],
    /// Addresses, old and new.
    addresses: &'a [IpAddr],
    /// The forward records to write.
    sets: &'a [RecordSet],
    /// The reverse records to write, each under its name in the plain tree.
    targets: &'a [(IpAddr, RecordSet)],
}

/// What is done in one zone.
struct Visit<'a> {
    zone: &'a Zone,
    /// Why its provider is not asked any more.
    down: Option<ProviderError>,
    /// What each line says, and how it went.
    done: Vec<(Round, String, Result<(), ProviderError>)>,
}

impl<'a> Visit<'a> {
    fn new(zone: &'a Zone) -> Self {
        Self {
            zone,
            down: None,
            done: vec![],
        }
    }

    /// Removes what is to be written no more, then writes; of all the names only those the zone holds. `reverse` is the
    /// name it holds an address under.
    async fn run(
        &mut self,
        asked: &Asked<'_>,
        holds: &dyn Fn(&str) -> bool,
        reverse: &dyn Fn(IpAddr) -> Option<String>,
    ) {
        for name in asked.names.iter().filter(|name| holds(name)) {
            self.remove_forward(name, asked.sets).await;
        }
        let kept = |address: &IpAddr| asked.targets.iter().any(|(kept, _)| kept == address);
        for address in asked.addresses.iter().filter(|address| !kept(address)) {
            if let Some(name) = reverse(*address) {
                self.remove_reverse(*address, &name).await;
            }
        }
        if asked.sets.first().is_some_and(|set| holds(&set.name)) {
            self.write_forward(asked.sets).await;
        }
        for (address, set) in asked.targets {
            if let Some(name) = reverse(*address) {
                let set = RecordSet {
                    name,
                    ..set.clone()
                };
                self.write_reverse(*address, &set).await;
            }
        }
    }

    async fn remove_forward(&mut self, name: &str, sets: &[RecordSet]) {
        let kept = |kind| sets.iter().any(|set| set.kind == kind && set.name == name);
        let gone: Vec<RecordKind> = [RecordKind::A, RecordKind::Aaaa]
            .into_iter()
            .filter(|kind| !kept(*kind))
            .collect();
        if gone.is_empty() {
            return;
        }
        let mut result = Ok(());
        for kind in gone {
            result = result.and(self.delete(name, kind).await);
        }
        self.note(Round::ForwardDelete, name, result);
    }

    async fn remove_reverse(&mut self, address: IpAddr, name: &str) {
        let result = self.delete(name, RecordKind::Ptr).await;
        self.note(Round::ReverseDelete, &address.to_string(), result);
    }

    async fn write_forward(&mut self, sets: &[RecordSet]) {
        let mut result = Ok(());
        for set in sets {
            result = result.and(self.upsert(set).await);
        }
        let count = match sets.len() {
            1 => "1 IP".to_owned(),
            count => format!("{count} IPs"),
        };
        let name = sets.first().map_or("", |set| set.name.as_str());
        self.note(Round::Forward, &format!("{name} ({count})"), result);
    }

    async fn write_reverse(&mut self, address: IpAddr, set: &RecordSet) {
        let result = self.upsert(set).await;
        let what = format!("{address} -> {}", set.values.join(", "));
        self.note(Round::Reverse, &what, result);
    }

    async fn upsert(&mut self, set: &RecordSet) -> Result<(), ProviderError> {
        match &self.down {
            Some(error) => Err(error.clone()),
            None => {
                let result = self.zone.provider.upsert(&self.zone.name, set).await;
                self.learn(result)
            }
        }
    }

    async fn delete(&mut self, name: &str, kind: RecordKind) -> Result<(), ProviderError> {
        match &self.down {
            Some(error) => Err(error.clone()),
            None => {
                let result = self.zone.provider.delete(&self.zone.name, name, kind).await;
                self.learn(result)
            }
        }
    }

    /// A provider that is out of reach or asks for peace is not asked again in this run: each question could cost its
    /// whole deadline, and the flow waits.
    fn learn(&mut self, result: Result<(), ProviderError>) -> Result<(), ProviderError> {
        if let Err(error @ (ProviderError::Unreachable(_) | ProviderError::Limited(_))) = &result {
            self.down = Some(error.clone());
        }
        result
    }

    fn note(&mut self, round: Round, what: &str, result: Result<(), ProviderError>) {
        self.done
            .push((round, format!("{:?} <- {what}", self.zone), result));
    }
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
