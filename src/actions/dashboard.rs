//! The addon's dashboard: the numbers at a glance, and what needs a person.

use super::page_operations::{Alarm, Dashboard, DayFigures, FailedRequest, SetupStep, SetupTask};
use super::vms::{concerned, sold};
use super::{EntryError, census, list_options, requests};
use crate::doctor;
use crate::engine::ALARM_AFTER;
use crate::model::{Sentence, ServerId, ServiceId, lenient, say};
use crate::report;
use crate::site::Site;
use crate::store::{day_figures, pool, product, request, setting, task, unreadable, vm_list, zone};
use chrono::{Days, NaiveTime, TimeZone};
use serde_json::json;

/// At most this many failed requests are named.
const FAILURES: u64 = 20;
/// At most this many services that wait for a person are named.
const WAITING: u64 = 20;
/// At most this many services whose rows cannot be read are named; the doctor says how many there are.
const UNREADABLE: usize = 20;
/// How many days the chart shows.
const DAYS: u64 = 14;
/// The cron runs every minute; after this many seconds without a run something is wrong with it.
const SILENCE_S: i64 = 600;
/// A day, in seconds.
const DAY_S: i64 = 86_400;

/// The numbers, and what needs a person.
pub(super) async fn dashboard(site: &Site) -> Result<Dashboard, EntryError> {
    let host = &site.host;
    let (total, ready) = vm_list::counts(host).await?;
    let last_cron = task::all(host)
        .await?
        .into_iter()
        .filter_map(|row| row.last_run)
        .max();
    let waiting = vm_list::alarms(host, ALARM_AFTER, WAITING).await?;
    let unreadable = unreadable::all(host).await?;
    let since = site.now() - requests::FAILED_SHOWN;
    let failed = request::failed(host, since, FAILURES).await?;
    let census = census::shown(site).await?;
    let named = waiting.iter().map(|record| record.service);
    let named = named.chain(unreadable.iter().take(UNREADABLE).map(|row| row.service));
    let named = named.chain(failed.iter().map(|asked| asked.service));
    let named = named.chain(
        census
            .iter()
            .filter_map(|one| one.service_id.map(ServiceId)),
    );
    let mut named: Vec<ServiceId> = named.collect();
    named.sort_unstable();
    named.dedup();
    let known = sold(site, &named).await?;
    let whose = |id: ServiceId| concerned(id, known.get(&id));

    let of_all = |text| Alarm {
        concerned: None,
        text,
    };
    let troubles = doctor::troubles(site).await?;
    let mut alarms: Vec<Alarm> = troubles.into_iter().map(of_all).collect();
    if let Some(ago) = last_cron.map(|last| site.now() - last)
        && ago > SILENCE_S
    {
        alarms.push(of_all(say::alarm_cron(report::ago(ago))));
    }
    alarms.extend(waiting.into_iter().map(|record| {
        let why = report::sentence(record.why_waiting(), record.waiting_since, site.now());
        Alarm {
            concerned: Some(whose(record.service)),
            text: say::alarm_waits(
                record.service,
                record.state,
                why.unwrap_or_else(|| Sentence::foreign("")),
            ),
        }
    }));
    alarms.extend(unreadable.iter().take(UNREADABLE).map(|row| Alarm {
        concerned: Some(whose(row.service)),
        text: row.sentence(),
    }));
    let failures: Vec<FailedRequest> = failed
        .iter()
        .map(|asked| FailedRequest {
            service_id: asked.service.0,
            concerned: whose(asked.service),
            text: say::alarm_failed(asked.service, asked.action.head(), &asked.text),
            ended: asked.ended_at,
        })
        .collect();
    let census: Vec<_> = census
        .into_iter()
        .map(|mut one| {
            one.concerned = one.service_id.map(|id| whose(ServiceId(id)));
            one
        })
        .collect();
    let pools = pool::count(host).await?;
    let setup = setup(site, total > 0, pools > 0, last_cron.is_some()).await?;
    Ok(Dashboard {
        pools,
        zones: zone::count(host).await?,
        services: total,
        active: ready,
        waiting: vm_list::waiting_count(host).await?,
        fine: setup.is_empty() && alarms.is_empty() && failures.is_empty() && census.is_empty(),
        setup,
        alarms,
        failures,
        census,
        days: days(site, total).await?,
        last_cron,
        version: env!("CARGO_PKG_VERSION"),
    })
}

/// What is to be done before the first order. A shop that sells already has done all of it, but for the cron, which may have
/// been forgotten.
async fn setup(
    site: &Site,
    sells: bool,
    pools: bool,
    cron: bool,
) -> Result<Vec<SetupStep>, EntryError> {
    let servers = site.host.effect("servers", json!({})).await?;
    let servers: Vec<u64> = servers
        .as_array()
        .into_iter()
        .flatten()
        .filter(|server| lenient::text_of(server, "type") == "puqProxmoxKVM")
        .filter_map(|server| lenient::whole(&server["id"]))
        .collect();
    let mut answered = false;
    let mut templates = false;
    for server in &servers {
        let cluster = setting::get(&site.host, &format!("{}{server}", setting::CLUSTER)).await?;
        answered |= cluster.is_some();
        templates |= list_options::has_templates(site, ServerId(*server)).await?;
    }
    let steps = [
        (SetupTask::Server, !servers.is_empty()),
        (SetupTask::Test, sells || answered),
        (SetupTask::Pool, sells || pools),
        (SetupTask::Template, sells || templates),
        (SetupTask::Product, sells || product::any(&site.host).await?),
        (SetupTask::Cron, cron),
    ];
    if steps.iter().all(|(_, done)| *done) {
        return Ok(vec![]);
    }
    Ok(steps
        .into_iter()
        .map(|(task, done)| SetupStep { task, done })
        .collect())
}

/// The last days in the zone of WHMCS, today among them. `total`: the services that there are now.
async fn days(site: &Site, total: u64) -> Result<Vec<DayFigures>, EntryError> {
    let zone = site.about().await?.zone();
    let today = site.clock.now().with_timezone(&zone).date_naive();
    let first = today.checked_sub_days(Days::new(DAYS - 1)).unwrap_or(today);
    // A day on which the clocks are changed is an hour longer or shorter; that hour counts with its neighbour.
    let start = zone
        .from_local_datetime(&first.and_time(NaiveTime::MIN))
        .earliest()
        .map_or_else(|| site.now() - DAY_S, |start| start.timestamp());
    let ordered = day_figures::ordered(&site.host, start).await?;
    let failed = day_figures::failed(&site.host, start).await?;
    let later = |day: i64| -> u64 { ordered.range(day + 1..).map(|(_, count)| count).sum() };
    Ok((0..i64::try_from(DAYS).unwrap_or(0))
        .map(|day| DayFigures {
            at: start + day * DAY_S + DAY_S / 2,
            services: total.saturating_sub(later(day)),
            ordered: ordered.get(&day).copied().unwrap_or(0),
            failures: failed.get(&day).copied().unwrap_or(0),
        })
        .collect())
}
