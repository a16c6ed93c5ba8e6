//! What a cluster consists of: its nodes, guests and storages, as its lists tell them.

use super::lenient::{self, Fields, Misshapen};
use crate::model::{NodeName, StorageId, Vmid};
use serde_json::Value;

/// One entry of `/cluster/resources`.
#[derive(Clone, Debug, PartialEq)]
pub enum Resource {
    /// A VM or, where `kind` says so, a container.
    Guest(Guest),
    /// A node.
    Node(NodeUse),
    /// A storage as one node sees it.
    Storage(StorageUse),
}

/// A guest in the cluster's list. Counters are since its start.
#[derive(Clone, Debug, PartialEq)]
pub struct Guest {
    /// Its number.
    pub vmid: Vmid,
    /// Where it is.
    pub node: NodeName,
    /// `qemu` or `lxc`.
    pub kind: String,
    /// Its name; empty while its node is offline.
    pub name: String,
    /// `running`, `stopped`, `unknown` (its node is offline).
    pub status: String,
    /// Its tags, separated by `;`.
    pub tags: String,
    /// Its lock, in releases that tell it here.
    pub lock: Option<String>,
    /// Whether it is a template.
    pub template: bool,
    /// Seconds since its start.
    pub uptime: u64,
    /// Share of its cores in use, 0 to 1.
    pub cpu: f64,
    /// Cores.
    pub maxcpu: u64,
    /// Memory in use, bytes.
    pub mem: u64,
    /// Memory at most, bytes.
    pub maxmem: u64,
    /// Size of the boot disk, bytes.
    pub maxdisk: u64,
    /// Bytes received by the guest.
    pub netin: u64,
    /// Bytes sent by the guest.
    pub netout: u64,
    /// Bytes read.
    pub diskread: u64,
    /// Bytes written.
    pub diskwrite: u64,
}

/// A node in a list.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeUse {
    /// Its name.
    pub node: NodeName,
    /// Whether it is online.
    pub online: bool,
    /// Share of its cores in use, 0 to 1.
    pub cpu: f64,
    /// Cores.
    pub maxcpu: u64,
    /// Memory in use, bytes.
    pub mem: u64,
    /// Memory, bytes.
    pub maxmem: u64,
    /// Seconds since its start.
    pub uptime: u64,
    /// SHA-256 of its certificate, in `/nodes` only.
    pub fingerprint: Option<String>,
    /// Its state in HA, in the cluster's list of releases from 8 on: `online`, `maintenance` …; empty: not told.
    pub hastate: String,
}

/// A storage as a node sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct StorageUse {
    /// Its name.
    pub storage: StorageId,
    /// The node; empty in a node's own list.
    pub node: NodeName,
    /// Its type: `dir`, `lvmthin`, `zfspool`, `nfs`, `pbs` …
    pub kind: String,
    /// What it may hold: `images`, `iso`, `backup` …
    pub content: Vec<String>,
    /// Whether every node sees the same one.
    pub shared: bool,
    /// Whether it can be used now.
    pub active: bool,
    /// Whether it is enabled in its definition.
    pub enabled: bool,
    /// Bytes in use.
    pub used: u64,
    /// Bytes in all.
    pub total: u64,
    /// Bytes free; where the list does not tell, what is left of `total`.
    pub avail: u64,
}

impl Resource {
    /// Reads `/cluster/resources`; kinds that we do not use (pools, SDN) are left out.
    pub(super) fn parse_list(data: &Value) -> Result<Vec<Self>, Misshapen> {
        lenient::each(data, |fields| {
            Ok(match fields.due_text("type")?.as_str() {
                "qemu" | "lxc" => Some(Self::Guest(Guest::parse(fields)?)),
                "node" => Some(Self::Node(NodeUse::parse(fields)?)),
                "storage" => Some(Self::Storage(StorageUse::parse(fields)?)),
                _ => None,
            })
        })
    }

    /// The guest, where it is one.
    pub fn guest(&self) -> Option<&Guest> {
        if let Self::Guest(guest) = self {
            Some(guest)
        } else {
            None
        }
    }

    /// The node, where it is one.
    pub fn node(&self) -> Option<&NodeUse> {
        if let Self::Node(node) = self {
            Some(node)
        } else {
            None
        }
    }

    /// The storage, where it is one.
    pub fn storage(&self) -> Option<&StorageUse> {
        if let Self::Storage(storage) = self {
            Some(storage)
        } else {
            None
        }
    }
}

