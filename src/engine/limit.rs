//! How much of one kind may be under way at once, learnt from how it goes.
//!
//! Each gate starts at a safe limit for its kind of work. It grows by one with every success that was about as fast as
//! the fastest so far, which doubles the limit with every full round. A round that was clearly slower takes it back to what
//! the times say the cluster can do at once, though never below where it started. It halves when Proxmox complains of a
//! lock time-out or of overload, and that takes hold at once. Whoever comes first goes in first.
//!
//! # What was slow, and what was tried
//!
//! - *Growing on every success.* A storage that is full shares its bandwidth: nothing fails, everything is just slower. A
//!   gate that only looked at success went up to its ceiling, a hundred clones ran side by side and ended all at the same
//!   moment, and their hundred next calls then stood in one queue. Worse with migrations, which share two nodes: what one
//!   of the two held back, the other did not use. Stopping to grow was not enough: a gate that once was too wide stayed
//!   so. Now it comes to rest a little above what goes on at full speed.
//! - *Narrowing with every slow success* made 32 places 8 in one round: one round narrows once.
//! - *A mark that holds for ever* was dropped too: a storage that became slower for good could never widen its gate again.
//!   Work that was alone behind its gate sets the mark anew, since nothing of ours slowed it down.
//! - *Letting newcomers pass while others wait* was simpler, and unfair: the one at the head could wait for ever.

use crate::store::limit::Learnt;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

/// What a gate lets through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Copying a template's disks.
    FullClone,
    /// Cloning without copying: short, and templates are locked shared.
    LinkedClone,
    /// Making a disk under the storage's lock.
    Allocate,
    /// Moving a VM's disks from a node, or to it.
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

    /// What several of it are called.
    pub fn plural(self) -> &'static str {
        match self {
            Self::FullClone => "full clones",
            Self::LinkedClone => "linked clones",
            Self::Allocate => "new disks",
            Self::Migrate => "migrations",
            Self::Start => "starts",
        }
    }

    /// How many go at once where nothing was learnt yet. What copies disks starts low, since a storage that thrashes says
    /// so only after minutes; what is short starts high, since a wrong guess is told at once and halved.
    fn start(self) -> u32 {
        match self {
            Self::Migrate => 4,
            Self::FullClone => 8,
            Self::Allocate => 16,
            Self::LinkedClone | Self::Start => 48,
        }
    }
}

/// More never runs at once through one gate.
const CEILING: u32 = 256;
/// A success widens the gate if it took at most so many times as long as the fastest…
const AS_FAST: f64 = 1.15;
/// … and narrows it if it took more than so many times as long.
const SLOW: f64 = 1.3;

struct Gate {
    limit: u32,
    inside: u32,
    waiting: u32,
    /// Places to be taken away as soon as they are given back: the gate narrowed while they were in use.
    surplus: u32,
    /// Up to here the gate widens whatever the times say.
    least: u32,
    /// When the times narrowed it last: what began before says nothing new.
    narrowed: Option<Instant>,
    fastest: Option<Duration>,
    entered: bool,
    places: Arc<Semaphore>,
}

impl Gate {
    fn of(limit: u32, fastest: Option<Duration>) -> Self {
        let limit = limit.clamp(1, CEILING);
        Self {
            limit,
            inside: 0,
            waiting: 0,
            surplus: 0,
            least: 1,
            narrowed: None,
            fastest,
            entered: false,
            places: Arc::new(Semaphore::new(limit as usize)),
        }
    }

    fn widen(&mut self) {
        if self.limit >= CEILING {
            return;
        }
        self.limit += 1;
        if self.surplus > 0 {
            self.surplus -= 1;
        } else {
            self.places.add_permits(1);
        }
    }

    fn narrow(&mut self, to: u32) {
        let less = self.limit.saturating_sub(to.max(1));
        let free = self.places.forget_permits(less as usize);
        self.surplus += less.saturating_sub(u32::try_from(free).unwrap_or(less));
        self.limit -= less;
    }

