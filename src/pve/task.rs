//! Tasks: how they stand, how they ended, and the lists of them.

use super::Upid;
use super::lenient::{self, Fields, Misshapen};
use crate::model::{Vmid, brief};
use serde_json::Value;
use std::fmt;

/// How a task ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exit {
    /// `OK`.
    Ok,
    /// `WARNINGS: n`: done, with this many remarks in its log.
    Warnings(u32),
    /// Anything else is the error's text.
    Failed(String),
}

impl Exit {
    /// Reads an exit status.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        match text
            .strip_prefix("WARNINGS:")
            .and_then(|count| count.trim().parse().ok())
        {
            Some(count) => Self::Warnings(count),
            None if text == "OK" => Self::Ok,
            None => Self::Failed(brief(text)),
        }
    }

    /// Whether the work is done, with or without warnings.
    pub fn is_success(&self) -> bool {
        !matches!(self, Self::Failed(_))
    }
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ok => f.write_str("OK"),
            Self::Warnings(count) => write!(f, "WARNINGS: {count}"),
            Self::Failed(text) => f.write_str(text),
        }
    }
}

/// How a task stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaskStatus {
    /// At work.
    Running,
    /// At its end.
    Stopped(Exit),
}

impl TaskStatus {
    /// Reads the answer's `data`, which is about no other task. A stopped task without an exit status is one whose log has
    /// no last line yet.
    pub(super) fn parse(data: &Value, of: &Upid) -> Result<Self, Misshapen> {
        let fields = Fields::object(data)?;
        if fields
            .maybe_text("upid")?
            .is_some_and(|upid| upid != of.to_string())
        {
            return Err(Misshapen::due(&format!("the state of task {of}")));
        }
        if fields.due_word("status", &["running", "stopped"])? == "running" {
            return Ok(Self::Running);
        }
        let exit = fields
            .maybe_text("exitstatus")?
            .unwrap_or_else(|| "unexpected status".to_owned());
        Ok(Self::Stopped(Exit::parse(&exit)))
    }
}

/// One entry of a task list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskEntry {
    /// Its id.
    pub upid: Upid,
    /// Seconds since 1970.
    pub starttime: u64,
    /// Seconds since 1970; `None` while it runs.
    pub endtime: Option<u64>,
    /// How it ended; `None` while it runs.
    pub exit: Option<Exit>,
}

impl TaskEntry {
    /// Reads a list.
    pub(super) fn parse_list(data: &Value) -> Result<Vec<Self>, Misshapen> {
        lenient::each(data, |fields| {
            let upid: Upid = fields
                .due_text("upid")?
                .parse()
                .map_err(|_| Misshapen::due("a task id"))?;
            let endtime = fields.maybe_whole("endtime")?;
            // While a task runs the cluster's list has no status, the node's has "RUNNING".
            let exit = fields
                .maybe_text("status")?
                .filter(|s| s != "RUNNING" && s != "running");
            let exit = exit
                .filter(|_| endtime.is_some())
                .map(|text| Exit::parse(&text));
            Ok(Some(Self {
                starttime: fields.whole("starttime").unwrap_or(upid.starttime),
                upid,
                endtime,
                exit,
            }))
        })
    }

    /// Whether it is at work.
    pub fn is_running(&self) -> bool {
        self.endtime.is_none()
    }
}

/// Which tasks of a node to list.
#[derive(Clone, Debug, Default)]
pub struct TaskFilter {
    /// Only tasks of this guest. A clone counts as its template's.
    pub vmid: Option<Vmid>,
    /// Only this type, such as `qmclone`.
    pub kind: Option<String>,
    /// Only this user's; a token's tasks are its user's.
    pub user: Option<String>,
    /// Only those started since, seconds since 1970.
    pub since: Option<u64>,
    /// Only those that run.
    pub running_only: bool,
    /// How many at most; Proxmox's default is 50.
    pub limit: Option<u32>,
}

/// Where a node runs, what its task lists are asked for: `source` of the API.
impl TaskFilter {
    pub(super) fn source(&self) -> &'static str {
        if self.running_only { "active" } else { "all" }
    }
}

/// A cluster task list's entry also stands for the node it ran on.
impl TaskEntry {}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn exits_read_back() {
        for (text, exit) in [
            ("OK", Exit::Ok),
            ("WARNINGS: 3", Exit::Warnings(3)),
            (
                "VM is locked (clone)",
                Exit::Failed("VM is locked (clone)".into()),
            ),
            ("WARNINGS: many", Exit::Failed("WARNINGS: many".into())),
        ] {
            assert_eq!(Exit::parse(text), exit);
            assert_eq!(exit.to_string(), text);
        }
    }

    #[test]
    fn statuses_are_told_apart() {
        let upid = "UPID:pve:000000CF:00074D13:6B0388FD:qmclone:9000:whmcs@pve!rec:";
        let task: Upid = upid.parse().unwrap();
        let read = |data: &Value| TaskStatus::parse(data, &task);
        assert_eq!(read(&json!({"status": "running"})), Ok(TaskStatus::Running));
        let stopped = json!({"status": "stopped", "exitstatus": "OK"});
        assert_eq!(read(&stopped), Ok(TaskStatus::Stopped(Exit::Ok)));
        let own = json!({"status": "stopped", "exitstatus": "OK", "upid": upid});
        assert_eq!(read(&own), Ok(TaskStatus::Stopped(Exit::Ok)));
        let lost = read(&json!({"status": "stopped"}));
        assert_eq!(
            lost,
            Ok(TaskStatus::Stopped(Exit::Failed(
                "unexpected status".into()
            )))
        );
        for nonsense in [
            json!({}),
            json!(null),
            json!([]),
            json!("stopped"),
            json!({"status": "gone"}),
            json!({"status": "stopped", "exitstatus": "OK", "upid": upid.replace("9000", "9001")}),
        ] {
            assert!(read(&nonsense).is_err(), "{nonsense}");
        }
    }

    #[test]
    fn lists_tell_running_from_ended() {
        let upid = "UPID:pve:000000CF:00074D13:6B0388FD:qmclone:9000:whmcs@pve!rec:";
        let list = TaskEntry::parse_list(&json!([
            {"upid": upid, "starttime": 5, "endtime": 9, "status": "OK"}, {"upid": upid, "starttime": 5},
            {"upid": upid, "starttime": 5, "status": "RUNNING"}
        ]))
        .unwrap();
        let running: Vec<bool> = list.iter().map(TaskEntry::is_running).collect();
        assert_eq!(running, [false, true, true]);
        assert_eq!(list[0].exit, Some(Exit::Ok));
        assert!(TaskEntry::parse_list(&json!([{"upid": "nonsense"}])).is_err());
    }
}
