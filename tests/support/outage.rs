//! A database that goes away for a while, or can only be read.

use super::World;
use super::host::thrown;
use puq_proxmox_kvm::host::HostError;
use std::cell::Cell;
use std::time::Duration;

/// What PHP is told while the database is away.
pub const AWAY: &str = "SQLSTATE[HY000] [2002] Connection refused";
/// What it is told while it can only be read.
pub const READ_ONLY: &str = "SQLSTATE[HY000]: General error: 1290 The MariaDB server is running with the --read-only \
                             option so it cannot execute this statement";
/// What it is told where the connection broke at a change.
pub const BROKE: &str = "SQLSTATE[HY000]: General error: 2006 MySQL server has gone away";

/// How a database fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failing {
    /// Nothing answers.
    Away,
    /// The same, and the change that it was busy with is stored though nobody was told so.
    Broke,
    /// It is read, and refuses every change.
    ReadOnly,
}

/// When and how the database fails.
pub struct Outage {
    failing: Failing,
    /// Whether it is so at present.
    now: Box<dyn Fn() -> bool>,
    /// Whether the change that nobody hears of was made.
    broken: Cell<bool>,
    /// So many calls met it.
    met: Cell<u64>,
}

impl Outage {
    /// What becomes of a call.
    pub(super) fn meets<T>(
        &self,
        writes: bool,
        call: impl FnOnce() -> Result<T, HostError>,
    ) -> Result<T, HostError> {
        if !(self.now)() || self.failing == Failing::ReadOnly && !writes {
            return call();
        }
        self.met.set(self.met.get() + 1);
        match self.failing {
            Failing::ReadOnly => Err(thrown(READ_ONLY)),
            Failing::Broke if writes && !self.broken.replace(true) => {
                call()?;
                Err(thrown(BROKE))
            }
            Failing::Broke if !self.broken.get() => call(),
            _ => Err(thrown(AWAY)),
        }
    }
}

/// Whether these are the words of a database that fails.
pub fn is_told(text: &str) -> bool {
    [AWAY, READ_ONLY, BROKE]
        .iter()
        .any(|words| text.contains(words))
}

impl World {
    /// The database fails from then on, for so long.
    pub fn outage(&self, failing: Failing, begins: Duration, lasts: Duration) {
        let (clock, runtime) = (self.clock, self.runtime.handle().clone());
        let from = self.now() + begins;
        let until = from + lasts;
        let now = move || {
            let _reach = runtime.enter();
            let now = puq_proxmox_kvm::model::Clock::now(&clock);
            now >= from && now < until
        };
        *self.host.outage.borrow_mut() = Some(Outage {
            failing,
            now: Box::new(now),
            broken: Cell::new(false),
            met: Cell::new(0),
        });
    }

    /// The database is well again. So many calls met its failure.
    pub fn mend_database(&self) -> u64 {
        let outage = self.host.outage.borrow_mut().take();
        outage.map_or(0, |outage| outage.met.get())
    }
}
