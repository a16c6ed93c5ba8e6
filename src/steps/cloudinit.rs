//! The guest's first-boot settings.

use super::Vm;
use crate::ipam;
use crate::model::{Cause, Failure, StepResult, Verdict};
use crate::pve::{Change, PropertyString, VmConfig};
use crate::store::address::AddressRow;
use futures_util::future::LocalBoxFuture;
use std::net::IpAddr;

/// Writes user, password, keys, addresses, resolvers and search domain. The image is made anew when the VM starts.
///
/// The password is written each time: Proxmox shows asterisks, so there is nothing to compare it with.
pub fn configure(vm: &mut Vm) -> LocalBoxFuture<'_, StepResult> {
    Box::pin(async move {
        if vm.observe().await?.cloudinit_drive().is_none() {
            let template = vm.template()?;
            return Err(Failure::person(format!(
                "The VM has no cloud-init drive. Add one to template {template} (Hardware, Add, CloudInit Drive) and redeploy."
            ))
            .caused_by(Cause::Template(vm.fleet.server.0, template.get())));
        }
        if sold_only(&vm.observe().await?).is_some() {
            vm.note(
                "cicustom: the files for user and network are taken out, since Proxmox would use them instead of the \
                 user, password and addresses sold; put what they do into a file for vendor",
            );
        }
        vm.reconcile(wanted).await.map(|verdict| match verdict {
            Verdict::Skipped(_) => Verdict::Done,
            other => other,
        })
    })
}

fn wanted(vm: &Vm, config: &VmConfig) -> Change {
    let differs = |key: &str, value: &str| config.text(key).unwrap_or_default() != value;
    let mut change = Change::new();
    if differs("ciuser", &vm.service.username) {
        change = change.set("ciuser", &vm.service.username);
    }
    change = change.set("cipassword", vm.service.password.expose());
    // Keys given with a reinstallation are newer than those of the order.
    let keys = match vm.record.ssh_keys.is_empty() {
        true => vm.plan.ssh_keys.join("\n"),
        false => vm.record.ssh_keys.clone(),
    };
    if !keys.is_empty() {
        // Proxmox stores keys percent-encoded, and asks for them so (PVE::QemuServer, 'urlencoded').
        let encoded = crate::pve::encode(&keys);
        if differs("sshkeys", &encoded) {
            change = change.set("sshkeys", encoded);
        }
    } else if config.raw.contains_key("sshkeys") {
        // A template's own key would open every customer's VM.
        change = change.delete("sshkeys");
    }
    let place = |family: u8| {
        vm.addresses
            .iter()
            .find(|row| row.family == family)
            .and_then(placed)
    };
    let ip = ipam::ipconfig(place(4), vm.plan.net.dhcp4, place(6), vm.plan.net.dhcp6);
    if ip.is_empty() {
        if config.raw.contains_key("ipconfig0") {
            change = change.delete("ipconfig0");
        }
    } else if differs("ipconfig0", &ip) {
        change = change.set("ipconfig0", ip);
    }
    change = match sold_only(config) {
        Some(files) if files.is_empty() => change.delete("cicustom"),
        Some(files) => change.set("cicustom", files),
        None => change,
    };
    change = text(change, config, "nameserver", &resolvers(vm));
    text(change, config, "searchdomain", &vm.plan.main_domain)
}

/// The files of a template's own (`cicustom`) without those for user and network: Proxmox takes such a file *instead of*
/// user, password, keys and addresses (PVE::QemuServer::Cloudinit), so the guest would have none of what was sold. What a
/// file for the vendor says is added to it. `None`: there is no such file.
pub(super) fn sold_only(config: &VmConfig) -> Option<String> {
    let files = PropertyString::parse(&config.text("cicustom")?);
    let mut rest = files.clone();
    rest.remove("user");
    rest.remove("network");
    (rest != files).then(|| rest.to_string())
}

fn text(change: Change, config: &VmConfig, key: &str, value: &str) -> Change {
    if config.text(key).unwrap_or_default() == value {
        change
    } else if value.is_empty() {
        change.delete(key)
    } else {
        change.set(key, value)
    }
}

/// The resolvers of the primary addresses, each once.
fn resolvers(vm: &Vm) -> String {
    let mut known: Vec<&str> = vec![];
    for row in vm.addresses.iter().filter(|row| row.position == 0) {
        for resolver in row.dns.split_whitespace() {
            if !known.contains(&resolver) {
                known.push(resolver);
            }
        }
    }
    known.join(" ")
}

fn placed(row: &AddressRow) -> Option<ipam::Placed> {
    Some(ipam::Placed {
        address: row.text.parse::<IpAddr>().ok()?,
        prefix: row.prefix,
        gateway: row.gateway.parse().ok(),
    })
}