    /// How many times as long as the fastest it took.
    fn slowness(&mut self, took: Duration) -> f64 {
        let mark = match self.fastest {
            Some(fastest) if self.inside > 1 => fastest.min(took),
            _ => took,
        };
        self.fastest = Some(mark);
        took.as_secs_f64() / mark.as_secs_f64().max(0.001)
    }

    /// Draws the lesson from work that went well.
    fn learn(&mut self, since: Instant) {
        let slowness = self.slowness(since.elapsed());
        let full = self.waiting > 0 || self.inside >= self.limit;
        if full && (slowness <= AS_FAST || self.limit < self.least) {
            self.widen();
        } else if slowness > SLOW
            && self.limit > self.least
            && self.narrowed.is_none_or(|at| at <= since)
        {
            // As many as would go on at full speed if all of them share alike.
            let fitting = (f64::from(self.limit) / slowness).ceil() as u32;
            self.narrow(fitting.max(self.least));
            self.narrowed = Some(Instant::now());
        }
    }
}

/// All gates of one tick, by name.
#[derive(Clone, Default)]
pub struct Limits(Rc<RefCell<BTreeMap<String, Gate>>>);

/// A place inside a gate; given back when dropped.
pub struct Place {
    limits: Limits,
    name: String,
    since: Instant,
    permit: Option<OwnedSemaphorePermit>,
}

/// Counts one that waits, also when it is dropped waiting.
struct Waiting<'a>(&'a Limits, &'a str);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.change(self.1, |gate| gate.waiting -= 1);
    }
}

impl Limits {
    /// Gates with what earlier ticks learnt.
    pub fn remembered(learnt: impl IntoIterator<Item = Learnt>) -> Self {
        let gates = learnt
            .into_iter()
            .map(|gate| (gate.name, Gate::of(gate.limit, gate.fastest)))
            .collect();
        Self(Rc::new(RefCell::new(gates)))
    }

    /// Waits for a place in the gate of a kind of work at one place of a cluster: a template, node or storage.
    pub async fn enter(&self, work: Work, cluster: &str, place: impl Display) -> Place {
        let name = format!("{}:{cluster}/{place}", work.word());
        let places = {
            let mut gates = self.0.borrow_mut();
            let gate = gates
                .entry(name.clone())
                .or_insert_with(|| Gate::of(work.start(), None));
            gate.least = work.start();
            gate.entered = true;
            gate.waiting += 1;
            Arc::clone(&gate.places)
        };
        let permit = {
            let _counted = Waiting(self, &name);
            // Never closed, so that the other case does not come; without a permit nothing is given back either.
            places.acquire_owned().await.ok()
        };
        self.change(&name, |gate| gate.inside += 1);
        Place {
            limits: self.clone(),
            name,
            since: Instant::now(),
            permit,
        }
    }

    /// How many are under way through a gate.
    pub fn under_way(&self, work: Work, cluster: &str, place: impl Display) -> u32 {
        let name = format!("{}:{cluster}/{place}", work.word());
        self.0.borrow().get(&name).map_or(0, |gate| gate.inside)
    }

    /// What was learnt of the gates that somebody went through.
    pub fn learnt(&self) -> Vec<Learnt> {
        let gates = self.0.borrow();
        let used = gates.iter().filter(|(_, gate)| gate.entered);
        used.map(|(name, gate)| Learnt {
            name: name.clone(),
            limit: gate.limit,
            fastest: gate.fastest,
        })
        .collect()
    }

    fn change(&self, name: &str, change: impl FnOnce(&mut Gate)) {
        if let Some(gate) = self.0.borrow_mut().get_mut(name) {
            change(gate);
        }
    }
}

impl Place {
    /// The work begins only now: what was waited for since does not count in how fast it was.
    pub fn begin(&mut self) {
        self.since = Instant::now();
    }

