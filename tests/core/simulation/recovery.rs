//! The end: no more trouble, an admin does what the system asks for, and everything comes to rest as it was sold.

use super::commands::Command;
use super::keepsakes::own_backups;
use super::ledger::Granted;
use super::{Play, SentCommand};
use crate::support::actors::{Actor, Work};
use crate::support::compare::assert_as_sold_or_larger;
use crate::support::invariant::{assert_at_rest, assert_explained};
use puq_proxmox_kvm::model::{FlowKey, VmState};
use puq_proxmox_kvm::store::vm::VmRecord;
use serde_json::json;
use std::time::Duration;

/// So many quiet ticks show what needs an admin: a dead machine's leases last 14 minutes.
const FIRST: u32 = 20;
/// So many must do afterwards.
const QUIET: u32 = 60;
/// No lease lasts longer.
const LEASES: Duration = Duration::from_secs(15 * 60);
/// So often people ask again for what was refused or whose answer they never saw.
const TIMES_ASKED_AGAIN: u32 = 5;

impl Play {
    pub(super) fn quiet(&mut self) {
        self.world.faults(&json!([]));
        for server in self.world.network.name_servers() {
            *server.trouble.borrow_mut() = None;
            server.weather.set(None);
        }
        self.mend_cluster();
        self.calm(FIRST);
        self.mend();
        for _ in 0..TIMES_ASKED_AGAIN {
            let calm = self.calm(QUIET);
            if !calm {
                self.complain();
            }
            if !self.ask_again() {
                break;
            }
        }
        self.mend_names();
        // One more order: whatever happened, the shop is open.
        self.order();
        if !self.calm(QUIET) {
            self.complain();
        }
        // The leases of what died elsewhere are over by then.
        self.world.advance(LEASES);
        self.look_at_keepsakes();
        for record in self.world.records() {
            self.check(&record);
        }
        self.wait_for_names();
        self.check_names();
        assert_at_rest(&self.world);
    }

    /// Ticks a minute apart until nothing is to do; whether that was so before `most` of them.
    fn calm(&mut self, most: u32) -> bool {
        for _ in 0..most {
            self.world.advance(Duration::from_secs(60));
            let before = self.world.records();
            let ran = self.world.tick();
            // A clock that was put back by less than the task's interval: the task ran a moment ago, by the clock that counts,
            // and looks at the VMs in the next run.
            let put_back = ran.text.contains("lay ahead of the database's clock");
            let looked = ran.text.contains("[processVirtualMachines] Running");
            if looked || !put_back {
                assert_explained(&self.world, &before);
            }
            self.say(ran.text);
            let idle = |record: &VmRecord| {
                record.state.at_rest() && record.next_look_at.is_none() && record.wanted.is_empty()
            };
            let open = "SELECT 1 FROM puq_proxmox_kvm_operations WHERE outcome = ''";
            if self.world.records().iter().all(idle) && self.world.host.rows(open).is_empty() {
                return true;
            }
        }
        false
    }

    fn complain(&self) {
        let stuck: Vec<_> = self
            .world
            .records()
            .into_iter()
            .filter(|record| !record.state.at_rest() || record.next_look_at.is_some())
            .map(|record| {
                format!(
                    "{} at {} (wants \"{}\"): {}",
                    record.service, record.state, record.wanted, record.waiting
                )
            })
            .collect();
        let open = "SELECT * FROM puq_proxmox_kvm_operations WHERE outcome = ''";
        let open = self.world.host.rows(open);
        panic!("not at rest: {stuck:?}, under way: {open:?}");
    }

