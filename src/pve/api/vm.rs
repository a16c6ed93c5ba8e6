//! One VM: config, clone, migration, disks, cloud-init, removal.

use super::Timeframe;
use super::task::{maybe_upid, upid};
use crate::model::{NodeName, StorageId, Vmid};
use crate::net::Method::{Delete, Get, Post, Put};
use crate::pve::deadline::Burden;
use crate::pve::lenient::{self, Fields, Misshapen};
use crate::pve::request::{Call, vm_path};
use crate::pve::{
    Change, Cluster, DiskSlot, Kind, Params, PendingEntry, PveError, RrdPoint, Size, Upid,
    VmConfig, VmStatus,
};
use serde_json::Value;
use std::fmt::Display;

/// A VM at the node where it is believed to be. Cheap to clone.
#[derive(Clone)]
pub struct Vm {
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
    /// Speed limit in KiB/s.
    pub bwlimit: Option<u64>,
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

/// What stands in the way of a migration, as Proxmox sees it beforehand.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct MigrationCheck {
    /// Whether the VM runs.
    pub running: bool,
    /// Nodes it may go to; told for stopped VMs only.
    pub allowed_nodes: Vec<NodeName>,
    /// Its disks on local storages.
    pub local_disks: Vec<LocalDisk>,
    /// Devices of the node that it uses.
    pub local_resources: Vec<String>,
}

/// A disk on a local storage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalDisk {
    /// Its volume.
    pub volid: String,
    /// Where it hangs, as written in the config.
    pub drive: String,
    /// Bytes.
    pub size: u64,
    /// Whether it is a CD-ROM; the cloud-init drive counts as one.
    pub cdrom: bool,
}

impl Cluster {
    /// A VM's calls, asked at this node.
    pub fn vm(&self, node: &NodeName, vmid: Vmid) -> Vm {
        Vm {
            cluster: self.clone(),
            node: node.clone(),
            vmid,
        }
    }
}

impl Vm {
    /// The node it is asked at.
    pub fn node(&self) -> &NodeName {
        &self.node
    }

    /// Its number.
    pub fn vmid(&self) -> Vmid {
        self.vmid
    }

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

    /// The config that the running guest has.
    pub async fn current_config(&self) -> Result<VmConfig, PveError> {
        let call = Call::new(
            Get,
            self.path(&[&"config"]),
            self.named("read the config of"),
        );
        let call = call.params(Params::new().flag("current", true));
        self.read_config(call).await
    }

    /// How it stands.
    pub async fn status(&self) -> Result<VmStatus, PveError> {
        let path = self.path(&[&"status", &"current"]);
        let call = Call::new(Get, path, self.named("read the status of"));
        self.cluster.read(call, VmStatus::parse).await
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
            .maybe("pool", clone.pool.as_ref())
            .maybe("bwlimit", clone.bwlimit);
        let call = Call::new(Post, self.path(&[&"clone"]), what).params(params);
        upid(&call.clone(), &self.cluster.call(call).await?)
    }

    /// What stands in the way of a migration, to this node or to any.
    pub async fn migration_check(
        &self,
        target: Option<&NodeName>,
    ) -> Result<MigrationCheck, PveError> {
        let path = self.path(&[&"migrate"]);
        let call = Call::new(Get, path, self.named("check the migration of"));
        let call = call
            .params(Params::new().maybe("target", target))
            .burden(Burden::StorageRead);
        self.cluster.read(call, MigrationCheck::parse).await
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

    /// Cloud-init values that its image does not hold yet.
    pub async fn cloudinit_pending(&self) -> Result<Vec<PendingEntry>, PveError> {
        let path = self.path(&[&"cloudinit"]);
        let call = Call::new(Get, path, self.named("read the cloud-init state of"));
        self.cluster.read(call, PendingEntry::parse_cloudinit).await
    }

    /// Writes the cloud-init image anew. False: this release (7.x) does so at each start of the VM and at no other time.
    pub async fn cloudinit_regenerate(&self) -> Result<bool, PveError> {
        let path = self.path(&[&"cloudinit"]);
        let call = Call::new(Put, path, self.named("regenerate the cloud-init image of"));
        match self.cluster.call(call).await {
            Ok(_) => Ok(true),
            Err(error) if error.kind == Kind::MethodUnknown => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// What the cloud-init image says: `user`, `network` or `meta`. `user` holds the password's hash.
    pub async fn cloudinit_dump(&self, kind: &str) -> Result<String, PveError> {
        let path = self.path(&[&"cloudinit", &"dump"]);
        let call = Call::new(Get, path, self.named("read the cloud-init image of"));
        let call = call.params(Params::new().with("type", kind));
        self.cluster.read(call, lenient::due_text).await
    }

    /// Whether its disks can do something: `snapshot`, `clone` (linked) or `copy` (full).
    pub async fn has_feature(&self, feature: &str) -> Result<bool, PveError> {
        let what = format!(
            "check whether VM {} on {} can {feature}",
            self.vmid, self.node
        );
        let call = Call::new(Get, self.path(&[&"feature"]), what).burden(Burden::StorageRead);
        let call = call.params(Params::new().with("feature", feature));
        let has = |data: &_| Fields::object(data)?.due_flag("hasFeature");
        self.cluster.read(call, has).await
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

impl MigrationCheck {
    fn parse(data: &Value) -> Result<Self, Misshapen> {
        let fields = Fields::object(data)?;
        let maybe = |name: &str| match fields.get(name) {
            Some(value) => lenient::texts(lenient::list(value)?),
            None => Ok(vec![]),
        };
        let disks = fields.due_list("local_disks")?.iter().map(|entry| {
            let fields = Fields::object(entry)?;
            Ok(LocalDisk {
                volid: fields.due_text("volid")?,
                drive: fields.text_or_empty("drivename"),
                size: fields.whole_or_zero("size"),
                cdrom: fields.maybe_flag("cdrom")?,
            })
        });
        Ok(Self {
            running: fields.maybe_flag("running")?,
            allowed_nodes: maybe("allowed_nodes")?.into_iter().map(NodeName).collect(),
            local_disks: disks.collect::<Result<_, Misshapen>>()?,
            local_resources: maybe("local_resources")?,
        })
    }
}
