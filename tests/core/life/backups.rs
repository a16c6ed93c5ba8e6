//! Backups: by hand, scheduled, rotated; what is busy meanwhile; crashes.

use super::*;
use crate::support::invariant::assert_at_rest;
use crate::support::{CrashPoint, Cut};

pub fn schedule(world: &World, time: &str) {
    let days: Vec<u8> = (0..7).collect();
    granted(world, &json!({"op": "backup_schedule", "days": days}));
    // The hour is drawn; the test needs a certain one.
    let json: serde_json::Map<String, Value> = days
        .iter()
        .map(|day| (day.to_string(), json!(time)))
        .collect();
    let zone: chrono_tz::Tz = world.host.about.borrow().timezone.parse().unwrap();
    let schedule = puq_proxmox_kvm::model::Schedule::parse(&Value::Object(json).to_string());
    let next = world.drive(|site| async move {
        schedule
            .next(zone, site.clock.now())
            .unwrap()
            .at
            .timestamp()
    });
    let text = Value::Object(
        days.iter()
            .map(|day| (day.to_string(), json!(time)))
            .collect(),
    )
    .to_string();
    world.host.run(&format!(
        "UPDATE puqProxmoxKVM_vm_info SET vm_backup_schedule = '{text}', next_backup_at = {next}"
    ));
}

fn titles(world: &World) -> Vec<String> {
    let read = |(_, note): (String, String)| note.split(" (").next().unwrap().to_owned();
    stored(world).into_iter().map(read).collect()
}

#[test]
fn a_client_makes_and_removes_backups_up_to_the_number() {
    let world = world(&json!({}));
    let data = granted(
        &world,
        &json!({"op": "backup_now", "note": "Before the update"}),
    );
    assert_eq!(data["running"], true);
    let why = refused(&world, &json!({"op": "stop"}));
    println!("{why}");
    assert!(why.contains("backup"), "{why}");
    let why = refused(&world, &json!({"op": "backup_now"}));
    assert!(why.contains("backup"), "{why}");
    assert!(
        granted(&world, &json!({"op": "backups"}))["busy"]
            .as_str()
            .unwrap()
            .contains("backup")
    );
    wait(&world);
    granted(&world, &json!({"op": "backup_now", "note": ""}));
    wait(&world);
    let list = granted(&world, &json!({"op": "backups"}));
    println!("{list}");
    assert_eq!(
        (&list["used"], &list["limit"], &list["busy"]),
        (&json!(2), &json!(2), &Value::Null)
    );
    assert_eq!(list["backups"][1]["note"], "Before the update");
    let why = refused(&world, &json!({"op": "backup_now"}));
    assert!(why.contains("All 2"), "{why}");
    let why = refused(
        &world,
        &json!({"op": "backup_remove", "backup": "pbs-backup:backup/vm/101/2026-01-01T00:00:00Z"}),
    );
    assert!(why.contains("no such"), "{why}");
    granted(
        &world,
        &json!({"op": "backup_remove", "backup": list["backups"][0]["id"]}),
    );
    wait(&world);
    assert_eq!(titles(&world), ["Before the update"]);
    assert_at_rest(&world);
}

#[test]
fn the_page_itself_watches_a_backup_to_its_end() {
    let world = world(&json!({}));
    granted(&world, &json!({"op": "backup_now"}));
    world.advance(HOUR);
    // No cron has run since.
    assert_eq!(
        granted(&world, &json!({"op": "backups"}))["busy"],
        Value::Null
    );
    granted(&world, &json!({"op": "stop"}));
}

#[test]
fn a_day_has_one_backup_and_the_oldest_makes_room() {
    let world = world(&json!({}));
    schedule(&world, "03:17");
    let (mut made, mut skipped) = (vec![], 0);
    for _ in 0..4 * 24 * 4 {
        world.advance(HOUR / 4);
        let ran = world.tick();
        for line in lines_of(&ran.text, "scheduleBackup") {
            if line.contains("[skipped] already_done_today") {
                skipped += 1
            } else {
                made.push(line)
            }
        }
    }
    println!("{made:?}");
    assert_eq!(made.len(), 4);
    assert_eq!(made[0], "sid:7 [success] last:never, started");
    assert_eq!(made[3], "sid:7 [success] last:2026-04-13, started");
    assert_eq!(skipped, 4, "each day's second look finds it done");
    assert_eq!(
        titles(&world),
        ["Scheduler: 2026-04-13", "Scheduler: 2026-04-14"]
    );
    assert_at_rest(&world);
}

