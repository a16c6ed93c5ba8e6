//! How often the product goes to WHMCS's database and to Proxmox for one thing that is asked of it. These are counts, so
//! they are the same on every machine.

use super::shop::{PRODUCT, pool, usual_with};
use super::{Order, World};
use crate::support::actions;
use puq_proxmox_kvm::model::VmState;
use pve_sim::Scenario;
use serde_json::{Value, json};
use std::time::Duration;

const SERVICE: u64 = 7;

/// The names of the figures, each with the most that it may be.
pub const BOUNDS: [(&str, u64); 4] = [
    ("host_calls_stop_click", 12),
    ("host_calls_restore_click", 9),
    ("host_calls_overview", 5),
    ("host_calls_idle_tick", 6),
];

/// What one thing took.
#[derive(Debug, Default)]
pub struct Taken {
    /// Calls into PHP, the question for its clock and the lines of the console among them.
    pub host_calls: u64,
    /// Statements that the database refused.
    pub refused: u64,
    /// Requests that reached Proxmox: method and last word of the path.
    pub requests: Vec<String>,
}

/// What was measured, by the names of the figures.
pub fn measure() -> Vec<(&'static str, Taken)> {
    let world = world();
    let [stop, restore, overview, idle] = BOUNDS.map(|(name, _)| name);
    let mut all = vec![(
        overview,
        counted(&world, || drop(click(&world, json!({"op": "status"})))),
    )];
    click(&world, json!({"op": "backup_now", "note": "first"}));
    settle(&world);
    let switched = counted(&world, || drop(click(&world, json!({"op": "stop"}))));
    all.push((stop, switched));
    settle(&world);
    let backup = click(&world, json!({"op": "backups"}))["backups"][0]["id"].clone();
    let request = json!({"op": "backup_restore", "backup": backup});
    all.push((restore, counted(&world, || drop(click(&world, request)))));
    settle(&world);
    // Every task is switched off or was run this moment: none is due.
    world.tick();
    let ran = counted(&world, || {
        assert_eq!(world.tick().status, Ok(0));
    });
    all.push((idle, ran));
    all
}

fn world() -> World {
    let world = World::new(Scenario::named("demo").unwrap(), 7);
    let product = json!({
        "template": "9001", "backups": "2", "snapshots": "2", "backup_storage": "pbs-backup|pbs",
    });
    world.product(PRODUCT, &usual_with(&product));
    world.pool(&pool("192.0.2.10", "192.0.2.250"));
    // Each entry asks the database for its clock, as it does in the field.
    world.clocks(0, 0);
    world.order(&Order::new(SERVICE));
    world.settle(3);
    world
}

/// A request of the client's page that must be granted; its data.
fn click(world: &World, request: Value) -> Value {
    let params = world.host.services.borrow()[&SERVICE].clone();
    let answer = world
        .drive(|site| async move { actions::client_api(&site, params, request).await.unwrap() });
    assert_eq!(answer["ok"], true, "{answer}");
    answer["data"].clone()
}

/// Lets the cron bring everything to its end.
fn settle(world: &World) {
    for _ in 0..30 {
        world.advance(Duration::from_secs(60));
        world.tick();
        let open = "SELECT 1 FROM puq_proxmox_kvm_operations WHERE outcome = ''";
        let ready = |state: VmState| state == VmState::Ready;
        if world.host.rows(open).is_empty() && world.records().iter().all(|r| ready(r.state)) {
            return;
        }
    }
    panic!("the VM does not come to rest");
}

fn counted(world: &World, act: impl FnOnce()) -> Taken {
    let before = (world.host.refused.get(), world.sim.journal().len());
    world.host.crash_at(None);
    act();
    let journal = world.sim.journal();
    let word = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    Taken {
        host_calls: world.host.calls(),
        refused: world.host.refused.get() - before.0,
        requests: journal
            .iter()
            .skip(before.1)
            .map(|entry| format!("{} {}", entry.method, word(&entry.path)))
            .collect(),
    }
}
