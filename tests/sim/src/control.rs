//! The control endpoints under `/sim/`, which no real server has: looking in, and meddling behind the product's back.

use crate::bound::{Calls, bound};
use crate::faults;
use crate::filter::{Packet, Verdict};
use crate::request::{Parsed, Request, Response};
use crate::sim::Sim;
use crate::storage::{Saved, Volume};
use crate::vm::{Conf, Vm};
use crate::world::World;
use serde_json::{Map, Value, json};
use std::time::Duration;

/// Answers `/sim/{rest}`.
pub fn answer(sim: &Sim, rest: &str, request: &Request, parsed: &Parsed) -> Response {
    let name = rest.split('?').next().unwrap_or("");
    let body: Value = serde_json::from_slice(&request.body).unwrap_or(Value::Null);
    let result = match (parsed.method.as_str(), name) {
        ("GET", "state") => Ok(state(&sim.world())),
        ("GET", "journal") => Ok(json!(sim.journal())),
        ("GET", "faults") => Ok(json!(sim.world().faults.counts())),
        ("GET", "bound") => Ok(bound_json(&sim.world(), parsed)),
        ("GET", "sends") => sends(&sim.world(), parsed),
        ("POST", "faults") => serde_json::from_value(body)
            .map_err(|e| e.to_string())
            .and_then(|rules: Vec<faults::Rule>| sim.set_faults(rules))
            .map(|()| Value::Null),
        ("POST", "advance") => {
            let seconds = body["seconds"].as_f64().unwrap_or(0.0);
            sim.advance(Duration::from_secs_f64(seconds.max(0.0)));
            Ok(Value::Null)
        }
        ("POST", "restart") => {
            let seconds = body["seconds"].as_f64().unwrap_or(0.0);
            restart(sim, Duration::from_secs_f64(seconds.clamp(0.0, 60.0)));
            Ok(Value::Null)
        }
        ("POST", "vm") => sim.world().meddle(&body).map(|()| Value::Null),
        ("POST", "volume") => sim.world().place_volume(&body).map(|()| Value::Null),
        ("POST", "node") => set_node(&mut sim.world(), &body),
        ("POST", "storage") => set_storage(&mut sim.world(), &body),
        ("POST", "quorum") => {
            sim.world().quorate = body["quorate"].as_bool().unwrap_or(true);
            Ok(Value::Null)
        }
        _ => Err(format!("no control endpoint {} /sim/{name}", parsed.method)),
    };
    match result {
        Ok(value) => Response::json(200, &json!({ "data": value })),
        Err(text) => Response::json(400, &json!({ "error": text })),
    }
}

/// All endpoints break their connections and refuse new ones for so long, as while pveproxy restarts; tasks go on. The
/// answer to this request goes out first.
fn restart(sim: &Sim, away: Duration) {
    let restart = sim.restart.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(20)).await;
        restart.send_replace(away);
    });
}

/// Everything there is, for assertions.
pub fn state(world: &World) -> Value {
    let vms: Map<String, Value> = world
        .vms
        .iter()
        .map(|(vmid, vm)| {
            let snapshots: Vec<&String> = vm.snapshots.keys().collect();
            let ipsets: Map<String, Value> =
                vm.firewall.ipsets.iter().map(|(name, set)| (name.clone(), set.json())).collect();
            let row = json!({
                "vmid": vmid, "node": vm.node, "config": vm.conf, "pending": vm.pending, "cloudinit": vm.cloudinit,
                "status": if vm.is_running() { "running" } else { "stopped" }, "lock": vm.conf.get("lock"),
                "template": vm.is_template(), "snapshots": snapshots,
                "firewall": { "options": vm.firewall.options, "rules": vm.firewall.rules, "ipsets": ipsets },
                "backups": backups(world, *vmid),
            });
            (vmid.to_string(), row)
        })
        .collect();
    let volumes = world.volumes.iter().map(|(place, volume)| {
        json!({
            "volid": format!("{}:{}", place.storage, place.name), "node": place.node, "size": volume.size,
            "content": volume.content, "vmid": volume.vmid, "parent": volume.parent, "notes": volume.notes,
        })
    });
    json!({
        "now": world.now as f64 / 1e6, "unix": world.unix(), "quorate": world.quorate, "vms": vms,
        "volumes": volumes.collect::<Vec<_>>(),
        "tasks": world.tasks.iter().map(|t| {
            let mut row = t.status_json();
            row["log"] = json!(t.log);
            row
        }).collect::<Vec<_>>(),
        "nodes": world.nodes, "storages": world.storages, "ha": world.ha,
        "pools": world.pools.iter().map(|(n, p)| (n.clone(), json!(p.vms))).collect::<Map<_, _>>(),
    })
}

