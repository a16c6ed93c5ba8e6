//! Tasks: UPIDs, stages, and the work behind them.

use crate::auth::Identity;
use crate::clock::Micros;
use crate::world::World;
use serde_json::{Value, json};

/// What a worker does. `begin` runs when the config locks are held, `finish` when its time is over.
pub trait Job: Send {
    /// Checks and first effects; answers how long it takes and what it shares.
    ///
    /// # Errors
    /// The exit status of a task that fails at once.
    fn begin(&mut self, world: &mut World, note: &mut Note) -> Result<Span, String>;

    /// The effects.
    ///
    /// # Errors
    /// The exit status.
    fn finish(&mut self, world: &mut World, note: &mut Note) -> Result<(), String>;

    /// Clean-up of a worker whose `begin` failed or whose locks were not free in time.
    fn refuse(&mut self, _world: &mut World) {}

    /// Clean-up of a worker that failed by itself; a killed worker gets none.
    fn abort(&mut self, _world: &mut World) {}
}

/// How long a job takes at full speed and what it shares with others.
#[derive(Clone, Debug, Default)]
pub struct Span {
    /// Seconds at full speed, before the clock's stretch.
    pub seconds: f64,
    /// Shared resources.
    pub uses: Vec<Resource>,
    /// Bytes that are copied, as the log tells it; 0 = it tells nothing.
    pub bytes: u64,
}

impl Span {
    /// A span that shares nothing.
    pub fn seconds(seconds: f64) -> Span {
        Span {
            seconds,
            uses: Vec::new(),
            bytes: 0,
        }
    }
}

/// Something with limited bandwidth.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Resource {
    /// Reading a template's disks.
    Template(u32),
    /// Writing to a storage (node empty when shared).
    Storage(String, String),
    /// Migrations of a node.
    Node(String),
}

/// What a job sees of its own task.
#[derive(Default)]
pub struct Note {
    /// Lines of the task log.
    pub log: Vec<String>,
    /// Node the worker runs on.
    pub node: String,
    /// The UPID.
    pub upid: String,
    /// Number of `WARN:` lines.
    pub warnings: u32,
}

impl Note {
    /// Adds a line to the log.
    pub fn say(&mut self, line: impl Into<String>) {
        self.log.push(line.into());
    }
}

/// Where a task stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stage {
    /// Waits for config locks until the given time.
    Waiting(Micros),
    /// At work.
    Running,
    /// Over.
    Stopped,
}

/// A fault that a rule put on a task.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Twist {
    /// None.
    #[default]
    Straight,
    /// Ends with this text instead of doing its work.
    Fail(String),
    /// Does its work and ends with `WARNINGS: n`.
    Warn(u32),
    /// Does its work, but its status says `no such task`.
    Vanish,
    /// Never ends.
    Endless,
    /// Dies half-way and leaves everything as it is.
    Killed,
}

/// One task.
pub struct Task {
    /// The UPID.
    pub upid: String,
    /// Node it runs on.
    pub node: String,
    /// Type, such as `qmclone`.
    pub kind: String,
    /// Id in the UPID.
    pub id: String,
    /// User, without the token.
    pub user: String,
    /// Token name.
    pub token: Option<String>,
    /// Process id.
    pub pid: u32,
    /// Process start, in clock ticks since boot.
    pub pstart: u64,
    /// Unix time of the start.
    pub started: i64,
    /// Unix time of the end.
    pub ended: Option<i64>,
    /// Where it stands.
    pub stage: Stage,
    /// Exit status.
    pub exit: Option<String>,
    /// Its log.
    pub log: Vec<String>,
    /// The work.
    pub job: Option<Box<dyn Job>>,
    /// VMs whose config lock it needs: (VMID, exclusive).
    pub locks: Vec<(u32, bool)>,
    /// Microseconds of work left at full speed.
    pub left: f64,
    /// The same when it began.
    pub whole: f64,
    /// Bytes that it copies; 0 = it copies none.
    pub bytes: u64,
    /// Part of full speed it has now.
    pub rate: f64,
    /// What it shares.
    pub uses: Vec<Resource>,
    /// Fault on it.
    pub twist: Twist,
}

impl Task {
    /// `GET …/tasks/{upid}/status`.
    pub fn status_json(&self) -> Value {
        let mut data = json!({
            "id": self.id, "node": self.node, "upid": self.upid, "pstart": self.pstart,
            "type": self.kind, "user": self.user, "pid": self.pid, "starttime": self.started,
            "status": if self.stage == Stage::Stopped { "stopped" } else { "running" },
        });
        if let Some(token) = &self.token {
            data["tokenid"] = token.as_str().into();
        }
        if let Some(exit) = &self.exit {
            data["exitstatus"] = exit.as_str().into();
        }
        data
    }