    /// How long the fastest took that ever went through this gate.
    pub fn fastest(&self) -> Option<Duration> {
        self.limits.0.borrow().get(&self.name)?.fastest
    }

    /// It went well: the gate widens, if it was the gate that held work back and more would not just share.
    pub fn went_well(&self) {
        self.limits
            .change(&self.name, |gate| gate.learn(self.since));
    }

    /// Proxmox was overloaded: the gate narrows by half.
    pub fn overloaded(&self) {
        self.limits
            .change(&self.name, |gate| gate.narrow(gate.limit / 2));
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let permit = self.permit.take();
        self.limits.change(&self.name, |gate| {
            gate.inside -= 1;
            if gate.surplus > 0
                && let Some(permit) = permit
            {
                gate.surplus -= 1;
                permit.forget();
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::advance;

    const CLONE: Duration = Duration::from_secs(30);

    async fn fill(limits: &Limits, count: usize) -> Vec<Place> {
        let mut places = vec![];
        for _ in 0..count {
            places.push(limits.enter(Work::FullClone, "c", 9000).await);
        }
        places
    }

    fn limit(limits: &Limits) -> u32 {
        limits.learnt()[0].limit
    }

    #[tokio::test(start_paused = true)]
    async fn a_gate_widens_with_success_and_halves_on_overload() {
        let limits = Limits::default();
        let mut places = fill(&limits, 8).await;
        let waiting = limits.enter(Work::FullClone, "c", 9000);
        tokio::pin!(waiting);
        assert!(futures_util::poll!(&mut waiting).is_pending());
        advance(CLONE).await;
        places[0].went_well();
        let ninth = futures_util::poll!(&mut waiting);
        assert!(ninth.is_ready());
        assert_eq!(limit(&limits), 9);
        places[0].overloaded();
        assert_eq!(limit(&limits), 4);
        // Five of the nine places are taken away as they come back.
        places.truncate(4);
        drop(ninth);
        let fifth = limits.enter(Work::FullClone, "c", 9000);
        tokio::pin!(fifth);
        assert!(futures_util::poll!(&mut fifth).is_pending());
        places.pop();
        assert!(futures_util::poll!(&mut fifth).is_ready());
    }

    #[tokio::test(start_paused = true)]
    async fn what_only_shares_widens_nothing() {
        let limits = Limits::default();
        for (seconds, expected) in [(30, 16), (32, 32), (36, 32), (60, 16), (90, 8), (90, 8)] {
            let room = limits.learnt().first().map_or(8, |gate| gate.limit);
            let places = fill(&limits, room as usize).await;
            let more = limits.enter(Work::FullClone, "c", 9000);
            tokio::pin!(more);
            assert!(futures_util::poll!(&mut more).is_pending());
            advance(Duration::from_secs(seconds)).await;
            places.iter().for_each(Place::went_well);
            assert_eq!(limit(&limits), expected);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_is_alone_sets_the_mark() {
        let limits = Limits::remembered([Learnt {
            name: "full-clone:c/9000".to_owned(),
            limit: 1,
            fastest: Some(Duration::from_secs(1)),
        }]);
        let alone = fill(&limits, 1).await;
        advance(CLONE).await;
        alone[0].went_well();
        assert_eq!(limits.learnt()[0].fastest, Some(CLONE));
        assert_eq!(limit(&limits), 2, "it was as fast as it can be");
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_gives_up_waiting_leaves_nothing_behind() {
        let limits = Limits::default();
        let places = fill(&limits, 8).await;
        let given_up = tokio::time::timeout(CLONE, limits.enter(Work::FullClone, "c", 9000)).await;
        assert!(given_up.is_err());
        assert_eq!(limits.0.borrow()["full-clone:c/9000"].waiting, 0);
        drop(places);
        assert_eq!(limits.under_way(Work::FullClone, "c", 9000), 0);
        assert_eq!(fill(&limits, 8).await.len(), 8);
    }
}
