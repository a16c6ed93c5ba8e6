//! The time limit for making a connection, laid under `reqwest`'s connection pool.
//!
//! A host that is switched off swallows packets. Were the whole request's deadline the only one, a POST would wait a
//! minute for it and then count as "may have been sent". A limit on the connection alone ends in "surely not sent",
//! and the next endpoint takes over.

use crate::model::HostTime;
use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep_until};
use tower_layer::Layer;
use tower_service::Service;

/// TCP and TLS take three round trips; five seconds cover one lost packet on each and a slow name server.
pub(super) const CONNECT_LIMIT: Duration = Duration::from_secs(5);

/// The total of [`HostTime`] in a form that the pool's `Send` futures can hold.
#[derive(Clone, Debug, Default)]
pub(super) struct HostTimeCopy(Arc<AtomicU64>);

impl HostTimeCopy {
    /// Takes the present total over. Called before each poll of a request.
    pub(super) fn refresh(&self, host: &HostTime) {
        let nanos = u64::try_from(host.total().as_nanos()).unwrap_or(u64::MAX);
        self.0.store(nanos, Ordering::Relaxed);
    }

    fn total(&self) -> Duration {
        Duration::from_nanos(self.0.load(Ordering::Relaxed))
    }
}

/// The connection was not made in time.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("no connection within {} s", CONNECT_LIMIT.as_secs())]
pub(super) struct ConnectTimeout;

/// Wraps the connector of a client.
#[derive(Clone)]
pub(super) struct ConnectLimit(pub(super) HostTimeCopy);

impl<S> Layer<S> for ConnectLimit {
    type Service = LimitedConnect<S>;

    fn layer(&self, inner: S) -> Self::Service {
        LimitedConnect {
            inner,
            host: self.0.clone(),
        }
    }
}

/// A connector with the limit.
#[derive(Clone)]
pub(super) struct LimitedConnect<S> {
    inner: S,
    host: HostTimeCopy,
}

impl<S, R> Service<R> for LimitedConnect<S>
where
    S: Service<R, Error = Box<dyn Error + Send + Sync>>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Connecting<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let start = Instant::now();
        Connecting {
            work: Box::pin(self.inner.call(request)),
            alarm: Box::pin(sleep_until(start + CONNECT_LIMIT)),
            start,
            host_before: self.host.total(),
            host: self.host.clone(),
        }
    }
}

/// A connection in the making: polled first, the clock second, host calls not counted.
pub(super) struct Connecting<F> {
    work: Pin<Box<F>>,
    alarm: Pin<Box<Sleep>>,
    start: Instant,
    host_before: Duration,
    host: HostTimeCopy,
}

impl<F, T> Future for Connecting<F>
where
    F: Future<Output = Result<T, Box<dyn Error + Send + Sync>>>,
{
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if let Poll::Ready(outcome) = self.work.as_mut().poll(cx) {
            return Poll::Ready(outcome);
        }
        loop {
            if self.alarm.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            let end =
                self.start + CONNECT_LIMIT + self.host.total().saturating_sub(self.host_before);
            if Instant::now() >= end {
                return Poll::Ready(Err(Box::new(ConnectTimeout)));
            }
            self.alarm.as_mut().reset(end);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;
    use futures_util::future::BoxFuture;

    /// A connector that is done after so many seconds.
    #[derive(Clone)]
    struct Slow(u64);

    impl Service<()> for Slow {
        type Response = ();
        type Error = Box<dyn Error + Send + Sync>;
        type Future = BoxFuture<'static, Result<(), Self::Error>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, (): ()) -> Self::Future {
            let pause = Duration::from_secs(self.0);
            async move {
                tokio::time::sleep(pause).await;
                Ok(())
            }
            .boxed()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_is_given_up_after_its_limit() {
        let layer = ConnectLimit(HostTimeCopy::default());
        assert!(layer.layer(Slow(4)).call(()).await.is_ok());
        let start = Instant::now();
        let error = layer.layer(Slow(60)).call(()).await.expect_err("too slow");
        assert_eq!(error.to_string(), "no connection within 5 s");
        assert_eq!(start.elapsed(), CONNECT_LIMIT);
    }

    #[tokio::test(start_paused = true)]
    async fn time_in_host_calls_does_not_count() {
        let (copy, host) = (HostTimeCopy::default(), HostTime::default());
        let connecting = ConnectLimit(copy.clone()).layer(Slow(8)).call(());
        host.add(Duration::from_secs(4));
        copy.refresh(&host);
        assert!(connecting.await.is_ok());
    }
}
