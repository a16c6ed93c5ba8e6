//! What is waited for, and how it is worded: on a page, in the stored log and in the cron's output.

use super::{NodeName, OperationKind, Upid, Vmid};
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
    /// A place where only so many may be at work at once; each of these is full.
    Permit(Vec<Full>),
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

/// A place where as many are at work as it takes at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Full {
    /// How many.
    pub under_way: u32,
    /// What they are, in the plural: `clones`.
    pub work: &'static str,
    /// Where.
    pub at: String,
}

/// How a VM is to stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Follow {
    /// As a person asked.
    Asked,
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

impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Task(upid) => f.write_str(&task(upid)),
            Self::Lock {
                vmid,
                node,
                lock,
                holder,
            } => {
                write!(f, "the lock \"{lock}\" on VM {vmid} ({node}) to go")?;
                match holder {
                    LockHolder::Task(upid) => write!(f, ": {} holds it", task(upid)),
                    LockHolder::Unknown(why) => write!(f, "; who holds it is not known: {why}"),
                    LockHolder::Hibernated(true) => f.write_str(
                        ": it was suspended to disk. It goes on once the service is unsuspended in WHMCS",
                    ),
                    LockHolder::Hibernated(false) => {
                        f.write_str(": it was suspended to disk. Start it in Proxmox")
                    }
                    LockHolder::DeadClone => write!(
                        f,
                        ": no task on {node} holds it, so its clone died half-way. Run on {node}: qm unlock {vmid}, then qm destroy {vmid}"
                    ),
                    LockHolder::DeadTask => write!(
                        f,
                        ": no task on {node} holds it, so it is the rest of a dead one. If nothing works on that VM, run on {node}: qm unlock {vmid}"
                    ),
                }
            }
            Self::Permit(places) => {
                let full = |Full {
                                under_way,
                                work,
                                at,
                            }: &Full| {
                    format!("{under_way} {work} under way at {at}")
                };
                let full: Vec<String> = places.iter().map(full).collect();
                let full = full.join(" and ");
                write!(f, "its turn: {full}, as many as it takes at once")
            }
            Self::Clone { template, vmid } => {
                write!(f, "the clone of template {template} to VM {vmid}")
            }
            Self::OtherRun { kind, vmid } => write!(f, "another run's {kind} of VM {vmid}"),
            Self::Follow { vmid, to, ha } => {
                let to = match to {
                    Follow::Asked => "to follow",
                    Follow::Off => "to go off",
                    Follow::Running => "to run",
                    Follow::Awake => "to go on",
                    Follow::Restarted => "to restart",
                };
                write!(f, "VM {vmid} {to}")?;
                match ha {
                    Some(state) => write!(f, "; HA manages it (its state there: {state})"),
                    None => Ok(()),
                }
            }
            Self::Person => f.write_str("what was asked for on a page"),
            Self::NextRun => f.write_str("the next run: this one's time is used up"),
        }
    }
}

/// A task for people: what it does, to whom, since when, and its id.
fn task(upid: &Upid) -> String {
    let what = match upid.kind.as_str() {
        "qmclone" => format!("the clone of template {}", upid.id),
        "qmstart" => format!("the start of VM {}", upid.id),
        "qmstop" | "qmshutdown" => format!("the stop of VM {}", upid.id),
        "qmreboot" | "qmreset" => format!("the restart of VM {}", upid.id),
        "qmdestroy" => format!("the removal of VM {}", upid.id),
        "qmigrate" | "hamigrate" => format!("the migration of VM {}", upid.id),
        "qmmove" => format!("the move of a disk of VM {}", upid.id),
        "resize" => format!("the resizing of a disk of VM {}", upid.id),
        "qmconfig" => format!("the configuration of VM {}", upid.id),
        "qmsnapshot" => format!("a snapshot of VM {}", upid.id),
        "qmdelsnapshot" => format!("the removal of a snapshot of VM {}", upid.id),
        "qmrollback" => format!("the rollback of VM {}", upid.id),
        "qmrestore" => format!("the restore of VM {}", upid.id),
        "vzdump" if upid.id.is_empty() => "a backup job".to_owned(),
        "vzdump" => format!("the backup of VM {}", upid.id),
        "imgdel" => "the removal of a volume".to_owned(),
        other => format!("the task {other} {}", upid.id),
    };
    let since = i64::try_from(upid.starttime)
        .ok()
        .and_then(|seconds| DateTime::from_timestamp(seconds, 0))
        .map(|at| format!(" since {}", at.format("%Y-%m-%d %H:%M:%S UTC")))
        .unwrap_or_default();
    format!("{what} on {}{since} ({upid})", upid.node)
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
