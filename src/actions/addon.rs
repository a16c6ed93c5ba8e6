//! The addon module: its tables come and go, and its pages ask.

use super::mails::MAILS;
use super::page_operations::{self as operations, AddonOp, Audience, Examined, Op};
use super::{
    EntryError, addresses, answer, caller, census, dashboard, help, import, pool_names, pools,
    product, settings, vms, zones,
};
use crate::doctor;
use crate::model::{ServerId, say};
use crate::site::Site;
use crate::store::request::Person;
use crate::store::{self, setting, task};
use serde_json::{Value, json};

/// Makes the tables, the task list and the mail templates, and imports what an earlier product left.
///
/// # Errors
/// When the database fails.
pub async fn activate(site: &Site) -> Result<Value, EntryError> {
    let about = site.about().await?;
    let version = store::migrate(&site.host, about.driver, site.now()).await?;
    for known in task::TASKS {
        task::ensure(&site.host, known.key, known.minutes).await?;
    }
    let templates: Vec<Value> = MAILS
        .iter()
        .map(|(name, subject, message)| json!({"name": name, "subject": subject, "message": message}))
        .collect();
    site.host
        .effect("create_email_templates", json!({"templates": templates}))
        .await?;
    let mut said = vec![format!(
        "PUQ Proxmox KVM is active (tables at version {version}). Allow your admin roles under Configure, then add an IP pool."
    )];
    said.extend(import::run(site, about.driver).await?);
    Ok(json!({"status": "success", "description": said.join(" ")}))
}

/// Brings the tables to this version.
///
/// # Errors
/// When the database fails.
pub async fn upgrade(site: &Site, _from: String) -> Result<Value, EntryError> {
    activate(site).await
}

/// Keeps the data, unless the admin chose to delete it.
///
/// # Errors
/// When the database fails.
pub async fn deactivate(site: &Site) -> Result<Value, EntryError> {
    if setting::number(&site.host, "delete_tables", 0).await? == 0 {
        return Ok(json!({"status": "success", "description": "Deactivated. All data is kept."}));
    }
    store::drop_tables(&site.host).await?;
    Ok(
        json!({"status": "success", "description": "Deactivated, and all tables of the module were deleted, as set in its settings."}),
    )
}

/// `cron.php --doctor`: prints what the doctor finds. The exit status; `None`: the arguments ask for something else.
pub async fn doctor_command(site: &Site, argv: &[String]) -> Option<i64> {
    let form = doctor::terminal::asked(argv)?;
    Some(doctor::terminal::run(site, form).await)
}

/// One request of the addon's pages.
///
/// # Errors
/// When the database fails.
pub async fn api(site: &Site, request: Value) -> Result<Value, EntryError> {
    let (row, op) = match operations::read(&request, Audience::Addon) {
        Ok(read) => read,
        Err(why) => return Ok(answer::refusal(why)),
    };
    // What alters a VM a role may be forbidden that may open the addon.
    if let Some(why) = caller::refused(site, row.effect).await? {
        return Ok(answer::refusal(why));
    }
    let Op::Addon(op) = op else {
        return Ok(answer::refusal(say::unknown()));
    };
    let who = Person::Staff;
    match op {
        AddonOp::DashboardRead(op) => answer::to(&op, who, dashboard::dashboard(site).await),
        AddonOp::CensusAdopt(op) => answer::to(&op, who, census::adopt(site, &op).await),
        AddonOp::CensusRemove(op) => answer::to(&op, who, census::remove(site, &op).await),
        AddonOp::CensusRedeploy(op) => answer::to(&op, who, census::redeploy(site, &op).await),
        AddonOp::PoolList(op) => answer::to(&op, who, pools::list(site, &op).await),
        AddonOp::PoolSave(op) => answer::to(&op, who, pools::save(site, &op.pool.0).await),
        AddonOp::PoolDelete(op) => answer::to(&op, who, pools::delete(site, &op).await),
        AddonOp::PoolNamesAsked(op) => {
            let names = pool_names::of_form(site, &op.pool.0).await;
            answer::to(&op, who, names)
        }
        AddonOp::AddressesAsked(op) => answer::to(&op, who, addresses::list(site, &op).await),
        AddonOp::VmList(op) => answer::to(&op, who, vms::list(site, &op).await),
        AddonOp::VmsAct(op) => answer::to(&op, who, vms::act(site, &op).await),
        AddonOp::VmLogRead(op) => answer::to(&op, who, vms::log(site, op.service_id).await),
        AddonOp::ZoneList(op) => answer::to(&op, who, zones::list(site).await),
        AddonOp::ZoneSave(op) => answer::to(&op, who, zones::save(site, &op.zone.0).await),
        AddonOp::ZoneTest(op) => answer::to(&op, who, zones::test(site, op.id).await),
        AddonOp::ZoneDelete(op) => answer::to(&op, who, zones::delete(site, &op).await),
        AddonOp::SettingsRead(op) => answer::to(&op, who, settings::read(site).await),
        AddonOp::SettingsSave(op) => {
            let saved = settings::save(site, &op.settings.0).await;
            answer::to(&op, who, saved)
        }
        AddonOp::TaskList(op) => answer::to(&op, who, settings::tasks(site).await),
        AddonOp::TasksSave(op) => answer::to(&op, who, settings::save_tasks(site, &op).await),
        AddonOp::ProductListsAsked(op) => {
            let lists = product::lists(site, op.product_id.unwrap_or(0)).await;
            answer::to(&op, who, lists)
        }
        AddonOp::NamePreviewAsked(op) => {
            let made = product::name_preview(site, &op).await;
            answer::to(&op, who, made)
        }
        AddonOp::HelpAsked(op) => answer::to(&op, who, help::help(site).await),
        AddonOp::DoctorAsked(op) => {
            let server = op.server_id.filter(|id| *id > 0).map(ServerId);
            let checks = doctor::examine(site, server).await;
            answer::to(&op, who, checks.map(|checks| Examined { checks }))
        }
    }
}
