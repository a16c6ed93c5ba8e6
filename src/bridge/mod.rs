//! The PHP front end: functions, values, exceptions, and the core's ports on a PHP object.
//!
//! One entry from PHP is `arguments → drive → finish`. While it is driven, PHP code runs in host calls only, each
//! behind a guard of its own ([`host_object`]); whatever ends it is carried out in [`entry`] after everything of Rust is
//! dropped. What lives longer than an entry is in [`context`], and none of it is a PHP value.

mod classes;
mod context;
mod entry;
mod functions;
mod host_object;
mod info;
mod panics;
#[cfg(feature = "selftest")]
mod selftest;
mod signature;
mod start;
mod values;
