//! How much work of one kind may be under way at once, learnt from how the work goes.
//!
//! Each gate starts at a safe limit for its kind of work. It grows by one with every success that was about as fast as
//! the fastest so far, which doubles the limit with a full round; from twice its first limit on it grows by one a round. A
//! round that was clearly slower takes it back to what the times say the cluster can do at once, though never below where
//! it started, and for a day it is careful.
//! It halves when Proxmox complains of a lock time-out or of overload, and that takes hold at once. Whoever comes first
//! goes in first, except for work that needs the permits of two gates (a migration needs both nodes). While it waits for
//! one of them, later work may pass it a few times; after that it gets the next permit of each gate.
//!
//! # What was slow, and what was tried
//!
//! - *Growing on every success.* A storage that is full shares its bandwidth: nothing fails, everything is just slower. A
//!   gate that only looked at success went up to its ceiling, a hundred clones ran side by side and ended all at the same
//!   moment, and their hundred next calls then stood in one queue. Worse with migrations, which share two nodes: what one
//!   of the two held back, the other did not use. Stopping to grow was not enough: a gate that once was too wide stayed
//!   so. Now it comes to rest a little above what goes on at full speed.
//! - *Holding one place while waiting for the other.* Migrations took the place of one node and then queued for the other's:
//!   of 40 places 14 were at work, the rest were held by those that waited. Half of the time of a hundred deploys was that.
//!   Both places are taken at once now.
//! - *Strict order also between those that need two gates* was dropped: the one at the head held up everybody behind it
//!   whose gates had room. *No order at all* lets one wait for ever.
//! - *Doubling all the way, and again after it was narrowed* swung between half and twice what fits, run after run, and a
//!   round of clones that all share ends a third later: that long no migration has anything to do. So the way up is by
//!   ones from twice the first limit on, and for a day after a gate was narrowed.
//! - *Narrowing with every slow success* made 32 places 8 in one round: one round narrows once.
//! - *A mark that holds for ever* was dropped too: a storage that became slower for good could never widen its gate again.
//!   Work that was alone behind its gates sets the mark anew, since nothing of ours slowed it down. Alone from beginning to
//!   end: the last of many was not, and its time as a mark let the gate grow far too wide.
//! - *Letting newcomers pass while others wait* was simpler, and unfair: the one at the head could wait for ever.

mod gate;
mod queue;
mod work;

use crate::model::Clock;
use crate::store::limit::Learnt;
use gate::{Gate, Seat};
use queue::{Queue, Waiter};
use std::cell::RefCell;
use std::fmt::Display;
use std::rc::Rc;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::Instant;
pub use work::Work;

/// All gates of one tick, by name.
#[derive(Clone, Default)]
pub struct Limits(Rc<RefCell<Queue>>);

/// The right to work, given by one gate or by several together. It goes back to them when it is dropped.
pub struct Permit {
    limits: Limits,
    seats: Vec<Seat>,
    since: Instant,
}

/// When a waiting future is dropped, this takes its ticket out of the queues.
struct Queued<'a>(&'a Limits, u64);

impl Drop for Queued<'_> {
    fn drop(&mut self) {
        if self.0.0.borrow_mut().leave(self.1).is_some() {
            // Those behind it may now get the permits that were kept for it.
            self.0.admit();
        }
    }
}

impl Limits {
    /// Gates with what earlier ticks learnt.
    pub fn remembered(learnt: impl IntoIterator<Item = Learnt>) -> Self {
        let gates = learnt
            .into_iter()
            .map(|learnt| (learnt.name.clone(), Gate::remembered(learnt)))
            .collect();
        Self(Rc::new(RefCell::new(Queue::of(gates))))
    }

    /// Waits for a permit from the gates of one kind of work at some places of a cluster: a template, nodes or a storage.
    /// All of them give it at once, or none does.
    pub async fn enter(&self, work: Work, cluster: &str, places: &[&dyn Display]) -> Permit {
        let gates: Vec<String> = places.iter().map(|at| name(work, cluster, at)).collect();
        let (permit, mut came) = oneshot::channel();
        let ticket = self
            .0
            .borrow_mut()
            .join(Waiter::of(gates, permit), work.start());
        let _queued = Queued(self, ticket);
        self.admit();
        // The queue keeps the sender until it has sent the permit, so this fallback never happens.
        (&mut came).await.unwrap_or_else(|_| Permit {
            limits: self.clone(),
            seats: vec![],
            since: Instant::now(),
        })
    }

