//! Waiting for a permit is not the step's fault: it does not count in the time a step has.

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

#[derive(Default)]
struct Waited {
    total: Cell<Duration>,
    since: Cell<Option<Instant>>,
}

/// How long a service has waited for permits, and until when it may wait: the end of the run.
#[derive(Clone)]
pub struct WaitBudget {
    waited: Rc<Waited>,
    until: Instant,
}

/// One wait; it ends when this is dropped.
pub struct Waiting<'a>(&'a WaitBudget);

impl WaitBudget {
    /// Nothing was waited for yet.
    pub fn until(until: Instant) -> Self {
        Self {
            waited: Rc::default(),
            until,
        }
    }

    /// Waits for `turn` until the run ends. `None`: the run has ended. Otherwise the result, and how long the wait took.
    pub async fn wait<T>(&self, turn: impl Future<Output = T>) -> Option<(T, Duration)> {
        let before = self.waited.total.get();
        self.waited.since.set(Some(Instant::now()));
        let counted = Waiting(self);
        let came = tokio::time::timeout_at(self.until, turn).await.ok()?;
        drop(counted);
        Some((came, self.waited.total.get() - before))
    }

    /// Runs `work` at most until `end`; time that it spends waiting for permits is added. `None`: it took longer.
    pub async fn bound<T>(&self, end: Instant, work: impl Future<Output = T>) -> Option<T> {
        let before = self.sum();
        let mut work = pin!(work);
        let mut alarm = pin!(sleep_until(end));
        poll_fn(move |cx| {
            if let Poll::Ready(done) = work.as_mut().poll(cx) {
                return Poll::Ready(Some(done));
            }
            loop {
                if alarm.as_mut().poll(cx).is_pending() {
                    return Poll::Pending;
                }
                let later = end + self.sum().saturating_sub(before);
                if Instant::now() >= later {
                    return Poll::Ready(None);
                }
                alarm.as_mut().reset(later);
            }
        })
        .await
    }

    fn sum(&self) -> Duration {
        let present = self.waited.since.get().map(|since| since.elapsed());
        self.waited.total.get() + present.unwrap_or_default()
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waited.total.set(self.0.sum());
        self.0.waited.since.set(None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::sleep;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn waiting_for_a_turn_does_not_count() {
        let start = Instant::now();
        let wait_budget = WaitBudget::until(start + 100 * SECOND);
        let work = async {
            let (_, waited) = wait_budget.wait(sleep(30 * SECOND)).await.unwrap();
            sleep(9 * SECOND).await;
            waited
        };
        let done = wait_budget.bound(start + 10 * SECOND, work).await;
        assert_eq!(done, Some(30 * SECOND));
        let slow = wait_budget.bound(Instant::now() + 10 * SECOND, sleep(11 * SECOND));
        assert_eq!(slow.await, None);
        assert_eq!(start.elapsed(), 49 * SECOND);
    }

    #[tokio::test(start_paused = true)]
    async fn no_wait_outlives_the_run() {
        let wait_budget = WaitBudget::until(Instant::now() + 10 * SECOND);
        assert!(wait_budget.wait(sleep(60 * SECOND)).await.is_none());
        assert_eq!(wait_budget.sum(), 10 * SECOND);
    }
}
