//! What a service's own page asks and shows: the client's overview and the staff's panel.

use super::live_vm::LiveVm;
use super::package::{PlanRow, TakenOver};
use super::permit::{Actions, Pages};
use super::staff::ResetTarget;
use super::table::operations;
use crate::model::{FlowKey, OperationKind, Sentence, VmState};
use crate::plan::ServiceStatus;
use crate::store::request::Person;
use crate::store::run::{RunResult, StepLine};
use serde::Serialize;

operations! {
    /// What both pages of a service ask whatever the product includes.
    ServiceOp {
        /// The page with the VM as it is this moment.
        "status": Looks, None => Status {} -> ServicePage,
        /// Notes that somebody read how a request ended: it is not shown again.
        "request_seen": Looks, None => RequestSeen {
            /// The request's key.
            id: String,
        } -> ServicePage,
        /// Starts the VM, or lets a paused one go on.
        "start": Alters, Start => Start {} -> ServicePage,
        /// Pulls its plug.
        "stop": Alters, Stop => Stop {} -> ServicePage,
        /// Asks the guest to shut down.
        "shutdown": Alters, Stop => Shutdown {} -> ServicePage,
        /// Asks the guest to restart.
        "reboot": Alters, Reboot => Reboot {} -> ServicePage,
    }
}

/// The page of whoever asked.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum ServicePage {
    /// The client's.
    Client(Box<Overview>),
    /// The staff's.
    Staff(Box<AdminService>),
}

/// What the client's page of a service shows.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Overview {
    /// The service in WHMCS.
    pub service: ServiceHead,
    /// Where its flow stands; null: no VM was ever ordered for it.
    pub state: Option<State>,
    /// The VM as it is this moment; null: there is none, or it was not asked about or not reached.
    pub live: Option<LiveVm>,
    /// Why the VM is not shown.
    pub error: Option<Trouble>,
    /// What somebody asked for: what goes on and how it ended, newest first.
    pub requests: Vec<RequestedAction>,
    /// What Proxmox does for it this moment; null: nothing, or it was not asked.
    pub task: Option<RunningTask>,
    /// What ended lately, whoever began it, newest first; null: as it was when it was asked last.
    pub recent: Option<Vec<RecentAction>>,
    /// Its addresses, the first one first.
    pub addresses: Vec<Address>,
    /// With which name one signs in.
    pub username: String,
    /// The operating system in the words of the order; empty where WHMCS does not tell.
    pub os: String,
    /// Which buttons work.
    pub actions: Actions,
    /// Which pages open; what the product leaves out is not among them.
    pub pages: Pages,
    /// Whether Proxmox was asked; false: the page is drawn from the database, and its first look asks.
    pub asked: bool,
}

/// What the staff's page of a service shows.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AdminService {
    /// The service in WHMCS.
    pub service: ServiceHead,
    /// Where its flow stands; null: no VM was ever ordered for it.
    pub state: Option<StaffState>,
    /// The VM as it is this moment; null: there is none, or it was not asked about or not reached.
    pub live: Option<LiveVm>,
    /// Why the VM is not shown, as Proxmox said it.
    pub error: Option<Sentence>,
    /// What somebody asked for: what goes on and how it ended, newest first.
    pub requests: Vec<RequestedAction>,
    /// Whether Proxmox answers.
    pub api: Api,
    /// Which VM it is; null without one.
    pub identity: Option<Identity>,
    /// What was sold, beside what the VM has.
    pub plan: Vec<PlanRow>,
    /// A VM that was taken over, and what remains to be done; null: it was made for the service.
    pub taken_over: Option<TakenOver>,
    /// What Proxmox does for it this moment; null: nothing, or it was not asked.
    pub task: Option<RunningTask>,
    /// What ended lately, whoever began it, newest first; null: as it was when it was asked last.
    pub recent: Option<Vec<RecentAction>>,
    /// The pages that the product withholds from its client; the staff have them all the same.
    pub withheld: Vec<&'static str>,
    /// Its addresses, the first one first.
    pub addresses: Vec<Address>,
    /// With which name one signs in.
    pub username: String,
    /// Which of the client's buttons work.
    pub actions: Actions,
    /// The staff's buttons.
    pub buttons: Vec<Button>,
    /// The log, newest first.
    pub runs: Vec<Run>,
    /// The states that the service can be reset to, the harmless one first.
    pub reset_targets: &'static [ResetTarget],
    /// Whether Proxmox was asked; false: the page is drawn from the database, and its first look asks.
    pub asked: bool,
}

/// A service in WHMCS.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ServiceHead {
    /// Its number.
    pub id: u64,
    /// WHMCS's word, such as `Active`.
    pub status: ServiceStatus,
    /// Its host name.
    pub domain: String,
    /// The VM's name on the cluster; empty before there is one.
    pub name: String,
}

/// Where the flow of a service stands, without the reasons that are for the staff.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct State {
    /// The state: mostly the step that is finished.
    pub name: VmState,
    /// The flow; null at rest.
    pub flow: Option<FlowKey>,
    /// Whether nothing is under way.
    pub at_rest: bool,
    /// What is done next, and how far the flow is; null where nothing is under way.
    pub progress: Option<Progress>,
    /// Whether it waits for something.
    pub waiting: bool,
    /// Since when it waits, in seconds since 1970.
    pub since: Option<i64>,
    /// Whether it failed so often that the staff read of it on their dashboard.
    pub alarm: bool,
    /// Whether the service is suspended.
    pub suspended: bool,
}

