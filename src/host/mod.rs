//! The ports to the outside that PHP offers, and the trampoline on which they are called.
//!
//! *Ports.* [`Db`], [`Whmcs`] and [`Console`] are plain synchronous traits. The PHP extension implements them on a PHP
//! object, the tests on SQLite and vectors.
//!
//! *Trampoline.* A future never calls a port. It queues a [`HostCall`] on its [`HostHandle`] and awaits the answer;
//! [`trampoline::drive`] leaves the runtime, performs what is queued, and enters it again. So PHP code, and whatever it
//! calls in turn, never runs inside a tokio runtime.

mod call;
mod error;
mod handle;
mod ports;
pub mod trampoline;
mod utf8mb3;

pub use call::{HostAnswer, HostCall, Query, Row, Statement, Transacted};
pub use error::{HostError, Thrown};
pub use handle::HostHandle;
pub use ports::{Console, Db, Description, Dialect, Host, Whmcs};
