//! Allocating and freeing addresses.

use super::source::Sources;
use super::{Vm, firewall, identity, records};
use crate::host::Statement;
use crate::ipam::Family;
use crate::model::{Failure, Skip, StepResult, Verdict};
use crate::store::address::{self, AddressRow};
use futures_util::future::LocalBoxFuture;
use std::net::IpAddr;
use std::rc::Rc;

/// How many times a choice is made anew when another machine takes an address first.
const TRIES: u32 = 100;
/// Machines that met at one address go on at moments that differ by up to so many milliseconds.
const APART: u64 = 20;

/// Takes the addresses sold: from the server's pools first, then from its legacy list, the lowest free first. Gateways
/// and reserved addresses are never taken, a family with DHCP takes none. Writes address, name, user and domain to WHMCS.
pub fn allocate(vm: &mut Vm) -> LocalBoxFuture<'_, StepResult> {
    Box::pin(async move {
        vm.leave_elsewhere().await?;
        let taken = take_missing(vm).await?;
        identity::settle(vm).await?;
        identity::publish(vm).await?;
        // The next step may ask name servers.
        vm.has_started();
        let configured = vm.plan.net.has_static();
        Ok(match (taken, configured) {
            (_, false) => Verdict::Skipped(Skip::NotConfigured),
            (0, true) => Verdict::Skipped(Skip::NoChange),
            _ => Verdict::Done,
        })
    })
}

/// Takes those of the addresses sold that the service does not have yet.
pub(super) async fn complete(vm: &mut Vm) -> Result<(), Failure> {
    let taken = take_missing(vm).await?;
    // A change of package takes the addresses of such a VM too, but gives it neither user nor password.
    if taken > 0 || !identity::is_settled(vm) {
        identity::settle(vm).await?;
        identity::publish(vm).await?;
    }
    Ok(())
}

/// Brings addresses, names and address set to a changed package: surplus addresses are freed, missing ones taken.
pub fn recount(vm: &mut Vm) -> LocalBoxFuture<'_, StepResult> {
    Box::pin(async move {
        let freed = free_surplus(vm).await?;
        let taken = take_missing(vm).await?;
        if freed + taken == 0 {
            // A run that was killed may have changed the addresses and not the names.
            return Ok(match records::resync(vm).await? {
                true => Verdict::Done,
                false => Verdict::Skipped(Skip::NoChange),
            });
        }
        identity::publish(vm).await?;
        records::resync(vm).await?;
        if let wait @ Verdict::Wait(_) = firewall::configure(vm).await? {
            return Ok(wait);
        }
        Ok(Verdict::Done)
    })
}

/// Frees the addresses past the package's number, the last taken first; the primary goes only with its family.
async fn free_surplus(vm: &mut Vm) -> Result<u32, Failure> {
    let wanted = [
        (4, vm.plan.net.static_ipv4()),
        (6, vm.plan.net.static_ipv6()),
    ];
    let surplus: Vec<AddressRow> = vm
        .addresses
        .iter()
        .filter(|row| {
            wanted
                .iter()
                .any(|(family, count)| row.family == *family && row.position >= u64::from(*count))
        })
        .cloned()
        .collect();
    if surplus.is_empty() {
        return Ok(0);
    }
    give_up(vm, &surplus).await?;
    vm.addresses.retain(|row| !surplus.contains(row));
    Ok(u32::try_from(surplus.len()).unwrap_or(u32::MAX))
}

/// Moves addresses of the service to quarantine, their reverse names first.
pub(super) async fn give_up(vm: &mut Vm, rows: &[AddressRow]) -> Result<(), Failure> {
    let given_up: Vec<IpAddr> = rows
        .iter()
        .filter_map(|row| row.text.parse().ok())
        .collect();
    records::forget(vm, &given_up).await?;
    let now = vm.site.now();
    let free = rows.iter().map(|row| row.free(vm.record.service, now));
    let freed = vm.site.host.transact(free.collect()).await;
    freed.map_err(crate::store::StoreError::from)?;
    Ok(())
}

/// How many were taken now.
async fn take_missing(vm: &mut Vm) -> Result<u32, Failure> {
    let fleet = Rc::clone(&vm.fleet);
    let _alone = fleet.choosing.lock().await;
    for _ in 0..TRIES {
        let chosen = choose(vm).await?;
        if chosen.is_empty() {
            return Ok(0);
        }
        let count = u32::try_from(chosen.len()).unwrap_or(u32::MAX);
        vm.record.cluster.clone_from(&fleet.key);
        let take: Vec<Statement> = chosen
            .iter()
            .map(|row| row.take(vm.record.service))
            .collect();
        let outcome = vm
            .site
            .host
            .transact(take)
            .await
            .map_err(crate::store::StoreError::from)?;
        if outcome.committed() {
            vm.addresses = address::of(&vm.site.host, vm.record.service).await?;
            return Ok(count);
        }
        // Another machine was faster with one of them: all of them are chosen anew.
        let pause = vm.site.chance.between(0, APART);
        tokio::time::sleep(std::time::Duration::from_millis(pause)).await;
    }
    Err(Failure::retry(format!(
        "{TRIES} times in a row another machine took the same address. Will retry."
    )))
}

/// The addresses still missing, or why there are none.
async fn choose(vm: &Vm) -> Result<Vec<AddressRow>, Failure> {
    let mut chosen: Vec<AddressRow> = vec![];
    let wanted = [
        (Family::V4, vm.plan.net.static_ipv4()),
        (Family::V6, vm.plan.net.static_ipv6()),
    ];
    for (family, wanted) in wanted {
        let have = vm
            .addresses
            .iter()
            .filter(|row| row.family == family.number())
            .count();
        let missing = (wanted as usize).saturating_sub(have);
        if missing == 0 {
            continue;
        }
        let mut sources = Sources::of(vm, family).await?;
        for offset in 0..missing {
            // Everything of one VM hangs on one card, so the second address stands where the first does.
            let anchor = vm
                .addresses
                .first()
                .or(chosen.first())
                .map(|row| (row.bridge.clone(), row.vlan));
            let mut row = sources.lowest(vm, anchor, &chosen).await?;
            row.position = (have + offset) as u64;
            chosen.push(row);
        }
    }
    Ok(chosen)
}
