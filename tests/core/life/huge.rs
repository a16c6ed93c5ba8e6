//! Numbers that no version of ours ever stored, in every column that holds one: a hand edit, a broken import, a column that
//! lost its type. Nothing is computed with them: they hold up nobody but their own service.

use super::*;
use puq_proxmox_kvm::doctor;
use puq_proxmox_kvm::model::VmState;

const OTHER: ServiceId = ServiceId(8);
const VALUES: [i64; 4] = [i64::MAX, i64::MIN, i64::MAX / 1024, -1];
const DOCTOR: [&str; 1] = ["records"];

/// A world in which every table has a row of the service.
fn world() -> World {
    let world = super::world(&json!({"traffic_limit": "100"}));
    let days: Vec<u8> = (0..7).collect();
    granted(&world, &json!({"op": "backup_schedule", "days": days}));
    granted(&world, &json!({"op": "snapshot_create"}));
    wait(&world);
    granted(&world, &json!({"op": "backup_now"}));
    wait(&world);
    world.advance(HOUR);
    world.tick();
    let ours = |table: &str, names: &str, values: &str| {
        world.host.run(&format!("INSERT INTO {table} ({names}) VALUES ({values})"));
    };
    let now = world.see(|all| all.unix());
    ours(
        "puq_proxmox_kvm_overdue_names",
        "service_id, names, addresses, since, fails, next_look_at, rev",
        &format!("{SERVICE}, '[]', '[]', {now}, 1, {now}, 1"),
    );
    ours(
        "puq_proxmox_kvm_operations",
        "id, service_id, kind, vmid, node, intent, token, holder, sent_at, deadline, upid, outcome, text, request",
        &format!("'one', {SERVICE}, 'start', 100, 'pve1', '', '', 'elsewhere:1:1', {now}, {now}, '', '', '', 'asked'"),
    );
    ours(
        "puq_proxmox_kvm_requests",
        "id, service_id, deed, subject, asker, asked_at, try_until, tries, outcome, text",
        &format!("'asked', {SERVICE}, 'start', '', 'client', {now}, {now}, 0, '', ''"),
    );
    world
}

fn columns(world: &World) -> Vec<(String, Vec<String>)> {
    let tables = world.host.rows(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND (name LIKE 'puq%') AND name NOT LIKE '%schema' ORDER BY name",
    );
    let text = |row: &BTreeMap<String, Value>, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    let mut all = vec![];
    for table in tables {
        let table = text(&table.into_iter().collect(), "name");
        let columns = world.host.rows(&format!("SELECT name, type, pk FROM pragma_table_info('{table}')"));
        let numbers: Vec<String> = columns
            .into_iter()
            .map(|row| row.into_iter().collect::<BTreeMap<_, _>>())
            .filter(|row| text(row, "type") == "BIGINT" && row["pk"] == 0 && text(row, "name") != "service_id")
            .map(|row| text(&row, "name"))
            .collect();
        if !numbers.is_empty() {
            let count = world.host.rows(&format!("SELECT COUNT(*) AS n FROM {table}"));
            assert_ne!(count[0]["n"], 0, "{table} has no row to spoil");
            all.push((table, numbers));
        }
    }
    all
}

fn addon(world: &World, request: &Value) -> Result<Value, String> {
    let request = request.clone();
    world.drive(|site| async move {
        actions::addon_api(&site, request).await.map_err(|error| error.to_string())
    })
}

/// Nobody panics, no run ends otherwise than it should, and who has nothing to do with it gets a VM.
fn survives(world: &World, what: &str) {
    world.order(&Order::new(OTHER.0));
    for ahead in [MINUTE, HOUR, DAY] {
        world.advance(ahead);
        let ran = world.tick();
        assert!(matches!(ran.status, Ok(0 | 1)), "{what}: {:?} {}", ran.status, ran.text);
        assert_eq!(world.state(OTHER), VmState::Ready, "{what}: {}", ran.text);
    }
    let ran = world.cron(&["--force"]);
    assert!(matches!(ran.status, Ok(0 | 1)), "{what}: {:?} {}", ran.status, ran.text);
    let list = world.cron(&["--list"]);
    assert_eq!(list.status, Ok(0), "{what}: {}", list.text);
    world.drive(|site| async move { doctor::examine(&site, None).await.unwrap() });
    for op in ["dashboard", "vms", "pools", "zones", "settings", "tasks", "doctor"] {
        let _ = addon(world, &json!({"op": op})).map_err(|error| panic!("{what}: {op}: {error}"));
    }
    let params = world.host.services.borrow()[&SERVICE.0].clone();
    for op in ["status", "backups", "snapshots", "traffic", "charts", "rdns", "log", "record", "firewall", "isos", "reinstall_options", "stop", "start"] {
        for client in [true, false] {
            let (params, request) = (params.clone(), json!({"op": op}));
            // A sentence is enough: no panic, and the answer keeps its form.
            let _ = world.drive(|site| async move {
                match client {
                    true => actions::client_api(&site, params, request).await,
                    false => actions::admin_api(&site, params, request).await,
                }
            });
        }
    }
    for what in ["suspend", "unsuspend", "change", "terminate"] {
        let params = params.clone();
        let _ = world.drive(|site| async move {
            match what {
                "suspend" => actions::suspend_account(&site, params).await,
                "unsuspend" => actions::unsuspend_account(&site, params).await,
                "terminate" => actions::terminate_account(&site, params).await,
                _ => actions::change_package(&site, params).await,
            }
        });
        world.advance(MINUTE);
        let ran = world.tick();
        assert!(matches!(ran.status, Ok(0 | 1)), "{what}: {:?} {}", ran.status, ran.text);
    }
    let _ = DOCTOR;
}

#[test]
fn zz_explore() {
    let tables = columns(&world());
    let mut bad = vec![];
    for (table, numbers) in &tables {
        for value in VALUES {
            let mut sets: Vec<Vec<&String>> = vec![numbers.iter().collect()];
            if value == i64::MAX { sets.extend(numbers.iter().map(|one| vec![one])); }
            for set in sets {
                let world = world();
                let sql: Vec<String> = set.iter().map(|name| format!("{name} = {value}")).collect();
                world.host.run(&format!("UPDATE {table} SET {}", sql.join(", ")));
                let what = format!("{table} {set:?} {value}");
                let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| survives(&world, &what)));
                if let Err(error) = result {
                    let text = error.downcast_ref::<String>().cloned().or(error.downcast_ref::<&str>().map(|s| s.to_string())).unwrap_or_default();
                    bad.push(format!("{what}: {}", text.chars().take(700).collect::<String>()));
                    println!("BAD {}", bad.last().unwrap());
                }
                std::mem::forget(world);
            }
        }
    }
    panic!("{} bad of {}", bad.len(), tables.len());
}
