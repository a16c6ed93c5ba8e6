//! Taking over a VM that stands on the cluster already.

use super::*;
use puq_proxmox_kvm::model::{Policy, VmState};

const STRANGER: u32 = 115;

/// An order that nobody has begun to deploy.
fn ordered() -> World {
    let world = World::usual(5);
    world.order(&Order::new(SERVICE.0));
    world
}

fn attach(vmid: &Value) -> Value {
    json!({"op": "attach", "vmid": vmid})
}

fn notes(world: &World, vmid: u32) -> String {
    world.see(|all| {
        let conf = &all.vms[&vmid].conf;
        conf.get("description").cloned().unwrap_or_default()
    })
}

#[test]
fn a_vm_gets_the_mark_and_is_the_service_s_from_then_on() {
    let world = ordered();
    let before = world.see(|all| all.vms[&STRANGER].conf.clone());
    done(&world, &attach(&json!(STRANGER.to_string())));
    let record = world.record(SERVICE);
    assert_eq!(record.state, VmState::Ready);
    assert_eq!(record.vmid.map(|vmid| vmid.get()), Some(STRANGER));
    assert_eq!(record.name, before.get("name").cloned().unwrap_or_default());
    assert!(notes(&world, STRANGER).contains(record.mark.as_str()));
    let mut after = world.see(|all| all.vms[&STRANGER].conf.clone());
    after.remove("description");
    let mut before = before;
    before.remove("description");
    assert_eq!(after, before, "nothing else of it changes");
    done(&world, &attach(&json!(STRANGER)));
    let params = world.host.services.borrow()[&SERVICE.0].clone();
    world.drive(|site| async move { actions::terminate_account(&site, params).await.unwrap() });
    world.settle(5);
    assert!(world.see(|all| !all.vms.contains_key(&STRANGER)));
}

#[test]
fn a_number_that_was_left_as_it_stood_asks_for_nothing() {
    let world = ordered();
    let before = world.record(SERVICE);
    for (vmid, present) in [
        (json!(""), json!("")),
        (Value::Null, json!("")),
        (json!(" 115 "), json!("115")),
        (json!(115), json!("115")),
    ] {
        let answer = done(
            &world,
            &json!({"op": "attach", "vmid": vmid, "present": present}),
        );
        assert_eq!(answer, json!({}), "{vmid}");
    }
    for vmid in [json!(["115"]), json!("many"), json!("115;")] {
        let why = not_done(
            &world,
            &json!({"op": "attach", "vmid": vmid, "present": ""}),
        );
        assert_eq!(why, "The VM ID must be a number from 100 to 999999999.");
    }
    assert_eq!(world.record(SERVICE), before);
    let answer = done(
        &world,
        &json!({"op": "attach", "vmid": " 115 ", "present": ""}),
    );
    assert_eq!(answer["said"], "VM 115 now belongs to service 7.");
}

#[test]
fn what_is_another_s_or_none_is_refused_and_untouched() {
    let world = ordered();
    world.settle(5);
    let ours = world.record(SERVICE).vmid.unwrap().get();
    let other = 8;
    world.order(&Order::new(other));
    let params = world.host.services.borrow()[&other].clone();
    let ask = |vmid: Value| {
        let (params, request) = (params.clone(), attach(&vmid));
        let answer = world
            .drive(|site| async move { actions::admin_api(&site, params, request).await.unwrap() });
        assert_eq!(answer["ok"], false, "{vmid}: {answer}");
        answer["error"].as_str().unwrap().to_owned()
    };
    let before = world.guests();
    assert!(ask(json!(ours)).contains("mark of another service"));
    assert!(ask(json!(9000)).contains("template"));
    assert!(ask(json!(4711)).contains("No node"));
    for bad in [
        json!(99),
        json!("1e3"),
        json!(""),
        Value::Null,
        json!([115]),
    ] {
        assert!(ask(bad).contains("number from 100"));
    }
    // A mark that somebody took off still leaves the number reserved.
    world.see(|all| {
        all.vms.get_mut(&ours).unwrap().conf.remove("description");
        all.vms.get_mut(&ours).unwrap().conf.remove("tags");
    });
    assert!(ask(json!(ours)).contains("one name in DNS"));
    world.see(|all| {
        let conf = &mut all.vms.get_mut(&ours).unwrap().conf;
        conf.insert("name".to_owned(), "renamed".to_owned());
    });
    assert!(ask(json!(ours)).contains("belongs to another service"));
    world.see(|all| {
        let vm = all.vms.get_mut(&STRANGER).unwrap();
        vm.conf.insert("lock".to_owned(), "backup".to_owned());
    });
    assert!(ask(json!(STRANGER)).contains("locked (backup)"));
    let count = |guests: &[(u32, String)]| guests.len();
    assert_eq!(count(&world.guests()), count(&before));
    assert!(!notes(&world, STRANGER).contains("puq-owner"));
}

