//! The state of the simulated cluster.

use crate::auth;
use crate::clock::{Clock, Micros};
use crate::fail::Fail;
use crate::faults::Faults;
use crate::firewall::Firewall;
use crate::journal::Journal;
use crate::random::Random;
use crate::scenario::{Durations, Limits, NodeData, Scenario, StorageData, TokenData, UserData};
use crate::storage::{Permit, Volume};
use crate::task::{Task, Twist};
use crate::vm::Vm;
use std::collections::{BTreeMap, BTreeSet};

/// Everything there is.
pub struct World {
    /// Where time comes from.
    pub clock: Clock,
    /// Time up to which everything has happened.
    pub now: Micros,
    /// Unix time of the start.
    pub epoch: i64,
    /// Seconds that a fault moved the clock.
    pub skew: i64,
    /// Randomness.
    pub random: Random,
    /// Full version.
    pub version: String,
    /// Cluster name.
    pub cluster: String,
    /// The cluster is quorate.
    pub quorate: bool,
    /// Nodes.
    pub nodes: Vec<NodeData>,
    /// Storages.
    pub storages: Vec<StorageData>,
    /// Storages that went offline.
    pub offline_storages: BTreeSet<String>,
    /// Volumes.
    pub volumes: BTreeMap<Permit, Volume>,
    /// VMs by id.
    pub vms: BTreeMap<u32, Vm>,
    /// Resource pools.
    pub pools: BTreeMap<String, Pool>,
    /// HA resources by sid (`vm:100`).
    pub ha: BTreeMap<String, BTreeMap<String, String>>,
    /// The datacenter's rule for tags.
    pub tag_rule: String,
    /// Datacenter firewall.
    pub firewall: Firewall,
    /// Node firewalls.
    pub node_firewalls: BTreeMap<String, Firewall>,
    /// Users.
    pub users: Vec<UserData>,
    /// Tokens.
    pub tokens: Vec<TokenData>,
    /// Roles.
    pub roles: BTreeMap<String, BTreeSet<String>>,
    /// How long things take.
    pub durations: Durations,
    /// What can be done at once.
    pub limits: Limits,
    /// All tasks, oldest first.
    pub tasks: Vec<Task>,
    /// Indexes of the tasks that are not over.
    pub active: Vec<usize>,
    /// Fault for the next task.
    pub next_twist: Option<Twist>,
    /// `total` of the answer in the making.
    pub total: Option<usize>,
    /// Last process id given out.
    pub last_pid: u32,
    /// Fault rules.
    pub faults: Faults,
    /// Requests so far.
    pub journal: Journal,
    /// Key of tickets.
    pub secret: String,
    /// Console tickets: port → (VMID, ticket).
    pub consoles: BTreeMap<u16, (u32, String)>,
    /// VMs that went down for a restart → when they come back.
    pub restarts: BTreeMap<u32, Micros>,
    /// VMs whose process ended → when `qm cleanup` looks at them (qmeventd starts it).
    pub cleanups: BTreeMap<u32, Micros>,
    /// VMs whose config lock `qm cleanup` holds, because they run again → until when.
    pub cleaning: BTreeMap<u32, Micros>,
    /// What HA was asked and its manager has not served yet: VMID → (when it does, wanted state).
    pub ha_requests: BTreeMap<u32, (Micros, String)>,
    /// Whether HA's manager works; false: what it is asked stays a request.
    pub ha_works: bool,
}

/// A resource pool.
#[derive(Clone, Debug, Default)]
pub struct Pool {
    /// Comment.
    pub comment: Option<String>,
    /// Members.
    pub vms: BTreeSet<u32>,
}

