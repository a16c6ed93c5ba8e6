//! Taking over what the reference product and its predecessor left: pools, zones, services and their VMs.

use super::*;
use crate::support::world::number;
use puq_proxmox_kvm::model::VmState;

/// A VM of the cluster that the reference product made.
pub(super) const OLD: u32 = 115;
const ELSEWHERE: ServiceId = ServiceId(8);

/// Our tables, but the services' as the reference product has it: with its columns, and one nobody knows.
pub(super) fn reference() -> World {
    let world = World::new(Scenario::named("demo").unwrap(), 9);
    world.product(PRODUCT, &usual_with(&json!({})));
    world.host.run("DROP TABLE puqProxmoxKVM_vm_info");
    world.host.run(
        "CREATE TABLE puqProxmoxKVM_vm_info (service_id INTEGER PRIMARY KEY, vm_id INTEGER, vm_name TEXT, vm_status TEXT, \
         vm_net0_mac TEXT, vm_rev_dns TEXT, vm_backup_schedule TEXT, vm_password_hint TEXT)",
    );
    world
}

pub(super) fn known_to_whmcs(world: &World, service: ServiceId, addresses: &str) {
    let (token, secret) = world.see(|all| {
        let token = all.tokens.first().unwrap();
        (token.id.clone(), token.secret.clone())
    });
    let mut params = Order::new(service.0).params(&token, &secret);
    let (first, others) = addresses.split_once('\n').unwrap_or((addresses, ""));
    params["dedicatedip"] = json!(first);
    params["assignedips"] = json!(others);
    world.host.services.borrow_mut().insert(service.0, params);
}

pub(super) fn leave(world: &World, service: ServiceId, vmid: u32, state: &str, mac: &str) {
    world.host.run(&format!(
        "INSERT INTO puqProxmoxKVM_vm_info (service_id, vm_id, vm_name, vm_status, vm_net0_mac, vm_backup_schedule) \
         VALUES ({}, {vmid}, 'old-name', '{state}', '{mac}', '{{\"1\":\"03:07\"}}')",
        service.0
    ));
}

pub(super) fn activate(world: &World) -> String {
    let answer = world.drive(|site| async move { actions::addon_activate(&site).await.unwrap() });
    assert_eq!(answer["status"], "success", "{answer}");
    answer["description"].as_str().unwrap().to_owned()
}

pub(super) fn mac_of(world: &World, vmid: u32) -> String {
    world.see(|all| {
        let card = all.vms[&vmid].conf["net0"].clone();
        card.split(['=', ',']).nth(1).unwrap().to_owned()
    })
}

#[test]
fn a_service_of_the_reference_product_keeps_its_vm_and_addresses() {
    let world = reference();
    world.pool(&pool("192.0.2.10", "192.0.2.250"));
    let mac = mac_of(&world, OLD).to_lowercase();
    leave(&world, SERVICE, OLD, "ready", &mac);
    known_to_whmcs(
        &world,
        SERVICE,
        "192.0.2.77\n192.0.2.78\n2001:0db8:0007:0000:0000:0000:0000:0009",
    );
    let before = world.see(|all| all.vms[&OLD].conf.clone());
    let said = activate(&world);
    assert!(said.contains("1 services were taken over"), "{said}");
    let record = world.record(SERVICE);
    assert_eq!(
        (record.state, record.wanted.to_string().as_str()),
        (VmState::Ready, "adopt")
    );
    assert_eq!((record.server.0, record.product.0), (SERVER, PRODUCT));
    let ran = world.cron(&["--task=processVirtualMachines"]);
    assert!(
        ran.text.contains("sid:7 action:adopt [success]"),
        "{}",
        ran.text
    );
    let record = world.record(SERVICE);
    assert_eq!(
        (record.wanted.to_string().as_str(), record.next_look_at),
        ("", None)
    );
    let mut after = world.see(|all| all.vms[&OLD].conf.clone());
    let notes = after.remove("description").unwrap_or_default();
    assert!(notes.contains(&record.mark.line(SERVICE)), "{notes}");
    let mut before = before;
    before.remove("description");
    assert_eq!(after, before, "nothing but the mark changes");
    let held = world.host.rows(
        "SELECT text, bridge, gateway, position, source FROM puq_proxmox_kvm_addresses WHERE state = 'held' ORDER BY family, position",
    );
    let texts: Vec<&str> = held
        .iter()
        .map(|row| row["text"].as_str().unwrap())
        .collect();
    assert_eq!(texts, ["192.0.2.77", "192.0.2.78", "2001:db8:7::9"]);
    assert_eq!(held[0]["gateway"], "192.0.2.1");
    assert_eq!(held[2]["source"], "import");
    let due = world
        .host
        .rows("SELECT next_backup_at FROM puqProxmoxKVM_vm_info");
    assert!(
        number(&due[0]["next_backup_at"]) > 0,
        "its schedule goes on"
    );
    // Activating again, as an upgrade does, changes nothing.
    let said = activate(&world);
    assert!(!said.contains("taken over"), "{said}");
    assert_eq!(world.record(SERVICE), record);
    // From now on it is a VM like any other.
    let params = world.host.services.borrow()[&SERVICE.0].clone();
    world.drive(|site| async move { actions::terminate_account(&site, params).await.unwrap() });
    world.settle(5);
    assert!(world.see(|all| !all.vms.contains_key(&OLD)));
}

