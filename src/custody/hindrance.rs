//! Whether a service's VM is free, and if not, why.

use super::Live;
use crate::model::{Deed, Reason, VmState};
use crate::plan::{Service, ServiceStatus};
use crate::store::operation::{Operation, OperationKind};
use crate::store::request::{Person, Request};
use crate::store::vm::VmRecord;

/// A request for a service without a VM.
pub const NO_VM: &str = "The service has no VM yet.";
/// What is said of a VM whose memory is on a disk.
pub const HIBERNATES: &str = "The VM hibernates; start it first.";
/// A request while a flow is under way.
const WORKED_ON: &str = "The VM is being worked on; please wait until it is ready.";
/// A request about a VM that was removed.
const VM_GONE: &str = "The service has no VM any more.";
/// A request about a VM whose removal failed.
const END_FAILED: &str = "The VM could not be removed completely; please contact support.";
const BACKING_UP: &str = "A backup of the VM is being made; please wait until it is complete.";
const RESTORING: &str = "A backup is being restored; please wait until the VM is ready.";
const SNAPSHOT: &str =
    "A snapshot is being taken, removed or gone back to; please wait until that is done.";

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
    Gone(String),
    /// Proxmox does not say how it stands; why not.
    Unreachable(String),
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
    pub fn sentence(&self) -> String {
        match self {
            Self::NotActive => "The service is not active.",
            Self::Suspended => "The service is suspended.",
            Self::State(VmState::Remove) => VM_GONE,
            Self::State(VmState::ErrorTerminate) => END_FAILED,
            Self::State(VmState::ErrorRestore) => Reason::NotRestored.sentence(),
            Self::State(_) => WORKED_ON,
            Self::Lock(lock) => return locked(lock),
            Self::Gone(_) => Reason::Gone.sentence(),
            Self::Unreachable(_) => "The VM cannot be reached at the moment.",
        }
        .to_owned()
    }

    /// A sentence for this person.
    pub fn said_to(&self, person: Person) -> String {
        match person {
            Person::Client => self.sentence(),
            Person::Staff => self.for_staff(),
        }
    }

    /// A sentence for staff, who know the states by their words and read what Proxmox said.
    pub fn for_staff(&self) -> String {
        match self {
            Self::State(state) if state.at_rest() => {
                format!("Nothing is under way: the service stands at {state}.")
            }
            Self::State(state) => format!("The VM is being worked on ({state})."),
            Self::Gone(text) | Self::Unreachable(text) => text.clone(),
            other => other.sentence(),
        }
    }
}

/// What Proxmox's lock on a VM means (the words of PVE::QemuConfig).
fn locked(lock: &str) -> String {
    match lock {
        "backup" => BACKING_UP.to_owned(),
        "create" => RESTORING.to_owned(),
        "snapshot" | "snapshot-delete" | "rollback" => SNAPSHOT.to_owned(),
        "migrate" => "The VM is moving to another node; please try again in a moment.".to_owned(),
        lock => format!("The VM is busy ({lock})."),
    }
}

/// Why a VM is not free for which these go on.
pub(super) fn busy(operations: &[Operation], requests: &[Request]) -> &'static str {
    let kind = operations.first().map(|operation| operation.kind);
    let deed = requests.first().map(|asked| &asked.deed);
    match (kind, deed) {
        (Some(OperationKind::Backup), _) | (None, Some(Deed::BackUp(_))) => BACKING_UP,
        (Some(OperationKind::Restore), _) => RESTORING,
        (Some(OperationKind::RemoveBackup), _) | (None, Some(Deed::RemoveBackup(_))) => {
            "A backup is being removed; please try again in a moment."
        }
        (
            Some(OperationKind::Snapshot | OperationKind::Rollback | OperationKind::RemoveSnapshot),
            _,
        )
        | (None, Some(Deed::TakeSnapshot(_) | Deed::GoBack(_) | Deed::RemoveSnapshot(_))) => {
            SNAPSHOT
        }
        _ => "Something else is being done with the VM; please try again in a moment.",
    }
}
