//! Characters beyond the 65,536 of a `utf8` connection: WHMCS may be connected so, and MySQL then refuses a text with an
//! emoji, or cuts it off there. They are stored as JSON escapes them, `\ud83d\ude00`, and read back; a JSON text means the
//! same either way.

use super::{Row, Statement};
use serde_json::Value;

/// The last character of three bytes.
const WIDEST: char = '\u{ffff}';

/// Escapes what is too wide in the texts of a list of arguments.
pub(super) fn narrow_all(args: &mut [Value]) {
    args.iter_mut().for_each(narrow);
}

/// The same in the statements of a transaction.
pub(super) fn narrow_statements(statements: &mut [Statement]) {
    for statement in statements {
        narrow_all(&mut statement.query.args);
    }
}

/// The same in a value and all it holds.
pub(super) fn narrow(value: &mut Value) {
    match value {
        Value::String(text) if text.chars().any(|c| c > WIDEST) => *text = escaped(text),
        Value::Array(values) => narrow_all(values),
        Value::Object(map) => map.values_mut().for_each(narrow),
        _ => {}
    }
}

/// Puts the characters back that were escaped in the columns of a row.
pub(super) fn widen(row: &mut Row) {
    for value in row.values_mut() {
        if let Value::String(text) = value
            && text.contains("\\ud")
        {
            *text = unescaped(text);
        }
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if c > WIDEST {
            for unit in c.encode_utf16(&mut [0; 2]) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(c);
        }
    }
    out
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("\\ud") {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        match pair(rest) {
            Some(c) => {
                out.push(c);
                rest = &rest[12..];
            }
            None => {
                out.push('\\');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// The character whose two halves a text begins with.
fn pair(text: &str) -> Option<char> {
    let unit = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    let halves = [unit(0)?, unit(6)?];
    let mut read = char::decode_utf16(halves);
    let first = read.next()?.ok()?;
    read.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests {
    use crate::host::utf8mb3::*;
    use serde_json::json;

    #[test]
    fn wide_characters_are_stored_narrow_and_read_back() {
        for text in [
            "plain",
            "żółw 中文",
            "a 😀 b🎉",
            "😀",
            r"a\\😀",
            r"\ud83d alone",
            r"\ude00\ud83d",
            "\\ud\u{1F600}",
        ] {
            let mut args = [json!(text), json!(7), json!(null)];
            narrow_all(&mut args);
            let stored = args[0].as_str().unwrap().to_owned();
            assert!(stored.chars().all(|c| c <= WIDEST), "{stored}");
            let mut row = Row::from_iter([("x".to_owned(), args[0].clone())]);
            widen(&mut row);
            assert_eq!(row["x"], json!(text), "{stored}");
        }
    }

    #[test]
    fn a_json_text_means_the_same_narrow() {
        let map = json!({"note": "back\\😀", "typed": "\\ud83d\\ude00"});
        let mut stored = json!(map.to_string());
        narrow(&mut stored);
        let text = stored.as_str().unwrap();
        assert_eq!(serde_json::from_str::<Value>(text).unwrap(), map);
        let mut row = Row::from_iter([("x".to_owned(), stored.clone())]);
        widen(&mut row);
        let read = row["x"].as_str().unwrap();
        assert_eq!(serde_json::from_str::<Value>(read).unwrap(), map);
    }
}
