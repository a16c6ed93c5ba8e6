//! Who had which address from when to when.

use super::addresses::{OTHER, minute, sell, shop};
use super::*;
use crate::support::invariant::{assert_at_rest, assert_invariants};
use puq_proxmox_kvm::host::Dialect;
use puq_proxmox_kvm::store;

fn addon(world: &World, request: Value) -> Value {
    let answer =
        world.drive(|site| async move { actions::addon_api(&site, request).await.unwrap() });
    assert_eq!(answer["ok"], true, "{answer}");
    answer["data"].clone()
}

/// Service, VM, whether its time is known, and whether it is over; of an address, newest first.
fn story(world: &World, address: &str) -> Vec<(u64, bool, bool, bool)> {
    let asked = json!({"op": "addresses", "search": address, "past": true});
    let rows = addon(world, asked)["rows"].clone();
    let one = |row: &Value| {
        assert_eq!(row["address"], address, "{row}");
        (
            row["service_id"].as_u64().unwrap(),
            row["vmid"].is_u64(),
            row["since"].is_i64(),
            row["until"].is_i64(),
        )
    };
    rows.as_array().unwrap().iter().map(one).collect()
}

fn first_address(world: &World, service: ServiceId) -> String {
    let sql = format!(
        "SELECT text FROM puq_proxmox_kvm_addresses WHERE service_id = {service} AND family = 4 ORDER BY position"
    );
    world.host.rows(&sql)[0]["text"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn an_address_that_two_clients_had_names_both_with_their_times() {
    let world = shop(&json!({}));
    let address = first_address(&world, SERVICE);
    assert_eq!(story(&world, &address), [(7, true, true, false)]);
    assert_eq!(call(&world, "terminate"), "success");
    world.settle(6);
    assert_eq!(story(&world, &address), [(7, true, true, true)]);
    world.order(&Order::new(OTHER.0));
    world.settle(6);
    assert_eq!(first_address(&world, OTHER), address, "the lowest free one");
    assert_eq!(
        story(&world, &address),
        [(8, true, true, false), (7, true, true, true)]
    );
    // Without those that are over there is one, and in another pool's range none.
    let now = addon(&world, json!({"op": "addresses", "search": address}));
    assert_eq!(now["total"], 1, "{now}");
    let pools = addon(&world, json!({"op": "pools"}))["rows"].clone();
    for pool in pools.as_array().unwrap() {
        let asked = json!({"op": "addresses", "pool": pool["id"], "past": true});
        let rows = addon(&world, asked);
        let own = rows["rows"].as_array().unwrap();
        let has = own.iter().any(|row| row["address"] == json!(address));
        assert_eq!(
            has,
            pool["bridge"] == "vmbr0" && pool["type"] == "IPv4",
            "{pool} {rows}"
        );
    }
    // What is older than the setting says is forgotten, what goes on never.
    world.setting("address_history", "2");
    world.advance(Duration::from_secs(3 * 86_400));
    world.settle(2);
    assert_eq!(story(&world, &address), [(8, true, true, false)]);
    assert_invariants(&world);
}

#[test]
fn one_that_is_exchanged_or_let_go_of_is_told_of_too() {
    let world = shop(&json!({}));
    let address = first_address(&world, SERVICE);
    // Another network: it leaves, and is over once the guest is rid of it.
    sell(
        &world,
        &json!({"bridge": "vmbr1", "vlan": "7", "auto_bridge": "0"}),
    );
    assert_eq!(call(&world, "change_package"), "success");
    world.settle(6);
    assert_ne!(first_address(&world, SERVICE), address);
    assert_eq!(story(&world, &address), [(7, true, true, true)]);
    let second = first_address(&world, SERVICE);
    // A VM that is let go of may use it on: it is nobody else's before the VM is gone.
    done(&world, &json!({"op": "reset", "state": "remove"}));
    minute(&world);
    let open = story(&world, &second);
    assert_eq!(
        (open.len(), open[0].0, open[0].3),
        (1, 7, false),
        "{open:?}"
    );
    assert_invariants(&world);
}

#[test]
fn an_installation_of_before_begins_with_who_has_which_address_now() {
    let world = shop(&json!({}));
    assert_at_rest(&world);
    let address = first_address(&world, SERVICE);
    world.host.run("DROP TABLE puq_proxmox_kvm_tenures");
    world
        .host
        .run("DELETE FROM puq_proxmox_kvm_schema WHERE version > 1");
    for _ in 0..2 {
        world.drive(|site| async move {
            store::migrate(&site.host, Dialect::Sqlite, site.now())
                .await
                .unwrap();
        });
        assert_eq!(story(&world, &address), [(7, true, false, false)]);
        assert_invariants(&world);
    }
    assert_eq!(call(&world, "terminate"), "success");
    world.settle(6);
    assert_eq!(story(&world, &address), [(7, true, false, true)]);
}

#[test]
fn what_is_no_address_is_refused_with_the_rule() {
    let world = shop(&json!({}));
    for (search, ok) in [
        ("<script>", false),
        ("203.0.113", false),
        ("203.0.113.0/24", true),
        ("#7", true),
        ("", true),
    ] {
        let request =
            json!({"op": "addresses", "search": search, "size": 1_000_000, "page": u64::MAX});
        let answer =
            world.drive(|site| async move { actions::addon_api(&site, request).await.unwrap() });
        assert_eq!(answer["ok"], ok, "{search}: {answer}");
    }
}

#[test]
fn where_reverse_names_go_is_told_while_a_pool_is_typed() {
    let world = shop(&json!({}));
    let said = |fields: Value| addon(&world, json!({"op": "pool_names", "pool": fields}));
    let typed = json!({"type": "IPv4", "address_start": "203.0.113.10", "mask": "24"});
    let lacks = said(typed.clone());
    assert_eq!(lacks["good"], false);
    assert!(
        lacks["text"]
            .as_str()
            .unwrap()
            .contains("113.0.203.in-addr.arpa"),
        "{lacks}"
    );
    let zone =
        json!({"type": "zonefile", "zone": "113.0.203.in-addr.arpa", "path": "/nowhere/zone"});
    addon(&world, json!({"op": "zone_save", "zone": zone}));
    assert_eq!(said(typed)["good"], true);
    for half in [
        json!({}),
        json!({"type": "IPv4", "address_start": "203.0.113.", "mask": "24"}),
        json!({"type": "IPv6", "address_start": "203.0.113.1", "mask": "24"}),
        json!({"type": "IPv4", "address_start": "203.0.113.9", "address_stop": "203.0.113.1", "mask": "24"}),
        json!({"type": "IPv4", "address_start": "203.0.113.9", "mask": "0"}),
        json!({"type": [], "address_start": {"a": 1}, "mask": -1}),
    ] {
        assert_eq!(said(half.clone())["text"], Value::Null, "{half}");
    }
}
