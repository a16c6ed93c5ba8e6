//! One VM: config, clone, migration, disks, cloud-init, removal.

use super::Timeframe;
use super::task::{maybe_upid, upid};
use crate::model::{NodeName, StorageId, Vmid};
use crate::net::Method::{Delete, Get, Post, Put};
use crate::pve::request::{Call, vm_path};
use crate::pve::{
    Change, Cluster, DiskSlot, Params, PendingEntry, PveError, RrdPoint, Size, Upid, VmConfig,
    VmStatus,
};
use serde_json::Value;
use std::fmt::Display;

/// A VM at the node where it is believed to be. Cheap to clone.
#[derive(Clone)]
pub struct VmApi {
    pub(super) cluster: Cluster,
    pub(super) node: NodeName,
    pub(super) vmid: Vmid,
}

/// A clone to be made. `Default` is a linked clone without a name.
#[derive(Clone, Debug, Default)]
pub struct CloneRequest {
    /// Its name.
    pub name: Option<String>,
    /// Its notes, where the owner's mark goes. They are visible only once the clone is complete.
    pub description: Option<String>,
    /// Whether every disk is copied. Otherwise it stays linked to the template.
    pub full: bool,
    /// Where the disks go; only for full clones.
    pub storage: Option<StorageId>,
    /// The disks' format; only for full clones.
    pub format: Option<String>,
    /// The pool it joins.
    pub pool: Option<String>,
}

/// A migration to be made.
#[derive(Clone, Debug)]
pub struct Migration {
    /// The node it goes to.
    pub target: NodeName,
    /// Whether it keeps running meanwhile.
    pub online: bool,
    /// Whether disks on local storages go with it.
    pub with_local_disks: bool,
    /// The storage its disks go to.
    pub target_storage: Option<StorageId>,
}

impl Cluster {
    /// A VM's calls, asked at this node.
    pub fn vm(&self, node: &NodeName, vmid: Vmid) -> VmApi {
        VmApi {
            cluster: self.clone(),
            node: node.clone(),
            vmid,
        }
    }
}

impl VmApi {
    pub(super) fn path(&self, rest: &[&dyn Display]) -> String {
        vm_path(&self.node, self.vmid, rest)
    }

    pub(super) fn named(&self, verb: &str) -> String {
        format!("{verb} VM {} on {}", self.vmid, self.node)
    }

    /// The config with what waits for the next start.
    pub async fn config(&self) -> Result<VmConfig, PveError> {
        let call = Call::new(
            Get,
            self.path(&[&"config"]),
            self.named("read the config of"),
        );
        self.read_config(call).await
    }

    async fn read_config(&self, call: Call) -> Result<VmConfig, PveError> {
        self.cluster.read(call, VmConfig::parse).await
    }

    /// How it stands.
    pub async fn status(&self) -> Result<VmStatus, PveError> {
        let path = self.path(&[&"status", &"current"]);
        let call = Call::new(Get, path, self.named("read the status of"));
        let read = |data: &Value| VmStatus::parse(data, self.vmid);
        self.cluster.read(call, read).await
    }

    /// Every key, with what the next start will change.
    pub async fn pending(&self) -> Result<Vec<PendingEntry>, PveError> {
        let path = self.path(&[&"pending"]);
        let call = Call::new(Get, path, self.named("read the pending changes of"));
        self.cluster.read(call, PendingEntry::parse_list).await
    }

    /// Changes the config at once (`PUT`). For what is quick: a change that allocates or moves data can outlast the
    /// 30 s after which pveproxy gives up.
    pub async fn set_config(&self, change: &Change) -> Result<(), PveError> {
        let call = Call::new(
            Put,
            self.path(&[&"config"]),
            self.named("change the config of"),
        );
        self.cluster
            .call(call.params(change.params()))
            .await
            .map(drop)
    }

    /// Changes the config as a task (`POST`). Without a task id the change is done already.
    pub async fn set_config_task(&self, change: &Change) -> Result<Option<Upid>, PveError> {
        let call = Call::new(
            Post,
            self.path(&[&"config"]),
            self.named("change the config of"),
        );
        let call = call.params(change.params());
        maybe_upid(&call.clone(), &self.cluster.call(call).await?)
    }

