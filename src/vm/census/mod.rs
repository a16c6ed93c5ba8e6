//! The census: what stands on a cluster with our marks, compared with the records. A database that lost its last commits, or
//! was restored from a backup, knows less than the cluster does; nothing else would ever notice.
//!
//! It changes nothing on the cluster. What it found is kept for the pages, until the next look finds otherwise.
//!
//! A run of the cron takes it where it has asked the cluster anyway ([`take`]), and at its end of every other cluster
//! ([`at_rest`]), so that a VM that was deleted by hand is an alarm within a minute. That one costs the cluster one answer,
//! and the database nothing as long as the cluster lists the same as before: it compares with the records only then.
//!
//! A VM has its mark in its notes from the clone on, but Proxmox takes tags only afterwards (no release's `clone` has such a
//! parameter) and lists no notes. So one without a tag is known by its name, and its notes are read. While a clone runs,
//! Proxmox shows neither name nor notes, and its task names the template's number alone: nothing tells whose it is before it
//! ended. An order therefore waits for a clone that no record accounts for (`clone::find_own`).

mod address;
mod compare;
mod kept;

use super::SharedCluster;
use crate::model::{OwnerMark, Sentence, ServiceId, Vmid};
use crate::pve::{Guest, Resource, ResourceKind};
use crate::site::Site;
use crate::store::vm_list as records;
use crate::store::vm_list::Marked;
use crate::store::{StoreError, vmid};
pub use address::note as note_address;
use kept::{keep, of_cluster, store, tell};
pub use kept::{last, settle};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// At most this many findings are kept of one cluster: after a restore of an old database there are more than anybody reads.
const FINDINGS_KEPT: usize = 200;
/// The notes of at most this many VMs are read in one look: few VMs have a service's name but not its number.
const NOTES_READ: usize = 20;
/// So many VMs that a list lacks are proven to be gone in one look. The others are told of by the next looks.
const PROVEN: usize = 20;
/// A list that stays the same is compared with the records once in so many seconds all the same: they may have been changed
/// by hand.
const SAME_FOR_S: i64 = 3600;
/// How long the questions of a look may take beside a run's work, where the cluster was heard of in the same run.
const LOOK_LIMIT: Duration = Duration::from_secs(60);

/// What is odd about a VM, or a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Oddity {
    /// A VM with the mark of a service that has another one, or none any more.
    Stray,
    /// A VM with a mark that no record has.
    Unknown,
    /// The service's only VM, but not at the number on record.
    WrongNumber,
    /// A record whose VM is on no node.
    Missing,
    /// A VM on another node than it was seen on last.
    Moved,
    /// A VM that runs though its service is suspended.
    Runs,
    /// A template with the mark of a service, or at the number of one.
    Template,
    /// A container with the mark of a service, or at the number of one.
    Container,
    /// A VM that is configured with an address which is not its service's.
    Address,
}

impl Oddity {
    /// Whether it is new to a person, who has to do something about it. What runs is stopped again and what moved is
    /// followed, and other installations' VMs are none of ours.
    fn is_alarming(self) -> bool {
        !matches!(self, Self::Unknown | Self::Moved | Self::Runs)
    }
}

/// One thing that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What is odd.
    pub oddity: Oddity,
    /// The VM's number; of a missing one the number on record.
    pub vmid: Vmid,
    /// The service whose mark it carries; `None`: nobody knows.
    pub service: Option<ServiceId>,
    /// A sentence for the staff: what was found, and what to do.
    pub text: Sentence,
}

impl Finding {
    /// What tells it from others, and their order.
    fn rank(&self) -> (Oddity, Vmid, Option<ServiceId>) {
        (self.oddity, self.vmid, self.service)
    }
}

/// What was found on one cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Census {
    /// The cluster's key.
    pub cluster: String,
    /// A server entry that leads to it.
    pub server: u64,
    /// The findings.
    pub findings: Vec<Finding>,
    /// The list they were found in, in short.
    #[serde(default)]
    pub list: String,
    /// When it was compared with the records, in seconds since 1970.
    #[serde(default)]
    pub at: i64,
}

