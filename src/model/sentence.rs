//! What is said to a person: a key with its arguments, looked up in the reader's language, and the same in English for
//! logs and the terminal.

use super::chain;
use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;
use std::borrow::Cow;
use std::error::Error;
use std::fmt;

/// One sentence for a person.
///
/// On its way out it is `{"key": "must_node", "args": {"text": "a b"}, "text": "Must be a node's name, not …"}`. Without a key
/// it is a text that nobody translates, such as what Proxmox answered, and goes out as that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    key: Cow<'static, str>,
    args: Vec<(Cow<'static, str>, Arg)>,
    text: String,
}

/// What stands in the place of a sentence's argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arg {
    /// The same in every language.
    Text(String),
    /// A sentence, or a part of one, that is translated itself.
    Sentence(Sentence),
}

impl Sentence {
    /// The sentence of a key; `english` has `{name}` where an argument stands.
    pub(super) fn new(
        key: &'static str,
        english: &'static str,
        args: Vec<(&'static str, Arg)>,
    ) -> Self {
        // In one go: what an argument holds may look like a placeholder.
        let mut pieces = english.split('{');
        let mut text = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let (name, rest) = piece.split_once('}').unwrap_or((piece, ""));
            let value = args.iter().find(|(known, _)| *known == name);
            text.push_str(value.map_or("", |(_, value)| value.as_str()));
            text.push_str(rest);
        }
        let args = args.into_iter();
        Self {
            key: key.into(),
            args: args.map(|(name, value)| (name.into(), value)).collect(),
            text,
        }
    }

    /// The sentence that went out as this; `None`: it is none.
    pub fn read(value: &Value) -> Option<Self> {
        if let Some(text) = value.as_str() {
            return Some(Self::foreign(text));
        }
        let args = value["args"].as_object()?.iter();
        let args = args.map(|(name, value)| Some((name.clone().into(), Arg::read(value)?)));
        Some(Self {
            key: value["key"].as_str()?.to_owned().into(),
            args: args.collect::<Option<_>>()?,
            text: value["text"].as_str()?.to_owned(),
        })
    }

    /// A text that nobody translates: what Proxmox, a name server or another program said.
    pub fn foreign(text: impl Into<String>) -> Self {
        Self {
            key: Cow::Borrowed(""),
            args: vec![],
            text: text.into(),
        }
    }

    /// An error with its causes, which nobody translates.
    pub fn of(error: &dyn Error) -> Self {
        Self::foreign(chain(error))
    }

    /// The same sentence, beginning with a capital letter and ending in a full stop: a text that nobody translates may
    /// come as the rest of one.
    pub fn whole(mut self) -> Self {
        let mut letters = self.text.chars();
        let first: String = letters
            .next()
            .into_iter()
            .flat_map(char::to_uppercase)
            .collect();
        self.text = format!("{first}{}", letters.as_str());
        if !self.text.ends_with('.') {
            self.text.push('.');
        }
        self
    }

    /// In English, as the rest of a sentence: it begins small and has no full stop.
    pub fn rest(&self) -> String {
        let mut letters = self.text.chars();
        let first = letters.next().map(|letter| letter.to_ascii_lowercase());
        let rest = letters.as_str();
        format!(
            "{}{}",
            first.map(String::from).unwrap_or_default(),
            rest.strip_suffix('.').unwrap_or(rest)
        )
    }

    /// The key; empty: nobody translates it.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// In English.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// The English text, for a log.
impl From<Sentence> for String {
    fn from(sentence: Sentence) -> Self {
        sentence.text
    }
}

/// Compares the English text.
impl PartialEq<str> for Sentence {
    fn eq(&self, other: &str) -> bool {
        self.text == other
    }
}

/// Compares the English text.
impl PartialEq<&str> for Sentence {
    fn eq(&self, other: &&str) -> bool {
        self.text == *other
    }
}

impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for Sentence {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.key.is_empty() {
            return serializer.serialize_str(&self.text);
        }
        let args: serde_json::Map<String, Value> = self
            .args
            .iter()
            .map(|(name, value)| (name.clone().into_owned(), value.to_value()))
            .collect();
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("key", &self.key)?;
        map.serialize_entry("args", &args)?;
        map.serialize_entry("text", &self.text)?;
        map.end()
    }
}

