//! The VM's names in DNS. Whatever a provider does, and however long it takes, the flow goes on: what is not set in time
//! is remembered, and a later run sets it.

use super::overdue_dns;
use crate::dns::name::bare;
use crate::dns::{self, Account, Desired, Report, Zone, ZoneName, host_name};
use crate::host::HostError;
use crate::model::{Failure, FieldError, ServiceId, Skip, StepResult, Verdict};
use crate::plan::Service;
use crate::site::Site;
use crate::store::StoreError;
use crate::store::address::AddressRow;
use crate::store::zone::{self, ZoneRow};
use crate::vm::Vm;
use futures_util::future::LocalBoxFuture;
use serde_json::{Map, Value, json};
use std::net::IpAddr;
use std::time::Duration;
use thiserror::Error;
use tokio::time::Instant;

/// So long a step stays with names, whatever else its time would allow.
const STEP_LIMIT: Duration = Duration::from_secs(45);
/// So long a page does: somebody waits for it.
const PAGE_LIMIT: Duration = Duration::from_secs(20);
/// A step that comes to its names late still tries for so long: its own time ends later than that.
const SHORTEST_TRY: Duration = Duration::from_secs(5);

/// Brings the records of the VM's names and addresses to what they shall be, in every zone that takes them.
pub fn configure(vm: &mut Vm) -> LocalBoxFuture<'_, StepResult> {
    Box::pin(async move {
        let wanted = desired(vm);
        Ok(
            match settle(vm, Some(&wanted), Some(&wanted), STEP_LIMIT).await? {
                Some(_) => Verdict::Done,
                None => Verdict::Skipped(Skip::NotConfigured),
            },
        )
    })
}

/// The same; whether any zone took a name.
pub(super) async fn resync(vm: &mut Vm) -> Result<bool, Failure> {
    let wanted = desired(vm);
    Ok(settle(vm, Some(&wanted), Some(&wanted), STEP_LIMIT)
        .await?
        .is_some())
}

/// Deletes the reverse names of addresses that are about to be given up: afterwards nobody knows any more that they were
/// this VM's.
pub(super) async fn forget(vm: &mut Vm, addresses: &[IpAddr]) -> Result<(), Failure> {
    let old = Desired {
        reverse: addresses
            .iter()
            .map(|address| (*address, String::new()))
            .collect(),
        ..Desired::default()
    };
    settle(vm, None, Some(&old), STEP_LIMIT).await?;
    Ok(())
}

/// Deletes the VM's records; what a provider refuses is noted, and left.
pub(super) async fn remove(vm: &mut Vm) -> Result<(), Failure> {
    if !vm.addresses.is_empty() {
        let old = desired(vm);
        settle(vm, None, Some(&old), STEP_LIMIT).await?;
    }
    let leaving = parsed(&vm.leaving);
    match leaving.is_empty() {
        true => Ok(()),
        false => forget(vm, &leaving).await,
    }
}

/// Writes the reverse names of some of the VM's addresses, and says how that went.
pub async fn write_reverse(vm: &mut Vm, addresses: &[IpAddr]) -> Result<Option<Report>, Failure> {
    let all = desired(vm);
    let wanted = Desired {
        reverse: all
            .reverse
            .into_iter()
            .filter(|(address, _)| addresses.contains(address))
            .collect(),
        ..Desired::default()
    };
    settle(vm, Some(&wanted), None, PAGE_LIMIT).await
}

/// Those of some addresses whose reverse name no configured zone takes.
pub async fn unzoned(site: &Site, addresses: &[IpAddr]) -> Result<Vec<IpAddr>, StoreError> {
    let rows = zone::list(&site.host).await?;
    let names: Vec<ZoneName> = rows
        .iter()
        .filter_map(|row| ZoneName::parse(&row.zone).ok())
        .collect();
    let free = |address: &&IpAddr| {
        let holds = |zone: &ZoneName| zone.reverse_name(**address).is_some();
        !names.iter().any(holds)
    };
    Ok(addresses.iter().filter(free).copied().collect())
}

