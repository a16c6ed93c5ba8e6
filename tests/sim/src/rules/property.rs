//! Property strings: `value,key=value,…`.

use super::{Param, formats};
use std::collections::BTreeMap;

/// Splits a property string as `PVE::JSONSchema::parse_property_string` does, aliases resolved.
///
/// # Errors
/// Proxmox's own text for a string of the wrong shape.
pub fn parse_property(
    text: &str,
    keys: &BTreeMap<String, Param>,
) -> Result<BTreeMap<String, String>, String> {
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    for part in text.split(',') {
        if part.trim().is_empty() {
            continue;
        }
        match part.split_once('=') {
            Some((key, value)) if !key.is_empty() && !value.is_empty() => {
                insert(&mut found, key, value, keys)?;
            }
            Some(_) => return Err("missing key in comma-separated list property".into()),
            None => {
                let Some((key, _)) = keys.iter().find(|(_, rule)| rule.default_key == 1) else {
                    return Err(
                        "value without key, but schema does not define a default key".into(),
                    );
                };
                if found.contains_key(key) {
                    return Err(duplicate(key));
                }
                found.insert(key.clone(), part.to_owned());
            }
        }
    }
    Ok(found)
}

fn duplicate(key: &str) -> String {
    format!("duplicate key in comma-separated list property: {key}")
}

fn insert(
    found: &mut BTreeMap<String, String>,
    key: &str,
    value: &str,
    keys: &BTreeMap<String, Param>,
) -> Result<(), String> {
    if found.contains_key(key) {
        return Err(duplicate(key));
    }
    let mut target = key;
    let mut rule = keys.get(key);
    if let Some(alias) = rule.and_then(|r| r.alias.as_deref()) {
        if let Some(key_alias) = rule.and_then(|r| r.key_alias.as_deref()) {
            if found.contains_key(key_alias) {
                return Err(format!("key alias '{key_alias}' is already defined"));
            }
            found.insert(key_alias.to_owned(), key.to_owned());
        }
        target = alias;
        rule = keys.get(alias);
    }
    let Some(rule) = rule else {
        return Err(format!(
            "invalid key in comma-separated list property: {target}"
        ));
    };
    let boolean = (rule.kind == "boolean")
        .then(|| formats::parse_boolean(value))
        .flatten();
    let value = boolean.map_or_else(|| value.to_owned(), |yes| (yes as u8).to_string());
    found.insert(target.to_owned(), value);
    Ok(())
}
