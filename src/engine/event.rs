//! What a pass tells while it runs. Steps never print; `report` lays these out.

use crate::model::{Sentence, ServiceId, VmState, Vmid, Wait, say};
use crate::store::run::RunResult;
use futures_util::future::LocalBoxFuture;
use std::fmt;

/// How a step's line ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepOutcome {
    /// The flow advanced.
    Success,
    /// Something is in the way.
    Waiting(Box<Wait>),
    /// It failed.
    Error(Sentence),
}

impl StepOutcome {
    /// The word for how the step ended.
    pub fn result(&self) -> RunResult {
        match self {
            Self::Success => RunResult::Success,
            Self::Waiting(_) => RunResult::Waiting,
            Self::Error(_) => RunResult::Error,
        }
    }

    /// The same for a page.
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::Success => say::ended_well(),
            Self::Waiting(wait) => say::waiting_for(wait.of_line()),
            Self::Error(text) => text.clone(),
        }
    }
}

/// How a step ended, as its line says it.
impl fmt::Display for StepOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Success => f.write_str("success"),
            Self::Waiting(wait) => write!(f, "waiting for {}", wait.of_line()),
            Self::Error(text) => text.fmt(f),
        }
    }
}

/// Something worth a line.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A pass begins.
    FlowStarted {
        /// The head of the block.
        head: &'static str,
        /// Whose.
        service: ServiceId,
        /// Its VM, if it has one.
        vmid: Option<Vmid>,
        /// Where the flow stands.
        state: VmState,
    },
    /// A detail inside a step.
    Note(String),
    /// A step ended.
    StepEnded {
        /// Its number in this pass.
        number: u32,
        /// The label, with the reason where it was skipped.
        label: Sentence,
        /// How.
        outcome: StepOutcome,
        /// The state before.
        from: VmState,
        /// The state after.
        to: VmState,
        /// How long it took.
        seconds: f64,
    },
    /// The pass ended.
    FlowEnded {
        /// The head of the block.
        head: &'static str,
        /// Whose.
        service: ServiceId,
        /// Where the flow stands.
        state: VmState,
        /// Whether it came to its end.
        completed: bool,
    },
}

/// Who is told.
pub trait Observer {
    /// Takes one event; awaits until it is on its way.
    fn tell(&self, event: Event) -> LocalBoxFuture<'_, ()>;
}
