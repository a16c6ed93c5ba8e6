//! The staff's list of VMs: what it finds, how it is sorted, what is done to several at once; and what the dashboard says.

use super::*;

fn addon(world: &World, request: Value) -> Value {
    world.drive(|site| async move { actions::addon_api(&site, request).await.unwrap() })
}

fn ids(world: &World, mut request: Value) -> Vec<u64> {
    request["op"] = "vms".into();
    let answer = addon(world, request.clone());
    assert_eq!(answer["ok"], true, "{request}: {answer}");
    let rows = answer["data"]["rows"].as_array().unwrap();
    assert_eq!(answer["data"]["total"], rows.len(), "{answer}");
    rows.iter()
        .map(|row| row["service_id"].as_u64().unwrap())
        .collect()
}

/// Three services with a VM, of two clients, in WHMCS's own tables too.
fn sold() -> World {
    let world = super::world(&json!({"ipv4": "1"}));
    for service in [8, 9] {
        world.order(&Order::new(service));
    }
    world.settle(3);
    world.host.run(
        "CREATE TABLE tblhosting (id INTEGER, userid INTEGER, packageid INTEGER, domain TEXT, domainstatus TEXT)",
    );
    world.host.run(
        "CREATE TABLE tblclients (id INTEGER, firstname TEXT, lastname TEXT, companyname TEXT, email TEXT)",
    );
    world
        .host
        .run("CREATE TABLE tblproducts (id INTEGER, name TEXT)");
    world
        .host
        .run("CREATE TABLE tblservers (id INTEGER, name TEXT)");
    world.host.run("INSERT INTO tblclients VALUES (1, 'Jan', 'Nowak', 'Łódź 100%', 'jan@nowak.example'), (2, 'Ada', 'Byron', '', 'ada_b@example.com')");
    world
        .host
        .run("INSERT INTO tblproducts VALUES (1, 'Small')");
    world.host.run("INSERT INTO tblhosting VALUES (7, 1, 1, 'one.example.com', 'Active'), (8, 2, 1, 'two.example.com', 'Suspended'), (9, 1, 1, '', 'Active')");
    world
}

#[test]
fn a_vm_is_found_by_whatever_names_it() {
    let world = sold();
    world.host.run(
        "UPDATE puqProxmoxKVM_vm_info SET vm_net0_mac = 'BC:24:11:00:0A:08' WHERE service_id = 8",
    );
    world.host.run("UPDATE puqProxmoxKVM_vm_info SET vm_rev_dns = '{\"203.0.113.9\":\"mail.nowak.example\"}' WHERE service_id = 9");
    world.host.run("INSERT INTO puq_proxmox_kvm_addresses (scope, family, address, service_id, position, text, prefix, gateway, dns, bridge, vlan, source, state) VALUES ('x', 6, '20010db8007700000000000000000011', 8, 0, '2001:db8:77::11', 64, '', '', 'vmbr0', 0, 'pool:1', 'held')");
    let own = |id: u64| {
        let rows = addon(&world, json!({"op": "vms", "search": format!("#{id}")}));
        let row = rows["data"]["rows"][0].clone();
        assert_eq!(row["service_id"], id, "{rows}");
        row
    };
    let seven = own(7);
    let address = seven["addresses"][0]["address"]
        .as_str()
        .unwrap()
        .to_owned();
    let vmid = seven["vmid"].to_string();
    let name = seven["vm_name"].as_str().unwrap().to_ascii_uppercase();
    for text in [
        address.clone(),
        format!(" {address}/24 "),
        format!("::ffff:{address}"),
        vmid,
        name,
        "one.example".to_owned(),
    ] {
        assert_eq!(ids(&world, json!({"search": text})), [7], "{text}");
    }
    for text in [
        "2001:db8:77::11",
        "2001:0DB8:0077::0011",
        "[2001:db8:77:0:0:0:0:11]",
        "2001:db8:77::/64",
        "2001:db8:77:",
        "bc24.1100.0a08",
        "bc-24-11-00-0a-08",
        "0A:08",
        "ada byron",
        "byr",
        "ADA_B@",
    ] {
        assert_eq!(ids(&world, json!({"search": text})), [8], "{text}");
    }
    assert_eq!(ids(&world, json!({"search": "nowak"})), [9, 7]);
    assert_eq!(ids(&world, json!({"search": "Nowak Jan"})), [9, 7]);
    assert_eq!(ids(&world, json!({"search": "Łódź 100%"})), [9, 7]);
    assert_eq!(ids(&world, json!({"search": "mail.nowak.example"})), [9]);
    for text in [
        "%",
        "_%",
        "' OR 1=1 --",
        "a\\",
        "0:0:0",
        "203.0.113.0/33",
        "ada_c@",
        "💥",
    ] {
        let found = ids(&world, json!({"search": text}));
        // A percent sign stands in the name of one client's company.
        let right = if text == "%" { vec![9, 7] } else { vec![] };
        assert_eq!(found, right, "{text}");
    }
}

