//! Waiting for a permit where only a limited number may work at once.

use super::Vm;
use crate::limits::{Permit, Work};
use crate::model::{Stop, Wait, chain};
use crate::pve::{Kind, PveError};
use std::fmt::Display;
use std::rc::Rc;

impl Vm {
    /// Waits for the permit of all gates of one kind of work: at a template, a storage or nodes.
    ///
    /// Waiting does not count in the step's time. `Err`: the run ends before there is a permit.
    pub(crate) async fn permit(
        &mut self,
        work: Work,
        places: &[&dyn Display],
    ) -> Result<Permit, Stop> {
        self.has_started();
        let cluster = Rc::clone(&self.cluster);
        let (limits, cluster) = (&cluster.limits, &cluster.key);
        match self
            .wait_budget
            .wait(limits.enter(work, cluster, places))
            .await
        {
            Some((entered, waited)) => {
                self.until += waited;
                self.usual = entered.fastest();
                Ok(entered)
            }
            None => {
                let full = |at: &&dyn Display| {
                    let count = limits.under_way(work, cluster, *at);
                    work.under_way(count, &at.to_string())
                };
                Err(Wait::Permit(places.iter().map(full).collect()).into())
            }
        }
    }

    /// If the error says that too much was asked at once, the gates let fewer through from now on.
    pub(crate) fn heed(&self, permit: &Permit, error: &PveError) {
        if is_overload(error) {
            permit.overloaded(&chain(error), &*self.site.clock);
        }
    }
}

/// Whether an error says that too much was asked at once: of a VM's or a storage's lock, of the cluster's file system, of
/// a storage or of the workers.
fn is_overload(error: &PveError) -> bool {
    matches!(
        error.kind,
        Kind::LockTimeout
            | Kind::StorageBusy(_)
            | Kind::ClusterBusy
            | Kind::StorageSlow
            | Kind::WorkerFailed
    )
}