    /// Clones this VM to a number, on this node. The task's id names this VM, not the new one.
    pub async fn clone_to(&self, new: Vmid, clone: &CloneRequest) -> Result<Upid, PveError> {
        let what = format!("clone template {} on {} to VM {new}", self.vmid, self.node);
        let params = Params::new()
            .with("newid", new)
            .maybe("name", clone.name.as_ref())
            .maybe("description", clone.description.as_ref())
            .flag("full", clone.full)
            .maybe("storage", clone.storage.as_ref())
            .maybe("format", clone.format.as_ref())
            .maybe("pool", clone.pool.as_ref());
        let call = Call::new(Post, self.path(&[&"clone"]), what).params(params);
        upid(&call.clone(), &self.cluster.call(call).await?)
    }

    /// Migrates it.
    pub async fn migrate(&self, migration: &Migration) -> Result<Upid, PveError> {
        let what = format!("{} to {}", self.named("migrate"), migration.target);
        let on = |flag: bool| flag.then_some(1);
        let params = Params::new()
            .with("target", &migration.target)
            .maybe("online", on(migration.online))
            .maybe("with-local-disks", on(migration.with_local_disks))
            .maybe("targetstorage", migration.target_storage.as_ref());
        let call = Call::new(Post, self.path(&[&"migrate"]), what).params(params);
        upid(&call.clone(), &self.cluster.call(call).await?)
    }

    /// Grows a disk to a size. The size is absolute, so that a repeated call grows nothing twice; a smaller one fails
    /// in the task. Older releases do it without a task.
    pub async fn resize(
        &self,
        slot: DiskSlot,
        size: Size,
        digest: Option<&str>,
    ) -> Result<Option<Upid>, PveError> {
        let what = format!(
            "resize {slot} of VM {} on {} to {size}",
            self.vmid, self.node
        );
        let params = Params::new()
            .with("disk", slot)
            .with("size", size)
            .maybe("digest", digest);
        let call = Call::new(Put, self.path(&[&"resize"]), what).params(params);
        maybe_upid(&call.clone(), &self.cluster.call(call).await?)
    }

    /// Moves a disk to a storage; `delete` removes the old volume afterwards instead of leaving it as `unusedN`.
    pub async fn move_disk(
        &self,
        slot: DiskSlot,
        storage: &StorageId,
        delete: bool,
    ) -> Result<Upid, PveError> {
        let what = format!(
            "move {slot} of VM {} on {} to {storage}",
            self.vmid, self.node
        );
        let params = Params::new()
            .with("disk", slot)
            .with("storage", storage)
            .flag("delete", delete);
        let call = Call::new(Post, self.path(&[&"move_disk"]), what).params(params);
        upid(&call.clone(), &self.cluster.call(call).await?)
    }

    /// Takes disks off, by their keys (`scsi1`, `unused0`); with `force` their volumes are removed for good, else they
    /// stay as `unusedN`. Done when it returns.
    pub async fn unlink(&self, keys: &[String], force: bool) -> Result<(), PveError> {
        let what = format!(
            "remove {} of VM {} on {}",
            keys.join(", "),
            self.vmid,
            self.node
        );
        let params = Params::new()
            .with("idlist", keys.join(","))
            .flag("force", force);
        let call = Call::new(Put, self.path(&[&"unlink"]), what).params(params);
        self.cluster.call(call).await.map(drop)
    }

    /// Removes it. `purge` also takes it out of backup jobs, replication and HA; `unreferenced` also removes volumes
    /// of its number that its config does not name.
    pub async fn remove(&self, purge: bool, unreferenced: bool) -> Result<Upid, PveError> {
        let on = |flag: bool| flag.then_some(1);
        let params = Params::new()
            .maybe("purge", on(purge))
            .maybe("destroy-unreferenced-disks", on(unreferenced));
        let call = Call::new(Delete, self.path(&[]), self.named("remove")).params(params);
        upid(&call.clone(), &self.cluster.call(call).await?)
    }

    /// Its history, averages.
    pub async fn rrddata(&self, timeframe: Timeframe) -> Result<Vec<RrdPoint>, PveError> {
        let call = Call::new(
            Get,
            self.path(&[&"rrddata"]),
            self.named("read the history of"),
        );
        let params = Params::new()
            .with("timeframe", timeframe.as_str())
            .with("cf", "AVERAGE");
        self.cluster
            .read(call.params(params), RrdPoint::parse_list)
            .await
    }
}
