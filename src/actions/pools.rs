//! IP pools, as the addon's page edits them.

use super::{EntryError, service};
use crate::ipam::{Pool, ZoneHint, scope};
use crate::model::{FieldError, lenient};
use crate::site::Site;
use crate::store::pool::{self, PoolRow};
use crate::store::{address, setting};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// All pools with their usage.
pub(super) async fn list(site: &Site) -> Result<Value, EntryError> {
    let servers = server_names(site).await?;
    let mut pools = vec![];
    for row in pool::list(&site.host, None).await? {
        let mut shown = json!(row);
        shown["server"] = servers.get(&row.server).cloned().unwrap_or_default().into();
        match Pool::parse(&json!(row)) {
            Ok(pool) => {
                let expanse = pool.expanse();
                let scope = scope(
                    &cluster_of(site, row.server).await?,
                    &pool.bridge,
                    pool.vlan,
                );
                let (first, last) = (expanse.first.to_string(), expanse.last.to_string());
                let (held, waiting) =
                    address::usage(&site.host, &scope, pool.family.number(), &first, &last).await?;
                let usage = pool.usage(held + waiting);
                shown["used"] = usage.used.to_string().into();
                shown["total"] = usage.total.to_string().into();
                shown["percent"] = (usage.basis_points() as f64 / 100.0).into();
                shown["quarantine"] = waiting.into();
                shown["zone_hint"] = match pool.zone_hint() {
                    ZoneHint::Zone(zone) => zone.into(),
                    ZoneHint::Classless => "classless delegation required".into(),
                };
            }
            Err(errors) => {
                shown["error"] = FieldError::sentences(&errors).into();
            }
        }
        pools.push(shown);
    }
    Ok(service::accepted(pools.into()))
}

/// The key of the cluster a server entry belongs to, as far as it is known.
async fn cluster_of(site: &Site, server: u64) -> Result<String, EntryError> {
    let stored = setting::get(&site.host, &format!("cluster:{server}")).await?;
    Ok(stored
        .and_then(|stored| stored.split_once('=').map(|(_, key)| key.to_owned()))
        .unwrap_or_default())
}

pub(super) async fn server_names(site: &Site) -> Result<BTreeMap<u64, String>, EntryError> {
    let servers = site.host.effect("servers", json!({})).await?;
    let one = |server: &Value| {
        Some((
            lenient::whole(&server["id"])?,
            lenient::text_of(server, "name"),
        ))
    };
    Ok(servers
        .as_array()
        .map(|list| list.iter().filter_map(one).collect())
        .unwrap_or_default())
}

/// Stores a pool, if every field keeps its rule and no other pool has one of its addresses.
pub(super) async fn save(site: &Site, form: &Value) -> Result<Value, EntryError> {
    let pool = match Pool::parse(form) {
        Ok(pool) => pool,
        Err(errors) => {
            let errors: Map<String, Value> = errors
                .iter()
                .map(|error| (error.field.clone(), error.sentence().into()))
                .collect();
            return Ok(json!({"ok": false, "error": "The pool is not saved.", "errors": errors}));
        }
    };
    if !server_names(site).await?.contains_key(&pool.server_id.0) {
        return Ok(json!({"ok": false, "error": "The pool is not saved.",
            "errors": {"server_id": "Choose one of the servers of this module."}}));
    }
    for other in pool::list(&site.host, Some(pool.server_id.0)).await? {
        let Ok(known) = Pool::parse(&json!(other)) else {
            continue;
        };
        if other.id != pool.id && known.overlaps(&pool) {
            let rule = format!(
                "Overlaps with pool {} ({} - {}).",
                other.id, other.start, other.stop
            );
            return Ok(
                json!({"ok": false, "error": "The pool is not saved.", "errors": {"address_start": rule}}),
            );
        }
    }
    let row = PoolRow::of(&pool.to_value());
    pool::save(&site.host, &row).await?;
    Ok(service::accepted(json!({})))
}

/// Removes a pool; what was given out of it stays with its services.
pub(super) async fn delete(site: &Site, id: &Value) -> Result<Value, EntryError> {
    match lenient::whole(id) {
        Some(id) if id > 0 => {
            pool::delete(&site.host, id).await?;
            Ok(service::accepted(json!({})))
        }
        _ => Ok(service::refusal("The request names no pool.")),
    }
}
