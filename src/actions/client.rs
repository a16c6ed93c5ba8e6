//! The client's page.

use super::ask::{self, Asker, Page};
use super::held::{self, Who};
use super::{
    EntryError, backups, charts, firewall, install, iso, live, power, rdns, requests, service,
    snapshots,
};
use crate::model::{Deed, FlowKey, Reason, VmState};
use crate::plan::{Permissions, Plan, Service, ServiceStatus};
use crate::site::Site;
use crate::store::request::Person;
use crate::store::vm::VmRecord;
use serde_json::{Value, json};

/// What the overview shows at first, from the database alone: nothing waits for Proxmox while WHMCS builds the page.
///
/// # Errors
/// When the parameters name no service, or the database fails.
pub async fn overview(site: &Site, params: Value) -> Result<Value, EntryError> {
    draw(site, params, false).await
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
            "actions": {}, "asked": true,
        }));
    };
    let plan = service::plan(site, &known.service).await?.ok();
    let (known, requests) =
        requests::look(site, known, plan.clone().filter(|_| asks), Person::Client).await?;
    let (service, record) = (&known.service, &known.record);
    let live = match asks {
        true => live::read(site, service, record).await,
        false => live::unasked(record),
    };
    let permissions = plan.as_ref().map(|plan| plan.permissions);
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
        "error": trouble(&live),
        "requests": requests,
        "addresses": live::addresses_json(site, service, record).await?,
        "username": service.username,
        "os": os_label(service),
        "actions": with_pages(actions(service, record, &live, permissions), record, plan.as_ref()),
        "asked": live.was_asked(),
    }))
}

/// Why nothing can be shown, as far as the client is told: `gone` or `unreachable`.
fn trouble(live: &live::Live) -> Option<&'static str> {
    match live {
        live::Live::Nowhere(_) | live::Live::Gone(_) => Some("gone"),
        live::Live::Failed(_) => Some("unreachable"),
        live::Live::Unasked | live::Live::None | live::Live::Read(_) => None,
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
pub(super) fn actions(
    service: &Service,
    record: &VmRecord,
    live: &live::Live,
    permissions: Option<Permissions>,
) -> Value {
    let allowed = |deed: Deed| {
        let permitted = permissions.is_none_or(|all| power::permitted(&deed, &all));
        let why = blocked(service, record, live)
            .or_else(|| (!permitted).then(|| held::NOT_INCLUDED.to_owned()))
            .or_else(|| {
                let why = power::not_now(&deed, live.stands()).map(str::to_owned);
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

/// Adds the pages that the package's numbers open. They can be looked at whatever the VM is doing; a failed restore is
/// mended there.
fn with_pages(mut actions: Value, record: &VmRecord, plan: Option<&Plan>) -> Value {
    let page = |included: bool| {
        let why = match included {
            false => Some(held::NOT_INCLUDED),
            true if record.suspended() => Some("The service is suspended."),
            true if record.vmid.is_none() => Some(held::NO_VM),
            true => None,
        };
        json!({"allowed": why.is_none(), "why": why})
    };
    actions["snapshots"] = page(plan.is_some_and(|plan| plan.snapshots > 0));
    actions["backups"] =
        page(plan.is_some_and(|plan| plan.backups > 0 && plan.backup_storage.is_some()));
    actions
}

/// Why a client sees nothing of the VM but its overview.
fn closed(service: &Service, record: &VmRecord) -> Option<&'static str> {
    if service.status != ServiceStatus::Active {
        return Some("The service is not active.");
    }
    record.suspended().then_some("The service is suspended.")
}

/// Why nothing at all can be done now.
pub(super) fn blocked(service: &Service, record: &VmRecord, live: &live::Live) -> Option<String> {
    if let Some(why) = closed(service, record) {
        return Some(why.to_owned());
    }
    if record.state != VmState::Ready {
        return Some(held::not_ready(record.state).to_owned());
    }
    if let Some(lock) = live.lock() {
        return Some(held::locked(lock));
    }
    match live {
        live::Live::Nowhere(_) | live::Live::Gone(_) => Some(Reason::Gone.sentence().to_owned()),
        live::Live::Failed(_) => Some("The VM cannot be reached at the moment.".to_owned()),
        live::Live::Unasked | live::Live::None | live::Live::Read(_) => None,
    }
}

/// A request of one of the pages that clients and staff share. `None`: it is none of theirs.
pub(super) async fn page(
    site: &Site,
    params: &Value,
    (page, request): (Page, &Value),
    who: Who,
) -> Result<Option<Value>, EntryError> {
    if matches!(page, Page::Service | Page::Staff | Page::Addon) {
        return Ok(None);
    }
    let asked = match held::asked(site, params, who).await? {
        Ok(asked) => asked,
        Err(refusal) => return Ok(Some(refusal)),
    };
    // A page that is greyed out is not read by hand either.
    if who == Who::Client
        && let Some(why) = closed(&asked.known.service, &asked.known.record)
    {
        return Ok(Some(service::refusal(why)));
    }
    Ok(Some(match page {
        Page::Snapshots => snapshots::api(site, asked, request).await?,
        Page::Backups => backups::api(site, asked, request).await?,
        Page::Iso => iso::api(site, asked, request).await?,
        Page::Firewall => firewall::api(site, asked, request).await?,
        Page::Charts => charts::api(site, asked, request).await?,
        Page::ReverseDns => rdns::api(site, asked, request).await?,
        Page::Install => install::api(site, asked, request).await?,
        Page::Service | Page::Staff | Page::Addon => return Ok(None),
    }))
}

/// One request of the client's page.
///
/// # Errors
/// When the parameters name no service, or the database fails.
pub async fn api(site: &Site, params: Value, request: Value) -> Result<Value, EntryError> {
    let (ask, request) = match ask::read(&request, Asker::Client) {
        Ok(read) => read,
        Err(why) => return Ok(service::refusal(why)),
    };
    if ask.op == "status" {
        return Ok(service::accepted(look(site, params).await?));
    }
    if ask.op == "request_seen" {
        return Ok(
            match requests::seen(site, &params, &request, Person::Client).await? {
                true => service::accepted(look(site, params).await?),
                false => service::refusal(held::UNKNOWN),
            },
        );
    }
    if let Some(answer) = page(site, &params, (ask.page, &request), Who::Client).await? {
        return Ok(answer);
    }
    let Some(deed) = power::parse(ask.op) else {
        return Ok(service::refusal(held::UNKNOWN));
    };
    let Some(known) = service::known(site, &params).await? else {
        return Ok(service::refusal(held::NO_VM));
    };
    let plan = match service::plan(site, &known.service).await? {
        Ok(plan) => plan,
        // The reason is the staff's business.
        Err(_) => {
            return Ok(service::refusal(
                "The product is not set up completely; please contact support.",
            ));
        }
    };
    if !power::permitted(&deed, &plan.permissions) {
        return Ok(service::refusal(held::NOT_INCLUDED));
    }
    let live = live::read(site, &known.service, &known.record).await;
    if let Some(why) = blocked(&known.service, &known.record, &live) {
        return Ok(service::refusal(why));
    }
    match power::perform(site, known, plan, Who::Client, deed).await? {
        Ok(()) => Ok(service::accepted(look(site, params).await?)),
        Err(power::No::Busy(why)) => Ok(service::refusal(why)),
        Err(power::No::Failed(failure)) => Ok(Who::Client.refusal(failure)),
    }
}
