//! Tables of the reference product under our names whose columns are not ours: they never break an order, never make
//! statistics out of nothing, and what cannot be read for sure is told.

use super::import::{OLD, activate, known_to_whmcs, mac_of};
use super::*;
use crate::support::world::number;
use puq_proxmox_kvm::model::VmState;

pub(super) fn bare() -> World {
    let world = World::new(Scenario::named("demo").unwrap(), 9);
    world.product(PRODUCT, &usual_with(&json!({})));
    world.pool(&pool("192.0.2.10", "192.0.2.250"));
    world
}

/// Another table in the place of ours.
fn instead(world: &World, table: &str, columns: &str) {
    world.host.run(&format!("DROP TABLE {table}"));
    world.host.run(&format!("CREATE TABLE {table} ({columns})"));
}

fn services(world: &World, key: &str, required: &str) {
    let columns = format!(
        "{key}, vm_id INTEGER, vm_name TEXT NOT NULL, vm_status VARCHAR(255) NOT NULL, vm_net0_mac TEXT, vm_snapshots INTEGER NOT NULL, \
         {required}"
    );
    instead(world, "puqProxmoxKVM_vm_info", &columns);
}

#[test]
fn columns_that_must_be_filled_break_no_order_and_lose_no_vm() {
    for key in [
        "service_id INTEGER PRIMARY KEY",
        "id INTEGER PRIMARY KEY AUTOINCREMENT, service_id INTEGER",
    ] {
        let world = bare();
        services(&world, key, "vm_ip TEXT NOT NULL, created TEXT NOT NULL");
        let mac = mac_of(&world, OLD);
        world.host.run(&format!(
            "INSERT INTO puqProxmoxKVM_vm_info (service_id, vm_id, vm_name, vm_status, vm_net0_mac, vm_snapshots, vm_ip, created) \
             VALUES (7, {OLD}, 'old', 'ready', '{mac}', 3, '192.0.2.9', '2024')"
        ));
        known_to_whmcs(&world, SERVICE, "192.0.2.77");
        let said = activate(&world);
        assert!(said.contains("1 services were taken over"), "{said}");
        wait(&world);
        let record = world.record(SERVICE);
        assert_eq!(
            (record.state, record.vmid.map(|id| id.get())),
            (VmState::Ready, Some(OLD))
        );
        // A new order, and an activation more.
        let fresh = world.order(&Order::new(8));
        world.settle(5);
        assert_eq!(world.state(fresh), VmState::Ready);
        activate(&world);
        assert_eq!(world.records().len(), 2);
        let old = world
            .host
            .rows("SELECT vm_ip FROM puqProxmoxKVM_vm_info_old");
        assert_eq!(old[0]["vm_ip"], "192.0.2.9", "nothing is lost");
    }
}

#[test]
fn several_rows_of_one_service_are_left_and_told() {
    let world = bare();
    services(
        &world,
        "id INTEGER PRIMARY KEY, service_id INTEGER",
        "x TEXT",
    );
    for (service, vmid) in [(7, OLD), (7, 4711), (9, 0)] {
        world.host.run(&format!(
            "INSERT INTO puqProxmoxKVM_vm_info (service_id, vm_id, vm_name, vm_status, vm_snapshots) VALUES ({service}, {vmid}, '', 'ready', 0)"
        ));
        known_to_whmcs(&world, ServiceId(service), "");
    }
    let said = activate(&world);
    assert!(
        said.contains("Service 7 not imported: it has 2 rows in puqProxmoxKVM_vm_info_old"),
        "{said}"
    );
    assert!(said.contains("1 services were taken over"), "{said}");
    world.settle(3);
    // By hand it is the service's, and then it is told no more.
    done(&world, &json!({"op": "attach", "vmid": OLD}));
    assert_eq!(world.record(SERVICE).vmid.map(|id| id.get()), Some(OLD));
    assert!(!activate(&world).contains("not imported"));
}

#[test]
fn foreign_pools_and_zones_that_must_be_filled_are_read_and_new_ones_are_saved() {
    let world = World::new(Scenario::named("demo").unwrap(), 9);
    instead(
        &world,
        "puq_proxmox_kvm_ip_pools",
        "id INTEGER PRIMARY KEY, server INTEGER NOT NULL, type TEXT, bridge TEXT, vlan INTEGER, gateway TEXT NOT NULL, mask INTEGER NOT NULL, \
         start TEXT NOT NULL, stop TEXT NOT NULL, owner TEXT NOT NULL",
    );
    world.host.run(&format!(
        "INSERT INTO puq_proxmox_kvm_ip_pools VALUES (3, {SERVER}, 'ipv4', 'vmbr1', 0, '192.0.2.1', 24, '192.0.2.20', '192.0.2.30', 'me')"
    ));
    let said = activate(&world);
    assert!(said.contains("1 IP pool imported."), "{said}");
    world.pool(&pool("198.51.100.10", "198.51.100.20"));
    let pools = world.drive(|site| async move {
        puq_proxmox_kvm::store::pool::list(&site.host, None)
            .await
            .unwrap()
    });
    assert_eq!(pools.len(), 2);
}

fn statistics(world: &World) -> Vec<(i64, u64, u64)> {
    let rows = world
        .host
        .rows("SELECT hour, netin, netout FROM puqProxmoxKVM_statistics WHERE service_id = 7 ORDER BY hour");
    rows.iter()
        .map(|row| {
            (
                number(&row["hour"]) as i64,
                number(&row["netin"]),
                number(&row["netout"]),
            )
        })
        .collect()
}

