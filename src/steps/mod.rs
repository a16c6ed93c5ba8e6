//! The steps: one verb family per file, each a small reconciler that observes, compares, acts and reports.
//!
//! # Contract of a step
//! - It may run twice, from any point on: what is as wanted already is skipped, never done again.
//! - It reads and writes through its [`Vm`](crate::vm::Vm) only: no statics, no clock of its own.
//! - A change that is not idempotent goes through [`Vm::act`](crate::vm::Vm::act), which remembers it first.
//! - It never prints. It may leave notes, and it returns a verdict or a failure ready to be read by an admin.

mod address_network;
mod address_release;
mod address_supply;
pub mod addresses;
pub mod adopt;
pub mod backup;
mod chosen_addresses;
mod client_rules;
pub mod clone;
pub mod cloudinit;
mod cluster_move;
pub mod compute;
pub mod disk;
pub mod dns_records;
pub mod dns_run;
pub mod firewall;
pub mod heritage;
pub mod identity;
pub mod iso;
pub mod mail;
pub mod migrate;
pub mod network;
mod node_choice;
mod node_fit;
pub mod overdue_dns;
mod owner_note;
mod package_check;
pub mod power;
pub mod power_state;
pub mod remove;
pub mod request;
pub mod restore;
mod settle;
pub mod snapshot;
mod vm_name;

pub use client_rules::OwnRules;
pub use cluster_move::elsewhere;
pub use node_fit::Landing;
