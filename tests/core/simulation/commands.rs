//! What is asked of the module: by WHMCS, by clients, by staff; before the cron runs, while it runs, and twice at once.

use super::Play;
use super::ledger::Granted;
use super::products;
use crate::support::actions::{self, EntryError};
use crate::support::actors::{Actor, Call, Work};
use crate::support::outage;
use puq_proxmox_kvm::model::{ServiceId, VmState, chain};
use puq_proxmox_kvm::site::Site;
use puq_proxmox_kvm::store::vm::VmRecord;
use serde_json::{Value, json};
use std::time::Duration;

/// Something to ask for.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
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
pub struct SentCommand {
    pub service: u64,
    pub command: Command,
}

/// What WHMCS takes for success.
pub(super) const SUCCESS: &str = "success";

impl Play {
    /// Chooses what is asked in this round, and by when.
    pub(super) fn commands(&mut self, actors: &mut Vec<Actor>) -> Vec<SentCommand> {
        let mut asked = vec![];
        let services: Vec<u64> = self.sold.keys().copied().collect();
        for service in services {
            let record = self.world.record(ServiceId(service));
            if self.once_in(self.profile.calls) {
                let command = self.call_of_whmcs(service, &record);
                self.send(service, command, actors, &mut asked);
            }
            if self.once_in(self.profile.clicks) {
                let command = self.click(&record);
                self.send(service, command, actors, &mut asked);
            }
        }
        asked
    }

    fn send(
        &mut self,
        service: u64,
        command: Command,
        actors: &mut Vec<Actor>,
        asked: &mut Vec<SentCommand>,
    ) {
        let clicks = if self.once_in(5) { 2 } else { 1 };
        let begins = match self.roll(3) {
            0 => Duration::ZERO,
            _ => Duration::from_millis(self.roll(60_000)),
        };
        for click in 0..clicks {
            let dies = self
                .once_in(12)
                .then(|| Duration::from_millis(self.roll(3000)));
            self.store_order(service, &command);
            actors.push(Actor {
                machine: format!("php{}", actors.len()),
                begins: begins + Duration::from_millis(click * self.roll(400)),
                dies,
                work: Work::Call(call(command.clone(), service)),
            });
            asked.push(SentCommand {
                service,
                command: command.clone(),
            });
            self.say(format!(
                "service {service}: {command:?} after {begins:?}, dies {dies:?}"
            ));
        }
    }

    /// WHMCS stores a new package before it calls.
    pub(super) fn store_order(&mut self, service: u64, command: &Command) {
        if *command == Command::Change {
            let sold = self.sold[&service].product;
            let product = match self.roll(3) {
                0 => products::with_network(sold, self.roll(products::ALL)),
                _ => sold,
            };
            if product != sold {
                self.say(format!("service {service} gets product {product}"));
                self.sold.get_mut(&service).unwrap().product = product;
            }
            let mut services = self.world.host.services.borrow_mut();
            for key in ["pid", "packageid"] {
                services.get_mut(&service).unwrap()[key] = json!(product);
            }
            services.get_mut(&service).unwrap()["configoptions"] = json!({
                "CPU Cores": (1 + self.roll(4)).to_string(),
                "RAM": (1 + self.roll(4)).to_string(),
                "System Disk": (10 + self.roll(4) * 5).to_string(),
                "IPv4 Addresses": self.roll(4).to_string(),
                "IPv6 Addresses": self.roll(3).to_string(),
            });
        }
    }

    fn call_of_whmcs(&self, service: u64, record: &VmRecord) -> Command {
        let sold = &self.sold[&service];
        if record.state == VmState::Remove
            && self.once_in(2)
            && let Some(vmid) = self.left_behind(service)
        {
            // Staff let go of it too early.
            return Command::Admin(json!({"op": "attach", "vmid": vmid}));
        }
        match (self.roll(12), record.state) {
            (_, VmState::Remove) if sold.ended == Granted::Yes => Command::Create,
            (0, _) => Command::Terminate,
            (1..=4, _) => Command::Change,
            (5, _) => Command::Password(format!("Pa55-{}", self.roll(1_000_000))),
            (6..=8, _) if sold.suspended != Granted::No => Command::Unsuspend,
            (6..=7, _) => Command::Suspend,
            // The client's button; it is here because it is as rare as a call of WHMCS.
            _ => Command::Client(self.reinstall()),
        }
    }
}

/// What an unexpected error of the module begins with.
pub(super) const BROKEN: &str = "broken: ";

/// The call as WHMCS makes it, with what it knows of the service at that moment.
pub(super) fn call(command: Command, service: u64) -> Call {
    Box::new(move |site| {
        Box::pin(async move {
            let params = match site.host.services(vec![service]).await {
                Ok(mut known) => known.pop().unwrap_or_default(),
                // WHMCS itself cannot say what it would call for.
                Err(error) => return format!("not called: {error}"),
            };
            let told = |error: EntryError| match error {
                error if outage::is_told(&chain(&error)) => format!("error: {}", chain(&error)),
                EntryError::Busy(_) | EntryError::Cluster(_) => format!("error: {error}"),
                EntryError::Config(_) | EntryError::Host(_) | EntryError::Other(_) => {
                    format!("{BROKEN}{error}")
                }
            };
            let answer = match command {
                Command::Create => actions::create_account(&site, params).await,
                Command::Terminate => actions::terminate_account(&site, params).await,
                Command::Change => actions::change_package(&site, params).await,
                Command::Suspend => actions::suspend_account(&site, params).await,
                Command::Unsuspend => actions::unsuspend_account(&site, params).await,
                Command::Password(new) => change_password(&site, params, new).await,
                Command::Client(request) => actions::client_api(&site, params, request)
                    .await
                    .map(|answer| answer.to_string()),
                Command::Admin(request) => actions::admin_api(&site, params, request)
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
