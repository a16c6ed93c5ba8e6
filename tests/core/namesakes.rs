//! Names of VMs: two of one name would share their records in DNS and their traffic in WHMCS's bill.

use crate::support::invariant::assert_at_rest;
use crate::support::shop::{PRODUCT, usual_with};
use crate::support::{Order, World};
use puq_proxmox_kvm::model::ServiceId;
use puq_proxmox_kvm::plan::Product;
use serde_json::json;
use std::collections::BTreeSet;

/// A world whose product was saved with a rule that no form takes any more.
fn world(rule: &str) -> World {
    let world = World::usual(7);
    let form = usual_with(&json!({}));
    let product = Product::defaults().with_form(&form).unwrap();
    let mut stored: serde_json::Value = serde_json::from_str(&product.to_json()).unwrap();
    stored["name_rule"] = json!(rule);
    world.product_raw(PRODUCT, &stored.to_string());
    world
}

fn names(world: &World) -> Vec<String> {
    let records = world.records();
    records.into_iter().map(|record| record.name).collect()
}

fn domain(world: &World, service: ServiceId) -> String {
    let services = world.host.services.borrow();
    services[&service.0]["domain"].as_str().unwrap().to_owned()
}

#[test]
fn orders_of_one_tick_and_of_later_ones_get_names_of_their_own() {
    let world = world("Const");
    for service in [7, 8, 9] {
        world.order(&Order::new(service));
    }
    world.settle(5);
    world.order(&Order::new(10));
    world.settle(5);
    let names = names(&world);
    let distinct: BTreeSet<String> = names.iter().map(|name| name.to_lowercase()).collect();
    assert_eq!(distinct.len(), 4, "{names:?}");
    assert!(names.contains(&"Const-10".to_owned()), "{names:?}");
    assert_at_rest(&world);
    for record in world.records() {
        let full = format!("{}.example.com", record.name);
        assert_eq!(domain(&world, record.service), full);
        let vmid = record.vmid.unwrap().get();
        assert_eq!(
            world.see(|all| all.vms[&vmid].conf["name"].clone()),
            record.name
        );
    }
    // Once given, it stays.
    for _ in 0..3 {
        world.tick();
    }
    assert_eq!(self::names(&world), names);
}

#[test]
fn the_name_of_any_guest_of_the_cluster_is_taken() {
    for known in ["WEB", "web.example.com"] {
        let mut world = world("web");
        world.see(|all| {
            let vm = all.vms.get_mut(&115).unwrap();
            vm.conf.insert("name".to_owned(), known.to_owned());
        });
        world.foreign = world.guests();
        let service = world.order(&Order::new(7));
        world.settle(5);
        assert_eq!(world.record(service).name, "web-7", "{known}");
    }
}

#[test]
fn chance_is_tried_again_before_a_number_is_added() {
    let world = world("v{random_digit_1}");
    for service in 1..=15 {
        world.order(&Order::new(service));
    }
    world.settle(10);
    let names = names(&world);
    let distinct: BTreeSet<&String> = names.iter().collect();
    assert_eq!(distinct.len(), 15, "{names:?}");
    let short = names.iter().filter(|name| name.len() == 2).count();
    assert!((6..=10).contains(&short), "{names:?}");
}

#[test]
fn a_long_name_is_cut_to_make_room() {
    let long = "a".repeat(63);
    let world = world(&long);
    for service in [7, 8] {
        world.order(&Order::new(service));
        world.settle(5);
    }
    let names = names(&world);
    assert_eq!(names, [long, format!("{}-8", "a".repeat(61))]);
}
