//! `--list` and `--clear-locks`.

use super::Task;
use crate::host::Description;
use crate::report::{ago, stamp};
use crate::site::Site;
use crate::store::limit::{self, Learnt, Why};
use crate::store::task::{self, TaskRow};
use crate::store::vm::VmRecord;
use crate::store::{StoreError, lease, unreadable, vm_list};
use crate::vm::census;
use chrono::{TimeZone, Utc};
use chrono_tz::Tz;

/// So many waiting services are shown; who has more of them has one cause for most.
const ROWS_SHOWN: u64 = 100;

/// The tasks with their intervals and last runs, how much may be under way at once, then every service
/// that does not move, if there is one, and why.
pub(super) async fn list(
    site: &Site,
    about: &Description,
    tasks: &[Task],
) -> Result<String, StoreError> {
    let zone = about.zone();
    let most = usize::try_from(ROWS_SHOWN).unwrap_or(usize::MAX);
    let mut text = schedule(tasks, &task::all(&site.host).await?, zone);
    let gates = limit::all(&site.host).await?;
    let gates = gates.iter().map(|gate| gate_lines(gate, zone));
    section(&mut text, "At once, as learnt", gates);
    let unreadable = unreadable::all(&site.host).await?;
    let unreadable = unreadable.iter().take(most);
    let rows = unreadable.map(|row| format!("    {}\n", row.sentence()));
    section(&mut text, "Cannot be read", rows);
    let waiting = vm_list::waiting(&site.host, ROWS_SHOWN + 1).await?;
    let shown = waiting.iter().take(most);
    let shown = shown.map(|record| waiting_lines(record, site.now(), zone));
    section(&mut text, "Waiting", shown);
    if waiting.len() > most {
        text.push_str("… and more; VM Management in the addon shows all.\n");
    }
    let found = census::last(site).await?;
    let found = found.iter().flat_map(|census| &census.findings);
    let found = found.map(|finding| format!("    {}\n", finding.text));
    section(&mut text, "On the cluster, not as on record", found);
    Ok(text)
}

/// Lines below a heading; nothing at all where there is none.
fn section(text: &mut String, heading: &str, lines: impl Iterator<Item = String>) {
    let lines: String = lines.collect();
    if !lines.is_empty() {
        text.push_str(&format!("\n{heading}\n{lines}"));
    }
}

/// A moment, in seconds since 1970, as an admin reads it.
fn moment(at: i64, zone: Tz) -> Option<String> {
    let moment = Utc.timestamp_opt(at, 0).single()?;
    Some(stamp(&moment.with_timezone(&zone)))
}

fn schedule(tasks: &[Task], rows: &[TaskRow], zone: Tz) -> String {
    let mut text = format!(
        "{:<24} {:>8}  {:<19}  {}\n",
        "Task", "Interval", "Last run", "Status"
    );
    for known in tasks {
        let row = rows.iter().find(|row| row.task == known.key);
        let minutes = row.map_or(known.minutes, |row| row.minutes);
        let last = row.and_then(|row| moment(row.last_run?, zone));
        let last = last.unwrap_or_else(|| "never".to_owned());
        let state = if minutes == 0 { "off" } else { "active" };
        text.push_str(&format!(
            "{:<24} {:>7}m  {last:<19}  {state}\n",
            known.key, minutes
        ));
    }
    text
}

fn gate_lines(gate: &Learnt, zone: Tz) -> String {
    let fastest = gate.fastest.map_or_else(String::new, |took| {
        format!(", the fastest took {:.1}s", took.as_secs_f64())
    });
    let mut text = format!("{:>4}  {}{fastest}\n", gate.limit, gate.name);
    let last = gate.narrowed.as_ref();
    if let Some((last, moment)) = last.and_then(|last| Some((last, moment(last.at, zone)?))) {
        let why = match &last.why {
            Why::Overload(said) => said.clone(),
            Why::Slower { took, fastest } => {
                let (took, fastest) = (took.as_secs_f64(), fastest.as_secs_f64());
                format!("it took {took:.1}s instead of {fastest:.1}s")
            }
        };
        let from = last.from;
        text.push_str(&format!("      reduced from {from} at {moment}: {why}\n"));
    }
    text
}

fn waiting_lines(record: &VmRecord, now: i64, zone: Tz) -> String {
    let since = record.waiting_since;
    let since =
        since.and_then(|at| Some(format!(" since {} ({})", moment(at, zone)?, ago(now - at))));
    format!(
        "sid:{} vm:{} at {}{}\n    {}\n",
        record.service,
        record.vmid.map_or(0, crate::model::Vmid::get),
        record.state,
        since.unwrap_or_default(),
        record.waiting
    )
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