/// The records the VM should have: those the client chose for an address go before the VM's own name.
fn desired(vm: &Vm) -> Desired {
    let addresses = parsed(&vm.addresses);
    Desired::of_vm(&vm.service.domain, &addresses, &chosen(&vm.record.rev_dns))
}

pub(super) fn parsed(rows: &[AddressRow]) -> Vec<IpAddr> {
    let texts = rows.iter().map(|row| row.text.parse());
    texts.filter_map(Result::ok).collect()
}

/// The reverse names of a stored JSON object; what is no address or no host name is left out.
pub fn chosen(stored: &str) -> Vec<(IpAddr, String)> {
    serde_json::from_str::<Map<String, Value>>(stored)
        .unwrap_or_default()
        .iter()
        .filter_map(|(address, name)| {
            Some((address.parse().ok()?, host_name(name.as_str()?).ok()?))
        })
        .collect()
}

/// Deletes the records of a service that nobody works on any more, as it stood before. What could not be deleted now, and
/// is tried again later: a line for each record, or for each zone that cannot be used.
pub async fn erase(
    site: &Site,
    known: &Service,
    addresses: &[AddressRow],
    rev_dns: &str,
) -> Result<Vec<String>, StoreError> {
    if addresses.is_empty() {
        return Ok(vec![]);
    }
    let old = Desired::of_vm(&known.domain, &parsed(addresses), &chosen(rev_dns));
    let until = Instant::now() + PAGE_LIMIT;
    let run = sync(site, (known.id, &known.domain), None, Some(&old), until).await?;
    overdue_dns::learn(site, known.id, &run).await?;
    let failed = run.report.iter().flat_map(|report| &report.lines);
    let failed = failed.filter(|line| !line.ok).map(|line| line.text.clone());
    Ok(run.skipped.into_iter().chain(failed).collect())
}

/// Runs over the zones that take one of the names, at most for `most`; `None`: there are none. Leaves the lines as notes.
async fn settle(
    vm: &mut Vm,
    wanted: Option<&Desired>,
    old: Option<&Desired>,
    most: Duration,
) -> Result<Option<Report>, Failure> {
    let now = Instant::now();
    let until = (now + most).min(vm.until.max(now + SHORTEST_TRY));
    let whose = (vm.record.service, vm.service.domain.as_str());
    let run = sync(&vm.site, whose, wanted, old, until).await?;
    let told = overdue_dns::learn(&vm.site, vm.record.service, &run).await?;
    for why in run.skipped {
        vm.note(why);
    }
    if let Some(report) = &run.report {
        for line in &report.lines {
            vm.note(line.text.clone());
        }
        if !report.lines.is_empty() {
            vm.note(report.to_string());
        }
    }
    if let Some(told) = told {
        vm.note(told);
    }
    Ok(run.report)
}

/// What became of a run over the zones.
#[derive(Default)]
pub(super) struct Run {
    /// `None`: no zone takes one of the names.
    pub(super) report: Option<Report>,
    /// Zones that cannot be used, and why.
    pub(super) skipped: Vec<String>,
    /// All it was about.
    pub(super) about: Names,
    /// What is not as it shall be, for whatever reason.
    pub(super) missing: Names,
}

/// Names that have, or had, address records, and addresses that have reverse names.
#[derive(Default)]
pub(super) struct Names {
    pub(super) names: Vec<String>,
    pub(super) addresses: Vec<IpAddr>,
}

