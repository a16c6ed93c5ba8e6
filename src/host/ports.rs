//! What the core asks of its surroundings.

use super::{HostError, Query, Row, Statement, Transacted};
use chrono_tz::Tz;
use serde::Deserialize;
use serde_json::Value;

/// The SQL dialect behind [`Db`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// MariaDB or MySQL, as WHMCS has them.
    #[default]
    Mysql,
    /// SQLite: tests and the demo.
    Sqlite,
}

/// What the host says about itself, once per call from PHP.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Description {
    /// The dialect of its database.
    pub driver: Dialect,
    /// WHMCS's time zone, an IANA name such as `Europe/Warsaw`; empty means UTC.
    pub timezone: String,
    /// WHMCS's version, for the doctor.
    pub whmcs: String,
    /// PHP's version, for the doctor.
    pub php: String,
    /// The host name of this machine: part of a lease's holder.
    pub machine: String,
    /// The WHMCS root directory: cron locks of two installations on one machine must not meet.
    pub root: String,
    /// The database's time, in seconds since 1970; `None`: it was not asked.
    pub now: Option<i64>,
    /// Whether WHMCS keeps its module log at present.
    pub module_log: bool,
}

impl Description {
    /// WHMCS's time zone, as far as it is known here. PHP takes names in any capitals, and so does this.
    pub fn known_zone(&self) -> Option<Tz> {
        let name = self.timezone.trim();
        match name.parse() {
            Ok(zone) => Some(zone),
            Err(_) if name.is_empty() => Some(Tz::UTC),
            Err(_) => {
                let mut all = chrono_tz::TZ_VARIANTS.iter();
                all.find(|zone| zone.name().eq_ignore_ascii_case(name))
                    .copied()
            }
        }
    }

    /// The time zone to count days and hours in: WHMCS's, or UTC where that one is unknown, which the doctor, the cron and
    /// the activity log say.
    pub fn zone(&self) -> Tz {
        self.known_zone().unwrap_or(Tz::UTC)
    }
}

/// The database WHMCS is connected to.
pub trait Db {
    /// Rows of a query; column order is kept.
    fn select(&self, query: &Query) -> Result<Vec<Row>, HostError>;
    /// Runs a statement; returns the number of rows it changed.
    fn affect(&self, query: &Query) -> Result<u64, HostError>;
    /// Runs all statements or none: an unexpected row count rolls back.
    fn transact(&self, statements: &[Statement]) -> Result<Transacted, HostError>;
}

/// What WHMCS knows and does.
pub trait Whmcs {
    /// Facts about the installation.
    fn describe(&self) -> Result<Description, HostError>;
    /// The services with these ids, each shaped like the `$params` of a module call plus `dedicatedip`, `assignedips`
    /// and `serverassignedips`; unknown ids are left out.
    fn services(&self, ids: &[u64]) -> Result<Vec<Value>, HostError>;
    /// Something WHMCS shall do or tell: `send_email`, `update_service`, `log_activity`, `log_module`, …
    fn effect(&self, name: &str, args: &Value) -> Result<Value, HostError>;
}

/// The standard output of a cron run.
pub trait Console {
    /// Writes and flushes.
    fn write(&self, text: &str) -> Result<(), HostError>;
}

/// All three ports.
pub trait Host: Db + Whmcs + Console {}

impl<T: Db + Whmcs + Console> Host for T {}
