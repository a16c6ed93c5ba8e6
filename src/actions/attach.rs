//! Taking over a VM that stands on the cluster already: it gets the service's owner mark.

use super::held;
use super::{EntryError, asker, import, reset, service};
use crate::model::{Failure, NodeName, ServiceId, Verdict, VmState, Vmid, Wish, lenient};
use crate::plan::{Plan, Service, name::fqdn};
use crate::pve::{NetConfig, VmConfig};
use crate::site::Site;
use crate::steps::{Fleet, elsewhere, records};
use crate::store::vm::{self, VmRecord};
use crate::store::{StoreError, address, fleet, lease, vmid};
use serde_json::{Value, json};

/// States in which nothing of the service's own is under way.
const FROM: [VmState; 5] = [
    VmState::Creation,
    VmState::Ready,
    VmState::ErrorRestore,
    VmState::ErrorTerminate,
    VmState::Remove,
];

/// Attaches the VM named by `vmid`.
pub(super) async fn attach(
    site: &Site,
    params: &Value,
    request: &Value,
) -> Result<Value, EntryError> {
    let typed = |field: &str| match &request[field] {
        Value::Null => Some(String::new()),
        value => lenient::text(value).map(|text| text.trim().to_owned()),
    };
    // WHMCS saves the number's field along with every other of its page: what was left as it stood asks for nothing.
    if !request["present"].is_null()
        && let Some(text) = typed("vmid")
        && (text.is_empty() || Some(text) == typed("present"))
    {
        return Ok(service::accepted(json!({})));
    }
    if let Some(why) = asker::refused(site, "attach").await? {
        return Ok(service::refusal(why));
    }
    let Some(wanted) = lenient::whole(&request["vmid"]).and_then(Vmid::new) else {
        return Ok(service::refusal(
            "The VM ID must be a number from 100 to 999999999.",
        ));
    };
    let sold = service::parse(params)?;
    if let Some(why) = sold.over() {
        return Ok(service::refusal(why));
    }
    let plan = match service::plan(site, &sold).await? {
        Ok(plan) => plan,
        Err(why) => return Ok(service::refusal(why)),
    };
    // A run that works on the service would go on with a number that is no longer its own.
    let holder = match vm::find(&site.host, sold.id).await? {
        Some(_) => match held::claim(site, sold.id, held::LEASE).await? {
            Some(holder) => Some(holder),
            None => return Ok(service::refusal(reset::IN_A_PASS)),
        },
        None => None,
    };
    let entered = enter(site, &sold, &plan, wanted).await;
    if let Some(holder) = holder {
        lease::release(&site.host, sold.id, &holder).await?;
    }
    match entered? {
        Ok(record) => mark(site, sold, plan, record).await,
        Err(why) => Ok(service::refusal(why)),
    }
}

/// Enters the VM as the service's. `Ok(Err(…))`: why that cannot be.
async fn enter(
    site: &Site,
    sold: &Service,
    plan: &Plan,
    wanted: Vmid,
) -> Result<Result<VmRecord, String>, EntryError> {
    let record = vm::find(&site.host, sold.id).await?;
    let fresh = record.is_none();
    let now = site.now();
    let record = record.unwrap_or_else(|| {
        let mark = site.chance.owner_mark();
        VmRecord::ordered(sold.id, sold.server_id, sold.product_id, mark, now)
    });
    let idle = FROM.contains(&record.state)
        && (record.state != VmState::Creation || record.vmid.is_none());
    if !idle {
        return Ok(Err(service::stands_at(record.state)));
    }
    let fleet = match service::fleet(site, sold).await {
        Ok(fleet) => fleet,
        Err(failure) => return Ok(Err(failure.text)),
    };
    let mut record = record;
    if record.vmid.is_none()
        && let Some(mark) =
            vmid::former_mark(&site.host, &fleet.key, wanted, record.service).await?
    {
        // The VM it let go of: it is known by that mark, and so are its backups and snapshots.
        record.mark = mark;
    }
    let (node, config) = match look(&fleet, wanted, &record).await {
        Ok(Ok(found)) => found,
        Ok(Err(why)) => return Ok(Err(why)),
        Err(failure) => return Ok(Err(failure.text)),
    };
    let taken_over = !record.wants(Wish::Adopt);
    if record.state == VmState::Ready && record.vmid == Some(wanted) && taken_over {
        // It is the service's already; only its mark may be missing, say after a crash in here.
        return Ok(Ok(record));
    }
    if !config.name.is_empty()
        && let Some(other) = fleet::namesake(&site.host, record.service, &config.name).await?
    {
        return Ok(Err(format!(
            "VM {wanted} is called {}, as the VM of service {other} is; both would have one name in DNS. Rename it in Proxmox first.",
            config.name
        )));
    }
    if let Some(why) = reserve(site, &fleet, &record, wanted).await? {
        return Ok(Err(why));
    }
    rename(site, sold, plan, &record, &config.name).await?;
    let taken = Taken {
        fleet: &fleet,
        vmid: wanted,
        node,
        config: &config,
        ordered: ordered(site, sold).await?,
    };
    match keep(site, record, &taken, sold, fresh).await {
        Ok(record) => Ok(Ok(record)),
        Err(StoreError::Stale) => Ok(Err("The service changed this moment. Try again.".to_owned())),
        Err(error) => Err(error.into()),
    }
}

