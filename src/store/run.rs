//! The stored log: one row per pass of a flow, its steps inside.

use super::{StoreError, column};
use crate::host::{HostHandle, Row, Statement};
use crate::model::words::words;
use crate::model::{Sentence, ServiceId};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// How many runs of a service are kept.
const RUNS_KEPT: u64 = 50;

words! {
    /// How a run ended.
    RunResult {
        /// It is under way, or its process was killed and nobody came by since.
        Running = "running",
        /// The flow came to its end.
        Success = "success",
        /// It waits for something.
        Waiting = "waiting",
        /// A step failed.
        Error = "error",
        /// Somebody else changed the service.
        Overtaken = "overtaken",
        /// Its process was killed.
        Interrupted = "interrupted",
        /// A word of another version.
        Unknown = "unknown",
    }
}

/// One line of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StepLine {
    /// Its number in this run, from 1; details of a step have none.
    pub number: Option<u32>,
    /// The label with its skip, or the detail's text.
    pub label: Sentence,
    /// `success`, `waiting …` or the error.
    pub result: Sentence,
    /// Which of these; `None`: a detail.
    #[serde(default)]
    pub ended: Option<RunResult>,
    /// The state before.
    pub from: String,
    /// The state after.
    pub to: String,
    /// When it ended.
    pub at: i64,
    /// How long it took.
    pub seconds: f64,
}

/// A run of a flow.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Its key.
    pub id: String,
    /// Whose.
    pub service: ServiceId,
    /// The head its block has in the cron's output.
    pub flow: String,
    /// When it began.
    pub started_at: i64,
    /// When it ended; `None`: it is under way or was killed.
    pub finished_at: Option<i64>,
    /// The state at its beginning.
    pub from: String,
    /// The state at its end.
    pub to: String,
    /// How it ended.
    pub result: RunResult,
    /// The last error or what it waits for.
    pub error: Sentence,
    /// Its steps.
    pub steps: Vec<StepLine>,
}

impl Run {
    fn read(row: &Row) -> Self {
        Self {
            id: column::text(row, "id"),
            service: ServiceId(column::count(row, "service_id")),
            flow: column::text(row, "flow"),
            started_at: column::int(row, "started_at").unwrap_or(0),
            finished_at: column::int(row, "finished_at"),
            from: column::text(row, "from_state"),
            to: column::text(row, "to_state"),
            result: RunResult::parse(&column::text(row, "result")).unwrap_or(RunResult::Unknown),
            error: column::told(row, "error", "error_said"),
            steps: lines(&column::text(row, "steps")),
        }
    }

    /// The statement that makes the row.
    pub fn insert(&self) -> Statement {
        Statement::one(
            "INSERT INTO puq_proxmox_kvm_runs (id, service_id, flow, started_at, finished_at, from_state, to_state, \
             result, error, error_said, steps) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            vec![
                json!(self.id),
                json!(self.service.0),
                json!(self.flow),
                json!(self.started_at),
                json!(self.finished_at),
                json!(self.from),
                json!(self.to),
                json!(self.result.as_str()),
                json!(self.error.as_str()),
                column::said(&self.error),
                json!(self.steps_text()),
            ],
        )
    }

    /// The statement that writes how far it is.
    pub fn update(&self) -> Statement {
        Statement::any(
            "UPDATE puq_proxmox_kvm_runs SET finished_at = ?, to_state = ?, result = ?, error = ?, error_said = ?, steps = ? WHERE id = ?",
            vec![
                json!(self.finished_at),
                json!(self.to),
                json!(self.result.as_str()),
                json!(self.error.as_str()),
                column::said(&self.error),
                json!(self.steps_text()),
                json!(self.id),
            ],
        )
    }

    fn steps_text(&self) -> String {
        serde_json::to_string(&self.steps).unwrap_or_default()
    }
}

/// The stored lines. A version before this one stored their results in English alone.
fn lines(stored: &str) -> Vec<StepLine> {
    let mut lines: Vec<StepLine> = serde_json::from_str(stored).unwrap_or_default();
    for line in &mut lines {
        if line.number.is_some() && line.ended.is_none() {
            line.ended = Some(match line.result.as_str() {
                "success" => RunResult::Success,
                text if text.starts_with("waiting for ") => RunResult::Waiting,
                _ => RunResult::Error,
            });
        }
    }
    lines
}

/// The statement that marks runs of a killed process: they will never be finished.
pub fn interrupt(service: ServiceId) -> Statement {
    Statement::any(
        "UPDATE puq_proxmox_kvm_runs SET result = ? WHERE service_id = ? AND result = ?",
        vec![
            json!(RunResult::Interrupted.as_str()),
            json!(service.0),
            json!(RunResult::Running.as_str()),
        ],
    )
}

/// A service's runs, newest first.
pub async fn of(host: &HostHandle, service: ServiceId, most: u64) -> Result<Vec<Run>, StoreError> {
    let sql = format!(
        "SELECT * FROM puq_proxmox_kvm_runs WHERE service_id = ? ORDER BY started_at DESC, id DESC LIMIT {most}"
    );
    let rows = host.select(sql, vec![json!(service.0)]).await?;
    Ok(rows.iter().map(Run::read).collect())
}

/// The statement that drops all but the newest runs of a service.
pub fn trim(service: ServiceId) -> Statement {
    // A derived table, since MariaDB changes no table that a subquery of the same statement reads.
    let sql = format!(
        "DELETE FROM puq_proxmox_kvm_runs WHERE service_id = ? AND started_at < (SELECT oldest FROM \
         (SELECT started_at AS oldest FROM puq_proxmox_kvm_runs WHERE service_id = ? \
         ORDER BY started_at DESC LIMIT 1 OFFSET {}) AS kept)",
        RUNS_KEPT - 1
    );
    Statement::any(sql, vec![json!(service.0), json!(service.0)])
}
