//! The steps: one verb family per file, each a small reconciler that observes, compares, acts and reports.
//!
//! # Contract of a step
//! - It may run twice, from any point on: what is as wanted already is skipped, never done again.
//! - It reads and writes through its [`Vm`] only: no statics, no clock of its own.
//! - A change that is not idempotent goes through [`Vm::act`], which remembers it first.
//! - It never prints. It may leave notes, and it returns a verdict or a failure ready to be read by an admin.

pub mod addresses;
pub mod adopt;
pub mod asked;
pub mod backup;
mod board;
pub mod census;
mod choice;
mod christen;
pub mod cloudinit;
pub mod compute;
pub mod copy;
pub mod disk;
mod edge;
mod fault;
pub mod firewall;
mod fleet;
pub mod follow;
pub mod heritage;
mod home;
mod identity;
pub mod iso;
mod label;
mod landing;
mod leaving;
mod lock;
pub mod mail;
pub mod network;
mod number;
mod operate;
mod origin;
pub mod overdue;
mod own_rules;
mod ownership;
pub mod place;
pub mod power;
pub mod records;
pub mod remove;
pub mod restore;
mod settle;
pub mod snapshot;
mod sold;
mod source;
mod turn;
mod typed;
mod vm;

pub use fault::failure;
pub use fleet::{Fleet, Fleets, Template, deadlines};
pub use home::elsewhere;
pub use landing::Landing;
pub use operate::Acted;
pub use own_rules::OwnRules;
pub use ownership::{Standing, missing_room, occupied};
pub use vm::Vm;
