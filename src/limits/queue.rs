//! Who waits for which gates, and who goes in next.

use super::Permit;
use super::gate::{Gate, Seat};
use std::collections::{BTreeMap, BTreeSet};
use tokio::sync::oneshot;

/// Later ones may pass one that waits for two gates this many times. After that the next permits are kept for it.
pub(super) const PASSED: u32 = 8;

/// One that waits: for which gates, how often others passed it, and where its permit is sent.
pub(super) struct Waiter {
    gates: Vec<String>,
    passed: u32,
    permit: oneshot::Sender<Permit>,
}

/// The gates, and those that wait for them.
#[derive(Default)]
pub(super) struct Queue {
    pub(super) gates: BTreeMap<String, Gate>,
    pub(super) waiting: BTreeMap<u64, Waiter>,
    tickets: u64,
}

impl Waiter {
    pub(super) fn of(gates: Vec<String>, permit: oneshot::Sender<Permit>) -> Self {
        Self {
            gates,
            passed: 0,
            permit,
        }
    }
}

impl Queue {
    /// Nobody is there yet.
    pub(super) fn of(gates: BTreeMap<String, Gate>) -> Self {
        Self {
            gates,
            ..Self::default()
        }
    }

    /// Adds one that waits, and returns its ticket. A new gate begins with `least` as its limit.
    pub(super) fn join(&mut self, waiter: Waiter, least: u32) -> u64 {
        self.tickets += 1;
        let ticket = self.tickets;
        for name in &waiter.gates {
            let gate = self.gates.entry(name.clone());
            let gate = gate.or_insert_with(|| Gate::of(least));
            gate.least = least;
            gate.waiting.insert(ticket);
        }
        self.waiting.insert(ticket, waiter);
        ticket
    }

    /// Whoever has this ticket no longer waits.
    pub(super) fn leave(&mut self, ticket: u64) -> Option<Waiter> {
        let waiter = self.waiting.remove(&ticket)?;
        for name in &waiter.gates {
            if let Some(gate) = self.gates.get_mut(name) {
                gate.waiting.remove(&ticket);
                gate.starving.remove(&ticket);
            }
        }
        Some(waiter)
    }

    /// The first that may go in.
    pub(super) fn next(&self) -> Option<u64> {
        let open = |ticket: u64, name: &String| {
            let gate = self.gates.get(name);
            gate.is_none_or(|gate| gate.has_room(ticket))
        };
        // Only those that wait at a gate with room come into question.
        let roomy = self.gates.values().filter(|gate| gate.limit > gate.inside);
        let mut tickets: Vec<u64> = roomy.flat_map(|gate| &gate.waiting).copied().collect();
        tickets.sort_unstable();
        tickets.into_iter().find(|ticket| {
            let waiter = self.waiting.get(ticket);
            waiter.is_some_and(|waiter| waiter.gates.iter().all(|name| open(*ticket, name)))
        })
    }

    /// Lets the one with this ticket in. Those that it passes remember it.
    pub(super) fn let_in(&mut self, ticket: u64) -> Option<(oneshot::Sender<Permit>, Vec<Seat>)> {
        let waiter = self.leave(ticket)?;
        let mut passed = BTreeSet::new();
        let mut seats = vec![];
        for name in waiter.gates {
            if let Some(gate) = self.gates.get_mut(&name) {
                passed.extend(gate.waiting.range(..ticket));
                seats.push(gate.seat(name));
            }
        }
        for older in passed {
            let Some(one) = self.waiting.get_mut(&older) else {
                continue;
            };
            one.passed += 1;
            if one.passed == PASSED {
                for name in &one.gates {
                    if let Some(gate) = self.gates.get_mut(name) {
                        gate.starving.insert(older);
                    }
                }
            }
        }
        Some((waiter.permit, seats))
    }
}
