//! What Proxmox does for a service this moment, and what was done for it lately.

use super::EntryError;
use crate::custody::{Known, Live, closed};
use crate::model::{Deed, Reason, Sentence, ServiceId};
use crate::pve::Upid;
use crate::site::Site;
use crate::store::operation::{self, OperationKind};
use crate::store::request::{self, End};
use serde_json::{Value, json};

/// How long what was done is told, in seconds.
const TOLD: i64 = 7 * 86_400;
/// So many are told at once.
const MOST: usize = 10;

/// The operation under way: `{kind, elapsed, percent, usual}`, or null. `elapsed` is how many seconds it has run; `percent`
/// what the task's own log says, null where it says nothing; `usual` how many seconds such an operation usually takes, null
/// where nobody knows yet.
///
/// # Errors
/// When the database fails.
pub(super) async fn task(site: &Site, known: &Known, live: &Live) -> Result<Value, EntryError> {
    let id = known.record.service;
    if !live.was_asked() || closed(&known.service, &known.record).is_some() {
        return Ok(Value::Null);
    }
    let open = operation::in_flight(&site.host, id).await?;
    let Some(newest) = open.iter().rfind(|one| one.kind != OperationKind::Mail) else {
        return Ok(Value::Null);
    };
    let upid = newest.upid.as_deref().and_then(|upid| upid.parse().ok());
    let percent = match upid {
        Some(upid) => percent(site, known, &upid).await,
        None => None,
    };
    let mut past = operation::durations(&site.host, id, newest.kind).await?;
    Ok(json!({
        "kind": newest.kind.as_str(),
        "elapsed": (site.now() - newest.sent_at).max(0),
        "percent": percent,
        "usual": median(&mut past),
    }))
}

async fn percent(site: &Site, known: &Known, task: &Upid) -> Option<f64> {
    let fleet = known.fleet(site).await.ok()?;
    fleet.api.task_percent(task).await
}

/// What lies in the middle: one that hung for a night says nothing about the next.
fn median(seconds: &mut [i64]) -> Option<i64> {
    seconds.sort_unstable();
    seconds.get(seconds.len() / 2).copied()
}

/// What ended lately, newest first: `[{deed, subject, by, at, done, why}]`; `by` is `client`, `staff` or `schedule`.
///
/// # Errors
/// When the database fails.
pub(super) async fn recent(site: &Site, id: ServiceId) -> Result<Value, EntryError> {
    let since = site.now() - TOLD;
    let asked = request::ended(&site.host, id, since, MOST).await?;
    let mut rows: Vec<(i64, Value)> = vec![];
    for one in &asked {
        let why = match one.end {
            Some(End::Failed(reason)) => Some(reason.sentence()),
            Some(End::Done) | None => None,
        };
        let at = one.ended_at.unwrap_or(one.asked_at);
        rows.push((at, row(&one.deed, one.asker.as_str(), at, why)));
    }
    for (kind, done, at) in operation::scheduled(&site.host, id, since, MOST).await? {
        let deed = match kind {
            OperationKind::Snapshot => Deed::TakeSnapshot(String::new()),
            _ => Deed::BackUp(String::new()),
        };
        let why = (!done).then(|| Reason::Unknown.sentence());
        rows.push((at, row(&deed, "schedule", at, why)));
    }
    rows.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    Ok(rows.into_iter().take(MOST).map(|(_, row)| row).collect())
}

fn row(deed: &Deed, by: &str, at: i64, why: Option<Sentence>) -> Value {
    json!({
        "deed": deed.word(),
        "subject": deed.subject(),
        "by": by,
        "at": at,
        "done": why.is_none(),
        "why": why,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_hung_does_not_count() {
        assert_eq!(median(&mut [40, 36_000, 42]), Some(42));
        assert_eq!(median(&mut []), None);
    }
}
