//! Address arithmetic: pools and the legacy list. Pure: which address is taken is the store's to
//! say, which one is next is worked out here, also in a range of 2^64 addresses.
//!
//! *Lowest free first*: [`Gaps`] walks the stored addresses once, in order, and never the range itself.

pub mod address;
pub mod legacy;
pub mod pool;
pub mod range;
pub mod sought;
pub mod usage;
pub mod zone_hint;

pub use address::{AddressKey, Family, PlacedAddress, expanded, scope};
pub use legacy::{LegacyEntry, LegacyList};
pub use pool::Pool;
pub use range::{AddressRange, Gaps};
pub use sought::sought;
pub use usage::Usage;
pub use zone_hint::{ZoneHint, zone_for};
