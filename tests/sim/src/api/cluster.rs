//! `/cluster` without firewall and HA.

use super::guest::status_row;
use super::{Call, unserved};
use crate::fail::{Fail, Reply};
use crate::world::World;
use serde_json::{Value, json};

/// The calls of this file.
pub fn answer(world: &mut World, call: &Call, path: &str) -> Reply {
    match path {
        "/cluster/resources" => Ok(resources(world, call)),
        "/cluster/status" => Ok(status(world, call)),
        "/cluster/nextid" => next_id(world, call),
        "/cluster/options" => {
            let mut options = json!({
                "description": "", "mac_prefix": if world.major() >= 8 { "BC:24:11" } else { "" }, "allowed-tags": [],
            });
            if world.tag_rule != "free" {
                options["user-tag-access"] = json!({ "user-allow": world.tag_rule });
            }
            Ok(options)
        }
        "/cluster/log" | "/cluster/backup" => Ok(json!([])),
        "/cluster/backup-info" => Ok(json!([{ "subdir": "not-backed-up" }])),
        _ => unserved(call),
    }
}

fn resources(world: &World, call: &Call) -> Value {
    let mut rows = Vec::new();
    let wanted = call.get("type");
    let wants = |kind: &str| wanted.is_none_or(|w| w == kind);
    let every = world.clock.stretch(world.durations.status_lag).max(1);
    let look = world.now / every * every;
    if wants("vm") {
        for vm in world.vms.values() {
            if !world.may(&call.who, &format!("/vms/{}", vm.vmid), "VM.Audit") {
                continue;
            }
            let mut row = status_row(world, vm);
            let up = world.node(&vm.node).is_some_and(|n| n.online);
            row["type"] = "qemu".into();
            row["id"] = format!("qemu/{}", vm.vmid).into();
            row["node"] = vm.node.as_str().into();
            row["template"] = (vm.is_template() as u8).into();
            row["maxcpu"] = row["cpus"].take();
            if let Some(fields) = row.as_object_mut() {
                for key in ["cpus", "serial", "pid"] {
                    fields.remove(key);
                }
            }
            row["status"] = match vm.status_at(look) {
                Some(on) if up => if on { "running" } else { "stopped" }.into(),
                _ => "unknown".into(),
            };
            // Name and sizes come from pvestatd too; of a VM it has not seen there is nothing but the place.
            if vm.status_at(look).is_none()
                && let Some(fields) = row.as_object_mut()
            {
                let known = ["id", "vmid", "node", "type", "status", "lock", "tags"];
                fields.retain(|key, _| known.contains(&key.as_str()));
            }
            if let Some(state) = world.ha_state(vm.vmid) {
                row["hastate"] = state.into();
            }
            if let Some((name, _)) = world.pools.iter().find(|(_, p)| p.vms.contains(&vm.vmid)) {
                row["pool"] = name.as_str().into();
            }
            rows.push(row);
        }
    }
    if wants("node") {
        for node in &world.nodes {
            rows.push(super::node::row(world, &node.name, true));
        }
    }
    if wants("storage") {
        for node in &world.nodes {
            for storage in &world.storages {
                let here = storage.nodes.is_empty() || storage.nodes.contains(&node.name);
                let path = format!("/storage/{}", storage.id);
                // A disabled one is not listed (PVE::API2::Cluster, storage_check_enabled).
                if !here || storage.disabled || !world.may(&call.who, &path, "Datastore.Audit") {
                    continue;
                }
                let active = node.online && world.is_up(storage, &node.name);
                let used = if active {
                    world.used(storage, &node.name)
                } else {
                    0
                };
                rows.push(json!({
                    "type": "storage", "id": format!("storage/{}/{}", node.name, storage.id), "node": node.name,
                    "storage": storage.id, "status": if active { "available" } else { "unknown" },
                    "shared": storage.shared as u8, "plugintype": storage.kind, "content": storage.content,
                    "disk": used, "maxdisk": if active { storage.total } else { 0 },
                }));
            }
        }
    }
    if wants("sdn") && world.major() >= 8 {
        for node in world.nodes.iter().filter(|n| n.online) {
            let id = format!("sdn/{}/localnetwork", node.name);
            rows.push(json!({ "type": "sdn", "id": id, "node": node.name, "sdn": "localnetwork", "status": "ok" }));
        }
    }
    if wanted.is_none() {
        for name in world.pools.keys() {
            rows.push(json!({ "type": "pool", "id": format!("/pool/{name}"), "pool": name }));
        }
    }
    Value::Array(rows)
}

fn status(world: &World, call: &Call) -> Value {
    let mut rows = Vec::new();
    if world.is_cluster() {
        rows.push(json!({
            "type": "cluster", "id": "cluster", "name": world.cluster, "nodes": world.nodes.len(),
            "quorate": world.quorate as u8, "version": world.nodes.len(),
        }));
    }
    for (index, node) in world.nodes.iter().enumerate() {
        let number = if world.is_cluster() { index + 1 } else { 0 };
        rows.push(json!({
            "type": "node", "id": format!("node/{}", node.name), "name": node.name, "nodeid": number, "ip": node.ip,
            "online": node.online as u8, "local": (node.name == call.node) as u8, "level": "",
        }));
    }
    Value::Array(rows)
}

fn next_id(world: &World, call: &Call) -> Reply {
    if let Some(wanted) = call.number("vmid") {
        if world.vms.contains_key(&(wanted as u32)) {
            return Err(Fail::param("vmid", format!("VM {wanted} already exists")));
        }
        return Ok(wanted.to_string().into());
    }
    let free = (100u32..1_000_000).find(|id| !world.vms.contains_key(id));
    match free {
        Some(id) => Ok(id.to_string().into()),
        None => Err(Fail::internal(
            "unable to get any free VMID in range [100, 1000000]",
        )),
    }
}
