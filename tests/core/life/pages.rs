//! What WHMCS builds into its pages: from the database alone, whatever the cluster does. What is live comes afterwards.

use super::*;
use crate::support::shop::PRODUCT;
use puq_proxmox_kvm::actions as keyed;

fn requests(world: &World) -> usize {
    world.network.sent.borrow().len()
}

fn form(world: &World, product: u64) -> Value {
    world.drive(|site| async move { actions::product_form(&site, product).await.unwrap() })
}

fn lists(world: &World) -> Value {
    let request = json!({"op": "product_lists", "product_id": PRODUCT.to_string()});
    let answer =
        world.drive(|site| async move { actions::addon_api(&site, request).await.unwrap() });
    assert_eq!(answer["ok"], true, "{answer}");
    answer["data"].clone()
}

/// The values that a field of the form offers.
fn offered(form: &Value, key: &str) -> Vec<String> {
    let fields = form["sections"].as_array().unwrap().iter();
    let mut fields = fields.flat_map(|section| section["fields"].as_array().unwrap());
    let field = fields.find(|field| field["key"] == key).unwrap();
    values(&field["options"])
}

fn values(options: &Value) -> Vec<String> {
    let options = options.as_array().unwrap().iter();
    options
        .map(|option| option["value"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn the_pages_of_a_service_are_drawn_without_a_request() {
    let world = world(&json!({}));
    let before = requests(&world);
    let params = world.host.services.borrow()[&SERVICE.0].clone();
    let (client, admin) = world.drive(|site| async move {
        (
            actions::client_overview(&site, params.clone())
                .await
                .unwrap(),
            actions::admin_service(&site, params).await.unwrap(),
        )
    });
    assert_eq!(requests(&world), before);
    for page in [&client, &admin] {
        assert_eq!(
            (&page["asked"], &page["live"]),
            (&json!(false), &Value::Null)
        );
        assert_eq!(
            page["error"],
            Value::Null,
            "nothing failed that nobody asked"
        );
        assert_eq!(page["addresses"].as_array().unwrap().len(), 1);
        for (name, action) in page["actions"].as_object().unwrap() {
            if ["start", "stop", "shutdown", "reboot"].contains(&name.as_str()) {
                assert_eq!(action["allowed"], false, "{name}: nobody knows yet");
            }
        }
    }
    let looked = granted(&world, &json!({"op": "status"}));
    assert_eq!(looked["asked"], true);
    assert_eq!(looked["live"]["status"], "running");
    assert!(requests(&world) > before);
}

#[test]
fn a_service_without_a_vm_waits_for_no_look() {
    let world = World::usual(1);
    let service = world.order(&Order::new(9));
    let params = world.host.services.borrow()[&service.0].clone();
    let page =
        world.drive(|site| async move { actions::client_overview(&site, params).await.unwrap() });
    assert_eq!(page["asked"], true);
}

#[test]
fn the_product_form_remembers_what_the_cluster_offered_last() {
    let world = world(&json!({}));
    let before = requests(&world);
    let first = form(&world, PRODUCT);
    assert_eq!(requests(&world), before);
    assert_eq!(first["lists"], json!({"at": null, "can_ask": true}));
    assert_eq!(
        offered(&first, "template"),
        ["", "9001"],
        "the stored value stays"
    );
    let asked = lists(&world);
    assert!(values(&asked["options"]["template"]).contains(&"9000".to_owned()));
    assert!(values(&asked["options"]["node"]).contains(&"pve1".to_owned()));
    let now = requests(&world);
    let second = form(&world, PRODUCT);
    assert_eq!(requests(&world), now);
    assert_eq!(second["lists"]["at"], asked["at"]);
    for key in [
        "node",
        "template",
        "system_storage",
        "backup_storage",
        "iso_storage",
        "bridge",
    ] {
        assert_eq!(
            json!(offered(&second, key)),
            json!(values(&asked["options"][key])),
            "{key}"
        );
    }
    // With a cluster that is away the last answer stays, and says how old it is.
    world.faults(
        &json!([{"match": {}, "do": {"status": {"code": 500, "reason": "no", "body": ""}}}]),
    );
    let away = lists(&world);
    assert_eq!(away["at"], asked["at"]);
    let told = away["banners"][0]["text"].as_str().unwrap();
    assert!(told.starts_with("Proxmox cannot be asked: "), "{told}");
    assert_eq!(away["options"], asked["options"]);
}

#[test]
fn a_product_takes_over_the_settings_of_another() {
    let world = world(&json!({"cpu": "3", "console_key": "k&y"}));
    let copy = PRODUCT + 50;
    *world.host.products.borrow_mut() =
        json!([{"id": PRODUCT, "name": "VPS & Co"}, {"id": copy, "name": "VPS & Co (2)"}]);
    let before = form(&world, copy);
    assert_eq!(before["saved"], false);
    assert_eq!(
        before["copies"],
        json!([{"id": PRODUCT, "name": "VPS & Co"}])
    );
    let save = |form: Value| {
        world.drive(|site| async move { actions::product_save(&site, copy, form).await.unwrap() })
    };
    for wrong in [json!("4711"), json!(copy)] {
        let answer = save(json!({"copy_from": wrong, "cpu": "9"}));
        assert!(answer["errors"]["copy_from"].is_string(), "{answer}");
    }
    assert_eq!(
        save(json!({"copy_from": PRODUCT.to_string(), "cpu": "9"}))["ok"],
        true
    );
    let after = form(&world, copy);
    assert_eq!(
        (&after["saved"], &after["copies"][0]["id"]),
        (&json!(true), &json!(PRODUCT))
    );
    assert_eq!(after["sections"], form(&world, PRODUCT)["sections"]);
    assert_eq!(save(json!({"copy_from": "", "cpu": "9"}))["ok"], true);
}

#[test]
fn the_form_shows_what_a_name_rule_makes() {
    let world = world(&json!({}));
    let before = requests(&world);
    let shown = |rule: &str| {
        let request = json!({"op": "name_preview", "rule": rule, "domain": "vm.example.net"});
        world.drive(|site| async move { keyed::addon_api(&site, request).await.unwrap() })
    };
    let answer = shown("c{client_id}s{service_id}");
    assert_eq!(answer["data"]["name"], "c12s345", "{answer}");
    assert_eq!(answer["data"]["fqdn"], "c12s345.vm.example.net", "{answer}");
    let answer = shown("vm{nothing}");
    assert_eq!(answer["ok"], false);
    assert_eq!(answer["error"]["key"], "must_macro", "{answer}");
    assert_eq!(answer["error"]["args"]["part"], "{nothing}", "{answer}");
    assert_eq!(requests(&world), before);
}
