//! Names in DNS: reverse names by the client and by staff, and what `dns.php` answers.

use super::*;
use std::path::{Path, PathBuf};

const REVERSE: &str = "2.0.192.in-addr.arpa";

/// A zone's file in a folder.
pub(super) fn zone_file(folder: &Path, zone: &str) -> PathBuf {
    let path = folder.join(zone.replace('/', "-"));
    let text = format!(
        "$TTL 1h\n{zone}. IN SOA ns.{zone}. h.{zone}. 7 1 1 1 1\n{zone}. IN NS ns.example.net.\nother.{zone}. A 192.0.2.99\n"
    );
    std::fs::write(&path, text).unwrap();
    path
}

fn admin(world: &World, request: &Value) -> Value {
    let params = world.host.services.borrow()[&SERVICE.0].clone();
    let request = request.clone();
    world.drive(|site| async move { actions::admin_api(&site, params, request).await.unwrap() })
}

pub(super) fn addon(world: &World, request: &Value) -> Value {
    let request = request.clone();
    world.drive(|site| async move { actions::addon_api(&site, request).await.unwrap() })
}

#[test]
fn a_client_names_an_address() {
    let folder = tempfile::tempdir().unwrap();
    let world = world(&json!({"ipv4": "2"}));
    let path = zone_file(folder.path(), REVERSE);
    world.zone(REVERSE, "zonefile", &json!({"path": path}));
    let shown = granted(&world, &json!({"op": "rdns"}));
    let addresses = shown["addresses"].as_array().unwrap();
    assert_eq!(addresses.len(), 2, "{shown}");
    assert_eq!(addresses[0]["way"], "dns");
    assert_eq!(addresses[0]["name"], "");
    let saved = granted(
        &world,
        &json!({"op": "rdns_save", "names": {"192.0.2.11": "Mail.Example.org."}}),
    );
    assert_eq!(saved["addresses"][1]["name"], "mail.example.org");
    assert_eq!(
        (&saved["ticket"], &saved["warning"]),
        (&json!(false), &Value::Null)
    );
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(
        text.contains("11.2.0.192.in-addr.arpa.\t300\tIN\tPTR\tmail.example.org."),
        "{text}"
    );
    assert!(
        !text.contains("\n10.2"),
        "only what was asked for is written: {text}"
    );
    // A run over all names keeps the client's.
    admin(&world, &json!({"op": "reset", "state": "set_dns_records"}));
    wait(&world);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(
        text.contains("\tmail.example.org.") && text.contains("\n10.2.0.192"),
        "{text}"
    );
    assert!(text.contains("other.2.0.192.in-addr.arpa. A 192.0.2.99"));
    // An empty name is the VM's own again.
    granted(
        &world,
        &json!({"op": "rdns_save", "names": {"192.0.2.11": ""}}),
    );
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(!text.contains("mail.example.org"), "{text}");
    assert_eq!(world.record(SERVICE).rev_dns, "{}");
    assert!(world.host.effects_of("open_ticket").is_empty());
}

/// Blocks that are delegated between two labels (RFC 2317), as they are written.
#[test]
fn a_name_goes_into_the_zone_of_its_block() {
    for block in ["0/26", "0-26", "0_26", "0-63", "8/29", "10/32"] {
        let zone = format!("{block}.{REVERSE}");
        let folder = tempfile::tempdir().unwrap();
        let world = world(&json!({"ipv4": "1"}));
        let path = zone_file(folder.path(), &zone);
        world.zone(&zone, "zonefile", &json!({"path": path}));
        // One of another block takes nothing.
        let beside = format!("64/26.{REVERSE}");
        let other = zone_file(folder.path(), &beside);
        let untouched = std::fs::read_to_string(&other).unwrap();
        world.zone(&beside, "zonefile", &json!({"path": other}));
        let shown = granted(&world, &json!({"op": "rdns"}));
        assert_eq!(shown["addresses"][0]["way"], "dns", "{zone}: {shown}");
        let wish = json!({"op": "rdns_save", "names": {"192.0.2.10": "mail.example.org"}});
        assert_eq!(granted(&world, &wish)["warning"], Value::Null);
        let line = format!("\n10.{zone}.\t300\tIN\tPTR\tmail.example.org.\n");
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(&line), "{zone}: {text}");
        super::call(&world, "terminate");
        wait(&world);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(!text.contains("PTR"), "{zone}: {text}");
        assert!(text.contains("other."), "{text}");
        assert_eq!(std::fs::read_to_string(&other).unwrap(), untouched);
    }
}

#[test]
fn where_no_zone_takes_the_address_support_is_asked() {
    let world = world(&json!({"rdns_ticket": "1", "rdns_department": "3"}));
    assert_eq!(
        granted(&world, &json!({"op": "rdns"}))["addresses"][0]["way"],
        "ticket"
    );
    let wish = json!({"op": "rdns_save", "names": {"192.0.2.10": "shop.example.org"}});
    assert_eq!(granted(&world, &wish)["ticket"], true);
    let tickets = world.host.effects_of("open_ticket");
    assert_eq!(
        (tickets.len(), &tickets[0]["department_id"]),
        (1, &json!(3))
    );
    let message = tickets[0]["message"].as_str().unwrap();
    assert!(
        message.ends_with("192.0.2.10 -> shop.example.org"),
        "{message}"
    );
    // The same again asks for nothing new.
    assert_eq!(granted(&world, &wish)["ticket"], false);
    assert_eq!(world.host.effects_of("open_ticket").len(), 1);
}

