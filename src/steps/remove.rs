//! Removing the VM: for a reinstallation and for the end of the service.

use super::{address_release, addresses, dns_records, heritage, node_choice, power};
use crate::model::{
    Cause, Failure, NodeName, Reason, Remedy, ServiceId, Skip, StepResult, Stop, Verdict, VmState,
    Vmid,
};
use crate::pve::VmConfig;
use crate::store::operation::OperationKind;
use crate::store::{StoreError, address, request, schedule, vm as store, vmid};
use crate::vm::{Standing, Vm, lock, ownership};
use futures_util::future::LocalBoxFuture;
use serde_json::json;
use tokio::time::Instant;

/// Removes the VM and keeps number, addresses and name: the deploy rows follow.
pub fn for_reinstall(vm: &mut Vm) -> LocalBoxFuture<'_, StepResult> {
    Box::pin(async move {
        // A VM that was attached has no address of ours. Without one nothing can be installed: the old VM stays.
        addresses::complete(vm).await?;
        // The same holds where the new VM could not be installed.
        let template = vm.cluster.template(vm.template()?).await?;
        heritage::admit(vm, &template)?;
        let verdict = take_away(vm, true).await?;
        gone(vm).await?;
        Ok(verdict)
    })
}

/// Removes the VM at an admin's wish. Its number, addresses and backups stay with the service, and so do volumes of its
/// number that its configuration does not name.
pub fn by_hand(vm: &mut Vm) -> LocalBoxFuture<'_, StepResult> {
    Box::pin(async move {
        let verdict = take_away(vm, false).await?;
        gone(vm).await?;
        Ok(verdict)
    })
}

/// The VM is gone, and what was leaving it has left.
async fn gone(vm: &mut Vm) -> Result<(), Failure> {
    let leaving = vm.leaving.clone();
    address_release::give_up(vm, &leaving).await?;
    node_choice::come_back(vm);
    forget(vm);
    Ok(())
}

/// What was true of the VM that is gone. The next clone is made on the template's node, wherever this one was.
fn forget(vm: &mut Vm) {
    vm.record.node = None;
    vm.record.iso_drive.clear();
    vm.record.policy_in = None;
    vm.record.policy_out = None;
}

/// After this many refused removals in a row a person has to decide.
const TRIES: u64 = 5;

/// Stops the VM, removes its backups, its names and itself; addresses and VMID go to quarantine once no node has the VM
/// any more. Only the VM itself holds up the end.
pub fn for_good(vm: &mut Vm) -> LocalBoxFuture<'_, StepResult> {
    Box::pin(async move {
        let began = Instant::now();
        vm.note("[terminate] starting");
        match end(vm).await {
            Err(Stop::Failed(failure)) if is_refusal(&failure) => {
                Err(attempted(vm, failure).await.into())
            }
            Err(stop) => Err(stop),
            Ok(verdict) => {
                let took = began.elapsed().as_secs_f64();
                vm.note(format!("[terminate] done ({took:.2}s) result=success"));
                Ok(verdict)
            }
        }
    })
}

/// Whether Proxmox refused: what holds the VM for a moment, or keeps Proxmox from answering, is waited for.
fn is_refusal(failure: &Failure) -> bool {
    let passes = matches!(failure.reason, Reason::Busy | Reason::Unreachable);
    failure.cause == Cause::Service && !passes
}

/// Tells the staff of a refused removal. After this many in a row they have to decide: the flow falls to `error_terminate`.
async fn attempted(vm: &mut Vm, failure: Failure) -> Failure {
    let attempt = vm.record.fails + 1;
    let last = attempt >= TRIES || failure.remedy == Remedy::Person;
    let what_next = match last {
        true => "It is not tried again by itself: mend it, then terminate the service once more.",
        false => "Will retry.",
    };
    let text = format!(
        "VM {} of service {} was not removed (attempt {attempt} of {TRIES}): {} {what_next}",
        vm.record.vmid.map_or(0, Vmid::get),
        vm.record.service,
        failure.sentence()
    );
    vm.tell_admin(&text).await;
    match last {
        true => Failure {
            remedy: Remedy::Person,
            ..failure
        },
        false => failure,
    }
}

