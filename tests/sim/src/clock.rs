//! Simulated time: microseconds since the simulator began.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

/// Microseconds since the simulator's first look at its clock.
pub type Micros = u64;

/// Where simulated time comes from, and how the scenario's durations are stretched.
#[derive(Clone, Debug)]
pub enum Clock {
    /// Wall-clock time; every duration of the scenario is multiplied by `factor`.
    Scaled {
        /// Multiplier for durations: 0.1 makes a 30 s clone last 3 s.
        factor: f64,
        /// The moment that counts as zero.
        started: Arc<OnceLock<Instant>>,
    },
    /// Tokio's clock, so `start_paused` tests move by themselves.
    Tokio {
        /// The moment that counts as zero.
        started: Arc<OnceLock<tokio::time::Instant>>,
    },
    /// Moves only by [`Clock::advance`]; requests answer at once, tasks take their time.
    Explicit(Arc<AtomicU64>),
}

impl Clock {
    /// Wall-clock time with durations multiplied by `factor`.
    pub fn scaled(factor: f64) -> Clock {
        Clock::Scaled {
            factor,
            started: Arc::default(),
        }
    }

    /// Tokio's clock.
    pub fn tokio() -> Clock {
        Clock::Tokio {
            started: Arc::default(),
        }
    }

    /// A clock that a test pokes.
    pub fn explicit() -> Clock {
        Clock::Explicit(Arc::default())
    }

    /// Time since the start.
    pub fn now(&self) -> Micros {
        match self {
            Clock::Scaled { started, .. } => {
                started.get_or_init(Instant::now).elapsed().as_micros() as Micros
            }
            Clock::Tokio { started } => {
                let begin = started.get_or_init(tokio::time::Instant::now);
                begin.elapsed().as_micros() as Micros
            }
            Clock::Explicit(now) => now.load(Ordering::SeqCst),
        }
    }

    /// A duration of the scenario (seconds) in this clock's microseconds.
    pub fn stretch(&self, seconds: f64) -> Micros {
        let factor = match self {
            Clock::Scaled { factor, .. } => *factor,
            _ => 1.0,
        };
        (seconds.max(0.0) * factor * 1e6) as Micros
    }

    /// Waits until `at`; an explicit clock never waits.
    pub async fn sleep_until(&self, at: Micros) {
        let left = at.saturating_sub(self.now());
        if left > 0 && !matches!(self, Clock::Explicit(_)) {
            tokio::time::sleep(Duration::from_micros(left)).await;
        }
    }

    /// Moves an explicit clock; the others ignore it.
    pub fn advance(&self, by: Duration) {
        if let Clock::Explicit(now) = self {
            now.fetch_add(by.as_micros() as u64, Ordering::SeqCst);
        }
    }

    /// True for a clock that only a test moves.
    pub fn is_explicit(&self) -> bool {
        matches!(self, Clock::Explicit(_))
    }
}
