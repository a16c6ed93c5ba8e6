//! The page *ISO mount*, for clients and staff.

use super::held::{self, Asked, Who};
use super::{EntryError, service};
use crate::model::{Deed, Failure, VmState};
use crate::plan::Plan;
use crate::pve::{StorageContent, file_name};
use crate::site::Site;
use crate::steps::Vm;
use crate::store::vm;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

/// How long a look at the storage may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// What is said of an image that a running guest does not see yet.
const NEXT_START: &str =
    "The VM sees the image from its next start on, because it had no drive for it.";
/// The group of images whose name has nothing before a hyphen.
const OTHER: &str = "OTHER";

/// Answers a request whose `op` begins with `iso`.
pub(super) async fn api(site: &Site, asked: Asked, request: &Value) -> Result<Value, EntryError> {
    let Asked { known, plan, who } = asked;
    if plan.iso_storage.is_none() || (!plan.permissions.iso && who == Who::Client) {
        return Ok(service::refusal(held::NOT_INCLUDED));
    }
    match request["op"].as_str().unwrap_or_default() {
        "isos" => list(site, known, plan, who).await,
        "iso_mount" => {
            let id = request["image"].as_str().unwrap_or_default().to_owned();
            let deed = Deed::MountIso(id.clone());
            let (again, sold) = (known.clone(), plan.clone());
            let fit = async |vm: &mut Vm| is_offered(vm, &id).await;
            let mut answer = held::ask(site, known, plan, who, deed, fit).await?;
            if answer["ok"] == true {
                let later = waits_for_start(site, again, sold).await;
                answer["data"]["notice"] = json!(later.then_some(NEXT_START));
            }
            Ok(answer)
        }
        "iso_unmount" => {
            let fit = async |_: &mut Vm| Ok(Ok(()));
            held::ask(site, known, plan, who, Deed::UnmountIso, fit).await
        }
        _ => Ok(service::refusal(held::UNKNOWN)),
    }
}

/// `Ok(Err(…))`: refused, a sentence for anybody.
async fn is_offered(vm: &mut Vm, id: &str) -> Result<Result<(), String>, Failure> {
    // Only what the product's storage offers: a volume may also be another client's disk.
    if !vm.isos().await?.iter().any(|image| image.volid == id) {
        return Ok(Err("There is no such image.".to_owned()));
    }
    Ok(match vm.mounted().await? {
        Some(mounted) if mounted != id => {
            Err("Another image is mounted; unmount it first.".to_owned())
        }
        _ => Ok(()),
    })
}

/// Whether the guest sees the image from its next start on. A courtesy: the page says it again.
async fn waits_for_start(site: &Site, known: service::Known, plan: Plan) -> bool {
    match vm::find(&site.host, known.record.service).await {
        Ok(Some(record)) => {
            let known = service::Known { record, ..known };
            match held::look(site, known, plan, PATIENCE).await {
                Ok(vm) => vm.image_waits_for_start().await.unwrap_or(false),
                Err(_) => false,
            }
        }
        _ => false,
    }
}

async fn list(
    site: &Site,
    known: service::Known,
    plan: Plan,
    who: Who,
) -> Result<Value, EntryError> {
    let again = known.clone();
    let busy = match known.record.state {
        VmState::Ready => held::busy(site, again, plan.clone()).await?,
        state => Some(held::not_ready(state).to_owned()),
    };
    let (images, mounted, later) = if known.record.node.is_some() {
        match read(site, known, plan).await {
            Ok(found) => found,
            Err(failure) => return Ok(who.refusal(failure)),
        }
    } else {
        (vec![], None, false)
    };
    let mounted = mounted.map(|volid| json!({"id": volid, "name": file_name(&volid)}));
    Ok(service::accepted(json!({
        "mounted": mounted,
        "notice": later.then_some(NEXT_START),
        "busy": busy,
        "groups": groups(&images),
    })))
}

async fn read(
    site: &Site,
    known: service::Known,
    plan: Plan,
) -> Result<(Vec<StorageContent>, Option<String>, bool), Failure> {
    let mut vm = held::look(site, known, plan, PATIENCE).await?;
    let mounted = vm.mounted().await?;
    let (images, later) = futures_util::future::join(vm.isos(), vm.image_waits_for_start()).await;
    Ok((images?, mounted, later?))
}

/// Images by what stands before the first hyphen of their name, compared without case, as first written.
fn groups(images: &[StorageContent]) -> Value {
    let mut groups: BTreeMap<String, (String, Vec<Value>)> = BTreeMap::new();
    for image in images {
        let name = image.file_name();
        let group = match name.split_once('-') {
            Some((group, _)) if !group.trim().is_empty() => group.trim(),
            _ => OTHER,
        };
        // What belongs to no group comes last.
        let key = match group {
            OTHER => "\u{10ffff}".to_owned(),
            group => group.to_lowercase(),
        };
        let entry = groups
            .entry(key)
            .or_insert_with(|| (group.to_owned(), vec![]));
        entry
            .1
            .push(json!({"id": image.volid, "name": name, "size": image.size}));
    }
    groups
        .into_values()
        .map(|(name, images)| json!({"name": name, "images": images}))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_grouped_by_the_name_before_the_first_hyphen() {
        let image = |name: &str| StorageContent {
            volid: format!("local:iso/{name}"),
            content: "iso".to_owned(),
            format: "iso".to_owned(),
            vmid: None,
            size: 1,
            ctime: None,
            notes: String::new(),
            protected: false,
            subtype: None,
        };
        let names = [
            "Debian-13.iso",
            "debian-12.iso",
            "proxmox-ve_8.1-2.iso",
            "rescue.iso",
            "-odd.iso",
        ];
        let groups = groups(&names.map(image));
        let seen: Vec<(&str, usize)> = groups
            .as_array()
            .unwrap()
            .iter()
            .map(|group| {
                (
                    group["name"].as_str().unwrap(),
                    group["images"].as_array().unwrap().len(),
                )
            })
            .collect();
        assert_eq!(seen, [("Debian", 2), ("proxmox", 1), ("OTHER", 2)]);
        assert_eq!(
            groups[1]["images"][0]["id"],
            "local:iso/proxmox-ve_8.1-2.iso"
        );
    }
}
