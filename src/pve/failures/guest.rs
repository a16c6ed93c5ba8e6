//! Rows 19 to 24 and 28 to 46: the VM itself, its number, its locks, its power, its config.

use super::{At, Class, DIED, Kind, REFUSED, Row, Seen, done, fatal, now, tick, verify};

const TAKEN: &str = "the number is in use: if the VM carries the service's mark it is ours, else another number is taken";
const MISSING: &str = "the cluster's resource list tells whether the VM moved or is gone";

fn taken(_: &Seen<'_>) -> Kind {
    Kind::VmidTaken
}

fn locked(seen: &Seen<'_>) -> Kind {
    Kind::Locked(seen.between("VM is locked (", ")"))
}

pub(super) const ROWS: &[Row] = &[
    // pmxcfs without quorum is read-only; the first text also comes inside a cfs-lock error.
    Row {
        number: 28,
        at: At::Either(DIED),
        text: &["no quorum!"],
        class: tick,
        kind: no_quorum,
        advice: NO_QUORUM,
    },
    Row {
        number: 28,
        at: At::Either(DIED),
        text: &["cluster not ready - no quorum?"],
        class: tick,
        kind: no_quorum,
        advice: NO_QUORUM,
    },
    Row {
        number: 28,
        at: At::Either(DIED),
        text: &["pve cluster filesystem not online"],
        class: tick,
        kind: no_quorum,
        advice: NO_QUORUM,
    },
    // GET /cluster/nextid?vmid=N.
    Row {
        number: 19,
        at: At::Answer(&[400]),
        text: &["vmid: VM ", " already exists"],
        class: now,
        kind: taken,
        advice: "the next number is taken",
    },
    // qemu-server's clone, create and restore; the last from pmxcfs where another node was quicker.
    Row {
        number: 20,
        at: At::Either(DIED),
        text: &["unable to create VM ", "config file already exists"],
        class: verify,
        kind: taken,
        advice: TAKEN,
    },
    Row {
        number: 21,
        at: At::Either(DIED),
        text: &["unable to ", " VM ", " already exists on node '"],
        class: verify,
        kind: taken,
        advice: TAKEN,
    },
    Row {
        number: 21,
        at: At::Either(DIED),
        text: &["unable to ", " - CT ", " already exists on node '"],
        class: verify,
        kind: taken,
        advice: TAKEN,
    },
    Row {
        number: 22,
        at: At::Either(DIED),
        text: &[
            "close (rename) atomic file '/etc/pve/nodes/",
            ".conf' failed: File exists",
        ],
        class: verify,
        kind: taken,
        advice: TAKEN,
    },
    Row {
        number: 23,
        at: At::Answer(REFUSED),
        text: &["unable to get any free VMID in range"],
        class: fatal,
        kind: |_| Kind::NoFreeVmid,
        advice: "widen the range of VM numbers in the datacenter options",
    },
    // PVE::AbstractConfig: 10 s, one second for both locks of a clone. After a stop and a start in quick succession, and
    // after a rollback with memory, `qm cleanup` holds it for up to 30 s (qemu-server 9.1.13 on). Nothing was done.
    Row {
        number: 24,
        at: At::Either(DIED),
        text: &["can't lock file '", "/qemu-server/lock-", "got timeout"],
        class: |seen| {
            if seen.is_task() {
                Class::Tick
            } else {
                Class::Now
            }
        },
        kind: |_| Kind::LockTimeout,
        advice: LOCK_HELD,
    },
    Row {
        number: 29,
        at: At::Either(DIED),
        text: &["VM is locked (backup)"],
        class: tick,
        kind: locked,
        advice: "it goes on when the backup is complete",
    },
    Row {
        number: 30,
        at: At::Either(DIED),
        text: &["VM is locked (clone)"],
        class: tick,
        kind: locked,
        advice: CLONE_LOCK,
    },
    Row {
        number: 30,
        at: At::Either(DIED),
        text: &["VM is locked (create)"],
        class: tick,
        kind: locked,
        advice: CLONE_LOCK,
    },
    Row {
        number: 31,
        at: At::Either(DIED),
        text: &["VM is locked ("],
        class: tick,
        kind: locked,
        advice: "it goes on when that operation ends; a lock without a task is for a person to remove (qm unlock)",
    },
    Row {
        number: 32,
        at: At::Either(DIED),
        text: &["VM ", " already running"],
        class: done,
        kind: |_| Kind::AlreadyRunning,
        advice: "it runs already",
    },
    // Wanted off, it is off; wanted otherwise (reboot, reset, suspend), it must be started instead.
    Row {
        number: 33,
        at: At::Either(DIED),
        text: &["VM ", " not running"],
        class: |seen| {
            if seen.place.ends_with("shutdown") || seen.place.ends_with("stop") {
                Class::Done
            } else {
                Class::Now
            }
        },
        kind: |_| Kind::NotRunning,
        advice: "the VM is off; start it instead of restarting it",
    },
    Row {
        number: 34,
        at: At::Either(DIED),
        text: &["VM quit/powerdown failed"],
        class: tick,
        kind: |_| Kind::ShutdownTimeout,
        advice: "the guest does not react to the power button; it is stopped by force where the policy says so",
    },
    Row {
        number: 35,
        at: At::Either(DIED),
        text: &["VM is paused - cannot shutdown"],
        class: now,
        kind: |_| Kind::Paused,
        advice: "resume it first, or stop it by force",
    },
    Row {
        number: 36,
        at: At::Either(DIED),
        text: &["is running - destroy failed"],
        class: now,
        kind: |_| Kind::StillRunning,
        advice: "it is stopped first",
    },
    Row {
        number: 37,
        at: At::Either(DIED),
        // The VM, or one of its drives (PVE::AbstractConfig, check_protection).
        text: &["can't remove ", "protection mode enabled"],
        class: fatal,
        kind: |_| Kind::Protected,
        advice: "somebody protected this VM; take the protection off in its options",
    },
    Row {
        number: 38,
        at: At::Either(DIED),
        text: &["used in HA resources and purge parameter not set"],
        class: now,
        kind: |_| Kind::HaManaged,
        advice: "its HA resource is removed with it",
    },
    // PVE::Cluster/AbstractConfig load_config: not here. Whether anywhere is another question.
    Row {
        number: 39,
        at: At::Either(DIED),
        text: &[
            "Configuration file 'nodes/",
            "/qemu-server/",
            ".conf' does not exist",
        ],
        class: verify,
        kind: |seen| Kind::VmMissing(seen.vmid_after("/qemu-server/")),
        advice: MISSING,
    },
    Row {
        number: 39,
        at: At::Either(DIED),
        text: &["unable to find configuration file for VM ", " on node"],
        class: verify,
        kind: |seen| Kind::VmMissing(seen.vmid_after("configuration file for VM ")),
        advice: MISSING,
    },
    Row {
        number: 40,
        at: At::Either(REFUSED),
        text: &["checksum mismatch (file change by other user?)"],
        class: now,
        kind: |_| Kind::ChecksumMismatch,
        advice: CHANGED,
    },
    Row {
        number: 40,
        at: At::Either(REFUSED),
        text: &["detected modified configuration"],
        class: now,
        kind: |_| Kind::ChecksumMismatch,
        advice: CHANGED,
    },
    Row {
        number: 41,
        at: At::Either(REFUSED),
        text: &["shrinking disks is not supported"],
        class: done,
        kind: |_| Kind::Shrink,
        advice: "the disk stays larger than sold",
    },
    Row {
        number: 42,
        at: At::Either(DIED),
        text: &["disk '", "' does not exist"],
        class: fatal,
        kind: |seen| Kind::DiskMissing(seen.between("disk '", "'")),
        advice: "the template's disk hangs on another bus; the doctor page checks templates",
    },
    Row {
        number: 44,
        at: At::Either(DIED),
        text: &["cloud-init drive is already attached at '"],
        class: done,
        kind: |seen| Kind::CloudInitAttached(seen.between("already attached at '", "'")),
        advice: "the one that is there is used",
    },
    Row {
        number: 45,
        at: At::Either(REFUSED),
        text: &["hotplug problem"],
        class: done,
        kind: |_| Kind::HotplugPending,
        advice: "the change is stored and takes effect when the VM is stopped and started",
    },
    // Found while recording a real node.
    Row {
        number: 0,
        at: At::Either(DIED),
        text: &["KVM virtualisation configured, but not available"],
        class: fatal,
        kind: |_| Kind::NoHardwareVirtualisation,
        advice: "switch hardware virtualisation on in the node's firmware",
    },
];

fn no_quorum(_: &Seen<'_>) -> Kind {
    Kind::NoQuorum
}

const NO_QUORUM: &str =
    "the cluster has no quorum; nothing is written until its nodes see each other again";
const LOCK_HELD: &str = "something else holds the VM's configuration for a moment: another task, or the clean-up after a stop or rollback, which takes up to 30 s; nothing was changed, and it is tried again";
const CLONE_LOCK: &str = "it goes on when the clone or restore ends; without a running task it is the rest of a dead one";
const CHANGED: &str = "the config is read again and the change made anew";
