//! What went wrong with a Proxmox request or task, and what to do about it.

use crate::model::{Reason, ServerId, Vmid, brief, shown};
use std::fmt;
use std::ops::Deref;

/// How far a request had come when it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Delivery {
    /// It surely did not reach Proxmox.
    NotSent,
    /// It may have reached Proxmox; no answer came.
    MaybeSent,
    /// Proxmox answered.
    Answered,
    /// Proxmox took it on and its task failed later.
    TaskFailed,
}

/// What the engine may do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// Try again at once, after a short pause, three times at most.
    Now,
    /// Try again in a later tick.
    Tick,
    /// It will not work until a person changes something.
    Fatal,
    /// What was wanted holds already.
    Done,
    /// Unknown whether it was done: read the object, then decide.
    Verify,
}

/// What it is, for those who react to one thing and not to another.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(
    missing_docs,
    reason = "each name says what the table in `failures` explains"
)]
pub enum Kind {
    Unreachable,
    ConnectionLost,
    CertificateUntrusted,
    NodeUnreachable,
    ProxyTimeout,
    ProxyBroken,
    ReverseProxy,
    BadAnswer,
    TicketExpired,
    BadToken,
    NoCredential,
    CsrfExpired,
    /// The path and the privilege asked for there; empty where Proxmox names none.
    PermissionDenied {
        path: String,
        privilege: String,
    },
    /// The datacenter's `user-tag-access` or `registered-tags` does not let this user write the tag.
    TagRefused(String),
    UnknownPrivilege,
    NeedsTicket,
    RootOnly,
    BadParameter,
    MethodUnknown,
    VmidTaken,
    NoFreeVmid,
    /// The VM config's file lock was not to be had.
    LockTimeout,
    /// The storage's lock was not to be had.
    StorageBusy(String),
    /// Another cluster-wide lock was not to be had.
    ClusterBusy,
    StorageSlow,
    NoQuorum,
    /// The word in the config's `lock`.
    Locked(String),
    AlreadyRunning,
    NotRunning,
    ShutdownTimeout,
    Paused,
    StillRunning,
    Protected,
    HaManaged,
    /// No config of that number where it was looked for.
    VmMissing(Option<Vmid>),
    ChecksumMismatch,
    Shrink,
    DiskMissing(String),
    CloudInitAttached(String),
    HotplugPending,
    CannotCloneThere,
    CloneUnsupported,
    NeedsLocalDisks,
    LocalCdrom,
    MigrationSnapshot,
    LinkedCloneStays,
    MigrationAborted,
    WorkerFailed,
    TaskUnknown,
    WorkerLost,
    Warnings(u32),
    StorageMissing(String),
    StorageOffline(String),
    StorageNotOnNode(String),
    NoSpace,
    NodeUnknown,
    BridgeMissing(String),
    BackupFailed,
    BackupLimit,
    SnapshotUnsupported,
    SnapshotExists,
    SnapshotMissing,
    IpSetExists,
    IpSetEntryExists,
    IpSetEntryMissing,
    IpSetMissing,
    IpSetNotEmpty,
    RuleMissing,
    HaError,
    VolumeMissing(String),
    StartFailed,
    NoHardwareVirtualisation,
    Setup,
    Unknown,
}

/// How many of the parameters that Proxmox complains of are named.
const FIELDS_TOLD: usize = 20;

/// A failed request or task. One boxed record, since it travels through every `Result` of the crate.
#[derive(Clone, PartialEq, Eq)]
pub struct PveError {
    failed: Box<Failed>,
    server: Option<ServerId>,
}

/// The fields of a [`PveError`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// What was tried, as in "clone template 9000 on pve1 to VM 2002".
    pub what: String,
    /// How far it came.
    pub delivery: Delivery,
    /// What may be done now.
    pub class: Class,
    /// What it is.
    pub kind: Kind,
    /// The HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// What came back, without secrets.
    pub text: String,
    /// Complaints about single parameters: name and text.
    pub fields: Vec<(String, String)>,
    /// What to do next, one sentence.
    pub advice: String,
    /// The row of the failure catalogue; 0 for what is not in it.
    pub row: u8,
}

impl PveError {
    /// Wraps the record. What others wrote is cut to what a person reads: it is shown, and stored with every run.
    pub fn new(mut failed: Failed) -> Self {
        failed.text = brief(&failed.text);
        failed.fields.truncate(FIELDS_TOLD);
        for (name, complaint) in &mut failed.fields {
            *name = shown(name);
            *complaint = brief(complaint);
        }
        Self {
            failed: Box::new(failed),
            server: None,
        }
    }

