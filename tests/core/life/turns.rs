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
