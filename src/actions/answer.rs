//! What is answered: the shape every page knows, and who is told what.

use super::EntryError;
use crate::custody::Refusal;
use crate::model::Failure;
use crate::store::request::Person;
use serde_json::{Value, json};

/// What WHMCS takes for success, to the letter.
pub(super) const SUCCESS: &str = "success";

/// A request for something that the product does not include.
pub(super) const NOT_INCLUDED: &str = "Your product does not include this.";
/// A request for something that no page offers.
pub(super) const UNKNOWN: &str = "This is not something the page can ask for.";
/// A request with a field of more than anybody types.
pub(super) const TOO_LONG: &str = "What was entered is too long; please shorten it.";

/// An answer that says no.
pub(super) fn refusal(why: impl Into<String>) -> Value {
    json!({"ok": false, "error": why.into()})
}

/// An answer that says yes.
pub(super) fn accepted(data: Value) -> Value {
    json!({"ok": true, "data": data})
}

/// A failure as this person is told it: a client does not read what Proxmox said.
pub(super) fn sentence(person: Person, failure: &Failure) -> String {
    match person {
        Person::Staff => failure.sentence().to_owned(),
        Person::Client => failure.reason.sentence().to_owned(),
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
