//! The core as a whole: orders in a simulated cluster, through the real cron and the real trampoline.

#[path = "../support/mod.rs"]
mod support;

mod bad_input;
mod deploy;
mod life;
mod sweep;
mod together;
