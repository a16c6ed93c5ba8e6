//! Waiting for a place where only so many may be at work at once.

use super::Vm;
use crate::engine::limit::{Place, Work};
use crate::model::Verdict;
use crate::pve::{Kind, PveError};
use std::fmt::Display;
use std::rc::Rc;

impl Vm {
    /// A place in the gate of a kind of work at a template, node or storage.
    ///
    /// Waiting for it does not count in the step's time. `Err`: the run ends before there is one.
    pub(super) async fn turn(
        &mut self,
        work: Work,
        place: impl Display + Copy,
    ) -> Result<Place, Verdict> {
        self.has_started();
        let fleet = Rc::clone(&self.fleet);
        let (limits, cluster) = (&fleet.limits, &fleet.key);
        match self.patience.wait(limits.enter(work, cluster, place)).await {
            Some((entered, waited)) => {
                self.until += waited;
                self.usual = entered.fastest();
                Ok(entered)
            }
            None => Err(Verdict::Wait(format!(
                "its turn: {} {} under way at {place}, as many as it takes at once",
                limits.under_way(work, cluster, place),
                work.plural(),
            ))),
        }
    }
}

/// Whether an error says that too much was asked at once: of a VM's or a storage's lock, of the cluster's file system, of
/// a storage or of the workers.
pub(super) fn is_overload(error: &PveError) -> bool {
    matches!(
        error.kind,
        Kind::LockTimeout
            | Kind::StorageBusy(_)
            | Kind::ClusterBusy
            | Kind::StorageSlow
            | Kind::WorkerFailed
    )
}
