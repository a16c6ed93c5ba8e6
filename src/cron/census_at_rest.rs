//! The look that ends a run: what stands on each cluster, also on one that the run had nothing to do on. A VM that was deleted
//! by hand becomes an alarm within a minute this way, and not with the next order.
//!
//! It comes after everything that is due, and a cluster that does not answer costs the run no more than [`LIMIT`].

use super::Tick;
use crate::host::HostError;
use crate::limits::Limits;
use crate::model::ServerId;
use crate::plan::ServerFields;
use crate::pve::{Resource, ResourceKind};
use crate::store::StoreError;
use crate::vm::{SharedCluster, census};
use futures_util::future::join_all;
use serde_json::json;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// How long the clusters have to answer, all together. A healthy one lists ten thousand guests within a second.
const LIMIT: Duration = Duration::from_secs(5);

/// What a run has heard of the clusters, by their keys.
#[derive(Default)]
pub struct Heard(RefCell<BTreeMap<String, Option<Rc<Vec<Resource>>>>>);

impl Heard {
    /// The run has worked on it, and the census was taken; or it does not answer.
    pub(super) fn is_done(&self, key: &str) {
        self.0.borrow_mut().insert(key.to_owned(), None);
    }

    /// It has listed this.
    pub(super) fn listed(&self, key: &str, list: Rc<Vec<Resource>>) {
        self.0.borrow_mut().insert(key.to_owned(), Some(list));
    }

    /// Whether there is nothing more to hear of it in this run.
    fn knows(&self, key: &str) -> bool {
        matches!(self.0.borrow().get(key), Some(None))
    }

    fn list(&self, key: &str) -> Option<Rc<Vec<Resource>>> {
        self.0.borrow().get(key).cloned().flatten()
    }
}

/// Takes the census of every cluster that the run did not take it of.
pub(super) async fn look(tick: &Tick<'_>) -> Result<(), StoreError> {
    let limit = LIMIT.min(tick.left());
    if limit.is_zero() {
        return Ok(());
    }
    let clusters = clusters(tick).await?;
    if clusters.is_empty() {
        return Ok(());
    }
    let before = census::last(tick.site).await?;
    let until = Instant::now() + limit;
    let asked = clusters.iter().map(|cluster| async {
        if let Some(list) = tick.heard.list(&cluster.key) {
            return Some(list);
        }
        let ask = cluster.api.resources(ResourceKind::All);
        let answer = timeout(limit, ask).await;
        answer.ok()?.ok().map(Rc::new)
    });
    // One that does not answer says nothing: the next run asks it again.
    let lists = join_all(asked).await;
    for (cluster, list) in clusters.iter().zip(lists) {
        let left = until.saturating_duration_since(Instant::now());
        if let Some(list) = list {
            census::at_rest(tick.site, cluster, &list, &before, left).await?;
        }
    }
    Ok(())
}

/// The clusters that server entries led to when they were asked last, each once. An entry that leads elsewhere since then
/// is asked for its name by the work on its services, not here.
async fn clusters(tick: &Tick<'_>) -> Result<Vec<Rc<SharedCluster>>, StoreError> {
    let (mut clusters, mut keys) = (vec![], BTreeSet::new());
    for (server, key) in tick.settings.clusters_of_servers() {
        if keys.contains(key) || tick.heard.knows(key) {
            continue;
        }
        let args = json!({"server_id": server});
        let entry = match tick.site.host.effect("server_params", args).await {
            Ok(entry) => entry,
            Err(HostError::Gone) => return Err(HostError::Gone.into()),
            // Its entry cannot be read: another one may lead to the same cluster.
            Err(_) => continue,
        };
        let Ok(fields) = ServerFields::parse(&entry) else {
            continue;
        };
        let (server, settings) = (ServerId(server), &tick.settings);
        let known =
            SharedCluster::remembered(tick.site, server, &fields, settings, Limits::default())
                .await;
        if let Ok(Some(cluster)) = known {
            keys.insert(key);
            clusters.push(cluster);
        }
    }
    Ok(clusters)
}
