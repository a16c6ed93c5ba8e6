//! What every action on a service needs: its parameters, its record, its plan, its cluster.

use super::EntryError;
use crate::engine::limit::Limits;
use crate::model::{Before, Failure, FieldError, VmState, Wish};
use crate::plan::{Plan, Product, Service, ServiceStatus};
use crate::site::Site;
use crate::steps::Fleet;
use crate::store::vm::VmRecord;
use crate::store::{product, vm};
use serde_json::{Value, json};
use std::rc::Rc;

/// A service and its record.
#[derive(Clone)]
pub(super) struct Known {
    pub(super) service: Service,
    pub(super) record: VmRecord,
}

/// Reads the parameters of a module call.
pub(super) fn parse(params: &Value) -> Result<Service, EntryError> {
    Service::parse(params).map_err(EntryError::from)
}

/// The service and its record; `None` when it has none, that is no VM was ever ordered for it.
pub(super) async fn known(site: &Site, params: &Value) -> Result<Option<Known>, EntryError> {
    let service = parse(params)?;
    let record = vm::find(&site.host, service.id).await?;
    Ok(record.map(|record| Known { service, record }))
}

/// What was sold, or why that cannot be told.
pub(super) async fn plan(
    site: &Site,
    service: &Service,
) -> Result<Result<Plan, String>, EntryError> {
    let stored = product::settings(&site.host, &[service.product_id]).await?;
    let Some((_, settings)) = stored.first() else {
        return Ok(Err(no_settings(service)));
    };
    let product = match Product::from_json(settings) {
        Ok(product) => product,
        Err(error) => return Ok(Err(error.to_string())),
    };
    Ok(Plan::build(&product, service).map_err(|errors| FieldError::sentences(&errors)))
}

/// The sentence for a product nobody set up.
pub(super) fn no_settings(service: &Service) -> String {
    format!(
        "Product {} has no settings. Open its Module Settings (without JavaScript: its tab Other), choose template and storage, and save.",
        service.product_id
    )
}

/// The cluster a service is on.
pub(super) async fn fleet(site: &Site, service: &Service) -> Result<Rc<Fleet>, Failure> {
    Fleet::open(site, service.server_id, &service.server, Limits::default()).await
}

/// Where WHMCS has the service suspended, whatever VM it gets is off, and starts neither with its node nor by a click. Of
/// one that comes to us in that state nobody knows how it was before: it is taken to have run.
pub(super) fn stay_suspended(service: &Service, record: &mut VmRecord) {
    if service.status == ServiceStatus::Suspended && !record.suspended() {
        record.suspended_from = Some(Before::Running);
    }
    // A suspension that is to end, and could not yet, ends with the new VM.
    if record.suspended() && !record.wants(Wish::Unsuspend) {
        record.want(Wish::Suspend);
    }
}

/// An answer that says no.
pub(super) fn refusal(why: impl Into<String>) -> Value {
    json!({"ok": false, "error": why.into()})
}

/// An answer that says yes.
pub(super) fn accepted(data: Value) -> Value {
    json!({"ok": true, "data": data})
}

/// Why nothing can be done with a VM that is not ready, for staff, who know the states by their words.
pub(super) fn stands_at(state: VmState) -> String {
    match state.at_rest() {
        true => format!("Nothing is under way: the service stands at {state}."),
        false => format!("The VM is being worked on ({state})."),
    }
}
