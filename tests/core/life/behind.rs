//! A change of package that has to wait, and a suspension that comes meanwhile.

use super::addresses::{minute, sell, shop, texts};
use super::*;
use crate::support::compare::assert_as_sold;
use crate::support::invariant::assert_at_rest;
use puq_proxmox_kvm::model::VmState;

/// A change that waits for an address that is free holds up neither a suspension nor its end, and comes about afterwards.
#[test]
fn a_change_that_waits_holds_up_no_suspension() {
    let world = shop(&json!({}));
    sell(
        &world,
        &json!({"ipv6": "1", "auto_bridge": "0", "bridge": "vmbr2"}),
    );
    assert_eq!(call(&world, "change_package"), "success");
    let waits = |runs: bool, times: u64| {
        for _ in 0..times {
            minute(&world);
        }
        let record = world.record(SERVICE);
        assert_eq!(record.state, VmState::ChangePackage);
        assert!(record.waiting.contains("vmbr2"), "{}", record.waiting);
        assert_eq!(running(&world), runs);
        assert_eq!(conf(&world)["onboot"], u8::from(runs).to_string());
        assert_eq!(record.suspended(), !runs);
        assert_eq!(texts(&world, SERVICE), ["192.0.2.10"]);
    };
    waits(true, 3);
    for _ in 0..2 {
        assert_eq!(call(&world, "suspend"), "success");
        waits(false, 3);
        assert_eq!(call(&world, "unsuspend"), "success");
        waits(true, 3);
    }
    sell(&world, &json!({"ipv4": "2"}));
    world.settle(8);
    assert_eq!(world.record(SERVICE).wanted.to_string(), "");
    assert_as_sold(&world, SERVICE);
    assert_at_rest(&world);
}

/// Nothing starts the VM of a suspended service, so nobody is told to: it wakes up when the suspension ends.
#[test]
fn a_change_of_a_suspended_vm_that_hibernates_waits_for_the_end_of_the_suspension() {
    let world = shop(&json!({}));
    world.see(|all| {
        let vm = all.vms.get_mut(&2000).unwrap();
        vm.running_since = None;
        vm.conf.insert("lock".to_owned(), "suspended".to_owned());
        let memory = "local-lvm:vm-2000-state-suspend-0".to_owned();
        vm.conf.insert("vmstate".to_owned(), memory);
    });
    assert_eq!(call(&world, "suspend"), "success");
    sell(&world, &json!({"ipv4": "2"}));
    assert_eq!(call(&world, "change_package"), "success");
    for _ in 0..3 {
        minute(&world);
    }
    let waiting = world.record(SERVICE).waiting;
    assert!(
        waiting.contains("once the service is unsuspended"),
        "{waiting}"
    );
    assert!(!waiting.contains("Start it"), "{waiting}");
    assert_eq!(call(&world, "unsuspend"), "success");
    wait(&world);
    // The end of the suspension itself comes with the run after.
    wait(&world);
    assert_as_sold(&world, SERVICE);
    assert!(running(&world));
    assert_at_rest(&world);
}
