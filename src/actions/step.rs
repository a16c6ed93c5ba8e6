//! The per-step buttons of the admin's service page: exactly one step of the pipeline, run by the same engine.

use super::held::{self, Held};
use super::{EntryError, live, service};
use crate::engine::{Flow, Pass, PassEnd, Row};
use crate::flows;
use crate::model::{Deed, Reason, VmState};
use crate::pve::Power;
use crate::report::Stage;
use crate::site::Site;
use crate::steps::{
    Vm, addresses, cloudinit, compute, disk, firewall as wall, network as card, remove,
};
use crate::store::request::{self, End, Person, Request};
use crate::store::vm::VmRecord;
use crate::store::{StoreError, operation, vm};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::Instant;

/// How long a click waits for its task before the page goes on watching.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long the step may go on after that to bring a call to its end: with it, less than the service is held.
const GRACE: Duration = Duration::from_secs(90);

/// A button.
struct Button {
    /// What the request calls it.
    word: &'static str,
    /// The label its step has in the flows: where a flow is under way it must be the next one's.
    label: &'static str,
    /// Whether the VM must be stopped.
    off: bool,
    /// What it does to a VM at rest; `None`: it has no meaning there.
    at_rest: Option<Flow<Vm>>,
}

/// The button that clones the VM.
const CLONE: &str = "vm_clone";
/// The button that removes the VM.
const REMOVE: &str = "vm_remove";

/// A step by itself: from *ready* back to *ready*.
macro_rules! alone {
    ($label:literal, $to:ident, $step:path) => {
        Some(Flow {
            key: None,
            head: "Step",
            rows: &[Row {
                from: VmState::Ready,
                to: VmState::$to,
                label: $label,
                step: $step,
                on_error: crate::engine::OnError::Stay,
                budget: PATIENCE,
            }],
        })
    };
    ($label:literal, $step:path) => {
        alone!($label, Ready, $step)
    };
}

const fn button(
    word: &'static str,
    label: &'static str,
    off: bool,
    at_rest: Option<Flow<Vm>>,
) -> Button {
    Button {
        word,
        label,
        off,
        at_rest,
    }
}

/// In the order of the pipeline: word, label in the flows, whether the VM must be off, what it does at rest.
#[rustfmt::skip]
const BUTTONS: &[Button] = &[
    button("vm_set_dedicated_ip", "Allocate IP", false, alone!("Update IP + DNS + Firewall", addresses::recount)),
    button(CLONE, "Clone VM", false, None),
    button("set_cpu_ram", "Set CPU & RAM", true, alone!("Set CPU & RAM", compute::set)),
    button("set_system_disk_size", "Resize system disk", false, alone!("Resize system disk", disk::resize_system)),
    button("set_system_disk_bandwidth", "Set system disk I/O", false, alone!("Set system disk I/O", disk::limit_system)),
    button("set_created_additional_disk", "Create additional disk", false, alone!("Create additional disk", disk::create_additional)),
    button("set_additional_disk_size", "Resize additional disk", false, alone!("Resize additional disk", disk::resize_additional)),
    button("set_additional_disk_bandwidth", "Set additional disk I/O", false, alone!("Set additional disk I/O", disk::limit_additional)),
    button("set_network", "Configure network", false, alone!("Configure network", card::configure)),
    button("set_firewall", "Configure firewall", false, alone!("Configure firewall", wall::configure)),
    button("set_cloudinit", "Configure cloud-init", true, alone!("Configure cloud-init", cloudinit::configure)),
    button(REMOVE, "Remove VM", true, alone!("Remove VM", Remove, remove::by_hand)),
];

/// Runs the step of a button; `request.step` names it. In a flow it must be the step that is next.
pub(super) async fn run(
    site: &Site,
    known: service::Known,
    request: &Value,
) -> Result<Value, EntryError> {
    let word = request["step"].as_str().unwrap_or_default();
    let Some(button) = BUTTONS.iter().find(|button| button.word == word) else {
        return Ok(service::refusal("There is no step of this name."));
    };
    let removed = known.record.state == VmState::Remove && known.record.vmid.is_some();
    let known = match removed && button.word == CLONE {
        true => match begin_anew(site, known.record).await? {
            Some(record) => service::Known { record, ..known },
            None => {
                return Ok(service::refusal(
                    "The service changed this moment. Try again.",
                ));
            }
        },
        false => known,
    };
    let next;
    let flow = match chosen(button, &known) {
        Ok(Chosen::Alone(flow)) => {
            let live = live::read(site, &known.service, &known.record).await;
            if let Some(why) = in_the_way(button, &live) {
                return Ok(service::refusal(why));
            }
            flow
        }
        Ok(Chosen::Next(flow)) => {
            next = flow;
            &next
        }
        Err(why) => return Ok(service::refusal(why)),
    };
    let plan = match service::plan(site, &known.service).await? {
        Ok(plan) => plan,
        Err(why) => return Ok(service::refusal(why)),
    };
    let mut held = match held::hold(site, known, plan).await? {
        Ok(held) => held,
        Err(why) => return Ok(service::refusal(why)),
    };
    let asked = held
        .vm
        .asked(Deed::Step(button.label.to_owned()), Person::Staff);
    let outcome = match held.vm.record.state {
        VmState::Ready => on_record(site, &mut held, flow, asked).await,
        _ => walk(site, &mut held, flow).await,
    };
    held.let_go(site).await?;
    Ok(match outcome? {
        PassEnd::Completed => service::accepted(json!({"running": false})),
        PassEnd::Waiting(what) => {
            service::accepted(json!({"running": true, "waiting": what.to_string()}))
        }
        PassEnd::Failed { text, .. } => service::refusal(text),
        PassEnd::Overtaken => service::refusal("The service changed this moment. Try again."),
    })
}

