//! A product against the cluster: template, bridge, storages, firewall.

use super::Health;
use super::cluster::Findings;
use super::template::{Finding, inside};
use crate::model::{NodeName, Sentence, StorageId, Vmid, say};
use crate::plan::{NodeChoice, Plan};
use crate::pve::StorageDefinition;
use crate::vm::SharedCluster;

/// Looks at a product with its own template, then at the templates that an order can choose instead.
pub(super) async fn examine(
    cluster: &SharedCluster,
    found: &Findings,
    plan: &Plan,
    offered: &[Vmid],
) -> Vec<Finding> {
    let mut findings = match plan.template {
        None => vec![],
        Some(vmid) => template(cluster, found, plan, vmid, say::fix_template()).await,
    };
    findings.extend(misfits(plan, found));
    let others = offered.iter().filter(|vmid| plan.template != Some(**vmid));
    for vmid in others {
        let fix = say::fix_template_option();
        for finding in template(cluster, found, plan, *vmid, fix).await {
            // What holds for every template was said with the product's own.
            if !findings.contains(&finding) {
                findings.push(finding);
            }
        }
    }
    findings
}

/// What there is to say of one template; `fix`: what to do about one that cannot be read.
async fn template(
    cluster: &SharedCluster,
    found: &Findings,
    plan: &Plan,
    vmid: Vmid,
    fix: Sentence,
) -> Vec<Finding> {
    match cluster.template(vmid).await {
        Err(failure) => vec![(Health::Fail, Sentence::foreign(failure.text), fix)],
        Ok(template) => {
            let resources = cluster.resources().await.unwrap_or_default();
            inside(&template, plan, found, &resources)
        }
    }
}

/// What a product names and the cluster does not have, or has in another shape.
fn misfits(plan: &Plan, found: &Findings) -> Vec<Finding> {
    let nodes: Vec<&NodeName> = match &plan.node {
        NodeChoice::Pinned(node) => found.nodes.iter().filter(|known| *known == node).collect(),
        NodeChoice::Automatic => found.nodes.iter().collect(),
    };
    let mut misfits: Vec<Finding> = nodes
        .iter()
        .filter(|node| {
            let bridges = found.bridges.get(**node);
            !bridges.is_some_and(|bridges| bridges.contains(&plan.net.bridge))
        })
        .map(|node| {
            (
                Health::Fail,
                say::bridge_missing(&plan.net.bridge, *node),
                say::fix_bridge(),
            )
        })
        .collect();
    for (storage, content, purpose) in [
        (&plan.system_disk.storage, "images", say::for_system()),
        (
            &plan.additional_disk.storage,
            "images",
            say::for_additional(),
        ),
        (&plan.backup_storage, "backup", say::backups()),
        (&plan.iso_storage, "iso", say::feature_images()),
    ] {
        if let Some(storage) = storage {
            let known = found
                .storages
                .iter()
                .find(|known| known.storage == *storage);
            misfits.extend(misfit(plan, storage, known, content, &purpose, &nodes));
        }
    }
    misfits.extend(open_baseline(plan, found));
    misfits
}

/// What is wrong with a storage that a product names.
fn misfit(
    plan: &Plan,
    storage: &StorageId,
    known: Option<&StorageDefinition>,
    content: &str,
    purpose: &Sentence,
    nodes: &[&NodeName],
) -> Vec<Finding> {
    let Some(known) = known else {
        return vec![(
            Health::Fail,
            say::storage_missing(storage.clone(), purpose.clone()),
            say::fix_storage(),
        )];
    };
    let mut misfits = vec![];
    if !known.content.iter().any(|kind| kind == content) {
        misfits.push((
            Health::Fail,
            say::storage_content(storage.clone(), purpose.clone(), content),
            say::fix_content(),
        ));
    }
    if known.disabled {
        misfits.push((
            Health::Fail,
            say::storage_disabled(storage.clone(), purpose.clone()),
            say::fix_disabled(),
        ));
        return misfits;
    }
    misfits.extend(nodes.iter().filter(|node| !known.is_on(node)).map(|node| {
        (
            Health::Warn,
            say::storage_not_on(storage.clone(), purpose.clone(), *node),
            say::fix_not_on(),
        )
    }));
    if content == "backup"
        && let Some(kept) = known.kept_backups()
        && kept < u64::from(plan.backups)
    {
        misfits.push((
            Health::Fail,
            say::storage_keeps(storage.clone(), kept, plan.backups),
            say::fix_keeps(),
        ));
    }
    misfits
}

