//! On whose behalf something is asked, as WHMCS has it: a client is held to what the product permits, staff to the rights
//! of their role, and WHMCS itself (its cron, its API, a paid order) to neither.

use super::EntryError;
use super::page_operations::Effect;
use crate::model::{Sentence, say};
use crate::site::Site;
use crate::store::request::Person;
use serde_json::{Value, json};

/// The right that WHMCS asks for before it runs a module's command.
const COMMANDS: &str = "Perform Server Operations";
/// What the owner of a client's account permits a user of it who may change products, and not only see them.
const MANAGE: &str = "manageproducts";

/// Who asks. Only a client is bound by the product's permissions.
pub(super) async fn who(site: &Site) -> Result<Person, EntryError> {
    Ok(match ask(site).await?["who"] == "client" {
        true => Person::Client,
        false => Person::Staff,
    })
}

/// Why an operation of the staff's page is refused to whoever asks for it; `None`: it is not.
pub(super) async fn refused(site: &Site, effect: Effect) -> Result<Option<Sentence>, EntryError> {
    if effect != Effect::Alters {
        return Ok(None);
    }
    let asker = ask(site).await?;
    Ok(match asker["who"].as_str() {
        Some("client") => Some(say::unknown()),
        // WHMCS has looked itself where it runs one of its module commands.
        Some("staff") if asker["checked"] != true => lacking(&asker["rights"]),
        _ => None,
    })
}

/// Why a change is refused to a user of a client's account whom its owner lets only look; `None`: it is not.
pub(super) fn only_looks(params: &Value) -> Option<Sentence> {
    let permissions = params["user_permissions"].as_array()?;
    let may = permissions.iter().any(|word| word == MANAGE);
    (!may).then(say::user_only_looks)
}

fn lacking(rights: &Value) -> Option<Sentence> {
    let Some(rights) = rights.as_array() else {
        return Some(say::rights_unknown());
    };
    let has = rights.iter().any(|right| right == COMMANDS);
    (!has).then(|| say::no_right(COMMANDS))
}

async fn ask(site: &Site) -> Result<Value, EntryError> {
    Ok(site.host.effect("asker", json!({})).await?)
}
