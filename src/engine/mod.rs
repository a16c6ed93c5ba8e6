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

mod event;
mod flow;
mod judge;
mod pass;
mod retry;
mod wait_budget;

pub use event::{Event, Observer, StepOutcome};
pub use flow::{Flow, OnError, Row, StepFn, Subject};
pub use judge::PassEnd;
pub use pass::Pass;
pub use retry::{ALARM_AFTER, next_look};
pub use wait_budget::WaitBudget;
