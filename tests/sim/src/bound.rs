//! A lower bound on how fast any client can be, in closed form from the scenario's own limits.

use crate::jobs::gib;
use crate::world::World;
use serde::Serialize;
use std::collections::BTreeMap;

/// What each of the deploys does.
#[derive(Clone, Debug)]
pub struct Calls {
    /// VMID of the template.
    pub template: u32,
    /// Full clone.
    pub full: bool,
    /// Offline migration to another node afterwards.
    pub migrate: bool,
    /// An additional disk is made.
    pub disk: bool,
    /// The system disk grows.
    pub resize: bool,
    /// Calls through pvedaemon per deploy, the ones above included.
    pub protected: u32,
    /// How many of them write the configuration at once.
    pub configs: u32,
    /// The deploys come in turns from so many templates, each like the first and on a node of its own.
    pub templates: u32,
    /// The VMs go to all nodes alike, and as many as a node's share allows stay with their template; else every one
    /// migrates.
    pub spread: bool,
}

impl Default for Calls {
    fn default() -> Calls {
        Calls {
            template: 9000,
            full: true,
            migrate: false,
            disk: false,
            resize: true,
            // clone, one config change, resize, firewall options, set, its three entries (the address, and both halves of
            // the family that DHCP serves), start
            protected: 9,
            configs: 1,
            templates: 1,
            spread: false,
        }
    }
}

/// The bound and where it comes from; all in seconds of the simulator's clock.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct Bound {
    /// The largest of all parts.
    pub seconds: f64,
    /// Which part that is.
    pub limited_by: String,
    /// `chain`: one VM alone. The others: work of all VMs ÷ capacity of one resource.
    pub parts: BTreeMap<String, f64>,
}

/// Lower bound on the time from the first call of `deploys` deploys to the end of the last start.
pub fn bound(world: &World, deploys: u32, calls: &Calls) -> Bound {
    let d = &world.durations;
    let limits = &world.limits;
    let n = f64::from(deploys);
    let template = world.vms.get(&calls.template);
    let sizes = |cloudinit_too: bool| -> u64 {
        let drives = template.map(|vm| vm.drives()).unwrap_or_default();
        let node = template.map_or("", |vm| vm.node.as_str());
        let kept = drives
            .iter()
            .filter(|(_, drive)| !drive.is_cdrom() || (cloudinit_too && drive.is_cloudinit()));
        kept.map(|(_, drive)| world.volume(&drive.file, node).map_or(0, |v| v.size))
            .sum()
    };
    let clone = if calls.full {
        d.clone + d.clone_per_gib * gib(sizes(true))
    } else {
        d.linked_clone
    };
    let migrate = if calls.migrate {
        d.migrate + d.migrate_per_gib * gib(sizes(true))
    } else {
        0.0
    };
    let disk = if calls.disk {
        d.config_task + d.allocate
    } else {
        0.0
    };
    let resize = if calls.resize { d.resize } else { 0.0 };
    let templates = f64::from(calls.templates.max(1));
    let nodes = world.nodes.len().max(1) as f64;
    // No node gets more than its share, so this is the least that has to leave a template's node.
    let leaving = match (calls.migrate, calls.spread) {
        (false, _) => 0.0,
        (true, false) => n / templates,
        (true, true) => (n / templates - (n / nodes).ceil()).max(0.0),
    };
    let migrations = leaving * templates;
    let latency = d.protected * f64::from(calls.protected) + d.config * f64::from(calls.configs);
    // A VM that stays, and one that moves.
    let staying = latency + clone + disk + resize + d.start;
    let moving = staying + d.protected + migrate;
    let all_move = migrations >= n;
    let last = if all_move { moving } else { staying };
    let chain = if migrations > 0.0 { moving } else { staying };
    let mut parts = BTreeMap::from([("chain".to_owned(), chain)]);
    let of_template = n / templates;
    if calls.full {
        // The clone that ends last begins with its own call, and its VM still has the rest of the chain before it.
        let rest = last - clone;
        let per_template = of_template * clone / f64::from(limits.clones_per_template.max(1));
        parts.insert("template".into(), rest + per_template.max(clone));
        let per_storage = of_template * clone / f64::from(limits.copies_per_storage.max(1));
        parts.insert("storage".into(), rest + per_storage.max(clone));
    }
    if migrations > 0.0 {
        // All of one template leave the same node. None has to reach it: the other nodes have room for them.
        let per_node = leaving * migrate / f64::from(limits.migrations_per_node.max(1));
        parts.insert(
            "migrations".into(),
            moving - migrate + per_node.max(migrate),
        );
    }
    // After a migration the later calls go to another node's workers; only the clone surely needs this one. Without one,
    // whichever VM's call the workers answer last, it is the call that starts it, and then it still has to start.
    let (here, after) = if calls.migrate {
        (2.0 * d.protected, 0.0)
    } else {
        (latency, d.start)
    };
    parts.insert(
        "workers".into(),
        of_template * here / f64::from(limits.workers.max(1)) + after,
    );
    for value in parts.values_mut() {
        *value = world.clock.stretch(*value) as f64 / 1e6;
    }
    // Of equals the first, which is the chain: one VM alone waits for no other.
    let top = parts.iter().rev().max_by(|a, b| a.1.total_cmp(b.1));
    let (limited_by, seconds) = top.map_or((String::new(), 0.0), |(k, v)| (k.clone(), *v));
    Bound {
        seconds,
        limited_by,
        parts,
    }
}
