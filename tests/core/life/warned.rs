//! What a product's form warns of, and what the doctor says on the command line.

use super::*;
use puq_proxmox_kvm::actions::product_form;
use puq_proxmox_kvm::doctor::terminal;

fn form(world: &World, product: u64) -> Value {
    world.drive(|site| async move { product_form(&site, product).await.unwrap() })
}

fn value(form: &Value, key: &str) -> String {
    let sections = form["sections"].as_array().unwrap().iter();
    let mut fields = sections.flat_map(|section| section["fields"].as_array().unwrap());
    let field = fields.find(|field| field["key"] == key).unwrap();
    field["value"].to_string()
}

/// The keys of what is warned of; each with what to do.
fn warned(banners: &Value) -> Vec<String> {
    let pairs = banners.as_array().unwrap().iter();
    pairs
        .filter(|banner| banner["text"]["key"] == "list_then")
        .map(|banner| {
            let args = &banner["text"]["args"];
            assert!(
                args["second"]["key"].as_str().unwrap().starts_with("fix_"),
                "{banner}"
            );
            args["first"]["key"].as_str().unwrap().to_owned()
        })
        .collect()
}

/// What is warned of beside the lists, in words.
fn lists(world: &World) -> String {
    let request = json!({"op": "product_lists", "product_id": PRODUCT});
    let answer =
        world.drive(|site| async move { actions::addon_api(&site, request).await.unwrap() });
    assert_eq!(answer["ok"], true, "{answer}");
    answer["data"]["banners"].to_string()
}

/// The doctor's exit status, and what it printed.
fn doctor(world: &World, args: &[&str]) -> (i64, String) {
    let argv: Vec<String> = ["cron.php"]
        .iter()
        .chain(args)
        .map(|arg| (*arg).to_owned())
        .collect();
    world.host.take_console();
    let status = world
        .drive(|site| async move { terminal::run(&site, terminal::asked(&argv).unwrap()).await });
    (status, world.host.take_console())
}

#[test]
fn a_product_with_a_pool_in_reach_starts_with_an_address_and_without_dhcp() {
    let world = world(&json!({}));
    let shown = form(&world, PRODUCT + 1);
    assert_eq!(
        (value(&shown, "dhcp4"), value(&shown, "ipv4")),
        ("false".into(), "\"1\"".into()),
        "{shown}"
    );
    assert_eq!(value(&shown, "dhcp6"), "true", "no pool has IPv6 addresses");
    world.pool(&crate::support::shop::pool6(
        "2001:db8:7::100",
        "2001:db8:7::1ff",
    ));
    let shown = form(&world, PRODUCT + 1);
    assert_eq!(
        (value(&shown, "dhcp6"), value(&shown, "ipv6")),
        ("false".into(), "\"1\"".into()),
        "{shown}"
    );
    world.host.run("DELETE FROM puq_proxmox_kvm_ip_pools");
    let shown = form(&world, PRODUCT + 1);
    assert_eq!(value(&shown, "dhcp4"), "true", "{shown}");
}

#[test]
fn the_form_warns_of_what_keeps_orders_waiting() {
    let world = world(&json!({"dhcp6": "0"}));
    world.pool(&crate::support::shop::pool6(
        "2001:db8:7::100",
        "2001:db8:7::1ff",
    ));
    let banners = |world: &World| warned(&form(world, PRODUCT)["banners"]);
    let sell = |changes: Value| {
        let mut all = json!({"template": "9001"});
        all.as_object_mut()
            .unwrap()
            .extend(changes.as_object().unwrap().clone());
        world.product(PRODUCT, &usual_with(&all));
    };
    sell(json!({}));
    assert_eq!(banners(&world), Vec::<String>::new());
    sell(json!({"template": ""}));
    assert_eq!(banners(&world), ["template_none"]);
    sell(json!({"backups": "2", "backup_storage": ""}));
    assert_eq!(banners(&world), ["slots_unstored"]);
    sell(json!({"auto_bridge": "0", "bridge": "vmbr1", "vlan": "7"}));
    assert_eq!(banners(&world), ["pool_missing"]);
    sell(json!({}));
    world.host.run(
        "UPDATE puq_proxmox_kvm_ip_pools SET address_stop = address_start WHERE type = 'IPv4'",
    );
    assert_eq!(
        banners(&world),
        ["pool_full"],
        "the one there is, is this service's"
    );
    world.host.run("DELETE FROM puq_proxmox_kvm_ip_pools");
    assert_eq!(banners(&world), ["pool_missing"]);
    // Where the guest asks a DHCP server nothing is missing.
    sell(json!({"dhcp4": "1", "dhcp6": "1"}));
    assert_eq!(banners(&world), Vec::<String>::new());
}

