//! The records of one VM in one zone.

use super::provider::Reach;
use super::report::{Owner, Round};
use super::{ProviderError, RecordKind, RecordSet, Zone};
use crate::model::chain;
use crate::net::{Health, ServerHealth};
use std::net::IpAddr;
use std::rc::Rc;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout_at};

/// A server that failed within itself is asked again after these pauses, in milliseconds. By one of those who need it,
/// for all: a PowerDNS on SQLite fails whoever comes second, and the VMs of a tick come together.
const PAUSES_MS: [u64; 6] = [20, 100, 400, 800, 1600, 3200];
/// It is not asked again after this long: a server that takes its time to fail would have everybody's.
const RETRY_LIMIT: Duration = Duration::from_secs(10);

/// What was done for the record of this owner at this place, and how it went.
pub(super) type Done = (Round, Owner, String, Result<(), ProviderError>);

/// What is to be done in all zones.
pub(super) struct Wanted<'a> {
    /// Forward names, old and new.
    pub(super) names: &'a [String],
    /// Addresses, old and new.
    pub(super) addresses: &'a [IpAddr],
    /// The forward records to write.
    pub(super) sets: &'a [RecordSet],
    /// The reverse records to write, each under its name in the plain tree.
    pub(super) targets: &'a [(IpAddr, RecordSet)],
}

/// What is done in one zone.
pub(super) struct VmInZone<'a> {
    zone: &'a Zone,
    /// The server, and the zone at it: either may have failed already.
    server: Rc<Health>,
    here: Rc<Health>,
    until: Instant,
    /// What each line says, and how it went.
    pub(super) done: Vec<Done>,
}

/// One change of a record set.
#[derive(Clone, Copy)]
enum Change<'a> {
    Upsert(&'a RecordSet),
    Delete(&'a str, RecordKind),
}

impl<'a> VmInZone<'a> {
    pub(super) fn new(zone: &'a Zone, server_health: &ServerHealth, until: Instant) -> Self {
        let (provider, name) = (&zone.provider, &zone.name);
        let here = server_health.at(&format!("{name} at {}", provider.location()));
        let server = match provider.fails_as_one() {
            true => server_health.at(&provider.location()),
            false => Rc::clone(&here),
        };
        Self {
            zone,
            server,
            here,
            until,
            done: vec![],
        }
    }

    /// Removes what is to be written no more, then writes; of all the names only those the zone holds. `reverse` is the
    /// name it holds an address under.
    pub(super) async fn run(
        &mut self,
        asked: &Wanted<'_>,
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
            result = result.and(self.change(Change::Delete(name, kind)).await);
        }
        self.note(
            Round::ForwardDelete,
            Owner::Name(name.to_owned()),
            name,
            result,
        );
    }

    async fn remove_reverse(&mut self, address: IpAddr, name: &str) {
        let result = self.change(Change::Delete(name, RecordKind::Ptr)).await;
        self.note(
            Round::ReverseDelete,
            Owner::Address(address),
            &address.to_string(),
            result,
        );
    }

    async fn write_forward(&mut self, sets: &[RecordSet]) {
        let mut result = Ok(());
        for set in sets {
            result = result.and(self.change(Change::Upsert(set)).await);
        }
        let count = match sets.len() {
            1 => "1 IP".to_owned(),
            count => format!("{count} IPs"),
        };
        let name = sets.first().map_or("", |set| set.name.as_str());
        let owner = Owner::Name(name.to_owned());
        self.note(Round::Forward, owner, &format!("{name} ({count})"), result);
    }

    async fn write_reverse(&mut self, address: IpAddr, set: &RecordSet) {
        let result = self.change(Change::Upsert(set)).await;
        let what = format!("{address} -> {}", set.values.join(", "));
        self.note(Round::Reverse, Owner::Address(address), &what, result);
    }

    async fn change(&self, change: Change<'_>) -> Result<(), ProviderError> {
        if let Some(why) = self.down() {
            return Err(ProviderError::Down(why));
        }
        if Instant::now() >= self.until {
            return Err(ProviderError::Late);
        }
        let result = timeout_at(self.until, self.insist(change)).await;
        let result = result.unwrap_or(Err(ProviderError::Late));
        self.learn(&result);
        result
    }

    fn learn(&self, result: &Result<(), ProviderError>) {
        if let Err(error) = result {
            match error.reach() {
                Reach::Location => self.server.failed(chain(error)),
                Reach::Zone => self.here.failed(chain(error)),
                Reach::Name => {}
            }
        }
    }

    fn down(&self) -> Option<String> {
        self.server.down().or_else(|| self.here.down())
    }

    /// A change says what shall stand there, so it may be sent again to a server that failed. One VM does so at a time:
    /// what it finds, in the end, holds for all.
    async fn insist(&self, change: Change<'_>) -> Result<(), ProviderError> {
        let mut result = self.send(change).await;
        if !matches!(result, Err(ProviderError::Failing(_))) {
            return result;
        }
        let _alone = self.server.alone().await;
        if let Some(why) = self.down() {
            return Err(ProviderError::Down(why));
        }
        let began = Instant::now();
        for pause in PAUSES_MS {
            sleep(Duration::from_millis(pause)).await;
            result = self.send(change).await;
            let failing = matches!(result, Err(ProviderError::Failing(_)));
            if !failing || began.elapsed() >= RETRY_LIMIT {
                break;
            }
        }
        // Before the next one is let in.
        self.learn(&result);
        result
    }

    async fn send(&self, change: Change<'_>) -> Result<(), ProviderError> {
        let (provider, zone) = (&self.zone.provider, &self.zone.name);
        match change {
            Change::Upsert(set) => provider.upsert(zone, set).await,
            Change::Delete(name, kind) => provider.delete(zone, name, kind).await,
        }
    }

    fn note(&mut self, round: Round, owner: Owner, what: &str, result: Result<(), ProviderError>) {
        let at = format!("{:?} <- {what}", self.zone);
        self.done.push((round, owner, at, result));
    }
}
