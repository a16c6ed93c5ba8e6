//! Snapshots of a VM: listing, taking, removing, going back. Those that carry the service's mark are the service's, and those
//! of the time before the VM was taken over from another product; others, an admin's, are neither shown nor touched.

use super::{cloudinit, owner_note, package_check, power};
use crate::model::{Failure, StepResult, Stop, Verdict, Wish};
use crate::pve::{Kind, PveError, Snapshot};
use crate::store::operation::OperationKind;
use crate::vm::{Vm, lock};
use chrono::NaiveDate;

/// A snapshot of the service's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnSnapshot {
    /// Its name in Proxmox.
    pub name: String,
    /// What its owner wrote.
    pub text: String,
    /// When it was taken, seconds since 1970; 0 while it is being taken.
    pub time: i64,
    /// Whether the memory is in it too.
    pub ram: bool,
    /// The day the scheduler took it for.
    pub day: Option<NaiveDate>,
}

impl Vm {
    /// The service's own snapshots, oldest first.
    pub async fn snapshots(&self) -> Result<Vec<OwnSnapshot>, Failure> {
        let listed = self.guest()?.snapshots().await?;
        let mut own: Vec<OwnSnapshot> = listed
            .into_iter()
            .filter_map(|snapshot| self.own_snapshot(snapshot))
            .collect();
        own.sort_by(|a, b| (a.time, &a.name).cmp(&(b.time, &b.name)));
        Ok(own)
    }

    fn own_snapshot(&self, snapshot: Snapshot) -> Option<OwnSnapshot> {
        let made = i64::try_from(snapshot.time).unwrap_or(0);
        let text = self.text_of(&snapshot.description, made.max(self.record.adopted_from))?;
        Some(OwnSnapshot {
            day: owner_note::day(&text),
            name: snapshot.name,
            text,
            time: made,
            ram: snapshot.vmstate,
        })
    }

    /// Takes a snapshot with the client's text; of a running VM with its memory.
    pub async fn take_snapshot(&mut self, text: &str) -> StepResult {
        let guest = self.guest()?;
        let status = guest.status().await?;
        let name = format!(
            "puq-{}-{}",
            self.site.clock.now().format("%Y%m%d-%H%M%S"),
            &self.site.random.token()[..4]
        );
        let note = owner_note::write(&self.record.mark, self.record.service, text);
        let ram = status.is_running();
        let intent = name.clone();
        let call = async move { guest.create_snapshot(&name, &note, ram).await.map(Some) };
        self.one_task(OperationKind::Snapshot, intent, call).await
    }

    /// Takes the snapshot of a day of the schedule.
    pub async fn take_scheduled_snapshot(&mut self, day: NaiveDate) -> StepResult {
        self.take_snapshot(&owner_note::of_day(day)).await
    }

    /// Removes a snapshot. One that is gone already is removed.
    pub async fn remove_snapshot(&mut self, name: &str) -> StepResult {
        let (guest, name) = (self.guest()?, name.to_owned());
        let intent = name.clone();
        let call = async move { guest.remove_snapshot(&name).await.map(Some) };
        self.one_task(OperationKind::RemoveSnapshot, intent, call)
            .await
    }

    /// Goes back to a snapshot. What is to follow is stored first, so that it outlives whoever asked: a VM that runs is
    /// stopped by Proxmox and shall run again, and one whose package has changed since shall not go back to the old one.
    pub async fn roll_back(&mut self, name: &str) -> StepResult {
        let guest = self.guest()?;
        let status = guest.status().await?;
        self.record.want(Wish::Compare);
        if status.is_running() {
            self.record.want(Wish::Start);
        }
        self.record.next_look_at = Some(self.site.now());
        self.keep().await?;
        let name = name.to_owned();
        let intent = name.clone();
        let call = async move { guest.rollback(&name).await.map(Some) };
        self.one_task(OperationKind::Rollback, intent, call).await
    }

    /// After going back: has the VM what was sold? If not, the flow that puts it over a restored VM is wanted, which
    /// starts the VM too.
    pub async fn compare_with_sold(&mut self) -> StepResult {
        // A snapshot of before the VM was taken over has no tag, which may be all there was of the mark.
        self.observed = None;
        let config = self.peek().await?;
        let known = config.carries(&self.record.mark);
        if !known && !config.is_marked() {
            self.put_mark().await?;
        }
        if package_check::holds(self).await? {
            // The password that came back with the snapshot cannot be read, so it is written again: the VM's next start
            // sets the one of today.
            return cloudinit::remind(self).await;
        }
        self.record.unwant(Wish::Start);
        self.record.want(Wish::Restore);
        self.record.restore_archive.clear();
        Ok(Verdict::Done)
    }

    /// After going back the VM runs again if it ran before, with what was sold. What does not end here the cron does.
    pub(super) async fn settle_down(&mut self) -> StepResult {
        if let Err(stop) = self.compare_with_sold().await {
            return self.kept(stop).await;
        }
        self.record.unwant(Wish::Compare);
        if self.record.wants(Wish::Start) {
            if let Err(stop) = power::bring_back(self).await {
                return self.kept(stop).await;
            }
            self.record.unwant(Wish::Start);
        }
        let more = !self.record.wanted.is_empty();
        self.record.next_look_at = more.then(|| self.site.now());
        self.keep().await?;
        Ok(Verdict::Done)
    }

    /// What was done before the VM had to be waited for is on record.
    async fn kept(&mut self, stop: Stop) -> StepResult {
        if let Stop::Wait(_) = stop {
            self.keep().await?;
        }
        Err(stop)
    }

    /// A change of this VM that is one task of Proxmox's. `Wait`: the task goes on.
    pub(super) async fn one_task<F>(
        &mut self,
        kind: OperationKind,
        intent: String,
        call: F,
    ) -> StepResult
    where
        F: Future<Output = Result<Option<crate::pve::Upid>, PveError>>,
    {
        let (node, vmid) = (self.node()?, self.vmid()?);
        let what = format!("{} VM {vmid}", kind.verb());
        let acted = self.act(kind, &node, vmid, intent, what, call);
        let error = match acted.await {
            Ok(_) => return Ok(Verdict::Done),
            Err(unfinished) => unfinished.refused()?,
        };
        let removal = matches!(
            kind,
            OperationKind::RemoveSnapshot | OperationKind::RemoveBackup
        );
        match &error.kind {
            Kind::SnapshotMissing | Kind::VolumeMissing(_) if removal => Ok(Verdict::Done),
            // Stopping waits for whatever holds the VM; everything else was asked for by someone who can ask again.
            Kind::Locked(lock) if kind == OperationKind::Stop => lock::wait(self, lock).await,
            _ => Err(error.into()),
        }
    }
}
