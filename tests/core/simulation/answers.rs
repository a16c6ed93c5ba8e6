//! What the simulation learns from the answers, in the order in which they came.

use super::Play;
use super::commands::{BROKEN, Command, SUCCESS, SentCommand};
use super::ledger::{Granted, Sold};
use crate::support::actors::Answer;
use crate::support::outage;
use puq_proxmox_kvm::model::{ServiceId, VmState};
use serde_json::{Value, json};

impl Play {
    /// Learns from the answers, the first first.
    pub(super) fn note_answers(&mut self, asked: &[SentCommand], answers: Vec<Answer>) {
        for Answer { call, told } in answers {
            let SentCommand { service, command } = &asked[call];
            let shown = told.as_deref().unwrap_or("died");
            self.say(format!("service {service}: {command:?}: {shown}"));
            assert!(!shown.starts_with(BROKEN), "{command:?}: {shown}");
            let granted = match told.as_deref() {
                None => Granted::Unclear,
                // What was stored before the database failed, nobody knows.
                Some(text) if outage::is_told(text) => Granted::Unclear,
                Some(text) if text == SUCCESS || text.starts_with("{\"ok\":true") => Granted::Yes,
                Some(_) => Granted::No,
            };
            match command {
                Command::Client(request) | Command::Admin(request) => {
                    self.learn_click(*service, request, granted);
                }
                _ => self.learn_call(*service, command, granted),
            }
        }
        self.passwords_crossed(asked);
    }

    /// Where a password was changed twice at once, say by WHMCS and on the client's page, one of both wrote last, and a
    /// refused one put the other's back: the VM's own holds.
    fn passwords_crossed(&mut self, asked: &[SentCommand]) {
        let changes = |asked: &&SentCommand| match &asked.command {
            Command::Password(_) => true,
            Command::Client(request) | Command::Admin(request) => {
                matches!(request["op"].as_str(), Some("reinstall" | "reset_password"))
            }
            _ => false,
        };
        for (service, sold) in &mut self.sold {
            let of_it = asked.iter().filter(|asked| asked.service == *service);
            sold.password_unclear |= of_it.filter(changes).count() > 1;
        }
    }

    fn learn_call(&mut self, service: u64, command: &Command, granted: Granted) {
        let sold = self.sold.get_mut(&service).unwrap();
        let status = learn_call(sold, command, granted);
        if matches!(command, Command::Terminate | Command::Create) && granted != Granted::No {
            self.keepsakes.all_may_go(service);
        }
        if let Some(status) = status {
            let mut services = self.world.host.services.borrow_mut();
            services.get_mut(&service).unwrap()["status"] = json!(status);
        }
    }

    fn learn_click(&mut self, service: u64, request: &Value, granted: Granted) {
        let sold = self.sold.get_mut(&service).unwrap();
        learn_click(sold, request, granted);
        let begun = granted != Granted::No;
        match (request["op"].as_str(), request["state"].as_str()) {
            (Some("reset"), Some("terminate" | "remove")) if begun => {
                self.keepsakes.all_may_go(service);
            }
            (Some("reinstall" | "redeploy" | "backup_restore"), _) if begun => {
                self.keepsakes.snapshots_may_go(service);
            }
            (Some("attach"), _) => self.taken_over(service, request, granted),
            _ => {}
        }
    }

