//! Snapshots: by hand up to the package's number, their lifetime, the schedule with rotation.

use super::*;
use crate::support::compare::assert_as_sold;
use crate::support::invariant::assert_at_rest;

fn conf_snapshots(world: &World) -> Vec<(String, String)> {
    let vmid = world.record(SERVICE).vmid.unwrap().get();
    world.see(|all| {
        let found = &all.vms[&vmid].snapshots;
        found
            .iter()
            .map(|(name, snapshot)| (name.clone(), snapshot.description.clone()))
            .collect()
    })
}

/// An admin's snapshot, made in Proxmox.
fn foreign(world: &World) {
    let vmid = world.record(SERVICE).vmid.unwrap().get();
    world.see(|all| {
        let unix = all.unix();
        let vm = all.vms.get_mut(&vmid).unwrap();
        let snapshot = pve_sim::Snapshot {
            conf: vm.conf.clone(),
            time: unix,
            description: "before I touch it".to_owned(),
            vmstate: false,
            parent: None,
        };
        vm.snapshots.insert("admin".to_owned(), snapshot);
    });
}

#[test]
fn a_client_takes_goes_back_to_and_removes_their_own_up_to_the_number() {
    let world = world(&json!({}));
    foreign(&world);
    let list = granted(&world, &json!({"op": "snapshots"}));
    assert_eq!(
        (&list["used"], &list["limit"]),
        (&json!(0), &json!(2)),
        "{list}"
    );
    for text in ["Before the <b>update</b>", ""] {
        granted(
            &world,
            &json!({"op": "snapshot_create", "description": text}),
        );
        wait(&world);
    }
    let list = granted(&world, &json!({"op": "snapshots"}));
    println!("{list}");
    assert_eq!(list["used"], 2);
    let texts: Vec<&str> = list["snapshots"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s["description"].as_str().unwrap())
        .collect();
    assert_eq!(texts, ["", "Before the <b>update</b>"], "newest first");
    assert_eq!(
        list["snapshots"][0]["ram"], true,
        "a running VM is kept with its memory"
    );
    let why = refused(
        &world,
        &json!({"op": "snapshot_create", "description": "one more"}),
    );
    assert!(why.contains("All 2"), "{why}");
    let why = refused(&world, &json!({"op": "snapshot_remove", "name": "admin"}));
    assert!(why.contains("no such"), "{why}");
    refused(&world, &json!({"op": "snapshot_rollback", "name": "admin"}));
    let name = list["snapshots"][1]["name"].clone();
    granted(&world, &json!({"op": "snapshot_rollback", "name": name}));
    wait(&world);
    assert!(running(&world));
    granted(&world, &json!({"op": "snapshot_remove", "name": name}));
    wait(&world);
    assert_eq!(granted(&world, &json!({"op": "snapshots"}))["used"], 1);
    assert_eq!(
        conf_snapshots(&world).len(),
        2,
        "the admin's is still there"
    );
}

#[test]
fn a_vm_that_was_off_when_kept_runs_again_after_going_back() {
    let world = world(&json!({}));
    granted(&world, &json!({"op": "stop"}));
    wait(&world);
    granted(
        &world,
        &json!({"op": "snapshot_create", "description": "off"}),
    );
    wait(&world);
    granted(&world, &json!({"op": "start"}));
    wait(&world);
    let name = granted(&world, &json!({"op": "snapshots"}))["snapshots"][0]["name"].clone();
    granted(&world, &json!({"op": "snapshot_rollback", "name": name}));
    wait(&world);
    assert!(running(&world), "it ran before, so it runs again");
    assert_eq!(world.record(SERVICE).wanted.to_string(), "");
    granted(&world, &json!({"op": "stop"}));
    wait(&world);
    granted(&world, &json!({"op": "snapshot_rollback", "name": name}));
    wait(&world);
    assert!(!running(&world), "it was off, so it stays off");
}

#[test]
fn snapshots_go_when_their_days_are_over_and_others_stay() {
    let world = world(&json!({"snapshot_lifetime": "2"}));
    foreign(&world);
    granted(
        &world,
        &json!({"op": "snapshot_create", "description": "first"}),
    );
    world.advance(DAY);
    wait(&world);
    granted(
        &world,
        &json!({"op": "snapshot_create", "description": "second"}),
    );
    wait(&world);
    world.advance(DAY - HOUR);
    world.tick();
    assert_eq!(conf_snapshots(&world).len(), 3, "a minute too early");
    world.advance(HOUR);
    let ran = world.tick();
    assert_eq!(
        lines_of(&ran.text, "removeOldSnapshots"),
        ["sid:7 [success] removed:1"],
        "{}",
        ran.text
    );
    let left: Vec<String> = conf_snapshots(&world)
        .into_iter()
        .map(|(_, text)| text)
        .collect();
    assert!(
        left.iter().any(|text| text.starts_with("second")) && left.len() == 2,
        "{left:?}"
    );
    world.advance(DAY);
    wait(&world);
    assert_eq!(conf_snapshots(&world).len(), 1, "the admin's is left alone");
    // Nothing left to look at: no request, whatever the hour.
    world.advance(DAY);
    world.crash_at_request(None);
    world.cron(&["--task=removeOldSnapshots"]);
    assert_eq!(world.network.sent.borrow().len(), 0);
}

