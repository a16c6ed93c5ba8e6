//! What holds at every moment, whatever went wrong: design §5.

use super::World;
use super::world::number;
use puq_proxmox_kvm::model::VmState;
use puq_proxmox_kvm::store::vm::VmRecord;
use std::collections::{BTreeMap, BTreeSet};

/// Panics where something is twice, lost, left over or touched that is not ours.
pub fn assert_invariants(world: &World) {
    nothing_foreign_changed(world);
    no_number_twice(world);
    no_disk_of_another(world);
    every_vm_has_one_owner(world);
    every_wait_has_a_reason(world);
    watched_tasks_are_on_record(world);
    super::whose::assert_addresses(world);
}

/// A task is looked at only after its UPID is stored: else nobody could follow it after a death in between.
fn watched_tasks_are_on_record(world: &World) {
    let watched: BTreeSet<String> = world.see(|all| {
        let entries = all.journal.entries();
        let fresh = entries.iter().skip(world.judged.replace(entries.len()));
        fresh
            .filter(|entry| entry.method == "GET" && entry.path.ends_with("/status"))
            .filter_map(|entry| entry.path.split("/tasks/").nth(1))
            .filter_map(|rest| rest.strip_suffix("/status"))
            .map(str::to_owned)
            .collect()
    });
    let rows = world
        .host
        .rows("SELECT upid FROM puq_proxmox_kvm_operations WHERE upid <> ''");
    let stored: BTreeSet<&str> = rows.iter().filter_map(|row| row["upid"].as_str()).collect();
    for upid in &watched {
        assert!(
            stored.contains(upid.as_str()),
            "{upid} was watched and is on no operation's record"
        );
    }
}

fn nothing_foreign_changed(world: &World) {
    let now: BTreeMap<u32, String> = world.guests().into_iter().collect();
    for (vmid, facts) in &world.foreign {
        assert_eq!(
            now.get(vmid),
            Some(facts),
            "VM {vmid} is not ours and was changed"
        );
    }
    let volumes: BTreeSet<String> = world.see(|all| {
        let places = all.volumes.keys();
        places
            .map(|place| format!("{}:{}", place.storage, place.name))
            .collect()
    });
    for volume in &world.foreign_volumes {
        assert!(volumes.contains(volume), "{volume} is not ours and is gone");
    }
}

fn no_number_twice(world: &World) {
    // Addresses and VMIDs are primary keys in the database; here the cluster itself is looked at.
    let mut macs = BTreeMap::new();
    let mut places = BTreeMap::new();
    world.see(|all| {
        for vm in all.vms.values() {
            let net0 = super::compare::options(vm.conf.get("net0").map_or("", String::as_str));
            let mac = net0.iter().find(|(_, value)| value.split(':').count() == 6);
            if let Some((_, mac)) = mac
                && let Some(other) = macs.insert(mac.clone(), vm.vmid)
            {
                panic!("VM {} and VM {other} share the MAC {mac}", vm.vmid);
            }
            let bridge = net0.get("bridge").cloned().unwrap_or_default();
            let tag = net0.get("tag").cloned().unwrap_or_default();
            let config =
                super::compare::options(vm.conf.get("ipconfig0").map_or("", String::as_str));
            for key in ["ip", "ip6"] {
                let Some(address) = config.get(key).filter(|address| *address != "dhcp") else {
                    continue;
                };
                let place = (bridge.clone(), tag.clone(), address.clone());
                if let Some(other) = places.insert(place, vm.vmid) {
                    panic!("VM {} and VM {other} share the address {address}", vm.vmid);
                }
            }
        }
    });
}

/// A VM's drives hold its own volumes, images of the shop's, or nothing.
fn no_disk_of_another(world: &World) {
    let foreign: BTreeSet<u32> = world.foreign.iter().map(|(vmid, _)| *vmid).collect();
    world.see(|all| {
        let owners: BTreeMap<String, u32> = all
            .volumes
            .iter()
            .filter(|(_, volume)| volume.content == "images")
            .filter_map(|(place, volume)| {
                Some((format!("{}:{}", place.storage, place.name), volume.vmid?))
            })
            .collect();
        for vm in all.vms.values().filter(|vm| !foreign.contains(&vm.vmid)) {
            for (key, value) in &vm.conf {
                let volume = value.split(',').next().unwrap_or_default();
                let owner = owners.get(volume).copied().unwrap_or(vm.vmid);
                assert_eq!(owner, vm.vmid, "VM {} has {key}: {value}", vm.vmid);
            }
        }
    });
}

