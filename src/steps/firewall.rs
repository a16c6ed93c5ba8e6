//! The VM's firewall: options, policies, and the set of addresses it may send from.

use super::power_state;
use crate::model::{Failure, Policy, Skip, StepResult, Verdict, say};
use crate::plan::FirewallPlan;
use crate::pve::{self, FirewallOptions};
use crate::store::address::AddressRow;
use crate::vm::Vm;
use futures_util::future::LocalBoxFuture;
use ipnet::IpNet;
use std::collections::BTreeSet;
use std::net::IpAddr;

/// The set Proxmox's firewall takes as the allowed sources of `net0` (pve-firewall, `ipfilter-net<n>`).
pub(super) const ADDRESS_SET: &str = "ipfilter-net0";

/// Every address of a family, in two halves: Proxmox takes no network of prefix 0 into a set.
const EVERY: [(u8, [&str; 2]); 2] = [(4, ["0.0.0.0/1", "128.0.0.0/1"]), (6, ["::/1", "8000::/1"])];

/// Sets options and policies and brings the address set to what the service holds. Nothing opens the VM beyond its
/// policies. Without a static address only the filter for addresses goes, which would let none through.
pub fn configure(vm: &mut Vm) -> LocalBoxFuture<'_, StepResult> {
    Box::pin(async move {
        vm.prove().await?;
        let guest = vm.guest()?;
        let is_static = vm.plan.net.has_static();
        let installing = vm.installing();
        // What a new VM has of its template is written over, not read.
        let current = match is_static && installing {
            true => FirewallOptions::default(),
            false => guest.firewall_options().await?,
        };
        let wanted = match is_static {
            true => options(vm),
            false => FirewallOptions {
                ipfilter: current.ipfilter.map(|_| false),
                ..FirewallOptions::default()
            },
        };
        let set = allowed(vm).await?;
        let mut changed = false;
        // A set first: with filtering on and no set, the guest would be mute for a moment. A set that goes, after.
        if set.is_some() {
            changed |= address_set(vm, set.as_ref()).await?;
        }
        if !current.covers(&wanted) {
            vm.may_write()?;
            guest.set_firewall_options(&wanted).await?;
            changed = true;
        }
        if set.is_none() {
            changed |= address_set(vm, None).await?;
        }
        Ok(match (changed, is_static) {
            (true, _) => Verdict::Done,
            (false, true) => Verdict::Skipped(Skip::NoChange),
            (false, false) => Verdict::Skipped(Skip::NotConfigured),
        })
    })
}

/// Lets a VM that runs send from addresses it was given, as long as a set is what keeps it from that.
pub(super) async fn widen(vm: &mut Vm) -> Result<bool, Failure> {
    if !(vm.plan.net.has_static() && vm.plan.firewall.anti_spoofing) {
        return Ok(false);
    }
    vm.prove().await?;
    let guest = vm.guest()?;
    let Some(listed) = listed(&guest).await? else {
        return Ok(false);
    };
    let mut changed = false;
    for address in addresses(vm, None).difference(&listed) {
        vm.may_write()?;
        guest.add_to_ipset(ADDRESS_SET, address).await?;
        changed = true;
    }
    Ok(changed)
}

/// Takes addresses that leave the VM out of its set. Each is asked for by name, whatever a list says: the answer to that is
/// the proof that lets somebody else have the address.
pub(super) async fn expel(vm: &mut Vm, rows: &[AddressRow]) -> Result<(), Failure> {
    vm.prove().await?;
    let guest = vm.guest()?;
    if listed(&guest).await?.is_none() {
        return Ok(());
    }
    for row in rows {
        vm.may_write()?;
        guest.remove_from_ipset(ADDRESS_SET, &row.text).await?;
    }
    Ok(())
}

fn options(vm: &Vm) -> FirewallOptions {
    let plan: &FirewallPlan = &vm.plan.firewall;
    let (policy_in, policy_out) = policies(vm);
    FirewallOptions {
        enable: Some(plan.enable),
        dhcp: Some(plan.dhcp),
        ndp: Some(plan.ndp),
        radv: Some(plan.radv),
        macfilter: Some(plan.macfilter),
        ipfilter: Some(plan.ipfilter),
        policy_in: Some(policy_in.to_string()),
        policy_out: Some(policy_out.to_string()),
        log_level_in: Some(plan.log_in.as_str().to_owned()),
        log_level_out: Some(plan.log_out.as_str().to_owned()),
        digest: None,
    }
}

/// The policies for traffic to and from the VM: the client's where they chose, as long as the product lets them. A
/// change of package must not open what they closed.
pub(crate) fn policies(vm: &Vm) -> (Policy, Policy) {
    let may = vm.plan.permissions.firewall;
    let of = |chosen: Option<Policy>, sold| chosen.filter(|_| may).unwrap_or(sold);
    let plan = &vm.plan.firewall;
    (
        of(vm.record.policy_in, plan.policy_in),
        of(vm.record.policy_out, plan.policy_out),
    )
}

