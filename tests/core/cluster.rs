//! Kinds of clusters, and what a deploy asks of one.

use crate::deploy::{deploy, finish};
use crate::support::shop::{PRODUCT, pool, usual_with};
use crate::support::{Order, World};
use pve_sim::Scenario;
use serde_json::json;

#[test]
fn every_supported_release_takes_our_calls() {
    for version in ["7.4-17", "8.2.4", "9.0.3"] {
        let scenario = Scenario {
            version: version.to_owned(),
            ..Scenario::named("demo").unwrap()
        };
        let world = World::new(scenario, 7);
        world.product(
            PRODUCT,
            &usual_with(&json!({"template": "9001", "additional_size": "5"})),
        );
        world.pool(&pool("192.0.2.10", "192.0.2.250"));
        finish(world, Order::new(7));
    }
}

#[test]
fn a_single_node_without_a_cluster_does_as_well() {
    let world = World::new(Scenario::named("single").unwrap(), 7);
    world.product(PRODUCT, &usual_with(&json!({"ram": "1", "cpu": "1"})));
    world.pool(&pool("192.0.2.10", "192.0.2.250"));
    finish(
        world,
        Order::new(7)
            .server("serverhostname", "pve")
            .server("serveraccesshash", ""),
    );
}

#[test]
fn a_deploy_takes_at_most_22_calls_and_all_of_them_are_valid() {
    // Everything that can be sold, and a migration. Who the cluster is was learnt with its first order.
    let changes = json!({
        "template": "9001", "additional_size": "25", "rate": "10",
        "system_read_mbps": "100", "additional_read_mbps": "50",
    });
    let (world, _, _) = deploy(&changes);
    world.crash_at_request(None);
    world.advance(std::time::Duration::from_secs(60));
    let (world, _, _) = finish(world, Order::new(8));
    let sent = world.network.sent.borrow();
    let calls: Vec<_> = sent.iter().filter(|sent| !sent.is_poll()).collect();
    assert!(calls.len() <= 22, "{} calls: {calls:#?}", calls.len());
    for entry in world.see(|all| all.journal.entries().to_vec()) {
        let checked = pve_sim::check(&entry.method, &entry.path, &entry.params);
        assert!(
            checked.is_ok(),
            "{} {} {:?}: {checked:?}",
            entry.method,
            entry.path,
            entry.params
        );
        // A VM without an address set answers so; nothing else is refused.
        let absent = entry.method == "GET" && entry.path.ends_with("/ipset/ipfilter-net0");
        assert!(
            entry.status == 200 || absent,
            "{} {} {:?}: {}",
            entry.method,
            entry.path,
            entry.params,
            entry.status
        );
    }
}

#[test]
fn the_same_seed_gives_the_same_run() {
    let run = || {
        let (world, _, ran) = deploy(&json!({"template": "9001"}));
        let journal: Vec<String> = world.see(|all| {
            all.journal
                .entries()
                .iter()
                .map(|e| format!("{e:?}"))
                .collect()
        });
        (ran.text, journal)
    };
    assert_eq!(run(), run());
}

#[test]
fn where_tags_are_restricted_the_description_alone_carries_the_mark() {
    for rule in ["none", "list", "existing"] {
        let scenario = Scenario {
            tag_rule: rule.to_owned(),
            ..Scenario::named("demo").unwrap()
        };
        let world = World::new(scenario, 7);
        world.see(|all| all.roles.get_mut("Whmcs").unwrap().remove("Sys.Modify"));
        world.product(PRODUCT, &usual_with(&json!({"template": "9001"})));
        world.pool(&pool("192.0.2.10", "192.0.2.250"));
        world.order(&Order::new(7));
        world.order(&Order::new(8));
        let text = world.tick().text;
        world.settle(5);
        assert_eq!(
            text.matches("for modifying tag 'puq-").count(),
            1,
            "asked once, and the log says so:\n{text}"
        );
        let foreign = world.foreign.len();
        world.see(|all| {
            let ours = all.vms.values().filter(|vm| {
                let note = vm.conf.get("description").map_or("", String::as_str);
                note.contains("puq-owner=")
            });
            assert_eq!(ours.clone().count(), 2);
            assert!(ours.clone().all(|vm| !vm.conf.contains_key("tags")));
            assert!(ours.clone().all(|vm| vm.conf["cores"] == "2"));
            assert_eq!(all.vms.len(), foreign + 2);
        });
        let checks = world.drive(|site| async move {
            let server = crate::support::shop::SERVER;
            puq_proxmox_kvm::doctor::examine(&site, Some(puq_proxmox_kvm::model::ServerId(server)))
                .await
                .unwrap()
        });
        assert!(
            checks
                .iter()
                .any(|check| check.name == "tags" && check.text.as_str().contains(rule)),
            "{checks:?}"
        );
    }
}
