//! The task `processVirtualMachines`: every due service of the tick in flight at once.

use super::{CronError, TaskReport, Tick, database_offset};
use crate::engine::limit::Limits;
use crate::engine::{Observer, Pass, PassEnd};
use crate::flows;
use crate::model::{Cause, Failure, FieldError, ProductId, ServiceId, VmState};
use crate::plan::{Plan, Product, Service};
use crate::report::Stage;
use crate::steps::{Fleets, Vm};
use crate::store::vm::VmRecord;
use crate::store::{StoreError, address, lease, limit, operation, product, setting, vm, vmid};
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use futures_util::stream::FuturesUnordered;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

/// So many services are looked at in one tick; the rest is due in the next.
const MOST: u64 = 2000;
/// A lease outlives the tick by this, so that a step that brings its call to an end still owns the service.
const LEASE_MARGIN: Duration = Duration::from_secs(240);
/// Ended operations are kept for this many seconds.
const MEMORY: i64 = 30 * 86_400;

/// What all services of a tick share.
struct Shared<'t, 'a> {
    tick: &'t Tick<'a>,
    fleets: Fleets,
    stage: Stage,
    products: BTreeMap<ProductId, String>,
    services: BTreeMap<ServiceId, Service>,
    lease_until: Instant,
}

/// How one service fared.
struct Fared {
    service: ServiceId,
    action: &'static str,
    group: String,
    end: PassEnd,
}

/// Works on everything that is due.
pub(super) fn process<'t>(tick: &'t Tick<'_>) -> LocalBoxFuture<'t, Result<TaskReport, CronError>> {
    Box::pin(async move {
        let records = claim(tick).await?;
        if records.is_empty() {
            return Ok(TaskReport::default());
        }
        let shared = share(tick, &records).await?;
        let report = work(&shared, records).await?;
        bury_orphans(&shared).await?;
        limit::save(
            &tick.site.host,
            &shared.fleets.limits().learnt(),
            tick.site.now(),
        )
        .await?;
        operation::forget(&tick.site.host, tick.site.now() - MEMORY).await?;
        Ok(report)
    })
}

/// Addresses and VMIDs of VMs that an admin let go of become free once the VM is gone. Looked at along with other work on
/// the cluster, so that a tick at rest stays without a call.
async fn bury_orphans(shared: &Shared<'_, '_>) -> Result<(), CronError> {
    let host = &shared.tick.site.host;
    for fleet in shared.fleets.opened() {
        for (vmid, service) in vmid::orphans(host, &fleet.key).await? {
            // Only a good answer counts; any other leaves them as they are.
            if let Ok(None) = fleet.locate(vmid).await {
                vmid::bury(host, service, shared.tick.site.now()).await?;
            }
        }
    }
    Ok(())
}

/// Takes the due services nobody else works on; what dead runs of this machine held is taken over at once.
async fn claim(tick: &Tick<'_>) -> Result<Vec<VmRecord>, CronError> {
    let site = tick.site;
    let host = &site.host;
    let now = site.now() + database_offset(site, tick.about.driver).await?;
    for holder in lease::holders(host, now).await? {
        if site.process.knows_dead(&holder) {
            lease::release_all(host, &holder).await?;
        }
    }
    let quarantine =
        i64::try_from(setting::number(host, "quarantine", 3600).await?).unwrap_or(3600);
    address::end_quarantine(host, site.now() - quarantine).await?;
    vmid::end_quarantine(host, site.now() - quarantine).await?;
    // Asked for by hand, pauses after failures are skipped.
    let by_hand = tick.selection.force || tick.selection.task.is_some();
    let due = vm::due(host, if by_hand { i64::MAX } else { site.now() }, MOST).await?;
    let time = i64::try_from((tick.left() + LEASE_MARGIN).as_secs()).unwrap_or(i64::MAX / 2);
    let ours = lease::claim(host, &due, &tick.holder, now, now + time).await?;
    Ok(vm::load(host, &ours).await?)
}