#[test]
fn foreign_statistics_are_counted_where_they_are_sure_and_never_since_1970() {
    let kinds = [
        (
            "id INTEGER PRIMARY KEY, service_id INTEGER, netin INTEGER, netout INTEGER, created_at TEXT",
            true,
        ),
        (
            "id INTEGER PRIMARY KEY, service_id INTEGER NOT NULL, date INTEGER NOT NULL, netin TEXT, netout TEXT",
            true,
        ),
        (
            "id INTEGER PRIMARY KEY, service_id INTEGER, hour INTEGER, netin INTEGER, netout INTEGER",
            true,
        ),
        (
            "id INTEGER PRIMARY KEY, service_id INTEGER, payload TEXT",
            false,
        ),
        (
            "service_id INTEGER, hour TEXT, netin INTEGER, netout INTEGER",
            false,
        ),
        (
            "service_id INTEGER PRIMARY KEY, netin INTEGER, netout INTEGER",
            false,
        ),
    ];
    for (columns, sure) in kinds {
        let world = world(&json!({}));
        instead(&world, "puqProxmoxKVM_statistics", columns);
        let now = world.drive(|site| async move { site.now() });
        let names: Vec<&str> = ["created_at", "date", "hour"]
            .into_iter()
            .filter(|name| columns.contains(name))
            .collect();
        for (ago, bytes) in [(7200, 500_u64), (7100, 70), (60, 40), (90 * 86_400, 9)] {
            let at = now - ago;
            let at = match names.first() {
                Some(&"created_at") => chrono::DateTime::from_timestamp(at, 0)
                    .unwrap()
                    .format("'%Y-%m-%d %H:%M:%S'")
                    .to_string(),
                Some(&"hour") if !sure => "'14'".to_owned(),
                _ => at.to_string(),
            };
            let sql = match (names.first(), columns.contains("payload")) {
                (_, true) => {
                    "INSERT INTO puqProxmoxKVM_statistics (service_id, payload) VALUES (7, 'x')"
                        .to_owned()
                }
                (Some(name), _) => format!(
                    "INSERT INTO puqProxmoxKVM_statistics (service_id, {name}, netin, netout) VALUES (7, {at}, {bytes}, {bytes})"
                ),
                (None, _) => format!(
                    "INSERT OR REPLACE INTO puqProxmoxKVM_statistics VALUES (7, {bytes}, 1)"
                ),
            };
            world.host.run(&sql);
        }
        let said = activate(&world);
        assert_eq!(
            said.contains("Traffic of 1 services imported"),
            sure,
            "{columns}: {said}"
        );
        assert_eq!(said.contains("not imported"), !sure, "{columns}: {said}");
        for _ in 0..3 {
            world.advance(HOUR);
            world.cron(&["--task=collectingStatistics"]);
        }
        let all = statistics(&world);
        assert!(all.len() < 10, "{columns}: {all:?}");
        assert!(all.iter().all(|(hour, ..)| *hour > now - 86_400), "{all:?}");
        let sum: u64 = all.iter().map(|(_, received, _)| received).sum();
        let old = if sure { 610 } else { 0 };
        assert!(sum >= old, "{columns}: {all:?}");
        // Again it is not counted.
        activate(&world);
        assert_eq!(statistics(&world), all);
    }
}

#[test]
fn a_counter_is_not_billed_as_hours() {
    let world = world(&json!({}));
    instead(
        &world,
        "puqProxmoxKVM_statistics",
        "id INTEGER PRIMARY KEY, service_id INTEGER, netin INTEGER, netout INTEGER, created_at INTEGER",
    );
    let now = world.drive(|site| async move { site.now() });
    for hour in 0..10 {
        world.host.run(&format!(
            "INSERT INTO puqProxmoxKVM_statistics (service_id, netin, netout, created_at) VALUES (7, {0}, {0}, {1})",
            1_000_000 + hour * 5000,
            now - 40_000 + hour * 3600
        ));
    }
    let said = activate(&world);
    assert!(
        said.contains("Traffic not imported of services 7"),
        "{said}"
    );
    assert!(statistics(&world).is_empty());
}

#[test]
fn a_service_in_use_whose_row_names_no_vm_says_so_until_one_is_attached() {
    for number in ["0", "-3", "NULL", "99", "99999999999"] {
        let world = bare();
        services(&world, "service_id INTEGER PRIMARY KEY", "x TEXT");
        for service in [7, 8] {
            world.host.run(&format!(
                "INSERT INTO puqProxmoxKVM_vm_info (service_id, vm_id, vm_name, vm_status, vm_snapshots) VALUES ({service}, {number}, 'old', 'ready', 0)"
            ));
            known_to_whmcs(&world, ServiceId(service), "");
        }
        let mut services = world.host.services.borrow_mut();
        services.get_mut(&8).unwrap()["status"] = json!("Terminated");
        drop(services);
        activate(&world);
        let before = world.guests();
        let text = world.tick().text;
        assert!(text.contains("names no VM"), "{number}: {text}");
        assert!(world.record(SERVICE).waiting.contains("Attach"), "{number}");
        assert_eq!(world.record(ServiceId(8)).waiting, "", "it is over");
        assert_eq!(world.guests(), before);
        done(&world, &json!({"op": "attach", "vmid": OLD}));
        let record = world.record(SERVICE);
        assert_eq!(
            (record.waiting.as_str(), record.vmid.map(|id| id.get())),
            ("", Some(OLD))
        );
    }
}
