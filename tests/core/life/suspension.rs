//! Calls of WHMCS while the VM is busy: answered `success`, served once it is free.

use super::*;
use crate::support::compare::assert_as_sold;
use crate::support::invariant::assert_at_rest;
use puq_proxmox_kvm::model::VmState;

fn power(world: &World) -> (bool, String) {
    world.see(|all| {
        let vm = &all.vms[&2000];
        (
            vm.is_running(),
            vm.conf.get("onboot").cloned().unwrap_or_default(),
        )
    })
}

#[test]
fn calls_during_a_backup_are_served_afterwards() {
    let world = world(&json!({}));
    granted(&world, &json!({"op": "backup_now"}));
    assert_eq!(call(&world, "suspend"), "success");
    assert_eq!(world.record(SERVICE).wanted.to_string(), "suspend");
    assert_eq!(power(&world), (true, "1".to_owned()), "the backup goes on");
    wait(&world);
    world.settle(3);
    assert_eq!(power(&world), (false, "0".to_owned()));
    assert_eq!(world.record(SERVICE).wanted.to_string(), "");
    granted_unsuspended(&world);
}

fn granted_unsuspended(world: &World) {
    assert_eq!(call(world, "unsuspend"), "success");
    wait(world);
    assert_eq!(power(world), (true, "1".to_owned()));
    assert!(!world.record(SERVICE).suspended());
    assert_as_sold(world, SERVICE);
    assert_at_rest(world);
}

#[test]
fn a_suspension_taken_back_before_it_was_served_changes_nothing() {
    let world = world(&json!({}));
    granted(&world, &json!({"op": "backup_now"}));
    assert_eq!(call(&world, "suspend"), "success");
    assert_eq!(call(&world, "unsuspend"), "success");
    wait(&world);
    wait(&world);
    assert_as_sold(&world, SERVICE);
    assert_at_rest(&world);
    assert_eq!(world.record(SERVICE).wanted.to_string(), "");
}

/// What was recorded comes about, so WHMCS must not be told that it failed: it would go on billing for a VM that is off.
#[test]
fn a_suspension_that_fails_at_first_is_granted_and_comes_about() {
    let world = world(&json!({}));
    let writes = json!([{"match": {"method": "PUT"}, "do": "reset_before"}]);
    world.faults(&writes);
    assert_eq!(call(&world, "suspend"), "success");
    assert!(world.record(SERVICE).suspended());
    assert_eq!(world.record(SERVICE).wanted.to_string(), "suspend");
    world.faults(&json!([]));
    wait(&world);
    assert_eq!(power(&world), (false, "0".to_owned()));
    world.faults(&writes);
    assert_eq!(call(&world, "unsuspend"), "success");
    assert_eq!(world.record(SERVICE).wanted.to_string(), "unsuspend");
    world.faults(&json!([]));
    wait(&world);
    granted_unsuspended(&world);
}

/// The VM does not start for the end of its suspension, and is suspended again meanwhile: it stays off.
#[test]
fn a_suspension_takes_back_an_end_that_did_not_come_about() {
    let world = world(&json!({}));
    assert_eq!(call(&world, "suspend"), "success");
    world.faults(&json!([{"match": {"method": "PUT"}, "do": "reset_before"}]));
    assert_eq!(call(&world, "unsuspend"), "success");
    assert_eq!(call(&world, "suspend"), "success");
    assert_eq!(world.record(SERVICE).wanted.to_string(), "");
    world.faults(&json!([]));
    wait(&world);
    assert_eq!(power(&world), (false, "0".to_owned()));
    assert!(world.record(SERVICE).suspended());
    assert_eq!(call(&world, "unsuspend"), "success");
    wait(&world);
    granted_unsuspended(&world);
}

/// Another request takes the suspension back between its record and its service.
#[test]
fn a_redeploy_takes_back_no_end_of_a_suspension_that_did_not_come_about() {
    let world = world(&json!({}));
    assert_eq!(call(&world, "suspend"), "success");
    assert_eq!(power(&world), (false, "0".to_owned()));
    world.faults(&json!([{"match": {"method": "PUT"}, "do": "reset_before"}]));
    assert_eq!(call(&world, "unsuspend"), "success");
    assert_eq!(world.record(SERVICE).wanted.to_string(), "unsuspend");
    done(&world, &json!({"op": "reset", "state": "change_package"}));
    done(&world, &json!({"op": "redeploy"}));
    world.faults(&json!([]));
    world.settle(10);
    wait(&world);
    assert!(!world.record(SERVICE).suspended());
    assert_eq!(power(&world), (true, "1".to_owned()));
    assert_as_sold(&world, SERVICE);
    assert_at_rest(&world);
}