/// The VM that is taken over.
struct Taken<'a> {
    fleet: &'a Fleet,
    vmid: Vmid,
    node: NodeName,
    config: &'a VmConfig,
    /// The first second of the day the service was ordered, or of now where nobody knows it.
    ordered: i64,
}

/// Finds the VM. `Ok(Err(…))`: why it cannot be taken.
async fn look(
    fleet: &Fleet,
    wanted: Vmid,
    record: &VmRecord,
) -> Result<Result<(NodeName, VmConfig), String>, Failure> {
    let fault = |error| crate::steps::failure(&error, fleet.server);
    let elsewhere = elsewhere(record, fleet).filter(|_| record.vmid.is_some());
    if let Some(old) = record.vmid.filter(|old| *old != wanted)
        && let Some(node) = fleet.locate(old).await.map_err(fault)?
    {
        let theirs = fleet.api.vm(&node, old).config().await.map_err(fault)?;
        if theirs.carries(&record.mark) {
            return Ok(Err(format!(
                "The service has VM {old} on {node}. Remove that one first (VMRemove), or take its line puq-owner out of its notes."
            )));
        }
    }
    let Some(node) = fleet.locate(wanted).await.map_err(fault)? else {
        return Ok(Err(format!("No node of the cluster has a VM {wanted}.")));
    };
    let config = fleet.api.vm(&node, wanted).config().await.map_err(fault)?;
    if config.template {
        return Ok(Err(format!("VM {wanted} on {node} is a template.")));
    }
    if let Some(lock) = &config.lock {
        return Ok(Err(format!(
            "VM {wanted} on {node} is locked ({lock}). Try again when that is over."
        )));
    }
    if let Some(why) = elsewhere.filter(|_| !config.carries(&record.mark)) {
        return Ok(Err(why));
    }
    if config.is_marked() && !config.carries(&record.mark) {
        return Ok(Err(format!(
            "VM {wanted} on {node} carries the mark of another service. If that service is over, take the line puq-owner out of its notes first."
        )));
    }
    Ok(Ok((node, config)))
}

/// Takes the number for this service. `Some`: why that cannot be.
async fn reserve(
    site: &Site,
    fleet: &Fleet,
    record: &VmRecord,
    wanted: Vmid,
) -> Result<Option<String>, EntryError> {
    let (host, id) = (&site.host, record.service);
    let held = vmid::held(host, &fleet.key, id).await?;
    if held == Some(wanted) {
        return Ok(None);
    }
    if !vmid::reserve(host, &fleet.key, wanted, id).await?
        && let Some(why) = take_back(site, fleet, id, wanted).await?
    {
        return Ok(Some(why));
    }
    if let Some(old) = held {
        // The service's former VM is gone: its number waits like any other that was freed.
        let free = vmid::set_aside(&fleet.key, old, id, site.now());
        host.transact(vec![free]).await?;
    }
    Ok(None)
}

/// Takes a number that is kept for a VM some service let go of, with the addresses it had. `Some`: why that cannot be.
async fn take_back(
    site: &Site,
    fleet: &Fleet,
    id: ServiceId,
    wanted: Vmid,
) -> Result<Option<String>, EntryError> {
    let host = &site.host;
    let (former, left) = vmid::left_with(host, &fleet.key, wanted).await?;
    if left.is_empty() {
        return Ok(Some(format!(
            "VM ID {wanted} belongs to another service, or is kept back for a while after one."
        )));
    }
    if left.len() > 1 {
        let others: Vec<String> = left
            .iter()
            .filter(|vmid| **vmid != wanted)
            .map(ToString::to_string)
            .collect();
        return Ok(Some(format!(
            "Service {former} let go of VM {} too, and which addresses are whose is not on record. Remove the VM that is not needed in Proxmox and run the cron first.",
            others.join(", ")
        )));
    }
    let held = address::of(host, id).await?;
    let of_family = |family: u8| held.iter().filter(|row| row.family == family).count();
    let there = (of_family(4), of_family(6));
    let back = vmid::take_back(&fleet.key, wanted, former, id, there);
    let done = host.transact(back).await?.committed();
    Ok((!done).then(|| "The service changed this moment. Try again.".to_owned()))
}

