//! What a person asked for, as pages tell it: what goes on, and how it ended.

use super::{EntryError, held, service};
use crate::model::VmState;
use crate::plan::Plan;
use crate::site::Site;
use crate::store::request::{self, End, Person, Request};
use crate::store::vm;
use serde_json::{Value, json};

/// How long the end of what was done stays on the page, in seconds.
const DONE_SHOWN: i64 = 15 * 60;
/// The same of what a flow did: it takes its time, and nobody waits on the page for it.
const FLOW_SHOWN: i64 = 86_400;
/// How long a failure stays that nobody has noted, in seconds.
pub(super) const FAILED_SHOWN: i64 = 7 * 86_400;
/// So many are told at once.
const MOST: u64 = 10;

/// Looks whether what goes on has ended meanwhile, and tells it: the service as it is then, and the list, newest first.
pub(super) async fn look(
    site: &Site,
    known: service::Known,
    plan: Option<Plan>,
    reader: Person,
) -> Result<(service::Known, Value), EntryError> {
    let id = known.record.service;
    let rests = matches!(
        known.record.state,
        VmState::Ready | VmState::ErrorRestore | VmState::ErrorTerminate | VmState::Remove
    );
    let open = !request::open(&site.host, id).await?.is_empty();
    let mut known = known;
    if let Some(plan) = plan.filter(|_| open && rests) {
        // Where the cluster cannot be asked it goes on: the cron looks too.
        match held::busy(site, known.clone(), plan).await {
            Ok(_) | Err(EntryError::Cluster(_)) => {}
            Err(error) => return Err(error),
        }
        if let Some(record) = vm::find(&site.host, id).await? {
            known.record = record;
        }
    }
    let told = request::told(&site.host, id, reader, site.now() - FAILED_SHOWN, MOST).await?;
    let now = site.now();
    let fresh = |asked: &&Request| {
        let shown = match asked.deed.flow() {
            Some(_) => FLOW_SHOWN,
            None => DONE_SHOWN,
        };
        asked.end != Some(End::Done) || asked.ended_at.is_some_and(|at| at >= now - shown)
    };
    let list = told
        .iter()
        .filter(fresh)
        .map(|asked| shown(asked, reader))
        .collect();
    Ok((known, list))
}

/// Notes that the end of a request was read. `false`: there is no such request.
pub(super) async fn seen(
    site: &Site,
    params: &Value,
    form: &Value,
    reader: Person,
) -> Result<bool, EntryError> {
    let service = service::parse(params)?;
    let id = form["id"].as_str().unwrap_or_default();
    Ok(request::seen(&site.host, service.id, id, reader, site.now()).await?)
}

fn shown(asked: &Request, reader: Person) -> Value {
    let (outcome, why) = match asked.end {
        None => ("going", None),
        Some(End::Done) => ("done", None),
        Some(End::Failed(reason)) => ("failed", Some(reason.sentence())),
    };
    let mut row = json!({
        "id": asked.id,
        "deed": asked.deed.word(),
        "subject": asked.deed.subject(),
        "asked": asked.asked_at,
        "ended": asked.ended_at,
        "outcome": outcome,
        "why": why,
    });
    if reader == Person::Staff {
        row["asker"] = asked.asker.as_str().into();
        // What Proxmox said, of one that goes on the last try's.
        row["text"] = asked.text.as_str().into();
    }
    row
}
