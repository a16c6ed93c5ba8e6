//! Addresses and VMIDs come back only when nobody can be using them any more.

use crate::support::actions;
use crate::support::shop::{PRODUCT, pool, usual, usual_with};
use crate::support::{Order, World};
use puq_proxmox_kvm::model::{ServiceId, VmState, Vmid};
use pve_sim::Scenario;
use serde_json::{Value, json};
use std::time::Duration;

fn ready() -> (World, ServiceId, Order) {
    let world = World::new(Scenario::named("demo").unwrap(), 11);
    // One address: whoever comes next gets this one or none.
    world.pool(&pool("192.0.2.50", "192.0.2.50"));
    world.product(PRODUCT, &usual_with(&json!({})));
    let order = Order::new(7);
    let service = world.order(&order);
    assert_eq!(world.tick().status, Ok(0));
    assert_eq!(world.state(service), VmState::Ready);
    (world, service, order)
}

fn params(world: &World, service: ServiceId) -> Value {
    world.host.services.borrow()[&service.0].clone()
}

/// The one column, called `word`, that is asked for.
fn words(world: &World, sql: &str) -> Vec<String> {
    let rows = world.host.rows(sql);
    rows.iter()
        .map(|row| row["word"].as_str().unwrap().to_owned())
        .collect()
}

fn states(world: &World, table: &str) -> Vec<String> {
    words(
        world,
        &format!("SELECT state AS word FROM puq_proxmox_kvm_{table}"),
    )
}

#[test]
fn terminating_frees_only_after_the_vm_is_gone_and_then_into_quarantine() {
    let (world, service, _) = ready();
    let vmid = world.record(service).vmid.unwrap().get();
    let terms = params(&world, service);
    let answer =
        world.drive(|site| async move { actions::terminate_account(&site, terms).await.unwrap() });
    assert_eq!(answer, "success");
    assert_eq!(
        (states(&world, "addresses"), states(&world, "vmids")),
        (vec!["held".to_owned()], vec!["held".to_owned()])
    );
    world.faults(&json!([{"match": {"method": "DELETE"}, "when": {"times": 1}, "do": {"task_fail": {"exitstatus": "unable to remove volume"}}}]));
    world.advance(Duration::from_secs(60));
    world.tick();
    assert_eq!(
        states(&world, "addresses"),
        ["held"],
        "a failed removal frees nothing"
    );
    world.settle(20);
    assert_eq!(world.state(service), VmState::Remove);
    assert!(world.see(|all| !all.vms.contains_key(&vmid)));
    assert_eq!(
        (states(&world, "addresses"), states(&world, "vmids")),
        (vec!["quarantine".to_owned()], vec!["quarantine".to_owned()])
    );

    let next = world.order(&Order::new(8));
    world.advance(Duration::from_secs(60));
    let text = world.tick().text;
    assert!(text.contains("1 are in quarantine"), "{text}");
    world.advance(Duration::from_secs(3700));
    world.settle(5);
    assert_eq!(world.state(next), VmState::Ready);
}

#[test]
fn a_vm_let_go_of_keeps_its_addresses_until_it_is_seen_absent() {
    let (world, service, _) = ready();
    let vmid = world.record(service).vmid.unwrap().get();
    let terms = params(&world, service);
    let request = json!({"op": "reset", "state": "remove"});
    let answer =
        world.drive(|site| async move { actions::admin_api(&site, terms, request).await.unwrap() });
    assert_eq!(answer["ok"], true, "{answer}");
    assert!(
        world.see(|all| all.vms.contains_key(&vmid)),
        "the VM is not touched"
    );
    let next = world.order(&Order::new(8));
    world.advance(Duration::from_secs(86_400));
    world.tick();
    assert_eq!(states(&world, "addresses"), ["orphan"]);
    assert_ne!(world.state(next), VmState::Ready);
    world.see(|all| all.vms.remove(&vmid));
    world.advance(Duration::from_secs(60));
    world.tick();
    assert_eq!(
        (states(&world, "addresses"), states(&world, "vmids")),
        (vec!["quarantine".to_owned()], vec!["quarantine".to_owned()])
    );
    world.advance(Duration::from_secs(3700));
    world.settle(5);
    assert_eq!(world.state(next), VmState::Ready);
}

/// One request of the staff's page.
fn ask(world: &World, service: ServiceId, request: &Value) -> Value {
    let terms = params(world, service);
    let request = request.clone();
    world.drive(|site| async move { actions::admin_api(&site, terms, request).await.unwrap() })
}

/// Lets go of the service's VM; its number.
fn let_go(world: &World, service: ServiceId) -> u32 {
    let vmid = world.record(service).vmid.unwrap().get();
    let answer = ask(world, service, &json!({"op": "reset", "state": "remove"}));
    assert_eq!(answer["ok"], true, "{answer}");
    vmid
}

/// Makes the service's VM anew; its number.
fn make_anew(world: &World, service: ServiceId) -> u32 {
    let terms = params(world, service);
    world.drive(|site| async move { actions::create_account(&site, terms).await.unwrap() });
    world.settle(10);
    assert_eq!(world.state(service), VmState::Ready);
    world.record(service).vmid.unwrap().get()
}

/// The addresses of a service's rows in this state.
fn addresses(world: &World, service: ServiceId, state: &str) -> Vec<String> {
    let id = service.0;
    words(
        world,
        &format!(
            "SELECT text AS word FROM puq_proxmox_kvm_addresses WHERE service_id = {id} AND state = '{state}' ORDER BY position"
        ),
    )
}

