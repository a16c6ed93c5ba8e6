//! The per-step buttons of the admin's service page: exactly one step of the pipeline, run by the same engine.

use super::destruction;
use super::page_operations::{StepAsked, Stepped};
use crate::custody::{Hindrance, LeasedService, Live, LoadedService, Refusal, enter};
use crate::engine::{Flow, Pass, PassEnd, Row};
use crate::flows;
use crate::model::{Reason, Sentence, VmAction, VmState, say};
use crate::pve::Power;
use crate::report::Terminal;
use crate::site::Site;
use crate::steps::{
    addresses, cloudinit, compute, disk, firewall as wall, network as card, remove,
};
use crate::store::request::{self, End, Person, Request};
use crate::store::{StoreError, operation, vm, write};
use crate::vm::Vm;
use std::time::Duration;
use tokio::time::Instant;

/// How long a click waits for its task before the page goes on watching.
const WATCH_LIMIT: Duration = Duration::from_secs(20);

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
                work: None,
                step: $step,
                on_error: crate::engine::OnError::Stay,
                budget: WATCH_LIMIT,
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

/// Runs the step of the button of this word. In a flow it must be the step that is next.
///
/// # Errors
/// Why it was not run.
pub(super) async fn run(
    site: &Site,
    mut loaded: LoadedService,
    asked: &StepAsked,
) -> Result<Stepped, Refusal> {
    let button = BUTTONS.iter().find(|button| button.word == asked.step);
    let button = button.ok_or_else(say::no_step)?;
    let removed = loaded.record.state == VmState::Remove && loaded.record.vmid.is_some();
    if removed && button.word == CLONE {
        // After *Remove VM* by hand the service keeps number and addresses: its pipeline goes on with the clone, as an
        // order's.
        enter(&mut loaded.record, VmState::SetDns, site.now());
        vm::save(&site.host, &mut loaded.record, VmState::Remove, vec![]).await?;
    }
    let chosen = chosen(button, &loaded)?;
    let confirmed = match button.word == REMOVE {
        true => destruction::confirmed(&loaded.record, &asked.confirm),
        false => Ok(()),
    };
    let plan = loaded.plan.clone().map_err(|why| why.sentence())?;
    let leased = LeasedService::take(site, loaded, plan).await?;
    let end = leased.work(async |leased| match &chosen {
        Chosen::Alone(flow) => {
            let live = leased.look().await;
            match in_the_way(button, &live, leased.vm.record.state) {
                Some(why) => Err(why.into()),
                None => {
                    confirmed?;
                    let action = VmAction::Step(button.label.to_owned());
                    let asked = leased.vm.asked(action, Person::Staff);
                    Ok(on_record(site, leased, flow, asked).await?)
                }
            }
        }
        Chosen::Next(flow) => {
            confirmed?;
            Ok(walk(site, leased, flow).await?)
        }
    });
    match end.await? {
        PassEnd::Completed => Ok(Stepped {
            running: false,
            waiting: None,
        }),
        PassEnd::Waiting(what) => Ok(Stepped {
            running: true,
            waiting: Some(what.sentence()),
        }),
        PassEnd::Failed { text, .. } => Err(Sentence::foreign(text).into()),
        PassEnd::Overtaken => Err(StoreError::Stale.into()),
    }
}

/// What a button does where the service stands now.
enum Chosen {
    /// One step of a VM at rest.
    Alone(&'static Flow<Vm>),
    /// The step that the flow under way would do next, and only that.
    Next(Flow<Vm>),
}

fn chosen(button: &'static Button, loaded: &LoadedService) -> Result<Chosen, Sentence> {
    let record = &loaded.record;
    if record.state == VmState::Remove && record.vmid.is_some() {
        return Err(say::step_clone());
    }
    if record.state == VmState::Ready {
        let alone = button.at_rest.as_ref().map(Chosen::Alone);
        return alone.ok_or_else(say::step_has_vm);
    }
    let flow = flows::of(record.flow, record.state);
    let row = flow.and_then(|flow| Some((flow, flow.row(record.state)?)));
    match row {
        Some((flow, row)) if row.label == button.label => Ok(Chosen::Next(Flow {
            key: flow.key,
            head: flow.head,
            rows: std::slice::from_ref(row),
        })),
        Some((_, row)) => Err(say::step_other(record.state, row.label)),
        None => Err(say::step_none(record.state)),
    }
}

fn in_the_way(button: &Button, live: &Live, state: VmState) -> Option<Sentence> {
    if let Some(why) = Hindrance::of_vm(live, state) {
        return Some(why.for_staff());
    }
    let stands = live.stands();
    // Proxmox removes one that hibernates as it stands, and writes nothing to it.
    if stands == Some(Power::Hibernated) {
        return (button.word != REMOVE).then(say::hibernates);
    }
    (button.off && stands != Some(Power::Off)).then(say::step_stop)
}

/// A step of a VM at rest, on record until its end was read: nobody tries it again, and the dashboard names it where it
/// failed, also where its task does so after the page was answered.
async fn on_record(
    site: &Site,
    leased: &mut LeasedService,
    flow: &Flow<Vm>,
    asked: Request,
) -> Result<PassEnd, StoreError> {
    write(&site.host, vec![asked.insert()]).await?;
    leased.vm.serving(Some(&asked));
    let walked = walk(site, leased, flow).await;
    leased.vm.serving(None);
    let end = walked?;
    let open = operation::newest_of(&site.host, &asked.id, site.now()).await?;
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
        ended.push(request::outdate(asked.service, &asked.action, now));
    }
    site.host.transact(ended).await?;
    Ok(end)
}

async fn walk(
    site: &Site,
    leased: &mut LeasedService,
    flow: &Flow<Vm>,
) -> Result<PassEnd, StoreError> {
    let terminal = Terminal::new(None);
    let block = terminal.block();
    let at_rest = leased.vm.record.state == VmState::Ready;
    if !at_rest {
        leased.vm.record.flow = leased.vm.record.flow.or(flow.key);
    }
    let pass = Pass {
        host: &site.host,
        clock: &*site.clock,
        random: &site.random,
        observer: &block,
        until: Instant::now() + WATCH_LIMIT,
        grace: GRACE,
    };
    let end = pass.run(flow, &mut leased.vm).await?;
    if at_rest && end != PassEnd::Overtaken && leased.vm.record.state == VmState::Ready {
        // The VM is at rest whatever came of the step: nothing is to be tried again, and only a task is watched.
        let record = &mut leased.vm.record;
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
