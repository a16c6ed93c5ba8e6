//! `/version`, `/nodes` and tasks.

use super::guest::status_row;
use super::{Call, unserved};
use crate::fail::{Fail, Reply};
use crate::task::{Stage, Twist};
use crate::world::World;
use serde_json::{Value, json};
use sha1::{Digest, Sha1};

/// The calls of this file.
pub fn answer(world: &mut World, call: &Call, method: &str, path: &str) -> Reply {
    match (method, path) {
        ("GET", "/version" | "/nodes/{node}/version") => {
            let release: Vec<&str> = world.version.splitn(3, '.').take(2).collect();
            Ok(
                json!({ "version": world.version, "release": release.join("."), "repoid": "2606ac850d46da29" }),
            )
        }
        ("GET", "/nodes") => {
            let rows = world.nodes.iter().map(|n| row(world, &n.name, false));
            Ok(rows.collect())
        }
        ("GET", "/nodes/{node}") => {
            Ok(json!([{ "name": "qemu" }, { "name": "storage" }, { "name": "tasks" }]))
        }
        ("GET", "/nodes/{node}/status") => Ok(status(world, call)),
        ("GET", "/nodes/{node}/time") => {
            let unix = world.unix();
            Ok(json!({ "time": unix, "localtime": unix, "timezone": "Etc/UTC" }))
        }
        ("GET", "/nodes/{node}/dns") => {
            Ok(json!({ "search": "example.net", "dns1": "192.0.2.53" }))
        }
        ("GET", "/nodes/{node}/certificates/info") => Ok(certificates(world, &call.node)),
        ("GET", "/nodes/{node}/network") => Ok(network(world, call)),
        ("GET", "/nodes/{node}/lxc") => Ok(json!([])),
        ("GET", "/nodes/{node}/config") => Ok(json!({})),
        ("GET", "/nodes/{node}/rrddata") => {
            let total = world.node(&call.node).map_or(0, |n| n.memory);
            Ok(rrd(world, call.text("timeframe"), |at, _| {
                let wave = 0.5 + 0.3 * (at / 1800.0).sin();
                json!({ "cpu": wave, "maxcpu": 16, "memtotal": total, "memused": total as f64 * wave, "netin": 1e5 * wave, "netout": 9e4 * wave })
            }))
        }
        ("GET", "/nodes/{node}/qemu") => {
            let vms = world.vms.values().filter(|vm| vm.node == call.node);
            let seen =
                vms.filter(|vm| world.may(&call.who, &format!("/vms/{}", vm.vmid), "VM.Audit"));
            Ok(seen.map(|vm| status_row(world, vm)).collect())
        }
        ("GET", "/nodes/{node}/vzdump/extractconfig") => {
            let volid = call.text("volume");
            let volume = world.volume(volid, &call.node);
            let saved = volume.and_then(|v| v.saved.as_ref());
            let saved =
                saved.ok_or_else(|| Fail::internal(format!("volume '{volid}' does not exist")))?;
            let lines = saved.conf.iter().map(|(k, v)| format!("{k}: {v}\n"));
            Ok(lines.collect::<String>().into())
        }
        ("GET", "/nodes/{node}/vzdump/defaults") => {
            Ok(json!({ "mode": "snapshot", "compress": "zstd" }))
        }
        _ => tasks(world, call, method, path),
    }
}

/// The cluster's own authority and the node's certificate signed by it.
fn certificates(world: &World, node: &str) -> Value {
    let authority = if world.cluster.is_empty() {
        node
    } else {
        &world.cluster
    };
    json!([
        { "filename": "pve-root-ca.pem", "fingerprint": fingerprint(&format!("authority of {authority}")),
          "subject": "/CN=Proxmox Virtual Environment", "issuer": "/CN=Proxmox Virtual Environment" },
        { "filename": "pve-ssl.pem", "fingerprint": fingerprint(&format!("{node} of {authority}")),
          "subject": format!("/CN={node}"), "issuer": "/CN=Proxmox Virtual Environment", "san": [node] },
    ])
}

