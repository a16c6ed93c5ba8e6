//! The task `collectingStatistics`: the traffic of every VM, once an hour, from one list per cluster.

use super::traffic::{self, Between, HOUR_S, Span};
use super::{TaskReport, Tick};
use crate::model::{Failure, ServiceId, Vmid, chain};
use crate::plan::Service;
use crate::pve::{Guest, Resource, ResourceKind, Timeframe};
use crate::store::StoreError;
use crate::store::statistic::{self, Sample};
use crate::store::tenure;
use crate::store::vm::VmRecord;
use crate::store::vm_list;
use crate::vm::{SharedCluster, SharedClusters};
use chrono::{TimeZone, Utc};
use chrono_tz::Tz;
use futures_util::future::LocalBoxFuture;
use futures_util::stream::{self, StreamExt};
use std::collections::BTreeMap;

/// How long hours are kept: a month's bill and a few days to look at it.
const KEPT_S: i64 = 35 * DAY_S;
const DAY_S: i64 = 24 * HOUR_S;
/// At most this many VMs at once; Proxmox is asked only about VMs that missed an hour or restarted.
const AT_ONCE: usize = 16;
/// The access to a cluster is read from one of its services. If WHMCS has lost that service, this many others are tried.
const OTHERS_TRIED: usize = 5;

/// What earlier runs counted for a service.
struct History {
    sample: Option<Sample>,
    /// The hour counted last before the present one.
    last: Option<i64>,
}

/// Counts the traffic of all services since the last run.
pub(super) fn collect<'t>(
    tick: &'t Tick<'_>,
) -> LocalBoxFuture<'t, Result<TaskReport, StoreError>> {
    Box::pin(async move {
        let host = &tick.site.host;
        let mut report = TaskReport::default();
        let records = vm_list::ready(host).await?;
        if !records.is_empty() {
            let ids: Vec<ServiceId> = records.iter().map(|record| record.service).collect();
            let known = known(tick, &ids).await?;
            let mut of_cluster: BTreeMap<String, Vec<VmRecord>> = BTreeMap::new();
            for record in records {
                let key = match record.cluster.is_empty() {
                    true => format!("server {}", record.server),
                    false => record.cluster.clone(),
                };
                of_cluster.entry(key).or_default().push(record);
            }
            let clusters = SharedClusters::default();
            let asked = of_cluster
                .into_values()
                .map(|records| cluster(tick, &clusters, records, &known));
            let mut lines = vec![];
            for one in futures_util::future::join_all(asked).await {
                lines.extend(one?);
            }
            lines.sort_by_key(|line| line.service);
            for line in lines {
                report.processed += u64::from(line.counted);
                report.errors += u64::from(line.failed);
                report.details.push(line.text);
            }
        }
        statistic::purge(host, traffic::hour_of(tick.site.now() - KEPT_S)).await?;
        forget_tenures(tick).await?;
        Ok(report)
    })
}

/// Forgets who had an address that was given back long ago.
async fn forget_tenures(tick: &Tick<'_>) -> Result<(), StoreError> {
    let days = tick.settings.number("address_history", tenure::KEPT_DAYS);
    let days = i64::try_from(days).unwrap_or(0);
    if days > 0 {
        tenure::purge(&tick.site.host, tick.site.now() - days * DAY_S).await?;
    }
    Ok(())
}

async fn known(
    tick: &Tick<'_>,
    ids: &[ServiceId],
) -> Result<BTreeMap<ServiceId, History>, StoreError> {
    let host = &tick.site.host;
    let mut known: BTreeMap<ServiceId, History> = statistic::last(host, ids)
        .await?
        .into_iter()
        .map(|sample| {
            let sample = Some(sample);
            (
                sample.map_or(ServiceId(0), |s| s.service),
                History { sample, last: None },
            )
        })
        .collect();
    let hour = traffic::hour_of(tick.site.now());
    for (service, last) in statistic::last_before(host, ids, hour).await? {
        if let Some(entry) = known.get_mut(&service) {
            entry.last = Some(last);
        }
    }
    Ok(known)
}

/// One line of the report.
struct Line {
    service: ServiceId,
    text: String,
    counted: bool,
    failed: bool,
}

impl Line {
    fn failed(service: ServiceId, text: String) -> Self {
        Self {
            service,
            text,
            counted: false,
            failed: true,
        }
    }
}

/// The VMs of one cluster: one list tells of all of them.
async fn cluster(
    tick: &Tick<'_>,
    clusters: &SharedClusters,
    records: Vec<VmRecord>,
    known: &BTreeMap<ServiceId, History>,
) -> Result<Vec<Line>, StoreError> {
    let Some(first) = records.first().map(|record| record.service) else {
        return Ok(vec![]);
    };
    let opened = match with_a_server(tick, &records).await? {
        Some(service) => {
            clusters
                .of(tick.site, service.server_id, &service.server)
                .await
        }
        None => Err(Failure::retry(
            "WHMCS has none of these services with a server any more",
        )),
    };
    let cluster = match opened {
        Ok(cluster) => cluster,
        Err(failure) => {
            let text = format!("sid:{first} and others of its cluster [{}]", failure.text);
            return Ok(vec![Line::failed(first, text)]);
        }
    };
    let resources = match cluster.api.resources(ResourceKind::Vm).await {
        Ok(resources) => resources,
        Err(error) => {
            let text = format!("sid:{first} and others of its cluster [{}]", chain(&error));
            return Ok(vec![Line::failed(first, text)]);
        }
    };
    let guests: BTreeMap<Vmid, &Guest> = resources
        .iter()
        .filter_map(Resource::guest)
        .filter(|guest| guest.is_vm())
        .map(|guest| (guest.vmid, guest))
        .collect();
    let lines = stream::iter(records.iter().map(|record| {
        let guest = record.vmid.and_then(|vmid| guests.get(&vmid).copied());
        one(tick, &cluster, record.service, guest, known)
    }))
    .buffer_unordered(AT_ONCE)
    .collect::<Vec<_>>()
    .await;
    lines.into_iter().collect()
}

