//! A VM's snapshots.

use super::VmApi;
use super::task::upid;
use crate::net::Method::{Delete, Get, Post};
use crate::pve::deadline::Burden;
use crate::pve::request::Call;
use crate::pve::{Params, PveError, Snapshot, Upid};

impl VmApi {
    /// Its snapshots, as Proxmox lists them.
    pub async fn snapshots(&self) -> Result<Vec<Snapshot>, PveError> {
        let path = self.path(&[&"snapshot"]);
        let call = Call::new(Get, path, self.named("list the snapshots of"));
        let call = call.burden(Burden::StorageRead);
        self.cluster.read(call, Snapshot::parse_list).await
    }

    /// Makes one; with `vmstate` the memory is saved too.
    pub async fn create_snapshot(
        &self,
        name: &str,
        description: &str,
        vmstate: bool,
    ) -> Result<Upid, PveError> {
        let params = Params::new()
            .with("snapname", name)
            .maybe(
                "description",
                (!description.is_empty()).then_some(description),
            )
            .flag("vmstate", vmstate);
        let what = format!("{}: snapshot {name}", self.named("take a snapshot of"));
        let call = Call::new(Post, self.path(&[&"snapshot"]), what).params(params);
        upid(&call.clone(), &self.cluster.call(call).await?)
    }

    /// Goes back to one.
    pub async fn rollback(&self, name: &str) -> Result<Upid, PveError> {
        let path = self.path(&[&"snapshot", &name, &"rollback"]);
        let call = Call::new(
            Post,
            path,
            format!("{} to snapshot {name}", self.named("roll back")),
        );
        upid(&call.clone(), &self.cluster.call(call).await?)
    }

    /// Removes one.
    pub async fn remove_snapshot(&self, name: &str) -> Result<Upid, PveError> {
        let path = self.path(&[&"snapshot", &name]);
        let what = format!(
            "remove snapshot {name} of VM {} on {}",
            self.vmid, self.node
        );
        let call = Call::new(Delete, path, what);
        upid(&call.clone(), &self.cluster.call(call).await?)
    }
}
