//! Installing anew, and new passwords: what a client or an admin asks for and the cron then does.

use super::page::{PageContext, free, look};
use super::page_operations::{
    Access, Entered, InstallOp, OsChoice, PasswordReset, Reinstall, ReinstallOptions, ResetPassword,
};
use super::{EntryError, answer};
use crate::custody::{Hindrance, LeasedService, Live, LoadedService, Refusal, enter};
use crate::model::{Secret, Sentence, VmAction, VmState, Vmid, lenient, say};
use crate::plan::{LONGEST_PASSWORD, Plan, sshkey};
use crate::pve::Power;
use crate::site::Site;
use crate::store::request::{self, Person};
use crate::store::vm::{self, VmRecord};
use serde_json::{Value, json};

/// What a client types to confirm that everything on the VM goes.
const CONFIRMATION: &str = "REINSTALL";
/// The states in which a system can be installed again.
const FROM: [VmState; 2] = [VmState::Ready, VmState::ErrorRestore];

/// A system that can be installed.
struct Choice {
    template: Vmid,
    name: String,
}

/// Answers what the pages *Reinstall* and *Reset password* ask.
pub(super) async fn api(
    site: &Site,
    context: PageContext,
    op: InstallOp,
) -> Result<Value, EntryError> {
    let PageContext { loaded, plan, who } = context;
    match op {
        InstallOp::ReinstallRead(op) => answer::to(&op, who, options(site, loaded, &plan).await),
        InstallOp::Reinstall(op) => {
            let entered = reinstall(site, loaded, plan, &op, who).await;
            answer::to(&op, who, entered)
        }
        InstallOp::AccessRead(op) => {
            let ssh_keys = keys_of(&loaded.record, &plan);
            answer::to(&op, who, Ok::<_, Refusal>(Access { ssh_keys }))
        }
        InstallOp::ResetPassword(op) => {
            let entered = reset_password(site, loaded, plan, &op, who).await;
            answer::to(&op, who, entered)
        }
    }
}

/// What can be installed, and whether it may be now.
async fn options(
    site: &Site,
    loaded: LoadedService,
    plan: &Plan,
) -> Result<ReinstallOptions, Refusal> {
    let choices = choices(site, &loaded, plan).await?;
    let current = loaded.record.template.or(plan.template);
    let live = Live::read(site, &loaded).await;
    let why = Hindrance::from(&loaded.service, &loaded.record, &live, &FROM);
    let one = |choice: Choice| OsChoice {
        template: choice.template.get(),
        name: choice.name,
    };
    Ok(ReinstallOptions {
        choices: choices.into_iter().map(one).collect(),
        current: current.map(Vmid::get),
        confirmation: CONFIRMATION,
        ssh_keys: keys_of(&loaded.record, plan),
        why: why.map(|why| why.sentence()),
    })
}

fn keys_of(record: &VmRecord, plan: &Plan) -> String {
    match record.ssh_keys.is_empty() {
        true => plan.ssh_keys.join("\n"),
        false => record.ssh_keys.clone(),
    }
}

