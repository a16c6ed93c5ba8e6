//! Installing anew, and new passwords: what a client or an admin asks for and the cron then does.

use super::held::{self, Asked, Held, Who};
use super::{EntryError, client, live, service};
use crate::model::{Deed, Secret, VmState, Vmid, lenient};
use crate::plan::{LONGEST_PASSWORD, Plan, ServiceStatus, sshkey};
use crate::pve::Power;
use crate::site::Site;
use crate::store::StoreError;
use crate::store::request::{self, Request};
use crate::store::vm::{self, VmRecord};
use serde_json::{Value, json};

/// What a client types to confirm that everything on the VM goes.
const CONFIRMATION: &str = "REINSTALL";
/// More keys than a VM takes; the numbers are those of `plan::sshkey`.
const KEYS: &str =
    "A VM takes at most 20 SSH public keys, 16384 characters together; please remove some.";
/// Somebody else changed the row in the same moment.
const CHANGED: &str = "The service changed this moment; please try again.";

/// A system that can be installed.
struct Choice {
    template: Vmid,
    name: String,
}

/// Answers `reinstall_options`, `reinstall` and `reset_password`.
pub(super) async fn api(site: &Site, asked: Asked, request: &Value) -> Result<Value, EntryError> {
    let Asked { known, plan, who } = asked;
    let op = request["op"].as_str().unwrap_or_default();
    let permitted = match op {
        "reset_password" => plan.permissions.reset_password,
        _ => plan.permissions.reinstall,
    };
    if who == Who::Client && !permitted {
        return Ok(service::refusal(held::NOT_INCLUDED));
    }
    match op {
        "reinstall_options" => options(site, known, &plan).await,
        "reinstall" => reinstall(site, known, plan, request, who).await,
        "reset_password" => reset_password(site, known, plan, request, who).await,
        _ => Ok(service::refusal(held::UNKNOWN)),
    }
}

/// What can be installed, and whether it may be now.
async fn options(site: &Site, known: service::Known, plan: &Plan) -> Result<Value, EntryError> {
    let choices = choices(site, &known, plan).await?;
    let current = known.record.template.or(plan.template);
    let live = live::read(site, &known.service, &known.record).await;
    let why = in_the_way(&known, &live, &[VmState::Ready, VmState::ErrorRestore]);
    let one = |choice: &Choice| json!({"template": choice.template.get(), "name": choice.name});
    Ok(service::accepted(json!({
        "choices": choices.iter().map(one).collect::<Vec<_>>(),
        "current": current.map(Vmid::get),
        "confirmation": CONFIRMATION,
        "ssh_keys": keys_of(&known.record, plan),
        "why": why,
    })))
}

fn keys_of(record: &VmRecord, plan: &Plan) -> String {
    match record.ssh_keys.is_empty() {
        true => plan.ssh_keys.join("\n"),
        false => record.ssh_keys.clone(),
    }
}

/// What the product's option *Operating System* offers, and always what is installed now.
async fn choices(
    site: &Site,
    known: &service::Known,
    plan: &Plan,
) -> Result<Vec<Choice>, EntryError> {
    let args = json!({"product_id": known.service.product_id.0});
    let listed = site.host.effect("product_options", args).await?;
    let listed = listed.as_array().cloned().unwrap_or_default();
    let named = |wanted: &str| {
        listed.iter().find(|option| {
            let name = lenient::text_of(option, "name");
            name.split('|').next().unwrap_or_default().trim() == wanted
        })
    };
    let mut found: Vec<Choice> = named("Operating System")
        .or_else(|| named("OS"))
        .and_then(|option| option["choices"].as_array())
        .into_iter()
        .flatten()
        .filter_map(|choice| {
            let text = lenient::text(choice)?;
            let (value, label) = text.split_once('|').unwrap_or((&text, &text));
            Some(Choice {
                template: lenient::whole_text(value).and_then(Vmid::new)?,
                name: label.trim().to_owned(),
            })
        })
        .collect();
    if let Some(current) = known.record.template.or(plan.template)
        && !found.iter().any(|choice| choice.template == current)
    {
        found.insert(
            0,
            Choice {
                template: current,
                name: String::new(),
            },
        );
    }
    Ok(found)
}

