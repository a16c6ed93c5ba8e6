//! Reading Proxmox's answers, whose JSON Perl writes: `1`, `"1"` and `true` are the same flag, `"256"` and `256` the same
//! number. Single values are read by [`model::lenient`](crate::model::lenient), like everybody's; here is what must be there,
//! and what to say where it is not.

pub(super) use crate::model::lenient::{flag, flag_text, real, rounded_down as whole, text};
use serde_json::{Map, Value};

/// Why an answer is none of Proxmox's, though it came in its envelope. Nothing is concluded from such a one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the answer is not Proxmox's: {0}")]
pub(super) struct Misshapen(String);

impl Misshapen {
    /// What was due, in a few words.
    pub(super) fn due(what: &str) -> Self {
        Self(format!("{what} was due"))
    }

    /// What was due, and of what kind the value is that came in its place.
    fn instead(what: &str, value: &Value) -> Self {
        let came = match value {
            Value::Null => "nothing",
            Value::Bool(_) => "a flag",
            Value::Number(_) => "a number",
            Value::String(_) => "a text",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        };
        Self(format!("{what} was due, {came} came"))
    }
}

/// An object's fields, read leniently. What a decision rests on is asked for with `due_…` or `maybe_…`: these refuse what is
/// none instead of taking it as absent.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a>(Option<&'a Map<String, Value>>);

impl<'a> Fields<'a> {
    /// Of something that may be left out: anything but an object has no fields.
    pub(super) fn of(value: &'a Value) -> Self {
        Self(value.as_object())
    }

    /// Of an object; anything else is no answer.
    pub(super) fn object(value: &'a Value) -> Result<Self, Misshapen> {
        match value {
            Value::Object(map) => Ok(Self(Some(map))),
            other => Err(Misshapen::instead("an object", other)),
        }
    }

    pub(super) fn get(self, name: &str) -> Option<&'a Value> {
        self.0?.get(name).filter(|value| !value.is_null())
    }

    /// Names and values.
    pub(super) fn iter(self) -> impl Iterator<Item = (&'a String, &'a Value)> {
        self.0.into_iter().flatten()
    }

    pub(super) fn text(self, name: &str) -> Option<String> {
        self.get(name).and_then(text)
    }

    /// A text that must be there, and not empty.
    pub(super) fn due_text(self, name: &str) -> Result<String, Misshapen> {
        self.maybe_text(name)?
            .filter(|text| !text.is_empty())
            .ok_or_else(|| Misshapen::due(name))
    }

    /// A text that may be absent; what is no text is refused.
    pub(super) fn maybe_text(self, name: &str) -> Result<Option<String>, Misshapen> {
        self.maybe(name, text)
    }

    /// One of these words.
    pub(super) fn due_word(self, name: &str, words: &[&str]) -> Result<String, Misshapen> {
        let word = self.due_text(name)?;
        match words.contains(&word.as_str()) {
            true => Ok(word),
            false => Err(Misshapen::due(&format!("{name} ({})", words.join(", ")))),
        }
    }

    /// A whole number that must be there.
    pub(super) fn due_whole(self, name: &str) -> Result<u64, Misshapen> {
        self.maybe(name, whole)?.ok_or_else(|| Misshapen::due(name))
    }

    /// A whole number that may be absent; what is none is refused.
    pub(super) fn maybe_whole(self, name: &str) -> Result<Option<u64>, Misshapen> {
        self.maybe(name, whole)
    }

    /// A flag that must be there.
    pub(super) fn due_flag(self, name: &str) -> Result<bool, Misshapen> {
        self.maybe(name, flag)?.ok_or_else(|| Misshapen::due(name))
    }

    /// A flag; absent is off, what is none is refused.
    pub(super) fn maybe_flag(self, name: &str) -> Result<bool, Misshapen> {
        Ok(self.maybe(name, flag)?.unwrap_or(false))
    }

    fn maybe<T>(self, name: &str, read: fn(&Value) -> Option<T>) -> Result<Option<T>, Misshapen> {
        match self.get(name) {
            None => Ok(None),
            Some(value) => read(value)
                .map(Some)
                .ok_or_else(|| Misshapen::instead(name, value)),
        }
    }

    pub(super) fn text_or_empty(self, name: &str) -> String {
        self.text(name).unwrap_or_default()
    }

    pub(super) fn whole(self, name: &str) -> Option<u64> {
        self.get(name).and_then(whole)
    }

    pub(super) fn whole_or_zero(self, name: &str) -> u64 {
        self.whole(name).unwrap_or(0)
    }

    pub(super) fn real(self, name: &str) -> Option<f64> {
        self.get(name).and_then(real)
    }

    pub(super) fn flag(self, name: &str) -> Option<bool> {
        self.get(name).and_then(flag)
    }

    pub(super) fn is_set(self, name: &str) -> bool {
        self.flag(name).unwrap_or(false)
    }
}

/// The entries of a list; anything else is no answer.
pub(super) fn list(value: &Value) -> Result<&[Value], Misshapen> {
    match value {
        Value::Array(entries) => Ok(entries),
        other => Err(Misshapen::instead("a list", other)),
    }
}

/// A list of objects, each read by `read`; `Ok(None)` leaves one out. One that cannot be read makes the whole list none: what
/// it says might be what somebody looks for.
pub(super) fn each<T>(
    value: &Value,
    read: impl Fn(Fields<'_>) -> Result<Option<T>, Misshapen>,
) -> Result<Vec<T>, Misshapen> {
    let mut found = Vec::new();
    for entry in list(value)? {
        found.extend(read(Fields::object(entry)?)?);
    }
    Ok(found)
}
