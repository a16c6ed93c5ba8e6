//! The cron's task table: how often, and when last.

use super::{StoreError, column};
use crate::host::{HostError, HostHandle};
use serde_json::json;

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
            minutes: column::count(row, "minutes"),
            last_run: column::int(row, "last_run"),
        })
        .collect())
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
