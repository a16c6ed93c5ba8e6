//! The client's page.

use super::answer::Denial;
use super::page::{PageContext, free, left_out};
use super::page_operations::{
    self as operations, Actions, Audience, Effect, Listed, Op, Overview, Pages, Part, Permit,
    ServiceOp, ServicePage, Trouble,
};
use super::power::{self, Switched};
use super::{
    EntryError, answer, backups, caller, charts, firewall, iso, metering, rdns, reinstall,
    requests, service, snapshots, under_way, vm_view,
};
use crate::custody::{Hindrance, Live, LoadedService, closed};
use crate::model::{Reason, VmAction, VmState, say};
use crate::plan::{Plan, Service};
use crate::site::Site;
use crate::store::address::{self, AddressRow};
use crate::store::request::Person;
use serde_json::{Value, json};

/// What the overview shows at first, from the database alone: nothing waits for Proxmox while WHMCS builds the page.
///
/// # Errors
/// When the parameters name no service, or the database fails.
pub async fn overview(site: &Site, params: Value) -> Result<Value, EntryError> {
    let drawn = draw(site, &params, false).await;
    drawn.map(|page| json!(page)).map_err(plainly)
}

/// A client does not read which column of a row holds what; the addon's dashboard tells the staff.
fn plainly(error: EntryError) -> EntryError {
    match error {
        EntryError::Other(_) => EntryError::Other(Reason::Unknown.sentence().into()),
        error => error,
    }
}

async fn draw(site: &Site, params: &Value, asks: bool) -> Result<Overview, EntryError> {
    let Some(loaded) = service::load(site, params).await? else {
        let service = service::parse(params)?;
        return Ok(Overview {
            service: vm_view::head(&service, ""),
            state: None,
            live: None,
            error: None,
            requests: vec![],
            task: None,
            recent: Some(vec![]),
            addresses: vec![],
            username: service.username,
            os: String::new(),
            actions: Actions::default(),
            pages: Pages::default(),
            asked: true,
        });
    };
    let (loaded, live) = requests::look(site, loaded, asks).await?;
    let addresses = address::of(&site.host, loaded.record.service).await?;
    requests::compare(site, &loaded, &live, &addresses).await;
    let mut page = page_of(site, &loaded, &live, &addresses).await?;
    if let Some(why) = caller::only_looks(params) {
        page.actions.close(&why);
    }
    // While nothing that somebody asked for goes on or ended, a look finds nothing new of what was done.
    let recent = match asks && page.requests.is_empty() {
        true => None,
        false => Some(under_way::recent(site, loaded.record.service).await?),
    };
    let task = under_way::task(site, &loaded, &live).await?;
    Ok(Overview {
        task,
        recent,
        ..page
    })
}

/// The page as a click answers with it: what goes on is what was clicked, and what was done before stands there already.
async fn page_of(
    site: &Site,
    loaded: &LoadedService,
    live: &Live,
    addresses: &[AddressRow],
) -> Result<Overview, EntryError> {
    let (service, record) = (&loaded.service, &loaded.record);
    let plan = loaded.plan.as_ref().ok();
    Ok(Overview {
        service: vm_view::head(service, &record.name),
        state: Some(vm_view::state(record)),
        live: live.shown(),
        // What Proxmox said is for the staff; the client learns that it is being looked into.
        error: trouble(live),
        requests: requests::told(site, record.service, Person::Client).await?,
        task: None,
        recent: None,
        addresses: vm_view::addresses(loaded, addresses),
        username: service.username.clone(),
        os: os_label(service),
        actions: actions(loaded, live, plan),
        pages: plan.map_or_else(Pages::default, |plan| pages(loaded, plan)),
        asked: live.was_asked(),
    })
}

