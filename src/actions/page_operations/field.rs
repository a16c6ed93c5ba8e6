//! The types that a field of a request can have. Each is read leniently, as PHP and browsers send it: what makes no sense is
//! as good as absent, and the operation says what it needs instead.

use crate::model::lenient;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeSet;

/// Bytes that a field may hold, texts within it and their names together. A note is the longest thing that is written into
/// one line.
const USUAL: usize = 2048;

/// A type that a field can have.
pub trait Field: Sized {
    /// Bytes that such a field may hold.
    const MOST_BYTES: usize = USUAL;

    /// Reads it; null is a field that was not sent.
    fn read(value: &Value) -> Self;
}

/// One line, empty where nothing was sent.
impl Field for String {
    fn read(value: &Value) -> Self {
        value.as_str().unwrap_or_default().to_owned()
    }
}

/// A whole number; `None` where none was sent.
impl Field for Option<u64> {
    fn read(value: &Value) -> Self {
        lenient::whole(value)
    }
}

impl Field for bool {
    fn read(value: &Value) -> Self {
        lenient::flag(value).unwrap_or(false)
    }
}

/// One value as a person typed it: its operation tells apart what is absent, what makes no sense and what is too much.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
#[serde(transparent)]
pub struct Typed(#[cfg_attr(test, schemars(with = "Option<String>"))] pub Value);

impl Field for Typed {
    fn read(value: &Value) -> Self {
        Self(value.clone())
    }
}

/// The VM's name as somebody typed it who knows that the VM will be lost.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
#[serde(transparent)]
pub struct Confirmed(pub String);

impl Field for Confirmed {
    fn read(value: &Value) -> Self {
        Self(lenient::text(value).unwrap_or_default())
    }
}

/// SSH public keys, one a line; null where the form has no such field.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
#[serde(transparent)]
pub struct Keys(#[cfg_attr(test, schemars(with = "Option<String>"))] pub Value);

impl Field for Keys {
    const MOST_BYTES: usize = 32 * 1024;

    fn read(value: &Value) -> Self {
        Self(value.clone())
    }
}

/// What a person typed, by the names of the form's fields: each is read by its own rule and refused by its own sentence.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Form(
    #[cfg_attr(test, schemars(with = "std::collections::BTreeMap<String, Value>"))] pub Value,
);

impl Field for Form {
    const MOST_BYTES: usize = 64 * 1024;

    fn read(value: &Value) -> Self {
        Self(value.clone())
    }
}

/// Weekdays from 0 (Sunday) to 6 (Saturday), as a list or as a text with commas; `None`: something is no weekday.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
#[serde(transparent)]
pub struct Weekdays(#[cfg_attr(test, schemars(schema_with = "sent_weekdays"))] pub Option<Vec<u8>>);

/// How weekdays may be sent.
#[cfg(test)]
fn sent_weekdays(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({"anyOf": [
        {"type": "array", "items": {"type": "integer"}},
        {"type": "string"},
    ]})
}

impl Field for Weekdays {
    fn read(value: &Value) -> Self {
        Self(weekdays(value))
    }
}

fn weekdays(days: &Value) -> Option<Vec<u8>> {
    let words: Vec<String> = match days {
        Value::Null => vec![],
        Value::Array(days) => days.iter().map(lenient::text).collect::<Option<_>>()?,
        other => lenient::text(other)?
            .split(',')
            .map(str::to_owned)
            .collect(),
    };
    words
        .iter()
        .map(|word| word.trim())
        .filter(|word| !word.is_empty())
        .map(|word| word.parse::<u8>().ok().filter(|day| *day < 7))
        .collect()
}

/// Services by their numbers, each once, in order.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
#[serde(transparent)]
pub struct Services(#[cfg_attr(test, schemars(with = "Vec<u64>"))] pub Vec<u64>);

impl Field for Services {
    const MOST_BYTES: usize = 8 * 1024;

    fn read(value: &Value) -> Self {
        let numbers = value.as_array().into_iter().flatten();
        let numbers: BTreeSet<u64> = numbers
            .filter_map(lenient::whole)
            .filter(|number| *number > 0)
            .collect();
        Self(numbers.into_iter().collect())
    }
}
