//! The product form: complete, in its sections, and without secrets.

#![allow(clippy::unwrap_used, clippy::panic)]

use chrono::TimeZone;
use puq_proxmox_kvm::model::{Random, Sentence};
use puq_proxmox_kvm::plan::catalogue::FIELDS;
use puq_proxmox_kvm::plan::form::preview;
use puq_proxmox_kvm::plan::{Banner, Choices, Product, form};
use serde_json::{Value, json};

fn field<'a>(form: &'a Value, key: &str) -> &'a Value {
    let sections = form["sections"].as_array().unwrap();
    let mut fields = sections
        .iter()
        .flat_map(|section| section["fields"].as_array().unwrap());
    fields
        .find(|field| field["key"] == key)
        .unwrap_or_else(|| panic!("no field {key}"))
}

fn values(field: &Value) -> Vec<&str> {
    field["options"]
        .as_array()
        .unwrap()
        .iter()
        .map(|option| option["value"].as_str().unwrap())
        .collect()
}

#[test]
fn it_has_every_field_once_in_six_sections() {
    let form = form(&Product::defaults(), &Choices::default());
    let sections = form["sections"].as_array().unwrap();
    let keys: Vec<&str> = sections
        .iter()
        .map(|section| section["key"].as_str().unwrap())
        .collect();
    assert_eq!(
        keys,
        [
            "vm",
            "storage",
            "network",
            "firewall",
            "integrations",
            "permissions"
        ]
    );
    let counts: Vec<usize> = sections
        .iter()
        .map(|section| section["fields"].as_array().unwrap().len())
        .collect();
    assert_eq!(counts, [12, 12, 9, 11, 11, 9]);
    let mut all: Vec<&str> = FIELDS.iter().map(|field| field.key).collect();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), FIELDS.len(), "keys are unique over all sections");
    let options = FIELDS.iter().filter(|field| field.option.is_some()).count();
    assert_eq!(options, 18, "configurable options");
}

#[test]
fn every_default_holds_to_its_own_rule() {
    for field in FIELDS {
        let checked = field.rule.check(field.default);
        assert_eq!(checked.as_deref(), Ok(field.default), "{}", field.key);
    }
}

#[test]
fn what_a_form_shows_saves_as_the_same_product() {
    let product = Product::defaults()
        .with_form(&json!({"cpu": "4", "vlan": "12", "console_key": "k", "iso": "0"}))
        .unwrap();
    let shown = form(&product, &Choices::default());
    let mut posted = serde_json::Map::new();
    for section in shown["sections"].as_array().unwrap() {
        for field in section["fields"].as_array().unwrap() {
            posted.insert(
                field["key"].as_str().unwrap().to_owned(),
                field["value"].clone(),
            );
        }
    }
    assert_eq!(
        product.with_form(&Value::Object(posted)).unwrap().to_json(),
        product.to_json()
    );
}

#[test]
fn a_secret_is_shown_as_set_and_never_itself() {
    let product = Product::defaults()
        .with_form(&json!({"console_key": "s3cret"}))
        .unwrap();
    let shown = form(&product, &Choices::default());
    assert!(!shown.to_string().contains("s3cret"));
    assert_eq!(
        (
            &field(&shown, "console_key")["type"],
            &field(&shown, "console_key")["value"]
        ),
        (&json!("password"), &json!("__KEEP__"))
    );
    assert_eq!(
        field(
            &form(&Product::defaults(), &Choices::default()),
            "console_key"
        )["value"],
        ""
    );
}

#[test]
fn selects_offer_the_choices_and_keep_what_is_stored() {
    let product = Product::defaults()
        .with_form(&json!({"template": "9000", "node": "gone", "backup_storage": "pbs|pbs"}))
        .unwrap();
    let choices = Choices {
        nodes: vec![("pve1".into(), "pve1 (12 GB free)".into())],
        templates: vec![
            ("9000".into(), "debian12 (9000)".into()),
            ("9001".into(), "ubuntu (9001)".into()),
        ],
        bridges: vec![
            ("vmbr0".into(), "vmbr0".into()),
            ("vmbr1".into(), "vmbr1".into()),
        ],
        banners: vec![Banner {
            level: "warning",
            text: Sentence::foreign("Group 1"),
        }],
        ..Choices::default()
    };
    let shown = form(&product, &choices);
    assert_eq!(
        values(field(&shown, "node")),
        ["automatically", "pve1", "gone"]
    );
    assert_eq!(values(field(&shown, "template")), ["", "9000", "9001"]);
    assert_eq!(values(field(&shown, "backup_storage")), ["", "pbs|pbs"]);
    assert_eq!(field(&shown, "bridge")["type"], "text");
    assert_eq!(values(field(&shown, "bridge")), ["vmbr0", "vmbr1"]);
    assert_eq!(
        field(&shown, "additional_storage")["options"][0]["label"],
        "same as system disk"
    );
    assert_eq!(
        field(&shown, "snapshot_lifetime")["options"]
            .as_array()
            .unwrap()
            .len(),
        11
    );
    assert_eq!(
        (&field(&shown, "vlan")["max"], &field(&shown, "ram")["unit"]),
        (&json!(4094), &json!("GB"))
    );
    assert_eq!(field(&shown, "radv")["value"], false);
    assert_eq!(
        shown["banners"],
        json!([{"level": "warning", "text": "Group 1"}])
    );
}

#[test]
fn a_preview_shows_name_and_full_name_or_what_is_wrong() {
    let now = chrono_tz::Europe::Warsaw
        .with_ymd_and_hms(2026, 4, 10, 3, 4, 5)
        .unwrap();
    let random = Random::seeded(1);
    assert_eq!(
        preview(
            "{client_id}-{service_id}-{day}",
            ".example.com",
            &now,
            &random
        )
        .unwrap(),
        ("12-345-10".to_owned(), "12-345-10.example.com".to_owned())
    );
    let error = preview("{x}", "", &now, &random).unwrap_err();
    assert!(error.rule.as_str().contains("unknown macro"), "{error:?}");
}
