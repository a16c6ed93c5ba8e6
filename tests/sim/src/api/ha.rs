//! HA resources.

use super::{Call, unserved};
use crate::fail::{Fail, Reply};
use crate::world::World;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The calls of this file.
pub fn answer(world: &mut World, call: &Call, method: &str, rest: &str) -> Reply {
    let sid = full_sid(call.text("sid"));
    let absent = || Fail::internal(format!("no such resource '{sid}'"));
    match (method, rest) {
        ("GET", "/resources") => Ok(world.ha.iter().map(|(sid, r)| row(sid, r)).collect()),
        ("POST", "/resources") => {
            if world.ha.contains_key(&sid) {
                return Err(Fail::internal(format!(
                    "resource ID '{sid}' already defined"
                )));
            }
            let vmid: Option<u32> = sid.strip_prefix("vm:").and_then(|id| id.parse().ok());
            if !vmid.is_some_and(|id| world.vms.contains_key(&id)) {
                return Err(Fail::internal(format!(
                    "unable to add service '{sid}' - no such guest"
                )));
            }
            world.ha.insert(sid, values(call));
            Ok(Value::Null)
        }
        ("GET", "/resources/{sid}") => world.ha.get(&sid).map(|r| row(&sid, r)).ok_or_else(absent),
        ("PUT", "/resources/{sid}") => {
            let new = values(call);
            let resource = world.ha.get_mut(&sid).ok_or_else(absent)?;
            resource.extend(new);
            Ok(Value::Null)
        }
        ("DELETE", "/resources/{sid}") => world
            .ha
            .remove(&sid)
            .map(|_| Value::Null)
            .ok_or_else(absent),
        ("GET", "/groups") => Ok(json!([])),
        ("GET", "/status/current") => {
            let quorum = json!({ "id": "quorum", "type": "quorum", "quorate": world.quorate as u8, "status": if world.quorate { "OK" } else { "No quorum" } });
            let rows = world.ha.iter().map(|(sid, r)| {
                let mut row = row(sid, r);
                row["id"] = format!("service:{sid}").into();
                row["type"] = "service".into();
                row
            });
            Ok(std::iter::once(quorum).chain(rows).collect())
        }
        _ => unserved(call),
    }
}

/// `100` means `vm:100`.
fn full_sid(text: &str) -> String {
    if text.contains(':') {
        text.to_owned()
    } else {
        format!("vm:{text}")
    }
}

fn values(call: &Call) -> BTreeMap<String, String> {
    let kept = call
        .params
        .iter()
        .filter(|(key, _)| !matches!(key.as_str(), "sid" | "type" | "digest" | "delete"));
    let mut all: BTreeMap<String, String> = kept.map(|(k, v)| (k.clone(), v.clone())).collect();
    if call.rule.method == "POST" {
        all.entry("state".into())
            .or_insert_with(|| "started".into());
    }
    all
}

fn row(sid: &str, resource: &BTreeMap<String, String>) -> Value {
    let mut row = json!({ "sid": sid, "type": sid.split(':').next(), "digest": "da39a3ee5e6b4b0d3255bfef95601890afd80709" });
    for (key, value) in resource {
        row[key] = value
            .parse::<i64>()
            .map_or_else(|_| value.as_str().into(), Value::from);
    }
    row
}
