//! What staff do about the findings of a census, one click each: a VM is adopted by the service whose mark it carries, or
//! removed; a service whose VM is on no node gets a new one. Each looks at the cluster again: what was found may be an hour
//! old.

use super::answer::Denial;
use super::page_operations::{
    Attached, CensusAdopt, CensusFinding, CensusRedeploy, CensusRemove, CensusRemoved, Put,
};
use super::{EntryError, attach, reset, service};
use crate::custody::Refusal;
use crate::model::{Sentence, ServerId, ServiceId, Vmid, say};
use crate::plan::ServerFields;
use crate::pve::TaskStatus;
use crate::site::Site;
use crate::store::{vm, vmid};
use crate::vm::census;
use crate::vm::census::{Finding, Oddity};
use crate::vm::{SharedCluster, SharedClusters};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::Duration;

/// A click looks so often whether the removal is complete, a second apart.
const LOOKS: u32 = 20;
/// The findings as the dashboard shows them.
pub(super) async fn shown(site: &Site) -> Result<Vec<CensusFinding>, EntryError> {
    let all = census::last(site).await?;
    let of = |census: census::Census| {
        let cluster = census.cluster;
        let strangers = misplaced(&census.findings);
        census.findings.into_iter().map(move |finding| {
            let elsewhere = finding.service.is_some_and(|id| strangers.contains(&id));
            CensusFinding {
                cluster: cluster.clone(),
                vmid: finding.vmid.get(),
                service_id: finding.service.map(|id| id.0),
                concerned: None,
                adopt: finding.oddity == Oddity::WrongNumber,
                remove: matches!(finding.oddity, Oddity::Stray | Oddity::WrongNumber),
                redeploy: finding.oddity == Oddity::Missing && !elsewhere,
                oddity: finding.oddity,
                text: finding.text,
            }
        })
    };
    Ok(all.into_iter().flat_map(of).collect())
}

/// The services whose VM stands under another number than the one on record.
fn misplaced(findings: &[Finding]) -> BTreeSet<ServiceId> {
    let wrong = findings
        .iter()
        .filter(|finding| finding.oddity == Oddity::WrongNumber);
    wrong.filter_map(|finding| finding.service).collect()
}

/// The finding a request names, and the server entry of its cluster.
///
/// # Errors
/// There is no such finding any more.
async fn named(
    site: &Site,
    cluster: &str,
    number: Option<u64>,
) -> Result<(ServerId, Finding, ServiceId), Denial> {
    let number = number.and_then(Vmid::new);
    for census in census::last(site).await? {
        let server = ServerId(census.server);
        if census.cluster != cluster {
            continue;
        }
        for finding in census.findings {
            if Some(finding.vmid) == number
                && let Some(service) = finding.service
            {
                return Ok((server, finding, service));
            }
        }
    }
    Err(say::stray_changed().into())
}

/// What WHMCS says of a service.
async fn params(site: &Site, service: ServiceId) -> Result<Value, Denial> {
    let mut found = site.host.services(vec![service.0]).await?;
    found.pop().ok_or_else(|| say::service_lost(service).into())
}

/// Has the service take the VM that carries its mark.
pub(super) async fn adopt(site: &Site, wanted: &CensusAdopt) -> Result<Attached, Denial> {
    let (_, finding, service) = named(site, &wanted.cluster, wanted.vmid).await?;
    if finding.oddity != Oddity::WrongNumber {
        return Err(say::stray_changed().into());
    }
    let sold = service::parse(&params(site, service).await?)?;
    let attached = attach::own(site, sold, finding.vmid).await?;
    census::settle(site, &wanted.cluster, finding.vmid).await?;
    Ok(attached)
}

/// Gives a service whose VM is on no node a new one, with its addresses.
pub(super) async fn redeploy(site: &Site, wanted: &CensusRedeploy) -> Result<Put, Denial> {
    let (_, finding, service) = named(site, &wanted.cluster, wanted.vmid).await?;
    let params = params(site, service).await?;
    let loaded = service::load(site, &params).await?;
    let its_own = loaded.filter(|loaded| loaded.record.vmid == Some(finding.vmid));
    let Some(loaded) = its_own.filter(|_| finding.oddity == Oddity::Missing) else {
        return Err(say::stray_changed().into());
    };
    let all = census::last(site).await?;
    if all
        .iter()
        .any(|census| misplaced(&census.findings).contains(&service))
    {
        return Err(say::stray_elsewhere().into());
    }
    let put = reset::redeploy(site, loaded, None).await?;
    census::settle(site, &wanted.cluster, finding.vmid).await?;
    Ok(Put {
        said: Some(say::stray_redeployed(service)),
        ..put
    })
}

/// Removes a VM that carries the mark of a service whose VM it is not.
pub(super) async fn remove(site: &Site, wanted: &CensusRemove) -> Result<CensusRemoved, Denial> {
    let (server, finding, service) = named(site, &wanted.cluster, wanted.vmid).await?;
    if !matches!(finding.oddity, Oddity::Stray | Oddity::WrongNumber) {
        return Err(say::stray_changed().into());
    }
    let entry = json!({"server_id": server.0});
    let entry = site.host.effect("server_params", entry).await?;
    let fields = ServerFields::parse(&entry).map_err(|error| Sentence::of(&error))?;
    let cluster = SharedClusters::default().of(site, server, &fields).await?;
    if cluster.key != wanted.cluster {
        return Err(say::stray_changed().into());
    }
    let said = take_away(site, &cluster, service, finding.vmid).await?;
    census::settle(site, &cluster.key, finding.vmid).await?;
    Ok(CensusRemoved { said })
}

/// Looks once more whose the VM is, and removes it.
///
/// # Errors
/// Why it stays.
async fn take_away(
    site: &Site,
    cluster: &Rc<SharedCluster>,
    service: ServiceId,
    number: Vmid,
) -> Result<Sentence, Refusal> {
    let Some(record) = vm::find(&site.host, service).await? else {
        return Err(say::stray_changed().into());
    };
    let its_own = record.cluster == cluster.key && record.vmid == Some(number);
    if its_own
        || vmid::taken(&site.host, &cluster.key)
            .await?
            .contains(&number)
    {
        return Err(say::stray_known(number).into());
    }
    let Some(node) = cluster.locate(number).await? else {
        return Ok(say::stray_gone(number));
    };
    let guest = cluster.api.vm(&node, number);
    let config = guest.config().await?;
    if !config.carries(&record.mark) || config.template {
        return Err(say::stray_changed().into());
    }
    if !guest.status().await?.is_off() {
        return Err(say::stray_runs(number, &node).into());
    }
    // No operation is stored: the record has nothing to do with this VM, and a second click finds it gone.
    let task = guest.remove(true, false).await?;
    for _ in 0..LOOKS {
        tokio::time::sleep(Duration::from_secs(1)).await;
        match cluster.api.task_status(&task).await {
            Ok(TaskStatus::Stopped(exit)) if exit.is_success() => {
                return Ok(say::stray_removed(number));
            }
            Ok(TaskStatus::Stopped(exit)) => {
                return Err(say::stray_failed(number, exit.to_string()).into());
            }
            Ok(TaskStatus::Running) | Err(_) => {}
        }
    }
    Ok(say::stray_going(number))
}
