//! Taking over a VM that stands on the cluster already: it gets the service's owner mark.

use super::answer::Denial;
use super::page_operations::{Attach, Attached, Effect};
use super::{caller, import, service};
use crate::custody::{
    self, CLICK, Custody, Hindrance, LeasedService, LoadedService, Refusal, stay_suspended,
};
use crate::model::{NodeName, ServiceId, Stop, VmState, Vmid, Wish, lenient, say};
use crate::plan::{Plan, Service, name::fqdn};
use crate::pve::{NetConfig, VmConfig};
use crate::site::Site;
use crate::steps::{dns_records, elsewhere, identity};
use crate::store::vm::{self, VmRecord};
use crate::store::{StoreError, address, product, vm_list, vmid};
use crate::vm::{SharedCluster, SharedClusters, missing_room};
use serde_json::{Value, json};
use std::rc::Rc;

/// States in which nothing of the service's own is under way.
const FROM: [VmState; 5] = [
    VmState::Creation,
    VmState::Ready,
    VmState::ErrorRestore,
    VmState::ErrorTerminate,
    VmState::Remove,
];

/// Attaches the VM of the number that was typed.
pub(super) async fn attach(
    site: &Site,
    params: &Value,
    wanted: &Attach,
) -> Result<Attached, Denial> {
    let typed = |value: &Value| match value {
        Value::Null => Some(String::new()),
        value => lenient::text(value).map(|text| text.trim().to_owned()),
    };
    let (number, present) = (&wanted.vmid.0, &wanted.present.0);
    // WHMCS saves the number's field along with every other of its page: what was left as it stood asks for nothing.
    if !present.is_null()
        && let Some(text) = typed(number)
        && (text.is_empty() || Some(text) == typed(present))
    {
        return Ok(Attached::default());
    }
    if let Some(why) = caller::refused(site, Effect::Alters).await? {
        return Err(why.into());
    }
    let Some(number) = lenient::whole(number).and_then(Vmid::new) else {
        return Err(say::attach_number().into());
    };
    let sold = service::parse(params)?;
    Ok(own(site, sold, number).await?)
}

/// Has the service take this VM.
///
/// # Errors
/// Why it does not.
pub(super) async fn own(site: &Site, sold: Service, wanted: Vmid) -> Result<Attached, Refusal> {
    match sold.over() {
        Some(why) => Err(why.into()),
        None => take(site, sold, wanted).await,
    }
}

async fn take(site: &Site, sold: Service, wanted: Vmid) -> Result<Attached, Refusal> {
    let settings = product::settings(&site.host, &[sold.product_id]).await?;
    let settings = settings.first().map(|(_, settings)| settings.as_str());
    let plan = custody::plan(settings, &sold).map_err(|why| why.sentence())?;
    let clusters = Rc::new(SharedClusters::default());
    let custody = Custody::of_a_click(site, CLICK, Rc::clone(&clusters));
    // A run that works on the service would go on with a number that is no longer its own.
    let taken = custody.take(&[sold.id]).await?.readable.pop();
    if taken.is_none() && vm::find(&site.host, sold.id).await?.is_some() {
        return Err(say::in_a_pass().into());
    }
    let before = taken.map(|opening| opening.record);
    let entered = enter(site, &clusters, &sold, &plan, wanted, before).await;
    custody.end(sold.id).await?;
    entered?;
    mark(site, sold).await
}

