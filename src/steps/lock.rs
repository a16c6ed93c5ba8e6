//! Locks on a VM's configuration: who holds one, and what an admin reads while it is waited for.
//!
//! A lock is never broken by us, and only root may. One that a running task holds goes with the task. One whose worker
//! was killed stays for ever: then the wait says so, and names the command that removes it.

use super::Vm;
use crate::model::{StepResult, Verdict, Vmid};
use crate::pve::{TaskEntry, TaskFilter, Upid};
use chrono::DateTime;

/// So many running tasks of a node are looked through.
const LIST: u32 = 500;

/// Waits for a lock on the service's VM.
pub(super) async fn wait(vm: &Vm, lock: &str) -> StepResult {
    let (vmid, node) = (vm.vmid()?, vm.node()?);
    let held = format!("the lock \"{lock}\" on VM {vmid} ({node}) to go");
    let running = TaskFilter {
        running_only: true,
        limit: Some(LIST),
        ..TaskFilter::default()
    };
    let tasks = match vm.fleet.api.node_tasks(&node, &running).await {
        Ok(tasks) => tasks,
        // What holds it is a courtesy: the lock itself is what counts.
        Err(error) => {
            return Ok(Verdict::Wait(format!(
                "{held}; who holds it is not known: {error}"
            )));
        }
    };
    let holder = tasks
        .iter()
        .filter(|task| task.is_running())
        .find(|task| holds(task, lock, vmid));
    Ok(Verdict::Wait(match holder {
        Some(task) => format!("{held}: {} holds it", describe(&task.upid)),
        // Hibernated to disk: no task, and nothing is wrong. Starting it takes the lock off.
        None if lock == "suspended" => {
            let then = match vm.record.suspended() {
                true => "It goes on once the service is unsuspended in WHMCS",
                false => "Start it in Proxmox",
            };
            format!("{held}: it was suspended to disk. {then}")
        }
        // What a clone left behind is no VM of anybody's: its disks are half copied.
        None if lock == "clone" => format!(
            "{held}: no task on {node} holds it, so its clone died half-way. Run on {node}: qm unlock {vmid}, then qm destroy {vmid}"
        ),
        None => format!(
            "{held}: no task on {node} holds it, so it is the rest of a dead one. If nothing works on that VM, run on {node}: qm unlock {vmid}"
        ),
    }))
}

/// Whether a running task can be the one that set a lock.
fn holds(task: &TaskEntry, lock: &str, vmid: Vmid) -> bool {
    let Upid { kind, id, .. } = &task.upid;
    match lock {
        // A clone's task is named after its template, a backup job's after no guest at all.
        "clone" if kind == "qmclone" => true,
        "backup" if kind == "vzdump" && id.is_empty() => true,
        _ => *id == vmid.to_string(),
    }
}

/// A task for people: what it does, to whom, since when, and its id.
pub(super) fn describe(upid: &Upid) -> String {
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
    format!("{what} on {}{since} ({})", upid.node, upid.as_str())
}

/// What a step's wait is called where there is room for a sentence: a task's id tells nobody what it does.
pub(super) fn explain(what: &str) -> String {
    what.parse::<Upid>()
        .map_or_else(|_| what.to_owned(), |upid| describe(&upid))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn upid(kind: &str, id: &str) -> Upid {
        format!("UPID:pve1:00000219:000788D1:6B038996:{kind}:{id}:whmcs@pve!rec:")
            .parse()
            .unwrap()
    }

    #[test]
    fn a_task_is_told_by_what_it_does() {
        assert_eq!(
            explain(upid("qmclone", "9000").as_str()),
            "the clone of template 9000 on pve1 since 2026-11-23 00:32:22 UTC \
             (UPID:pve1:00000219:000788D1:6B038996:qmclone:9000:whmcs@pve!rec:)"
        );
        assert_eq!(explain("the next run"), "the next run");
    }

    #[test]
    fn a_lock_is_held_by_a_task_of_the_same_guest_or_one_that_names_none() {
        let vmid = Vmid::new(2002).unwrap();
        let task = |kind, id| TaskEntry {
            upid: upid(kind, id),
            starttime: 1,
            endtime: None,
            exit: None,
        };
        for (kind, id, lock, wanted) in [
            ("vzdump", "2002", "backup", true),
            ("vzdump", "", "backup", true),
            ("vzdump", "2003", "backup", false),
            ("vzdump", "", "migrate", false),
            ("qmclone", "9000", "clone", true),
            ("qmclone", "9000", "backup", false),
            ("qmrestore", "2002", "create", true),
            ("qmigrate", "2003", "migrate", false),
        ] {
            assert_eq!(
                holds(&task(kind, id), lock, vmid),
                wanted,
                "{kind} {id} {lock}"
            );
        }
    }
}
