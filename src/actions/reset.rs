//! Taking a service out of where it stands: redeploy, and reset to a chosen state.

use super::{EntryError, held, live, service};
use crate::flows;
use crate::host::Statement;
use crate::model::{FlowKey, ServiceId, VmState, Wish};
use crate::plan::Service;
use crate::site::Site;
use crate::steps::records;
use crate::store::vm::VmRecord;
use crate::store::{StoreError, address, lease, operation, request, run, vm, vmid};
use serde_json::{Value, json};

/// A request of the staff while a pass is at work on the service.
pub(super) const IN_A_PASS: &str = "The service is being worked on this moment. Try again when that pass has ended; one that died holds it up to 15 minutes.";

/// Where an admin may put a service.
const TARGETS: &[VmState] = &[
    VmState::Ready,
    VmState::Creation,
    VmState::SetIp,
    VmState::ChangePackage,
    VmState::SetDnsRecords,
    VmState::Terminate,
    VmState::Remove,
];

/// Puts a service at a state by hand.
pub(super) async fn to_state(
    site: &Site,
    known: service::Known,
    state: &Value,
) -> Result<Value, EntryError> {
    let wanted = state
        .as_str()
        .and_then(VmState::parse)
        .filter(|state| TARGETS.contains(state));
    let Some(wanted) = wanted else {
        return Ok(service::refusal(
            "This is no state a service can be reset to.",
        ));
    };
    if wanted == VmState::Remove {
        return let_go(site, known).await;
    }
    if wanted != VmState::Terminate
        && let Some(why) = known.service.over()
    {
        return Ok(service::refusal(why));
    }
    let (mut record, now) = (known.record, site.now());
    let was = record.state;
    let needs_vm = matches!(
        wanted,
        VmState::Ready | VmState::ChangePackage | VmState::SetDnsRecords
    );
    if needs_vm && record.vmid.is_none() {
        return Ok(service::refusal(format!(
            "The service has no VM, so it cannot be {wanted}."
        )));
    }
    let wish = match wanted {
        VmState::ChangePackage => Some(Wish::ChangePackage),
        VmState::SetDnsRecords => Some(Wish::SetDnsRecords),
        _ => None,
    };
    if let Some(wish) = wish
        && was != VmState::Ready
    {
        return after_what_is_under_way(site, record, wish).await;
    }
    record.state = wanted;
    record.flow = flows::of(None, wanted).and_then(|flow| flow.key);
    record.clear_waiting();
    record.next_look_at = (!wanted.at_rest() || !record.wanted.is_empty()).then_some(now);
    let also = vec![request::overtake(record.service, now)];
    keep(site, record, was, also).await
}

/// Ends the service and touches no VM: its addresses and VMID are kept from everybody until the VM is seen absent. Its
/// DNS records are deleted: they would lead a name that was sold to whoever has the address next.
///
/// Nobody works on the service meanwhile: a run could set the records again behind this, and an address that is given up
/// before its records are gone may have its next owner's by then.
async fn let_go(site: &Site, known: service::Known) -> Result<Value, EntryError> {
    let id = known.record.service;
    let Some(holder) = held::claim(site, id, held::LEASE).await? else {
        return Ok(service::refusal(IN_A_PASS));
    };
    let answer = forget(site, &known.service, id).await;
    lease::release(&site.host, id, &holder).await?;
    answer
}

async fn forget(site: &Site, sold: &Service, id: ServiceId) -> Result<Value, EntryError> {
    let mut left = None;
    loop {
        let Some(mut record) = vm::find(&site.host, id).await? else {
            return Ok(service::refusal("The service has no VM yet."));
        };
        if left.is_none() {
            let address::Holding { held, leaving } = address::all(&site.host, id).await?;
            let addresses = [held, leaving].concat();
            left = Some(records::erase(site, sold, &addresses, &record.rev_dns).await?);
        }
        let was = record.state;
        let also = end(&mut record, site.now());
        match vm::save(&site.host, &mut record, was, also).await {
            Ok(()) => break,
            // Someone asked for something this moment, as WHMCS does without the lease: it ends all the same.
            Err(StoreError::Stale) => {}
            Err(error) => return Err(error.into()),
        }
    }
    clear(site, id).await?;
    let mut answer = service::accepted(json!({"state": VmState::Remove.as_str()}));
    let left = left.unwrap_or_default();
    if !left.is_empty() {
        let text = format!(
            "The service is let go of, but some of its DNS records remain; remove them by hand: {}.",
            left.join("; ")
        );
        let note = json!({"text": format!("Service {id}: {text}"), "client_id": sold.client_id});
        // The page says it too.
        let _ = site.host.effect("log_activity", note).await;
        answer["data"]["warning"] = text.into();
    }
    Ok(answer)
}

