//! Which services may be backed up now: a limited number at once on each node.
//!
//! A node works on one backup at a time (`vzdump` holds a lock of its own for it), and those that wait for that lock give
//! up after some hours. A thousand that are due at once would stand there as processes, and take disks and network from
//! the orders of the morning. So a run begins only some on each node; the others stay due for the next one.

use crate::model::NodeName;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The backup slots of one node.
struct Node {
    left: u64,
    permits: Arc<Semaphore>,
}

/// The backup slots of all nodes in one run.
pub(super) struct BackupSlots {
    most: u64,
    under_way: BTreeMap<NodeName, u64>,
    nodes: RefCell<BTreeMap<NodeName, Rc<RefCell<Node>>>>,
}

/// One backup slot; given back when dropped, unless it was used.
pub(super) struct BackupSlot {
    node: Rc<RefCell<Node>>,
    permit: OwnedSemaphorePermit,
}

impl BackupSlots {
    /// At most `most` slots on each node; backups that are under way already count.
    pub(super) fn of(most: u64, under_way: BTreeMap<NodeName, u64>) -> Self {
        Self {
            most,
            under_way,
            nodes: RefCell::default(),
        }
    }

    /// Waits for a slot. `None`: this node has none left in this run.
    pub(super) async fn take(&self, name: &NodeName) -> Option<BackupSlot> {
        let node = {
            let mut nodes = self.nodes.borrow_mut();
            let node = nodes.entry(name.clone()).or_insert_with(|| {
                let under_way = self.under_way.get(name).copied().unwrap_or(0);
                Rc::new(RefCell::new(Node::with(
                    self.most.saturating_sub(under_way),
                )))
            });
            Rc::clone(node)
        };
        let permits = Arc::clone(&node.borrow().permits);
        // The semaphore is closed once all slots are used up.
        let permit = permits.acquire_owned().await.ok()?;
        Some(BackupSlot { node, permit })
    }
}

impl Node {
    fn with(left: u64) -> Self {
        let permits = usize::try_from(left).unwrap_or(Semaphore::MAX_PERMITS);
        let permits = Arc::new(Semaphore::new(permits.min(Semaphore::MAX_PERMITS)));
        if left == 0 {
            permits.close();
        }
        Self { left, permits }
    }
}

impl BackupSlot {
    /// A backup was begun and goes on after this run looked away.
    pub(super) fn use_up(self) {
        self.permit.forget();
        let mut node = self.node.borrow_mut();
        node.left -= 1;
        if node.left == 0 {
            node.permits.close();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::poll;

    #[tokio::test]
    async fn what_was_not_used_goes_to_the_next_and_the_rest_waits_for_another_run() {
        let (full, free) = (NodeName::from("pve1"), NodeName::from("pve2"));
        let slots = BackupSlots::of(2, BTreeMap::from([(full.clone(), 3), (free.clone(), 0)]));
        assert!(slots.take(&full).await.is_none());
        let one = slots.take(&free).await.unwrap();
        let two = slots.take(&free).await.unwrap();
        let (third, fourth) = (slots.take(&free), slots.take(&free));
        tokio::pin!(third, fourth);
        assert!(poll!(&mut third).is_pending());
        assert!(poll!(&mut fourth).is_pending());
        one.use_up();
        assert!(poll!(&mut third).is_pending());
        drop(two);
        let third = third.await.unwrap();
        assert!(poll!(&mut fourth).is_pending());
        third.use_up();
        assert!(fourth.await.is_none());
    }
}
