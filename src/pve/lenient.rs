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

/// Why an answer is none of Proxmox's, though it came in its envelope. Nothing is concluded from such a one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the answer is not Proxmox's: {0}")]
pub(super) struct Misshapen(String);

impl Misshapen {
    /// What was due, in a few words.
    pub(super) fn due(what: &str) -> Self {
        Self(format!("{what} was due"))
    }

    /// What was due, and what came in its place.
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