/// Why nothing can be shown, as far as the client is told.
fn trouble(live: &Live) -> Option<Trouble> {
    match live {
        Live::Nowhere(_) | Live::Gone(_) => Some(Trouble::Gone),
        Live::Failed(_) => Some(Trouble::Unreachable),
        Live::Unasked | Live::None | Live::Read(_) => None,
    }
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

/// Which buttons work, and why not; `plan`: of the product that the asker is held to.
pub(super) fn actions(loaded: &LoadedService, live: &Live, plan: Option<&Plan>) -> Actions {
    let blocked = Hindrance::of(&loaded.service, &loaded.record, live);
    let permit = |action: VmAction, part: Part| {
        let why = blocked
            .as_ref()
            .map(Hindrance::sentence)
            .or_else(|| plan.and_then(|plan| left_out(part, plan)))
            .or_else(|| {
                let why = power::not_now(&action, live.stands());
                why.filter(|_| live.was_asked())
            });
        // Before the first look nobody knows what the button would do.
        Some(Permit {
            allowed: why.is_none() && live.was_asked(),
            why,
        })
    };
    Actions {
        start: permit(VmAction::Start, Part::Start),
        stop: permit(VmAction::Stop, Part::Stop),
        shutdown: permit(VmAction::Shutdown, Part::Stop),
        reboot: permit(VmAction::Reboot, Part::Reboot),
    }
}

/// The pages that the package opens, and why one of them cannot be used at present.
fn pages(loaded: &LoadedService, plan: &Plan) -> Pages {
    let page = |part: Part| {
        if left_out(part, plan).is_some() {
            return None;
        }
        let why = closed(&loaded.service, &loaded.record)
            .map(|why| why.sentence())
            .or_else(|| loaded.record.vmid.is_none().then(say::no_vm));
        Some(Permit {
            allowed: why.is_none(),
            why,
        })
    };
    Pages {
        snapshots: page(Part::Snapshots),
        backups: page(Part::Backups),
        reinstall: page(Part::Reinstall),
        password: page(Part::ResetPassword),
        rdns: page(Part::ReverseDns),
        firewall: page(Part::Firewall),
        iso: page(Part::Iso),
        charts: page(Part::Charts),
    }
}

/// A request of one of the pages that clients and staff share. What is none of theirs comes back.
///
/// # Errors
/// When the parameters name no service, or the database fails.
pub(super) async fn page(
    site: &Site,
    params: &Value,
    (row, op): (&Listed, Op),
    who: Person,
) -> Result<Result<Value, Op>, EntryError> {
    if matches!(op, Op::Service(_) | Op::Staff(_) | Op::Addon(_)) {
        return Ok(Err(op));
    }
    let context = match open(site, params, row, who).await {
        Ok(context) => context,
        Err(denial) => return answer::denied(who, denial).map(Ok),
    };
    let answered = match op {
        Op::Snapshots(op) => Box::pin(snapshots::api(site, context, op)).await,
        Op::Backups(op) => Box::pin(backups::api(site, context, op)).await,
        Op::Iso(op) => Box::pin(iso::api(site, context, op)).await,
        Op::Firewall(op) => Box::pin(firewall::api(site, context, op)).await,
        Op::Charts(op) => Box::pin(charts::api(site, context, op)).await,
        Op::Traffic(operations::TrafficOp::TrafficRead(op)) => {
            let ledger = metering::ledger(site, &context).await;
            answer::to(&op, who, ledger)
        }
        Op::ReverseDns(op) => Box::pin(rdns::api(site, context, op)).await,
        Op::Install(op) => Box::pin(reinstall::api(site, context, op)).await,
        op @ (Op::Service(_) | Op::Staff(_) | Op::Addon(_)) => return Ok(Err(op)),
    };
    answered.map(Ok)
}

/// The service that a page is asked about, if this person may ask.
async fn open(
    site: &Site,
    params: &Value,
    row: &Listed,
    who: Person,
) -> Result<PageContext, Denial> {
    let context = PageContext::of(service::load(site, params).await?, who)?;
    if who == Person::Client {
        // A page that is greyed out is not read by hand either.
        if let Some(why) = closed(&context.loaded.service, &context.loaded.record) {
            return Err(why.sentence().into());
        }
        if let Some(why) = left_out(row.part, &context.plan) {
            return Err(why.into());
        }
    }
    Ok(context)
}

/// One request of the client's page.
///
/// # Errors
/// When the parameters name no service, or the database fails.
pub async fn api(site: &Site, params: Value, request: Value) -> Result<Value, EntryError> {
    answered(site, params, request).await.map_err(plainly)
}

async fn answered(site: &Site, params: Value, request: Value) -> Result<Value, EntryError> {
    let (row, op) = match operations::read(&request, Audience::Client) {
        Ok(read) => read,
        Err(why) => return Ok(answer::refusal(why)),
    };
    if row.effect == Effect::Alters
        && let Some(why) = caller::only_looks(&params)
    {
        return Ok(answer::refusal(why));
    }
    let op = match page(site, &params, (row, op), Person::Client).await? {
        Ok(answer) => return Ok(answer),
        Err(op) => op,
    };
    let Op::Service(op) = op else {
        return Ok(answer::refusal(say::unknown()));
    };
    let who = Person::Client;
    match op {
        ServiceOp::Status(op) => answer::to(&op, who, looked(site, &params).await),
        ServiceOp::RequestSeen(op) => {
            let shown = match requests::seen(site, &params, &op.id, who).await {
                Ok(()) => looked(site, &params).await,
                Err(denial) => Err(denial),
            };
            answer::to(&op, who, shown)
        }
        ServiceOp::Start(op) => {
            answer::to(&op, who, act(site, &params, row, VmAction::Start).await)
        }
        ServiceOp::Stop(op) => answer::to(&op, who, act(site, &params, row, VmAction::Stop).await),
        ServiceOp::Shutdown(op) => {
            let done = act(site, &params, row, VmAction::Shutdown).await;
            answer::to(&op, who, done)
        }
        ServiceOp::Reboot(op) => {
            answer::to(&op, who, act(site, &params, row, VmAction::Reboot).await)
        }
    }
}

/// The page with the VM as it is this moment, in at most two round trips to Proxmox.
async fn looked(site: &Site, params: &Value) -> Result<ServicePage, Denial> {
    Ok(ServicePage::Client(Box::new(
        draw(site, params, true).await?,
    )))
}

/// Does what a power button says, and shows what came of it.
async fn act(
    site: &Site,
    params: &Value,
    row: &Listed,
    action: VmAction,
) -> Result<ServicePage, Denial> {
    let Some(loaded) = service::load(site, params).await? else {
        return Err(say::no_vm().into());
    };
    // The reason is the staff's business.
    let plan = loaded.plan.clone().map_err(|_| say::not_set_up())?;
    if let Some(why) = left_out(row.part, &plan) {
        return Err(why.into());
    }
    free(&loaded, &[VmState::Ready])?;
    let switched = Box::pin(power::perform(site, loaded, plan, Person::Client, action)).await?;
    let Switched {
        loaded,
        live,
        addresses,
    } = switched;
    let shown = page_of(site, &loaded, &live, &addresses).await?;
    Ok(ServicePage::Client(Box::new(shown)))
}
