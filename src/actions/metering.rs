//! What WHMCS asks about all services of a server entry: traffic of this month, and which accounts there are.

use super::page::PageContext;
use super::page_operations::{TrafficDay, TrafficLedger};
use super::{EntryError, service};
use crate::custody::Refusal;
use crate::model::{ServerId, ServiceId, VmState, chain, lenient};
use crate::plan::{Plan, Product, ServerFields, Service, ServiceStatus};
use crate::pve::{Guest, Resource};
use crate::site::Site;
use crate::store::vm::VmRecord;
use crate::store::{address, product, statistic, vm_list};
use crate::vm::SharedClusters;
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Bytes of a gigabyte and of a megabyte, as WHMCS's units count them.
const GIGABYTE: f64 = 1_073_741_824.0;
const MEGABYTE: u64 = 1_048_576;
/// How many services are asked for in one host call.
const CHUNK: usize = 500;

/// Traffic of this month by service: `{start, end, services: [{id, domain, in, out}]}`, GB of 2³⁰ bytes. The month is
/// that of the installation's time zone.
///
/// # Errors
/// When the database fails.
pub async fn metrics(site: &Site, params: Value) -> Result<Value, EntryError> {
    let server = server_of(&params);
    let (start, end) = month(site).await?;
    let found = sold(site, server).await?;
    let ids: Vec<ServiceId> = found.iter().map(|service| service.id).collect();
    let used = used(site, &ids, start, end).await?;
    let one = |service: &Service| {
        let (received, sent) = used.get(&service.id).copied().unwrap_or_default();
        json!({
            "id": service.id.0,
            "domain": service.domain,
            "in": gigabytes(received),
            "out": gigabytes(sent),
        })
    };
    Ok(json!({
        "start": start,
        "end": end,
        "services": found.iter().map(one).collect::<Vec<_>>(),
    }))
}

/// Writes each service's use to WHMCS, in MB: traffic of this month, and the size of the disks sold.
///
/// # Errors
/// When the database fails.
pub async fn update_usage(site: &Site, params: Value) -> Result<Value, EntryError> {
    let (start, end) = month(site).await?;
    let found = sold(site, server_of(&params)).await?;
    let ids: Vec<ServiceId> = found.iter().map(|service| service.id).collect();
    let used = used(site, &ids, start, end).await?;
    let mut products: Vec<_> = found.iter().map(|service| service.product_id).collect();
    products.sort_unstable();
    products.dedup();
    let products: BTreeMap<_, _> = product::settings(&site.host, &products)
        .await?
        .into_iter()
        .filter_map(|(id, text)| Some((id, Product::from_json(&text).ok()?)))
        .collect();
    let one = |service: &Service| {
        let (received, sent) = used.get(&service.id).copied().unwrap_or_default();
        let plan = products
            .get(&service.product_id)
            .and_then(|product| Plan::build(product, service).ok());
        let gib = plan.map_or(0, |plan| {
            plan.system_disk.size_gib + plan.additional_disk.size_gib
        });
        json!({
            "id": service.id.0,
            "bwusage": (received + sent) / MEGABYTE,
            "disklimit": gib * 1024,
        })
    };
    let rows: Vec<Value> = found.iter().map(one).collect();
    for chunk in rows.chunks(CHUNK) {
        site.host
            .effect("update_usage", json!({"services": chunk}))
            .await?;
    }
    Ok(json!({"updated": rows.len()}))
}

