//! Address arithmetic: pools and the legacy list. Pure: which address is taken is the store's to
//! say, which one is next is worked out here, also in a range of 2^64 addresses.
//!
//! *Lowest free first*: [`Gaps`] walks the stored addresses once, in order, and never the range itself.

pub mod address;
pub mod expanse;
pub mod hint;
pub mod legacy;
pub mod pool;
pub mod usage;

pub use address::{AddressKey, Family, Placed, expanded, scope};
pub use expanse::{Expanse, Gaps};
pub use hint::ZoneHint;
pub use legacy::{LegacyEntry, LegacyList};
pub use pool::Pool;
pub use usage::Usage;
