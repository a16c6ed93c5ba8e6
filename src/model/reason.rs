//! Why something a person asked for was not done, as far as its asker can act on it. What Proxmox said is for the staff.

use super::words::words;

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
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Unknown => "It did not work; please try again or contact support.",
            Self::Staff => "It did not work, and only support can help; please contact them.",
            Self::Busy => {
                "Something else held the VM all the time; please try again in a few minutes."
            }
            Self::Ignored => {
                "The system in the VM did not shut down in time. Shut it down from inside, or use Stop."
            }
            Self::StorageFull => "The storage has no room left; please contact support.",
            Self::StorageGone => "The storage cannot be used at present; please contact support.",
            Self::IoError => {
                "The VM was halted, because its storage is full or cannot be reached; please contact support."
            }
            Self::NoSnapshots => "The disks of the VM allow no snapshots; please contact support.",
            Self::StartFailed => "The VM does not start; please contact support.",
            Self::Unreachable => {
                "The VM cannot be reached right now; please try again in a few minutes."
            }
            Self::Gone => "The VM is not there any more; please contact support.",
            Self::NotFollowed => {
                "It was passed on, but the VM did not follow; please contact support."
            }
            Self::Lost => {
                "It was cut off on the way. Please look whether it was done, and ask again if not."
            }
            Self::Overtaken => "Something else was asked for meanwhile, so this was not done.",
            Self::NotRestored => "A restore failed; please restore a backup again or reinstall.",
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
