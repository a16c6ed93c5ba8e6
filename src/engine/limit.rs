//! How much of one kind may be under way at once, learnt from how it goes.
//!
//! Each gate starts at a safe limit, grows by one with every success and halves when Proxmox complains of a lock
//! time-out or of overload. Growth by one per success doubles the limit with every full round, so fifty clones reach the
//! cluster's own pace in two or three rounds; a halving takes hold at once.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use tokio::sync::Notify;

/// The limit a gate starts with where nothing was learnt yet.
const START: u32 = 8;
/// More never runs at once through one gate.
const CEILING: u32 = 256;

struct Gate {
    limit: u32,
    inside: u32,
    waiting: u32,
    opened: Rc<Notify>,
}

impl Default for Gate {
    fn default() -> Self {
        Self {
            limit: START,
            inside: 0,
            waiting: 0,
            opened: Rc::new(Notify::new()),
        }
    }
}

/// All gates of one tick, by name: `clone:pve1/9000`, `migrate:pve2`, …
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
            .map(|(name, limit)| {
                (
                    name,
                    Gate {
                        limit: limit.clamp(1, CEILING),
                        ..Gate::default()
                    },
                )
            })
            .collect();
        Self(Rc::new(RefCell::new(gates)))
    }

    /// Waits for a place in the gate of this name.
    pub async fn enter(&self, name: &str) -> Place {
        loop {
            let opened = {
                let mut gates = self.0.borrow_mut();
                let gate = gates.entry(name.to_owned()).or_default();
                if gate.inside < gate.limit {
                    gate.inside += 1;
                    return Place {
                        limits: self.clone(),
                        name: name.to_owned(),
                    };
                }
                gate.waiting += 1;
                Rc::clone(&gate.opened)
            };
            opened.notified().await;
            if let Some(gate) = self.0.borrow_mut().get_mut(name) {
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
        for _ in 0..START {
            places.push(limits.enter("clone:a").await);
        }
        let waiting = limits.enter("clone:a");
        tokio::pin!(waiting);
        assert!(futures_util::poll!(&mut waiting).is_pending());
        places[0].went_well();
        assert!(futures_util::poll!(&mut waiting).is_ready());
        assert_eq!(limits.learnt(), [("clone:a".to_owned(), START + 1)]);
        places[0].overloaded();
        assert_eq!(limits.learnt(), [("clone:a".to_owned(), START.div_ceil(2))]);
        drop(places);
        assert_eq!(limits.0.borrow()["clone:a"].inside, 0);
    }
}
