//! Console tickets.

use super::{Call, unserved};
use crate::fail::{Fail, Reply};
use crate::task::{Job, Note, Order, Span};
use crate::world::World;
use serde_json::json;

/// The `vncproxy` worker: lives until somebody connects, at most ten seconds.
struct Proxy;

impl Job for Proxy {
    fn begin(&mut self, _world: &mut World, _note: &mut Note) -> Result<Span, String> {
        Ok(Span::seconds(10.0))
    }

    fn finish(&mut self, _world: &mut World, _note: &mut Note) -> Result<(), String> {
        Err("connection timed out".into())
    }
}

/// `vncproxy`, `vncwebsocket` and their kin.
pub fn answer(world: &mut World, call: &Call, rest: &str) -> Reply {
    let vmid = call.vmid();
    world.vm_on(vmid, &call.node)?;
    match rest {
        "/vncproxy" | "/termproxy" => {
            let port = (5900..6000)
                .find(|p| !world.consoles.contains_key(p))
                .unwrap_or(5999);
            let password = world.random.word(8);
            let ticket = format!("{password}:PVEVNC:{}", world.random.word(64));
            let id = vmid.to_string();
            let order = Order {
                node: call.node.clone(),
                kind: "vncproxy",
                id,
                locks: Vec::new(),
                job: Box::new(Proxy),
            };
            let upid = world.spawn(&call.who, order);
            world.consoles.insert(port, (vmid, ticket.clone()));
            Ok(json!({
                "user": call.who.full_name(), "port": port.to_string(), "ticket": ticket, "upid": upid,
                "password": password,
                "cert": "-----BEGIN CERTIFICATE-----\nc2ltdWxhdGVk\n-----END CERTIFICATE-----\n",
            }))
        }
        "/vncwebsocket" => {
            let port = call.number("port").unwrap_or(0) as u16;
            match world.consoles.get(&port) {
                Some((owner, ticket)) if *owner == vmid && ticket == call.text("vncticket") => {
                    Ok(json!({ "port": port.to_string() }))
                }
                _ => Err(Fail::status(
                    401,
                    "permission denied - invalid PVEVNC ticket",
                )),
            }
        }
        _ => unserved(call),
    }
}
