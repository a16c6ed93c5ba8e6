//! Allocating addresses, exchanging them, and having them leave.
//!
//! An address leaves a service in three steps: its row says `leaving`; the VM's configuration and its address set lose it;
//! once the VM was off since, nobody has it any more (`address_release.rs`). So no other service can get it too early.

use super::address_supply::AddressSupply;
use super::{address_release, chosen_addresses, dns_records, firewall, identity, network};
use crate::host::Statement;
use crate::ipam::{Family, scope};
use crate::model::{Failure, Skip, StepResult, Verdict, VmState};
use crate::store::StoreError;
use crate::store::address::{self, AddressRow, Holding};
use crate::vm::Vm;
use futures_util::future::LocalBoxFuture;
use std::rc::Rc;

/// How many times addresses are chosen again when another machine takes one of them first.
const TRIES: u32 = 100;
/// Machines that tried to take the same address try again at moments that differ by up to this many milliseconds.
const LONGEST_PAUSE_MS: u64 = 20;

/// Takes the addresses sold: those that staff typed into the service, then from the server's pools, then from its legacy
/// list, the lowest free first. Gateways and reserved addresses are never taken, a family with DHCP takes none. Writes
/// address, name, user and domain to WHMCS.
pub fn allocate(vm: &mut Vm) -> LocalBoxFuture<'_, StepResult> {
    Box::pin(async move {
        vm.leave_elsewhere().await?;
        let changed = bring(vm).await?;
        identity::settle(vm).await?;
        identity::publish(vm).await?;
        // The next step may ask name servers.
        vm.has_started();
        let configured = vm.plan.net.has_static();
        Ok(match (changed, configured) {
            (_, false) => Verdict::Skipped(Skip::NotConfigured),
            (false, true) => Verdict::Skipped(Skip::NoChange),
            _ => Verdict::Done,
        })
    })
}

/// Brings the addresses of a VM that is about to be removed to what is sold now.
pub(super) async fn complete(vm: &mut Vm) -> Result<(), Failure> {
    let changed = bring(vm).await?;
    // A change of package takes the addresses of such a VM too, but gives it neither user nor password.
    if changed || !identity::is_settled(vm) {
        identity::settle(vm).await?;
        identity::publish(vm).await?;
    }
    Ok(())
}

/// Brings addresses and names to a changed package: missing addresses are taken, surplus ones and those of another
/// network begin to leave. The guest gets to know with the network's own step.
///
/// By itself, as a button, it also writes the guest's configuration, which takes effect when the VM is started next.
pub fn recount(vm: &mut Vm) -> LocalBoxFuture<'_, StepResult> {
    Box::pin(async move {
        let alone = vm.record.state == VmState::Ready;
        if alone && vm.addresses.iter().any(|row| !fits(vm, row)) {
            return Err(Failure::person(
                "The package is on another bridge or VLAN than the service's addresses. Run Change Package: it exchanges them while the VM is off.",
            ).into());
        }
        let mut changed = bring(vm).await?;
        if changed || !identity::is_published(vm) {
            identity::publish(vm).await?;
            changed = true;
        }
        // A run that was killed may have changed the addresses and not the names.
        changed |= dns_records::resync(vm).await?;
        if alone {
            for verdict in [network::announce(vm).await?, firewall::configure(vm).await?] {
                changed |= verdict == Verdict::Done;
            }
            address_release::let_go(vm).await?;
        } else {
            changed |= firewall::widen(vm).await?;
        }
        Ok(match changed {
            true => Verdict::Done,
            false => Verdict::Skipped(Skip::NoChange),
        })
    })
}

/// Whether an address is reachable on the network that is sold. Where bridge and VLAN come from the address, each is.
fn fits(vm: &Vm, row: &AddressRow) -> bool {
    let net = &vm.plan.net;
    net.auto_bridge || (row.bridge == net.bridge && row.vlan == u64::from(net.vlan))
}

/// What is to be done with a service's addresses.
#[derive(Default)]
struct AddressChanges {
    /// They stay, at another place among the others.
    settled: Vec<AddressRow>,
    /// They were about to leave and stay.
    back: Vec<AddressRow>,
    taken: Vec<AddressRow>,
    leaving: Vec<AddressRow>,
}

