//! The page *Snapshots*.

use super::field::Weekdays;
use super::table::operations;
use crate::model::Sentence;
use serde::Serialize;

operations! {
    /// What the page *Snapshots* asks.
    SnapshotsOp {
        /// The service's snapshots and its schedule.
        "snapshots": Looks, Snapshots => SnapshotList {} -> Snapshots,
        /// Sets on which days one is taken.
        "snapshot_schedule": Alters, Snapshots => SnapshotSchedule {
            /// Weekdays from 0 (Sunday) to 6 (Saturday); none: no more.
            days: Weekdays,
            /// `HH:MM`, in the installation's time zone.
            time: String,
        } -> Scheduled,
        /// Takes one.
        "snapshot_create": Alters, Snapshots => SnapshotCreate {
            /// Its owner's text.
            description: String,
        } -> Started,
        /// Takes the VM back to one: what was written since is lost.
        "snapshot_rollback": Alters, Snapshots => SnapshotRollback {
            /// Its name.
            name: String,
        } -> Started,
        /// Removes one.
        "snapshot_remove": Alters, Snapshots => SnapshotRemove {
            /// Its name.
            name: String,
        } -> Started,
    }
}

/// What was asked for is under way, or done already.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Started {
    /// Whether it goes on; false: it is done.
    pub running: bool,
}

/// A schedule as it was stored.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Scheduled {
    /// The schedule; null: nothing is scheduled.
    pub schedule: Option<Week>,
    /// When it is next, in seconds since 1970.
    pub next: Option<i64>,
}

/// Days and time of a schedule.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Week {
    /// Weekdays from 0 (Sunday) to 6 (Saturday).
    pub days: Vec<usize>,
    /// `HH:MM`, in the installation's time zone.
    pub time: String,
}

/// The snapshots of a service.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Snapshots {
    /// How many there are.
    pub used: usize,
    /// How many the package has room for.
    pub limit: u32,
    /// What becomes of them.
    pub mode: SnapshotMode,
    /// Days until one is removed, in the mode `days`; else 0.
    pub days: i64,
    /// When they are taken by themselves; null: never.
    pub schedule: Option<Week>,
    /// When the next one is, in seconds since 1970.
    pub next: Option<i64>,
    /// The installation's time zone, that of the schedule's time of day.
    pub zone: &'static str,
    /// Why nothing can be done with them now.
    pub busy: Option<Sentence>,
    /// The snapshots, newest first.
    pub snapshots: Vec<Snapshot>,
}

/// What becomes of snapshots.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SnapshotMode {
    /// They stay.
    Keep,
    /// Each snapshot is removed when it is this many days old.
    Days,
    /// They are taken by a schedule, and the oldest makes room.
    Schedule,
}

/// A snapshot.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Snapshot {
    /// Its name on the cluster.
    pub name: String,
    /// Its owner's text.
    pub description: String,
    /// When it was taken, in seconds since 1970.
    pub time: i64,
    /// Whether it holds the memory too.
    pub ram: bool,
    /// Whether a schedule took it.
    pub scheduled: bool,
    /// When it is removed, in seconds since 1970; null: it stays.
    pub expires: Option<i64>,
}
