//! Who has which address, and who had it.

use super::answer::Denial;
use super::page_operations::{AddressTenure, Addresses, AddressesAsked, Concerned};
use super::{pools, vms};
use crate::ipam::{Pool, scope, sought};
use crate::model::{ServiceId, lenient, say, shown};
use crate::site::Site;
use crate::store::tenure::{self, Tenure, TenureSearch};
use crate::store::{pool, setting};
use serde_json::json;

/// A page of addresses with their services.
pub(super) async fn list(site: &Site, asked: &AddressesAsked) -> Result<Addresses, Denial> {
    let (offset, size) = pools::part(asked.page, asked.size);
    let mut wanted = TenureSearch {
        past: asked.past,
        size,
        offset,
        ..TenureSearch::default()
    };
    let mut pool = None;
    if let Some(id) = asked.pool.filter(|id| *id > 0) {
        let rows = pool::list(&site.host, None).await?;
        let row = rows
            .into_iter()
            .find(|row| row.id == id)
            .ok_or_else(say::pool_none)?;
        if let Ok(known) = Pool::parse(&json!(row)) {
            let cluster = setting::cluster_of(&site.host, row.server).await?;
            let range = known.range();
            wanted.scope = Some(scope(&cluster, &known.bridge, known.vlan));
            wanted.range = Some((
                range.family.number(),
                range.first.to_string(),
                range.last.to_string(),
            ));
        }
        pool = Some(row);
    }
    let search = lenient::text(&asked.search.0).unwrap_or_default();
    let search = search.trim();
    if let Some((family, first, last)) = sought(search) {
        let (mut first, mut last) = (first.to_string(), last.to_string());
        if let Some((of, low, high)) = &wanted.range {
            // Of a pool what both have; of another family it has none.
            (first, last) = match *of == family.number() {
                true => (first.max(low.clone()), last.min(high.clone())),
                false => (high.clone(), String::new()),
            };
        }
        wanted.range = Some((family.number(), first, last));
    } else if let Some(service) = lenient::whole_text(search.trim_start_matches('#')) {
        wanted.service = Some(ServiceId(service));
    } else if !search.is_empty() {
        return Err(say::ip(shown(search)).into());
    }
    let (total, found) = tenure::search(&site.host, &wanted).await?;
    let mut ids: Vec<ServiceId> = found.iter().map(|one| one.service).collect();
    ids.sort_unstable();
    ids.dedup();
    let sold = vms::sold(site, &ids).await?;
    let rows = found
        .into_iter()
        .map(|one| row(vms::concerned(one.service, sold.get(&one.service)), one))
        .collect();
    Ok(Addresses {
        pool,
        total,
        rows,
        size,
        sizes: pools::SIZES,
    })
}

fn row(mut whose: Concerned, found: Tenure) -> AddressTenure {
    // A service may have another owner since, or be gone from WHMCS: who had the address then is what is asked.
    if found.client > 0 && whose.client_id != Some(found.client) {
        whose.client_id = Some(found.client);
        whose.client = None;
    }
    let mut place = found.scope.rsplit('|');
    let vlan = place.next().unwrap_or_default().to_owned();
    AddressTenure {
        address: found.text,
        bridge: place.next().unwrap_or_default().to_owned(),
        vlan,
        whose,
        vmid: found.vmid,
        since: found.since,
        until: found.until,
    }
}
