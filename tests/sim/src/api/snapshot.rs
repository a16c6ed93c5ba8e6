//! Snapshot calls.

use super::{Call, spawn_on_vm, unserved};
use crate::fail::{Fail, Reply};
use crate::jobs::{DeleteSnapshot, Rollback, TakeSnapshot};
use crate::storage::keeps_files;
use crate::vm::{Vm, conf_json};
use crate::world::World;
use serde_json::{Value, json};

/// Everything below `snapshot`.
pub fn answer(world: &mut World, call: &Call, method: &str, rest: &str) -> Reply {
    let vm = world.vm_on(call.vmid(), &call.node)?;
    let (vmid, node, name) = (
        call.vmid(),
        call.node.clone(),
        call.text("snapname").to_owned(),
    );
    match (method, rest) {
        ("GET", "/snapshot") => Ok(snapshot_list(vm)),
        ("POST", "/snapshot") => {
            if name == "current" {
                return Err(Fail::internal(
                    "unable to use snapshot name 'current' (reserved name)",
                ));
            }
            let description = call.text("description").to_owned();
            let vmstate = call.flag("vmstate");
            let job = TakeSnapshot {
                vmid,
                node,
                name,
                description,
                vmstate,
            };
            Ok(spawn_on_vm(world, call, "qmsnapshot", Box::new(job)))
        }
        ("POST", "/snapshot/{snapname}/rollback") => {
            let job = Rollback {
                vmid,
                node,
                name,
                start: call.flag("start"),
            };
            Ok(spawn_on_vm(world, call, "qmrollback", Box::new(job)))
        }
        ("DELETE", "/snapshot/{snapname}") => {
            let job = DeleteSnapshot { vmid, node, name };
            Ok(spawn_on_vm(world, call, "qmdelsnapshot", Box::new(job)))
        }
        ("GET", "/snapshot/{snapname}/config") => match vm.snapshots.get(&name) {
            Some(snapshot) => {
                let mut conf = conf_json(&snapshot.conf, world.major() < 8);
                conf.insert("snaptime".into(), snapshot.time.into());
                if !snapshot.description.is_empty() {
                    conf.insert("description".into(), snapshot.description.as_str().into());
                }
                Ok(Value::Object(conf))
            }
            None => Err(Fail::internal(format!("snapshot '{name}' does not exist"))),
        },
        ("PUT", "/snapshot/{snapname}/config") => {
            let text = call.text("description").to_owned();
            match world.vm_on_mut(vmid, &node)?.snapshots.get_mut(&name) {
                Some(snapshot) => {
                    snapshot.description = text;
                    Ok(Value::Null)
                }
                None => Err(Fail::internal(format!("snapshot '{name}' does not exist"))),
            }
        }
        ("GET", "/snapshot/{snapname}") => Ok(json!([{ "cmd": "rollback" }, { "cmd": "config" }])),
        _ => unserved(call),
    }
}

fn snapshot_list(vm: &Vm) -> Value {
    let mut order: Vec<_> = vm.snapshots.iter().collect();
    order.sort_by_key(|(_, s)| std::cmp::Reverse(s.time));
    let mut rows: Vec<Value> = order
        .into_iter()
        .map(|(name, s)| {
            let mut row = json!({
                "name": name, "snaptime": s.time, "description": s.description, "vmstate": s.vmstate as u8,
            });
            if let Some(parent) = &s.parent {
                row["parent"] = parent.as_str().into();
            }
            row
        })
        .collect();
    let mut current = json!({
        "name": "current", "description": "You are here!", "running": vm.is_running() as u8, "digest": vm.digest(),
    });
    if let Some(parent) = vm.conf.get("parent") {
        current["parent"] = parent.as_str().into();
    }
    rows.push(current);
    Value::Array(rows)
}

/// True when a volume on this kind of storage can have snapshots.
pub fn can_snapshot(kind: &str, format: &str) -> bool {
    kind != "lvm" && !(keeps_files(kind) && format == "raw")
}