/// The short form of a mark among a VM's tags, where one is there.
pub(crate) fn tag_of(guest: &Guest) -> Option<&str> {
    guest
        .tags
        .split([';', ',', ' '])
        .find(|tag| OwnerMark::is_tag(tag))
}

/// Whether a VM without a tag may be a service's by its name: the one on record, or the one that it was set apart from.
pub(crate) fn may_be_called(own: &str, service: ServiceId, name: &str) -> bool {
    let label = |name: &str| {
        let label = name.split('.').next().unwrap_or_default();
        label.to_ascii_lowercase()
    };
    let (own, label) = (label(own), label(name));
    let apart = own
        .strip_prefix(label.as_str())
        .and_then(|rest| rest.strip_prefix(&format!("-{service}")));
    let again = |rest: &str| rest.is_empty() || rest.starts_with('-');
    !label.is_empty() && (own == label || apart.is_some_and(again))
}

/// Puts the tags on the list that VMs lack whose notes have a record's mark: after a lost commit nobody sets them any more.
async fn complete(
    cluster: &SharedCluster,
    resources: &[Resource],
    records: &[Marked],
) -> Vec<Resource> {
    let known: BTreeSet<Vmid> = records
        .iter()
        .filter(|record| record.cluster == cluster.key)
        .filter_map(|record| record.vmid)
        .collect();
    let mut all = resources.to_vec();
    let mut read = 0;
    for resource in &mut all {
        let Resource::Guest(guest) = resource else {
            continue;
        };
        if !guest.is_vm()
            || guest.template
            || known.contains(&guest.vmid)
            || tag_of(guest).is_some()
        {
            continue;
        }
        let mut namesakes = records
            .iter()
            .filter(|record| may_be_called(&record.name, record.service, &guest.name))
            .peekable();
        if namesakes.peek().is_none() || read == NOTES_READ {
            continue;
        }
        read += 1;
        let Ok(config) = cluster.api.vm(&guest.node, guest.vmid).config().await else {
            continue;
        };
        if let Some(record) = namesakes.find(|record| config.carries(&record.mark)) {
            guest.tags = record.mark.tag();
        }
    }
    all
}

/// What a list of the cluster's disagrees about with the records as they are now. `None`: the cluster did not answer in
/// time. Of `coming` services no VM is called missing; `known` are numbers that were proven to be gone before.
async fn findings(
    site: &Site,
    cluster: &SharedCluster,
    resources: &[Resource],
    (coming, known): (&BTreeSet<ServiceId>, &BTreeSet<Vmid>),
    limit: Duration,
) -> Result<Option<Vec<Finding>>, StoreError> {
    let records = records::marked(&site.host).await?;
    let let_go = vmid::orphans(&site.host, &cluster.key).await?;
    let let_go = let_go.into_iter().map(|(vmid, _)| vmid).collect();
    let questions = async {
        let resources = complete(cluster, resources, &records.readable).await;
        let mut found = compare::compare(&cluster.key, &resources, &records, &let_go);
        let comes = |one: &Finding| one.service.is_some_and(|id| coming.contains(&id));
        found.retain(|one| one.oddity != Oddity::Missing || !comes(one));
        prove(cluster, known, &mut found).await;
        found.truncate(FINDINGS_KEPT);
        found
    };
    Ok(timeout(limit, questions).await.ok())
}

/// Leaves those missing that are gone for sure. A list leaves out what the credential may not see, and without quorum it may
/// be an old one; the cluster's answer whether a number is free tells the difference.
async fn prove(cluster: &SharedCluster, known: &BTreeSet<Vmid>, found: &mut Vec<Finding>) {
    let doubted = found.iter().filter(|one| one.oddity == Oddity::Missing);
    let doubted: BTreeSet<Vmid> = doubted
        .map(|one| one.vmid)
        .filter(|vmid| !known.contains(vmid))
        .collect();
    if doubted.is_empty() {
        return;
    }
    let mut proven = known.clone();
    let status = cluster.api.cluster_status().await;
    if status.is_ok_and(|status| status.quorate) {
        for vmid in doubted.into_iter().take(PROVEN) {
            if cluster.api.is_free(vmid).await == Ok(true) {
                proven.insert(vmid);
            }
        }
    }
    found.retain(|one| one.oddity != Oddity::Missing || proven.contains(&one.vmid));
}

