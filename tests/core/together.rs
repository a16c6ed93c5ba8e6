//! Many orders at once, and several machines at the same work.

use crate::support::compare::assert_as_sold;
use crate::support::invariant::assert_at_rest;
use crate::support::shop::{PRODUCT, usual_with};
use crate::support::world::number;
use crate::support::{Order, World};
use puq_proxmox_kvm::model::{Random, ServiceId, VmState};
use pve_sim::bound::{Calls, bound};
use serde_json::{Value, json};
use std::time::Duration;

const MANY: u64 = 50;

fn shop(changes: &Value, orders: u64) -> World {
    let world = World::usual(3);
    // Room for all of them: 50 VMs of 2 GiB on three nodes of 64 GiB.
    world.product(PRODUCT, &usual_with(changes));
    for service in 1..=orders {
        world.order(&Order::new(service));
    }
    world
}

/// Deploys 50 orders and compares with what the cluster itself could do at best.
fn storm(changes: &Value, calls: &Calls, most: f64) {
    let world = shop(changes, MANY);
    let best = world.see(|all| bound(all, MANY as u32, calls));
    let before = world.see(|all| all.unix());
    let ran = world.settle(20);
    for service in 1..=MANY {
        assert_as_sold(&world, ServiceId(service));
    }
    assert_at_rest(&world);
    let took: Duration = ran.iter().map(|ran| ran.took).sum();
    let wall = world.see(|all| all.unix()) - before;
    println!(
        "{changes}: {took:?} in {} ticks ({wall} s of time), best is {best:?}",
        ran.len()
    );
    println!(
        "{}",
        ran[0]
            .text
            .lines()
            .rev()
            .take(3)
            .collect::<Vec<_>>()
            .join("\n")
    );
    let limits = world
        .host
        .rows("SELECT name, value FROM puq_proxmox_kvm_limits");
    println!("{limits:?}");
    assert!(
        took.as_secs_f64() <= most * best.seconds,
        "{took:?} is more than {most} × {best:?}"
    );
}

#[test]
fn fifty_linked_clones_at_once() {
    let calls = Calls {
        full: false,
        ..Calls::default()
    };
    storm(&json!({}), &calls, 1.5);
}

#[test]
fn fifty_full_clones_at_once() {
    storm(
        &json!({"clone_type": "full", "node": "pve1", "system_storage": "local-lvm"}),
        &Calls::default(),
        1.5,
    );
}

#[test]
fn fifty_shared_linked_clones_spread_over_the_nodes() {
    let calls = Calls {
        template: 9001,
        full: false,
        ..Calls::default()
    };
    let world = shop(&json!({"template": "9001"}), MANY);
    let best = world.see(|all| bound(all, MANY as u32, &calls));
    let ran = world.settle(20);
    let took: Duration = ran.iter().map(|ran| ran.took).sum();
    println!(
        "{took:?} in {} ticks, best without migrations is {best:?}",
        ran.len()
    );
    let mut nodes = std::collections::BTreeMap::new();
    for record in world.records() {
        assert_as_sold(&world, record.service);
        *nodes.entry(record.node.unwrap().0).or_insert(0) += 1;
    }
    println!("{nodes:?}");
    assert!(
        nodes.values().all(|count| *count >= 10),
        "promised memory is counted: {nodes:?}"
    );
    assert_at_rest(&world);
}

#[test]
fn blocks_of_many_vms_do_not_mix() {
    let world = shop(&json!({}), 10);
    let text = world.tick().text;
    let mut open: Option<&str> = None;
    for line in text.lines() {
        if let Some(head) = line.strip_prefix("--- Deploy: ") {
            assert_eq!(open, None, "a block begins inside another:\n{text}");
            open = head.split(' ').next();
        } else if let Some(end) = line.strip_prefix("--- Deploy complete: ") {
            assert_eq!(open, end.split(' ').next(), "{text}");
            open = None;
        }
    }
    assert_eq!(text.matches("--- Deploy complete").count(), 10, "{text}");
}

