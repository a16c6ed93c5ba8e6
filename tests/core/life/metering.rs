//! What WHMCS asks about all services of a server: metrics, usage, accounts.

use super::*;

fn server(world: &World) -> Value {
    world.host.services.borrow()[&SERVICE.0].clone()
}

fn metrics(world: &World) -> Value {
    let params = server(world);
    world.drive(|site| async move { actions::metrics(&site, params).await.unwrap() })
}

/// An hour of traffic, in bytes.
fn hour(world: &World, at: &str, received: u64, sent: u64) {
    let at = chrono::DateTime::parse_from_rfc3339(at)
        .unwrap()
        .timestamp();
    world.host.run(&format!(
        "INSERT INTO puqProxmoxKVM_statistics (service_id, hour, netin, netout, counter_in, counter_out, sampled_at, \
         estimated) VALUES ({}, {at}, {received}, {sent}, 0, 0, {at}, 0)",
        SERVICE.0
    ));
}

#[test]
fn a_month_s_traffic_is_told_in_gigabytes() {
    let world = world_at("2026-04-10T08:00:00Z", &json!({}));
    hour(&world, "2026-03-31T21:00:00Z", 7 << 30, 7 << 30);
    hour(&world, "2026-04-01T00:00:00Z", 1 << 30, 1 << 20);
    hour(&world, "2026-04-09T23:00:00Z", 1 << 29, 0);
    let found = metrics(&world);
    println!("{found}");
    let one = &found["services"][0];
    assert_eq!((&one["in"], &one["out"]), (&json!(1.5), &json!(0.000977)));
    assert_eq!(
        one["domain"],
        world.host.services.borrow()[&SERVICE.0]["domain"]
    );
    // In a zone two hours ahead the month began two hours earlier.
    world.host.about.borrow_mut().timezone = "Europe/Warsaw".to_owned();
    assert_eq!(metrics(&world)["services"][0]["in"], 1.5);
    hour(&world, "2026-03-31T22:00:00Z", 1 << 30, 0);
    assert_eq!(metrics(&world)["services"][0]["in"], 2.5);
    let start = chrono::DateTime::parse_from_rfc3339("2026-03-31T22:00:00Z").unwrap();
    assert_eq!(found["start"], start.timestamp() + 7200);
}

#[test]
fn whmcs_gets_its_columns_in_megabytes() {
    let world = world_at("2026-04-10T08:00:00Z", &json!({"additional_size": "5"}));
    hour(&world, "2026-04-02T00:00:00Z", 3 << 20, 2 << 20);
    let params = server(&world);
    let answer =
        world.drive(|site| async move { actions::update_usage(&site, params).await.unwrap() });
    assert_eq!(answer["updated"], 1);
    let effect = &world.host.effects_of("update_usage")[0];
    assert_eq!(
        effect["services"],
        json!([{"id": 7, "bwusage": 5, "disklimit": 15 * 1024}])
    );
}

#[test]
fn accounts_are_the_vms_that_stand() {
    let world = world(&json!({}));
    world.order(&Order::new(8));
    let list = |world: &World| {
        let params = server(world);
        let answer =
            world.drive(|site| async move { actions::list_accounts(&site, params).await.unwrap() });
        assert_eq!(answer["success"], true, "{answer}");
        answer["accounts"].as_array().unwrap().clone()
    };
    let accounts = list(&world);
    assert_eq!(
        accounts.len(),
        1,
        "an order without a VM is none: {accounts:?}"
    );
    let one = &accounts[0];
    assert_eq!(one["status"], "Active");
    assert_eq!(one["primaryip"], "192.0.2.10");
    assert_eq!(one["uniqueIdentifier"], one["domain"]);
    assert_eq!(one["email"], "anna@example.com");
    let params = server(&world);
    world.drive(|site| async move { actions::suspend_account(&site, params).await.unwrap() });
    assert_eq!(list(&world)[0]["status"], "Suspended");
    world.see(|all| all.vms.remove(&2000));
    assert_eq!(list(&world).len(), 0);
    let mut params = server(&world);
    params["serverpassword"] = json!("wrong");
    let answer =
        world.drive(|site| async move { actions::list_accounts(&site, params).await.unwrap() });
    assert_eq!(answer["success"], false);
    assert!(
        answer["error"].as_str().unwrap().contains("token"),
        "{answer}"
    );
}
