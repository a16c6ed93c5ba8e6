//! Taking a service out of where it stands: redeploy, and reset to a chosen state.

use super::destruction;
use super::page_operations::{Confirmed, Put, Reset, ResetTarget};
use crate::custody::{CLICK, Custody, Live, LoadedService, Refusal, enter, stay_suspended};
use crate::host::Statement;
use crate::model::{ServiceId, VmState, Wish, say};
use crate::plan::Service;
use crate::site::Site;
use crate::steps::dns_records;
use crate::store::vm::VmRecord;
use crate::store::{StoreError, address, operation, request, run, vm, vmid};
use serde_json::json;
use std::rc::Rc;

/// Puts a service at the state of this word by hand.
///
/// # Errors
/// Why it stays where it is.
pub(super) async fn to_word(
    site: &Site,
    loaded: LoadedService,
    asked: &Reset,
) -> Result<Put, Refusal> {
    let mut targets = ResetTarget::ALL.iter();
    let wanted = targets.find(|target| target.0.as_str() == asked.state);
    let wanted = wanted.ok_or_else(say::no_state)?.0;
    if matches!(wanted, VmState::Terminate | VmState::Remove) {
        destruction::needed(site, &loaded).await?;
        destruction::confirmed(&loaded.record, &asked.confirm)?;
    }
    to_state(site, loaded, wanted).await
}

/// Puts a service at a state by hand.
///
/// # Errors
/// Why it stays where it is.
pub(super) async fn to_state(
    site: &Site,
    loaded: LoadedService,
    wanted: VmState,
) -> Result<Put, Refusal> {
    if wanted == VmState::Remove {
        return let_go(site, loaded).await;
    }
    if wanted != VmState::Terminate
        && let Some(why) = loaded.service.over()
    {
        return Err(why.into());
    }
    let mut record = loaded.record;
    let was = record.state;
    let needs_vm = matches!(
        wanted,
        VmState::Ready | VmState::ChangePackage | VmState::SetDnsRecords
    );
    if needs_vm && record.vmid.is_none() {
        return Err(say::state_needs_vm(wanted).into());
    }
    let wish = match wanted {
        VmState::ChangePackage => Some(Wish::ChangePackage),
        VmState::SetDnsRecords => Some(Wish::SetDnsRecords),
        _ => None,
    };
    if let Some(wish) = wish.filter(|_| was != VmState::Ready) {
        // These flows end in `ready`, which must not be said of a VM that is half made or half gone: they follow what is
        // under way, and an end that was asked for stays one.
        if was.at_rest() || was == VmState::Terminate {
            return Err(say::state_needs_end(was, wanted).into());
        }
        record.want(wish);
        return keep(site, record, was, vec![]).await;
    }
    enter(&mut record, wanted, site.now());
    let also = vec![request::overtake(record.service, site.now())];
    keep(site, record, was, also).await
}

/// Ends the service and touches no VM: its addresses and VMID are kept from everybody until the VM is seen absent. Its
/// DNS records are deleted: they would lead a name that was sold to whoever has the address next.
///
/// Nobody works on the service meanwhile: a run could set the records again behind this, and an address that is given up
/// before its records are gone may have its next owner's by then.
async fn let_go(site: &Site, loaded: LoadedService) -> Result<Put, Refusal> {
    let id = loaded.record.service;
    let custody = Custody::of_a_click(site, CLICK, Rc::default());
    let mut taken = custody.take(&[id]).await?;
    if let Some(row) = taken.unreadable.pop() {
        return Err(row.why.into());
    }
    if taken.readable.is_empty() {
        return Err(say::in_a_pass().into());
    }
    let answer = forget(site, &loaded.service, id).await;
    custody.end(id).await?;
    answer
}

fn put(state: VmState) -> Put {
    Put {
        state,
        warning: None,
        said: None,
    }
}

async fn forget(site: &Site, sold: &Service, id: ServiceId) -> Result<Put, Refusal> {
    let mut left = None;
    loop {
        let Some(mut record) = vm::find(&site.host, id).await? else {
            return Err(say::no_vm().into());
        };
        if left.is_none() {
            let address::Holding { held, leaving } = address::all(&site.host, id).await?;
            let addresses = [held, leaving].concat();
            left = Some(dns_records::erase(site, sold, &addresses, &record.rev_dns).await?);
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
    let mut answer = put(VmState::Remove);
    let left = left.unwrap_or_default();
    if !left.is_empty() {
        let text = say::names_left(left.join("; "));
        let note = json!({"text": format!("Service {id}: {text}"), "client_id": sold.client_id});
        // The page says it too.
        let _ = site.host.effect("log_activity", note).await;
        answer.warning = Some(text);
    }
    Ok(answer)
}

/// Takes name and addresses out of what WHMCS shows: they are the service's no more, and will be given to others.
pub(super) async fn clear(site: &Site, id: ServiceId) -> Result<(), StoreError> {
    let args = json!({"service_id": id.0, "domain": "", "dedicatedip": "", "assignedips": ""});
    site.host.effect("update_service", args).await?;
    Ok(())
}

/// Makes the row that of a service that is over; what is to be written with it.
fn end(record: &mut VmRecord, now: i64) -> Vec<Statement> {
    let mut also = match record.vmid {
        Some(_) => vmid::orphan(record.service, &record.mark).to_vec(),
        // Without a VM nobody can be using them.
        None => address::free(record.service, now)
            .into_iter()
            .chain([vmid::free(record.service, now)])
            .collect(),
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
    enter(record, VmState::Remove, now);
    also
}

/// Removes what there is of the VM and begins anew; the addresses stay with the service. A finished VM stays, unless no node
/// has it any more.
///
/// `confirm`: what was typed; `None`: a good answer has just said that there is no VM to lose.
///
/// # Errors
/// Why it is not.
pub(super) async fn redeploy(
    site: &Site,
    loaded: LoadedService,
    confirm: Option<&Confirmed>,
) -> Result<Put, Refusal> {
    if let Some(why) = loaded.service.over() {
        return Err(why.into());
    }
    let mut record = loaded.record.clone();
    let was = record.state;
    let stays = match was {
        VmState::Ready => !Live::read(site, &loaded).await.is_nowhere(),
        _ => was == VmState::Terminate,
    };
    if stays {
        return Err(say::not_redeployed(was).into());
    }
    if let Some(confirm) = confirm {
        destruction::needed(site, &loaded).await?;
        destruction::confirmed(&record, confirm)?;
    }
    stay_suspended(&loaded.service, &mut record);
    let state = match record.vmid {
        Some(_) => VmState::Reinstall,
        None => VmState::Creation,
    };
    enter(&mut record, state, site.now());
    keep(site, record, was, vec![]).await
}

async fn keep(
    site: &Site,
    mut record: VmRecord,
    was: VmState,
    also: Vec<Statement>,
) -> Result<Put, Refusal> {
    vm::save(&site.host, &mut record, was, also).await?;
    Ok(put(record.state))
}
