//! A product's stored settings and a service's parameters, read and written back.

#![allow(clippy::unwrap_used, clippy::panic)]

use puq_proxmox_kvm::model::ServiceId;
use puq_proxmox_kvm::plan::catalogue::{FIELDS, Field};
use puq_proxmox_kvm::plan::rule::Rule;
use puq_proxmox_kvm::plan::{Plan, Product, Service, ServiceStatus};
use serde_json::{Value, json};

#[test]
fn a_product_reads_back_and_shows_no_secret() {
    let product = Product::defaults()
        .with_form(&json!({"console_key": "s3cret", "cpu": "8", "iso": "0"}))
        .unwrap();
    let row = product.to_json();
    let back = Product::from_json(&row).unwrap();
    assert_eq!(back.to_json(), row);
    assert_eq!(
        (
            back.text_of("cpu"),
            back.text_of("iso"),
            back.text_of("console_key")
        ),
        ("8", "0", "s3cret")
    );
    assert!(!format!("{product:?}").contains("s3cret"));
    let stored: Value = serde_json::from_str(&row).unwrap();
    assert_eq!(
        stored.as_object().unwrap().len(),
        FIELDS.len(),
        "every field is stored, so no default moves under it"
    );
    assert!(Product::from_json("nonsense").is_err());
    assert!(Product::from_json("{\"no_such\": 1}").is_ok());
}

#[test]
fn a_stored_value_that_breaks_its_rule_is_named_and_kept() {
    let product = Product::from_json("{\"vlan\": \"5000\"}").unwrap();
    let service = Service::parse(&json!({"serviceid": 7})).unwrap();
    assert!(
        Plan::build(&product, &service).unwrap_err()[0]
            .to_string()
            .starts_with("vlan must be a whole number")
    );
    assert_eq!(product.text_of("vlan"), "5000");
}

#[test]
fn an_absent_field_and_a_kept_secret_stay() {
    let stored = Product::defaults()
        .with_form(&json!({"console_key": "s3cret", "cpu": "8"}))
        .unwrap();
    for key in ["", "__KEEP__"] {
        let saved = stored
            .with_form(&json!({"ram": "2", "console_key": key}))
            .unwrap();
        assert_eq!((saved.text_of("cpu"), saved.text_of("ram")), ("8", "2"));
        assert_eq!(saved.text_of("console_key"), "s3cret");
    }
    assert_eq!(
        stored
            .with_form(&json!({"console_key": "new"}))
            .unwrap()
            .text_of("console_key"),
        "new"
    );
}

#[test]
fn a_service_parses_from_what_whmcs_gives() {
    let service = Service::parse(&json!({
        "serviceid": "12", "userid": 5, "pid": "3", "serverid": 0, "status": "active", "domain": null, "username": "u",
        "password": "p&amp;w", "configoptions": [], "customfields": {"SSH Key": "", "n": 4},
        "clientsdetails": {"firstname": "Anna", "lastname": "Nowak", "companyname": "", "email": "a@x", "language": "polish"},
        "serverhostname": " pve.example.com ", "serverport": "", "serverpassword": "tok",
        "model": {"deep": true}, "dedicatedip": "10.0.0.5", "configoption4": "9000", "productname": "VPS",
    }))
    .unwrap();
    assert_eq!(
        (service.id, service.client_id, service.server_id.0),
        (ServiceId(12), 5, 0)
    );
    assert_eq!(
        (service.status, service.status.as_str()),
        (ServiceStatus::Active, "Active")
    );
    assert_eq!(
        (
            service.client.first_name.as_str(),
            service.client.language.as_str()
        ),
        ("Anna", "polish")
    );
    assert_eq!(
        (service.server.hostname.as_str(), service.server.port),
        ("pve.example.com", None)
    );
    assert!(service.options.is_empty());
    assert_eq!(service.custom_fields[1], ("n".to_owned(), "4".to_owned()));
    assert!(!format!("{service:?}").contains("tok"));
    let wrong = |value: Value| Service::parse(&value).unwrap_err().to_string();
    assert_eq!(
        wrong(json!({})),
        "serviceid must be the number of a service."
    );
    assert_eq!(
        wrong(json!([])),
        "serviceid must be the number of a service."
    );
    assert_eq!(
        wrong(json!({"serviceid": 1, "serverport": 70000})),
        "serverport must be from 1 to 65535, not \"70000\"."
    );
    assert!(wrong(json!({"serviceid": 1, "status": "Lost"})).starts_with("status must be"));
}

#[test]
fn an_old_products_settings_are_taken_over() {
    let old = |template: &str, permissions: &str| {
        let value =
            json!({"serviceid": 1, "configoption4": template, "configoption12": permissions});
        Product::from_legacy(&Service::parse(&value).unwrap().legacy_config)
    };
    assert_eq!(old("9000", "").text_of("template"), "9000");
    assert_eq!(old("9001|Debian 12", "").text_of("template"), "9001");
    assert_eq!(old("Debian 12", "").text_of("template"), "");
    // How the old list names permissions is not known: a guess would take some away.
    for list in ["Start,Stop,noVNC", "start", "on", "{\"start\":0}"] {
        assert_eq!(old("", list), Product::defaults(), "{list}");
    }
}

/// Another value than the default, for every rule.
fn other(field: &Field) -> String {
    let text = match field.key {
        "node" => "pve9",
        "template" => "9000",
        "name_rule" => "vm{service_id}",
        "first_vmid" => "500",
        "bridge" => "vmbr9",
        "rdns_department" => "9",
        _ => match field.rule {
            Rule::Word(words) => words
                .iter()
                .map(|(word, _)| *word)
                .find(|word| *word != field.default)
                .unwrap(),
            Rule::Whole { .. } | Rule::Decimal { .. } => "7",
            Rule::Flag if field.default == "1" => "0",
            Rule::Flag => "1",
            Rule::Secret | Rule::Text(_) => "other",
        },
    };
    text.to_owned()
}

#[test]
fn every_field_changes_the_plan() {
    let service = Service::parse(&json!({"serviceid": 7})).unwrap();
    // A ticket needs its department, so that one stands from the start.
    let stored = Product::defaults()
        .with_form(&json!({"rdns_department": "3"}))
        .unwrap();
    let before = Plan::build(&stored, &service).unwrap();
    for field in FIELDS {
        let mut form = serde_json::Map::new();
        form.insert(field.key.to_owned(), other(field).into());
        let product = stored.with_form(&Value::Object(form)).unwrap();
        assert_ne!(
            Plan::build(&product, &service).unwrap(),
            before,
            "{} does nothing",
            field.key
        );
    }
}
