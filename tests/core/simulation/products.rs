//! What is sold: kinds of VMs, each with every kind of network, so that a change of package may be one of the network.

use crate::support::World;
use crate::support::shop::{pool, pool6, usual_with};
use puq_proxmox_kvm::store::pool::PoolRow;
use serde_json::{Value, json};

/// So many backups and snapshots are sold with each.
pub const SLOTS: u64 = 2;
/// The first product; the others follow.
pub const FIRST: u64 = 10;
/// So many kinds of VMs.
const KINDS: u64 = 4;
/// So many kinds of networks.
const NETWORKS: u64 = 4;
/// So many products.
pub const ALL: u64 = KINDS * NETWORKS;

fn kinds() -> [Value; KINDS as usize] {
    [
        json!({"additional_size": "5", "additional_storage": "nfs-vm"}),
        json!({
            "template": "9001", "ipv4": "2", "rate": "10", "system_read_iops": "500", "snapshot_lifetime": "2",
        }),
        json!({"clone_type": "full", "system_storage": "local-lvm", "ipv6": "1", "dhcp6": "0"}),
        json!({"template": "9001", "snapshot_schedule": "1"}),
    ]
}

fn networks() -> [Value; NETWORKS as usize] {
    let elsewhere = json!({"auto_bridge": "0", "bridge": "vmbr1", "vlan": "7"});
    [
        json!({}),
        elsewhere,
        json!({"dhcp4": "1", "dhcp6": "1"}),
        json!({"dhcp4": "1", "bridge": "vmbr1", "vlan": "9"}),
    ]
}

/// Whether snapshots of a product have a lifetime.
pub fn snapshots_expire(product: u64) -> bool {
    (product - FIRST) % KINDS == 1
}

/// A product of the same kind, with this one of the networks.
pub fn with_network(product: u64, network: u64) -> u64 {
    FIRST + (network % NETWORKS) * KINDS + (product - FIRST) % KINDS
}

/// Enters products, pools and options, as an admin does.
pub fn enter(world: &World) {
    let mut number = FIRST;
    for network in networks() {
        for kind in kinds() {
            let mut all = usual_with(&json!({
                "backups": SLOTS.to_string(), "snapshots": SLOTS.to_string(), "backup_storage": "pbs-backup|pbs", "iso_storage": "local",
            }));
            for (key, value) in [&kind, &network]
                .into_iter()
                .filter_map(Value::as_object)
                .flatten()
            {
                all[key] = value.clone();
            }
            world.product(number, &all);
            number += 1;
        }
    }
    let elsewhere = |pool: PoolRow| PoolRow {
        bridge: "vmbr1".to_owned(),
        vlan: 7,
        ..pool
    };
    world.pool(&pool("192.0.2.10", "192.0.2.150"));
    world.pool(&pool6("2001:db8:7::100", "2001:db8:7::17f"));
    world.pool(&elsewhere(pool("192.0.2.151", "192.0.2.250")));
    world.pool(&elsewhere(pool6("2001:db8:7::180", "2001:db8:7::1ff")));
    *world.host.options.borrow_mut() = json!([
        {"name": "Operating System|System", "choices": ["9000|Debian 12", "9001|Debian 12 shared"]},
    ]);
}
