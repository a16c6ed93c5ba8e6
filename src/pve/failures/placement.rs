//! Rows 47 to 53: where a clone or migration may go, and what becomes of workers.

use super::{At, DIED, Kind, REFUSED, Row, Seen, done, fatal, now, tick, verify};

const CLONE_HERE: &str = "the clone is made on the template's node and migrated afterwards";
const STAYS: &str = "a linked clone stays on its template's node";
const LOST: &str = "the worker died before its end; the VM is looked at to see how far it came";

pub(super) const ROWS: &[Row] = &[
    Row {
        number: 47,
        at: At::Either(DIED),
        text: &["can't clone to non-shared storage '"],
        class: fatal,
        kind: |_| Kind::CannotCloneThere,
        advice: CLONE_HERE,
    },
    Row {
        number: 47,
        at: At::Either(DIED),
        text: &["can't clone VM to node '", "(VM uses local storage)"],
        class: fatal,
        kind: |_| Kind::CannotCloneThere,
        advice: CLONE_HERE,
    },
    Row {
        number: 48,
        at: At::Either(DIED),
        // "… drive 'scsi0'", in later releases "… 'local:9000/base-9000-disk-0.raw' (scsi0)" (PVE::API2::Qemu, clone_vm).
        text: &["clone feature is not supported for "],
        class: fatal,
        kind: |_| Kind::CloneUnsupported,
        advice: "the template's storage, or a disk that is no base image, cannot be cloned that way; choose full clones in the product",
    },
    Row {
        number: 48,
        at: At::Either(REFUSED),
        text: &["parameter 'storage' not allowed for linked clones"],
        class: fatal,
        kind: |_| Kind::CloneUnsupported,
        advice: "a linked clone lives on its template's storage; choose full clones or no storage",
    },
    Row {
        number: 49,
        at: At::Either(DIED),
        text: &["without with-local-disks option"],
        class: now,
        kind: |_| Kind::NeedsLocalDisks,
        advice: "its local disks are moved along",
    },
    Row {
        number: 50,
        at: At::Either(DIED),
        text: &["can't migrate local cdrom"],
        class: now,
        kind: cdrom,
        advice: "the ISO image is taken out first",
    },
    Row {
        number: 50,
        at: At::Either(DIED),
        text: &["local cdrom image"],
        class: now,
        kind: cdrom,
        advice: "the ISO image is taken out first",
    },
    Row {
        number: 50,
        at: At::Either(DIED),
        text: &["non-migratable snapshot exists"],
        class: fatal,
        kind: |_| Kind::MigrationSnapshot,
        advice: "delete its snapshots or leave it on its node",
    },
    Row {
        number: 50,
        at: At::Either(DIED),
        text: &["referenced by linked clone"],
        class: done,
        kind: stays,
        advice: STAYS,
    },
    Row {
        number: 50,
        at: At::Either(DIED),
        text: &["can't migrate '", "as it's a clone of '"],
        class: done,
        kind: stays,
        advice: STAYS,
    },
    Row {
        number: 50,
        at: At::Task,
        text: &["migration aborted"],
        class: tick,
        kind: |_| Kind::MigrationAborted,
        advice: "the migration's task log in Proxmox tells why; the VM stays where it is",
    },
    // PVE::RESTEnvironment fork_worker under load.
    Row {
        number: 51,
        at: At::Answer(DIED),
        text: &["got no worker upid - start worker failed"],
        class: verify,
        kind: no_worker,
        advice: "the node could not start a worker; it is overloaded",
    },
    Row {
        number: 51,
        at: At::Answer(DIED),
        text: &["starting worker failed: "],
        class: verify,
        kind: no_worker,
        advice: "the node could not start a worker; it is overloaded",
    },
    // Just dispatched, or its log was rotated away, or asked at the wrong node.
    Row {
        number: 52,
        at: At::Answer(REFUSED),
        text: &["no such task"],
        class: verify,
        kind: |_| Kind::TaskUnknown,
        advice: "a young task is asked again; an old one is judged by the VM itself",
    },
    Row {
        number: 53,
        at: At::Task,
        text: &["unexpected status"],
        class: verify,
        kind: lost,
        advice: LOST,
    },
    Row {
        number: 53,
        at: At::Task,
        text: &["unable to get last line from task log"],
        class: verify,
        kind: lost,
        advice: LOST,
    },
    Row {
        number: 53,
        at: At::Task,
        text: &["unable to read tail"],
        class: verify,
        kind: lost,
        advice: LOST,
    },
    Row {
        number: 53,
        at: At::Task,
        text: &["interrupted by signal"],
        class: verify,
        kind: lost,
        advice: LOST,
    },
    Row {
        number: 53,
        at: At::Task,
        text: &["received interrupt"],
        class: verify,
        kind: lost,
        advice: LOST,
    },
    Row {
        number: 55,
        at: At::Either(REFUSED),
        text: &["no such cluster node '"],
        class: fatal,
        kind: node_unknown,
        advice: "correct the node in the product's settings",
    },
    // What pveproxy says of a node name that is none.
    Row {
        number: 55,
        at: At::Answer(DIED),
        text: &["hostname lookup '", "' failed"],
        class: fatal,
        kind: node_unknown,
        advice: "correct the node in the product's settings",
    },
];

fn cdrom(_: &Seen<'_>) -> Kind {
    Kind::LocalCdrom
}

fn stays(_: &Seen<'_>) -> Kind {
    Kind::LinkedCloneStays
}

fn no_worker(_: &Seen<'_>) -> Kind {
    Kind::WorkerFailed
}

fn lost(_: &Seen<'_>) -> Kind {
    Kind::WorkerLost
}

fn node_unknown(_: &Seen<'_>) -> Kind {
    Kind::NodeUnknown
}