/// What the product's option *Operating System* offers, and always what is installed now.
async fn choices(site: &Site, loaded: &LoadedService, plan: &Plan) -> Result<Vec<Choice>, Refusal> {
    let args = json!({"product_id": loaded.service.product_id.0});
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
    if let Some(current) = loaded.record.template.or(plan.template)
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

async fn reinstall(
    site: &Site,
    loaded: LoadedService,
    plan: Plan,
    wanted: &Reinstall,
    who: Person,
) -> Result<Entered, Refusal> {
    if who == Person::Client && wanted.confirm != CONFIRMATION {
        return Err(say::type_confirm(CONFIRMATION).into());
    }
    let template = match &wanted.template.0 {
        Value::Null => None,
        text if lenient::text(text).is_some_and(|text| text.trim().is_empty()) => None,
        number => Some(
            lenient::whole(number)
                .and_then(Vmid::new)
                .ok_or_else(say::system)?,
        ),
    };
    let offered = choices(site, &loaded, &plan).await?;
    if let Some(wanted) = template
        && !offered.iter().any(|choice| choice.template == wanted)
    {
        return Err(say::system().into());
    }
    let keys = keys(&wanted.ssh_keys.0)?;
    // What stands in the row from before must fit too: the VM is removed first, and would not come back.
    let kept: Vec<&str> = loaded.record.ssh_keys.lines().collect();
    if keys.is_none() && !sshkey::fit(&kept) {
        return Err(too_many_keys().into());
    }
    free(&loaded, &FROM)?;
    // The staff's button destroys no machine that somebody may be using this moment.
    let unfit = |stands| {
        let off = matches!(stands, Some(Power::Off | Power::Hibernated) | None);
        (who == Person::Staff && !off).then(say::stop_first)
    };
    let wanted = Wanted {
        action: VmAction::Reinstall,
        password: &Secret::new(site.random.password()),
        keys,
        template,
    };
    begin(site, loaded, plan, who, wanted, unfit).await
}

fn too_many_keys() -> Sentence {
    say::keys_many(sshkey::MOST_KEYS, sshkey::MOST_BYTES)
}

/// The keys of a form, one a line. `None`: the form has no such field, so those that are there stay.
fn keys(field: &Value) -> Result<Option<String>, Sentence> {
    if field.is_null() {
        return Ok(None);
    }
    let text = lenient::text(field).unwrap_or_default();
    let mut keys: Vec<String> = vec![];
    for (number, line) in text.lines().map(str::trim).enumerate() {
        if line.is_empty() {
            continue;
        }
        let key = sshkey::public_key(line).map_err(|why| say::key(number + 1, why))?;
        if !keys.contains(&key) {
            keys.push(key);
        }
        if !sshkey::fit(&keys) {
            return Err(too_many_keys());
        }
    }
    Ok(Some(keys.join("\n")))
}

async fn reset_password(
    site: &Site,
    loaded: LoadedService,
    plan: Plan,
    op: &ResetPassword,
    who: Person,
) -> Result<PasswordReset, Refusal> {
    let may_stop = op.shutdown;
    let keys = keys(&op.ssh_keys.0)?;
    free(&loaded, &[VmState::Ready])?;
    let password = Secret::new(site.random.password());
    let unfit = |stands| match stands {
        _ if may_stop => None,
        Some(Power::Off) => None,
        Some(Power::Hibernated) => Some(say::hibernates()),
        _ => Some(say::running()),
    };
    let entered = set_password(site, loaded, plan, who, (&password, keys), unfit).await?;
    Ok(PasswordReset {
        state: entered.state,
        password: password.expose().to_owned(),
    })
}

/// Records that the guest is to get this password, and these keys where there are any, and tells WHMCS. `unfit` says why it
/// cannot be set of a VM that stands so.
///
/// # Errors
/// Why it is not.
pub(super) async fn set_password(
    site: &Site,
    loaded: LoadedService,
    plan: Plan,
    who: Person,
    (password, keys): (&Secret, Option<String>),
    unfit: impl FnOnce(Option<Power>) -> Option<Sentence>,
) -> Result<Entered, Refusal> {
    let wanted = Wanted {
        action: VmAction::ResetPassword,
        password,
        keys,
        template: None,
    };
    begin(site, loaded, plan, who, wanted, unfit).await
}

/// Why this cannot be a guest's password.
pub(super) fn unfit(password: &Secret) -> Option<Sentence> {
    let text = password.expose();
    if text.is_empty() {
        return Some(say::password_empty());
    }
    if text.chars().count() > LONGEST_PASSWORD {
        return Some(say::password_long(LONGEST_PASSWORD));
    }
    text.chars().any(char::is_control).then(say::password_line)
}

/// What a flow that sets a password is to bring.
struct Wanted<'a> {
    /// To reinstall, or to set the password alone.
    action: VmAction,
    password: &'a Secret,
    /// The keys of the guest, one a line; `None`: as they are.
    keys: Option<String>,
    /// The template to install; `None`: as before.
    template: Option<Vmid>,
}

/// Puts a service at the begin of a flow and stores the password that it will set, where `unfit` says nothing against it of
/// a VM that stands so. The service is leased meanwhile, so no run reads the old password.
async fn begin(
    site: &Site,
    loaded: LoadedService,
    plan: Plan,
    who: Person,
    wanted: Wanted<'_>,
    unfit: impl FnOnce(Option<Power>) -> Option<Sentence>,
) -> Result<Entered, Refusal> {
    let leased = LeasedService::take(site, loaded, plan).await?;
    leased
        .work(async |leased| {
            let live = look(leased).await?;
            match unfit(live.stands()) {
                Some(why) => Err(why.into()),
                None => store_begin(site, leased, who, wanted).await,
            }
        })
        .await
}

async fn store_begin(
    site: &Site,
    leased: &mut LeasedService,
    who: Person,
    wanted: Wanted<'_>,
) -> Result<Entered, Refusal> {
    let state = match wanted.action {
        VmAction::Reinstall => VmState::Reinstall,
        _ => VmState::ResetPassword,
    };
    let password = wanted.password;
    let asked = leased.vm.asked(wanted.action, who);
    let record = &mut leased.vm.record;
    let was = record.state;
    record.template = wanted.template.or(record.template);
    if let Some(keys) = wanted.keys {
        record.ssh_keys = keys;
    }
    record.restore_archive.clear();
    enter(record, state, site.now());
    let also = vec![
        request::overtake(record.service, site.now()),
        asked.insert(),
    ];
    vm::save(&site.host, record, was, also).await?;
    let args = json!({"service_id": record.service.0, "password": password.expose()});
    site.host.effect("update_service", args).await?;
    Ok(Entered { state })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_checked_line_by_line() {
        assert_eq!(keys(&Value::Null), Ok(None));
        assert_eq!(keys(&json!(" \n")), Ok(Some(String::new())));
        let why = keys(&json!("\nssh-rsa nonsense")).unwrap_err();
        assert!(why.as_str().starts_with("Line 2"), "{why}");
    }

    #[test]
    fn a_password_is_one_line() {
        let unfit = |text: &str| unfit(&Secret::new(text)).is_some();
        assert!(unfit("") && unfit("a\nb") && unfit(&"x".repeat(129)));
        assert!(!unfit("with blank, ü and :colon$"));
    }
}
