//! PHP between two `block_on`s, never inside one.

use super::handle::Queued;
use super::{Host, HostAnswer, HostCall, HostError, HostHandle};
use crate::model::HostTime;
use std::future::Future;
use std::pin::pin;
use tokio::runtime::Runtime;
use tokio::time::Instant;

/// Runs `work` to its end on `runtime`, performing its host calls outside of it.
///
/// # Errors
/// [`HostError::Gone`] when PHP ended during a call: `work` is dropped where it stood, as if the process had died.
pub fn drive<T, F: Future<Output = T>>(
    runtime: &Runtime,
    host: &dyn Host,
    host_time: &HostTime,
    work: impl FnOnce(HostHandle) -> F,
) -> Result<T, HostError> {
    let handle = HostHandle::default();
    let mut work = pin!(work(handle.clone()));
    loop {
        let finished = runtime.block_on(async {
            // Leading: lets the driver notice what happened to idle connections while PHP ran.
            tokio::task::yield_now().await;
            let finished = tokio::select! {
                biased;
                done = &mut work => Some(done),
                () = handle.0.filled.notified() => None,
            };
            // Trailing: tokio drops wakers that are deferred when `block_on` returns; this one hands them on.
            tokio::task::yield_now().await;
            finished
        });
        if let Some(done) = finished {
            return Ok(done);
        }
        loop {
            let next = handle.0.calls.borrow_mut().pop_front();
            let Some(Queued { call, answer }) = next else { break };
            let started = Instant::now();
            let result = perform(host, call);
            host_time.add(started.elapsed());
            if matches!(result, Err(HostError::Gone)) {
                return Err(HostError::Gone);
            }
            // A future that was dropped meanwhile no longer wants its answer.
            let _ = answer.send(result);
        }
    }
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