/// Enters the VM as the service's.
async fn enter(
    site: &Site,
    clusters: &SharedClusters,
    sold: &Service,
    plan: &Plan,
    wanted: Vmid,
    before: Option<VmRecord>,
) -> Result<(), Refusal> {
    let fresh = before.is_none();
    let now = site.now();
    let mut record = before.unwrap_or_else(|| {
        let mark = site.random.owner_mark();
        VmRecord::ordered(sold.id, sold.server_id, sold.product_id, mark, now)
    });
    let idle = FROM.contains(&record.state)
        && (record.state != VmState::Creation || record.vmid.is_none());
    if !idle {
        return Err(Hindrance::State(record.state).for_staff().into());
    }
    let cluster = clusters.of(site, sold.server_id, &sold.server).await?;
    if record.vmid.is_none()
        && let Some(mark) =
            vmid::former_mark(&site.host, &cluster.key, wanted, record.service).await?
    {
        // The VM it let go of: it is known by that mark, and so are its backups and snapshots.
        record.mark = mark;
    }
    let (node, config) = look(&cluster, wanted, &record).await?;
    let taken_over = !record.wants(Wish::Adopt);
    if record.state == VmState::Ready && record.vmid == Some(wanted) && taken_over {
        // It is the service's already; only its mark may be missing, say after a crash in here.
        return Ok(());
    }
    let over = missing_room(&cluster, &config, &record.mark, record.service).await?;
    if over > 0 {
        return Err(say::attach_no_room(wanted, over).into());
    }
    if !config.name.is_empty()
        && let Some(other) = vm_list::namesake(&site.host, record.service, &config.name).await?
    {
        return Err(say::attach_name(wanted, &config.name, other).into());
    }
    reserve(site, &cluster, &record, sold.client_id, wanted).await?;
    rename(site, sold, plan, &record, &config.name).await?;
    let taken = Taken {
        cluster: &cluster,
        vmid: wanted,
        node,
        config: &config,
        ordered: ordered(site, sold).await?,
    };
    Ok(keep(site, record, &taken, sold, fresh).await?)
}

/// The VM that is taken over.
struct Taken<'a> {
    cluster: &'a SharedCluster,
    vmid: Vmid,
    node: NodeName,
    config: &'a VmConfig,
    /// The first second of the day the service was ordered, or of now where nobody knows it.
    ordered: i64,
}

/// Finds the VM.
///
/// # Errors
/// Why it cannot be taken.
async fn look(
    cluster: &SharedCluster,
    wanted: Vmid,
    record: &VmRecord,
) -> Result<(NodeName, VmConfig), Refusal> {
    let elsewhere = elsewhere(record, cluster).filter(|_| record.vmid.is_some());
    if let Some(old) = record.vmid.filter(|old| *old != wanted)
        && let Some(node) = cluster.locate(old).await?
    {
        let theirs = cluster.api.vm(&node, old).config().await?;
        if theirs.carries(&record.mark) {
            return Err(say::attach_other(old, &node).into());
        }
    }
    let Some(node) = cluster.locate(wanted).await? else {
        return Err(say::attach_none(wanted).into());
    };
    let config = cluster.api.vm(&node, wanted).config().await?;
    if config.template {
        return Err(say::attach_template(wanted, &node).into());
    }
    if let Some(lock) = &config.lock {
        return Err(say::attach_locked(wanted, &node, lock).into());
    }
    if let Some(why) = elsewhere.filter(|_| !config.carries(&record.mark)) {
        return Err(why.into());
    }
    if config.is_marked() && !config.carries(&record.mark) {
        return Err(say::attach_mark(wanted, &node).into());
    }
    Ok((node, config))
}

/// Takes the number for this service. `Some`: why that cannot be.
async fn reserve(
    site: &Site,
    cluster: &SharedCluster,
    record: &VmRecord,
    client: u64,
    wanted: Vmid,
) -> Result<(), Refusal> {
    let (host, id) = (&site.host, record.service);
    let held = vmid::held(host, &cluster.key, id).await?;
    if held == Some(wanted) {
        return Ok(());
    }
    if !vmid::reserve(host, &cluster.key, wanted, id).await? {
        take_back(site, cluster, (id, client), wanted).await?;
    }
    if let Some(old) = held {
        // The service's former VM is gone: its number waits like any other that was freed.
        let free = vmid::set_aside(&cluster.key, old, id, site.now());
        host.transact(vec![free]).await?;
    }
    Ok(())
}

