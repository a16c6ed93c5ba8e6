//! What a person can ask of a VM: one thing that is done at once, or a flow that the cron walks.

use super::FlowKey;

/// An action, with what it is done to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VmAction {
    /// The VM is to run; a paused or hibernated one goes on.
    Start,
    /// The plug is pulled.
    Stop,
    /// The guest is asked to shut down.
    Shutdown,
    /// The guest restarts.
    Reboot,
    /// A snapshot is taken, with its owner's text.
    TakeSnapshot(String),
    /// The VM goes back to the snapshot of this name.
    GoBack(String),
    /// The snapshot of this name is removed.
    RemoveSnapshot(String),
    /// A backup is made, with its owner's text.
    BackUp(String),
    /// The backup in this volume is removed.
    RemoveBackup(String),
    /// This image is put into the VM.
    MountIso(String),
    /// Every image is taken out.
    UnmountIso,
    /// The VM is installed anew.
    Reinstall,
    /// The backup in this volume is restored over the VM.
    Restore(String),
    /// The guest gets a new password.
    ResetPassword,
    /// One step of the pipeline by itself, of this label, on a VM at rest.
    Step(String),
}

impl VmAction {
    /// The word pages ask with, which is also the stored one.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Stop => "stop",
            Self::Shutdown => "shutdown",
            Self::Reboot => "reboot",
            Self::TakeSnapshot(_) => "snapshot_create",
            Self::GoBack(_) => "snapshot_rollback",
            Self::RemoveSnapshot(_) => "snapshot_remove",
            Self::BackUp(_) => "backup_now",
            Self::RemoveBackup(_) => "backup_remove",
            Self::MountIso(_) => "iso_mount",
            Self::UnmountIso => "iso_unmount",
            Self::Reinstall => "reinstall",
            Self::Restore(_) => "backup_restore",
            Self::ResetPassword => "reset_password",
            Self::Step(_) => "step",
        }
    }

    /// What it is done to, or its owner's text; empty where the word says all.
    pub fn subject(&self) -> &str {
        match self {
            Self::Start
            | Self::Stop
            | Self::Shutdown
            | Self::Reboot
            | Self::UnmountIso
            | Self::Reinstall
            | Self::ResetPassword => "",
            Self::TakeSnapshot(text)
            | Self::GoBack(text)
            | Self::RemoveSnapshot(text)
            | Self::BackUp(text)
            | Self::RemoveBackup(text)
            | Self::MountIso(text)
            | Self::Restore(text)
            | Self::Step(text) => text,
        }
    }

    /// The action of a stored word and subject.
    pub fn parse(word: &str, subject: &str) -> Option<Self> {
        let subject = subject.to_owned();
        Some(match word {
            "start" => Self::Start,
            "stop" => Self::Stop,
            "shutdown" => Self::Shutdown,
            "reboot" => Self::Reboot,
            "snapshot_create" => Self::TakeSnapshot(subject),
            "snapshot_rollback" => Self::GoBack(subject),
            "snapshot_remove" => Self::RemoveSnapshot(subject),
            "backup_now" => Self::BackUp(subject),
            "backup_remove" => Self::RemoveBackup(subject),
            "iso_mount" => Self::MountIso(subject),
            "iso_unmount" => Self::UnmountIso,
            "reinstall" => Self::Reinstall,
            "backup_restore" => Self::Restore(subject),
            "reset_password" => Self::ResetPassword,
            "step" => Self::Step(subject),
            _ => return None,
        })
    }

    /// What it is called in the service's log and in sentences for staff.
    pub fn head(&self) -> &'static str {
        match self {
            Self::Start => "Start",
            Self::Stop => "Stop",
            Self::Shutdown => "Shutdown",
            Self::Reboot => "Reboot",
            Self::TakeSnapshot(_) => "Take snapshot",
            Self::GoBack(_) => "Roll back",
            Self::RemoveSnapshot(_) => "Remove snapshot",
            Self::BackUp(_) => "Back up",
            Self::RemoveBackup(_) => "Remove backup",
            Self::MountIso(_) => "Mount ISO",
            Self::UnmountIso => "Unmount ISO",
            Self::Reinstall => "Reinstall",
            Self::Restore(_) => "Restore backup",
            Self::ResetPassword => "Reset password",
            Self::Step(_) => "Step",
        }
    }

    /// The flow that does it, whose end is its end; `None`: it is done by itself.
    pub fn flow(&self) -> Option<FlowKey> {
        match self {
            Self::Reinstall => Some(FlowKey::Reinstall),
            Self::Restore(_) => Some(FlowKey::Restore),
            Self::ResetPassword => Some(FlowKey::ResetPassword),
            _ => None,
        }
    }

    /// Whether it switches the VM: then the VM's own state tells whether it was done.
    pub fn is_power(&self) -> bool {
        matches!(
            self,
            Self::Start | Self::Stop | Self::Shutdown | Self::Reboot
        )
    }
}

#[cfg(test)]
mod tests {
    use crate::model::vm_action::VmAction;

    #[test]
    fn a_stored_action_reads_back() {
        let x = || "x".to_owned();
        for action in [
            VmAction::Start,
            VmAction::Stop,
            VmAction::Shutdown,
            VmAction::Reboot,
            VmAction::TakeSnapshot(x()),
            VmAction::GoBack(x()),
            VmAction::RemoveSnapshot(x()),
            VmAction::BackUp(x()),
            VmAction::RemoveBackup(x()),
            VmAction::MountIso(x()),
            VmAction::UnmountIso,
            VmAction::Reinstall,
            VmAction::Restore(x()),
            VmAction::ResetPassword,
            VmAction::Step(x()),
        ] {
            assert_eq!(
                VmAction::parse(action.word(), action.subject()),
                Some(action.clone()),
                "{action:?}"
            );
            // The log's column for it is this long.
            assert!(action.head().len() <= 24);
        }
        assert_eq!(VmAction::parse("hibernate", ""), None);
    }
}
