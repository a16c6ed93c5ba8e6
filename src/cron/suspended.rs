//! Suspended services whose VM runs: somebody started it in Proxmox, its node did as it came up, or HA did. It is stopped
//! again. One answer of each cluster that has such services tells it of all of them.

use super::Tick;
use super::task_context::TaskContext;
use crate::model::{ServiceId, Vmid, Wish};
use crate::pve::Resource;
use crate::store::StoreError;
use crate::store::{operation, suspension, vm};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The cluster's list is never older than this many seconds (pvestatd refreshes it every ten).
const STALE_S: i64 = 60;

/// Records for the suspended services at rest whose VM runs that they are to be suspended again; which they are.
pub(super) async fn running_again(tick: &Tick<'_>) -> Result<Vec<ServiceId>, StoreError> {
    let host = &tick.site.host;
    let mut suspended = suspension::at_rest(host).await?;
    if suspended.is_empty() {
        return Ok(vec![]);
    }
    // No lease: nothing is worked on here, the services only lead to their clusters.
    let (context, _) = TaskContext::begin(tick, &[]).await?;
    let witnesses = loop {
        let of_server = suspended.iter().fold(BTreeMap::new(), |mut all, one| {
            all.entry(one.server).or_insert(one.service);
            all
        });
        let found = vm::load(host, &of_server.into_values().collect::<Vec<_>>()).await?;
        if found.unreadable.is_empty() {
            break found.readable;
        }
        // Another service leads to the same cluster.
        let unreadable: BTreeSet<ServiceId> =
            found.unreadable.iter().map(|row| row.service).collect();
        suspended.retain(|one| !unreadable.contains(&one.service));
    };
    let mut running: BTreeSet<(String, Vmid)> = BTreeSet::new();
    for record in &witnesses {
        // A cluster that does not answer says nothing: the next tick asks it again.
        let Ok(cluster) = context.custody.cluster_of(record).await else {
            continue;
        };
        let Ok(resources) = cluster.resources().await else {
            tick.heard.is_done(&cluster.key);
            continue;
        };
        tick.heard.listed(&cluster.key, Rc::clone(&resources));
        let guests = resources.iter().filter_map(Resource::guest);
        let up = guests.filter(|guest| guest.is_vm() && guest.status == "running");
        running.extend(up.map(|guest| (cluster.key.clone(), guest.vmid)));
    }
    let found: Vec<ServiceId> = suspended
        .into_iter()
        .filter(|one| running.contains(&(one.cluster.clone(), one.vmid)))
        .map(|one| one.service)
        .collect();
    let mut again = vec![];
    for mut record in vm::load(host, &found).await?.readable {
        // The list is some seconds old: of a VM that was switched a moment ago it tells how it was.
        let since = tick.site.now() - STALE_S;
        if operation::last_power(host, record.service, since)
            .await?
            .is_some()
        {
            continue;
        }
        again.push(record.service);
        let was = record.state;
        record.want(Wish::Suspend);
        record.next_look_at = Some(tick.site.now());
        match vm::save(host, &mut record, was, vec![]).await {
            // Somebody else changed the service this moment: the next tick looks again.
            Ok(()) | Err(StoreError::Stale) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(again)
}
