//! Whose is an address? What a VM has in its configuration, in the image its guest was started with and in its address
//! sets belongs to its service, and to no other: at every moment, over the whole cluster.

use super::World;
use super::compare::options;
use super::world::number;
use puq_proxmox_kvm::store::vm::VmRecord;
use pve_sim::Vm;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// Panics where what is noted of who has which address is not who has it.
fn assert_tenures(world: &World) {
    let lines = |sql: &str| -> Vec<String> {
        let rows = world.host.rows(sql);
        rows.iter()
            .map(|row| row["line"].as_str().unwrap().to_owned())
            .collect()
    };
    let held = "SELECT scope || ' ' || text || ' ' || service_id AS line FROM puq_proxmox_kvm_addresses \
                WHERE state IN ('held', 'leaving', 'orphan') ORDER BY line";
    let open = "SELECT scope || ' ' || text || ' ' || service_id AS line FROM puq_proxmox_kvm_tenures \
                WHERE until IS NULL ORDER BY line";
    assert_eq!(lines(open), lines(held));
}

/// Panics where a VM has an address that its service does not have, or that another VM has too.
pub fn assert_addresses(world: &World) {
    assert_tenures(world);
    let rows = world.host.rows(
        "SELECT text, service_id, state FROM puq_proxmox_kvm_addresses WHERE state IN ('held', 'leaving', 'orphan')",
    );
    let mut owned: BTreeSet<(IpAddr, u64)> = BTreeSet::new();
    let mut left: BTreeSet<IpAddr> = BTreeSet::new();
    for row in &rows {
        let address = row["text"].as_str().unwrap().parse().unwrap();
        match row["state"].as_str() {
            Some("orphan") => left.extend([address]),
            _ => owned.extend([(address, number(&row["service_id"]))]),
        }
    }
    let orphans: BTreeSet<u64> = world
        .host
        .rows("SELECT vmid FROM puq_proxmox_kvm_vmids WHERE state = 'orphan'")
        .iter()
        .map(|row| number(&row["vmid"]))
        .collect();
    let records = world.records();
    let mut places: BTreeMap<(String, IpAddr), u32> = BTreeMap::new();
    world.see(|all| {
        for vm in all.vms.values() {
            if world.foreign.iter().any(|(vmid, _)| *vmid == vm.vmid) {
                continue;
            }
            let record = records.iter().find(|record| is_of(record, vm));
            if record.is_some_and(comes_from_the_past) {
                continue;
            }
            let net0 = options(vm.conf.get("net0").map_or("", String::as_str));
            let place = |key: &str| net0.get(key).cloned().unwrap_or_default();
            let network = format!("{}|{}", place("bridge"), place("tag"));
            for address in used(vm) {
                let let_go = orphans.contains(&u64::from(vm.vmid)) && left.contains(&address);
                let known = record.is_some_and(|record| owned.contains(&(address, record.service.0)));
                assert!(
                    known || let_go,
                    "VM {} of {:?} has {address}, which its service has not: {:?} {:?} {:?}\n{rows:?}",
                    vm.vmid,
                    record.map(|record| (record.service, record.state)),
                    vm.conf.get("ipconfig0"),
                    vm.cloudinit.get("ipconfig0"),
                    vm.firewall.ipsets,
                );
                if let Some(other) = places.insert((network.clone(), address), vm.vmid) {
                    panic!("VM {} and VM {other} share {address} on {network}", vm.vmid);
                }
            }
        }
    });
}

fn is_of(record: &VmRecord, vm: &Vm) -> bool {
    let text = |key: &str| vm.conf.get(key).map_or("", String::as_str);
    record.vmid.is_some_and(|vmid| vmid.get() == vm.vmid)
        && record.mark.is_on(text("description"), text("tags"))
}

/// A backup or a snapshot that was just gone back to has the addresses of its day, until what is sold is put over it. The
/// VM of a backup stays off meanwhile.
fn comes_from_the_past(record: &VmRecord) -> bool {
    record.flow == Some(puq_proxmox_kvm::model::FlowKey::Restore)
        || record.wants(puq_proxmox_kvm::model::Wish::Compare)
        || record.wants(puq_proxmox_kvm::model::Wish::Restore)
}

/// Every address that a VM has in its configuration, in the image of a guest that runs, and alone in its address sets.
pub fn used(vm: &Vm) -> BTreeSet<IpAddr> {
    let mut found = BTreeSet::new();
    let running = vm.is_running().then_some(&vm.cloudinit);
    for conf in [Some(&vm.conf), running].into_iter().flatten() {
        let configs = conf.iter().filter(|(key, _)| key.starts_with("ipconfig"));
        for (_, line) in configs {
            let line = options(line);
            let texts = ["ip", "ip6"].into_iter().filter_map(|key| line.get(key));
            let bare = texts.filter_map(|text| text.split('/').next());
            found.extend(bare.filter_map(|text| text.parse::<IpAddr>().ok()));
        }
    }
    for (name, set) in &vm.firewall.ipsets {
        if !name.starts_with("ipfilter-") {
            continue;
        }
        for (cidr, _, _) in &set.entries {
            let (address, prefix) = cidr.split_once('/').unwrap_or((cidr, ""));
            if matches!(prefix, "" | "32" | "128") {
                found.extend(address.parse::<IpAddr>());
            }
        }
    }
    found
}
