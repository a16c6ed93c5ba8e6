//! What one task of the cron works with: the run, and the services whose leases it has.

use super::{Tick, problems};
use crate::custody::{self, Custody, GRACE};
use crate::limits::Limits;
use crate::model::ServiceId;
use crate::store::StoreError;
use crate::store::limit;
use crate::store::vm::VmRecord;
use crate::vm::{SharedClusters, deadlines};
use std::rc::Rc;
use std::time::Duration;

/// The services one task works on in one run.
pub(super) struct TaskContext<'t, 'a> {
    pub(super) tick: &'t Tick<'a>,
    pub(super) custody: Custody,
    /// How long a step may take to bring its last call to an end.
    pub(super) grace: Duration,
}

impl<'t, 'a> TaskContext<'t, 'a> {
    /// Takes those of `services` that nobody else works on.
    pub(super) async fn begin(
        tick: &'t Tick<'a>,
        services: &[ServiceId],
    ) -> Result<(Self, Vec<VmRecord>), StoreError> {
        let limits = match services {
            [] => Limits::default(),
            _ => Limits::remembered(limit::all(&tick.site.host).await?),
        };
        let clusters = Rc::new(SharedClusters::new(limits));
        let grace = deadlines(clusters.settings(tick.site).await?).heavy + GRACE;
        let until = tick.until + custody::margin(grace);
        let context = Self {
            tick,
            custody: Custody::new(tick.site, tick.holder.clone(), until, clusters),
            grace,
        };
        let records = context.join(services).await?;
        Ok((context, records))
    }

    /// Takes more services: those that nobody else works on.
    pub(super) async fn join(&self, services: &[ServiceId]) -> Result<Vec<VmRecord>, StoreError> {
        if services.is_empty() {
            return Ok(vec![]);
        }
        custody::take_over(self.tick.site).await?;
        self.tick.leased.set(true);
        let taken = self.custody.take(services).await?;
        if !taken.unreadable.is_empty() {
            problems::unreadable(self.tick.site).await?;
        }
        let readable = taken.readable.into_iter();
        let records: Vec<VmRecord> = readable.map(|opening| opening.record).collect();
        self.custody.gather(&records).await?;
        Ok(records)
    }
}
