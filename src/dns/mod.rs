//! Records of a VM in the zones an admin configured: A and AAAA of its first addresses, PTR of each.
//!
//! One list of zones serves forward and reverse; the zone's *name* decides which names it takes, label by label. Every
//! provider that has a zone for a name gets its records, several with the same zone included. Where the zones of one server
//! are nested (`example.com` and `kvm.example.com`), the innermost alone holds the name: the server would answer from no
//! other. [`sync()`] never fails and ends when it is told to: a provider that is down leaves a line in the report, and the flow
//! goes on; it is not asked again in the same run, for no VM of it.
//!
//! What is to be written replaces what stands there, without a moment in between; what is to be written no more is deleted
//! before. So a name that keeps its addresses never vanishes from DNS.
//!
//! A reverse zone may begin between two labels ([`delegation`], RFC 2317): its addresses have another name there, and it
//! alone holds them, at whatever provider the zone above is, since that one has an alias in their place.
//!
//! Providers live behind [`Provider`]; an [`Account`] is what an admin enters to reach one. The secrets of accounts are
//! [`crate::model::Secret`]s, and no text that leaves here holds one.

pub mod account;
pub mod cloudflare;
pub mod delegation;
pub mod hestia;
pub mod name;
pub mod powerdns;
pub mod provider;
mod remote;
pub mod report;
pub mod server;
pub mod sync;
mod vm_in_zone;
pub mod zonefile;

pub use account::Account;
pub use name::{ZoneName, host_name, reverse_name};
pub use provider::{Provider, ProviderError, RecordKind, RecordSet, Zone};
pub use report::{Line, Report};
pub use server::Server;
pub use sync::{Desired, sync};
