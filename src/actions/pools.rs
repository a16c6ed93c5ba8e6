//! IP pools, as the addon's page edits them.

use super::EntryError;
use super::answer::Denial;
use super::page_operations::{Empty, PoolDelete, PoolList, PoolShown, PoolUsage, Pools};
use super::pool_names;
use crate::ipam::{Pool, ZoneHint, scope, sought};
use crate::model::{FieldError, Sentence, ServiceId, lenient, say};
use crate::site::Site;
use crate::store::pool::{self, PoolRow};
use crate::store::{pool_use, setting};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The sizes that a page of a list offers, the usual one first.
pub(super) const SIZES: &[u64] = &[25, 50, 100];
/// Rows of a page at most.
pub(super) const LARGEST_PAGE: u64 = 200;
/// The last page that can be asked for: databases count rows in signed numbers.
pub(super) const LAST_PAGE: u64 = 1_000_000_000;

/// How many rows come before a page, and how many it has.
pub(super) fn part(page: Option<u64>, size: Option<u64>) -> (u64, u64) {
    let size = size.unwrap_or(SIZES[0]).clamp(1, LARGEST_PAGE);
    let page = page.unwrap_or(1).clamp(1, LAST_PAGE);
    ((page - 1).saturating_mul(size), size)
}

/// A page of the pools with their usage.
pub(super) async fn list(site: &Site, asked: &PoolList) -> Result<Pools, EntryError> {
    let servers = server_names(site).await?;
    let search = lenient::text(&asked.search.0).unwrap_or_default();
    let search = search.trim().to_lowercase();
    let mut rows = pool::list(&site.host, None).await?;
    rows.retain(|row| {
        let server = servers.get(&row.server).map_or("", String::as_str);
        asked.id.is_none_or(|id| row.id == id) && matches(row, server, &search)
    });
    let (before, size) = part(asked.page, asked.size);
    let total = rows.len() as u64;
    let zones = pool_names::zones(site).await?;
    let mut pools = vec![];
    let shown = rows
        .into_iter()
        .skip(usize::try_from(before).unwrap_or(usize::MAX));
    for row in shown.take(usize::try_from(size).unwrap_or(usize::MAX)) {
        let (usage, error) = match Pool::parse(&json!(row)) {
            Ok(pool) => (Some(usage(site, row.server, &pool, &zones).await?), None),
            Err(errors) => (None, Some(FieldError::sentences(&errors))),
        };
        pools.push(PoolShown {
            server: servers.get(&row.server).cloned().unwrap_or_default(),
            row,
            usage,
            error: error.map(Sentence::foreign),
        });
    }
    Ok(Pools {
        total,
        rows: pools,
        size,
        sizes: SIZES,
    })
}

/// Whether a pool is what somebody looks for: by an address or a network that meets it, else by a word of what is shown.
fn matches(row: &PoolRow, server: &str, search: &str) -> bool {
    if let Some((family, first, last)) = sought(search)
        && let Ok(pool) = Pool::parse(&json!(row))
    {
        let range = pool.range();
        return range.family == family && range.first <= last && first <= range.last;
    }
    let texts = [
        server,
        &row.family,
        &row.bridge,
        &row.gateway,
        &row.start,
        &row.stop,
        &row.dns1,
        &row.dns2,
    ];
    search.is_empty()
        || row.id.to_string() == search
        || texts
            .iter()
            .any(|text| text.to_lowercase().contains(search))
}

async fn usage(
    site: &Site,
    server: u64,
    pool: &Pool,
    zones: &[pool_names::Placed],
) -> Result<PoolUsage, EntryError> {
    let range = pool.range();
    let scope = scope(
        &setting::cluster_of(&site.host, server).await?,
        &pool.bridge,
        pool.vlan,
    );
    let (first, last) = (range.first.to_string(), range.last.to_string());
    let (held, waiting) =
        pool_use::usage(&site.host, &scope, pool.family.number(), &first, &last).await?;
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
        names: pool_names::of(zones, pool.first, pool.last, pool.mask),
    })
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
    let cluster = setting::cluster_of(&site.host, pool.server_id.0).await?;
    let scope = scope(&cluster, &pool.bridge, pool.vlan);
    let range = pool.range();
    let (first, last) = (range.first.to_string(), range.last.to_string());
    let family = pool.family.number();
    let (held, waiting) = pool_use::usage(&site.host, &scope, family, &first, &last).await?;
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
