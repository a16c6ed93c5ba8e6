//! The rest of row 55: bridges, the firewall, high availability.

use super::{At, Class, Kind, REFUSED, Row, done, fatal, now, tick, verify};

pub(super) const ROWS: &[Row] = &[
    Row {
        number: 55,
        at: At::Either(REFUSED),
        text: &["bridge '", "' does not exist"],
        class: fatal,
        kind: |seen| Kind::BridgeMissing(seen.between("bridge '", "'")),
        advice: "the node has no such bridge; correct it in the product or pool, or make it on the node",
    },
    // A missing bridge and much else end a start so; the reason stands in the task log.
    Row {
        number: 0,
        at: At::Task,
        text: &["start failed"],
        class: tick,
        kind: |_| Kind::StartFailed,
        advice: "the start's task log in Proxmox has the rest",
    },
    Row {
        number: 55,
        at: At::Answer(REFUSED),
        text: &["IPSet '", "' already exists"],
        class: done,
        kind: |_| Kind::IpSetExists,
        advice: "the one that is there is used",
    },
    Row {
        number: 55,
        at: At::Answer(REFUSED),
        text: &["address '", "' already exists"],
        class: done,
        kind: |_| Kind::IpSetEntryExists,
        advice: "the address is in the set already",
    },
    Row {
        number: 55,
        at: At::Answer(REFUSED),
        text: &["no such IP/Network"],
        class: done,
        kind: |_| Kind::IpSetEntryMissing,
        advice: "the address is not in the set any more",
    },
    Row {
        number: 55,
        at: At::Answer(REFUSED),
        text: &["no such IPSet '"],
        class: |seen| {
            if seen.removes() || seen.is_read() {
                Class::Done
            } else {
                Class::Now
            }
        },
        kind: |_| Kind::IpSetMissing,
        advice: "the set is made first",
    },
    Row {
        number: 55,
        at: At::Answer(REFUSED),
        text: &["IPSet '", "' is not empty"],
        class: now,
        kind: |_| Kind::IpSetNotEmpty,
        advice: "its addresses are removed first",
    },
    // Positions shift with each change: what was there may now be elsewhere.
    Row {
        number: 0,
        at: At::Answer(REFUSED),
        text: &["no rule at position "],
        class: verify,
        kind: |_| Kind::RuleMissing,
        advice: "the rules changed meanwhile; read them again",
    },
    Row {
        number: 55,
        at: At::Either(REFUSED),
        text: &["service '", "in error state"],
        class: fatal,
        kind: |_| Kind::HaError,
        advice: "high availability gave this VM up; set its HA state to disabled, mend the cause, enable it again",
    },
];
