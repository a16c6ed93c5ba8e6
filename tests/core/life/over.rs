//! Services that WHMCS ended, or has not any more.

use super::*;
use crate::support::compare::{addresses, assert_as_sold};
use puq_proxmox_kvm::model::VmState;

fn set_status(world: &World, status: &str) {
    let mut services = world.host.services.borrow_mut();
    services.get_mut(&SERVICE.0).unwrap()["status"] = json!(status);
}

fn create(world: &World) -> String {
    let params = world.host.services.borrow()[&SERVICE.0].clone();
    world.drive(|site| async move { actions::create_account(&site, params).await.unwrap() })
}

fn terminate(world: &World) {
    let params = world.host.services.borrow()[&SERVICE.0].clone();
    let told =
        world.drive(|site| async move { actions::terminate_account(&site, params).await.unwrap() });
    assert_eq!(told, "success");
}

/// A request of the staff about a service that was deleted in WHMCS.
fn ask_of_lost(world: &World, request: &Value) -> Value {
    let (params, request) = (json!({"serviceid": SERVICE.0}), request.clone());
    world.drive(|site| async move { actions::admin_api(&site, params, request).await.unwrap() })
}

#[test]
fn nothing_is_built_for_a_service_that_is_over_until_create_makes_it_active() {
    let world = world(&json!({}));
    terminate(&world);
    assert!(create(&world).contains("is being removed still"));
    set_status(&world, "Terminated");
    world.settle(3);
    assert_eq!(world.record(SERVICE).state, VmState::Remove);
    let guests = world.guests();
    for request in [
        json!({"op": "redeploy"}),
        json!({"op": "reset", "state": "creation"}),
        json!({"op": "reset", "state": "set_ip"}),
        json!({"op": "attach", "vmid": 115}),
    ] {
        for status in ["Terminated", "Cancelled", "Fraud"] {
            set_status(&world, status);
            let why = not_done(&world, &request);
            let wanted = format!("The service is {status} in WHMCS");
            assert!(why.starts_with(&wanted) && why.contains("Create"), "{why}");
        }
    }
    world.settle(2);
    assert_eq!(world.guests(), guests);
    // WHMCS's own button builds it anew, and makes it Active.
    assert_eq!(create(&world), "success");
    set_status(&world, "Active");
    world.settle(3);
    assert_as_sold(&world, SERVICE);
}

#[test]
fn an_order_that_is_cancelled_while_it_waits_gets_no_vm() {
    let world = World::usual(1);
    world.order(&Order::new(SERVICE.0));
    set_status(&world, "Cancelled");
    world.advance(MINUTE);
    let ran = world.tick();
    assert!(
        ran.text.contains("The service is Cancelled in WHMCS"),
        "{}",
        ran.text
    );
    assert_eq!(world.record(SERVICE).vmid, None);
    // Taken back, it goes on.
    set_status(&world, "Active");
    world.advance(HOUR);
    world.settle(3);
    assert_as_sold(&world, SERVICE);
}

#[test]
fn the_vm_of_a_service_that_was_deleted_in_whmcs_can_be_removed() {
    let world = world(&json!({}));
    world.order(&Order::new(8));
    world.settle(3);
    world.host.services.borrow_mut().remove(&SERVICE.0);
    let why = ask_of_lost(&world, &json!({"op": "reset", "state": "change_package"}));
    assert!(
        why["error"]
            .as_str()
            .unwrap()
            .contains("Reset to terminate"),
        "{why}"
    );
    let answer = ask_of_lost(&world, &json!({"op": "reset", "state": "terminate"}));
    assert_eq!(answer["ok"], true, "{answer}");
    world.settle(3);
    assert_eq!(world.record(SERVICE).state, VmState::Remove);
    assert_eq!(addresses(&world, SERVICE), []);
    assert!(world.see(|all| !all.vms.contains_key(&2000)));
    assert_eq!(
        ask_of_lost(&world, &json!({"op": "delete_record"}))["ok"],
        true
    );
    assert_as_sold(&world, ServiceId(8));
}

#[test]
fn the_vm_of_a_service_that_was_deleted_in_whmcs_can_be_let_go_of() {
    let world = world(&json!({}));
    world.host.services.borrow_mut().clear();
    let answer = ask_of_lost(&world, &json!({"op": "reset", "state": "remove"}));
    assert_eq!(answer["ok"], true, "{answer}");
    assert!(
        world.see(|all| all.vms.contains_key(&2000)),
        "no VM is touched"
    );
    let sql = "SELECT state FROM puq_proxmox_kvm_vmids UNION ALL SELECT state FROM puq_proxmox_kvm_addresses";
    let states = world.host.rows(sql);
    assert!(
        states.iter().all(|row| row["state"] == "orphan"),
        "{states:?}"
    );
}

#[test]
fn the_doctor_names_lines_in_access_hash_that_are_not_ours_and_never_quotes_them() {
    let world = world(&json!({}));
    let check = |hash: &str| {
        for service in world.host.services.borrow_mut().values_mut() {
            service["serveraccesshash"] = json!(hash);
        }
        let ask = json!({"op": "doctor", "server_id": crate::support::shop::SERVER});
        let answer =
            world.drive(|site| async move { actions::addon_api(&site, ask).await.unwrap() });
        let text = answer.to_string();
        assert!(!text.contains("dGhpc"), "{text}");
        let checks = answer["data"]["checks"].as_array().unwrap().clone();
        checks
            .into_iter()
            .find(|check| check["name"] == "access hash")
    };
    assert_eq!(check("# a note\n"), None);
    let found = check("PVE:root@pam:65B2A1C3::dGhpcyBpcw==\n\ndGhpcw==").unwrap();
    assert_eq!(found["status"], "warn");
    assert!(found["text"].as_str().unwrap().contains("line 1, 3"));
}

#[test]
fn the_doctor_names_the_vms_of_services_that_whmcs_has_not_any_more() {
    let world = world(&json!({}));
    let services = |world: &World| {
        let ask = json!({"op": "doctor"});
        let answer =
            world.drive(|site| async move { actions::addon_api(&site, ask).await.unwrap() });
        let checks = answer["data"]["checks"].as_array().unwrap().clone();
        let check = checks.iter().find(|check| check["name"] == "services");
        check.unwrap().clone()
    };
    assert_eq!(services(&world)["status"], "ok");
    world.host.services.borrow_mut().clear();
    let check = services(&world);
    assert_eq!(check["status"], "warn");
    assert!(check["text"].as_str().unwrap().ends_with("any more: 7."));
    assert!(
        check["fix"]
            .as_str()
            .unwrap()
            .contains("Reset to terminate")
    );
}

#[test]
fn an_addon_of_the_service_does_not_end_it() {
    let world = world(&json!({}));
    let mut params = world.host.services.borrow()[&SERVICE.0].clone();
    params["addonId"] = json!("3");
    let before = world.record(SERVICE);
    let told = world.drive(|site| async move { actions::terminate_account(&site, params).await });
    let told = told.unwrap_err().to_string();
    assert!(told.contains("product addon cannot have"), "{told}");
    assert_eq!(world.record(SERVICE), before);
}