#[test]
fn without_zone_and_ticket_the_client_is_refused_and_staff_is_not() {
    let world = world(&json!({"rdns_ticket": "0"}));
    let wish = json!({"op": "rdns_save", "names": {"192.0.2.10": "shop.example.org"}});
    let why = refused(&world, &wish);
    assert!(why.contains("192.0.2.10 cannot be set here"), "{why}");
    assert_eq!(world.record(SERVICE).rev_dns, "");
    assert_eq!(admin(&world, &wish)["ok"], true);
    assert_eq!(
        world.record(SERVICE).rev_dns,
        r#"{"192.0.2.10":"shop.example.org"}"#
    );
    let forbidden = json!({"rdns_ticket": "0", "rdns": "0"});
    let world = super::world(&forbidden);
    assert_eq!(
        refused(&world, &wish),
        "Your product does not include this."
    );
}

#[test]
fn odd_names_and_addresses_are_refused_with_the_field_and_change_nothing() {
    let world = world(&json!({"rdns_ticket": "1", "rdns_department": "3"}));
    let long = "a".repeat(300);
    for (address, name) in [
        ("192.0.2.10", "shop"),
        ("192.0.2.10", "shop.example.org\nevil 300 A 192.0.2.66"),
        ("192.0.2.10", "*.example.org"),
        ("192.0.2.10", "192.0.2.10"),
        ("192.0.2.10", &long),
        ("192.0.2.200", "shop.example.org"),
        ("2001:db8::1", "shop.example.org"),
        ("'; DROP TABLE", "shop.example.org"),
    ] {
        let answer = ask(
            &world,
            &json!({"op": "rdns_save", "names": {(address): name}}),
        );
        assert_eq!(answer["ok"], false, "{address} {name}: {answer}");
        let errors = answer["errors"].as_object().unwrap();
        assert_eq!(errors.len(), 1, "{answer}");
        let said = errors.values().next().unwrap();
        let sentence = said.as_str().or(said["text"].as_str()).unwrap();
        assert!(
            sentence.ends_with('.') && !sentence.contains('\n'),
            "{sentence}"
        );
    }
    for names in [
        json!([]),
        json!({}),
        json!("x"),
        Value::Null,
        json!({"192.0.2.10": {"a": 1}}),
    ] {
        assert_eq!(
            ask(&world, &json!({"op": "rdns_save", "names": names}))["ok"],
            false,
            "{names}"
        );
    }
    assert_eq!(world.record(SERVICE).rev_dns, "");
    assert!(world.host.effects_of("open_ticket").is_empty());
}

