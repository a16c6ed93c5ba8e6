//! The admin's page of a service.

use super::answer::Denial;
use super::package::Package;
use super::page_operations::{
    self as operations, Actions, AdminService, Api, Audience, Button, Op, PlanRow, ResetTarget,
    Run, ServiceOp, ServicePage, StaffOp,
};
use super::power::{self, Switched};
use super::{
    EntryError, answer, attach, caller, client, destruction, page, record, requests, reset,
    service, single_step, under_way, vm_view,
};
use crate::custody::{Hindrance, Live, LoadedService};
use crate::model::{Sentence, VmAction, VmState, say};
use crate::pve::FirewallOptions;
use crate::site::Site;
use crate::store::address::{self, AddressRow};
use crate::store::request::Person;
use crate::store::run;
use crate::store::vm;
use crate::store::vm::VmRecord;
use serde_json::{Value, json};

/// How many runs the page shows.
const RUNS: u64 = 50;

/// What the page shows at first, from the database alone.
///
/// # Errors
/// When the parameters name no service, or the database fails.
pub async fn panel(site: &Site, params: Value) -> Result<Value, EntryError> {
    Ok(json!(draw(site, &params, false).await?))
}

async fn draw(site: &Site, params: &Value, asks: bool) -> Result<AdminService, EntryError> {
    let Some(loaded) = service::load(site, params).await? else {
        let service = service::parse(params)?;
        return Ok(AdminService {
            service: vm_view::head(&service, ""),
            state: None,
            live: None,
            error: None,
            requests: vec![],
            api: Api {
                ok: true,
                error: None,
            },
            identity: None,
            plan: vec![],
            taken_over: None,
            task: None,
            recent: Some(vec![]),
            withheld: vec![],
            addresses: vec![],
            username: service.username,
            actions: Actions::default(),
            buttons: vec![],
            runs: vec![],
            reset_targets: &[],
            asked: true,
        });
    };
    let (loaded, live) = requests::look(site, loaded, asks).await?;
    let addresses = address::of(&site.host, loaded.record.service).await?;
    requests::compare(site, &loaded, &live, &addresses).await;
    let page = page_of(site, &loaded, &live, &addresses).await?;
    let recent = match asks && page.requests.is_empty() {
        true => None,
        false => Some(under_way::recent(site, loaded.record.service).await?),
    };
    let task = under_way::task(site, &loaded, &live).await?;
    Ok(AdminService {
        task,
        recent,
        ..page
    })
}

async fn page_of(
    site: &Site,
    loaded: &LoadedService,
    live: &Live,
    addresses: &[AddressRow],
) -> Result<AdminService, EntryError> {
    let (service, record) = (&loaded.service, &loaded.record);
    let runs = run::of(&site.host, record.service, RUNS).await?;
    let firewall = firewall(site, loaded, live).await;
    let package = loaded.plan.as_ref().ok();
    let package = package.map(|plan| Package::new(plan, live, firewall.as_ref(), addresses));
    let plan = match (&package, &loaded.plan) {
        (Some(package), _) => package.rows(),
        (None, Ok(_)) => vec![],
        (None, Err(why)) => vec![PlanRow::error(why.sentence())],
    };
    let taken_over = package.and_then(|package| package.taken_over(loaded, &plan));
    Ok(AdminService {
        service: vm_view::head(service, &record.name),
        state: Some(vm_view::staff_state(site, record)),
        live: live.shown(),
        error: live.error().cloned(),
        requests: requests::told(site, record.service, Person::Staff).await?,
        api: Api {
            ok: live.error().is_none(),
            error: live.error().cloned(),
        },
        identity: Some(vm_view::identity(record)),
        taken_over,
        plan,
        task: None,
        recent: None,
        withheld: loaded.plan.as_ref().map(page::withheld).unwrap_or_default(),
        addresses: vm_view::addresses(loaded, addresses),
        username: service.username.clone(),
        actions: client::actions(loaded, live, None),
        buttons: buttons(record, live),
        runs: runs.into_iter().map(shown_run).collect(),
        reset_targets: ResetTarget::ALL,
        asked: live.was_asked(),
    })
}

/// A run in the shape the log shows.
pub(super) fn shown_run(run: run::Run) -> Run {
    Run {
        flow: run.flow,
        started: run.started_at,
        finished: run.finished_at,
        from: run.from,
        to: run.to,
        result: run.result,
        error: run.error,
        steps: run.steps,
    }
}

/// The options of the VM's firewall, where the package has something to say of it. What cannot be read is left out: what the
/// page is for does not depend on it.
async fn firewall(site: &Site, loaded: &LoadedService, live: &Live) -> Option<FirewallOptions> {
    let (Live::Read(sight), Some(vmid)) = (live, loaded.record.vmid) else {
        return None;
    };
    let plan = loaded.plan.as_ref().ok()?;
    if !plan.net.has_static() {
        return None;
    }
    let cluster = loaded.cluster(site).await.ok()?;
    let vm = cluster.api.vm(&sight.node, vmid);
    vm.firewall_options().await.ok()
}

