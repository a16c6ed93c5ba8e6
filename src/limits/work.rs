//! The kinds of work that are limited.

use crate::model::{Sentence, say};

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

    /// That so many of it are under way at a place.
    pub fn under_way(self, count: u32, place: &str) -> Sentence {
        match self {
            Self::FullClone => say::full_clones(count, place),
            Self::LinkedClone => say::full_linked(count, place),
            Self::Allocate => say::full_disks(count, place),
            Self::Migrate => say::full_migrations(count, place),
            Self::Start => say::full_starts(count, place),
            Self::Configure => say::full_changes(count, place),
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
