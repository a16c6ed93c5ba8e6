//! Clocks that are wrong: a machine's that is ahead or behind, and a database's that jumps and comes back.

use crate::support::actions;
use crate::support::shop::{PRODUCT, usual_with};
use crate::support::{Order, World};
use puq_proxmox_kvm::cron::status;
use puq_proxmox_kvm::model::{ServiceId, VmState};
use puq_proxmox_kvm::store::{TABLES, Table};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

pub(crate) const SERVICE: ServiceId = ServiceId(7);
pub(crate) const MINUTE: Duration = Duration::from_secs(60);
pub(crate) const HOUR: i64 = 3600;
pub(crate) const YEARS: i64 = 3650 * 86_400;
/// What the columns that hold a time are called.
const ENDS: [&str; 6] = ["_at", "since", "until", "deadline", "hour", "last_run"];

/// Every column that holds a time, of every table.
pub(crate) fn times() -> impl Iterator<Item = (&'static str, &'static str)> {
    let of = |table: &'static Table| {
        let columns = table.columns.iter().map(|column| column.name);
        let times = columns.filter(|name| ENDS.iter().any(|end| name.ends_with(end)));
        times.map(|name| (table.name, name))
    };
    TABLES.iter().flat_map(of)
}

/// A VM with a schedule of backups, and an address in quarantine.
pub(crate) fn world() -> World {
    let world = World::usual(7);
    let product = json!({"template": "9001", "backups": "2", "backup_storage": "pbs-backup|pbs", "snapshots": "2"});
    world.product(PRODUCT, &usual_with(&product));
    world.clocks(0, 0);
    for service in [SERVICE.0, 8] {
        world.order(&Order::new(service));
    }
    world.settle(3);
    let days: Vec<u8> = (0..7).collect();
    let saved = client(&world, &json!({"op": "backup_schedule", "days": days}));
    assert_eq!(saved["ok"], true, "{saved}");
    let params = world.host.services.borrow()[&8].clone();
    world.drive(|site| async move { actions::terminate_account(&site, params).await.unwrap() });
    world.advance(MINUTE);
    world.tick();
    world
}

pub(crate) fn client(world: &World, request: &Value) -> Value {
    let params = world.host.services.borrow()[&SERVICE.0].clone();
    let request = request.clone();
    world.drive(|site| async move { actions::client_api(&site, params, request).await.unwrap() })
}

fn addon(world: &World, request: Value) -> Value {
    world.drive(|site| async move { actions::addon_api(&site, request).await.unwrap() })
}

/// How far each stored time lies ahead, at most.
fn ahead(world: &World) -> BTreeMap<(&'static str, &'static str), i64> {
    let now = world.see(|all| all.unix());
    let of = |(table, column): (&'static str, &'static str)| {
        let sql = format!("SELECT MAX({column}) AS latest FROM {table}");
        let latest = world.host.rows(&sql)[0]["latest"].as_i64();
        (
            (table, column),
            latest.map_or(i64::MIN, |latest| latest - now),
        )
    };
    times().map(of).collect()
}

/// No time lies further ahead than it may.
pub(crate) fn assert_sane(world: &World) {
    for ((table, column), ahead) in ahead(world) {
        let most = match column {
            "next_look_at" => 3600,
            "next_backup_at" | "next_snapshot_at" => 8 * 86_400,
            "snapshot_look_at" => 86_400,
            "expires_at" => 1200,
            "deadline" => 600,
            "try_until" => 360,
            _ => 60,
        };
        assert!(ahead <= most, "{table}.{column} lies {ahead} s ahead");
    }
}

fn everything(world: &World) -> Vec<String> {
    let mut tables: Vec<&str> = times().map(|(table, _)| table).collect();
    tables.dedup();
    let rows = |table: &&str| world.host.rows(&format!("SELECT * FROM {table}"));
    tables
        .iter()
        .map(|table| format!("{:?}", rows(table)))
        .collect()
}

#[test]
fn a_machine_with_a_wrong_clock_runs_nothing_and_says_so() {
    for machine in [YEARS, HOUR, -HOUR, 301, -301] {
        let world = world();
        world.advance(MINUTE);
        let before = everything(&world);
        world.clocks(machine, 0);
        let ran = world.tick();
        assert_eq!(ran.status, Ok(status::CLOCK), "{machine}: {}", ran.text);
        assert!(
            ran.text.contains("nothing is run until they agree"),
            "{}",
            ran.text
        );
        assert_eq!(everything(&world), before, "{machine}: nothing is stored");
        // Also staff who ask for it.
        assert_eq!(world.cron(&["--force"]).status, Ok(status::CLOCK));
        world.clocks(0, 0);
        let alarms = addon(&world, json!({"op": "dashboard"}))["data"]["alarms"].clone();
        assert!(
            alarms.to_string().contains("The cron refused to run"),
            "{machine}: {alarms}"
        );
        // Set right, it runs, and nothing is left of it.
        world.order(&Order::new(9));
        world.advance(MINUTE);
        let ran = world.tick();
        assert_eq!(ran.status, Ok(0), "{machine}: {}", ran.text);
        assert_eq!(world.state(ServiceId(9)), VmState::Ready);
        let alarms = addon(&world, json!({"op": "dashboard"}))["data"]["alarms"].clone();
        assert_eq!(alarms, json!([]), "{machine}");
        assert_sane(&world);
    }
}

