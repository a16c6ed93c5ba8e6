//! What the simulation learns from the answers, in the order in which they came.

use super::Play;
use super::asks::{Ask, Asked, BROKEN, SUCCESS};
use super::ledger::{Known, Sold};
use crate::support::actors::Answer;
use crate::support::outage;
use puq_proxmox_kvm::model::{ServiceId, VmState};
use serde_json::{Value, json};

impl Play {
    /// Learns from the answers, the first first.
    pub(super) fn note_answers(&mut self, asked: &[Asked], answers: Vec<Answer>) {
        for Answer { call, told } in answers {
            let Asked { service, ask } = &asked[call];
            let shown = told.as_deref().unwrap_or("died");
            self.say(format!("service {service}: {ask:?}: {shown}"));
            assert!(!shown.starts_with(BROKEN), "{ask:?}: {shown}");
            let granted = match told.as_deref() {
                None => Known::Unclear,
                // What was stored before the database failed, nobody knows.
                Some(text) if outage::is_told(text) => Known::Unclear,
                Some(text) if text == SUCCESS || text.starts_with("{\"ok\":true") => Known::Yes,
                Some(_) => Known::No,
            };
            match ask {
                Ask::Client(request) | Ask::Admin(request) => {
                    self.learn_click(*service, request, granted);
                }
                _ => self.learn_call(*service, ask, granted),
            }
        }
        self.passwords_crossed(asked);
    }

    /// Where a password was changed twice at once, say by WHMCS and on the client's page, one of both wrote last, and a
    /// refused one put the other's back: the VM's own holds.
    fn passwords_crossed(&mut self, asked: &[Asked]) {
        let changes = |asked: &&Asked| match &asked.ask {
            Ask::Password(_) => true,
            Ask::Client(request) | Ask::Admin(request) => {
                matches!(request["op"].as_str(), Some("reinstall" | "reset_password"))
            }
            _ => false,
        };
        for (service, sold) in &mut self.sold {
            let of_it = asked.iter().filter(|asked| asked.service == *service);
            sold.password_unclear |= of_it.filter(changes).count() > 1;
        }
    }

    fn learn_call(&mut self, service: u64, ask: &Ask, granted: Known) {
        let sold = self.sold.get_mut(&service).unwrap();
        let status = learn_call(sold, ask, granted);
        if matches!(ask, Ask::Terminate | Ask::Create) && granted != Known::No {
            self.keepsakes.all_may_go(service);
        }
        if let Some(status) = status {
            let mut services = self.world.host.services.borrow_mut();
            services.get_mut(&service).unwrap()["status"] = json!(status);
        }
    }

    fn learn_click(&mut self, service: u64, request: &Value, granted: Known) {
        let sold = self.sold.get_mut(&service).unwrap();
        learn_click(sold, request, granted);
        let begun = granted != Known::No;
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
    fn taken_over(&mut self, service: u64, request: &Value, granted: Known) {
        let vmid = request["vmid"].as_u64().unwrap_or_default() as u32;
        let record = self.world.record(ServiceId(service));
        let foreign = self.world.foreign.iter().any(|(known, _)| *known == vmid);
        // An order that is being made may have kept the number before the stranger took it.
        let named = record.vmid.map(|vmid| vmid.get()) == Some(vmid);
        // Or it is one that the service let go of before.
        let back = self.sold[&service].let_go && record.state == VmState::Ready;
        if !(foreign || back) || !named || granted != Known::Yes && !record.state.at_rest() {
            return;
        }
        self.say(format!("VM {vmid} is service {service}'s from now on"));
        self.world.foreign.retain(|(known, _)| *known != vmid);
        self.keepsakes.snapshots_may_go(service);
        let sold = self.sold.get_mut(&service).unwrap();
        sold.attached = true;
        // Whoever attaches one to a service that ended this moment wants it to go on.
        sold.ended = Known::No;
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
fn learn_call(sold: &mut Sold, ask: &Ask, granted: Known) -> Option<&'static str> {
    let status = |word| (granted == Known::Yes).then_some(word);
    match ask {
        Ask::Terminate => {
            if granted != Known::No && sold.ended != Known::Yes {
                sold.ended = granted;
            }
            status("Terminated")
        }
        Ask::Create => {
            if granted == Known::Yes {
                *sold = Sold {
                    installs: sold.installs + 1,
                    restores: sold.restores,
                    let_go: sold.let_go,
                    ..Sold::new(sold.product)
                };
            } else if granted == Known::Unclear {
                sold.ended = Known::Unclear;
                sold.installs += 1;
                if sold.suspended == Known::Yes {
                    // A creation that was taken ends the suspension.
                    sold.suspended = Known::Unclear;
                }
            }
            status("Active")
        }
        Ask::Change => {
            sold.change_again = granted != Known::Yes;
            None
        }
        Ask::Suspend | Ask::Unsuspend => {
            sold.suspended = match (granted, *ask == Ask::Suspend) {
                (Known::Yes, true) => Known::Yes,
                (Known::Yes, false) => Known::No,
                _ => Known::Unclear,
            };
            status(if *ask == Ask::Suspend {
                "Suspended"
            } else {
                "Active"
            })
        }
        Ask::Password(_) => {
            sold.password_unclear |= granted == Known::Unclear;
            None
        }
        Ask::Client(_) | Ask::Admin(_) => None,
    }
}

fn learn_click(sold: &mut Sold, request: &Value, granted: Known) {
    let state = request["state"].as_str();
    match request["op"].as_str() {
        Some("start" | "stop" | "shutdown" | "reboot") => sold.touched = true,
        Some("rdns_save") => sold.names_again = granted != Known::Yes,
        Some("firewall_policies") => sold.policies_again = granted != Known::Yes,
        Some("backup_restore") if granted != Known::No => sold.restores += 1,
        Some("reinstall") if granted != Known::No => {
            sold.installs += 1;
            sold.attached &= granted != Known::Yes;
            sold.touched &= granted != Known::Yes;
        }
        Some("redeploy") if granted != Known::No => {
            sold.installs += 1;
            sold.attached &= granted != Known::Yes;
            if sold.ended != Known::No {
                // Terminating ended a suspension too, a reset by hand did not.
                if sold.suspended == Known::Yes {
                    sold.suspended = Known::Unclear;
                }
                sold.ended = match granted {
                    Known::Yes => Known::No,
                    other => other,
                };
            }
        }
        // The former name's records go first; whoever died there leaves them half done.
        Some("attach") => sold.names_lost |= granted == Known::Unclear,
        Some("reset") if matches!(state, Some("terminate" | "remove")) => {
            if granted != Known::No && sold.ended != Known::Yes {
                sold.ended = granted;
            }
            sold.names_lost |= granted == Known::Unclear && state == Some("remove");
            sold.let_go |= granted != Known::No && state == Some("remove");
        }
        _ => {}
    }
}
