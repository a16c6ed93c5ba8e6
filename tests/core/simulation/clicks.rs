//! What clients and staff click on.

use super::Play;
use super::commands::Command;
use super::keepsakes::{own_backups, own_snapshots};
use crate::support::compare::addresses;
use crate::support::world::number;
use puq_proxmox_kvm::model::VmState;
use puq_proxmox_kvm::store::vm::VmRecord;
use serde_json::{Value, json};

/// Pages that only show something.
const PAGES: &[&str] = &[
    "status",
    "backups",
    "snapshots",
    "isos",
    "firewall",
    "charts",
    "rdns",
    "reinstall_options",
];
/// Per-step buttons; the one that removes the VM is not pressed.
const STEPS: &[&str] = &[
    "vm_set_dedicated_ip",
    "set_cpu_ram",
    "set_system_disk_size",
    "set_system_disk_bandwidth",
    "set_created_additional_disk",
    "set_additional_disk_size",
    "set_additional_disk_bandwidth",
    "set_network",
    "set_firewall",
    "set_cloudinit",
];

impl Play {
    pub(super) fn click(&mut self, record: &VmRecord) -> Command {
        let service = record.service.0;
        let days: Vec<u8> = (0..7).filter(|_| self.roll(3) > 0).collect();
        let snapshot = self.one_of(own_snapshots(&self.world, record).into_keys().collect());
        let backup = self.one_of(own_backups(&self.world, record).into_keys().collect());
        let request = match self.roll(37) {
            0..=1 => json!({"op": "start"}),
            2 => json!({"op": "stop"}),
            3 => json!({"op": "shutdown"}),
            4 => json!({"op": "reboot"}),
            5..=7 => json!({"op": "snapshot_create", "description": "before the change"}),
            8..=9 => json!({"op": "snapshot_rollback", "name": snapshot}),
            10..=11 => json!({"op": "snapshot_remove", "name": snapshot}),
            12 => {
                json!({"op": "snapshot_schedule", "days": days, "time": format!("{:02}:30", self.roll(24))})
            }
            13..=15 => json!({"op": "backup_now", "note": "by hand"}),
            16 => json!({"op": "backup_schedule", "days": days}),
            17..=18 => json!({"op": "backup_remove", "id": backup}),
            19..=21 => json!({"op": "backup_restore", "id": backup}),
            22 => {
                json!({"op": PAGES[self.roll(PAGES.len() as u64) as usize]})
            }
            23..=24 => json!({"op": "iso_mount", "image": self.image()}),
            25 => json!({"op": "iso_unmount"}),
            26..=28 => self.wall(record),
            29 => json!({"op": "reset_password", "shutdown": "1"}),
            30 => self.reverse_name(record),
            number => return self.staff(number - 31, record),
        };
        let id = |key: &str| request[key].as_str().map(str::to_owned);
        match request["op"].as_str() {
            Some("snapshot_remove") => self.keepsakes.may_go(service, id("name")),
            Some("backup_remove") => self.keepsakes.may_go(service, id("id")),
            Some("backup_schedule") => self.keepsakes.backups_rotate(service),
            Some("snapshot_schedule") => self.keepsakes.snapshots_rotate(service),
            _ => {}
        }
        match self.once_in(6) {
            true => Command::Admin(request),
            false => Command::Client(request),
        }
    }

    /// A name for one of the VM's addresses, or for somebody else's.
    fn reverse_name(&self, record: &VmRecord) -> Value {
        let held = addresses(&self.world, record.service);
        let address = match held.len() as u64 {
            0 => "192.0.2.10".to_owned(),
            count => held[self.roll(count) as usize].text.clone(),
        };
        let name = match self.roll(3) {
            0 => String::new(),
            number => format!("mail{number}.customer{}.example.org", record.service),
        };
        json!({"op": "rdns_save", "names": {address: name}})
    }

