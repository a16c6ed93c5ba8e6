//! Reading columns: PDO gives numbers as numbers or as text, depending on driver and version.

use super::StoreError;
use crate::host::Row;
use crate::model::{Sentence, ServiceId, Vmid};
use serde_json::{Value, json};

/// The largest number that is read: nothing of ours comes near it, JavaScript knows no larger one exactly, and a thousand
/// of them can be added.
pub(super) const MOST: i64 = (1 << 53) - 1;
/// The end of the year 9999, in seconds since 1970: the last moment that has a date everywhere.
pub(super) const LAST_MOMENT: i64 = 253_402_300_799;
/// The largest size of a VM's memory in MiB, or of a disk in GiB, that is taken for one.
pub(super) const MOST_OF_A_SIZE: i64 = 1 << 32;

/// A column as a whole number; `None` for NULL, an absent column and what is no number. What lies beyond [`MOST`], in
/// either direction, counts as that: so nothing that is computed from it overflows.
pub(super) fn int(row: &Row, column: &str) -> Option<i64> {
    let number = match row.get(column)? {
        Value::Number(number) => number
            .as_i64()
            .or_else(|| number.as_f64().map(|float| float as i64)),
        Value::String(text) => text.trim().parse().ok(),
        Value::Bool(flag) => Some(i64::from(*flag)),
        _ => None,
    };
    number.map(|number| number.clamp(-MOST, MOST))
}

/// A column that must be a whole number from 0 to `most`; `None` for NULL and an absent column. Nothing is taken for the
/// nearest number that would do: what decides over a VM is known, or its row cannot be read.
pub(super) fn whole(
    row: &Row,
    table: &'static str,
    column: &'static str,
    most: i64,
) -> Result<Option<i64>, StoreError> {
    let number = match row.get(column) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Number(number)) => number.as_i64().or_else(|| {
            let float = number.as_f64().filter(|float| float.fract() == 0.0)?;
            (float.abs() <= MOST as f64).then_some(float as i64)
        }),
        Some(Value::String(text)) => text.trim().parse().ok(),
        Some(Value::Bool(flag)) => Some(i64::from(*flag)),
        Some(_) => None,
    };
    match number.filter(|number| (0..=most).contains(number)) {
        Some(number) => Ok(Some(number)),
        None => Err(StoreError::Unreadable {
            table,
            column,
            value: text(row, column).chars().take(80).collect(),
        }),
    }
}

/// [`whole`] as a count; 0 where there is none.
pub(super) fn sure_count(
    row: &Row,
    table: &'static str,
    column: &'static str,
    most: i64,
) -> Result<u64, StoreError> {
    let number = whole(row, table, column, most)?;
    Ok(number.map_or(0, i64::unsigned_abs))
}

/// The number of a VM, `None` for NULL and 0.
pub(super) fn vmid(
    row: &Row,
    table: &'static str,
    column: &'static str,
) -> Result<Option<Vmid>, StoreError> {
    match sure_count(row, table, column, MOST)? {
        0 => Ok(None),
        number => Vmid::new(number)
            .map(Some)
            .ok_or_else(|| StoreError::Unreadable {
                table,
                column,
                value: number.to_string(),
            }),
    }
}

/// A column within a statement that computes with it: what is no number from 0 to `most` counts as 0 there, so that the
/// database does not refuse the whole statement.
pub(super) fn within(column: &str, most: i64) -> String {
    format!("CASE WHEN {column} BETWEEN 0 AND {most} THEN {column} ELSE 0 END")
}

/// A column as a number that is not negative; 0 where there is none.
pub(super) fn count(row: &Row, column: &str) -> u64 {
    int(row, column)
        .and_then(|number| u64::try_from(number).ok())
        .unwrap_or(0)
}

/// A column as text; empty for NULL.
pub(super) fn text(row: &Row, column: &str) -> String {
    match row.get(column) {
        Some(Value::String(text)) => text.clone(),
        None | Some(Value::Null) => String::new(),
        Some(other) => other.to_string(),
    }
}

/// A text column, `None` when NULL or empty.
pub(super) fn word(row: &Row, column: &str) -> Option<String> {
    Some(text(row, column)).filter(|word| !word.is_empty())
}

/// A column that must parse.
pub(super) fn parsed<T>(
    row: &Row,
    table: &'static str,
    column: &'static str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<T, StoreError> {
    let value = text(row, column);
    parse(&value).ok_or_else(|| StoreError::Unreadable {
        table,
        column,
        value: value.chars().take(80).collect(),
    })
}

/// A column that must parse unless it is NULL or empty.
pub(super) fn maybe<T>(
    row: &Row,
    table: &'static str,
    column: &'static str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, StoreError> {
    match word(row, column) {
        Some(_) => parsed(row, table, column, parse).map(Some),
        None => Ok(None),
    }
}

/// A stored sentence; `None`: there is none, or it is of another version.
pub(super) fn sentence(stored: &str) -> Option<Sentence> {
    Sentence::read(&serde_json::from_str(stored).ok()?)
}

/// How a sentence is stored.
pub(super) fn stored(said: &Option<Sentence>) -> Value {
    json!(said.as_ref().map(|said| json!(said).to_string()))
}

/// The ids of services, for the marks of an `IN` list.
pub(super) fn ids(services: &[ServiceId]) -> Vec<Value> {
    services.iter().map(|service| json!(service.0)).collect()
}

/// `?, ?, ?` for an `IN` list.
pub(super) fn marks(count: usize) -> String {
    vec!["?"; count].join(", ")
}