    /// What an admin does who reads what is written: stops tasks that never end, unlocks, clears numbers, begins anew
    /// what was deleted by hand.
    fn mend(&mut self) {
        let foreign: Vec<u32> = self.world.foreign.iter().map(|(vmid, _)| *vmid).collect();
        let told = self.world.see(|all| {
            let mut told = vec![];
            let endless: Vec<usize> = (0..all.tasks.len())
                .filter(|index| {
                    let task = &all.tasks[*index];
                    task.stage != pve_sim::Stage::Stopped && task.left.is_infinite()
                })
                .collect();
            for index in endless {
                told.push(format!("{} is stopped", all.tasks[index].upid));
                all.interrupt(index, "interrupted by signal");
            }
            let busy: Vec<String> = all
                .tasks
                .iter()
                .filter(|task| task.stage != pve_sim::Stage::Stopped)
                .map(|task| task.id.clone())
                .collect();
            for vm in all
                .vms
                .values_mut()
                .filter(|vm| !foreign.contains(&vm.vmid))
            {
                let free = !busy.contains(&vm.vmid.to_string());
                let lock = vm.conf.get("lock").filter(|lock| free && *lock != "clone");
                if let Some(lock) = lock {
                    told.push(format!("VM {} is unlocked ({lock})", vm.vmid));
                    vm.conf.remove("lock");
                }
            }
            told
        });
        self.log.extend(told);
        self.world.deleted.clear();
        for record in self.world.records() {
            self.mend_one(&record);
        }
    }

    fn mend_one(&mut self, record: &VmRecord) {
        let ended = {
            let services = self.world.host.services.borrow();
            services[&record.service.0]["status"] == "Terminated"
        };
        if ended && record.flow.is_some_and(FlowKey::installs) {
            // WHMCS ended it in the moment in which staff began it anew: one of both has to be said again.
            let command = match record.vmid {
                None => Command::Create,
                Some(_) => Command::Terminate,
            };
            self.command_now(record.service.0, command);
            return;
        }
        let Some(vmid) = record.vmid.map(|vmid| vmid.get()) else {
            return;
        };
        let service = record.service.0;
        let foreign = self.world.foreign.iter().any(|(known, _)| *known == vmid);
        let (there, ours, stump) = self.world.see(|all| {
            let vm = all.vms.get(&vmid);
            let text = |key: &str| {
                vm.and_then(|vm| vm.conf.get(key))
                    .map_or("", String::as_str)
                    .to_owned()
            };
            (
                vm.is_some(),
                record.mark.is_on(&text("description"), &text("tags")),
                text("lock") == "clone",
            )
        });
        // An order that has no VM yet finds itself another number, an end leaves strangers alone.
        let cloning = matches!(
            record.state,
            VmState::Creation | VmState::SetIp | VmState::SetDns
        );
        let working = record.flow == Some(FlowKey::Terminate)
            || cloning && record.flow == Some(FlowKey::Deploy);
        if ours && self.sold[&service].attached && !record.state.at_rest() {
            // A stranger's VM has not what the product's work needs.
            self.command_now(service, Command::Admin(json!({"op": "redeploy"})));
        }
        if ours || record.state == VmState::Remove {
            return;
        }
        if stump || there && !foreign {
            // What a killed worker left half-made.
            self.clear(vmid);
        } else if foreign && (record.flow == Some(FlowKey::Reinstall) || self.once_in(2)) {
            self.world.foreign.retain(|(known, _)| *known != vmid);
            self.clear(vmid);
        }
        // With a stranger there another number is taken; without, the service begins anew at its own.
        let anew = match record.flow {
            Some(FlowKey::Reinstall) if cloning || record.state == VmState::Reinstall => return,
            _ if working => return,
            _ => json!({"op": "reset", "state": "creation"}),
        };
        let answer = self.command_now(service, Command::Admin(anew));
        assert!(
            answer.contains("\"ok\":true"),
            "service {service}: {answer}"
        );
        let sold = self.sold.get_mut(&service).unwrap();
        sold.installs += 1;
        sold.touched = false;
    }

    fn clear(&mut self, vmid: u32) {
        self.world
            .see(|all| all.meddle(&json!({"vmid": vmid, "delete": true})))
            .unwrap();
        self.say(format!("VM {vmid} is cleared away"));
    }

