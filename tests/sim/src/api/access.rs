//! `/access`.

use super::{Call, unserved};
use crate::auth::Identity;
use crate::fail::{Fail, Reply};
use crate::world::World;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The calls of this file.
pub fn answer(world: &mut World, call: &Call, method: &str, path: &str) -> Reply {
    match (method, path) {
        ("POST", "/access/ticket") => world.sign_in(call.text("username"), call.text("password")),
        ("GET", "/access/ticket") => Ok(Value::Null),
        ("GET", "/access/permissions") => {
            let other = call.get("userid").map(|id| {
                let (user, token) = id.split_once('!').map_or((id, None), |(u, t)| (u, Some(t)));
                Identity {
                    user: user.into(),
                    token: token.map(str::to_owned),
                }
            });
            let who = other.as_ref().unwrap_or(&call.who);
            match call.get("path") {
                Some(path) => {
                    let held = world.held(who, path);
                    let row: serde_json::Map<String, Value> =
                        held.into_iter().map(|p| (p, 1.into())).collect();
                    Ok(json!({ path: row }))
                }
                None => Ok(world.permissions_json(who)),
            }
        }
        ("GET", "/access/roles") => {
            let rows = world.roles.iter().map(|(name, held)| {
                let special = name.starts_with("PVE")
                    || ["Administrator", "NoAccess"].contains(&name.as_str());
                json!({ "roleid": name, "privs": joined(held), "special": special as u8 })
            });
            Ok(rows.collect())
        }
        ("GET", "/access/roles/{roleid}") => match world.roles.get(call.text("roleid")) {
            Some(held) => Ok(held.iter().map(|p| (p.clone(), Value::from(1))).collect()),
            None => Err(Fail::internal(format!(
                "role '{}' does not exist",
                call.text("roleid")
            ))),
        },
        ("GET", "/access/users") => {
            let rows = world.users.iter().map(|u| {
                json!({ "userid": u.id, "enable": !u.disabled as u8, "expire": 0, "realm-type": "pve" })
            });
            Ok(rows.collect())
        }
        ("GET", "/access/users/{userid}") => {
            let id = call.text("userid");
            let known = world.users.iter().find(|u| u.id == id);
            let known = known.ok_or_else(|| Fail::internal(format!("no such user ('{id}')")))?;
            let tokens = world
                .tokens
                .iter()
                .filter(|t| t.id.starts_with(&format!("{id}!")));
            let tokens: serde_json::Map<String, Value> = tokens
                .map(|t| {
                    (
                        t.id[id.len() + 1..].to_owned(),
                        json!({ "privsep": t.privsep as u8, "expire": t.expire }),
                    )
                })
                .collect();
            Ok(
                json!({ "enable": !known.disabled as u8, "expire": 0, "groups": [], "tokens": tokens }),
            )
        }
        ("GET", "/access/users/{userid}/token/{tokenid}") => {
            let id = format!("{}!{}", call.text("userid"), call.text("tokenid"));
            let known = world.tokens.iter().find(|t| t.id == id);
            let known = known.ok_or_else(|| Fail::internal(format!("no such token '{id}'")))?;
            Ok(json!({ "privsep": known.privsep as u8, "expire": known.expire }))
        }
        ("GET", "/access/acl") => {
            let mut rows = Vec::new();
            for (id, kind, acl) in world
                .users
                .iter()
                .map(|u| (&u.id, "user", &u.acl))
                .chain(world.tokens.iter().map(|t| (&t.id, "token", &t.acl)))
            {
                for (path, roles) in acl {
                    for role in roles {
                        rows.push(json!({ "path": path, "roleid": role, "type": kind, "ugid": id, "propagate": 1 }));
                    }
                }
            }
            Ok(Value::Array(rows))
        }
        _ => unserved(call),
    }
}

fn joined(held: &BTreeSet<String>) -> String {
    held.iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(",")
}
