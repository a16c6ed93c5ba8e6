//! `status/{start,stop,…}`.

use super::{Call, spawn_on_vm, unserved};
use crate::fail::{Fail, Reply};
use crate::jobs::{AskHa, Power, Verb};
use crate::task::Order;
use crate::world::World;

/// A power call.
pub fn answer(world: &mut World, call: &Call, verb: &str) -> Reply {
    let vmid = call.vmid();
    let vm = world.vm_on(vmid, &call.node)?;
    let (running, paused) = (vm.is_running(), vm.paused);
    let (verb, kind) = match verb {
        "start" => (Verb::Start, "qmstart"),
        "stop" => (Verb::Stop, "qmstop"),
        "shutdown" => (Verb::Shutdown, "qmshutdown"),
        "reboot" => (Verb::Reboot, "qmreboot"),
        "reset" => (Verb::Reset, "qmreset"),
        "suspend" if call.flag("todisk") => (Verb::Hibernate, "qmsuspend"),
        "suspend" => (Verb::Suspend, "qmsuspend"),
        "resume" => (Verb::Resume, "qmresume"),
        _ => return unserved(call),
    };
    let needs_running = matches!(
        verb,
        Verb::Reboot | Verb::Reset | Verb::Suspend | Verb::Hibernate | Verb::Resume
    );
    if needs_running && !running {
        return Err(Fail::internal(format!("VM {vmid} not running")));
    }
    for option in ["skiplock", "migratedfrom", "force-cpu"] {
        if call.get(option).is_some() && !call.who.is_root() {
            return Err(Fail::param(option, "Only root may use this option."));
        }
    }
    // A paused guest would read the power button only once it goes on (PVE::API2::Qemu, vm_shutdown).
    let verb = match verb {
        Verb::Shutdown if paused && call.flag("forceStop") => Verb::Stop,
        Verb::Shutdown if paused => return Err(Fail::internal("VM is paused - cannot shutdown")),
        verb => verb,
    };
    // HA takes starts and stops of managed guests over: the task passes the wish on and ends, and its manager acts later.
    let sid = format!("vm:{vmid}");
    let switches = matches!(verb, Verb::Start | Verb::Stop | Verb::Shutdown);
    if let Some(resource) = world.ha.get(&sid).filter(|_| switches) {
        if verb == Verb::Start && resource.get("state").is_some_and(|s| s == "error") {
            return Err(Fail::internal(format!(
                "service '{sid}' in error state, must be disabled and fixed first"
            )));
        }
        let (state, kind) = match verb {
            Verb::Start => ("started", "hastart"),
            _ => ("stopped", "hastop"),
        };
        let order = Order {
            node: call.node.clone(),
            kind,
            id: vmid.to_string(),
            locks: vec![],
            job: Box::new(AskHa { vmid, state }),
        };
        return Ok(world.spawn(&call.who, order));
    }
    if verb == Verb::Stop && call.flag("overrule-shutdown") {
        let id = vmid.to_string();
        let shutdowns: Vec<usize> = world
            .active
            .iter()
            .copied()
            .filter(|&i| world.tasks[i].kind == "qmshutdown" && world.tasks[i].id == id)
            .collect();
        for index in shutdowns {
            world.interrupt(index, "unexpected status");
        }
    }
    let job = Power {
        vmid,
        node: call.node.clone(),
        verb,
        timeout: call.number("timeout").map_or(60.0, |t| t as f64),
        force_stop: call.flag("forceStop"),
    };
    Ok(spawn_on_vm(world, call, kind, Box::new(job)))
}
