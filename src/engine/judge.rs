//! What follows from what a step said: decided without a host or a database.

use super::{OnError, Row, StepOutcome, next_look};
use crate::model::{Cause, Remedy, Sentence, StepResult, Stop, Verdict, Wait};
use crate::store::request::End;
use crate::store::vm::VmRecord;

/// How a pass ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PassEnd {
    /// The flow came to its end.
    Completed,
    /// Something is in the way.
    Waiting(Wait),
    /// A step failed.
    Failed {
        /// The sentence for people.
        text: String,
        /// What is in the way.
        cause: Cause,
    },
    /// Someone else changed the record: the rest is theirs.
    Overtaken,
}

/// What a step's end means beyond the record itself.
#[derive(Debug, PartialEq)]
pub(super) struct Judgement {
    /// The step's label, with the reason where it was skipped.
    pub(super) label: String,
    /// How its line ends.
    pub(super) outcome: StepOutcome,
    /// How whoever asked for this flow learns that it ended, where it does.
    pub(super) asked: End,
    /// `None`: on to the next row.
    pub(super) end: Option<PassEnd>,
}

/// Changes the record to what a step said of its row, `now` in seconds since 1970.
pub(super) fn judge<S>(
    row: &Row<S>,
    record: &mut VmRecord,
    result: StepResult,
    now: i64,
) -> Judgement {
    let mut judgement = Judgement {
        label: row.label.to_owned(),
        outcome: StepOutcome::Success,
        asked: End::Done,
        end: None,
    };
    match result {
        Err(Stop::Wait(wait)) => {
            record.wait_for(&wait, now);
            record.next_look_at = Some(now);
            judgement.outcome = StepOutcome::Waiting(Box::new(wait.clone()));
            judgement.end = Some(PassEnd::Waiting(wait));
        }
        Ok(verdict) => {
            record.state = row.to;
            record.clear_waiting();
            // A call that came meanwhile keeps the service due, so that a crash right here does not lose it.
            let due = !row.to.at_rest() || !record.wanted.is_empty();
            record.next_look_at = due.then_some(now);
            if row.to.at_rest() {
                record.flow = None;
            }
            if let Verdict::Skipped(why) = verdict {
                judgement.label = format!("{} (skip - {why})", row.label);
            }
        }
        Err(Stop::Failed(failure)) => {
            record.fails += 1;
            let why = Sentence::foreign(failure.sentence());
            record.set_waiting(why, &failure.cause, now);
            record.next_look_at = Some(match failure.remedy {
                Remedy::Retry => next_look(now, record.fails),
                // One look per cause and tick is cheap: what a person mends is noticed at once.
                Remedy::Person => now,
            });
            // What holds up the whole server (a token that expired overnight) is no verdict on this service.
            if let (OnError::Fall(state), Remedy::Person, Cause::Service) =
                (row.on_error, failure.remedy, &failure.cause)
            {
                record.state = state;
                record.next_look_at = None;
                record.flow = None;
                judgement.asked = End::Failed(failure.reason);
            }
            judgement.outcome = StepOutcome::Error(failure.text.clone());
            judgement.end = Some(PassEnd::Failed {
                text: failure.text,
                cause: failure.cause,
            });
        }
    }
    judgement
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        Failure, FlowKey, OwnerMark, ProductId, Reason, ServerId, ServiceId, Skip, VmState, Wait,
        Wish,
    };
    use std::time::Duration;

    const NOW: i64 = 1_000_000;

    fn row(from: VmState, to: VmState, on_error: OnError) -> Row<()> {
        Row {
            from,
            to,
            label: "Do it",
            work: None,
            step: |_| Box::pin(async { Ok(Verdict::Done) }),
            on_error,
            budget: Duration::ZERO,
        }
    }

    fn record(state: VmState) -> VmRecord {
        let mark = OwnerMark::new(&"0".repeat(32)).unwrap();
        let mut record = VmRecord::ordered(ServiceId(1), ServerId(3), ProductId(7), mark, 0);
        record.state = state;
        record.flow = Some(FlowKey::Restore);
        record.set_waiting(Sentence::foreign("of old"), &Cause::Pool(3), 5);
        record.fails = 2;
        record
    }

    #[test]
    fn a_step_that_did_its_work_leads_on_and_the_last_one_to_rest() {
        let (on, last) = (
            row(VmState::Creation, VmState::SetIp, OnError::Stay),
            row(VmState::Creation, VmState::Ready, OnError::Stay),
        );
        for (row, wish, label, due, flow) in [
            (&on, None, "Do it", Some(NOW), Some(FlowKey::Restore)),
            (&last, None, "Do it", None, None),
            (&last, Some(Wish::Start), "Do it", Some(NOW), None),
        ] {
            let mut record = record(VmState::Creation);
            record.wanted = wish.into_iter().collect();
            let judged = judge(row, &mut record, Ok(Verdict::Done), NOW);
            assert_eq!(judged.label, label);
            assert_eq!((judged.outcome, judged.end), (StepOutcome::Success, None));
            assert_eq!((record.state, record.flow), (row.to, flow));
            assert_eq!(record.next_look_at, due, "{wish:?}");
            assert_eq!((record.fails, record.waiting.as_str()), (0, ""));
            assert_eq!(record.cause, Cause::Service);
        }
        let skipped = Ok(Verdict::Skipped(Skip::NoChange));
        let judged = judge(&on, &mut record(VmState::Creation), skipped, NOW);
        assert_eq!(judged.label, "Do it (skip - no change)");
    }

    #[test]
    fn a_step_that_waits_stays_and_is_no_failure() {
        let row = row(
            VmState::Creation,
            VmState::SetIp,
            OnError::Fall(VmState::Ready),
        );
        let mut record = record(VmState::Creation);
        let judged = judge(&row, &mut record, Err(Wait::NextRun.into()), NOW);
        assert_eq!(judged.end, Some(PassEnd::Waiting(Wait::NextRun)));
        assert_eq!(judged.asked, End::Done);
        assert_eq!((record.state, record.fails), (VmState::Creation, 2));
        assert_eq!(record.flow, Some(FlowKey::Restore));
        assert_eq!(record.waiting, format!("waiting for {}", Wait::NextRun));
        assert_eq!(record.next_look_at, Some(NOW));
    }

    #[test]
    fn only_what_a_person_must_mend_for_this_service_alone_ends_the_flow() {
        let fall = OnError::Fall(VmState::Ready);
        let person = || Failure::person("broken").because(Reason::NotRestored);
        let shared = || person().caused_by(Cause::Server(3));
        let retry = || Failure::retry("busy");
        let later = Some(next_look(NOW, 3));
        for (on_error, failure, falls, due) in [
            (fall, person(), true, None),
            (fall, shared(), false, Some(NOW)),
            (fall, retry(), false, later),
            (OnError::Stay, person(), false, Some(NOW)),
            (OnError::Stay, retry(), false, later),
        ] {
            let row = row(VmState::Creation, VmState::SetIp, on_error);
            let mut record = record(VmState::Creation);
            let (text, cause) = (failure.text.clone(), failure.cause.clone());
            let judged = judge(&row, &mut record, Err(failure.into()), NOW);
            let (state, flow, asked) = match falls {
                true => (VmState::Ready, None, End::Failed(Reason::NotRestored)),
                false => (VmState::Creation, Some(FlowKey::Restore), End::Done),
            };
            assert_eq!(
                (record.state, record.flow, judged.asked),
                (state, flow, asked)
            );
            assert_eq!((record.next_look_at, record.fails), (due, 3), "{text}");
            assert_eq!(
                (&record.waiting, &record.cause, record.waiting_since),
                (&text, &cause, Some(NOW))
            );
            assert_eq!(judged.outcome, StepOutcome::Error(text.clone()));
            assert_eq!(judged.end, Some(PassEnd::Failed { text, cause }));
        }
    }

    #[test]
    fn the_record_keeps_the_sentence_where_the_line_has_other_words() {
        let row = row(VmState::Creation, VmState::SetIp, OnError::Stay);
        let mut failure = Failure::retry("VM failed to start. Will retry.");
        failure.explained = "Cannot start VM 1: no KVM".to_owned();
        let mut record = record(VmState::Creation);
        let judged = judge(&row, &mut record, Err(failure.into()), NOW);
        assert_eq!(record.waiting, "Cannot start VM 1: no KVM");
        assert_eq!(
            judged.outcome,
            StepOutcome::Error("VM failed to start. Will retry.".to_owned())
        );
    }
}
