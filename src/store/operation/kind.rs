//! What kinds of operations there are, and how they end.

/// What kind of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OperationKind {
    /// The template is cloned to the service's VMID.
    Clone,
    /// The VM moves to another node.
    Migrate,
    /// A disk moves to another storage.
    MoveDisk,
    /// A disk is made.
    CreateDisk,
    /// A snapshot is removed.
    RemoveSnapshot,
    /// A disk grows.
    Resize,
    /// The VM starts.
    Start,
    /// The VM stops.
    Stop,
    /// The guest is asked to shut down.
    Shutdown,
    /// The guest restarts.
    Reboot,
    /// A paused guest goes on.
    Resume,
    /// The VM is removed.
    Delete,
    /// The VM is backed up.
    Backup,
    /// A backup is removed.
    RemoveBackup,
    /// A backup is restored over the VM.
    Restore,
    /// A snapshot is taken.
    Snapshot,
    /// The VM goes back to a snapshot.
    Rollback,
    /// WHMCS sends a mail.
    Mail,
}

impl OperationKind {
    /// Every kind.
    pub const ALL: &[Self] = &[
        Self::Clone,
        Self::Migrate,
        Self::MoveDisk,
        Self::CreateDisk,
        Self::RemoveSnapshot,
        Self::Resize,
        Self::Start,
        Self::Stop,
        Self::Shutdown,
        Self::Reboot,
        Self::Resume,
        Self::Delete,
        Self::Backup,
        Self::RemoveBackup,
        Self::Restore,
        Self::Snapshot,
        Self::Rollback,
        Self::Mail,
    ];

    /// The stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Clone => "clone",
            Self::Migrate => "migrate",
            Self::MoveDisk => "move_disk",
            Self::CreateDisk => "create_disk",
            Self::RemoveSnapshot => "remove_snapshot",
            Self::Resize => "resize",
            Self::Start => "start",
            Self::Stop => "stop",
            Self::Shutdown => "shutdown",
            Self::Reboot => "reboot",
            Self::Resume => "resume",
            Self::Delete => "delete",
            Self::Backup => "backup",
            Self::RemoveBackup => "remove_backup",
            Self::Restore => "restore",
            Self::Snapshot => "snapshot",
            Self::Rollback => "rollback",
            Self::Mail => "mail",
        }
    }

    /// What is tried with the VM, for a sentence that goes on with "VM 100".
    pub fn verb(self) -> &'static str {
        match self {
            Self::Clone => "clone the template to",
            Self::Migrate => "migrate",
            Self::MoveDisk => "move a disk of",
            Self::CreateDisk => "make a disk for",
            Self::RemoveSnapshot => "remove a snapshot of",
            Self::Resize => "resize a disk of",
            Self::Start => "start",
            Self::Stop => "stop",
            Self::Shutdown => "shut down",
            Self::Reboot => "restart",
            Self::Resume => "resume",
            Self::Delete => "remove",
            Self::Backup => "back up",
            Self::RemoveBackup => "remove a backup of",
            Self::Restore => "restore a backup over",
            Self::Snapshot => "take a snapshot of",
            Self::Rollback => "go back to a snapshot of",
            Self::Mail => "send the mail of",
        }
    }

    /// The kind a stored word stands for.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == word)
    }

    /// The type Proxmox writes into the task's UPID.
    pub fn task_type(self) -> Option<&'static str> {
        Some(match self {
            Self::Clone => "qmclone",
            Self::Migrate => "qmigrate",
            Self::MoveDisk => "qmmove",
            Self::CreateDisk => "qmconfig",
            Self::RemoveSnapshot => "qmdelsnapshot",
            Self::Resize => "resize",
            Self::Start => "qmstart",
            Self::Stop => "qmstop",
            Self::Shutdown => "qmshutdown",
            Self::Reboot => "qmreboot",
            Self::Resume => "qmresume",
            Self::Delete => "qmdestroy",
            Self::Backup => "vzdump",
            Self::Restore => "qmrestore",
            Self::Snapshot => "qmsnapshot",
            Self::Rollback => "qmrollback",
            // The UPID of a volume's removal names only its storage; whether the volume is there tells more.
            Self::RemoveBackup | Self::Mail => return None,
        })
    }
}

/// How an operation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It did what it should.
    Done,
    /// It was refused or failed, and Proxmox said so.
    Failed,
    /// It surely never reached Proxmox.
    NotSent,
    /// Nobody can say any more; the object was looked at instead.
    Lost,
}

impl Outcome {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::NotSent => "not_sent",
            Self::Lost => "lost",
        }
    }

    /// The outcome of a stored word; `None`: there is none yet.
    pub(super) fn parse(word: &str) -> Option<Self> {
        [Self::Done, Self::Failed, Self::NotSent, Self::Lost]
            .into_iter()
            .find(|outcome| outcome.as_str() == word)
    }
}
