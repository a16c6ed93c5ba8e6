//! Flows as tables.

use super::wait_budget::WaitBudget;
use crate::model::{FlowKey, StepResult, VmState, Work};
use crate::store::vm::VmRecord;
use futures_util::future::LocalBoxFuture;
use std::time::Duration;
use tokio::time::Instant;

/// A step: observe, compare, act, report.
pub type StepFn<S> = for<'a> fn(&'a mut S) -> LocalBoxFuture<'a, StepResult>;

/// What follows when a step's error needs a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnError {
    /// The state stays; the step is tried again.
    Stay,
    /// The flow gives up into this state.
    Fall(VmState),
}

/// One row: finished `from`, run `step`, then `to` is finished.
pub struct Row<S: 'static> {
    /// The state in which this row's step is next.
    pub from: VmState,
    /// The state once it succeeded.
    pub to: VmState,
    /// What the cron's output calls it.
    pub label: &'static str,
    /// What its owner reads is being done; `None`: a step asked for by hand, which no owner sees.
    pub work: Option<Work>,
    /// What it does.
    pub step: StepFn<S>,
    /// What a lasting error leads to.
    pub on_error: OnError,
    /// How long one pass stays with it before the task is left to the next pass.
    pub budget: Duration,
}

/// A flow: its names and its rows in order.
pub struct Flow<S: 'static> {
    /// Which it is; its word is also the `action:` of the cron's summary. `None`: a step by itself, asked for by hand.
    pub key: Option<FlowKey>,
    /// The head of its block in the cron's output.
    pub head: &'static str,
    /// Its rows.
    pub rows: &'static [Row<S>],
}

impl<S> Flow<S> {
    /// What the cron's summary calls it.
    pub fn action(&self) -> &'static str {
        self.key.map_or("step", FlowKey::as_str)
    }

    /// The row whose step is next in `state`.
    pub fn row(&self, state: VmState) -> Option<&'static Row<S>> {
        self.rows.iter().find(|row| row.from == state)
    }
}

/// What steps work on, as far as the engine needs to know it.
pub trait Subject: Sized {
    /// The service's row.
    fn record(&self) -> &VmRecord;
    /// The same, to be changed; the engine writes it back.
    fn record_mut(&mut self) -> &mut VmRecord;
    /// A step begins; by `until` it shall have ended or left its task to the next pass.
    fn begin_step(&mut self, until: Instant);
    /// A pass begins, with what it may wait for permits.
    fn begin_pass(&mut self, wait_budget: WaitBudget);
    /// Lines a step left for the log, oldest first.
    fn take_notes(&mut self) -> Vec<String>;
    /// Settles operations an earlier pass left in flight. `Done` or `Skipped`: none is left.
    fn settle(&mut self) -> LocalBoxFuture<'_, StepResult>;
}
