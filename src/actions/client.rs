//! The client's page.

use super::page::{Asked, free};
use super::page_operations;
use super::page_operations::{Asker, Page};
use super::power::{self, Switched};
use super::{
    EntryError, answer, backups, charts, firewall, iso, metering, rdns, reinstall, requests,
    service, snapshots, under_way, vm_view,
};
use crate::custody::{Hindrance, Known, Live, closed};
use crate::model::{Deed, FlowKey, Reason, VmState, say};
use crate::plan::{Permissions, Plan, Service};
use crate::site::Site;
use crate::store::address::{self, AddressRow};
use crate::store::request::Person;
use crate::store::vm::VmRecord;
use serde_json::{Value, json};

/// What the overview shows at first, from the database alone: nothing waits for Proxmox while WHMCS builds the page.
///
/// # Errors
/// When the parameters name no service, or the database fails.
pub async fn overview(site: &Site, params: Value) -> Result<Value, EntryError> {
    draw(site, params, false).await.map_err(plainly)
}

/// A client does not read which column of a row holds what; the addon's dashboard tells the staff.
fn plainly(error: EntryError) -> EntryError {
    match error {
        EntryError::Other(_) => EntryError::Other(Reason::Unknown.sentence().into()),
        error => error,
    }
}

/// Everything the overview shows, in at most two round trips to Proxmox.
async fn look(site: &Site, params: Value) -> Result<Value, EntryError> {
    draw(site, params, true).await
}

