//! The admin's page of a service.

use super::ask::{self, Asker};
use super::asker;
use super::held::{self, Who};
use super::{EntryError, attach, client, live, power, record, requests, reset, service, step};
use crate::model::{Deed, VmState};
use crate::plan::{DiskPlan, NodeChoice, Plan};
use crate::site::Site;
use crate::store::request::Person;
use crate::store::run::{self, Run};
use crate::store::vm;
use crate::store::vm::VmRecord;
use serde_json::{Value, json};

/// So many runs come with the page.
const RUNS: u64 = 50;

/// What the page shows at first, from the database alone.
///
/// # Errors
/// When the parameters name no service, or the database fails.
pub async fn panel(site: &Site, params: Value) -> Result<Value, EntryError> {
    draw(site, params, false).await
}

/// Everything the page shows, the VM as it is this moment with it.
async fn look(site: &Site, params: Value) -> Result<Value, EntryError> {
    draw(site, params, true).await
}

async fn draw(site: &Site, params: Value, asks: bool) -> Result<Value, EntryError> {
    let Some(known) = service::known(site, &params).await? else {
        let service = service::parse(&params)?;
        return Ok(json!({
            "service": {"id": service.id.0, "status": service.status.as_str(), "domain": service.domain, "name": ""},
            "state": null, "live": null, "api": {"ok": true, "error": null}, "identity": null, "plan": [],
            "addresses": [], "runs": [], "buttons": [], "asked": true,
        }));
    };
    let plan = service::plan(site, &known.service).await?;
    let sold = plan.as_ref().ok().cloned();
    let (known, requests) =
        requests::look(site, known, sold.filter(|_| asks), Person::Staff).await?;
    let (service, record) = (&known.service, &known.record);
    let live = match asks {
        true => live::read(site, service, record).await,
        false => live::unasked(record),
    };
    let runs = run::of(&site.host, record.service, RUNS).await?;
    Ok(json!({
        "service": {
            "id": service.id.0,
            "status": service.status.as_str(),
            "domain": service.domain,
            "name": record.name,
        },
        "state": live::state_json(site, record),
        "live": live.to_json(),
        "error": live.error(),
        "requests": requests,
        "api": {"ok": live.error().is_none(), "error": live.error()},
        "identity": live::identity_json(record),
        "plan": plan.as_ref().map_or_else(
            |error| json!([{"label": "error", "value": error}]),
            plan_json,
        ),
        "addresses": live::addresses_json(site, service, record).await?,
        "username": service.username,
        "actions": client::actions(service, record, &live, None),
        "buttons": buttons(record, &live),
        "runs": runs.iter().map(run_json).collect::<Vec<_>>(),
        "asked": live.was_asked(),
    }))
}

/// A run in the shape the log shows.
pub(super) fn run_json(run: &Run) -> Value {
    json!({
        "flow": run.flow,
        "started": run.started_at,
        "finished": run.finished_at,
        "from": run.from,
        "to": run.to,
        "result": run.result.as_str(),
        "error": run.error,
        "steps": run.steps,
    })
}

fn plan_json(plan: &Plan) -> Value {
    let node = match &plan.node {
        NodeChoice::Automatic => "automatic".to_owned(),
        NodeChoice::Pinned(node) => node.to_string(),
    };
    let disk = |disk: &DiskPlan| match disk.size_gib {
        0 => "not changed".to_owned(),
        gib => format!("{gib} GiB"),
    };
    let rows = [
        ("node", node),
        (
            "template",
            plan.template
                .map_or_else(|| "none".to_owned(), |vmid| vmid.to_string()),
        ),
        ("cpu", plan.cores.to_string()),
        ("memory", format!("{} MiB", plan.memory_mib)),
        ("system_disk", disk(&plan.system_disk)),
        ("additional_disk", disk(&plan.additional_disk)),
        ("ipv4", plan.net.static_ipv4().to_string()),
        ("ipv6", plan.net.static_ipv6().to_string()),
        ("snapshots", plan.snapshots.to_string()),
        ("backups", plan.backups.to_string()),
    ];
    rows.into_iter()
        .map(|(label, value)| json!({"label": label, "value": value}))
        .collect()
}