/// What the VM may send from; `None`: from anything, so there is to be no set. With a set, and be it empty, pve-firewall
/// drops all that does not come from an address in it, of either family (`generate_tap_rules_direction`).
async fn allowed(vm: &mut Vm) -> Result<Option<BTreeSet<String>>, Failure> {
    let firewall = &vm.plan.firewall;
    if !vm.plan.net.has_static() || !(firewall.anti_spoofing || firewall.ipfilter) {
        return Ok(None);
    }
    let spoofing = !firewall.anti_spoofing;
    let mut set = BTreeSet::new();
    for (family, halves) in EVERY {
        let dhcp = match family {
            4 => vm.plan.net.dhcp4,
            _ => vm.plan.net.dhcp6,
        };
        // Nobody here knows which address DHCP gives the VM.
        match spoofing || dhcp {
            true => set.extend(halves.map(str::to_owned)),
            false => set.extend(addresses(vm, Some(family))),
        }
    }
    // A guest that runs keeps what it was started with until it is off.
    if !vm.leaving.is_empty() && power_state::status(vm).await?.is_running() {
        set.extend(vm.leaving.iter().map(|row| row.text.clone()));
    }
    Ok(Some(set))
}

fn addresses(vm: &Vm, family: Option<u8>) -> BTreeSet<String> {
    let rows = vm.addresses.iter();
    rows.filter(|row| family.is_none_or(|family| row.family == family))
        .map(|row| row.text.clone())
        .collect()
}

/// What is in the set; `None`: there is none.
async fn listed(guest: &pve::VmApi) -> Result<Option<BTreeSet<String>>, Failure> {
    let entries = guest.ipset(ADDRESS_SET).await?;
    Ok(entries.map(|list| list.iter().map(|entry| plain(&entry.cidr)).collect()))
}

/// Whether the set was made, and was not there before.
async fn make(vm: &Vm, guest: &pve::VmApi) -> Result<bool, Failure> {
    vm.may_write()?;
    Ok(guest.create_ipset(ADDRESS_SET).await?)
}

/// Brings the set to these addresses, or away. Whether anything had to be changed.
async fn address_set(vm: &mut Vm, wanted: Option<&BTreeSet<String>>) -> Result<bool, Failure> {
    let guest = vm.guest()?;
    let none = BTreeSet::new();
    let wanted_set = wanted.unwrap_or(&none);
    let mut changed = false;
    // A new VM has no set yet, unless its template has one: making it tells at the cost of no further call.
    if wanted.is_some() && vm.installing() {
        changed = make(vm, &guest).await?;
    }
    let made = changed;
    let there = match made {
        true => Some(BTreeSet::new()),
        false => listed(&guest).await?,
    };
    if wanted.is_some() && there.is_none() {
        changed |= make(vm, &guest).await?;
    }
    let exists = there.is_some();
    let mut listed = there.unwrap_or_default();
    let seems_empty = exists && !made && listed.is_empty() && !wanted_set.is_empty();
    for address in wanted_set.difference(&listed) {
        vm.may_write()?;
        guest.add_to_ipset(ADDRESS_SET, address).await?;
        changed = true;
    }
    if seems_empty {
        listed = proven(&guest, wanted_set).await?;
    }
    for address in listed.difference(wanted_set) {
        vm.may_write()?;
        guest.remove_from_ipset(ADDRESS_SET, address).await?;
        changed = true;
    }
    if wanted.is_none() && exists {
        vm.may_write()?;
        guest.remove_ipset(ADDRESS_SET).await?;
        changed = true;
    }
    Ok(changed)
}

/// What is in a set that seemed empty, now that it has these addresses. A list without them is no answer, and what else is in
/// the set would stay.
async fn proven(
    guest: &pve::VmApi,
    wanted: &BTreeSet<String>,
) -> Result<BTreeSet<String>, Failure> {
    let listed = listed(guest).await?.unwrap_or_default();
    match wanted.is_subset(&listed) {
        true => Ok(listed),
        false => Err(Failure::retry(say::set_unlisted(ADDRESS_SET))),
    }
}

/// An entry as we write it: Proxmox may print the whole-length prefix, or an address in another spelling.
fn plain(cidr: &str) -> String {
    let bare = cidr
        .strip_suffix("/32")
        .or_else(|| cidr.strip_suffix("/128"))
        .unwrap_or(cidr);
    let address = bare.parse().map(|address: IpAddr| address.to_string());
    let network = bare.parse().map(|network: IpNet| network.to_string());
    address.or(network).unwrap_or_else(|_| bare.to_owned())
}
