//! A run over the zones that take the names of a VM: which records it is about, what it set and what it did not.

use crate::dns::name::bare;
use crate::dns::{self, Account, Desired, Report, Zone, ZoneName, host_name};
use crate::host::HostError;
use crate::model::{FieldError, ServiceId};
use crate::site::Site;
use crate::store::StoreError;
use crate::store::address::AddressRow;
use crate::store::zone::{self, ZoneRow};
use serde_json::{Map, Value, json};
use std::net::IpAddr;
use thiserror::Error;
use tokio::time::Instant;

/// The addresses of rows.
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
        Err(errors) => return Err(unusable(FieldError::sentences(&errors).to_string())),
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
