//! PHP values ⇄ JSON values. No JSON text is made on the way, and key order is kept.

use ext_php_rs::error::Result as PhpResult;
use ext_php_rs::types::{ArrayKey, ZendHashTable, ZendObject, Zval};
use serde_json::{Map, Number, Value};
use thiserror::Error;

/// How deep arrays may nest. The deepest real input has 6 levels; a reference to an array inside itself has no bottom.
const DEPTH: usize = 64;

/// An array nests deeper than [`DEPTH`].
#[derive(Debug, Error)]
#[error("an array is nested more than {DEPTH} levels deep")]
pub(super) struct TooDeep;

/// What `zval` holds.
///
/// Lenient: text that is not UTF-8 gets replacement characters, a float that is no number becomes null, and so does what has no
/// meaning outside PHP (resources, and objects other than `stdClass`: WHMCS puts its models into `$params`). An array
/// whose keys are 0, 1, 2… is a list, the empty array too.
pub(super) fn read(zval: &Zval) -> Result<Value, TooDeep> {
    read_at(zval, 0)
}

fn read_at(zval: &Zval, depth: usize) -> Result<Value, TooDeep> {
    let zval = zval.dereference();
    if let Some(text) = zval.zend_str() {
        return Ok(Value::String(
            String::from_utf8_lossy(text.as_bytes()).into_owned(),
        ));
    }
    if let Some(number) = zval.long() {
        return Ok(Value::from(number));
    }
    if let Some(flag) = zval.bool() {
        return Ok(Value::Bool(flag));
    }
    if let Some(number) = zval.double() {
        return Ok(Number::from_f64(number).map_or(Value::Null, Value::Number));
    }
    if let Some(array) = zval.array() {
        return read_array(array, depth);
    }
    match zval.object() {
        Some(object) if is_plain(object) => match object.get_properties() {
            Ok(properties) => read_map(properties, depth).map(Value::Object),
            Err(_) => Ok(Value::Null),
        },
        _ => Ok(Value::Null),
    }
}

fn is_plain(object: &ZendObject) -> bool {
    object.get_class_entry().name() == Some("stdClass")
}

fn read_array(array: &ZendHashTable, depth: usize) -> Result<Value, TooDeep> {
    if !array.has_sequential_keys() {
        return read_map(array, depth).map(Value::Object);
    }
    check(depth)?;
    let mut list = Vec::with_capacity(array.len());
    for item in array.values() {
        list.push(read_at(item, depth + 1)?);
    }
    Ok(Value::Array(list))
}

fn read_map(array: &ZendHashTable, depth: usize) -> Result<Map<String, Value>, TooDeep> {
    check(depth)?;
    let mut map = Map::with_capacity(array.len());
    for (key, item) in array {
        // Properties that stdClass declares sit behind an indirection.
        let item = item.indirect().unwrap_or(item);
        map.insert(key.to_string(), read_at(item, depth + 1)?);
    }
    Ok(map)
}

fn check(depth: usize) -> Result<(), TooDeep> {
    if depth < DEPTH { Ok(()) } else { Err(TooDeep) }
}

/// `value` as PHP has it: maps and lists are arrays, a key such as `"7"` is the integer 7.
pub(super) fn write(value: &Value) -> PhpResult<Zval> {
    let mut zval = Zval::null();
    match value {
        Value::Null => {}
        Value::Bool(flag) => zval.set_bool(*flag),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => zval.set_long(whole),
            // Beyond 2^63 PHP has floats only.
            None => zval.set_double(number.as_f64().unwrap_or(f64::NAN)),
        },
        Value::String(text) => zval.set_string(text, false)?,
        Value::Array(list) => {
            let mut array = ZendHashTable::with_capacity(capacity(list.len()));
            for item in list {
                array.push(write(item)?)?;
            }
            zval.set_hashtable(array);
        }
        Value::Object(map) => {
            let mut array = ZendHashTable::with_capacity(capacity(map.len()));
            for (key, item) in map {
                array.insert(ArrayKey::from(key.as_str()), write(item)?)?;
            }
            zval.set_hashtable(array);
        }
    }
    Ok(zval)
}

fn capacity(len: usize) -> u32 {
    // A hint only.
    u32::try_from(len).unwrap_or(u32::MAX >> 1).min(1 << 20)
}
