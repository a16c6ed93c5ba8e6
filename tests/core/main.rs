//! The core as a whole: orders in a simulated cluster, through the real cron and the real trampoline.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout
)]

#[path = "../support/mod.rs"]
mod support;

mod bad_input;
mod clocks;
mod cluster;
mod deploy;
mod golden;
mod heritage;
mod landing;
mod life;
mod nameless;
mod namesakes;
mod nonsense;
mod release;
mod script;
mod second_disk;
mod seeds;
mod simulation;
mod strangers;
mod summer_time;
mod sweep;
mod tables;
mod times_ahead;
mod together;
mod waiting;