#[test]
fn a_name_server_that_is_down_leaves_the_wish_saved_and_says_so() {
    let world = world(&json!({}));
    world.zone(REVERSE, "zonefile", &json!({"path": "/nonexistent/zone"}));
    let wish = json!({"op": "rdns_save", "names": {"192.0.2.10": "shop.example.org"}});
    let warning = granted(&world, &wish)["warning"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(
        warning.contains("tried again by itself") && !warning.contains("nonexistent"),
        "{warning}"
    );
    assert!(world.record(SERVICE).rev_dns.contains("shop.example.org"));
    let told = admin(&world, &wish);
    assert!(
        told["data"]["warning"]
            .as_str()
            .unwrap()
            .contains("/nonexistent/zone"),
        "{told}"
    );
}

#[test]
fn a_change_of_package_takes_the_names_of_addresses_that_go() {
    let folder = tempfile::tempdir().unwrap();
    let world = world(&json!({"ipv4": "2"}));
    let path = zone_file(folder.path(), REVERSE);
    world.zone(REVERSE, "zonefile", &json!({"path": path}));
    admin(&world, &json!({"op": "reset", "state": "set_dns_records"}));
    wait(&world);
    let has = |name: &str| std::fs::read_to_string(&path).unwrap().contains(name);
    assert!(has("\n10.2.0.192") && has("\n11.2.0.192"));
    world.product(PRODUCT, &{
        let mut all = usual_with(&json!({"template": "9001"}));
        all["ipv4"] = json!("1");
        all
    });
    let params = world.host.services.borrow()[&SERVICE.0].clone();
    let answer =
        world.drive(|site| async move { actions::change_package(&site, params).await.unwrap() });
    assert_eq!(answer, "success");
    wait(&world);
    assert!(has("\n10.2.0.192") && !has("\n11.2.0.192"));
    // And the end takes the rest.
    let params = world.host.services.borrow()[&SERVICE.0].clone();
    world.drive(|site| async move { actions::terminate_account(&site, params).await.unwrap() });
    wait(&world);
    assert!(!has("\n10.2.0.192") && has("other.2.0.192"));
}

#[test]
fn the_names_are_told_to_listed_readers_only() {
    let world = world(&json!({"ipv4": "2"}));
    world
        .host
        .run("CREATE TABLE tblhosting (id INTEGER PRIMARY KEY, domain TEXT)");
    let domain = world.host.services.borrow()[&SERVICE.0]["domain"]
        .as_str()
        .unwrap()
        .to_owned();
    world.host.run(&format!(
        "INSERT INTO tblhosting VALUES ({}, '{domain}')",
        SERVICE.0
    ));
    admin(
        &world,
        &json!({"op": "rdns_save", "names": {"192.0.2.11": "mail.example.org"}}),
    );
    let read = |ip: &str, method: &str, arguments: bool| {
        let request = json!({"ip": ip, "method": method, "arguments": arguments});
        world.drive(|site| async move { actions::dns_export(&site, request).await.unwrap() })
    };
    assert_eq!(
        read("127.0.0.1", "GET", false)["status"],
        403,
        "nobody may, at first"
    );
    let set = |text: &str| {
        addon(
            &world,
            &json!({"op": "settings_save", "settings": {"dns_export": text}}),
        )
    };
    for wrong in [
        "192.0.2.1/33",
        "everybody",
        "192.0.2.1; 192.0.2.2",
        "::/129",
    ] {
        let answer = set(wrong);
        assert!(
            answer["errors"]["dns_export"].is_string(),
            "{wrong}: {answer}"
        );
    }
    assert_eq!(
        set("198.51.100.0/24, 127.0.0.1 2001:db8::/32")["data"]["dns_export"],
        "198.51.100.0/24, 127.0.0.1/32, 2001:db8::/32"
    );
    for reader in [
        "198.51.100.7",
        "127.0.0.1",
        "::ffff:127.0.0.1",
        "2001:db8::53",
    ] {
        let answer = read(reader, "GET", false);
        assert_eq!(answer["status"], 200, "{reader}");
        assert_eq!(
            answer["body"],
            json!([
                {"forward": domain, "ip": "192.0.2.10", "reverse": domain},
                {"forward": domain, "ip": "192.0.2.11", "reverse": "mail.example.org"},
            ])
        );
    }
    for stranger in [
        "192.0.2.1",
        "",
        "nonsense",
        "198.51.101.1",
        "127.0.0.1, 192.0.2.1",
        "2001:db9::1",
    ] {
        let answer = read(stranger, "POST", true);
        assert_eq!(
            answer,
            json!({"status": 403, "body": {"error": "This address may not read the names."}})
        );
    }
    assert_eq!(read("127.0.0.1", "POST", false)["status"], 405);
    assert_eq!(read("127.0.0.1", "GET", true)["status"], 400);
    world.host.run("UPDATE tblhosting SET domain = ''");
    assert_eq!(
        read("127.0.0.1", "GET", false)["body"],
        json!([]),
        "entries without a name are left out"
    );
}

#[test]
fn a_service_let_go_of_by_hand_leaves_no_name_behind() {
    let folder = tempfile::tempdir().unwrap();
    let world = world(&json!({"main_domain": ".example.com"}));
    let reverse = zone_file(folder.path(), REVERSE);
    let forward = zone_file(folder.path(), "example.com");
    world.zone(REVERSE, "zonefile", &json!({"path": reverse}));
    world.zone("example.com", "zonefile", &json!({"path": forward}));
    admin(&world, &json!({"op": "reset", "state": "set_dns_records"}));
    wait(&world);
    let both = || {
        let read = |path: &PathBuf| std::fs::read_to_string(path).unwrap();
        (read(&forward), read(&reverse))
    };
    let (names, pointers) = both();
    assert!(
        names.contains("\tA\t192.0.2.10") && pointers.contains("\n10.2.0.192"),
        "{names}{pointers}"
    );
    let answer = admin(&world, &json!({"op": "reset", "state": "remove"}));
    assert_eq!(
        answer["data"],
        json!({"state": "remove"}),
        "nothing to warn of"
    );
    let (names, pointers) = both();
    assert!(
        !names.contains("192.0.2.10") && !pointers.contains("\n10.2.0.192"),
        "{names}{pointers}"
    );
    assert!(names.contains("192.0.2.99"), "what is not the VM's stays");
}

#[test]
fn names_that_cannot_be_removed_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let world = world(&json!({"main_domain": ".example.com"}));
    let forward = zone_file(folder.path(), "example.com");
    world.zone("example.com", "zonefile", &json!({"path": forward}));
    std::fs::remove_file(&forward).unwrap();
    let answer = admin(&world, &json!({"op": "reset", "state": "remove"}));
    assert_eq!(answer["ok"], true, "{answer}");
    let warning = answer["data"]["warning"].as_str().unwrap();
    assert!(
        warning.contains("example.com") && warning.contains("by hand"),
        "{warning}"
    );
    let logged = world.host.effects_of("log_activity");
    let found = logged.iter().any(|entry| {
        entry["text"]
            .as_str()
            .unwrap_or_default()
            .ends_with(warning)
    });
    assert!(found, "{logged:?}");
}
