//! Reading columns: PDO gives numbers as numbers or as text, depending on driver and version.

use super::StoreError;
use crate::host::Row;
use serde_json::Value;

/// A column as a whole number; `None` for NULL, an absent column and what is no number.
pub(super) fn int(row: &Row, column: &str) -> Option<i64> {
    match row.get(column)? {
        Value::Number(number) => number
            .as_i64()
            .or_else(|| number.as_f64().map(|float| float as i64)),
        Value::String(text) => text.trim().parse().ok(),
        Value::Bool(flag) => Some(i64::from(*flag)),
        _ => None,
    }
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

/// `?, ?, ?` for an `IN` list.
pub(super) fn marks(count: usize) -> String {
    vec!["?"; count].join(", ")
}