#[test]
fn a_suspension_taken_back_before_the_service_is_held_is_not_served() {
    let world = world(&json!({}));
    world.host.run(
        "CREATE TRIGGER meanwhile AFTER UPDATE ON puq_proxmox_kvm_leases WHEN NEW.holder <> '' BEGIN \
         UPDATE puqProxmoxKVM_vm_info SET wanted = 'unsuspend', rev = rev + 1 WHERE wanted = 'suspend'; END",
    );
    assert_eq!(call(&world, "suspend"), "success");
    assert_eq!(world.record(SERVICE).wanted.to_string(), "unsuspend");
    assert_eq!(power(&world), (true, "1".to_owned()), "it was not stopped");
    world.host.run("DROP TRIGGER meanwhile");
    wait(&world);
    assert_eq!(world.record(SERVICE).wanted.to_string(), "");
    assert!(!world.record(SERVICE).suspended());
    assert_as_sold(&world, SERVICE);
}

/// The same while it is served: the cron comes to what was asked for last.
#[test]
fn a_suspension_taken_back_while_it_is_served_is_taken_back() {
    let world = world(&json!({}));
    world.host.run(
        "CREATE TRIGGER meanwhile AFTER INSERT ON puq_proxmox_kvm_operations WHEN NEW.kind = 'stop' BEGIN \
         UPDATE puqProxmoxKVM_vm_info SET wanted = 'unsuspend', rev = rev + 1 WHERE wanted = 'suspend'; END",
    );
    assert_eq!(call(&world, "suspend"), "success");
    world.host.run("DROP TRIGGER meanwhile");
    wait(&world);
    assert_eq!(world.record(SERVICE).wanted.to_string(), "");
    assert!(!world.record(SERVICE).suspended());
    assert_as_sold(&world, SERVICE);
}

#[test]
fn an_upgrade_and_a_suspension_during_a_restore_come_in_their_order() {
    let world = world(&json!({}));
    choose_backup(&world);
    let id = stored(&world)[0].0.clone();
    granted(&world, &json!({"op": "backup_restore", "backup": id}));
    world
        .host
        .services
        .borrow_mut()
        .get_mut(&SERVICE.0)
        .unwrap()["configoptions"] = json!({"CPU Cores": "6"});
    assert_eq!(call(&world, "change_package"), "success");
    assert_eq!(call(&world, "suspend"), "success");
    for _ in 0..12 {
        world.tick();
        world.advance(MINUTE);
    }
    assert_eq!(world.state(SERVICE), VmState::Ready);
    assert_eq!(world.record(SERVICE).wanted.to_string(), "");
    assert_eq!(power(&world), (false, "0".to_owned()));
    assert_as_sold_but_off(&world);
    granted_unsuspended(&world);
}

fn assert_as_sold_but_off(world: &World) {
    world.see(|all| assert_eq!(all.vms[&2000].conf["cores"], "6"));
}

#[test]
fn the_end_of_the_service_waits_for_a_backup_and_comes() {
    let world = world(&json!({}));
    granted(&world, &json!({"op": "backup_now"}));
    assert_eq!(call(&world, "terminate"), "success");
    world.settle(10);
    assert_eq!(world.state(SERVICE), VmState::Remove);
    assert!(world.see(|all| !all.vms.contains_key(&2000)));
    assert_at_rest(&world);
}

#[test]
fn a_start_nobody_watched_is_settled_by_the_cron() {
    let world = world(&json!({}));
    world.see(|all| all.durations.shutdown = 50.0);
    granted(&world, &json!({"op": "shutdown"}));
    let open = "SELECT 1 FROM puq_proxmox_kvm_operations WHERE outcome = ''";
    assert_eq!(world.host.rows(open).len(), 1);
    assert!(!refused(&world, &json!({"op": "stop"})).is_empty());
    wait(&world);
    granted(&world, &json!({"op": "start"}));
}

/// A VM that HA keeps up is left off by HA too, also when it was off already.
#[test]
fn ha_leaves_a_suspended_vm_off() {
    for running in [true, false] {
        let world = world(&json!({}));
        if !running {
            stop(&world);
        }
        world.see(|all| {
            let state =
                std::collections::BTreeMap::from([("state".to_owned(), "started".to_owned())]);
            all.ha.insert("vm:2000".to_owned(), state);
        });
        assert_eq!(call(&world, "suspend"), "success");
        wait(&world);
        assert_eq!(
            world.see(|all| all.ha["vm:2000"]["state"].clone()),
            "stopped"
        );
        assert_eq!(power(&world), (false, "0".to_owned()));
        assert_eq!(call(&world, "unsuspend"), "success");
        wait(&world);
        assert_eq!(power(&world), (running, "1".to_owned()));
    }
}

