//! The client's firewall: policies and rules, and what a change of package leaves of them.

use super::*;
use crate::support::compare::assert_as_sold;
use puq_proxmox_kvm::model::VmState;

fn rules(world: &World) -> Vec<BTreeMap<String, String>> {
    let vmid = world.record(SERVICE).vmid.unwrap().get();
    world.see(|all| {
        let rules = &all.vms[&vmid].firewall.rules;
        rules
            .iter()
            .map(|rule| rule.clone().into_iter().collect())
            .collect()
    })
}

fn option(world: &World, key: &str) -> String {
    let vmid = world.record(SERVICE).vmid.unwrap().get();
    world.see(|all| {
        let options = &all.vms[&vmid].firewall.options;
        options.get(key).cloned().unwrap_or_default()
    })
}

fn digest(world: &World) -> String {
    let list = granted(world, &json!({"op": "firewall"}));
    list["digest"].as_str().unwrap().to_owned()
}

fn add(world: &World, port: &str) {
    let rule = json!({
        "op": "firewall_rule_add", "direction": "in", "verdict": "ACCEPT", "protocol": "tcp", "dest_port": port,
    });
    granted(world, &rule);
}

fn ports(world: &World) -> Vec<String> {
    rules(world)
        .iter()
        .map(|rule| rule["dport"].clone())
        .collect()
}

#[test]
fn a_rule_reaches_proxmox_field_by_field() {
    let world = world(&json!({}));
    granted(
        &world,
        &json!({
            "op": "firewall_rule_add", "direction": "in", "verdict": "DROP", "protocol": "udp", "source": "198.51.100.9/24",
            "source_port": "53", "dest": "192.0.2.10", "dest_port": "1000:2000", "comment": "no # quiz",
        }),
    );
    let found = rules(&world);
    assert_eq!(found.len(), 1);
    for (key, value) in [
        ("type", "in"),
        ("action", "DROP"),
        ("proto", "udp"),
        ("source", "198.51.100.0/24"),
        ("sport", "53"),
        ("dest", "192.0.2.10"),
        ("dport", "1000:2000"),
        ("comment", "no # quiz"),
        ("enable", "1"),
    ] {
        assert_eq!(found[0].get(key).map(String::as_str), Some(value), "{key}");
    }
    let list = granted(&world, &json!({"op": "firewall"}));
    let shown = &list["rules"][0];
    assert_eq!(
        (&shown["pos"], &shown["direction"]),
        (&json!(0), &json!("in"))
    );
    assert_eq!(shown["source"], "198.51.100.0/24");
    assert_eq!(shown["enabled"], true);
    assert_eq!(list["enabled"], true);
}

#[test]
fn rules_are_moved_and_removed_as_the_page_saw_them() {
    let world = world(&json!({}));
    for port in ["3", "2", "1", "0001"] {
        add(&world, port);
    }
    assert_eq!(
        ports(&world),
        ["1", "1", "2", "3"],
        "the newest stands first"
    );
    let seen = digest(&world);
    granted(
        &world,
        &json!({"op": "firewall_rule_remove", "pos": 0, "digest": seen}),
    );
    // What the page saw is not what there is any more.
    for request in [
        json!({"op": "firewall_rule_remove", "pos": 0, "digest": seen}),
        json!({"op": "firewall_rule_move", "pos": 0, "to": 1, "digest": seen}),
        json!({"op": "firewall_rule_remove", "pos": 0}),
    ] {
        let why = refused(&world, &request);
        assert!(why.contains("changed meanwhile"), "{why}");
    }
    assert_eq!(ports(&world), ["1", "2", "3"]);
    for (pos, to, wanted) in [
        (0, 2, ["2", "3", "1"]),
        (2, 0, ["1", "2", "3"]),
        (1, 1, ["1", "2", "3"]),
        (0, 1, ["2", "1", "3"]),
        (0, 99, ["1", "3", "2"]),
    ] {
        let request =
            json!({"op": "firewall_rule_move", "pos": pos, "to": to, "digest": digest(&world)});
        granted(&world, &request);
        assert_eq!(ports(&world), wanted, "from {pos} to {to}");
    }
    let request = json!({"op": "firewall_rule_remove", "pos": 7, "digest": digest(&world)});
    assert!(refused(&world, &request).contains("no such rule"));
}

