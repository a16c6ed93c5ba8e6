//! A product's template against what is sold, and where its VMs can land.

use super::Health;
use super::cluster::Findings;
use crate::model::NodeName;
use crate::plan::{NodeChoice, Plan};
use crate::pve::Resource;
use crate::steps::{Landing, heritage};
use crate::vm::Template;

/// A finding: how it is, what was found, what to do.
pub(super) type Finding = (Health, String, String);

/// All there is to say of a template that orders are made from.
pub(super) fn inside(
    template: &Template,
    plan: &Plan,
    found: &Findings,
    resources: &[Resource],
) -> Vec<Finding> {
    let number = template.vmid;
    let mut findings = vec![];
    let mut find = |health: Health, text: String, fix: &str| {
        findings.push((health, text, fix.to_owned()));
    };
    if template.config.cloudinit_drive().is_none() {
        find(
            Health::Fail,
            format!("Template {number} has no cloud-init drive."),
            "Add one: Hardware, Add, CloudInit Drive.",
        );
    }
    if template.config.system_disk().is_none() {
        find(
            Health::Fail,
            format!("Template {number} has no disk."),
            "Give it a disk and a boot order.",
        );
    }
    if !template.config.agent.enabled() {
        find(
            Health::Warn,
            format!("Template {number} does not use the guest agent."),
            "Install qemu-guest-agent and switch it on: without it a shutdown takes a minute.",
        );
    }
    let spot = Landing {
        config: &template.config,
        plan,
        home: &template.node,
        resources,
    };
    // Those that the product names are looked at with it.
    let named = [&plan.system_disk.storage, &plan.additional_disk.storage];
    for (storage, what) in spot.storages(&template.node) {
        let known = found.storages.iter().find(|known| known.storage == storage);
        if known.is_some_and(|known| known.disabled) && !named.contains(&&Some(storage.clone())) {
            find(
                Health::Fail,
                format!("Storage {storage} of template {number} ({what}) is disabled."),
                "Enable it in Datacenter, Storage, or move the template's volume to another one.",
            );
        }
    }
    findings.extend(inherited(template, plan));
    // Without an answer there is nothing to compare with.
    if !resources.is_empty() {
        findings.extend(landing(template, &spot));
    }
    findings
}

/// What of the template cannot be sold, is not passed on, or is worth a word.
fn inherited(template: &Template, plan: &Plan) -> Vec<Finding> {
    let (number, node) = (template.vmid, &template.node);
    let config = &template.config;
    let mut found = vec![];
    let refusals = heritage::refusals(config, plan.memory_mib);
    for refusal in &refusals {
        found.push((
            Health::Fail,
            format!(
                "Template {number}: {} {}. Orders wait.",
                refusal.what, refusal.why
            ),
            format!(
                "{}.",
                heritage::mend(number.get(), &node.0, std::slice::from_ref(refusal))
            ),
        ));
    }
    let removals = heritage::removals(config, plan);
    if !removals.is_empty() {
        found.push((
            Health::Warn,
            format!(
                "Template {number} has {}, which would change what is sold: its VMs do not get it.",
                removals.join(", ")
            ),
            "Take it out of the template, so that nobody relies on it; files of cloud-init belong into cicustom as vendor.".to_owned(),
        ));
    }
    for (text, fix) in heritage::remarks(config) {
        found.push((
            Health::Warn,
            format!("Template {number}: {text}."),
            fix.to_owned(),
        ));
    }
    found
}

/// What keeps the VMs of a product from nodes: all of them, the chosen one, or all but one.
fn landing(template: &Template, landing: &Landing<'_>) -> Vec<Finding> {
    if let Some(why) = landing.tie() {
        return tied(template, landing, &why).into_iter().collect();
    }
    let number = template.vmid;
    let (able, unable): (Vec<_>, Vec<_>) = landing
        .obstacles()
        .into_iter()
        .partition(|(_, obstacle)| obstacle.is_none());
    if able.is_empty() {
        let told: Vec<String> = unable
            .iter()
            .filter_map(|(node, obstacle)| Some(format!("{} {}", node.node, obstacle.as_ref()?)))
            .collect();
        return vec![(
            Health::Fail,
            format!(
                "No node can take VMs of template {number}: {}. Orders wait.",
                told.join("; ")
            ),
            "Bring one of them into order: online, out of maintenance, with each of the storages."
                .to_owned(),
        )];
    }
    let able: Vec<&NodeName> = able.iter().map(|(node, _)| &node.node).collect();
    let mut found = vec![];
    if let NodeChoice::Pinned(node) = &landing.plan.node
        && let Some(obstacle) = landing.obstacle(node)
    {
        found.push((
            Health::Warn,
            format!("The product's node {node} {obstacle}: orders go to another node."),
            "Mend that, or choose another node.".to_owned(),
        ));
    }
    // Nodes that are offline or emptied are told of once, with the cluster.
    let short: Vec<String> = unable
        .iter()
        .filter_map(|(node, _)| Some(format!("{} {}", node.node, landing.shortage(&node.node)?)))
        .collect();
    if landing.plan.node == NodeChoice::Automatic && !short.is_empty() {
        found.push((
            Health::Warn,
            format!(
                "VMs of template {number} go only to {}: {}.",
                names(able.iter()),
                short.join("; ")
            ),
            "Give the others what they lack, or let it be.".to_owned(),
        ));
    }
    let without = names(able.iter().filter(|node| !landing.can_back_up(node)));
    if !without.is_empty() {
        found.push((
            Health::Warn,
            format!(
                "Backups are sold, and {without} cannot make them: the storage for backups is not there or down."
            ),
            "Orders go to the other nodes first; allow the storage on every node.".to_owned(),
        ));
    }
    found
}

/// VMs that can only stay where their template is, and why.
fn tied(template: &Template, landing: &Landing<'_>, why: &str) -> Option<Finding> {
    let (number, home) = (template.vmid, landing.home);
    let nodes = landing.resources.iter().filter_map(Resource::node);
    match landing.obstacle(home) {
        Some(obstacle) => Some((
            Health::Fail,
            format!(
                "VMs of template {number} stay on {home} ({why}), and {home} {obstacle}. Orders wait."
            ),
            format!("Mend that on {home}, or choose another template."),
        )),
        None if nodes.count() < 2 => None,
        None => Some((
            Health::Warn,
            format!("VMs of template {number} stay on {home}: {why}."),
            "Use full clones, put the template on shared storage, or take the device out of it."
                .to_owned(),
        )),
    }
}

fn names<'a>(nodes: impl Iterator<Item = &'a &'a NodeName>) -> String {
    let names: Vec<&str> = nodes.map(|node| node.as_str()).collect();
    names.join(", ")
}
