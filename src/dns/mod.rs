//! Records of a VM in the zones an admin configured: A and AAAA of its first addresses, PTR of each.
//!
//! One list of zones serves forward and reverse; the zone's *name* decides which names it takes, and every zone that
//! takes a name is written, several providers with the same zone included. [`sync`] never fails: a provider that is down
//! leaves a line in the report, and the flow goes on.
//!
//! Providers live behind [`Provider`]. [`zonefile::ZoneFile`] edits a master file on this machine's disk, for BIND and NSD.

pub mod name;
pub mod provider;
pub mod report;
pub mod sync;
pub mod zonefile;

pub use name::{ZoneName, reverse_name};
pub use provider::{Provider, ProviderError, RecordKind, RecordSet, Zone};
pub use report::{Line, Report};
pub use sync::{Desired, sync};
