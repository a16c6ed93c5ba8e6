//! Backups of a VM: listing, making, removing. Those that carry the service's mark in their note are the service's, and
//! those without any that were made before the VM was taken over from another product.

use super::owner_note;
use crate::model::{Failure, NodeName, OwnerMark, Remedy, StepResult, Stop, StorageId, Verdict};
use crate::pve::{Backup, Resource, StorageContent, WhichContent};
use crate::store::operation::OperationKind;
use crate::vm::Vm;
use chrono::{DateTime, NaiveDate};
use chrono_tz::Tz;

/// A backup server that is still being written to lists the backup with a size of one byte (PVE::Storage::PBSPlugin).
const UNFINISHED: u64 = 1;

/// After this many failures in a row a service ends without its backups removed: with the pauses between them that is three
/// hours, longer than a backup server's own upkeep.
const DISCARD_TRIES: u64 = 20;

/// A backup of this VM, whoever made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VmBackup {
    /// Its volume.
    pub volid: String,
    /// When it was made, seconds since 1970.
    pub time: i64,
    /// Bytes.
    pub size: u64,
    /// Whether Proxmox keeps it from being removed.
    pub protected: bool,
    /// What its owner wrote; `None`: it is not the service's.
    pub text: Option<String>,
}

impl VmBackup {
    /// Whether the service may see, restore and remove it.
    pub fn is_own(&self) -> bool {
        self.text.is_some()
    }

    /// The day the scheduler made it for.
    pub fn scheduled_for(&self) -> Option<NaiveDate> {
        self.text.as_deref().and_then(owner_note::day)
    }

    /// The day it counts for: of the scheduler's the day it was due, which a run a little after midnight makes late;
    /// of all others the day they were made.
    pub fn day(&self, zone: Tz) -> Option<NaiveDate> {
        self.scheduled_for().or_else(|| {
            let made = DateTime::from_timestamp(self.time, 0)?;
            Some(made.with_timezone(&zone).date_naive())
        })
    }
}

impl Vm {
    /// Where backups of this service are.
    pub fn backup_storage(&self) -> Result<StorageId, Failure> {
        self.plan.backup_storage.clone().ok_or_else(|| {
            Failure::person("No storage for backups is chosen on the product's tab Module Settings (without JavaScript: Other).")
        })
    }

    /// The complete backups of this VM, oldest first.
    pub async fn backups(&self) -> Result<Vec<VmBackup>, Failure> {
        let (node, storage) = (self.node()?, self.backup_storage()?);
        self.backups_on(&node, &storage).await
    }

    async fn backups_on(
        &self,
        node: &NodeName,
        storage: &StorageId,
    ) -> Result<Vec<VmBackup>, Failure> {
        let vmid = self.vmid()?;
        let listed = self
            .cluster
            .api
            .storage_content(node, storage, &WhichContent::backups_of(vmid))
            .await?;
        let mut found: Vec<VmBackup> = listed
            .into_iter()
            .filter(|volume| volume.vmid == Some(vmid) && volume.size > UNFINISHED)
            .filter(|volume| volume.subtype.as_deref() != Some("lxc"))
            .map(|volume| self.read_backup(volume))
            .collect();
        found.sort_by(|a, b| (a.time, &a.volid).cmp(&(b.time, &b.volid)));
        Ok(found)
    }

    fn read_backup(&self, volume: StorageContent) -> VmBackup {
        let time = volume.ctime.and_then(|time| i64::try_from(time).ok());
        let time = time.unwrap_or(0);
        VmBackup {
            text: self.text_of(&volume.notes, time),
            time,
            volid: volume.volid,
            size: volume.size,
            protected: volume.protected,
        }
    }

    /// What its owner wrote on a backup or snapshot. `None`: it is not the service's. One without any mark is the service's
    /// where another product had the VM in its charge as it was made.
    pub(super) fn text_of(&self, note: &str, made: i64) -> Option<String> {
        let (from, until) = (self.record.adopted_from, self.record.adopted_at);
        let theirs = until > 0 && (from..=until).contains(&made);
        if theirs && !OwnerMark::is_any_on(note) {
            let line = note.lines().map(str::trim).find(|line| !line.is_empty());
            return Some(line.unwrap_or_default().to_owned());
        }
        owner_note::read(&self.record.mark, note)
    }

    /// Makes a backup with the client's text, without stopping the guest.
    pub async fn back_up(&mut self, text: &str) -> StepResult {
        self.put_disks_into_backups().await?;
        let (node, vmid, storage) = (self.node()?, self.vmid()?, self.backup_storage()?);
        let resources = self.cluster.resources().await?;
        let server = resources
            .iter()
            .filter_map(Resource::storage)
            .any(|known| known.storage == storage && known.kind == "pbs");
        let backup = Backup {
            vmid,
            storage,
            mode: "snapshot".to_owned(),
            compress: (!server).then(|| "zstd".to_owned()),
            notes: owner_note::write(&self.record.mark, self.record.service, text),
            prune: None,
        };
        let api = self.cluster.api.clone();
        let call = async move { api.backup(&node, &backup).await.map(Some) };
        self.one_task(OperationKind::Backup, text.to_owned(), call)
            .await
    }

    /// Makes the backup of a day of the schedule.
    pub async fn back_up_for(&mut self, day: NaiveDate) -> StepResult {
        self.back_up(&owner_note::of_day(day)).await
    }

