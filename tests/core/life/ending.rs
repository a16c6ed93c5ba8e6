//! What the end of a service does with its backups.

use super::*;
use crate::support::invariant::assert_at_rest;
use puq_proxmox_kvm::model::VmState;

fn terminate(world: &World) {
    let params = world.host.services.borrow()[&SERVICE.0].clone();
    world.drive(|site| async move { actions::terminate_account(&site, params).await.unwrap() });
}

#[test]
fn the_end_of_the_service_takes_its_backups_and_nobody_elses() {
    let world = world(&json!({}));
    granted(&world, &json!({"op": "backup_now"}));
    wait(&world);
    let vmid = world.record(SERVICE).vmid.unwrap().get();
    // An admin's own backup of the same VM.
    world.see(|all| {
        let (mut place, volume) = all
            .volumes
            .iter()
            .find(|(_, volume)| volume.content == "backup")
            .map(|(place, volume)| (place.clone(), volume.clone()))
            .unwrap();
        place.name = format!("backup/vm/{vmid}/2026-01-01T00:00:00Z");
        all.volumes.insert(
            place,
            pve_sim::Volume {
                notes: Some("mine".to_owned()),
                ..volume
            },
        );
    });
    terminate(&world);
    let ran = world.settle(5);
    println!("{}", ran[0].text);
    let left: Vec<String> = world.see(|all| {
        all.volumes
            .iter()
            .filter(|(_, volume)| volume.content == "backup")
            .map(|(_, volume)| volume.notes.clone().unwrap_or_default())
            .collect()
    });
    assert_eq!(left, ["mine"]);
    assert!(ran.iter().any(|ran| ran.text.contains("backups removed")));
    let row = &world
        .host
        .rows("SELECT vm_backup_schedule AS s, next_backup_at AS n FROM puqProxmoxKVM_vm_info")[0];
    assert_eq!((&row["s"], &row["n"]), (&Value::Null, &Value::Null));
}

#[test]
fn the_end_tells_each_of_its_phases_in_the_words_of_the_manual() {
    let world = world(&json!({}));
    granted(&world, &json!({"op": "backup_now"}));
    wait(&world);
    terminate(&world);
    let text: String = world
        .settle(5)
        .iter()
        .map(|ran| ran.text.as_str())
        .collect();
    let phases = [
        "[terminate] starting",
        "remote status: running, vmid: 2000",
        "stop request sent",
        "stopped after ~",
        "removing backups",
        "backups removed",
        "deleting DNS records",
        "DELETE VM vmid=2000 node=pve",
        "VM deleted",
        "[terminate] done (",
        "result=success",
    ];
    let mut rest = text.as_str();
    for phase in phases {
        let at = rest.find(phase);
        assert!(
            at.is_some(),
            "{phase} is missing, or not in its place: {text}"
        );
        rest = &rest[at.unwrap_or_default()..];
    }
    assert!(!text.contains("still running, waited"), "{text}");
}

#[test]
fn the_end_waits_for_a_removal_that_failed_in_passing() {
    let world = world(&json!({}));
    granted(&world, &json!({"op": "backup_now"}));
    wait(&world);
    let removals = json!({"method": "DELETE", "path": "~/content/"});
    world.faults(
        &json!([{"match": removals, "when": {"times": 2}, "do": {"status": {"code": 595, "reason": "No route"}}}]),
    );
    terminate(&world);
    world.advance(MINUTE);
    let text = world.tick().text;
    assert!(text.contains("Will retry"), "{text}");
    assert_eq!(world.state(SERVICE), VmState::Terminate);
    world.settle(5);
    assert_eq!(world.state(SERVICE), VmState::Remove);
    assert_eq!(stored(&world), []);
    assert_at_rest(&world);
}

#[test]
fn a_removal_that_never_works_does_not_keep_a_service_for_ever() {
    let world = world(&json!({}));
    granted(&world, &json!({"op": "backup_now"}));
    wait(&world);
    let removals = json!({"method": "DELETE", "path": "~/content/"});
    world.faults(&json!([{"match": removals, "do": "reset_before"}]));
    terminate(&world);
    let mut ticks = 0;
    while world.state(SERVICE) == VmState::Terminate {
        ticks += 1;
        assert!(ticks < 400, "it ends some time");
        world.advance(MINUTE);
        world.tick();
    }
    println!("given up after {ticks} minutes");
    assert_eq!(world.state(SERVICE), VmState::Remove);
    let left = world.see(|all| {
        all.volumes
            .values()
            .filter(|v| v.content == "backup")
            .count()
    });
    assert_eq!(left, 1);
}

/// Somebody took the mark off the VM: it is not removed, says so, and nobody gets its addresses or its number while it is
/// there. A stranger's VM at the number keeps nothing.
#[test]
fn a_vm_that_lost_its_mark_keeps_its_addresses_until_it_is_gone() {
    for own in [true, false] {
        let world = world(&json!({}));
        let vmid = world.record(SERVICE).vmid.unwrap().get();
        world.see(|all| {
            let conf = &mut all.vms.get_mut(&vmid).unwrap().conf;
            conf.remove("tags");
            conf.remove("description");
            if !own {
                conf.insert(
                    "net0".to_owned(),
                    "virtio=BC:24:11:00:00:99,bridge=vmbr0".to_owned(),
                );
                conf.remove("ipconfig0");
            }
        });
        terminate(&world);
        world.settle(5);
        assert_eq!(world.state(SERVICE), VmState::Remove, "{own}");
        assert!(world.see(|all| all.vms.contains_key(&vmid)));
        let states = || {
            let mut all = vec![];
            for table in ["addresses", "vmids"] {
                let sql = format!(
                    "SELECT DISTINCT state AS s FROM puq_proxmox_kvm_{table} WHERE state <> 'free'"
                );
                let rows = world.host.rows(&sql);
                all.extend(rows.iter().map(|row| row["s"].as_str().unwrap().to_owned()));
            }
            all
        };
        let wanted = if own { "orphan" } else { "quarantine" };
        assert_eq!(states(), [wanted, wanted]);
        let log = format!("{:?}", world.host.effects_of("log_activity"));
        assert!(!log.contains("was removed"), "{log}");
        assert!(log.contains("was left"), "{log}");
        world.see(|all| drop(all.vms.remove(&vmid)));
        world.order(&Order::new(8));
        world.settle(5);
        assert!(!states().contains(&"orphan".to_owned()));
    }
}

/// A package without an address of its own took it away, and the step that would have taken the name was never reached.
#[test]
fn the_end_takes_the_name_of_a_vm_whose_addresses_were_about_to_leave_it() {
    let folder = tempfile::tempdir().unwrap();
    let world = world(&json!({}));
    let path = names::zone_file(folder.path(), "example.com");
    world.zone("example.com", "zonefile", &json!({"path": path}));
    done(&world, &json!({"op": "reset", "state": "set_dns_records"}));
    wait(&world);
    let is_named = || {
        let text = std::fs::read_to_string(&path).unwrap();
        text.lines().any(|line| line.ends_with("\tA\t192.0.2.10"))
    };
    assert!(is_named());
    world
        .host
        .run("UPDATE puq_proxmox_kvm_addresses SET state = 'leaving'");
    terminate(&world);
    world.settle(5);
    assert!(!is_named());
}
