//! The page *Reverse DNS*, for clients and staff: one host name per address.
//!
//! A name is written to every zone that takes the address. Where none does, the client's wish goes to the support
//! department that the product names, as a ticket; without one it is refused, for nobody would ever see it.

use super::EntryError;
use super::answer::{self, Denial};
use super::page::{self, PageContext};
use super::page_operations::{ReverseDnsOp, ReverseName, ReverseNames, ReverseNamesSaved, Way};
use crate::custody::{LoadedService, Refusal};
use crate::dns::{Report, host_name};
use crate::model::{FieldError, Sentence, lenient, say};
use crate::plan::Plan;
use crate::site::Site;
use crate::steps::{dns_records, dns_run};
use crate::store::address::{self, AddressRow};
use crate::store::request::Person;
use crate::vm::Vm;
use serde_json::{Map, Value, json};
use std::net::IpAddr;

/// Answers what the page asks.
pub(super) async fn api(
    site: &Site,
    context: PageContext,
    op: ReverseDnsOp,
) -> Result<Value, EntryError> {
    let who = context.who;
    match op {
        ReverseDnsOp::ReverseNamesRead(op) => {
            let listed = list(site, &context.loaded, &context.plan, who).await;
            let listed = listed.map(|addresses| ReverseNames { addresses });
            answer::to(&op, who, listed)
        }
        ReverseDnsOp::ReverseNamesSave(op) => {
            let saved = save(site, context, &op.names.0).await;
            answer::to(&op, who, saved)
        }
    }
}

/// The addresses with their names, and the way a name takes.
async fn list(
    site: &Site,
    loaded: &LoadedService,
    plan: &Plan,
    who: Person,
) -> Result<Vec<ReverseName>, Refusal> {
    let held = address::of(&site.host, loaded.record.service).await?;
    let addresses: Vec<IpAddr> = held
        .iter()
        .filter_map(|row| row.text.parse().ok())
        .collect();
    let without = dns_records::unzoned(site, &addresses).await?;
    let chosen = dns_run::chosen(&loaded.record.rev_dns);
    let shown = held.into_iter().map(|row| {
        let own: Option<IpAddr> = row.text.parse().ok();
        let name = chosen.iter().find(|(address, _)| Some(*address) == own);
        let way = match own {
            Some(address) if !without.contains(&address) => Way::Dns,
            // Nobody opens a ticket to themselves.
            _ if who == Person::Staff => Way::Kept,
            _ if plan.rdns_ticket.is_some() => Way::Ticket,
            _ => Way::None,
        };
        ReverseName {
            address: row.text,
            family: row.family,
            name: name.map_or_else(String::new, |(_, name)| name.clone()),
            default: loaded.service.domain.clone(),
            way,
        }
    });
    Ok(shown.collect())
}

/// The names a form asks for, with the address as it is stored.
struct Wish {
    address: IpAddr,
    text: String,
    /// Empty: the VM's own name.
    name: String,
    changed: bool,
}

async fn save(
    site: &Site,
    context: PageContext,
    names: &Value,
) -> Result<ReverseNamesSaved, Denial> {
    let (who, plan) = (context.who, context.plan.clone());
    let record = &context.loaded.record;
    let held = address::of(&site.host, record.service).await?;
    let chosen = dns_run::chosen(&record.rev_dns);
    let read = read(&held, &chosen, names);
    let (wishes, stored) =
        read.map_err(|errors| Denial::Misfilled(say::names_refused(), errors))?;
    let changed: Vec<IpAddr> = wishes
        .iter()
        .filter(|wish| wish.changed)
        .map(|wish| wish.address)
        .collect();
    let without = dns_records::unzoned(site, &changed).await?;
    if who == Person::Client && plan.rdns_ticket.is_none() && !without.is_empty() {
        let list: Vec<String> = without.iter().map(IpAddr::to_string).collect();
        return Err(say::rdns_elsewhere(list.join(", ")).into());
    }
    let department = plan.rdns_ticket.filter(|_| who == Person::Client);
    let mut fresh = context.loaded.clone();
    stored.clone_into(&mut fresh.record.rev_dns);
    let mut outcome = Outcome::default();
    page::change(site, context, "Change reverse DNS", async |vm| {
        if let Some(department) = department.filter(|_| !without.is_empty()) {
            // Before anything is saved: a wish that is saved looks done, and would never be asked for again.
            open_ticket(vm, department, &wishes, &without).await?;
            outcome.ticket = true;
        }
        vm.record.rev_dns = stored;
        vm.keep().await?;
        let written: Vec<IpAddr> = wishes.iter().map(|wish| wish.address).collect();
        outcome.report = dns_records::write_reverse(vm, &written).await?;
        Ok(())
    })
    .await?;
    Ok(ReverseNamesSaved {
        addresses: list(site, &fresh, &plan, who).await?,
        ticket: outcome.ticket,
        warning: outcome.warning(who),
    })
}