/// The last number of a service's only address, which are all of one network.
fn first_address(world: &World, service: u64) -> u64 {
    let found = addon(world, json!({"op": "vms", "search": format!("#{service}")}));
    let text = found["data"]["rows"][0]["addresses"][0]["address"]
        .as_str()
        .unwrap();
    text.rsplit_once('.').unwrap().1.parse().unwrap()
}

#[test]
fn the_list_is_sorted_by_each_of_its_columns_and_by_nothing_else() {
    let world = sold();
    assert_eq!(ids(&world, json!({})), [9, 8, 7]);
    for order in [
        "service",
        "client",
        "product",
        "server",
        "vmid",
        "name",
        "vm_status",
        "status",
        "address",
    ] {
        for descending in [false, true] {
            let found = ids(&world, json!({"sort": order, "descending": descending}));
            assert_eq!(found.len(), 3, "{order}");
            // Among equals the newest comes first, whichever way it goes.
            let rank = |id: u64| match order {
                "service" => id,
                "vmid" => u64::from(world.record(ServiceId(id)).vmid.unwrap().get()),
                "name" => id,
                "client" => [1, 0, 1][id as usize - 7],
                "status" => [0, 1, 0][id as usize - 7],
                "address" => first_address(&world, id),
                _ => 0,
            };
            let mut right = vec![9, 8, 7];
            right.sort_by_key(|id| {
                if descending {
                    u64::MAX - rank(*id)
                } else {
                    rank(*id)
                }
            });
            assert_eq!(found, right, "{order} {descending}");
        }
    }
    for odd in ["v.vm_id; DROP TABLE tblhosting", "SERVICE", "(SELECT 1)"] {
        assert_eq!(ids(&world, json!({"sort": odd})), [9, 8, 7], "{odd}");
    }
    assert_eq!(ids(&world, json!({"status": "Suspended"})), [8]);
    assert_eq!(ids(&world, json!({"only": "waiting"})), [] as [u64; 0]);
    world
        .host
        .run("UPDATE puqProxmoxKVM_vm_info SET waiting = 'a lock' WHERE service_id = 8");
    assert_eq!(
        ids(&world, json!({"only": "waiting", "search": "ada"})),
        [8]
    );
}

#[test]
fn a_vm_that_was_deleted_by_hand_is_an_alarm_after_a_run_that_asked_the_cluster() {
    let world = sold();
    assert_eq!(ids(&world, json!({"only": "odd"})), [] as [u64; 0]);
    let vmid = world.record(ServiceId(8)).vmid.unwrap().get();
    world
        .see(|all| all.meddle(&json!({"vmid": vmid, "delete": true})))
        .unwrap();
    let answer = addon(
        &world,
        json!({"op": "vms_act", "action": "set_dns_records", "services": [7]}),
    );
    assert_eq!(answer["ok"], true, "{answer}");
    world.advance(MINUTE);
    world.tick();
    assert_eq!(ids(&world, json!({"only": "odd"})), [8]);
    let rows = addon(&world, json!({"op": "vms", "only": "odd"}));
    assert_eq!(
        rows["data"]["rows"][0]["odd"],
        json!([format!("VM {vmid} is gone.")])
    );
    let dashboard = addon(&world, json!({"op": "dashboard"}))["data"].clone();
    assert_eq!(dashboard["fine"], false);
    assert_eq!(dashboard["census"][0]["concerned"]["service_id"], 8);
}

