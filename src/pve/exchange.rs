//! What an observer gets to see of each request: enough for a log, nothing secret.

use crate::net::Method;
use std::time::Duration;

/// One request and its outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// What was tried, for people.
    pub what: String,
    /// The endpoint asked.
    pub endpoint: String,
    /// The method.
    pub method: Method,
    /// The path below `/api2/json`.
    pub path: String,
    /// Names and values, the secret ones starred.
    pub params: Vec<(String, String)>,
    /// The status, where an answer came.
    pub status: Option<u16>,
    /// The status line's phrase, or why no answer came.
    pub reason: String,
    /// How long it took.
    pub took: Duration,
}