#[test]
fn a_vm_that_is_not_the_one_on_record_is_left_alone() {
    let world = reference();
    leave(&world, SERVICE, OLD, "ready", "02:00:00:00:00:01");
    leave(&world, ELSEWHERE, 4711, "ready", "");
    for service in [SERVICE, ELSEWHERE] {
        known_to_whmcs(&world, service, "");
    }
    let before = world.guests();
    activate(&world);
    world.tick();
    assert_eq!(world.guests(), before);
    let why = world.record(SERVICE).waiting;
    assert!(
        why.contains("neither the network address nor the name"),
        "{why}"
    );
    let why = world.record(ELSEWHERE).waiting;
    assert!(why.contains("no node of the cluster"), "{why}");
    // The right one is named by hand.
    done(&world, &json!({"op": "attach", "vmid": OLD}));
    let record = world.record(SERVICE);
    assert_eq!(
        (record.wanted.to_string().as_str(), record.waiting.as_str()),
        ("", "")
    );
}

#[test]
fn states_of_the_reference_product_are_translated() {
    let world = reference();
    for (service, vmid, state) in [
        (20, 0, "creation"),
        (21, 5001, "set_dns"),
        (22, 5002, "error_terminate"),
        (23, 0, "remove"),
        (24, 0, "who_knows"),
    ] {
        leave(&world, ServiceId(service), vmid, state, "");
        known_to_whmcs(&world, ServiceId(service), "");
    }
    activate(&world);
    let states: Vec<VmState> = world.records().iter().map(|record| record.state).collect();
    use VmState::{Clone, Creation, ErrorTerminate, Remove};
    assert_eq!(states, [Creation, Clone, ErrorTerminate, Remove, Remove]);
    let due: Vec<bool> = world
        .records()
        .iter()
        .map(|record| record.next_look_at.is_some())
        .collect();
    assert_eq!(due, [true, true, false, false, false]);
    let marks: std::collections::BTreeSet<String> = world
        .records()
        .iter()
        .map(|record| record.mark.as_str().to_owned())
        .collect();
    assert_eq!(marks.len(), 5, "each has a mark of its own");
}

/// The reference product stops the VM and keeps no word of it; WHMCS knows.
#[test]
fn a_service_that_whmcs_has_suspended_comes_suspended() {
    let world = reference();
    let mac = mac_of(&world, OLD);
    leave(&world, SERVICE, OLD, "ready", &mac);
    known_to_whmcs(&world, SERVICE, "");
    let status = |word: &str| {
        let mut services = world.host.services.borrow_mut();
        services.get_mut(&SERVICE.0).unwrap()["status"] = json!(word);
    };
    status("Suspended");
    activate(&world);
    assert_eq!(world.record(SERVICE).wanted.to_string(), "adopt suspend");
    wait(&world);
    wait(&world);
    let record = world.record(SERVICE);
    assert_eq!(
        (record.wanted.to_string().as_str(), record.suspended()),
        ("", true)
    );
    assert!(!running(&world));
    assert_ne!(conf(&world).get("onboot").map(String::as_str), Some("1"));
    let params = world.host.services.borrow()[&SERVICE.0].clone();
    world.drive(|site| async move { actions::unsuspend_account(&site, params).await.unwrap() });
    status("Active");
    wait(&world);
    assert!(running(&world) && !world.record(SERVICE).suspended());
    assert_eq!(conf(&world)["onboot"], "1");
}