impl AddressChanges {
    fn statements(&self, vm: &Vm) -> Vec<Statement> {
        let service = vm.record.service;
        let settled = self.settled.iter().map(|row| row.settle(service));
        let back = self.back.iter().map(|row| row.stay(service));
        let taken = self.taken.iter();
        let taken = taken.flat_map(|row| row.take(service, vm.service.client_id, vm.site.now()));
        let leaving = self.leaving.iter().map(|row| row.leave(service));
        settled.chain(back).chain(taken).chain(leaving).collect()
    }
}

/// Brings what the service holds to what is sold, all at once or not at all. Whether anything had to be changed.
async fn bring(vm: &mut Vm) -> Result<bool, Failure> {
    let cluster = Rc::clone(&vm.cluster);
    let _alone = cluster.choosing.lock().await;
    for _ in 0..TRIES {
        let changes = choose(vm).await?;
        let statements = changes.statements(vm);
        if statements.is_empty() {
            return Ok(false);
        }
        vm.record.cluster.clone_from(&cluster.key);
        let outcome = vm.site.host.transact(statements).await;
        if outcome.map_err(StoreError::from)?.committed() {
            let Holding { held, leaving } = address::all(&vm.site.host, vm.record.service).await?;
            (vm.addresses, vm.leaving) = (held, leaving);
            for row in &changes.leaving {
                vm.note(format!("{} leaves when the VM was off", row.text));
            }
            return Ok(true);
        }
        // Another machine was faster with one of them: all of them are chosen again.
        let pause = vm.site.random.between(0, LONGEST_PAUSE_MS);
        tokio::time::sleep(std::time::Duration::from_millis(pause)).await;
    }
    Err(Failure::retry(format!(
        "{TRIES} times in a row another machine took the same address. Will retry."
    )))
}

/// What has to be done, or why it cannot be.
async fn choose(vm: &Vm) -> Result<AddressChanges, Failure> {
    let wanted = [
        (Family::V4, vm.plan.net.static_ipv4()),
        (Family::V6, vm.plan.net.static_ipv6()),
    ];
    let typed = chosen_addresses::of(vm, wanted).await?;
    let mut changes = AddressChanges::default();
    // Everything of one VM hangs on one card, so each further address stands where the first does.
    let mut anchor = None;
    let network = |row: &AddressRow| (row.bridge.clone(), row.vlan);
    for (family, wanted) in wanted {
        let of_family = |row: &&AddressRow| row.family == family.number();
        let (mut position, wanted) = (0, u64::from(wanted));
        for row in vm.addresses.iter().filter(of_family) {
            if position == wanted || !fits(vm, row) {
                changes.leaving.push(row.clone());
                continue;
            }
            anchor.get_or_insert_with(|| network(row));
            if row.position != position {
                let mut row = row.clone();
                row.position = position;
                changes.settled.push(row);
            }
            position += 1;
        }
        let here = |row: &&AddressRow| {
            let vlan = u16::try_from(row.vlan).unwrap_or(0);
            row.scope == scope(&vm.cluster.key, &row.bridge, vlan)
        };
        for row in vm.leaving.iter().filter(of_family).filter(here) {
            let along = anchor.as_ref().is_none_or(|anchor| *anchor == network(row));
            if position < wanted && along && fits(vm, row) {
                anchor.get_or_insert_with(|| network(row));
                let mut row = row.clone();
                row.position = position;
                changes.back.push(row);
                position += 1;
            }
        }
        if position == wanted {
            continue;
        }
        let mut sources = AddressSupply::of(vm, family).await?;
        let mut by_hand = typed
            .iter()
            .filter(|typed| Family::of(typed.address) == family);
        while position < wanted {
            let mut row = match by_hand.next() {
                Some(typed) => sources.typed(vm, typed, anchor.clone()).await?,
                None => sources.lowest(vm, anchor.clone(), &changes.taken).await?,
            };
            anchor.get_or_insert_with(|| network(&row));
            row.position = position;
            changes.taken.push(row);
            position += 1;
        }
    }
    Ok(changes)
}