    /// A new installation, of the system there is or of another one.
    pub(super) fn reinstall(&self) -> Value {
        let template = ["", "9000", "9001"][self.roll(3) as usize];
        let confirm = if self.once_in(10) {
            "reinstall"
        } else {
            "REINSTALL"
        };
        json!({"op": "reinstall", "template": template, "confirm": confirm})
    }

    /// One of the images, or another client's disk.
    fn image(&self) -> &'static str {
        [
            "local:iso/debian-12.5.0-amd64-netinst.iso",
            "local:iso/rescue.iso",
            "local-lvm:vm-2000-disk-0",
        ][self.roll(3) as usize]
    }

    /// A VM that the service let go of.
    pub(super) fn left_behind(&self, service: u64) -> Option<u64> {
        let left = self.world.host.rows(&format!(
            "SELECT vmid FROM puq_proxmox_kvm_vmids WHERE state = 'orphan' AND service_id = {service}"
        ));
        left.first().map(|row| number(&row["vmid"]))
    }

    /// A VM that somebody made by hand, or any number. Those named like other services' are left out: that would be
    /// refused, or hinder the other later.
    fn strangers_vm(&self, service: u64) -> u64 {
        let own = format!("{}-{service}", 500 + service);
        let fit = |name: &str| name == "stranger" || name == own;
        let made: Vec<u64> = self.world.see(|all| {
            let strangers = self
                .world
                .foreign
                .iter()
                .filter_map(|(vmid, _)| all.vms.get(vmid));
            let fit = strangers.filter(|vm| vm.conf.get("name").is_some_and(|name| fit(name)));
            fit.map(|vm| u64::from(vm.vmid)).collect()
        });
        match made.len() as u64 {
            0 => 2000 + self.roll(25),
            count => made[self.roll(count) as usize],
        }
    }

    /// Something on the page of the firewall; the page was opened a moment before.
    fn wall(&self, record: &VmRecord) -> Value {
        let policy = |side: u64| ["ACCEPT", "DROP"][side as usize];
        match self.roll(4) {
            0 => json!({
                "op": "firewall_policies", "policy_in": policy(self.roll(2)), "policy_out": policy(self.roll(2)),
            }),
            1..=2 => json!({
                "op": "firewall_rule_add", "direction": "in", "verdict": "ACCEPT", "protocol": "tcp",
                "dest_port": (1 + self.roll(60_000)).to_string(), "comment": format!("service {}", record.service),
            }),
            _ => {
                let digest = self.world.see(|all| {
                    let vm = record.vmid.and_then(|vmid| all.vms.get(&vmid.get()));
                    let rules = vm.map(|vm| pve_sim::Firewall::rules_json(&vm.firewall.rules));
                    rules.map_or(Value::Null, |rules| rules[0]["digest"].clone())
                });
                json!({"op": "firewall_rule_remove", "pos": self.roll(2), "digest": digest})
            }
        }
    }

    /// What the addon's and the admin's pages offer.
    fn staff(&mut self, number: u64, record: &VmRecord) -> Command {
        let ready = record.state == VmState::Ready;
        Command::Admin(match number {
            0 if ready => json!({"op": "reset", "state": "set_dns_records"}),
            1 if ready => json!({"op": "reset", "state": "change_package"}),
            2 => json!({"op": "step", "step": STEPS[self.roll(STEPS.len() as u64) as usize]}),
            3 => json!({"op": "attach", "vmid": self.strangers_vm(record.service.0)}),
            4 if self.once_in(6) => {
                let state = if self.once_in(2) {
                    "remove"
                } else {
                    "terminate"
                };
                json!({"op": "reset", "state": state})
            }
            0 => json!({"op": "redeploy"}),
            _ => json!({"op": "retry"}),
        })
    }

    /// One of several names; a stranger's when there is none.
    fn one_of(&self, names: Vec<String>) -> String {
        if names.is_empty() || self.once_in(10) {
            return "pbs-backup:backup/vm/101/2026-01-01T00:00:00Z".to_owned();
        }
        names[self.roll(names.len() as u64) as usize].clone()
    }
}