#[test]
fn policies_stay_over_a_change_of_package_and_go_with_a_new_installation() {
    let world = world(&json!({"policy_in": "ACCEPT"}));
    let request = json!({"op": "firewall_policies", "policy_in": "DROP", "policy_out": "ACCEPT"});
    granted(&world, &request);
    assert_eq!(option(&world, "policy_in"), "DROP");
    let params = world.host.services.borrow()[&SERVICE.0].clone();
    world.drive(|site| async move { actions::change_package(&site, params).await.unwrap() });
    world.settle(5);
    assert_eq!(
        option(&world, "policy_in"),
        "DROP",
        "an upgrade opens nothing that was closed"
    );
    assert_as_sold(&world, SERVICE);
    granted(&world, &json!({"op": "reinstall", "confirm": "REINSTALL"}));
    world.settle(5);
    assert_eq!(option(&world, "policy_in"), "ACCEPT");
    assert_as_sold(&world, SERVICE);
}

#[test]
fn what_breaks_a_rule_changes_nothing_and_names_the_field() {
    let world = world(&json!({}));
    let answer = ask(
        &world,
        &json!({"op": "firewall_rule_add", "direction": "in", "verdict": "ACCEPT", "source": "300.1.1.1", "dest_port": "22"}),
    );
    assert_eq!(answer["ok"], false);
    let errors = answer["errors"].as_object().unwrap();
    assert!(
        errors.contains_key("source") && errors.contains_key("dest_port"),
        "{answer}"
    );
    for request in [
        json!({"op": "firewall_policies", "policy_in": "REJECT", "policy_out": "ACCEPT"}),
        json!({"op": "firewall_policies", "policy_in": "ACCEPT"}),
        json!({"op": "firewall_policies", "policy_in": "accept; reboot", "policy_out": "DROP"}),
        json!({"op": "firewall_rule_remove"}),
        json!({"op": "firewall_rule_remove", "pos": -1, "digest": "x"}),
        json!({"op": "firewall_rule_move", "pos": "first", "to": 0}),
        json!({"op": "firewall_options", "enable": 0}),
    ] {
        refused(&world, &request);
    }
    assert_eq!(rules(&world).len(), 0);
    let policies = json!({"op": "firewall_policies", "policy_in": "REJECT", "policy_out": "DROP"});
    done(&world, &policies);
    assert_eq!(option(&world, "policy_in"), "REJECT");
}

#[test]
fn only_where_the_product_has_a_firewall_and_the_vm_is_free() {
    for product in [
        json!({"firewall": "0"}),
        json!({"enable": "0"}),
        json!({"dhcp4": "1"}),
    ] {
        let world = world(&product);
        for op in ["firewall", "firewall_rule_add", "firewall_policies"] {
            let why = refused(&world, &json!({"op": op}));
            assert_eq!(why, "Your product does not include this.", "{product}");
        }
    }
    let world = world(&json!({}));
    granted(&world, &json!({"op": "backup_now"}));
    let policies = json!({"op": "firewall_policies", "policy_in": "DROP", "policy_out": "DROP"});
    assert!(refused(&world, &policies).contains("backup"));
    wait(&world);
    assert_eq!(world.state(SERVICE), VmState::Ready);
    granted(&world, &policies);
}

#[test]
fn a_hundred_rules_are_enough() {
    let world = world(&json!({}));
    let vmid = world.record(SERVICE).vmid.unwrap().get();
    add(&world, "80");
    world.see(|all| {
        let rules = &mut all.vms.get_mut(&vmid).unwrap().firewall.rules;
        let one = rules[0].clone();
        rules.resize(100, one);
    });
    let rule = json!({"op": "firewall_rule_add", "direction": "in", "verdict": "ACCEPT"});
    assert!(refused(&world, &rule).contains("100 rules"));
}