/// Takes name and addresses out of what WHMCS shows: they are the service's no more, and will be given to others.
pub(super) async fn clear(site: &Site, id: ServiceId) -> Result<(), EntryError> {
    let args = json!({"service_id": id.0, "domain": "", "dedicatedip": "", "assignedips": ""});
    site.host.effect("update_service", args).await?;
    Ok(())
}

/// Makes the row that of a service that is over; what is to be written with it.
fn end(record: &mut VmRecord, now: i64) -> Vec<Statement> {
    let mut also = match record.vmid {
        Some(_) => vmid::orphan(record.service, &record.mark).to_vec(),
        // Without a VM nobody can be using them.
        None => vec![
            address::free(record.service, now),
            vmid::free(record.service, now),
        ],
    };
    also.push(operation::let_go(record.service, now));
    also.push(request::let_go(record.service, now));
    // A run that died on the way has nobody to follow it any more.
    also.push(run::interrupt(record.service));
    record.vmid = None;
    record.node = None;
    record.target_node = None;
    record.promised_mib = 0;
    // The VM left behind may still send from it.
    record.mac.clear();
    // A suspension stays: it is WHMCS's word on the service, and holds for the VM a redeploy makes.
    record.wanted.clear();
    record.state = VmState::Remove;
    record.flow = None;
    record.clear_waiting();
    record.next_look_at = None;
    also
}

/// These flows end in `ready`, which must not be said of a VM that is half made or half gone: they follow what is under
/// way, and an end that was asked for stays one.
async fn after_what_is_under_way(
    site: &Site,
    mut record: VmRecord,
    wanted: Wish,
) -> Result<Value, EntryError> {
    let was = record.state;
    if was.at_rest() || was == VmState::Terminate {
        return Ok(service::refusal(format!(
            "A service at {was} has no finished VM for {wanted}."
        )));
    }
    record.want(wanted);
    keep(site, record, was, vec![]).await
}

/// Removes what there is of the VM and begins anew; the addresses stay with the service. A finished VM stays, unless no node
/// has it any more.
pub(super) async fn redeploy(site: &Site, known: service::Known) -> Result<Value, EntryError> {
    if let Some(why) = known.service.over() {
        return Ok(service::refusal(why));
    }
    let mut record = known.record;
    let was = record.state;
    let stays = match was {
        VmState::Ready => !live::read(site, &known.service, &record).await.is_nowhere(),
        _ => was == VmState::Terminate,
    };
    if stays {
        return Ok(service::refusal(format!(
            "A VM in state {was} is not redeployed; terminate it first."
        )));
    }
    let (state, flow) = match record.vmid {
        Some(_) => (VmState::Reinstall, FlowKey::Reinstall),
        None => (VmState::Creation, FlowKey::Deploy),
    };
    service::stay_suspended(&known.service, &mut record);
    record.state = state;
    record.flow = Some(flow);
    record.clear_waiting();
    record.next_look_at = Some(site.now());
    keep(site, record, was, vec![]).await
}

async fn keep(
    site: &Site,
    mut record: VmRecord,
    was: VmState,
    also: Vec<Statement>,
) -> Result<Value, EntryError> {
    match vm::save(&site.host, &mut record, was, also).await {
        Ok(()) => Ok(service::accepted(json!({"state": record.state.as_str()}))),
        Err(StoreError::Stale) => Ok(service::refusal(
            "The service changed this moment. Try again.",
        )),
        Err(error) => Err(error.into()),
    }
}
