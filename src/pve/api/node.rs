//! One node: its state, its storages with what is on them, its bridges.

use super::task::maybe_upid;
use crate::model::{NodeName, StorageId, Vmid};
use crate::net::Method::{Delete, Get};
use crate::pve::deadline::Burden;
use crate::pve::lenient::{self, Fields};
use crate::pve::request::{Call, node_path};
use crate::pve::{Cluster, Params, PveError, StorageContent, Upid};

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
    /// What is on a storage.
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
