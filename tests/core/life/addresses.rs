//! Addresses: what is sold is what the guest has, and what it has nobody else gets.

use super::*;
use crate::support::CrashPoint;
use crate::support::compare::{addresses, assert_as_sold, may_send};
use crate::support::invariant::{assert_at_rest, assert_invariants};
use crate::support::shop::pool6;
use crate::support::whose::used;
use puq_proxmox_kvm::model::{Random, VmState};
use puq_proxmox_kvm::store::pool::PoolRow;

pub(super) const OTHER: ServiceId = ServiceId(8);

/// The product of these tests with changes.
pub(super) fn sell(world: &World, changes: &Value) {
    let all = json!({
        "template": "9001", "backups": "2", "snapshots": "2", "backup_storage": "pbs-backup|pbs", "dhcp6": "0",
    });
    let mut all = usual_with(&all);
    for (key, value) in changes.as_object().unwrap() {
        all[key] = value.clone();
    }
    world.product(PRODUCT, &all);
}

pub(super) fn shop(changes: &Value) -> World {
    let mut first = json!({"dhcp6": "0"});
    for (key, value) in changes.as_object().unwrap() {
        first[key] = value.clone();
    }
    let world = world(&first);
    world.pool(&pool6("2001:db8:7::100", "2001:db8:7::1ff"));
    world.pool(&far("198.51.100.10", "198.51.100.13"));
    world.setting("quarantine", "0");
    world
}

/// A pool on another bridge and VLAN.
fn far(first: &str, last: &str) -> PoolRow {
    PoolRow {
        bridge: "vmbr1".to_owned(),
        vlan: 7,
        ..pool(first, last)
    }
}

fn change(world: &World, changes: &Value) {
    sell(world, changes);
    assert_eq!(call(world, "change_package"), "success");
}

fn upgraded(world: &World, changes: &Value) {
    change(world, changes);
    world.settle(6);
    assert_as_sold(world, SERVICE);
    assert_at_rest(world);
}

/// One run of the cron.
pub(super) fn minute(world: &World) {
    world.advance(MINUTE);
    world.tick();
}

pub(super) fn texts(world: &World, service: ServiceId) -> Vec<String> {
    let rows = addresses(world, service);
    rows.into_iter().map(|row| row.text).collect()
}

fn states(world: &World, address: &str) -> String {
    let sql = format!("SELECT state FROM puq_proxmox_kvm_addresses WHERE text = '{address}'");
    let rows = world.host.rows(&sql);
    rows.first()
        .map_or("", |row| row["state"].as_str().unwrap())
        .to_owned()
}

fn order_other(world: &World) {
    world.order(&Order::new(OTHER.0));
    world.settle(6);
}

#[test]
fn an_address_given_up_is_the_next_order_s_and_nobody_else_s() {
    let world = shop(&json!({}));
    assert_eq!(conf(&world)["ipconfig0"], "ip=192.0.2.10/24,gw=192.0.2.1");
    upgraded(&world, &json!({"ipv4": "0"}));
    assert_eq!(conf(&world).get("ipconfig0"), None);
    sell(&world, &json!({"ipv4": "1"}));
    order_other(&world);
    assert_eq!(texts(&world, OTHER), ["192.0.2.10"]);
    assert_eq!(call(&world, "change_package"), "success");
    world.settle(6);
    for service in [SERVICE, OTHER] {
        assert_as_sold(&world, service);
    }
    assert_eq!(texts(&world, SERVICE), ["192.0.2.11"]);
    assert_at_rest(&world);
}

#[test]
fn an_address_is_nobody_s_while_the_guest_may_have_it() {
    let world = shop(&json!({}));
    // The VM does not stop: somebody else's task holds it.
    world.see(|all| all.hold(2000, "backup", Some(400.0)));
    change(&world, &json!({"ipv4": "0", "ipv6": "1"}));
    minute(&world);
    assert_eq!(world.record(SERVICE).state, VmState::CpUpdateIp);
    assert_eq!(states(&world, "192.0.2.10"), "leaving");
    let vm = world.see(|all| all.vms[&2000].clone());
    assert!(
        used(&vm).contains(&"192.0.2.10".parse().unwrap()),
        "it works as before meanwhile"
    );
    assert!(may_send(&world, 2000, "192.0.2.10".parse().unwrap()));
    sell(&world, &json!({"ipv4": "1"}));
    world.order(&Order::new(OTHER.0));
    minute(&world);
    assert_eq!(texts(&world, OTHER), ["192.0.2.11"]);
    // The package is raised again before it was ever lowered: the VM keeps what it has.
    assert_eq!(call(&world, "change_package"), "success");
    world.advance(Duration::from_secs(400));
    world.settle(10);
    assert_eq!(texts(&world, SERVICE).len(), 1);
    for service in [SERVICE, OTHER] {
        assert_as_sold(&world, service);
    }
    assert_at_rest(&world);
}

