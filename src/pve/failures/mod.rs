//! The one table of Proxmox's failures: which text, from which place, means what, and what to do about it.
//!
//! A text is matched as a chain of fragments in order, and only where its emitter can stand: in an answer of certain
//! statuses, or as a task's exit status. What no row knows is never "repeat" and never "gone": a write of unknown
//! outcome is verified, a read is left to the next tick.
#![doc = include_str!("CATALOGUE.md")]

mod access;
mod guest;
mod network;
mod placement;
mod storage;
mod task;
mod transport;

use super::request::Call;
use super::{Class, Delivery, Exit, Failed, Kind, PveError};
use crate::model::Vmid;
use crate::net::Method;
pub(super) use access::second_factor;
pub(super) use transport::{bad_answer, from_net};

/// What the table looks at.
pub(super) struct Seen<'a> {
    /// What was tried.
    pub(super) what: &'a str,
    /// `None` for a task's exit.
    pub(super) method: Option<Method>,
    /// The API path, or a task's type such as `qmdelsnapshot`.
    pub(super) place: &'a str,
    /// The HTTP status of an answer.
    pub(super) status: Option<u16>,
    /// Message, reason phrase and field complaints, or the exit status.
    pub(super) text: &'a str,
    /// Complaints about single parameters.
    pub(super) fields: &'a [(String, String)],
}

impl Seen<'_> {
    fn is_read(&self) -> bool {
        self.method.is_some_and(Method::is_read)
    }

    fn is_task(&self) -> bool {
        self.method.is_none()
    }

    /// Whether it was meant to take something away, so that its absence is what was wanted.
    fn removes(&self) -> bool {
        self.method == Some(Method::Delete)
            || matches!(self.place, "qmdelsnapshot" | "imgdel" | "qmdestroy")
    }

    /// The text between the first `before` and the next `after`.
    fn between(&self, before: &str, after: &str) -> String {
        let rest = self.text.split_once(before).map_or("", |(_, rest)| rest);
        rest.split_once(after)
            .map_or(rest, |(word, _)| word)
            .trim()
            .to_owned()
    }

    /// The number behind `before`.
    fn vmid_after(&self, before: &str) -> Option<Vmid> {
        let (_, rest) = self.text.split_once(before)?;
        let digits = rest.split(|c: char| !c.is_ascii_digit()).next()?;
        Vmid::new(digits.parse().ok()?)
    }
}