#[test]
fn the_schedule_takes_one_a_day_and_the_oldest_makes_room() {
    let world = world(&json!({"snapshot_schedule": "1", "snapshot_lifetime": "1"}));
    let why = refused(
        &world,
        &json!({"op": "snapshot_schedule", "days": [7], "time": "10:00"}),
    );
    assert!(why.contains("Weekdays"), "{why}");
    let why = refused(
        &world,
        &json!({"op": "snapshot_schedule", "days": [1], "time": "24:00"}),
    );
    assert!(why.contains("HH:MM"), "{why}");
    let days: Vec<u8> = (0..7).collect();
    granted(
        &world,
        &json!({"op": "snapshot_schedule", "days": days, "time": "10:00"}),
    );
    let mut seen = vec![];
    for _ in 0..4 * 24 * 2 {
        world.advance(HOUR / 2);
        let ran = world.tick();
        seen.extend(lines_of(&ran.text, "scheduleSnapshot"));
    }
    assert_eq!(seen, vec!["sid:7 [success] created"; 4], "{seen:?}");
    let texts: Vec<String> = conf_snapshots(&world)
        .into_iter()
        .map(|(_, text)| text.split(" (").next().unwrap().to_owned())
        .collect();
    assert_eq!(texts, ["Scheduler: 2026-04-12", "Scheduler: 2026-04-13"]);
}

#[test]
fn the_task_shows_only_where_a_product_schedules() {
    let plain = world(&json!({}));
    assert!(!plain.cron(&["--force"]).text.contains("scheduleSnapshot"));
    let scheduled = world(&json!({"snapshot_schedule": "1"}));
    assert!(
        scheduled
            .cron(&["--force"])
            .text
            .contains("[scheduleSnapshot] Done (0s) - processed: 0, errors: 0")
    );
}

#[test]
fn going_back_does_not_bring_back_a_larger_package() {
    for running in [true, false] {
        let world = world(&json!({"cpu": "4", "rate": "100"}));
        if !running {
            granted(&world, &json!({"op": "stop"}));
            wait(&world);
        }
        granted(
            &world,
            &json!({"op": "snapshot_create", "description": "rich"}),
        );
        wait(&world);
        // The package shrinks.
        let less = usual_with(&json!({
            "template": "9001", "snapshots": "2", "backups": "2", "backup_storage": "pbs-backup|pbs",
            "cpu": "1", "rate": "10",
        }));
        world.product(PRODUCT, &less);
        let params = world.host.services.borrow()[&SERVICE.0].clone();
        let answer =
            world.drive(|site| async move { actions::change_package(&site, params).await });
        assert_eq!(answer.unwrap(), "success");
        world.settle(5);
        assert_as_sold(&world, SERVICE);
        let name = granted(&world, &json!({"op": "snapshots"}))["snapshots"][0]["name"].clone();
        let mails = world.host.effects_of("send_email").len();
        granted(&world, &json!({"op": "snapshot_rollback", "name": name}));
        wait(&world);
        wait(&world);
        assert_as_sold(&world, SERVICE);
        assert_at_rest(&world);
        assert_eq!(
            world.host.effects_of("send_email").len(),
            mails,
            "no mail tells of a restore"
        );
    }
}

/// A crash anywhere while going back: in the end the VM runs, as sold.
#[test]
fn a_crash_while_going_back_leaves_a_running_vm() {
    let fresh = || {
        let world = world(&json!({}));
        granted(&world, &json!({"op": "stop"}));
        wait(&world);
        granted(
            &world,
            &json!({"op": "snapshot_create", "description": "x"}),
        );
        wait(&world);
        granted(&world, &json!({"op": "start"}));
        wait(&world);
        let name = granted(&world, &json!({"op": "snapshots"}))["snapshots"][0]["name"].clone();
        let params = world.host.services.borrow()[&SERVICE.0].clone();
        (
            world,
            params,
            json!({"op": "snapshot_rollback", "name": name}),
        )
    };
    let (world, params, request) = fresh();
    world.crash_at_host_call(None);
    world.drive(|site| async move { actions::client_api(&site, params, request).await.unwrap() });
    let calls = world.host.calls();
    for call in 1..=calls {
        let (world, params, request) = fresh();
        world.crash_at_host_call(Some(crate::support::CrashPoint::After(call)));
        let outcome = puq_proxmox_kvm::host::trampoline::drive(
            &world.runtime,
            &world.host,
            &puq_proxmox_kvm::model::HostTime::default(),
            |handle| {
                let site = world.site(handle, "web1");
                async move { actions::client_api(&site, params, request).await.map(drop) }
            },
        );
        world.crash_at_host_call(None);
        println!("{call}: {outcome:?}");
        wait(&world);
        wait(&world);
        assert_as_sold(&world, SERVICE);
        assert_at_rest(&world);
    }
}

/// A node keeps the records of so many tasks only; on a busy one that of a snapshot may be gone before it is looked at.
#[test]
fn a_task_that_its_node_forgot_does_not_keep_the_vm_busy() {
    let world = world(&json!({}));
    world.faults(&json!([
        {"match": {"method": "POST", "path": "/nodes/*/qemu/*/snapshot"}, "do": "task_vanish"}
    ]));
    granted(
        &world,
        &json!({"op": "snapshot_create", "description": "kept"}),
    );
    // The page and the runs of the cron each watch for seconds only.
    wait(&world);
    assert_eq!(conf_snapshots(&world).len(), 1);
    granted(&world, &json!({"op": "stop"}));
    wait(&world);
    assert_at_rest(&world);
}
