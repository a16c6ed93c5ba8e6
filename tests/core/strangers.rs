//! What is not ours, and what others do to what is: each ends as designed, and nothing of a stranger's is touched.

use crate::support::actions;
use crate::support::actors::{Actor, Work};
use crate::support::compare::{addresses, assert_as_sold};
use crate::support::invariant::assert_at_rest;
use crate::support::shop::{PRODUCT, usual_with};
use crate::support::world::facts;
use crate::support::{Order, World};
use puq_proxmox_kvm::model::{ServiceId, VmState};
use serde_json::{Value, json};
use std::time::Duration;

const SERVICE: ServiceId = ServiceId(7);
const MINUTE: Duration = Duration::from_secs(60);

/// A world that sells a VM on shared storage.
fn shop() -> World {
    let world = World::usual(7);
    world.product(PRODUCT, &usual_with(&json!({"template": "9001"})));
    world
}

/// The same with one VM that is ready.
fn sold() -> World {
    let world = shop();
    world.order(&Order::new(SERVICE.0));
    world.settle(3);
    world
}

fn stranger(all: &mut pve_sim::World, vmid: u32, config: &Value) {
    let order = json!({"vmid": vmid, "node": "pve2", "config": config, "running": true});
    all.meddle(&order).unwrap();
}

/// A stranger's VM, which nothing may change from now on.
fn meet(world: &mut World, vmid: u32, config: &Value) {
    world.see(|all| stranger(all, vmid, config));
    let seen = world.see(|all| facts(&all.vms[&vmid]));
    world.foreign.push((vmid, seen));
}

fn call(world: &World, what: &str) -> String {
    let params = world.host.services.borrow()[&SERVICE.0].clone();
    let answer = world.drive(|site| async move {
        match what {
            "suspend" => actions::suspend_account(&site, params).await,
            "terminate" => actions::terminate_account(&site, params).await,
            _ => actions::change_package(&site, params).await,
        }
    });
    answer.unwrap()
}

fn ask(world: &World, admin: bool, request: Value) -> Value {
    let params = world.host.services.borrow()[&SERVICE.0].clone();
    let answer = world.drive(|site| async move {
        match admin {
            true => actions::admin_api(&site, params, request).await,
            false => actions::client_api(&site, params, request).await,
        }
    });
    answer.unwrap()
}

fn delete_by_hand(world: &World, vmid: u32) {
    world
        .see(|all| all.meddle(&json!({"vmid": vmid, "delete": true})))
        .unwrap();
}

/// Asks for a change of package and lets some ticks try.
fn upgrade(world: &World) {
    let options = json!({"CPU Cores": "4"});
    world
        .host
        .services
        .borrow_mut()
        .get_mut(&SERVICE.0)
        .unwrap()["configoptions"] = options;
    assert_eq!(call(world, "change_package"), "success");
    for _ in 0..3 {
        world.tick();
        world.advance(MINUTE);
    }
}

#[test]
fn vms_that_look_like_ours_are_left_alone() {
    let mut world = shop();
    world.order(&Order::new(SERVICE.0));
    let mark = world.record(SERVICE).mark.as_str().to_owned();
    let near = format!(
        "{}{}",
        &mark[..31],
        if mark.ends_with('0') { "1" } else { "0" }
    );
    let net0 = |number: u32| format!("virtio=02:00:00:00:00:{number:02X},bridge=vmbr0");
    let alike = [
        json!({"name": "507-7", "net0": net0(1)}),
        json!({
            "name": "507-7", "net0": net0(2), "tags": format!("puq-{}", "0".repeat(12)),
            "description": format!("WHMCS service 7 puq-owner={}", "0".repeat(32)),
        }),
        json!({
            "name": "507-7", "net0": net0(3), "tags": format!("puq-{}", &mark[..11]),
            "description": format!("WHMCS service 7 puq-owner={near}"),
        }),
    ];
    for (number, config) in alike.iter().enumerate() {
        meet(&mut world, 2000 + number as u32, config);
    }
    world.settle(3);
    assert_as_sold(&world, SERVICE);
    assert_eq!(world.record(SERVICE).vmid.unwrap().get(), 2003);
    assert_eq!(call(&world, "terminate"), "success");
    world.settle(3);
    assert_at_rest(&world);
}

#[test]
fn a_clone_killed_half_way_is_reported_and_left_and_another_number_taken() {
    let world = shop();
    let clone = json!({"method": "POST", "path": "/nodes/*/qemu/*/clone"});
    world.faults(&json!([{"match": clone, "when": {"nth": 1}, "do": "worker_killed"}]));
    world.order(&Order::new(SERVICE.0));
    world.settle(5);
    assert_as_sold(&world, SERVICE);
    assert_eq!(world.record(SERVICE).vmid.unwrap().get(), 2001);
    world.see(|all| assert_eq!(all.vms[&2000].conf["lock"], "clone"));
    let told = |args: &Value| args["text"].as_str().unwrap().contains("VM 2000 ");
    assert!(world.host.effects_of("log_activity").iter().any(told));
    assert_at_rest(&world);
}

