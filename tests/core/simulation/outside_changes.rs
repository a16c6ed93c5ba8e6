//! What others do in Proxmox: strangers' VMs, backups and snapshots, an admin who deletes, moves and locks.

use super::Play;
use crate::support::actors::{Actor, Work};
use crate::support::world::facts;
use puq_proxmox_kvm::model::{ServiceId, VmState};
use puq_proxmox_kvm::store::vm::VmRecord;
use serde_json::{Value, json};
use std::rc::Rc;
use std::time::Duration;

impl Play {
    /// Chooses what others do in this round, before the cron runs or while it does.
    pub(super) fn outside_changes(&mut self, actors: &mut Vec<Actor>) {
        if !self.once_in(self.profile.hands) {
            return;
        }
        for _ in 0..=self.roll(2) {
            match self.roll(12) {
                0..=5 => self.stranger(actors),
                6 => self.with_a_vm(Self::delete_by_hand),
                7 => self.with_a_vm(Self::move_by_hand),
                8 => self.with_a_vm(Self::admins_backup),
                9 => self.with_a_vm(Self::admins_snapshot),
                10 => self.with_a_vm(Self::lock_by_hand),
                _ => self.with_a_vm(Self::rewrite_notes),
            }
        }
    }

    /// Does something to a VM of ours that is there and free.
    fn with_a_vm(&mut self, act: fn(&mut Self, VmRecord, u32)) {
        let mut free: Vec<(VmRecord, u32)> = vec![];
        for record in self.world.records() {
            let Some(vmid) = record.vmid.map(|vmid| vmid.get()) else {
                continue;
            };
            let mark = &record.mark;
            let ours = self.world.see(|all| {
                let busy = |task: &pve_sim::Task| {
                    task.stage != pve_sim::Stage::Stopped && task.id == vmid.to_string()
                };
                all.vms.get(&vmid).is_some_and(|vm| {
                    let text = |key: &str| vm.conf.get(key).map_or("", String::as_str);
                    mark.is_on(text("description"), text("tags"))
                        && !vm.conf.contains_key("lock")
                        && !all.tasks.iter().any(busy)
                })
            });
            if ours {
                free.push((record, vmid));
            }
        }
        if !free.is_empty() {
            let (record, vmid) = free.swap_remove(self.roll(free.len() as u64) as usize);
            act(self, record, vmid);
        }
    }

    /// Somebody else makes a VM, where our next one might have stood; it may look like one of ours.
    fn stranger(&mut self, actors: &mut Vec<Actor>) {
        let vmid = 2000 + self.roll(25) as u32;
        let config = self.look_alike();
        let met = Rc::clone(&self.met);
        let snapshots = self.once_in(3);
        let make = move |all: &mut pve_sim::World| {
            if all.vms.contains_key(&vmid) {
                return;
            }
            all.meddle(&json!({"vmid": vmid, "node": "pve2", "config": config, "running": true}))
                .unwrap();
            if snapshots {
                snapshot(all, vmid, "before", "the stranger's own");
            }
            met.borrow_mut().push((vmid, facts(&all.vms[&vmid])));
        };
        let begins = match self.roll(2) {
            0 => Duration::ZERO,
            _ => Duration::from_millis(self.roll(30_000)),
        };
        self.say(format!("a stranger makes VM {vmid} after {begins:?}"));
        actors.push(Actor {
            machine: "root".to_owned(),
            begins,
            dies: None,
            work: Work::Hand(Box::new(make)),
        });
    }

    fn look_alike(&mut self) -> Value {
        self.strangers += 1;
        let net0 = format!("virtio=02:00:00:00:{:02X}:01,bridge=vmbr0", self.strangers);
        let service = 1 + self.roll(self.sold.len() as u64 + 1);
        let mark = match self.sold.contains_key(&service) {
            true => self
                .world
                .record(ServiceId(service))
                .mark
                .as_str()
                .to_owned(),
            false => self.random.token(),
        };
        // The same but for its last digit, in description and tag.
        let all_but_last = |text: &str| {
            let last = if text.ends_with('0') { '1' } else { '0' };
            format!("{}{last}", &text[..text.len() - 1])
        };
        let near = all_but_last(&mark);
        let near_tag = format!("puq-{}", all_but_last(&mark[..12]));
        let other = self.random.token();
        let name = format!("{}-{service}", 500 + service);
        let memory = "512";
        match self.roll(5) {
            0 => json!({"name": "stranger", "memory": memory, "net0": net0}),
            1 => json!({"name": name, "memory": memory, "net0": net0}),
            2 => json!({
                "name": name, "memory": memory, "net0": net0, "tags": format!("puq-{}", &other[..12]),
                "description": format!("WHMCS service {service} puq-owner={other}"),
            }),
            3 => json!({
                "name": name, "memory": memory, "net0": net0, "tags": near_tag,
                "description": format!("WHMCS service {service} puq-owner={near}"),
            }),
            _ => json!({
                "name": name, "memory": memory, "net0": net0, "tags": "puq",
                "description": format!("WHMCS service {service} puq-owner="),
            }),
        }
    }

