//! Reads loosely typed values: PHP, WHMCS, Perl and MySQL drivers give the same number as `4`, `"4"` or `4.0`, the same
//! flag as `true`, `1`, `"on"` or `"1"`, and an empty map as an empty list. Here single values; [`typed`] reads whole ones
//! into types, and `pve::lenient` Proxmox's answers, by the same rules.

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

/// A measure as a whole number, not negative: what is behind the point is cut off. For what a machine measured; what a person
/// typed is read by [`whole`], which refuses a fraction instead of making less of it.
pub fn rounded_down(value: &Value) -> Option<u64> {
    match value {
        Value::Bool(flag) => Some(u64::from(*flag)),
        _ => whole(value).or_else(|| cut_off(real(value)?)),
    }
}

/// `None` for what is negative or no number. Beyond 2^53 the digits are lost, which nothing that is counted reaches.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn cut_off(number: f64) -> Option<u64> {
    (0.0..9.0e18).contains(&number).then_some(number as u64)
}

/// A number with a fraction.
pub fn real(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok().filter(|n: &f64| n.is_finite()),
        _ => None,
    }
}

/// A flag as any of the ways WHMCS, browsers and Perl write one, every number but 0 among them; `None` for anything else.
pub fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Null => Some(false),
        Value::Bool(flag) => Some(*flag),
        Value::Number(number) => Some(number.as_f64() != Some(0.0)),
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
    fn a_measure_loses_its_fraction_and_nothing_else() {
        for value in [
            json!(256),
            json!("256"),
            json!(256.7),
            json!("256.7"),
            json!(" 256 "),
        ] {
            assert_eq!(rounded_down(&value), Some(256), "{value}");
        }
        for value in [json!(-1), json!("x"), json!([]), json!(null), json!("inf")] {
            assert_eq!(rounded_down(&value), None, "{value}");
        }
        assert_eq!(real(&json!("12.5")), Some(12.5));
        assert_eq!(real(&json!("inf")), None);
    }

    #[test]
    fn flags_come_in_every_dress() {
        for value in [
            json!(true),
            json!(1),
            json!(2),
            json!("on"),
            json!("1"),
            json!("Yes"),
        ] {
            assert_eq!(flag(&value), Some(true), "{value}");
        }
        for value in [
            json!(false),
            json!(0),
            json!(0.0),
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
