//! The note on a snapshot or backup: a text for people, and the service's mark, by which it is known to be the service's.
//!
//! `Before the update (WHMCS service 7 puq-owner=0123…)`, on one line: a backup server hands out only the first line of a
//! note (`comment`, PVE::Storage::PBSPlugin).

use crate::model::{OwnerMark, ServiceId};
use chrono::NaiveDate;

/// What the scheduler's notes begin with; the day it belongs to follows.
const SCHEDULER: &str = "Scheduler: ";
/// The longest text of a client's that is kept, in characters.
const LONGEST: usize = 200;

/// The note to write. The text comes from a client: one line, no control characters, cut after 200 characters.
pub(super) fn write(mark: &OwnerMark, service: ServiceId, text: &str) -> String {
    let text: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(LONGEST)
        .collect();
    let line = mark.line(service);
    match text.trim() {
        "" => line,
        text => format!("{text} ({line})"),
    }
}

/// The text of a note that carries the mark; `None`: it is not the service's.
pub(super) fn read(mark: &OwnerMark, note: &str) -> Option<String> {
    if !mark.is_on(note, "") {
        return None;
    }
    let end = note.rfind("WHMCS service ").unwrap_or(0);
    let text = note[..end].trim_end();
    Some(text.strip_suffix('(').unwrap_or(text).trim().to_owned())
}

/// The text of what the scheduler makes for a day.
pub(super) fn of_day(day: NaiveDate) -> String {
    format!("{SCHEDULER}{}", day.format("%Y-%m-%d"))
}

/// The day a text of the scheduler's was made for.
pub(super) fn day(text: &str) -> Option<NaiveDate> {
    let date = text.strip_prefix(SCHEDULER)?;
    NaiveDate::parse_from_str(date.trim(), "%Y-%m-%d").ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_reads_back_and_a_strangers_does_not() {
        let mark = OwnerMark::new(&"a".repeat(32)).unwrap();
        let other = OwnerMark::new(&"b".repeat(32)).unwrap();
        for text in ["", "Before the update", "(WHMCS service 3", "żółw (1)"] {
            let note = write(&mark, ServiceId(7), text);
            assert_eq!(read(&mark, &note).as_deref(), Some(text), "{note}");
            assert_eq!(read(&other, &note), None);
        }
        assert_eq!(
            write(&mark, ServiceId(7), "a\nb"),
            write(&mark, ServiceId(7), "a b")
        );
        assert!(write(&mark, ServiceId(7), &"x".repeat(5000)).len() < 300);
    }

    #[test]
    fn the_schedulers_day_reads_back() {
        let date = NaiveDate::from_ymd_opt(2026, 4, 10).unwrap();
        assert_eq!(of_day(date), "Scheduler: 2026-04-10");
        assert_eq!(day(&of_day(date)), Some(date));
        assert_eq!(day("Scheduler: soon"), None);
    }
}
