//! One gate: how many it lets through, and what it draws from how the work went.

use crate::store::limit::{Learnt, Narrowed, Why};
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::time::Instant;

/// No gate ever lets more than this many through at once.
const WIDEST: u32 = 256;
/// Work that went well widens the gate if it took at most this many times as long as the fastest of its kind…
const AS_FAST: f64 = 1.15;
/// … and narrows the gate if it took more than this many times as long.
const SLOW: f64 = 1.3;
/// For this many seconds (one day) after it was narrowed, a gate grows slowly.
const MEMORY_S: i64 = 86_400;

/// From this many times its first limit on, a gate grows slowly too: an overloaded storage shows only after a whole round.
const DOUBLINGS: u32 = 2;

/// One gate: how many it lets through at once, how many are inside, who waits, and what was learnt.
pub(super) struct Gate {
    pub(super) limit: u32,
    pub(super) inside: u32,
    /// Tickets of those that wait for it.
    pub(super) waiting: BTreeSet<u64>,
    /// Those among them that others have passed too often: each of them gets one of the next permits.
    pub(super) starving: BTreeSet<u64>,
    /// The limit it began with. Below this limit the gate widens with every success, however long the work took.
    pub(super) least: u32,
    /// How many went in during this run.
    pub(super) entries: u64,
    pub(super) fastest: Option<Duration>,
    /// When and why it narrowed last.
    pub(super) narrowed: Option<Narrowed>,
    /// When it narrowed last in this run, by the steady clock. Work that began earlier ran under the old limit, so its time
    /// narrows nothing again.
    since: Option<Instant>,
    /// Successes since it widened last.
    good: u32,
}

/// One permit, as one of its gates counts it.
pub(super) struct Seat {
    pub(super) gate: String,
    /// The number of this entry, if nobody else was inside at that moment.
    alone: Option<u64>,
}

impl Gate {
    pub(super) fn of(limit: u32) -> Self {
        Self {
            limit: limit.clamp(1, WIDEST),
            inside: 0,
            waiting: BTreeSet::new(),
            starving: BTreeSet::new(),
            least: 1,
            entries: 0,
            fastest: None,
            narrowed: None,
            since: None,
            good: 0,
        }
    }

    pub(super) fn remembered(learnt: Learnt) -> Self {
        Self {
            fastest: learnt.fastest,
            narrowed: learnt.narrowed,
            ..Self::of(learnt.limit)
        }
    }

    /// One more goes in.
    pub(super) fn seat(&mut self, name: String) -> Seat {
        self.inside += 1;
        self.entries += 1;
        Seat {
            gate: name,
            alone: (self.inside == 1).then_some(self.entries),
        }
    }

    /// Whether nobody else of ours was inside all the time.
    pub(super) fn was_alone(&self, seat: &Seat) -> bool {
        seat.alone == Some(self.entries)
    }

    /// Whether the one with this ticket may go in: earlier ones that others have passed too often come first.
    pub(super) fn has_room(&self, ticket: u64) -> bool {
        let claimed = self.starving.range(..ticket).count();
        (self.limit.saturating_sub(self.inside) as usize) > claimed
    }

    /// Learns from work that went well and took this long. `alone`: no other work of ours slowed it down.
    pub(super) fn learn(&mut self, took: Duration, alone: bool, now: i64) {
        let slowness = self.slowness(took, alone);
        let full = !self.waiting.is_empty() || self.inside >= self.limit;
        let began = Instant::now().checked_sub(took);
        if full && (slowness <= AS_FAST || self.limit < self.least) {
            self.good += 1;
            let lately = (self.narrowed.as_ref()).is_some_and(|last| last.at + MEMORY_S > now);
            let careful = lately || self.limit >= self.least * DOUBLINGS;
            if self.limit < WIDEST && (!careful || self.good >= self.limit) {
                self.limit += 1;
                self.good = 0;
            }
        } else if slowness > SLOW && self.limit > self.least && self.since <= began {
            // As many as would go on at full speed if all of them share alike.
            let fitting = (f64::from(self.limit) / slowness).ceil() as u32;
            let why = Why::Slower {
                took,
                fastest: self.fastest.unwrap_or(took),
            };
            self.narrow(fitting.max(self.least), why, now);
        }
    }

    /// Proxmox was overloaded: from now on half as much goes at once.
    pub(super) fn overloaded(&mut self, said: &str, now: i64) {
        let why = Why::Overload(said.to_owned());
        self.narrow(self.limit / 2, why, now);
    }

    /// How many times as long as the fastest it took.
    fn slowness(&mut self, took: Duration, alone: bool) -> f64 {
        let mark = match self.fastest {
            Some(fastest) if !alone => fastest.min(took),
            _ => took,
        };
        self.fastest = Some(mark);
        took.as_secs_f64() / mark.as_secs_f64().max(0.001)
    }

    fn narrow(&mut self, to: u32, why: Why, now: i64) {
        let from = self.limit;
        self.limit = to.clamp(1, from);
        self.good = 0;
        self.since = Some(Instant::now());
        self.narrowed = Some(Narrowed { at: now, from, why });
    }
}
