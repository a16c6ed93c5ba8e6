//! The service that the parameters of a module call name.

use super::EntryError;
use crate::custody::LoadedService;
use crate::plan::Service;
use crate::site::Site;
use serde_json::Value;

/// Reads the parameters of a module call.
pub(super) fn parse(params: &Value) -> Result<Service, EntryError> {
    Service::parse(params).map_err(EntryError::from)
}

/// The service; `None` when it has no record, that is no VM was ever ordered for it.
pub(super) async fn load(site: &Site, params: &Value) -> Result<Option<LoadedService>, EntryError> {
    Ok(LoadedService::read(site, parse(params)?).await?)
}
