//! What a product needs beside the cluster: a template, addresses to give out, a storage for the backups it sells. The
//! database alone knows it, so the product's form says it at once.

use super::Health;
use super::template::Finding;
use crate::ipam::{Family, LegacyList, Pool, scope};
use crate::model::{ServerId, say};
use crate::plan::Plan;
use crate::site::Site;
use crate::store::{StoreError, pool, pool_use, setting};
use serde_json::json;

/// Looks at a product of a server entry; `listed`: the entry's own list of addresses.
pub(super) async fn examine(
    site: &Site,
    server: ServerId,
    listed: &str,
    plan: &Plan,
) -> Result<Vec<Finding>, StoreError> {
    let mut found = vec![];
    if plan.template.is_none() {
        found.push((Health::Warn, say::template_none(), say::fix_template_none()));
    }
    let rows = pool::list(&site.host, Some(server.0)).await?;
    let pools: Vec<Pool> = rows
        .iter()
        .filter_map(|row| Pool::parse(&json!(row)).ok())
        .collect();
    let cluster = setting::cluster_of(&site.host, server.0).await?;
    for (family, count) in [
        (Family::V4, plan.net.static_ipv4()),
        (Family::V6, plan.net.static_ipv6()),
    ] {
        if count > 0 {
            found.extend(addresses(site, &cluster, &pools, listed, plan, family).await?);
        }
    }
    if plan.backups > 0 && plan.backup_storage.is_none() {
        found.push((
            Health::Fail,
            say::slots_unstored(plan.backups),
            say::fix_slots(),
        ));
    }
    Ok(found)
}

/// Whether there is an address of a family for the next order.
async fn addresses(
    site: &Site,
    cluster: &str,
    pools: &[Pool],
    listed: &str,
    plan: &Plan,
    family: Family,
) -> Result<Option<Finding>, StoreError> {
    let net = &plan.net;
    let serves = |pool: &&Pool| {
        pool.family == family && (net.auto_bridge || pool.is_on(&net.bridge, net.vlan))
    };
    let own: Vec<&Pool> = pools.iter().filter(serves).collect();
    // A list of the server entry itself: how much of it is left only an order finds out.
    if LegacyList::parse(listed).entries.iter().any(|entry| {
        Family::of(entry.address) == family
            && (net.auto_bridge || (entry.bridge == net.bridge && entry.vlan == net.vlan))
    }) {
        return Ok(None);
    }
    if own.is_empty() {
        let text = say::pool_missing(family.as_str());
        return Ok(Some((Health::Fail, text, say::fix_pool_missing())));
    }
    for pool in own {
        let range = pool.range();
        let scope = scope(cluster, &pool.bridge, pool.vlan);
        let (first, last) = (range.first.to_string(), range.last.to_string());
        let (held, waiting) =
            pool_use::usage(&site.host, &scope, family.number(), &first, &last).await?;
        let usage = pool.usage(held + waiting);
        if usage.used < usage.total {
            return Ok(None);
        }
    }
    let text = say::pool_full(family.as_str());
    Ok(Some((Health::Fail, text, say::fix_pool_full())))
}
