//! What is waited for, and how it is worded: on a page, in the stored log and in the cron's output.

use super::{NodeName, OperationKind, Sentence, Upid, Vmid, say};
use chrono::DateTime;
use std::fmt;

/// What something waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wait {
    /// A task of Proxmox.
    Task(Upid),
    /// A lock on a VM's configuration.
    Lock {
        /// The VM.
        vmid: Vmid,
        /// Its node.
        node: NodeName,
        /// The lock's name at Proxmox.
        lock: String,
        /// Who holds it.
        holder: LockHolder,
    },
    /// A place where only so many may be at work at once; how many are there, for each place.
    Permit(Vec<Sentence>),
    /// A clone of which it is not known which of several tasks makes it.
    Clone {
        /// The template's number.
        template: String,
        /// The VM that it becomes.
        vmid: Vmid,
    },
    /// What another run has sent and still waits for.
    OtherRun {
        /// What it does.
        kind: OperationKind,
        /// To which VM.
        vmid: Vmid,
    },
    /// The VM, which is to follow what Proxmox took on.
    Follow {
        /// The VM.
        vmid: Vmid,
        /// How it is to stand.
        to: Follow,
        /// Where HA manages the VM: its state there.
        ha: Option<String>,
    },
    /// What a person asked for on a page.
    Person,
    /// The next run: the time of this one is used up.
    NextRun,
}

/// Who holds a lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LockHolder {
    /// A running task.
    Task(Upid),
    /// The node did not say, but this.
    Unknown(String),
    /// Nobody: the VM was suspended to disk. Whether WHMCS suspended its service.
    Hibernated(bool),
    /// A clone that died half-way.
    DeadClone,
    /// A task that died.
    DeadTask,
}

/// How a VM is to stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Follow {
    /// As a person asked.
    Requested,
    /// Off.
    Off,
    /// Running.
    Running,
    /// Running again, from a pause or from its disk.
    Awake,
    /// Running again, after it went down.
    Restarted,
}

impl Wait {
    /// The same for a line of the cron's output and of the stored log, in which a task is told by its id alone.
    pub fn of_line(&self) -> String {
        match self {
            Self::Task(upid) => upid.to_string(),
            other => other.to_string(),
        }
    }
}

impl Wait {
    /// What is waited for, as the rest of "waiting for".
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::Task(upid) => task(upid),
            Self::Lock {
                vmid,
                node,
                lock,
                holder,
            } => holder.sentence(lock, *vmid, node),
            Self::Permit(places) => {
                let places = places.iter().cloned();
                let full = places.reduce(say::full_both);
                say::wait_turn(full.unwrap_or_else(|| Sentence::foreign("")))
            }
            Self::Clone { template, vmid } => say::wait_clone(template, *vmid),
            Self::OtherRun { kind, vmid } => say::wait_run(work(*kind), *vmid),
            Self::Follow { vmid, to, ha } => {
                let wait = match to {
                    Follow::Requested => say::follow_asked(*vmid),
                    Follow::Off => say::follow_off(*vmid),
                    Follow::Running => say::follow_running(*vmid),
                    Follow::Awake => say::follow_awake(*vmid),
                    Follow::Restarted => say::follow_restarted(*vmid),
                };
                match ha {
                    Some(state) => say::wait_ha(wait, state),
                    None => wait,
                }
            }
            Self::Person => say::wait_person(),
            Self::NextRun => say::wait_next(),
        }
    }
}

impl LockHolder {
    fn sentence(&self, lock: &str, vmid: Vmid, node: &NodeName) -> Sentence {
        match self {
            Self::Task(upid) => say::lock_task(lock, vmid, node, task(upid)),
            Self::Unknown(why) => say::lock_unknown(lock, vmid, node, why),
            Self::Hibernated(true) => say::lock_suspended(lock, vmid, node),
            Self::Hibernated(false) => say::lock_hibernated(lock, vmid, node),
            Self::DeadClone => say::lock_clone(lock, vmid, node),
            Self::DeadTask => say::lock_dead(lock, vmid, node),
        }
    }
}

/// In English.
impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.sentence().fmt(f)
    }
}

/// A task for people: what it does, to whom, since when, and its id.
fn task(upid: &Upid) -> Sentence {
    let id = &upid.id;
    let what = match upid.kind.as_str() {
        "qmclone" => say::task_clone(id),
        "qmstart" => say::task_start(id),
        "qmstop" | "qmshutdown" => say::task_stop(id),
        "qmreboot" | "qmreset" => say::task_restart(id),
        "qmdestroy" => say::task_remove(id),
        "qmigrate" | "hamigrate" => say::task_migrate(id),
        "qmmove" => say::task_move(id),
        "resize" => say::task_resize(id),
        "qmconfig" => say::task_configure(id),
        "qmsnapshot" => say::task_snapshot(id),
        "qmdelsnapshot" => say::task_unsnapshot(id),
        "qmrollback" => say::task_rollback(id),
        "qmrestore" => say::task_restore(id),
        "vzdump" if id.is_empty() => say::task_job(),
        "vzdump" => say::task_backup(id),
        "imgdel" => say::task_volume(),
        other => say::task_other(other, id),
    };
    let since = i64::try_from(upid.starttime)
        .ok()
        .and_then(|seconds| DateTime::from_timestamp(seconds, 0))
        .map_or_else(
            || upid.starttime.to_string(),
            |at| at.format("%Y-%m-%d %H:%M:%S UTC").to_string(),
        );
    say::wait_task(what, &upid.node, since, upid.to_string())
}

fn work(kind: OperationKind) -> Sentence {
    match kind {
        OperationKind::Clone => say::op_clone(),
        OperationKind::Migrate => say::op_migrate(),
        OperationKind::MoveDisk => say::op_move_disk(),
        OperationKind::CreateDisk => say::op_create_disk(),
        OperationKind::RemoveSnapshot => say::op_remove_snapshot(),
        OperationKind::Resize => say::op_resize(),
        OperationKind::Start => say::op_start(),
        OperationKind::Stop => say::op_stop(),
        OperationKind::Shutdown => say::op_shutdown(),
        OperationKind::Reboot => say::op_reboot(),
        OperationKind::Resume => say::op_resume(),
        OperationKind::Delete => say::op_delete(),
        OperationKind::Backup => say::op_backup(),
        OperationKind::RemoveBackup => say::op_remove_backup(),
        OperationKind::Restore => say::op_restore(),
        OperationKind::Snapshot => say::op_snapshot(),
        OperationKind::Rollback => say::op_rollback(),
        OperationKind::Mail => say::op_mail(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_is_told_by_what_it_does_and_in_a_line_by_its_id() {
        let text = "UPID:pve1:00000219:000788D1:6B038996:qmclone:9000:whmcs@pve!rec:";
        let wait = Wait::Task(text.parse().unwrap());
        assert_eq!(
            wait.to_string(),
            format!("the clone of template 9000 on pve1 since 2026-11-23 00:32:22 UTC ({text})")
        );
        assert_eq!(wait.of_line(), text);
        assert_eq!(Wait::NextRun.of_line(), Wait::NextRun.to_string());
    }
}
