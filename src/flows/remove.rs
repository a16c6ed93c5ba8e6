//! Flows that remove the VM.

use super::{MIGRATE, deploy, row};
use crate::engine::{Flow, OnError, Row};
use crate::model::VmState::*;
use crate::model::{FlowKey, Work};
use crate::steps::remove;
use crate::vm::Vm;

/// The VM is removed, then the deploy rows follow from the addresses on, which stay. Snapshots go with the VM, backups
/// stay.
pub const REINSTALL: Flow<Vm> = Flow {
    key: Some(FlowKey::Reinstall),
    head: "Reinstall",
    rows: &REINSTALL_ROWS,
};

const REINSTALL_ROWS: [Row<Vm>; deploy::ROWS.len()] = {
    // The first deploy row allocates addresses; here they are there, and the old VM goes in its place.
    let mut rows = deploy::ROWS;
    rows[0] = row(
        Reinstall,
        SetIp,
        "Remove VM",
        Work::Remove,
        remove::for_reinstall,
        MIGRATE,
    );
    rows
};

/// The end of a service. An error that needs a person leaves `error_terminate`: nothing was freed, somebody decides.
pub const TERMINATE: Flow<Vm> = Flow {
    key: Some(FlowKey::Terminate),
    head: "Terminate",
    rows: &[Row {
        from: Terminate,
        to: Remove,
        label: "Remove VM",
        work: Some(Work::Remove),
        step: remove::for_good,
        on_error: OnError::Fall(ErrorTerminate),
        budget: MIGRATE,
    }],
};