const OLD_POOLS: &str = "puq_customization_module_puq_proxmox_kvm_ip_pools";
const OLD_ZONES: &str = "puq_customization_module_puq_proxmox_kvm_dns_zones";

#[test]
fn pools_and_zones_of_the_predecessor_are_copied_into_empty_tables_only() {
    let world = World::new(Scenario::named("demo").unwrap(), 9);
    world.host.run(&format!(
        "CREATE TABLE {OLD_POOLS} (id INTEGER PRIMARY KEY, Server INTEGER, type TEXT, bridge TEXT, vlan INTEGER, gateway TEXT, \
         mask INTEGER, dns1 TEXT, dns2 TEXT, addressStart TEXT, addressStop TEXT, comment TEXT)"
    ));
    world.host.run(&format!(
        "INSERT INTO {OLD_POOLS} VALUES (4, {SERVER}, 'ipv4', 'vmbr0', 10, '192.0.2.1', 24, '9.9.9.9', NULL, '192.0.2.20', '192.0.2.30', 'x'), \
         (5, {SERVER}, 'ipv6', 'vmbr0', 0, '2001:db8::1', 64, '', '', '2001:db8::10', '2001:db8::20', NULL), \
         (6, {SERVER}, 'ipv4', 'vmbr0', 0, 'nonsense', 24, '', '', '198.51.100.1', '198.51.100.9', NULL)"
    ));
    world.host.run(&format!(
        "CREATE TABLE {OLD_ZONES} (id INTEGER PRIMARY KEY, zone TEXT, type TEXT, server_url TEXT, api_key TEXT)"
    ));
    world.host.run(&format!(
        "INSERT INTO {OLD_ZONES} VALUES (1, '.example.org.', 'Nobody', 'https://ns1.example.net', 's3cret-0f-the-z0ne'), \
         (2, '.example.com.', 'POWERDNS', 'https://ns1.example.net', 's3cret-0f-the-z0ne')"
    ));
    let said = activate(&world);
    println!("{said}");
    assert!(said.contains("2 IP pools imported."), "{said}");
    assert!(
        said.contains("198.51.100.1 (") && said.contains("example.org ("),
        "{said}"
    );
    assert!(
        said.contains("1 DNS zone imported.") && !said.contains("s3cret"),
        "{said}"
    );
    let zones = world.drive(|site| async move {
        puq_proxmox_kvm::store::zone::list(&site.host)
            .await
            .unwrap()
    });
    assert_eq!(
        (zones[0].zone.as_str(), zones[0].kind.as_str()),
        ("example.com", "powerdns")
    );
    assert!(
        !zones[0].settings.contains("s3cret"),
        "{}",
        zones[0].settings
    );
    let pools = world.drive(|site| async move {
        puq_proxmox_kvm::store::pool::list(&site.host, None)
            .await
            .unwrap()
    });
    assert_eq!(pools.len(), 2);
    let first = &pools[0];
    assert_eq!(
        (
            first.start.as_str(),
            first.stop.as_str(),
            first.vlan,
            first.dns1.as_str()
        ),
        ("192.0.2.20", "192.0.2.30", 10, "9.9.9.9")
    );
    assert_eq!((pools[1].family.as_str(), pools[1].mask), ("IPv6", 64));
    assert_eq!(
        world.host.rows(&format!("SELECT 1 FROM {OLD_POOLS}")).len(),
        3,
        "the old table stays"
    );
    // Ours are not empty any more.
    assert!(!activate(&world).contains("imported."));
}

