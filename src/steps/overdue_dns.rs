//! Names that a name server did not take: remembered by service, tried again after growing pauses, told once they are
//! there.

use super::dns_run::{self, Names, Run};
use crate::dns::Desired;
use crate::dns::name::bare;
use crate::model::{ServiceId, VmState};
use crate::plan::Service;
use crate::site::Site;
use crate::store::overdue_dns;
use crate::store::overdue_dns::Overdue;
use crate::store::vm::VmRecord;
use crate::store::{StoreError, address};
use std::net::IpAddr;
use tokio::time::Instant;

/// The first pause, in seconds; each further one is twice as long …
const FIRST_PAUSE_S: i64 = 60;
/// … up to this: a name server that is mended is noticed within an hour without anybody's help.
const LONGEST_PAUSE_S: i64 = 3600;
/// How often a row that somebody else changes at the same moment is read again.
const TRIES: u32 = 5;

/// When to try again after this many tries that failed.
fn next(now: i64, fails: u64) -> i64 {
    let doublings = u32::try_from(fails.saturating_sub(1).min(8)).unwrap_or(8);
    now + (FIRST_PAUSE_S << doublings).min(LONGEST_PAUSE_S)
}

/// Remembers what a run did not set, and forgets what it did. A line for the log, where there is something to tell.
pub(super) async fn learn(
    site: &Site,
    service: ServiceId,
    run: &Run,
) -> Result<Option<String>, StoreError> {
    for _ in 0..TRIES {
        let before = overdue_dns::of(&site.host, service).await?;
        if before.is_none() && run.missing.is_empty() {
            return Ok(None);
        }
        let before = before.unwrap_or_else(|| Overdue::none(service, site.now()));
        let now = without(&before, &run.about);
        if let Some(told) = store(site, &before, now, &run.missing).await? {
            return Ok(told);
        }
    }
    // A process that keeps writing to this row is at work on these very names.
    Ok(None)
}

/// What is left of what was overdue, once these were tried.
fn without(before: &Overdue, tried: &Names) -> Names {
    let names = before.names.iter();
    let addresses = before.addresses.iter();
    Names {
        names: names
            .filter(|name| !tried.names.contains(name))
            .cloned()
            .collect(),
        addresses: addresses
            .filter(|address| !tried.addresses.contains(address))
            .copied()
            .collect(),
    }
}

/// Stores what is left and what is missing now. The outer `None`: somebody else was faster.
async fn store(
    site: &Site,
    before: &Overdue,
    mut left: Names,
    missing: &Names,
) -> Result<Option<Option<String>>, StoreError> {
    left.add(&missing.names, &missing.addresses);
    let mut after = before.clone();
    (after.names, after.addresses) = (left.names, left.addresses);
    if !missing.is_empty() {
        after.fails += 1;
        after.next = next(site.now(), after.fails);
    }
    if !overdue_dns::keep(&site.host, &after).await? {
        return Ok(None);
    }
    let (was, count) = (before.count(), after.count());
    Ok(Some(match count {
        0 if was == 0 => None,
        0 => Some(format!("caught up: {was} overdue records are set")),
        _ => Some(format!(
            "{count} records not set in time; the cron goes on trying"
        )),
    }))
}

/// How a try to catch up went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caught {
    /// A flow is under way, which sets its names itself.
    Busy,
    /// How many records were set or removed; none is overdue any more.
    All(usize),
    /// How many are still overdue, and why the first of them is.
    Left(usize, String),
}

/// Tries again what is overdue for a service. `current`: its row and what WHMCS says of it, where there still is a row; the
/// service is then leased to whoever calls.
///
/// # Errors
/// When the database fails.
pub async fn catch_up(
    site: &Site,
    before: &Overdue,
    current: Option<(&VmRecord, &Service)>,
    until: Instant,
) -> Result<Caught, StoreError> {
    let state = current.map_or(VmState::Remove, |(record, _)| record.state);
    if !matches!(
        state,
        VmState::Ready | VmState::ErrorRestore | VmState::Remove
    ) {
        let mut later = before.clone();
        later.next = next(site.now(), before.fails);
        overdue_dns::keep(&site.host, &later).await?;
        return Ok(Caught::Busy);
    }
    let present = match current {
        Some((record, service)) if state != VmState::Remove => {
            let held = address::of(&site.host, record.service).await?;
            let chosen = dns_run::chosen(&record.rev_dns);
            Desired::of_vm(&service.domain, &dns_run::parsed(&held), &chosen)
        }
        _ => Desired::default(),
    };
    let wanted = restricted(&present, before);
    let gone = gone(site, before, &present).await?;
    let domain = current.map_or("", |(_, service)| service.domain.as_str());
    let whose = (before.service, domain);
    let (mut missing, mut error) = (Names::default(), String::new());
    let mut first = Some(&wanted);
    for old in &gone {
        let run = dns_run::sync(site, whose, first.take(), Some(old), until).await?;
        missing.add(&run.missing.names, &run.missing.addresses);
        if error.is_empty() {
            error = trouble(&run);
        }
    }
    let left = store(site, before, Names::default(), &missing).await?;
    let count = missing.names.len() + missing.addresses.len();
    Ok(match (left, count) {
        // What somebody else remembered meanwhile is tried with the next run.
        (None, _) => Caught::Busy,
        (_, 0) => Caught::All(before.count()),
        _ => Caught::Left(count, error),
    })
}

/// Of the records a VM shall have those that are overdue.
fn restricted(present: &Desired, overdue: &Overdue) -> Desired {
    let mut wanted = present.clone();
    if !overdue.names.contains(&bare(&present.fqdn)) {
        wanted.fqdn.clear();
        wanted.forward.clear();
    }
    wanted
        .reverse
        .retain(|(address, _)| overdue.addresses.contains(address));
    wanted
}

/// What is overdue and not to be there any more, at least one entry. What another service has by now is its own.
async fn gone(
    site: &Site,
    overdue: &Overdue,
    present: &Desired,
) -> Result<Vec<Desired>, StoreError> {
    let held = |address: &IpAddr| present.reverse.iter().any(|(own, _)| own == address);
    let mut addresses = overdue.addresses.clone();
    addresses.retain(|address| !held(address));
    let taken = overdue_dns::taken(&site.host, overdue.service, &addresses).await?;
    addresses.retain(|address| !taken.contains(address));
    let reverse = addresses
        .into_iter()
        .map(|address| (address, String::new()));
    let mut gone = vec![Desired {
        reverse: reverse.collect(),
        ..Desired::default()
    }];
    for name in &overdue.names {
        let other = *name != bare(&present.fqdn);
        if other && !overdue_dns::named(&site.host, overdue.service, name).await? {
            gone.push(Desired {
                fqdn: name.clone(),
                ..Desired::default()
            });
        }
    }
    Ok(gone)
}

/// The first thing that went wrong in a run.
fn trouble(run: &Run) -> String {
    let lines = run.report.iter().flat_map(|report| &report.lines);
    let failed = lines.filter(|line| !line.ok).map(|line| line.text.clone());
    failed
        .chain(run.skipped.iter().cloned())
        .next()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_from_a_minute_to_an_hour() {
        let pauses: Vec<i64> = (1..10).map(|fails| next(0, fails)).collect();
        assert_eq!(pauses, [60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]);
        assert_eq!(next(0, u64::MAX), 3600);
    }
}
