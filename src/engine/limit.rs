//! How much of one kind may be under way at once, learnt from how it goes.
//!
//! Each gate starts at a safe limit for its kind of work, grows by one with every success and halves when Proxmox
//! complains of a lock time-out or of overload. Growth by one per success doubles the limit with every full round, so
//! fifty clones reach the cluster's own pace in two or three rounds; a halving takes hold at once.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::rc::Rc;
use tokio::sync::Notify;

/// What a gate lets through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Copying a template's disks.
    FullClone,
    /// Cloning without copying: short, and templates are locked shared.
    LinkedClone,
    /// Making a disk under the storage's lock.
    Allocate,
    /// Moving a VM's disks to another node.
    Migrate,
    /// Starting a guest.
    Start,
}

impl Work {
    fn word(self) -> &'static str {
        match self {
            Self::FullClone => "full-clone",
            Self::LinkedClone => "linked-clone",
            Self::Allocate => "allocate",
            Self::Migrate => "migrate",
            Self::Start => "start",
        }
    }

    /// How many go at once where nothing was learnt yet. What copies disks starts low, since a storage that thrashes says
    /// so only after minutes; what is short starts high, since a wrong guess is told at once and halved.
    fn start(self) -> u32 {
        match self {
            Self::FullClone | Self::Migrate => 8,
            Self::Allocate => 16,
            Self::LinkedClone | Self::Start => 48,
        }
    }
}

/// More never runs at once through one gate.
const CEILING: u32 = 256;

struct Gate {
    limit: u32,
    inside: u32,
    waiting: u32,
    opened: Rc<Notify>,
}

impl Gate {
    fn of(limit: u32) -> Self {
        Self {
            limit: limit.clamp(1, CEILING),
            inside: 0,
            waiting: 0,
            opened: Rc::new(Notify::new()),
        }
    }
}

/// All gates of one tick, by name: `full-clone:cluster/9000`, `start:cluster/pve2`, …
#[derive(Clone, Default)]
pub struct Limits(Rc<RefCell<BTreeMap<String, Gate>>>);

/// A place inside a gate; given back when dropped.
pub struct Place {
    limits: Limits,
    name: String,
}

impl Limits {
    /// Gates with what earlier ticks learnt.
    pub fn remembered(values: impl IntoIterator<Item = (String, u32)>) -> Self {
        let gates = values
            .into_iter()
            .map(|(name, limit)| (name, Gate::of(limit)))
            .collect();
        Self(Rc::new(RefCell::new(gates)))
    }

    /// Waits for a place in the gate of a kind of work at one place of a cluster: a template, node or storage.
    pub async fn enter(&self, work: Work, cluster: &str, place: impl Display) -> Place {
        let name = format!("{}:{cluster}/{place}", work.word());
        loop {
            let opened = {
                let mut gates = self.0.borrow_mut();
                let gate = gates
                    .entry(name.clone())
                    .or_insert_with(|| Gate::of(work.start()));
                if gate.inside < gate.limit {
                    gate.inside += 1;
                    return Place {
                        limits: self.clone(),
                        name,
                    };
                }
                gate.waiting += 1;
                Rc::clone(&gate.opened)
            };
            opened.notified().await;
            if let Some(gate) = self.0.borrow_mut().get_mut(&name) {
                gate.waiting -= 1;
            }
        }
    }

    /// What was learnt: name and limit.
    pub fn learnt(&self) -> Vec<(String, u32)> {
        self.0
            .borrow()
            .iter()
            .map(|(name, gate)| (name.clone(), gate.limit))
            .collect()
    }

    fn change(&self, name: &str, change: impl FnOnce(&mut Gate)) {
        if let Some(gate) = self.0.borrow_mut().get_mut(name) {
            change(gate);
            for _ in 0..gate.waiting.min(gate.limit.saturating_sub(gate.inside)) {
                gate.opened.notify_one();
            }
        }
    }
}

impl Place {
    /// It went well: the gate widens, if it was the gate that held work back.
    pub fn went_well(&self) {
        self.limits.change(&self.name, |gate| {
            if gate.waiting > 0 || gate.inside >= gate.limit {
                gate.limit = (gate.limit + 1).min(CEILING);
            }
        });
    }

    /// Proxmox was overloaded: the gate narrows by half.
    pub fn overloaded(&self) {
        self.limits
            .change(&self.name, |gate| gate.limit = (gate.limit / 2).max(1));
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.limits.change(&self.name, |gate| gate.inside -= 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_gate_widens_with_success_and_halves_on_overload() {
        let limits = Limits::default();
        let mut places = vec![];
        for _ in 0..8 {
            places.push(limits.enter(Work::FullClone, "c", 9000).await);
        }
        let waiting = limits.enter(Work::FullClone, "c", 9000);
        tokio::pin!(waiting);
        assert!(futures_util::poll!(&mut waiting).is_pending());
        places[0].went_well();
        assert!(futures_util::poll!(&mut waiting).is_ready());
        assert_eq!(limits.learnt(), [("full-clone:c/9000".to_owned(), 9)]);
        places[0].overloaded();
        assert_eq!(limits.learnt(), [("full-clone:c/9000".to_owned(), 4)]);
        drop(places);
        assert_eq!(limits.0.borrow()["full-clone:c/9000"].inside, 0);
    }
}
