//! How long each class of request may take. Time that PHP spends in host calls does not count.

use std::time::Duration;

/// Reads of the cluster's memory (config, status, resources). A healthy node answers in milliseconds, a hung guest's
/// monitor lets `status/current` take up to five seconds.
pub const READ: Duration = Duration::from_secs(10);

/// Reads that ask a storage (content lists, free space). pveproxy gives up the leg to the other node after 30 s with
/// 596, so one second more lets that answer arrive and be told from silence.
pub const STORAGE_READ: Duration = Duration::from_secs(31);

/// Writes. A write is answered, or given up by pveproxy with 596, after 30 s of silence on the inner leg; a VM's
/// config lock (10 s) and a storage's lock (10 s, then 60 s of work) lie before that. Twice the inner limit means
/// that silence beyond it is the network's, not Proxmox's.
pub const WRITE: Duration = Duration::from_secs(60);

/// Signing in. A wrong password is answered after three seconds, an LDAP realm may take several.
pub const LOGIN: Duration = Duration::from_secs(20);

/// What a request asks of Proxmox, as far as its patience goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Burden {
    /// Something the cluster knows by heart.
    Read,
    /// Something a storage has to be asked.
    StorageRead,
    /// A change.
    Write,
    /// A sign-in.
    Login,
}

/// The limits an admin sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadlines {
    /// For reads: *Default Timeout*.
    pub read: Duration,
    /// For writes and for what a storage is asked: *Heavy Operations Timeout*.
    pub heavy: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            read: READ,
            heavy: WRITE,
        }
    }
}

impl Deadlines {
    /// The limit of one request. Nobody waits longer for a storage or a sign-in than they are good for, nor shorter than
    /// for a plain read.
    pub(super) fn of(self, burden: Burden) -> Duration {
        match burden {
            Burden::Read => self.read,
            Burden::StorageRead => STORAGE_READ.min(self.heavy).max(self.read),
            Burden::Write => self.heavy,
            Burden::Login => LOGIN.max(self.read),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_admin_sets_bounds_reads_and_writes() {
        let usual = Deadlines::default();
        assert_eq!(
            (
                usual.of(Burden::Read),
                usual.of(Burden::StorageRead),
                usual.of(Burden::Write)
            ),
            (READ, STORAGE_READ, WRITE)
        );
        let seconds = Duration::from_secs;
        let hasty = Deadlines {
            read: seconds(3),
            heavy: seconds(20),
        };
        assert_eq!(
            (
                hasty.of(Burden::Read),
                hasty.of(Burden::StorageRead),
                hasty.of(Burden::Write)
            ),
            (seconds(3), seconds(20), seconds(20))
        );
        let with_deadlines = Deadlines {
            read: seconds(300),
            heavy: seconds(600),
        };
        assert_eq!(with_deadlines.of(Burden::Login), seconds(300));
    }
}
