//! Addresses that staff typed into the service before its VM was made.

use crate::ipam::Family;
use crate::model::{Failure, FlowKey, say, shown};
use crate::store::address;
use crate::vm::Vm;
use std::net::IpAddr;

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ChosenAddress {
    pub(super) address: IpAddr,
    /// The field it stands in.
    pub(super) field: &'static str,
}

/// Those of an order that has no address yet, in the order in which they stand there. Later the fields hold what we wrote.
///
/// # Errors
/// What stands there and is no address, or is more than the package sells.
pub(super) async fn of(vm: &Vm, sold: [(Family, u32); 2]) -> Result<Vec<ChosenAddress>, Failure> {
    if vm.record.flow != Some(FlowKey::Deploy) || !vm.addresses.is_empty() || !vm.leaving.is_empty()
    {
        return Ok(vec![]);
    }
    let fields = [
        ("Dedicated IP", &vm.service.dedicated_ip),
        ("Assigned IPs", &vm.service.assigned_ips),
    ];
    let mut typed: Vec<ChosenAddress> = vec![];
    for (field, text) in fields {
        for word in text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';')) {
            if word.is_empty() {
                continue;
            }
            let Ok(address) = word.parse() else {
                return Err(Failure::person(say::typed_no_address(field, shown(word))));
            };
            if typed.iter().all(|known| known.address != address) {
                typed.push(ChosenAddress { address, field });
            }
        }
    }
    if !typed.is_empty() {
        // What stands there of a former VM that staff let go of was not typed.
        let left = address::orphans(&vm.site.host, vm.record.service).await?;
        typed.retain(|typed| !left.contains(&typed.address.to_string()));
    }
    for (family, sold) in sold {
        let mut of_family = typed
            .iter()
            .filter(|typed| Family::of(typed.address) == family);
        if let Some(surplus) = of_family.nth(sold as usize) {
            let has = match sold {
                0 => say::package_none(family.to_string()),
                1 => say::package_one(family.to_string()),
                sold => say::package_some(sold, family.to_string()),
            };
            return Err(Failure::person(say::typed_surplus(
                surplus.address,
                surplus.field,
                has,
            )));
        }
    }
    Ok(typed)
}
