//! What was found, as it is kept for the pages and for the next look, and what is told of it.

use super::{Census, Finding};
use crate::model::Vmid;
use crate::site::Site;
use crate::store::{StoreError, setting};
use crate::vm::SharedCluster;
use serde_json::json;
use std::collections::BTreeSet;

/// So many new findings are told one by one in WHMCS's activity log.
const TOLD: usize = 10;
/// The names of the settings that hold what was found begin so.
const NAMES: &str = "census";
/// So do those of a cluster's; its key follows.
const NAME: &str = "census:";

/// Stores what was found of a cluster, and tells WHMCS's activity log of what is new and alarming.
pub(super) async fn keep(
    site: &Site,
    cluster: &SharedCluster,
    before: Option<&Census>,
    findings: Vec<Finding>,
    list: String,
) -> Result<(), StoreError> {
    let old: BTreeSet<_> = before
        .into_iter()
        .flat_map(|census| &census.findings)
        .map(Finding::rank)
        .collect();
    let new = findings.iter().filter(|one| !old.contains(&one.rank()));
    let new: Vec<&Finding> = new.filter(|one| one.oddity.is_alarming()).collect();
    tell(site, &new).await;
    let census = Census {
        cluster: cluster.key.clone(),
        server: cluster.server.0,
        findings,
        list,
        at: site.now(),
    };
    store(site, &format!("{NAME}{}", cluster.key), &census).await
}

pub(super) async fn store(site: &Site, name: &str, census: &Census) -> Result<(), StoreError> {
    let text = serde_json::to_string(census).unwrap_or_default();
    setting::put(&site.host, name, &text).await
}

/// A line for each in WHMCS's activity log, up to a number that a person reads.
pub(super) async fn tell(site: &Site, new: &[&Finding]) {
    let mut lines: Vec<String> = new
        .iter()
        .take(TOLD)
        .map(|one| one.text.as_str().to_owned())
        .collect();
    if new.len() > TOLD {
        let more = new.len() - TOLD;
        lines.push(format!(
            "{more} more VMs are not as on record; the addon's dashboard lists them."
        ));
    }
    for line in lines {
        let args = json!({"text": format!("Proxmox KVM cron: {line}"), "client_id": 0});
        // The dashboard says it as well, so a log that cannot be written stops nothing.
        let _ = site.host.effect("log_activity", args).await;
    }
}

impl Census {
    /// Whether it is the one of this cluster as a whole.
    pub(super) fn is_whole(&self, key: &str) -> bool {
        self.cluster == key && !self.list.is_empty()
    }
}

/// What the last census of each cluster found.
///
/// # Errors
/// When the database fails.
pub async fn last(site: &Site) -> Result<Vec<Census>, StoreError> {
    let stored = setting::beginning(&site.host, NAMES).await?;
    let read = |text: &String| serde_json::from_str(text).ok();
    Ok(stored.iter().filter_map(read).collect())
}

pub(super) async fn of_cluster(site: &Site, key: &str) -> Result<Option<Census>, StoreError> {
    let stored = setting::get(&site.host, &format!("{NAME}{key}")).await?;
    Ok(stored.and_then(|text| serde_json::from_str(&text).ok()))
}

/// Forgets what was found of one VM, because somebody saw to it.
///
/// # Errors
/// When the database fails.
pub async fn settle(site: &Site, cluster: &str, vmid: Vmid) -> Result<(), StoreError> {
    let Some(mut census) = of_cluster(site, cluster).await? else {
        return Ok(());
    };
    census.findings.retain(|finding| finding.vmid != vmid);
    // It is compared anew by the next look.
    census.list = "changed".to_owned();
    store(site, &format!("{NAME}{cluster}"), &census).await
}
