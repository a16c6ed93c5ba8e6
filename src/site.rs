//! The WHMCS installation, as one entry from PHP sees it.

use crate::host::{Description, HostError, HostHandle};
use crate::model::clock::TokioClock;
use crate::model::{Clock, Random};
use crate::net::{ServerHealth, Transport};
use chrono::DateTime;
use std::rc::Rc;
use tokio::sync::OnceCell;

/// What one entry from PHP works with: the host behind its queue, the clock, random values, the network.
#[derive(Clone)]
pub struct Site {
    /// The host.
    pub host: HostHandle,
    /// What the host says about itself, once it was asked.
    pub about: Rc<OnceCell<Description>>,
    /// The time: once [`Site::by_database_time`] was asked for, the database's.
    pub clock: Rc<dyn Clock>,
    /// How many seconds this machine's clock is ahead of the database's.
    pub ahead_s: i64,
    /// Where random values come from.
    pub random: Random,
    /// The network; its connections outlive the entry.
    pub transport: Rc<dyn Transport>,
    /// What this entry has learnt of servers beside the clusters: name servers that failed are not asked again.
    pub server_health: ServerHealth,
    /// This process, as leases and operations name it.
    pub process: Process,
}

impl Site {
    /// The same, by the database's clock: it is the one that all machines share, and what one of them stores another
    /// reads. From here on it moves with this machine's steady clock, which nobody sets. Where the database cannot be
    /// asked, this machine's own time has to do; whoever needs the database finds out soon enough.
    pub async fn by_database_time(mut self) -> Self {
        let now = self.about().await.ok().and_then(|about| about.now);
        if let Some((seconds, moment)) =
            now.and_then(|now| Some((now, DateTime::from_timestamp(now, 0)?)))
        {
            self.ahead_s = self.now() - seconds;
            self.clock = Rc::new(TokioClock::starting_at(moment));
        }
        self
    }

    /// What the host says about itself; it is asked once.
    ///
    /// # Errors
    /// When PHP fails.
    pub async fn about(&self) -> Result<&Description, HostError> {
        self.about.get_or_try_init(|| self.host.describe()).await
    }

    /// Seconds since 1970.
    pub fn now(&self) -> i64 {
        self.clock.now().timestamp()
    }
}

/// A process by machine, number and start: a number alone is reused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// The machine's host name.
    pub machine: String,
    /// The process number.
    pub pid: u32,
    /// Its start, in clock ticks since boot as the kernel counts them.
    pub started: u64,
}

impl Process {
    /// This process.
    pub fn current(machine: &str) -> Self {
        let pid = std::process::id();
        Self {
            machine: machine.replace(':', "-"),
            pid,
            started: started(pid).unwrap_or(0),
        }
    }

    /// The text a lease carries; `token` tells two ticks of one process apart.
    pub fn holder(&self, token: &str) -> String {
        format!("{}:{}:{}:{token}", self.machine, self.pid, self.started)
    }

    /// Whether the holder of a lease ran on this machine and is surely gone.
    pub fn knows_dead(&self, holder: &str) -> bool {
        let mut parts = holder.split(':');
        let (Some(machine), Some(pid), Some(start)) = (parts.next(), parts.next(), parts.next())
        else {
            return false;
        };
        let (Ok(pid), Ok(start)) = (pid.parse::<u32>(), start.parse::<u64>()) else {
            return false;
        };
        // Start 0 says the kernel did not tell: then only the lease's own end frees the service.
        machine == self.machine && start != 0 && started(pid) != Some(start)
    }
}

/// When a process started: the 22nd field of `/proc/<pid>/stat`. The name before it is in brackets and may hold blanks.
fn started(pid: u32) -> Option<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(") ")?.1.split(' ').nth(19)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_living_holder_is_not_dead_and_a_reused_number_is() {
        let me = Process::current("web1");
        assert_ne!(me.started, 0);
        assert!(!me.knows_dead(&me.holder("t")));
        let reused = Process {
            started: me.started + 1,
            ..me.clone()
        };
        assert!(me.knows_dead(&reused.holder("t")));
        let elsewhere = Process {
            machine: "web2".to_owned(),
            ..reused
        };
        assert!(!me.knows_dead(&elsewhere.holder("t")));
        assert!(!me.knows_dead("nonsense"));
    }
}
