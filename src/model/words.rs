//! Enums whose values are words elsewhere: in the database, at Proxmox, in the cron's output. Each word stands once.

/// Makes an enum, the word of each of its values and the way back.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$item_doc:meta])* $item:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$item_doc])* $item),+
        }

        #[allow(dead_code, reason = "not every list is gone through, and not every word is read back")]
        impl $name {
            /// Every value, in order.
            pub const ALL: &[Self] = &[$(Self::$item),+];

            /// The word.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$item => $word),+ }
            }

            /// The value of a word; `None` for any other.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == word)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = String::deserialize(deserializer)?;
                Self::parse(&word).ok_or_else(|| serde::de::Error::custom("no such word"))
            }
        }

        #[cfg(test)]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                $crate::model::words::shape(concat!($(stringify!($doc), "\n"),*), &[$($word),+])
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

pub(crate) use words;

/// The shape of an enum whose values are words, with what its documentation says.
#[cfg(test)]
pub fn shape(attributes: &str, words: &[&str]) -> schemars::Schema {
    let lines = attributes.lines().filter_map(|line| {
        let text = line.split_once('"')?.1.strip_suffix('"')?;
        Some(text.trim().to_owned())
    });
    let about = lines.collect::<Vec<_>>().join(" ");
    schemars::json_schema!({"type": "string", "enum": words, "description": about})
}
