//! Why nothing was done.

use crate::host::HostError;
use crate::model::{Failure, Sentence, say};
use crate::pve::PveError;
use crate::store::StoreError;
use thiserror::Error;

/// Why what was asked for was not done.
#[derive(Debug, Error)]
pub enum Refusal {
    /// It cannot be done, or not now: a sentence for anybody.
    #[error("{0}")]
    Said(Sentence),
    /// It was tried and failed: staff read what Proxmox said, a client reads the reason.
    #[error("{0}")]
    Failed(Failure),
    /// PHP or the database failed.
    #[error(transparent)]
    Broken(StoreError),
}

impl Refusal {
    /// The sentence that staff read.
    ///
    /// # Errors
    /// When it is none: PHP or the database failed.
    pub fn sentence(self) -> Result<Sentence, StoreError> {
        match self {
            Self::Said(why) => Ok(why),
            Self::Failed(failure) => Ok(failure.sentence().clone()),
            Self::Broken(error) => Err(error),
        }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Stale => Self::Said(say::changed()),
            error => Self::Broken(error),
        }
    }
}

impl From<PveError> for Refusal {
    fn from(error: PveError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<HostError> for Refusal {
    fn from(error: HostError) -> Self {
        Self::Broken(StoreError::Host(error))
    }
}

impl From<Sentence> for Refusal {
    fn from(why: Sentence) -> Self {
        Self::Said(why)
    }
}