#[test]
fn a_manual_backup_of_the_day_counts_and_force_says_so_again() {
    let world = world_at("2026-04-10T02:00:00Z", &json!({}));
    schedule(&world, "03:17");
    granted(&world, &json!({"op": "backup_now"}));
    wait(&world);
    world.advance(HOUR * 2);
    for args in [&[][..], &["--force"], &["--task=scheduleBackup"]] {
        let ran = world.cron(args);
        let lines = lines_of(&ran.text, "scheduleBackup");
        assert_eq!(
            lines,
            ["sid:7 [skipped] already_done_today, last:2026-04-10"],
            "{args:?}\n{}",
            ran.text
        );
        assert!(
            ran.text
                .contains(" - processed: 0, errors: 0\n2026-04-10 04:"),
            "{}",
            ran.text
        );
        world.advance(MINUTE * 6);
    }
    world.crash_at_request(None);
    assert!(
        lines_of(&world.tick().text, "scheduleBackup").is_empty(),
        "not due"
    );
    assert_eq!(stored(&world).len(), 1);
}

#[test]
fn with_the_setting_the_oldest_goes_once_the_new_one_is_there() {
    let world = world_at("2026-04-10T02:00:00Z", &json!({"backups": "1"}));
    world.setting("backup_remove_after", "1");
    schedule(&world, "03:17");
    let mut fewest = usize::MAX;
    for tick in 0..3 * 24 * 60 / 5 {
        world.advance(MINUTE * 5);
        world.tick();
        if tick > 40 {
            fewest = fewest.min(stored(&world).len());
        }
    }
    assert_eq!(fewest, 1, "there is always one");
    assert_eq!(titles(&world), ["Scheduler: 2026-04-12"]);
}

#[test]
fn late_at_night_and_where_clocks_change_every_day_has_its_backup() {
    for (from, zone) in [
        ("2026-03-26T12:00:00Z", "Europe/Warsaw"),
        ("2026-10-23T12:00:00Z", "Europe/Warsaw"),
        ("2026-04-01T12:00:00Z", "Australia/Lord_Howe"),
    ] {
        for time in ["23:58", "02:30", "00:00"] {
            let world = world_at(from, &json!({"backups": "30"}));
            world.host.about.borrow_mut().timezone = zone.to_owned();
            schedule(&world, time);
            for _ in 0..5 * 24 * 60 / 7 {
                world.advance(MINUTE * 7);
                world.tick();
            }
            let titles = titles(&world);
            assert_eq!(titles.len(), 5, "{zone} {time}: {titles:?}");
            let mut days = titles.clone();
            days.dedup();
            assert_eq!(days, titles, "{zone} {time}: no day twice");
        }
    }
}

#[test]
fn a_backup_that_fails_is_tried_again_with_growing_pauses() {
    let world = world_at("2026-04-10T03:00:00Z", &json!({}));
    schedule(&world, "03:17");
    world.see(|all| all.offline_storages.insert(STORAGE.to_owned()));
    let mut errors = 0;
    for _ in 0..12 * 12 {
        world.advance(MINUTE * 5);
        let ran = world.tick();
        errors += lines_of(&ran.text, "scheduleBackup").len();
    }
    println!("{errors} lines in twelve hours");
    assert!((2..100).contains(&errors), "{errors}");
    world.see(|all| all.offline_storages.clear());
    for _ in 0..12 * 5 {
        world.advance(MINUTE * 5);
        world.tick();
    }
    assert_eq!(titles(&world), ["Scheduler: 2026-04-10"]);
    assert_at_rest(&world);
}

#[test]
fn a_tick_with_nothing_due_asks_one_question() {
    let world = world(&json!({"snapshot_schedule": "1"}));
    schedule(&world, "03:17");
    world.tick();
    world.advance(MINUTE * 10);
    let cost = |world: &World| {
        world.crash_at_request(None);
        world.crash_at_host_call(None);
        world.tick();
        (world.host.calls(), world.network.sent.borrow().len())
    };
    let alone = cost(&world);
    for number in 1..20 {
        world.order(&Order::new(100 + number));
    }
    world.settle(10);
    world.advance(MINUTE * 10);
    assert_eq!(alone.1, 1, "but what stands on the cluster, all at once");
    assert_eq!(cost(&world), alone);
}

/// A crash anywhere while the day's backup is begun: in the end there is exactly one of that day.
#[test]
fn a_crash_at_any_point_of_the_schedule_makes_no_second_backup() {
    let fresh = || {
        let world = world_at("2026-04-10T03:00:00Z", &json!({"backups": "1"}));
        schedule(&world, "03:17");
        granted(&world, &json!({"op": "backup_now", "note": "of yesterday"}));
        wait(&world);
        world.advance(DAY);
        world
    };
    let heal = |world: &World, what: &str| {
        world.crash_at_host_call(None);
        world.crash_at_request(None);
        for _ in 0..8 {
            world.advance(MINUTE * 5);
            world.tick();
        }
        assert_eq!(titles(world), ["Scheduler: 2026-04-11"], "{what}");
        assert_at_rest(world);
    };
    let world = fresh();
    world.crash_at_host_call(None);
    world.crash_at_request(None);
    world.tick();
    let calls = world.host.calls();
    let requests = world.network.sent.borrow().len() as u64;
    println!("{calls} host calls, {requests} requests");
    heal(&world, "a clean run");
    for call in 1..=calls {
        let world = fresh();
        world.crash_at_host_call(Some(CrashPoint::After(call)));
        world.tick();
        heal(&world, &format!("host call {call}"));
    }
    for number in 1..=requests {
        for cut in [Cut::Before(number), Cut::During(number), Cut::After(number)] {
            let world = fresh();
            world.crash_at_request(Some(cut));
            world.tick();
            heal(&world, &format!("{cut:?}"));
        }
    }
}

