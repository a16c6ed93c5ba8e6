//! The VM's names in DNS. Whatever a provider does, and however long it takes, the flow goes on: what is not set in time
//! is remembered, and a later run sets it.

use super::dns_run::{chosen, parsed, sync};
use super::overdue_dns;
use crate::dns::{Desired, Report, ZoneName};
use crate::model::{Failure, Skip, StepResult, Verdict};
use crate::plan::Service;
use crate::site::Site;
use crate::store::StoreError;
use crate::store::address::AddressRow;
use crate::store::zone;
use crate::vm::Vm;
use futures_util::future::LocalBoxFuture;
use std::net::IpAddr;
use std::time::Duration;
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

/// Deletes the VM's records, also of what is leaving it; what a provider refuses is noted, and left. The name goes with its
/// last address: where a package took that away and its own step was never reached, the name still stands for it.
pub(super) async fn remove(vm: &mut Vm) -> Result<(), Failure> {
    let addresses = [parsed(&vm.addresses), parsed(&vm.leaving)].concat();
    if addresses.is_empty() {
        return Ok(());
    }
    let named = chosen(&vm.record.rev_dns);
    let old = Desired::of_vm(&vm.service.domain, &addresses, &named);
    settle(vm, None, Some(&old), STEP_LIMIT).await?;
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