/// 32 bytes in the spelling of `pvenode cert info`, the same for the same text.
fn fingerprint(text: &str) -> String {
    let first = Sha1::digest(text);
    let second = Sha1::digest(first);
    let bytes = first.iter().chain(second.iter()).take(32);
    let pairs: Vec<String> = bytes.map(|byte| format!("{byte:02X}")).collect();
    pairs.join(":")
}

fn tasks(world: &mut World, call: &Call, method: &str, path: &str) -> Reply {
    if (method, path) == ("GET", "/nodes/{node}/tasks") {
        return Ok(list(world, call));
    }
    if !path.starts_with("/nodes/{node}/tasks/") {
        return unserved(call);
    }
    let upid = call.text("upid").to_owned();
    if !upid.starts_with("UPID:") || upid.split(':').count() != 9 {
        return Err(Fail::param("upid", "unable to parse worker upid"));
    }
    let unknown = || Fail::param("upid", "no such task");
    let index = world
        .tasks
        .iter()
        .rposition(|t| t.upid == upid)
        .ok_or_else(unknown)?;
    let task = &world.tasks[index];
    if task.twist == Twist::Vanish && task.stage == Stage::Stopped {
        return Err(unknown());
    }
    if task.node != call.node {
        return Err(unknown());
    }
    let mine = task.user == call.who.user;
    if !mine {
        world.need(&call.who, &format!("/nodes/{}", call.node), "Sys.Audit")?;
    }
    match (method, path) {
        ("GET", "/nodes/{node}/tasks/{upid}/status") => Ok(task.status_json()),
        ("GET", "/nodes/{node}/tasks/{upid}/log") => {
            let start = call.number("start").unwrap_or(0).max(0) as usize;
            let limit = call.number("limit").unwrap_or(50).max(0) as usize;
            let log = task.told();
            let lines = log.iter().enumerate().skip(start);
            let limit = if limit == 0 { usize::MAX } else { limit };
            let rows = lines
                .take(limit)
                .map(|(n, t)| json!({ "n": n + 1, "t": t }))
                .collect();
            let total = log.len();
            world.total = Some(total);
            Ok(rows)
        }
        ("GET", "/nodes/{node}/tasks/{upid}") => {
            Ok(json!([{ "name": "log" }, { "name": "status" }]))
        }
        ("DELETE", "/nodes/{node}/tasks/{upid}") => {
            if task.stage != Stage::Stopped {
                world.interrupt(index, "interrupted by signal");
            }
            Ok(Value::Null)
        }
        _ => unserved(call),
    }
}

fn list(world: &mut World, call: &Call) -> Value {
    let see_all = world.may(&call.who, &format!("/nodes/{}", call.node), "Sys.Audit");
    let source = call.get("source").unwrap_or("archive");
    let since = call.number("since");
    let until = call.number("until");
    let fits = |task: &&crate::task::Task| {
        let over = task.stage == Stage::Stopped;
        let source_fits = match source {
            "active" => !over,
            "all" => true,
            _ => over,
        };
        let failed = task
            .exit
            .as_deref()
            .is_some_and(|e| e != "OK" && !e.starts_with("WARNINGS"));
        task.node == call.node
            && task.twist != Twist::Vanish
            && source_fits
            && (see_all || task.user == call.who.user)
            && call.get("vmid").is_none_or(|id| task.id == id)
            && call.get("typefilter").is_none_or(|t| task.kind == t)
            && call
                .get("userfilter")
                .is_none_or(|u| task.owner().contains(u))
            && since.is_none_or(|s| task.started >= s)
            && until.is_none_or(|u| task.started <= u)
            && (!call.flag("errors") || failed)
    };
    let start = call.number("start").unwrap_or(0).max(0) as usize;
    let limit = call.number("limit").unwrap_or(50).max(0) as usize;
    let found: Vec<Value> = world
        .tasks
        .iter()
        .rev()
        .filter(fits)
        .map(|t| t.row_json(false))
        .collect();
    world.total = Some(found.len());
    found.into_iter().skip(start).take(limit).collect()
}

