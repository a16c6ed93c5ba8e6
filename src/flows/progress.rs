//! How far a flow is, for whoever looks at a page.

use super::of;
use crate::model::{FlowKey, VmState, Work};

/// How far a flow is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The flow.
    pub flow: FlowKey,
    /// What is done now.
    pub work: Work,
    /// Steps that are finished.
    pub done: usize,
    /// Steps of the flow.
    pub steps: usize,
}

impl Progress {
    /// The share of the flow that is behind, 1 to 99: a bar at 0 looks like a standstill, and at 100 like an end.
    pub fn percent(self) -> usize {
        let parts = self.steps + 1;
        (100 * (self.done + 1) + parts / 2) / parts
    }
}

/// How far the flow of a service is: the one on record, else the first that has its state. `None`: nothing is under way.
pub fn progress(key: Option<FlowKey>, state: VmState) -> Option<Progress> {
    let flow = of(key, state).filter(|_| !state.at_rest())?;
    let done = flow.rows.iter().position(|row| row.from == state)?;
    Some(Progress {
        flow: flow.key?,
        work: flow.rows.get(done)?.work?,
        done,
        steps: flow.rows.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::ALL;
    use super::*;

    #[test]
    fn every_step_of_every_flow_is_a_work_that_its_owner_understands() {
        for flow in ALL {
            for (done, row) in flow.rows.iter().enumerate() {
                let told = progress(flow.key, row.from).unwrap();
                assert_eq!(Some(told.flow), flow.key, "{}", row.label);
                assert_eq!((told.done, told.steps), (done, flow.rows.len()));
                assert!((1..100).contains(&told.percent()));
            }
        }
        for work in Work::ALL {
            let rows = ALL.iter().flat_map(|flow| flow.rows);
            let of_it = rows.filter(|row| row.work == Some(*work));
            assert!(of_it.count() > 0, "no step is the work {work}");
        }
    }

    #[test]
    fn nothing_is_under_way_at_rest() {
        for state in VmState::ALL.iter().filter(|state| state.at_rest()) {
            assert_eq!(progress(Some(FlowKey::Deploy), *state), None, "{state}");
        }
    }
}
