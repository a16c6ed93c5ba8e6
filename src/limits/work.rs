//! The kinds of work that are limited.

/// What a gate lets through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Copying a template's disks.
    FullClone,
    /// Cloning without copying: short, and templates are locked shared.
    LinkedClone,
    /// Making a disk under the storage's lock.
    Allocate,
    /// Moving a VM's disks from a node, or to it.
    Migrate,
    /// Starting a guest.
    Start,
    /// Writing a configuration: on whichever node, it goes through the cluster's one file system.
    Configure,
}

impl Work {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::FullClone => "full-clone",
            Self::LinkedClone => "linked-clone",
            Self::Allocate => "allocate",
            Self::Migrate => "migrate",
            Self::Start => "start",
            Self::Configure => "configure",
        }
    }

    /// What several of it are called.
    pub fn plural(self) -> &'static str {
        match self {
            Self::FullClone => "full clones",
            Self::LinkedClone => "linked clones",
            Self::Allocate => "new disks",
            Self::Migrate => "migrations",
            Self::Start => "starts",
            Self::Configure => "changes of configurations",
        }
    }

    /// How many go at once where nothing was learnt yet. What copies disks starts low, since a storage that thrashes says
    /// so only after minutes; what is short starts high, since a wrong guess is told at once and halved.
    pub(super) fn start(self) -> u32 {
        match self {
            Self::Migrate => 4,
            Self::FullClone => 8,
            Self::Allocate => 16,
            Self::LinkedClone | Self::Start => 48,
            Self::Configure => 64,
        }
    }
}
