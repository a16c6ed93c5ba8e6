//! The API's methods, by path.

mod access;
mod archive;
mod change;
mod cluster;
mod console;
mod firewall;
mod guest;
mod ha;
mod lifecycle;
mod node;
mod pool;
mod power;
mod snapshot;
mod storage;

pub use change::Change;

use crate::auth::Identity;
use crate::fail::{Fail, Reply};
use crate::rules::{Method, parse_boolean};
use crate::task::{Job, Order};
use crate::world::{World, missing};
use serde_json::Value;
use std::collections::BTreeMap;

/// One admitted call.
#[derive(Clone, Debug)]
pub struct Call {
    /// Who calls.
    pub who: Identity,
    /// The rule of the method.
    pub rule: &'static Method,
    /// Path and call parameters.
    pub params: BTreeMap<String, String>,
    /// Node that executes it.
    pub node: String,
}

impl Call {
    /// A parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.params.get(name).map(String::as_str)
    }

    /// A parameter, empty when absent.
    pub fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or("")
    }

    /// A boolean parameter, false when absent.
    pub fn flag(&self, name: &str) -> bool {
        self.get(name).and_then(parse_boolean).unwrap_or(false)
    }

    /// A whole number.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.get(name)?.parse().ok()
    }

    /// The VMID of the path.
    pub fn vmid(&self) -> u32 {
        self.get("vmid").and_then(|v| v.parse().ok()).unwrap_or(0)
    }
}

/// Runs a call.
///
/// # Errors
/// What Proxmox would answer.
pub fn dispatch(world: &mut World, call: &Call) -> Reply {
    let path = call.rule.path.as_str();
    let method = call.rule.method.as_str();
    if let Some(rest) = path.strip_prefix("/nodes/{node}/qemu/{vmid}") {
        if let Some(part) = rest.strip_prefix("/firewall") {
            // Firewall files are the cluster's: most of these calls are answered by whatever node is asked.
            if !world.vms.contains_key(&call.vmid()) {
                return Err(Fail::internal(missing(call.vmid(), &call.node)));
            }
            return firewall::answer(world, call, firewall::Scope::Vm(call.vmid()), method, part);
        }
        return vm(world, call, method, rest);
    }
    if let Some(part) = path.strip_prefix("/nodes/{node}/firewall") {
        let scope = firewall::Scope::Node(call.node.clone());
        return firewall::answer(world, call, scope, method, part);
    }
    if let Some(part) = path.strip_prefix("/cluster/firewall") {
        return firewall::answer(world, call, firewall::Scope::Cluster, method, part);
    }
    if let Some(part) = path.strip_prefix("/cluster/ha") {
        return ha::answer(world, call, method, part);
    }
    if path.starts_with("/pools") {
        return pool::answer(world, call, method, path);
    }
    match (method, path) {
        ("POST", "/nodes/{node}/qemu") => archive::create(world, call),
        ("POST", "/nodes/{node}/vzdump") => archive::vzdump(world, call),
        (_, p) if p.starts_with("/access") => access::answer(world, call, method, p),
        (_, p) if p.starts_with("/cluster") => cluster::answer(world, call, p),
        (_, p) if p.starts_with("/storage") || p.starts_with("/nodes/{node}/storage") => {
            storage::answer(world, call, method, p)
        }
        (_, p) => node::answer(world, call, method, p),
    }
}

fn vm(world: &mut World, call: &Call, method: &str, rest: &str) -> Reply {
    match (method, rest) {
        ("PUT", "/config") => change::put(world, call),
        ("POST", "/config") => change::post(world, call),
        ("PUT", "/unlink") => change::unlink(world, call),
        ("POST", "/clone") => lifecycle::clone(world, call),
        ("POST", "/migrate") => lifecycle::migrate(world, call),
        ("POST", "/template") => lifecycle::template(world, call),
        ("DELETE", "") => lifecycle::destroy(world, call),
        ("PUT", "/resize") => lifecycle::resize(world, call),
        ("POST", "/move_disk") => lifecycle::move_disk(world, call),
        ("POST", p) if p.starts_with("/status/") => power::answer(world, call, &p[8..]),
        ("POST" | "GET", "/vncproxy" | "/vncwebsocket" | "/termproxy" | "/spiceproxy") => {
            console::answer(world, call, rest)
        }
        (_, p) if p.starts_with("/snapshot") => snapshot::answer(world, call, method, p),
        _ => guest::answer(world, call, rest),
    }
}

/// What a method answers that the real API has and the simulator has not.
pub fn unserved(call: &Call) -> Reply {
    let text = format!(
        "Method '{} {}' not implemented",
        call.rule.method, call.rule.path
    );
    Err(Fail::status(501, text))
}

/// Starts a task that needs the VM's config lock alone.
pub fn spawn_on_vm(world: &mut World, call: &Call, kind: &'static str, job: Box<dyn Job>) -> Value {
    let order = Order {
        node: call.node.clone(),
        kind,
        id: call.vmid().to_string(),
        locks: vec![(call.vmid(), true)],
        job,
    };
    world.spawn(&call.who, order)
}
