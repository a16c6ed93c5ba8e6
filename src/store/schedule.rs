//! When backups and snapshots are due: the client's weekly schedule and the moment at which it is looked at next.

use super::vm::TABLE;
use super::{StoreError, column};
use crate::host::{HostHandle, Statement};
use crate::model::{Schedule, ServiceId};
use serde_json::json;

/// What is scheduled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Calendar {
    /// Backups.
    Backups,
    /// Snapshots.
    Snapshots,
}

impl Calendar {
    /// The columns of the schedule and of the next look.
    fn columns(self) -> (&'static str, &'static str) {
        match self {
            Self::Backups => ("vm_backup_schedule", "next_backup_at"),
            Self::Snapshots => ("vm_snapshot_schedule", "next_snapshot_at"),
        }
    }
}

/// A service's schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Whose.
    pub service: ServiceId,
    /// When.
    pub schedule: Schedule,
    /// When the cron looks next; `None`: nothing is scheduled.
    pub next: Option<i64>,
}

/// A service's schedule; empty where it has none.
pub async fn of(
    host: &HostHandle,
    calendar: Calendar,
    service: ServiceId,
) -> Result<Entry, StoreError> {
    let (schedule, next) = calendar.columns();
    let sql = format!(
        "SELECT service_id, {schedule} AS schedule, {next} AS next FROM {TABLE} WHERE service_id = ?"
    );
    let rows = host.select(sql, vec![json!(service.0)]).await?;
    Ok(rows.first().map_or_else(
        || Entry {
            service,
            schedule: Schedule::default(),
            next: None,
        },
        read,
    ))
}

fn read(row: &crate::host::Row) -> Entry {
    Entry {
        service: ServiceId(column::count(row, "service_id")),
        schedule: Schedule::parse(&column::text(row, "schedule")),
        next: column::int(row, "next"),
    }
}

/// Stores a client's schedule.
pub async fn set(
    host: &HostHandle,
    calendar: Calendar,
    service: ServiceId,
    schedule: &Schedule,
    next: Option<i64>,
) -> Result<(), StoreError> {
    let (text, at) = calendar.columns();
    let sql = format!("UPDATE {TABLE} SET {text} = ?, {at} = ? WHERE service_id = ?");
    let args = vec![json!(schedule.to_json()), json!(next), json!(service.0)];
    host.affect(sql, args).await?;
    Ok(())
}

/// The ready services that are due by now, longest due first; `now` `None`: all that have a schedule.
pub async fn due(
    host: &HostHandle,
    calendar: Calendar,
    now: Option<i64>,
    most: u64,
) -> Result<Vec<Entry>, StoreError> {
    let (schedule, next) = calendar.columns();
    let sql = format!(
        "SELECT service_id, {schedule} AS schedule, {next} AS next FROM {TABLE} \
         WHERE {next} <= ? AND vm_status = 'ready' ORDER BY {next}, service_id LIMIT {most}"
    );
    let rows = host
        .select(sql, vec![json!(now.unwrap_or(i64::MAX))])
        .await?;
    Ok(rows.iter().map(read).collect())
}

/// Those that have a schedule, by service from the one after `after`, whatever their state.
pub async fn all(
    host: &HostHandle,
    calendar: Calendar,
    after: u64,
    most: u64,
) -> Result<Vec<Entry>, StoreError> {
    let (schedule, next) = calendar.columns();
    let sql = format!(
        "SELECT service_id, {schedule} AS schedule, {next} AS next FROM {TABLE} \
         WHERE {next} IS NOT NULL AND service_id > ? ORDER BY service_id LIMIT {most}"
    );
    let rows = host.select(sql, vec![json!(after)]).await?;
    Ok(rows.iter().map(read).collect())
}

/// Sets the next look, unless the client has saved another schedule since `was` was read.
pub async fn look_next(
    host: &HostHandle,
    calendar: Calendar,
    service: ServiceId,
    was: Option<i64>,
    next: Option<i64>,
) -> Result<(), StoreError> {
    let (_, at) = calendar.columns();
    let sql = format!("UPDATE {TABLE} SET {at} = ? WHERE service_id = ? AND {at} = ?");
    host.affect(sql, vec![json!(next), json!(service.0), json!(was)])
        .await?;
    Ok(())
}

/// The statement that ends a service's schedules, for the end of the service.
pub fn forget(service: ServiceId) -> Statement {
    Statement::any(
        format!(
            "UPDATE {TABLE} SET vm_backup_schedule = NULL, next_backup_at = NULL, vm_snapshot_schedule = NULL, \
             next_snapshot_at = NULL, snapshot_look_at = NULL WHERE service_id = ?"
        ),
        vec![json!(service.0)],
    )
}
