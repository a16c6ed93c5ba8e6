//! Numbers that no version of ours ever stored, in every column that holds one: a hand edit, a broken import, a column that
//! lost its type. Nothing is computed with them: they hold up nobody but their own service.

use super::*;
use crate::support::Ran;
use puq_proxmox_kvm::doctor;
use puq_proxmox_kvm::model::VmState;

const OTHER: ServiceId = ServiceId(8);
const VALUES: [i64; 2] = [i64::MAX, i64::MIN];
/// Of the service's own row these are tried alone too.
const ALONE: [&str; 7] = [
    "vm_id",
    "promised_mib",
    "fails",
    "rev",
    "created_at",
    "vm_backups",
    "next_backup_at",
];

/// A world in which every table has a row of the service.
fn world() -> World {
    let world = super::world(&json!({"traffic_limit": "100"}));
    world
        .host
        .run("CREATE TABLE tblhosting (id INTEGER, domainstatus TEXT)");
    // What is spoilt of the pools is the first: there is another.
    world.pool(&pool("198.51.100.10", "198.51.100.250"));
    let days: Vec<u8> = (0..7).collect();
    granted(&world, &json!({"op": "backup_schedule", "days": days}));
    granted(&world, &json!({"op": "snapshot_create"}));
    wait(&world);
    granted(&world, &json!({"op": "backup_now"}));
    wait(&world);
    world.advance(HOUR);
    world.tick();
    let ours = |table: &str, names: &str, values: &str| {
        world
            .host
            .run(&format!("INSERT INTO {table} ({names}) VALUES ({values})"));
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
        &format!(
            "'one', {SERVICE}, 'start', 100, 'pve1', '', '', 'elsewhere:1:1', {now}, {now}, '', '', '', 'asked'"
        ),
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
    let text = |row: &BTreeMap<String, Value>, name: &str| {
        row[name].as_str().unwrap_or_default().to_owned()
    };
    let mut all = vec![];
    for table in tables {
        let table = text(&table.into_iter().collect(), "name");
        let columns = world.host.rows(&format!(
            "SELECT name, type, pk FROM pragma_table_info('{table}')"
        ));
        let numbers: Vec<String> = columns
            .into_iter()
            .map(|row| row.into_iter().collect::<BTreeMap<_, _>>())
            .filter(|row| {
                text(row, "type") == "BIGINT" && row["pk"] == 0 && text(row, "name") != "service_id"
            })
            .map(|row| text(&row, "name"))
            .collect();
        if !numbers.is_empty() {
            let count = world
                .host
                .rows(&format!("SELECT COUNT(*) AS n FROM {table}"));
            assert_ne!(count[0]["n"], 0, "{table} has no row to spoil");
            all.push((table, numbers));
        }
    }
    all
}

fn addon(world: &World, request: &Value) -> Result<Value, String> {
    let request = request.clone();
    world.drive(|site| async move {
        actions::addon_api(&site, request)
            .await
            .map_err(|error| error.to_string())
    })
}

/// The run ended as a run does, if with failures.
fn ran_well(ran: &Ran, what: &str) {
    let (status, text) = (&ran.status, &ran.text);
    assert!(matches!(status, Ok(0 | 1)), "{what}: {status:?} {text}");
}

/// Nobody panics, no run ends otherwise than it should, and who has nothing to do with it gets a VM.
fn survives(world: &World, what: &str) {
    world.order(&Order::new(OTHER.0));
    for ahead in [MINUTE, HOUR, DAY] {
        world.advance(ahead);
        let ran = world.tick();
        ran_well(&ran, what);
        assert_eq!(world.state(OTHER), VmState::Ready, "{what}: {}", ran.text);
    }
    let ran = world.cron(&["--force"]);
    ran_well(&ran, what);
    let list = world.cron(&["--list"]);
    assert_eq!(list.status, Ok(0), "{what}: {}", list.text);
    world.drive(|site| async move { doctor::examine(&site, None).await.unwrap() });
    for op in [
        "dashboard",
        "vms",
        "pools",
        "zones",
        "settings",
        "tasks",
        "doctor",
    ] {
        let _ = addon(world, &json!({"op": op})).map_err(|error| panic!("{what}: {op}: {error}"));
    }
    let params = world.host.services.borrow()[&SERVICE.0].clone();
    for op in [
        "status",
        "backups",
        "snapshots",
        "traffic",
        "charts",
        "rdns",
        "log",
        "record",
        "firewall",
        "isos",
        "reinstall_options",
        "stop",
        "start",
    ] {
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
        ran_well(&ran, what);
    }
}

/// Each table's rows of the service, all of their numbers at once; and each number of the service's own row alone.
fn cases(world: &World) -> Vec<(String, Vec<String>, i64)> {
    let mut cases = vec![];
    for (table, numbers) in columns(world) {
        for value in VALUES {
            cases.push((table.clone(), numbers.clone(), value));
        }
        if table == "puqProxmoxKVM_vm_info" {
            // One of each kind: an id, a size, a moment, a count.
            let picked = numbers.iter().filter(|name| ALONE.contains(&name.as_str()));
            cases.extend(picked.map(|name| (table.clone(), vec![name.clone()], i64::MAX)));
        }
    }
    cases
}

#[test]
fn a_number_that_can_be_none_of_ours_holds_up_nobody_else() {
    let first = world();
    for (table, names, value) in cases(&first) {
        let world = world();
        let sets: Vec<String> = names
            .iter()
            .map(|name| format!("{name} = {value}"))
            .collect();
        let only = match table.as_str() {
            "puq_proxmox_kvm_ip_pools" => " WHERE id = 1",
            _ => "",
        };
        let changed = world
            .host
            .run(&format!("UPDATE {table} SET {}{only}", sets.join(", ")));
        assert_ne!(changed, 0, "{table}");
        survives(&world, &format!("{table} {names:?} {value}"));
    }
}

/// What decides over the VM is never guessed: the row is left as it is, and staff read which number of it is none.
#[test]
fn a_service_with_such_a_number_is_named_and_left_alone() {
    let read = [
        "vm_id",
        "template_id",
        "promised_mib",
        "additional_gib",
        "configured_at",
        "restore_asked_at",
        "adopted_from",
        "adopted_at",
        "fails",
        "waiting_since",
        "product_id",
        "rev",
        "server_id",
        // A moment that lies ahead is mended before anybody reads it.
        "next_look_at",
    ];
    let values = ["9223372036854775807", "-1", "1e300", "'many'"];
    for (column, value) in read.into_iter().zip(values.into_iter().cycle()) {
        let world = world();
        world.host.run(&format!(
            "UPDATE puqProxmoxKVM_vm_info SET {column} = {value} WHERE service_id = {SERVICE}"
        ));
        let row = || {
            let sql = "SELECT * FROM puqProxmoxKVM_vm_info";
            format!("{:?}", world.host.rows(sql))
        };
        let (before, guests) = (row(), world.guests());
        world.advance(MINUTE);
        let ran = world.tick();
        assert_eq!(ran.status, Ok(0), "{column} {value}: {}", ran.text);
        let list = world.cron(&["--list"]).text;
        let named = list.contains(&format!("Service {SERVICE}: ")) && list.contains(column);
        assert!(named, "{column} {value}: {list}");
        let params = world.host.services.borrow()[&SERVICE.0].clone();
        let ended =
            world.drive(|site| async move { actions::terminate_account(&site, params).await });
        let why = ended.unwrap_err().to_string();
        assert!(why.contains(column), "{column} {value}: {why}");
        assert_eq!(
            (row(), world.guests()),
            (before, guests),
            "{column} {value}"
        );
    }
}

/// A time-out of so many seconds, and whatever else stands where a number of seconds was due.
#[test]
fn a_setting_that_can_be_none_counts_as_not_set() {
    for value in [
        "18446744073709551615",
        "9223372036854775807",
        "99999999999999999999",
        "-1",
        "1e9",
        "",
        "x",
    ] {
        let world = world();
        for name in [
            "default_timeout",
            "heavy_timeout",
            "migration_enabled",
            "migration_timeout",
            "delete_tables",
            "backup_remove_after",
            "backups_per_node",
            "quarantine",
            "lock_timeout",
            "task_look_ms",
        ] {
            world.setting(name, value);
        }
        survives(&world, &format!("settings {value}"));
    }
}