/// One of these services of which WHMCS knows the server.
async fn with_a_server(
    tick: &Tick<'_>,
    records: &[VmRecord],
) -> Result<Option<Service>, StoreError> {
    for record in records.iter().take(OTHERS_TRIED) {
        let found = tick.site.host.services(vec![record.service.0]).await?;
        if let Some(service) = found.first().and_then(|value| Service::parse(value).ok()) {
            return Ok(Some(service));
        }
    }
    Ok(None)
}

/// A moment as the cron prints it.
fn shown(at: Option<i64>, zone: Tz) -> String {
    let at = at.and_then(|at| Utc.timestamp_opt(at, 0).single());
    at.map_or_else(
        || "never".to_owned(),
        |at| at.with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string(),
    )
}

async fn one(
    tick: &Tick<'_>,
    cluster: &SharedCluster,
    service: ServiceId,
    guest: Option<&Guest>,
    known: &BTreeMap<ServiceId, History>,
) -> Result<Line, StoreError> {
    let known = known.get(&service);
    let last = shown(known.and_then(|known| known.last), tick.zone);
    let said = |counted: bool, word: &str, what: &str| Line {
        service,
        text: format!("sid:{service} [{word}] last:{last}, {what}"),
        counted,
        failed: false,
    };
    // A node that is offline lists its guests without counters.
    let Some(guest) = guest.filter(|guest| guest.status != "unknown") else {
        return Ok(said(false, "skipped", "not listed or its node is offline"));
    };
    let at = tick.site.now();
    let now = Sample {
        service,
        hour: traffic::hour_of(at),
        at,
        received: guest.netin,
        sent: guest.netout,
    };
    let stored = match known.and_then(|known| known.sample) {
        None => statistic::begin(&tick.site.host, &now).await?,
        // Twice within a second, or the clock was put back: the next run counts what there is.
        Some(was) if was.at >= now.at => true,
        Some(was) => {
            // Hours that were missed are filled in as far back as any are kept.
            let oldest = at - KEPT_S;
            let from = match was.at < oldest {
                true => Sample {
                    at: oldest,
                    hour: traffic::hour_of(oldest),
                    ..was
                },
                false => was,
            };
            let spans = spans(cluster, guest, &from, &now).await;
            statistic::add(&tick.site.host, &was, &now, &traffic::hours(&spans)).await?
        }
    };
    Ok(if stored {
        said(true, "success", "collected")
    } else {
        said(false, "skipped", "another machine collected it")
    })
}

/// The bytes since the last sample, in time.
async fn spans(cluster: &SharedCluster, guest: &Guest, was: &Sample, now: &Sample) -> Vec<Span> {
    let uptime = i64::try_from(guest.uptime).unwrap_or(0);
    let even = |from: i64, received: u64, sent: u64| Span {
        from,
        to: now.at,
        received: received as f64,
        sent: sent as f64,
        estimated: now.hour - traffic::hour_of(from) > HOUR_S,
    };
    match traffic::between(was, now, uptime) {
        Between::Counted(received, sent) => vec![even(was.at, received, sent)],
        Between::Missed(received, sent) => {
            let shape = history(cluster, guest, was.at, now.at, now.at).await;
            traffic::scaled(shape, was.at, now.at, received, sent)
        }
        Between::Restarted(start) => {
            let mut spans = history(cluster, guest, was.at, start, now.at).await;
            if spans.is_empty() {
                // Nothing is known of this time; the hours say so.
                spans.push(Span {
                    from: was.at,
                    to: start,
                    received: 0.0,
                    sent: 0.0,
                    estimated: true,
                });
            }
            spans.push(even(start, now.received, now.sent));
            spans
        }
    }
}

/// What Proxmox remembers of a span of time; nothing where it cannot be asked.
async fn history(
    cluster: &SharedCluster,
    guest: &Guest,
    from: i64,
    to: i64,
    now: i64,
) -> Vec<Span> {
    let frame = match now - from {
        // Seventy points of a minute, of half an hour, of three hours, of twelve (PVE::RRD).
        span if span <= HOUR_S => Timeframe::Hour,
        span if span <= 34 * HOUR_S => Timeframe::Day,
        span if span <= 8 * 24 * HOUR_S => Timeframe::Week,
        _ => Timeframe::Month,
    };
    let vm = cluster.api.vm(&guest.node, guest.vmid);
    match vm.rrddata(frame).await {
        Ok(points) => traffic::history(&points, from, to),
        Err(_) => vec![],
    }
}