    /// Lets in whoever may go in.
    fn admit(&self) {
        loop {
            let mut queue = self.0.borrow_mut();
            let let_in = queue.next().and_then(|ticket| queue.let_in(ticket));
            let Some((permit, seats)) = let_in else {
                return;
            };
            // If nobody waits for this permit any more, it is dropped right here, and that borrows the queue again.
            drop(queue);
            let _ = permit.send(Permit {
                limits: self.clone(),
                seats,
                since: Instant::now(),
            });
        }
    }

    /// How many are under way through the gate of a kind of work at a place.
    pub fn under_way(&self, work: Work, cluster: &str, place: &dyn Display) -> u32 {
        let queue = self.0.borrow();
        let gate = queue.gates.get(&name(work, cluster, place));
        gate.map_or(0, |gate| gate.inside)
    }

    /// What was learnt of the gates that somebody went through.
    pub fn learnt(&self) -> Vec<Learnt> {
        let queue = self.0.borrow();
        let used = queue.gates.iter().filter(|(_, gate)| gate.entries > 0);
        used.map(|(name, gate)| Learnt {
            name: name.clone(),
            limit: gate.limit,
            fastest: gate.fastest,
            narrowed: gate.narrowed.clone(),
        })
        .collect()
    }
}

fn name(work: Work, cluster: &str, place: &dyn Display) -> String {
    format!("{}:{cluster}/{place}", work.word())
}

impl Permit {
    /// How long the fastest took that ever went through these gates.
    pub fn fastest(&self) -> Option<Duration> {
        let queue = self.limits.0.borrow();
        let gates = self
            .seats
            .iter()
            .filter_map(|seat| queue.gates.get(&seat.gate));
        gates.filter_map(|gate| gate.fastest).min()
    }

    /// It went well: a gate widens, if it was the gate that held work back and more would not just share.
    pub fn went_well(&self, clock: &dyn Clock) {
        let (took, now) = (self.since.elapsed(), clock.now().timestamp());
        let mut queue = self.limits.0.borrow_mut();
        let alone =
            |seat: &Seat| (queue.gates.get(&seat.gate)).is_none_or(|gate| gate.was_alone(seat));
        let alone = self.seats.iter().all(alone);
        for seat in &self.seats {
            if let Some(gate) = queue.gates.get_mut(&seat.gate) {
                gate.learn(took, alone, now);
            }
        }
        drop(queue);
        self.limits.admit();
    }

    /// Proxmox was overloaded, and said so: the gates narrow by half.
    pub fn overloaded(&self, said: &str, clock: &dyn Clock) {
        let mut queue = self.limits.0.borrow_mut();
        for seat in &self.seats {
            if let Some(gate) = queue.gates.get_mut(&seat.gate) {
                gate.overloaded(said, clock.now().timestamp());
            }
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut queue = self.limits.0.borrow_mut();
        for seat in &self.seats {
            if let Some(gate) = queue.gates.get_mut(&seat.gate) {
                gate.inside -= 1;
            }
        }
        drop(queue);
        self.limits.admit();
    }
}

#[cfg(test)]
mod tests {
    use super::queue::PASSED;
    use super::*;
    use crate::model::SystemClock;
    use crate::store::limit::Why;
    use futures_util::poll;
    use tokio::time::advance;

    const CLONE: Duration = Duration::from_secs(30);

    async fn enter(limits: &Limits) -> Permit {
        limits.enter(Work::FullClone, "c", &[&9000]).await
    }

    async fn fill(limits: &Limits, count: usize) -> Vec<Permit> {
        let mut permits = vec![];
        for _ in 0..count {
            permits.push(enter(limits).await);
        }
        permits
    }

    async fn migrate(limits: &Limits, from: u32, to: u32) -> Permit {
        limits.enter(Work::Migrate, "c", &[&from, &to]).await
    }

    fn limit(limits: &Limits) -> u32 {
        limits.learnt()[0].limit
    }

    #[tokio::test(start_paused = true)]
    async fn a_gate_widens_with_success_and_halves_on_overload() {
        let limits = Limits::default();
        let mut permits = fill(&limits, 8).await;
        let waiting = enter(&limits);
        tokio::pin!(waiting);
        assert!(poll!(&mut waiting).is_pending());
        advance(CLONE).await;
        permits[0].went_well(&SystemClock);
        let ninth = poll!(&mut waiting);
        assert!(ninth.is_ready());
        assert_eq!(limit(&limits), 9);
        permits[0].overloaded("got timeout", &SystemClock);
        assert_eq!(limit(&limits), 4);
        // Five of the nine places are taken away as they come back.
        permits.truncate(4);
        drop(ninth);
        let fifth = enter(&limits);
        tokio::pin!(fifth);
        assert!(poll!(&mut fifth).is_pending());
        permits.pop();
        assert!(poll!(&mut fifth).is_ready());
    }

