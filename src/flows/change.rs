//! Flows that change what is there.

use super::{MIGRATE, SHORT, TASK, row};
use crate::engine::Flow;
use crate::model::FlowKey;
use crate::model::VmState::*;
#[rustfmt::skip]
use crate::vm::Vm;
use crate::steps::{addresses, cloudinit, compute, disk, dns_records, firewall, network, power};

/// To a changed package. Each step compares first; only stopping and starting always happen.
#[rustfmt::skip]
pub const CHANGE_PACKAGE: Flow<Vm> = Flow {
    key: Some(FlowKey::ChangePackage),
    head: "ChangePackage",
    rows: &[
        row(ChangePackage, CpUpdateIp, "Update IP + DNS + Firewall", addresses::recount, SHORT),
        row(CpUpdateIp, CpStop, "Stop VM", power::stop, TASK),
        row(CpStop, CpCpuRam, "Set CPU & RAM", compute::set, SHORT),
        row(CpCpuRam, CpSystemDiskSize, "Resize system disk", disk::resize_system, TASK),
        row(CpSystemDiskSize, CpSystemDiskBandwidth, "Set system disk I/O", disk::limit_system, SHORT),
        row(CpSystemDiskBandwidth, CpAdditionalDisk, "Create additional disk", disk::change_additional, MIGRATE),
        row(CpAdditionalDisk, CpAdditionalDiskSize, "Resize additional disk", disk::resize_additional, TASK),
        row(CpAdditionalDiskSize, CpAdditionalDiskBandwidth, "Set additional disk I/O", disk::limit_additional, SHORT),
        row(CpAdditionalDiskBandwidth, CpNetwork, "Configure network", network::configure, SHORT),
        row(CpNetwork, CpFirewall, "Configure firewall", firewall::configure, SHORT),
        row(CpFirewall, CpStart, "Start VM", power::start, TASK),
        row(CpStart, Ready, "Verify running", power::verify_upgrade, SHORT),
    ],
};

/// To a new password, which cloud-init sets as the guest starts.
#[rustfmt::skip]
pub const RESET_PASSWORD: Flow<Vm> = Flow {
    key: Some(FlowKey::ResetPassword),
    head: "ResetPassword",
    rows: &[
        row(ResetPassword, RpStop, "Stop VM", power::stop, TASK),
        row(RpStop, RpCloudinit, "Configure cloud-init", cloudinit::configure, SHORT),
        row(RpCloudinit, RpStart, "Start VM", power::start, TASK),
        row(RpStart, Ready, "Verify running + Email", power::verify_password, SHORT),
    ],
};

/// To fresh DNS records.
#[rustfmt::skip]
pub const SET_DNS_RECORDS: Flow<Vm> = Flow {
    key: Some(FlowKey::SetDnsRecords),
    head: "SetDnsRecords",
    rows: &[row(SetDnsRecords, Ready, "Configure DNS records", dns_records::configure, SHORT)],
};