/// Where a row's text can stand.
#[derive(Clone, Copy)]
enum At {
    /// In an answer with one of these statuses.
    Answer(&'static [u16]),
    /// As a task's exit status.
    Task,
    /// In either.
    Either(&'static [u16]),
}

impl At {
    fn covers(self, seen: &Seen<'_>) -> bool {
        match (self, seen.status) {
            (Self::Answer(codes) | Self::Either(codes), Some(status)) => codes.contains(&status),
            (Self::Task | Self::Either(_), None) => seen.is_task(),
            _ => false,
        }
    }
}

/// One row.
pub(super) struct Row {
    /// Its number in the catalogue; 0 for what was found beside it.
    number: u8,
    at: At,
    /// Fragments that must occur in this order. None: the status alone decides.
    text: &'static [&'static str],
    class: fn(&Seen<'_>) -> Class,
    kind: fn(&Seen<'_>) -> Kind,
    advice: &'static str,
}

impl Row {
    fn fits(&self, seen: &Seen<'_>) -> bool {
        let mut rest = Some(seen.text);
        for fragment in self.text {
            rest = rest
                .and_then(|text| text.split_once(fragment))
                .map(|(_, after)| after);
        }
        self.at.covers(seen) && rest.is_some()
    }
}

/// The status under which Proxmox puts the text of a Perl `die`.
const DIED: &[u16] = &[500];
/// The statuses of parameter checks, and of texts that moved from 500 to 400 between releases of Proxmox.
const REFUSED: &[u16] = &[400, 500];

fn now(_: &Seen<'_>) -> Class {
    Class::Now
}

fn tick(_: &Seen<'_>) -> Class {
    Class::Tick
}

fn fatal(_: &Seen<'_>) -> Class {
    Class::Fatal
}

fn done(_: &Seen<'_>) -> Class {
    Class::Done
}

fn verify(_: &Seen<'_>) -> Class {
    Class::Verify
}

/// A read may be repeated at once; whether a write was done must be looked up.
fn now_if_read(seen: &Seen<'_>) -> Class {
    if seen.is_read() {
        Class::Now
    } else {
        Class::Verify
    }
}

/// Already gone is what a removal wanted; for anything else it needs a person.
fn done_if_removing(seen: &Seen<'_>) -> Class {
    if seen.removes() {
        Class::Done
    } else {
        Class::Fatal
    }
}

/// The table in the order in which it is asked: texts first, bare statuses last, the narrow before the wide.
fn rows() -> impl Iterator<Item = &'static Row> {
    access::ROWS
        .iter()
        .chain(guest::ROWS)
        .chain(storage::ROWS)
        .chain(placement::ROWS)
        .chain(network::ROWS)
        .chain(access::WIDE_ROWS)
        .chain(transport::STATUS_ROWS)
}

/// Judges an answer or an exit status.
pub(super) fn classify(seen: &Seen<'_>) -> PveError {
    let delivery = if seen.is_task() {
        Delivery::TaskFailed
    } else {
        Delivery::Answered
    };
    let (row, class, kind, advice) = match rows().find(|row| row.fits(seen)) {
        Some(row) => (row.number, (row.class)(seen), (row.kind)(seen), row.advice),
        None => (
            0,
            if seen.is_read() {
                Class::Tick
            } else {
                Class::Verify
            },
            Kind::Unknown,
            UNKNOWN_ADVICE,
        ),
    };
    let text = if seen.text.is_empty() {
        seen.status.map_or_else(
            || "no reason given".to_owned(),
            |status| format!("HTTP status {status}"),
        )
    } else {
        seen.text.to_owned()
    };
    PveError::new(Failed {
        what: seen.what.to_owned(),
        delivery,
        class,
        kind,
        status: seen.status,
        text,
        fields: seen.fields.to_vec(),
        advice: advice.to_owned(),
        row,
    })
}

/// A call that the product does not declare: refused here, a programming error like one that tokens may not make.
pub(super) fn undeclared(call: &Call) -> PveError {
    PveError::new(Failed {
        what: call.what.clone(),
        delivery: Delivery::NotSent,
        class: Class::Fatal,
        kind: Kind::MethodUnknown,
        status: None,
        text: format!("{} {} is no call of this product", call.method, call.path),
        fields: Vec::new(),
        advice: "report it, since the module should not make it".to_owned(),
        row: 0,
    })
}

const UNKNOWN_ADVICE: &str =
    "the VM is looked at before anything is repeated; see the task log in Proxmox";

impl PveError {
    /// A failed task whose type and log are not known.
    pub fn from_exit(what: &str, exit: &Exit) -> Option<Self> {
        Self::from_task(what, "", exit, &[])
    }
}

impl PveError {
    /// The error of a task that is known to have failed; also for an exit status that reads as success, which a caller
    /// who counts on failure must still not take for one.
    pub fn of_failed(what: &str, exit: &Exit) -> Self {
        Self::from_exit(what, exit).unwrap_or_else(|| warnings(what, 0))
    }
}

impl PveError {
    /// That firewall rules were changed by somebody else in between, as Proxmox says it of a digest that is old.
    pub fn rules_changed() -> Self {
        Self::new(Failed {
            what: "change the firewall rules".to_owned(),
            delivery: Delivery::Answered,
            class: Class::Tick,
            kind: Kind::ChecksumMismatch,
            status: None,
            text: "somebody else changed them in between".to_owned(),
            fields: Vec::new(),
            advice: "look again and repeat what you wanted".to_owned(),
            row: 0,
        })
    }
}

fn warnings(what: &str, count: u32) -> PveError {
    PveError::new(Failed {
        what: what.to_owned(),
        delivery: Delivery::TaskFailed,
        class: Class::Done,
        kind: Kind::Warnings(count),
        status: None,
        text: format!("finished with {count} warnings"),
        fields: Vec::new(),
        advice: "it is done; the warnings are kept with the run".to_owned(),
        row: 54,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;
    use std::collections::{BTreeMap, BTreeSet};

    /// Row and classes as the catalogue has them.
    fn catalogue() -> BTreeMap<u64, BTreeSet<String>> {
        let lines = include_str!("CATALOGUE.md").lines();
        let rows = lines.filter_map(|line| {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            let number = cells.get(1)?.parse().ok()?;
            let classes = cells.get(4)?.split(", ").map(str::to_owned);
            Some((number, classes.collect()))
        });
        rows.collect()
    }

    #[test]
    fn every_row_that_is_cited_stands_in_the_catalogue() {
        let known = catalogue();
        assert!(known.keys().copied().eq(1..=55), "{:?}", known.keys());
        for row in rows().filter(|row| row.number != 0) {
            assert!(known.contains_key(&row.number.into()), "row {}", row.number);
        }
    }

    #[test]
    fn the_catalogue_has_the_classes_of_the_real_answers() {
        let mut seen: BTreeMap<u64, BTreeSet<String>> = BTreeMap::new();
        for line in include_str!("../../../tests/fixtures/pve/catalogue.jsonl").lines() {
            let fixture: Value = serde_json::from_str(line).unwrap();
            let class = fixture["class"].as_str().unwrap().to_lowercase();
            seen.entry(fixture["row"].as_u64().unwrap())
                .or_default()
                .insert(class);
        }
        for (row, classes) in catalogue() {
            // No answer belongs to row 46.
            match seen.get(&row) {
                Some(found) => assert_eq!(*found, classes, "row {row}"),
                None => assert_eq!(row, 46),
            }
        }
    }
}
