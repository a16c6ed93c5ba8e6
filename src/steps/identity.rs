//! Who the VM is in WHMCS's eyes: its name, its user, its password, its addresses.

use super::{dns_records, vm_name};
use crate::ipam;
use crate::model::Failure;
use crate::plan::{is_password, name};
use crate::vm::Vm;
use serde_json::json;

/// Whether name, user and password are there: a VM that was taken over has none of them with us.
pub(super) fn is_settled(vm: &Vm) -> bool {
    let named = match &vm.plan.username {
        Some(username) => vm.service.username == *username,
        None => is_user_name(&vm.service.username),
    };
    named && !vm.record.name.is_empty() && is_password(&vm.service.password)
}

/// The VM's name, once for the service's life; user and password where WHMCS has none that will do.
pub(super) async fn settle(vm: &mut Vm) -> Result<(), Failure> {
    vm_name::name(vm).await?;
    match &vm.plan.username {
        Some(username) => vm.service.username.clone_from(username),
        // WHMCS makes its own out of the domain, which may be empty or no user name at all.
        None if !is_user_name(&vm.service.username) => {
            vm.service.username = format!(
                "u{}",
                vm.site.random.text(b"abcdefghijkmnpqrstuvwxyz23456789", 7)
            );
        }
        None => {}
    }
    if !is_password(&vm.service.password) {
        vm.service.password = crate::model::Secret::new(vm.site.random.password());
    }
    Ok(())
}

/// Whether useradd takes it on every distribution.
fn is_user_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    (1..=32).contains(&name.len())
        && bytes
            .next()
            .is_some_and(|b| b.is_ascii_lowercase() || b == b'_')
        && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-'))
}

/// The addresses as WHMCS is to show them: `dedicatedip` the first IPv4, `assignedips` the others, IPv6 in full.
fn shown(vm: &Vm) -> (String, String) {
    let first = vm.addresses.iter().find(|row| row.family == 4);
    let dedicated = first.map_or_else(String::new, |row| row.text.clone());
    let others: Vec<String> = vm
        .addresses
        .iter()
        .filter(|row| Some(*row) != first)
        .map(|row| {
            row.text
                .parse()
                .map_or_else(|_| row.text.clone(), ipam::expanded)
        })
        .collect();
    (dedicated, others.join("\n"))
}

/// Whether WHMCS shows the addresses that the service has.
pub(super) fn is_published(vm: &Vm) -> bool {
    let words =
        |text: &str| -> Vec<String> { text.split_whitespace().map(str::to_owned).collect() };
    let (dedicated, others) = shown(vm);
    vm.service.dedicated_ip.trim() == dedicated && words(&vm.service.assigned_ips) == words(&others)
}

/// Tells WHMCS what the service now has.
pub(super) async fn publish(vm: &mut Vm) -> Result<(), Failure> {
    let fqdn = name::fqdn(&vm.record.name, &vm.plan.main_domain);
    let (dedicated, others) = shown(vm);
    let args = json!({
        "service_id": vm.record.service.0,
        "domain": fqdn,
        "dedicatedip": dedicated,
        "assignedips": others,
        "username": vm.service.username,
        "password": vm.service.password.expose(),
    });
    vm.site
        .host
        .effect("update_service", args)
        .await
        .map_err(crate::store::StoreError::from)?;
    vm.service.domain = fqdn;
    (vm.service.dedicated_ip, vm.service.assigned_ips) = (dedicated, others);
    Ok(())
}

/// WHMCS and the name servers get back what they lost when the service let go of this VM: its name and its addresses.
/// Addresses that staff typed into the service, and that it does not have yet, stay as they stand.
///
/// # Errors
/// The database or WHMCS does not take it. Name servers that do not are asked again by a later tick.
pub async fn restore(vm: &mut Vm) -> Result<(), Failure> {
    let returned = !vm.addresses.is_empty() && !is_published(vm);
    let service = &vm.service;
    let empty = [
        &service.domain,
        &service.dedicated_ip,
        &service.assigned_ips,
    ];
    let nameless = vm.addresses.is_empty() && empty.iter().all(|text| text.trim().is_empty());
    if returned || nameless {
        publish(vm).await?;
        dns_records::resync(vm).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_names_are_what_useradd_takes() {
        assert!(is_user_name("debian") && is_user_name("_x-1"));
        assert!(
            !is_user_name("")
                && !is_user_name("1abc")
                && !is_user_name("Anna")
                && !is_user_name("a b")
        );
    }
}