/// The accounts on a server for WHMCS's Server Sync: the VMs of the cluster that carry the mark of a service of it.
///
/// # Errors
/// When the database fails; a cluster that cannot be asked is an answer.
pub async fn list_accounts(site: &Site, params: Value) -> Result<Value, EntryError> {
    let server = server_of(&params);
    let refused = |error: String| json!({"success": false, "error": error});
    let fields = match ServerFields::parse(&params) {
        Ok(fields) => fields,
        Err(error) => return Ok(refused(chain(&error))),
    };
    let found = sold(site, server).await?;
    let opened = SharedClusters::default().of(site, server, &fields).await;
    let cluster = match opened {
        Ok(cluster) => cluster,
        Err(failure) => return Ok(refused(failure.text)),
    };
    let resources = match cluster.resources().await {
        Ok(resources) => resources,
        Err(error) => return Ok(refused(chain(&error))),
    };
    let guests: BTreeMap<u32, &Guest> = resources
        .iter()
        .filter_map(Resource::guest)
        .filter(|guest| guest.is_vm() && !guest.template)
        .map(|guest| (guest.vmid.get(), guest))
        .collect();
    let ids: Vec<ServiceId> = found.iter().map(|service| service.id).collect();
    let mut accounts = vec![];
    for chunk in ids.chunks(CHUNK) {
        let rows = crate::store::vm::load(&site.host, chunk).await?;
        // Whoever syncs must not take the VM of a row that cannot be read for gone.
        let unread = rows.unreadable.iter().filter_map(|row| {
            guests.get(&row.vmid?.get())?;
            Some((row.service, false))
        });
        let records = rows
            .readable
            .iter()
            .filter(|record| stands(record, &guests));
        let records = records.map(|record| (record.service, record.suspended()));
        let addresses = address::of_many(&site.host, chunk).await?;
        let created = vm_list::created(&site.host, chunk).await?;
        for (id, suspended) in records.chain(unread) {
            let Some(service) = found.iter().find(|service| service.id == id) else {
                continue;
            };
            let address = addresses.iter().find(|(known, _)| *known == id);
            let since = created.iter().find(|(known, _)| *known == id);
            let address = address.map_or("", |(_, row)| row.text.as_str());
            let since = since.map_or(0, |(_, at)| *at);
            accounts.push(account(service, suspended, address, since));
        }
    }
    Ok(json!({"success": true, "accounts": accounts}))
}

/// An account as WHMCS's Server Sync reads one.
fn account(service: &Service, suspended: bool, address: &str, since: i64) -> Value {
    json!({
        "email": service.client.email,
        "username": service.username,
        "domain": service.domain,
        "uniqueIdentifier": service.domain,
        "product": service.product_name,
        "primaryip": address,
        "created": date(since),
        "status": match suspended || service.status == ServiceStatus::Suspended {
            true => "Suspended",
            false => "Active",
        },
    })
}

/// Whether the cluster has the VM of a service. Its tag is proof where the cluster's list shows tags (since 7.2).
fn stands(record: &VmRecord, guests: &BTreeMap<u32, &Guest>) -> bool {
    let guest = record.vmid.and_then(|vmid| guests.get(&vmid.get()));
    let tag = record.mark.tag();
    record.state != VmState::Remove
        && guest.is_some_and(|guest| {
            guest.tags.is_empty() || guest.tags.split([';', ',', ' ']).any(|known| known == tag)
        })
}

fn server_of(params: &Value) -> ServerId {
    ServerId(lenient::whole(&params["serverid"]).unwrap_or(0))
}

/// The services of a server entry as WHMCS has them.
async fn sold(site: &Site, server: ServerId) -> Result<Vec<Service>, EntryError> {
    let ids = site
        .host
        .effect("service_ids", json!({"server_id": server.0}))
        .await?;
    let ids: Vec<u64> = ids
        .as_array()
        .map(|list| list.iter().filter_map(lenient::whole).collect())
        .unwrap_or_default();
    let mut found = vec![];
    for chunk in ids.chunks(CHUNK) {
        let services = site.host.services(chunk.to_vec()).await?;
        found.extend(services.iter().filter_map(|one| service::parse(one).ok()));
    }
    Ok(found)
}

/// Bytes received and sent by each service that has any.
async fn used(
    site: &Site,
    ids: &[ServiceId],
    start: i64,
    end: i64,
) -> Result<BTreeMap<ServiceId, (u64, u64)>, EntryError> {
    let used = statistic::usage(&site.host, ids, start, end).await?;
    Ok(used
        .into_iter()
        .map(|(id, received, sent)| (id, (received, sent)))
        .collect())
}

