//! Where a VM can land: what it needs of a node, and why a node cannot take it.

use super::heritage;
use crate::model::{NodeName, Sentence, StorageId, say};
use crate::plan::{CloneKind, Plan};
use crate::pve::{DiskConfig, NodeUse, PropertyString, Resource, StorageUse, VmConfig};
use std::fmt;

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
pub type Need = (StorageId, Volume);

/// What of a VM a storage holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Volume {
    /// The disk it starts from.
    System,
    /// The second disk.
    Additional,
    /// The EFI settings.
    Efi,
    /// The TPM's state.
    Tpm,
    /// The drive with the guest's first-boot settings.
    CloudInit,
    /// Files of the first boot that the template names, or its script: the key.
    Files(&'static str),
    /// Its backups.
    Backups,
}

impl Volume {
    /// What it is called.
    pub fn sentence(self) -> Sentence {
        match self {
            Self::System => say::volume_system(),
            Self::Additional => say::volume_additional(),
            Self::Efi => say::volume_efi(),
            Self::Tpm => say::volume_tpm(),
            Self::CloudInit => say::volume_cloudinit(),
            Self::Files(key) => Sentence::foreign(key),
            Self::Backups => say::backups(),
        }
    }
}

/// Why a node cannot take a VM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// It is no node of the cluster.
    Unknown,
    /// It is offline.
    Offline,
    /// An admin empties it.
    Emptied,
    /// It has fewer processors than are sold.
    Small {
        /// Its processors.
        processors: u64,
        /// The cores that are sold.
        cores: u64,
    },
    /// A storage is down there.
    Down(StorageId, Volume),
    /// A storage is not there.
    Without(StorageId, Volume),
    /// A storage is on no node.
    Nowhere(StorageId, Volume),
}

impl Obstacle {
    /// The half sentence about this node, beginning with its name.
    pub fn sentence(&self, node: &NodeName) -> Sentence {
        self.of(node.as_str())
    }

    fn of(&self, node: &str) -> Sentence {
        match self {
            Self::Unknown => say::node_unknown(node),
            Self::Offline => say::node_offline(node),
            Self::Emptied => say::node_emptied(node),
            Self::Small { processors, cores } => say::node_small(node, *processors, *cores),
            Self::Down(storage, what) => {
                say::node_storage_down(node, storage.clone(), what.sentence())
            }
            Self::Without(storage, what) => {
                say::node_storage_none(node, storage.clone(), what.sentence())
            }
            Self::Nowhere(storage, what) => {
                say::node_storage_off(node, storage.clone(), what.sentence())
            }
        }
    }
}

/// In English, to follow the node's name: `is offline`.
impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.of("").as_str().trim_start())
    }
}

