//! The form of a product that was never saved: it starts from what its VMs have.

use super::foreign::bare;
use super::import::{OLD, activate, known_to_whmcs, mac_of};
use super::*;
use crate::support::actions::product_save;
use puq_proxmox_kvm::actions::product_form;

const NEW: u64 = PRODUCT + 1;

fn with_vms() -> World {
    let world = bare();
    let mac = mac_of(&world, OLD);
    world.host.run("DROP TABLE puqProxmoxKVM_vm_info");
    world.host.run(
        "CREATE TABLE puqProxmoxKVM_vm_info (service_id INTEGER PRIMARY KEY, vm_id INTEGER, vm_status TEXT, vm_net0_mac TEXT, \
         vm_backups INTEGER, vm_snapshots INTEGER)",
    );
    world.host.run(&format!(
        "INSERT INTO puqProxmoxKVM_vm_info VALUES (7, {OLD}, 'ready', '{mac}', 3, 5)"
    ));
    known_to_whmcs(&world, SERVICE, "192.0.2.77\n192.0.2.78\n2001:db8:7::9");
    let mut services = world.host.services.borrow_mut();
    let service = services.get_mut(&SERVICE.0).unwrap();
    for key in ["pid", "packageid"] {
        service[key] = json!(NEW);
    }
    drop(services);
    world.see(|all| {
        let conf = &mut all.vms.get_mut(&OLD).unwrap().conf;
        conf.insert("cores".into(), "6".into());
        conf.insert("memory".into(), "12288".into());
    });
    activate(&world);
    world
}

fn form(world: &World) -> Value {
    world.drive(|site| async move { product_form(&site, NEW).await.unwrap() })
}

fn save(world: &World, fields: &Value) -> Value {
    let fields = fields.clone();
    world.drive(|site| async move { product_save(&site, NEW, fields).await.unwrap() })
}

fn values(form: &Value) -> BTreeMap<String, Value> {
    let sections = form["sections"].as_array().unwrap().iter();
    let fields = sections.flat_map(|section| section["fields"].as_array().unwrap());
    fields
        .map(|field| {
            (
                field["key"].as_str().unwrap().to_owned(),
                field["value"].clone(),
            )
        })
        .collect()
}

fn banners(form: &Value) -> Vec<String> {
    let all = form["banners"].as_array().unwrap().iter();
    all.map(|banner| banner["text"]["key"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn it_starts_from_what_its_vms_have_and_unread_it_takes_nothing_away() {
    let world = with_vms();
    let shown = form(&world);
    let has = values(&shown);
    for (key, value) in [
        ("cpu", "6"),
        ("ram", "12"),
        ("backups", "3"),
        ("snapshots", "5"),
        ("ipv4", "2"),
        ("ipv6", "1"),
    ] {
        assert_eq!(has[key].to_string().trim_matches('"'), value, "{key}");
    }
    for key in ["dhcp4", "dhcp6"] {
        assert!(
            matches!(has[key].to_string().trim_matches('"'), "0" | "false"),
            "{key}"
        );
    }
    assert!(banners(&shown).contains(&"nothing_saved".to_owned()));
    assert!(banners(&shown).contains(&"product_from_vms".to_owned()));
    // As it is posted back by somebody who read nothing.
    let answer = save(&world, &json!(has));
    assert_eq!(answer["ok"], true, "{answer}");
    assert_eq!(values(&form(&world))["cpu"], has["cpu"]);
    assert_eq!(
        save(&world, &json!({"cpu": "2"}))["ok"],
        true,
        "later it may be made smaller"
    );
}

#[test]
fn the_first_save_makes_nothing_smaller() {
    let world = with_vms();
    for (field, value) in [
        ("cpu", "1"),
        ("ram", "1"),
        ("backups", "0"),
        ("ipv4", "0"),
        ("dhcp4", "1"),
        ("system_size", "1"),
        ("rate", "1"),
    ] {
        let answer = save(&world, &json!({field: value}));
        assert_eq!(answer["ok"], false, "{field}");
        assert!(answer["errors"][field].is_string(), "{field}: {answer}");
    }
}

#[test]
fn what_cannot_be_read_is_not_saved() {
    let world = with_vms();
    world.faults(&json!([{"match": {"path": "~/"}, "do": "refuse"}]));
    assert!(banners(&form(&world)).contains(&"product_vms_unknown".to_owned()));
    let answer = save(&world, &json!({"cpu": "8"}));
    assert_eq!(answer["ok"], false);
    assert!(
        answer["error"].as_str().unwrap().contains("cannot be read"),
        "{answer}"
    );
    world.faults(&json!([]));
    assert_eq!(save(&world, &json!({"cpu": "8"}))["ok"], true);
}

#[test]
fn what_is_known_elsewhere_is_taken_or_shown() {
    let world = with_vms();
    world.host.run("CREATE TABLE puqProxmoxKVM_product_settings (product_id INTEGER, setting TEXT, value TEXT)");
    world
        .host
        .run("CREATE TABLE puq_proxmox_kvm_old (id INTEGER, pid INTEGER, data TEXT, note TEXT)");
    for (setting, value) in [
        ("bridge", "vmbr1"),
        ("cpu", "2"),
        ("speed", "fast"),
        ("first_vmid", "none"),
    ] {
        world.host.run(&format!(
            "INSERT INTO puqProxmoxKVM_product_settings VALUES ({NEW}, '{setting}', '{value}')"
        ));
    }
    world.host.run(&format!(
        "INSERT INTO puq_proxmox_kvm_old VALUES (1, {NEW}, '{{\"main_domain\": \".vps.example.net\", \"colour\": \"red\"}}', 'of 2024')"
    ));
    world
        .host
        .run("INSERT INTO puq_proxmox_kvm_old VALUES (2, 999, '{}', 'of another product')");
    let shown = form(&world);
    let has = values(&shown);
    assert_eq!(has["main_domain"], ".vps.example.net");
    assert_eq!(
        has["cpu"].to_string().trim_matches('"'),
        "6",
        "not less than the VM has"
    );
    let found = shown["found"].to_string();
    for text in ["speed", "fast", "first_vmid", "colour", "of 2024"] {
        assert!(found.contains(text), "{text}: {found}");
    }
    assert!(
        !found.contains("another product") && !found.contains("vps.example.net"),
        "{found}"
    );
}
