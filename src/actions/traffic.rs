//! The traffic that the reference product counted, read from a table whose columns are not known for sure. What is counted
//! wrongly is billed wrongly: whatever leaves a doubt is left alone, and told.

use super::EntryError;
use crate::custody::Refusal;
use crate::host::{Dialect, HostHandle};
use crate::model::{Sentence, ServiceId, lenient};
use crate::site::Site;
use crate::store::legacy::Foreign;
use crate::store::statistic::{self, Hour};
use crate::store::{foreign_tables, legacy, setting, vm_list};
use chrono::{NaiveDateTime, TimeZone};
use chrono_tz::Tz;
use std::collections::{BTreeMap, BTreeSet};

/// The setting that says that the old table was read.
const READ: &str = "traffic_imported";
/// Seconds for which hours are kept.
const KEPT: i64 = 35 * 24 * 3600;
/// How many rows are read at once.
const PAGE: u64 = 5000;
/// Values that grow this many times in a row without one exception are a counter's, not an hour's.
const COUNTER: usize = 6;

const SERVICE: &[&str] = &["service_id", "hosting_id", "sid"];
const TIME: &[&str] = &[
    "hour",
    "created_at",
    "datetime",
    "timestamp",
    "date",
    "time",
    "created",
];
const RECEIVED: &[&str] = &["netin", "bytes_in", "traffic_in", "in"];
const SENT: &[&str] = &["netout", "bytes_out", "traffic_out", "out"];

/// A row as it is understood: when, and the bytes received and sent.
type Entry = (i64, u64, u64);

/// Takes over what was counted in the hours that are kept; sentences on what was and what was not.
pub(super) async fn import(
    site: &Site,
    dialect: Dialect,
    zone: Tz,
) -> Result<Vec<String>, EntryError> {
    let host = &site.host;
    let tables = foreign_tables::tables(host, dialect, "puqProxmoxKVM_statistics").await?;
    if tables.is_empty() || setting::get(host, READ).await?.is_some() {
        return Ok(vec![]);
    }
    let now = site.now();
    let ours: BTreeSet<u64> = vm_list::with_a_vm(host)
        .await?
        .iter()
        .map(|id| id.0)
        .collect();
    let mut said = vec![];
    let mut found: BTreeMap<u64, Vec<Entry>> = BTreeMap::new();
    let mut odd: BTreeSet<u64> = BTreeSet::new();
    for table in &tables {
        let (entries, doubtful) = match read(host, table, zone).await {
            Ok(read) => read,
            Err(refusal) => {
                let why = refusal.sentence()?;
                said.push(format!("Traffic of table {table} not imported: {why}."));
                continue;
            }
        };
        odd.extend(doubtful);
        for (service, entry) in entries {
            if ours.contains(&service) && (now - KEPT..=now).contains(&entry.0) {
                found.entry(service).or_default().push(entry);
            }
        }
    }
    let mut hours = vec![];
    let mut taken = 0;
    for (service, mut entries) in found {
        entries.sort_unstable();
        if odd.contains(&service) || is_counter(&entries) {
            odd.insert(service);
            continue;
        }
        taken += 1;
        hours.extend(summed(&entries).map(|hour| (ServiceId(service), hour)));
    }
    statistic::import(host, dialect, &hours).await?;
    setting::put(host, READ, "1").await?;
    if taken > 0 {
        said.push(format!("Traffic of {taken} services imported."));
    }
    let odd: Vec<String> = odd.intersection(&ours).map(u64::to_string).collect();
    if !odd.is_empty() {
        said.push(format!(
            "Traffic not imported of services {}: its values are no bytes of an hour. Look at {} for this month's bill.",
            odd.join(", "),
            tables.join(", ")
        ));
    }
    Ok(said)
}

/// The rows with their services, and the services with rows that are not understood.
type Rows = (Vec<(u64, Entry)>, BTreeSet<u64>);