async fn share<'t, 'a>(
    tick: &'t Tick<'a>,
    records: &[VmRecord],
) -> Result<Shared<'t, 'a>, CronError> {
    let host = &tick.site.host;
    let ids = records.iter().map(|record| record.service.0).collect();
    let services = host
        .services(ids)
        .await?
        .iter()
        .filter_map(|value| Service::parse(value).ok())
        .map(|service| (service.id, service))
        .collect::<BTreeMap<_, _>>();
    let mut wanted: Vec<ProductId> = services
        .values()
        .map(|service| service.product_id)
        .collect();
    wanted.sort_unstable();
    wanted.dedup();
    let products = product::settings(host, &wanted)
        .await?
        .into_iter()
        .collect();
    let limits = Limits::remembered(limit::all(host).await?);
    Ok(Shared {
        tick,
        fleets: Fleets::new(limits),
        stage: Stage::new(host.clone()),
        products,
        services,
        lease_until: tick.until + LEASE_MARGIN,
    })
}

/// All at once, but for those that wait for the same thing: of these one goes first, and the others follow once it shows
/// that the thing is mended.
async fn work(shared: &Shared<'_, '_>, records: Vec<VmRecord>) -> Result<TaskReport, CronError> {
    let mut followers: BTreeMap<String, Vec<VmRecord>> = BTreeMap::new();
    let mut running = FuturesUnordered::new();
    for record in records {
        let group = group(&record.cause, &record.waiting);
        match followers.get_mut(&group) {
            Some(others) if !group.is_empty() => others.push(record),
            _ => {
                followers.insert(group, vec![]);
                running.push(one(shared, record));
            }
        }
    }
    let mut report = TaskReport::default();
    while let Some(fared) = running.next().await {
        let fared = fared?;
        let still = match &fared.end {
            PassEnd::Failed { cause, text } => group(&vm::cause_word(cause), text),
            _ => String::new(),
        };
        for record in followers.remove(&fared.group).unwrap_or_default() {
            if still == fared.group {
                count(
                    &mut report,
                    record.service,
                    action(&record),
                    &failed(&record.waiting),
                );
                lease::release(&shared.tick.site.host, record.service, &shared.tick.holder).await?;
            } else {
                running.push(one(shared, record));
            }
        }
        count(&mut report, fared.service, fared.action, &fared.end);
    }
    Ok(report)
}

/// Which services share one look; empty: each has its own. What stops a whole server stops all of its services alike. Of
/// a pool, a template or a product two services may lack different things (one an IPv4 address, the other an IPv6 one),
/// so there the sentence has to be the same too.
fn group(cause: &str, waiting: &str) -> String {
    match cause {
        "" => String::new(),
        server if server.starts_with("server:") => server.to_owned(),
        other => format!("{other} {waiting}"),
    }
}

fn failed(text: &str) -> PassEnd {
    PassEnd::Failed {
        text: text.to_owned(),
        cause: Cause::Service,
    }
}

fn action(record: &VmRecord) -> &'static str {
    flows::of(&record.flow, record.state).map_or("none", |flow| flow.key)
}

fn count(report: &mut TaskReport, service: ServiceId, action: &str, end: &PassEnd) {
    report.processed += 1;
    let result = match end {
        PassEnd::Completed => "success".to_owned(),
        PassEnd::Waiting(what) => format!("waiting: {what}"),
        PassEnd::Failed { text, .. } => {
            report.errors += 1;
            text.clone()
        }
        PassEnd::Overtaken => "overtaken: someone else changed the service meanwhile".to_owned(),
    };
    report
        .details
        .push(format!("sid:{service} action:{action} [{result}]"));
}