#[test]
fn pools_in_the_reference_s_table_of_our_name_are_read_by_its_columns() {
    let world = World::new(Scenario::named("demo").unwrap(), 9);
    world.host.run("DROP TABLE puq_proxmox_kvm_ip_pools");
    world.host.run(
        "CREATE TABLE puq_proxmox_kvm_ip_pools (id INTEGER PRIMARY KEY, server INTEGER, type TEXT, bridge TEXT, vlan INTEGER, \
         gateway TEXT, mask INTEGER, dns_1 TEXT, dns_2 TEXT, start TEXT, stop TEXT)",
    );
    world.host.run(&format!(
        "INSERT INTO puq_proxmox_kvm_ip_pools VALUES (3, {SERVER}, 'ipv4', 'vmbr1', 0, '192.0.2.1', 24, '', '1.1.1.1', '192.0.2.20', '192.0.2.30')"
    ));
    let said = activate(&world);
    assert!(said.contains("1 IP pool imported."), "{said}");
    let pools = world.drive(|site| async move {
        puq_proxmox_kvm::store::pool::list(&site.host, Some(SERVER))
            .await
            .unwrap()
    });
    assert_eq!(pools.len(), 1);
    assert_eq!((pools[0].id, pools[0].bridge.as_str()), (3, "vmbr1"));
    assert_eq!(
        (pools[0].start.as_str(), pools[0].dns2.as_str()),
        ("192.0.2.20", "1.1.1.1")
    );
}

#[test]
fn what_is_not_sure_is_refused_and_says_why() {
    let world = World::new(Scenario::named("demo").unwrap(), 9);
    world.host.run(&format!(
        "CREATE TABLE {OLD_POOLS} (id INTEGER PRIMARY KEY, server_id INTEGER, bridge TEXT, gateway TEXT, mask TEXT, prefix TEXT, \
         start TEXT, stop TEXT)"
    ));
    world.host.run(&format!(
        "INSERT INTO {OLD_POOLS} VALUES (1, {SERVER}, 'vmbr0', '192.0.2.1', '255.255.255.0', '', '192.0.2.20', '192.0.2.30'), \
         (2, {SERVER}, 'vmbr0', '198.51.100.1', '24', '25', '198.51.100.20', '198.51.100.30')"
    ));
    world.host.run(&format!(
        "CREATE TABLE {OLD_ZONES} (id INTEGER PRIMARY KEY, zone TEXT, type TEXT, url TEXT, admin_user TEXT, admin_password TEXT, \
         api_token TEXT)"
    ));
    world.host.run(&format!(
        "INSERT INTO {OLD_ZONES} VALUES (1, 'example.com', 'HestiaCP', 'https://ns1.example.net', 'admin', 'own-s3cret', 'left-over')"
    ));
    let said = activate(&world);
    assert!(said.contains("1 IP pool imported."), "{said}");
    assert!(
        said.contains(
            "198.51.100.20 (the columns mask, prefix may all be the prefix length and differ"
        ),
        "{said}"
    );
    assert!(
        said.contains("1 DNS zone imported.") && said.contains("Test each of them"),
        "{said}"
    );
    let sealed = world.drive(|site| async move {
        let rows = puq_proxmox_kvm::store::zone::list(&site.host)
            .await
            .unwrap();
        let secret = puq_proxmox_kvm::store::zone::unseal(&site.host, &rows[0]).await;
        secret.unwrap().expose().to_owned()
    });
    assert_eq!(sealed, "own-s3cret");
}

#[test]
fn a_table_without_a_column_it_needs_is_left_and_told() {
    let world = World::new(Scenario::named("demo").unwrap(), 9);
    world.host.run(&format!(
        "CREATE TABLE {OLD_POOLS} (id INTEGER PRIMARY KEY, server_id INTEGER, bridge TEXT, gateway TEXT, size TEXT, start TEXT, stop TEXT)"
    ));
    world.host.run(&format!(
        "INSERT INTO {OLD_POOLS} VALUES (7, {SERVER}, 'vmbr0', '192.0.2.1', '24', '192.0.2.20', '192.0.2.30')"
    ));
    let said = activate(&world);
    assert!(
        said.contains("192.0.2.20 (no column is known to hold the prefix length; the columns are"),
        "{said}"
    );
    assert!(!said.contains("imported."), "{said}");
}
