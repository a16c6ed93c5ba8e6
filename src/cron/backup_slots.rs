//! Whose turn it is to be backed up: so many at once on a node.
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

/// The turns of one node.
struct Node {
    left: u64,
    places: Arc<Semaphore>,
}

/// The turns of all nodes in one run.
pub(super) struct Turns {
    most: u64,
    under_way: BTreeMap<NodeName, u64>,
    nodes: RefCell<BTreeMap<NodeName, Rc<RefCell<Node>>>>,
}

/// One turn; given back when dropped, unless it was used.
pub(super) struct Turn {
    node: Rc<RefCell<Node>>,
    place: OwnedSemaphorePermit,
}

impl Turns {
    /// At most `most` on each node, those counted that are under way already.
    pub(super) fn of(most: u64, under_way: BTreeMap<NodeName, u64>) -> Self {
        Self {
            most,
            under_way,
            nodes: RefCell::default(),
        }
    }

    /// Waits for a turn. `None`: in this run there is none left on this node.
    pub(super) async fn take(&self, name: &NodeName) -> Option<Turn> {
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
        let places = Arc::clone(&node.borrow().places);
        // It is closed once all turns are used up.
        let place = places.acquire_owned().await.ok()?;
        Some(Turn { node, place })
    }
}

impl Node {
    fn with(left: u64) -> Self {
        let places = usize::try_from(left).unwrap_or(Semaphore::MAX_PERMITS);
        let places = Arc::new(Semaphore::new(places.min(Semaphore::MAX_PERMITS)));
        if left == 0 {
            places.close();
        }
        Self { left, places }
    }
}

impl Turn {
    /// A backup was begun and goes on after this run looked away.
    pub(super) fn use_up(self) {
        self.place.forget();
        let mut node = self.node.borrow_mut();
        node.left -= 1;
        if node.left == 0 {
            node.places.close();
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
        let turns = Turns::of(2, BTreeMap::from([(full.clone(), 3), (free.clone(), 0)]));
        assert!(turns.take(&full).await.is_none());
        let one = turns.take(&free).await.unwrap();
        let two = turns.take(&free).await.unwrap();
        let (third, fourth) = (turns.take(&free), turns.take(&free));
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
