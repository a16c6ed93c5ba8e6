//! `--list` and `--clear-locks`.

use super::Task;
use crate::host::Description;
use crate::report::{ago, stamp};
use crate::site::Site;
use crate::store::limit::{self, Why};
use crate::store::{StoreError, lease, task, unreadable, vm_list};
use crate::vm::census;
use chrono::{TimeZone, Utc};

/// So many waiting services are shown; who has more of them has one cause for most.
const ROWS_SHOWN: u64 = 100;

/// The tasks with their intervals and last runs, how much may be under way at once, then every service
/// that does not move, if there is one, and why.
pub(super) async fn list(
    site: &Site,
    about: &Description,
    tasks: &[Task],
) -> Result<String, StoreError> {
    let rows = task::all(&site.host).await?;
    let zone = about.zone();
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
    let gates = limit::all(&site.host).await?;
    if !gates.is_empty() {
        text.push_str("\nAt once, as learnt\n");
    }
    for gate in gates {
        let fastest = gate.fastest.map_or_else(String::new, |took| {
            format!(", the fastest took {:.1}s", took.as_secs_f64())
        });
        text.push_str(&format!("{:>4}  {}{fastest}\n", gate.limit, gate.name));
        let last = gate.narrowed.as_ref();
        let moment = last.and_then(|last| Utc.timestamp_opt(last.at, 0).single());
        if let (Some(last), Some(moment)) = (last, moment) {
            let why = match &last.why {
                Why::Overload(said) => said.clone(),
                Why::Slower { took, fastest } => {
                    let (took, fastest) = (took.as_secs_f64(), fastest.as_secs_f64());
                    format!("it took {took:.1}s instead of {fastest:.1}s")
                }
            };
            let moment = stamp(&moment.with_timezone(&zone));
            let from = last.from;
            text.push_str(&format!("      reduced from {from} at {moment}: {why}\n"));
        }
    }
    let unreadable = unreadable::all(&site.host).await?;
    if !unreadable.is_empty() {
        text.push_str("\nCannot be read\n");
    }
    let most = usize::try_from(ROWS_SHOWN).unwrap_or(usize::MAX);
    for row in unreadable.iter().take(most) {
        text.push_str(&format!("    {}\n", row.sentence()));
    }
    let waiting = vm_list::waiting(&site.host, ROWS_SHOWN + 1).await?;
    if !waiting.is_empty() {
        text.push_str("\nWaiting\n");
    }
    for record in waiting
        .iter()
        .take(usize::try_from(ROWS_SHOWN).unwrap_or(usize::MAX))
    {
        let since = record
            .waiting_since
            .and_then(|at| Some((at, Utc.timestamp_opt(at, 0).single()?)))
            .map_or_else(String::new, |(at, moment)| {
                let moment = stamp(&moment.with_timezone(&zone));
                format!(" since {moment} ({})", ago(site.now() - at))
            });
        let vmid = record.vmid.map_or(0, crate::model::Vmid::get);
        text.push_str(&format!(
            "sid:{} vm:{vmid} at {}{since}\n    {}\n",
            record.service, record.state, record.waiting
        ));
    }
    if waiting.len() > usize::try_from(ROWS_SHOWN).unwrap_or(usize::MAX) {
        text.push_str("… and more; VM Management in the addon shows all.\n");
    }
    let found = census::last(site).await?;
    let mut found = found.iter().flat_map(|census| &census.findings).peekable();
    if found.peek().is_some() {
        text.push_str("\nOn the cluster, not as on record\n");
    }
    for finding in found {
        text.push_str(&format!("    {}\n", finding.text));
    }
    Ok(text)
}

/// Gives back what runs of this machine held when they died. A living run keeps its leases: it would not notice.
pub(super) async fn clear_locks(site: &Site) -> Result<String, StoreError> {
    let now = site.now();
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
