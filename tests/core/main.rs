//! The core as a whole: orders in a simulated cluster, through the real cron and the real trampoline.

#[path = "../support/mod.rs"]
mod support;

mod bad_input;
mod cluster;
mod deploy;
mod golden;
mod life;
mod release;
mod script;
mod simulation;
mod sweep;
mod together;
