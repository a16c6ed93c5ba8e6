//! What kinds of operations there are, and how they end.

use super::words::words;

words! {
    /// What kind of change.
    OperationKind {
        /// The template is cloned to the service's VMID.
        Clone = "clone",
        /// The VM moves to another node.
        Migrate = "migrate",
        /// A disk moves to another storage.
        MoveDisk = "move_disk",
        /// A disk is made.
        CreateDisk = "create_disk",
        /// A snapshot is removed.
        RemoveSnapshot = "remove_snapshot",
        /// A disk grows.
        Resize = "resize",
        /// The VM starts.
        Start = "start",
        /// The VM stops.
        Stop = "stop",
        /// The guest is asked to shut down.
        Shutdown = "shutdown",
        /// The guest restarts.
        Reboot = "reboot",
        /// A paused guest goes on.
        Resume = "resume",
        /// The VM is removed.
        Delete = "delete",
        /// The VM is backed up.
        Backup = "backup",
        /// A backup is removed.
        RemoveBackup = "remove_backup",
        /// A backup is restored over the VM.
        Restore = "restore",
        /// A snapshot is taken.
        Snapshot = "snapshot",
        /// The VM goes back to a snapshot.
        Rollback = "rollback",
        /// WHMCS sends a mail.
        Mail = "mail",
    }
}

impl OperationKind {
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

words! {
    /// How an operation ended.
    Outcome {
        /// It did what it should.
        Done = "done",
        /// It was refused or failed, and Proxmox said so.
        Failed = "failed",
        /// It surely never reached Proxmox.
        NotSent = "not_sent",
        /// Nobody can say any more; the object was looked at instead.
        Lost = "lost",
    }
}