/// Suspended while it is deployed, at every moment of it: the order is carried out, and what comes of it stays off.
#[test]
fn a_service_that_is_suspended_while_it_is_deployed_is_granted_and_stays_off() {
    for calls in (1..60).step_by(3) {
        let world = World::usual(3);
        world.order(&Order::new(SERVICE.0));
        world
            .host
            .crash_at(Some(crate::support::host::CrashPoint::Before(calls)));
        world.tick();
        world.host.crash_at(None);
        let state = world.record(SERVICE).state;
        assert_eq!(
            call(&world, "suspend"),
            "success",
            "at {state}, call {calls}"
        );
        world.advance(HOUR);
        world.settle(5);
        let record = world.record(SERVICE);
        assert!(record.suspended(), "at {state}");
        assert_eq!(record.state, VmState::Ready, "{}", record.waiting);
        let (runs, onboot) = power(&world);
        assert!(!runs && onboot != "1", "at {state}, call {calls}");
        assert_eq!(call(&world, "unsuspend"), "success");
        world.advance(HOUR);
        world.settle(3);
        assert_as_sold(&world, SERVICE);
    }
}

/// WHMCS says that the service is suspended; that its VM comes by another way than an order changes nothing of it.
#[test]
fn a_vm_that_comes_to_a_suspended_service_stays_off() {
    for hand in ["attach", "redeploy"] {
        let world = world(&json!({}));
        let vmid = world.record(SERVICE).vmid.unwrap().get();
        assert_eq!(call(&world, "suspend"), "success");
        let status = |word: &str| {
            let mut services = world.host.services.borrow_mut();
            services.get_mut(&SERVICE.0).unwrap()["status"] = json!(word);
        };
        status("Suspended");
        match hand {
            "attach" => {
                done(&world, &json!({"op": "reset", "state": "remove"}));
                world.see(|all| {
                    let vm = all.vms.get_mut(&vmid).unwrap();
                    vm.conf.insert("onboot".to_owned(), "1".to_owned());
                });
                // Its row may be gone altogether.
                done(&world, &json!({"op": "delete_record"}));
                world.see(|all| {
                    let conf = &mut all.vms.get_mut(&vmid).unwrap().conf;
                    conf.remove("description");
                });
                done(&world, &json!({"op": "attach", "vmid": vmid}));
            }
            _ => {
                done(&world, &json!({"op": "reset", "state": "terminate"}));
                world.settle(5);
                assert_eq!(world.state(SERVICE), VmState::Remove);
                done(&world, &json!({"op": "redeploy"}));
            }
        }
        world.settle(10);
        wait(&world);
        assert!(world.record(SERVICE).suspended(), "{hand}");
        let now = world.record(SERVICE).vmid.unwrap().get();
        let off = world.see(|all| {
            let vm = &all.vms[&now];
            !vm.is_running() && vm.conf.get("onboot").is_none_or(|onboot| onboot == "0")
        });
        assert!(off, "{hand}");
        assert_eq!(call(&world, "unsuspend"), "success");
        status("Active");
        wait(&world);
        assert!(running(&world), "{hand}");
        assert_eq!(conf(&world)["onboot"], "1", "{hand}");
    }
}

/// Proxmox ends the task of a restart when the guest is down, and starts it by itself a moment later.
#[test]
fn a_vm_suspended_in_the_midst_of_a_restart_ends_up_off() {
    let world = world(&json!({}));
    granted(&world, &json!({"op": "reboot"}));
    wait(&world);
    world.see(|all| all.durations.restart = 30.0);
    granted(&world, &json!({"op": "reboot"}));
    for _ in 0..20 {
        if !running(&world) {
            break;
        }
        world.advance(Duration::from_secs(1));
    }
    assert!(!running(&world), "down, and about to come up");
    assert_eq!(call(&world, "suspend"), "success");
    assert_eq!(world.record(SERVICE).wanted.to_string(), "suspend");
    for _ in 0..4 {
        world.advance(MINUTE);
        world.tick();
    }
    assert_eq!(world.record(SERVICE).wanted.to_string(), "");
    assert_eq!(power(&world), (false, "0".to_owned()));
    granted_unsuspended(&world);
}

/// *Create* makes the service Active in WHMCS, also one whose new VM was ordered by staff while it was suspended.
#[test]
fn create_ends_a_suspension_from_before() {
    let world = world(&json!({}));
    let status = |word: &str| {
        let mut services = world.host.services.borrow_mut();
        services.get_mut(&SERVICE.0).unwrap()["status"] = json!(word);
    };
    assert_eq!(call(&world, "suspend"), "success");
    status("Suspended");
    done(&world, &json!({"op": "reset", "state": "terminate"}));
    world.settle(5);
    done(&world, &json!({"op": "redeploy"}));
    assert!(world.record(SERVICE).suspended());
    let params = world.host.services.borrow()[&SERVICE.0].clone();
    world.drive(|site| async move { actions::create_account(&site, params).await.unwrap() });
    status("Active");
    world.settle(10);
    wait(&world);
    assert!(running(&world) && !world.record(SERVICE).suspended());
    assert_as_sold(&world, SERVICE);
    assert_at_rest(&world);
}
