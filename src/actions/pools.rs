//! IP pools, as the addon's page edits them.

use super::EntryError;
use super::answer::Denial;
use super::page_operations::{Empty, PoolDelete, PoolShown, PoolUsage};
use crate::ipam::{Pool, ZoneHint, scope};
use crate::model::{FieldError, Sentence, ServiceId, lenient, say};
use crate::site::Site;
use crate::store::pool::{self, PoolRow};
use crate::store::{address, pool_use, setting};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// All pools with their usage.
pub(super) async fn list(site: &Site) -> Result<Vec<PoolShown>, EntryError> {
    let servers = server_names(site).await?;
    let mut pools = vec![];
    for row in pool::list(&site.host, None).await? {
        let (usage, error) = match Pool::parse(&json!(row)) {
            Ok(pool) => (Some(usage(site, row.server, &pool).await?), None),
            Err(errors) => (None, Some(FieldError::sentences(&errors))),
        };
        pools.push(PoolShown {
            server: servers.get(&row.server).cloned().unwrap_or_default(),
            row,
            usage,
            error,
        });
    }
    Ok(pools)
}

async fn usage(site: &Site, server: u64, pool: &Pool) -> Result<PoolUsage, EntryError> {
    let range = pool.range();
    let scope = scope(&cluster_of(site, server).await?, &pool.bridge, pool.vlan);
    let (first, last) = (range.first.to_string(), range.last.to_string());
    let (held, waiting) =
        address::usage(&site.host, &scope, pool.family.number(), &first, &last).await?;
    let usage = pool.usage(held + waiting);
    Ok(PoolUsage {
        used: usage.used.to_string(),
        total: usage.total.to_string(),
        percent: usage.basis_points() as f64 / 100.0,
        quarantine: waiting,
        zone_hint: match pool.zone_hint() {
            ZoneHint::Zone(zone) => zone,
            ZoneHint::Classless => "classless delegation required".to_owned(),
        },
    })
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
pub(super) async fn save(site: &Site, form: &Value) -> Result<Empty, Denial> {
    let unsaved = |errors| Denial::Misfilled(say::pool_unsaved(), errors);
    let pool = Pool::parse(form).map_err(unsaved)?;
    if !server_names(site).await?.contains_key(&pool.server_id.0) {
        return Err(unsaved(vec![FieldError::new(
            "server_id",
            say::pool_server(),
        )]));
    }
    for other in pool::list(&site.host, Some(pool.server_id.0)).await? {
        let Ok(known) = Pool::parse(&json!(other)) else {
            continue;
        };
        if other.id != pool.id && known.overlaps(&pool) {
            let rule = say::pool_overlap(other.id, &other.start, &other.stop);
            return Err(unsaved(vec![FieldError::new("address_start", rule)]));
        }
    }
    let row = PoolRow::of(&pool.to_value());
    pool::save(&site.host, &row).await?;
    Ok(Empty {})
}

/// Removes a pool; what was given out of it stays with its services. One in use is removed only where that was read and
/// confirmed.
pub(super) async fn delete(site: &Site, wanted: &PoolDelete) -> Result<Empty, Denial> {
    let id = wanted.id.filter(|id| *id > 0).ok_or_else(say::pool_none)?;
    if !wanted.confirmed
        && let Some(why) = in_use(site, id).await?
    {
        return Err(Denial::Unconfirmed(why));
    }
    pool::delete(&site.host, id).await?;
    Ok(Empty {})
}

/// What hangs on a pool; `None`: nothing.
async fn in_use(site: &Site, id: u64) -> Result<Option<Sentence>, EntryError> {
    let rows = pool::list(&site.host, None).await?;
    let row = rows.into_iter().find(|row| row.id == id);
    let Some(pool) = row.and_then(|row| Pool::parse(&json!(row)).ok()) else {
        return Ok(None);
    };
    let cluster = cluster_of(site, pool.server_id.0).await?;
    let scope = scope(&cluster, &pool.bridge, pool.vlan);
    let range = pool.range();
    let (first, last) = (range.first.to_string(), range.last.to_string());
    let family = pool.family.number();
    let (held, waiting) = address::usage(&site.host, &scope, family, &first, &last).await?;
    let holders = pool_use::holders(&site.host, &scope, family, &first, &last).await?;
    if held + waiting == 0 && holders.is_empty() {
        return Ok(None);
    }
    let count = held + waiting;
    let list = numbers(&holders);
    Ok(Some(say::pool_used(count, list)))
}

/// Services by number, the first of many.
pub(super) fn numbers(services: &[ServiceId]) -> String {
    const FIRST: usize = 20;
    let shown: Vec<String> = services
        .iter()
        .take(FIRST)
        .map(ToString::to_string)
        .collect();
    match services.len() {
        0 => "–".to_owned(),
        many if many > FIRST => format!("{} … ({many})", shown.join(", ")),
        _ => shown.join(", "),
    }
}