/// What staff read of the end of a service; `left`: whose the VM seems to be that was left standing.
fn farewell(service: ServiceId, number: Option<Vmid>, left: Option<Card>) -> String {
    match (number, left) {
        (Some(number), None) => format!("VM {number} of service {service} was removed"),
        (Some(number), Some(Card::Strange)) => format!(
            "Service {service} ended; the VM that stands at its number {number} carries no mark of it and was left"
        ),
        (Some(number), Some(Card::Own)) => format!(
            "VM {number} of service {service} was left: it carries no mark of the service any more, but its network card or \
             address. Number and addresses are kept until it is gone. Remove it by hand"
        ),
        (None, _) => format!("Service {service} ended; it had no VM"),
    }
}

fn end(vm: &mut Vm) -> LocalBoxFuture<'_, StepResult> {
    Box::pin(async move {
        let found = bring_down(vm).await?;
        vm.discard_backups().await?;
        vm.note("deleting DNS records");
        dns_records::remove(vm).await?;
        let left = match &found {
            BroughtDown::Left { with, .. } => Some(*with),
            _ => None,
        };
        let verdict = match found {
            BroughtDown::Off(number, node) => delete(vm, number, node, true).await?,
            BroughtDown::Absent(verdict) | BroughtDown::Left { verdict, .. } => verdict,
        };
        let now = vm.site.now();
        let service = vm.record.service;
        let text = farewell(service, vm.record.vmid, left);
        vm.record.vmid = None;
        forget(vm);
        vm.record.target_node = None;
        vm.record.promised_mib = 0;
        vm.record.adopted_at = 0;
        vm.record.suspended_from = None;
        vm.record.wanted.clear();
        let state = vm.record.state;
        let mut free = vec![schedule::forget(service), request::let_go(service, now)];
        match left {
            // It may still use them: nobody else gets them before it is seen absent.
            Some(Card::Own) => free.extend(vmid::orphan(service, &vm.record.mark)),
            Some(Card::Strange) | None => {
                free.extend(address::free(service, now));
                free.push(vmid::free(service, now));
            }
        }
        store::save(&vm.site.host, &mut vm.record, state, free).await?;
        vm.addresses.clear();
        vm.leaving.clear();
        let args =
            json!({"service_id": service.0, "domain": "", "dedicatedip": "", "assignedips": ""});
        vm.site
            .host
            .effect("update_service", args)
            .await
            .map_err(StoreError::from)?;
        vm.tell_admin(&text).await;
        for volid in std::mem::take(&mut vm.kept_backups) {
            let text = format!("backup {volid} is protected and was left; remove it by hand");
            vm.note(text.clone());
            vm.tell_admin(&format!("Service {service}: {text}")).await;
        }
        vm.record.name.clear();
        vm.record.mac.clear();
        Ok(verdict)
    })
}

/// What stands at the service's number.
enum BroughtDown {
    /// Its VM, off.
    Off(Vmid, NodeName),
    /// Nothing of the service's: there is nothing to delete.
    Absent(Verdict),
    /// A VM without the service's mark, at the end of the service.
    Left {
        /// What the step makes of it.
        verdict: Verdict,
        /// Whose card it has.
        with: Card,
    },
}

/// Whose network card a VM without our mark has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Card {
    /// The service's, or one of its addresses: somebody took the mark away, and the VM goes on with them.
    Own,
    /// Another one: the number was given to somebody else.
    Strange,
}

/// Stops and deletes the VM, if it is surely ours. `Skipped`: there is none.
async fn take_away(vm: &mut Vm, unreferenced: bool) -> StepResult {
    match bring_down(vm).await? {
        BroughtDown::Off(number, node) => delete(vm, number, node, unreferenced).await,
        BroughtDown::Absent(verdict) | BroughtDown::Left { verdict, .. } => Ok(verdict),
    }
}

