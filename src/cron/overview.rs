//! `--list` and `--clear-locks`.

use super::{CronError, Task, database_offset, zone};
use crate::host::Description;
use crate::report::stamp;
use crate::site::Site;
use crate::store::{lease, task};
use chrono::{TimeZone, Utc};

/// The tasks with their intervals and last runs.
pub(super) async fn list(
    site: &Site,
    about: &Description,
    tasks: &[Task],
) -> Result<String, CronError> {
    let rows = task::all(&site.host).await?;
    let zone = zone(about);
    let mut text = format!(
        "{:<24} {:>8}  {:<19}  {}\n",
        "Task", "Interval", "Last run", "Status"
    );
    for known in tasks {
        let row = rows.iter().find(|row| row.task == known.key);
        let minutes = row.map_or(known.minutes, |row| row.minutes);
        let last = row
            .and_then(|row| row.last_run)
            .and_then(|at| Utc.timestamp_opt(at, 0).single())
            .map_or_else(|| "never".to_owned(), |at| stamp(&at.with_timezone(&zone)));
        let state = if minutes == 0 { "off" } else { "active" };
        text.push_str(&format!(
            "{:<24} {:>7}m  {last:<19}  {state}\n",
            known.key, minutes
        ));
    }
    Ok(text)
}

/// Gives back what runs of this machine held when they died. A living run keeps its leases: it would not notice.
pub(super) async fn clear_locks(site: &Site, about: &Description) -> Result<String, CronError> {
    let now = site.now() + database_offset(site, about.driver).await?;
    let mut freed = 0;
    let mut text = String::new();
    for holder in lease::holders(&site.host, now).await? {
        if site.process.knows_dead(&holder) {
            freed += lease::release_all(&site.host, &holder).await?;
        } else {
            text.push_str(&format!(
                "{holder} is alive or on another machine; its leases stay\n"
            ));
        }
    }
    text.push_str(&format!("{freed} leases of dead runs given back\n"));
    Ok(text)
}
