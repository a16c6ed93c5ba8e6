//! The list of VMs, and the log of one.

use super::service::{Run, StaffState};
use super::staff::ResetTarget;
use crate::model::{Sentence, VmState};
use crate::plan::ServiceStatus;
use crate::store::vm_search::VmOrder;
use serde::Serialize;

/// A page of the list of VMs.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Vms {
    /// Rows of all pages.
    pub total: u64,
    /// The rows, in the order asked for.
    pub rows: Vec<VmRow>,
    /// What they are sorted by.
    pub sort: VmOrder,
    /// Whether the greatest comes first.
    pub descending: bool,
    /// What they can be sorted by.
    pub orders: &'static [VmOrder],
    /// Rows of a page.
    pub size: u64,
    /// The sizes that a page offers, the usual one first.
    pub sizes: &'static [u64],
    /// The states that can be filtered by.
    pub states: &'static [VmState],
    /// WHMCS's statuses that can be filtered by.
    pub statuses: &'static [ServiceStatus],
}

/// A service in the list of VMs.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct VmRow {
    /// The service.
    pub service_id: u64,
    /// Its owner's name; null: WHMCS has the service no more.
    pub client: Option<String>,
    /// Its owner.
    pub client_id: Option<u64>,
    /// Its product.
    pub product: Option<String>,
    /// Its server entry; null: it is gone.
    pub server: Option<String>,
    /// The VM's number.
    pub vmid: Option<u32>,
    /// The VM's name.
    pub vm_name: String,
    /// Where its flow stands; the word of a row that cannot be read may be any.
    pub vm_status: String,
    /// WHMCS's status.
    pub service_status: Option<ServiceStatus>,
    /// Its addresses.
    pub addresses: Vec<ListedAddress>,
    /// What the last look at the cluster found odd about its VM, in short.
    pub odd: Vec<Sentence>,
    /// What it waits for, or why its row cannot be read.
    pub waiting: Option<Sentence>,
    /// Since when it waits, in seconds since 1970.
    pub waiting_since: Option<i64>,
}

/// An address in the list of VMs.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ListedAddress {
    /// As people write it.
    pub address: String,
    /// Its reverse name; empty: none.
    pub rdns: String,
}

/// What came of doing one thing to several services.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct VmsActed {
    /// In the order of the services.
    pub results: Vec<VmActed>,
}

/// What came of it at one service.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct VmActed {
    /// The service.
    pub service_id: u64,
    /// Whether it is ordered.
    pub ok: bool,
    /// In a sentence.
    pub text: Sentence,
}

/// The log of a service.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct VmLog {
    /// Where its flow stands.
    pub state: StaffState,
    /// Its runs, newest first.
    pub runs: Vec<Run>,
    /// What must be typed before its VM is destroyed or given up; null: it has none.
    pub type_name: Option<String>,
    /// The VM's number.
    pub vmid: Option<u32>,
    /// Its addresses.
    pub addresses: Vec<String>,
    /// The states that it can be reset to, the harmless one first.
    pub reset_targets: &'static [ResetTarget],
}
