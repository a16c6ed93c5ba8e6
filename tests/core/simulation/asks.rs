//! What is asked of the module: by WHMCS, by clients, by staff; before the cron runs, while it runs, and twice at once.

use super::keepsakes::{own_backups, own_snapshots};
use super::ledger::Known;
use super::{Play, Sold};
use crate::support::actors::{Actor, Call, Work};
use puq_proxmox_kvm::actions::{self, EntryError};
use puq_proxmox_kvm::model::{ServiceId, VmState};
use puq_proxmox_kvm::site::Site;
use puq_proxmox_kvm::store::vm::VmRecord;
use serde_json::{Value, json};
use std::time::Duration;

/// Something to ask for.
#[derive(Clone, Debug, PartialEq)]
pub enum Ask {
    Create,
    Terminate,
    Change,
    Suspend,
    Unsuspend,
    /// The new one.
    Password(String),
    Client(Value),
    Admin(Value),
}

/// Something that was asked for a service.
pub struct Asked {
    pub service: u64,
    pub ask: Ask,
}

/// What WHMCS takes for success.
const SUCCESS: &str = "success";

impl Play {
    /// Chooses what is asked in this round, and by when.
    pub(super) fn asks(&mut self, actors: &mut Vec<Actor>) -> Vec<Asked> {
        let mut asked = vec![];
        let services: Vec<u64> = self.sold.keys().copied().collect();
        for service in services {
            let record = self.world.record(ServiceId(service));
            if self.once_in(self.temper.calls) {
                match self.call_of_whmcs(service, &record) {
                    Some(ask) => self.send(service, ask, actors, &mut asked),
                    None => self.reinstall(service, &record),
                }
            }
            if self.once_in(self.temper.clicks) {
                let ask = self.click(&record);
                self.send(service, ask, actors, &mut asked);
            }
        }
        asked
    }

    fn send(&mut self, service: u64, ask: Ask, actors: &mut Vec<Actor>, asked: &mut Vec<Asked>) {
        let clicks = if self.once_in(5) { 2 } else { 1 };
        let begins = match self.roll(3) {
            0 => Duration::ZERO,
            _ => Duration::from_millis(self.roll(60_000)),
        };
        for click in 0..clicks {
            let dies = self
                .once_in(12)
                .then(|| Duration::from_millis(self.roll(3000)));
            let params = self.params(service, &ask);
            actors.push(Actor {
                machine: format!("php{}", actors.len()),
                begins: begins + Duration::from_millis(click * self.roll(400)),
                dies,
                work: Work::Call(call(ask.clone(), params)),
            });
            asked.push(Asked {
                service,
                ask: ask.clone(),
            });
            self.say(format!(
                "service {service}: {ask:?} after {begins:?}, dies {dies:?}"
            ));
        }
    }

    /// What WHMCS hands over; it stores a new package and a new password before it calls.
    pub(super) fn params(&self, service: u64, ask: &Ask) -> Value {
        let mut services = self.world.host.services.borrow_mut();
        let params = services.get_mut(&service).unwrap();
        if *ask == Ask::Change {
            params["configoptions"] = json!({
                "CPU Cores": (1 + self.roll(4)).to_string(),
                "RAM": (1 + self.roll(4)).to_string(),
                "System Disk": (10 + self.roll(4) * 5).to_string(),
            });
        }
        params.clone()
    }

    fn call_of_whmcs(&self, service: u64, record: &VmRecord) -> Option<Ask> {
        let sold = &self.sold[&service];
        Some(match (self.roll(12), record.state) {
            (_, VmState::Remove) if sold.ended == Known::Yes => Ask::Create,
            (0, _) => Ask::Terminate,
            (1..=4, _) => Ask::Change,
            (5, _) => Ask::Password(format!("Pa55-{}", self.roll(1_000_000))),
            (6..=8, _) if sold.suspended != Known::No => Ask::Unsuspend,
            (6..=7, _) => Ask::Suspend,
            _ => return None,
        })
    }

    /// A new installation, as its click leaves it.
    fn reinstall(&mut self, service: u64, record: &VmRecord) {
        if record.state != VmState::Ready || !record.wanted.is_empty() {
            return;
        }
        let set = "UPDATE puqProxmoxKVM_vm_info SET rev = rev + 1, next_look_at = 0";
        let what = "vm_status = 'reinstall', flow = 'reinstall'";
        self.world
            .host
            .run(&format!("{set}, {what} WHERE service_id = {service}"));
        self.keepsakes.snapshots_may_go(service);
        let sold = self.sold.get_mut(&service).unwrap();
        sold.touched = false;
        sold.installs += 1;
        self.say(format!("service {service}: reinstall"));
    }

