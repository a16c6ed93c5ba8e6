//! The page of the DNS zones: fields and secrets.

use super::names::addon;
use super::*;

#[test]
fn a_stored_secret_is_kept_and_never_shown() {
    let world = world(&json!({}));
    let save = |zone: Value| addon(&world, &json!({"op": "zone_save", "zone": zone}));
    let whole = json!({
        "zone": "Example.com.", "type": "powerdns", "url": "https://dns.example.net/api/v1/", "api_key": "hush-1",
    });
    let none =
        save(json!({"zone": "example.com", "type": "powerdns", "url": "https://dns.example.net"}));
    assert_eq!(none["errors"]["api_key"], "Must be entered.");
    assert_eq!(save(whole)["ok"], true);
    let listed = addon(&world, &json!({"op": "zones"}));
    let zone = &listed["data"][0];
    assert_eq!(
        *zone,
        json!({"url": "https://dns.example.net:443", "server_id": "localhost", "fingerprint": "", "id": 1,
               "zone": "example.com", "type": "powerdns", "api_key": "__KEEP__"})
    );
    let sealed = || {
        let rows = world
            .host
            .rows("SELECT settings FROM puq_proxmox_kvm_dns_zones");
        let settings: Value = serde_json::from_str(rows[0]["settings"].as_str().unwrap()).unwrap();
        settings["secret"].as_str().unwrap().to_owned()
    };
    let first = sealed();
    assert!(!first.contains("hush") && !listed.to_string().contains(&first));
    // Sent back as it was shown, or left empty: it stays.
    let mut again = zone.clone();
    for text in ["__KEEP__", "", "  "] {
        again["api_key"] = json!(text);
        assert_eq!(save(again.clone())["ok"], true, "{text:?}");
        assert_eq!(sealed(), first);
    }
    // Not for another server: whoever edits zones would get it sent there.
    again["url"] = json!("https://evil.example.net");
    let answer = save(again.clone());
    assert!(
        answer["errors"]["api_key"]
            .as_str()
            .unwrap()
            .contains("entered again"),
        "{answer}"
    );
    again["url"] = zone["url"].clone();
    again["type"] = json!("cloudflare");
    assert_eq!(save(again)["errors"]["api_token"], "Must be entered.");
    let told = format!("{:?}", world.host.effects.borrow());
    assert!(!told.contains("hush-1"), "{told}");
}

/// Another certificate is another server: whoever may edit zones could have the secret sent to one of their own.
#[test]
fn a_changed_fingerprint_asks_for_the_secret_again() {
    let (one, other) = ("AB:".repeat(31) + "AB", "cd".repeat(32));
    for (kind, field, more) in [
        ("powerdns", "api_key", json!({})),
        (
            "hestiacp",
            "admin_password",
            json!({"admin_user": "admin", "user": "guest"}),
        ),
    ] {
        for (was, is) in [("", one.as_str()), (&one, &other), (&one, "")] {
            let world = world(&json!({}));
            let save = |print: &str, secret: &str| {
                let mut zone = more.clone();
                zone["id"] = addon(&world, &json!({"op": "zones"}))["data"][0]["id"].clone();
                zone["zone"] = json!("example.com");
                zone["type"] = json!(kind);
                zone["url"] = json!("https://192.0.2.53:8443");
                zone["fingerprint"] = json!(print);
                zone[field] = json!(secret);
                addon(&world, &json!({"op": "zone_save", "zone": zone}))
            };
            let print_of =
                || addon(&world, &json!({"op": "zones"}))["data"][0]["fingerprint"].clone();
            assert_eq!(save(was, "hush-1")["ok"], true);
            let stored = print_of();
            for secret in ["__KEEP__", ""] {
                let answer = save(is, secret);
                let error = answer["errors"][field].as_str().unwrap_or_default();
                assert!(
                    error.contains("entered again"),
                    "{kind} {was} {is}: {answer}"
                );
                assert_eq!(print_of(), stored);
            }
            assert_eq!(save(is, "hush-2")["ok"], true);
            // The same one, written otherwise, is the same.
            assert_eq!(
                save(&is.replace(':', "").to_lowercase(), "__KEEP__")["ok"],
                true
            );
        }
    }
}

