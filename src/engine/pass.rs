//! One pass over one service.

use super::judge::{Judgement, PassEnd, judge};
use super::wait_budget::WaitBudget;
use super::{Event, Flow, Observer, Row, StepOutcome, Subject};
use crate::host::{HostHandle, Statement};
use crate::model::{Clock, Failure, FlowKey, Random, StepResult, VmState, Wait};
use crate::store::request::{self, End};
use crate::store::run::{Run, RunResult, StepLine};
use crate::store::vm::VmRecord;
use crate::store::{self, StoreError, operation, run, vm};
use std::time::Duration;
use tokio::time::Instant;

/// What a pass works with.
pub struct Pass<'a> {
    /// The host, for the store.
    pub host: &'a HostHandle,
    /// The time.
    pub clock: &'a dyn Clock,
    /// Chance, for the log's keys.
    pub random: &'a Random,
    /// Who is told.
    pub observer: &'a dyn Observer,
    /// When the tick ends: no step is begun after it.
    pub until: Instant,
    /// Time a step may go on past its budget to bring a call to its end, before the pass is cut as if it had crashed.
    /// Longer than the slowest single request's own deadline.
    pub grace: Duration,
}

/// What is known of the pass so far.
struct Progress {
    run: Run,
    /// Whether the run has a row already.
    stored: bool,
    number: u32,
    /// Why the service waited before this pass: the same sentence again needs no new row in the log.
    waited_for: String,
}

