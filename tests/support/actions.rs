//! The entries from PHP as a reader of English sees their answers: each sentence is its text, wherever it stands.

use super::schema;
use puq_proxmox_kvm::actions;
use puq_proxmox_kvm::model::ServiceId;
use puq_proxmox_kvm::site::Site;
use puq_proxmox_kvm::store::vm;
use serde_json::{Map, Value};

#[allow(unused_imports, reason = "each test binary uses a part")]
pub use puq_proxmox_kvm::actions::{EntryError, inputs};

/// An answer with each sentence as its English text, as PHP makes it for whoever reads English.
pub fn english(answer: Value) -> Value {
    match answer {
        Value::Array(list) => list.into_iter().map(english).collect(),
        Value::Object(map) => match said(&map) {
            Some(text) => text.into(),
            None => map
                .into_iter()
                .map(|(key, value)| (key, english(value)))
                .collect(),
        },
        other => other,
    }
}

fn said(map: &Map<String, Value>) -> Option<String> {
    let sentence = map.len() == 3 && map.contains_key("key") && map.contains_key("args");
    let text = map.get("text").filter(|_| sentence)?;
    text.as_str().map(str::to_owned)
}

macro_rules! pages {
    ($($name:ident($($arg:ident: $type:ty),*);)+) => {
        $(pub async fn $name(site: &Site $(, $arg: $type)*) -> Result<Value, EntryError> {
            actions::$name(site $(, $arg)*).await.map(english)
        })+
    };
}

pages! {
    addon_activate();
    dns_export(request: Value);
    list_accounts(params: Value);
    metrics(params: Value);
    product_form(product: u64);
    product_save(product: u64, form: Value);
    test_connection(params: Value);
    update_usage(params: Value);
}

/// A request of staff who type the VM's name where they are asked to.
async fn confirmed(site: &Site, mut request: Value, params: &[&Value]) -> Value {
    let asks = matches!(request["op"].as_str(), Some("redeploy" | "reset" | "step"));
    let Some(params) = params
        .first()
        .filter(|_| asks && request["confirm"].is_null())
    else {
        return request;
    };
    let service = ServiceId(params["serviceid"].as_u64().unwrap_or(0));
    if let Ok(Some(record)) = vm::find(&site.host, service).await
        && record.vmid.is_some()
    {
        request["confirm"] = record.name.into();
    }
    request
}

/// One request of a page, whose answer must be of its operation's type.
macro_rules! typed {
    ($($name:ident($asker:literal $(, $arg:ident)?);)+) => {
        $(pub async fn $name(
            site: &Site,
            $($arg: Value,)?
            request: Value,
        ) -> Result<Value, EntryError> {
            let op = request["op"].as_str().unwrap_or_default().to_owned();
            let request = confirmed(site, request, &[$(&$arg)?]).await;
            let answer = actions::$name(site $(, $arg)?, request).await?;
            schema::assert_reply($asker, &op, &answer);
            Ok(english(answer))
        })+
    };
}

typed! {
    addon_api("addon");
    admin_api("admin", params);
    client_api("client", params);
}

pub async fn client_overview(site: &Site, params: Value) -> Result<Value, EntryError> {
    let page = actions::client_overview(site, params).await?;
    schema::assert_type("Overview", &page);
    Ok(english(page))
}

pub async fn admin_service(site: &Site, params: Value) -> Result<Value, EntryError> {
    let page = actions::admin_service(site, params).await?;
    schema::assert_type("AdminService", &page);
    Ok(english(page))
}

macro_rules! commands {
    ($($name:ident)+) => {
        $(pub async fn $name(site: &Site, params: Value) -> Result<String, EntryError> {
            let answer = actions::$name(site, params).await.map(english)?;
            Ok(answer["error"].as_str().unwrap_or("success").to_owned())
        })+
    };
}

commands! {
    change_package
    change_password
    create_account
    suspend_account
    terminate_account
    unsuspend_account
}