#[test]
fn each_field_of_a_zone_has_its_rule() {
    let world = world(&json!({}));
    for (zone, field) in [
        (
            json!({"zone": "", "type": "cloudflare", "api_token": "x"}),
            "zone",
        ),
        (json!({"zone": "example.com", "type": "route53"}), "type"),
        (
            json!({"zone": "example.com", "type": "cloudflare", "api_token": "a b"}),
            "api_token",
        ),
        (
            json!({"zone": "example.com", "type": "cloudflare", "api_token": "x", "zone_id": "../x"}),
            "zone_id",
        ),
        (
            json!({"zone": "example.com", "type": "powerdns", "api_key": "x", "url": ""}),
            "url",
        ),
        (
            json!({"zone": "example.com", "type": "powerdns", "api_key": "x", "url": "http://dns.example.com:8081"}),
            "url",
        ),
        (
            json!({"zone": "example.com", "type": "powerdns", "api_key": "x", "url": "https://a:b@dns.example.com"}),
            "url",
        ),
        (
            json!({"zone": "example.com", "type": "powerdns", "api_key": "x", "url": "https://dns.example.com/?x=1"}),
            "url",
        ),
        (
            json!({"zone": "example.com", "type": "powerdns", "api_key": "x", "url": "file:///etc/passwd"}),
            "url",
        ),
        (
            json!({"zone": "example.com", "type": "powerdns", "api_key": "x", "url": "https://192.0.2.1", "fingerprint": "AB"}),
            "fingerprint",
        ),
        (
            json!({"zone": "example.com", "type": "powerdns", "api_key": "x", "url": "https://192.0.2.1", "server_id": "a/b"}),
            "server_id",
        ),
        (
            json!({"zone": "example.com", "type": "hestiacp", "admin_password": "x", "url": "http://10.0.0.1:8083", "user": "a"}),
            "url",
        ),
        (
            json!({"zone": "example.com", "type": "hestiacp", "admin_password": "x", "url": "https://h.example.com"}),
            "user",
        ),
        (
            json!({"zone": "example.com", "type": "hestiacp", "admin_password": "x", "url": "https://h.example.com", "user": "$(id)"}),
            "user",
        ),
        (
            json!({"zone": "example.com", "type": "zonefile", "path": "db.local"}),
            "path",
        ),
    ] {
        let answer = addon(&world, &json!({"op": "zone_save", "zone": zone}));
        let errors = answer["errors"]
            .as_object()
            .unwrap_or_else(|| panic!("{zone}: {answer}"));
        assert_eq!(
            errors.keys().collect::<Vec<_>>(),
            [field],
            "{zone}: {answer}"
        );
    }
    assert_eq!(addon(&world, &json!({"op": "zones"}))["data"], json!([]));
    for url in [
        "http://127.0.0.1:8081",
        "http://[::1]:8081/",
        "https://dns.example.com/pdns/api/v1",
    ] {
        let zone = json!({"zone": "example.com", "type": "powerdns", "api_key": "x", "url": url});
        assert_eq!(
            addon(&world, &json!({"op": "zone_save", "zone": zone}))["ok"],
            true,
            "{url}"
        );
    }
}

#[test]
fn a_zone_is_entered_once_for_each_server() {
    let world = world(&json!({}));
    let save = |zone: Value| addon(&world, &json!({"op": "zone_save", "zone": zone}));
    let of = |name: &str, more: Value| {
        let mut zone = json!({"zone": name, "type": "powerdns", "url": "https://dns.example.net", "api_key": "k"});
        for (key, value) in more.as_object().unwrap() {
            zone[key] = value.clone();
        }
        zone
    };
    for name in ["example.com", "0/26.2.0.192.in-addr.arpa"] {
        assert_eq!(save(of(name, json!({})))["ok"], true, "{name}");
        for again in [
            json!({}),
            json!({"zone": format!(" {}. ", name.to_uppercase())}),
            json!({"url": "https://DNS.example.net:443/api/v1/"}),
            json!({"api_key": "another"}),
        ] {
            let answer = save(of(name, again.clone()));
            let said = answer["errors"]["zone"].as_str().unwrap_or_default();
            assert!(said.contains("in the list already"), "{again}: {answer}");
        }
        // Elsewhere it may stand too.
        assert_eq!(
            save(of(name, json!({"url": "https://ns2.example.net"})))["ok"],
            true
        );
        assert_eq!(save(of(name, json!({"server_id": "second"})))["ok"], true);
    }
    let listed = addon(&world, &json!({"op": "zones"}));
    assert_eq!(listed["data"].as_array().unwrap().len(), 6);
    // As it was, a zone may be saved again; not as another one that is there.
    let mut last = listed["data"][5].clone();
    assert_eq!(save(last.clone())["ok"], true);
    last["zone"] = json!("example.com");
    assert!(save(last)["errors"]["zone"].is_string());
}