    /// People ask again for what they did not get. Whether anybody did.
    fn ask_again(&mut self) -> bool {
        let mut asked = false;
        for record in self.world.records() {
            let service = record.service.0;
            let sold = self.sold[&service].clone();
            let off = record.vmid.is_some_and(|vmid| {
                self.world
                    .see(|all| all.vms.get(&vmid.get()).is_some_and(|vm| !vm.is_running()))
            });
            let command = match record.state {
                VmState::ErrorTerminate => Command::Terminate,
                VmState::ErrorRestore => match own_backups(&self.world, &record).into_keys().next()
                {
                    Some(id) if !record.suspended() => {
                        Command::Client(json!({"op": "backup_restore", "id": id}))
                    }
                    _ => Command::Admin(json!({"op": "redeploy"})),
                },
                VmState::Ready if sold.suspended == Granted::Unclear => Command::Unsuspend,
                VmState::Ready if sold.policies_again && !record.suspended() => Command::Client(
                    json!({"op": "firewall_policies", "policy_in": "DROP", "policy_out": "DROP"}),
                ),
                VmState::Ready if (sold.attached || sold.policies_again) && record.suspended() => {
                    Command::Unsuspend
                }
                VmState::Ready if sold.attached => {
                    Command::Client(json!({"op": "reinstall", "confirm": "REINSTALL"}))
                }
                VmState::Ready if sold.change_again || sold.moved => {
                    self.sold.get_mut(&service).unwrap().moved = false;
                    Command::Change
                }
                VmState::Ready if sold.touched && off && !record.suspended() => {
                    // WHMCS may take the service for over still, though staff made its VM anew.
                    Command::Admin(json!({"op": "start"}))
                }
                _ => continue,
            };
            let answer = self.command_now(service, command);
            if answer.contains("Your product does not include this") {
                // The package became one without a firewall since: there are no policies to choose any more.
                self.sold.get_mut(&service).unwrap().policies_again = false;
            }
            asked = true;
        }
        asked
    }

    /// Asks for something while nothing else goes on.
    pub(super) fn command_now(&mut self, service: u64, command: Command) -> String {
        self.store_order(service, &command);
        let actor = Actor {
            machine: "web1".to_owned(),
            begins: Duration::ZERO,
            dies: None,
            work: Work::Call(super::commands::call(command.clone(), service)),
        };
        let (_, answers) = self.world.together(vec![actor]);
        let answer = answers.first().and_then(|answer| answer.told.clone());
        self.note_answers(&[SentCommand { service, command }], answers);
        answer.unwrap_or_default()
    }

    /// Has the service what was sold, and nothing if it is over?
    fn check(&self, record: &VmRecord) {
        let service = record.service;
        let sold = &self.sold[&service.0];
        match record.state {
            VmState::Ready => {
                assert_ne!(
                    sold.ended,
                    Granted::Yes,
                    "service {service} was ended and lives"
                );
                let suspended = match sold.suspended {
                    Granted::Yes => true,
                    Granted::No => false,
                    Granted::Unclear => record.suspended(),
                };
                assert_eq!(record.suspended(), suspended, "service {service} suspended");
                if sold.password_unclear {
                    self.take_over_password(record);
                }
                assert_as_sold_or_larger(&self.world, service);
            }
            VmState::Remove => {
                assert_ne!(
                    sold.ended,
                    Granted::No,
                    "service {service} is gone, nobody ended it"
                );
                assert_eq!(
                    record.vmid, None,
                    "service {service} is over and keeps its VMID"
                );
                self.nothing_left_over(service.0);
            }
            other => panic!("service {service} ended at {other}: {}", record.waiting),
        }
    }

    /// After a change of password that died on the way nobody can tell which one holds: the VM's own does.
    fn take_over_password(&self, record: &VmRecord) {
        let vmid = record.vmid.map_or(0, |vmid| vmid.get());
        let known = self.world.network.passwords.borrow().get(&vmid).cloned();
        let mut services = self.world.host.services.borrow_mut();
        services.get_mut(&record.service.0).unwrap()["password"] = json!(known);
    }
}