async fn one(shared: &Shared<'_, '_>, mut record: VmRecord) -> Result<Fared, CronError> {
    let site = &shared.tick.site;
    let service = record.service;
    let group = group(&record.cause, &record.waiting);
    let Some(flow) = flows::of(&record.flow, record.state) else {
        if !follow(shared, service).await? {
            // Nothing to do in this state: it should not have been due.
            let state = record.state;
            record.next_look_at = None;
            vm::save(&site.host, &mut record, state, vec![]).await?;
        }
        lease::release(&site.host, service, &shared.tick.holder).await?;
        return Ok(Fared {
            service,
            action: "none",
            group,
            end: PassEnd::Completed,
        });
    };
    if record.flow.is_empty() {
        flow.key.clone_into(&mut record.flow);
    }
    let block = shared.stage.block();
    let pass = Pass {
        host: &site.host,
        clock: &*site.clock,
        chance: &site.chance,
        observer: &block as &dyn Observer,
        until: shared.tick.until,
    };
    let end = match prepare(shared, &record).await {
        Ok((plan, known)) => match shared.fleets.of(site, known.server_id, &known.server).await {
            Ok(fleet) => {
                record.server = known.server_id;
                record.product = known.product_id;
                let holder = &shared.tick.holder;
                let gathered = Vm::gather(
                    site,
                    fleet,
                    record.clone(),
                    known,
                    plan,
                    holder,
                    shared.lease_until,
                )
                .await;
                match gathered {
                    Ok(mut vm) => pass.run(flow, &mut vm).await?,
                    Err(failure) => pass.stall(flow, &mut record, failure).await?,
                }
            }
            Err(failure) => pass.stall(flow, &mut record, failure).await?,
        },
        Err(failure) => pass.stall(flow, &mut record, failure).await?,
    };
    block.close().await;
    if end == PassEnd::Completed {
        follow(shared, service).await?;
    }
    lease::release(&site.host, service, &shared.tick.holder).await?;
    Ok(Fared {
        service,
        action: flow.key,
        group,
        end,
    })
}

/// A call of WHMCS that came while the flow was under way is begun now that it is through. `false`: there is none.
async fn follow(shared: &Shared<'_, '_>, service: ServiceId) -> Result<bool, CronError> {
    let site = &shared.tick.site;
    let Some(mut record) = vm::find(&site.host, service).await? else {
        return Ok(false);
    };
    let (was, Some(wanted)) = (record.state, VmState::parse(&record.wanted)) else {
        return Ok(false);
    };
    if was != VmState::Ready {
        return Ok(false);
    }
    record.state = wanted;
    record.flow = flows::of("", wanted).map_or_else(String::new, |flow| flow.key.to_owned());
    record.wanted.clear();
    record.next_look_at = Some(site.now());
    match vm::save(&site.host, &mut record, was, vec![]).await {
        // Somebody wanted something else meanwhile: that is recorded too, and comes next.
        Ok(()) | Err(StoreError::Stale) => Ok(true),
        Err(error) => Err(error.into()),
    }
}

/// What WHMCS says of the service, and the plan made of it.
async fn prepare(shared: &Shared<'_, '_>, record: &VmRecord) -> Result<(Plan, Service), Failure> {
    let Some(service) = shared.services.get(&record.service) else {
        return Err(Failure::person(format!(
            "WHMCS has no service {} with a server any more. Remove its record in VM Management.",
            record.service
        )));
    };
    let blame =
        |text: String| Failure::person(text).caused_by(Cause::Product(service.product_id.0));
    if record.state == VmState::Terminate {
        // A service can be ended whatever state its product's settings are in; nothing of the plan is applied any more.
        let plan = Plan::bare(service).map_err(|errors| Failure::retry(sentence(&errors)))?;
        return Ok((plan, service.clone()));
    }
    let Some(settings) = shared.products.get(&service.product_id) else {
        return Err(blame(format!(
            "Product {} has no settings. Open its Module Settings, choose template and storage, and save.",
            service.product_id
        )));
    };
    let named = |text: String| {
        let product = service.product_id;
        blame(format!(
            "Product {product} or the options of service {}: {text}",
            service.id
        ))
    };
    let product = Product::from_json(settings).map_err(|error| named(error.to_string()))?;
    let plan = Plan::build(&product, service).map_err(|errors| named(sentence(&errors)))?;
    Ok((plan, service.clone()))
}

fn sentence(errors: &[FieldError]) -> String {
    let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
    errors.join(" ")
}
