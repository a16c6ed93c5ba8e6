//! WHMCS provisioning for Proxmox VE virtual machines, as one native PHP extension.

pub mod actions;
#[cfg(feature = "php")]
pub mod bridge;
pub mod cron;
pub mod dns;
pub mod doctor;
pub mod engine;
pub mod flows;
pub mod host;
pub mod ipam;
pub mod model;
pub mod net;
pub mod plan;
pub mod pve;
pub mod report;
pub mod site;
pub mod steps;
pub mod store;
