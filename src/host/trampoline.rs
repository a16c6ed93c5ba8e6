//! PHP between two `block_on`s, never inside one.

use super::handle::Queued;
use super::{Host, HostAnswer, HostCall, HostError, HostHandle};
use crate::model::HostTime;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::time::Instant;

/// How long host calls may go on before the network gets a turn. A batch of cheap calls stays together; after a mail of
/// three seconds the answers that came in meanwhile are taken off the sockets before the next mail.
const SLICE: Duration = Duration::from_millis(20);

/// Runs `work` to its end on `runtime`, performing its host calls outside of it.
///
/// May be called again while it performs a host call (PHP code that enters the extension again): the inner run has a
/// queue of its own, and the futures of the outer one rest until it is done.
///
/// # Errors
/// [`HostError::Gone`] when PHP ended during a call: `work` is dropped where it stood, as if the process had died. Also
/// when the process was forked during a call and this is the child: then `work` is leaked, since dropping it would
/// reach into connections that the parent still uses.
pub fn drive<T, F: Future<Output = T>>(
    runtime: &Runtime,
    host: &dyn Host,
    host_time: &HostTime,
    work: impl FnOnce(HostHandle) -> F,
) -> Result<T, HostError> {
    let handle = HostHandle::default();
    let process = std::process::id();
    let mut work = Work::new(runtime, || work(handle.clone()));
    loop {
        let finished = runtime.block_on(async {
            // Leading: lets the driver notice what happened to idle connections while PHP ran.
            tokio::task::yield_now().await;
            let finished = tokio::select! {
                biased;
                done = work.future() => Some(done),
                () = handle.0.filled.notified() => None,
            };
            // Trailing: tokio drops wakers that are deferred when `block_on` returns; this one hands them on.
            tokio::task::yield_now().await;
            finished
        });
        if let Some(done) = finished {
            return Ok(done);
        }
        let slice = now(runtime);
        loop {
            let next = handle.0.calls.borrow_mut().pop_front();
            let Some(Queued { call, answer }) = next else {
                break;
            };
            if answer.is_closed() {
                // The future was dropped before its call was made: it never happened.
                continue;
            }
            let result = timed(runtime, host_time, || perform(host, call));
            if std::process::id() != process {
                work.leak();
                return Err(HostError::Gone);
            }
            if matches!(result, Err(HostError::Gone)) {
                return Err(HostError::Gone);
            }
            // A future that was dropped during the call no longer wants its answer.
            let _ = answer.send(result);
            if now(runtime) - slice > SLICE {
                // What is left in the queue must end the next wait at once.
                handle.0.filled.notify_one();
                break;
            }
        }
    }
}

/// The future that is driven, with what its end needs.
///
/// Dropping a request may put its connection back into the pool, and the pool then spawns a timer task: without a runtime
/// at hand that panics. So the future is made and dropped within the runtime's reach, which is not *inside* it:
/// `block_on` works there.
struct Work<'r, F> {
    runtime: &'r Runtime,
    future: Option<Pin<Box<F>>>,
}

impl<'r, F: Future> Work<'r, F> {
    fn new(runtime: &'r Runtime, make: impl FnOnce() -> F) -> Self {
        let _reach = runtime.enter();
        Self {
            runtime,
            future: Some(Box::pin(make())),
        }
    }

    async fn future(&mut self) -> F::Output {
        match &mut self.future {
            Some(future) => future.await,
            None => std::future::pending().await,
        }
    }

    fn leak(&mut self) {
        std::mem::forget(self.future.take());
    }
}

impl<F> Drop for Work<'_, F> {
    fn drop(&mut self) {
        let _reach = self.runtime.enter();
        self.future = None;
    }
}

/// The runtime's clock, which a simulation may have paused: replaying a seed must not depend on the real one.
fn now(runtime: &Runtime) -> Instant {
    let _reach = runtime.enter();
    Instant::now()
}

/// Runs `call` and adds the time it took to `host_time`, once: calls of a nested entry have added theirs already.
fn timed<T>(runtime: &Runtime, host_time: &HostTime, call: impl FnOnce() -> T) -> T {
    let (started, before) = (now(runtime), host_time.total());
    let result = call();
    let nested = host_time.total() - before;
    host_time.add((now(runtime) - started).saturating_sub(nested));
    result
}

fn perform(host: &dyn Host, call: HostCall) -> Result<HostAnswer, HostError> {
    Ok(match call {
        HostCall::Describe => HostAnswer::Description(Box::new(host.describe()?)),
        HostCall::Select(query) => HostAnswer::Rows(host.select(&query)?),
        HostCall::Affect(query) => HostAnswer::Count(host.affect(&query)?),
        HostCall::Transact(statements) => HostAnswer::Transacted(host.transact(&statements)?),
        HostCall::Services(ids) => HostAnswer::Services(host.services(&ids)?),
        HostCall::Effect(name, args) => HostAnswer::Value(host.effect(name, &args)?),
        HostCall::Write(text) => {
            host.write(&text)?;
            HostAnswer::Written
        }
    })
}