    /// Removes a backup. One that is gone already is removed.
    pub async fn remove_backup(&mut self, volid: &str) -> StepResult {
        let node = self.node()?;
        self.remove_backup_through(node, volid).await
    }

    async fn remove_backup_through(&mut self, node: NodeName, volid: &str) -> StepResult {
        let (api, volid) = (self.cluster.api.clone(), volid.to_owned());
        let storage = StorageId(volid.split(':').next().unwrap_or_default().to_owned());
        let intent = volid.clone();
        let call = async move { api.remove_content(&node, &storage, &volid).await };
        self.one_task(OperationKind::RemoveBackup, intent, call)
            .await
    }

    /// Removes the oldest own backups until no more than `keep` are left. `Skipped` is never answered; `Wait`: a removal
    /// goes on. Protected ones stay and count.
    pub async fn rotate_backups(&mut self, listed: &[VmBackup], keep: usize) -> StepResult {
        let own = listed.iter().filter(|backup| backup.is_own());
        let excess = own.clone().count().saturating_sub(keep);
        let oldest: Vec<String> = own
            .filter(|backup| !backup.protected)
            .take(excess)
            .map(|backup| backup.volid.clone())
            .collect();
        for volid in oldest {
            self.remove_backup(&volid).await?;
        }
        Ok(Verdict::Done)
    }

    /// Removes every own backup at the end of the service, wherever it lies: the product's storage may have been another
    /// one when it was made. What passes by itself is waited for a while; what does not is noted and left: the VMID stays
    /// closed to others as long as a backup of it exists. `Wait`: something is under way.
    pub(super) async fn discard_backups(&mut self) -> StepResult {
        if self.record.vmid.is_none() {
            return Ok(Verdict::Done);
        }
        match self.try_discard().await {
            Err(Stop::Failed(failure))
                if failure.remedy == Remedy::Retry && self.record.fails < DISCARD_TRIES =>
            {
                Err(Stop::Failed(Failure {
                    text: format!("Backups were not removed: {} Will retry.", failure.text),
                    ..failure
                }))
            }
            Err(Stop::Failed(failure)) => {
                self.note(format!("backups were not removed: {}", failure.text));
                Ok(Verdict::Done)
            }
            result => result,
        }
    }

    async fn try_discard(&mut self) -> StepResult {
        let (mut own, mut first) = (vec![], None);
        self.kept_backups.clear();
        let (places, closed) = self.backup_places().await?;
        for storage in closed {
            let text = format!("{storage} is not available.");
            self.note(format!("backups on {storage} were not removed: {text}"));
            // Any other may be down for good, and holds something only if the product once used it.
            if self.plan.backup_storage.as_ref() == Some(&storage) {
                worse(&mut first, Failure::retry(text));
            }
        }
        for (node, storage) in places {
            match self.backups_on(&node, &storage).await {
                Ok(listed) => {
                    // One that is protected stays, and is named at the end: somebody wanted it kept.
                    let own_ones = listed.into_iter().filter(VmBackup::is_own);
                    let (kept, found): (Vec<_>, Vec<_>) =
                        own_ones.partition(|backup| backup.protected);
                    own.extend(found.into_iter().map(|backup| (node.clone(), backup.volid)));
                    self.kept_backups
                        .extend(kept.into_iter().map(|backup| backup.volid));
                }
                Err(failure) => {
                    self.note(format!(
                        "backups on {storage} of {node} were not looked at: {}",
                        failure.text
                    ));
                    worse(&mut first, failure);
                }
            }
        }
        let any = !own.is_empty();
        if any {
            self.note("removing backups");
        }
        for (node, volid) in own {
            match self.remove_backup_through(node, &volid).await {
                Ok(_) => {}
                Err(Stop::Wait(what)) => return Err(what.into()),
                Err(Stop::Failed(failure)) => {
                    self.note(format!("backup {volid} was not removed: {}", failure.text));
                    worse(&mut first, failure);
                }
            }
        }
        if let Some(failure) = first {
            return Err(failure.into());
        }
        if any {
            self.note("backups removed");
        }
        Ok(Verdict::Done)
    }

    /// Every storage for backups, with a node through which it can be asked: a shared one through one node, any other
    /// through each that has it. Then those that no node reaches now.
    async fn backup_places(&self) -> Result<(Vec<(NodeName, StorageId)>, Vec<StorageId>), Failure> {
        let resources = self.cluster.resources().await?;
        let online = |name: &NodeName| {
            let mut nodes = resources.iter().filter_map(Resource::node);
            nodes.any(|node| node.node == *name && node.online)
        };
        let mut places: Vec<(NodeName, StorageId)> = vec![];
        let mut all: Vec<StorageId> = vec![];
        for known in resources.iter().filter_map(Resource::storage) {
            if !known.holds("backup") {
                continue;
            }
            if !all.contains(&known.storage) {
                all.push(known.storage.clone());
            }
            let seen = known.shared && places.iter().any(|(_, id)| *id == known.storage);
            if known.active && !seen && online(&known.node) {
                places.push((known.node.clone(), known.storage.clone()));
            }
        }
        all.retain(|storage| places.iter().all(|(_, reached)| reached != storage));
        Ok((places, all))
    }
}

/// Keeps the failure to tell of. One that time mends is worth another pass, whatever becomes of the others.
fn worse(kept: &mut Option<Failure>, failure: Failure) {
    if kept.is_none() || failure.remedy == Remedy::Retry {
        *kept = Some(failure);
    }
}
