//! The page *Backups*.

use super::field::Weekdays;
use super::snapshots::{Scheduled, Started, Week};
use super::table::operations;
use crate::model::{Sentence, VmState};
use serde::Serialize;

operations! {
    /// What the page *Backups* asks.
    BackupsOp {
        /// The service's backups and its schedule.
        "backups": Looks, Backups => BackupList {} -> Backups,
        /// Sets on which days one is made; the hour is drawn.
        "backup_schedule": Alters, Backups => BackupSchedule {
            /// Weekdays from 0 (Sunday) to 6 (Saturday); none: no more.
            days: Weekdays,
        } -> Scheduled,
        /// Makes one.
        "backup_now": Alters, Backups => BackupNow {
            /// Its owner's text.
            note: String,
        } -> Started,
        /// Removes one.
        "backup_remove": Alters, Backups => BackupRemove {
            /// Its key.
            backup: String,
        } -> Started,
        /// Restores one over the VM; the cron does it.
        "backup_restore": Alters, Backups => BackupRestore {
            /// Its key.
            backup: String,
        } -> Entered,
    }
}

/// A service that was put at the beginning of a flow, which the cron walks.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Entered {
    /// Where it stands now.
    pub state: VmState,
}

/// The backups of a service.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Backups {
    /// How many there are.
    pub used: usize,
    /// How many the package has room for.
    pub limit: u32,
    /// When they are made by themselves; null: never.
    pub schedule: Option<Week>,
    /// When the next one is, in seconds since 1970.
    pub next: Option<i64>,
    /// Why nothing can be done with them now.
    pub busy: Option<Sentence>,
    /// Whether the last restore failed: restoring again mends it, and so does installing anew.
    pub restore_failed: bool,
    /// The backups, newest first.
    pub backups: Vec<Backup>,
}

/// A backup.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Backup {
    /// Its key.
    pub id: String,
    /// Its owner's text; null: it has none.
    pub note: Option<String>,
    /// When it was made, in seconds since 1970.
    pub time: i64,
    /// In bytes.
    pub size: u64,
    /// Whether a schedule made it.
    pub scheduled: bool,
    /// Whether staff protected it: it cannot be removed.
    pub protected: bool,
}
