//! What only the staff's page of a service asks.

use super::field::{Confirmed, Form, Typed};
use super::service::AdminService;
use super::table::operations;
use crate::model::{Sentence, VmState};
use serde::Serialize;

operations! {
    /// What the staff's page of a service asks beside what it shares with the client's.
    StaffOp {
        /// The page with the VM as it is this moment, for its log.
        "log": Looks, None => Log {} -> AdminService,
        /// Takes over a VM that stands on the cluster.
        "attach": Alters, None => Attach {
            /// Its number.
            vmid: Typed,
            /// The number that the form showed; where it is the same, nothing is asked for.
            present: Typed,
        } -> Attached,
        /// Has the cron look at the service at once.
        "retry": Alters, None => Retry {} -> AdminService,
        /// Removes what there is of the VM and begins anew.
        "redeploy": Alters, None => Redeploy {
            /// The VM's name, where there is one to lose.
            confirm: Confirmed,
        } -> Put,
        /// Runs one step of the pipeline by itself.
        "step": Alters, None => StepAsked {
            /// Its word.
            step: String,
            /// The VM's name, where the step removes it.
            confirm: Confirmed,
        } -> Stepped,
        /// Writes the DNS records anew.
        "set_dns_records": Alters, None => SetDnsRecords {} -> Put,
        /// The row of the service.
        "record": Looks, None => RecordRead {} -> ServiceRow,
        /// Changes it.
        "record_save": Alters, None => RecordSave {
            /// The revision that was read.
            rev: Option<u64>,
            /// Field => text.
            fields: Form,
        } -> ServiceRow,
        /// Deletes it, once the service is over.
        "delete_record": Alters, None => RecordDelete {} -> Deleted,
        /// Puts the service at a state by hand.
        "reset": Alters, None => Reset {
            /// The state.
            state: String,
            /// The VM's name, where that state ends it.
            confirm: Confirmed,
        } -> Put,
    }
}

/// A state that an admin may put a service at by hand.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(transparent)]
pub struct ResetTarget(pub VmState);

impl ResetTarget {
    /// All of them, the harmless one first.
    pub const ALL: &[Self] = &[
        Self(VmState::Ready),
        Self(VmState::Creation),
        Self(VmState::SetIp),
        Self(VmState::ChangePackage),
        Self(VmState::SetDnsRecords),
        Self(VmState::Terminate),
        Self(VmState::Remove),
    ];
}

#[cfg(test)]
impl schemars::JsonSchema for ResetTarget {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ResetTarget".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let words: Vec<&str> = Self::ALL.iter().map(|target| target.0.as_str()).collect();
        schemars::json_schema!({
            "type": "string",
            "enum": words,
            "description": "A state that an admin may put a service at by hand.",
        })
    }
}

/// A VM was taken over; both absent where nothing was asked for.
#[derive(Debug, Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Attached {
    /// Its number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vmid: Option<u32>,
    /// What came of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub said: Option<Sentence>,
}

/// A service was put at a state.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Put {
    /// Where it stands now.
    pub state: VmState,
    /// What is left to do by hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning: Option<Sentence>,
    /// What came of it, in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub said: Option<Sentence>,
}

/// A step was run.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Stepped {
    /// Whether it goes on; false: it is done.
    pub running: bool,
    /// What it waits for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waiting: Option<Sentence>,
}

/// The row of a service.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ServiceRow {
    /// Its revision, which a change must name.
    pub rev: u64,
    /// What can only be read.
    pub fixed: RecordFixed,
    /// What can be changed, as text.
    pub fields: RecordFields,
    /// The states there are.
    pub states: &'static [VmState],
}

/// What of a row can only be read.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RecordFixed {
    /// The service.
    pub service_id: u64,
    /// The VM's number.
    pub vm_id: Option<u32>,
    /// The mark in its description.
    pub owner_mark: String,
    /// The key of its cluster.
    pub cluster: String,
}

/// What of a row can be changed.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RecordFields {
    /// Where the service's flow stands.
    pub vm_status: VmState,
    /// The VM's name.
    pub vm_name: String,
    /// The hardware address of its card.
    pub vm_net0_mac: String,
    /// Its reverse names, as JSON: address => host name.
    pub vm_rev_dns: String,
    /// The node it was seen on last.
    pub node: Option<String>,
    /// When backups are made, as JSON: weekday => `HH:MM`.
    pub vm_backup_schedule: String,
    /// When snapshots are taken, in the same form.
    pub vm_snapshot_schedule: String,
}

/// A row was deleted.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Deleted {
    /// Its service.
    pub deleted: u64,
}
