//! The census: what stands on a cluster with our marks, compared with the records. A database that lost its last commits, or
//! was restored from a backup, knows less than the cluster does; nothing else would ever notice.
//!
//! It changes nothing on the cluster. What it found is kept for the pages, until the next look finds otherwise.
//!
//! A VM has its mark in its notes from the clone on, but Proxmox takes tags only afterwards (no release's `clone` has such a
//! parameter) and lists no notes. So one without a tag is known by its name, and its notes are read. While a clone runs,
//! Proxmox shows neither name nor notes, and its task names the template's number alone: nothing tells whose it is before it
//! ended. An order therefore waits for a clone that no record accounts for (`clone::find_own`).

use super::SharedCluster;
use crate::model::{OwnerMark, ServiceId, Vmid};
use crate::pve::{Guest, Resource, ResourceKind};
use crate::site::Site;
use crate::store::vm_list as records;
use crate::store::vm_list::Marked;
use crate::store::vm_rows::{Rows, Unreadable};
use crate::store::{StoreError, setting, vmid};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// At most this many findings are kept of one cluster: after a restore of an old database there are more than anybody reads.
const FINDINGS_KEPT: usize = 200;
/// The notes of at most this many VMs are read in one look: few VMs have a service's name but not its number.
const NOTES_READ: usize = 20;
/// The names of the settings that hold what was found begin so; the cluster's key follows.
const NAME: &str = "census:";

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
}

/// One thing that was found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Finding {
    /// What is odd.
    pub oddity: Oddity,
    /// The VM's number; of a missing one the number on record.
    pub vmid: Vmid,
    /// The service whose mark it carries; `None`: nobody knows.
    pub service: Option<ServiceId>,
    /// A sentence for the staff: what was found, and what to do.
    pub text: String,
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

/// What the cluster's list and the records disagree about.
fn compare(
    key: &str,
    resources: &[Resource],
    Rows {
        readable: records,
        unreadable,
    }: &Rows<Marked>,
    let_go: &BTreeSet<Vmid>,
) -> Vec<Finding> {
    let by_tag: BTreeMap<String, &Marked> = records
        .iter()
        .map(|record| (record.mark.tag(), record))
        .collect();
    let guests: BTreeMap<Vmid, &Guest> = resources
        .iter()
        .filter_map(Resource::guest)
        .map(|guest| (guest.vmid, guest))
        .collect();
    let mut found = vec![];
    for guest in guests
        .values()
        .filter(|guest| guest.is_vm() && !guest.template)
    {
        let Some(tag) = tag_of(guest) else { continue };
        match by_tag.get(tag) {
            None => {
                let row = unreadable.iter().find(|row| row.vmid == Some(guest.vmid));
                found.push(unknown(guest, row));
            }
            Some(record) if record.cluster == key && record.vmid == Some(guest.vmid) => {
                found.extend(at_home(record, guest));
            }
            Some(_) if let_go.contains(&guest.vmid) => {}
            Some(record) => {
                let own = record.vmid.filter(|_| record.cluster == key);
                let own = own.and_then(|vmid| guests.get(&vmid));
                let doubled = own.is_some_and(|own| tag_of(own) == Some(tag));
                found.push(elsewhere(record, guest, doubled));
            }
        }
    }
    let gone = |record: &&Marked| record.cluster == key && record.ready;
    for record in records.iter().filter(gone) {
        let Some(vmid) = record.vmid.filter(|vmid| !guests.contains_key(vmid)) else {
            continue;
        };
        let service = record.service;
        found.push(Finding {
            oddity: Oddity::Missing,
            vmid,
            service: Some(service),
            text: format!(
                "VM {vmid} of service {service} is on no node of the cluster. Restore it there under its number, attach \
                 another VM to the service on its page, redeploy the service, or terminate it."
            ),
        });
    }
    found.sort();
    found
}

/// `row`: a record with its number whose own mark cannot be read, so that nothing tells whether it is this VM's.
fn unknown(guest: &Guest, row: Option<&Unreadable>) -> Finding {
    let (vmid, node) = (guest.vmid, &guest.node);
    let whose = match row {
        Some(row) => format!(
            "a mark that no record has, and the number of one that cannot be read. {} Put the record right; the VM is \
             not touched until then.",
            row.sentence()
        ),
        None => "a mark that no record has: it is of another installation, or of a service that this database does not \
                 know (its notes name it). It is never touched from here."
            .to_owned(),
    };
    Finding {
        oddity: Oddity::Unknown,
        vmid,
        service: None,
        text: format!("VM {vmid} ({}) on {node} carries {whose}", guest.name),
    }
}