/// A node as `/nodes` and `/cluster/resources` show it.
pub fn row(world: &World, name: &str, resource: bool) -> Value {
    let Some(node) = world.node(name) else {
        return Value::Null;
    };
    let mut row = json!({
        "node": node.name, "id": format!("node/{}", node.name), "type": "node", "level": "",
        "status": if node.online { "online" } else { "offline" },
    });
    if node.online {
        let used = used_memory(world, name);
        row["maxcpu"] = node.cpus.into();
        row["maxmem"] = node.memory.into();
        row["mem"] = used.into();
        row["cpu"] = 0.0213.into();
        row["uptime"] = (4935 + world.now / 1_000_000).into();
        row["disk"] = (24u64 << 30).into();
        row["maxdisk"] = (250u64 << 30).into();
    }
    if resource {
        row["cgroup-mode"] = 2.into();
        if !node.hastate.is_empty() && world.major() >= 8 {
            row["hastate"] = node.hastate.as_str().into();
        }
    } else {
        row["ssl_fingerprint"] = "85:56:FB:2C:4D:F8:37:1F:EC:92:9D:68:83:9F:50:B1:F3:C1:71:14:13:CB:28:01:95:7D:46:F2:33:F8:A0:15".into();
    }
    row
}

fn used_memory(world: &World, node: &str) -> u64 {
    let guests = world
        .vms
        .values()
        .filter(|vm| vm.node == node && vm.is_running());
    let sum: u64 = guests.map(|vm| vm.memory()).sum();
    sum + world.node(node).map_or(0, |n| n.host_memory)
}

fn status(world: &World, call: &Call) -> Value {
    let node = world.node(&call.node).cloned().unwrap_or_default();
    let used = used_memory(world, &call.node).min(node.memory);
    json!({
        "memory": { "total": node.memory, "used": used, "free": node.memory - used },
        "swap": { "total": 0, "used": 0, "free": 0 }, "ksm": { "shared": 0 },
        "rootfs": { "total": 250u64 << 30, "used": 24u64 << 30, "avail": 226u64 << 30, "free": 226u64 << 30 },
        "cpu": 0.0213, "wait": 0, "idle": 0, "loadavg": ["0.11", "0.08", "0.05"],
        "uptime": 4935 + world.now / 1_000_000,
        "cpuinfo": { "cpus": node.cpus, "cores": node.cpus, "sockets": 1, "model": "AMD EPYC", "mhz": "2445.426", "hvm": "1", "user_hz": 100 },
        "kversion": "Linux 6.8.12-4-pve", "pveversion": format!("pve-manager/{}/2606ac850d46da29", world.version),
    })
}

fn network(world: &World, call: &Call) -> Value {
    let node = world.node(&call.node).cloned().unwrap_or_default();
    let mut rows = Vec::new();
    let wanted = call.get("type");
    if wanted.is_none_or(|t| {
        matches!(
            t,
            "bridge" | "any_bridge" | "any_local_bridge" | "include_sdn"
        )
    }) {
        for (index, bridge) in node.bridges.iter().enumerate() {
            let mut row = json!({
                "iface": bridge, "type": "bridge", "active": 1, "autostart": 1, "method": "manual", "method6": "manual",
                "bridge_ports": "", "bridge_stp": "off", "bridge_fd": "0", "families": ["inet"], "priority": index + 3,
            });
            if index == 0 {
                row["method"] = "static".into();
                row["address"] = node.ip.as_str().into();
                row["netmask"] = "24".into();
                row["cidr"] = format!("{}/24", node.ip).into();
            }
            rows.push(row);
        }
    }
    if wanted.is_none_or(|t| t == "eth") {
        rows.push(json!({ "iface": "eno1", "type": "eth", "active": 1, "exists": 1, "method": "manual", "method6": "manual", "families": ["inet"], "priority": 1 }));
    }
    Value::Array(rows)
}

/// RRD rows of a time frame: 70 points, newest last, empty before the simulator began.
pub fn rrd(world: &World, frame: &str, sample: impl Fn(f64, u64) -> Value) -> Value {
    let step: i64 = match frame {
        "day" => 1800,
        "week" => 10_800,
        "month" => 43_200,
        "year" => 604_800,
        _ => 60,
    };
    let now = world.unix() / step * step;
    let rows = (0..70).map(|back| {
        let at = now - (69 - back) * step;
        let mut row = sample(at as f64, at as u64 / 60 % 7);
        row["time"] = at.into();
        row
    });
    rows.collect()
}
