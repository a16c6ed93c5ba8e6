//! Locks on a VM's configuration: who holds one, and what an admin reads while it is waited for.
//!
//! A lock is never broken by us, and only root may. One that a running task holds goes with the task. One whose worker
//! was killed stays for ever: then the wait says so, and names the command that removes it.

use super::Vm;
use crate::model::{Failure, LockHolder, Stop, Vmid, Wait, chain};
use crate::pve::{TaskEntry, TaskFilter, Upid};

/// How many running tasks of a node are looked through.
const TASKS_LISTED: u32 = 500;

/// Waits for the lock on the service's VM, if there is one.
pub(crate) async fn free(vm: &Vm, lock: &Option<String>) -> Result<(), Stop> {
    match lock {
        Some(lock) => wait(vm, lock).await,
        None => Ok(()),
    }
}

/// Waits for a lock on the service's VM.
pub(crate) async fn wait<T>(vm: &Vm, lock: &str) -> Result<T, Stop> {
    Err(Stop::Wait(Wait::Lock {
        vmid: vm.vmid()?,
        node: vm.node()?,
        lock: lock.to_owned(),
        holder: holder(vm, lock).await?,
    }))
}

async fn holder(vm: &Vm, lock: &str) -> Result<LockHolder, Failure> {
    let (vmid, node) = (vm.vmid()?, vm.node()?);
    let running = TaskFilter {
        running_only: true,
        limit: Some(TASKS_LISTED),
        ..TaskFilter::default()
    };
    let tasks = match vm.cluster.api.node_tasks(&node, &running).await {
        Ok(tasks) => tasks,
        // What holds it is a courtesy: the lock itself is what counts.
        Err(error) => return Ok(LockHolder::Unknown(chain(&error))),
    };
    let holder = tasks
        .into_iter()
        .filter(TaskEntry::is_running)
        .find(|task| holds(task, lock, vmid));
    Ok(match holder {
        Some(task) => LockHolder::Task(task.upid),
        // Hibernated to disk: no task, and nothing is wrong. Starting it takes the lock off.
        None if lock == "suspended" => LockHolder::Hibernated(vm.record.suspended()),
        // What a clone left behind is no VM of anybody's: its disks are half copied.
        None if lock == "clone" => LockHolder::DeadClone,
        None => LockHolder::DeadTask,
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    fn upid(kind: &str, id: &str) -> Upid {
        format!("UPID:pve1:00000219:000788D1:6B038996:{kind}:{id}:whmcs@pve!rec:")
            .parse()
            .unwrap()
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