/// Where the flow of a service stands, with all that staff may know.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StaffState {
    /// The state: mostly the step that is finished.
    pub name: VmState,
    /// The flow; null at rest.
    pub flow: Option<FlowKey>,
    /// Whether nothing is under way.
    pub at_rest: bool,
    /// What is done next, and how far the flow is; null where nothing is under way.
    pub progress: Option<Progress>,
    /// What it waits for, as a sentence; null: it does not wait.
    pub waiting: Option<Sentence>,
    /// Since when it waits, in seconds since 1970.
    pub since: Option<i64>,
    /// What it waits for and since when, in a sentence.
    pub sentence: Option<Sentence>,
    /// Whether it failed so often that a person should look.
    pub alarm: bool,
    /// Whether the service is suspended.
    pub suspended: bool,
}

/// How far a flow is.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Progress {
    /// The flow.
    pub flow: FlowKey,
    /// What is done now.
    pub work: crate::model::Work,
    /// Steps that are finished.
    pub done: usize,
    /// Steps of the flow.
    pub steps: usize,
    /// The share of it that is behind, 1 to 99.
    pub percent: usize,
}

/// Why a client sees nothing of the VM.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// It is not where it should be; it does not come back by waiting.
    Gone,
    /// Proxmox did not answer.
    Unreachable,
}

/// An address of a service.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Address {
    /// 4 or 6.
    pub family: u8,
    /// The address.
    pub address: String,
    /// The length of its network's prefix.
    pub prefix: u8,
    /// The way out.
    pub gateway: String,
    /// The resolvers.
    pub dns: Vec<String>,
    /// Whether it is the first one.
    pub primary: bool,
    /// The reverse name it shall have.
    pub rdns: String,
}

/// What somebody asked for.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RequestedAction {
    /// Its key, for `request_seen`.
    pub id: String,
    /// The word of what was asked for, which is its operation's.
    pub action: &'static str,
    /// What it is done to, or its owner's text.
    pub subject: String,
    /// When, in seconds since 1970.
    pub asked: i64,
    /// When it ended; null: it goes on.
    pub ended: Option<i64>,
    /// How it stands.
    pub outcome: Outcome,
    /// Why it failed.
    pub why: Option<Sentence>,
    /// Who asked; for the staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asker: Option<Person>,
    /// What Proxmox said, for the staff; where the request is still tried, what it said to the last try.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// What Proxmox does for a service.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RunningTask {
    /// What.
    pub kind: OperationKind,
    /// For how many seconds already.
    pub elapsed: i64,
    /// How far it is, as its own log says; null where that says nothing.
    pub percent: Option<f64>,
    /// How many seconds such a task usually takes; null: nobody knows yet.
    pub usual: Option<i64>,
}

/// What ended lately.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RecentAction {
    /// The word of what was done, which is that of the operation that asks for it.
    pub action: &'static str,
    /// What it was done to, or its owner's text.
    pub subject: String,
    /// Who began it.
    pub by: Actor,
    /// When it ended, in seconds since 1970.
    pub at: i64,
    /// Whether it was done.
    pub done: bool,
    /// Why it was not.
    pub why: Option<Sentence>,
}

/// Who began something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// The service's owner.
    Client,
    /// The staff.
    Staff,
    /// The cron, by a schedule.
    Schedule,
}

/// How a request stands.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It goes on.
    Going,
    /// It was done.
    Done,
    /// It was not.
    Failed,
}

/// Whether Proxmox answers.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Api {
    /// Whether it does.
    pub ok: bool,
    /// What it said instead.
    pub error: Option<Sentence>,
}

/// Which VM it is.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Identity {
    /// Its number; null before it has one.
    pub vmid: Option<u32>,
    /// The node it was seen on last.
    pub node: Option<String>,
    /// The node it is to go to.
    pub target_node: Option<String>,
    /// The key of its cluster.
    pub cluster: String,
    /// The mark in its description.
    pub mark: String,
    /// How often its record was changed.
    pub rev: u64,
    /// The hardware address on record.
    pub mac: String,
}

/// A button of the staff.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Button {
    /// The operation it asks for, which is also the key of its name after `button_` in the language files.
    pub op: &'static str,
    /// Whether it works.
    pub allowed: bool,
    /// Why not.
    pub why: Option<Sentence>,
    /// Whether it interrupts or destroys something, so that the page asks first.
    pub asks_first: bool,
    /// What must be typed as `confirm` before; null: nothing.
    pub type_name: Option<String>,
}

/// A run of a flow.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Run {
    /// The head of its block in the cron's output.
    pub flow: String,
    /// When it began, in seconds since 1970.
    pub started: i64,
    /// When it ended; null: it is under way or was killed.
    pub finished: Option<i64>,
    /// The state at its beginning.
    pub from: String,
    /// The state at its end.
    pub to: String,
    /// How it ended.
    pub result: RunResult,
    /// The last error, or what it waits for.
    pub error: String,
    /// Its steps.
    pub steps: Vec<StepLine>,
}
