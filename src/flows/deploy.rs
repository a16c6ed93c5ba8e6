//! From an order to a running VM.

use super::{CLONE, MIGRATE, SHORT, TASK, row};
use crate::engine::{Flow, Row};
use crate::model::FlowKey;
use crate::model::VmState::{self, *};
#[rustfmt::skip]
use crate::vm::Vm;
use crate::steps::{
    addresses, clone, cloudinit, compute, disk, dns_records, firewall, migrate, network, power,
};

/// DNS stands before the clone: names are there by the time the guest first asks for its own. The additional disk is
/// made small and grown afterwards: making it holds the storage's lock, which Proxmox breaks after 60 s, growing does not.
#[rustfmt::skip]
pub(super) const ROWS: [Row<Vm>; 15] = [
    row(Creation, SetIp, "Allocate IP", addresses::allocate, SHORT),
    row(SetIp, SetDns, "Configure DNS records", dns_records::configure, SHORT),
    row(SetDns, VmState::Clone, "Clone VM", clone::clone_template, CLONE),
    row(VmState::Clone, Migrated, "Migrate to target node", migrate::migrate, MIGRATE),
    row(Migrated, SetCpuRam, "Set CPU & RAM", compute::set, SHORT),
    row(SetCpuRam, SetSystemDiskSize, "Resize system disk", disk::resize_system, TASK),
    row(SetSystemDiskSize, SetSystemDiskBandwidth, "Set system disk I/O", disk::limit_system, SHORT),
    row(SetSystemDiskBandwidth, SetCreatedAdditionalDisk, "Create additional disk", disk::create_additional, TASK),
    row(SetCreatedAdditionalDisk, SetAdditionalDiskSize, "Resize additional disk", disk::resize_additional, TASK),
    row(SetAdditionalDiskSize, SetAdditionalDiskBandwidth, "Set additional disk I/O", disk::limit_additional, SHORT),
    row(SetAdditionalDiskBandwidth, SetNetwork, "Configure network", network::configure, SHORT),
    row(SetNetwork, SetFirewall, "Configure firewall", firewall::configure, SHORT),
    row(SetFirewall, SetCloudinit, "Configure cloud-init", cloudinit::configure, SHORT),
    row(SetCloudinit, Starting, "Start VM", power::start, TASK),
    row(Starting, Ready, "Verify running + Email", power::verify_and_mail, SHORT),
];

/// The flow of an order.
pub const DEPLOY: Flow<Vm> = Flow {
    key: Some(FlowKey::Deploy),
    head: "Deploy",
    rows: &ROWS,
};
