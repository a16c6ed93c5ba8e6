//! The row itself, corrected or removed by staff.

use super::*;
use puq_proxmox_kvm::model::VmState;

#[test]
fn the_row_is_shown_and_corrected_field_by_field() {
    let world = world(&json!({}));
    let shown = done(&world, &json!({"op": "record"}));
    assert_eq!(shown["fixed"]["vm_id"], 2000);
    assert_eq!(shown["fields"]["vm_status"], "ready");
    let fields = json!({
        "vm_name": "other", "vm_rev_dns": "{\"192.0.2.10\": \"mail.example.com\"}",
        "vm_backup_schedule": "{\"2\": \"04:05\"}", "vm_net0_mac": "bc:24:11:00:00:aa",
    });
    done(
        &world,
        &json!({"op": "record_save", "rev": shown["rev"], "fields": fields}),
    );
    let record = world.record(SERVICE);
    assert_eq!(
        (record.name.as_str(), record.mac.as_str()),
        ("other", "BC:24:11:00:00:AA")
    );
    assert!(record.rev_dns.contains("mail.example.com"));
    let due = world
        .host
        .rows("SELECT next_backup_at FROM puqProxmoxKVM_vm_info");
    assert!(!due[0]["next_backup_at"].is_null());
    // The page is one look behind now.
    let why = not_done(
        &world,
        &json!({"op": "record_save", "rev": shown["rev"], "fields": {}}),
    );
    assert!(why.contains("changed meanwhile"), "{why}");
    let rev = done(&world, &json!({"op": "record"}))["rev"].clone();
    let bad = json!({
        "vm_status": "unknown", "vm_id": 115, "owner_mark": "x", "vm_net0_mac": "zz", "vm_rev_dns": "[]", "node": "a b",
        "vm_backup_schedule": "soon", "vm_name": "under_score!",
    });
    let answer = ask_admin(
        &world,
        &json!({"op": "record_save", "rev": rev, "fields": bad}),
    );
    assert_eq!(answer["ok"], false);
    assert_eq!(answer["errors"].as_object().unwrap().len(), 8, "{answer}");
    assert_eq!(world.record(SERVICE), record);
    refused(&world, &json!({"op": "record"}));
}

#[test]
fn a_state_set_by_hand_is_where_the_cron_goes_on() {
    let world = world(&json!({}));
    let rev = done(&world, &json!({"op": "record"}))["rev"].clone();
    let fields = json!({"vm_status": "set_dns_records"});
    done(
        &world,
        &json!({"op": "record_save", "rev": rev, "fields": fields}),
    );
    assert!(world.record(SERVICE).next_look_at.is_some());
    world.settle(2);
    assert_eq!(world.state(SERVICE), VmState::Ready);
}

#[test]
fn a_row_goes_only_when_the_service_is_over_and_its_address_only_when_the_vm_is_gone() {
    let world = world(&json!({}));
    let why = not_done(&world, &json!({"op": "delete_record"}));
    assert!(why.contains("terminate"), "{why}");
    world
        .host
        .run("UPDATE puqProxmoxKVM_vm_info SET vm_status = 'error_terminate', rev = rev + 1");
    done(&world, &json!({"op": "delete_record"}));
    assert!(world.records().is_empty());
    assert!(
        world.see(|all| all.vms.contains_key(&2000)),
        "no VM is touched"
    );
    let states = |table: &str| -> Vec<String> {
        let rows = world
            .host
            .rows(&format!("SELECT state FROM puq_proxmox_kvm_{table}"));
        rows.iter()
            .map(|row| row["state"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        (states("addresses"), states("vmids")),
        (vec!["orphan".to_owned()], vec!["orphan".to_owned()])
    );
    world.order(&Order::new(9));
    world.settle(5);
    assert_ne!(
        world.record(ServiceId(9)).vmid.map(|vmid| vmid.get()),
        Some(2000)
    );
    world.see(|all| all.vms.remove(&2000));
    world.order(&Order::new(10));
    world.settle(5);
    world.advance(HOUR * 2);
    world.tick();
    assert!(!states("vmids").contains(&"orphan".to_owned()));
}
