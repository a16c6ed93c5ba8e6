//! The part *Traffic* of the client's page.

use super::table::operations;
use serde::Serialize;

operations! {
    /// What is asked about traffic.
    TrafficOp {
        /// The traffic of this month by days.
        "traffic": Looks, None => TrafficRead {} -> TrafficLedger,
    }
}

/// The traffic of a service in this month.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TrafficLedger {
    /// When the month began, in seconds since 1970.
    pub start: i64,
    /// When it ends.
    pub end: i64,
    /// The installation's time zone, whose months and days these are.
    pub zone: &'static str,
    /// Bytes that it may receive and send together; null: as many as it likes.
    pub limit: Option<u64>,
    /// Bytes that the VM received.
    pub received: u64,
    /// Bytes that it sent.
    pub sent: u64,
    /// The days of which something is known, the oldest first.
    pub days: Vec<TrafficDay>,
}

/// The traffic of a day.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TrafficDay {
    /// When it began, in seconds since 1970.
    pub day: i64,
    /// Bytes that the VM received.
    pub received: u64,
    /// Bytes that it sent.
    pub sent: u64,
}