/// What came of it, beside being saved.
#[derive(Default)]
struct Outcome {
    ticket: bool,
    report: Option<Report>,
}

impl Outcome {
    /// What a name server did not do; it is remembered, and the cron goes on trying.
    fn warning(&self, who: Person) -> Option<Sentence> {
        let report = self.report.as_ref().filter(|report| !report.all_ok())?;
        let failed = report.lines.iter().filter(|line| !line.ok);
        let lines: Vec<&str> = failed.map(|line| line.text.as_str()).collect();
        Some(match who {
            Person::Staff => say::names_partly(lines.join("; ")),
            Person::Client => say::names_later(),
        })
    }
}

/// The names chosen so far, by address.
type Chosen = [(IpAddr, String)];

/// The form's names, and what the row shall hold.
///
/// # Errors
/// One per address.
fn read(
    held: &[AddressRow],
    chosen: &Chosen,
    names: &Value,
) -> Result<(Vec<Wish>, String), Vec<FieldError>> {
    let mut errors = vec![];
    let mut wishes: Vec<Wish> = vec![];
    for (field, typed) in lenient::pairs(Some(names)) {
        match wish(held, chosen, &field, &typed) {
            Ok(wish) => wishes.push(wish),
            Err(error) => errors.push(error),
        }
    }
    if wishes.is_empty() && errors.is_empty() {
        errors.push(FieldError::new("names", say::name_which()));
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    // What is kept of before: names of addresses the service still holds.
    let mut stored = Map::new();
    for row in held {
        let own = row.text.parse::<IpAddr>().ok();
        let wish = wishes.iter().find(|wish| Some(wish.address) == own);
        let name = match wish {
            Some(wish) => Some(&wish.name),
            None => chosen
                .iter()
                .find(|(known, _)| Some(*known) == own)
                .map(|(_, name)| name),
        };
        if let Some(name) = name.filter(|name| !name.is_empty()) {
            stored.insert(row.text.clone(), json!(name));
        }
    }
    let stored = Value::Object(stored).to_string();
    Ok((wishes, stored))
}

/// What is typed beside one address.
fn wish(
    held: &[AddressRow],
    chosen: &Chosen,
    field: &str,
    typed: &str,
) -> Result<Wish, FieldError> {
    let own = field.parse::<IpAddr>().ok();
    let row = held
        .iter()
        .find(|row| own.is_some() && row.text.parse::<IpAddr>().ok() == own);
    let (Some(address), Some(row)) = (own, row) else {
        let shown: String = field.chars().filter(|c| !c.is_control()).take(45).collect();
        return Err(FieldError::new(shown, say::name_none()));
    };
    let name = match typed.trim() {
        "" => String::new(),
        typed => host_name(typed).map_err(|rule| FieldError::new(row.text.clone(), rule))?,
    };
    let before = chosen
        .iter()
        .find(|(known, _)| *known == address)
        .map_or("", |(_, name)| name);
    Ok(Wish {
        address,
        text: row.text.clone(),
        changed: before != name,
        name,
    })
}

/// Asks support for what no zone takes.
async fn open_ticket(
    vm: &Vm,
    department: u64,
    wishes: &[Wish],
    without: &[IpAddr],
) -> Result<(), Refusal> {
    let lines: Vec<String> = wishes
        .iter()
        .filter(|wish| without.contains(&wish.address))
        .map(|wish| {
            let name = Some(&wish.name).filter(|name| !name.is_empty());
            format!("{} -> {}", wish.text, name.unwrap_or(&vm.service.domain))
        })
        .collect();
    let service = vm.record.service;
    let args = json!({
        "department_id": department,
        "client_id": vm.service.client_id,
        "service_id": service.0,
        "subject": format!("Reverse DNS of service #{service} ({})", vm.service.domain),
        "message": format!("Please set these reverse names:\n\n{}", lines.join("\n")),
    });
    let host = &vm.site.host;
    let answer = host.effect("open_ticket", args).await?;
    if lenient::flag(&answer["ok"]) == Some(true) {
        return Ok(());
    }
    vm.tell_admin(&format!(
        "The reverse DNS ticket of service {service} could not be opened: {}",
        lenient::text_of(&answer, "error")
    ))
    .await;
    Err(say::names_support().into())
}