/// The name an order was given goes out of DNS where its VM turns out to be called otherwise: later nobody knows any more
/// that it was the service's. A name that WHMCS has from elsewhere is nobody's to delete.
async fn rename(
    site: &Site,
    sold: &Service,
    plan: &Plan,
    record: &VmRecord,
    new: &str,
) -> Result<(), EntryError> {
    let old = fqdn(&record.name, &plan.main_domain);
    let same = record.name.is_empty() || new.is_empty() || record.name == new;
    if same || sold.domain != old {
        return Ok(());
    }
    let addresses = address::of(&site.host, record.service).await?;
    // What could not be deleted stands in WHMCS's module log.
    let _ = records::erase(site, sold, &addresses, &record.rev_dns).await?;
    let args = json!({"service_id": record.service.0, "domain": fqdn(new, &plan.main_domain)});
    site.host.effect("update_service", args).await?;
    Ok(())
}

/// What was made of the VM before the service was ordered is none of its client's business.
async fn ordered(site: &Site, sold: &Service) -> Result<i64, EntryError> {
    let about = site.host.describe().await?;
    let day = fleet::ordered(&site.host, sold.id).await?;
    Ok(day.map_or(site.now(), |day| import::first_second(day, about.zone())))
}

async fn keep(
    site: &Site,
    record: VmRecord,
    taken: &Taken<'_>,
    sold: &Service,
    fresh: bool,
) -> Result<VmRecord, StoreError> {
    let was = record.state;
    let mut record = match record.vmid == Some(taken.vmid) {
        // The very VM, say after its removal failed: it keeps what its owner chose for it.
        true => record,
        false => VmRecord {
            rev: record.rev,
            rev_dns: record.rev_dns,
            adopted_from: record.adopted_from,
            adopted_at: record.adopted_at,
            suspended_from: record.suspended_from,
            ..VmRecord::ordered(
                sold.id,
                sold.server_id,
                sold.product_id,
                record.mark,
                site.now(),
            )
        },
    };
    record.clear_waiting();
    record.flow = None;
    record.wanted.clear();
    record.cluster.clone_from(&taken.fleet.key);
    record.vmid = Some(taken.vmid);
    record.node = Some(taken.node.clone());
    record.target_node = None;
    record.promised_mib = 0;
    record.name.clone_from(&taken.config.name);
    let card = taken.config.net0().and_then(NetConfig::mac);
    card.unwrap_or_default().clone_into(&mut record.mac);
    if !taken.config.carries(&record.mark) {
        if record.adopted_at == 0 {
            record.adopted_from = taken.ordered;
        }
        record.adopted_at = site.now();
    }
    record.state = VmState::Ready;
    service::stay_suspended(sold, &mut record);
    record.next_look_at = (!record.wanted.is_empty()).then(|| site.now());
    match fresh {
        true => vm::insert(&site.host, &record, site.now()).await?,
        false => vm::save(&site.host, &mut record, was, vec![]).await?,
    }
    Ok(record)
}

/// Writes the mark. A crash before it leaves a VM that nothing destructive touches; attaching again goes on from there.
async fn mark(
    site: &Site,
    sold: Service,
    plan: Plan,
    record: VmRecord,
) -> Result<Value, EntryError> {
    let id = sold.id;
    let number = record.vmid.map_or(0, Vmid::get);
    let known = service::Known {
        service: sold,
        record,
    };
    let mut held = match held::hold(site, known, plan).await? {
        Ok(held) => held,
        Err(why) => return Ok(service::refusal(why)),
    };
    let written = held.vm.put_mark().await;
    held.vm
        .tell_admin(&format!("VM {number} was attached to service {id}"))
        .await;
    held.let_go(site).await?;
    Ok(match written {
        Ok(Verdict::Wait(what)) => service::refusal(format!(
            "VM {number} is entered, but not marked yet: waiting for {what}. Attach it again then."
        )),
        Ok(_) => service::accepted(
            json!({"vmid": number, "said": format!("VM {number} now belongs to service {id}.")}),
        ),
        Err(failure) => service::refusal(format!(
            "VM {number} is entered, but could not be marked: {} Attach it again then.",
            failure.text
        )),
    })
}