#[test]
fn the_lists_come_with_what_the_cluster_lacks() {
    let world = world(&json!({}));
    let sell = |changes: Value| {
        let mut all = json!({"template": "9001"});
        all.as_object_mut()
            .unwrap()
            .extend(changes.as_object().unwrap().clone());
        world.product(PRODUCT, &usual_with(&all));
    };
    sell(json!({}));
    let usual = lists(&world);
    sell(json!({"bridge": "vmbr99"}));
    let told = lists(&world);
    assert!(
        told.contains("Bridge vmbr99 does not exist on pve1."),
        "{told}"
    );
    assert!(
        told.contains("A VM starts only on a node that has its bridge."),
        "{told}"
    );
    sell(json!({"template": "12345"}));
    assert!(lists(&world).contains("12345"), "{}", lists(&world));
    // The template's disk lies where nothing can grow from it.
    sell(json!({"clone_type": "linked"}));
    world.see(|all| {
        let disk = all.vms[&9001].conf["scsi0"].clone();
        let name = disk.split(':').next().unwrap();
        let own = all.storages.iter_mut().find(|storage| storage.id == name);
        own.unwrap().kind = "lvm".to_owned();
    });
    let never = "cannot be cloned linked";
    assert!(
        !usual.contains(never) && lists(&world).contains(never),
        "{}",
        lists(&world)
    );
    sell(json!({"clone_type": "full"}));
    assert!(!lists(&world).contains(never));
}

#[test]
fn the_doctor_on_the_command_line_ends_as_its_worst_finding() {
    let world = world(&json!({"dhcp6": "0"}));
    *world.host.products.borrow_mut() = json!([{"id": PRODUCT, "name": "VPS"}]);
    world.tick();
    let (status, text) = doctor(&world, &["--doctor"]);
    let first = text.lines().next().unwrap_or_default();
    let words = ["OK - ", "WARNING - ", "CRITICAL - "];
    assert!(
        first.starts_with(words[usize::try_from(status).unwrap()]),
        "{status} {text}"
    );
    for part in [
        "Installation\n",
        "Server Cluster (#",
        "product VPS",
        "quorum",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    // The same for programs, and nothing of it is a guess.
    let (again, json) = doctor(&world, &["--doctor", "--json"]);
    let read: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        (again, read["status"].as_i64()),
        (status, Some(status)),
        "{json}"
    );
    let checks = read["places"].as_array().unwrap().iter();
    let count = checks
        .map(|place| place["checks"].as_array().unwrap().len())
        .sum::<usize>();
    assert_eq!(
        count,
        text.lines()
            .filter(|line| line.starts_with("  ") && !line.contains("->"))
            .count()
    );
    // An order that cannot be carried out is an error.
    world.host.run("DELETE FROM puq_proxmox_kvm_ip_pools");
    let (status, text) = doctor(&world, &["--doctor"]);
    assert_eq!(status, 2, "{text}");
    assert!(
        text.lines().next().unwrap().contains("orders wait"),
        "{text}"
    );
    let (status, text) = doctor(&world, &["--doctor", "--force"]);
    assert_eq!((status, text.contains("--force")), (64, true), "{text}");
}

#[test]
fn a_database_that_is_away_is_a_finding() {
    let world = world(&json!({}));
    world.host.fail_database(Some("MySQL server has gone away"));
    let (status, text) = doctor(&world, &["--doctor"]);
    assert_eq!(status, 2, "{text}");
    assert!(
        text.starts_with("CRITICAL - ") && text.contains("database"),
        "{text}"
    );
    let (status, json) = doctor(&world, &["--json", "--doctor"]);
    assert_eq!(status, 2);
    assert_eq!(
        serde_json::from_str::<Value>(&json).unwrap()["word"],
        "CRITICAL",
        "{json}"
    );
}