fn buttons(record: &VmRecord, live: &live::Live) -> Value {
    let resting = record.state == VmState::Ready;
    let power = |deed: Deed| {
        let why = match () {
            () if !resting => Some(service::stands_at(record.state)),
            () if !live.was_asked() => None,
            () => live
                .lock()
                .map(|lock| format!("The VM is locked ({lock})."))
                .or_else(|| power::not_now(&deed, live.stands()).map(str::to_owned)),
        };
        (why.is_none() && live.was_asked(), why)
    };
    let button = |label: &str, op: &str, (allowed, why): (bool, Option<String>)| json!({"label": label, "op": op, "args": {}, "allowed": allowed, "why": why});
    json!([
        button("start", "start", power(Deed::Start)),
        button("stop", "stop", power(Deed::Stop)),
        button(
            "retry",
            "retry",
            (
                !record.state.at_rest(),
                Some("Nothing is under way.".to_owned()).filter(|_| record.state.at_rest())
            )
        ),
        button(
            "redeploy",
            "redeploy",
            match resting && !live.is_nowhere() {
                true => (
                    false,
                    Some("The VM is ready; terminate it first.".to_owned())
                ),
                false => (true, None),
            }
        ),
    ])
}

/// One request of the admin's page.
///
/// # Errors
/// When the parameters name no service, or the database fails.
pub async fn api(site: &Site, params: Value, request: Value) -> Result<Value, EntryError> {
    let (ask, request) = match ask::read(&request, Asker::Staff) {
        Ok(read) => read,
        Err(why) => return Ok(service::refusal(why)),
    };
    let op = ask.op;
    if op == "attach" {
        // It comes with every save of WHMCS's page; whether it asks for anything it finds out first.
        return attach::attach(site, &params, &request).await;
    }
    if let Some(why) = asker::refused(site, op).await? {
        return Ok(service::refusal(why));
    }
    if op == "status" || op == "log" {
        return Ok(service::accepted(look(site, params).await?));
    }
    if op == "request_seen" {
        return Ok(
            match requests::seen(site, &params, &request, Person::Staff).await? {
                true => service::accepted(look(site, params).await?),
                false => service::refusal(held::UNKNOWN),
            },
        );
    }
    if let Some(answer) = client::page(site, &params, (ask.page, &request), Who::Admin).await? {
        return Ok(answer);
    }
    let Some(known) = service::known(site, &params).await? else {
        return Ok(service::refusal("The service has no VM yet. Use Create."));
    };
    match op {
        "retry" => {
            vm::look_now(&site.host, known.record.service, site.now()).await?;
            Ok(service::accepted(look(site, params).await?))
        }
        "redeploy" => reset::redeploy(site, known).await,
        "step" => step::run(site, known, &request).await,
        "set_dns_records" if known.record.state != VmState::Ready => {
            Ok(service::refusal(service::stands_at(known.record.state)))
        }
        "set_dns_records" => {
            reset::to_state(site, known, &VmState::SetDnsRecords.as_str().into()).await
        }
        "record" => record::show(site, &known.record).await,
        "record_save" => record::save(site, known.record, &request).await,
        "delete_record" => record::delete(site, known.record).await,
        "reset" => reset::to_state(site, known, &request["state"]).await,
        _ => match power::parse(op) {
            Some(deed) => act(site, params, known, deed).await,
            None => Ok(service::refusal(held::UNKNOWN)),
        },
    }
}

async fn act(
    site: &Site,
    params: Value,
    known: service::Known,
    deed: Deed,
) -> Result<Value, EntryError> {
    if known.record.state != VmState::Ready {
        return Ok(service::refusal(service::stands_at(known.record.state)));
    }
    let plan = match service::plan(site, &known.service).await? {
        Ok(plan) => plan,
        Err(error) => return Ok(service::refusal(error)),
    };
    match power::perform(site, known, plan, Who::Admin, deed).await? {
        Ok(()) => Ok(service::accepted(look(site, params).await?)),
        Err(power::No::Busy(why)) => Ok(service::refusal(why)),
        Err(power::No::Failed(failure)) => Ok(Who::Admin.refusal(failure)),
    }
}
