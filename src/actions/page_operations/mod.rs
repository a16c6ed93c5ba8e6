//! What goes over the wire between a page and Rust: every operation there is, what it reads of its request, what it answers,
//! which part of the product a client needs for it, and what it alters.
//!
//! An operation stands here once, as a row of its page's table. A request reaches its operation with the fields of that row
//! only, so whatever else is sent does nothing. What PHP and the scripts may rely on is written from these types, by
//! `make shapes`: `stubs/shapes.stub.php` and `php/web/src/operations.d.ts`.

mod addon;
mod backups;
mod charts;
mod dashboard;
mod field;
mod firewall;
mod help;
mod install;
mod iso;
mod live_vm;
mod package;
mod permit;
mod pools;
mod rdns;
mod service;
#[cfg(test)]
#[path = "../../../tests/shapes/mod.rs"]
mod shapes;
mod snapshots;
mod staff;
mod table;
mod tasks;
mod traffic;
mod vms;

pub use addon::*;
pub use backups::*;
pub use charts::*;
pub use dashboard::*;
pub use field::Confirmed;
pub use firewall::*;
pub use help::*;
pub use install::*;
pub use iso::*;
pub use live_vm::*;
pub use package::*;
pub use permit::*;
pub use pools::*;
pub use rdns::*;
pub use service::*;
pub use snapshots::*;
pub use staff::*;
pub use table::{Effect, Listed, PageOperation, Part};
pub use tasks::*;
pub use traffic::*;
pub use vms::*;

use crate::model::{Sentence, say};
use crate::plan::catalogue::FIELDS;
use serde_json::{Value, json};

/// Who can ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// The owner of a service, on its page.
    Client,
    /// The staff, on the page of a service.
    Staff,
    /// Whoever may open the addon.
    Addon,
}

/// An operation with what was read of its request, by the page it stands on.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "one is made for a request")]
pub enum Op {
    /// On both pages of a service.
    Service(ServiceOp),
    /// On the page *Snapshots*.
    Snapshots(SnapshotsOp),
    /// On the page *Backups*.
    Backups(BackupsOp),
    /// On the page *ISO mount*.
    Iso(IsoOp),
    /// On the page *Firewall*.
    Firewall(FirewallOp),
    /// On the page *Charts*.
    Charts(ChartsOp),
    /// On the part *Traffic*.
    Traffic(TrafficOp),
    /// On the page *Reverse DNS*.
    ReverseDns(ReverseDnsOp),
    /// On the pages *Reinstall* and *Reset password*.
    Install(InstallOp),
    /// On the staff's page of a service alone.
    Staff(StaffOp),
    /// On the addon's pages.
    Addon(AddonOp),
}

/// A page: its rows, and how one of its operations is read.
type Page = (&'static [Listed], fn(&str, &Value) -> Option<Op>);

/// The pages that clients and staff share.
const SHARED: [Page; 9] = [
    (ServiceOp::ALL, |word, request| {
        ServiceOp::read(word, request).map(Op::Service)
    }),
    (SnapshotsOp::ALL, |word, request| {
        SnapshotsOp::read(word, request).map(Op::Snapshots)
    }),
    (BackupsOp::ALL, |word, request| {
        BackupsOp::read(word, request).map(Op::Backups)
    }),
    (IsoOp::ALL, |word, request| {
        IsoOp::read(word, request).map(Op::Iso)
    }),
    (FirewallOp::ALL, |word, request| {
        FirewallOp::read(word, request).map(Op::Firewall)
    }),
    (ChartsOp::ALL, |word, request| {
        ChartsOp::read(word, request).map(Op::Charts)
    }),
    (TrafficOp::ALL, |word, request| {
        TrafficOp::read(word, request).map(Op::Traffic)
    }),
    (ReverseDnsOp::ALL, |word, request| {
        ReverseDnsOp::read(word, request).map(Op::ReverseDns)
    }),
    (InstallOp::ALL, |word, request| {
        InstallOp::read(word, request).map(Op::Install)
    }),
];
const STAFF: Page = (StaffOp::ALL, |word, request| {
    StaffOp::read(word, request).map(Op::Staff)
});
const ADDON: Page = (AddonOp::ALL, |word, request| {
    AddonOp::read(word, request).map(Op::Addon)
});

impl Audience {
    const ALL: [Self; 3] = [Self::Client, Self::Staff, Self::Addon];

    fn word(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Staff => "admin",
            Self::Addon => "addon",
        }
    }

    /// The pages they reach.
    fn pages(self) -> impl Iterator<Item = Page> {
        let shared = SHARED.into_iter().filter(move |_| self != Self::Addon);
        let own = match self {
            Self::Client => None,
            Self::Staff => Some(STAFF),
            Self::Addon => Some(ADDON),
        };
        shared.chain(own)
    }

    /// What they can ask for.
    fn reached(self) -> impl Iterator<Item = &'static Listed> {
        self.pages().flat_map(|(rows, _)| rows)
    }
}

