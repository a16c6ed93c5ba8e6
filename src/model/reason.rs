//! Why something a person asked for was not done, as far as its asker can act on it. What Proxmox said is for the staff.

/// The reason of a failure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reason {
    /// Time may mend it.
    #[default]
    Unknown,
    /// Only the staff can mend it.
    Staff,
    /// Something else held the VM all the time.
    Busy,
    /// The guest did not react to the request to shut down.
    Ignored,
    /// There is no room left on a storage.
    StorageFull,
    /// A storage cannot be used.
    StorageGone,
    /// The guest was halted, because its storage is full or gone.
    IoError,
    /// The VM's disks allow no snapshots.
    NoSnapshots,
    /// The VM does not start.
    StartFailed,
    /// Proxmox did not answer.
    Unreachable,
    /// The VM is not there any more.
    Gone,
    /// Proxmox took it on, but the VM did not follow.
    NotFollowed,
    /// It was cut off, and whether it was done cannot be told.
    Lost,
    /// Something that goes before it was asked for meanwhile.
    Overtaken,
}

impl Reason {
    /// Every reason.
    pub const ALL: &'static [Self] = &[
        Self::Unknown,
        Self::Staff,
        Self::Busy,
        Self::Ignored,
        Self::StorageFull,
        Self::StorageGone,
        Self::IoError,
        Self::NoSnapshots,
        Self::StartFailed,
        Self::Unreachable,
        Self::Gone,
        Self::NotFollowed,
        Self::Lost,
        Self::Overtaken,
    ];

    /// The stored word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Staff => "staff",
            Self::Busy => "busy",
            Self::Ignored => "ignored",
            Self::StorageFull => "storage_full",
            Self::StorageGone => "storage_gone",
            Self::IoError => "io_error",
            Self::NoSnapshots => "no_snapshots",
            Self::StartFailed => "start_failed",
            Self::Unreachable => "unreachable",
            Self::Gone => "gone",
            Self::NotFollowed => "not_followed",
            Self::Lost => "lost",
            Self::Overtaken => "overtaken",
        }
    }

    /// The reason of a stored word.
    pub fn parse(word: &str) -> Self {
        let known = Self::ALL.iter().copied();
        known
            .into_iter()
            .find(|reason| reason.word() == word)
            .unwrap_or_default()
    }

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
            assert_eq!(Reason::parse(reason.word()), *reason);
            assert!(!seen.contains(&reason.sentence()), "{reason:?}");
            seen.push(reason.sentence());
        }
        assert_eq!(Reason::parse("of a later version"), Reason::Unknown);
    }
}
