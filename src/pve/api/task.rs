//! Tasks: status, log, lists; and the ids that other calls answer with.

use crate::model::{NodeName, brief};
use crate::net::Method::Get;
use crate::pve::failures::bad_answer;
use crate::pve::lenient;
use crate::pve::request::{Call, node_path};
use crate::pve::task_progress;
use crate::pve::{Cluster, Exit, Params, PveError, TaskEntry, TaskFilter, TaskStatus, Upid};
use serde_json::Value;
use std::collections::BTreeMap;

/// How many lines of a log are fetched. Only its end is of use, but the API counts from the beginning.
const LOG_LINES: u32 = 5000;

/// How many of a failed task's last lines are looked at for the reason.
const TELLING_LINES: usize = 12;

/// The task id that a call must answer with. Without one it may have been done all the same.
pub(super) fn upid(call: &Call, data: &Value) -> Result<Upid, PveError> {
    maybe_upid(call, data)?.ok_or_else(|| strange(call, data))
}

/// The task id that a call may answer with; `null` says it is done already.
pub(super) fn maybe_upid(call: &Call, data: &Value) -> Result<Option<Upid>, PveError> {
    match data {
        Value::Null => Ok(None),
        Value::String(text) if text.is_empty() => Ok(None),
        Value::String(text) => text.parse().map(Some).map_err(|_| strange(call, data)),
        _ => Err(strange(call, data)),
    }
}

fn strange(call: &Call, data: &Value) -> PveError {
    let shown: String = data.to_string().chars().take(80).collect();
    bad_answer(
        &call.what,
        call.method,
        200,
        format!("Proxmox answered {shown} where a task id was due"),
    )
}

impl Cluster {
    /// How a task stands. Asked at the node that runs it. A task just begun may be unknown for a moment
    /// ([`crate::pve::Kind::TaskUnknown`]).
    pub async fn task_status(&self, task: &Upid) -> Result<TaskStatus, PveError> {
        let path = node_path(&task.node, &[&"tasks", task, &"status"]);
        let call = Call::new(Get, path, format!("read the state of task {task}"));
        self.read(call, |data| TaskStatus::parse(data, task)).await
    }

    /// The last lines of a task's log.
    pub async fn task_log(&self, task: &Upid, last: usize) -> Result<Vec<String>, PveError> {
        let path = node_path(&task.node, &[&"tasks", task, &"log"]);
        let call = Call::new(Get, path, format!("read the log of task {task}"));
        let call = call.params(Params::new().with("limit", LOG_LINES));
        let line = |data: &Value| {
            lenient::each(data, |line| {
                let text = line.maybe_text("t")?;
                Ok(text.as_deref().map(brief))
            })
        };
        let mut lines = self.read(call, line).await?;
        Ok(lines.split_off(lines.len().saturating_sub(last)))
    }

    /// How many percent of what it copies a task has done; `None` where its log does not tell, or cannot be read.
    /// `disks`: the sizes of those that are copied, by their places, as far as they are known.
    pub async fn task_percent(&self, task: &Upid, disks: &BTreeMap<String, u64>) -> Option<f64> {
        let log = self.task_log(task, usize::MAX).await.ok()?;
        task_progress::percent(&log, disks)
    }

    /// A task's exit status. Where it only says that the task failed, the line of its log that says why is added; an
    /// unreadable log hides nothing.
    pub async fn explained(&self, task: &Upid, exit: Exit) -> Exit {
        if !PveError::is_hollow(&exit) {
            return exit;
        }
        let log = self.task_log(task, TELLING_LINES).await.unwrap_or_default();
        PveError::with_reason(&exit, &task.kind, &log)
    }

    /// A node's tasks, newest first.
    pub async fn node_tasks(
        &self,
        node: &NodeName,
        filter: &TaskFilter,
    ) -> Result<Vec<TaskEntry>, PveError> {
        let params = Params::new()
            .with("source", filter.source())
            .maybe("vmid", filter.vmid)
            .maybe("typefilter", filter.kind.as_ref())
            .maybe("userfilter", filter.user.as_ref())
            .maybe("since", filter.since)
            .maybe("limit", filter.limit);
        let call = Call::new(
            Get,
            node_path(node, &[&"tasks"]),
            format!("list the tasks of {node}"),
        );
        self.read(call.params(params), TaskEntry::parse_list).await
    }
}
