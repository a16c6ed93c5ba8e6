//! Flows that change what is there.

use super::{MIGRATE, SHORT, TASK, row};
use crate::engine::Flow;
use crate::model::VmState::*;
use crate::model::{FlowKey, Work};
#[rustfmt::skip]
use crate::vm::Vm;
use crate::steps::{addresses, cloudinit, compute, disk, dns_records, firewall, network, power};

/// To a changed package. Each step compares first; only stopping and starting always happen.
#[rustfmt::skip]
pub const CHANGE_PACKAGE: Flow<Vm> = Flow {
    key: Some(FlowKey::ChangePackage),
    head: "ChangePackage",
    rows: &[
        row(ChangePackage, CpUpdateIp, "Update IP + DNS + Firewall", Work::Addresses, addresses::recount, SHORT),
        row(CpUpdateIp, CpStop, "Stop VM", Work::Stop, power::stop, TASK),
        row(CpStop, CpCpuRam, "Set CPU & RAM", Work::Cpu, compute::set, SHORT),
        row(CpCpuRam, CpSystemDiskSize, "Resize system disk", Work::Disks, disk::resize_system, TASK),
        row(CpSystemDiskSize, CpSystemDiskBandwidth, "Set system disk I/O", Work::Disks, disk::limit_system, SHORT),
        row(CpSystemDiskBandwidth, CpAdditionalDisk, "Create additional disk", Work::Disks, disk::change_additional, MIGRATE),
        row(CpAdditionalDisk, CpAdditionalDiskSize, "Resize additional disk", Work::Disks, disk::resize_additional, TASK),
        row(CpAdditionalDiskSize, CpAdditionalDiskBandwidth, "Set additional disk I/O", Work::Disks, disk::limit_additional, SHORT),
        row(CpAdditionalDiskBandwidth, CpNetwork, "Configure network", Work::Network, network::configure, SHORT),
        row(CpNetwork, CpFirewall, "Configure firewall", Work::Firewall, firewall::configure, SHORT),
        row(CpFirewall, CpStart, "Start VM", Work::Start, power::start, TASK),
        row(CpStart, Ready, "Verify running", Work::Check, power::verify_upgrade, SHORT),
    ],
};

/// To a new password, which cloud-init sets as the guest starts.
#[rustfmt::skip]
pub const RESET_PASSWORD: Flow<Vm> = Flow {
    key: Some(FlowKey::ResetPassword),
    head: "ResetPassword",
    rows: &[
        row(ResetPassword, RpStop, "Stop VM", Work::Stop, power::stop, TASK),
        row(RpStop, RpCloudinit, "Configure cloud-init", Work::Guest, cloudinit::configure, SHORT),
        row(RpCloudinit, RpStart, "Start VM", Work::Start, power::start, TASK),
        row(RpStart, Ready, "Verify running + Email", Work::Check, power::verify_password, SHORT),
    ],
};

/// To fresh DNS records.
#[rustfmt::skip]
pub const SET_DNS_RECORDS: Flow<Vm> = Flow {
    key: Some(FlowKey::SetDnsRecords),
    head: "SetDnsRecords",
    rows: &[row(SetDnsRecords, Ready, "Configure DNS records", Work::Dns, dns_records::configure, SHORT)],
};
