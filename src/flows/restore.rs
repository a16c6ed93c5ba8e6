//! The flow that brings a backup back.

use super::{CLONE, MIGRATE, SHORT, TASK, row};
use crate::engine::{Flow, OnError, Row};
use crate::model::FlowKey;
use crate::model::VmState::*;
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
        row(Restore, RsStop, "Stop VM", restore::stop, TASK),
        Row {
            on_error: OnError::Fall(ErrorRestore),
            ..row(RsStop, RsRestored, "Restore backup", restore::restore, CLONE)
        },
        row(RsRestored, RsCpuRam, "Set CPU & RAM", compute::set, SHORT),
        row(RsCpuRam, RsSystemDiskSize, "Resize system disk", disk::resize_system, TASK),
        row(RsSystemDiskSize, RsSystemDiskBandwidth, "Set system disk I/O", disk::limit_system, SHORT),
        row(RsSystemDiskBandwidth, RsAdditionalDisk, "Create additional disk", disk::create_additional, MIGRATE),
        row(RsAdditionalDisk, RsAdditionalDiskSize, "Resize additional disk", disk::resize_additional, TASK),
        row(RsAdditionalDiskSize, RsAdditionalDiskBandwidth, "Set additional disk I/O", disk::limit_additional, SHORT),
        row(RsAdditionalDiskBandwidth, RsNetwork, "Configure network", network::configure, SHORT),
        row(RsNetwork, RsFirewall, "Configure firewall", firewall::configure, SHORT),
        row(RsFirewall, RsStart, "Start VM", power::start, TASK),
        row(RsStart, Ready, "Verify running + Email", restore::verify, SHORT),
    ],
};
