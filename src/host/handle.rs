//! The core's end of the trampoline.

use super::{
    Description, HostAnswer, HostCall, HostError, Query, Row, Statement, Transacted, utf8mb3,
};
use serde_json::Value;
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use tokio::sync::{Notify, oneshot};

/// A call and where its answer goes.
pub(super) struct Queued {
    pub(super) call: HostCall,
    pub(super) answer: oneshot::Sender<Result<HostAnswer, HostError>>,
}

#[derive(Default)]
pub(super) struct Queue {
    pub(super) calls: RefCell<VecDeque<Queued>>,
    pub(super) filled: Notify,
}

/// Queues host calls and awaits their answers. Cheap to clone; every future of one entry from PHP shares a queue.
///
/// A call whose future is dropped before its turn is never made; one that has begun is finished. So what a dropped future
/// wrote last is either done or not, as if the process had died there.
#[derive(Clone, Default)]
pub struct HostHandle(pub(super) Rc<Queue>);

impl HostHandle {
    async fn ask(&self, call: HostCall) -> Result<HostAnswer, HostError> {
        let (answer, answered) = oneshot::channel();
        self.0.calls.borrow_mut().push_back(Queued { call, answer });
        self.0.filled.notify_one();
        answered.await.unwrap_or(Err(HostError::Gone))
    }

    /// Facts about the installation.
    pub async fn describe(&self) -> Result<Description, HostError> {
        match self.ask(HostCall::Describe).await? {
            HostAnswer::Description(description) => Ok(*description),
            other => Err(unexpected("a description", &other)),
        }
    }

    /// Rows of a query.
    pub async fn select(
        &self,
        sql: impl Into<Cow<'static, str>>,
        mut args: Vec<Value>,
    ) -> Result<Vec<Row>, HostError> {
        utf8mb3::narrow_all(&mut args);
        match self.ask(HostCall::Select(Query::new(sql, args))).await? {
            HostAnswer::Rows(mut rows) => {
                rows.iter_mut().for_each(utf8mb3::widen);
                Ok(rows)
            }
            other => Err(unexpected("rows", &other)),
        }
    }

    /// Runs one statement; the number of rows it changed.
    pub async fn affect(
        &self,
        sql: impl Into<Cow<'static, str>>,
        mut args: Vec<Value>,
    ) -> Result<u64, HostError> {
        utf8mb3::narrow_all(&mut args);
        match self.ask(HostCall::Affect(Query::new(sql, args))).await? {
            HostAnswer::Count(count) => Ok(count),
            other => Err(unexpected("a row count", &other)),
        }
    }

    /// Runs all statements or none.
    pub async fn transact(&self, mut statements: Vec<Statement>) -> Result<Transacted, HostError> {
        utf8mb3::narrow_statements(&mut statements);
        match self.ask(HostCall::Transact(statements)).await? {
            HostAnswer::Transacted(outcome) => Ok(outcome),
            other => Err(unexpected("a transaction's outcome", &other)),
        }
    }

    /// The services with these ids, shaped like a module call's `$params`.
    pub async fn services(&self, ids: Vec<u64>) -> Result<Vec<Value>, HostError> {
        match self.ask(HostCall::Services(ids)).await? {
            HostAnswer::Services(services) => Ok(services),
            other => Err(unexpected("services", &other)),
        }
    }

    /// Something WHMCS shall do.
    pub async fn effect(&self, name: &'static str, mut args: Value) -> Result<Value, HostError> {
        // WHMCS stores these over the same connection, and nobody reads them back here.
        if matches!(name, "log_activity" | "log_module") {
            utf8mb3::narrow(&mut args);
        }
        match self.ask(HostCall::Effect(name, args)).await? {
            HostAnswer::Value(value) => Ok(value),
            other => Err(unexpected("a value", &other)),
        }
    }

    /// Writes to the cron's output and flushes it.
    pub async fn write(&self, text: impl Into<String>) -> Result<(), HostError> {
        match self.ask(HostCall::Write(text.into())).await? {
            HostAnswer::Written => Ok(()),
            other => Err(unexpected("nothing", &other)),
        }
    }
}

fn unexpected(wanted: &'static str, got: &HostAnswer) -> HostError {
    let got = format!("{got:?}");
    HostError::Shape {
        wanted,
        got: got.chars().take(80).collect(),
    }
}
