//! VMs that are configured with another address than their service's: somebody changed it in Proxmox, or a copy of another
//! VM was put in place. The cluster's list does not tell addresses, and a call for each VM would cost a run too much. So it
//! is noticed where a page of the service reads the configuration anyway, and looked at by each run until it is right again.

use super::{Census, Finding, Oddity, store, tell};
use crate::model::{NodeName, ServiceId, VmState, say};
use crate::pve::VmConfig;
use crate::site::Site;
use crate::store::address::{self, AddressRow};
use crate::store::vm::{self, VmRecord};
use crate::store::{StoreError, setting};
use crate::vm::SharedCluster;
use std::net::IpAddr;
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// The names of the settings that hold what was found of one service begin so; its number follows.
const NAME: &str = "census_of:";
/// So many VMs at most are looked at again in one run.
const LOOKED_AT: usize = 20;

/// The finding, if a configuration gives its VM a fixed address of a family in which the service has others. What has none
/// on record keeps what it was taken over with, and DHCP says nothing.
fn finding(record: &VmRecord, config: &VmConfig, own: &[AddressRow]) -> Option<Finding> {
    let vmid = record.vmid?;
    let told = config.ipconfigs.values();
    let told = told.flat_map(|told| [&told.ip, &told.ip6]).flatten();
    let told = told.filter_map(|text| text.split('/').next()?.parse::<IpAddr>().ok());
    for has in told {
        let held: Vec<IpAddr> = own
            .iter()
            .filter_map(|row| row.text.parse().ok())
            .filter(|held: &IpAddr| held.is_ipv4() == has.is_ipv4())
            .collect();
        if let Some(due) = held.first().filter(|_| !held.contains(&has)) {
            return Some(Finding {
                oddity: Oddity::Address,
                vmid,
                service: Some(record.service),
                text: say::census_address(vmid, record.service, has, *due),
            });
        }
    }
    None
}

/// Whether the configuration is the one that the record is about: nothing is under way that changes it.
fn is_settled(record: &VmRecord) -> bool {
    record.state == VmState::Ready && record.wanted.is_empty()
}

/// What a page has just read of a service's own VM. It costs the database nothing where the addresses are right.
///
/// # Errors
/// When the database fails.
pub async fn note(
    site: &Site,
    record: &VmRecord,
    config: &VmConfig,
    own: &[AddressRow],
) -> Result<(), StoreError> {
    let found = finding(record, config, own).filter(|_| is_settled(record));
    let Some(found) = found.filter(|_| config.carries(&record.mark)) else {
        return Ok(());
    };
    let known = setting::get(&site.host, &name(record.service)).await?;
    let known = known.and_then(|text| serde_json::from_str::<Census>(&text).ok());
    if known.is_some_and(|census| census.findings == [found.clone()]) {
        return Ok(());
    }
    tell(site, &[&found]).await;
    let census = Census {
        cluster: record.cluster.clone(),
        server: record.server.0,
        findings: vec![found],
        list: String::new(),
        at: site.now(),
    };
    store(site, &name(record.service), &census).await
}

/// Looks whether what was found is still so, on one cluster.
pub(super) async fn look_again(
    site: &Site,
    cluster: &SharedCluster,
    before: &[Census],
    limit: Duration,
) -> Result<(), StoreError> {
    let until = Instant::now() + limit;
    let here = before.iter().filter(|census| census.cluster == cluster.key);
    let odd = here
        .flat_map(|census| &census.findings)
        .filter(|finding| finding.oddity == Oddity::Address);
    for old in odd.take(LOOKED_AT) {
        let Some(service) = old.service else {
            continue;
        };
        let record = match vm::find(&site.host, service).await? {
            Some(record) if record.vmid == Some(old.vmid) && record.cluster == cluster.key => {
                record
            }
            // The service has another VM now, or none.
            _ => {
                setting::put(&site.host, &name(service), "").await?;
                continue;
            }
        };
        let Some(node) = record.node.clone().filter(|_| is_settled(&record)) else {
            continue;
        };
        let held = address::all(&site.host, service).await?;
        let left = until.saturating_duration_since(Instant::now());
        let Some(config) = read(cluster, &node, old, left).await else {
            continue;
        };
        if config.carries(&record.mark) && finding(&record, &config, &held.held).is_none() {
            setting::put(&site.host, &name(service), "").await?;
        }
    }
    Ok(())
}

async fn read(
    cluster: &SharedCluster,
    node: &NodeName,
    finding: &Finding,
    limit: Duration,
) -> Option<VmConfig> {
    let guest = cluster.api.vm(node, finding.vmid);
    let answer = timeout(limit, guest.config()).await;
    answer.ok()?.ok()
}

fn name(service: ServiceId) -> String {
    format!("{NAME}{service}")
}
