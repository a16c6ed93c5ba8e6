//! Time, passed in: nothing else in the crate asks the system what time it is.

use chrono::{DateTime, Utc};
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;
use tokio::time::Instant;

/// Wall-clock time.
pub trait Clock {
    /// The present moment.
    fn now(&self) -> DateTime<Utc>;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

/// A clock that starts at a given moment and moves with tokio's time: steadily, whatever becomes of the machine's clock.
/// Tests pause and advance it.
#[derive(Clone, Copy, Debug)]
pub struct TokioClock {
    origin: DateTime<Utc>,
    start: Instant,
}

impl TokioClock {
    /// Starts at `origin` now.
    pub fn starting_at(origin: DateTime<Utc>) -> Self {
        Self {
            origin,
            start: Instant::now(),
        }
    }
}

impl Clock for TokioClock {
    fn now(&self) -> DateTime<Utc> {
        let passed =
            chrono::Duration::from_std(self.start.elapsed()).unwrap_or(chrono::Duration::MAX);
        self.origin
            .checked_add_signed(passed)
            .unwrap_or(DateTime::<Utc>::MAX_UTC)
    }
}

/// How long PHP has been at work inside host calls.
///
/// While PHP sends a mail nobody polls the network, so a deadline that counted this time would declare every request
/// dead that was answered meanwhile. The trampoline adds to it, the deadlines in `net` subtract it.
#[derive(Clone, Debug, Default)]
pub struct HostTime(Rc<Cell<Duration>>);

impl HostTime {
    /// Adds the time one host call took.
    pub fn add(&self, spent: Duration) {
        self.0.set(self.0.get() + spent);
    }

    /// All time spent in host calls so far.
    pub fn total(&self) -> Duration {
        self.0.get()
    }
}
