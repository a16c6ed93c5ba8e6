//! The tables of an earlier version, brought up to date by whoever comes first, and by several at once.

use crate::support::World;
use futures_util::future::join_all;
use puq_proxmox_kvm::host::Dialect;
use puq_proxmox_kvm::model::chain;
use puq_proxmox_kvm::store::{self, setting};
use serde_json::json;

fn catch_up(world: &World, machines: usize) -> Vec<Result<(), String>> {
    world.drive(|site| async move {
        let one = async |_| {
            let settings = setting::all(&site.host).await?;
            store::catch_up(&site.host, Dialect::Sqlite, &settings, site.now()).await
        };
        let ended = join_all((0..machines).map(one)).await;
        ended
            .into_iter()
            .map(|end| end.map_err(|error| chain(&error)))
            .collect()
    })
}

fn make_older(world: &World) {
    for sql in [
        "ALTER TABLE puq_proxmox_kvm_limits DROP COLUMN said",
        "ALTER TABLE puq_proxmox_kvm_limits DROP COLUMN narrowed_at",
        "ALTER TABLE puqProxmoxKVM_vm_info DROP COLUMN iso_drive",
        "DROP INDEX puqProxmoxKVM_vm_info_by_server_id",
        "DROP TABLE puq_proxmox_kvm_tasks",
        "DELETE FROM puq_proxmox_kvm_schema",
        "UPDATE puq_proxmox_kvm_settings SET value = 'another' WHERE name = 'tables_shape'",
    ] {
        world.host.run(sql);
    }
}

fn shape(world: &World) -> Vec<String> {
    let sql = "SELECT name || ':' || coalesce(sql, '') AS line FROM sqlite_master ORDER BY name";
    let rows = world.host.rows(sql);
    let lines = rows.iter().map(|row| row["line"].as_str().unwrap());
    // A column that is added comes last: what counts is which there are.
    lines
        .map(|line| {
            let mut words: Vec<&str> = line.split([',', '(', ')']).map(str::trim).collect();
            words.retain(|word| !word.is_empty());
            words.sort_unstable();
            words.join(",")
        })
        .collect()
}

#[test]
fn any_number_of_machines_bring_the_tables_up_to_date_in_the_same_second() {
    for machines in [1, 2, 3, 7] {
        let world = World::usual(1);
        let whole = shape(&world);
        make_older(&world);
        assert_ne!(shape(&world), whole, "the tables are older ones");
        assert_eq!(catch_up(&world, machines), vec![Ok(()); machines]);
        assert_eq!(shape(&world), whole);
        let version = world
            .host
            .rows("SELECT version FROM puq_proxmox_kvm_schema");
        assert_eq!(version[0]["version"], json!(1));
        // From now on it costs one look.
        world.host.crash_at(None);
        assert_eq!(catch_up(&world, 1), [Ok(())]);
        assert_eq!(world.host.calls(), 1);
    }
}

#[test]
fn what_the_database_refuses_for_another_reason_is_told() {
    let world = World::usual(1);
    make_older(&world);
    // No table can be altered that is none.
    world.host.run("DROP TABLE puq_proxmox_kvm_limits");
    world
        .host
        .run("CREATE VIEW puq_proxmox_kvm_limits AS SELECT 'x' AS name");
    for end in catch_up(&world, 3) {
        assert!(end.clone().unwrap_err().contains("view"), "{end:?}");
    }
    world.host.run("DROP VIEW puq_proxmox_kvm_limits");
    assert_eq!(catch_up(&world, 3), vec![Ok(()); 3]);
}