fn every_vm_has_one_owner(world: &World) {
    let foreign: BTreeSet<u32> = world.foreign.iter().map(|(vmid, _)| *vmid).collect();
    let records = world.records();
    let ours: BTreeMap<u32, _> = records
        .iter()
        .filter_map(|record| Some((record.vmid?.get(), record)))
        .collect();
    let with_number = records
        .iter()
        .filter(|record| record.vmid.is_some())
        .count();
    assert_eq!(ours.len(), with_number, "two services hold one VMID");
    // Left to an admin by a reset to `remove`.
    let orphans: BTreeSet<u64> = world
        .host
        .rows("SELECT vmid FROM puq_proxmox_kvm_vmids WHERE state = 'orphan'")
        .iter()
        .map(|row| number(&row["vmid"]))
        .collect();
    world.see(|all| {
        for vm in all.vms.values().filter(|vm| !foreign.contains(&vm.vmid)) {
            let owner = ours.get(&vm.vmid);
            let let_go = orphans.contains(&u64::from(vm.vmid));
            if owner.is_none() && (let_go || is_reported_stump(world, vm.vmid, &vm.conf)) {
                continue;
            }
            assert!(
                owner.is_some(),
                "VM {} belongs to no service: {:?}",
                vm.vmid,
                vm.conf
            );
        }
        for record in &records {
            let marked: Vec<u32> = all
                .vms
                .values()
                .filter(|vm| {
                    let text = |key: &str| vm.conf.get(key).map_or("", String::as_str);
                    record.mark.is_on(text("description"), text("tags"))
                })
                .map(|vm| vm.vmid)
                .filter(|vmid| !orphans.contains(&u64::from(*vmid)))
                .collect();
            assert!(
                marked.len() <= 1,
                "service {} has the VMs {marked:?}",
                record.service
            );
            if record.state == VmState::Ready && !world.deleted.contains(&record.service) {
                assert_eq!(
                    marked,
                    [record.vmid.unwrap().get()],
                    "service {}",
                    record.service
                );
            }
        }
        let known: BTreeSet<u32> = all.vms.keys().copied().collect();
        for (place, volume) in &all.volumes {
            if let Some(owner) = volume.vmid.filter(|_| volume.content == "images") {
                assert!(known.contains(&owner), "volume {place:?} belongs to no VM");
            }
        }
    });
    numbers_are_held(world);
}

/// A clone whose worker was killed keeps its lock, which no token can break: it is left where it is, and the admin told.
fn is_reported_stump(world: &World, vmid: u32, conf: &BTreeMap<String, String>) -> bool {
    let told = world.host.effects_of("log_activity");
    let told = told.iter().any(|args| {
        args["text"]
            .as_str()
            .is_some_and(|text| text.contains(&format!("VM {vmid} ")))
    });
    told && conf.get("lock").is_some_and(|lock| lock == "clone")
}

/// Every number in use is reserved in the database for the service that uses it.
fn numbers_are_held(world: &World) {
    let rows = world
        .host
        .rows("SELECT vmid, service_id FROM puq_proxmox_kvm_vmids WHERE state = 'held'");
    let held: BTreeMap<u64, u64> = rows
        .iter()
        .map(|row| (number(&row["vmid"]), number(&row["service_id"])))
        .collect();
    for record in world.records() {
        if let Some(vmid) = record.vmid {
            assert_eq!(
                held.get(&u64::from(vmid.get())),
                Some(&record.service.0),
                "VMID {vmid} is reserved"
            );
        }
    }
}

fn every_wait_has_a_reason(world: &World) {
    for record in world.records() {
        let due = record.next_look_at.is_some();
        assert!(
            due || record.wanted.is_empty(),
            "service {}: nobody will do \"{}\"",
            record.service,
            record.wanted
        );
        if record.state.at_rest() {
            continue;
        }
        assert!(
            due,
            "service {} stands at {} and nobody will look",
            record.service, record.state
        );
        if record.fails > 0 {
            assert!(
                !record.waiting.is_empty(),
                "service {} failed without a word",
                record.service
            );
        }
    }
}

/// After a tick that nothing disturbed: what stands where it stood before says why, and since when. What another machine
/// holds is that machine's to explain.
pub fn assert_explained(world: &World, before: &[VmRecord]) {
    let held = world
        .host
        .rows("SELECT service_id FROM puq_proxmox_kvm_leases WHERE holder <> ''");
    let held: BTreeSet<u64> = held.iter().map(|row| number(&row["service_id"])).collect();
    for record in world.records() {
        let idle = record.state.at_rest() && record.wanted.is_empty();
        let stands = |was: &&VmRecord| {
            (was.service, was.state, &was.wanted) == (record.service, record.state, &record.wanted)
        };
        if idle || held.contains(&record.service.0) || !before.iter().any(|was| stands(&was)) {
            continue;
        }
        assert!(
            !record.waiting.is_empty() && record.waiting_since.is_some(),
            "service {} at {} (wants \"{}\") does not say why it waits",
            record.service,
            record.state,
            record.wanted
        );
    }
}

/// After everything came to rest: no lease held, no operation open, no memory promised.
pub fn assert_at_rest(world: &World) {
    assert_invariants(world);
    let count = |sql: &str| number(&world.host.rows(sql)[0]["n"]);
    let open = "SELECT COUNT(*) AS n FROM puq_proxmox_kvm_operations WHERE outcome = ''";
    assert_eq!(count(open), 0, "operations are open");
    let now = world.now().timestamp();
    let held =
        format!("SELECT * FROM puq_proxmox_kvm_leases WHERE holder <> '' AND expires_at >= {now}");
    let held = world.host.rows(&held);
    assert!(held.is_empty(), "leases are held at {now}: {held:?}");
    let running = "SELECT COUNT(*) AS n FROM puq_proxmox_kvm_runs WHERE result = 'running'";
    assert_eq!(count(running), 0, "runs are unfinished");
}
