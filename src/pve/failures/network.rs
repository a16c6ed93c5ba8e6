//! The rest of row 55: bridges, the guest agent, the firewall, high availability.

use super::{At, Class, DIED, Kind, REFUSED, Row, Seen, done, fatal, now, tick, verify};

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
    // Answered after a few seconds where no agent runs in the guest.
    Row {
        number: 55,
        at: At::Either(DIED),
        text: &["No QEMU guest agent configured"],
        class: done,
        kind: agent,
        advice: "the guest agent is not used",
    },
    Row {
        number: 55,
        at: At::Either(DIED),
        text: &["QEMU guest agent is not running"],
        class: done,
        kind: agent,
        advice: "the guest agent does not answer; it goes on without",
    },
    // The agent is configured but hangs: "VM N qga command …", "qmp command" before 8.
    Row {
        number: 55,
        at: At::Either(DIED),
        text: &["command 'guest-ping' failed"],
        class: done,
        kind: agent,
        advice: "the guest agent does not answer; it goes on without",
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
        at: At::Answer(REFUSED),
        text: &["resource ID 'vm:", "' already defined"],
        class: verify,
        kind: |_| Kind::HaDefined,
        advice: "the HA resource that is there is compared with the wanted one",
    },
    Row {
        number: 55,
        at: At::Answer(REFUSED),
        text: &["no such resource '"],
        class: |seen| {
            if seen.removes() {
                Class::Done
            } else {
                Class::Verify
            }
        },
        kind: |_| Kind::HaMissing,
        advice: "the VM is not under HA",
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

fn agent(_: &Seen<'_>) -> Kind {
    Kind::AgentAbsent
}
