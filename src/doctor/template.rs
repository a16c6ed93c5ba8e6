//! A product's template against what is sold, and where its VMs can land.

use super::Health;
use super::cluster::Findings;
use crate::model::{NodeName, Sentence, say};
use crate::plan::{CloneKind, NodeChoice, Plan};
use crate::pve::Resource;
use crate::steps::{Landing, heritage};
use crate::vm::Template;

/// A finding: how it is, what was found, what to do.
pub(super) type Finding = (Health, Sentence, Sentence);

/// All there is to say of a template that orders are made from.
pub(super) fn inside(
    template: &Template,
    plan: &Plan,
    found: &Findings,
    resources: &[Resource],
) -> Vec<Finding> {
    let number = template.vmid;
    let mut findings = vec![];
    let mut find = |health, text, fix| findings.push((health, text, fix));
    if template.config.cloudinit_drive().is_none() {
        find(
            Health::Fail,
            say::template_no_drive(number),
            say::fix_no_drive(),
        );
    }
    if template.config.system_disk().is_none() {
        find(
            Health::Fail,
            say::template_no_disk(number),
            say::fix_no_disk(),
        );
    }
    if !template.config.agent.enabled() {
        find(
            Health::Warn,
            say::template_no_agent(number),
            say::fix_no_agent(),
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
                say::template_storage(storage, number, what.sentence()),
                say::fix_template_storage(),
            );
        }
    }
    findings.extend(unlinkable(template, plan, found));
    findings.extend(inherited(template, plan));
    // Without an answer there is nothing to compare with.
    if !resources.is_empty() {
        findings.extend(landing(template, &spot));
    }
    findings
}

/// Types of storages on which nothing can be cloned linked: their volumes have no base to grow from.
const NEVER_LINKED: [&str; 3] = ["lvm", "iscsi", "iscsidirect"];

/// A template whose disk is where no linked clone can be made, of a product that is sold with such.
fn unlinkable(template: &Template, plan: &Plan, found: &Findings) -> Option<Finding> {
    let (_, disk) = template.config.system_disk()?;
    let (storage, _) = disk.volume().split_once(':')?;
    let known = found
        .storages
        .iter()
        .find(|known| known.storage.0 == storage)?;
    let never = plan.clone == CloneKind::Linked && NEVER_LINKED.contains(&known.kind.as_str());
    never.then(|| {
        (
            Health::Fail,
            say::linked_never(template.vmid, storage, &known.kind),
            say::fix_linked(),
        )
    })
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
            say::template_refused(number, format!("{} {}", refusal.what, refusal.why)),
            say::fix_refused(node, heritage::commands(number.get(), &[refusal])),
        ));
    }
    let removals = heritage::removals(config, plan);
    if !removals.is_empty() {
        found.push((
            Health::Warn,
            say::template_removed(number, removals.join(", ")),
            say::fix_removed(),
        ));
    }
    for (text, fix) in heritage::remarks(config) {
        found.push((Health::Warn, say::template_remark(number, text), fix));
    }
    found
}

/// What keeps the VMs of a product from nodes: all of them, the chosen one, or all but one.
fn landing(template: &Template, landing: &Landing<'_>) -> Vec<Finding> {
    if let Some(why) = landing.tie() {
        return tied(template, landing, why).into_iter().collect();
    }
    let number = template.vmid;
    let (able, unable): (Vec<_>, Vec<_>) = landing
        .obstacles()
        .into_iter()
        .partition(|(_, obstacle)| obstacle.is_none());
    if able.is_empty() {
        let told = unable
            .iter()
            .filter_map(|(node, obstacle)| Some(obstacle.as_ref()?.sentence(&node.node)));
        return vec![(
            Health::Fail,
            say::landing_none(number, one_by_one(told)),
            say::fix_landing(),
        )];
    }
    let able: Vec<&NodeName> = able.iter().map(|(node, _)| &node.node).collect();
    let mut found = vec![];
    if let NodeChoice::Pinned(node) = &landing.plan.node
        && let Some(obstacle) = landing.obstacle(node)
    {
        found.push((
            Health::Warn,
            say::landing_pinned(obstacle.sentence(node)),
            say::fix_pinned(),
        ));
    }
    // Nodes that are offline or emptied are told of once, with the cluster.
    let short: Vec<Sentence> = unable
        .iter()
        .filter_map(|(node, _)| Some(landing.shortage(&node.node)?.sentence(&node.node)))
        .collect();
    if landing.plan.node == NodeChoice::Automatic && !short.is_empty() {
        found.push((
            Health::Warn,
            say::landing_only(number, names(able.iter()), one_by_one(short.into_iter())),
            say::fix_only(),
        ));
    }
    let without = names(able.iter().filter(|node| !landing.can_back_up(node)));
    if !without.is_empty() {
        found.push((
            Health::Warn,
            say::backups_without(without),
            say::fix_without(),
        ));
    }
    found
}

/// VMs that can only stay where their template is, and why.
fn tied(template: &Template, landing: &Landing<'_>, why: Sentence) -> Option<Finding> {
    let (number, home) = (template.vmid, landing.home);
    let nodes = landing.resources.iter().filter_map(Resource::node);
    match landing.obstacle(home) {
        Some(obstacle) => Some((
            Health::Fail,
            say::tied_blocked(number, home, why, obstacle.sentence(home)),
            say::fix_tied_blocked(home),
        )),
        None if nodes.count() < 2 => None,
        None => Some((
            Health::Warn,
            say::tied_to(number, home, why),
            say::fix_tied(),
        )),
    }
}

/// Several half sentences, one after the other.
fn one_by_one(all: impl Iterator<Item = Sentence>) -> Sentence {
    let all = all.reduce(say::list_semicolon);
    all.unwrap_or_else(|| Sentence::foreign(""))
}

fn names<'a>(nodes: impl Iterator<Item = &'a &'a NodeName>) -> String {
    let names: Vec<&str> = nodes.map(|node| node.as_str()).collect();
    names.join(", ")
}