/// Why nothing of this kind can be begun now.
fn in_the_way(known: &service::Known, live: &live::Live, from: &[VmState]) -> Option<String> {
    if known.service.status != ServiceStatus::Active {
        return Some("The service is not active.".to_owned());
    }
    if known.record.suspended() {
        return Some("The service is suspended.".to_owned());
    }
    if !from.contains(&known.record.state) {
        return Some(held::not_ready(known.record.state).to_owned());
    }
    if known.record.state == VmState::ErrorRestore {
        // There may be nothing left that could be looked at.
        return live.lock().map(held::locked);
    }
    client::blocked(&known.service, &known.record, live)
}

async fn reinstall(
    site: &Site,
    known: service::Known,
    plan: Plan,
    request: &Value,
    who: Who,
) -> Result<Value, EntryError> {
    if who == Who::Client && request["confirm"].as_str() != Some(CONFIRMATION) {
        return Ok(service::refusal(format!(
            "Type {CONFIRMATION} to confirm that everything on the VM is deleted."
        )));
    }
    let template = match &request["template"] {
        Value::Null => None,
        text if lenient::text(text).is_some_and(|text| text.trim().is_empty()) => None,
        number => match lenient::whole(number).and_then(Vmid::new) {
            Some(vmid) => Some(vmid),
            None => return Ok(service::refusal("This system is not offered.")),
        },
    };
    let offered = choices(site, &known, &plan).await?;
    if let Some(wanted) = template
        && !offered.iter().any(|choice| choice.template == wanted)
    {
        return Ok(service::refusal("This system is not offered."));
    }
    let keys = match keys(&request["ssh_keys"]) {
        Ok(keys) => keys,
        Err(why) => return Ok(service::refusal(why)),
    };
    // What stands in the row from before must fit too: the VM is removed first, and would not come back.
    let kept: Vec<&str> = known.record.ssh_keys.lines().collect();
    if keys.is_none() && !sshkey::fit(&kept) {
        return Ok(service::refusal(KEYS));
    }
    let live = live::read(site, &known.service, &known.record).await;
    if let Some(why) = in_the_way(&known, &live, &[VmState::Ready, VmState::ErrorRestore]) {
        return Ok(service::refusal(why));
    }
    // The staff's button destroys no machine that somebody may be using this moment.
    let off = matches!(live.stands(), Some(Power::Off | Power::Hibernated) | None);
    if who == Who::Admin && !off {
        return Ok(service::refusal(
            "The VM is running. Stop it first: installing anew deletes everything on it.",
        ));
    }
    let mut held = match held::hold(site, known, plan).await? {
        Ok(held) => held,
        Err(why) => return Ok(service::refusal(why)),
    };
    let record = &mut held.vm.record;
    record.template = template.or(record.template);
    if let Some(keys) = keys {
        record.ssh_keys = keys;
    }
    let password = Secret::new(site.chance.password());
    let asked = held.vm.asked(Deed::Reinstall, who.person());
    let begun = begin(site, &mut held, VmState::Reinstall, &asked, &password).await;
    held.let_go(site).await?;
    answer(begun?, VmState::Reinstall)
}

/// The keys of a form, one a line. `None`: the form has no such field, so those that are there stay.
fn keys(field: &Value) -> Result<Option<String>, String> {
    if field.is_null() {
        return Ok(None);
    }
    let text = lenient::text(field).unwrap_or_default();
    let mut keys: Vec<String> = vec![];
    for (number, line) in text.lines().map(str::trim).enumerate() {
        if line.is_empty() {
            continue;
        }
        let key = sshkey::public_key(line)
            .map_err(|why| format!("Line {} is no SSH public key: {why}.", number + 1))?;
        if !keys.contains(&key) {
            keys.push(key);
        }
        if !sshkey::fit(&keys) {
            return Err(KEYS.to_owned());
        }
    }
    Ok(Some(keys.join("\n")))
}

