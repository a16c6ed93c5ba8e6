//! What a person asked for, as pages tell it: what goes on, and how it ended.

use super::answer::Denial;
use super::page_operations::{Outcome, RequestedAction};
use super::{EntryError, service};
use crate::custody::{self, Live, LoadedService, Refusal};
use crate::model::{ServiceId, say};
use crate::site::Site;
use crate::store::address::AddressRow;
use crate::store::request::{self, End, Person, Request};
use crate::vm::census;
use serde_json::Value;

/// How long the end of what was done stays on the page, in seconds.
const DONE_SHOWN: i64 = 15 * 60;
/// The same of what a flow did: it takes its time, and nobody waits on the page for it.
const FLOW_SHOWN: i64 = 86_400;
/// How long a failure stays that nobody has noted, in seconds.
pub(super) const FAILED_SHOWN: i64 = 7 * 86_400;
/// This many are shown at once.
const MOST: u64 = 10;

/// What a page shows of the VM: as it is this moment, once the requests that ended meanwhile are written down, or from the
/// record alone where Proxmox is not to be asked.
///
/// # Errors
/// When the database fails.
pub(super) async fn look(
    site: &Site,
    loaded: LoadedService,
    asks: bool,
) -> Result<(LoadedService, Live), EntryError> {
    if !asks {
        let live = Live::unasked(&loaded.record);
        return Ok((loaded, live));
    }
    let loaded = settle(site, loaded).await?;
    let live = Live::read(site, &loaded).await;
    Ok((loaded, live))
}

/// Keeps for the staff what a look shows to be otherwise than on record.
pub(super) async fn compare(
    site: &Site,
    loaded: &LoadedService,
    live: &Live,
    addresses: &[AddressRow],
) {
    if let Live::Read(sight) = live {
        // The page says what it says all the same, and its next look notices it too.
        let _ = census::note_address(site, &loaded.record, &sight.config, addresses).await;
    }
}

/// Looks whether what goes on has ended meanwhile; the service as it is then.
async fn settle(site: &Site, loaded: LoadedService) -> Result<LoadedService, EntryError> {
    let plan = match &loaded.plan {
        Ok(plan) if loaded.asked && loaded.record.state.at_rest() => plan.clone(),
        _ => return Ok(loaded),
    };
    match custody::under_way(site, loaded.clone(), plan).await {
        Err(Refusal::Broken(error)) => Err(error.into()),
        // Where the cluster cannot be asked it goes on: the cron looks too.
        Ok(_) | Err(Refusal::Said(_) | Refusal::Failed(_)) => {
            let again = loaded.clone().again(site).await?;
            Ok(again.unwrap_or(loaded))
        }
    }
}

/// What goes on and what ended, newest first.
pub(super) async fn told(
    site: &Site,
    id: ServiceId,
    reader: Person,
) -> Result<Vec<RequestedAction>, EntryError> {
    let now = site.now();
    let told = request::told(&site.host, id, reader, now - FAILED_SHOWN, MOST).await?;
    let fresh = |asked: &&Request| {
        let shown = match asked.action.flow() {
            Some(_) => FLOW_SHOWN,
            None => DONE_SHOWN,
        };
        asked.end != Some(End::Done) || asked.ended_at.is_some_and(|at| at >= now - shown)
    };
    let shown = told.iter().filter(fresh).map(|asked| shown(asked, reader));
    Ok(shown.collect())
}

/// Notes that the end of the request of this key was read.
///
/// # Errors
/// There is no such request.
pub(super) async fn seen(
    site: &Site,
    params: &Value,
    id: &str,
    reader: Person,
) -> Result<(), Denial> {
    let service = service::parse(params)?;
    match request::seen(&site.host, service.id, id, reader, site.now()).await? {
        true => Ok(()),
        false => Err(say::unknown().into()),
    }
}

fn shown(asked: &Request, reader: Person) -> RequestedAction {
    let (outcome, why) = match asked.end {
        None => (Outcome::Going, None),
        Some(End::Done) => (Outcome::Done, None),
        Some(End::Failed(reason)) => (Outcome::Failed, Some(reason.sentence())),
    };
    let staff = reader == Person::Staff;
    RequestedAction {
        id: asked.id.clone(),
        action: asked.action.word(),
        subject: asked.action.subject().to_owned(),
        asked: asked.asked_at,
        ended: asked.ended_at,
        outcome,
        why,
        asker: staff.then_some(asked.asker),
        // What Proxmox said; where the request is still tried, what it said to the last try.
        text: staff.then(|| asked.text.clone()),
    }
}
