//! The cron's task table: how often, and when last.

use super::{StoreError, column};
use crate::host::{HostError, HostHandle, Row};
use serde_json::json;

/// What a task is called, and how often it runs where the admin set nothing.
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// Its key, as in `--task=` and in its row.
    pub key: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// Minutes between runs.
    pub minutes: u64,
}

const fn about(key: &'static str, label: &'static str, minutes: u64) -> About {
    About {
        key,
        label,
        minutes,
    }
}

/// Every service that is due, but for restores.
pub const MACHINES: About = about("processVirtualMachines", "Process Virtual Machines", 1);
/// Snapshots that have lived their time.
pub const OLD_SNAPSHOTS: About = about("removeOldSnapshots", "Remove Old Snapshots", 5);
/// Restores that are due.
pub const RESTORES: About = about("restoreBackupStatus", "Restore Backup Status", 1);
/// Backups under way.
pub const BACKUPS: About = about("nowBackupStatus", "Now Backup Status", 1);
/// Backups that are due.
pub const SCHEDULED_BACKUPS: About = about("scheduleBackup", "Schedule Backup", 5);
/// Snapshots that are due.
pub const SCHEDULED_SNAPSHOTS: About = about("scheduleSnapshot", "Schedule Snapshot", 5);
/// The traffic of all VMs.
pub const STATISTICS: About = about("collectingStatistics", "Collecting Statistics", 60);

/// The longest interval of a task, in minutes: a day and a bit more than a month.
pub const LONGEST_INTERVAL: u64 = 44_640;

/// All of them, in the order they run.
pub const TASKS: [About; 7] = [
    MACHINES,
    OLD_SNAPSHOTS,
    RESTORES,
    BACKUPS,
    SCHEDULED_BACKUPS,
    SCHEDULED_SNAPSHOTS,
    STATISTICS,
];

/// A task's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskRow {
    /// The task's key, such as `scheduleBackup`.
    pub task: String,
    /// Minutes between runs; 0 is off.
    pub minutes: u64,
    /// When it last began.
    pub last_run: Option<i64>,
}

/// All stored rows.
pub async fn all(host: &HostHandle) -> Result<Vec<TaskRow>, StoreError> {
    let rows = host
        .select(
            "SELECT task, minutes, last_run FROM puq_proxmox_kvm_tasks",
            vec![],
        )
        .await?;
    Ok(rows
        .iter()
        .map(|row| TaskRow {
            task: column::text(row, "task"),
            minutes: minutes(row),
            last_run: column::int(row, "last_run"),
        })
        .collect())
}

/// A stored interval; what can be none counts as not set, so that no task is silenced by it.
fn minutes(row: &Row) -> u64 {
    let most = LONGEST_INTERVAL.cast_signed();
    let task = column::text(row, "task");
    let usual = TASKS.iter().find(|about| about.key == task);
    match column::int(row, "minutes").filter(|minutes| (0..=most).contains(minutes)) {
        Some(minutes) => minutes.unsigned_abs(),
        None => usual.map_or(0, |about| about.minutes),
    }
}

/// Makes the row of a task with its default interval where there is none.
pub async fn ensure(host: &HostHandle, task: &str, minutes: u64) -> Result<(), StoreError> {
    let insert = "INSERT INTO puq_proxmox_kvm_tasks (task, minutes) VALUES (?, ?)";
    match host.affect(insert, vec![json!(task), json!(minutes)]).await {
        Ok(_) | Err(HostError::Duplicate(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Sets a task's interval in minutes.
pub async fn set_minutes(host: &HostHandle, task: &str, minutes: u64) -> Result<(), StoreError> {
    let update = "UPDATE puq_proxmox_kvm_tasks SET minutes = ? WHERE task = ?";
    host.affect(update, vec![json!(minutes), json!(task)])
        .await?;
    Ok(())
}

/// Records that a task began, and later what came of it.
pub async fn began(host: &HostHandle, task: &str, at: i64) -> Result<(), StoreError> {
    let update = "UPDATE puq_proxmox_kvm_tasks SET last_run = ? WHERE task = ?";
    host.affect(update, vec![json!(at), json!(task)]).await?;
    Ok(())
}

/// Records the outcome of a task's last run.
pub async fn ended(host: &HostHandle, task: &str, result: &str) -> Result<(), StoreError> {
    let update = "UPDATE puq_proxmox_kvm_tasks SET last_result = ? WHERE task = ?";
    host.affect(update, vec![json!(result), json!(task)])
        .await?;
    Ok(())
}