#[test]
fn two_machines_share_the_orders() {
    for seed in 0..8 {
        let world = shop(&json!({"template": "9001"}), 12);
        *world.network.jitter.borrow_mut() = Some((40, Random::seeded(seed)));
        let ran = world.cron_together(&["web1", "web2"]);
        println!("{}", ran.text);
        assert_eq!(ran.text.matches("PUQ Proxmox KVM Cron Start").count(), 2);
        world.settle(5);
        for service in 1..=12 {
            assert_as_sold(&world, ServiceId(service));
        }
        assert_eq!(
            world.see(|all| all.vms.len()),
            world.foreign.len() + 12,
            "one VM per order"
        );
        assert_at_rest(&world);
    }
}

#[test]
fn a_second_machine_begins_while_the_first_is_at_work() {
    for step in 0..20u64 {
        let world = shop(&json!({}), 4);
        *world.network.jitter.borrow_mut() = Some((10 + 20 * step, Random::seeded(step)));
        world.cron_together(&["web1", "web2", "web3"]);
        world.settle(5);
        assert_eq!(
            world.see(|all| all.vms.len()),
            world.foreign.len() + 4,
            "one VM per order"
        );
        assert_at_rest(&world);
    }
}

#[test]
fn a_tick_with_nothing_to_do_costs_the_same_for_few_and_for_many() {
    let cost = |orders: u64| {
        let world = shop(&json!({}), 1);
        world.settle(3);
        let model = world.host.rows("SELECT cluster FROM puqProxmoxKVM_vm_info");
        let cluster = model[0]["cluster"].as_str().unwrap().to_owned();
        for service in 2..=orders {
            world.order(&Order::new(service));
        }
        world.host.run(&format!(
            "UPDATE puqProxmoxKVM_vm_info SET vm_status = 'ready', next_look_at = NULL, cluster = '{cluster}'"
        ));
        for _ in 0..2 {
            world.advance(Duration::from_secs(60));
            world.tick();
        }
        world.advance(Duration::from_secs(60));
        world.crash_at_host_call(None);
        let before = world.sim.journal().len();
        let ran = world.tick();
        assert!(ran.text.contains("processed: 0"), "{}", ran.text);
        let sent = world.sim.journal();
        let sent = sent.iter().skip(before);
        let sent: Vec<String> = sent
            .map(|sent| format!("{} {}", sent.method, sent.path))
            .collect();
        (world.host.calls(), sent)
    };
    let few = cost(10);
    assert_eq!(few, cost(1000));
    assert_eq!(few.1, ["GET /cluster/resources"], "and one question");
}

#[test]
fn a_call_that_came_meanwhile_survives_a_crash_at_the_end() {
    use crate::support::CrashPoint;
    let world = shop(&json!({}), 1);
    world.crash_at_host_call(None);
    world.tick();
    let calls = world.host.calls();
    for number in (calls - 25)..=calls {
        let world = shop(&json!({}), 1);
        world
            .host
            .run("UPDATE puqProxmoxKVM_vm_info SET wanted = 'change_package'");
        world.crash_at_host_call(Some(CrashPoint::After(number)));
        world.tick();
        world.crash_at_host_call(None);
        world.advance(Duration::from_secs(60));
        let mut text = String::new();
        for _ in 0..4 {
            text += &world.tick().text;
            world.advance(Duration::from_secs(60));
        }
        assert_eq!(world.state(ServiceId(1)), VmState::Ready);
        assert!(
            text.contains("ChangePackage complete"),
            "a crash after host call {number}:\n{text}"
        );
        assert_at_rest(&world);
    }
}

#[test]
fn a_cluster_that_is_too_busy_to_write_is_asked_for_less_at_once() {
    for (text, after) in [
        (
            "cfs-lock 'file-user_cfg' error: got lock request timeout",
            Some(32),
        ),
        (
            "can't lock file '/var/lock/qemu-server/lock-2000.conf' - got timeout",
            None,
        ),
    ] {
        let world = World::usual(4);
        world.order(&Order::new(1));
        world.faults(&json!([{
            "match": {"method": "PUT", "path": "~/qemu/[0-9]+/config$"}, "when": {"nth": 1},
            "do": {"status": {"code": 500, "reason": text, "after": false}},
        }]));
        world.tick();
        let sql =
            "SELECT value FROM puq_proxmox_kvm_limits WHERE name LIKE 'configure:%' AND value < 64";
        let narrowed = world.host.rows(sql);
        assert_eq!(
            narrowed.first().map(|row| number(&row["value"])),
            after,
            "{text}"
        );
        world.settle(10);
        assert_as_sold(&world, ServiceId(1));
    }
}
