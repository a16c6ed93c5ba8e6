//! The Proxmox client: endpoints, the envelope, property strings, tasks, and what each failure means.
//!
//! [`Cluster`] is the client, [`VmApi`] a VM's calls. Everything that Proxmox answers is parsed here into types; every
//! failure becomes a [`PveError`] that says how far the request came, what may be done now, and what a person should
//! do. The texts of Proxmox are matched in `failures` and nowhere else.

mod access_hash;
mod answer;
mod api;
mod boot;
pub mod calls;
mod circuit_breaker;
mod cluster;
mod deadline;
mod disk;
mod endpoints;
mod error;
mod failures;
mod firewall;
mod inventory;
mod lenient;
mod nic;
mod pending;
mod property;
mod request;
mod session;
mod size;
mod spec;
mod status;
mod task;
mod task_progress;
mod throttle;
mod vm_config;
mod write_log;

pub use crate::model::Upid;
pub use access_hash::LineError;
pub(crate) use access_hash::foreign_lines;
pub use api::{
    Backup, CloneRequest, DatacenterFirewall, Migration, Permissions, ResourceKind, Restore,
    StorageDefinition, Timeframe, VmApi, VncTicket, WhichContent, cluster_authority, cluster_name,
};
pub use boot::{Agent, BootOrder};
pub use cluster::Cluster;
pub use deadline::Deadlines;
pub use disk::{BadSlot, Bus, DiskConfig, DiskSlot};
pub use error::{Class, Delivery, Failed, Kind, PveError};
pub use firewall::{FirewallOptions, IpSetEntry, Rule};
pub use inventory::{ClusterStatus, Guest, Member, NodeUse, Resource, StorageUse};
pub use nic::{IpConfig, NetConfig};
pub use pending::PendingEntry;
pub use property::PropertyString;
pub use request::{Change, Params, encode};
pub use size::{BadSize, Size};
pub use spec::{Auth, ClusterSpec, SpecError};
pub use status::{Power, RrdPoint, Snapshot, StorageContent, Version, VmStatus, file_name};
pub use task::{Exit, TaskEntry, TaskFilter, TaskStatus};
pub use throttle::DiskLimits;
pub use vm_config::{LONGEST_NOTES, VmConfig};
pub use write_log::{Write, WriteLog};