impl Guest {
    fn parse(fields: Fields<'_>) -> Result<Self, Misshapen> {
        let vmid = Vmid::new(fields.due_whole("vmid")?);
        Ok(Self {
            vmid: vmid.ok_or_else(|| Misshapen::due("a VM number"))?,
            node: NodeName(fields.due_text("node")?),
            kind: fields.due_text("type")?,
            name: fields.text_or_empty("name"),
            status: fields.due_text("status")?,
            tags: fields.maybe_text("tags")?.unwrap_or_default(),
            lock: fields.maybe_text("lock")?,
            template: fields.maybe_flag("template")?,
            uptime: fields.whole_or_zero("uptime"),
            cpu: fields.real("cpu").unwrap_or(0.0),
            maxcpu: fields.whole_or_zero("maxcpu"),
            mem: fields.whole_or_zero("mem"),
            maxmem: fields.whole_or_zero("maxmem"),
            maxdisk: fields.whole_or_zero("maxdisk"),
            netin: fields.whole_or_zero("netin"),
            netout: fields.whole_or_zero("netout"),
            diskread: fields.whole_or_zero("diskread"),
            diskwrite: fields.whole_or_zero("diskwrite"),
        })
    }

    /// Whether it is a VM and not a container.
    pub fn is_vm(&self) -> bool {
        self.kind == "qemu"
    }
}

impl NodeUse {
    pub(super) fn parse(fields: Fields<'_>) -> Result<Self, Misshapen> {
        Ok(Self {
            node: NodeName(fields.due_text("node")?),
            online: fields.maybe_text("status")?.as_deref() == Some("online"),
            cpu: fields.real("cpu").unwrap_or(0.0),
            maxcpu: fields.whole_or_zero("maxcpu"),
            mem: fields.whole_or_zero("mem"),
            maxmem: fields.whole_or_zero("maxmem"),
            uptime: fields.whole_or_zero("uptime"),
            fingerprint: fields.text("ssl_fingerprint"),
            hastate: fields.text_or_empty("hastate"),
        })
    }

    /// Whether HA is emptying it, or keeps it empty: it is about to be rebooted.
    pub fn in_maintenance(&self) -> bool {
        self.hastate == "maintenance"
    }

    /// Free memory, bytes.
    pub fn free_memory(&self) -> u64 {
        self.maxmem.saturating_sub(self.mem)
    }
}

impl StorageUse {
    pub(super) fn parse(fields: Fields<'_>) -> Result<Self, Misshapen> {
        let content = fields.text_or_empty("content");
        // The cluster's list says disk/maxdisk/plugintype where a node's says used/total/type.
        let used = fields.whole("used").unwrap_or(fields.whole_or_zero("disk"));
        let total = fields
            .whole("total")
            .unwrap_or(fields.whole_or_zero("maxdisk"));
        let by_status = fields
            .text("status")
            .is_some_and(|status| status == "available");
        Ok(Self {
            storage: StorageId(fields.due_text("storage")?),
            node: NodeName(fields.text_or_empty("node")),
            kind: fields
                .text("plugintype")
                .unwrap_or_else(|| fields.text_or_empty("type")),
            content: content
                .split(',')
                .filter(|c| !c.is_empty())
                .map(str::to_owned)
                .collect(),
            shared: fields.is_set("shared"),
            active: fields.flag("active").unwrap_or(by_status),
            enabled: fields.flag("enabled").unwrap_or(true),
            used,
            total,
            avail: fields.whole("avail").unwrap_or(total.saturating_sub(used)),
        })
    }

    /// Whether it may hold this kind of content.
    pub fn holds(&self, content: &str) -> bool {
        self.content.iter().any(|kind| kind == content)
    }
}

/// `/cluster/status`.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct ClusterStatus {
    /// The cluster's name; of a node that is in none, its own.
    pub name: String,
    /// Whether writes are possible. A node that is in no cluster always has quorum.
    pub quorate: bool,
    /// Every member.
    pub nodes: Vec<Member>,
}

/// A cluster's member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its name.
    pub node: NodeName,
    /// Whether it is online.
    pub online: bool,
    /// Whether it is the one that answered.
    pub local: bool,
    /// Its address in the cluster's network.
    pub ip: Option<String>,
}

impl ClusterStatus {
    /// Reads the answer's `data`. There is a node in every cluster, the one that answers at least.
    pub(super) fn parse(data: &Value) -> Result<Self, Misshapen> {
        let mut status = Self {
            quorate: true,
            ..Self::default()
        };
        for entry in lenient::list(data)? {
            let fields = Fields::object(entry)?;
            match fields.due_text("type")?.as_str() {
                "cluster" => {
                    status.name = fields.due_text("name")?;
                    status.quorate = fields.due_flag("quorate")?;
                }
                "node" => status.nodes.push(Member {
                    node: NodeName(fields.due_text("name")?),
                    online: fields.maybe_flag("online")?,
                    local: fields.maybe_flag("local")?,
                    ip: fields.text("ip"),
                }),
                _ => {}
            }
        }
        match &status.nodes[..] {
            [] => return Err(Misshapen::due("a node of the cluster")),
            [only] if status.name.is_empty() => status.name = only.node.to_string(),
            _ => {}
        }
        Ok(status)
    }

    /// The member that answered.
    pub fn local(&self) -> Option<&NodeName> {
        self.nodes
            .iter()
            .find(|member| member.local)
            .map(|member| &member.node)
    }
}
