//! The staff's per-step buttons: one step each, by the engine's own rules.

use super::*;
use crate::support::compare::assert_as_sold;
use crate::support::invariant::assert_at_rest;
use puq_proxmox_kvm::model::VmState;

/// Every button and whether it needs the VM stopped.
const BUTTONS: &[(&str, bool)] = &[
    ("vm_set_dedicated_ip", false),
    ("set_cpu_ram", true),
    ("set_system_disk_size", false),
    ("set_system_disk_bandwidth", false),
    ("set_created_additional_disk", false),
    ("set_additional_disk_size", false),
    ("set_additional_disk_bandwidth", false),
    ("set_network", false),
    ("set_firewall", false),
    ("set_cloudinit", true),
];

fn press(word: &str) -> Value {
    json!({"op": "step", "step": word})
}

#[test]
fn at_rest_each_button_brings_its_part_to_what_is_sold() {
    let world = world(&json!({}));
    let more = usual_with(&json!({
        "template": "9001", "cpu": "4", "ram": "4", "system_size": "12", "system_read_mbps": "50", "ipv4": "2",
        "additional_size": "3", "additional_write_iops": "500", "rate": "20", "log_in": "info",
        "backups": "2", "snapshots": "2", "backup_storage": "pbs-backup|pbs",
    }));
    world.product(PRODUCT, &more);
    for (word, off) in BUTTONS {
        if *off {
            let why = not_done(&world, &press(word));
            assert!(why.contains("Stop it first"), "{word}: {why}");
            done(&world, &json!({"op": "stop"}));
            wait(&world);
        }
        let data = done(&world, &press(word));
        println!("{word}: {data}");
        wait(&world);
        assert_eq!(world.state(SERVICE), VmState::Ready, "{word}");
        let record = world.record(SERVICE);
        assert_eq!((record.fails, record.waiting.as_str()), (0, ""), "{word}");
        if *off {
            done(&world, &json!({"op": "start"}));
            wait(&world);
        }
    }
    assert_as_sold(&world, SERVICE);
    assert_at_rest(&world);
    let runs = world
        .host
        .rows("SELECT flow FROM puq_proxmox_kvm_runs WHERE flow = 'Step'");
    assert_eq!(runs.len(), BUTTONS.len(), "each is in the log");
    // Once more: nothing differs, nothing is done.
    for (word, _) in BUTTONS.iter().filter(|(_, off)| !off) {
        let before = conf(&world);
        done(&world, &press(word));
        assert_eq!(conf(&world), before, "{word}");
    }
}

#[test]
fn in_a_flow_only_the_next_step_and_only_that_one() {
    let world = World::usual(3);
    world.order(&Order::new(SERVICE.0));
    let why = not_done(&world, &press("vm_clone"));
    assert!(why.contains("Allocate IP"), "{why}");
    done(&world, &press("vm_set_dedicated_ip"));
    assert_eq!(world.state(SERVICE), VmState::SetIp);
    assert!(!world.see(|all| all.vms.contains_key(&2000)));
    not_done(&world, &press("set_cpu_ram"));
    world.settle(5);
    assert_as_sold(&world, SERVICE);
    let why = not_done(&world, &press("vm_clone"));
    assert!(why.contains("has its VM"), "{why}");
    for word in ["", "start", "vm_set", "set_cpu_ram "] {
        let why = not_done(&world, &press(word));
        assert!(why.contains("no step"), "{why}");
    }
}

#[test]
fn a_busy_vm_is_left_alone_and_a_failed_step_leaves_no_waiting() {
    let world = world(&json!({}));
    done(&world, &json!({"op": "backup_now"}));
    let why = not_done(&world, &press("set_network"));
    assert!(why.contains("backup"), "{why}");
    wait(&world);
    world.product(
        PRODUCT,
        &usual_with(
            &json!({"template": "9001", "additional_size": "3", "additional_storage": "nowhere"}),
        ),
    );
    let why = not_done(&world, &press("set_created_additional_disk"));
    assert!(why.contains("nowhere"), "{why}");
    let record = world.record(SERVICE);
    assert_eq!(record.state, VmState::Ready);
    assert_eq!(
        (record.fails, record.waiting.as_str(), record.next_look_at),
        (0, "", None)
    );
}

#[test]
fn removed_by_hand_it_can_be_made_again_or_ended() {
    for again in [true, false] {
        let world = world(&json!({}));
        let before = world.record(SERVICE);
        let why = not_done(&world, &press("vm_remove"));
        assert!(why.contains("Stop it first"), "{why}");
        stop(&world);
        granted(&world, &json!({"op": "backup_now"}));
        wait(&world);
        done(&world, &press("vm_remove"));
        assert_eq!(world.state(SERVICE), VmState::Remove);
        assert!(!world.see(|all| all.vms.contains_key(&2000)));
        assert_eq!(stored(&world).len(), 1, "its backups stay");
        world.advance(HOUR * 3);
        world.tick();
        let params = world.host.services.borrow()[&SERVICE.0].clone();
        if again {
            let answer =
                world.drive(|site| async move { actions::create_account(&site, params).await });
            assert_eq!(answer.unwrap(), "success");
            world.settle(5);
            assert_as_sold(&world, SERVICE);
            let now = world.record(SERVICE);
            assert_eq!((now.vmid, now.mark), (before.vmid, before.mark));
        } else {
            let answer =
                world.drive(|site| async move { actions::terminate_account(&site, params).await });
            assert_eq!(answer.unwrap(), "success");
            world.settle(5);
            let held = "SELECT 1 FROM puq_proxmox_kvm_addresses WHERE state = 'held'";
            assert_eq!(
                world.host.rows(held).len(),
                0,
                "its addresses are free again"
            );
        }
        assert_at_rest(&world);
    }
}

#[test]
fn dns_records_are_set_again_by_the_cron() {
    let world = world(&json!({}));
    done(&world, &json!({"op": "set_dns_records"}));
    assert_eq!(world.state(SERVICE), VmState::SetDnsRecords);
    not_done(&world, &json!({"op": "set_dns_records"}));
    world.settle(2);
    assert_as_sold(&world, SERVICE);
}
