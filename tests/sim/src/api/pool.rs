//! Resource pools.

use super::{Call, unserved};
use crate::fail::{Fail, Reply};
use crate::world::{Pool, World};
use serde_json::{Value, json};

/// The calls of this file.
pub fn answer(world: &mut World, call: &Call, method: &str, _path: &str) -> Reply {
    let name = call.text("poolid").to_owned();
    let absent = || Fail::internal(format!("no such pool '{name}'"));
    match method {
        "GET" if name.is_empty() => {
            let seen = world
                .pools
                .iter()
                .filter(|(n, _)| world.may(&call.who, &format!("/pool/{n}"), "Pool.Audit"));
            Ok(seen
                .map(|(n, p)| json!({ "poolid": n, "comment": p.comment }))
                .collect())
        }
        "GET" => {
            let pool = world.pools.get(&name).ok_or_else(absent)?;
            let members: Vec<Value> = pool
                .vms
                .iter()
                .filter_map(|id| world.vms.get(id))
                .map(|vm| json!({ "id": format!("qemu/{}", vm.vmid), "type": "qemu", "vmid": vm.vmid, "node": vm.node }))
                .collect();
            Ok(json!({ "poolid": name, "members": members, "comment": pool.comment }))
        }
        "POST" => {
            if world.pools.contains_key(&name) {
                return Err(Fail::internal(format!("pool '{name}' already exists")));
            }
            let comment = call.get("comment").map(str::to_owned);
            world.pools.insert(
                name,
                Pool {
                    comment,
                    ..Pool::default()
                },
            );
            Ok(Value::Null)
        }
        "PUT" => {
            let ids: Vec<u32> = call
                .text("vms")
                .split([',', ';', ' '])
                .filter_map(|v| v.parse().ok())
                .collect();
            let pool = world.pools.get_mut(&name).ok_or_else(absent)?;
            for id in ids {
                if call.flag("delete") {
                    pool.vms.remove(&id);
                } else {
                    pool.vms.insert(id);
                }
            }
            if let Some(comment) = call.get("comment") {
                pool.comment = Some(comment.to_owned());
            }
            Ok(Value::Null)
        }
        "DELETE" => {
            let pool = world.pools.get(&name).ok_or_else(absent)?;
            if !pool.vms.is_empty() {
                return Err(Fail::internal(format!("pool '{name}' is not empty")));
            }
            world.pools.remove(&name);
            Ok(Value::Null)
        }
        _ => unserved(call),
    }
}