/// All rows of a table, or why it cannot be read.
async fn read(host: &HostHandle, table: &str, zone: Tz) -> Result<Rows, Refusal> {
    let mut rows: Rows = Default::default();
    for page in 0.. {
        let some = legacy::page(host, table, PAGE, page * PAGE).await?;
        for row in &some {
            for (what, names) in [
                ("service", SERVICE),
                ("time", TIME),
                ("traffic", RECEIVED),
                ("traffic", SENT),
            ] {
                if !row.has(names) {
                    return Err(Sentence::foreign(format!(
                        "no column is known to hold the {what}; the columns are {}",
                        row.columns().join(", ")
                    ))
                    .into());
                }
            }
            let Ok(service) = row.text(SERVICE).parse::<u64>() else {
                continue;
            };
            match entry(row, zone) {
                Some(entry) => rows.0.push((service, entry)),
                None => {
                    rows.1.insert(service);
                }
            }
        }
        if (some.len() as u64) < PAGE {
            break;
        }
    }
    Ok(rows)
}

fn entry(row: &Foreign, zone: Tz) -> Option<Entry> {
    let bytes = |names: &[&str]| lenient::whole_text(&row.text(names));
    Some((
        moment(&row.text(TIME), zone)?,
        bytes(RECEIVED)?,
        bytes(SENT)?,
    ))
}

/// Seconds since 1970, or a date and time where WHMCS is.
fn moment(text: &str, zone: Tz) -> Option<i64> {
    if let Ok(seconds) = text.parse::<i64>() {
        // From 2001 on; a smaller number is an hour of the day, or a number of something else.
        return (1_000_000_000..100_000_000_000)
            .contains(&seconds)
            .then_some(seconds);
    }
    let text = text.replace('T', " ");
    let local = NaiveDateTime::parse_from_str(text.get(..19)?, "%Y-%m-%d %H:%M:%S").ok()?;
    zone.from_local_datetime(&local)
        .earliest()
        .map(|at| at.timestamp())
}

/// Whether values only ever grow, as a counter's do.
fn is_counter(entries: &[Entry]) -> bool {
    let grows = |pick: fn(&Entry) -> u64| {
        entries
            .windows(2)
            .all(|pair| pick(&pair[0]) <= pick(&pair[1]))
            && entries.first().map(pick) < entries.last().map(pick)
    };
    entries.len() >= COUNTER && grows(|entry| entry.1) && grows(|entry| entry.2)
}

fn summed(entries: &[Entry]) -> impl Iterator<Item = Hour> {
    let mut hours: BTreeMap<i64, Hour> = BTreeMap::new();
    for (at, received, sent) in entries {
        let hour = at - at.rem_euclid(3600);
        let entry = hours.entry(hour).or_insert(Hour {
            hour,
            ..Hour::default()
        });
        entry.received = entry.received.saturating_add(*received);
        entry.sent = entry.sent.saturating_add(*sent);
    }
    hours.into_values()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_seconds_or_local_times() {
        let warsaw = chrono_tz::Europe::Warsaw;
        assert_eq!(moment("1775000000", warsaw), Some(1_775_000_000));
        assert_eq!(moment("2026-04-10 02:00:00", warsaw), Some(1_775_779_200));
        assert_eq!(
            moment("2026-04-10T02:00:00.000Z", warsaw),
            Some(1_775_779_200)
        );
        for none in ["", "0", "14", "2026-04-10", "soon", "żółw żółw żółw żółw"] {
            assert_eq!(moment(none, warsaw), None, "{none}");
        }
    }

    #[test]
    fn a_counter_is_told_from_hours() {
        let grown: Vec<Entry> = (0..6).map(|at| (at, 100 * at as u64, 10)).collect();
        assert!(!is_counter(&grown), "what is sent stays the same");
        let grown: Vec<Entry> = (0..6).map(|at| (at, 100 * at as u64, at as u64)).collect();
        assert!(is_counter(&grown));
        assert!(!is_counter(&grown[..5]));
        let hours: Vec<Entry> = (0..9)
            .map(|at| (at, (at as u64 * 7) % 5, at as u64))
            .collect();
        assert!(!is_counter(&hours));
    }
}
