//! The network card, and what the guest is told of it.

use super::cloudinit;
use crate::model::{Failure, FlowKey, Skip, StepResult, Verdict};
use crate::plan::{NetPlan, NicModel};
use crate::pve::{Change, NetConfig, VmConfig};
use crate::store::address::AddressRow;
use crate::vm::Vm;
use futures_util::future::LocalBoxFuture;

/// The largest frame rate difference, in MB/s, that is only rounding: Proxmox prints rates with few decimals.
const ROUNDING: f64 = 0.005;
/// The flow in which a card may be as somebody left it.
const CHANGE: Option<FlowKey> = Some(FlowKey::ChangePackage);

/// Sets model, bridge, VLAN, rate and firewall flag; the card's address is kept for the service's whole life. Beside an
/// installation, which has a step of its own for it, the guest's first-boot settings follow: their network's part, and
/// after a restore the user, password and keys of today too.
pub fn configure(vm: &mut Vm) -> LocalBoxFuture<'_, StepResult> {
    Box::pin(async move {
        let verdict = match vm.installing() {
            true => vm.reconcile(wanted).await?,
            false => {
                told(vm).await?;
                vm.reconcile(|vm, config| guest(wanted(vm, config), vm, config))
                    .await?
            }
        };
        let config = vm.observe().await?;
        stays(vm, &config);
        if let Some(mac) = config.net0().and_then(NetConfig::mac) {
            vm.record.mac = mac.to_owned();
        }
        Ok(verdict)
    })
}

/// Tells the guest of its addresses alone: they hold when the VM is started next.
pub(super) async fn announce(vm: &mut Vm) -> StepResult {
    if vm.observe().await?.cloudinit_drive().is_none() {
        return Ok(Verdict::Skipped(Skip::NotConfigured));
    }
    vm.record.configured_at = vm.site.now();
    vm.reconcile(|vm, config| cloudinit::network(Change::new(), vm, config))
        .await
}

/// Notes when the guest's settings are written, or that there is no way to tell them.
async fn told(vm: &mut Vm) -> Result<(), Failure> {
    if vm.observe().await?.cloudinit_drive().is_some() {
        vm.record.configured_at = vm.site.now();
    } else if vm.plan.net.has_static() {
        vm.note("the VM has no cloud-init drive; its addresses are set inside the guest");
    }
    Ok(())
}

fn guest(change: Change, vm: &Vm, config: &VmConfig) -> Change {
    if config.cloudinit_drive().is_none() {
        return change;
    }
    let restored =
        vm.record.flow == Some(FlowKey::Restore) && cloudinit::takes_credentials(vm, config);
    let change = match restored {
        true => cloudinit::credentials(change, vm, config),
        false => change,
    };
    cloudinit::network(change, vm, config)
}

/// Bridge and VLAN: of the primary address where they are to come from there, else the product's.
pub(crate) fn sold_bridge<'a>(net: &'a NetPlan, addresses: &'a [AddressRow]) -> (&'a str, u16) {
    match addresses.first() {
        Some(primary) if net.auto_bridge => (
            primary.bridge.as_str(),
            u16::try_from(primary.vlan).unwrap_or(0),
        ),
        _ => (net.bridge.as_str(), net.vlan),
    }
}

/// What differs from what was sold.
pub(super) fn wanted(vm: &Vm, config: &VmConfig) -> Change {
    let (bridge, vlan) = sold_bridge(&vm.plan.net, &vm.addresses);
    let current = config.net0().cloned();
    let model = vm.plan.net.model.map(NicModel::as_str);
    let mut card = match &current {
        Some(card) if model.is_none_or(|model| model == card.model()) => card.clone(),
        Some(card) => {
            // A new model line keeps the address, else the guest would find a stranger's card.
            let mut fresh = NetConfig::new(model.unwrap_or("virtio"), bridge);
            if let Some(mac) = card.mac() {
                fresh.set_mac(mac);
            }
            fresh.set_firewall(card.firewall());
            fresh
        }
        None => NetConfig::new(model.unwrap_or("virtio"), bridge),
    };
    if !vm.record.mac.is_empty() {
        card.set_mac(&vm.record.mac);
    }
    card.set_bridge(bridge);
    card.set_tag((vlan > 0).then_some(vlan));
    let rate = (vm.plan.net.rate_mbps > 0.0).then_some(vm.plan.net.rate_mbps);
    let same_rate = match (card.rate(), rate) {
        (Some(a), Some(b)) => (a - b).abs() < ROUNDING,
        (None, None) => true,
        _ => false,
    };
    if !same_rate {
        card.set_rate(rate);
    }
    if vm.record.flow != CHANGE {
        card.make_plain();
    }
    // With no static address at all the firewall is not touched.
    if vm.plan.net.has_static() {
        card.set_firewall(vm.plan.firewall.enable);
    }
    let mut change = match current.as_ref() == Some(&card) {
        true => Change::new(),
        false => Change::new().set("net0", card),
    };
    if vm.installing() {
        for key in further(config) {
            change = change.delete(key);
        }
    }
    change
}

/// Cards beside the one that is sold, and their addresses.
pub(super) fn further(config: &VmConfig) -> Vec<String> {
    let cards = config.nets.keys().map(|number| ("net", number));
    let addresses = config.ipconfigs.keys().map(|number| ("ipconfig", number));
    cards
        .chain(addresses)
        .filter(|(_, number)| **number > 0)
        .map(|(word, number)| format!("{word}{number}"))
        .collect()
}

/// What somebody gave a VM that runs for long, or took from it: it stays, and the log says so. An attached VM may have
/// further cards that its owner needs, and a plug may be pulled to stop abuse.
fn stays(vm: &mut Vm, config: &VmConfig) {
    let further = further(config);
    if !vm.installing() && !further.is_empty() {
        vm.note(format!(
            "{} were not sold and stand outside the address filter; they stay, remove them by hand if nobody needs them",
            further.join(", ")
        ));
    }
    let Some(card) = config.net0().filter(|_| vm.record.flow == CHANGE) else {
        return;
    };
    if card.is_unplugged() {
        vm.note("net0 is unplugged (link_down=1) and stays so: the guest has no network until somebody plugs it in");
    }
    if let Some(trunks) = card.trunks() {
        let text = format!(
            "net0 lets the guest use the VLANs {trunks} (trunks), which were not sold; it stays so"
        );
        vm.note(text);
    }
}