/// What is odd about a VM that stands where its record says.
fn at_home(record: &Marked, guest: &Guest) -> Vec<Finding> {
    let (vmid, service, node) = (guest.vmid, record.service, &guest.node);
    let mut found = vec![];
    if !record.ready {
        return found;
    }
    let one = |oddity, text| Finding {
        oddity,
        vmid,
        service: Some(service),
        text,
    };
    if record.suspended && guest.status == "running" {
        let text = format!(
            "VM {vmid} of service {service} runs on {node}, though the service is suspended. The cron stops it again; the service's page says what hinders it."
        );
        found.push(one(Oddity::Runs, text));
    }
    if let Some(before) = record.node.as_ref().filter(|before| *before != node) {
        let text = format!(
            "VM {vmid} of service {service} was on {before} and is on {node} now. It is followed with the next work on it; \
             nothing is to be done."
        );
        found.push(one(Oddity::Moved, text));
    }
    found
}

/// A VM with the mark of a service whose record says otherwise.
fn elsewhere(record: &Marked, guest: &Guest, doubled: bool) -> Finding {
    let (vmid, service, node) = (guest.vmid, record.service, &guest.node);
    let (oddity, text) = match record.vmid {
        Some(own) if doubled => (
            Oddity::Stray,
            format!(
                "VM {vmid} on {node} carries the mark of service {service}, whose VM is {own}. Remove it once its disks are \
                 surely not needed."
            ),
        ),
        Some(own) => (
            Oddity::WrongNumber,
            format!(
                "VM {vmid} on {node} carries the mark of service {service}, which has VM {own} on record. Adopt it if it is \
                 the service's."
            ),
        ),
        None if record.over => (
            Oddity::Stray,
            format!(
                "VM {vmid} on {node} carries the mark of service {service}, which has no VM any more. Remove it once its \
                 disks are surely not needed."
            ),
        ),
        None => (
            Oddity::WrongNumber,
            format!(
                "VM {vmid} on {node} carries the mark of service {service}, which has no VM on record yet. Adopt it, or \
                 let the cron go on with it."
            ),
        ),
    };
    Finding {
        oddity,
        vmid,
        service: Some(service),
        text,
    }
}

/// What a list of the cluster's disagrees about with the records as they are now.
async fn findings(
    site: &Site,
    cluster: &SharedCluster,
    resources: &[Resource],
) -> Result<Vec<Finding>, StoreError> {
    let records = records::marked(&site.host).await?;
    let resources = complete(cluster, resources, &records.readable).await;
    let let_go = vmid::orphans(&site.host, &cluster.key).await?;
    let let_go = let_go.into_iter().map(|(vmid, _)| vmid).collect();
    Ok(compare(&cluster.key, &resources, &records, &let_go))
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
    let mut found = findings(site, cluster, &listed).await?;
    found.retain(|finding| {
        let new = finding
            .service
            .is_some_and(|service| coming.contains(&service));
        finding.oddity != Oddity::Missing || !new
    });
    if !found.is_empty() {
        let Ok(fresh) = cluster.api.resources(ResourceKind::All).await else {
            return Ok(());
        };
        found = findings(site, cluster, &fresh).await?;
    }
    found.truncate(FINDINGS_KEPT);
    let name = format!("{NAME}{}", cluster.key);
    let census = Census {
        cluster: cluster.key.clone(),
        server: cluster.server.0,
        findings: found,
    };
    let text = match census.findings.is_empty() {
        true => String::new(),
        false => serde_json::to_string(&census).unwrap_or_default(),
    };
    if setting::get(&site.host, &name).await?.unwrap_or_default() != text {
        setting::put(&site.host, &name, &text).await?;
    }
    Ok(())
}

/// What the last census of each cluster found.
///
/// # Errors
/// When the database fails.
pub async fn last(site: &Site) -> Result<Vec<Census>, StoreError> {
    let stored = setting::beginning(&site.host, NAME).await?;
    let read = |text: &String| serde_json::from_str(text).ok();
    Ok(stored.iter().filter_map(read).collect())
}

/// Forgets one finding, because somebody saw to it.
///
/// # Errors
/// When the database fails.
pub async fn settle(site: &Site, cluster: &str, vmid: Vmid) -> Result<(), StoreError> {
    for mut census in last(site).await? {
        if census.cluster == cluster {
            census.findings.retain(|finding| finding.vmid != vmid);
            let text = serde_json::to_string(&census).unwrap_or_default();
            setting::put(&site.host, &format!("{NAME}{cluster}"), &text).await?;
        }
    }
    Ok(())
}