    /// Whether Proxmox says that there is no VM of this number where it was asked for. It says nothing of the rest of
    /// the cluster: only its resource list, read whole and with quorum, tells that a VM is gone.
    pub fn is_missing(&self, vmid: Vmid) -> bool {
        matches!(self.kind, Kind::VmMissing(Some(named)) if named == vmid)
    }

    /// Whether only the way to Proxmox was at fault, so that a read asked again may be answered. (Below HTTP the client
    /// has tried the other endpoints already.)
    pub(super) fn worth_another_read(&self) -> bool {
        self.delivery == Delivery::Answered
            && self.class == Class::Now
            && matches!(
                self.kind,
                Kind::ProxyBroken | Kind::ReverseProxy | Kind::BadAnswer
            )
    }

    /// The lock in the way, where it is one.
    pub fn lock(&self) -> Option<&str> {
        match &self.kind {
            Kind::Locked(lock) => Some(lock),
            _ => None,
        }
    }

    /// The same error, of the cluster of this server entry.
    #[must_use]
    pub fn of(mut self, server: ServerId) -> Self {
        self.server = Some(server);
        self
    }

    /// The server entry whose services it holds up all together: a cluster that is out of reach or lets nobody in.
    /// `None`: what failed is one object's own trouble.
    pub fn holds_up(&self) -> Option<ServerId> {
        self.server.filter(|_| {
            matches!(
                self.kind,
                Kind::Unreachable
                    | Kind::ConnectionLost
                    | Kind::CertificateUntrusted
                    | Kind::BadToken
                    | Kind::NoCredential
                    | Kind::TicketExpired
                    | Kind::CsrfExpired
                    | Kind::NoQuorum
            )
        })
    }

    /// What a person who asked for it can be told.
    pub fn reason(&self) -> Reason {
        match &self.kind {
            Kind::LockTimeout | Kind::Locked(_) | Kind::StorageBusy(_) | Kind::ClusterBusy => {
                Reason::Busy
            }
            Kind::ShutdownTimeout => Reason::Ignored,
            Kind::NoSpace => Reason::StorageFull,
            Kind::StorageMissing(_)
            | Kind::StorageOffline(_)
            | Kind::StorageNotOnNode(_)
            | Kind::VolumeMissing(_) => Reason::StorageGone,
            Kind::SnapshotUnsupported => Reason::NoSnapshots,
            Kind::StartFailed | Kind::NoHardwareVirtualisation | Kind::BridgeMissing(_) => {
                Reason::StartFailed
            }
            Kind::Unreachable
            | Kind::ConnectionLost
            | Kind::NodeUnreachable
            | Kind::ProxyTimeout
            | Kind::ProxyBroken
            | Kind::ReverseProxy
            | Kind::NoQuorum => Reason::Unreachable,
            Kind::VmMissing(_) => Reason::Gone,
            _ if self.class == Class::Fatal => Reason::Staff,
            _ => Reason::Unknown,
        }
    }

    /// The same error with the text of one that came before it, where that says something else.
    #[must_use]
    pub(super) fn after(mut self, before: &Self) -> Self {
        if !before.text.contains(&self.text) {
            self.failed.text = brief(&format!("{}; {}", before.text, self.text));
        }
        self
    }

    /// The same error for a call that was not sent because of it.
    #[must_use]
    pub(super) fn held_back(mut self, what: &str) -> Self {
        what.clone_into(&mut self.failed.what);
        self.failed.delivery = Delivery::NotSent;
        self
    }

    /// The same error with another class and advice, for callers that know more than the table.
    #[must_use]
    pub fn judged(mut self, class: Class, advice: &str) -> Self {
        self.failed.class = class;
        advice.clone_into(&mut self.failed.advice);
        self
    }
}

impl Deref for PveError {
    type Target = Failed;

    fn deref(&self) -> &Failed {
        &self.failed
    }
}

impl fmt::Display for PveError {
    /// One sentence: what was tried, what came back, what to do next.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Cannot {}: {}",
            self.what,
            self.text.trim_end_matches('.')
        )?;
        if self.advice.is_empty() {
            Ok(())
        } else {
            write!(f, " – {}", self.advice)
        }
    }
}

impl fmt::Debug for PveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.failed.fmt(f)
    }
}

impl std::error::Error for PveError {}
