//! Names in DNS that were not set in time: tried again, after everything that orders wait for.

use super::{TaskReport, Tick};
use crate::custody::take_over;
use crate::flows;
use crate::model::{Sentence, ServiceId, say};
use crate::plan::Service;
use crate::steps::overdue_dns;
use crate::steps::overdue_dns::Caught;
use crate::store::overdue_dns as store;
use crate::store::overdue_dns::Overdue;
use crate::store::run::{self, Run, RunResult, StepLine};
use crate::store::vm::VmRecord;
use crate::store::{StoreError, lease, vm, write};
use futures_util::StreamExt;
use futures_util::stream;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tokio::time::Instant;

/// At most this many services are tried in one run; the others stay due for the next.
const SERVICES_PER_RUN: u64 = 500;
/// At most this many at once. The first goes alone: if its name server is still down, the others do not wait for it.
const AT_ONCE: usize = 16;
/// How long all tries of a run may take together.
const TIME_LIMIT: Duration = Duration::from_secs(60);
/// A lease lasts at least this many seconds longer than the last request of a try.
const LEASE_MARGIN_S: u64 = 60;

/// What is known of the services in question.
struct Services {
    records: BTreeMap<ServiceId, VmRecord>,
    services: BTreeMap<ServiceId, Service>,
    leased: Vec<ServiceId>,
    until: Instant,
}

/// Tries what is due, and adds to the report.
pub(super) async fn catch_up(tick: &Tick<'_>, report: &mut TaskReport) -> Result<(), StoreError> {
    let host = &tick.site.host;
    let by_hand = tick.selection.force || tick.selection.task.is_some();
    let now = if by_hand { i64::MAX } else { tick.site.now() };
    let due = store::due(host, now, SERVICES_PER_RUN).await?;
    if due.is_empty() || tick.left().is_zero() {
        return Ok(());
    }
    let (known, due) = gather(tick, due).await?;
    let mut tries = due.into_iter().map(|overdue| one(tick, &known, overdue));
    let mut lines = vec![];
    if let Some(first) = tries.next() {
        lines.extend(first.await?);
    }
    let mut rest = stream::iter(tries).buffered(AT_ONCE);
    while let Some(line) = rest.next().await {
        lines.extend(line?);
    }
    drop(rest);
    report.processed += lines.len() as u64;
    report.details.extend(lines);
    for service in &known.leased {
        lease::release(host, *service, &tick.holder).await?;
    }
    Ok(())
}

/// What is known of the services. Those whose rows cannot be read are left out: nobody knows which names they are to have.
async fn gather(
    tick: &Tick<'_>,
    mut due: Vec<Overdue>,
) -> Result<(Services, Vec<Overdue>), StoreError> {
    let host = &tick.site.host;
    let ids: Vec<ServiceId> = due.iter().map(|overdue| overdue.service).collect();
    let until = Instant::now() + TIME_LIMIT.min(tick.left());
    let seconds = until.duration_since(Instant::now()).as_secs() + LEASE_MARGIN_S;
    take_over(tick.site).await?;
    tick.leased.set(true);
    let now = tick.site.now();
    let end = now + i64::try_from(seconds).unwrap_or(i64::MAX / 2);
    let leased = lease::claim(host, &ids, &tick.holder, now, end).await?;
    let rows = vm::load(host, &ids).await?;
    let unreadable: BTreeSet<ServiceId> = rows.unreadable.iter().map(|row| row.service).collect();
    due.retain(|overdue| !unreadable.contains(&overdue.service));
    let records = rows.readable;
    let found = host
        .services(records.iter().map(|record| record.service.0).collect())
        .await?;
    let found = found.iter().filter_map(|value| Service::parse(value).ok());
    let known = Services {
        records: records
            .into_iter()
            .map(|record| (record.service, record))
            .collect(),
        services: found.map(|service| (service.id, service)).collect(),
        leased,
        until,
    };
    Ok((known, due))
}

/// A line, where something was done or tried.
async fn one(
    tick: &Tick<'_>,
    known: &Services,
    overdue: Overdue,
) -> Result<Option<String>, StoreError> {
    let (site, id) = (tick.site, overdue.service);
    let record = known.records.get(&id);
    let current = match (record, known.services.get(&id)) {
        // Somebody else works on it.
        (Some(_), _) if !known.leased.contains(&id) => return Ok(None),
        (Some(record), Some(service)) => Some((record, service)),
        // Without WHMCS's word nobody knows its name; its VM is one of those that the doctor names.
        (Some(_), None) => return Ok(None),
        (None, _) => None,
    };
    let began = (site.now(), Instant::now());
    let caught = match overdue_dns::catch_up(site, &overdue, current, known.until).await {
        // One of its own rows: the others' names are tried all the same.
        Err(why @ StoreError::Unreadable { .. }) => {
            return Ok(Some(format!("sid:{id} action:dns [{why}]")));
        }
        caught => caught?,
    };
    Ok(match caught {
        Caught::Busy => None,
        Caught::Left(count, why) => Some(format!(
            "sid:{id} action:dns [{count} records not set in time: {why}]"
        )),
        Caught::All(count) => {
            let text = format!("caught up: {count} overdue records are set");
            log(tick, id, record, &text, began).await?;
            Some(format!("sid:{id} action:dns [success] {text}"))
        }
    })
}

/// A run of its own in the service's log, where its flow's run says that they were missing.
async fn log(
    tick: &Tick<'_>,
    service: ServiceId,
    record: Option<&VmRecord>,
    text: &str,
    (started_at, began): (i64, Instant),
) -> Result<(), StoreError> {
    let (host, now) = (&tick.site.host, tick.site.now());
    let state = record.map_or("remove", |record| record.state.as_str());
    let run = Run {
        id: tick.site.random.token(),
        service,
        flow: flows::SET_DNS_RECORDS.head.to_owned(),
        started_at,
        finished_at: Some(now),
        from: state.to_owned(),
        to: state.to_owned(),
        result: RunResult::Success,
        error: Sentence::none(),
        steps: vec![StepLine {
            number: Some(1),
            label: say::action_of(say::step_names(), text),
            result: say::ended_well(),
            ended: Some(RunResult::Success),
            from: state.to_owned(),
            to: state.to_owned(),
            at: now,
            seconds: (began.elapsed().as_secs_f64() * 100.0).round() / 100.0,
        }],
    };
    write(host, vec![run.insert(), run::trim(service)]).await
}