impl<'a> Landing<'a> {
    /// What keeps the VM on its node whatever the storages; `None`: nothing.
    pub fn tie(&self) -> Option<Sentence> {
        if let Some(key) = heritage::device(self.config) {
            return Some(say::tie_device(key));
        }
        // The copies that a linked clone makes of everything else can move.
        let linked = self.plan.clone == CloneKind::Linked;
        let based = self
            .volumes()
            .into_iter()
            .filter(|(_, what)| is_based(*what));
        let local = based
            .map(|(storage, _)| storage)
            .find(|id| !self.shared(id));
        local.filter(|_| linked).map(|_| say::tie_linked())
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
        let mut need = |storage: StorageId, what: Volume| {
            if needs.iter().all(|(known, _)| *known != storage) {
                needs.push((storage, what));
            }
        };
        if let Some(system) = &system {
            need(system.clone(), Volume::System);
        }
        for (storage, what) in self.volumes() {
            let stays = whole.is_none() && (!moves || self.shared(&storage));
            let taken = whole.or(abroad.as_ref()).filter(|_| !stays);
            match what {
                // Moved to the storage sold in the end.
                Volume::System => {}
                _ => need(taken.cloned().unwrap_or(storage), what),
            }
        }
        if self.plan.additional_disk.size_gib > 0 && self.config.additional_disk().is_none() {
            let chosen = self.plan.additional_disk.storage.clone().or(system);
            if let Some(storage) = chosen {
                need(storage, Volume::Additional);
            }
        }
        // Read at each start.
        let files = PropertyString::parse(&self.config.text("cicustom").unwrap_or_default());
        for part in ["vendor", "meta"] {
            if let Some(storage) = files.get(part).and_then(storage_of_text) {
                need(storage, Volume::Files("cicustom"));
            }
        }
        let script = self.config.text("hookscript");
        if let Some(storage) = script.as_deref().and_then(storage_of_text) {
            need(storage, Volume::Files("hookscript"));
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
    pub fn obstacle(&self, node: &NodeName) -> Option<Obstacle> {
        self.absence(node).or_else(|| self.shortage(node))
    }

    /// Why this node takes no VM at all.
    fn absence(&self, node: &NodeName) -> Option<Obstacle> {
        match self.node(node) {
            None => Some(Obstacle::Unknown),
            Some(known) if !known.online => Some(Obstacle::Offline),
            Some(known) if known.in_maintenance() => Some(Obstacle::Emptied),
            Some(_) => None,
        }
    }

    /// What this node does not have for this VM.
    pub fn shortage(&self, node: &NodeName) -> Option<Obstacle> {
        let cores = u64::from(self.plan.cores);
        let processors = self.node(node).map_or(0, |known| known.maxcpu);
        if processors > 0 && processors < cores {
            return Some(Obstacle::Small { processors, cores });
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
    pub fn lacks(&self, node: &NodeName, storage: &StorageId, what: Volume) -> Option<Obstacle> {
        let found = self.storage(node, storage);
        match found {
            Some(found) if found.active => None,
            Some(_) => Some(Obstacle::Down(storage.clone(), what)),
            None if self.is_listed(storage) => Some(Obstacle::Without(storage.clone(), what)),
            // Proxmox lists a disabled storage on no node.
            None => Some(Obstacle::Nowhere(storage.clone(), what)),
        }
    }

    /// Every node with what keeps it from taking the VM.
    pub fn obstacles(&self) -> Vec<(&'a NodeUse, Option<Obstacle>)> {
        let nodes = self.resources.iter().filter_map(Resource::node);
        nodes
            .map(|node| (node, self.obstacle(&node.node)))
            .collect()
    }

    /// Whether backups, where they are sold, can be made on this node.
    pub fn can_back_up(&self, node: &NodeName) -> bool {
        let storage = self.plan.backup_storage.as_ref();
        let sold = storage.filter(|_| self.plan.sells_backups());
        sold.is_none_or(|storage| self.lacks(node, storage, Volume::Backups).is_none())
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
                _ if Some(*slot) == system => Volume::System,
                disk if disk.is_cloudinit() => Volume::CloudInit,
                disk if disk.is_cdrom() => continue,
                _ => Volume::Additional,
            };
            found.extend(self.storage_of(Some(disk)).map(|storage| (storage, what)));
        }
        for (key, what) in [("efidisk0", Volume::Efi), ("tpmstate0", Volume::Tpm)] {
            let text = self.config.text(key).unwrap_or_default();
            let disk = DiskConfig::parse(&text);
            found.extend(self.storage_of(Some(&disk)).map(|storage| (storage, what)));
        }
        found
    }
}

/// Whether a linked clone's volume of this kind rests on the template's. TPM state and cloud-init drive are copied
/// (PVE::API2::Qemu, clone_vm).
fn is_based(what: Volume) -> bool {
    matches!(what, Volume::System | Volume::Additional | Volume::Efi)
}

/// `store:snippets/file` → `store`.
fn storage_of_text(volume: &str) -> Option<StorageId> {
    let (storage, _) = volume.split_once(':')?;
    (!storage.is_empty()).then(|| StorageId::from(storage))
}
