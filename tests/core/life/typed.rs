//! Addresses that staff typed into the service before its VM is made.

use super::addresses::{OTHER, minute, sell, shop, texts};
use super::*;
use crate::support::compare::assert_as_sold;
use puq_proxmox_kvm::model::VmState;

/// What staff type into the service before the VM is made.
fn typed(world: &World, dedicated: &str, assigned: &str) {
    world.order(&Order::new(OTHER.0));
    let mut services = world.host.services.borrow_mut();
    let service = services.get_mut(&OTHER.0).unwrap();
    service["dedicatedip"] = json!(dedicated);
    service["assignedips"] = json!(assigned);
}

#[test]
fn a_typed_address_is_taken() {
    let world = shop(&json!({}));
    sell(&world, &json!({"ipv4": "3", "ipv6": "1"}));
    typed(
        &world,
        "192.0.2.200",
        "2001:0db8:0007:0000:0000:0000:0000:0123\r\n 192.0.2.30",
    );
    world.settle(6);
    assert_eq!(
        texts(&world, OTHER),
        ["192.0.2.200", "192.0.2.30", "192.0.2.11", "2001:db8:7::123"]
    );
    assert_as_sold(&world, OTHER);
    let service = world.host.services.borrow()[&OTHER.0].clone();
    assert_eq!(service["dedicatedip"], "192.0.2.200");
}

#[test]
fn a_typed_address_that_cannot_be_had_says_why() {
    for (dedicated, assigned, why) in [
        ("192.0.2.10", "", "service 7 has it"),
        ("203.0.113.5", "", "no pool and no list of server 1"),
        ("192.0.2.1", "", "no pool and no list"),
        ("192.0.2.99", "", "reserved"),
        ("192.0.2.20", "192.0.2.21", "only one IPv4 address"),
        ("", "2001:db8:7::105", "no IPv6 address of ours"),
        ("web1", "", "\"web1\", which is no IP address"),
        ("198.51.100.10", "", "not on bridge vmbr0, VLAN 0"),
    ] {
        let world = shop(&json!({}));
        world.host.run("UPDATE puq_proxmox_kvm_ip_pools SET reserved = '192.0.2.99' WHERE address_start = '192.0.2.10'");
        let manual = why.starts_with("not on");
        sell(
            &world,
            &json!({"auto_bridge": if manual { "0" } else { "1" }}),
        );
        typed(&world, dedicated, assigned);
        minute(&world);
        let record = world.record(OTHER);
        assert_eq!(record.state, VmState::Creation);
        assert!(record.waiting.contains(why), "{why}: {}", record.waiting);
        let field = if assigned.is_empty() {
            "Dedicated IP"
        } else {
            "Assigned IPs"
        };
        assert!(record.waiting.contains(field), "{}", record.waiting);
        let service = world.host.services.borrow()[&OTHER.0].clone();
        assert_eq!(service["dedicatedip"], dedicated, "it stands there still");
        // Emptied, the order goes on.
        {
            let mut services = world.host.services.borrow_mut();
            let service = services.get_mut(&OTHER.0).unwrap();
            (service["dedicatedip"], service["assignedips"]) = (json!(""), json!(""));
        }
        world.settle(6);
        assert_as_sold(&world, OTHER);
    }
}
