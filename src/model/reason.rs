//! Why something a person asked for was not done, as far as its asker can act on it. What Proxmox said is for the staff.

use super::words::words;
use super::{Sentence, say};

words! {
    /// The reason of a failure.
    #[derive(Default)]
    Reason {
        /// Time may mend it.
        #[default]
        Unknown = "unknown",
        /// Only the staff can mend it.
        Staff = "staff",
        /// Something else held the VM all the time.
        Busy = "busy",
        /// The guest did not react to the request to shut down.
        Ignored = "ignored",
        /// There is no room left on a storage.
        StorageFull = "storage_full",
        /// A storage cannot be used.
        StorageGone = "storage_gone",
        /// The guest was halted, because its storage is full or gone.
        IoError = "io_error",
        /// The VM's disks allow no snapshots.
        NoSnapshots = "no_snapshots",
        /// The VM does not start.
        StartFailed = "start_failed",
        /// Proxmox did not answer.
        Unreachable = "unreachable",
        /// The VM is not there any more.
        Gone = "gone",
        /// Proxmox took it on, but the VM did not follow.
        NotFollowed = "not_followed",
        /// It was cut off, and whether it was done cannot be told.
        Lost = "lost",
        /// Something that goes before it was asked for meanwhile.
        Overtaken = "overtaken",
        /// A backup could not be brought back, and the VM is unfinished.
        NotRestored = "not_restored",
    }
}

impl Reason {
    /// What a client reads: what happened and what to do. "Try again" only where that can help.
    pub fn sentence(self) -> Sentence {
        match self {
            Self::Unknown => say::failed(),
            Self::Staff => say::staff(),
            Self::Busy => say::held(),
            Self::Ignored => say::ignored(),
            Self::StorageFull => say::storage_full(),
            Self::StorageGone => say::storage_gone(),
            Self::IoError => say::io_error(),
            Self::NoSnapshots => say::disks_no_snapshots(),
            Self::StartFailed => say::start_failed(),
            Self::Unreachable => say::no_answer(),
            Self::Gone => say::gone(),
            Self::NotFollowed => say::not_followed(),
            Self::Lost => say::lost(),
            Self::Overtaken => say::overtaken(),
            Self::NotRestored => say::restore_failed(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Reason;

    #[test]
    fn a_stored_reason_reads_back_and_has_a_sentence_of_its_own() {
        let mut seen = vec![];
        for reason in Reason::ALL {
            assert_eq!(Reason::parse(reason.as_str()), Some(*reason));
            assert!(!seen.contains(&reason.sentence()), "{reason:?}");
            seen.push(reason.sentence());
        }
        assert_eq!(
            Reason::parse("of a later version").unwrap_or_default(),
            Reason::Unknown
        );
    }
}