fn buttons(record: &VmRecord, live: &Live) -> Vec<Button> {
    let resting = record.state == VmState::Ready;
    let power = |op: &'static str, action: VmAction| {
        let why = Hindrance::of_state(record, &[VmState::Ready])
            .or_else(|| Hindrance::of_vm(live, record.state))
            .map(|why| why.for_staff())
            .or_else(|| {
                let why = power::not_now(&action, live.stands());
                why.filter(|_| live.was_asked())
            });
        Button {
            op,
            allowed: why.is_none() && live.was_asked(),
            why,
            asks_first: action != VmAction::Start,
            type_name: None,
        }
    };
    let other = |op: &'static str, why: Option<Sentence>, asks_first: bool| Button {
        op,
        allowed: why.is_none(),
        why,
        asks_first,
        type_name: None,
    };
    let ready = resting && !live.is_nowhere();
    vec![
        power("start", VmAction::Start),
        power("stop", VmAction::Stop),
        other("retry", record.state.at_rest().then(say::idle), false),
        Button {
            type_name: destruction::name(record),
            ..other("redeploy", ready.then(say::end_first), true)
        },
    ]
}

/// One request of the admin's page.
///
/// # Errors
/// When the parameters name no service, or the database fails.
pub async fn api(site: &Site, params: Value, request: Value) -> Result<Value, EntryError> {
    let (row, op) = match operations::read(&request, Audience::Staff) {
        Ok(read) => read,
        Err(why) => return Ok(answer::refusal(why)),
    };
    let who = Person::Staff;
    if let Op::Staff(StaffOp::Attach(op)) = &op {
        // It comes with every save of WHMCS's page; whether it asks for anything it finds out first.
        return answer::to(op, who, attach::attach(site, &params, op).await);
    }
    if let Some(why) = caller::refused(site, row.effect).await? {
        return Ok(answer::refusal(why));
    }
    match client::page(site, &params, (row, op), who).await? {
        Ok(answer) => Ok(answer),
        Err(Op::Service(op)) => own_page(site, &params, op).await,
        Err(Op::Staff(op)) => alone(site, &params, op).await,
        Err(_) => Ok(answer::refusal(say::unknown())),
    }
}

/// What the client's page of a service can ask too.
async fn own_page(site: &Site, params: &Value, op: ServiceOp) -> Result<Value, EntryError> {
    let who = Person::Staff;
    let page = |shown: AdminService| ServicePage::Staff(Box::new(shown));
    match op {
        ServiceOp::Status(op) => {
            let shown = draw(site, params, true).await;
            answer::to(&op, who, shown.map(page))
        }
        ServiceOp::RequestSeen(op) => {
            let shown = match requests::seen(site, params, &op.id, who).await {
                Ok(()) => draw(site, params, true).await.map_err(Denial::from),
                Err(denial) => Err(denial),
            };
            answer::to(&op, who, shown.map(page))
        }
        ServiceOp::Start(op) => {
            let shown = act(site, params, VmAction::Start).await;
            answer::to(&op, who, shown.map(page))
        }
        ServiceOp::Stop(op) => {
            let shown = act(site, params, VmAction::Stop).await;
            answer::to(&op, who, shown.map(page))
        }
        ServiceOp::Shutdown(op) => {
            let shown = act(site, params, VmAction::Shutdown).await;
            answer::to(&op, who, shown.map(page))
        }
        ServiceOp::Reboot(op) => {
            let shown = act(site, params, VmAction::Reboot).await;
            answer::to(&op, who, shown.map(page))
        }
    }
}

/// What only the staff's page can ask.
async fn alone(site: &Site, params: &Value, op: StaffOp) -> Result<Value, EntryError> {
    let who = Person::Staff;
    if let StaffOp::Log(op) = &op {
        return answer::to(op, who, draw(site, params, true).await);
    }
    let Some(loaded) = service::load(site, params).await? else {
        return Ok(answer::refusal(say::use_create()));
    };
    match op {
        StaffOp::Retry(op) => {
            vm::look_now(&site.host, loaded.record.service, site.now()).await?;
            answer::to(&op, who, draw(site, params, true).await)
        }
        StaffOp::Redeploy(op) => answer::to(
            &op,
            who,
            reset::redeploy(site, loaded, Some(&op.confirm)).await,
        ),
        StaffOp::StepAsked(op) => {
            let stepped = single_step::run(site, loaded, &op).await;
            answer::to(&op, who, stepped)
        }
        StaffOp::SetDnsRecords(op) => {
            let put = match Hindrance::of_state(&loaded.record, &[VmState::Ready]) {
                Some(why) => Err(why.for_staff().into()),
                None => reset::to_state(site, loaded, VmState::SetDnsRecords).await,
            };
            answer::to(&op, who, put)
        }
        StaffOp::RecordRead(op) => answer::to(&op, who, record::show(site, &loaded.record).await),
        StaffOp::RecordSave(op) => {
            let saved = record::save(site, loaded.record, &op).await;
            answer::to(&op, who, saved)
        }
        StaffOp::RecordDelete(op) => {
            let deleted = record::delete(site, loaded.record).await;
            answer::to(&op, who, deleted)
        }
        StaffOp::Reset(op) => {
            let put = reset::to_word(site, loaded, &op).await;
            answer::to(&op, who, put)
        }
        StaffOp::Log(_) | StaffOp::Attach(_) => Ok(answer::refusal(say::unknown())),
    }
}

async fn act(site: &Site, params: &Value, action: VmAction) -> Result<AdminService, Denial> {
    let Some(loaded) = service::load(site, params).await? else {
        return Err(say::use_create().into());
    };
    if let Some(why) = Hindrance::of_state(&loaded.record, &[VmState::Ready]) {
        return Err(why.for_staff().into());
    }
    let plan = loaded.plan.clone().map_err(|why| why.sentence())?;
    let switched = Box::pin(power::perform(site, loaded, plan, Person::Staff, action)).await?;
    let Switched {
        loaded,
        live,
        addresses,
    } = switched;
    Ok(page_of(site, &loaded, &live, &addresses).await?)
}
