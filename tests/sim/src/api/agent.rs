//! The guest agent.

use super::Call;
use crate::drive::Nic;
use crate::fail::{Fail, Reply};
use crate::world::World;
use serde_json::{Value, json};

/// An agent call.
pub fn answer(world: &mut World, call: &Call, command: &str) -> Reply {
    let boot = world.clock.stretch(world.durations.boot);
    let now = world.now;
    let vm = world.vm_on(call.vmid(), &call.node)?;
    if !vm.agent_enabled() {
        return Err(Fail::internal("No QEMU guest agent configured"));
    }
    let Some(since) = vm.running_since else {
        return Err(Fail::internal(format!("VM {} is not running", vm.vmid)));
    };
    if !vm.agent_answers || now < since + boot {
        return Err(Fail {
            slow: true,
            ..Fail::internal("QEMU guest agent is not running")
        });
    }
    let result: Value = match command {
        "ping" | "shutdown" => json!({}),
        "get-host-name" => json!({ "host-name": vm.conf.get("name") }),
        "get-osinfo" => {
            json!({ "id": "debian", "name": "Debian GNU/Linux", "version-id": "12", "pretty-name": "Debian GNU/Linux 12 (bookworm)" })
        }
        "network-get-interfaces" => interfaces(vm.conf.get("net0"), vm.conf.get("ipconfig0")),
        "get-fsinfo" => {
            json!([{ "mountpoint": "/", "name": "sda1", "type": "ext4", "total-bytes": vm.maxdisk(), "used-bytes": vm.maxdisk() / 4, "disk": [] }])
        }
        "set-user-password" => Value::Null,
        _ => json!({}),
    };
    Ok(json!({ "result": result }))
}

fn interfaces(net: Option<&String>, ipconfig: Option<&String>) -> Value {
    let mac = net
        .and_then(|t| Nic::parse(t))
        .map(|n| n.mac.to_lowercase())
        .unwrap_or_default();
    let mut addresses = Vec::new();
    for part in ipconfig.map_or("", String::as_str).split(',') {
        let (kind, address) = match part.split_once('=') {
            Some(("ip", value)) => ("ipv4", value),
            Some(("ip6", value)) => ("ipv6", value),
            _ => continue,
        };
        if let Some((ip, prefix)) = address.split_once('/') {
            addresses.push(json!({ "ip-address-type": kind, "ip-address": ip, "prefix": prefix.parse::<u8>().unwrap_or(24) }));
        }
    }
    json!([
        { "name": "lo", "hardware-address": "00:00:00:00:00:00",
          "ip-addresses": [{ "ip-address-type": "ipv4", "ip-address": "127.0.0.1", "prefix": 8 }] },
        { "name": "eth0", "hardware-address": mac, "ip-addresses": addresses },
    ])
}