/// A service that let go of two VMs, the first of which still runs with its address.
#[test]
fn one_of_two_vms_let_go_of_frees_nothing_of_the_other() {
    let (world, service, _) = ready();
    world.pool(&pool("192.0.2.60", "192.0.2.70"));
    let first = let_go(&world, service);
    make_anew(&world, service);
    let second = let_go(&world, service);
    let kept = addresses(&world, service, "orphan");
    assert_eq!(kept.len(), 2);
    let why = ask(&world, service, &json!({"op": "attach", "vmid": first}));
    let why = why["error"].as_str().unwrap();
    assert!(why.contains(&format!("let go of VM {second} too")), "{why}");
    for gone in [second, first] {
        assert_eq!(addresses(&world, service, "orphan"), kept);
        world.see(|all| all.vms.remove(&gone));
        // The number is looked for along with other work.
        world.order(&Order::new(100 + u64::from(gone)));
        world.advance(Duration::from_secs(60));
        world.tick();
        let held =
            format!("SELECT 1 FROM puq_proxmox_kvm_vmids WHERE vmid = {gone} AND state = 'orphan'");
        assert!(world.host.rows(&held).is_empty());
    }
    assert_eq!(addresses(&world, service, "orphan").len(), 0);
}

/// A reset too many: the service gets its VM back, and the VM its address.
#[test]
fn a_vm_let_go_of_can_be_attached_again() {
    let (world, service, _) = ready();
    let had = addresses(&world, service, "held");
    let shown = |service: ServiceId| {
        let params = params(&world, service);
        ["domain", "dedicatedip", "assignedips"].map(|field| params[field].clone())
    };
    let before = shown(service);
    let vmid = let_go(&world, service);
    assert_eq!(shown(service), ["", "", ""]);
    let answer = ask(&world, service, &json!({"op": "attach", "vmid": vmid}));
    assert_eq!(shown(service), before, "WHMCS shows what came back");
    assert_eq!(answer["ok"], true, "{answer}");
    assert_eq!(world.state(service), VmState::Ready);
    assert_eq!(world.record(service).vmid, Vmid::new(vmid.into()));
    assert_eq!(addresses(&world, service, "held"), had);
    assert_eq!(states(&world, "vmids"), ["held"]);

    // Another service takes it once the mark of the first is off.
    let_go(&world, service);
    let next = world.order(&Order::new(8));
    let request = json!({"op": "attach", "vmid": vmid});
    assert_eq!(ask(&world, next, &request)["ok"], false);
    world.see(|all| {
        let conf = &mut all.vms.get_mut(&vmid).unwrap().conf;
        conf.remove("description");
        conf.remove("tags");
        conf.insert("name".to_owned(), "taken-over".to_owned());
    });
    let answer = ask(&world, next, &request);
    assert_eq!(answer["ok"], true, "{answer}");
    assert_eq!(addresses(&world, next, "held"), had);
    assert_eq!(shown(next)[1], had[0]);
    assert_eq!(states(&world, "vmids"), ["held"]);
    world.settle(3);
    crate::support::invariant::assert_at_rest(&world);
}

#[test]
fn a_vm_without_the_mark_is_never_removed() {
    let (world, service, _) = ready();
    let vmid = world.record(service).vmid.unwrap().get();
    world.see(|all| {
        let conf = &mut all.vms.get_mut(&vmid).unwrap().conf;
        conf.insert("description".to_owned(), "someone else's".to_owned());
        conf.remove("tags");
    });
    let terms = params(&world, service);
    world.drive(|site| async move { actions::terminate_account(&site, terms).await.unwrap() });
    world.settle(5);
    assert_eq!(world.state(service), VmState::Remove);
    assert!(
        world.see(|all| all.vms.contains_key(&vmid)),
        "a VM that carries no mark of ours stays"
    );
}

/// Leaves a backup of a number on a storage; `node` is empty where the storage is shared.
fn leave_backup(world: &World, storage: &str, node: &str, vmid: u32) {
    world.see(|all| {
        let place = pve_sim::Permit {
            storage: storage.to_owned(),
            node: node.to_owned(),
            name: format!("backup/vzdump-qemu-{vmid}-2026_01_01-00_00_00.vma.zst"),
        };
        let backup = pve_sim::Volume {
            content: "backup".to_owned(),
            format: "vma.zst".to_owned(),
            ..pve_sim::Volume::image(vmid, 1 << 30, "raw", 1_767_225_600)
        };
        all.volumes.insert(place, backup);
    });
}

#[test]
fn a_number_is_not_given_out_while_a_storage_that_clients_may_look_at_has_its_backup() {
    let world = World::new(Scenario::named("demo").unwrap(), 7);
    // The product itself makes no backups; another one does, on the nodes' own storage.
    world.product(PRODUCT, &usual());
    world.product(
        PRODUCT + 1,
        &usual_with(&json!({"backup_storage": "local|dir", "backups": "1"})),
    );
    world.pool(&pool("192.0.2.10", "192.0.2.250"));
    leave_backup(&world, "pbs-backup", "", 2000);
    leave_backup(&world, "local", "pve2", 2001);
    let service = world.order(&Order::new(7));
    world.settle(5);
    assert_eq!(world.record(service).vmid.map(Vmid::get), Some(2002));
}

#[test]
fn a_storage_that_an_order_has_nothing_to_do_with_holds_it_up_for_nothing() {
    let world = World::new(Scenario::named("demo").unwrap(), 7);
    world.product(PRODUCT, &usual());
    world.pool(&pool("192.0.2.10", "192.0.2.250"));
    let listing = json!({"method": "GET", "path": "~/storage/pbs-backup/content"});
    world.faults(
        &json!([{"match": listing, "do": {"status": {"code": 500, "reason": "storage is gone"}}}]),
    );
    let service = world.order(&Order::new(7));
    world.settle(5);
    assert_eq!(world.state(service), VmState::Ready);
}
