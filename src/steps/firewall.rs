//! The VM's firewall: options, policies, and the set of addresses it may send from.

use super::Vm;
use crate::model::{Skip, StepResult, Verdict};
use crate::plan::FirewallPlan;
use crate::pve::FirewallOptions;
use futures_util::future::LocalBoxFuture;
use std::collections::BTreeSet;

/// The set Proxmox's firewall takes as the allowed sources of `net0` (pve-firewall, `ipfilter-net<n>`).
pub(super) const ADDRESS_SET: &str = "ipfilter-net0";

/// Sets options and policies and brings the address set to what the service holds. Nothing opens the VM beyond its
/// policies.
pub fn configure(vm: &mut Vm) -> LocalBoxFuture<'_, StepResult> {
    Box::pin(async move {
        if !vm.plan.net.has_static() {
            return Ok(Verdict::Skipped(Skip::NotConfigured));
        }
        vm.prove().await?;
        let guest = vm.guest()?;
        let wanted = options(vm);
        let current = guest
            .firewall_options()
            .await
            .map_err(|error| vm.fault(&error))?;
        let mut changed = false;
        // The set first: with filtering on and no set, the guest would be mute for a moment.
        changed |= address_set(vm).await?;
        if !current.covers(&wanted) {
            vm.may_write()?;
            guest
                .set_firewall_options(&wanted)
                .await
                .map_err(|error| vm.fault(&error))?;
            changed = true;
        }
        Ok(if changed {
            Verdict::Done
        } else {
            Verdict::Skipped(Skip::NoChange)
        })
    })
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
        policy_in: Some(policy_in),
        policy_out: Some(policy_out),
        log_level_in: Some(plan.log_in.as_str().to_owned()),
        log_level_out: Some(plan.log_out.as_str().to_owned()),
        digest: None,
    }
}

/// The policies for traffic to and from the VM: the client's where they chose, as long as the product lets them. A
/// change of package must not open what they closed.
pub(crate) fn policies(vm: &Vm) -> (String, String) {
    let of = |chosen: &str, sold: &str| match vm.plan.permissions.firewall && !chosen.is_empty() {
        true => chosen.to_owned(),
        false => sold.to_owned(),
    };
    let plan = &vm.plan.firewall;
    (
        of(&vm.record.policy_in, plan.policy_in.as_str()),
        of(&vm.record.policy_out, plan.policy_out.as_str()),
    )
}

/// Whether anything had to be changed.
async fn address_set(vm: &mut Vm) -> Result<bool, crate::model::Failure> {
    let guest = vm.guest()?;
    let wanted: BTreeSet<String> = match vm.plan.firewall.anti_spoofing {
        true => vm
            .addresses
            .iter()
            .map(|address| address.text.clone())
            .collect(),
        false => BTreeSet::new(),
    };
    let entries = guest
        .ipset(ADDRESS_SET)
        .await
        .map_err(|error| vm.fault(&error))?;
    let listed = entries.map(|list| {
        list.into_iter()
            .map(|entry| plain(&entry.cidr))
            .collect::<BTreeSet<_>>()
    });
    let mut changed = false;
    if listed.is_none() && !wanted.is_empty() {
        vm.may_write()?;
        guest
            .create_ipset(ADDRESS_SET)
            .await
            .map_err(|error| vm.fault(&error))?;
        changed = true;
    }
    let listed = listed.unwrap_or_default();
    for address in wanted.difference(&listed) {
        vm.may_write()?;
        guest
            .add_to_ipset(ADDRESS_SET, address)
            .await
            .map_err(|error| vm.fault(&error))?;
        changed = true;
    }
    for address in listed.difference(&wanted) {
        vm.may_write()?;
        guest
            .remove_from_ipset(ADDRESS_SET, address)
            .await
            .map_err(|error| vm.fault(&error))?;
        changed = true;
    }
    Ok(changed)
}

/// An entry as an address: Proxmox may print the whole-length prefix.
fn plain(cidr: &str) -> String {
    let bare = cidr
        .strip_suffix("/32")
        .or_else(|| cidr.strip_suffix("/128"))
        .unwrap_or(cidr);
    bare.parse::<std::net::IpAddr>()
        .map_or_else(|_| bare.to_owned(), |address| address.to_string())
}
