//! Reading JSON as Perl writes it: `1`, `"1"` and `true` are the same flag, `"256"` and `256` the same number.

use serde_json::{Map, Value};

/// A text; numbers are taken as their digits.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(u8::from(*flag).to_string()),
        _ => None,
    }
}

/// A whole number, not negative; a fraction is cut off.
pub(super) fn whole(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number
            .as_u64()
            .or_else(|| number.as_f64().and_then(cut_off)),
        Value::String(text) => {
            let text = text.trim();
            text.parse()
                .ok()
                .or_else(|| text.parse().ok().and_then(cut_off))
        }
        Value::Bool(flag) => Some(u64::from(*flag)),
        _ => None,
    }
}

/// `None` for what is negative or no number. Beyond 2^53 the digits are lost, which no Proxmox counter reaches.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn cut_off(number: f64) -> Option<u64> {
    (0.0..9.0e18).contains(&number).then_some(number as u64)
}

/// A number with a fraction.
pub(super) fn real(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok().filter(|n: &f64| n.is_finite()),
        _ => None,
    }
}

/// A flag as Perl means it and as Proxmox's own parser (`parse_boolean`) takes it.
pub(super) fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::Number(number) => Some(number.as_f64() != Some(0.0)),
        Value::String(text) => flag_word(text),
        Value::Null => Some(false),
        _ => None,
    }
}

/// The flag a word stands for.
pub(super) fn flag_word(word: &str) -> Option<bool> {
    match word.trim().to_ascii_lowercase().as_str() {
        "1" | "on" | "yes" | "true" => Some(true),
        "" | "0" | "off" | "no" | "false" => Some(false),
        _ => None,
    }
}

/// An object's fields, read leniently.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a>(Option<&'a Map<String, Value>>);

impl<'a> Fields<'a> {
    /// Of an object; anything else has no fields (PHP and Perl both write an empty map as `[]` at times).
    pub(super) fn of(value: &'a Value) -> Self {
        Self(value.as_object())
    }

    pub(super) fn get(self, name: &str) -> Option<&'a Value> {
        self.0?.get(name).filter(|value| !value.is_null())
    }

    pub(super) fn text(self, name: &str) -> Option<String> {
        self.get(name).and_then(text)
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

/// The entries of a list; an empty one where there is none.
pub(super) fn entries(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn perl_numbers_and_flags_are_read_in_every_dress() {
        for yes in [json!(1), json!("1"), json!(true), json!("on")] {
            assert_eq!(flag(&yes), Some(true), "{yes}");
        }
        for no in [json!(0), json!("0"), json!(false), json!(""), json!(null)] {
            assert_eq!(flag(&no), Some(false), "{no}");
        }
        for number in [
            json!(256),
            json!("256"),
            json!(256.7),
            json!("256.0"),
            json!(" 256 "),
        ] {
            assert_eq!(whole(&number), Some(256), "{number}");
        }
        for bad in [json!(-1), json!("x"), json!([]), json!(null)] {
            assert_eq!(whole(&bad), None, "{bad}");
        }
        assert_eq!(real(&json!("12.5")), Some(12.5));
        assert_eq!(real(&json!("inf")), None);
        assert_eq!(text(&json!(7)), Some("7".to_owned()));
    }
}
