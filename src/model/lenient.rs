//! Reads loosely typed values: PHP, WHMCS and MySQL drivers give the same number as `4`, `"4"` or `4.0`, the same
//! flag as `true`, `1`, `"on"` or `"1"`, and an empty map as an empty list. Here single values; [`typed`] reads whole ones
//! into types by the same rules.

pub mod typed;

use serde_json::Value;

/// A scalar as text; `None` for null, lists and maps.
pub fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(if *flag { "1" } else { "" }.to_owned()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A member of a map as text; empty when it is absent, null or no scalar.
pub fn text_of(map: &Value, key: &str) -> String {
    map.get(key).and_then(text).unwrap_or_default()
}

/// A whole number, not negative. Spaces around it are allowed, so is `4.0`.
pub fn whole(value: &Value) -> Option<u64> {
    whole_text(&text(value)?)
}

/// The same of a text.
pub fn whole_text(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = match text.split_once('.') {
        Some((digits, zeros)) if !zeros.is_empty() && zeros.bytes().all(|b| b == b'0') => digits,
        Some(_) => return None,
        None => text,
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok()
}

/// A flag as any of the ways WHMCS and browsers write one; `None` for anything else.
pub fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Null => Some(false),
        Value::Bool(flag) => Some(*flag),
        _ => flag_text(&text(value)?),
    }
}

/// The same of a text.
pub fn flag_text(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "1" | "on" | "yes" | "true" => Some(true),
        "" | "0" | "off" | "no" | "false" => Some(false),
        _ => None,
    }
}

/// The scalar members of a map, in order. PHP writes an empty map as an empty list: that gives no members either.
pub fn pairs(value: Option<&Value>) -> Vec<(String, String)> {
    let Some(Value::Object(map)) = value else {
        return Vec::new();
    };
    map.iter()
        .filter_map(|(key, value)| Some((key.clone(), text(value)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_come_in_every_dress() {
        for value in [json!(4), json!("4"), json!(" 4 "), json!("4.0"), json!(4.0)] {
            assert_eq!(whole(&value), Some(4), "{value}");
        }
        for value in [
            json!(-4),
            json!("4.5"),
            json!("four"),
            json!(""),
            json!(null),
            json!([4]),
            json!("+4"),
        ] {
            assert_eq!(whole(&value), None, "{value}");
        }
    }

    #[test]
    fn flags_come_in_every_dress() {
        for value in [json!(true), json!(1), json!("on"), json!("1"), json!("Yes")] {
            assert_eq!(flag(&value), Some(true), "{value}");
        }
        for value in [
            json!(false),
            json!(0),
            json!(""),
            json!("0"),
            json!(null),
            json!("off"),
        ] {
            assert_eq!(flag(&value), Some(false), "{value}");
        }
        assert_eq!(flag(&json!("maybe")), None);
    }

    #[test]
    fn an_empty_map_may_be_an_empty_list() {
        assert!(pairs(Some(&json!([]))).is_empty());
        assert!(pairs(None).is_empty());
        assert_eq!(
            pairs(Some(&json!({"RAM": 4, "x": [1]}))),
            [("RAM".to_owned(), "4".to_owned())]
        );
    }
}
