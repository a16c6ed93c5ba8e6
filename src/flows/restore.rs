//! The flow that brings a backup back.

use super::{CLONE, MIGRATE, SHORT, TASK, row};
use crate::engine::{Flow, OnError, Row};
use crate::model::VmState::*;
use crate::model::{FlowKey, Work};
#[rustfmt::skip]
use crate::vm::Vm;
use crate::steps::{compute, disk, firewall, network, power, restore};

/// The VM as it was in the backup, then everything that was sold since put over it again. A restore that fails leaves
/// `error_restore`: nobody but the client knows whether another backup or a new installation is wanted.
#[rustfmt::skip]
pub const RESTORE: Flow<Vm> = Flow {
    key: Some(FlowKey::Restore),
    head: "Restore",
    rows: &[
        row(Restore, RsStop, "Stop VM", Work::Stop, restore::stop, TASK),
        Row {
            on_error: OnError::Fall(ErrorRestore),
            ..row(RsStop, RsRestored, "Restore backup", Work::Restore, restore::restore, CLONE)
        },
        row(RsRestored, RsCpuRam, "Set CPU & RAM", Work::Cpu, compute::set, SHORT),
        row(RsCpuRam, RsSystemDiskSize, "Resize system disk", Work::Disks, disk::resize_system, TASK),
        row(RsSystemDiskSize, RsSystemDiskBandwidth, "Set system disk I/O", Work::Disks, disk::limit_system, SHORT),
        row(RsSystemDiskBandwidth, RsAdditionalDisk, "Create additional disk", Work::Disks, disk::create_additional, MIGRATE),
        row(RsAdditionalDisk, RsAdditionalDiskSize, "Resize additional disk", Work::Disks, disk::resize_additional, TASK),
        row(RsAdditionalDiskSize, RsAdditionalDiskBandwidth, "Set additional disk I/O", Work::Disks, disk::limit_additional, SHORT),
        row(RsAdditionalDiskBandwidth, RsNetwork, "Configure network", Work::Network, network::configure, SHORT),
        row(RsNetwork, RsFirewall, "Configure firewall", Work::Firewall, firewall::configure, SHORT),
        row(RsFirewall, RsStart, "Start VM", Work::Start, power::start, TASK),
        row(RsStart, Ready, "Verify running + Email", Work::Check, restore::verify, SHORT),
    ],
};