async fn draw(site: &Site, params: Value, asks: bool) -> Result<Value, EntryError> {
    let Some(known) = service::known(site, &params).await? else {
        let service = service::parse(&params)?;
        return Ok(json!({
            "service": {"id": service.id.0, "status": service.status.as_str(), "domain": service.domain, "name": ""},
            "state": null, "live": null, "error": null, "addresses": [], "username": service.username, "os": "",
            "actions": {}, "pages": {}, "asked": true,
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
    let plan = known.plan.as_ref().ok();
    let permissions = plan.map(|plan| plan.permissions);
    Ok(json!({
        "service": {
            "id": service.id.0,
            "status": service.status.as_str(),
            "domain": service.domain,
            "name": record.name,
        },
        "state": public_state(record),
        "live": live.to_json(),
        // What Proxmox said is for the staff; the client learns that it is being looked into.
        "error": trouble(live),
        "requests": requests::told(site, record.service, Person::Client).await?,
        "task": under_way::task(site, known, live).await?,
        "recent": under_way::recent(site, record.service).await?,
        "addresses": vm_view::addresses_json(known, addresses),
        "username": service.username,
        "os": os_label(service),
        "actions": actions(known, live, permissions),
        "pages": pages(known, plan),
        "asked": live.was_asked(),
    }))
}

/// Why nothing can be shown, as far as the client is told: `gone` or `unreachable`.
fn trouble(live: &Live) -> Option<&'static str> {
    match live {
        Live::Nowhere(_) | Live::Gone(_) => Some("gone"),
        Live::Failed(_) => Some("unreachable"),
        Live::Unasked | Live::None | Live::Read(_) => None,
    }
}

/// The state without the reasons that are for the staff.
fn public_state(record: &VmRecord) -> Value {
    json!({
        "name": record.state.as_str(),
        "flow": record.flow.map_or("", FlowKey::as_str),
        "at_rest": record.state.at_rest(),
        "waiting": Some("waiting").filter(|_| !record.waiting.is_empty()),
        "since": record.waiting_since.filter(|_| !record.waiting.is_empty()),
        // Then the staff read of it on their dashboard.
        "alarm": record.fails >= crate::engine::ALARM_AFTER,
        "suspended": record.suspended(),
    })
}

/// What the order called the system; WHMCS hands over only what stands before the pipe, so it is often unknown here.
fn os_label(service: &Service) -> String {
    let chosen = service
        .options
        .iter()
        .find(|(name, _)| name == "Operating System" || name == "OS" || name.starts_with("OS|"));
    chosen
        .and_then(|(_, value)| value.split_once('|'))
        .map(|(_, label)| label.trim().to_owned())
        .unwrap_or_default()
}

/// Which buttons work, and why not.
pub(super) fn actions(known: &Known, live: &Live, permissions: Option<Permissions>) -> Value {
    let blocked = Hindrance::of(&known.service, &known.record, live);
    let allowed = |deed: Deed| {
        let permitted = permissions.is_none_or(|all| power::permitted(&deed, &all));
        let why = blocked
            .as_ref()
            .map(Hindrance::sentence)
            .or_else(|| (!permitted).then(say::not_included))
            .or_else(|| {
                let why = power::not_now(&deed, live.stands());
                why.filter(|_| live.was_asked())
            });
        // Before the first look nobody knows what the button would do.
        let allowed = why.is_none() && live.was_asked();
        (
            deed.word().to_owned(),
            json!({"allowed": allowed, "why": why}),
        )
    };
    [Deed::Start, Deed::Stop, Deed::Shutdown, Deed::Reboot]
        .into_iter()
        .map(allowed)
        .collect()
}

/// The pages that the package opens, and why one of them cannot be used at present. They can be looked at whatever the VM is
/// doing; a failed restore is mended there. What the product leaves out is not among them.
fn pages(known: &Known, plan: Option<&Plan>) -> Value {
    let Some(plan) = plan else {
        return json!({});
    };
    let may = &plan.permissions;
    let offered = [
        ("snapshots", plan.snapshots > 0),
        ("backups", plan.backups > 0 && plan.backup_storage.is_some()),
        ("reinstall", may.reinstall),
        ("password", may.reset_password),
        ("rdns", may.rdns),
        ("firewall", firewall::is_open(plan)),
        ("iso", may.iso && plan.iso_storage.is_some()),
        ("charts", may.charts),
    ];
    let why = closed(&known.service, &known.record)
        .map(|why| why.sentence())
        .or_else(|| known.record.vmid.is_none().then(say::no_vm));
    offered
        .into_iter()
        .filter(|(_, offered)| *offered)
        .map(|(page, _)| {
            (
                page.to_owned(),
                json!({"allowed": why.is_none(), "why": why}),
            )
        })
        .collect()
}

/// A request of one of the pages that clients and staff share. `None`: it is none of theirs.
pub(super) async fn page(
    site: &Site,
    params: &Value,
    (page, request): (Page, &Value),
    who: Person,
) -> Result<Option<Value>, EntryError> {
    if matches!(page, Page::Service | Page::Staff | Page::Addon) {
        return Ok(None);
    }
    let asked = match Asked::of(service::known(site, params).await?, who) {
        Ok(asked) => asked,
        Err(refusal) => return answer::of(who, Err(refusal)).map(Some),
    };
    // A page that is greyed out is not read by hand either.
    if who == Person::Client
        && let Some(why) = closed(&asked.known.service, &asked.known.record)
    {
        return Ok(Some(answer::refusal(why.sentence())));
    }
    let answered = match page {
        Page::Snapshots => Box::pin(snapshots::api(site, asked, request)).await,
        Page::Backups => Box::pin(backups::api(site, asked, request)).await,
        Page::Iso => Box::pin(iso::api(site, asked, request)).await,
        Page::Firewall => Box::pin(firewall::api(site, asked, request)).await,
        Page::Charts => Box::pin(charts::api(site, asked, request)).await,
        Page::Traffic => metering::ledger(site, &asked).await,
        Page::ReverseDns => Box::pin(rdns::api(site, asked, request)).await,
        Page::Install => Box::pin(reinstall::api(site, asked, request)).await,
        Page::Service | Page::Staff | Page::Addon => return Ok(None),
    };
    answer::of(who, answered).map(Some)
}

/// One request of the client's page.
///
/// # Errors
/// When the parameters name no service, or the database fails.
pub async fn api(site: &Site, params: Value, request: Value) -> Result<Value, EntryError> {
    answered(site, params, request).await.map_err(plainly)
}

async fn answered(site: &Site, params: Value, request: Value) -> Result<Value, EntryError> {
    let (ask, request) = match page_operations::read(&request, Asker::Client) {
        Ok(read) => read,
        Err(why) => return Ok(answer::refusal(why)),
    };
    if ask.op == "status" {
        return Ok(answer::accepted(look(site, params).await?));
    }
    if ask.op == "request_seen" {
        return Ok(
            match requests::seen(site, &params, &request, Person::Client).await? {
                true => answer::accepted(look(site, params).await?),
                false => answer::refusal(say::unknown()),
            },
        );
    }
    if let Some(answer) = page(site, &params, (ask.page, &request), Person::Client).await? {
        return Ok(answer);
    }
    let Some(deed) = power::parse(ask.op) else {
        return Ok(answer::refusal(say::unknown()));
    };
    let Some(known) = service::known(site, &params).await? else {
        return Ok(answer::refusal(say::no_vm()));
    };
    // The reason is the staff's business.
    let Ok(plan) = known.plan.clone() else {
        return Ok(answer::refusal(say::not_set_up()));
    };
    if !power::permitted(&deed, &plan.permissions) {
        return Ok(answer::refusal(say::not_included()));
    }
    if let Err(why) = free(&known, &[VmState::Ready]) {
        return answer::of(Person::Client, Err(why));
    }
    match Box::pin(power::perform(site, known, plan, Person::Client, deed)).await {
        Ok(Switched {
            known,
            live,
            addresses,
        }) => Ok(answer::accepted(
            page_of(site, &known, &live, &addresses).await?,
        )),
        Err(why) => answer::of(Person::Client, Err(why)),
    }
}
