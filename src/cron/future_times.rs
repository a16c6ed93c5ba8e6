//! Stored times that lie ahead of the database's clock: left by a run whose clock was wrong, or by a database whose own
//! clock was. They count as not set.

use super::Tick;
use crate::custody::longest_lease;
use crate::steps::request::TRY_LIMIT_S;
use crate::store::StoreError;
use crate::store::future_times;
use crate::store::schedule::{self, Calendar};
use crate::vm::deadlines;
use serde_json::json;

/// The schedules of at most this many services are computed again at a time.
const ROWS_AT_ONCE: u64 = 500;

/// Mends what there is, and tells of it.
pub(super) async fn mend(tick: &Tick<'_>) -> Result<Option<String>, StoreError> {
    let host = &tick.site.host;
    let now = tick.site.now();
    let allowed = tick.settings.number("lock_timeout", super::LOCK_TIMEOUT_S);
    // A run that is under way may have been allowed more than the setting has since been lowered to.
    let usual = allowed.max(super::LOCK_TIMEOUT_S);
    let heavy = deadlines(&tick.settings).heavy;
    let bounds = future_times::Bounds {
        now,
        lease: longest_lease(usual, heavy),
        operation: i64::try_from(heavy.as_secs()).unwrap_or(600),
        request: TRY_LIMIT_S,
    };
    if !future_times::any(host, bounds).await? {
        return Ok(None);
    }
    let mut count = future_times::mend(host, bounds).await?;
    for calendar in [Calendar::Backups, Calendar::Snapshots] {
        count += replan(tick, calendar).await?;
    }
    if count == 0 {
        return Ok(None);
    }
    let text = format!(
        "{count} stored times lay ahead of the database's clock, as after a run with a wrong clock; they count as not set"
    );
    let args = json!({"text": format!("Proxmox KVM cron: {text}."), "client_id": 0});
    // The cron's output has it too.
    let _ = host.effect("log_activity", args).await;
    Ok(Some(text))
}

/// Every next look that lies beyond what its schedule says is moved there. How many.
async fn replan(tick: &Tick<'_>, calendar: Calendar) -> Result<u64, StoreError> {
    let (host, now) = (&tick.site.host, tick.site.clock.now());
    let (mut count, mut after) = (0, 0);
    loop {
        let entries = schedule::all(host, calendar, after, ROWS_AT_ONCE).await?;
        let Some(last) = entries.last() else {
            return Ok(count);
        };
        after = last.service.0;
        for entry in &entries {
            let next = entry.schedule.next(tick.zone, now);
            let next = next.map(|next| next.at.timestamp());
            // After a failure it is looked at again before the next occurrence, never after it.
            if entry.next > next {
                schedule::look_next(host, calendar, entry.service, entry.next, next).await?;
                count += 1;
            }
        }
    }
}
