//! Deadlines of our own, because a clock that runs while PHP works would declare dead what has long been answered.

use super::{HttpRequest, HttpResponse, NetError, Transport};
use crate::model::HostTime;
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// The time is up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elapsed;

/// Waits for `work`, at most `limit` long; time spent in host calls meanwhile does not count.
///
/// The work is polled first and the clock second: an answer that lies in the socket wins, however late it is looked at.
pub async fn within<T>(
    host: &HostTime,
    limit: Duration,
    work: impl Future<Output = T>,
) -> Result<T, Elapsed> {
    let start = Instant::now();
    let host_before = host.total();
    let mut work = pin!(work);
    let mut alarm = pin!(sleep_until(start + limit));
    poll_fn(move |cx| {
        if let Poll::Ready(value) = work.as_mut().poll(cx) {
            return Poll::Ready(Ok(value));
        }
        loop {
            if alarm.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            // The alarm is set as if no host call came between; when it rings, what they took is added.
            let end = start + limit + host.total().saturating_sub(host_before);
            if Instant::now() >= end {
                return Poll::Ready(Err(Elapsed));
            }
            alarm.as_mut().reset(end);
        }
    })
    .await
}

/// Lays each request's deadline over another transport.
pub struct Timed {
    inner: Rc<dyn Transport>,
    host: HostTime,
}

impl Timed {
    /// Deadlines over `inner`; `host` tells how long PHP has been at work.
    pub fn new(inner: Rc<dyn Transport>, host: HostTime) -> Self {
        Self { inner, host }
    }
}

impl Transport for Timed {
    fn send(&self, request: HttpRequest) -> LocalBoxFuture<'_, Result<HttpResponse, NetError>> {
        async move {
            let (to, limit) = (request.base.url(), request.deadline);
            match within(&self.host, limit, self.inner.send(request)).await {
                Ok(outcome) => outcome,
                // Where the connection was not even made the inner transport says so itself, and sooner: what is
                // left here has a connection, so the request may have left.
                Err(Elapsed) => Err(NetError::Deadline {
                    to,
                    sent: true,
                    after: limit,
                }),
            }
        }
        .boxed_local()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::pending;
    use tokio::time::{advance, sleep};

    #[tokio::test(start_paused = true)]
    async fn a_ready_answer_beats_a_passed_deadline() {
        let host = HostTime::default();
        let answered = async {
            advance(Duration::from_secs(60)).await;
            7
        };
        assert_eq!(
            within(&host, Duration::from_secs(10), answered).await,
            Ok(7)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn silence_ends_at_the_deadline() {
        let (host, start) = (HostTime::default(), Instant::now());
        assert_eq!(
            within(&host, Duration::from_secs(10), pending::<()>()).await,
            Err(Elapsed)
        );
        assert_eq!(start.elapsed(), Duration::from_secs(10));
    }

    #[tokio::test(start_paused = true)]
    async fn time_in_host_calls_does_not_count() {
        let (host, start) = (HostTime::default(), Instant::now());
        let work = async {
            // A mail that takes eight seconds, then the server that answers six seconds later.
            advance(Duration::from_secs(8)).await;
            host.add(Duration::from_secs(8));
            sleep(Duration::from_secs(6)).await;
            "answer"
        };
        assert_eq!(
            within(&host, Duration::from_secs(10), work).await,
            Ok("answer")
        );
        assert_eq!(start.elapsed(), Duration::from_secs(14));
        assert_eq!(
            within(&host, Duration::from_secs(1), pending::<()>()).await,
            Err(Elapsed)
        );
        assert_eq!(start.elapsed(), Duration::from_secs(15));
    }
}
