//! What Proxmox does for a service this moment, and what was done for it lately.

use super::EntryError;
use super::page_operations::{Actor, RecentAction, RunningTask};
use crate::custody::{Live, LoadedService, closed};
use crate::model::{Reason, Sentence, ServiceId, VmAction, Vmid};
use crate::pve::{DiskConfig, DiskSlot, Upid};
use crate::site::Site;
use crate::store::operation::{self, OperationKind};
use crate::store::request::{self, End, Person};
use crate::vm::SharedCluster;
use std::collections::BTreeMap;

/// How long what was done is told, in seconds.
const TOLD: i64 = 7 * 86_400;
/// This many are shown at once.
const MOST: usize = 10;

/// The operation under way.
///
/// # Errors
/// When the database fails.
pub(super) async fn task(
    site: &Site,
    loaded: &LoadedService,
    live: &Live,
) -> Result<Option<RunningTask>, EntryError> {
    let id = loaded.record.service;
    let hidden = closed(&loaded.service, &loaded.record).is_some();
    if !loaded.under_way || !live.was_asked() || hidden {
        return Ok(None);
    }
    let open = operation::in_flight(&site.host, id).await?;
    let Some(newest) = open.iter().rfind(|one| one.kind != OperationKind::Mail) else {
        return Ok(None);
    };
    let upid = newest.upid.as_deref().and_then(|upid| upid.parse().ok());
    let percent = match upid {
        Some(upid) => percent(site, loaded, newest.kind, &upid).await,
        None => None,
    };
    let mut past = operation::durations(&site.host, id, newest.kind).await?;
    Ok(Some(RunningTask {
        kind: newest.kind,
        elapsed: (site.now() - newest.sent_at).max(0),
        percent,
        usual: median(&mut past),
    }))
}

async fn percent(
    site: &Site,
    loaded: &LoadedService,
    kind: OperationKind,
    task: &Upid,
) -> Option<f64> {
    let cluster = loaded.cluster(site).await.ok()?;
    let template = loaded.plan.as_ref().ok().and_then(|plan| plan.template);
    let disks = match template.filter(|_| kind == OperationKind::Clone) {
        Some(template) => sizes(&cluster, template).await,
        None => BTreeMap::new(),
    };
    cluster.api.task_percent(task, &disks).await
}

/// The sizes of a template's disks, by their places; none where it cannot be read.
async fn sizes(cluster: &SharedCluster, template: Vmid) -> BTreeMap<String, u64> {
    let Ok(template) = cluster.template(template).await else {
        return BTreeMap::new();
    };
    let size =
        |(slot, disk): (DiskSlot, &DiskConfig)| Some((slot.to_string(), disk.size()?.bytes()));
    template.config.disks().filter_map(size).collect()
}

/// The median: one task that hung for a night says nothing about how long the next one takes.
fn median(seconds: &mut [i64]) -> Option<i64> {
    seconds.sort_unstable();
    seconds.get(seconds.len() / 2).copied()
}

/// What ended lately, newest first.
///
/// # Errors
/// When the database fails.
pub(super) async fn recent(site: &Site, id: ServiceId) -> Result<Vec<RecentAction>, EntryError> {
    let since = site.now() - TOLD;
    let mut rows: Vec<RecentAction> = vec![];
    for one in request::ended(&site.host, id, since, MOST).await? {
        let by = match one.asker {
            Person::Client => Actor::Client,
            Person::Staff => Actor::Staff,
        };
        let why = match one.end {
            Some(End::Failed(reason)) => Some(reason.sentence()),
            Some(End::Done) | None => None,
        };
        let at = one.ended_at.unwrap_or(one.asked_at);
        rows.push(row(&one.action, by, at, why));
    }
    for (kind, done, at) in operation::scheduled(&site.host, id, since, MOST).await? {
        let action = match kind {
            OperationKind::Snapshot => VmAction::TakeSnapshot(String::new()),
            _ => VmAction::BackUp(String::new()),
        };
        let why = (!done).then(|| Reason::Unknown.sentence());
        rows.push(row(&action, Actor::Schedule, at, why));
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.at));
    rows.truncate(MOST);
    Ok(rows)
}

fn row(action: &VmAction, by: Actor, at: i64, why: Option<Sentence>) -> RecentAction {
    RecentAction {
        action: action.word(),
        subject: action.subject().to_owned(),
        by,
        at,
        done: why.is_none(),
        why,
    }
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
