//! Many backups that are due at the same time: so many at once on a node, and orders go on meanwhile.

use super::backups::schedule;
use super::*;
use crate::support::invariant::assert_at_rest;

const SERVICES: u64 = 30;
const AT_ONCE: usize = 2;

/// How many backups are under way on each node.
fn under_way(world: &World) -> BTreeMap<String, usize> {
    world.see(|all| {
        let mut nodes = BTreeMap::new();
        for task in all.tasks.iter().filter(|task| task.kind == "vzdump") {
            *nodes.entry(task.node.clone()).or_default() += usize::from(task.ended.is_none());
        }
        nodes
    })
}

#[test]
fn a_node_has_only_so_many_backups_at_once_and_orders_go_on() {
    let world = world_at("2026-04-10T01:00:00Z", &json!({"ram": "1"}));
    for service in 100..100 + SERVICES {
        world.order(&Order::new(service));
    }
    world.settle(5);
    world.setting("backups_per_node", &AT_ONCE.to_string());
    // Minutes each, so that none ends before the run looks away.
    world.see(|all| all.durations.vzdump = 400.0);
    schedule(&world, "03:17");
    world.advance(HOUR * 2 + MINUTE * 20);
    let first = world.tick();
    let lines = lines_of(&first.text, "scheduleBackup");
    let told = |word: &str| lines.iter().filter(|line| line.contains(word)).count();
    let nodes = under_way(&world);
    println!("{nodes:?}\n{}", lines.join("\n"));
    assert!(nodes.values().all(|number| *number == AT_ONCE), "{nodes:?}");
    assert_eq!(told(", started"), nodes.len() * AT_ONCE);
    assert_eq!(told("[skipped] no_turn, "), lines.len() - told(", started"));

    // A new order is ready in the very next run, although hours of backups are still due.
    let late = world.order(&Order::new(900));
    world.advance(MINUTE);
    world.tick();
    assert_eq!(world.record(late).state.as_str(), "ready");

    for _ in 0..150 {
        world.advance(MINUTE * 5);
        world.tick();
        let nodes = under_way(&world);
        assert!(nodes.values().all(|number| *number <= AT_ONCE), "{nodes:?}");
    }
    let made = world.see(|all| {
        let backups = all
            .volumes
            .values()
            .filter(|volume| volume.content == "backup");
        let mut owners: Vec<_> = backups.filter_map(|volume| volume.vmid).collect();
        owners.sort_unstable();
        owners
    });
    let mut owners = made.clone();
    owners.dedup();
    assert_eq!(made, owners, "each of them has one");
    assert_eq!(made.len() as u64, SERVICES + 1);
    assert_at_rest(&world);
}

/// A click that comes while the page looks waits for the end of that look; one that comes while somebody works does not.
#[test]
fn a_click_waits_for_a_look_and_for_nothing_else() {
    let world = world(&json!({}));
    let now = || world.drive(|site| async move { site.now() });
    let held = |holder: &str| {
        let until = now() + 600;
        let sql = format!(
            "UPDATE puq_proxmox_kvm_leases SET holder = '{holder}', expires_at = {until} WHERE service_id = {}",
            SERVICE.0
        );
        assert_eq!(world.host.run(&sql), 1);
    };
    let rule = json!({"op": "firewall_rule_add", "direction": "in", "verdict": "ACCEPT", "protocol": "tcp", "dest_port": "22"});
    held("web9:1:1:0123abcd");
    let before = now();
    assert_eq!(ask(&world, &rule)["ok"], false);
    assert_eq!(now(), before, "who works is not waited for");
    held("web9:1:1:look-0123abcd");
    assert_eq!(ask(&world, &rule)["ok"], false);
    let waited = now() - before;
    assert!((4..=7).contains(&waited), "{waited}");
    // The look ends: what comes then is done, without a word of it to whoever clicked.
    world
        .host
        .run("UPDATE puq_proxmox_kvm_leases SET holder = '', expires_at = 0");
    assert_eq!(ask(&world, &rule)["ok"], true);
}

/// The look of a page and a click at once, while what was asked for before has just ended: both are answered.
#[test]
fn a_look_and_a_click_at_once_are_both_answered() {
    let world = world(&json!({}));
    world.faults(&json!([{"match": {"method": "POST", "path": "/nodes/*/qemu/*/snapshot"}, "do": {"slow": {"ms": 9000}}}]));
    ask(
        &world,
        &json!({"op": "snapshot_create", "description": "a"}),
    );
    world.faults(&json!([{"match": {"path": "/nodes/*/tasks/**"}, "do": {"slow": {"ms": 900}}}]));
    world.advance(MINUTE);
    let params = world.host.services.borrow()[&SERVICE.0].clone();
    let (looked, clicked) = world.drive(|site| async move {
        let look = actions::client_api(&site, params.clone(), json!({"op": "status"}));
        let click = async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            let rule = json!({"op": "firewall_rule_add", "direction": "in", "verdict": "ACCEPT", "protocol": "tcp", "dest_port": "22"});
            actions::client_api(&site, params.clone(), rule).await
        };
        let (look, click) = futures_util::future::join(look, click).await;
        (look.unwrap(), click.unwrap())
    });
    assert_eq!(looked["ok"], true, "{looked}");
    assert_eq!(clicked["ok"], true, "{clicked}");
}
