//! Reads of one VM: config, pending, status, features, charts, cloud-init.

use super::snapshot::can_snapshot;
use super::{Call, unserved};
use crate::drive::Nic;
use crate::fail::{Fail, Reply};
use crate::vm::{Vm, conf_json};
use crate::world::World;
use serde_json::{Value, json};
use std::net::Ipv4Addr;

/// The calls of this file.
pub fn answer(world: &mut World, call: &Call, rest: &str) -> Reply {
    let old = world.major() < 8;
    // The history is not forwarded to the VM's node: each node keeps that of all guests (pmxcfs hands it round).
    let home = world.vms.get(&call.vmid()).map(|vm| vm.node.clone());
    let node = home.filter(|_| rest == "/rrddata");
    let vm = world.vm_on(call.vmid(), node.as_ref().unwrap_or(&call.node))?;
    match (call.rule.method.as_str(), rest) {
        ("GET", "") => Ok(json!([
            { "subdir": "config" }, { "subdir": "pending" }, { "subdir": "status" }, { "subdir": "snapshot" },
            { "subdir": "firewall" }, { "subdir": "rrddata" },
        ])),
        ("GET", "/config") => {
            if let Some(name) = call.get("snapshot") {
                let snapshot = vm.snapshots.get(name);
                let snapshot = snapshot
                    .ok_or_else(|| Fail::internal(format!("snapshot '{name}' does not exist")))?;
                return Ok(Value::Object(conf_json(&snapshot.conf, old)));
            }
            // Without `current` the answer is what the config will be after the next start.
            Ok(vm.config_json(call.flag("current"), old))
        }
        ("GET", "/pending") => Ok(vm.pending_json()),
        ("GET", "/status") => {
            Ok(json!([{ "subdir": "current" }, { "subdir": "start" }, { "subdir": "stop" }]))
        }
        ("GET", "/status/current") => Ok(current(world, vm)),
        ("GET", "/feature") => Ok(feature(world, vm, call.text("feature"))),
        ("GET", "/rrddata") => {
            let since = vm.running_since.map(|at| world.unix_at(at));
            let sample = |t: f64, seed| vm_sample(vm, t, seed, since);
            Ok(super::node::rrd(world, call.text("timeframe"), sample))
        }
        ("GET", "/cloudinit/dump") => Ok(dump(vm, call.text("type")).into()),
        _ => unserved(call),
    }
}

/// `status/current`.
fn current(world: &World, vm: &Vm) -> Value {
    let mut data = status_row(world, vm);
    data["qmpstatus"] = match &vm.halted {
        Some(word) if vm.is_running() => word.as_str().into(),
        _ if vm.paused => "paused".into(),
        _ => data["status"].clone(),
    };
    let sid = format!("vm:{}", vm.vmid);
    data["ha"] = match world.ha.contains_key(&sid) {
        true => json!({ "managed": 1, "state": world.ha_state(vm.vmid) }),
        false => json!({ "managed": 0 }),
    };
    if vm.agent_enabled() {
        data["agent"] = 1.into();
    }
    if vm.is_running() {
        data["running-machine"] = "pc-i440fx-9.2+pve1".into();
        data["running-qemu"] = "9.2.0".into();
        data["balloon"] = vm.memory().into();
        data["ballooninfo"] = json!({ "actual": vm.memory(), "max_mem": vm.memory() });
        let nics = vm.conf.keys().filter_map(|k| k.strip_prefix("net"));
        let tap = |n: &str| format!("tap{}i{n}", vm.vmid);
        let counters = json!({ "netin": data["netin"], "netout": data["netout"] });
        let nics: serde_json::Map<String, Value> =
            nics.map(|n| (tap(n), counters.clone())).collect();
        data["nics"] = Value::Object(nics);
        data["pid"] = (2000 + vm.vmid).into();
    }
    data
}

/// A row of the VM list, and the common part of `status/current`.
pub fn status_row(world: &World, vm: &Vm) -> Value {
    let (netin, netout) = vm.traffic(world.now);
    let uptime = vm
        .running_since
        .map_or(0, |s| world.now.saturating_sub(s) / 1_000_000);
    let mut row = json!({
        "vmid": vm.vmid, "status": if vm.is_running() { "running" } else { "stopped" },
        "cpus": vm.cpus(), "maxmem": vm.memory(), "maxdisk": vm.maxdisk(), "uptime": uptime, "cpu": 0, "disk": 0,
        "mem": if vm.is_running() { vm.memory() / 3 } else { 0 }, "netin": netin, "netout": netout,
        "diskread": 0, "diskwrite": 0,
    });
    for key in ["name", "lock", "tags"] {
        if let Some(value) = vm.conf.get(key) {
            row[key] = value.as_str().into();
        }
    }
    if row.get("name").is_none() {
        row["name"] = format!("VM {}", vm.vmid).into();
    }
    if vm.is_template() {
        row["template"] = 1.into();
    }
    if vm.conf.contains_key("serial0") {
        row["serial"] = 1.into();
    }
    if vm.is_running() {
        row["pid"] = (2000 + vm.vmid).into();
        row["cpu"] = 0.0131.into();
    }
    row
}

