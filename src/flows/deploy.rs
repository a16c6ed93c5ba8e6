//! From an order to a running VM.

use super::{CLONE, MIGRATE, SHORT, TASK, row};
use crate::engine::{Flow, Row};
use crate::model::VmState::{self, *};
use crate::model::{FlowKey, Work};
#[rustfmt::skip]
use crate::vm::Vm;
use crate::steps::{
    addresses, clone, cloudinit, compute, disk, dns_records, firewall, migrate, network, power,
};

/// DNS stands before the clone: names are there by the time the guest first asks for its own. The additional disk is
/// made small and grown afterwards: making it holds the storage's lock, which Proxmox breaks after 60 s, growing does not.
#[rustfmt::skip]
pub(super) const ROWS: [Row<Vm>; 15] = [
    row(Creation, SetIp, "Allocate IP", Work::Addresses, addresses::allocate, SHORT),
    row(SetIp, SetDns, "Configure DNS records", Work::Dns, dns_records::configure, SHORT),
    row(SetDns, VmState::Clone, "Clone VM", Work::Clone, clone::clone_template, CLONE),
    row(VmState::Clone, Migrated, "Migrate to target node", Work::Move, migrate::migrate, MIGRATE),
    row(Migrated, SetCpuRam, "Set CPU & RAM", Work::Cpu, compute::set, SHORT),
    row(SetCpuRam, SetSystemDiskSize, "Resize system disk", Work::Disks, disk::resize_system, TASK),
    row(SetSystemDiskSize, SetSystemDiskBandwidth, "Set system disk I/O", Work::Disks, disk::limit_system, SHORT),
    row(SetSystemDiskBandwidth, SetCreatedAdditionalDisk, "Create additional disk", Work::Disks, disk::create_additional, TASK),
    row(SetCreatedAdditionalDisk, SetAdditionalDiskSize, "Resize additional disk", Work::Disks, disk::resize_additional, TASK),
    row(SetAdditionalDiskSize, SetAdditionalDiskBandwidth, "Set additional disk I/O", Work::Disks, disk::limit_additional, SHORT),
    row(SetAdditionalDiskBandwidth, SetNetwork, "Configure network", Work::Network, network::configure, SHORT),
    row(SetNetwork, SetFirewall, "Configure firewall", Work::Firewall, firewall::configure, SHORT),
    row(SetFirewall, SetCloudinit, "Configure cloud-init", Work::Guest, cloudinit::configure, SHORT),
    row(SetCloudinit, Starting, "Start VM", Work::Start, power::start, TASK),
    row(Starting, Ready, "Verify running + Email", Work::Check, power::verify_and_mail, SHORT),
];

/// The flow of an order.
pub const DEPLOY: Flow<Vm> = Flow {
    key: Some(FlowKey::Deploy),
    head: "Deploy",
    rows: &ROWS,
};