/// Whether the VM `vmid` may send from the address `from`, and why not: `{"passes": false, "why": "…"}`.
fn sends(world: &World, parsed: &Parsed) -> Result<Value, String> {
    let value = |key: &str| parsed.params.get(key).map_or("", String::as_str);
    let vmid = value("vmid").parse().map_err(|_| "vmid is a number")?;
    let from = value("from").parse().map_err(|_| "from is an address")?;
    Ok(match world.sends(vmid, "net0", Packet::From(from))? {
        Verdict::Passes => json!({"passes": true}),
        Verdict::Dropped(why) => json!({"passes": false, "why": why}),
    })
}

fn backups(world: &World, vmid: u32) -> Value {
    let held = world
        .volumes
        .iter()
        .filter(|(_, v)| v.content == "backup" && v.vmid == Some(vmid));
    held.map(|(place, v)| {
        json!({ "volid": format!("{}:{}", place.storage, place.name), "ctime": v.ctime, "notes": v.notes })
    })
    .collect()
}

fn bound_json(world: &World, parsed: &Parsed) -> Value {
    let flag = |name: &str, default: bool| parsed.params.get(name).map_or(default, |v| v != "0");
    let number = |name: &str| parsed.params.get(name).and_then(|v| v.parse::<u32>().ok());
    let standard = Calls::default();
    let calls = Calls {
        template: number("template").unwrap_or(standard.template),
        full: flag("full", standard.full),
        migrate: flag("migrate", standard.migrate),
        disk: flag("disk", standard.disk),
        resize: flag("resize", standard.resize),
        protected: number("protected").unwrap_or(standard.protected),
        configs: number("configs").unwrap_or(standard.configs),
        templates: number("templates").unwrap_or(standard.templates),
        spread: flag("spread", standard.spread),
    };
    json!(bound(world, number("deploys").unwrap_or(1), &calls))
}

fn set_node(world: &mut World, body: &Value) -> Result<Value, String> {
    let name = body["node"].as_str().unwrap_or("").to_owned();
    let node = world.nodes.iter_mut().find(|n| n.name == name);
    let node = node.ok_or_else(|| format!("no node '{name}'"))?;
    if let Some(online) = body["online"].as_bool() {
        node.online = online;
    }
    if body["crash"].as_bool() == Some(true) {
        world.crash(&name);
    }
    Ok(Value::Null)
}

fn set_storage(world: &mut World, body: &Value) -> Result<Value, String> {
    let id = body["storage"].as_str().unwrap_or("").to_owned();
    world.storage(&id).map_err(|f| f.reason)?;
    if body["online"].as_bool().unwrap_or(true) {
        world.offline_storages.remove(&id);
    } else {
        world.offline_storages.insert(id);
    }
    Ok(Value::Null)
}

