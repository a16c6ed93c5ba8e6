//! The cluster itself: quorum, privileges, nodes, the datacenter's firewall.

use super::{Check, Health, privilege};
use crate::model::{NodeName, say};
use crate::pve::{ClusterStatus, DatacenterFirewall, PveError, Resource, StorageDefinition};
use crate::vm::SharedCluster;
use std::collections::BTreeMap;

/// What the checks of the products go on with.
pub(super) struct Findings {
    pub(super) nodes: Vec<NodeName>,
    pub(super) bridges: BTreeMap<NodeName, Vec<String>>,
    pub(super) storages: Vec<StorageDefinition>,
    pub(super) firewall: DatacenterFirewall,
}

pub(super) async fn examine(
    cluster: &SharedCluster,
    checks: &mut Vec<Check>,
) -> Result<Findings, PveError> {
    let version = cluster.api.version().await?;
    checks.push(Check::ok(
        say::check_connection(),
        say::cluster_answers(&version.text, &cluster.key),
    ));
    let granted = cluster.api.permissions().await?;
    let missing = privilege::missing(&version, &granted);
    checks.push(match privilege::listed(&missing) {
        None => Check::ok(say::check_privileges(), say::privileges_all()),
        Some(missing) => {
            let text = say::privileges_missing(missing);
            let exists = cluster.api.has_role(privilege::ROLE).await;
            let fix = privilege::grant(&version, cluster.api.user(), exists);
            Check::new(say::check_privileges(), Health::Fail, text, fix)
        }
    });
    let rule = cluster.api.tag_rule().await?;
    checks.extend(tags(&rule, granted.has("/", "Sys.Modify")));
    checks.extend(credential(cluster.api.user()));
    checks.push(quorum(&cluster.api.cluster_status().await?));
    let resources = cluster.resources().await?;
    checks.extend(maintenance(&resources));
    let nodes = online(&resources);
    known(cluster, nodes).await
}

/// What the products are compared with.
pub(super) async fn known(
    cluster: &SharedCluster,
    nodes: Vec<NodeName>,
) -> Result<Findings, PveError> {
    let mut bridges = BTreeMap::new();
    for node in &nodes {
        bridges.insert(node.clone(), cluster.api.bridges(node).await?);
    }
    let storages = cluster.api.storages().await?;
    let firewall = cluster.api.datacenter_firewall().await?;
    Ok(Findings {
        nodes,
        bridges,
        storages,
        firewall,
    })
}

/// The nodes that are online.
pub(super) fn online(resources: &[Resource]) -> Vec<NodeName> {
    let nodes = resources.iter().filter_map(Resource::node);
    let online = nodes.filter(|node| node.online);
    online.map(|node| node.node.clone()).collect()
}

/// Whether the datacenter lets the owner tag be written.
fn tags(rule: &str, may_modify: bool) -> Option<Check> {
    (rule != "free" && !may_modify).then(|| {
        Check::new(
            say::check_tags(),
            Health::Warn,
            say::tags_refused(rule),
            say::fix_tags(),
        )
    })
}

fn credential(user: &str) -> Option<Check> {
    user.starts_with("root@pam").then(|| {
        Check::new(
            say::check_credential(),
            Health::Warn,
            say::root_signs_in(),
            say::fix_root(),
        )
    })
}

fn quorum(status: &ClusterStatus) -> Check {
    let down: Vec<String> = status
        .nodes
        .iter()
        .filter(|member| !member.online)
        .map(|member| member.node.to_string())
        .collect();
    let (health, text, fix) = match (status.quorate, down.is_empty()) {
        (false, _) => (Health::Fail, say::quorum_none(), say::fix_quorum()),
        (true, false) => {
            let text = say::nodes_offline(down.join(", "));
            (Health::Warn, text, say::fix_offline())
        }
        (true, true) => {
            let text = say::nodes_online(status.nodes.len());
            return Check::ok(say::check_quorum(), text);
        }
    };
    Check::new(say::check_quorum(), health, text, fix)
}

/// Nodes that an admin empties.
fn maintenance(resources: &[Resource]) -> Option<Check> {
    let emptied: Vec<&str> = resources
        .iter()
        .filter_map(Resource::node)
        .filter(|node| node.in_maintenance())
        .map(|node| node.node.as_str())
        .collect();
    (!emptied.is_empty()).then(|| {
        Check::new(
            say::check_maintenance(),
            Health::Warn,
            say::nodes_emptied(emptied.join(", ")),
            say::fix_emptied(),
        )
    })
}
