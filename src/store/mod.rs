//! Our tables in WHMCS's database: what is known of every VM, what is in flight, who holds what.
//!
//! The only place with SQL. Everything goes through a [`crate::host::HostHandle`]; a transaction is one host call, so
//! nothing is ever awaited inside one. Times are whole seconds since 1970 in UTC.

pub mod address;
mod column;
pub mod day_figures;
mod ddl;
pub mod durability;
mod error;
mod existing_table;
pub mod foreign_tables;
pub mod future_times;
pub mod lease;
pub mod legacy;
pub mod limit;
mod migration;
pub mod operation;
pub mod overdue_dns;
pub mod pool;
pub mod pool_use;
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
pub mod tenure;
pub mod unreadable;
pub mod vm;
pub mod vm_list;
pub mod vm_rows;
pub mod vm_search;
pub mod vmid;
mod waiting;
mod wish;
pub mod working_set;
mod write;
pub mod zone;

pub use error::StoreError;
pub use migration::{catch_up, drop_tables, migrate};
pub use schema::{TABLES, Table};
pub use write::write;
