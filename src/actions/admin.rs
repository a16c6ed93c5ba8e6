//! The admin's page of a service.

use super::page_operations;
use super::page_operations::Asker;
use super::power::{self, Switched};
use super::{
    EntryError, answer, attach, caller, client, record, requests, reset, service, single_step,
    vm_view,
};
use crate::custody::{Hindrance, Known, Live};
use crate::model::{Deed, Sentence, VmState, say};
use crate::plan::{DiskPlan, NodeChoice, Plan};
use crate::site::Site;
use crate::store::address::{self, AddressRow};
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
    let (known, live) = requests::look(site, known, asks).await?;
    let addresses = address::of(&site.host, known.record.service).await?;
    page_of(site, &known, &live, &addresses).await
}

async fn page_of(
    site: &Site,
    known: &Known,
    live: &Live,
    addresses: &[AddressRow],
) -> Result<Value, EntryError> {
    let (service, record) = (&known.service, &known.record);
    let runs = run::of(&site.host, record.service, RUNS).await?;
    Ok(json!({
        "service": {
            "id": service.id.0,
            "status": service.status.as_str(),
            "domain": service.domain,
            "name": record.name,
        },
        "state": vm_view::state_json(site, record),
        "live": live.to_json(),
        "error": live.error(),
        "requests": requests::told(site, record.service, Person::Staff).await?,
        "api": {"ok": live.error().is_none(), "error": live.error()},
        "identity": vm_view::identity_json(record),
        "plan": known.plan.as_ref().map_or_else(
            |error| json!([{"label": "error", "value": error.sentence()}]),
            plan_json,
        ),
        "addresses": vm_view::addresses_json(known, addresses),
        "username": service.username,
        "actions": client::actions(known, live, None),
        "buttons": buttons(record, live),
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

fn buttons(record: &VmRecord, live: &Live) -> Value {
    let resting = record.state == VmState::Ready;
    let power = |deed: Deed| {
        let why = Hindrance::of_state(record, &[VmState::Ready])
            .or_else(|| Hindrance::of_vm(live, record.state))
            .map(|why| why.for_staff())
            .or_else(|| {
                let why = power::not_now(&deed, live.stands());
                why.filter(|_| live.was_asked())
            });
        (why.is_none() && live.was_asked(), why)
    };
    let button = |label: &str, op: &str, (allowed, why): (bool, Option<Sentence>)| json!({"label": label, "op": op, "args": {}, "allowed": allowed, "why": why});
    json!([
        button("start", "start", power(Deed::Start)),
        button("stop", "stop", power(Deed::Stop)),
        button(
            "retry",
            "retry",
            (
                !record.state.at_rest(),
                record.state.at_rest().then(say::idle)
            )
        ),
        button(
            "redeploy",
            "redeploy",
            match resting && !live.is_nowhere() {
                true => (false, Some(say::end_first())),
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
    let (ask, request) = match page_operations::read(&request, Asker::Staff) {
        Ok(read) => read,
        Err(why) => return Ok(answer::refusal(why)),
    };
    let op = ask.op;
    if op == "attach" {
        // It comes with every save of WHMCS's page; whether it asks for anything it finds out first.
        return attach::attach(site, &params, &request).await;
    }
    if let Some(why) = caller::refused(site, op).await? {
        return Ok(answer::refusal(why));
    }
    if op == "status" || op == "log" {
        return Ok(answer::accepted(look(site, params).await?));
    }
    if op == "request_seen" {
        return Ok(
            match requests::seen(site, &params, &request, Person::Staff).await? {
                true => answer::accepted(look(site, params).await?),
                false => answer::refusal(say::unknown()),
            },
        );
    }
    if let Some(answer) = client::page(site, &params, (ask.page, &request), Person::Staff).await? {
        return Ok(answer);
    }
    let Some(known) = service::known(site, &params).await? else {
        return Ok(answer::refusal(say::use_create()));
    };
    match op {
        "retry" => {
            vm::look_now(&site.host, known.record.service, site.now()).await?;
            Ok(answer::accepted(look(site, params).await?))
        }
        "redeploy" => answer::of(Person::Staff, reset::redeploy(site, known).await),
        "step" => answer::of(Person::Staff, single_step::run(site, known, &request).await),
        "set_dns_records" => match Hindrance::of_state(&known.record, &[VmState::Ready]) {
            Some(why) => Ok(answer::refusal(why.for_staff())),
            None => {
                let state = VmState::SetDnsRecords.as_str().into();
                answer::of(Person::Staff, reset::to_state(site, known, &state).await)
            }
        },
        "record" => record::show(site, &known.record).await,
        "record_save" => record::save(site, known.record, &request).await,
        "delete_record" => record::delete(site, known.record).await,
        "reset" => {
            let answered = reset::to_state(site, known, &request["state"]).await;
            answer::of(Person::Staff, answered)
        }
        _ => match power::parse(op) {
            Some(deed) => act(site, known, deed).await,
            None => Ok(answer::refusal(say::unknown())),
        },
    }
}

async fn act(site: &Site, known: Known, deed: Deed) -> Result<Value, EntryError> {
    if let Some(why) = Hindrance::of_state(&known.record, &[VmState::Ready]) {
        return Ok(answer::refusal(why.for_staff()));
    }
    let plan = match known.plan.clone() {
        Ok(plan) => plan,
        Err(why) => return Ok(answer::refusal(why.sentence())),
    };
    match Box::pin(power::perform(site, known, plan, Person::Staff, deed)).await {
        Ok(Switched {
            known,
            live,
            addresses,
        }) => Ok(answer::accepted(
            page_of(site, &known, &live, &addresses).await?,
        )),
        Err(why) => answer::of(Person::Staff, Err(why)),
    }
}
