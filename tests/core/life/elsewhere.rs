//! A service whose server in WHMCS leads to another cluster than the one its VM is on: an admin chose another server for
//! it, or had the entry point elsewhere.

use super::*;
use crate::support::compare::{addresses, assert_as_sold};
use crate::support::invariant::assert_at_rest;
use puq_proxmox_kvm::model::VmState;

const OTHER: &str = "other-ffffffffffffffff";

/// The key under which the server entry's cluster is known.
fn key(world: &World) -> String {
    let sql = "SELECT value FROM puq_proxmox_kvm_settings WHERE name = 'cluster:1'";
    let value = world.host.rows(sql)[0]["value"]
        .as_str()
        .unwrap()
        .to_owned();
    value.split_once('=').unwrap().1.to_owned()
}

/// Has the server entry lead to the cluster of this key.
fn lead_to(world: &World, wanted: &str) {
    let now = key(world);
    world.host.run(&format!(
        "UPDATE puq_proxmox_kvm_settings SET value = replace(value, '={now}', '={wanted}') WHERE name = 'cluster:1'"
    ));
    assert_eq!(key(world), wanted);
}

fn held(world: &World) -> Vec<String> {
    let sql = "SELECT cluster || ' ' || vmid || ' ' || state AS line FROM puq_proxmox_kvm_vmids \
               UNION ALL SELECT scope || ' ' || text || ' ' || state FROM puq_proxmox_kvm_addresses ORDER BY line";
    let rows = world.host.rows(sql);
    let line = |row: &puq_proxmox_kvm::host::Row| row["line"].as_str().unwrap().to_owned();
    rows.iter().map(line).collect()
}

#[test]
fn a_vm_that_the_server_s_cluster_does_not_have_keeps_its_number_and_addresses() {
    let world = world(&json!({}));
    let (home, before) = (key(&world), held(&world));
    let vm = world.see(|all| all.vms.remove(&2000)).unwrap();
    lead_to(&world, OTHER);
    let why = "cluster other, but VM 2000 of service 7 is on cluster";
    assert!(call(&world, "suspend").contains(why));
    assert!(not_done(&world, &json!({"op": "start"})).contains(why));
    let stranger = not_done(&world, &json!({"op": "attach", "vmid": 3001}));
    assert!(!stranger.is_empty());
    assert_eq!(
        refused(&world, &json!({"op": "backup_now"})),
        "The VM is not there any more; please contact support."
    );
    assert_eq!(call(&world, "terminate"), "success");
    world.advance(MINUTE);
    let ran = world.tick();
    assert!(ran.text.contains(why), "{}", ran.text);
    world.settle(3);
    let record = world.record(SERVICE);
    assert_eq!(record.state, VmState::ErrorTerminate);
    assert!(record.waiting.contains(why), "{}", record.waiting);
    assert_eq!(held(&world), before, "nothing is given up");
    // The admin assigns the former server again.
    lead_to(&world, &home);
    world.see(|all| all.vms.insert(2000, vm));
    assert_eq!(call(&world, "terminate"), "success");
    world.settle(5);
    assert_eq!(world.record(SERVICE).state, VmState::Remove);
    assert!(world.see(|all| !all.vms.contains_key(&2000)));
}

#[test]
fn a_vm_that_was_moved_along_is_followed_with_number_and_addresses() {
    let world = world(&json!({}));
    let (home, addresses_before) = (key(&world), addresses(&world, SERVICE));
    lead_to(&world, OTHER);
    assert_eq!(call(&world, "change"), "success");
    world.settle(3);
    assert_as_sold(&world, SERVICE);
    assert_eq!(world.record(SERVICE).cluster, OTHER);
    assert!(
        held(&world).iter().all(|line| line.starts_with(OTHER)),
        "{:?}",
        held(&world)
    );
    let texts = |rows: &[puq_proxmox_kvm::store::address::AddressRow]| {
        rows.iter().map(|row| row.text.clone()).collect::<Vec<_>>()
    };
    assert_eq!(texts(&addresses(&world, SERVICE)), texts(&addresses_before));
    assert_at_rest(&world);
    // And back, by a click this time: no flow is under way.
    lead_to(&world, &home);
    granted(&world, &json!({"op": "stop"}));
    assert_eq!(world.record(SERVICE).cluster, home);
    assert!(held(&world).iter().all(|line| line.starts_with(&home)));
}