impl Names {
    fn of<'a>(records: impl Iterator<Item = &'a Desired> + Clone) -> Self {
        let names = records.clone().map(|one| bare(&one.fqdn));
        let addresses = records.flat_map(|one| one.reverse.iter().map(|(address, _)| *address));
        Self {
            names: names.filter(|name| !name.is_empty()).collect(),
            addresses: addresses.collect(),
        }
    }

    /// Those a zone takes.
    fn within(&self, zone: &ZoneName) -> Self {
        let names = self.names.iter().filter(|name| zone.takes(name));
        let addresses = self.addresses.iter();
        let addresses = addresses.filter(|address| zone.reverse_name(**address).is_some());
        Self {
            names: names.cloned().collect(),
            addresses: addresses.copied().collect(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.names.is_empty() && self.addresses.is_empty()
    }

    /// Adds what is not among them yet.
    pub(super) fn add(&mut self, names: &[String], addresses: &[IpAddr]) {
        let new = names.iter().filter(|name| !self.names.contains(name));
        let new: Vec<String> = new.cloned().collect();
        self.names.extend(new);
        let new = addresses.iter().filter(|one| !self.addresses.contains(one));
        let new: Vec<IpAddr> = new.copied().collect();
        self.addresses.extend(new);
    }
}

/// The run itself, for a service with this domain; it stands in WHMCS's module log afterwards.
pub(super) async fn sync(
    site: &Site,
    whose: (ServiceId, &str),
    wanted: Option<&Desired>,
    old: Option<&Desired>,
    until: Instant,
) -> Result<Run, StoreError> {
    let about = Names::of(wanted.into_iter().chain(old));
    let mut run = Run::default();
    let zones = zones(site, &about, &mut run).await?;
    run.about = about;
    if zones.is_empty() {
        return Ok(run);
    }
    let report = dns::sync(&zones, wanted, old, &site.server_health, until).await;
    if !report.lines.is_empty() {
        tell(site, whose, &report).await;
    }
    run.missing
        .add(&report.missing_names, &report.missing_addresses);
    run.report = Some(report);
    Ok(run)
}

/// Puts the run into WHMCS's module log.
async fn tell(site: &Site, (service, domain): (ServiceId, &str), report: &Report) {
    let lines: Vec<&str> = report.lines.iter().map(|line| line.text.as_str()).collect();
    let args = json!({
        "action": "dns",
        "request": {"service_id": service.0, "domain": domain},
        "response": lines,
        "processed": report.to_string(),
    });
    // The run log has the same: a log that cannot be written stops nothing.
    let _ = site.host.effect("log_module", args).await;
}

/// The zones that take one of the names; those that cannot be used, the run notes.
async fn zones(site: &Site, about: &Names, run: &mut Run) -> Result<Vec<Zone>, StoreError> {
    let mut zones = vec![];
    for row in zone::list(&site.host).await? {
        let touched = ZoneName::parse(&row.zone).map(|zone| about.within(&zone));
        if touched.as_ref().is_ok_and(Names::is_empty) {
            continue;
        }
        match open(site, &row).await {
            Ok(zone) => zones.push(zone),
            Err(Unusable::Host(error)) => return Err(error.into()),
            Err(Unusable::Said(why)) => {
                run.skipped
                    .push(format!("zone {} is skipped: {why}", row.zone));
                let touched = touched.unwrap_or_default();
                run.missing.add(&touched.names, &touched.addresses);
            }
        }
    }
    Ok(zones)
}

/// Why a stored zone cannot be used.
#[derive(Debug, Error)]
pub enum Unusable {
    /// Something is wrong with what was entered.
    #[error("{0}")]
    Said(String),
    /// The host failed.
    #[error(transparent)]
    Host(#[from] HostError),
}

/// A stored zone and the provider behind it.
///
/// # Errors
/// Why it cannot be used.
pub async fn open(site: &Site, row: &ZoneRow) -> Result<Zone, Unusable> {
    let unusable = |why: String| Unusable::Said(why);
    let name = match ZoneName::parse(&row.zone) {
        Ok(name) => name,
        Err(rule) => return Err(unusable(format!("its name {rule}"))),
    };
    let account = match Account::read(&row.kind, &row.fields()) {
        Ok(account) => account,
        Err(errors) => return Err(unusable(FieldError::sentences(&errors))),
    };
    let secret = match zone::unseal(&site.host, row).await {
        Ok(secret) => secret,
        Err(HostError::Gone) => return Err(HostError::Gone.into()),
        // What WHMCS says of its own cipher is for its log.
        Err(_) => {
            let why = "WHMCS cannot decrypt its secret; enter it again";
            return Err(unusable(why.to_owned()));
        }
    };
    if account.secret_field().is_some() && secret.is_empty() {
        return Err(unusable("its secret is not set".to_owned()));
    }
    let provider = account.open(site.transport.clone(), secret);
    Ok(Zone { name, provider })
}