    fn click(&mut self, record: &VmRecord) -> Ask {
        let service = record.service.0;
        let days: Vec<u8> = (0..7).filter(|_| self.roll(3) > 0).collect();
        let snapshot = self.one_of(own_snapshots(&self.world, record).into_keys().collect());
        let backup = self.one_of(own_backups(&self.world, record).into_keys().collect());
        let request = match self.roll(26) {
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
                let page = ["status", "backups", "snapshots"][self.roll(3) as usize];
                json!({"op": page})
            }
            number => return self.staff(number - 23, record),
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
            true => Ask::Admin(request),
            false => Ask::Client(request),
        }
    }

    /// What the addon's and the admin's pages offer.
    fn staff(&mut self, number: u64, record: &VmRecord) -> Ask {
        let service = record.service.0;
        let ready = record.state == VmState::Ready;
        Ask::Admin(match number {
            0 if ready => json!({"op": "reset", "state": "set_dns_records"}),
            1 if ready => json!({"op": "reset", "state": "change_package"}),
            2 if self.once_in(6) => {
                let state = if self.once_in(2) {
                    "remove"
                } else {
                    "terminate"
                };
                json!({"op": "reset", "state": state})
            }
            0 => {
                self.keepsakes.snapshots_may_go(service);
                json!({"op": "redeploy"})
            }
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

    /// Learns from the answers.
    pub(super) fn note_answers(&mut self, asked: Vec<Asked>, answers: Vec<Option<String>>) {
        for (Asked { service, ask }, answer) in asked.into_iter().zip(answers) {
            let shown = answer.as_deref().unwrap_or("died").to_owned();
            self.say(format!("service {service}: {ask:?}: {shown}"));
            assert!(!shown.starts_with(BROKEN), "{ask:?}: {shown}");
            let granted = match &answer {
                None => Known::Unclear,
                Some(text) if text == SUCCESS || text.starts_with("{\"ok\":true") => Known::Yes,
                Some(_) => Known::No,
            };
            let mut services = self.world.host.services.borrow_mut();
            let params = services.get_mut(&service).unwrap();
            let sold = self.sold.get_mut(&service).unwrap();
            match &ask {
                Ask::Client(request) | Ask::Admin(request) => {
                    let terminating =
                        request["state"] == "terminate" || request["state"] == "remove";
                    learn_click(sold, request, granted);
                    if granted != Known::No && terminating {
                        self.keepsakes.all_may_go(service);
                    }
                    continue;
                }
                _ => {}
            }
            let status = learn_call(sold, &ask, granted);
            if matches!(ask, Ask::Terminate | Ask::Create) && granted != Known::No {
                self.keepsakes.all_may_go(service);
            }
            if let Some(status) = status {
                params["status"] = json!(status);
            }
        }
    }
}

/// What an unexpected error of the module begins with.
const BROKEN: &str = "broken: ";

/// The call as WHMCS makes it.
pub(super) fn call(ask: Ask, params: Value) -> Call {
    Box::new(move |site| {
        Box::pin(async move {
            let told = |error: EntryError| match error {
                EntryError::Busy(_) | EntryError::Cluster(_) => format!("error: {error}"),
                EntryError::Config(_) | EntryError::Host(_) | EntryError::Other(_) => {
                    format!("{BROKEN}{error}")
                }
            };
            let answer = match ask {
                Ask::Create => actions::create_account(&site, params).await,
                Ask::Terminate => actions::terminate_account(&site, params).await,
                Ask::Change => actions::change_package(&site, params).await,
                Ask::Suspend => actions::suspend_account(&site, params).await,
                Ask::Unsuspend => actions::unsuspend_account(&site, params).await,
                Ask::Password(new) => change_password(&site, params, new).await,
                Ask::Client(request) => actions::client_api(&site, params, request)
                    .await
                    .map(|answer| answer.to_string()),
                Ask::Admin(request) => actions::admin_api(&site, params, request)
                    .await
                    .map(|answer| answer.to_string()),
            };
            answer.unwrap_or_else(told)
        })
    })
}

/// WHMCS stores a new password, calls, and takes it back where it is refused.
async fn change_password(
    site: &Site,
    mut params: Value,
    new: String,
) -> Result<String, EntryError> {
    let store = |password: Value| json!({"service_id": params["serviceid"], "password": password});
    let (new, old) = (json!(new), params["password"].clone());
    let (before, after) = (store(new.clone()), store(old));
    site.host.effect("update_service", before).await?;
    params["password"] = new;
    let answer = actions::change_password(site, params).await;
    if !matches!(&answer, Ok(text) if text == SUCCESS) {
        site.host.effect("update_service", after).await?;
    }
    answer
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
        Some("backup_restore") if granted != Known::No => sold.restores += 1,
        Some("redeploy") if granted != Known::No => {
            sold.installs += 1;
            if sold.ended == Known::Yes || granted == Known::Unclear && sold.ended != Known::No {
                (sold.ended, sold.suspended) = match granted {
                    // What comes back after its end is not suspended.
                    Known::Yes => (Known::No, Known::No),
                    other => (other, Known::Unclear),
                };
            }
        }
        Some("reset") if matches!(state, Some("terminate" | "remove")) => {
            if granted != Known::No && sold.ended != Known::Yes {
                sold.ended = granted;
            }
            sold.let_go |= granted != Known::No && state == Some("remove");
            if state == Some("remove") && sold.suspended != Known::No {
                // Nothing is left to be suspended; WHMCS has not been told.
                sold.suspended = match granted {
                    Known::Yes => Known::No,
                    Known::No => sold.suspended,
                    Known::Unclear => Known::Unclear,
                };
            }
        }
        _ => {}
    }
}