    /// Whatever the answer was: the VM is the service's once the database says so.
    fn taken_over(&mut self, service: u64, request: &Value, granted: Granted) {
        let vmid = request["vmid"].as_u64().unwrap_or_default() as u32;
        let record = self.world.record(ServiceId(service));
        let foreign = self.world.foreign.iter().any(|(known, _)| *known == vmid);
        // An order that is being made may have kept the number before the stranger took it.
        let named = record.vmid.map(|vmid| vmid.get()) == Some(vmid);
        // Or it is one that the service let go of before.
        let back = self.sold[&service].let_go && record.state == VmState::Ready;
        if !(foreign || back) || !named || granted != Granted::Yes && !record.state.at_rest() {
            return;
        }
        self.say(format!("VM {vmid} is service {service}'s from now on"));
        self.world.foreign.retain(|(known, _)| *known != vmid);
        self.keepsakes.snapshots_may_go(service);
        let sold = self.sold.get_mut(&service).unwrap();
        sold.attached = true;
        // Whoever attaches one to a service that ended this moment wants it to go on.
        sold.ended = Granted::No;
        let mut services = self.world.host.services.borrow_mut();
        services.get_mut(&service).unwrap()["status"] = json!("Active");
        drop(services);
        let marked = self.world.see(|all| {
            let conf = &all.vms[&vmid].conf;
            let text = |key: &str| conf.get(key).map_or("", String::as_str);
            record.mark.is_on(text("description"), text("tags"))
        });
        if !marked {
            // Attaching it again would mark it; until then nothing touches it.
            self.world.deleted.push(ServiceId(service));
        }
    }
}

/// Learns from the answer to a call of WHMCS; the service's new status in WHMCS, if it changes.
fn learn_call(sold: &mut Sold, command: &Command, granted: Granted) -> Option<&'static str> {
    let status = |word| (granted == Granted::Yes).then_some(word);
    match command {
        Command::Terminate => {
            if granted != Granted::No && sold.ended != Granted::Yes {
                sold.ended = granted;
            }
            status("Terminated")
        }
        Command::Create => {
            if granted == Granted::Yes {
                *sold = Sold {
                    installs: sold.installs + 1,
                    restores: sold.restores,
                    let_go: sold.let_go,
                    ..Sold::new(sold.product)
                };
            } else if granted == Granted::Unclear {
                sold.ended = Granted::Unclear;
                sold.installs += 1;
                if sold.suspended == Granted::Yes {
                    // A creation that was taken ends the suspension.
                    sold.suspended = Granted::Unclear;
                }
            }
            status("Active")
        }
        Command::Change => {
            sold.change_again = granted != Granted::Yes;
            None
        }
        Command::Suspend | Command::Unsuspend => {
            sold.suspended = match (granted, *command == Command::Suspend) {
                (Granted::Yes, true) => Granted::Yes,
                (Granted::Yes, false) => Granted::No,
                _ => Granted::Unclear,
            };
            status(if *command == Command::Suspend {
                "Suspended"
            } else {
                "Active"
            })
        }
        Command::Password(_) => {
            sold.password_unclear |= granted == Granted::Unclear;
            None
        }
        Command::Client(_) | Command::Admin(_) => None,
    }
}

fn learn_click(sold: &mut Sold, request: &Value, granted: Granted) {
    let state = request["state"].as_str();
    match request["op"].as_str() {
        Some("start" | "stop" | "shutdown" | "reboot") => sold.touched = true,
        Some("rdns_save") => sold.names_again = granted != Granted::Yes,
        Some("firewall_policies") => sold.policies_again = granted != Granted::Yes,
        Some("backup_restore") if granted != Granted::No => sold.restores += 1,
        Some("reinstall") if granted != Granted::No => {
            sold.installs += 1;
            sold.attached &= granted != Granted::Yes;
            sold.touched &= granted != Granted::Yes;
        }
        Some("redeploy") if granted != Granted::No => {
            sold.installs += 1;
            sold.attached &= granted != Granted::Yes;
            if sold.ended != Granted::No {
                // Terminating ended a suspension too, a reset by hand did not.
                if sold.suspended == Granted::Yes {
                    sold.suspended = Granted::Unclear;
                }
                sold.ended = match granted {
                    Granted::Yes => Granted::No,
                    other => other,
                };
            }
        }
        // The former name's records go first; whoever died there leaves them half done.
        Some("attach") => sold.names_lost |= granted == Granted::Unclear,
        Some("reset") if matches!(state, Some("terminate" | "remove")) => {
            if granted != Granted::No && sold.ended != Granted::Yes {
                sold.ended = granted;
            }
            sold.names_lost |= granted == Granted::Unclear && state == Some("remove");
            sold.let_go |= granted != Granted::No && state == Some("remove");
        }
        _ => {}
    }
}
