//! What the dashboard shows.

use crate::model::Sentence;
use crate::model::words::words;
use crate::vm::census::Oddity;
use serde::Serialize;

/// The numbers at a glance, and what needs a person.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Dashboard {
    /// How many pools there are.
    pub pools: u64,
    /// How many zones there are.
    pub zones: u64,
    /// How many services have a record.
    pub services: u64,
    /// How many of them have their VM ready.
    pub active: u64,
    /// How many of them wait for something.
    pub waiting: u64,
    /// What is to be done before the first order, in order; empty once all of it is.
    pub setup: Vec<SetupStep>,
    /// What a person should look at.
    pub alarms: Vec<Alarm>,
    /// What somebody asked for and did not get.
    pub failures: Vec<FailedRequest>,
    /// What the last look at the clusters found odd.
    pub census: Vec<CensusFinding>,
    /// Whether nothing needs a person.
    pub fine: bool,
    /// The last days, the oldest first.
    pub days: Vec<DayFigures>,
    /// When the cron ran last, in seconds since 1970; null: never.
    pub last_cron: Option<i64>,
    /// The extension's version.
    pub version: &'static str,
}

words! {
    /// What is to be done before the first order.
    SetupTask {
        /// A server entry of this module.
        Server = "server",
        /// Its cluster answered once.
        Test = "test",
        /// Addresses to give out.
        Pool = "pool",
        /// A template to clone.
        Template = "template",
        /// A product whose settings are saved, with a server group.
        Product = "product",
        /// The cron runs.
        Cron = "cron",
    }
}

/// One thing that is to be done before the first order.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SetupStep {
    /// What.
    pub task: SetupTask,
    /// Whether it is done.
    pub done: bool,
}

/// Whom a service is of.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Concerned {
    /// The service.
    pub service_id: u64,
    /// Its owner; null: WHMCS has the service no more.
    pub client_id: Option<u64>,
    /// The owner's name.
    pub client: Option<String>,
    /// Its product.
    pub product: Option<String>,
}

/// What a person should look at.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Alarm {
    /// Whose VM it is about; null: the whole installation.
    pub concerned: Option<Concerned>,
    /// What is wrong, and what to do.
    pub text: Sentence,
}

/// What somebody asked for and did not get.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FailedRequest {
    /// Of which service.
    pub service_id: u64,
    /// Whose it is.
    pub concerned: Concerned,
    /// What, and what Proxmox said.
    pub text: Sentence,
    /// When it ended, in seconds since 1970.
    pub ended: Option<i64>,
}

/// One day.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DayFigures {
    /// Its noon, in seconds since 1970.
    pub at: i64,
    /// Services at its end, as far as they have a record.
    pub services: u64,
    /// Services ordered on it.
    pub ordered: u64,
    /// Runs of flows that ended with an error.
    pub failures: u64,
}

/// What was found odd about a VM or a record.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CensusFinding {
    /// The key of the cluster.
    pub cluster: String,
    /// The VM's number; of a missing one the number on record.
    pub vmid: u32,
    /// The service whose mark it carries; null: nobody knows.
    pub service_id: Option<u64>,
    /// Whose it is.
    pub concerned: Option<Concerned>,
    /// What is odd.
    pub oddity: Oddity,
    /// A sentence for the staff: what was found, and what to do.
    pub text: Sentence,
    /// Whether `census_adopt` makes sense.
    pub adopt: bool,
    /// Whether `census_remove` makes sense.
    pub remove: bool,
    /// Whether `census_redeploy` makes sense.
    pub redeploy: bool,
}