async fn reset_password(
    site: &Site,
    known: service::Known,
    plan: Plan,
    request: &Value,
    who: Who,
) -> Result<Value, EntryError> {
    let live = live::read(site, &known.service, &known.record).await;
    if let Some(why) = in_the_way(&known, &live, &[VmState::Ready]) {
        return Ok(service::refusal(why));
    }
    let may_stop = lenient::flag(&request["shutdown"]).unwrap_or(false);
    if live.stands() == Some(Power::Hibernated) && !may_stop {
        return Ok(service::refusal(held::HIBERNATES));
    }
    if live.stands() != Some(Power::Off) && !may_stop {
        return Ok(service::refusal(
            "The VM is running. Shut it down first, or choose to have it shut down now.",
        ));
    }
    let password = Secret::new(site.chance.password());
    set_password(site, known, plan, &password, who).await
}

/// Records that the guest is to get this password, and tells WHMCS.
pub(super) async fn set_password(
    site: &Site,
    known: service::Known,
    plan: Plan,
    password: &Secret,
    who: Who,
) -> Result<Value, EntryError> {
    let mut held = match held::hold(site, known, plan).await? {
        Ok(held) => held,
        Err(why) => return Ok(service::refusal(why)),
    };
    let asked = held.vm.asked(Deed::ResetPassword, who.person());
    let begun = begin(site, &mut held, VmState::ResetPassword, &asked, password).await;
    held.let_go(site).await?;
    answer(begun?, VmState::ResetPassword)
}

/// Why this cannot be a guest's password.
pub(super) fn unfit(password: &Secret) -> Option<&'static str> {
    let text = password.expose();
    if text.is_empty() {
        return Some("The new password is empty.");
    }
    if text.chars().count() > LONGEST_PASSWORD {
        return Some("The new password must have at most 128 characters.");
    }
    text.chars()
        .any(char::is_control)
        .then_some("The new password must be one line without control characters.")
}

/// Puts the service at the beginning of the flow that was asked for and stores the password that it will set. The service is held
/// meanwhile, so no run reads the old one. `false`: somebody else changed the service.
async fn begin(
    site: &Site,
    held: &mut Held,
    state: VmState,
    asked: &Request,
    password: &Secret,
) -> Result<bool, EntryError> {
    let record = &mut held.vm.record;
    let was = record.state;
    record.state = state;
    record.flow = asked.deed.flow();
    record.restore_archive.clear();
    record.clear_waiting();
    record.next_look_at = Some(site.now());
    let also = vec![
        request::overtake(record.service, site.now()),
        asked.insert(),
    ];
    match vm::save(&site.host, record, was, also).await {
        Ok(()) => {}
        Err(StoreError::Stale) => return Ok(false),
        Err(error) => return Err(error.into()),
    }
    let args = json!({"service_id": record.service.0, "password": password.expose()});
    site.host.effect("update_service", args).await?;
    Ok(true)
}

fn answer(begun: bool, state: VmState) -> Result<Value, EntryError> {
    Ok(match begun {
        true => service::accepted(json!({"state": state.as_str()})),
        false => service::refusal(CHANGED),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_checked_line_by_line() {
        assert_eq!(keys(&Value::Null), Ok(None));
        assert_eq!(keys(&json!(" \n")), Ok(Some(String::new())));
        let why = keys(&json!("\nssh-rsa nonsense")).unwrap_err();
        assert!(why.starts_with("Line 2"), "{why}");
        assert!(
            KEYS.contains(&sshkey::MOST.to_string()) && KEYS.contains(&sshkey::BYTES.to_string())
        );
    }

    #[test]
    fn a_password_is_one_line() {
        let unfit = |text: &str| unfit(&Secret::new(text)).is_some();
        assert!(unfit("") && unfit("a\nb") && unfit(&"x".repeat(129)));
        assert!(!unfit("with blank, ü and :colon$"));
    }
}
