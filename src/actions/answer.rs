//! What is answered: the shape every page knows, and who is told what.

use super::EntryError;
use super::page_operations::PageOperation;
use crate::custody::Refusal;
use crate::host::HostError;
use crate::model::{Failure, FieldError, Sentence};
use crate::store::StoreError;
use crate::store::request::Person;
use serde::Serialize;
use serde_json::{Map, Value, json};

/// Why a page is not answered with what it asked for.
#[derive(Debug)]
pub(super) enum Denial {
    /// It cannot be done, or it failed.
    Refused(Refusal),
    /// Fields of a form break their rules: what was not done, and what each must be.
    Misfilled(Sentence, Vec<FieldError>),
    /// It is done once somebody confirms that they read this.
    Unconfirmed(Sentence),
    /// Something is broken.
    Broken(EntryError),
}

impl From<Refusal> for Denial {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<EntryError> for Denial {
    fn from(error: EntryError) -> Self {
        Self::Broken(error)
    }
}

macro_rules! refusals {
    ($($kind:ty),*) => {$(
        impl From<$kind> for Denial {
            fn from(why: $kind) -> Self {
                Self::Refused(why.into())
            }
        }
    )*};
}

refusals!(Sentence, Failure, StoreError, HostError);

/// An answer that says no.
pub(super) fn refusal(why: impl Into<Sentence>) -> Value {
    json!({"ok": false, "error": why.into()})
}

/// An answer that says yes.
pub(super) fn accepted(data: impl Serialize) -> Value {
    json!({"ok": true, "data": data})
}

/// An answer that says no, with what each field must be.
pub(super) fn misfilled(why: Option<Sentence>, errors: &[FieldError]) -> Value {
    let fields: Map<String, Value> = errors
        .iter()
        .map(|error| (error.field.clone(), error.sentence().into()))
        .collect();
    let mut answer = json!({"ok": false, "errors": fields});
    if let Some(why) = why {
        answer["error"] = why.into();
    }
    answer
}

/// An answer that says yes and nothing else.
pub(super) fn done() -> Value {
    accepted(json!({}))
}

/// A failure as this person is told it: a client does not read what Proxmox said.
pub(super) fn sentence(person: Person, failure: &Failure) -> Sentence {
    match person {
        Person::Staff => failure.sentence().clone(),
        Person::Client => failure.reason.sentence(),
    }
}

/// What an operation is answered: a refusal is an answer too.
///
/// # Errors
/// When PHP or the database failed.
pub(super) fn to<O: PageOperation>(
    _: &O,
    person: Person,
    result: Result<O::Reply, impl Into<Denial>>,
) -> Result<Value, EntryError> {
    match result.map_err(Into::into) {
        Ok(reply) => Ok(accepted(reply)),
        Err(denial) => denied(person, denial),
    }
}

/// How this person is told that something is not done.
///
/// # Errors
/// When PHP or the database failed.
pub(super) fn denied(person: Person, denial: Denial) -> Result<Value, EntryError> {
    match denial {
        Denial::Refused(Refusal::Said(why)) => Ok(refusal(why)),
        Denial::Refused(Refusal::Failed(failure)) => Ok(refusal(sentence(person, &failure))),
        Denial::Refused(Refusal::Broken(error)) => Err(error.into()),
        Denial::Misfilled(why, errors) => Ok(misfilled(Some(why), &errors)),
        Denial::Unconfirmed(why) => Ok(json!({"ok": false, "error": why, "confirm": true})),
        Denial::Broken(error) => Err(error),
    }
}