#[test]
fn a_service_with_a_vm_keeps_it() {
    let world = ordered();
    world.settle(5);
    let ours = world.record(SERVICE).vmid.unwrap();
    let why = not_done(&world, &attach(&json!(STRANGER)));
    assert!(why.contains("Remove that one first"), "{why}");
    assert_eq!(world.record(SERVICE).vmid, Some(ours));
    // Gone by hand: then another may take its place.
    world.see(|all| all.vms.remove(&ours.get()));
    done(&world, &attach(&json!(STRANGER)));
    assert_eq!(
        world.record(SERVICE).vmid.map(|vmid| vmid.get()),
        Some(STRANGER)
    );
    let held = world
        .host
        .rows("SELECT vmid FROM puq_proxmox_kvm_vmids WHERE state = 'held'");
    assert_eq!(held.len(), 1);
}

/// The button is pressed twice, or for the VM that the service has had all along.
#[test]
fn the_services_own_vm_keeps_what_was_chosen_for_it() {
    let world = world(&json!({}));
    let vmid = world.record(SERVICE).vmid.unwrap().get();
    granted(
        &world,
        &json!({"op": "firewall_policies", "policy_in": "ACCEPT", "policy_out": "DROP"}),
    );
    granted(&world, &json!({"op": "backup_now"}));
    let params = world.host.services.borrow()[&SERVICE.0].clone();
    world.drive(|site| async move { actions::suspend_account(&site, params).await.unwrap() });
    let before = world.record(SERVICE);
    assert_eq!(before.wanted.to_string(), "suspend");
    not_done(&world, &attach(&json!(vmid)));
    assert_eq!(world.record(SERVICE), before, "locked by the backup");
    wait(&world);
    done(&world, &attach(&json!(vmid)));
    let after = world.record(SERVICE);
    assert_eq!(
        (after.policy_in, after.policy_out),
        (Some(Policy::Accept), Some(Policy::Drop))
    );
    assert!(after.suspended() && !running(&world));
    // Its removal failed, and it is taken back.
    world
        .host
        .run("UPDATE puqProxmoxKVM_vm_info SET vm_status = 'error_terminate', rev = rev + 1");
    done(&world, &attach(&json!(vmid)));
    let after = world.record(SERVICE);
    assert_eq!(after.state, VmState::Ready);
    assert_eq!(
        (after.policy_in, after.policy_out),
        (Some(Policy::Accept), Some(Policy::Drop))
    );
}

#[test]
fn a_service_that_is_over_gets_no_vm() {
    let world = ordered();
    let before = world.guests();
    for status in ["Terminated", "Cancelled", "Fraud"] {
        world
            .host
            .services
            .borrow_mut()
            .get_mut(&SERVICE.0)
            .unwrap()["status"] = json!(status);
        let why = not_done(&world, &attach(&json!(STRANGER)));
        assert!(why.contains(status) && why.contains("Active"), "{why}");
    }
    assert_eq!(world.guests(), before);
}

/// Its change of package gives it the addresses it is sold with; the installation must not take that for a service that
/// has user and password too.
#[test]
fn a_vm_taken_over_has_a_user_and_a_password_after_its_first_installation() {
    let world = ordered();
    done(&world, &attach(&json!(STRANGER)));
    let params = world.host.services.borrow()[&SERVICE.0].clone();
    world.drive(|site| async move { actions::change_package(&site, params).await.unwrap() });
    for _ in 0..3 {
        world.tick();
        world.advance(MINUTE);
    }
    let sold = || world.host.services.borrow()[&SERVICE.0].clone();
    assert!(!sold()["dedicatedip"].as_str().unwrap().is_empty());
    assert_eq!(sold()["username"], "");
    if world.state(SERVICE) == VmState::Ready {
        granted(&world, &json!({"op": "reinstall", "confirm": "REINSTALL"}));
    } else {
        // The stranger's VM has not what the package's work needs.
        done(&world, &json!({"op": "redeploy"}));
    }
    world.settle(10);
    assert!(!sold()["password"].as_str().unwrap().is_empty());
    crate::support::compare::assert_as_sold(&world, SERVICE);
}

