//! The two nights in which the clocks are changed where WHMCS is: in one the hour from two to three comes twice, in the other
//! never. Nothing is due twice, skipped or silenced; the database's seconds know nothing of it.

use crate::support::actions;
use crate::support::compare::assert_as_sold;
use crate::support::invariant::assert_at_rest;
use crate::support::shop::{PRODUCT, pool, usual_with};
use crate::support::{Order, World};
use puq_proxmox_kvm::model::{ServiceId, VmState};
use pve_sim::Scenario;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

const SERVICE: ServiceId = ServiceId(7);
const MINUTE: Duration = Duration::from_secs(60);
/// Ten at night before the change, and the zone's name.
const NIGHTS: [(&str, &str); 3] = [
    ("2026-10-24T20:00:00Z", "the hour comes twice"),
    ("2027-03-27T21:00:00Z", "the hour is left out"),
    ("2026-10-20T20:00:00Z", "a night like any other"),
];
/// Minutes of the night: to the morning after.
const NIGHT: usize = 9 * 60;

fn world(from: &str) -> World {
    let epoch = chrono::DateTime::parse_from_rfc3339(from).unwrap();
    let world = World::new(
        Scenario {
            epoch: epoch.timestamp(),
            ..Scenario::named("demo").unwrap()
        },
        7,
    );
    let product = json!({
        "template": "9001", "backups": "5", "snapshots": "5", "backup_storage": "pbs-backup|pbs",
        "snapshot_schedule": "1", "snapshot_lifetime": "10",
    });
    world.product(PRODUCT, &usual_with(&product));
    world.pool(&pool("192.0.2.10", "192.0.2.250"));
    world.host.about.borrow_mut().timezone = "Europe/Berlin".to_owned();
    world.clocks(0, 0);
    world.order(&Order::new(SERVICE.0));
    world.settle(3);
    world
}

fn client(world: &World, request: Value) -> Value {
    let params = world.host.services.borrow()[&SERVICE.0].clone();
    let answer = world
        .drive(|site| async move { actions::client_api(&site, params, request).await.unwrap() });
    assert_eq!(answer["ok"], true, "{answer}");
    answer["data"].clone()
}

/// How often a task ran, by the runs' own lines.
fn runs(text: &str, task: &str) -> usize {
    text.matches(&format!("[{task}] Running")).count()
}

#[test]
fn nothing_is_due_twice_skipped_or_silenced_in_the_nights_of_the_change() {
    for (from, what) in NIGHTS {
        for time in ["02:00", "02:30", "02:59"] {
            let what = format!("{what}, {time}");
            let world = world(from);
            let days: Vec<u8> = (0..7).collect();
            client(
                &world,
                json!({"op": "snapshot_schedule", "days": days, "time": time}),
            );
            client(&world, json!({"op": "backup_schedule", "days": days}));
            // The drawn time is another one each time; the night's own hour is what is looked at here.
            let week: serde_json::Map<String, Value> =
                (0..7).map(|day| (day.to_string(), json!(time))).collect();
            let week = Value::Object(week).to_string();
            let schedule = puq_proxmox_kvm::model::Schedule::parse(&week);
            let now = chrono::DateTime::from_timestamp(world.see(|all| all.unix()), 0).unwrap();
            let next = schedule.next(chrono_tz::Europe::Berlin, now).unwrap();
            world.host.run(&format!(
                "UPDATE puqProxmoxKVM_vm_info SET vm_backup_schedule = '{week}', next_backup_at = {}",
                next.at.timestamp()
            ));
            let first = world.see(|all| all.unix());
            let mut told = String::new();
            for minute in 0..NIGHT {
                world.advance(MINUTE);
                // An order of every hour, the one of the change among them, is served within its run.
                if minute % 60 == 30 {
                    world.order(&Order::new(100 + minute as u64));
                }
                let ran = world.tick();
                assert_eq!(ran.status, Ok(0), "{what}: {}", ran.text);
                told.push_str(&ran.text);
                if minute % 60 == 31 {
                    let service = ServiceId(100 + minute as u64 - 1);
                    assert_eq!(world.state(service), VmState::Ready, "{what}: {}", ran.text);
                }
            }
            assert!(!told.contains("lay ahead"), "{what}: no time seemed wrong");
            let vmid = world.record(SERVICE).vmid.unwrap().get();
            let backups = world.see(|all| {
                let volumes = all.volumes.values();
                volumes
                    .filter(|volume| volume.content == "backup" && volume.vmid == Some(vmid))
                    .count()
            });
            assert_eq!(backups, 1, "{what}: backups of the night");
            let snapshots = world.see(|all| all.vms[&vmid].snapshots.len());
            assert_eq!(snapshots, 1, "{what}: snapshots of the night");
            // Every run has its minute, and every hour its figures.
            let passed = (world.see(|all| all.unix()) - first) / 60;
            let ran = i64::try_from(runs(&told, "processVirtualMachines")).unwrap();
            assert!(
                ran >= passed * 9 / 10,
                "{what}: {ran} runs in {passed} minutes"
            );
            let hours: BTreeSet<i64> = world
                .host
                .rows("SELECT hour FROM puqProxmoxKVM_statistics WHERE service_id = 7")
                .iter()
                .filter_map(|row| row["hour"].as_i64())
                .collect();
            let hours: Vec<i64> = hours.into_iter().collect();
            assert!(hours.len() >= 8, "{what}: {hours:?}");
            assert!(
                hours.windows(2).all(|two| two[1] - two[0] == 3600),
                "{what}: {hours:?}"
            );
            let leases = "SELECT 1 FROM puq_proxmox_kvm_leases WHERE holder <> ''";
            assert!(
                world.host.rows(leases).is_empty(),
                "{what}: a lease is left"
            );
            assert_as_sold(&world, SERVICE);
            assert_at_rest(&world);
        }
    }
}
