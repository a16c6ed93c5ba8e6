//! The Proxmox client against recorded answers, a fake transport, the simulator, and real HTTPS.

// A test says what is wrong by failing, and what it was by printing its seed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout
)]

mod calls;
mod calls_vm;
mod catalogue;
mod endpoints;
mod failover;
mod fault_kinds;
mod flood;
mod properties;
mod recorded;
mod simulated;
mod simulated_faults;
mod support;
mod web;
