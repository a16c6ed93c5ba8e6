//! A product against the cluster: template, bridge, storages, firewall.

use super::cluster::Findings;
use super::template::inside;
use super::{Check, Health};
use crate::model::{NodeName, Vmid};
use crate::plan::{NodeChoice, Plan};
use crate::vm::Fleet;

pub(super) async fn examine(
    fleet: &Fleet,
    found: &Findings,
    name: &str,
    plan: &Plan,
    checks: &mut Vec<Check>,
) {
    let subject = format!("product {name}");
    let before = checks.len();
    let mut find = |health: Health, text: String, fix: &str| {
        checks.push(Check::new(subject.clone(), health, text, fix));
    };
    match plan.template {
        None => find(
            Health::Warn,
            "No OS template is chosen.".to_owned(),
            "Choose one, or sell every order with the option Operating System.",
        ),
        Some(vmid) => match fleet.template(vmid).await {
            Err(failure) => find(Health::Fail, failure.text, "Choose another template."),
            Ok(template) => {
                let resources = fleet.resources().await.unwrap_or_default();
                for (health, text, fix) in inside(&template, plan, found, &resources) {
                    find(health, text, &fix);
                }
            }
        },
    }
    let nodes: Vec<&NodeName> = match &plan.node {
        NodeChoice::Pinned(node) => found.nodes.iter().filter(|known| *known == node).collect(),
        NodeChoice::Automatic => found.nodes.iter().collect(),
    };
    for node in &nodes {
        let bridges = found
            .bridges
            .get(*node)
            .map(Vec::as_slice)
            .unwrap_or_default();
        if !bridges.contains(&plan.net.bridge) {
            let text = format!("Bridge {} does not exist on {node}.", plan.net.bridge);
            find(
                Health::Fail,
                text,
                "A VM starts only on a node that has its bridge.",
            );
        }
    }
    let wanted = [
        (&plan.system_disk.storage, "images", "the system disk"),
        (
            &plan.additional_disk.storage,
            "images",
            "the additional disk",
        ),
        (&plan.backup_storage, "backup", "backups"),
        (&plan.iso_storage, "iso", "ISO images"),
    ];
    for (storage, content, purpose) in wanted {
        let Some(storage) = storage else { continue };
        let Some(known) = found
            .storages
            .iter()
            .find(|known| known.storage == *storage)
        else {
            find(
                Health::Fail,
                format!("Storage {storage} for {purpose} does not exist."),
                "Choose another one.",
            );
            continue;
        };
        if !known.content.iter().any(|kind| kind == content) {
            let text = format!("Storage {storage} for {purpose} does not hold {content}.");
            find(
                Health::Fail,
                text,
                "Allow that content on the storage, or choose another one.",
            );
        }
        if known.disabled {
            let text = format!("Storage {storage} for {purpose} is disabled.");
            find(
                Health::Fail,
                text,
                "Enable it in Datacenter, Storage, or choose another one.",
            );
            continue;
        }
        for node in nodes.iter().filter(|node| !known.is_on(node)) {
            find(
                Health::Warn,
                format!("Storage {storage} for {purpose} is not on {node}."),
                "Allow it on every node.",
            );
        }
        if content == "backup"
            && let Some(kept) = known.kept_backups()
            && kept < u64::from(plan.backups)
        {
            let text = format!(
                "Storage {storage} keeps {kept} backups of a VM, the product sells {}.",
                plan.backups
            );
            find(
                Health::Fail,
                text,
                "Raise the storage's retention: Proxmox would delete what the client paid for.",
            );
        }
    }
    if plan.net.has_static() && plan.firewall.anti_spoofing {
        if !found.firewall.enabled {
            find(
                Health::Fail,
                "The datacenter's firewall is off, so anti-spoofing does nothing.".to_owned(),
                "Switch it on: Datacenter, Firewall, Options. Allow your own access first.",
            );
        } else if found.firewall.policy_in.as_deref() == Some("ACCEPT") {
            find(
                Health::Warn,
                "The datacenter's input policy is ACCEPT; anti-spoofing relies on a closed baseline.".to_owned(),
                "Set the input policy to DROP.",
            );
        }
    }
    if checks.len() == before {
        checks.push(Check::ok(
            subject,
            "template, bridge and storages are as they should be",
        ));
    }
}

/// The templates that an order can choose instead of the product's own.
pub(super) async fn offered(
    fleet: &Fleet,
    found: &Findings,
    name: &str,
    plan: &Plan,
    templates: &[Vmid],
    checks: &mut Vec<Check>,
) {
    let others = templates
        .iter()
        .filter(|vmid| plan.template != Some(**vmid));
    for vmid in others {
        let findings = match fleet.template(*vmid).await {
            Err(failure) => vec![(
                Health::Fail,
                failure.text,
                "Take it out of the option Operating System, or put it right.".to_owned(),
            )],
            Ok(template) => {
                let resources = fleet.resources().await.unwrap_or_default();
                inside(&template, plan, found, &resources)
            }
        };
        for (health, text, fix) in findings {
            let check = Check::new(format!("product {name}"), health, text, fix);
            // What holds for every template was said with the product's own.
            if !checks.contains(&check) {
                checks.push(check);
            }
        }
    }
}
