//! Pure data: ids, states, units, time, chance and secrets. No input, no output; the rest of the crate stands on it.

pub mod chance;
pub mod clock;
pub mod deed;
pub mod field;
pub mod id;
pub mod lenient;
pub mod naming;
pub mod reason;
pub mod schedule;
pub mod secret;
pub mod state;
pub mod verdict;

pub use chance::Chance;
pub use clock::{Clock, HostTime, SystemClock};
pub use deed::Deed;
pub use field::{FieldError, brief, shown};
pub use id::{NodeName, OwnerMark, ProductId, ServerId, ServiceId, StorageId, Vmid};
pub use reason::Reason;
pub use schedule::{Occurrence, Schedule};
pub use secret::Secret;
pub use state::VmState;
pub use verdict::{Cause, Failure, Remedy, Skip, StepResult, Verdict};