    /// A row of a task list; `cluster` rows carry no process data.
    pub fn row_json(&self, cluster: bool) -> Value {
        let mut row = json!({
            "upid": self.upid, "node": self.node, "type": self.kind, "id": self.id,
            "user": self.user, "starttime": self.started,
        });
        if let Some(token) = &self.token {
            row["tokenid"] = token.as_str().into();
        }
        if !cluster {
            row["pid"] = self.pid.into();
            row["pstart"] = self.pstart.into();
        }
        if let (Some(ended), Some(exit)) = (self.ended, &self.exit) {
            row["endtime"] = ended.into();
            row["status"] = exit.as_str().into();
            if cluster {
                row["saved"] = "1".into();
            }
        }
        row
    }

    /// The line that its log has about how much of `part` (0 to 1) is copied; `None`: its log tells nothing.
    pub fn copied(&self, part: f64) -> Option<String> {
        let (done, all) = (self.bytes as f64 * part, self.bytes as f64);
        let (mib, percent) = (|bytes: f64| bytes / f64::from(1 << 20), part * 100.0);
        match self.kind.as_str() {
            _ if self.bytes == 0 => None,
            "vzdump" => Some(format!(
                "INFO: {percent:3.0}% ({:.1} MiB of {:.1} MiB) in 3s, read: 1.3 GiB/s, write: 6.1 MiB/s",
                mib(done),
                mib(all)
            )),
            "qmrestore" => Some(format!(
                "progress {percent:.0}% (read {done:.0} bytes, duration 3 sec)"
            )),
            _ => Some(format!(
                "transferred {:.1} MiB of {:.1} MiB ({percent:.2}%)",
                mib(done),
                mib(all)
            )),
        }
    }

    /// Its log as it stands now: a running copy ends with how far it is.
    pub fn told(&self) -> Vec<String> {
        let running = self.stage == Stage::Running && self.whole.is_finite() && self.whole > 0.0;
        let now = running.then(|| self.copied(1.0 - self.left / self.whole));
        self.log.iter().cloned().chain(now.flatten()).collect()
    }

    /// The owner as it stands in the UPID: user, or user!token.
    pub fn owner(&self) -> String {
        match &self.token {
            Some(token) => format!("{}!{token}", self.user),
            None => self.user.clone(),
        }
    }
}

/// Seconds a backup job waits for the one before it (`lockwait`, 180 minutes).
const BACKUP_WAIT: f64 = 10_800.0;

/// The lock of a node's backup jobs, in the number space of VMIDs but above all of them.
pub fn backup_lock(node: usize) -> u32 {
    u32::MAX - node as u32
}

/// A task about to start.
pub struct Order {
    /// Node.
    pub node: String,
    /// Type.
    pub kind: &'static str,
    /// Id in the UPID.
    pub id: String,
    /// Config locks: (VMID, exclusive).
    pub locks: Vec<(u32, bool)>,
    /// The work.
    pub job: Box<dyn Job>,
}

impl World {
    /// Starts a worker and answers its UPID.
    pub fn spawn(&mut self, who: &Identity, order: Order) -> Value {
        self.last_pid += 3 + self.random.below(40) as u32;
        let pid = self.last_pid;
        let pstart = 478_000 + self.now / 10_000;
        let started = self.unix();
        let owner = who.full_name();
        let upid = format!(
            "UPID:{}:{pid:08X}:{pstart:08X}:{started:08X}:{}:{}:{owner}:",
            order.node, order.kind, order.id
        );
        let seconds = match order.kind {
            "vzdump" => BACKUP_WAIT,
            _ => self.limits.lock_wait,
        };
        let wait = self.clock.stretch(seconds);
        let task = Task {
            upid: upid.clone(),
            node: order.node,
            kind: order.kind.to_owned(),
            id: order.id,
            user: who.user.clone(),
            token: who.token.clone(),
            pid,
            pstart,
            started,
            ended: None,
            stage: Stage::Waiting(self.now + wait),
            exit: None,
            log: Vec::new(),
            job: Some(order.job),
            locks: order.locks,
            left: 0.0,
            whole: 0.0,
            bytes: 0,
            rate: 1.0,
            uses: Vec::new(),
            twist: self.next_twist.take().unwrap_or_default(),
        };
        self.tasks.push(task);
        self.active.push(self.tasks.len() - 1);
        self.wake_waiters();
        upid.into()
    }

    /// A task by UPID.
    pub fn task(&self, upid: &str) -> Option<&Task> {
        self.tasks.iter().rev().find(|t| t.upid == upid)
    }
}
