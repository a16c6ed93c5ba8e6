//! What staff do about the findings of a census, one click each: a VM is adopted by the service whose mark it carries, or
//! removed; a service whose VM is on no node gets a new one. Each looks at the cluster again: what was found may be an hour
//! old.

use super::{EntryError, answer, attach, reset, service};
use crate::model::{Sentence, ServerId, ServiceId, Vmid, lenient, say};
use crate::plan::ServerFields;
use crate::pve::TaskStatus;
use crate::site::Site;
use crate::store::request::Person;
use crate::store::{vm, vmid};
use crate::vm::census;
use crate::vm::census::{Finding, Oddity};
use crate::vm::{SharedCluster, SharedClusters, failure};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::Duration;

/// A click looks so often whether the removal is complete, a second apart.
const LOOKS: u32 = 20;
/// The findings as the dashboard shows them.
pub(super) async fn shown(site: &Site) -> Result<Vec<Value>, EntryError> {
    let all = census::last(site).await?;
    let of = |census: census::Census| {
        let cluster = census.cluster;
        let strangers = misplaced(&census.findings);
        census.findings.into_iter().map(move |finding| {
            let elsewhere = finding.service.is_some_and(|id| strangers.contains(&id));
            json!({
                "cluster": cluster,
                "vmid": finding.vmid.get(),
                "service_id": finding.service.map(|id| id.0),
                "oddity": finding.oddity,
                "text": finding.text,
                "adopt": finding.oddity == Oddity::WrongNumber,
                "remove": matches!(finding.oddity, Oddity::Stray | Oddity::WrongNumber),
                "redeploy": finding.oddity == Oddity::Missing && !elsewhere,
            })
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
async fn named(
    site: &Site,
    request: &Value,
) -> Result<Option<(ServerId, Finding, ServiceId)>, EntryError> {
    let cluster = lenient::text_of(request, "cluster");
    let number = lenient::whole(&request["vmid"]).and_then(Vmid::new);
    for census in census::last(site).await? {
        let server = ServerId(census.server);
        if census.cluster != cluster {
            continue;
        }
        for finding in census.findings {
            if Some(finding.vmid) == number
                && let Some(service) = finding.service
            {
                return Ok(Some((server, finding, service)));
            }
        }
    }
    Ok(None)
}

/// Has the service take the VM that carries its mark.
pub(super) async fn adopt(site: &Site, request: &Value) -> Result<Value, EntryError> {
    let Some((_, finding, service)) = named(site, request).await? else {
        return Ok(answer::refusal(say::stray_changed()));
    };
    if finding.oddity != Oddity::WrongNumber {
        return Ok(answer::refusal(say::stray_changed()));
    }
    let found = site.host.services(vec![service.0]).await?;
    let Some(params) = found.first() else {
        return Ok(answer::refusal(say::service_lost(service)));
    };
    let wanted = json!({"vmid": finding.vmid.get()});
    let answer = attach::attach(site, params, &wanted).await?;
    if answer["ok"] == true {
        census::settle(site, &lenient::text_of(request, "cluster"), finding.vmid).await?;
    }
    Ok(answer)
}

/// Gives a service whose VM is on no node a new one, with its addresses.
pub(super) async fn redeploy(site: &Site, request: &Value) -> Result<Value, EntryError> {
    let Some((_, finding, service)) = named(site, request).await? else {
        return Ok(answer::refusal(say::stray_changed()));
    };
    let found = site.host.services(vec![service.0]).await?;
    let Some(params) = found.first() else {
        return Ok(answer::refusal(say::service_lost(service)));
    };
    let known = service::known(site, params).await?;
    let its_own = known.filter(|known| known.record.vmid == Some(finding.vmid));
    let Some(known) = its_own.filter(|_| finding.oddity == Oddity::Missing) else {
        return Ok(answer::refusal(say::stray_changed()));
    };
    let all = census::last(site).await?;
    if all
        .iter()
        .any(|census| misplaced(&census.findings).contains(&service))
    {
        return Ok(answer::refusal(say::stray_elsewhere()));
    }
    let mut answer = answer::of(Person::Staff, reset::redeploy(site, known).await)?;
    if answer["ok"] == true {
        census::settle(site, &lenient::text_of(request, "cluster"), finding.vmid).await?;
        answer["data"]["said"] = say::stray_redeployed(service).into();
    }
    Ok(answer)
}

/// Removes a VM that carries the mark of a service whose VM it is not.
pub(super) async fn remove(site: &Site, request: &Value) -> Result<Value, EntryError> {
    let Some((server, finding, service)) = named(site, request).await? else {
        return Ok(answer::refusal(say::stray_changed()));
    };
    if !matches!(finding.oddity, Oddity::Stray | Oddity::WrongNumber) {
        return Ok(answer::refusal(say::stray_changed()));
    }
    let entry = json!({"server_id": server.0});
    let entry = site.host.effect("server_params", entry).await?;
    let fields = match ServerFields::parse(&entry) {
        Ok(fields) => fields,
        Err(error) => return Ok(answer::refusal(Sentence::foreign(error.to_string()))),
    };
    let fleet = match SharedClusters::default().of(site, server, &fields).await {
        Ok(fleet) => fleet,
        Err(failure) => return Ok(answer::refusal(Sentence::foreign(failure.text))),
    };
    if fleet.key != lenient::text_of(request, "cluster") {
        return Ok(answer::refusal(say::stray_changed()));
    }
    Ok(
        match take_away(site, &fleet, service, finding.vmid).await? {
            Ok(said) => {
                census::settle(site, &fleet.key, finding.vmid).await?;
                answer::accepted(json!({"said": said}))
            }
            Err(why) => answer::refusal(why),
        },
    )
}

/// Looks once more whose the VM is, and removes it. `Err`: why it stays.
async fn take_away(
    site: &Site,
    fleet: &Rc<SharedCluster>,
    service: ServiceId,
    number: Vmid,
) -> Result<Result<Sentence, Sentence>, EntryError> {
    let Some(record) = vm::find(&site.host, service).await? else {
        return Ok(Err(say::stray_changed()));
    };
    let its_own = record.cluster == fleet.key && record.vmid == Some(number);
    if its_own || vmid::taken(&site.host, &fleet.key).await?.contains(&number) {
        return Ok(Err(say::stray_known(number)));
    }
    let said = |error: &_| Sentence::foreign(failure(error, fleet.server).text);
    let node = match fleet.locate(number).await {
        Ok(Some(node)) => node,
        Ok(None) => return Ok(Ok(say::stray_gone(number))),
        Err(error) => return Ok(Err(said(&error))),
    };
    let guest = fleet.api.vm(&node, number);
    let config = match guest.config().await {
        Ok(config) => config,
        Err(error) => return Ok(Err(said(&error))),
    };
    if !config.carries(&record.mark) || config.template {
        return Ok(Err(say::stray_changed()));
    }
    match guest.status().await {
        Ok(status) if status.is_off() => {}
        Ok(_) => {
            return Ok(Err(say::stray_runs(number, &node)));
        }
        Err(error) => return Ok(Err(said(&error))),
    }
    // No operation is stored: the record has nothing to do with this VM, and a second click finds it gone.
    let task = match guest.remove(true, false).await {
        Ok(task) => task,
        Err(error) => return Ok(Err(said(&error))),
    };
    for _ in 0..LOOKS {
        tokio::time::sleep(Duration::from_secs(1)).await;
        match fleet.api.task_status(&task).await {
            Ok(TaskStatus::Stopped(exit)) if exit.is_success() => {
                return Ok(Ok(say::stray_removed(number)));
            }
            Ok(TaskStatus::Stopped(exit)) => {
                return Ok(Err(say::stray_failed(number, exit.to_string())));
            }
            Ok(TaskStatus::Running) | Err(_) => {}
        }
    }
    Ok(Ok(say::stray_going(number)))
}
