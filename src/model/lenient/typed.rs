//! Reading what PHP hands over into types: numbers and booleans as strings, an empty list where a map is meant.
//!
//! WHMCS sends a port as `"8006"`, a ticked box as `"on"` and an empty set of options as `[]`, which is the same
//! PHP array as an empty map. [`from_value`] reads any of these into the type that the field has, each scalar as
//! [`lenient`] reads it.

use crate::model::lenient;
use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{self, DeserializeOwned, IntoDeserializer, Unexpected, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Error, Map, Value};

/// Reads `value` into `T`, leniently: `"8006"` is a number, `"on"`, `"1"`, `"yes"` and `"true"` are true, `""`, `"off"`,
/// `"0"`, `"no"`, `"false"` and null are false, a number is a text where a text is wanted, `[]` and `""` are empty maps,
/// a map is the list of its values, and `""` is nothing where the field may be absent.
///
/// # Errors
/// Says what came and what was wanted, as serde does.
pub fn from_value<T: DeserializeOwned>(value: Value) -> Result<T, Error> {
    T::deserialize(Lenient(value))
}

/// A value as a map; the empty list and the empty text are empty maps.
pub fn map(value: Value) -> Option<Map<String, Value>> {
    match value {
        Value::Object(map) => Some(map),
        Value::Null => Some(Map::new()),
        Value::Array(list) if list.is_empty() => Some(Map::new()),
        Value::String(text) if text.is_empty() => Some(Map::new()),
        Value::Array(list) => Some(
            list.into_iter()
                .enumerate()
                .map(|(at, value)| (at.to_string(), value))
                .collect(),
        ),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

/// The deserializer behind [`from_value`].
struct Lenient(Value);

impl<'de> IntoDeserializer<'de, Error> for Lenient {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

fn unexpected(value: &Value) -> Unexpected<'_> {
    match value {
        Value::Null => Unexpected::Unit,
        Value::Bool(flag) => Unexpected::Bool(*flag),
        Value::Number(number) => Unexpected::Float(number.as_f64().unwrap_or_default()),
        // The text itself may be a secret.
        Value::String(_) => Unexpected::Other("a text"),
        Value::Array(_) => Unexpected::Seq,
        Value::Object(_) => Unexpected::Map,
    }
}

macro_rules! numbers {
    ($($method:ident),*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            match number(&self.0) {
                Some(Number::Unsigned(number)) => visitor.visit_u64(number),
                Some(Number::Signed(number)) => visitor.visit_i64(number),
                Some(Number::Float(number)) => visitor.visit_f64(number),
                None => Err(de::Error::invalid_type(unexpected(&self.0), &visitor)),
            }
        }
    )*};
}

enum Number {
    Unsigned(u64),
    Signed(i64),
    Float(f64),
}