/// Takes a number that is kept for a VM some service let go of, with the addresses it had. `Some`: why that cannot be.
async fn take_back(
    site: &Site,
    cluster: &SharedCluster,
    (id, client): (ServiceId, u64),
    wanted: Vmid,
) -> Result<(), Refusal> {
    let host = &site.host;
    let (former, left) = vmid::left_with(host, &cluster.key, wanted).await?;
    if left.is_empty() {
        return Err(say::attach_kept(wanted).into());
    }
    if left.len() > 1 {
        let others: Vec<String> = left
            .iter()
            .filter(|vmid| **vmid != wanted)
            .map(ToString::to_string)
            .collect();
        return Err(say::attach_former(former, others.join(", ")).into());
    }
    let held = address::of(host, id).await?;
    let of_family = |family: u8| held.iter().filter(|row| row.family == family).count();
    let there = (of_family(4), of_family(6));
    let back = vmid::take_back(
        &cluster.key,
        wanted,
        former,
        id,
        there,
        (client, site.now()),
    );
    match host.transact(back).await?.committed() {
        true => Ok(()),
        false => Err(StoreError::Stale.into()),
    }
}

/// The name an order was given goes out of DNS where its VM turns out to be called otherwise: later nobody knows any more
/// that it was the service's. A name that WHMCS has from elsewhere is nobody's to delete.
async fn rename(
    site: &Site,
    sold: &Service,
    plan: &Plan,
    record: &VmRecord,
    new: &str,
) -> Result<(), Refusal> {
    let old = fqdn(&record.name, &plan.main_domain);
    let same = record.name.is_empty() || new.is_empty() || record.name == new;
    if same || sold.domain != old {
        return Ok(());
    }
    let addresses = address::of(&site.host, record.service).await?;
    // What could not be deleted stands in WHMCS's module log.
    let _ = dns_records::erase(site, sold, &addresses, &record.rev_dns).await?;
    let args = json!({"service_id": record.service.0, "domain": fqdn(new, &plan.main_domain)});
    site.host.effect("update_service", args).await?;
    Ok(())
}

/// What was made of the VM before the service was ordered is none of its client's business.
async fn ordered(site: &Site, sold: &Service) -> Result<i64, Refusal> {
    let about = site.about().await?;
    let day = vm_list::ordered(&site.host, sold.id).await?;
    Ok(day.map_or(site.now(), |day| import::first_second(day, about.zone())))
}

async fn keep(
    site: &Site,
    record: VmRecord,
    taken: &Taken<'_>,
    sold: &Service,
    fresh: bool,
) -> Result<(), StoreError> {
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
    record.wanted.clear();
    record.cluster.clone_from(&taken.cluster.key);
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
    stay_suspended(sold, &mut record);
    custody::enter(&mut record, VmState::Ready, site.now());
    match fresh {
        true => vm::insert(&site.host, &record, site.now()).await,
        false => vm::save(&site.host, &mut record, was, vec![]).await,
    }
}

/// Writes the mark. A crash before it leaves a VM that nothing destructive touches; attaching again goes on from there.
async fn mark(site: &Site, sold: Service) -> Result<Attached, Refusal> {
    let id = sold.id;
    let loaded = LoadedService::read(site, sold).await?.ok_or(say::no_vm())?;
    let plan = loaded.plan.clone().map_err(|why| why.sentence())?;
    let number = loaded.record.vmid.map_or(0, Vmid::get);
    let written = LeasedService::take(site, loaded, plan)
        .await?
        .work(async |leased| {
            let written = leased.vm.put_mark().await;
            identity::restore(&mut leased.vm).await?;
            let text = format!("VM {number} was attached to service {id}");
            leased.vm.tell_admin(&text).await;
            Ok(written)
        });
    match written.await? {
        Err(Stop::Wait(what)) => Err(say::attach_waits(number, what.to_string()).into()),
        Ok(_) => Ok(Attached {
            vmid: Some(number),
            said: Some(say::attached(number, id)),
        }),
        Err(Stop::Failed(failure)) => Err(say::attach_failed(number, failure.text).into()),
    }
}
