//! A host written in Rust, and the way onto the trampoline.

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use puq_proxmox_kvm::host::{
    Console, Db, Description, Host, HostError, HostHandle, Query, Row, Statement, Transacted,
    Whmcs, trampoline,
};
use puq_proxmox_kvm::model::HostTime;
use serde_json::{Value, json};
use std::cell::Cell;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

/// What a host call does, and how often it was made.
pub struct Fake<'a> {
    pub calls: Cell<u64>,
    on: Box<dyn Fn(u64) -> Result<Value, HostError> + 'a>,
}

impl<'a> Fake<'a> {
    pub fn new(on: impl Fn(u64) -> Result<Value, HostError> + 'a) -> Self {
        Self {
            calls: Cell::new(0),
            on: Box::new(on),
        }
    }

    fn call(&self) -> Result<Value, HostError> {
        self.calls.set(self.calls.get() + 1);
        (self.on)(self.calls.get())
    }
}

impl Db for Fake<'_> {
    fn select(&self, _query: &Query) -> Result<Vec<Row>, HostError> {
        self.call().map(|_| Vec::new())
    }

    fn affect(&self, query: &Query) -> Result<u64, HostError> {
        self.call()?;
        Ok(query.args[0].as_u64().unwrap())
    }

    fn transact(&self, statements: &[Statement]) -> Result<Transacted, HostError> {
        self.call()
            .map(|_| Transacted::Committed(vec![1; statements.len()]))
    }
}

impl Whmcs for Fake<'_> {
    fn describe(&self) -> Result<Description, HostError> {
        self.call().map(|_| Description::default())
    }

    fn services(&self, ids: &[u64]) -> Result<Vec<Value>, HostError> {
        self.call()
            .map(|_| ids.iter().map(|id| json!(id)).collect())
    }

    fn effect(&self, _name: &str, _args: &Value) -> Result<Value, HostError> {
        self.call()
    }
}

impl Console for Fake<'_> {
    fn write(&self, _text: &str) -> Result<(), HostError> {
        self.call().map(drop)
    }
}

/// A runtime as the extension has it.
pub fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// Drives `work` on the trampoline.
pub fn drive<T, F: Future<Output = T>>(
    runtime: &Runtime,
    host: &dyn Host,
    work: impl FnOnce(HostHandle) -> F,
) -> Result<T, HostError> {
    // A lost waker must fail the test, not hang it: the alarm wakes the driven future itself.
    trampoline::drive(runtime, host, &HostTime::default(), |handle| {
        let work = tokio::time::timeout(Duration::from_secs(60), work(handle));
        async { work.await.expect("nothing moves any more") }
    })
}

/// Many futures that call and yield in turn.
pub async fn crowd(host: HostHandle, futures: u64, calls: u64) -> u64 {
    let one = async |number: u64| {
        let mut sum = 0;
        for call in 0..calls {
            sum += host.affect("x", vec![json!(call)]).await.unwrap();
            if (call + number).is_multiple_of(2) {
                tokio::task::yield_now().await;
            }
        }
        sum
    };
    let mut crowd: FuturesUnordered<_> = (0..futures).map(one).collect();
    let mut sum = 0;
    while let Some(part) = crowd.next().await {
        sum += part;
    }
    sum
}