/// The operation a request names, with nothing in it but what that operation reads, and its row. Whatever is too long for its
/// field goes no further than here.
///
/// # Errors
/// A sentence for whoever asked: there is no such operation for them, or a field is too long.
pub fn read(request: &Value, audience: Audience) -> Result<(&'static Listed, Op), Sentence> {
    let word = request["op"].as_str().unwrap_or_default();
    let found = audience.pages().find_map(|(rows, read)| {
        let row = rows.iter().find(|row| row.word == word)?;
        Some((row, read))
    });
    let (row, read) = found.ok_or_else(say::unknown)?;
    let heavy = |(field, most): &(&str, usize)| weight(&request[*field]) > *most;
    if row.fields.iter().any(heavy) {
        return Err(say::too_long());
    }
    let op = read(word, request).ok_or_else(say::unknown)?;
    Ok((row, op))
}

/// Bytes of a value: of its texts and names, and some for each thing in it.
fn weight(value: &Value) -> usize {
    8 + match value {
        Value::String(text) => text.len(),
        Value::Array(list) => list.iter().map(weight).sum(),
        Value::Object(map) => map
            .iter()
            .map(|(name, value)| name.len() + weight(value))
            .sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

/// What comes in from outside, for whoever tests it: `operations`, each with its page (`client`, `admin` or `addon`), `op`
/// and `fields`; and the names of the configurable `options`, older forms with a label.
#[allow(
    dead_code,
    reason = "the tests read from it what they fill with odd values"
)]
pub fn inputs() -> Value {
    let of = |audience: Audience| {
        audience.reached().map(move |row| {
            let fields = row.fields.iter().map(|(field, _)| *field);
            json!({"page": audience.word(), "op": row.word, "fields": fields.collect::<Vec<_>>()})
        })
    };
    let operations: Vec<Value> = Audience::ALL.into_iter().flat_map(of).collect();
    let options = FIELDS.iter().filter_map(|field| field.option);
    let names = options.flat_map(|option| {
        let older = option.legacy.map(|prefix| format!("{prefix}|x"));
        [Some(option.plain.to_owned()), older]
    });
    json!({"operations": operations, "options": names.flatten().collect::<Vec<String>>()})
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Map;

    #[test]
    fn a_request_reaches_only_its_own_page_with_its_own_fields() {
        let request = json!({"op": "charts", "timeframe": "day", "state": "remove"});
        let (row, op) = read(&request, Audience::Client).unwrap();
        assert_eq!(row.word, "charts");
        // Its type has no other field.
        assert_eq!(
            format!("{op:?}"),
            r#"Charts(ChartsRead(ChartsRead { timeframe: Typed(String("day")) }))"#
        );
        for (op, audience) in [
            ("reset", Audience::Client),
            ("pools", Audience::Staff),
            ("status", Audience::Addon),
            ("nothing", Audience::Staff),
        ] {
            assert_eq!(
                read(&json!({"op": op}), audience).unwrap_err(),
                say::unknown(),
                "{op}"
            );
        }
        assert!(read(&json!({"op": ["status"]}), Audience::Client).is_err());
    }

    /// Every field of every operation, filled with more than anybody types, as a text, a list and a map.
    #[test]
    fn no_field_takes_whatever_somebody_sends() {
        let text = "x".repeat(100_000);
        let list: Vec<&str> = vec![""; 20_000];
        let names = (0..20_000).map(|n| (n.to_string(), Value::Null));
        let map: Map<String, Value> = names.collect();
        for audience in Audience::ALL {
            for row in audience.reached() {
                for (field, _) in row.fields {
                    for value in [json!(text), json!(list), json!(map), json!([[text]])] {
                        let mut request = json!({"op": row.word});
                        request[*field] = value;
                        let why = read(&request, audience).unwrap_err();
                        assert_eq!(why, say::too_long(), "{} {field}", row.word);
                    }
                }
            }
        }
    }

    /// Every operation is read, with and without its fields.
    #[test]
    fn every_operation_is_read_by_its_word() {
        for audience in Audience::ALL {
            for row in audience.reached() {
                let (found, _) = read(&json!({"op": row.word}), audience).unwrap();
                assert_eq!(found.word, row.word);
            }
        }
    }

    #[test]
    fn no_operation_is_listed_twice() {
        for audience in Audience::ALL {
            let mut seen = vec![];
            for row in audience.reached() {
                assert!(!seen.contains(&row.word), "{}", row.word);
                seen.push(row.word);
            }
        }
    }

    /// What a client may ask for alters something only where the product includes it, and staff need a right for it.
    #[test]
    fn what_alters_something_is_asked_for_by_right() {
        for row in Audience::Client.reached() {
            assert!(
                row.part != Part::None || row.effect == Effect::Looks,
                "{}",
                row.word
            );
            assert_ne!(row.effect, Effect::SetsUp, "{}", row.word);
        }
        for row in StaffOp::ALL {
            assert_ne!(row.effect, Effect::SetsUp, "{}", row.word);
        }
    }
}
