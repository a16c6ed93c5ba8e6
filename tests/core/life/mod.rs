//! The life of a VM after its deploy: snapshots, backups, restores, statistics, and what the cron prints of them.

mod addresses;
mod adopted;
mod asked;
mod asker;
mod attach;
mod back;
mod backups;
mod behind;
mod causes;
mod census;
mod census_at_rest;
mod charts;
mod closed;
mod counts;
mod elsewhere;
mod ending;
mod ends;
mod firewall;
mod flow_ends;
mod foreign;
mod given_back;
mod golden;
mod huge;
mod import;
mod install;
mod iso;
mod listed;
mod metering;
mod names;
mod odd;
mod over;
mod package;
mod pages;
mod power;
mod record;
mod replies;
mod restore;
mod snapshots;
mod states;
mod statistics;
mod step;
mod suspension;
mod tenures;
mod turns;
mod typed;
mod under_way;
mod unreadable;
mod unsaved;
mod warned;
mod written;
mod zones;

use crate::support::actions;
use crate::support::shop::{PRODUCT, SERVER, pool, usual_with};
use crate::support::{Order, World};
use puq_proxmox_kvm::model::ServiceId;
use pve_sim::Scenario;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

const SERVICE: ServiceId = ServiceId(7);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(86_400);
const STORAGE: &str = "pbs-backup";

/// A world at this moment, with a product of this kind and one VM that is ready.
fn world_at(moment: &str, product: &Value) -> World {
    let epoch = chrono::DateTime::parse_from_rfc3339(moment)
        .unwrap()
        .timestamp();
    let scenario = Scenario {
        epoch,
        ..Scenario::named("demo").unwrap()
    };
    world_of(scenario, product)
}

/// The same of this cluster.
fn world_of(scenario: Scenario, product: &Value) -> World {
    let world = World::new(scenario, 7);
    let all = json!({"template": "9001", "backups": "2", "snapshots": "2", "backup_storage": "pbs-backup|pbs"});
    let mut all = usual_with(&all);
    for (key, value) in product.as_object().unwrap() {
        all[key] = value.clone();
    }
    world.product(PRODUCT, &all);
    world.pool(&pool("192.0.2.10", "192.0.2.250"));
    world.order(&Order::new(SERVICE.0));
    world.settle(3);
    assert_eq!(world.record(SERVICE).server.0, SERVER);
    world
}

fn world(product: &Value) -> World {
    world_at("2026-04-10T08:00:00Z", product)
}

/// One request of the client's page.
fn ask(world: &World, request: &Value) -> Value {
    let params = world.host.services.borrow()[&SERVICE.0].clone();
    let request = request.clone();
    world.drive(|site| async move { actions::client_api(&site, params, request).await.unwrap() })
}

/// One request of the staff's page.
fn ask_admin(world: &World, request: &Value) -> Value {
    let params = world.host.services.borrow()[&SERVICE.0].clone();
    let request = request.clone();
    world.drive(|site| async move { actions::admin_api(&site, params, request).await.unwrap() })
}

/// A request of the staff that must be granted; its data.
fn done(world: &World, request: &Value) -> Value {
    let answer = ask_admin(world, request);
    assert_eq!(answer["ok"], true, "{request}: {answer}");
    answer["data"].clone()
}

/// A request of the staff that must be refused; the sentence.
fn not_done(world: &World, request: &Value) -> String {
    let answer = ask_admin(world, request);
    assert_eq!(answer["ok"], false, "{request}: {answer}");
    answer["error"].as_str().unwrap().to_owned()
}

/// A call of WHMCS; its answer.
fn call(world: &World, what: &str) -> String {
    let params = world.host.services.borrow()[&SERVICE.0].clone();
    world.drive(|site| async move {
        match what {
            "suspend" => actions::suspend_account(&site, params).await,
            "unsuspend" => actions::unsuspend_account(&site, params).await,
            "terminate" => actions::terminate_account(&site, params).await,
            _ => actions::change_package(&site, params).await,
        }
        .unwrap()
    })
}

/// The configuration of the service's VM.
fn conf(world: &World) -> BTreeMap<String, String> {
    let vmid = world.record(SERVICE).vmid.unwrap().get();
    world.see(|all| all.vms[&vmid].conf.clone().into_iter().collect())
}

/// Whether the service's VM runs.
fn running(world: &World) -> bool {
    let vmid = world.record(SERVICE).vmid.unwrap().get();
    world.see(|all| all.vms[&vmid].is_running())
}

/// Stops the VM as its owner.
fn stop(world: &World) {
    granted(world, &json!({"op": "stop"}));
    wait(world);
}

/// A request that must be granted; its data.
fn granted(world: &World, request: &Value) -> Value {
    let answer = ask(world, request);
    assert_eq!(answer["ok"], true, "{request}: {answer}");
    answer["data"].clone()
}

/// A request that must be refused; the sentence.
fn refused(world: &World, request: &Value) -> String {
    let answer = ask(world, request);
    assert_eq!(answer["ok"], false, "{request}: {answer}");
    answer["error"].as_str().unwrap().to_owned()
}

/// Ticks a minute apart until nothing is under way.
fn wait(world: &World) {
    for _ in 0..30 {
        world.advance(MINUTE);
        world.tick();
        let open = "SELECT 1 FROM puq_proxmox_kvm_operations WHERE outcome = ''";
        if world.host.rows(open).is_empty()
            && world.records().iter().all(|record| record.state.at_rest())
        {
            return;
        }
    }
    panic!("something is under way for half an hour");
}

/// The backups of the service's VM, oldest first: volume and note.
fn stored(world: &World) -> Vec<(String, String)> {
    let vmid = world.record(SERVICE).vmid.map(|vmid| vmid.get());
    world.see(|all| {
        let mut found: Vec<_> = all
            .volumes
            .iter()
            .filter(|(_, volume)| volume.content == "backup" && volume.vmid == vmid)
            .map(|(place, volume)| {
                let note = volume.notes.clone().unwrap_or_default();
                (
                    volume.ctime,
                    format!("{}:{}", place.storage, place.name),
                    note,
                )
            })
            .collect();
        found.sort();
        found
            .into_iter()
            .map(|(_, volid, note)| (volid, note))
            .collect()
    })
}

/// Sees that the VM has a backup and that it is the one to restore, as a client's click leaves it.
pub fn choose_backup(world: &World) {
    if stored(world).is_empty() {
        granted(world, &json!({"op": "backup_now", "note": "for the sweep"}));
        wait(world);
    }
    let now = world.drive(|site| async move { site.now() });
    world.host.run(&format!(
        "UPDATE puqProxmoxKVM_vm_info SET restore_asked_at = {now}, rev = rev + 1"
    ));
    keep_choice(world);
}

/// The same click once more in the row, for a step that is to run twice.
pub fn keep_choice(world: &World) {
    let volid = stored(world)[0].0.clone();
    world.host.run(&format!(
        "UPDATE puqProxmoxKVM_vm_info SET restore_archive = '{volid}', rev = rev + 1"
    ));
}

/// The lines of one task in a run's output, without their stamps.
fn lines_of(text: &str, task: &str) -> Vec<String> {
    let mut lines = vec![];
    let mut inside = false;
    for line in text.lines() {
        if line.contains("] Running (") || line.contains("Cron End") {
            inside = line.contains(&format!("[{task}]"));
        } else if inside && line.contains("sid:") {
            lines.push(line[20..].trim().to_owned());
        }
    }
    lines
}