impl Pass<'_> {
    /// Walks the flow from the record's state.
    ///
    /// # Errors
    /// When the database fails; the state is then as last stored.
    pub async fn run<S: Subject>(
        &self,
        flow: &Flow<S>,
        subject: &mut S,
    ) -> Result<PassEnd, StoreError> {
        let mut progress = self.begin(flow, subject.record());
        self.announce(flow, subject.record()).await;
        let end = self.walk(flow, subject, &mut progress).await?;
        self.close(flow, subject.record(), &mut progress, &end)
            .await?;
        Ok(end)
    }

    fn begin<S>(&self, flow: &Flow<S>, record: &VmRecord) -> Progress {
        let state = record.state.as_str().to_owned();
        Progress {
            run: Run {
                id: self.random.token(),
                service: record.service,
                flow: flow.head.to_owned(),
                started_at: self.now(),
                finished_at: None,
                from: state.clone(),
                to: state,
                result: RunResult::Running,
                error: String::new(),
                steps: vec![],
            },
            stored: false,
            number: 0,
            waited_for: record.waiting.clone(),
        }
    }

    async fn announce<S>(&self, flow: &Flow<S>, record: &VmRecord) {
        let VmRecord {
            service,
            vmid,
            state,
            ..
        } = *record;
        self.observer
            .tell(Event::FlowStarted {
                head: flow.head,
                service,
                vmid,
                state,
            })
            .await;
    }

    async fn close<S>(
        &self,
        flow: &Flow<S>,
        record: &VmRecord,
        progress: &mut Progress,
        end: &PassEnd,
    ) -> Result<(), StoreError> {
        let VmRecord { service, state, .. } = *record;
        self.finish(progress, end, state).await?;
        let completed = *end == PassEnd::Completed;
        self.observer
            .tell(Event::FlowEnded {
                head: flow.head,
                service,
                state,
                completed,
            })
            .await;
        Ok(())
    }

    /// Records that the flow cannot even be begun: nothing to work on, and why.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn stall<S>(
        &self,
        flow: &Flow<S>,
        record: &mut VmRecord,
        failure: Failure,
    ) -> Result<PassEnd, StoreError> {
        let mut progress = self.begin(flow, record);
        self.announce(flow, record).await;
        let end = match flow.row(record.state) {
            Some(row) => {
                progress.number = 1;
                let result = Err(failure.into());
                self.conclude(row, record, &mut progress, result, 0.0)
                    .await?
                    .unwrap_or(PassEnd::Overtaken)
            }
            None => PassEnd::Completed,
        };
        self.close(flow, record, &mut progress, &end).await?;
        Ok(end)
    }

    async fn walk<S: Subject>(
        &self,
        flow: &Flow<S>,
        subject: &mut S,
        progress: &mut Progress,
    ) -> Result<PassEnd, StoreError> {
        let mut settled = false;
        let wait_budget = WaitBudget::until(self.until);
        subject.begin_pass(wait_budget.clone());
        loop {
            let state = subject.record().state;
            let Some(row) = flow.row(state) else {
                return Ok(PassEnd::Completed);
            };
            if Instant::now() >= self.until {
                return Ok(PassEnd::Waiting(Wait::NextRun));
            }
            progress.number += 1;
            let began = Instant::now();
            let until = (began + row.budget).min(self.until);
            subject.begin_step(until);
            let work = async {
                if !settled {
                    subject.settle().await?;
                    settled = true;
                }
                (row.step)(subject).await
            };
            let result = wait_budget.bound(until + self.grace, work).await;
            let result = result.unwrap_or_else(|| {
                Err(
                    Failure::retry(format!("{} did not end in time. Will retry.", row.label))
                        .into(),
                )
            });
            let seconds = began.elapsed().as_secs_f64();
            for note in subject.take_notes() {
                progress
                    .run
                    .steps
                    .push(self.line(None, note.clone(), "", state, state, 0.0));
                self.observer.tell(Event::Note(note)).await;
            }
            let record = subject.record_mut();
            if let Some(end) = self
                .conclude(row, record, progress, result, seconds)
                .await?
            {
                return Ok(end);
            }
            if row.to == row.from {
                // A step by itself, asked for by hand: it leads nowhere, so it runs once.
                return Ok(PassEnd::Completed);
            }
        }
    }

    /// Records what a step said. `None`: on to the next row.
    async fn conclude<S>(
        &self,
        row: &Row<S>,
        record: &mut VmRecord,
        progress: &mut Progress,
        result: StepResult,
        seconds: f64,
    ) -> Result<Option<PassEnd>, StoreError> {
        let now = self.now();
        let (from, flow) = (row.from, record.flow);
        let Judgement {
            label,
            outcome,
            asked,
            end,
        } = judge(row, record, result, now);
        let to = record.state;
        let line = self.line(
            Some(progress.number),
            label.clone(),
            &outcome.to_string(),
            from,
            to,
            seconds,
        );
        progress.run.steps.push(line);
        to.as_str().clone_into(&mut progress.run.to);
        if end.is_none() && to.at_rest() {
            // Told along with the state: a crash right after must not leave a finished run as one under way.
            progress.run.finished_at = Some(now);
            progress.run.result = RunResult::Success;
        }
        // A pass that only meets the same obstacle again leaves no new row.
        let news = end.is_none() || progress.stored || record.waiting != progress.waited_for;
        let mut also = if news { progress.statements() } else { vec![] };
        also.extend(ended(record, (from, flow), &outcome, asked, now));
        match vm::save(self.host, record, from, also).await {
            Ok(()) => {}
            Err(StoreError::Stale) => return Ok(Some(PassEnd::Overtaken)),
            Err(error) => return Err(error),
        }
        progress.stored |= news;
        let number = progress.number;
        self.observer
            .tell(Event::StepEnded {
                number,
                label,
                outcome,
                from,
                to,
                seconds,
            })
            .await;
        Ok(end)
    }

    async fn finish(
        &self,
        progress: &mut Progress,
        end: &PassEnd,
        state: VmState,
    ) -> Result<(), StoreError> {
        if !progress.stored {
            return Ok(());
        }
        progress.run.finished_at = Some(self.now());
        state.as_str().clone_into(&mut progress.run.to);
        (progress.run.result, progress.run.error) = match end {
            PassEnd::Completed => (RunResult::Success, String::new()),
            PassEnd::Waiting(wait) => (RunResult::Waiting, wait.of_line()),
            PassEnd::Failed { text, .. } => (RunResult::Error, text.clone()),
            PassEnd::Overtaken => (RunResult::Overtaken, String::new()),
        };
        let rows = vec![progress.run.update(), run::trim(progress.run.service)];
        store::write(self.host, rows).await
    }

    fn line(
        &self,
        number: Option<u32>,
        label: String,
        result: &str,
        from: VmState,
        to: VmState,
        seconds: f64,
    ) -> StepLine {
        StepLine {
            number,
            label,
            result: result.to_owned(),
            from: from.as_str().to_owned(),
            to: to.as_str().to_owned(),
            at: self.now(),
            seconds: (seconds * 100.0).round() / 100.0,
        }
    }

    fn now(&self) -> i64 {
        self.clock.now().timestamp()
    }
}

impl Progress {
    fn statements(&self) -> Vec<crate::host::Statement> {
        if self.stored {
            vec![self.run.update()]
        } else {
            vec![run::interrupt(self.run.service), self.run.insert()]
        }
    }
}

/// What ends along with a step: what was open for the service once it succeeded, and what a person asked for once the flow is
/// at rest. `begun`: the state before the step, and the flow.
fn ended(
    record: &VmRecord,
    begun: (VmState, Option<FlowKey>),
    outcome: &StepOutcome,
    asked: End,
    now: i64,
) -> Vec<Statement> {
    let (from, flow) = begun;
    let mut also = vec![];
    if *outcome == StepOutcome::Success {
        also.push(operation::close_open(record.service, now));
    }
    if record.state.at_rest() && !from.at_rest() {
        // Whoever asked for this flow reads its end on the page.
        let (service, text) = (record.service, &record.waiting);
        also.extend(request::rested(service, flow, asked, text, now));
    }
    also
}