/// The VM of the service is gone, and one of another name takes its place.
#[test]
fn the_name_of_the_vm_before_does_not_stay_in_dns() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("example.com");
    let text = "$TTL 1h\nexample.com. IN SOA ns.example.com. h.example.com. 7 1 1 1 1\nexample.com. IN NS ns.example.net.\n";
    std::fs::write(&file, text).unwrap();
    let world = world(&json!({"main_domain": ".example.com"}));
    world.zone("example.com", "zonefile", &json!({"path": file}));
    done(&world, &json!({"op": "reset", "state": "set_dns_records"}));
    wait(&world);
    let vmid = world.record(SERVICE).vmid.unwrap().get();
    let name = world.record(SERVICE).name;
    let read = || std::fs::read_to_string(&file).unwrap();
    assert!(
        read().contains(&format!("{name}.example.com.")),
        "{}",
        read()
    );
    world.see(|all| all.vms.remove(&vmid));
    done(&world, &attach(&json!(STRANGER)));
    assert!(!read().contains(&name), "{}", read());
    done(&world, &json!({"op": "reset", "state": "set_dns_records"}));
    wait(&world);
    let name = world.record(SERVICE).name;
    assert!(
        read().contains(&format!("{name}.example.com.\t300\tIN\tA\t192.0.2.10")),
        "{}",
        read()
    );
    let domain = world.host.services.borrow()[&SERVICE.0]["domain"].clone();
    assert_eq!(domain, format!("{name}.example.com"));
}

/// Proxmox takes 8192 characters of notes: the mark is then the tag alone, and everything goes on by it.
#[test]
fn a_vm_whose_notes_are_full_is_the_services_by_its_tag() {
    let world = ordered();
    let full = "\u{17c} & <b>{{guestname}}</b> \\n %".repeat(400);
    let full: String = full.chars().take(8190).collect();
    world.see(|all| {
        let conf = json!({"description": full, "tags": "web;prod"});
        all.meddle(&json!({"vmid": STRANGER, "config": conf}))
            .unwrap();
    });
    done(&world, &attach(&json!(STRANGER)));
    let (record, tags) = (world.record(SERVICE), || {
        world.see(|all| all.vms[&STRANGER].conf["tags"].clone())
    });
    assert_eq!(notes(&world, STRANGER), full);
    assert!(tags().contains(&record.mark.tag()) && tags().contains("prod"));
    for op in ["stop", "start"] {
        done(&world, &json!({"op": op}));
        wait(&world);
    }
    assert!(world.see(|all| all.vms[&STRANGER].is_running()));
    // Nobody else takes it over, and a second service's order names it.
    world.order(&Order::new(8));
    let params = world.host.services.borrow()[&8].clone();
    let request = attach(&json!(STRANGER));
    let answer = world
        .drive(|site| async move { actions::admin_api(&site, params, request).await.unwrap() });
    assert_eq!(answer["ok"], false, "{answer}");
    let params = world.host.services.borrow()[&SERVICE.0].clone();
    world.drive(|site| async move { actions::terminate_account(&site, params).await.unwrap() });
    world.settle(5);
    assert!(world.see(|all| !all.vms.contains_key(&STRANGER)));
}

#[test]
fn a_vm_that_cannot_be_marked_is_refused_before_anything_is_recorded() {
    for rule in ["none", "list", "existing"] {
        let world = ordered();
        let before = world.record(SERVICE);
        world.see(|all| {
            all.tag_rule = rule.to_owned();
            all.roles.get_mut("Whmcs").unwrap().remove("Sys.Modify");
            let conf = json!({"description": "\u{142}".repeat(8192), "tags": "web"});
            all.meddle(&json!({"vmid": STRANGER, "config": conf}))
                .unwrap();
        });
        let why = not_done(&world, &attach(&json!(STRANGER)));
        assert!(why.contains("have no room"), "{why}");
        let (_, tail) = why.rsplit_once(" by ").unwrap();
        let over: usize = tail.split(' ').next().unwrap().parse().unwrap();
        let after = world.record(SERVICE);
        assert_eq!((after.state, after.vmid), (before.state, None));
        assert_eq!(notes(&world, STRANGER).chars().count(), 8192);
        // So many characters less, and it goes through.
        world.see(|all| {
            let conf = json!({"description": "\u{142}".repeat(8192 - over)});
            all.meddle(&json!({"vmid": STRANGER, "config": conf}))
                .unwrap();
        });
        done(&world, &attach(&json!(STRANGER)));
        assert!(notes(&world, STRANGER).contains(world.record(SERVICE).mark.as_str()));
    }
}