/// Any walk through what can be sold of a network ends each time in a guest that has exactly that.
#[test]
fn whatever_is_sold_in_whatever_order() {
    for seed in 0..4 {
        let random = Random::seeded(seed);
        let roll = |sides: u64| random.between(0, sides);
        let world = shop(&json!({}));
        world.order(&Order::new(OTHER.0));
        world.settle(3);
        let mut walk = vec![];
        for _ in 0..7 {
            let flag = || roll(2).to_string();
            let manual = roll(3) == 0;
            let step = json!({
                "ipv4": roll(4).to_string(), "ipv6": roll(3).to_string(), "dhcp4": flag(), "dhcp6": if manual { "1".to_owned() } else { flag() },
                "auto_bridge": if manual { "0" } else { "1" }, "bridge": if manual { "vmbr1" } else { "vmbr0" },
                "vlan": if manual { "7" } else { "0" }, "anti_spoofing": flag(), "ipfilter": flag(),
            });
            walk.push(step.clone());
            println!("seed {seed}: {walk:?}");
            change(&world, &step);
            let params = world.host.services.borrow()[&OTHER.0].clone();
            world
                .drive(|site| async move { actions::change_package(&site, params).await.unwrap() });
            world.settle(8);
            for service in [SERVICE, OTHER] {
                assert_as_sold(&world, service);
            }
            assert_at_rest(&world);
            let leaving = "SELECT 1 FROM puq_proxmox_kvm_addresses WHERE state = 'leaving'";
            assert!(world.host.rows(leaving).is_empty());
            mutes_nobody(&world, &step);
        }
    }
}

/// A family by DHCP is open; without anti-spoofing everything is.
fn mutes_nobody(world: &World, step: &Value) {
    let vmid = world.record(SERVICE).vmid.unwrap().get();
    let on = |key: &str| step[key] == "1";
    for (dhcp, address) in [("dhcp4", "203.0.113.77"), ("dhcp6", "2001:db8:99::77")] {
        if on(dhcp) || !on("anti_spoofing") {
            assert!(
                may_send(world, vmid, address.parse().unwrap()),
                "{address}: {step}"
            );
        }
    }
}

#[test]
fn another_network_s_address_comes_before_the_old_one_goes() {
    let world = shop(&json!({}));
    let elsewhere = json!({"auto_bridge": "0", "bridge": "vmbr1", "vlan": "9"});
    change(&world, &elsewhere);
    minute(&world);
    let record = world.record(SERVICE);
    assert_eq!(record.state, VmState::ChangePackage);
    assert!(
        record.waiting.contains("vmbr1, VLAN 9"),
        "{}",
        record.waiting
    );
    assert_eq!(texts(&world, SERVICE), ["192.0.2.10"]);
    assert!(running(&world) && conf(&world)["net0"].contains("bridge=vmbr0"));
    upgraded(
        &world,
        &json!({"auto_bridge": "0", "bridge": "vmbr1", "vlan": "7"}),
    );
    assert_eq!(texts(&world, SERVICE), ["198.51.100.10"]);
    assert!(
        conf(&world)["net0"].contains("bridge=vmbr1") && conf(&world)["net0"].contains("tag=7")
    );
    assert_eq!(states(&world, "192.0.2.10"), "free");
    // Where the address brings its network along, it stays.
    upgraded(&world, &json!({"auto_bridge": "1"}));
    assert_eq!(texts(&world, SERVICE), ["198.51.100.10"]);
}

#[test]
fn a_vm_that_somebody_started_meanwhile_is_started_anew() {
    for key in ["ipconfig0", "cipassword"] {
        let world = shop(&json!({}));
        let writes = json!([{"match": {"method": "PUT", "path": "/nodes/*/qemu/2000/config"}, "do": "refuse"}]);
        world.faults(&writes);
        match key {
            "ipconfig0" => change(&world, &json!({"ipv4": "0", "ipv6": "1"})),
            _ => {
                granted(&world, &json!({"op": "reset_password", "shutdown": "1"}));
            }
        }
        minute(&world);
        assert!(!running(&world), "it was stopped for that");
        world.see(|all| {
            let now = all.now;
            all.vms.get_mut(&2000).unwrap().running_since = Some(now);
        });
        world.faults(&json!([]));
        world.advance(MINUTE);
        world.settle(8);
        assert_as_sold(&world, SERVICE);
        let vm = world.see(|all| all.vms[&2000].clone());
        assert_eq!(
            vm.cloudinit.get(key),
            vm.conf.get(key),
            "what the guest was started with"
        );
        assert_at_rest(&world);
    }
}

#[test]
fn a_suspended_vm_s_address_is_free_without_a_start() {
    let world = shop(&json!({}));
    assert_eq!(call(&world, "suspend"), "success");
    wait(&world);
    change(&world, &json!({"ipv4": "0", "ipv6": "1"}));
    world.settle(6);
    assert!(!running(&world));
    assert_as_sold(&world, SERVICE);
    wait(&world);
    assert_eq!(states(&world, "192.0.2.10"), "free");
    assert_invariants(&world);
}