    #[tokio::test(start_paused = true)]
    async fn what_only_shares_widens_nothing() {
        let limits = Limits::default();
        // From twice the first limit on, and once it was narrowed, it grows by one a round.
        let rounds = [
            (30, 16),
            (32, 17),
            (36, 17),
            (60, 9),
            (32, 10),
            (90, 8),
            (90, 8),
            (30, 9),
        ];
        for (seconds, expected) in rounds {
            let room = limits.learnt().first().map_or(8, |gate| gate.limit);
            let permits = fill(&limits, room as usize).await;
            let mut more: Vec<_> = (0..40).map(|_| Box::pin(enter(&limits))).collect();
            for one in &mut more {
                assert!(poll!(one).is_pending());
            }
            advance(Duration::from_secs(seconds)).await;
            permits
                .iter()
                .for_each(|permit| permit.went_well(&SystemClock));
            assert_eq!(limit(&limits), expected);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_is_alone_sets_the_mark() {
        let limits = Limits::remembered([Learnt {
            name: "full-clone:c/9000".to_owned(),
            limit: 1,
            fastest: Some(Duration::from_secs(1)),
            narrowed: None,
        }]);
        let alone = fill(&limits, 1).await;
        advance(CLONE).await;
        alone[0].went_well(&SystemClock);
        assert_eq!(limits.learnt()[0].fastest, Some(CLONE));
        assert_eq!(limit(&limits), 2, "it was as fast as it can be");
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_gives_up_waiting_leaves_nothing_behind() {
        let limits = Limits::default();
        let permits = fill(&limits, 8).await;
        let given_up = tokio::time::timeout(CLONE, enter(&limits)).await;
        assert!(given_up.is_err());
        assert!(limits.0.borrow().waiting.is_empty());
        drop(permits);
        assert_eq!(limits.under_way(Work::FullClone, "c", &9000), 0);
        assert_eq!(fill(&limits, 8).await.len(), 8);
    }

    #[tokio::test(start_paused = true)]
    async fn why_it_narrowed_is_remembered() {
        let limits = Limits::default();
        let permits = fill(&limits, 8).await;
        permits[0].overloaded("got timeout", &SystemClock);
        let last = limits.learnt()[0].narrowed.clone().unwrap();
        assert_eq!(last.from, 8);
        assert_eq!(last.why, Why::Overload("got timeout".to_owned()));
        drop(permits);
        let again = Limits::remembered(limits.learnt());
        let permits = fill(&again, 4).await;
        let more = enter(&again);
        tokio::pin!(more);
        assert!(poll!(&mut more).is_pending());
        advance(CLONE).await;
        permits[..3]
            .iter()
            .for_each(|permit| permit.went_well(&SystemClock));
        assert_eq!(limit(&again), 4, "it is careful in the next run too");
        permits[3].went_well(&SystemClock);
        assert_eq!(limit(&again), 5);
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_for_one_node_holds_no_place_of_the_other() {
        let limits = Limits::default();
        let mut full = vec![];
        for _ in 0..4 {
            full.push(migrate(&limits, 2, 3).await);
        }
        let blocked = migrate(&limits, 1, 2);
        tokio::pin!(blocked);
        assert!(poll!(&mut blocked).is_pending());
        // Node 1 stays as open as it was.
        let mut others = vec![];
        for _ in 0..4 {
            others.push(migrate(&limits, 1, 4).await);
        }
        others.pop();
        assert!(poll!(&mut blocked).is_pending());
        full.pop();
        assert!(poll!(&mut blocked).is_ready());
        assert_eq!(
            limits.under_way(Work::Migrate, "c", &1),
            3,
            "the place it got was dropped"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_is_passed_for_ever() {
        let limits = Limits::default();
        let mut of_one = vec![];
        let mut of_two = vec![];
        for _ in 0..4 {
            of_one.push(migrate(&limits, 1, 3).await);
            of_two.push(migrate(&limits, 2, 4).await);
        }
        let between = migrate(&limits, 1, 2);
        tokio::pin!(between);
        assert!(poll!(&mut between).is_pending());
        let mut passed = 0;
        // Places come back at one node and then at the other, never at both in the same moment, and somebody is always
        // there to take them.
        loop {
            of_one.remove(0);
            let younger = migrate(&limits, 1, 3);
            tokio::pin!(younger);
            let std::task::Poll::Ready(permit) = poll!(&mut younger) else {
                break;
            };
            of_one.push(permit);
            passed += 1;
            assert!(passed < 100);
        }
        assert_eq!(passed, PASSED);
        assert!(poll!(&mut between).is_pending());
        of_two.remove(0);
        assert!(poll!(&mut between).is_ready());
    }
}
