//! What keeps the cron from running at all. The run that meets it may be seen by nobody, so it is stored and shown: on the
//! dashboard, by the doctor.

use super::LOCK_TIMEOUT_S;
use crate::model::{Sentence, chain, say};
use crate::report::ago;
use crate::site::Site;
use crate::store::StoreError;
use crate::store::setting::{self, Settings};
use crate::store::unreadable;
use serde_json::json;

/// Clocks may differ by this many seconds. If they differ more, one of them is wrong, and times that a run stores by it would
/// stop the next runs.
pub const CLOCKS_APART_S: i64 = 300;
/// A run ends by itself. If the lock is held this many seconds longer than that, something else holds it.
const LATE_S: i64 = 300;
/// A problem counts as over after this many seconds without a new sign of it.
const FRESH_S: i64 = 86_400;

const CLOCK: &str = "cron_trouble_clock";
const LOCK: &str = "cron_trouble_lock";
/// What the activity log was told of rows that cannot be read, a line for each.
const UNREADABLE: &str = "unreadable_told";
/// So many are told of one by one: after going back to an older version there may be thousands. The doctor counts them.
const ROWS_TOLD: usize = 20;

/// Why no run may begin, if the clocks are too far apart.
pub(super) async fn clocks(site: &Site, settings: &Settings) -> Result<Option<String>, StoreError> {
    if site.ahead_s.abs() <= CLOCKS_APART_S {
        note(site, settings, CLOCK, "").await?;
        return Ok(None);
    }
    let (machine, apart) = (&site.process.machine, ago(site.ahead_s.abs()));
    let sentence = match site.ahead_s > 0 {
        true => say::clocks_ahead(machine, apart, CLOCKS_APART_S / 60),
        false => say::clocks_behind(machine, apart, CLOCKS_APART_S / 60),
    };
    let noted = format!("{} {}", site.now(), json!(sentence));
    note(site, settings, CLOCK, &noted).await?;
    Ok(Some(sentence.into()))
}

/// Another run holds the lock.
pub(super) async fn locked_out(site: &Site, settings: &Settings) -> Result<(), StoreError> {
    if settings.get(LOCK).is_none_or(str::is_empty) {
        note(site, settings, LOCK, &format!("{} ", site.now())).await?;
    }
    Ok(())
}

/// A run begins, with the lock or, where its file cannot be used, without.
pub(super) async fn let_in(
    site: &Site,
    settings: &Settings,
    error: Option<&std::io::Error>,
) -> Result<(), StoreError> {
    let text = error.map_or_else(String::new, |error| {
        let said = say::cron_lockless(chain(error));
        format!("{} {}", site.now(), json!(said))
    });
    note(site, settings, LOCK, &text).await
}

/// Tells the activity log once of each service whose row cannot be read.
pub(super) async fn unreadable(site: &Site) -> Result<(), StoreError> {
    let told = setting::get(&site.host, UNREADABLE).await?;
    let told = told.unwrap_or_default();
    let rows = unreadable::all(&site.host).await?;
    let sentences: Vec<String> = rows
        .iter()
        .take(ROWS_TOLD)
        .map(|row| row.sentence().into())
        .collect();
    for sentence in &sentences {
        if !told.lines().any(|line| line == sentence) {
            let args = json!({"text": format!("Proxmox KVM cron: {sentence}"), "client_id": 0});
            // The dashboard and the doctor say it as well, so a log that cannot be written stops nothing.
            let _ = site.host.effect("log_activity", args).await;
        }
    }
    let now = sentences.join("\n");
    if now != told {
        setting::put(&site.host, UNREADABLE, &now).await?;
    }
    Ok(())
}

/// Forgets what was told and is over, so that it is told again if it comes back.
pub(super) async fn forget_unreadable(site: &Site, settings: &Settings) -> Result<(), StoreError> {
    match settings.get(UNREADABLE).is_none_or(str::is_empty) {
        true => Ok(()),
        false => unreadable(site).await,
    }
}

async fn note(site: &Site, settings: &Settings, name: &str, text: &str) -> Result<(), StoreError> {
    if settings.get(name).unwrap_or_default() != text {
        setting::put(&site.host, name, text).await?;
    }
    Ok(())
}

/// A sentence that was stored; an earlier version stored the English text alone.
fn said(stored: &str) -> Sentence {
    let known = serde_json::from_str(stored).ok();
    let known = known.and_then(|value| Sentence::read(&value));
    known.unwrap_or_else(|| Sentence::foreign(stored))
}

/// A sentence for each problem there is now.
///
/// # Errors
/// When the database fails.
pub async fn all(site: &Site) -> Result<Vec<Sentence>, StoreError> {
    let mut found = vec![];
    let settings = setting::all(&site.host).await?;
    let read = |name| {
        let (at, text) = settings.get(name)?.split_once(' ')?;
        Some((at.parse::<i64>().ok()?, text.to_owned()))
    };
    if let Some((at, text)) = read(CLOCK)
        && site.now() - at < FRESH_S
    {
        let ago = ago(site.now() - at);
        found.push(say::cron_refused(ago, said(&text)));
    }
    if let Some((since, text)) = read(LOCK) {
        let time = settings.number("lock_timeout", LOCK_TIMEOUT_S);
        let time = i64::try_from(time).unwrap_or(i64::MAX / 2);
        let held = site.now() - since;
        if !text.is_empty() {
            found.push(said(&text));
        } else if held > time + LATE_S {
            found.push(say::cron_locked(ago(held)));
        }
    }
    Ok(found)
}
