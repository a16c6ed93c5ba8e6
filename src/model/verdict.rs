//! What a step says when it is done, as pure data; the engine alone knows what follows from it.

use super::{Reason, Sentence, Wait, say};
use std::fmt;

/// The outcome of a step that did not fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It changed something: the flow advances.
    Done,
    /// All was as wanted already: the flow advances, the line says why nothing was done.
    Skipped(Skip),
}

/// Why a step did not end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Something is in the way: the flow stays, and that is no failure.
    Wait(Wait),
    /// It failed.
    Failed(Failure),
}

impl From<Wait> for Stop {
    fn from(wait: Wait) -> Self {
        Self::Wait(wait)
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// Why a step had nothing to do. The words follow the label in the cron's output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Skip {
    /// The observed value is the wanted one.
    NoChange,
    /// The thing to be made is there.
    Exists,
    /// The product asks for none.
    NotConfigured,
    /// A suspended VM is not started.
    Suspended,
    /// The disk is larger than sold, and Proxmox never shrinks one.
    ShrinkNotAllowed,
    /// The VM stays on the node or storage it is on, for the reason in the run log.
    StaysInPlace,
}

impl Skip {
    /// What is said of it.
    pub fn sentence(self) -> Sentence {
        match self {
            Self::NoChange => say::skip_same(),
            Self::Exists => say::skip_exists(),
            Self::NotConfigured => say::skip_unset(),
            Self::Suspended => say::skip_suspended(),
            Self::ShrinkNotAllowed => say::skip_shrink(),
            Self::StaysInPlace => say::skip_stays(),
        }
    }
}

/// Whether a failed step is worth another try without anybody's help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// It may work later: counted, tried again.
    Retry,
    /// It will not work until someone changes something.
    Person,
}

/// Why a step failed, ready to be shown: what was tried, what came back, what to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// One sentence for the log, without secrets.
    pub text: Sentence,
    /// The sentence stored for the admin, where the log's line is bound to other words; `None`: the same.
    pub explained: Option<Sentence>,
    /// Whether time or a person mends it.
    pub remedy: Remedy,
    /// What a cheap read can check before the step is tried again: services with the same cause share one read.
    pub cause: Cause,
    /// What whoever asked for it can be told.
    pub reason: Reason,
}

/// The thing in the way, as the scheduler groups waiting services. Services with the same one share one look.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Cause {
    /// Only this service.
    #[default]
    Service,
    /// Everything on one WHMCS server entry.
    Server(u64),
    /// Everything cloned from one template of one server.
    Template(u64, u32),
    /// Everything waiting for an address of one server.
    Pool(u64),
    /// Everything of one product.
    Product(u64),
}

impl Cause {
    /// The cause of a stored word; `None`: the word is none.
    pub fn parse(word: &str) -> Option<Self> {
        let mut parts = word.split(':');
        let kind = parts.next()?;
        let numbers: Vec<u64> = parts.map(|part| part.parse().ok()).collect::<Option<_>>()?;
        Some(match (kind, numbers.as_slice()) {
            ("", []) => Self::Service,
            ("server", [id]) => Self::Server(*id),
            ("template", [server, vmid]) => Self::Template(*server, u32::try_from(*vmid).ok()?),
            ("pool", [server]) => Self::Pool(*server),
            ("product", [id]) => Self::Product(*id),
            _ => return None,
        })
    }
}

/// The stored word.
impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Service => Ok(()),
            Self::Server(id) => write!(f, "server:{id}"),
            Self::Template(server, vmid) => write!(f, "template:{server}:{vmid}"),
            Self::Pool(server) => write!(f, "pool:{server}"),
            Self::Product(id) => write!(f, "product:{id}"),
        }
    }
}

impl Failure {
    /// A failure that may pass by itself.
    pub fn retry(text: Sentence) -> Self {
        Self {
            text,
            explained: None,
            remedy: Remedy::Retry,
            cause: Cause::Service,
            reason: Reason::Unknown,
        }
    }

    /// A failure that needs a person.
    pub fn person(text: Sentence) -> Self {
        Self {
            text,
            explained: None,
            remedy: Remedy::Person,
            cause: Cause::Service,
            reason: Reason::Staff,
        }
    }

    /// Why it does not go on: what was tried, what came back, what to do next.
    pub fn sentence(&self) -> &Sentence {
        self.explained.as_ref().unwrap_or(&self.text)
    }

    /// The same failure, for this reason.
    pub fn because(mut self, reason: Reason) -> Self {
        self.reason = reason;
        self
    }

    /// The same failure, blamed on something that others may share.
    pub fn caused_by(mut self, cause: Cause) -> Self {
        self.cause = cause;
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

/// What a step returns.
pub type StepResult = Result<Verdict, Stop>;

#[cfg(test)]
mod tests {
    use super::Cause;

    #[test]
    fn a_stored_cause_reads_back() {
        for cause in [
            Cause::Service,
            Cause::Server(3),
            Cause::Template(3, 9000),
            Cause::Pool(3),
            Cause::Product(7),
        ] {
            assert_eq!(Cause::parse(&cause.to_string()), Some(cause));
        }
        for word in ["server", "server:x", "node:1", "pool:1:2"] {
            assert_eq!(Cause::parse(word), None, "{word}");
        }
    }
}
