//! Where a VM can land: what it needs of a node, and why a node cannot take it.

use super::heritage;
use crate::model::{NodeName, StorageId};
use crate::plan::{CloneKind, Plan};
use crate::pve::{DiskConfig, NodeUse, PropertyString, Resource, StorageUse, VmConfig};

/// What a VM needs of the node it is to run on, as the cluster's lists show it now.
pub struct Landing<'a> {
    /// The configuration it is made from, or has.
    pub config: &'a VmConfig,
    /// What was sold.
    pub plan: &'a Plan,
    /// The node it is made on, or is on.
    pub home: &'a NodeName,
    /// Guests, nodes and storages.
    pub resources: &'a [Resource],
}

/// A storage, and what of the VM will be on it.
pub type Need = (StorageId, &'static str);

impl<'a> Landing<'a> {
    /// What keeps the VM on its node whatever the storages; `None`: nothing.
    pub fn tie(&self) -> Option<String> {
        if let Some(key) = heritage::device(self.config) {
            return Some(format!("{key} is a device of the node"));
        }
        // The copies that a linked clone makes of everything else can move.
        let linked = self.plan.clone == CloneKind::Linked;
        let based = self
            .volumes()
            .into_iter()
            .filter(|(_, what)| is_based(what));
        let local = based
            .map(|(storage, _)| storage)
            .find(|id| !self.shared(id));
        local
            .filter(|_| linked)
            .map(|_| "a linked clone on local storage cannot leave its template".to_owned())
    }

    /// The storages that the VM's volumes will be on if it runs on this node, each once.
    pub fn storages(&self, node: &NodeName) -> Vec<Need> {
        let sold = self.plan.system_disk.storage.as_ref();
        let current = self.storage_of(self.config.system_disk().map(|(_, disk)| disk));
        let system = sold.cloned().or_else(|| current.clone());
        let moves = node != self.home;
        // A full clone that stays is made on the storage sold as a whole; what is local moves there with the VM.
        let whole = sold.filter(|_| !moves && self.plan.clone == CloneKind::Full);
        let abroad = moves
            .then(|| self.target_storage(current.as_ref()))
            .flatten();
        let mut needs: Vec<Need> = vec![];
        let mut need = |storage: StorageId, what: &'static str| {
            if needs.iter().all(|(known, _)| *known != storage) {
                needs.push((storage, what));
            }
        };
        if let Some(system) = &system {
            need(system.clone(), SYSTEM);
        }
        for (storage, what) in self.volumes() {
            let stays = whole.is_none() && (!moves || self.shared(&storage));
            let taken = whole.or(abroad.as_ref()).filter(|_| !stays);
            match what {
                // Moved to the storage sold in the end.
                SYSTEM => {}
                _ => need(taken.cloned().unwrap_or(storage), what),
            }
        }
        if self.plan.additional_disk.size_gib > 0 && self.config.additional_disk().is_none() {
            let chosen = self.plan.additional_disk.storage.clone().or(system);
            if let Some(storage) = chosen {
                need(storage, ADDITIONAL);
            }
        }
        // Read at each start.
        let files = PropertyString::parse(&self.config.text("cicustom").unwrap_or_default());
        for part in ["vendor", "meta"] {
            if let Some(storage) = files.get(part).and_then(storage_of_text) {
                need(storage, "cicustom");
            }
        }
        let script = self.config.text("hookscript");
        if let Some(storage) = script.as_deref().and_then(storage_of_text) {
            need(storage, "hookscript");
        }
        needs
    }

    /// Where a migration is told to put what is local: where the disk goes, local or not. `None`: every volume goes to
    /// the storage of its own name over there.
    pub fn target_storage(&self, current: Option<&StorageId>) -> Option<StorageId> {
        let local = current.is_some_and(|current| !self.shared(current));
        let wanted = self.plan.system_disk.storage.as_ref().or(current);
        wanted
            .filter(|wanted| local || Some(*wanted) != current)
            .cloned()
    }

    /// Why this node cannot take the VM now; `None`: it can.
    pub fn obstacle(&self, node: &NodeName) -> Option<String> {
        self.absence(node).or_else(|| self.shortage(node))
    }

    /// Why this node takes no VM at all.
    fn absence(&self, node: &NodeName) -> Option<String> {
        let text = match self.node(node) {
            None => "is no node of the cluster",
            Some(known) if !known.online => "is offline",
            Some(known) if known.in_maintenance() => "is in HA maintenance",
            Some(_) => return None,
        };
        Some(text.to_owned())
    }

    /// What this node does not have for this VM.
    pub fn shortage(&self, node: &NodeName) -> Option<String> {
        let cores = u64::from(self.plan.cores);
        let processors = self.node(node).map_or(0, |known| known.maxcpu);
        if processors > 0 && processors < cores {
            return Some(format!(
                "has {processors} processors, and {cores} cores are sold"
            ));
        }
        let needs = self.storages(node).into_iter();
        needs
            .filter_map(|(storage, what)| self.lacks(node, &storage, what))
            .next()
    }

    fn node(&self, node: &NodeName) -> Option<&'a NodeUse> {
        let mut nodes = self.resources.iter().filter_map(Resource::node);
        nodes.find(|known| known.node == *node)
    }

    /// Why a storage cannot be used on a node; `None`: it can.
    pub fn lacks(&self, node: &NodeName, storage: &StorageId, what: &str) -> Option<String> {
        let found = self.storage(node, storage);
        match found {
            Some(found) if found.active => None,
            Some(_) => Some(format!("has storage {storage} ({what}) down")),
            None if self.is_listed(storage) => {
                Some(format!("does not have storage {storage} ({what})"))
            }
            // Proxmox lists a disabled storage on no node.
            None => Some(format!(
                "cannot use storage {storage} ({what}), which is disabled or missing"
            )),
        }
    }

    /// Every node with what keeps it from taking the VM.
    pub fn obstacles(&self) -> Vec<(&'a NodeUse, Option<String>)> {
        let nodes = self.resources.iter().filter_map(Resource::node);
        nodes
            .map(|node| (node, self.obstacle(&node.node)))
            .collect()
    }

    /// Whether backups, where they are sold, can be made on this node.
    pub fn can_back_up(&self, node: &NodeName) -> bool {
        let storage = self.plan.backup_storage.as_ref();
        let sold = storage.filter(|_| self.plan.sells_backups());
        sold.is_none_or(|storage| self.lacks(node, storage, "backups").is_none())
    }

    /// Whether every node sees the same volumes on a storage.
    pub fn shared(&self, storage: &StorageId) -> bool {
        let mut storages = self.resources.iter().filter_map(Resource::storage);
        storages.any(|known| known.storage == *storage && known.shared)
    }

    /// Whether any node has it.
    fn is_listed(&self, storage: &StorageId) -> bool {
        let mut storages = self.resources.iter().filter_map(Resource::storage);
        storages.any(|known| known.storage == *storage)
    }

    fn storage(&self, node: &NodeName, storage: &StorageId) -> Option<&'a StorageUse> {
        let mut storages = self.resources.iter().filter_map(Resource::storage);
        storages.find(|known| known.storage == *storage && known.node == *node)
    }

    fn storage_of(&self, disk: Option<&DiskConfig>) -> Option<StorageId> {
        disk.and_then(|disk| disk.storage().map(StorageId::from))
    }

    /// The volumes that a clone gets, by their storage. CD images are none: they are taken out before they hold a VM back.
    fn volumes(&self) -> Vec<Need> {
        let system = self.config.system_disk().map(|(slot, _)| slot);
        let mut found = vec![];
        for (slot, disk) in &self.config.drives {
            let what = match disk {
                _ if Some(*slot) == system => SYSTEM,
                disk if disk.is_cloudinit() => "cloud-init drive",
                disk if disk.is_cdrom() => continue,
                _ => ADDITIONAL,
            };
            found.extend(self.storage_of(Some(disk)).map(|storage| (storage, what)));
        }
        for (key, what) in [("efidisk0", EFI), ("tpmstate0", "TPM state")] {
            let text = self.config.text(key).unwrap_or_default();
            let disk = DiskConfig::parse(&text);
            found.extend(self.storage_of(Some(&disk)).map(|storage| (storage, what)));
        }
        found
    }
}

const SYSTEM: &str = "system disk";
const ADDITIONAL: &str = "additional disk";
const EFI: &str = "EFI disk";

/// Whether a linked clone's volume of this kind rests on the template's. TPM state and cloud-init drive are copied
/// (PVE::API2::Qemu, clone_vm).
fn is_based(what: &str) -> bool {
    matches!(what, SYSTEM | ADDITIONAL | EFI)
}

/// `store:snippets/file` → `store`.
fn storage_of_text(volume: &str) -> Option<StorageId> {
    let (storage, _) = volume.split_once(':')?;
    (!storage.is_empty()).then(|| StorageId::from(storage))
}
