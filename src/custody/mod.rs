//! Whoever works on a service does it from here, a click as well as a run of the cron, one service or two thousand.
//!
//! - He holds its lease, and nobody else does ([`Custody::take`]).
//! - He decides by its row as it was read after the lease was taken.
//! - He settles what an earlier process left open before he does anything ([`settle()`]).
//! - He knows the cluster it is on, and that it is the one where its VM and its addresses are ([`Custody::vm`]).
//! - Where something is in the way he says what ([`Hindrance`]), in the same words for the same thing.
//! - He puts it at a flow with [`enter`], and nowhere else is a flow begun.

mod enter_flow;
mod hindrance;
mod lease;
mod leased_service;
mod live_vm;
mod loaded_service;
mod refusal;
mod settle;

pub use enter_flow::{enter, stay_suspended};
pub use hindrance::{Hindrance, closed};
pub use lease::{CLICK, Custody, GRACE, longest_lease, margin, take_over};
pub use leased_service::{LeasedService, under_way};
pub use live_vm::{Live, Sight};
pub use loaded_service::{LoadedService, Unsold, plan};
pub use refusal::Refusal;
pub use settle::{Settled, settle};