#[test]
fn a_number_that_is_another_s_there_is_not_taken() {
    let world = world(&json!({}));
    lead_to(&world, OTHER);
    world.host.run(&format!(
        "INSERT INTO puq_proxmox_kvm_vmids (cluster, vmid, service_id, state) VALUES ('{OTHER}', 2000, 8, 'held')"
    ));
    let before = held(&world);
    assert_eq!(call(&world, "change"), "success");
    world.advance(MINUTE);
    world.tick();
    let waiting = world.record(SERVICE).waiting;
    assert!(waiting.contains("is another service's"), "{waiting}");
    assert_eq!(held(&world), before);
}

/// An order that got addresses and no VM yet.
fn without_a_vm() -> World {
    let world = super::world(&json!({}));
    let order = Order::new(8).option("Operating System", "4711");
    world.order(&order);
    world.advance(MINUTE);
    world.tick();
    let record = world.record(ServiceId(8));
    assert_eq!(
        (record.state, record.vmid),
        (VmState::SetDns, None),
        "{}",
        record.waiting
    );
    lead_to(&world, OTHER);
    world.advance(MINUTE);
    world.tick();
    let waiting = world.record(ServiceId(8)).waiting;
    assert!(
        waiting.contains("the addresses of service 8 are"),
        "{waiting}"
    );
    world
}

#[test]
fn an_order_that_was_given_another_cluster_begins_anew_there() {
    let world = without_a_vm();
    let params = world.host.services.borrow()[&8].clone();
    let redeploy = json!({"op": "redeploy"});
    let answer = world
        .drive(|site| async move { actions::admin_api(&site, params, redeploy).await.unwrap() });
    assert_eq!(answer["ok"], true, "{answer}");
    world.advance(MINUTE);
    world.tick();
    let taken = addresses(&world, ServiceId(8));
    assert!(
        taken[0].scope.starts_with(&format!("{OTHER}|")),
        "{taken:?}"
    );
    let left = held(&world);
    let left = left
        .iter()
        .filter(|line| line.ends_with("quarantine"))
        .count();
    assert_eq!(left, 1, "the address of the former cluster is given back");
}

#[test]
fn an_order_that_ends_before_it_has_a_vm_needs_no_cluster_for_it() {
    let world = without_a_vm();
    let params = world.host.services.borrow()[&8].clone();
    let ended =
        world.drive(|site| async move { actions::terminate_account(&site, params).await.unwrap() });
    assert_eq!(ended, "success");
    world.settle(3);
    assert_eq!(world.record(ServiceId(8)).state, VmState::Remove);
    assert_eq!(addresses(&world, ServiceId(8)), []);
}

/// A node that joins others goes by the cluster's name from then on. Its authority stays, and so does what is reserved.
#[test]
fn a_cluster_that_was_renamed_is_the_same_one() {
    let world = world(&json!({}));
    let now = key(&world);
    let authority = now.rsplit_once('-').unwrap().1.to_owned();
    let identified = |former: &str| {
        // The entry was edited, so that the cluster is asked for its name again.
        world.host.run(&format!(
            "UPDATE puq_proxmox_kvm_settings SET value = 'elsewhere={former}' WHERE name = 'cluster:1'"
        ));
        granted(&world, &json!({"op": "status"}));
        key(&world)
    };
    let former = format!("lonely-{authority}");
    assert_eq!(identified(&former), former);
    assert_eq!(
        identified(OTHER),
        now,
        "another authority is another cluster"
    );
    assert_eq!(identified("lonely"), now, "without one it cannot be told");
}
