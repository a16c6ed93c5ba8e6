//! `status/{start,stop,…}`.

use super::{Call, spawn_on_vm, unserved};
use crate::fail::{Fail, Reply};
use crate::jobs::{Power, Verb};
use crate::world::World;

/// A power call.
pub fn answer(world: &mut World, call: &Call, verb: &str) -> Reply {
    let vmid = call.vmid();
    let vm = world.vm_on(vmid, &call.node)?;
    let running = vm.is_running();
    let (verb, kind) = match verb {
        "start" => (Verb::Start, "qmstart"),
        "stop" => (Verb::Stop, "qmstop"),
        "shutdown" => (Verb::Shutdown, "qmshutdown"),
        "reboot" => (Verb::Reboot, "qmreboot"),
        "reset" => (Verb::Reset, "qmreset"),
        "suspend" => (Verb::Suspend, "qmsuspend"),
        "resume" => (Verb::Resume, "qmresume"),
        _ => return unserved(call),
    };
    let needs_running = matches!(
        verb,
        Verb::Reboot | Verb::Reset | Verb::Suspend | Verb::Resume
    );
    if needs_running && !running {
        return Err(Fail::internal(format!("VM {vmid} not running")));
    }
    for option in ["skiplock", "migratedfrom", "force-cpu"] {
        if call.get(option).is_some() && !call.who.is_root() {
            return Err(Fail::param(option, "Only root may use this option."));
        }
    }
    // HA takes starts and stops of managed guests over; the answer looks the same with a type of its own.
    let managed = world.ha.get_mut(&format!("vm:{vmid}"));
    let kind = match (managed, verb) {
        (Some(resource), Verb::Start) => {
            if resource.get("state").is_some_and(|s| s == "error") {
                return Err(Fail::internal(format!(
                    "service 'vm:{vmid}' in error state, must be disabled and fixed first"
                )));
            }
            resource.insert("state".into(), "started".into());
            "hastart"
        }
        (Some(resource), Verb::Stop) => {
            resource.insert("state".into(), "stopped".into());
            "hastop"
        }
        _ => kind,
    };
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
