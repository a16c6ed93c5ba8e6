//! Events and facts turned into text: the cron's lines, the block order, why a VM is waiting.
//!
//! The only place that lays out text for people. The same events make the stored run log, so terminal and admin page
//! cannot differ.

mod line;
mod terminal;
mod waiting;

pub use line::{flow_line, seconds, stamp, task_detail, task_done, task_running, unknown_zone};
pub use terminal::{Block, Terminal};
pub use waiting::{ago, sentence};
