//! What a DNS provider does.

use super::ZoneName;
use futures_util::future::LocalBoxFuture;
use std::fmt;
use std::rc::Rc;

/// The kinds of record a VM has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RecordKind {
    /// An IPv4 address.
    A,
    /// An IPv6 address.
    Aaaa,
    /// A reverse name.
    Ptr,
}

impl RecordKind {
    /// As zone files and providers write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::Aaaa => "AAAA",
            Self::Ptr => "PTR",
        }
    }
}

impl fmt::Display for RecordKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// All records of one kind at one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordSet {
    /// The full name, without a final dot.
    pub name: String,
    /// The kind.
    pub kind: RecordKind,
    /// Addresses, or full names without a final dot.
    pub values: Vec<String>,
    /// Seconds a resolver may keep it.
    pub ttl: u32,
}

/// Why a provider did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// It could not be asked.
    #[error("not reachable: {0}")]
    Unreachable(String),
    /// It was asked and said no.
    #[error("refused: {0}")]
    Refused(String),
    /// It does not accept who asks: the key, the token or the password.
    #[error("refused: {0}")]
    Denied(String),
    /// It has no such zone.
    #[error("has no zone {0}")]
    NoZone(String),
    /// It was asked too often; after how many seconds it wants to be asked again, where it said so.
    #[error("was asked too often; set the records again {}", when(*.0))]
    Limited(Option<u64>),
    /// It answered what nobody understands.
    #[error("unexpected answer: {0}")]
    Strange(String),
    /// It failed within itself; asked again, it may not.
    #[error("failed: {0}")]
    Failing(String),
    /// It says it did as asked, and the records are other ones.
    #[error("unexpected answer: {0}")]
    Unsettled(String),
    /// It was not asked, since it failed a moment ago.
    #[error("{0}")]
    Down(String),
    /// The time for all records was used up.
    #[error("not set in time")]
    Late,
}

impl ProviderError {
    /// Whom the next request for another name would find the same.
    pub(super) fn reach(&self) -> Reach {
        match self {
            Self::Unreachable(_) | Self::Limited(_) | Self::Strange(_) | Self::Failing(_) => {
                Reach::Location
            }
            Self::Denied(_) | Self::NoZone(_) => Reach::Zone,
            Self::Refused(_) | Self::Unsettled(_) | Self::Down(_) | Self::Late => Reach::Name,
        }
    }
}

/// What a failure is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// The server.
    Location,
    /// One zone, or the account it is reached by.
    Zone,
    /// One name.
    Name,
}

fn when(seconds: Option<u64>) -> String {
    seconds.map_or_else(
        || "in some minutes".to_owned(),
        |seconds| format!("in {seconds} s"),
    )
}

/// The result of a provider's work, on this thread.
pub type Answer<'a, T> = LocalBoxFuture<'a, Result<T, ProviderError>>;

/// A DNS provider: one account, key or server. A remote one holds its own `Rc<dyn Transport>` and its own deadlines;
/// error texts hold no secret.
pub trait Provider {
    /// Its word in the log: `cloudflare`, `hestiacp`, `powerdns`, `zonefile`.
    fn kind(&self) -> &'static str;

    /// Where it answers: zones of one place may be nested in one another, and then the inner one answers.
    fn location(&self) -> String;

    /// Whether its zones fail together: those of one server do, files do not.
    fn fails_as_one(&self) -> bool {
        true
    }

    /// Makes the records of `set`'s kind at `set`'s name exactly `set`, without a moment in which there are none where
    /// there were some. Doing it twice is doing it once.
    fn upsert<'a>(&'a self, zone: &'a ZoneName, set: &'a RecordSet) -> Answer<'a, ()>;

    /// Removes all records of a kind at a name. None there is no error.
    fn delete<'a>(&'a self, zone: &'a ZoneName, name: &'a str, kind: RecordKind) -> Answer<'a, ()>;

    /// Reads the zone without changing it; a short text on what was found.
    fn test<'a>(&'a self, zone: &'a ZoneName) -> Answer<'a, String>;
}

/// A configured zone.
#[derive(Clone)]
pub struct Zone {
    /// Its name.
    pub name: ZoneName,
    /// Who serves it.
    pub provider: Rc<dyn Provider>,
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] {}", self.provider.kind(), self.name)
    }
}