fn feature(world: &World, vm: &Vm, name: &str) -> Value {
    let all = vm
        .drives()
        .iter()
        .filter(|(_, d)| !d.is_cdrom())
        .all(|(_, drive)| {
            let kind = drive
                .storage()
                .and_then(|id| world.storage(id).ok())
                .map(|s| s.kind.clone());
            let volume = world.volume(&drive.file, &vm.node);
            match name {
                "snapshot" => can_snapshot(
                    &kind.unwrap_or_default(),
                    volume.map_or("raw", |v| &v.format),
                ),
                "clone" => drive.is_base() && kind.as_deref() != Some("lvm"),
                _ => true,
            }
        });
    let nodes: Vec<&str> = world.nodes.iter().map(|n| n.name.as_str()).collect();
    json!({ "hasFeature": all as u8, "nodes": nodes })
}

/// One row of a chart: nothing before the VM was made, no load while it was off.
///
/// `since` is the Unix time of the start; a VM that ran when the simulator began has run forever.
fn vm_sample(vm: &Vm, at: f64, seed: u64, since: Option<f64>) -> Value {
    if at < vm.created as f64 {
        return json!({});
    }
    let wave = (at / 1800.0 + seed as f64).sin();
    let mut row = json!({
        "maxcpu": vm.cpus(), "maxmem": vm.memory(), "maxdisk": vm.maxdisk(), "disk": 0,
    });
    if since.is_some_and(|start| at >= start || vm.created == 0) {
        let (down, up) = vm.traffic_rate();
        row["cpu"] = (0.15 + 0.1 * wave).into();
        row["mem"] = (vm.memory() as f64 * (0.5 + 0.1 * wave)).into();
        row["netin"] = (down as f64 * (1.0 + 0.4 * wave)).into();
        row["netout"] = (up as f64 * (1.0 + 0.4 * wave)).into();
        row["diskread"] = (2_000.0 + 900.0 * wave).into();
        row["diskwrite"] = (5_000.0 + 2_000.0 * wave).into();
    }
    row
}

fn dump(vm: &Vm, what: &str) -> String {
    let text = |key: &str| vm.conf.get(key).map_or("", String::as_str);
    let name = text("name");
    match what {
        "user" => {
            let domain = text("searchdomain");
            let fqdn = if domain.is_empty() {
                name.to_owned()
            } else {
                format!("{name}.{domain}")
            };
            let mut out =
                format!("#cloud-config\nhostname: {name}\nmanage_etc_hosts: true\nfqdn: {fqdn}\n");
            for (line, key) in [("user", "ciuser"), ("password", "cipassword")] {
                if !text(key).is_empty() {
                    out.push_str(&format!("{line}: {}\n", text(key)));
                }
            }
            let keys = percent_encoding::percent_decode_str(text("sshkeys"))
                .decode_utf8_lossy()
                .into_owned();
            if !keys.is_empty() {
                out.push_str("ssh_authorized_keys:\n");
                keys.lines()
                    .for_each(|key| out.push_str(&format!("  - {key}\n")));
            }
            out + "chpasswd:\n  expire: False\nusers:\n  - default\npackage_upgrade: true\n"
        }
        "network" => network_dump(vm),
        _ => format!("instance-id: {}\n", text("vmgenid")),
    }
}

/// The network part of a cloud-init image (`cloudinit_network_config` in version 1).
fn network_dump(vm: &Vm) -> String {
    let text = |key: &str| vm.conf.get(key).map_or("", String::as_str);
    let mut out = String::from("version: 1\nconfig:\n");
    for number in 0..32 {
        let Some(nic) = vm
            .conf
            .get(&format!("net{number}"))
            .and_then(|t| Nic::parse(t))
        else {
            continue;
        };
        let ipconfig = text(&format!("ipconfig{number}"));
        let of = |key: &str| {
            ipconfig
                .split(',')
                .find_map(|p| p.strip_prefix(&format!("{key}=")))
        };
        out.push_str(&format!("    - type: physical\n      name: eth{number}\n"));
        out.push_str(&format!(
            "      mac_address: '{}'\n      subnets:\n",
            nic.mac.to_lowercase()
        ));
        match of("ip").map(|ip| ip.split_once('/').unwrap_or((ip, ""))) {
            Some(("dhcp", _)) => out.push_str("      - type: dhcp4\n"),
            Some((ip, bits)) => {
                out.push_str(&format!("      - type: static\n        address: '{ip}'\n"));
                let bits: u32 = bits.parse().unwrap_or(24).min(32);
                let mask = Ipv4Addr::from((u64::from(u32::MAX) << (32 - bits)) as u32);
                out.push_str(&format!("        netmask: '{mask}'\n"));
                if let Some(gateway) = of("gw") {
                    out.push_str(&format!("        gateway: '{gateway}'\n"));
                }
            }
            None => {}
        }
        match of("ip6") {
            Some("dhcp") => out.push_str("      - type: dhcp6\n"),
            Some("auto") => out.push_str("      - type: ipv6_slaac\n"),
            Some(ip) => {
                out.push_str(&format!("      - type: static6\n        address: '{ip}'\n"));
                if let Some(gateway) = of("gw6") {
                    out.push_str(&format!("        gateway: '{gateway}'\n"));
                }
            }
            None => {}
        }
    }
    let (servers, domain) = (text("nameserver"), text("searchdomain"));
    if !servers.is_empty() || !domain.is_empty() {
        out.push_str("    - type: nameserver\n      address:\n");
        for server in servers.split_whitespace() {
            out.push_str(&format!("      - '{server}'\n"));
        }
        out.push_str("      search:\n");
        for domain in domain.split_whitespace() {
            out.push_str(&format!("      - '{domain}'\n"));
        }
    }
    out
}