impl World {
    /// Makes, changes or deletes a VM by hand.
    ///
    /// `{"vmid":…, "delete":true}` removes it with its disks. Otherwise the VM is made if need be; `node`, `config`
    /// (merged; a null deletes the key), `lock` (null unlocks; with `lock_seconds` a task holds it so long), `running` and
    /// `deaf` are set.
    ///
    /// # Errors
    /// No VMID, or an unknown node.
    pub fn meddle(&mut self, body: &Value) -> Result<(), String> {
        let vmid = body["vmid"].as_u64().ok_or("vmid is missing")? as u32;
        if body["delete"].as_bool() == Some(true) {
            if let Some(vm) = self.vms.remove(&vmid) {
                self.free_all(&vm.conf, vmid, &vm.node);
            }
            return Ok(());
        }
        let known = self.vms.get(&vmid).map(|vm| vm.node.clone());
        let first = self
            .nodes
            .first()
            .map(|n| n.name.clone())
            .unwrap_or_default();
        let node = body["node"]
            .as_str()
            .map(str::to_owned)
            .or(known)
            .unwrap_or(first);
        if self.node(&node).is_none() {
            return Err(format!("no node '{node}'"));
        }
        let now = self.now;
        let vm = self
            .vms
            .entry(vmid)
            .or_insert_with(|| Vm::new(vmid, &node, Conf::new()));
        vm.node = node.clone();
        if let Some(config) = body["config"].as_object() {
            for (key, value) in config {
                match value {
                    Value::Null => vm.conf.remove(key),
                    Value::String(text) => vm.conf.insert(key.clone(), text.clone()),
                    other => vm.conf.insert(key.clone(), other.to_string()),
                };
            }
        }
        if body.get("lock").is_some_and(Value::is_null) {
            vm.conf.remove("lock");
        }
        if let Some(running) = body["running"].as_bool() {
            vm.running_since = running.then_some(now);
        }
        if let Some(word) = body["qmpstatus"].as_str() {
            vm.paused = word == "paused";
            vm.halted = (!matches!(word, "paused" | "running")).then(|| word.to_owned());
        }
        if let Some(deaf) = body["deaf"].as_bool() {
            vm.deaf = deaf;
        }
        let conf = vm.conf.clone();
        self.adopt_volumes(&conf, vmid, &node);
        if let Some(kind) = body["lock"].as_str() {
            self.hold(vmid, kind, body["lock_seconds"].as_f64());
        }
        Ok(())
    }

    /// A power failure of a node: its workers die without clean-up, its guests are off.
    pub fn crash(&mut self, node: &str) {
        let dead: Vec<usize> = self
            .active
            .iter()
            .copied()
            .filter(|&index| self.tasks[index].node == node)
            .collect();
        for index in dead {
            self.tasks[index].job = None;
            self.end(index, "unexpected status".into());
        }
        for vm in self.vms.values_mut().filter(|vm| vm.node == node) {
            vm.running_since = None;
            vm.paused = false;
            vm.halted = None;
            vm.apply_pending();
        }
    }

    /// Puts a volume on a storage by hand, or takes it away.
    ///
    /// `{"volid":…, "node":…, "vmid":…, "content":"backup", "size":…, "ctime":…, "notes":…, "protected":…}`, or
    /// `{"volid":…, "node":…, "delete":true}`. A backup made so holds the VM's configuration of this moment, if any.
    ///
    /// # Errors
    /// No volume id, or an unknown storage.
    pub fn place_volume(&mut self, body: &Value) -> Result<(), String> {
        let volid = body["volid"].as_str().ok_or("volid is missing")?;
        let first = self.nodes.first().map_or("", |n| n.name.as_str());
        let node = body["node"].as_str().unwrap_or(first);
        let place = self.place(volid, node).ok_or("no such storage")?;
        if body["delete"].as_bool() == Some(true) {
            self.volumes.remove(&place);
            return Ok(());
        }
        let vmid = body["vmid"].as_u64().map(|id| id as u32);
        let size = body["size"].as_u64().unwrap_or(1 << 30);
        let mut volume = Volume::image(vmid.unwrap_or(0), size, "raw", self.unix());
        volume.vmid = vmid;
        volume.content = body["content"].as_str().unwrap_or("images").to_owned();
        volume.ctime = body["ctime"].as_i64().unwrap_or(volume.ctime);
        volume.notes = body["notes"].as_str().map(str::to_owned);
        volume.protected = body["protected"].as_bool().unwrap_or(false);
        let vm = vmid.and_then(|id| self.vms.get(&id));
        volume.saved = vm.map(|vm| {
            Box::new(Saved {
                conf: vm.conf.clone(),
                firewall: vm.firewall.clone(),
            })
        });
        self.volumes.insert(place, volume);
        Ok(())
    }
}
