//! Rows 25 to 27 and 43, and the storage part of row 55.

use super::{At, DIED, Kind, REFUSED, Row, Seen, done_if_removing, fatal, now, tick, verify};

const BUSY: &str = "too much is being allocated on this storage at once; fewer at a time are tried";
const SPACE: &str = "free space on the storage or choose another";

pub(super) const ROWS: &[Row] = &[
    // PVE::Storage::Plugin: a local storage's file lock.
    Row {
        number: 25,
        at: At::Either(DIED),
        text: &[
            "can't lock file '",
            "/pve-manager/pve-storage-",
            "got timeout",
        ],
        class: tick,
        kind: |seen| Kind::StorageBusy(seen.between("/pve-manager/pve-storage-", "'")),
        advice: BUSY,
    },
    // PVE::Cluster cfs_lock: a shared storage.
    Row {
        number: 26,
        at: At::Either(DIED),
        text: &["cfs-lock 'storage-", "got lock request timeout"],
        class: tick,
        kind: |seen| Kind::StorageBusy(seen.between("cfs-lock 'storage-", "'")),
        advice: BUSY,
    },
    Row {
        number: 26,
        at: At::Either(DIED),
        text: &["cfs-lock '", "got lock request timeout"],
        class: tick,
        kind: |_| Kind::ClusterBusy,
        advice: "another change of the cluster's settings is under way",
    },
    // The body of a cfs_lock may take 60 s; a volume may be left behind.
    Row {
        number: 27,
        at: At::Either(DIED),
        text: &["'storage-", "-locked command timed out - aborting"],
        class: tick,
        kind: slow,
        advice: "the storage is very slow; look for a volume left behind",
    },
    Row {
        number: 43,
        at: At::Either(DIED),
        text: &["Could not determine current size of volume"],
        class: tick,
        kind: slow,
        advice: "the storage answers slowly; it is tried again",
    },
    Row {
        number: 43,
        at: At::Either(DIED),
        text: &["qemu-img resize", "got timeout"],
        class: tick,
        kind: slow,
        advice: "the storage answers slowly; it is tried again",
    },
    Row {
        number: 55,
        at: At::Either(REFUSED),
        text: &["storage '", "' is not online"],
        class: tick,
        kind: |seen| Kind::StorageOffline(seen.between("storage '", "'")),
        advice: "it goes on when the storage is back",
    },
    Row {
        number: 55,
        at: At::Either(REFUSED),
        text: &["storage '", "' is not available on node '"],
        class: fatal,
        kind: not_on_node,
        advice: "choose a storage that this node has",
    },
    Row {
        number: 55,
        at: At::Either(REFUSED),
        text: &["storage '", "' is disabled"],
        class: fatal,
        kind: not_on_node,
        advice: "enable the storage or choose another",
    },
    Row {
        number: 55,
        at: At::Either(REFUSED),
        text: &["storage '", "' does not exist"],
        class: fatal,
        kind: |seen| Kind::StorageMissing(seen.between("storage '", "'")),
        advice: "correct the storage in the product's settings",
    },
    Row {
        number: 55,
        at: At::Either(REFUSED),
        text: &["not enough free space"],
        class: fatal,
        kind: |_| Kind::NoSpace,
        advice: SPACE,
    },
    Row {
        number: 55,
        at: At::Either(DIED),
        text: &["No space left on device"],
        class: fatal,
        kind: |_| Kind::NoSpace,
        advice: SPACE,
    },
    Row {
        number: 55,
        at: At::Either(DIED),
        text: &["insufficient free space"],
        class: fatal,
        kind: |_| Kind::NoSpace,
        advice: SPACE,
    },
    Row {
        number: 55,
        at: At::Either(REFUSED),
        text: &["volume '", "' does not exist"],
        class: done_if_removing,
        kind: |seen| Kind::VolumeMissing(seen.between("volume '", "'")),
        advice: "the image is not on the storage any more",
    },
    Row {
        number: 55,
        at: At::Either(DIED),
        text: &["There is a max backup limit of "],
        class: tick,
        kind: |_| Kind::BackupLimit,
        advice: "the storage keeps fewer backups than the package sells; raise its limit or remove an old backup",
    },
    // vzdump's exit for any failed guest; the reason is in its log.
    Row {
        number: 55,
        at: At::Task,
        text: &["job errors"],
        class: tick,
        kind: |_| Kind::BackupFailed,
        advice: "the backup's task log in Proxmox tells why",
    },
    Row {
        number: 55,
        at: At::Either(REFUSED),
        text: &["snapshot feature is not available"],
        class: fatal,
        kind: |_| Kind::SnapshotUnsupported,
        advice: "this storage or disk format has no snapshots; use qcow2, ZFS, LVM-thin or Ceph",
    },
    Row {
        number: 55,
        at: At::Either(REFUSED),
        text: &["snapshot name '", "' already used"],
        class: verify,
        kind: |_| Kind::SnapshotExists,
        advice: "it is ours if it was asked for just now",
    },
    Row {
        number: 55,
        at: At::Either(REFUSED),
        text: &["snapshot '", "' does not exist"],
        class: done_if_removing,
        kind: |_| Kind::SnapshotMissing,
        advice: "the snapshot is not there any more",
    },
    // Wait for the lock of a running backup of the same VM.
    Row {
        number: 55,
        at: At::Either(DIED),
        text: &["can't acquire lock '/var/run/vzdump.lock'"],
        class: now,
        kind: |_| Kind::ClusterBusy,
        advice: "another backup on this node holds the lock",
    },
];

fn slow(_: &Seen<'_>) -> Kind {
    Kind::StorageSlow
}

fn not_on_node(seen: &Seen<'_>) -> Kind {
    Kind::StorageNotOnNode(seen.between("storage '", "'"))
}