fn number(value: &Value) -> Option<Number> {
    let float = |number: f64| {
        // A float that stands for a whole number: PHP divides into these, and `intdiv` is rarely used.
        let whole = number.fract() == 0.0 && number.abs() < 9.0e15;
        if whole {
            format!("{number:.0}").parse().ok().map(Number::Signed)
        } else {
            number.is_finite().then_some(Number::Float(number))
        }
    };
    match value {
        Value::Bool(flag) => Some(Number::Unsigned(u64::from(*flag))),
        Value::Number(number) => number
            .as_u64()
            .map(Number::Unsigned)
            .or_else(|| number.as_i64().map(Number::Signed))
            .or_else(|| number.as_f64().and_then(float)),
        Value::String(text) => {
            let text = text.trim();
            let unsigned = text.parse().ok().map(Number::Unsigned);
            unsigned
                .or_else(|| text.parse().ok().map(Number::Signed))
                .or_else(|| text.parse().ok().and_then(float))
        }
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

impl<'de> de::Deserializer<'de> for Lenient {
    type Error = Error;

    numbers!(
        deserialize_i8,
        deserialize_i16,
        deserialize_i32,
        deserialize_i64,
        deserialize_i128,
        deserialize_u8,
        deserialize_u16,
        deserialize_u32,
        deserialize_u64,
        deserialize_u128,
        deserialize_f32,
        deserialize_f64
    );

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Array(list) => {
                visitor.visit_seq(SeqDeserializer::new(list.into_iter().map(Lenient)))
            }
            Value::Object(map) => visitor.visit_map(MapDeserializer::new(
                map.into_iter()
                    .map(|(key, value)| (Lenient(Value::String(key)), Lenient(value))),
            )),
            scalar => de::Deserializer::deserialize_any(scalar, visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match lenient::flag(&self.0) {
            Some(flag) => visitor.visit_bool(flag),
            None => Err(de::Error::invalid_type(unexpected(&self.0), &visitor)),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_string(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match lenient::text(&self.0) {
            Some(text) => visitor.visit_string(text),
            None if self.0.is_null() => visitor.visit_string(String::new()),
            None => Err(de::Error::invalid_type(unexpected(&self.0), &visitor)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.0 {
            Value::Null => visitor.visit_none(),
            Value::String(text) if text.is_empty() => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match map(self.0) {
            Some(map) => Lenient(Value::Object(map)).deserialize_any(visitor),
            None => Err(de::Error::invalid_type(
                Unexpected::Other("a single value"),
                &visitor,
            )),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_map(visitor)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let list = match self.0 {
            Value::Array(list) => list,
            // A PHP list that lost an element is no list any more.
            Value::Object(map) => map.into_iter().map(|(_, value)| value).collect(),
            Value::Null => Vec::new(),
            Value::String(text) if text.is_empty() => Vec::new(),
            other => return Err(de::Error::invalid_type(unexpected(&other), &visitor)),
        };
        Lenient(Value::Array(list)).deserialize_any(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        _len: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.0.deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any!(char bytes byte_buf unit unit_struct tuple_struct identifier ignored_any);
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use serde_json::json;
    use std::collections::BTreeMap;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default)]
    struct Params {
        serverport: u16,
        serversecure: bool,
        weight: f64,
        vlan: Option<u16>,
        name: String,
        configoptions: BTreeMap<String, String>,
        days: Vec<u8>,
        kind: Kind,
    }

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Kind {
        #[default]
        V4,
        V6,
    }

    fn read(value: Value) -> Result<Params, Error> {
        from_value(value)
    }

    #[test]
    fn numbers_and_booleans_come_as_texts() {
        let params = read(json!({
            "serverport": " 8006", "serversecure": "on", "weight": "0.5", "vlan": "12", "name": 7,
            "configoptions": {"CPU": 4, "Backups": true}, "days": {"1": "2", "4": 6}, "kind": "v6", "more": [1, {}]
        }))
        .unwrap();
        assert_eq!(params.serverport, 8006);
        assert!(params.serversecure);
        assert_eq!(params.weight, 0.5);
        assert_eq!(params.vlan, Some(12));
        assert_eq!(params.name, "7");
        assert_eq!(params.configoptions["CPU"], "4");
        assert_eq!(params.configoptions["Backups"], "1");
        assert_eq!(params.days, [2, 6]);
        assert_eq!(params.kind, Kind::V6);
    }

    #[test]
    fn the_empty_list_is_an_empty_map_and_the_empty_text_is_nothing() {
        let params = read(json!({"configoptions": [], "vlan": "", "serversecure": "", "days": ""}));
        let params = params.unwrap();
        assert!(params.configoptions.is_empty() && params.days.is_empty());
        assert_eq!(params.vlan, None);
        assert!(!params.serversecure);
    }

    #[test]
    fn a_whole_float_is_a_number_and_others_are_refused() {
        assert_eq!(
            read(json!({"serverport": 8006.0})).unwrap().serverport,
            8006
        );
        assert_eq!(read(json!({"serverport": "80.0"})).unwrap().serverport, 80);
        for wrong in [
            json!(80.5),
            json!("-1"),
            json!("65536"),
            json!("x"),
            json!([]),
        ] {
            assert!(read(json!({ "serverport": wrong })).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_refusal_does_not_quote_the_text() {
        let error = read(json!({"serverport": "hunter2"}))
            .unwrap_err()
            .to_string();
        assert!(!error.contains("hunter2"), "{error}");
    }
}