/// A list in short: what a comparison with the records goes by. How VMs stand is not in it; of those that ought to be off
/// every run of the cron asks by itself.
fn in_short(resources: &[Resource]) -> String {
    let guests = resources.iter().filter_map(Resource::guest);
    let mut lines: Vec<String> = guests
        .map(|guest| {
            let Guest {
                vmid,
                node,
                kind,
                name,
                tags,
                template,
                ..
            } = guest;
            format!("{vmid} {node} {kind} {template} {tags} {name}\n")
        })
        .collect();
    lines.sort();
    let digest = Sha256::digest(lines.concat());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn missing(census: Option<&Census>) -> BTreeSet<Vmid> {
    let findings = census.into_iter().flat_map(|census| &census.findings);
    let missing = findings.filter(|one| one.oddity == Oddity::Missing);
    missing.map(|one| one.vmid).collect()
}

/// The census of a run that asks the cluster anyway: by the list it has read already. That list is as old as the run, which
/// has made and removed VMs since, so what seems odd is looked at once more. What was found is kept.
///
/// `coming` are services that had no finished VM when the run began. The old list cannot have the VM that this run gave
/// them, which its own flow has just seen running: that alone is worth no second call.
///
/// # Errors
/// When the database fails. A cluster that cannot be asked leaves what was found before.
pub async fn take(
    site: &Site,
    cluster: &SharedCluster,
    coming: &BTreeSet<ServiceId>,
) -> Result<(), StoreError> {
    let Ok(listed) = cluster.resources().await else {
        return Ok(());
    };
    let before = of_cluster(site, &cluster.key).await?;
    let known = missing(before.as_ref());
    let about = (coming, &known);
    let Some(mut found) = findings(site, cluster, &listed, about, LOOK_LIMIT).await? else {
        return Ok(());
    };
    let mut list = in_short(&listed);
    if !found.is_empty() {
        let Ok(fresh) = cluster.api.resources(ResourceKind::All).await else {
            return Ok(());
        };
        let about = (&BTreeSet::new(), &BTreeSet::new());
        let Some(again) = findings(site, cluster, &fresh, about, LOOK_LIMIT).await? else {
            return Ok(());
        };
        (found, list) = (again, in_short(&fresh));
    }
    keep(site, cluster, before.as_ref(), found, list).await
}

/// The census of a cluster that a run has nothing to do on, by a list that was read this moment. `before` are the censuses
/// as they are stored.
///
/// # Errors
/// When the database fails. A cluster that does not answer within `limit` leaves what was found before.
pub async fn at_rest(
    site: &Site,
    cluster: &SharedCluster,
    listed: &[Resource],
    before: &[Census],
    limit: Duration,
) -> Result<(), StoreError> {
    let until = Instant::now() + limit;
    let left = || until.saturating_duration_since(Instant::now());
    address::look_again(site, cluster, before, left()).await?;
    let before = before.iter().find(|census| census.is_whole(&cluster.key));
    let list = in_short(listed);
    let now = site.now();
    let same = |census: &Census| {
        let young = (census.at..census.at.saturating_add(SAME_FOR_S)).contains(&now);
        census.list == list && census.findings.is_empty() && young
    };
    if before.is_some_and(same) {
        return Ok(());
    }
    let (none, known) = (BTreeSet::new(), missing(before));
    let Some(mut found) = findings(site, cluster, listed, (&none, &known), left()).await? else {
        return Ok(());
    };
    // A click may have changed both between the list and the records.
    let is_old =
        |one: &Finding| before.is_some_and(|census| census.findings.iter().any(|old| old == one));
    if !found.iter().all(is_old) {
        let ask = cluster.api.resources(ResourceKind::All);
        let Ok(Ok(fresh)) = timeout(left(), ask).await else {
            return Ok(());
        };
        let known = missing_among(&found);
        let Some(again) = findings(site, cluster, &fresh, (&none, &known), left()).await? else {
            return Ok(());
        };
        found = again;
    }
    keep(site, cluster, before, found, list).await
}

fn missing_among(found: &[Finding]) -> BTreeSet<Vmid> {
    let missing = found.iter().filter(|one| one.oddity == Oddity::Missing);
    missing.map(|one| one.vmid).collect()
}
