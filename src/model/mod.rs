//! Pure data: ids, states, units, time, chance and secrets. No input, no output; the rest of the crate stands on it.

pub mod chain;
pub mod clock;
pub mod field;
pub mod id;
pub mod lenient;
pub mod naming;
pub mod operation;
pub mod random;
pub mod reason;
pub(crate) mod say;
pub mod schedule;
pub mod secret;
pub mod sentence;
pub mod state;
pub mod upid;
pub mod verdict;
pub mod vm_action;
pub mod wait;
pub mod wish;
pub(crate) mod words;

pub use chain::chain;
pub use clock::{Clock, HostTime, SystemClock};
pub use field::{FieldError, brief, shown};
pub use id::{NodeName, OwnerMark, ProductId, ServerId, ServiceId, StorageId, Vmid};
pub use operation::{OperationKind, Outcome};
pub use random::Random;
pub use reason::Reason;
pub use schedule::{Occurrence, Schedule};
pub use secret::Secret;
pub use sentence::Sentence;
pub use state::{Before, FlowKey, Policy, VmState};
pub use upid::Upid;
pub use verdict::{Cause, Failure, Remedy, Skip, StepResult, Stop, Verdict};
pub use vm_action::VmAction;
pub use wait::{Follow, LockHolder, Wait};
pub use wish::{Wish, Wishes};
