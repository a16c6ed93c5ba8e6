//! Taking a service out of where it stands: redeploy, and reset to a chosen state.

use super::{EntryError, service};
use crate::flows;
use crate::model::VmState;
use crate::site::Site;
use crate::steps::records;
use crate::store::vm::VmRecord;
use crate::store::{StoreError, address, operation, run, vm, vmid};
use serde_json::{Value, json};

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

/// Puts a service at a state by hand. `remove` touches no VM: its addresses and VMID are kept from everybody until the VM
/// is seen absent. Its DNS records are deleted: they would lead a name that was sold to whoever has the address next.
pub(super) async fn to_state(
    site: &Site,
    known: service::Known,
    state: &Value,
) -> Result<Value, EntryError> {
    let service::Known {
        service: sold,
        mut record,
    } = known;
    let wanted = state
        .as_str()
        .and_then(VmState::parse)
        .filter(|state| TARGETS.contains(state));
    let Some(wanted) = wanted else {
        return Ok(service::refusal(
            "This is no state a service can be reset to.",
        ));
    };
    let (was, now) = (record.state, site.now());
    let needs_vm = matches!(
        wanted,
        VmState::Ready | VmState::ChangePackage | VmState::SetDnsRecords
    );
    if needs_vm && record.vmid.is_none() {
        return Ok(service::refusal(format!(
            "The service has no VM, so it cannot be {wanted}."
        )));
    }
    if matches!(wanted, VmState::ChangePackage | VmState::SetDnsRecords) && was != VmState::Ready {
        return after_what_is_under_way(site, record, wanted).await;
    }
    let mut also = vec![];
    if wanted == VmState::Remove {
        also = match record.vmid {
            Some(_) => vmid::orphan(record.service).to_vec(),
            // Without a VM nobody can be using them.
            None => vec![
                address::free(record.service, now),
                vmid::free(record.service, now),
            ],
        };
        also.push(operation::let_go(record.service, now));
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
    }
    record.state = wanted;
    record.flow = flows::of("", wanted).map_or_else(String::new, |flow| flow.key.to_owned());
    record.clear_waiting();
    record.next_look_at = (!wanted.at_rest() || !record.wanted.is_empty()).then_some(now);
    let (id, rev_dns) = (record.service, record.rev_dns.clone());
    let addresses = address::of(&site.host, id).await?;
    let mut answer = keep(site, record, was, also).await?;
    if wanted == VmState::Remove && answer["ok"] == true {
        // Only now: a run that was under way may have set them until this moment.
        let left = records::erase(site, &sold, &addresses, &rev_dns).await?;
        if !left.is_empty() {
            let text = format!(
                "The service is let go of, but some of its DNS records remain; remove them by hand: {}.",
                left.join("; ")
            );
            let note =
                json!({"text": format!("Service {id}: {text}"), "client_id": sold.client_id});
            // The page says it too.
            let _ = site.host.effect("log_activity", note).await;
            answer["data"]["warning"] = text.into();
        }
    }
    Ok(answer)
}

/// These flows end in `ready`, which must not be said of a VM that is half made or half gone: they follow what is under
/// way, and an end that was asked for stays one.
async fn after_what_is_under_way(
    site: &Site,
    mut record: VmRecord,
    wanted: VmState,
) -> Result<Value, EntryError> {
    let was = record.state;
    if was.at_rest() || was == VmState::Terminate {
        return Ok(service::refusal(format!(
            "A service at {was} has no finished VM for {wanted}."
        )));
    }
    record.want(wanted.as_str());
    keep(site, record, was, vec![]).await
}

/// Removes what there is of the VM and begins anew; the addresses stay with the service.
pub(super) async fn redeploy(site: &Site, mut record: VmRecord) -> Result<Value, EntryError> {
    let was = record.state;
    if matches!(was, VmState::Ready | VmState::Terminate) {
        return Ok(service::refusal(format!(
            "A VM in state {was} is not redeployed; terminate it first."
        )));
    }
    let (state, flow) = match record.vmid {
        Some(_) => (VmState::Reinstall, "reinstall"),
        None => (VmState::Creation, "deploy"),
    };
    if record.suspended() {
        // The new VM is to start with its node as little as the old one.
        record.want("suspend");
    }
    record.state = state;
    flow.clone_into(&mut record.flow);
    record.clear_waiting();
    record.next_look_at = Some(site.now());
    keep(site, record, was, vec![]).await
}

async fn keep(
    site: &Site,
    mut record: VmRecord,
    was: VmState,
    also: Vec<crate::host::Statement>,
) -> Result<Value, EntryError> {
    match vm::save(&site.host, &mut record, was, also).await {
        Ok(()) => Ok(service::accepted(json!({"state": record.state.as_str()}))),
        Err(StoreError::Stale) => Ok(service::refusal(
            "The service changed this moment. Try again.",
        )),
        Err(error) => Err(error.into()),
    }
}
