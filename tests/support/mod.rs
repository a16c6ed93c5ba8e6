//! The test world: a WHMCS of SQLite and vectors, a Proxmox cluster in the same process, and paused time.
//!
//! [`World::new`] builds both, [`World::order`] sells a VM, [`World::tick`] runs the cron once through the real
//! trampoline. Nothing here waits for real time, and the same seed gives the same run.

#![allow(
    dead_code,
    reason = "each test binary that includes this uses a part of it"
)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod actions;
pub mod actors;
pub mod clocks;
pub mod compare;
pub mod counts;
pub mod host;
pub mod invariant;
pub mod names;
pub mod outage;
pub mod schema;
pub mod shop;
pub mod transport;
pub mod whose;
pub mod world;

pub use host::CrashPoint;
pub use shop::Order;
pub use transport::Cut;
#[allow(unused_imports, reason = "each test binary uses a part")]
pub use world::Ran;
pub use world::World;