fn kinds(world: &World) -> Vec<String> {
    let kind = |rule: &BTreeMap<String, String>| match rule["type"].as_str() {
        "group" => rule["action"].clone(),
        _ => rule["dport"].clone(),
    };
    rules(world).iter().map(kind).collect()
}

/// What staff put into Proxmox, first.
fn put_first(world: &World, rule: &[(&str, &str)]) {
    let vmid = world.record(SERVICE).vmid.unwrap().get();
    let rule = rule.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
    world.see(|all| {
        let rules = &mut all.vms.get_mut(&vmid).unwrap().firewall.rules;
        rules.insert(0, rule.collect());
    });
}

/// Proxmox takes the first rule that fits, and puts each new one first: what a provider forbids must stay above.
#[test]
fn the_providers_rules_stay_above_a_clients() {
    let world = world(&json!({}));
    add(&world, "80");
    put_first(
        &world,
        &[("type", "group"), ("action", "no-smtp"), ("enable", "1")],
    );
    put_first(
        &world,
        &[
            ("type", "out"),
            ("action", "DROP"),
            ("proto", "tcp"),
            ("dport", "25"),
            ("enable", "1"),
        ],
    );
    add(&world, "443");
    assert_eq!(kinds(&world), ["25", "no-smtp", "443", "80"]);
    let shown = granted(&world, &json!({"op": "firewall"}));
    assert_eq!(shown["rules"][2]["enabled"], true, "{shown}");
    assert_eq!(shown["rules"][2]["comment"], "", "{shown}");
    // The provider's rule does not become the client's by being asked for again.
    let same = json!({"op": "firewall_rule_add", "direction": "out", "verdict": "DROP", "protocol": "tcp", "dest_port": "25"});
    granted(&world, &same);
    assert_eq!(kinds(&world), ["25", "no-smtp", "443", "80"]);
    for to in [0, 1] {
        let request =
            json!({"op": "firewall_rule_move", "pos": 3, "to": to, "digest": digest(&world)});
        let why = refused(&world, &request);
        assert!(why.contains("provider's rules stand first"), "{why}");
    }
    for pos in [0, 1] {
        let request = json!({"op": "firewall_rule_remove", "pos": pos, "digest": digest(&world)});
        assert!(refused(&world, &request).contains("belongs to the provider"));
    }
    let request = json!({"op": "firewall_rule_move", "pos": 3, "to": 2, "digest": digest(&world)});
    granted(&world, &request);
    assert_eq!(kinds(&world), ["25", "no-smtp", "80", "443"]);
}

/// Between being added and standing in its place a rule has no effect, wherever the connection breaks.
#[test]
fn a_rule_that_was_cut_off_on_its_way_has_no_effect() {
    for (method, fault) in [
        ("POST", "reset_after"),
        ("PUT", "reset_before"),
        ("PUT", "reset_after"),
    ] {
        for nth in [1, 2] {
            let world = world(&json!({}));
            put_first(
                &world,
                &[("type", "group"), ("action", "no-smtp"), ("enable", "1")],
            );
            let path = "~^.*/firewall/rules.*$";
            world.faults(&json!([{"match": {"method": method, "path": path}, "when": {"nth": nth}, "do": fault}]));
            let rule = json!({"op": "firewall_rule_add", "direction": "out", "verdict": "ACCEPT", "protocol": "tcp", "dest_port": "25"});
            ask(&world, &rule);
            world.faults(&json!([]));
            let found = rules(&world);
            let group = found.iter().position(|rule| rule["type"] == "group");
            let open = found
                .iter()
                .position(|rule| rule["type"] == "out" && rule["enable"] == "1");
            assert!(
                open.is_none_or(|open| Some(open) > group),
                "{method} {fault} {nth}: {found:?}"
            );
            add(&world, "80");
            let last = kinds(&world).pop();
            assert!(
                last == Some("80".to_owned())
                    || kinds(&world).iter().position(|k| k == "80") > group
            );
        }
    }
}
