//! From the errors below to what the engine and the admin need to know.

use crate::model::{Cause, Failure, Sentence, Stop, say};
use crate::pve::{Class, PveError};
use crate::store::StoreError;

/// Who can mend it, and who else it holds up.
impl From<PveError> for Failure {
    fn from(error: PveError) -> Self {
        let text = error.sentence();
        let failure = match error.class {
            Class::Fatal => Self::person(text),
            Class::Now | Class::Tick | Class::Done | Class::Verify => Self::retry(text),
        };
        let cause = error
            .holds_up()
            .map_or(Cause::Service, |server| Cause::Server(server.0));
        failure.because(error.reason()).caused_by(cause)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::retry(say::record_unkept(Sentence::of(&error)))
    }
}

impl From<PveError> for Stop {
    fn from(error: PveError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}
