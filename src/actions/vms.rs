//! The addon's list of VMs and its dashboard.

use super::{EntryError, admin, answer, census, pools, requests, vm_view};
use crate::doctor;
use crate::engine::ALARM_AFTER;
use crate::model::{Sentence, ServiceId, VmState, Vmid, lenient, say};
use crate::plan::Service;
use crate::report;
use crate::site::Site;
use crate::store::{address, pool, request, run, task, unreadable, vm, vm_list, zone};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Rows of a page at most.
const LARGEST_PAGE: u64 = 200;
/// The last page that can be asked for: databases count rows in signed numbers.
const LAST_PAGE: u64 = 1_000_000_000;
/// So many failed requests are named on the dashboard.
const FAILURES: u64 = 20;
/// So many services whose rows cannot be read are named there; the doctor counts them.
const UNREADABLE: usize = 20;
/// Runs of a service in its log.
const RUNS: u64 = 50;

/// The numbers on the dashboard, and what needs a person.
pub(super) async fn dashboard(site: &Site) -> Result<Value, EntryError> {
    let (total, ready) = vm_list::counts(&site.host).await?;
    let troubles = doctor::troubles(site).await?;
    let mut alarms: Vec<Sentence> = troubles.into_iter().map(Sentence::foreign).collect();
    let waiting: Vec<Sentence> = vm_list::alarms(&site.host, ALARM_AFTER, 20)
        .await?
        .into_iter()
        .map(|record| {
            let why = report::sentence(record.why_waiting(), record.waiting_since, site.now())
                .unwrap_or_else(|| Sentence::foreign(""));
            say::alarm_waits(record.service, record.state, why)
        })
        .collect();
    alarms.extend(waiting);
    let unreadable = unreadable::all(&site.host).await?;
    let named = unreadable.iter().take(UNREADABLE);
    alarms.extend(named.map(|row| Sentence::foreign(row.sentence())));
    let since = site.now() - requests::FAILED_SHOWN;
    let failures: Vec<Value> = request::failed(&site.host, since, FAILURES)
        .await?
        .iter()
        .map(|asked| {
            json!({
                "service_id": asked.service.0,
                "text": say::alarm_failed(asked.service, asked.deed.head(), &asked.text),
                "ended": asked.ended_at,
            })
        })
        .collect();
    let last = task::all(&site.host)
        .await?
        .into_iter()
        .filter_map(|row| row.last_run)
        .max();
    Ok(answer::accepted(json!({
        "pools": pool::list(&site.host, None).await?.len(),
        "zones": zone::list(&site.host).await?.len(),
        "services": total,
        "active": ready,
        "alarms": alarms,
        "failures": failures,
        "census": census::shown(site).await?,
        "last_cron": last,
        "version": env!("CARGO_PKG_VERSION"),
    })))
}

/// A page of the list: `page` from 1, `size`, `search` (service, VMID, name), `vm_status`, `status` (WHMCS's).
pub(super) async fn list(site: &Site, request: &Value) -> Result<Value, EntryError> {
    let number = |key: &str, fallback: u64| lenient::whole(&request[key]).unwrap_or(fallback);
    let size = number("size", 25).clamp(1, LARGEST_PAGE);
    let page = number("page", 1).clamp(1, LAST_PAGE);
    let search: String = lenient::text_of(request, "search")
        .trim()
        .chars()
        .take(60)
        .collect();
    let state = VmState::parse(&lenient::text_of(request, "vm_status"));
    let status = lenient::text_of(request, "status");
    let found = vm_list::search(
        &site.host,
        &search,
        state,
        &status,
        size,
        (page - 1).saturating_mul(size),
    )
    .await?;
    let ids = found.records.iter().map(|record| record.service);
    let unreadable = found.unreadable.iter().map(|row| row.service);
    let ids: Vec<ServiceId> = ids.chain(unreadable).collect();
    let services: BTreeMap<ServiceId, (Service, Value)> = site
        .host
        .services(ids.iter().map(|id| id.0).collect())
        .await?
        .into_iter()
        .filter_map(|value| Some((Service::parse(&value).ok()?, value)))
        .map(|(service, value)| (service.id, (service, value)))
        .collect();
    let addresses = address::of_many(&site.host, &ids).await?;
    let servers = pools::server_names(site).await?;
    let mut rows: BTreeMap<ServiceId, Value> = BTreeMap::new();
    for record in &found.records {
        let waiting = record.why_waiting();
        let vm = json!({
            "server": servers.get(&record.server.0),
            "vmid": record.vmid.map(Vmid::get),
            "vm_name": record.name,
            "vm_status": record.state.as_str(),
            "waiting_since": record.waiting_since.filter(|_| waiting.is_some()),
            "waiting": waiting,
        });
        rows.insert(record.service, vm);
    }
    for row in &found.unreadable {
        let vm = json!({
            "server": servers.get(&row.server.0),
            "vmid": row.vmid.map(Vmid::get),
            "vm_name": row.name,
            "vm_status": row.state,
            "waiting": row.why.to_string(),
            "waiting_since": null,
        });
        rows.insert(row.service, vm);
    }
    for (id, row) in &mut rows {
        let known = services.get(id).map(|(service, _)| service);
        let own = addresses.iter().filter(|(owner, _)| owner == id);
        let texts: Vec<&str> = own.map(|(_, row)| row.text.as_str()).collect();
        let client = known.map(|service| &service.client);
        row["service_id"] = json!(id.0);
        row["client"] =
            json!(client.map(|client| format!("{} {}", client.first_name, client.last_name)));
        row["client_id"] = json!(known.map(|service| service.client_id));
        row["product"] = json!(known.map(|service| &service.product_name));
        row["service_status"] = json!(known.map(|service| service.status.as_str()));
        row["addresses"] = json!(texts);
    }
    let rows: Vec<Value> = rows.into_values().rev().collect();
    Ok(answer::accepted(
        json!({"total": found.total, "rows": rows}),
    ))
}

/// The log of one service.
pub(super) async fn log(site: &Site, service_id: &Value) -> Result<Value, EntryError> {
    let id = ServiceId(lenient::whole(service_id).unwrap_or(0));
    let Some(record) = vm::find(&site.host, id).await? else {
        return Ok(answer::refusal(say::no_vm_here()));
    };
    let runs = run::of(&site.host, id, RUNS).await?;
    Ok(answer::accepted(json!({
        "state": vm_view::state_json(site, &record),
        "waiting": report::sentence(record.why_waiting(), record.waiting_since, site.now()),
        "runs": runs.iter().map(admin::run_json).collect::<Vec<_>>(),
    })))
}