#[test]
fn a_click_without_an_answer_is_settled_by_another_machine_at_once() {
    let world = world(&json!({}));
    let lost = json!({"status": {"code": 596, "reason": "Connection timed out", "after": true}});
    world.faults(&json!([{"match": {"path": "~/vzdump$"}, "when": {"times": 1}, "do": lost}]));
    refused(&world, &json!({"op": "backup_now"}));
    let open = "SELECT 1 FROM puq_proxmox_kvm_operations WHERE outcome = '' AND upid = ''";
    assert_eq!(world.host.rows(open).len(), 1);
    // Sooner than the request's own deadline of a minute.
    world.advance(Duration::from_secs(31));
    let text = world.cron_together(&["web2"]).text;
    assert_eq!(world.host.rows(open).len(), 0, "{text}");
    wait(&world);
    assert_eq!(stored(&world).len(), 1);
    assert_at_rest(&world);
}

#[test]
fn why_a_backup_failed_is_told_from_its_log() {
    let world = world(&json!({}));
    world.see(|all| all.limits.max_backups = 1);
    granted(&world, &json!({"op": "backup_now"}));
    wait(&world);
    granted(&world, &json!({"op": "backup_now"}));
    let mut lines = vec![];
    for _ in 0..5 {
        world.advance(MINUTE);
        let ran = world.tick();
        lines.extend(lines_of(&ran.text, "nowBackupStatus"));
    }
    println!("{lines:?}");
    let last = lines.last().unwrap();
    assert!(last.contains("max backup limit of 1"), "{last}");
    assert_at_rest(&world);
}

#[test]
fn with_the_cluster_out_of_reach_the_page_refuses_and_nothing_is_lost() {
    let world = world(&json!({}));
    granted(&world, &json!({"op": "backup_now"}));
    world.advance(HOUR);
    world.faults(&json!([{"do": "refuse"}]));
    for request in [
        json!({"op": "backups"}),
        json!({"op": "backup_now"}),
        json!({"op": "backup_remove", "backup": "x"}),
        json!({"op": "backup_restore", "backup": "x"}),
        json!({"op": "snapshots"}),
        json!({"op": "snapshot_create"}),
    ] {
        let why = refused(&world, &request);
        println!("{request}: {why}");
        assert!(!why.contains("refused") && !why.contains("pve1"), "{why}");
    }
    world.faults(&json!([]));
    wait(&world);
    assert_eq!(granted(&world, &json!({"op": "backups"}))["used"], 1);
    assert_at_rest(&world);
}

/// The product's storage changed since the backup was made: at the end of the service it goes all the same.
#[test]
fn at_the_end_backups_go_from_every_storage_but_only_our_own() {
    let world = world(&json!({}));
    granted(&world, &json!({"op": "backup_now", "note": "old place"}));
    wait(&world);
    let product = json!({
        "template": "9001", "backups": "2", "snapshots": "2", "backup_storage": "local|dir",
    });
    world.product(PRODUCT, &usual_with(&product));
    granted(&world, &json!({"op": "backup_now", "note": "new place"}));
    wait(&world);
    let places: Vec<String> = stored(&world)
        .iter()
        .map(|(volid, _)| volid.split(':').next().unwrap().to_owned())
        .collect();
    assert_eq!(places, [STORAGE, "local"]);
    // One that an admin made: without the mark in its note it is not ours to remove.
    world.see(|all| {
        let (_, last) = all
            .volumes
            .iter()
            .rfind(|(_, volume)| volume.content == "backup")
            .unwrap();
        let mut copy = last.clone();
        copy.notes = Some("by hand".to_owned());
        let place = all
            .volumes
            .keys()
            .find(|place| place.storage == STORAGE)
            .unwrap()
            .clone();
        let mut place = place;
        place.name.push_str("-admin");
        all.volumes.insert(place, copy);
    });
    let params = world.host.services.borrow()[&SERVICE.0].clone();
    let answer = world.drive(|site| async move { actions::terminate_account(&site, params).await });
    assert_eq!(answer.unwrap(), "success");
    wait(&world);
    let left: Vec<String> = world.see(|all| {
        all.volumes
            .values()
            .filter(|volume| volume.content == "backup" && volume.vmid == Some(2000))
            .map(|volume| volume.notes.clone().unwrap_or_default())
            .collect()
    });
    assert_eq!(left, ["by hand"]);
}
