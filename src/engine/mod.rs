//! Running a flow: settle what is in flight, run the step, compare-and-set, next.
//!
//! The engine knows verdicts and nothing of Proxmox. A [`Flow`] is a table of [`Row`]s; a [`Subject`] is what the steps
//! work on. [`Pass::run`] walks the rows from the stored state until one waits, fails or none is left.
//!
//! # Guarantees
//! - A state is advanced only by compare-and-set, together with the line in the stored log: the log never tells of a
//!   step that is not recorded, nor misses one that is.
//! - A pass may be dropped at any await point; the next one resumes from the stored state.
//! - A step that fails leaves the state where it was.
//!
//! # What a hundred deploys spend their time on
//!
//! Measured by `make bench`: ten nodes, four templates on a node each, time ten times as fast, two processors shared with
//! the simulated cluster and MariaDB. A hundred deploys took 27 s and take 12.3 s; the cluster itself cannot do it in less
//! than 11.3 s. Five hundred took 122 s and take 45 s, of at least 41 s.
//!
//! - It was not the processors: in those 12 s the cron uses one second of them, MariaDB one and a half, the cluster half a
//!   one. Nor was it our own work around a VM: one alone takes 0.3 s more than its tasks, and of that two thirds is PHP
//!   and WHMCS starting.
//! - It was migrations that held one node's place while they queued for the other's ([`limit`]), and migrations that
//!   need not be: of nodes with the same room the first by name was taken, so that 96 of 100 VMs left their template's
//!   node. The template's own comes first now, then nodes without templates, and 60 leave (`steps::migrate`).
//! - What is left: a task's end is noticed up to 4 % late, three times in a row for a VM; and a run whose gates have
//!   learnt nothing yet goes through the migrations by fours (14.5 s).
//! - Looking at tasks more often was tried before that and changed nothing: it cost requests, and who waits for a place
//!   does not wait for a look.

mod event;
mod flow;
pub mod limit;
mod pass;
mod retry;
mod wait_budget;

pub use event::{Event, Observer, StepOutcome};
pub use flow::{Flow, OnError, Row, StepFn, Subject};
pub use pass::{Pass, PassEnd};
pub use retry::{ALARM_AFTER, next_look};
pub use wait_budget::Patience;
