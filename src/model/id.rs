//! Identifiers, each a type of its own, so that a VMID is never passed where a service id is meant.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The name as Proxmox writes it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }
    };
}

number_id! {
    /// A sold service: `tblhosting.id`.
    ServiceId
}
number_id! {
    /// A WHMCS product: `tblproducts.id`.
    ProductId
}
number_id! {
    /// A WHMCS server entry: `tblservers.id`. Two entries may be one cluster.
    ServerId
}
text_id! {
    /// A cluster member's name, as in `/nodes/{node}`.
    NodeName
}
text_id! {
    /// A storage's name, as in `/storage/{storage}`.
    StorageId
}

/// A guest's number in its cluster. Proxmox knows 100 to 999,999,999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Vmid(u32);

impl Vmid {
    /// The lowest number Proxmox gives to a guest.
    pub const MIN: u32 = 100;
    /// The highest number its API takes.
    pub const MAX: u32 = 999_999_999;

    /// `None` outside what Proxmox takes.
    pub fn new(number: u64) -> Option<Self> {
        let number = u32::try_from(number).ok()?;
        (Self::MIN..=Self::MAX)
            .contains(&number)
            .then_some(Self(number))
    }

    /// The plain number.
    pub fn get(self) -> u32 {
        self.0
    }

    /// The next higher number, `None` at the end of the range.
    pub fn next(self) -> Option<Self> {
        Self::new(u64::from(self.0) + 1)
    }
}

impl fmt::Display for Vmid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The random mark by which a VM is known to belong to one service.
///
/// 32 lower-case hexadecimal digits, drawn once per service and never again, so that a backup restored years later
/// still says whose VM it is. It stands in the VM's description (`puq-owner=…`) and, shortened, in a tag.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OwnerMark(String);

impl OwnerMark {
    /// The words before the mark in a description.
    const KEY: &'static str = "puq-owner=";

    /// The fewest characters a mark's line has, its line feed included.
    pub const LINE: usize = "WHMCS service 1 puq-owner=".len() + 32 + 1;

    /// `None` unless the text is 32 lower-case hexadecimal digits.
    pub fn new(text: &str) -> Option<Self> {
        let hex = text.len() == 32
            && text
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        hex.then(|| Self(text.to_owned()))
    }

    /// The 32 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The line written into a VM's description; the service number is for the reader's eye only.
    pub fn line(&self, service: ServiceId) -> String {
        format!("WHMCS service {service} {}{}", Self::KEY, self.0)
    }

    /// The tag written beside it: tags show in Proxmox's tree and survive an edited description.
    pub fn tag(&self) -> String {
        format!("puq-{}", &self.0[..12])
    }

    /// Whether a tag is the short form of some mark.
    pub fn is_tag(tag: &str) -> bool {
        tag.strip_prefix("puq-").is_some_and(|digits| {
            digits.len() == 12
                && digits
                    .bytes()
                    .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        })
    }

    /// Whether a description carries the mark of any service.
    pub fn is_any_on(description: &str) -> bool {
        description.split(Self::KEY).skip(1).any(|rest| {
            let digits = rest.get(..32).unwrap_or_default();
            Self::new(digits).is_some()
        })
    }

    /// Whether a VM with this description and these tags carries the mark.
    pub fn is_on(&self, description: &str, tags: &str) -> bool {
        let whole = format!("{}{}", Self::KEY, self.0);
        description.contains(&whole) || tags.split([';', ',', ' ']).any(|tag| tag == self.tag())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vmid_keeps_to_the_range_of_proxmox() {
        assert_eq!(Vmid::new(99), None);
        assert_eq!(Vmid::new(100).map(Vmid::get), Some(100));
        assert_eq!(Vmid::new(1_000_000_000), None);
        assert_eq!(Vmid::new(999_999_999).and_then(Vmid::next), None);
    }

    #[test]
    fn a_mark_is_found_in_description_or_tag_and_nowhere_else() {
        let mark = OwnerMark::new("0123456789abcdef0123456789abcdef").unwrap();
        assert!(mark.is_on(&mark.line(ServiceId(7)), ""));
        assert!(mark.is_on("", &format!("a;{};b", mark.tag())));
        assert!(OwnerMark::is_tag(&mark.tag()) && !OwnerMark::is_tag("puq-client"));
        assert!(!mark.is_on("WHMCS service 7", "puq-ffffffffffff"));
        assert_eq!(OwnerMark::new("xyz"), None);
        assert!(OwnerMark::is_any_on(&mark.line(ServiceId(7))));
        assert!(OwnerMark::is_tag(&mark.tag()));
        assert!(!OwnerMark::is_tag("puq-web") && !OwnerMark::is_tag("puq-12"));
        assert!(!OwnerMark::is_any_on("puq-owner=nobody"));
    }
}