/// Finds the VM and stops it, if it is surely ours.
async fn bring_down(vm: &mut Vm) -> Result<BroughtDown, Stop> {
    let Some(number) = vm.record.vmid else {
        return Ok(BroughtDown::Absent(Verdict::Skipped(Skip::NotConfigured)));
    };
    let Some(node) = vm.cluster.locate(number).await? else {
        return Ok(BroughtDown::Absent(Verdict::Skipped(Skip::NoChange)));
    };
    vm.record.node = Some(node.clone());
    vm.observed = None;
    let config = vm.peek().await?;
    match Standing::of(&config, &vm.record.mark) {
        Standing::Ours => vm.owned = true,
        Standing::Forming => {
            let held = config.lock.as_deref().unwrap_or("clone");
            return lock::wait(vm, held).await;
        }
        Standing::Foreign => return Ok(foreign(vm, number, &config)?),
    }
    // Proxmox removes a VM that hibernates as it stands.
    lock::free(vm, &config.lock.filter(|lock| lock != "suspended")).await?;
    power::pull_the_plug(vm).await?;
    Ok(BroughtDown::Off(number, node))
}

/// Deletes the VM. Only a good answer of a cluster with quorum says that it is gone.
async fn delete(vm: &mut Vm, number: Vmid, node: NodeName, unreferenced: bool) -> StepResult {
    let guest = vm.guest()?;
    vm.note(format!("DELETE VM vmid={number} node={node} purge=1"));
    let (what, intent) = (format!("delete VM {number} on {node}"), String::new());
    let call = async move { guest.remove(true, unreferenced).await.map(Some) };
    let acted = vm.act(OperationKind::Delete, &node, number, intent, what, call);
    let error = match acted.await {
        Ok(_) => None,
        Err(unfinished) => Some(unfinished.refused()?).filter(|error| !error.is_missing(number)),
    };
    match (vm.cluster.locate(number).await?, error) {
        (None, _) => {
            vm.note("VM deleted");
            Ok(Verdict::Done)
        }
        (Some(_), Some(error)) => match error.lock() {
            Some(lock) => lock::wait(vm, lock).await,
            None => Err(error.into()),
        },
        (Some(node), None) => Err(Failure::retry(format!(
            "VM {number} is still listed on {node}. Will retry."
        ))
        .into()),
    }
}

/// A VM without our mark stands at our number. It is never touched; what becomes of number and addresses at the end of the
/// service depends on whether it has them. A reinstallation must keep its number, so it waits.
fn foreign(vm: &mut Vm, number: Vmid, config: &VmConfig) -> Result<BroughtDown, Failure> {
    let node = vm.node()?;
    if vm.record.state == VmState::Terminate {
        vm.note(format!(
            "VM {number} on {node} carries no mark of this service; it is left alone"
        ));
        return Ok(BroughtDown::Left {
            verdict: Verdict::Skipped(Skip::NoChange),
            with: card(vm, config),
        });
    }
    Err(Failure::person(ownership::occupied(number, &node, config)))
}

fn card(vm: &Vm, config: &VmConfig) -> Card {
    let mac = vm.record.mac.to_ascii_uppercase();
    let text_of = |prefix: &str| {
        let all = config.raw.iter().filter(|(key, _)| key.starts_with(prefix));
        all.map(|(_, value)| value.to_string().to_ascii_uppercase())
            .collect::<Vec<String>>()
    };
    let same_card = !mac.is_empty() && text_of("net").iter().any(|text| text.contains(&mac));
    let addresses = vm.addresses.iter().chain(&vm.leaving);
    let used: Vec<String> = addresses
        .map(|row| format!("={}/", row.text.to_ascii_uppercase()))
        .collect();
    let same_address = text_of("ipconfig")
        .iter()
        .any(|text| used.iter().any(|address| text.contains(address)));
    match same_card || same_address {
        true => Card::Own,
        false => Card::Strange,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn staff_read_whose_vm_was_left() {
        let (service, number) = (ServiceId(7), Vmid::new(2000));
        let said = |number, left| farewell(service, number, left);
        assert!(said(number, None).contains("VM 2000 of service 7 was removed"));
        assert!(said(None, None).contains("had no VM"));
        assert!(said(number, Some(Card::Strange)).contains("no mark of it and was left"));
        assert!(said(number, Some(Card::Own)).contains("Remove it by hand"));
    }
}
