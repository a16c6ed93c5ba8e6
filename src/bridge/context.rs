//! What lives as long as the process: the runtime, the connections, the random generator.

use crate::host::HostHandle;
use crate::model::{HostTime, Random, SystemClock};
use crate::net::{NetError, ServerHealth, Transport, WebTransport};
use crate::site::{Process, Site};
use std::cell::Cell;
use std::io;
use std::rc::Rc;
use thiserror::Error;
use tokio::runtime::{Builder, Runtime};

/// Made on the first call in a process.
pub(super) struct Context {
    process: Process,
    pub(super) runtime: Runtime,
    pub(super) host_time: HostTime,
    pub(super) clock: Rc<SystemClock>,
    pub(super) random: Random,
    pub(super) transport: Rc<dyn Transport>,
}

/// Why there is no context.
#[derive(Debug, Error)]
pub(super) enum Unavailable {
    /// The system has no file descriptor left.
    #[error("No event loop could be made on this machine")]
    Runtime(#[from] io::Error),
    /// The network's own set-up failed.
    #[error("The network could not be set up")]
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
        if let Some(context) = CONTEXT
            .get()
            .filter(|context| context.process.pid == process)
        {
            return Ok(context);
        }
        let host_time = HostTime::default();
        let context: &'static Self = Box::leak(Box::new(Self {
            process: Process::current(&machine()),
            runtime: Builder::new_current_thread().enable_all().build()?,
            transport: WebTransport::new(host_time.clone())?,
            host_time,
            clock: Rc::new(SystemClock),
            random: Random::from_system(),
        }));
        CONTEXT.set(Some(context));
        Ok(context)
    }

    /// What an entry works with.
    pub(super) fn site(&self, host: HostHandle) -> Site {
        Site {
            host,
            about: Rc::default(),
            clock: self.clock.clone(),
            ahead_s: 0,
            random: self.random.clone(),
            transport: self.transport.clone(),
            server_health: ServerHealth::default(),
            process: self.process.clone(),
        }
    }

    /// Whether this is still the process that made the context.
    pub(super) fn is_current(&self) -> bool {
        self.process.pid == std::process::id()
    }
}

/// The namespace of process numbers that the kernel starts with (`PROC_PID_INIT_INO`); a container has another.
const FIRST_NAMESPACE: &str = "pid:[4026531836]";

/// This machine's name as leases carry it.
///
/// A lease names its process by machine and number. Two containers of one machine may share the host's name but count
/// processes anew, so a container adds its namespace: else one would take the other's living process for a dead one.
fn machine() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let name = name.trim();
    let name = if name.is_empty() { "localhost" } else { name };
    let namespace = std::fs::read_link("/proc/self/ns/pid").unwrap_or_default();
    let namespace = namespace.to_string_lossy();
    if namespace.is_empty() || namespace == FIRST_NAMESPACE {
        return name.to_owned();
    }
    let number: String = namespace.chars().filter(char::is_ascii_digit).collect();
    format!("{name}~{number}")
}
