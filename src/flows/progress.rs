//! How far a flow is, for whoever looks at a page.

use super::of;
use crate::model::words::words;
use crate::model::{FlowKey, VmState};

words! {
    /// What is done to a VM meanwhile, in the words of somebody who owns it: several steps are the same work to them.
    Work {
        /// Addresses are reserved.
        Addresses = "addresses",
        /// DNS records are set.
        Dns = "dns",
        /// The operating system is copied.
        Clone = "clone",
        /// The VM goes to its node.
        Move = "move",
        /// Processors and memory are set.
        Cpu = "cpu",
        /// Disks are made, grown and limited.
        Disks = "disks",
        /// The network card is set.
        Network = "network",
        /// The firewall is set.
        Firewall = "firewall",
        /// What the guest reads as it starts is written.
        Guest = "guest",
        /// The VM starts.
        Start = "start",
        /// Somebody looks whether it runs.
        Check = "check",
        /// It stops.
        Stop = "stop",
        /// A backup is restored.
        Restore = "restore",
        /// The VM is removed.
        Remove = "remove",
    }
}

impl Work {
    /// The work of the step with this label.
    fn of(label: &str) -> Option<Self> {
        Some(match label {
            "Allocate IP" | "Update IP + DNS + Firewall" => Self::Addresses,
            "Configure DNS records" => Self::Dns,
            "Clone VM" => Self::Clone,
            "Migrate to target node" => Self::Move,
            "Set CPU & RAM" => Self::Cpu,
            "Resize system disk"
            | "Set system disk I/O"
            | "Create additional disk"
            | "Resize additional disk"
            | "Set additional disk I/O" => Self::Disks,
            "Configure network" => Self::Network,
            "Configure firewall" => Self::Firewall,
            "Configure cloud-init" => Self::Guest,
            "Start VM" => Self::Start,
            "Verify running" | "Verify running + Email" => Self::Check,
            "Stop VM" => Self::Stop,
            "Restore backup" => Self::Restore,
            "Remove VM" => Self::Remove,
            _ => return None,
        })
    }
}

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
        work: Work::of(flow.rows.get(done)?.label)?,
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
            let of_it = rows.filter(|row| Work::of(row.label) == Some(*work));
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
