//! The measurements inside the core: what a choice of an address costs, and a day of every kind of work. Prints lines for
//! people, and "figure KEY VALUE" for the program that runs it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout
)]

#[path = "../../support/mod.rs"]
#[allow(unused_imports, reason = "a part of the test world does here")]
mod support;

mod allocation;
mod calls;
mod day;

fn main() {
    calls::measure();
    allocation::measure();
    day::measure();
}
