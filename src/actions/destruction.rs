//! What stands before a VM is destroyed or given up by hand: its name is typed, and one that runs well stays while only its
//! names or its package are being worked on, and nothing holds that up.

use super::page_operations::Confirmed;
use crate::custody::{Live, LoadedService};
use crate::flows;
use crate::model::{FlowKey, Sentence, VmState, say};
use crate::pve::Power;
use crate::site::Site;
use crate::store::vm::VmRecord;

/// What must be typed; `None`: the service has no VM, so nothing can be lost.
pub(super) fn name(record: &VmRecord) -> Option<String> {
    record.vmid?;
    Some(match record.name.is_empty() {
        true => record.service.to_string(),
        false => record.name.clone(),
    })
}

/// Whether somebody typed the VM's name.
///
/// # Errors
/// What must be typed.
pub(super) fn confirmed(record: &VmRecord, typed: &Confirmed) -> Result<(), Sentence> {
    match name(record) {
        Some(name) if !typed.0.trim().eq_ignore_ascii_case(&name) => Err(say::type_name(name)),
        _ => Ok(()),
    }
}

/// Whether the VM's end is needed for anything.
///
/// # Errors
/// It runs well, and what is being worked on does not concern what is on its disks.
pub(super) async fn needed(site: &Site, loaded: &LoadedService) -> Result<(), Sentence> {
    let state = loaded.record.state;
    let flow = flows::of(loaded.record.flow, state).and_then(|flow| flow.key);
    let beside = state == VmState::SetDnsRecords || flow == Some(FlowKey::ChangePackage);
    // A removal that waits or failed does not go on by itself: a person has to begin it again.
    let stuck = loaded.record.fails > 0 || !loaded.record.waiting.is_empty();
    if !beside || stuck || loaded.record.vmid.is_none() {
        return Ok(());
    }
    match Live::read(site, loaded).await.stands() {
        Some(Power::Running) => Err(say::vm_runs_well(state)),
        _ => Ok(()),
    }
}
