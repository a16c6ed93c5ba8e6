//! Reads of one VM: config, pending, status, features, charts, cloud-init.

use super::lifecycle::can_snapshot;
use super::{Call, unserved};
use crate::fail::{Fail, Reply};
use crate::vm::{Vm, conf_json};
use crate::world::World;
use serde_json::{Value, json};

/// The calls of this file.
pub fn answer(world: &mut World, call: &Call, rest: &str) -> Reply {
    let old = world.major() < 8;
    let vm = world.vm_on(call.vmid(), &call.node)?;
    match (call.rule.method.as_str(), rest) {
        ("GET", "") => Ok(json!([
            { "subdir": "config" }, { "subdir": "pending" }, { "subdir": "status" }, { "subdir": "snapshot" },
            { "subdir": "firewall" }, { "subdir": "agent" }, { "subdir": "rrddata" },
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
        ("GET", "/rrddata") => Ok(super::node::rrd(
            world,
            call.text("timeframe"),
            |t, seed| vm_sample(vm, t, seed),
        )),
        ("GET", "/migrate") => Ok(preconditions(world, vm, call)),
        ("GET", "/cloudinit") => Ok(cloudinit(vm)),
        ("GET", "/cloudinit/dump") => Ok(dump(vm, call.text("type")).into()),
        _ => unserved(call),
    }
}

/// `status/current`.
fn current(world: &World, vm: &Vm) -> Value {
    let mut data = status_row(world, vm);
    data["qmpstatus"] = if vm.paused {
        "paused".into()
    } else {
        data["status"].clone()
    };
    let sid = format!("vm:{}", vm.vmid);
    data["ha"] = match world.ha.get(&sid) {
        Some(resource) => {
            let state = resource.get("state").map_or("started", String::as_str);
            json!({ "managed": 1, "state": state })
        }
        None => json!({ "managed": 0 }),
    };
    if vm.agent_enabled() {
        data["agent"] = 1.into();
    }
    if vm.is_running() {
        data["running-machine"] = "pc-i440fx-9.2+pve1".into();
        data["running-qemu"] = "9.2.0".into();
        data["balloon"] = vm.memory().into();
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
                "clone" => vm.is_template() && kind.as_deref() != Some("lvm"),
                _ => true,
            }
        });
    let nodes: Vec<&str> = world.nodes.iter().map(|n| n.name.as_str()).collect();
    json!({ "hasFeature": all as u8, "nodes": nodes })
}

fn vm_sample(vm: &Vm, at: f64, seed: u64) -> Value {
    let on = vm.is_running();
    let wave = 0.5 + 0.4 * (at / 1800.0 + seed as f64).sin();
    let mut row = json!({
        "maxcpu": vm.cpus(), "maxmem": vm.memory(), "maxdisk": vm.maxdisk(), "disk": 0,
    });
    if on {
        row["cpu"] = (wave * 0.3).into();
        row["mem"] = (vm.memory() as f64 * wave).into();
        row["netin"] = (1_000.0 + wave * 900.0).into();
        row["netout"] = (400.0 + wave * 300.0).into();
        row["diskread"] = (wave * 2_000.0).into();
        row["diskwrite"] = (wave * 5_000.0).into();
    }
    row
}

fn preconditions(world: &World, vm: &Vm, call: &Call) -> Value {
    let mut disks = Vec::new();
    for (key, drive) in vm.drives() {
        let Some(storage) = drive.storage().and_then(|id| world.storage(id).ok()) else {
            continue;
        };
        if storage.shared {
            continue;
        }
        let size = world.volume(&drive.file, &vm.node).map_or(0, |v| v.size);
        disks.push(json!({
            "volid": drive.file, "drivename": key, "size": size, "cdrom": drive.is_cdrom() as u8, "shared": 0,
            "is_attached": 1, "is_unused": 0, "is_vmstate": 0, "is_tpmstate": 0, "replicate": 1,
        }));
    }
    let allowed: Vec<&str> = world
        .nodes
        .iter()
        .filter(|n| n.online && n.name != call.node)
        .map(|n| n.name.as_str())
        .collect();
    json!({
        "running": vm.is_running() as u8, "allowed_nodes": allowed, "not_allowed_nodes": {}, "local_disks": disks,
        "local_resources": [], "mapped-resources": [], "mapped-resource-info": {},
    })
}

/// `GET cloudinit`: current values and what a new image would change.
fn cloudinit(vm: &Vm) -> Value {
    let mut rows = Vec::new();
    for key in [
        "ciuser",
        "cipassword",
        "nameserver",
        "searchdomain",
        "sshkeys",
        "name",
        "ipconfig0",
        "net0",
    ] {
        let (new, old) = (vm.conf.get(key), vm.cloudinit.get(key));
        let shown = |text: &String| {
            if key == "cipassword" {
                "**********".to_owned()
            } else {
                text.clone()
            }
        };
        match (new, old) {
            (Some(new), Some(old)) if new != old => {
                rows.push(json!({ "key": key, "value": shown(old), "pending": shown(new) }));
            }
            (Some(new), None) => rows.push(json!({ "key": key, "pending": shown(new) })),
            (Some(_), Some(old)) => rows.push(json!({ "key": key, "value": shown(old) })),
            (None, Some(old)) => rows.push(json!({ "key": key, "value": shown(old), "delete": 1 })),
            (None, None) => {}
        }
    }
    Value::Array(rows)
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
        "network" => {
            let mut out =
                String::from("version: 1\nconfig:\n    - type: physical\n      name: eth0\n");
            out.push_str(&format!("      ipconfig: '{}'\n", text("ipconfig0")));
            out.push_str("    - type: nameserver\n      address:\n");
            for server in text("nameserver").split_whitespace() {
                out.push_str(&format!("      - '{server}'\n"));
            }
            out
        }
        _ => format!("instance-id: {}\n", text("vmgenid")),
    }
}