#[test]
fn the_doctor_fails_on_a_wrong_clock() {
    let world = world();
    let health = |machine: i64| {
        world.clocks(machine, 0);
        let checks = addon(&world, json!({"op": "doctor"}))["data"].clone();
        let checks = checks
            .as_array()
            .or_else(|| checks["checks"].as_array())
            .unwrap()
            .clone();
        let clock = checks
            .iter()
            .find(|check| check["name"] == "clock")
            .unwrap();
        clock["status"].as_str().unwrap().to_owned()
    };
    assert_eq!(health(0), "ok");
    assert_eq!(health(60), "warn");
    assert_eq!(health(-60), "warn");
    assert_eq!(health(HOUR), "fail");
    assert_eq!(health(-YEARS), "fail");
}

#[test]
fn what_a_page_stores_is_the_databases_time_whatever_its_machine_thinks() {
    let world = world();
    world.clocks(YEARS, 0);
    let answer = client(&world, &json!({"op": "snapshot_create", "name": "one"}));
    assert_eq!(answer["ok"], true, "{answer}");
    let answer = client(&world, &json!({"op": "backup_now", "note": ""}));
    assert_eq!(answer["ok"], true, "{answer}");
    assert_sane(&world);
}

#[test]
fn one_run_with_all_clocks_wrong_silences_nothing() {
    for jump in [YEARS, HOUR, 86_400 * 3] {
        let world = world();
        world.advance(MINUTE);
        world.clocks(jump, jump);
        let ran = world.tick();
        assert!(ran.status.is_ok(), "{jump}: {}", ran.text);
        let hours = world
            .host
            .rows("SELECT hour FROM puqProxmoxKVM_statistics")
            .len();
        assert!(hours <= 35 * 24 + 2, "{jump}: {hours} hours were written");
        // And in the very minute in which an order comes.
        world.order(&Order::new(9));
        world.clocks(0, 0);
        world.advance(MINUTE);
        let ran = world.tick();
        assert_eq!(ran.status, Ok(0), "{jump}: {}", ran.text);
        assert_eq!(
            ran.text
                .matches("lay ahead of the database's clock")
                .count(),
            1,
            "{}",
            ran.text
        );
        for task in [
            "processVirtualMachines",
            "scheduleBackup",
            "collectingStatistics",
        ] {
            assert!(
                ran.text.contains(&format!("[{task}] Running")),
                "{jump}: {}",
                ran.text
            );
        }
        assert_eq!(
            world.state(ServiceId(9)),
            VmState::Ready,
            "{jump}: {}",
            ran.text
        );
        assert_sane(&world);
        // The daily backup comes within the day.
        let next = ahead(&world)[&("puqProxmoxKVM_vm_info", "next_backup_at")];
        assert!(
            (1..=2 * 86_400).contains(&next),
            "{jump}: the next backup is {next} s away"
        );
        // Told once.
        world.advance(MINUTE);
        let ran = world.tick();
        assert!(!ran.text.contains("lay ahead"), "{jump}: {}", ran.text);
        let told = world.host.effects_of("log_activity");
        let told = told
            .iter()
            .filter(|entry| entry.to_string().contains("lay ahead"));
        assert_eq!(told.count(), 1, "{jump}");
    }
}

#[test]
fn clocks_that_are_put_back_by_an_hour_lose_nothing() {
    let world = world();
    for _ in 0..3 {
        world.advance(MINUTE);
        world.tick();
    }
    world.clocks(-HOUR, -HOUR);
    world.order(&Order::new(9));
    let ran = world.tick();
    assert_eq!(ran.status, Ok(0), "{}", ran.text);
    assert_eq!(world.state(ServiceId(9)), VmState::Ready, "{}", ran.text);
    let bytes = "SELECT SUM(netin) AS bytes FROM puqProxmoxKVM_statistics";
    let before = world.host.rows(bytes);
    for _ in 0..150 {
        world.advance(MINUTE);
        assert_eq!(world.tick().status, Ok(0));
    }
    assert!(world.host.rows(bytes)[0]["bytes"].as_i64() >= before[0]["bytes"].as_i64());
}

#[test]
fn a_lock_held_longer_than_any_run_lasts_is_an_alarm() {
    let world = world();
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(root.path().join("templates_c")).unwrap();
    let path = root.path().to_str().unwrap().to_owned();
    let before = std::mem::replace(&mut world.host.about.borrow_mut().root, path.clone());
    let held = puq_proxmox_kvm::cron::run_lock::take(&path).unwrap();
    assert!(held.is_some());
    let alarms = || addon(&world, json!({"op": "dashboard"}))["data"]["alarms"].clone();
    for minute in 0..20 {
        world.advance(MINUTE);
        let ran = world.tick();
        assert_eq!(ran.status, Ok(status::LOCKED), "{}", ran.text);
        assert!(ran.text.contains("another run holds the lock"));
        let alarm = alarms().to_string().contains("another run holds the lock");
        assert_eq!(alarm, minute > 15, "after {minute} min");
    }
    drop(held);
    assert_eq!(world.tick().status, Ok(0));
    assert_eq!(alarms(), json!([]));
    world.host.about.borrow_mut().root = before;
}
