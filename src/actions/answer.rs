//! What is answered: the shape every page knows, and who is told what.

use super::EntryError;
use crate::custody::Refusal;
use crate::model::{Failure, FieldError, Sentence};
use crate::store::request::Person;
use serde_json::{Map, Value, json};

/// An answer that says no.
pub(super) fn refusal(why: impl Into<Sentence>) -> Value {
    json!({"ok": false, "error": why.into()})
}

/// An answer that says yes.
pub(super) fn accepted(data: Value) -> Value {
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
        Person::Staff => Sentence::foreign(failure.sentence()),
        Person::Client => failure.reason.sentence(),
    }
}

/// What a page is answered: a refusal is an answer too.
///
/// # Errors
/// When PHP or the database failed.
pub(super) fn of(person: Person, result: Result<Value, Refusal>) -> Result<Value, EntryError> {
    match result {
        Ok(answer) => Ok(answer),
        Err(Refusal::Said(why)) => Ok(refusal(why)),
        Err(Refusal::Failed(failure)) => Ok(refusal(sentence(person, &failure))),
        Err(Refusal::Broken(error)) => Err(error.into()),
    }
}
