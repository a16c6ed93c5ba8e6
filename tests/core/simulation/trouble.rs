//! Faults of single requests, and the cluster's own troubles.

use super::Play;
use serde_json::{Value, json};

const NODES: [&str; 3] = ["pve1", "pve2", "pve3"];
const STORAGES: [&str; 3] = ["nfs-vm", "pbs-backup", "local-lvm"];

impl Play {
    pub(super) fn trouble(&mut self) {
        let mut rules: Vec<Value> = vec![];
        for _ in 0..self.roll(self.profile.faults) {
            let random = [0.01, 0.03, 0.1][self.roll(3) as usize];
            let method = ["GET", "POST", "PUT", "DELETE"][self.roll(4) as usize];
            rules.push(json!({"match": {"method": method}, "when": {"chance": random}, "do": self.fault()}));
        }
        if self.once_in(self.profile.deaths * 4) {
            rules.push(json!({"match": {"method": "POST"}, "when": {"chance": 0.03, "times": 1}, "do": "task_never_ends"}));
        }
        if !rules.is_empty() {
            self.say(format!("faults {}", json!(rules)));
        }
        self.world.faults(&json!(rules));
        if self.once_in(self.profile.cluster) {
            self.cluster_trouble();
        } else if self.once_in(2) {
            self.mend_cluster();
        }
    }

    fn fault(&self) -> Value {
        let status = |code: u16, reason: &str, after: bool| json!({"status": {"code": code, "reason": reason, "after": after}});
        match self.roll(24) {
            0 => json!("refuse"),
            1 => json!("reset_before"),
            2 => json!("reset_after"),
            3 => json!("hang"),
            4 => json!("hang_after"),
            5 => status(595, "No route to host", false),
            6 => status(596, "Connection timed out", true),
            7 => status(596, "Connection timed out", false),
            8 => status(599, "Too many redirections", false),
            9 => status(500, "something nobody has seen before", true),
            10 => status(
                500,
                "can't lock file '/var/lock/qemu-server/lock-2001.conf' - got timeout",
                false,
            ),
            11 => status(401, "authentication failure", false),
            12 => json!("garbage"),
            13 => json!({"task_fail": {"exitstatus": "command 'qm' failed: exit code 1"}}),
            14 => json!("task_vanish"),
            15 => json!({"slow": {"ms": 9000}}),
            16 => json!("worker_killed"),
            17 => json!("truncate"),
            18 => status(500, "VM is locked (backup)", false),
            19..=22 => {
                let kind = ["shape", "keys", "types", "entries"][self.roll(4) as usize];
                json!({"nonsense": kind})
            }
            _ => json!({"task_warn": {"n": 1}}),
        }
    }

    fn cluster_trouble(&mut self) {
        match self.roll(5) {
            0 | 1 => {
                let name = NODES[self.roll(3) as usize];
                // The other guests of the node fall as well; nobody here looks at them.
                let others: Vec<u32> = self.world.foreign.iter().map(|(vmid, _)| *vmid).collect();
                self.world.see(|all| {
                    let ran = |all: &pve_sim::World, vmid: &u32| all.vms.get(vmid)?.running_since;
                    let running: Vec<_> = others.iter().map(|vmid| ran(all, vmid)).collect();
                    all.crash(name);
                    for (vmid, since) in others.iter().zip(running) {
                        if let Some(vm) = all.vms.get_mut(vmid) {
                            vm.running_since = since;
                        }
                    }
                    let node = all.nodes.iter_mut().find(|node| node.name == name);
                    node.unwrap().online = false;
                });
                // A guest that is locked or moved meanwhile does not start with its node: that is left to people.
                for record in self.world.records() {
                    if record.node.is_some_and(|node| node.as_str() == name) {
                        self.sold.get_mut(&record.service.0).unwrap().touched = true;
                    }
                }
                self.say(format!("{name} is down"));
            }
            2 => {
                self.world.see(|all| all.quorate = false);
                self.say("the quorum is lost");
            }
            3 => {
                let storage = STORAGES[self.roll(3) as usize];
                self.world
                    .see(|all| all.offline_storages.insert(storage.to_owned()));
                self.say(format!("{storage} is offline"));
            }
            _ => {
                let seconds = self.roll(250) as i64;
                self.world.see(|all| all.skew += seconds);
                self.say(format!("the cluster's clock jumps by {seconds} s"));
            }
        }
    }

    /// Nodes, quorum and storages are back; guests start with their nodes.
    pub(super) fn mend_cluster(&mut self) {
        let mended = self.world.see(|all| {
            let down: Vec<String> = all
                .nodes
                .iter()
                .filter(|node| !node.online)
                .map(|node| node.name.clone())
                .collect();
            let mended = !down.is_empty() || !all.quorate || !all.offline_storages.is_empty();
            all.quorate = true;
            all.offline_storages.clear();
            for node in &mut all.nodes {
                node.online = true;
            }
            let now = all.now;
            for vm in all.vms.values_mut().filter(|vm| down.contains(&vm.node)) {
                let onboot = vm.conf.get("onboot").is_some_and(|flag| flag == "1");
                if onboot && !vm.conf.contains_key("lock") && !vm.is_template() {
                    vm.running_since = Some(now);
                }
            }
            mended
        });
        if mended {
            self.say("the cluster is whole again");
        }
    }
}
