//! One node: how it stands, its storages and what lies on them, its bridges.

use super::task::maybe_upid;
use crate::model::{NodeName, StorageId, Vmid};
use crate::net::Method::{Delete, Get, Put};
use crate::pve::deadline::Burden;
use crate::pve::lenient::{self, Fields};
use crate::pve::request::{Call, node_path, path};
use crate::pve::{
    Cluster, NodeStatus, NodeUse, Params, PveError, StorageContent, StorageUse, Upid,
};

/// A span of a VM's history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timeframe {
    /// A point a minute.
    Hour,
    /// A point in half an hour.
    Day,
    /// A point in three hours.
    Week,
    /// A point in twelve hours.
    Month,
    /// A point in a week.
    Year,
}

impl Timeframe {
    /// Proxmox's word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }
}

/// Which volumes of a storage to list.
#[derive(Clone, Debug, Default)]
pub struct WhichContent {
    /// Only this kind: `images`, `iso`, `backup` …
    pub content: Option<String>,
    /// Only this guest's.
    pub vmid: Option<Vmid>,
}

impl WhichContent {
    /// A guest's backups.
    pub fn backups_of(vmid: Vmid) -> Self {
        Self {
            content: Some("backup".to_owned()),
            vmid: Some(vmid),
        }
    }

    /// All of one kind.
    pub fn kind(content: &str) -> Self {
        Self {
            content: Some(content.to_owned()),
            vmid: None,
        }
    }
}

impl Cluster {
    /// The nodes.
    pub async fn nodes(&self) -> Result<Vec<NodeUse>, PveError> {
        let call = Call::new(Get, path(&[&"nodes"]), "list the nodes");
        let each = |data: &_| lenient::each(data, |node| NodeUse::parse(node).map(Some));
        self.read(call, each).await
    }

    /// How a node stands.
    pub async fn node_status(&self, node: &NodeName) -> Result<NodeStatus, PveError> {
        let call = Call::new(
            Get,
            node_path(node, &[&"status"]),
            format!("read the status of {node}"),
        );
        self.read(call, NodeStatus::parse).await
    }

    /// The storages a node has.
    pub async fn node_storages(&self, node: &NodeName) -> Result<Vec<StorageUse>, PveError> {
        let call = Call::new(
            Get,
            node_path(node, &[&"storage"]),
            format!("list the storages of {node}"),
        );
        let on_node = |entry: Fields<'_>| {
            let node = node.clone();
            StorageUse::parse(entry).map(|s| Some(StorageUse { node, ..s }))
        };
        self.read(call.burden(Burden::StorageRead), |data| {
            lenient::each(data, on_node)
        })
        .await
    }

    /// What lies on a storage.
    pub async fn storage_content(
        &self,
        node: &NodeName,
        storage: &StorageId,
        which: &WhichContent,
    ) -> Result<Vec<StorageContent>, PveError> {
        let path = node_path(node, &[&"storage", storage, &"content"]);
        let params = Params::new()
            .maybe("content", which.content.as_ref())
            .maybe("vmid", which.vmid);
        let call =
            Call::new(Get, path, format!("list what lies on {storage} of {node}")).params(params);
        let call = call.burden(Burden::StorageRead);
        self.read(call, StorageContent::parse_list).await
    }

    /// Removes a volume: a backup, an ISO image. Without a task id it is gone already.
    pub async fn remove_content(
        &self,
        node: &NodeName,
        storage: &StorageId,
        volid: &str,
    ) -> Result<Option<Upid>, PveError> {
        let path = node_path(node, &[&"storage", storage, &"content", &volid]);
        let call = Call::new(Delete, path, format!("remove {volid} from {node}"));
        maybe_upid(&call.clone(), &self.call(call).await?)
    }

    /// Sets a backup's note.
    pub async fn set_content_notes(
        &self,
        node: &NodeName,
        storage: &StorageId,
        volid: &str,
        notes: &str,
    ) -> Result<(), PveError> {
        let path = node_path(node, &[&"storage", storage, &"content", &volid]);
        let call = Call::new(Put, path, format!("set the note of {volid} on {node}"));
        self.call(call.params(Params::new().with("notes", notes)))
            .await
            .map(drop)
    }

    /// The bridges of a node, virtual networks (SDN) included.
    pub async fn bridges(&self, node: &NodeName) -> Result<Vec<String>, PveError> {
        let call = Call::new(
            Get,
            node_path(node, &[&"network"]),
            format!("list the bridges of {node}"),
        );
        let call = call.params(Params::new().with("type", "any_bridge"));
        let names = |data: &_| lenient::each(data, |card| card.due_text("iface").map(Some));
        self.read(call, names).await
    }

    /// A node's clock, seconds since 1970. Needs `Sys.Audit` on the node.
    pub async fn node_time(&self, node: &NodeName) -> Result<u64, PveError> {
        let call = Call::new(
            Get,
            node_path(node, &[&"time"]),
            format!("read the clock of {node}"),
        );
        self.read(call, |data| Fields::object(data)?.due_whole("time"))
            .await
    }
}
