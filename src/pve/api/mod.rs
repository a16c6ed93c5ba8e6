//! The calls, a file for each part of the API.

mod backup;
mod cluster;
mod console;
mod node;
mod task;
mod vm;
mod vm_firewall;
mod vm_power;
mod vm_snapshot;
mod whereabouts;

pub use backup::{Backup, Restore};
pub use cluster::{DatacenterFirewall, Permissions, ResourceKind, StorageDefinition};
pub use console::VncTicket;
pub use node::{Timeframe, WhichContent};
pub use vm::{CloneRequest, Migration, VmApi};
pub use whereabouts::{cluster_authority, cluster_name};