    /// An admin deletes a VM of ours; its number may be taken at once.
    fn delete_by_hand(&mut self, record: VmRecord, vmid: u32) {
        self.world
            .see(|all| all.meddle(&json!({"vmid": vmid, "delete": true})))
            .unwrap();
        self.keepsakes.snapshots_may_go(record.service.0);
        self.world.deleted.push(record.service);
        self.say(format!("VM {vmid} is deleted by hand"));
        if self.once_in(2) {
            let config = self.look_alike();
            self.world.see(|all| {
                all.meddle(&json!({"vmid": vmid, "node": "pve2", "config": config}))
                    .unwrap();
            });
            let seen = self.world.see(|all| facts(&all.vms[&vmid]));
            self.world.foreign.push((vmid, seen));
            self.say(format!("a stranger makes VM {vmid} in its place"));
        }
    }

    /// An admin moves a VM of ours whose disks are all on shared storage.
    fn move_by_hand(&mut self, record: VmRecord, vmid: u32) {
        let node = ["pve1", "pve2", "pve3"][self.roll(3) as usize];
        let moved = self.world.see(|all| {
            let shared = all.volumes.iter().all(|(place, volume)| {
                volume.vmid != Some(vmid) || volume.content != "images" || place.node.is_empty()
            });
            let online = all.nodes.iter().all(|node| node.online);
            if shared && online {
                all.vms.get_mut(&vmid).unwrap().node = node.to_owned();
            }
            shared && online
        });
        if moved {
            self.sold.get_mut(&record.service.0).unwrap().moved = true;
            self.say(format!("VM {vmid} is moved to {node} by hand"));
        }
    }

    /// An admin's own backup of a VM of ours, or one of another installation's service of the same number.
    fn admins_backup(&mut self, record: VmRecord, vmid: u32) {
        let unix = self.world.see(|all| all.unix());
        let volid = format!("pbs-backup:backup/vm/{vmid}/admin-{unix}");
        let note = match self.roll(3) {
            0 => Value::Null,
            1 => json!("before the upgrade"),
            _ => json!(format!(
                "by hand (WHMCS service {} puq-owner={})",
                record.service,
                self.random.token()
            )),
        };
        let order = json!({"volid": volid, "vmid": vmid, "content": "backup", "notes": note});
        self.world.see(|all| all.place_volume(&order)).unwrap();
        self.world.foreign_volumes.push(volid.clone());
        self.say(format!("an admin's backup {volid}"));
    }

    fn admins_snapshot(&mut self, record: VmRecord, vmid: u32) {
        if record.state != VmState::Ready {
            return;
        }
        self.world
            .see(|all| snapshot(all, vmid, "admin", "before I touch it"));
        self.say(format!("an admin's snapshot of VM {vmid}"));
    }

    /// Somebody else's task holds a VM of ours.
    fn lock_by_hand(&mut self, _: VmRecord, vmid: u32) {
        let kind = ["backup", "migrate", "snapshot", "snapshot-delete"][self.roll(4) as usize];
        let seconds = 10.0 + self.roll(200) as f64;
        self.world.see(|all| all.hold(vmid, kind, Some(seconds)));
        self.say(format!("VM {vmid} is locked ({kind}) for {seconds} s"));
    }

    /// An admin writes notes of their own over the description; the tag stays. A VM that was taken over has none until
    /// its first change.
    fn rewrite_notes(&mut self, record: VmRecord, vmid: u32) {
        let tagged = self.world.see(|all| {
            let tags = all.vms[&vmid].conf.get("tags");
            tags.is_some_and(|tags| record.mark.is_on("", tags))
        });
        if record.state != VmState::Ready || !tagged {
            return;
        }
        self.world.see(|all| {
            let vm = all.vms.get_mut(&vmid).unwrap();
            vm.conf
                .insert("description".to_owned(), "web shop".to_owned());
        });
        self.say(format!("an admin's notes on VM {vmid}"));
    }
}

fn snapshot(all: &mut pve_sim::World, vmid: u32, name: &str, description: &str) {
    let time = all.unix();
    let Some(vm) = all.vms.get_mut(&vmid) else {
        return;
    };
    let snapshot = pve_sim::Snapshot {
        conf: vm.conf.clone(),
        time,
        description: description.to_owned(),
        vmstate: false,
        parent: None,
    };
    vm.snapshots.insert(name.to_owned(), snapshot);
}
