//! The extension inside a real PHP: on the command line and under php-fpm.
//!
//! Each test hands a script to a PHP process that has loaded the file named by `PUQ_EXTENSION`, built with the feature
//! `selftest`. Nothing is skipped: a missing file or program is a failure that says what to install or build.

// A test that cannot go on shall say so and stop.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout
)]

mod calls;
mod endings;
mod fastcgi;
mod fork;
mod leaving;
mod limit;
mod memory;
mod network;
mod php;
mod pool;
mod reentry;
mod server;
mod stub;
mod values;