/// What of the datacenter's firewall keeps anti-spoofing from working.
fn open_baseline(plan: &Plan, found: &Findings) -> Option<Finding> {
    if !plan.net.has_static() || !plan.firewall.anti_spoofing {
        return None;
    }
    if !found.firewall.enabled {
        return Some((Health::Fail, say::firewall_dead(), say::fix_firewall()));
    }
    (found.firewall.policy_in.as_deref() == Some("ACCEPT"))
        .then(|| (Health::Warn, say::policy_accept(), say::fix_policy()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Product, Service};
    use crate::pve::DatacenterFirewall;
    use serde_json::json;
    use std::collections::BTreeMap;

    fn plan(change: impl FnOnce(&mut Plan)) -> Plan {
        let service = Service::parse(&json!({"serviceid": 1})).unwrap();
        let mut plan = Plan::build(&Product::defaults(), &service).unwrap();
        plan.node = NodeChoice::Automatic;
        plan.net.bridge = "vmbr0".to_owned();
        plan.firewall.anti_spoofing = false;
        for storage in [
            &mut plan.system_disk.storage,
            &mut plan.additional_disk.storage,
            &mut plan.backup_storage,
            &mut plan.iso_storage,
        ] {
            *storage = None;
        }
        change(&mut plan);
        plan
    }

    fn cluster(change: impl FnOnce(&mut Findings)) -> Findings {
        let nodes = ["pve1", "pve2"].map(|name| NodeName(name.to_owned()));
        let mut found = Findings {
            bridges: BTreeMap::from(nodes.clone().map(|node| (node, vec!["vmbr0".to_owned()]))),
            nodes: nodes.to_vec(),
            storages: vec![],
            firewall: DatacenterFirewall {
                enabled: true,
                ..DatacenterFirewall::default()
            },
        };
        change(&mut found);
        found
    }

    fn storage(content: &str, change: impl FnOnce(&mut StorageDefinition)) -> StorageDefinition {
        let mut known = StorageDefinition {
            storage: StorageId("big".to_owned()),
            kind: "dir".to_owned(),
            content: vec![content.to_owned()],
            shared: true,
            nodes: vec![],
            disabled: false,
            prune: None,
        };
        change(&mut known);
        known
    }

    fn told(plan: &Plan, found: &Findings) -> Vec<(Health, String)> {
        let misfits = misfits(plan, found).into_iter();
        misfits
            .map(|(health, text, _)| (health, text.into()))
            .collect()
    }

    #[test]
    fn a_bridge_is_asked_of_the_nodes_that_an_order_can_come_to() {
        let lacking = cluster(|found| {
            found.bridges.remove(&NodeName("pve2".to_owned()));
        });
        let pinned =
            |node: &str| plan(|plan| plan.node = NodeChoice::Pinned(NodeName(node.into())));
        let missing = (
            Health::Fail,
            "Bridge vmbr0 does not exist on pve2.".to_owned(),
        );
        assert_eq!(told(&plan(|_| ()), &lacking), vec![missing.clone()]);
        assert_eq!(told(&pinned("pve2"), &lacking), vec![missing]);
        assert_eq!(told(&pinned("pve1"), &lacking), vec![]);
    }

    #[test]
    fn a_storage_is_there_holds_what_it_is_for_and_keeps_what_is_sold() {
        let backups = plan(|plan| {
            plan.backup_storage = Some(StorageId("big".to_owned()));
            plan.backups = 3;
        });
        let fail = |text: &str| (Health::Fail, text.to_owned());
        let warn = |text: &str| (Health::Warn, text.to_owned());
        let pruned = |rule: &str| storage("backup", |known| known.prune = Some(rule.to_owned()));
        for (known, wanted) in [
            (None, vec![fail("Storage big for backups does not exist.")]),
            (Some(storage("backup", |_| ())), vec![]),
            (
                Some(storage("iso", |_| ())),
                vec![fail("Storage big for backups does not hold backup.")],
            ),
            (
                Some(storage("iso", |known| {
                    known.disabled = true;
                    known.prune = Some("keep-last=1".to_owned());
                })),
                vec![
                    fail("Storage big for backups does not hold backup."),
                    fail("Storage big for backups is disabled."),
                ],
            ),
            (
                Some(storage("backup", |known| {
                    known.nodes = vec![NodeName("pve1".to_owned())]
                })),
                vec![warn("Storage big for backups is not on pve2.")],
            ),
            (Some(pruned("keep-last=3")), vec![]),
            (
                Some(pruned("keep-last=2")),
                vec![fail(
                    "Storage big keeps 2 backups of a VM, the product sells 3.",
                )],
            ),
        ] {
            let found = cluster(|found| found.storages.extend(known));
            assert_eq!(told(&backups, &found), wanted);
        }
    }

    #[test]
    fn anti_spoofing_needs_the_datacenter_s_firewall_where_addresses_are_fixed() {
        let wall = |enabled, policy: Option<&str>| DatacenterFirewall {
            enabled,
            policy_in: policy.map(str::to_owned),
            policy_out: None,
        };
        for (sold, firewall, wanted) in [
            (false, wall(false, None), None),
            (true, wall(true, None), None),
            (true, wall(true, Some("DROP")), None),
            (true, wall(true, Some("ACCEPT")), Some(Health::Warn)),
            (true, wall(false, Some("ACCEPT")), Some(Health::Fail)),
        ] {
            let plan = plan(|plan| {
                plan.firewall.anti_spoofing = sold;
                (plan.net.ipv4, plan.net.dhcp4) = (1, false);
            });
            let found = cluster(|found| found.firewall = firewall.clone());
            let health = open_baseline(&plan, &found).map(|(health, ..)| health);
            assert_eq!(health, wanted, "{sold} {firewall:?}");
        }
    }
}
