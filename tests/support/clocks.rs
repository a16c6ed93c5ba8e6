//! Clocks that are set wrong.

use super::World;
use chrono::{DateTime, Duration, Utc};
use puq_proxmox_kvm::host::HostHandle;
use puq_proxmox_kvm::model::Clock;
use puq_proxmox_kvm::model::clock::TokioClock;
use puq_proxmox_kvm::site::Site;

/// A clock that is so many seconds ahead.
pub struct Shifted {
    pub clock: TokioClock,
    pub by: i64,
}

impl Clock for Shifted {
    fn now(&self) -> DateTime<Utc> {
        self.clock.now() + Duration::seconds(self.by)
    }
}

impl World {
    /// The machine's clock and the database's are so many seconds ahead of the right time.
    pub fn clocks(&self, machine: i64, database: i64) {
        self.database_jumps(database, std::time::Duration::ZERO, database);
        self.machine_ahead.set(machine);
    }

    /// The database's clock is so many seconds ahead of the right time, and after this while so many.
    pub fn database_jumps(&self, before: i64, at: std::time::Duration, after: i64) {
        let (clock, runtime) = (self.clock, self.runtime.handle().clone());
        let at = self.now() + at;
        let now = move || {
            let _reach = runtime.enter();
            let now = clock.now();
            now.timestamp() + if now < at { before } else { after }
        };
        *self.host.database_clock.borrow_mut() = Some(Box::new(now));
    }

    /// What an entry from PHP works with: once clocks were set, it asks for the database's.
    pub(super) async fn entered(&self, host: HostHandle, machine: &str) -> Site {
        let site = self.site(host, machine);
        let asked = self.host.database_clock.borrow().is_some();
        match asked {
            true => site.by_database_time().await,
            false => site,
        }
    }
}
