//! The tables: the only place that fixes the order of steps. They read like the manual.
//!
//! A row says: once `from` is finished, run the step, then `to` is finished. The label is what the cron prints.

mod change;
mod deploy;
mod progress;
mod remove;
mod restore;

use crate::engine::{Flow, OnError, Row, StepFn};
use crate::model::{FlowKey, VmState, Work};
use crate::vm::Vm;
use std::time::Duration;

pub use change::{CHANGE_PACKAGE, RESET_PASSWORD, SET_DNS_RECORDS};
pub use deploy::DEPLOY;
pub use progress::{Progress, progress};
pub use remove::{REINSTALL, TERMINATE};
pub use restore::RESTORE;

/// Every flow.
pub const ALL: &[&Flow<Vm>] = &[
    &DEPLOY,
    &CHANGE_PACKAGE,
    &REINSTALL,
    &RESTORE,
    &RESET_PASSWORD,
    &SET_DNS_RECORDS,
    &TERMINATE,
];

/// The flow that a record is in: the one on record, else the first that has its state.
pub fn of(key: Option<FlowKey>, state: VmState) -> Option<&'static Flow<Vm>> {
    let holds = |flow: &&&'static Flow<Vm>| flow.row(state).is_some();
    ALL.iter()
        .filter(holds)
        .find(|flow| flow.key == key)
        .or_else(|| ALL.iter().find(holds))
        .copied()
}

/// A row that stays at its state on every error.
const fn row(
    from: VmState,
    to: VmState,
    label: &'static str,
    work: Work,
    step: StepFn<Vm>,
    budget: Duration,
) -> Row<Vm> {
    Row {
        from,
        to,
        label,
        work: Some(work),
        step,
        on_error: OnError::Stay,
        budget,
    }
}

/// Steps that only talk to the database or write a configuration: one request's own deadline is the longest wait.
const SHORT: Duration = Duration::from_secs(75);
/// Steps whose task is over in seconds on sound storage: disks, starting, stopping.
const TASK: Duration = Duration::from_secs(120);
/// Cloning copies whole disks: one pass watches this long, the next goes on watching.
const CLONE: Duration = Duration::from_secs(240);
/// The same for a migration; the setting *Migration Timeout* may shorten it.
const MIGRATE: Duration = Duration::from_secs(300);

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_flow_is_a_chain_that_ends_at_rest() {
        for flow in ALL {
            let mut seen = HashSet::new();
            for (row, next) in flow.rows.iter().zip(flow.rows.iter().skip(1)) {
                assert_eq!(row.to, next.from, "{}: the rows are a chain", flow.head);
            }
            for row in flow.rows {
                assert!(
                    seen.insert(row.from),
                    "{}: {} stands twice",
                    flow.head,
                    row.from
                );
                assert!(
                    row.label.len() <= 32,
                    "{}: the label fits its column",
                    row.label
                );
            }
            assert!(
                flow.rows.last().unwrap().to.at_rest(),
                "{}: ends at rest",
                flow.head
            );
            assert_eq!(
                of(flow.key, flow.rows[0].from).map(|found| found.key),
                Some(flow.key)
            );
        }
    }
}
