//! The page *Charts*.

use super::field::Typed;
use super::table::operations;
use serde::Serialize;

operations! {
    /// What the page *Charts* asks.
    ChartsOp {
        /// What Proxmox remembers of the VM.
        "charts": Looks, Charts => ChartsRead {
            /// `hour`, `day`, `week`, `month` or `year`; nothing: the hour.
            timeframe: Typed,
        } -> Charts,
    }
}

/// What Proxmox remembers of a VM.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Charts {
    /// The period it reaches back.
    pub timeframe: &'static str,
    /// The periods that can be asked for, from the shortest.
    pub timeframes: Vec<&'static str>,
    /// The points, the oldest first.
    pub points: Vec<ChartPoint>,
}

/// One moment; what was not recorded is null.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ChartPoint {
    /// In seconds since 1970.
    pub time: u64,
    /// Processors in use, in percent.
    pub cpu: Option<f64>,
    /// Memory in use, in percent.
    pub memory: Option<f64>,
    /// Read from disks, in MB/s.
    pub disk_read: Option<f64>,
    /// Written to disks, in MB/s.
    pub disk_write: Option<f64>,
    /// Received, in MB/s.
    pub net_in: Option<f64>,
    /// Sent, in MB/s.
    pub net_out: Option<f64>,
}