/// What a button does where the service stands now.
enum Chosen {
    /// One step of a VM at rest.
    Alone(&'static Flow<Vm>),
    /// The step that the flow under way would do next, and only that.
    Next(Flow<Vm>),
}

/// After *Remove VM* by hand the service keeps number and addresses: its pipeline goes on with the clone, as an order's.
async fn begin_anew(site: &Site, mut record: VmRecord) -> Result<Option<VmRecord>, EntryError> {
    record.state = VmState::SetDns;
    record.flow = flows::DEPLOY.key;
    record.clear_waiting();
    record.next_look_at = Some(site.now());
    match vm::save(&site.host, &mut record, VmState::Remove, vec![]).await {
        Ok(()) => Ok(Some(record)),
        Err(StoreError::Stale) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn chosen(button: &'static Button, known: &service::Known) -> Result<Chosen, String> {
    let record = &known.record;
    if record.state == VmState::Remove && record.vmid.is_some() {
        return Err("The VM was removed by hand; the next step is \"Clone VM\".".to_owned());
    }
    if record.state == VmState::Ready {
        return button.at_rest.as_ref().map(Chosen::Alone).ok_or_else(|| {
            "The service has its VM. Remove it first, or use Reinstall.".to_owned()
        });
    }
    let flow = flows::of(record.flow, record.state);
    let row = flow.and_then(|flow| Some((flow, flow.row(record.state)?)));
    match row {
        Some((flow, row)) if row.label == button.label => Ok(Chosen::Next(Flow {
            key: flow.key,
            head: flow.head,
            rows: std::slice::from_ref(row),
        })),
        Some((_, row)) => Err(format!(
            "The VM is being worked on ({}); the next step is \"{}\".",
            record.state, row.label
        )),
        None => Err(format!("The service stands at {}.", record.state)),
    }
}

fn in_the_way(button: &Button, live: &live::Live) -> Option<String> {
    if let Some(error) = live.error() {
        return Some(error.to_owned());
    }
    if let Some(lock) = live.lock() {
        return Some(held::locked(lock));
    }
    let stands = live.stands();
    // Proxmox removes one that hibernates as it stands, and writes nothing to it.
    if stands == Some(Power::Hibernated) {
        return (button.word != REMOVE).then(|| held::HIBERNATES.to_owned());
    }
    (button.off && stands != Some(Power::Off))
        .then(|| "The VM is running. Stop it first: this step needs it stopped.".to_owned())
}

/// A step of a VM at rest, on record until its end was read: nobody tries it again, and the dashboard names it where it
/// failed, also where its task does so after the page was answered.
async fn on_record(
    site: &Site,
    held: &mut Held,
    flow: &Flow<Vm>,
    asked: Request,
) -> Result<PassEnd, EntryError> {
    request::begin(&site.host, &asked).await?;
    held.vm.serving(Some(&asked));
    let walked = walk(site, held, flow).await;
    held.vm.serving(None);
    let end = walked?;
    let open = operation::newest_of(&site.host, &asked.id).await?;
    let (outcome, text) = match &end {
        PassEnd::Completed => (End::Done, String::new()),
        // Its task goes on: whoever looks next tells its end.
        PassEnd::Waiting(_) if open.is_some_and(|last| last.outcome.is_none()) => return Ok(end),
        PassEnd::Waiting(what) => (
            End::Failed(Reason::Busy),
            format!("nothing was done, it waits for {what}. Ask for the step again."),
        ),
        PassEnd::Failed { text, .. } => (End::Failed(Reason::Unknown), text.clone()),
        PassEnd::Overtaken => (End::Failed(Reason::Overtaken), String::new()),
    };
    let now = site.now();
    let mut ended = vec![asked.conclude(outcome, &text, now)];
    if outcome == End::Done {
        ended.push(request::outdate(asked.service, &asked.deed, now));
    }
    site.host.transact(ended).await.map_err(StoreError::from)?;
    Ok(end)
}

async fn walk(site: &Site, held: &mut Held, flow: &Flow<Vm>) -> Result<PassEnd, EntryError> {
    let stage = Stage::new(None);
    let block = stage.block();
    let at_rest = held.vm.record.state == VmState::Ready;
    if !at_rest {
        held.vm.record.flow = held.vm.record.flow.or(flow.key);
    }
    let pass = Pass {
        host: &site.host,
        clock: &*site.clock,
        chance: &site.chance,
        observer: &block,
        until: Instant::now() + PATIENCE,
        grace: GRACE,
    };
    let end = pass.run(flow, &mut held.vm).await?;
    if at_rest && end != PassEnd::Overtaken && held.vm.record.state == VmState::Ready {
        // The VM is at rest whatever came of the step: nothing is to be tried again, and only a task is watched.
        let record = &mut held.vm.record;
        let open = operation::in_flight(&site.host, record.service).await?;
        record.clear_waiting();
        record.next_look_at = (!open.is_empty() || !record.wanted.is_empty()).then(|| site.now());
        vm::save(&site.host, record, VmState::Ready, vec![]).await?;
    }
    Ok(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_button_stands_for_a_step_of_the_flows() {
        for button in BUTTONS {
            let labels = flows::ALL.iter().flat_map(|flow| flow.rows);
            let of_flow = labels.filter(|row| row.label == button.label).count();
            assert!(of_flow > 0, "{}: no flow has it", button.word);
            for row in button.at_rest.iter().flat_map(|flow| flow.rows) {
                assert_eq!(row.from, VmState::Ready);
                assert!(row.to.at_rest());
            }
        }
    }
}