impl World {
    /// A fresh cluster.
    ///
    /// # Errors
    /// A fault rule that cannot be read.
    pub fn new(scenario: Scenario, clock: Clock) -> Result<World, String> {
        let epoch = match (&clock, scenario.epoch) {
            (Clock::Scaled { .. }, 0) => std::time::SystemTime::now()
                .duration_since(std::time::UNIX_EPOCH)
                .map_or(0, |d| d.as_secs() as i64),
            (_, 0) => 1_790_000_000,
            (_, given) => given,
        };
        let major = major(&scenario.version);
        let mut random = Random::new(scenario.seed);
        let mut world = World {
            now: clock.now(),
            clock,
            epoch,
            skew: 0,
            secret: random.word(32),
            random,
            roles: auth::roles(&scenario, major),
            faults: Faults::new(scenario.faults.clone(), scenario.seed)?,
            version: scenario.version,
            cluster: scenario.cluster,
            quorate: true,
            nodes: scenario.nodes,
            storages: scenario.storages,
            offline_storages: BTreeSet::new(),
            volumes: BTreeMap::new(),
            vms: BTreeMap::new(),
            pools: BTreeMap::new(),
            ha: BTreeMap::new(),
            tag_rule: scenario.tag_rule,
            firewall: Firewall::default(),
            node_firewalls: BTreeMap::new(),
            users: scenario.users,
            tokens: scenario.tokens,
            durations: scenario.durations,
            limits: scenario.limits,
            tasks: Vec::new(),
            active: Vec::new(),
            next_twist: None,
            total: None,
            last_pid: 400,
            journal: Journal::default(),
            consoles: BTreeMap::new(),
            restarts: BTreeMap::new(),
            cleanups: BTreeMap::new(),
            cleaning: BTreeMap::new(),
            ha_requests: BTreeMap::new(),
            ha_works: true,
        };
        for (name, vms) in scenario.pools {
            let vms = vms.into_iter().collect();
            world.pools.insert(name, Pool { comment: None, vms });
        }
        world.firewall.options = scenario.cluster_firewall;
        world.place_isos();
        for data in scenario.vms {
            let mut vm = Vm::new(data.vmid, &data.node, data.config);
            vm.running_since = data.running.then_some(world.now);
            vm.deaf = data.deaf;
            vm.firewall.options = data.firewall;
            world.adopt_volumes(&vm.conf.clone(), vm.vmid, &data.node);
            world.vms.insert(data.vmid, vm);
        }
        Ok(world)
    }

    fn place_isos(&mut self) {
        let names: Vec<String> = self.nodes.iter().map(|n| n.name.clone()).collect();
        for storage in self.storages.clone() {
            let nodes: Vec<&str> = if storage.shared {
                vec![""]
            } else {
                names.iter().map(String::as_str).collect()
            };
            for node in nodes {
                for iso in &storage.isos {
                    let place = Permit {
                        storage: storage.id.clone(),
                        node: node.to_owned(),
                        name: format!("iso/{iso}"),
                    };
                    let mut volume = Volume::image(0, 700 << 20, "iso", self.epoch);
                    volume.vmid = None;
                    volume.content = "iso".into();
                    self.volumes.insert(place, volume);
                }
            }
        }
    }

    /// Unix time of the cluster.
    pub fn unix(&self) -> i64 {
        self.epoch + self.skew + (self.now / 1_000_000) as i64
    }

    /// Unix time of a moment of the simulator, with fractions.
    pub fn unix_at(&self, at: Micros) -> f64 {
        (self.epoch + self.skew) as f64 + at as f64 / 1e6
    }

    /// Major version.
    pub fn major(&self) -> u32 {
        major(&self.version)
    }

    /// The longest body that is taken, in bytes: pve-http-server 5.2.1, which came with 8.4, raised it.
    pub fn longest_body(&self) -> usize {
        let mut numbers = self
            .version
            .split(['.', '-'])
            .map(|n| n.parse().unwrap_or(0));
        let release: (u32, u32) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
        if release < (8, 4) {
            64 << 10
        } else {
            512 << 10
        }
    }

    /// A VM on a node.
    ///
    /// # Errors
    /// The 500 of a config file that is not there.
    pub fn vm_on(&self, vmid: u32, node: &str) -> Result<&Vm, Fail> {
        match self.vms.get(&vmid) {
            Some(vm) if vm.node == node => Ok(vm),
            _ => Err(Fail::internal(missing(vmid, node))),
        }
    }

    /// As [`World::vm_on`], to change it.
    ///
    /// # Errors
    /// The same.
    pub fn vm_on_mut(&mut self, vmid: u32, node: &str) -> Result<&mut Vm, Fail> {
        match self.vms.get_mut(&vmid) {
            Some(vm) if vm.node == node => Ok(vm),
            _ => Err(Fail::internal(missing(vmid, node))),
        }
    }

    /// As [`World::vm_on_mut`] for workers, whose errors are text.
    ///
    /// # Errors
    /// The same text.
    pub fn vm_for(&mut self, vmid: u32, node: &str) -> Result<&mut Vm, String> {
        self.vm_on_mut(vmid, node).map_err(|f| f.reason)
    }

    /// A node by name.
    pub fn node(&self, name: &str) -> Option<&NodeData> {
        self.nodes.iter().find(|n| n.name == name)
    }

    /// False for a single node without a cluster.
    pub fn is_cluster(&self) -> bool {
        !self.cluster.is_empty()
    }
}

/// The text of a config file that is not on the node.
pub fn missing(vmid: u32, node: &str) -> String {
    format!("Configuration file 'nodes/{node}/qemu-server/{vmid}.conf' does not exist")
}

fn major(version: &str) -> u32 {
    let first = version.split('.').next();
    first.and_then(|m| m.parse().ok()).unwrap_or(8)
}
