//! Backups and snapshots that the reference product made of a VM that was taken over: it marked none of them.

use super::import::{OLD, activate, known_to_whmcs, leave, mac_of, reference};
use super::*;

/// A VM that was taken over, with backups and snapshots sold.
fn taken_over() -> World {
    let world = reference();
    let product = json!({"backups": "2", "snapshots": "3", "backup_storage": "pbs-backup|pbs"});
    world.product(PRODUCT, &usual_with(&product));
    let mac = mac_of(&world, OLD);
    leave(&world, SERVICE, OLD, "ready", &mac);
    known_to_whmcs(&world, SERVICE, "");
    world
        .host
        .run("CREATE TABLE tblhosting (id INTEGER, domainstatus TEXT, regdate TEXT)");
    world
        .host
        .run("INSERT INTO tblhosting VALUES (7, 'Active', '2024-01-02')");
    world.advance(DAY);
    activate(&world);
    wait(&world);
    assert!(world.record(SERVICE).adopted_at > 0);
    world
}

/// Makes what stands on the storage look as if it had been made without us at this moment.
fn age(world: &World, from_note: &str, note: &str, at: i64) {
    world.see(|all| {
        let mut volumes = all.volumes.values_mut();
        let old = volumes.find(|volume| {
            let known = volume.notes.as_deref().unwrap_or_default();
            volume.content == "backup" && known.contains(from_note)
        });
        let old = old.unwrap();
        old.notes = Some(note.to_owned());
        old.ctime = at;
        let conf = &mut old.saved.as_mut().unwrap().conf;
        conf.remove("description");
        conf.remove("tags");
    });
}

fn back_up(world: &World, note: &str) {
    granted(world, &json!({"op": "backup_now", "note": note}));
    wait(world);
}

fn notes(world: &World) -> Vec<String> {
    let list = granted(world, &json!({"op": "backups"}));
    let all = list["backups"].as_array().unwrap();
    all.iter()
        .map(|one| one["note"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn its_backups_are_seen_counted_rotated_restored_and_end_with_the_service() {
    let world = taken_over();
    let adopted = world.record(SERVICE).adopted_at;
    back_up(&world, "one");
    back_up(&world, "two");
    age(&world, "two", "nightly\nof the old product", adopted - 3600);
    assert_eq!(notes(&world), ["one", "nightly"]);
    let why = refused(&world, &json!({"op": "backup_now"}));
    assert!(why.contains("All 2"), "{why}");
    // Going back to it: the configuration it brings has no mark.
    let list = granted(&world, &json!({"op": "backups"}));
    let id = list["backups"][1]["id"].as_str().unwrap().to_owned();
    granted(&world, &json!({"op": "backup_restore", "backup": id}));
    wait(&world);
    let record = world.record(SERVICE);
    assert_eq!(
        record.state,
        puq_proxmox_kvm::model::VmState::Ready,
        "{}",
        record.waiting
    );
    assert!(conf(&world)["description"].contains(record.mark.as_str()));
    // The schedule makes room: the oldest goes.
    granted(
        &world,
        &json!({"op": "backup_schedule", "days": [0, 1, 2, 3, 4, 5, 6]}),
    );
    // The hour is drawn, and a day that has its backup already is passed over.
    for _ in 0..50 {
        world.advance(HOUR);
        world.tick();
        if !notes(&world).contains(&"nightly".to_owned()) {
            break;
        }
    }
    wait(&world);
    let left = notes(&world);
    assert_eq!(left.len(), 2, "{left:?}");
    assert!(!left.contains(&"nightly".to_owned()), "{left:?}");
    age(&world, "one", "", adopted - 60);
    call(&world, "terminate");
    world.settle(10);
    let backups = world.see(|all| {
        let backups = all.volumes.values();
        backups
            .filter(|volume| volume.content == "backup" && volume.vmid == Some(OLD))
            .count()
    });
    assert_eq!(backups, 0);
}

#[test]
fn what_was_made_at_another_time_or_is_marked_for_another_is_not_the_service_s() {
    let world = taken_over();
    let record = world.record(SERVICE);
    // 2024-01-02, the day of the order.
    assert_eq!(record.adopted_from, 1_704_153_600);
    for (moment, seen) in [
        (record.adopted_from - 1, false),
        (record.adopted_from, true),
        (record.adopted_at, true),
        (record.adopted_at + 1, false),
    ] {
        back_up(&world, "probe");
        age(&world, "probe", "admin", moment);
        assert_eq!(notes(&world).len(), usize::from(seen), "{moment}");
        world.see(|all| all.volumes.retain(|_, volume| volume.content != "backup"));
    }
    back_up(&world, "probe");
    let other = format!("WHMCS service 8 puq-owner={}", "b".repeat(32));
    age(&world, "probe", &other, record.adopted_at - 5);
    assert!(notes(&world).is_empty());
}

#[test]
fn its_snapshots_are_seen_rolled_back_and_removed() {
    let world = taken_over();
    let adopted = world.record(SERVICE).adopted_at;
    for (text, description, at) in [
        ("one", "Before the move\n", adopted - 86_400),
        ("two", "Scheduler: 2026-01-04", adopted - 80_000),
        ("three", "an admin's, of later", adopted + 60),
    ] {
        granted(
            &world,
            &json!({"op": "snapshot_create", "description": text}),
        );
        wait(&world);
        world.see(|all| {
            let mut snapshots = all.vms.get_mut(&OLD).unwrap().snapshots.values_mut();
            let taken = snapshots
                .find(|taken| taken.description.starts_with(text))
                .unwrap();
            taken.description = description.to_owned();
            taken.time = at;
            taken.conf.remove("description");
            taken.conf.remove("tags");
        });
    }
    let named = |description: &str| {
        world.see(|all| {
            let mut snapshots = all.vms[&OLD].snapshots.iter();
            let found = snapshots.find(|(_, taken)| taken.description.starts_with(description));
            found.unwrap().0.clone()
        })
    };
    let (refsnap, mine) = (named("Before"), named("an admin"));
    let list = granted(&world, &json!({"op": "snapshots"}));
    assert_eq!(list["used"], 2, "{list}");
    assert_eq!(list["snapshots"][1]["description"], "Before the move");
    assert_eq!(list["snapshots"][0]["scheduled"], true);
    granted(&world, &json!({"op": "snapshot_rollback", "name": refsnap}));
    wait(&world);
    assert!(conf(&world)["description"].contains(world.record(SERVICE).mark.as_str()));
    granted(&world, &json!({"op": "snapshot_remove", "name": refsnap}));
    wait(&world);
    let why = refused(&world, &json!({"op": "snapshot_remove", "name": mine}));
    assert!(why.contains("no such"), "{why}");
    assert_eq!(granted(&world, &json!({"op": "snapshots"}))["used"], 1);
}