#[test]
fn the_end_of_the_service_takes_what_was_leaving_along() {
    for how in ["terminate", "remove"] {
        let world = shop(&json!({}));
        world.see(|all| all.hold(2000, "backup", Some(200.0)));
        change(&world, &json!({"ipv4": "0", "ipv6": "1"}));
        minute(&world);
        assert_eq!(states(&world, "192.0.2.10"), "leaving");
        match how {
            "terminate" => assert_eq!(call(&world, "terminate"), "success"),
            _ => {
                done(&world, &json!({"op": "reset", "state": "remove"}));
                assert_eq!(states(&world, "192.0.2.10"), "orphan");
                world.see(|all| all.meddle(&json!({"vmid": 2000, "delete": true})).unwrap());
                sell(&world, &json!({}));
                order_other(&world);
                assert_eq!(texts(&world, OTHER), ["192.0.2.11"]);
            }
        }
        world.advance(MINUTE * 2);
        world.settle(6);
        wait(&world);
        assert_eq!(states(&world, "192.0.2.10"), "free", "{how}");
        assert_invariants(&world);
    }
}

#[test]
fn a_new_installation_leaves_what_was_leaving_behind() {
    let world = shop(&json!({"ipv4": "2"}));
    world.see(|all| all.hold(2000, "backup", Some(200.0)));
    change(&world, &json!({"ipv4": "1"}));
    minute(&world);
    assert_eq!(states(&world, "192.0.2.11"), "leaving");
    done(&world, &json!({"op": "redeploy"}));
    world.advance(MINUTE);
    world.settle(6);
    wait(&world);
    assert_as_sold(&world, SERVICE);
    assert_eq!(states(&world, "192.0.2.11"), "free");
}

#[test]
fn a_button_s_change_takes_effect_with_the_next_start() {
    let world = shop(&json!({"ipv4": "2"}));
    sell(&world, &json!({"ipv4": "0", "ipv6": "1"}));
    done(
        &world,
        &json!({"op": "step", "step": "vm_set_dedicated_ip"}),
    );
    assert!(conf(&world)["ipconfig0"].starts_with("ip6=2001:db8:7::100/64"));
    for address in ["192.0.2.10", "192.0.2.11"] {
        wait(&world);
        assert_eq!(states(&world, address), "leaving", "the guest has it still");
        assert!(may_send(&world, 2000, address.parse().unwrap()));
    }
    assert_invariants(&world);
    stop(&world);
    wait(&world);
    wait(&world);
    assert_eq!(states(&world, "192.0.2.10"), "free");
    granted(&world, &json!({"op": "start"}));
    wait(&world);
    assert_as_sold(&world, SERVICE);
    // A start of ours within one minute is as good.
    sell(&world, &json!({"ipv4": "0", "ipv6": "2"}));
    done(
        &world,
        &json!({"op": "step", "step": "vm_set_dedicated_ip"}),
    );
    sell(&world, &json!({"ipv4": "0", "ipv6": "1"}));
    done(
        &world,
        &json!({"op": "step", "step": "vm_set_dedicated_ip"}),
    );
    world.advance(Duration::from_secs(2));
    granted(&world, &json!({"op": "reboot"}));
    for _ in 0..3 {
        wait(&world);
    }
    assert_eq!(states(&world, "2001:db8:7::101"), "free");
    assert_as_sold(&world, SERVICE);
    // To another network only Change Package leads.
    sell(
        &world,
        &json!({"ipv4": "0", "ipv6": "1", "auto_bridge": "0", "bridge": "vmbr1"}),
    );
    let why = not_done(
        &world,
        &json!({"op": "step", "step": "vm_set_dedicated_ip"}),
    );
    assert!(why.contains("Change Package"), "{why}");
}

#[test]
fn a_crash_anywhere_gives_no_address_away() {
    let calls = {
        let world = shop(&json!({"ipv4": "2"}));
        change(&world, &json!({"ipv4": "1", "ipv6": "1"}));
        world.advance(MINUTE);
        world.crash_at_host_call(None);
        world.tick();
        world.host.calls()
    };
    for call in 1..=calls {
        let world = shop(&json!({"ipv4": "2"}));
        change(&world, &json!({"ipv4": "1", "ipv6": "1"}));
        world.advance(MINUTE);
        world.crash_at_host_call(Some(CrashPoint::After(call)));
        assert!(world.tick().died);
        world.crash_at_host_call(None);
        assert_invariants(&world);
        world.order(&Order::new(OTHER.0));
        minute(&world);
        assert_invariants(&world);
        world.advance(MINUTE);
        world.settle(8);
        for service in [SERVICE, OTHER] {
            assert_as_sold(&world, service);
        }
        assert_at_rest(&world);
    }
}
