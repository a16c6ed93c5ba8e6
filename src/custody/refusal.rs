//! Why nothing was done.

use crate::host::HostError;
use crate::model::Failure;
use crate::pve::PveError;
use crate::store::StoreError;
use thiserror::Error;

/// Why what was asked for was not done.
#[derive(Debug, Error)]
pub enum Refusal {
    /// It cannot be done, or not now: a sentence for anybody.
    #[error("{0}")]
    Said(String),
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
    pub fn sentence(self) -> Result<String, StoreError> {
        match self {
            Self::Said(why) => Ok(why),
            Self::Failed(failure) => Ok(failure.sentence().to_owned()),
            Self::Broken(error) => Err(error),
        }
    }
}

/// Somebody else changed the service in the same moment.
pub(super) const CHANGED: &str = "The service changed this moment; please try again.";

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Stale => CHANGED.into(),
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

impl From<String> for Refusal {
    fn from(why: String) -> Self {
        Self::Said(why)
    }
}

impl From<&str> for Refusal {
    fn from(why: &str) -> Self {
        Self::Said(why.to_owned())
    }
}