/// Answers `traffic`: `{start, end, zone, limit, received, sent, days: [{day, received, sent}]}`, bytes of this month and of each of
/// its days that had any, in the installation's time zone; a day is its first second.
pub(super) async fn ledger(site: &Site, context: &PageContext) -> Result<TrafficLedger, Refusal> {
    let zone = site.about().await?.zone();
    let (start, end) = bounds(site.clock.now(), zone);
    let hours = statistic::hours(&site.host, context.loaded.record.service, start, end).await?;
    let mut days: BTreeMap<i64, (u64, u64)> = BTreeMap::new();
    for hour in &hours {
        let day = days.entry(midnight(hour.hour, zone)).or_default();
        day.0 = day.0.saturating_add(hour.received);
        day.1 = day.1.saturating_add(hour.sent);
    }
    let sum = |pick: fn(&(u64, u64)) -> u64| days.values().map(pick).fold(0, u64::saturating_add);
    let one = |(day, (received, sent)): (&i64, &(u64, u64))| TrafficDay {
        day: *day,
        received: *received,
        sent: *sent,
    };
    Ok(TrafficLedger {
        start,
        end,
        zone: zone.name(),
        limit: vm_list::traffic_limit(&site.host, context.loaded.record.service).await?,
        received: sum(|day| day.0),
        sent: sum(|day| day.1),
        days: days.iter().map(one).collect(),
    })
}

/// The first second of the day that a moment belongs to.
fn midnight(at: i64, zone: Tz) -> i64 {
    let local = DateTime::from_timestamp(at, 0)
        .unwrap_or_default()
        .with_timezone(&zone);
    let begin = local.date_naive().and_time(NaiveTime::MIN);
    // Where the clocks skip midnight the day begins an hour later.
    zone.from_local_datetime(&begin)
        .earliest()
        .map_or(at, |begin| begin.timestamp())
}

/// The beginning of this month and of the next one.
async fn month(site: &Site) -> Result<(i64, i64), EntryError> {
    let about = site.about().await?;
    Ok(bounds(site.clock.now(), about.zone()))
}

fn bounds(now: DateTime<Utc>, zone: Tz) -> (i64, i64) {
    let today = now.with_timezone(&zone).date_naive();
    let first = today.with_day(1).unwrap_or(today);
    let next = match first.month() {
        12 => NaiveDate::from_ymd_opt(first.year() + 1, 1, 1),
        month => NaiveDate::from_ymd_opt(first.year(), month + 1, 1),
    };
    let midnight = |day: NaiveDate| {
        let local = zone.from_local_datetime(&day.and_time(NaiveTime::MIN));
        // Where midnight is skipped by the clocks the day begins an hour later.
        local.earliest().map_or_else(
            || day.and_time(NaiveTime::MIN).and_utc().timestamp(),
            |at| at.timestamp(),
        )
    };
    (midnight(first), midnight(next.unwrap_or(first)))
}

/// Gigabytes with six decimals: enough for single kilobytes.
fn gigabytes(bytes: u64) -> f64 {
    (bytes as f64 / GIGABYTE * 1e6).round() / 1e6
}

fn date(at: i64) -> String {
    let at = DateTime::from_timestamp(at, 0).unwrap_or_default();
    at.format("%Y-%m-%d %H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_that_of_the_installation() {
        let at = |text: &str| DateTime::parse_from_rfc3339(text).unwrap().to_utc();
        let unix = |text: &str| at(text).timestamp();
        let zone = chrono_tz::Europe::Warsaw;
        assert_eq!(
            bounds(at("2026-03-31T22:30:00Z"), zone),
            (unix("2026-03-31T22:00:00Z"), unix("2026-04-30T22:00:00Z"))
        );
        assert_eq!(
            bounds(at("2026-12-15T00:00:00Z"), zone),
            (unix("2026-11-30T23:00:00Z"), unix("2026-12-31T23:00:00Z"))
        );
    }
}