#[test]
fn several_are_done_something_to_and_each_says_what_came_of_it() {
    let world = sold();
    let act = |world: &World, action: &str, services: Value| {
        addon(
            world,
            json!({"op": "vms_act", "action": action, "services": services}),
        )
    };
    for (action, services) in [
        ("retry", json!([])),
        ("retry", json!("7")),
        ("redeploy", json!([7])),
        ("", json!([7])),
        ("retry", json!((1..=201).collect::<Vec<u64>>())),
    ] {
        let answer = act(&world, action, services);
        assert_eq!(answer["ok"], false, "{action}: {answer}");
    }
    let answer = act(&world, "set_dns_records", json!(["9", 7, 7, 4242, -1, "x"]));
    let results = answer["data"]["results"].as_array().unwrap().clone();
    let came: Vec<(u64, bool)> = results
        .iter()
        .map(|one| (one["service_id"].as_u64().unwrap(), one["ok"] == true))
        .collect();
    assert_eq!(came, [(7, true), (9, true), (4242, false)], "{answer}");
    assert_eq!(world.record(ServiceId(7)).state.as_str(), "set_dns_records");
    assert_eq!(world.record(ServiceId(8)).state.as_str(), "ready");
    let answer = act(&world, "retry", json!([7, 8]));
    assert_eq!(answer["data"]["results"][0]["ok"], true, "{answer}");
    let idle = answer["data"]["results"][1].clone();
    assert_eq!(idle["ok"], false);
    assert_eq!(idle["text"], "Nothing is under way.");
    world.settle(3);
    for service in [7, 9] {
        assert_eq!(world.record(ServiceId(service)).state.as_str(), "ready");
    }
}

#[test]
fn nothing_is_destroyed_before_its_name_is_typed() {
    let world = super::world(&json!({}));
    let name = world.record(SERVICE).name;
    let ready = |world: &World| assert_eq!(world.record(SERVICE).state.as_str(), "ready");
    for state in ["terminate", "remove"] {
        for typed in ["", "x", "7", " "] {
            let request = json!({"op": "reset", "state": state, "confirm": typed});
            let why = not_done(&world, &request);
            assert!(why.contains(&format!("Type {name} ")), "{why}");
        }
        ready(&world);
    }
    // Its own names are all that is worked on, and it runs: nobody needs its end.
    done(&world, &json!({"op": "reset", "state": "set_dns_records"}));
    for request in [
        json!({"op": "redeploy", "confirm": name}),
        json!({"op": "reset", "state": "terminate", "confirm": name}),
        json!({"op": "reset", "state": "remove", "confirm": name}),
    ] {
        let why = not_done(&world, &request);
        assert!(why.contains("only its names or its package"), "{why}");
    }
    assert_eq!(world.record(SERVICE).state.as_str(), "set_dns_records");
    // One that stands still may be built anew, by whoever types its name in any capitals.
    done(&world, &json!({"op": "reset", "state": "ready"}));
    done(&world, &json!({"op": "stop"}));
    done(&world, &json!({"op": "reset", "state": "change_package"}));
    let why = not_done(&world, &json!({"op": "redeploy", "confirm": "other"}));
    assert!(why.contains(&format!("Type {name} ")), "{why}");
    let typed = format!(" {} ", name.to_ascii_uppercase());
    done(&world, &json!({"op": "redeploy", "confirm": typed}));
    assert_eq!(world.record(SERVICE).state.as_str(), "reinstall");
}

#[test]
fn the_dashboard_is_fine_only_when_it_is() {
    let world = super::world(&json!({}));
    let shown = |world: &World| addon(world, json!({"op": "dashboard"}))["data"].clone();
    let dashboard = shown(&world);
    assert_eq!(dashboard["alarms"], json!([]), "{dashboard}");
    let days = dashboard["days"].as_array().unwrap();
    assert_eq!(days.len(), 14);
    assert_eq!(days[13]["services"], 1);
    assert_eq!(days[13]["ordered"], 1);
    assert_eq!(days[0]["services"], 0);
    world.advance(HOUR);
    let late = shown(&world);
    let text = late["alarms"][0]["text"].as_str().unwrap();
    assert!(text.contains("The cron ran last"), "{text}");
    assert_eq!(late["fine"], false);
    let empty = World::usual(7);
    let dashboard = shown(&empty);
    let steps = dashboard["setup"].as_array().unwrap();
    assert!(
        !steps.is_empty() && dashboard["fine"] == false,
        "{dashboard}"
    );
}
