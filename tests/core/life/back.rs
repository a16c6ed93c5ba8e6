//! A VM that is installed anew is made where the old one was, unless that node cannot take it.

use super::{MINUTE, SERVICE, conf, done, granted, wait, world};
use crate::support::World;
use crate::support::compare::assert_as_sold;
use crate::support::invariant::assert_at_rest;
use pve_sim::World as Cluster;
use serde_json::{Value, json};

/// How a VM comes to be made anew.
const WAYS: [&str; 4] = [
    "reinstall",
    "redeploy",
    "remove and clone",
    "deleted by hand",
];

fn anew(world: &World, way: &str) {
    match way {
        "reinstall" => {
            granted(world, &json!({"op": "reinstall", "confirm": "REINSTALL"}));
        }
        "redeploy" => {
            done(world, &json!({"op": "reset", "state": "creation"}));
            done(world, &json!({"op": "redeploy"}));
        }
        "remove and clone" => {
            done(world, &json!({"op": "stop"}));
            wait(world);
            done(world, &json!({"op": "step", "step": "vm_remove"}));
            wait(world);
            done(world, &json!({"op": "redeploy"}));
        }
        _ => {
            let vmid = world.record(SERVICE).vmid.unwrap().get();
            world.see(|all| all.meddle(&json!({"vmid": vmid, "delete": true})).unwrap());
            done(world, &json!({"op": "reset", "state": "creation"}));
            done(world, &json!({"op": "redeploy"}));
        }
    }
    world.advance(MINUTE);
    let ran: Vec<String> = world.settle(8).into_iter().map(|ran| ran.text).collect();
    println!("{}", ran.join("\n"));
    assert_as_sold(world, SERVICE);
    assert_at_rest(world);
}

fn node(world: &World) -> String {
    let record = world.record(SERVICE);
    let vmid = record.vmid.unwrap().get();
    let node = world.see(|all| all.vms[&vmid].node.clone());
    assert_eq!(record.node.unwrap().0, node);
    node
}

/// The node's host uses so many GiB beside its VMs.
fn host(world: &World, node: &str, gib: u64) {
    world.see(|all| {
        let found = all.nodes.iter_mut().find(|known| known.name == node);
        found.unwrap().host_memory = gib << 30;
    });
}

#[test]
fn it_is_made_where_it_was_though_another_node_is_roomier() {
    for way in WAYS {
        let world = world(&json!({}));
        let was = node(&world);
        for other in ["pve1", "pve2", "pve3"].iter().filter(|name| **name != was) {
            host(&world, other, 0);
        }
        // There is no more room than for this one VM, once the old one is gone.
        let full = world.see(|all| {
            let known = all.nodes.iter().find(|known| known.name == was).unwrap();
            let guests = all.vms.values().filter(|vm| vm.node == was);
            let used: u64 = guests
                .filter(|vm| vm.is_running())
                .map(pve_sim::Vm::memory)
                .sum();
            (known.memory - used) >> 30
        });
        host(&world, &was, full);
        anew(&world, way);
        assert_eq!(node(&world), was, "{way}");
    }
}

#[test]
fn a_vm_that_was_moved_by_hand_is_made_where_it_was_last() {
    let world = world(&json!({}));
    let was = node(&world);
    let vmid = world.record(SERVICE).vmid.unwrap().get();
    let other = if was == "pve2" { "pve3" } else { "pve2" };
    world.see(|all| all.meddle(&json!({"vmid": vmid, "node": other})).unwrap());
    anew(&world, "reinstall");
    assert_eq!(node(&world), other);
}

#[test]
fn a_node_that_cannot_take_it_is_named_and_another_is_chosen() {
    type Spoil = fn(&mut Cluster, &str);
    let cases: [(&str, Spoil); 3] = [
        ("is in HA maintenance", |all, node| {
            let found = all.nodes.iter_mut().find(|known| known.name == node);
            found.unwrap().hastate = "maintenance".to_owned();
        }),
        ("has storage nfs-vm (system disk) down", |all, node| {
            let found = all.storages.iter_mut().find(|known| known.id == "nfs-vm");
            found.unwrap().down_on = vec![node.to_owned()];
        }),
        ("has no room for it now", |all, node| {
            let found = all.nodes.iter_mut().find(|known| known.name == node);
            let known = found.unwrap();
            known.host_memory = known.memory;
        }),
    ];
    for (why, spoil) in cases {
        let world = world(&json!({}));
        // Off, so that it goes whatever became of its storage.
        granted(&world, &json!({"op": "stop"}));
        wait(&world);
        let was = node(&world);
        world.see(|all| spoil(all, &was));
        granted(&world, &json!({"op": "reinstall", "confirm": "REINSTALL"}));
        world.advance(MINUTE);
        let text: String = world.settle(8).into_iter().map(|ran| ran.text).collect();
        assert_as_sold(&world, SERVICE);
        assert_ne!(node(&world), was, "{why}");
        let said = format!(
            "the VM was on {was}, which {why}; it goes to {}",
            node(&world)
        );
        assert_eq!(text.matches(&said).count(), 1, "{said}: {text}");
        assert_at_rest(&world);
    }
}

/// A node that the product names goes before the one the VM was on.
#[test]
fn a_node_that_is_sold_meanwhile_counts() {
    let world = world(&json!({}));
    let was = node(&world);
    let other = if was == "pve2" { "pve3" } else { "pve2" };
    let sold = |node: &str| -> Value {
        json!({"template": "9001", "backups": "2", "snapshots": "2", "backup_storage": "pbs-backup|pbs", "node": node})
    };
    world.product(
        crate::support::shop::PRODUCT,
        &crate::support::shop::usual_with(&sold(other)),
    );
    anew(&world, "reinstall");
    assert_eq!(node(&world), other);
    assert!(conf(&world).contains_key("net0"));
}

/// A service that ended and is ordered anew is placed as every order is.
#[test]
fn after_its_end_nothing_of_the_place_is_kept() {
    let world = world(&json!({}));
    super::call(&world, "terminate");
    wait(&world);
    let record = world.record(SERVICE);
    assert_eq!(
        (record.node, record.target_node, record.promised_mib),
        (None, None, 0)
    );
}
