//! The page *ISO mount*, for clients and staff.

use super::page::{self, PageContext};
use super::page_operations::{Image, ImageGroup, IsoOp, Isos, Mounted, MountedImage};
use super::{EntryError, answer};
use crate::custody::{self, Hindrance, LoadedService, Refusal};
use crate::model::{VmAction, VmState, say};
use crate::plan::Plan;
use crate::pve::{StorageContent, file_name};
use crate::site::Site;
use crate::vm::Vm;
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;

/// How long a look at the storage may take.
const READ_LIMIT: Duration = Duration::from_secs(10);
/// The group of images whose name has nothing before a hyphen.
const OTHER: &str = "OTHER";

/// Answers what the page asks.
pub(super) async fn api(site: &Site, context: PageContext, op: IsoOp) -> Result<Value, EntryError> {
    let who = context.who;
    if context.plan.iso_storage.is_none() {
        return answer::denied(who, say::not_included().into());
    }
    match op {
        IsoOp::IsoList(op) => answer::to(&op, who, list(site, context).await),
        IsoOp::IsoMount(op) => answer::to(&op, who, mount(site, context, &op.image).await),
        IsoOp::IsoUnmount(op) => {
            let action = VmAction::UnmountIso;
            answer::to(
                &op,
                who,
                page::ask(site, context, action, async |_| Ok(())).await,
            )
        }
    }
}

async fn mount(site: &Site, context: PageContext, id: &str) -> Result<Mounted, Refusal> {
    let action = VmAction::MountIso(id.to_owned());
    let (loaded, plan) = (context.loaded.clone(), context.plan.clone());
    let fit = async |vm: &mut Vm| is_offered(vm, id).await;
    let started = page::ask(site, context, action, fit).await?;
    let later = waits_for_start(site, loaded, plan).await;
    Ok(Mounted {
        running: started.running,
        notice: later.then(say::image_later),
    })
}

/// Sees to it that the image may be mounted.
async fn is_offered(vm: &mut Vm, id: &str) -> Result<(), Refusal> {
    // Only what the product's storage offers: a volume may also be another client's disk.
    if !vm.isos().await?.iter().any(|image| image.volid == id) {
        return Err(say::image_gone().into());
    }
    match vm.mounted().await? {
        Some(mounted) if mounted != id => Err(say::image_other().into()),
        _ => Ok(()),
    }
}

/// Whether the guest sees the image from its next start on. A courtesy: the page says it again.
async fn waits_for_start(site: &Site, loaded: LoadedService, plan: Plan) -> bool {
    let Ok(Some(loaded)) = loaded.again(site).await else {
        return false;
    };
    match loaded.look(site, plan, READ_LIMIT).await {
        Ok(vm) => vm.image_waits_for_start().await.unwrap_or(false),
        Err(_) => false,
    }
}

async fn list(site: &Site, context: PageContext) -> Result<Isos, Refusal> {
    let PageContext { loaded, plan, .. } = context;
    let busy = match Hindrance::of_state(&loaded.record, &[VmState::Ready]) {
        Some(why) => Some(why.sentence()),
        None => custody::under_way(site, loaded.clone(), plan.clone()).await?,
    };
    let (images, mounted, later) = match loaded.record.node {
        Some(_) => {
            let mut vm = loaded.look(site, plan, READ_LIMIT).await?;
            let mounted = vm.mounted().await?;
            let found = futures_util::future::join(vm.isos(), vm.image_waits_for_start());
            let (images, later) = found.await;
            (images?, mounted, later?)
        }
        None => (vec![], None, false),
    };
    let mounted = mounted.map(|volid| MountedImage {
        name: file_name(&volid).to_owned(),
        id: volid,
    });
    Ok(Isos {
        mounted,
        notice: later.then(say::image_later),
        busy,
        groups: groups(&images),
    })
}

/// Images by what stands before the first hyphen of their name, compared without case, as first written.
fn groups(images: &[StorageContent]) -> Vec<ImageGroup> {
    let mut groups: BTreeMap<String, (String, Vec<Image>)> = BTreeMap::new();
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
        entry.1.push(Image {
            id: image.volid.clone(),
            name: name.to_owned(),
            size: image.size,
        });
    }
    groups
        .into_values()
        .map(|(name, images)| ImageGroup { name, images })
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
            .iter()
            .map(|group| (group.name.as_str(), group.images.len()))
            .collect();
        assert_eq!(seen, [("Debian", 2), ("proxmox", 1), ("OTHER", 2)]);
        assert_eq!(groups[1].images[0].id, "local:iso/proxmox-ve_8.1-2.iso");
    }
}
