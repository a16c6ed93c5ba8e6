//! Entering a flow.

use crate::flows;
use crate::model::{Before, VmState, Wish};
use crate::plan::{Service, ServiceStatus};
use crate::store::vm::VmRecord;

/// Puts a service at a state: at the begin of a flow, in the middle of one, or at rest. What it waited for is over, and the
/// cron looks at it at once where there is something to do. The record is still to be saved.
pub fn enter(record: &mut VmRecord, state: VmState, now: i64) {
    record.state = state;
    record.flow = flows::of(None, state).and_then(|flow| flow.key);
    record.clear_waiting();
    let due = !state.at_rest() || !record.wanted.is_empty();
    record.next_look_at = due.then_some(now);
}

/// Where WHMCS has the service suspended, whatever VM it gets is off, and starts neither with its node nor by a click. Of
/// one that comes to us in that state nobody knows how it was before: it is taken to have run.
pub fn stay_suspended(service: &Service, record: &mut VmRecord) {
    if service.status == ServiceStatus::Suspended && !record.suspended() {
        record.suspended_from = Some(Before::Running);
    }
    // A suspension that is to end, and could not yet, ends with the new VM.
    if record.suspended() && !record.wants(Wish::Unsuspend) {
        record.want(Wish::Suspend);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{OwnerMark, ProductId, ServerId, ServiceId};

    #[test]
    fn each_flow_is_entered_at_its_begin_and_by_its_own_word() {
        let mark = OwnerMark::new(&"a".repeat(32)).unwrap();
        let mut record = VmRecord::ordered(ServiceId(1), ServerId(1), ProductId(1), mark, 0);
        for flow in flows::ALL {
            record.waiting = "something".to_owned();
            enter(&mut record, flow.rows[0].from, 5);
            assert_eq!((record.flow, record.next_look_at), (flow.key, Some(5)));
            assert!(record.waiting.is_empty());
        }
        for state in VmState::ALL.iter().filter(|state| state.at_rest()) {
            enter(&mut record, *state, 5);
            assert_eq!((record.flow, record.next_look_at), (None, None));
        }
        record.want(Wish::Suspend);
        enter(&mut record, VmState::Ready, 5);
        assert_eq!(record.next_look_at, Some(5), "what is wanted still is due");
    }
}