#[test]
fn a_number_taken_between_check_and_clone_is_given_up() {
    let mut world = shop();
    let clone = json!({"method": "POST", "path": "/nodes/*/qemu/*/clone"});
    world.faults(&json!([{"match": clone, "when": {"nth": 1}, "do": {"slow": {"ms": 5000}}}]));
    world.order(&Order::new(SERVICE.0));
    let config = json!({"name": "507-7"});
    let hand = Actor {
        machine: "root".to_owned(),
        begins: Duration::from_secs(3),
        dies: None,
        work: Work::Hand(Box::new(move |all| stranger(all, 2000, &config))),
    };
    let before = world.see(|all| all.vms.contains_key(&2000));
    assert!(!before);
    world.together(vec![Actor::cron("web1"), hand]);
    let seen = world.see(|all| facts(&all.vms[&2000]));
    world.foreign.push((2000, seen));
    world.advance(MINUTE);
    world.settle(5);
    assert_as_sold(&world, SERVICE);
    assert_eq!(world.record(SERVICE).vmid.unwrap().get(), 2001);
    assert_at_rest(&world);
}

#[test]
fn a_vm_moved_by_hand_is_followed() {
    let world = sold();
    for (node, what) in [
        ("pve1", "change_package"),
        ("pve2", "suspend"),
        ("pve1", "terminate"),
    ] {
        world.see(|all| all.vms.get_mut(&2000).unwrap().node = node.to_owned());
        match what {
            "change_package" => upgrade(&world),
            what => assert_eq!(call(&world, what), "success"),
        }
        world.advance(MINUTE);
        world.settle(5);
        if what == "change_package" {
            assert_as_sold(&world, SERVICE);
        }
    }
    assert_eq!(world.state(SERVICE), VmState::Remove);
    assert_at_rest(&world);
}

#[test]
fn a_vm_deleted_by_hand_is_said_to_be_gone_and_comes_back_on_request() {
    let world = sold();
    let held = addresses(&world, SERVICE);
    delete_by_hand(&world, 2000);
    upgrade(&world);
    let waiting = world.record(SERVICE).waiting;
    assert!(waiting.contains("VM 2000 is gone"), "{waiting}");
    assert_eq!(addresses(&world, SERVICE), held, "nothing is freed");
    assert_eq!(ask(&world, true, json!({"op": "redeploy"}))["ok"], true);
    world.settle(5);
    assert_as_sold(&world, SERVICE);
    assert_eq!(addresses(&world, SERVICE), held);
    assert_eq!(world.record(SERVICE).vmid.unwrap().get(), 2000);
    assert_at_rest(&world);
}

/// The worst: our VM is deleted by hand, and its number is somebody else's now.
#[test]
fn a_strangers_vm_at_our_number_is_not_touched_by_anything() {
    let mut world = sold();
    delete_by_hand(&world, 2000);
    world.deleted.push(SERVICE);
    meet(&mut world, 2000, &json!({"name": "507-7", "memory": "512"}));
    for op in [
        "stop",
        "shutdown",
        "reboot",
        "start",
        "snapshot_create",
        "backup_now",
    ] {
        for admin in [false, true] {
            let answer = ask(&world, admin, json!({"op": op}));
            assert_eq!(answer["ok"], false, "{op}: {answer}");
        }
    }
    let page = ask(&world, false, json!({"op": "status"}));
    assert_eq!(page["data"]["live"], Value::Null, "nor shown: {page}");
    assert_ne!(call(&world, "suspend"), "success");
    upgrade(&world);
    let record = world.record(SERVICE);
    let named = record.waiting.contains("(\"507-7\") carries no mark");
    assert!(
        named && record.waiting_since.is_some(),
        "{}",
        record.waiting
    );
    // A new installation keeps its number, so it waits, and says for whom.
    assert_eq!(ask(&world, true, json!({"op": "redeploy"}))["ok"], true);
    world.tick();
    let record = world.record(SERVICE);
    assert_eq!(record.state, VmState::Reinstall);
    assert!(record.waiting.contains("507-7"), "{}", record.waiting);
    crate::support::invariant::assert_invariants(&world);
    // The admin moves the stranger away.
    world.foreign.retain(|(vmid, _)| *vmid != 2000);
    delete_by_hand(&world, 2000);
    world.deleted.clear();
    world.advance(MINUTE);
    world.settle(5);
    assert_as_sold(&world, SERVICE);
    assert_at_rest(&world);
}
