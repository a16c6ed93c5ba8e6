//! Restoring a backup: the flow, what is sold put over it again, and its failures.

use super::*;
use crate::support::compare::assert_as_sold;
use crate::support::invariant::assert_at_rest;
use puq_proxmox_kvm::model::VmState;

fn a_backup(world: &World) -> String {
    granted(world, &json!({"op": "backup_now", "note": "first"}));
    wait(world);
    granted(world, &json!({"op": "backups"}))["backups"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn a_backup_comes_back_with_what_is_sold_now() {
    let world = world(&json!({"mail_restored": "puqProxmoxKVM Backup restored"}));
    let id = a_backup(&world);
    // Since then the package grew.
    world.product(
        PRODUCT,
        &usual_with(&json!({
            "template": "9001", "backups": "2", "backup_storage": "pbs-backup|pbs", "snapshots": "2",
            "cpu": "4", "ram": "4", "system_size": "20", "additional_size": "5", "rate": "20",
            "mail_restored": "puqProxmoxKVM Backup restored",
        })),
    );
    let why = refused(
        &world,
        &json!({"op": "backup_restore", "backup": "pbs-backup:backup/vm/101/2026-01-01T00:00:00Z"}),
    );
    assert!(why.contains("no such"), "{why}");
    granted(&world, &json!({"op": "backup_restore", "backup": id}));
    let why = refused(&world, &json!({"op": "stop"}));
    assert!(why.contains("worked on"), "{why}");
    let mut text = String::new();
    for _ in 0..10 {
        text.push_str(&world.tick().text);
        if world.state(SERVICE) == VmState::Ready {
            break;
        }
        world.advance(MINUTE);
    }
    println!("{text}");
    assert_as_sold(&world, SERVICE);
    assert_at_rest(&world);
    assert!(text.contains("--- Restore: service=7 vm=2000 status=restore ---"));
    assert!(text.contains("sid:7 action:restore [success]"));
    let mails = world.host.effects_of("send_email");
    assert_eq!(mails.len(), 2, "{mails:?}");
    assert_eq!(mails[1]["template"], "puqProxmoxKVM Backup restored");
    assert_eq!(granted(&world, &json!({"op": "backups"}))["used"], 1);
}

#[test]
fn a_restore_belongs_to_its_own_task() {
    let world = world(&json!({}));
    let id = a_backup(&world);
    granted(&world, &json!({"op": "backup_restore", "backup": id}));
    world.cron(&["--task=processVirtualMachines"]);
    assert_eq!(world.state(SERVICE), VmState::Restore);
    for _ in 0..5 {
        world.cron(&["--task=restoreBackupStatus"]);
        world.advance(MINUTE);
    }
    assert_eq!(world.state(SERVICE), VmState::Ready);
}

#[test]
fn a_restore_that_fails_waits_for_the_client_who_tries_again() {
    let world = world(&json!({}));
    let id = a_backup(&world);
    // The backup is damaged: its task fails.
    world.faults(&json!([{
        "match": {"method": "POST", "path": "/nodes/*/qemu"},
        "do": {"task_fail": {"exitstatus": "command 'proxmox-backup-client restore' failed: exit code 255"}},
    }]));
    granted(&world, &json!({"op": "backup_restore", "backup": id}));
    let mut text = String::new();
    for _ in 0..10 {
        text.push_str(&world.tick().text);
        if world.state(SERVICE).at_rest() {
            break;
        }
        world.advance(MINUTE);
    }
    println!("{text}");
    assert_eq!(world.state(SERVICE), VmState::ErrorRestore);
    let record = world.record(SERVICE);
    assert!(
        record.waiting.contains("could not be restored"),
        "{}",
        record.waiting
    );
    assert_eq!(
        granted(&world, &json!({"op": "backups"}))["restore_failed"],
        true
    );
    world.faults(&json!([]));
    world.advance(MINUTE);
    granted(&world, &json!({"op": "backup_restore", "backup": id}));
    world.settle(10);
    assert_as_sold(&world, SERVICE);
    assert_at_rest(&world);
}

#[test]
fn a_vm_that_is_gone_is_brought_back() {
    let world = world(&json!({}));
    let id = a_backup(&world);
    world.see(|all| all.meddle(&json!({"vmid": 2000, "delete": true})).unwrap());
    granted(&world, &json!({"op": "backup_restore", "backup": id}));
    world.settle(10);
    assert_as_sold(&world, SERVICE);
    assert_at_rest(&world);
}

#[test]
fn a_strangers_vm_at_our_number_is_never_written_over() {
    let world = world(&json!({}));
    let id = a_backup(&world);
    granted(&world, &json!({"op": "backup_restore", "backup": id}));
    world.see(|all| {
        let vm = all.vms.get_mut(&2000).unwrap();
        vm.conf
            .insert("description".to_owned(), "somebody else's".to_owned());
        vm.conf.insert("name".to_owned(), "stranger".to_owned());
        vm.conf.remove("tags");
    });
    for _ in 0..3 {
        world.tick();
        world.advance(MINUTE);
    }
    let record = world.record(SERVICE);
    assert_eq!(record.state, VmState::Restore, "{}", record.waiting);
    assert!(
        record.waiting.contains("stranger") && record.waiting.contains("2000"),
        "{}",
        record.waiting
    );
    world.see(|all| {
        assert_eq!(all.vms[&2000].conf["name"], "stranger");
        assert!(all.vms[&2000].is_running(), "nor stopped");
    });
}

/// The password, the addresses and all else are today's, whatever the backup or snapshot is from.
#[test]
fn what_is_sold_today_comes_before_what_a_backup_or_a_snapshot_remembers() {
    for way in ["backup", "snapshot", "snapshot of a VM that is off"] {
        let world = world(&json!({}));
        world.pool(&crate::support::shop::pool6(
            "2001:db8:7::100",
            "2001:db8:7::1ff",
        ));
        world.setting("quarantine", "0");
        if way.ends_with("off") {
            stop(&world);
        }
        let kept = match way {
            "backup" => a_backup(&world),
            _ => {
                granted(
                    &world,
                    &json!({"op": "snapshot_create", "description": "then"}),
                );
                wait(&world);
                granted(&world, &json!({"op": "snapshots"}))["snapshots"][0]["name"]
                    .as_str()
                    .unwrap()
                    .to_owned()
            }
        };
        granted(&world, &json!({"op": "reset_password", "shutdown": "1"}));
        world.settle(6);
        // Its address goes to another order.
        let sold = |changes: Value| {
            let mut all = usual_with(&json!({
                "template": "9001", "backups": "2", "snapshots": "2", "backup_storage": "pbs-backup|pbs",
            }));
            for (key, value) in changes.as_object().unwrap() {
                all[key] = value.clone();
            }
            world.product(PRODUCT, &all);
        };
        sold(json!({"ipv4": "0", "ipv6": "1", "dhcp6": "0", "main_domain": ".example.net"}));
        assert_eq!(call(&world, "change_package"), "success");
        world.settle(6);
        sold(json!({}));
        world.order(&Order::new(8));
        world.settle(6);
        sold(json!({"ipv4": "0", "ipv6": "1", "dhcp6": "0", "main_domain": ".example.net"}));
        let request = match way {
            "backup" => json!({"op": "backup_restore", "backup": kept}),
            _ => json!({"op": "snapshot_rollback", "name": kept}),
        };
        granted(&world, &request);
        world.settle(10);
        wait(&world);
        world.settle(10);
        println!("{way}: {:?}", conf(&world));
        assert_as_sold(&world, SERVICE);
        assert_at_rest(&world);
    }
}

#[test]
fn a_snapshot_from_before_a_new_password_gets_the_new_one_with_the_next_start() {
    let world = world(&json!({}));
    granted(
        &world,
        &json!({"op": "snapshot_create", "description": "then"}),
    );
    wait(&world);
    let name = granted(&world, &json!({"op": "snapshots"}))["snapshots"][0]["name"].clone();
    granted(&world, &json!({"op": "reset_password", "shutdown": "1"}));
    world.settle(6);
    granted(&world, &json!({"op": "snapshot_rollback", "name": name}));
    world.settle(6);
    wait(&world);
    assert_as_sold(&world, SERVICE);
    assert!(running(&world), "with the memory it goes on where it was");
    assert_at_rest(&world);
}

#[test]
fn a_vm_without_a_cloud_init_drive_is_restored_all_the_same() {
    let world = world(&json!({}));
    world.see(|all| {
        let vm = all.vms.get_mut(&2000).unwrap();
        vm.conf.remove("ide2");
    });
    let id = a_backup(&world);
    granted(&world, &json!({"op": "backup_restore", "backup": id}));
    world.settle(10);
    assert_eq!(world.state(SERVICE), VmState::Ready);
    assert!(running(&world));
}

/// A disk that was kept out of backups comes back empty: whoever looks after the client learns of it.
#[test]
fn a_backup_without_the_additional_disk_is_told() {
    let sold = json!({"additional_size": "3"});
    let world = world(&sold);
    let id = a_backup(&world);
    world.see(|all| {
        let mut volumes = all.volumes.values_mut();
        let volume = volumes.find(|volume| volume.content == "backup" && volume.saved.is_some());
        let conf = &mut volume.unwrap().saved.as_mut().unwrap().conf;
        assert!(conf.remove("scsi1").is_some(), "{conf:?}");
    });
    granted(&world, &json!({"op": "backup_restore", "backup": id}));
    world.settle(10);
    assert_eq!(world.state(SERVICE), VmState::Ready);
    assert!(conf(&world)["scsi1"].contains("size=3G"));
    let said = world.host.effects_of("log_activity");
    let told = |entry: &Value| {
        let text = entry["text"].as_str().unwrap();
        text.contains(&id) && text.contains("gets an empty one")
    };
    assert_eq!(
        said.iter().filter(|entry| told(entry)).count(),
        1,
        "{said:?}"
    );
}
