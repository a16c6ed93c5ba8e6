//! WHMCS provisioning for Proxmox VE virtual machines, as one native PHP extension.

#[cfg(feature = "php")]
pub mod bridge;
pub mod host;
pub mod model;
pub mod net;
pub mod pve;
