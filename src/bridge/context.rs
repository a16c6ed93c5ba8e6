//! What lives as long as the process: the runtime, the connections, the random generator.

use super::link::Site;
use crate::host::HostHandle;
use crate::model::{Chance, HostTime, SystemClock};
use crate::net::{NetError, Transport, WebTransport};
use std::cell::Cell;
use std::io;
use std::rc::Rc;
use thiserror::Error;
use tokio::runtime::{Builder, Runtime};

/// Made on the first call in a process.
pub(super) struct Context {
    process: u32,
    pub(super) runtime: Runtime,
    pub(super) host_time: HostTime,
    pub(super) clock: Rc<SystemClock>,
    pub(super) chance: Chance,
    pub(super) transport: Rc<dyn Transport>,
}

/// Why there is no context.
#[derive(Debug, Error)]
pub(super) enum Unavailable {
    /// The system has no file descriptor left.
    #[error("No event loop could be made on this machine: {0}.")]
    Runtime(#[from] io::Error),
    /// The network's own set-up failed.
    #[error("The network could not be set up: {0}")]
    Network(#[from] NetError),
}

thread_local! {
    static CONTEXT: Cell<Option<&'static Context>> = const { Cell::new(None) };
}

impl Context {
    /// The context of this process.
    ///
    /// Nothing is made when PHP starts: php-fpm forks its workers from that process, and a runtime does not survive a fork
    /// (the child would share the parent's epoll set and TLS streams). So a context knows its process, and a child makes its own.
    /// The old one is leaked and never dropped, since dropping would deregister sockets that the parent waits on; a new
    /// random generator also keeps parent and child from drawing the same passwords. For the same reason the
    /// context of a process that ends is not dropped: the kernel closes its sockets.
    ///
    /// # Errors
    /// See [`Unavailable`].
    pub(super) fn current() -> Result<&'static Self, Unavailable> {
        let process = std::process::id();
        if let Some(context) = CONTEXT.get().filter(|context| context.process == process) {
            return Ok(context);
        }
        let host_time = HostTime::default();
        let context: &'static Self = Box::leak(Box::new(Self {
            process,
            runtime: Builder::new_current_thread().enable_all().build()?,
            transport: WebTransport::new(host_time.clone())?,
            host_time,
            clock: Rc::new(SystemClock),
            chance: Chance::from_system(),
        }));
        CONTEXT.set(Some(context));
        Ok(context)
    }

    /// Whether this is still the process that made the context.
    /// What an entry works with.
    pub(super) fn site(&self, host: HostHandle) -> Site {
        Site {
            host,
            host_time: self.host_time.clone(),
            clock: self.clock.clone(),
            chance: self.chance.clone(),
            transport: self.transport.clone(),
        }
    }

    pub(super) fn is_current(&self) -> bool {
        self.process == std::process::id()
    }
}
