//! The VM's names in DNS. Whatever a provider does, the flow goes on.

use super::Vm;
use crate::dns::{self, Account, Desired, Report, Zone, ZoneName, host_name};
use crate::host::HostError;
use crate::model::{Failure, FieldError, Skip, StepResult, Verdict};
use crate::plan::Service;
use crate::site::Site;
use crate::store::StoreError;
use crate::store::address::AddressRow;
use crate::store::zone::{self, ZoneRow};
use futures_util::future::LocalBoxFuture;
use serde_json::{Map, Value, json};
use std::net::IpAddr;

/// Brings the records of the VM's names and addresses to what they shall be, in every zone that takes them.
pub fn configure(vm: &mut Vm) -> LocalBoxFuture<'_, StepResult> {
    Box::pin(async move {
        let wanted = desired(vm);
        Ok(match settle(vm, Some(&wanted), Some(&wanted)).await? {
            Some(_) => Verdict::Done,
            None => Verdict::Skipped(Skip::NotConfigured),
        })
    })
}

/// The same; whether any zone took a name.
pub(super) async fn resync(vm: &mut Vm) -> Result<bool, Failure> {
    let wanted = desired(vm);
    Ok(settle(vm, Some(&wanted), Some(&wanted)).await?.is_some())
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
    settle(vm, None, Some(&old)).await?;
    Ok(())
}

/// Deletes the VM's records; what a provider refuses is noted, and left.
pub(super) async fn remove(vm: &mut Vm) -> Result<(), Failure> {
    if !vm.addresses.is_empty() {
        let old = desired(vm);
        settle(vm, None, Some(&old)).await?;
    }
    Ok(())
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
    settle(vm, Some(&wanted), None).await
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

fn parsed(rows: &[AddressRow]) -> Vec<IpAddr> {
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

/// Deletes the records of a service that nobody works on any more, as it stood before. What could not be deleted and
/// remains: a line for each record, or for each zone that cannot be used.
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
    let run = sync(site, known, None, Some(&old)).await?;
    let failed = run.report.iter().flat_map(|report| &report.lines);
    let failed = failed.filter(|line| !line.ok).map(|line| line.text.clone());
    Ok(run.skipped.into_iter().chain(failed).collect())
}

/// Runs over the zones that take one of the names; `None`: there are none. Leaves the lines as notes.
async fn settle(
    vm: &mut Vm,
    wanted: Option<&Desired>,
    old: Option<&Desired>,
) -> Result<Option<Report>, Failure> {
    let run = sync(&vm.site, &vm.service, wanted, old).await?;
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
    Ok(run.report)
}

/// What became of a run over the zones.
struct Run {
    /// `None`: no zone takes one of the names.
    report: Option<Report>,
    /// Zones that cannot be used, and why.
    skipped: Vec<String>,
}

/// The run itself; it stands in WHMCS's module log afterwards.
async fn sync(
    site: &Site,
    known: &Service,
    wanted: Option<&Desired>,
    old: Option<&Desired>,
) -> Result<Run, StoreError> {
    let (zones, skipped) = zones(site, wanted, old).await?;
    if zones.is_empty() {
        return Ok(Run {
            report: None,
            skipped,
        });
    }
    let report = dns::sync(&zones, wanted, old).await;
    if !report.lines.is_empty() {
        tell(site, known, &report).await;
    }
    Ok(Run {
        report: Some(report),
        skipped,
    })
}

/// Puts the run into WHMCS's module log.
async fn tell(site: &Site, known: &Service, report: &Report) {
    let lines: Vec<&str> = report.lines.iter().map(|line| line.text.as_str()).collect();
    let args = json!({
        "action": "dns",
        "request": {"service_id": known.id.0, "domain": known.domain},
        "response": lines,
        "processed": report.to_string(),
    });
    // The run log has the same: a log that cannot be written stops nothing.
    let _ = site.host.effect("log_module", args).await;
}

async fn zones(
    site: &Site,
    wanted: Option<&Desired>,
    old: Option<&Desired>,
) -> Result<(Vec<Zone>, Vec<String>), StoreError> {
    let both = || wanted.into_iter().chain(old);
    let takes = |zone: &ZoneName| {
        both().any(|records| {
            let mut addresses = records.reverse.iter();
            zone.takes(&records.fqdn)
                || addresses.any(|(address, _)| zone.reverse_name(*address).is_some())
        })
    };
    let (mut zones, mut skipped) = (vec![], vec![]);
    for row in zone::list(&site.host).await? {
        let touched = ZoneName::parse(&row.zone).map_or(true, |zone| takes(&zone));
        if !touched {
            continue;
        }
        match open(site, &row).await? {
            Ok(zone) => zones.push(zone),
            Err(why) => skipped.push(format!("zone {} is skipped: {why}", row.zone)),
        }
    }
    Ok((zones, skipped))
}

/// A stored zone and the provider behind it; the inner error says why it cannot be used.
pub async fn open(site: &Site, row: &ZoneRow) -> Result<Result<Zone, String>, HostError> {
    let name = match ZoneName::parse(&row.zone) {
        Ok(name) => name,
        Err(rule) => return Ok(Err(format!("its name {rule}"))),
    };
    let account = match Account::read(&row.kind, &row.fields()) {
        Ok(account) => account,
        Err(errors) => return Ok(Err(FieldError::sentences(&errors))),
    };
    let secret = match zone::unseal(&site.host, row).await {
        Ok(secret) => secret,
        Err(HostError::Gone) => return Err(HostError::Gone),
        // What WHMCS says of its own cipher is for its log.
        Err(_) => {
            return Ok(Err(
                "WHMCS cannot decrypt its secret; enter it again".to_owned()
            ));
        }
    };
    if account.secret_field().is_some() && secret.is_empty() {
        return Ok(Err("its secret is not set".to_owned()));
    }
    let provider = account.open(site.transport.clone(), secret);
    Ok(Ok(Zone { name, provider }))
}
