//! How services end, and what they may take back.

use super::*;
use crate::support::invariant::assert_at_rest;
use puq_proxmox_kvm::model::VmState;

const VM: u32 = 2000;

fn noted(world: &World, word: &str) -> usize {
    let all = world.host.effects_of("log_activity");
    all.iter()
        .filter(|note| note["text"].as_str().unwrap().contains(word))
        .count()
}

#[test]
fn an_order_without_a_vm_ends_without_a_server_entry() {
    let world = World::new(Scenario::named("demo").unwrap(), 7);
    world.product(PRODUCT, &usual_with(&json!({"template": "9001"})));
    world.pool(&pool("192.0.2.10", "192.0.2.250"));
    world.order(&Order::new(SERVICE.0));
    for key in [
        "serverhostname",
        "serverip",
        "serverusername",
        "serverpassword",
        "serveraccesshash",
    ] {
        world
            .host
            .services
            .borrow_mut()
            .get_mut(&SERVICE.0)
            .unwrap()[key] = json!("");
    }
    world
        .host
        .services
        .borrow_mut()
        .get_mut(&SERVICE.0)
        .unwrap()["serverid"] = json!(0);
    let text = world.tick().text;
    assert!(text.contains("cannot be used"), "the order waits: {text}");
    assert_eq!(call(&world, "terminate"), "success");
    world.advance(MINUTE);
    let text = world.tick().text;
    assert!(text.contains("sid:7 action:terminate [success]"), "{text}");
    assert_eq!(world.state(SERVICE), VmState::Remove);
    assert!(world.sim.journal().is_empty(), "nobody was asked");
}

#[test]
fn a_protected_backup_is_named_once_and_the_vm_goes() {
    let world = world(&json!({}));
    for note in ["kept", "goes"] {
        granted(&world, &json!({"op": "backup_now", "note": note}));
        wait(&world);
        world.advance(MINUTE);
    }
    let kept = stored(&world)[0].0.clone();
    world.see(|all| {
        let place = all.place(&kept, "pve1").unwrap();
        all.volumes.get_mut(&place).unwrap().protected = true;
    });
    world.see(|all| all.durations.destroy = 400.0);
    assert_eq!(call(&world, "terminate"), "success");
    let mut text = String::new();
    for _ in 0..12 {
        world.advance(MINUTE);
        text.push_str(&world.tick().text);
    }
    assert_eq!(world.state(SERVICE), VmState::Remove);
    assert_eq!(
        text.matches("is protected and was left").count(),
        1,
        "{text}"
    );
    assert_eq!(noted(&world, "is protected and was left"), 1);
    let left = world.see(|all| {
        let backups = all
            .volumes
            .values()
            .filter(|volume| volume.content == "backup");
        backups.map(|volume| volume.protected).collect::<Vec<_>>()
    });
    assert_eq!(left, [true]);
}

#[test]
fn a_removal_that_is_refused_is_told_each_time_and_becomes_somebodys() {
    let world = world(&json!({}));
    let fails =
        json!({"task_fail": {"exitstatus": "unable to remove the volume: an error nobody knows"}});
    world.faults(&json!([{"match": {"method": "DELETE", "path": "/nodes/*/qemu/*"}, "do": fails}]));
    assert_eq!(call(&world, "terminate"), "success");
    for attempt in 1..=5 {
        world.advance(MINUTE * 20);
        world.tick();
        assert_eq!(
            noted(&world, &format!("was not removed (attempt {attempt} of 5)")),
            1,
            "{attempt}"
        );
        let state = if attempt < 5 {
            VmState::Terminate
        } else {
            VmState::ErrorTerminate
        };
        assert_eq!(world.state(SERVICE), state, "{attempt}");
    }
    world.advance(MINUTE * 20);
    world.tick();
    assert_eq!(
        noted(&world, "was not removed"),
        5,
        "it is not tried again by itself"
    );
    world.faults(&json!([]));
    assert_eq!(call(&world, "terminate"), "success");
    world.settle(5);
    assert_eq!(world.state(SERVICE), VmState::Remove);
}

/// What holds the VM, or keeps Proxmox from answering, is no refusal.
#[test]
fn a_removal_that_has_to_wait_goes_on_waiting() {
    let world = world(&json!({}));
    assert_eq!(call(&world, "terminate"), "success");
    world.faults(&json!([{"do": "refuse"}]));
    for _ in 0..8 {
        world.advance(MINUTE * 20);
        world.tick();
    }
    assert_eq!(world.state(SERVICE), VmState::Terminate);
    world.faults(&json!([]));
    world.see(|all| {
        let until = all.now + 100_000_000_000;
        all.cleaning.insert(VM, until);
    });
    for _ in 0..8 {
        world.advance(MINUTE * 20);
        world.tick();
    }
    assert_eq!(
        world.state(SERVICE),
        VmState::Terminate,
        "{}",
        world.record(SERVICE).waiting
    );
    world.see(|all| all.cleaning.clear());
    world.advance(MINUTE * 20);
    world.settle(3);
    assert_eq!(world.state(SERVICE), VmState::Remove);
}

