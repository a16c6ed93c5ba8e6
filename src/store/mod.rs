//! Our tables in WHMCS's database: what is known of every VM, what is in flight, who holds what.
//!
//! The only place with SQL. Everything goes through a [`crate::host::HostHandle`]; a transaction is one host call, so
//! nothing is ever awaited inside one. Times are whole seconds since 1970 in UTC.

pub mod address;
pub mod ahead;
pub mod aside;
mod column;
mod ddl;
pub mod durability;
mod error;
pub mod fleet;
pub mod holder;
pub mod lease;
pub mod legacy;
pub mod limit;
mod migration;
pub mod opening;
pub mod operation;
pub mod overdue;
pub mod pool;
pub mod product;
pub mod request;
pub mod run;
pub mod schedule;
mod schema;
pub mod setting;
pub mod snapshot;
pub mod statistic;
pub mod suspension;
pub mod task;
pub mod unreadable;
pub mod vm;
pub mod vmid;
mod wanted;
mod write;
pub mod zone;

pub use error::StoreError;
pub use migration::{catch_up, drop_tables, migrate};
pub use schema::{TABLES, Table};
pub use write::write;
