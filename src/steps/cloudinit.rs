//! The guest's first-boot settings. Proxmox makes the image with them again at each start of the VM (qemu-server, vm_start).

use super::identity;
use crate::ipam::{self, Family};
use crate::model::{Cause, Failure, StepResult, Verdict};
use crate::pve::{Change, IpConfig, PropertyString, VmConfig};
use crate::store::address::AddressRow;
use crate::vm::Vm;
use futures_util::future::LocalBoxFuture;
use std::net::IpAddr;

/// Writes user, password, keys, addresses, resolvers and search domain. The image is made again when the VM starts.
///
/// The password is written each time: Proxmox shows asterisks, so there is nothing to compare it with.
pub fn configure(vm: &mut Vm) -> LocalBoxFuture<'_, StepResult> {
    Box::pin(async move {
        if vm.observe().await?.cloudinit_drive().is_none() {
            let template = vm.template()?;
            return Err(Failure::person(format!(
                "The VM has no cloud-init drive. Add one to template {template} (Hardware, Add, CloudInit Drive) and redeploy."
            ))
            .caused_by(Cause::Template(vm.cluster.server.0, template.get())).into());
        }
        if sold_only(&vm.observe().await?).is_some() {
            vm.note(
                "cicustom: the files for user and network are taken out, since Proxmox would use them instead of the \
                 user, password and addresses sold; put what they do into a file for vendor",
            );
        }
        vm.record.configured_at = vm.site.now();
        vm.reconcile(|vm, config| network(credentials(Change::new(), vm, config), vm, config))
            .await
            .map(|verdict| match verdict {
                Verdict::Skipped(_) => Verdict::Done,
                other => other,
            })
    })
}

/// Writes user, password and keys for the VM's next start, where they are known and the guest takes them.
pub(super) async fn remind(vm: &mut Vm) -> StepResult {
    vm.reconcile(|vm, config| match takes_credentials(vm, config) {
        true => credentials(Change::new(), vm, config),
        false => Change::new(),
    })
    .await
}

/// Whether the guest gets user and password from us: a VM that was taken over may have its own.
pub(super) fn takes_credentials(vm: &Vm, config: &VmConfig) -> bool {
    config.cloudinit_drive().is_some() && identity::is_settled(vm)
}

/// User, password and keys.
pub(super) fn credentials(mut change: Change, vm: &Vm, config: &VmConfig) -> Change {
    let differs = |key: &str, value: &str| config.text(key).unwrap_or_default() != value;
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
    match sold_only(config) {
        Some(files) if files.is_empty() => change.delete("cicustom"),
        Some(files) => change.set("cicustom", files),
        None => change,
    }
}

/// Addresses, resolvers and search domain: the network's part.
pub(super) fn network(change: Change, vm: &Vm, config: &VmConfig) -> Change {
    let there = config.ipconfigs.get(&0).cloned().unwrap_or_default();
    let (ip, gw) = part(vm, Family::V4, &there);
    let (ip6, gw6) = part(vm, Family::V6, &there);
    let wanted = IpConfig { ip, gw, ip6, gw6 };
    let mut change = text(change, config, "ipconfig0", &wanted.to_string());
    if !is_unknown(vm, Family::V4) && !is_unknown(vm, Family::V6) {
        change = text(change, config, "nameserver", &resolvers(vm));
    }
    text(change, config, "searchdomain", &vm.plan.main_domain)
}

/// Whether addresses of a family are sold and none is on record: a VM that was taken over keeps what it has.
fn is_unknown(vm: &Vm, family: Family) -> bool {
    let sold = match family {
        Family::V4 => vm.plan.net.static_ipv4(),
        Family::V6 => vm.plan.net.static_ipv6(),
    };
    sold > 0 && primary(vm, family).is_none()
}

fn primary(vm: &Vm, family: Family) -> Option<&AddressRow> {
    let mut rows = vm.addresses.iter();
    rows.find(|row| row.family == family.number())
}

/// One family's address and gateway: by DHCP, the primary address, what is `there` where nothing better is known, or none.
fn part(vm: &Vm, family: Family, there: &IpConfig) -> (Option<String>, Option<String>) {
    let (dhcp, kept) = match family {
        Family::V4 => (vm.plan.net.dhcp4, (there.ip.clone(), there.gw.clone())),
        Family::V6 => (vm.plan.net.dhcp6, (there.ip6.clone(), there.gw6.clone())),
    };
    if dhcp {
        return (Some("dhcp".to_owned()), None);
    }
    match primary(vm, family).and_then(placed) {
        // An imported address of which no network is on record: the VM itself knows it.
        Some(placed) if placed.gateway.is_none() && there.network_of(placed.address).is_some() => {
            kept
        }
        Some(placed) => {
            let address = format!("{}/{}", placed.address, placed.prefix);
            (Some(address), placed.gateway.map(|text| text.to_string()))
        }
        None if is_unknown(vm, family) => kept,
        None => (None, None),
    }
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

fn placed(row: &AddressRow) -> Option<ipam::PlacedAddress> {
    Some(ipam::PlacedAddress {
        address: row.text.parse::<IpAddr>().ok()?,
        prefix: row.prefix,
        gateway: row.gateway.parse().ok(),
    })
}
