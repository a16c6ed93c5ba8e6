//! Numbers for new VMs: free in WHMCS, in the cluster and in its backups.

use super::SharedCluster;
use crate::host::HostHandle;
use crate::model::{Failure, NodeName, StorageId, Vmid};
use crate::pve::{PveError, Resource, WhichContent};
use crate::store::{product, vmid};
use futures_util::future::join_all;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

impl SharedCluster {
    /// The guests of which a storage holds backups, read once a tick: through one node where it is shared, through each
    /// that has it where it is not. An offline node's own storage cannot be asked, and holds up nobody.
    pub async fn backed_up(&self, storage: &StorageId) -> Result<BTreeSet<Vmid>, PveError> {
        let cell = Rc::clone(
            self.backups
                .borrow_mut()
                .entry(storage.clone())
                .or_default(),
        );
        cell.get_or_init(|| self.read_backups(storage))
            .await
            .clone()
    }

    async fn read_backups(&self, storage: &StorageId) -> Result<BTreeSet<Vmid>, PveError> {
        let resources = self.resources().await?;
        let online = |name: &NodeName| {
            resources
                .iter()
                .filter_map(Resource::node)
                .any(|n| n.node == *name && n.online)
        };
        let mut known: Vec<_> = resources
            .iter()
            .filter_map(Resource::storage)
            .filter(|known| known.storage == *storage && online(&known.node))
            .collect();
        let shared = known.iter().any(|known| known.shared);
        // A shared one may be out of reach for a single node.
        known.sort_by_key(|known| shared && !known.active);
        let mut guests = BTreeSet::new();
        for known in known.iter().take(if shared { 1 } else { usize::MAX }) {
            let content = self
                .api
                .storage_content(&known.node, storage, &WhichContent::kind("backup"))
                .await?;
            guests.extend(content.into_iter().filter_map(|volume| volume.vmid));
        }
        Ok(guests)
    }

    /// The lowest number from `first` on that is free in WHMCS, in the cluster and in its backups, as far as this tick
    /// knows; it is not given out a second time. `storage` holds the backups of whoever asks. `None`: there is none.
    ///
    /// All that is taken is read once a tick. Read for each order, the numbers of a shop with many services made the
    /// hundredth order wait for a hundred long lists.
    pub async fn next_number(
        &self,
        host: &HostHandle,
        first: Vmid,
        storage: Option<&StorageId>,
    ) -> Result<Option<Vmid>, Failure> {
        let cell = Rc::clone(
            self.numbers
                .borrow_mut()
                .entry(storage.cloned())
                .or_default(),
        );
        let read = || async { self.read_numbers(host, storage).await.map(RefCell::new) };
        let mut taken = cell.get_or_try_init(read).await?.borrow_mut();
        let mut candidate = first;
        for number in taken.range(first..) {
            if *number != candidate {
                break;
            }
            match number.next() {
                Some(next) => candidate = next,
                None => return Ok(None),
            }
        }
        taken.insert(candidate);
        Ok(Some(candidate))
    }

    async fn read_numbers(
        &self,
        host: &HostHandle,
        storage: Option<&StorageId>,
    ) -> Result<BTreeSet<Vmid>, Failure> {
        let resources = self.resources().await?;
        let mut taken = vmid::taken(host, &self.key).await?;
        let guests = resources.iter().filter_map(Resource::guest);
        taken.extend(guests.map(|guest| guest.vmid));
        // A backup of this number would stand in the list of the next owner of the number.
        if let Some(storage) = storage {
            taken.extend(self.backed_up(storage).await?);
        }
        let others = self.other_storages(host, storage, &resources).await?;
        // At once: one that hangs costs the time of one. A storage that this order has nothing to do with may be down for
        // good: it holds up nobody.
        for found in join_all(others.iter().map(|other| self.backed_up(other))).await {
            taken.extend(found.unwrap_or_default());
        }
        Ok(taken)
    }

    /// Where a client's product may look tomorrow: every other shared storage for backups, one call each, and what other
    /// products name. A node's own storage that no product names is not asked: it would cost a call per node.
    async fn other_storages(
        &self,
        host: &HostHandle,
        own: Option<&StorageId>,
        resources: &[Resource],
    ) -> Result<BTreeSet<StorageId>, Failure> {
        let named = product::backup_storages(host).await?;
        let usable = resources.iter().filter_map(Resource::storage);
        let usable = usable.filter(|known| known.holds("backup") && known.active);
        Ok(usable
            .filter(|known| known.shared || named.contains(&known.storage))
            .map(|known| known.storage.clone())
            .filter(|storage| own != Some(storage))
            .collect())
    }
}
