//! The check of a call's parameters, with the texts of `PVE::JSONSchema`.

use super::{Method, Param, formats, parse_property, rules};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Parameter name → text, as in the `errors` object of a 400.
pub type Errors = Map<String, Value>;

/// Checks one call against the rules: `path` without `/api2/json`, `params` as in a journal line.
///
/// # Errors
/// The texts by parameter; an unknown path or method is reported under `path`.
pub fn check(method: &str, path: &str, params: &Map<String, Value>) -> Result<(), Errors> {
    let Some(route) = rules().route(method, path) else {
        let text = format!("Method '{method} {path}' not implemented");
        return Err(Errors::from_iter([("path".into(), text.into())]));
    };
    let mut flat: BTreeMap<String, String> = route.captured.iter().cloned().collect();
    for (name, value) in params {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Bool(yes) => (*yes as u8).to_string(),
            other => other.to_string(),
        };
        flat.insert(name.clone(), text);
    }
    validate(route.method, &flat)
}

/// Checks decoded parameters (path parameters included) of a known method.
///
/// # Errors
/// The texts by parameter.
pub fn validate(method: &'static Method, params: &BTreeMap<String, String>) -> Result<(), Errors> {
    let mut errors = Errors::new();
    for (name, value) in params {
        match rules().param(method, name) {
            Some(rule) => {
                if let Err(text) = check_value(name, value, rule) {
                    errors.insert(name.clone(), Value::String(text));
                } else if let Some(other) = &rule.requires
                    && !params.contains_key(other)
                {
                    let text = format!("missing property - '{name}' requires this property");
                    errors.insert(other.clone(), Value::String(text));
                }
            }
            None if method.open == 1 => {}
            None => {
                errors.insert(name.clone(), Value::String(UNKNOWN.into()));
            }
        }
    }
    for (name, rule) in &method.params {
        if rule.optional == 0 && !params.contains_key(name) && !name.ends_with("[n]") {
            errors.insert(name.clone(), Value::String(MISSING.into()));
        }
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors)
    }
}

/// The text for a parameter that a call does not have.
pub const UNKNOWN: &str =
    "property is not defined in schema and the schema does not allow additional properties";
const MISSING: &str = "property is missing and it is not optional";

/// Checks one value; the order of the tests decides which text is seen.
fn check_value(name: &str, value: &str, rule: &Param) -> Result<(), String> {
    let mismatch = || {
        Err(format!(
            "type check ('{}') failed - got '{value}'",
            rule.kind
        ))
    };
    let mut number = None;
    match rule.kind.as_str() {
        "integer" => match value.trim().parse::<i64>() {
            Ok(whole) => number = Some(whole as f64),
            Err(_) => return mismatch(),
        },
        "number" => match value.trim().parse::<f64>() {
            Ok(real) if real.is_finite() => number = Some(real),
            _ => return mismatch(),
        },
        "boolean" => {
            return match formats::parse_boolean(value) {
                Some(_) => Ok(()),
                None => mismatch(),
            };
        }
        _ => {}
    }
    if let Some(format) = &rule.format {
        if let Some(keys) = rules().format(format) {
            check_property(name, value, keys)?;
        } else {
            formats::check(format, value).map_err(|text| format!("invalid format - {text}\n"))?;
        }
    }
    if let Some(pattern) = &rule.pattern
        && !formats::matches_whole(pattern, value)
    {
        return Err("value does not match the regex pattern".into());
    }
    let length = value.chars().count();
    if let Some(most) = rule.max_length
        && length > most
    {
        return Err(format!("value may only be {most} characters long"));
    }
    if let Some(least) = rule.min_length
        && length < least
    {
        return Err(format!("value must be at least {least} characters long"));
    }
    if let Some(choices) = &rule.choices
        && !choices.iter().any(|choice| choice == value)
    {
        return Err(format!(
            "value '{value}' does not have a value in the enumeration '{}'",
            choices.join(", ")
        ));
    }
    if let Some(number) = number {
        if let Some(least) = rule.minimum
            && number < least
        {
            return Err(format!("value must have a minimum value of {least}"));
        }
        if let Some(most) = rule.maximum
            && number > most
        {
            return Err(format!("value must have a maximum value of {most}"));
        }
    }
    Ok(())
}

/// Checks a property string: first its shape, then each of its values.
fn check_property(name: &str, value: &str, keys: &BTreeMap<String, Param>) -> Result<(), String> {
    let parsed =
        parse_property(value, keys).map_err(|text| format!("invalid format - {text}\n"))?;
    let mut lines = String::new();
    for (key, text) in &parsed {
        let Some(rule) = keys.get(key) else { continue };
        if let Err(error) = check_value(key, text, rule) {
            lines.push_str(&format!("{name}.{key}: {error}\n"));
        } else if let Some(other) = &rule.requires
            && !parsed.contains_key(other)
        {
            lines.push_str(&format!(
                "{name}.{other}: missing property - '{key}' requires this property\n"
            ));
        }
    }
    for (key, rule) in keys {
        let needed = rule.optional == 0 && rule.alias.is_none();
        if needed && !parsed.contains_key(key) {
            lines.push_str(&format!("{name}.{key}: {MISSING}\n"));
        }
    }
    if lines.is_empty() {
        Ok(())
    } else {
        Err(format!("invalid format - format error\n{lines}"))
    }
}