/// Reset to remove, Delete Record, and the service takes its own VM back, with its mark, addresses and backups.
#[test]
fn a_service_takes_its_own_vm_back_after_its_row_was_deleted() {
    let world = world(&json!({}));
    granted(&world, &json!({"op": "backup_now", "note": "mine"}));
    wait(&world);
    let before = world.record(SERVICE);
    done(&world, &json!({"op": "reset", "state": "remove"}));
    let cleared = world.host.effects_of("update_service");
    let last = cleared.last().unwrap();
    assert_eq!(
        (&last["domain"], &last["dedicatedip"], &last["assignedips"]),
        (&json!(""), &json!(""), &json!(""))
    );
    done(&world, &json!({"op": "delete_record"}));
    assert!(world.records().is_empty());
    assert_eq!(
        world.host.effects_of("update_service").len(),
        cleared.len() + 1,
        "and again"
    );
    // Another service does not get it so.
    world.order(&Order::new(8));
    let params = world.host.services.borrow()[&8].clone();
    let attach = json!({"op": "attach", "vmid": VM});
    let other =
        world.drive(|site| async move { actions::admin_api(&site, params, attach).await.unwrap() });
    assert!(
        other["error"]
            .as_str()
            .unwrap()
            .contains("mark of another service"),
        "{other}"
    );
    done(&world, &json!({"op": "attach", "vmid": VM}));
    let after = world.record(SERVICE);
    assert_eq!(
        (after.state, after.vmid, &after.mark),
        (VmState::Ready, before.vmid, &before.mark)
    );
    assert_eq!(granted(&world, &json!({"op": "backups"}))["used"], 1);
    let held = world
        .host
        .rows("SELECT 1 FROM puq_proxmox_kvm_addresses WHERE service_id = 7 AND state = 'held'");
    assert_eq!(held.len(), 1);
}

#[test]
fn after_remove_vm_by_hand_the_pipeline_goes_on_with_the_clone() {
    let world = world(&json!({}));
    stop(&world);
    done(&world, &json!({"op": "step", "step": "vm_remove"}));
    assert_eq!(world.state(SERVICE), VmState::Remove);
    let why = not_done(&world, &json!({"op": "step", "step": "set_network"}));
    assert!(why.contains("Clone VM"), "{why}");
    done(&world, &json!({"op": "step", "step": "vm_clone"}));
    world.settle(6);
    assert_eq!(world.state(SERVICE), VmState::Ready);
    assert_eq!(world.record(SERVICE).vmid.map(|vmid| vmid.get()), Some(VM));
    assert!(running(&world));
    assert_at_rest(&world);
}

#[test]
fn a_pool_and_a_zone_in_use_go_only_after_a_second_word() {
    let world = world(&json!({}));
    world.zone(
        "2.0.192.in-addr.arpa",
        "powerdns",
        &json!({"url": "http://127.0.0.1:1"}),
    );
    world.zone(
        "unused.example.org",
        "powerdns",
        &json!({"url": "http://127.0.0.1:1"}),
    );
    let addon = |request: Value| {
        world.drive(|site| async move { actions::addon_api(&site, request).await.unwrap() })
    };
    for (what, table, words) in [
        (
            "pool_delete",
            "ip_pools",
            "1 of its addresses are held or wait (services: 7)",
        ),
        (
            "zone_delete",
            "dns_zones",
            "names of these services are in it: 7",
        ),
    ] {
        let count = || {
            world
                .host
                .rows(&format!("SELECT 1 FROM puq_proxmox_kvm_{table}"))
                .len()
        };
        let before = count();
        let answer = addon(json!({"op": what, "id": 1}));
        assert!(
            answer["error"].as_str().unwrap().contains(words),
            "{answer}"
        );
        assert_eq!((answer["confirm"].as_bool(), count()), (Some(true), before));
        assert_eq!(
            addon(json!({"op": what, "id": 1, "confirmed": true}))["ok"],
            true
        );
        assert_eq!(count(), before - 1);
    }
    assert_eq!(
        addon(json!({"op": "zone_delete", "id": 2}))["ok"],
        true,
        "of one not in use nothing is asked"
    );
}

#[test]
fn a_zone_of_a_block_is_in_use_by_the_addresses_of_the_block() {
    // The service holds 192.0.2.10.
    let world = world(&json!({}));
    for (zone, used) in [
        ("0/26.2.0.192.in-addr.arpa", true),
        ("0-26.2.0.192.in-addr.arpa", true),
        ("8_29.2.0.192.in-addr.arpa", true),
        ("10-11.2.0.192.in-addr.arpa", true),
        ("64/26.2.0.192.in-addr.arpa", false),
        ("0/17.0.192.in-addr.arpa", true),
        ("10.2.0.192.in-addr.arpa", true),
        ("1.2.0.192.in-addr.arpa", false),
    ] {
        world.host.run("DELETE FROM puq_proxmox_kvm_dns_zones");
        world.zone(zone, "powerdns", &json!({"url": "http://127.0.0.1:1"}));
        let rows = world.host.rows("SELECT id FROM puq_proxmox_kvm_dns_zones");
        let request = json!({"op": "zone_delete", "id": rows[0]["id"]});
        let answer =
            world.drive(|site| async move { actions::addon_api(&site, request).await.unwrap() });
        assert_eq!(answer["ok"], !used, "{zone}: {answer}");
        assert_eq!(answer["confirm"] == true, used, "{zone}: {answer}");
    }
}
