//! Whether a service's VM is free, and if not, why.

use super::Live;
use crate::model::{Reason, Sentence, VmAction, VmState, say};
use crate::plan::{Service, ServiceStatus};
use crate::store::operation::{Operation, OperationKind};
use crate::store::request::{Person, Request};
use crate::store::vm::VmRecord;

/// What keeps everybody from a service's VM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hindrance {
    /// WHMCS does not have the service as active.
    NotActive,
    /// WHMCS suspended it.
    Suspended,
    /// It stands at a state from which this cannot be begun.
    State(VmState),
    /// Proxmox holds a lock on the VM.
    Lock(String),
    /// A good answer says that the VM is not there any more, or not the service's; what staff read.
    Gone(Sentence),
    /// Proxmox does not say how it stands; why not.
    Unreachable(Sentence),
}

/// Why a client sees nothing of the VM but its overview.
pub fn closed(service: &Service, record: &VmRecord) -> Option<Hindrance> {
    if service.status != ServiceStatus::Active {
        return Some(Hindrance::NotActive);
    }
    record.suspended().then_some(Hindrance::Suspended)
}

impl Hindrance {
    /// Why nothing can be begun that needs the VM ready.
    pub fn of(service: &Service, record: &VmRecord, live: &Live) -> Option<Self> {
        Self::from(service, record, live, &[VmState::Ready])
    }

    /// The same of what can be begun from several states.
    pub fn from(
        service: &Service,
        record: &VmRecord,
        live: &Live,
        from: &[VmState],
    ) -> Option<Self> {
        closed(service, record)
            .or_else(|| Self::of_state(record, from))
            .or_else(|| Self::of_vm(live, record.state))
    }

    /// Why it cannot be begun from where the service stands.
    pub fn of_state(record: &VmRecord, from: &[VmState]) -> Option<Self> {
        let stands = record.state;
        (!from.contains(&stands)).then_some(Self::State(stands))
    }

    /// Why the VM itself cannot be changed, for a service at this state.
    pub fn of_vm(live: &Live, state: VmState) -> Option<Self> {
        if let Some(lock) = live.lock() {
            return Some(Self::Lock(lock.to_owned()));
        }
        match live {
            // After a restore that failed there may be nothing left that could be looked at.
            _ if state == VmState::ErrorRestore => None,
            Live::Nowhere(text) | Live::Gone(text) => Some(Self::Gone(text.clone())),
            Live::Failed(text) => Some(Self::Unreachable(text.clone())),
            Live::Unasked | Live::None | Live::Read(_) => None,
        }
    }

    /// A sentence for anybody.
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::NotActive => say::not_active(),
            Self::Suspended => say::suspended(),
            Self::State(VmState::Remove) => say::vm_gone(),
            Self::State(VmState::ErrorTerminate) => say::end_failed(),
            Self::State(VmState::ErrorRestore) => Reason::NotRestored.sentence(),
            Self::State(_) => say::working(),
            Self::Lock(lock) => locked(lock),
            Self::Gone(_) => Reason::Gone.sentence(),
            Self::Unreachable(_) => say::unreachable(),
        }
    }

    /// A sentence for this person.
    pub fn said_to(&self, person: Person) -> Sentence {
        match person {
            Person::Client => self.sentence(),
            Person::Staff => self.for_staff(),
        }
    }

    /// A sentence for staff, who know the states by their words and read what Proxmox said.
    pub fn for_staff(&self) -> Sentence {
        match self {
            Self::State(state) if state.at_rest() => say::idle_at(*state),
            Self::State(state) => say::at_work(*state),
            Self::Gone(text) | Self::Unreachable(text) => text.clone(),
            other => other.sentence(),
        }
    }
}

/// What Proxmox's lock on a VM means (the words of PVE::QemuConfig).
fn locked(lock: &str) -> Sentence {
    match lock {
        "backup" => say::backing_up(),
        "create" => say::restoring(),
        "snapshot" | "snapshot-delete" | "rollback" => say::snapshot_busy(),
        "migrate" => say::moving(),
        lock => say::busy(lock),
    }
}

/// Why a VM is not free for which these go on.
pub(super) fn busy(operations: &[Operation], requests: &[Request]) -> Sentence {
    let kind = operations.first().map(|operation| operation.kind);
    let action = requests.first().map(|asked| &asked.action);
    match (kind, action) {
        (Some(OperationKind::Backup), _) | (None, Some(VmAction::BackUp(_))) => say::backing_up(),
        (Some(OperationKind::Restore), _) => say::restoring(),
        (Some(OperationKind::RemoveBackup), _) | (None, Some(VmAction::RemoveBackup(_))) => {
            say::backup_removing()
        }
        (
            Some(OperationKind::Snapshot | OperationKind::Rollback | OperationKind::RemoveSnapshot),
            _,
        )
        | (
            None,
            Some(VmAction::TakeSnapshot(_) | VmAction::GoBack(_) | VmAction::RemoveSnapshot(_)),
        ) => say::snapshot_busy(),
        _ => say::in_use(),
    }
}