/// As it went out: see [`Sentence::read`].
impl<'de> Deserialize<'de> for Sentence {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Self::read(&value).ok_or_else(|| D::Error::custom("no sentence"))
    }
}

#[cfg(test)]
impl schemars::JsonSchema for Sentence {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Sentence".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "What is said to a person.",
            "anyOf": [
                {"type": "string"},
                {
                    "type": "object",
                    "properties": {
                        "key": {"type": "string"},
                        "args": {"type": "object", "additionalProperties": true},
                        "text": {"type": "string"},
                    },
                    "required": ["key", "args", "text"],
                },
            ],
        })
    }
}

impl From<Sentence> for Value {
    fn from(sentence: Sentence) -> Self {
        serde_json::json!(sentence)
    }
}

impl Arg {
    fn as_str(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Sentence(sentence) => sentence.as_str(),
        }
    }

    fn read(value: &Value) -> Option<Self> {
        Some(match value {
            Value::String(text) => Self::Text(text.clone()),
            other => Self::Sentence(Sentence::read(other)?),
        })
    }

    fn to_value(&self) -> Value {
        match self {
            Self::Text(text) => text.as_str().into(),
            Self::Sentence(sentence) => sentence.clone().into(),
        }
    }
}

impl From<Sentence> for Arg {
    fn from(sentence: Sentence) -> Self {
        Self::Sentence(sentence)
    }
}

macro_rules! texts {
    ($($type:ty),+ $(,)?) => {
        $(impl From<$type> for Arg {
            fn from(value: $type) -> Self {
                Self::Text(value.to_string())
            }
        })+
    };
}

texts!(
    &str,
    String,
    &String,
    u8,
    u16,
    u32,
    u64,
    usize,
    i64,
    std::net::IpAddr,
    super::NodeName,
    &super::NodeName,
    super::ProductId,
    super::ServerId,
    super::ServiceId,
    super::StorageId,
    super::VmState,
    super::Vmid,
);

/// Makes a table of sentences: a function for each key, with its arguments, and the list of all.
macro_rules! sentences {
    ($all:ident: $($key:ident $(($($arg:ident),+))? = $english:literal;)+) => {
        /// Every sentence of this table: key, names of its arguments, English.
        #[cfg(test)]
        pub const $all: &[(&str, &[&str], &str)] =
            &[$((stringify!($key), &[$($(stringify!($arg)),+)?], $english)),+];

        $(
            #[doc = concat!("`", $english, "`")]
            pub(crate) fn $key($($($arg: impl Into<$crate::model::sentence::Arg>),+)?)
                -> $crate::model::Sentence {
                $crate::model::Sentence::new(
                    stringify!($key),
                    $english,
                    vec![$($((stringify!($arg), $arg.into())),+)?],
                )
            }
        )+
    };
}

pub(crate) use sentences;

#[cfg(test)]
mod tests {
    use super::Sentence;
    use crate::model::say;
    use serde_json::json;

    #[test]
    fn arguments_are_put_in_once() {
        let said = say::must_whole_since(1_u8, 2_u8, "{why} {low}", say::since_vmid());
        assert_eq!(
            said.as_str(),
            "Must be a whole number from 1 to 2, not \"{why} {low}\": Proxmox numbers its guests so."
        );
        assert_eq!(said.rest().find("must be"), Some(0));
        let out = json!(said);
        assert_eq!(out["key"], "must_whole_since");
        assert_eq!(out["args"]["why"]["key"], "since_vmid");
        assert_eq!(out["args"]["text"], "{why} {low}");
        assert_eq!(out["text"], said.as_str());
        assert_eq!(Sentence::read(&out), Some(said));
        assert_eq!(Sentence::read(&json!("x")), Some(Sentence::foreign("x")));
        assert_eq!(Sentence::read(&json!({"key": "x", "text": "y"})), None);
    }
}
