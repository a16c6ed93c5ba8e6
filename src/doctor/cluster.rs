//! The cluster itself: quorum, privileges, nodes, the datacenter's firewall.

use super::{Check, Health, privilege};
use crate::model::NodeName;
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
        "connection",
        format!(
            "Proxmox VE {} answers, cluster {}",
            version.text, cluster.key
        ),
    ));
    let granted = cluster.api.permissions().await?;
    let missing = privilege::missing(&version, &granted);
    checks.push(if missing.is_empty() {
        Check::ok("privileges", "all that is needed is granted")
    } else {
        let missing: Vec<String> = missing.iter().map(ToString::to_string).collect();
        let text = format!("Missing: {}.", missing.join(", "));
        let exists = cluster.api.has_role(privilege::ROLE).await;
        let fix = privilege::grant(&version, cluster.api.user(), exists);
        Check::new("privileges", Health::Fail, text, fix)
    });
    let rule = cluster.api.tag_rule().await?;
    checks.extend(tags(&rule, granted.has("/", "Sys.Modify")));
    checks.extend(credential(cluster.api.user()));
    checks.push(quorum(&cluster.api.cluster_status().await?));
    let resources = cluster.resources().await?;
    let nodes: Vec<NodeName> = resources
        .iter()
        .filter_map(Resource::node)
        .filter(|node| node.online)
        .map(|node| node.node.clone())
        .collect();
    checks.extend(maintenance(&resources));
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

/// Whether the datacenter lets the owner tag be written.
fn tags(rule: &str, may_modify: bool) -> Option<Check> {
    (rule != "free" && !may_modify).then(|| Check::new(
        "tags",
        Health::Warn,
        format!(
            "The datacenter's User Tag Access is \"{rule}\", so the owner tag cannot be written: VMs are known by the mark in their description alone."
        ),
        "Leave the line puq-owner=… in the descriptions; or set Datacenter, Options, User Tag Access to free, or grant Sys.Modify on /.",
    ))
}

fn credential(user: &str) -> Option<Check> {
    user.starts_with("root@pam").then(|| {
        Check::new(
            "credential",
            Health::Warn,
            "The server entry signs in as root.",
            "Make a user of its own with a token, and grant it only what is needed.",
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
    match (status.quorate, down.is_empty()) {
        (false, _) => Check::new(
            "quorum",
            Health::Fail,
            "The cluster has no quorum.",
            "Bring its nodes back.",
        ),
        (true, false) => {
            let text = format!("Offline: {}.", down.join(", "));
            let fix = "Orders go to the other nodes meanwhile.";
            Check::new("quorum", Health::Warn, text, fix)
        }
        (true, true) => Check::ok(
            "quorum",
            format!("all {} nodes are online", status.nodes.len()),
        ),
    }
}

/// Nodes that an admin empties.
fn maintenance(resources: &[Resource]) -> Option<Check> {
    let emptied: Vec<&str> = resources
        .iter()
        .filter_map(Resource::node)
        .filter(|node| node.in_maintenance())
        .map(|node| node.node.as_str())
        .collect();
    (!emptied.is_empty()).then(|| Check::new(
        "maintenance",
        Health::Warn,
        format!("In HA maintenance: {}.", emptied.join(", ")),
        "Orders go to the other nodes until ha-manager crm-command node-maintenance disable ends it.",
    ))
}
