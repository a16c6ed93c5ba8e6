//! The cron's tasks, and how much of one kind of work may be under way at once.

use serde::Serialize;

/// How the cron runs.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Tasks {
    /// `hook` or `standalone`.
    pub mode: String,
    /// Seconds after which a run stops itself.
    pub lock_timeout: String,
    /// The line of a crontab.
    pub cron_line: String,
    /// The tasks.
    pub tasks: Vec<Task>,
    /// How much may be under way at once.
    pub limits: Vec<Limit>,
}

/// A task of the cron.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Task {
    /// Its key.
    pub key: &'static str,
    /// Its name in the cron's output.
    pub label: &'static str,
    /// Minutes between two runs; 0: it is off.
    pub interval: u64,
    /// When it ran last, in seconds since 1970.
    pub last_run: Option<i64>,
}

/// How much of one kind of work may be under way at once at one place, as runs learnt it.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Limit {
    /// Its key.
    pub name: String,
    /// The kind of work.
    pub work: String,
    /// The name of the cluster; empty where the place is the cluster.
    pub cluster: String,
    /// The node or storage, or the cluster.
    pub place: String,
    /// How much.
    pub at_once: u32,
    /// The fastest it was.
    pub fastest_seconds: Option<f64>,
    /// When and why it was made less; null: never.
    pub narrowed: Option<Narrowed>,
}

/// Why less may be under way than before.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Narrowed {
    /// When, in seconds since 1970.
    pub at: i64,
    /// How much it was before.
    pub from: u32,
    /// What Proxmox complained of; null: it became slower.
    pub said: Option<String>,
    /// How long the work took.
    pub took_seconds: Option<f64>,
    /// How long it takes else.
    pub usual_seconds: Option<f64>,
}
