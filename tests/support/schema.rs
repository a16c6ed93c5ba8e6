//! The schema that is written from Rust's types (`make shapes`), and whether an answer is what it says.

use serde_json::Value;
use std::sync::LazyLock;

static SCHEMA: LazyLock<Value> = LazyLock::new(|| {
    let text = include_str!("../fixtures/operations.schema.json");
    serde_json::from_str(text).unwrap()
});

/// Every operation of whoever asks: `client`, `admin` or `addon`.
pub fn operations(asker: &str) -> Vec<String> {
    let all = SCHEMA["replies"][asker].as_object().unwrap();
    all.keys().cloned().collect()
}

/// Sees to it that a granted answer is of its operation's type.
pub fn assert_reply(asker: &str, op: &str, answer: &Value) {
    if answer["ok"] != true {
        return;
    }
    let wrong = misfit(&SCHEMA["replies"][asker][op], &answer["data"], op);
    assert_eq!(wrong, None, "{asker} {op}: {answer:#}");
}

/// Sees to it that a value is of the type with this name.
pub fn assert_type(name: &str, value: &Value) {
    let wrong = misfit(&SCHEMA["$defs"][name], value, name);
    assert_eq!(wrong, None, "{value:#}");
}

/// Where and why a value is not what a schema says; `None`: it is.
fn misfit(schema: &Value, value: &Value, at: &str) -> Option<String> {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.rsplit('/').next().unwrap();
        return misfit(&SCHEMA["$defs"][name], value, at);
    }
    for key in ["anyOf", "oneOf"] {
        if let Some(some) = schema[key].as_array() {
            let all: Vec<Option<String>> = some.iter().map(|one| misfit(one, value, at)).collect();
            return match all.iter().any(Option::is_none) {
                true => None,
                false => Some(format!("{at} is none of {all:?}")),
            };
        }
    }
    if let Some(word) = schema.get("const") {
        return (word != value).then(|| format!("{at} is {value} and not {word}"));
    }
    if let Some(words) = schema["enum"].as_array() {
        return (!words.contains(value))
            .then(|| format!("{at} is {value}, which is no word of it"));
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        // Anything.
        _ if schema == &Value::Bool(true) || schema.is_object() => return None,
        _ => return Some(format!("{at}: the schema has no such thing")),
    };
    let fits = |kind: &&str| match *kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("{other}"),
    };
    if !kinds.iter().any(fits) {
        return Some(format!("{at} is {value} and not {kinds:?}"));
    }
    match value {
        Value::Array(list) => list
            .iter()
            .enumerate()
            .find_map(|(n, one)| misfit(&schema["items"], one, &format!("{at}[{n}]"))),
        Value::Object(map) => {
            let required = schema["required"].as_array().into_iter().flatten();
            for name in required.filter_map(Value::as_str) {
                if !map.contains_key(name) {
                    return Some(format!("{at} has no {name}"));
                }
            }
            map.iter().find_map(|(name, one)| {
                let at = format!("{at}.{name}");
                match (
                    schema["properties"].get(name),
                    &schema["additionalProperties"],
                ) {
                    (Some(schema), _) => misfit(schema, one, &at),
                    // What the type does not name nobody may send.
                    (None, Value::Null | Value::Bool(false)) => Some(format!("{at} is in no type")),
                    (None, rest) => misfit(rest, one, &at),
                }
            })
        }
        _ => None,
    }
}
