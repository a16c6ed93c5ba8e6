//! What WHMCS, an admin or a client asks for: one function per native function of the extension.
//!
//! Each takes the [`crate::site::Site`] and what PHP handed over, parses it at the edge, checks who may and whether the
//! service is free, and answers. A refusal is an answer; an [`EntryError`] means that something is broken.

mod addon;
mod addresses;
mod admin;
mod answer;
mod attach;
mod backups;
mod caller;
mod census;
mod charts;
mod client;
mod connection;
mod dashboard;
mod destruction;
mod dns_export;
mod firewall;
pub mod firewall_rule;
mod form_defaults;
mod help;
mod import;
mod iso;
mod list_options;
mod mails;
mod metering;
mod module_commands;
mod package;
mod package_row;
mod page;
mod page_operations;
mod pool_names;
mod pools;
mod power;
mod product;
mod rdns;
mod record;
mod reinstall;
mod requests;
mod reset;
mod service;
mod settings;
mod single_step;
mod snapshots;
mod traffic;
mod under_way;
mod vm_view;
mod vms;
mod zones;

pub use addon::{
    activate as addon_activate, api as addon_api, deactivate as addon_deactivate, doctor_command,
    upgrade as addon_upgrade,
};
pub use admin::{api as admin_api, panel as admin_service};
pub use client::{api as client_api, overview as client_overview};
pub use connection::test as test_connection;
pub use dns_export::dns_export;
pub use metering::{list_accounts, metrics, update_usage};
pub use module_commands::{
    change_package, change_password, create_account, suspend_account, terminate_account,
    unsuspend_account,
};
pub use page_operations::inputs;
pub use product::{form as product_form, save as product_save};

use crate::host::HostError;
use crate::model::{Failure, FieldError, chain};
use crate::store::StoreError;
use thiserror::Error;

/// Why an entry from PHP ends in an exception; the variants are the exception classes.
#[derive(Debug, Error)]
pub enum EntryError {
    /// A setting or argument makes no sense.
    #[error("{0}")]
    Config(String),
    /// Proxmox is out of reach or refuses.
    #[error("{0}")]
    Cluster(String),
    /// PHP or the database failed.
    #[error(transparent)]
    Host(#[from] HostError),
    /// Somebody else is at work on the service.
    #[error("{0}")]
    Busy(String),
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

impl From<StoreError> for EntryError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Host(error) => Self::Host(error),
            StoreError::Stale => Self::Busy(chain(&error)),
            StoreError::Unreadable { .. } => Self::Other(chain(&error)),
        }
    }
}

impl From<FieldError> for EntryError {
    fn from(error: FieldError) -> Self {
        Self::Config(chain(&error))
    }
}

impl From<Failure> for EntryError {
    fn from(failure: Failure) -> Self {
        Self::Cluster(failure.text)
    }
}
