//! The cluster as a whole: version, rights, members, resources, numbers, storages.

use crate::model::{NodeName, StorageId, Vmid};
use crate::net::Method::Get;
use crate::pve::lenient::{self, Fields, Misshapen};
use crate::pve::request::{Call, path};
use crate::pve::{
    Cluster, ClusterStatus, FirewallOptions, Kind, Params, PropertyString, PveError, Resource,
    Version,
};
use serde_json::Value;
use std::collections::BTreeMap;

/// Which entries of `/cluster/resources` to ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResourceKind {
    /// All of them, in one answer.
    All,
    /// VMs and containers.
    Vm,
}

/// Privileges by path, as they hold for the one who asks; with each whether it is handed down to the paths below.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Permissions(pub BTreeMap<String, BTreeMap<String, bool>>);

impl Permissions {
    fn parse(data: &Value) -> Result<Self, Misshapen> {
        let paths = Fields::object(data)?.iter().map(|(path, value)| {
            let privileges = Fields::object(value)?.iter();
            let held = privileges
                .map(|(name, value)| (name.clone(), lenient::flag(value).unwrap_or(false)));
            Ok((path.clone(), held.collect()))
        });
        Ok(Self(paths.collect::<Result<_, Misshapen>>()?))
    }

    /// Whether the privilege holds on the path: by the longest listed path that is the path or lies above it.
    pub fn has(&self, path: &str, privilege: &str) -> bool {
        let covers = |listed: &str| {
            listed == "/"
                || path == listed
                || path
                    .strip_prefix(listed)
                    .is_some_and(|rest| rest.starts_with('/'))
        };
        let nearest = self
            .0
            .iter()
            .filter(|(listed, _)| covers(listed))
            .max_by_key(|(listed, _)| listed.len());
        nearest.is_some_and(|(listed, privileges)| {
            privileges
                .get(privilege)
                .is_some_and(|handed_down| *handed_down || listed == path)
        })
    }
}

/// A storage's definition, the same for all nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StorageDefinition {
    /// Its name.
    pub storage: StorageId,
    /// `dir`, `lvmthin`, `zfspool`, `nfs`, `pbs` …
    pub kind: String,
    /// What it may hold.
    pub content: Vec<String>,
    /// Whether every node sees the same one.
    pub shared: bool,
    /// The nodes that have it; empty is all of them.
    pub nodes: Vec<NodeName>,
    /// Whether it is switched off.
    pub disabled: bool,
    /// `prune-backups` as written, such as `keep-last=3`; the old `maxfiles` is given in the same form.
    pub prune: Option<String>,
}

impl StorageDefinition {
    fn parse(fields: Fields<'_>) -> Result<Self, Misshapen> {
        let list = |name: &str| -> Vec<String> {
            let text = fields.text_or_empty(name);
            text.split(',')
                .map(str::trim)
                .filter(|word| !word.is_empty())
                .map(str::to_owned)
                .collect()
        };
        let kind = fields.text_or_empty("type");
        // Network storages are shared by their nature and do not say so.
        let by_nature = [
            "nfs",
            "cifs",
            "cephfs",
            "rbd",
            "glusterfs",
            "iscsi",
            "iscsidirect",
            "pbs",
            "zfs",
        ];
        Ok(Self {
            storage: StorageId(fields.due_text("storage")?),
            shared: fields
                .flag("shared")
                .unwrap_or(by_nature.contains(&kind.as_str())),
            kind,
            content: list("content"),
            nodes: list("nodes").into_iter().map(NodeName).collect(),
            disabled: fields.is_set("disable"),
            prune: fields.text("prune-backups").or_else(|| {
                fields
                    .text("maxfiles")
                    .map(|count| format!("keep-last={count}"))
            }),
        })
    }

    /// How many backups of one guest the storage keeps at least, where its rule says a number: `None` keeps all.
    pub fn kept_backups(&self) -> Option<u64> {
        let list = PropertyString::parse(self.prune.as_deref()?);
        if list.get("keep-all").is_some_and(|on| on != "0") {
            return None;
        }
        let counts = list
            .iter()
            .filter_map(|(_, count)| count.parse::<u64>().ok());
        Some(counts.sum()).filter(|sum| *sum > 0)
    }

    /// Whether a node has it.
    pub fn is_on(&self, node: &NodeName) -> bool {
        !self.disabled && (self.nodes.is_empty() || self.nodes.contains(node))
    }
}

/// The datacenter's firewall switch and policies.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct DatacenterFirewall {
    /// Without it no VM's firewall works.
    pub enabled: bool,
    /// `ACCEPT`, `DROP` or `REJECT`.
    pub policy_in: Option<String>,
    /// `ACCEPT`, `DROP` or `REJECT`.
    pub policy_out: Option<String>,
}

impl Cluster {
    /// The software's version; asked once and remembered.
    pub async fn version(&self) -> Result<Version, PveError> {
        if let Some(seen) = self.version_seen().get() {
            return Ok(seen.clone());
        }
        let call = Call::new(Get, path(&[&"version"]), "read the Proxmox version");
        let version = self.read(call, Version::parse).await?;
        Ok(self.version_seen().get_or_init(|| version).clone())
    }

    /// Whether there is a role of this name. Anybody who signs in may read that; where it cannot be read it is taken to be
    /// absent, as on a new cluster.
    pub async fn has_role(&self, name: &str) -> bool {
        let call = Call::new(Get, path(&[&"access", &"roles"]), "list the roles");
        let listed = self.call(call).await.unwrap_or_default();
        lenient::list(&listed)
            .unwrap_or_default()
            .iter()
            .any(|role| Fields::of(role).text("roleid").as_deref() == Some(name))
    }

    /// What the token or user in use may do.
    pub async fn permissions(&self) -> Result<Permissions, PveError> {
        let call = Call::new(
            Get,
            path(&[&"access", &"permissions"]),
            "read the token's permissions",
        );
        self.read(call, Permissions::parse).await
    }

    /// Name, quorum and members.
    pub async fn cluster_status(&self) -> Result<ClusterStatus, PveError> {
        let call = Call::new(
            Get,
            path(&[&"cluster", &"status"]),
            "read the cluster's status",
        );
        self.read(call, ClusterStatus::parse).await
    }

    /// Which tags a user without `Sys.Modify` on `/` may write (`user-tag-access`, since 7.3): `free`, `existing`, `list` or
    /// `none`. Older releases have no such rule, which is `free`. So it is said where the rule cannot be read: releases before
    /// 8 show the options only with `Sys.Audit` on `/`, and the first tag finds out by itself.
    pub async fn tag_rule(&self) -> Result<String, PveError> {
        let call = Call::new(
            Get,
            path(&[&"cluster", &"options"]),
            "read the datacenter's options",
        );
        // An object in the API's answer; the property string of datacenter.cfg where it is not taken apart.
        let allowed = |data: &Value| match Fields::object(data)?.get("user-tag-access") {
            None => Ok(None),
            Some(Value::String(text)) => Ok(PropertyString::parse(text)
                .get("user-allow")
                .map(str::to_owned)),
            Some(rule) => Fields::object(rule)?.maybe_text("user-allow"),
        };
        let allowed = match self.read(call, allowed).await {
            Err(error) if matches!(error.kind, Kind::PermissionDenied { .. }) => None,
            allowed => allowed?,
        };
        Ok(allowed.unwrap_or_else(|| "free".to_owned()))
    }

    /// Guests, nodes and storages of the whole cluster in one answer.
    pub async fn resources(&self, kind: ResourceKind) -> Result<Vec<Resource>, PveError> {
        // Every list of them has the nodes, whatever the credential may see; one without is no list of a cluster.
        let with_nodes = kind == ResourceKind::All;
        let kind = match kind {
            ResourceKind::All => None,
            ResourceKind::Vm => Some("vm"),
        };
        let call = Call::new(
            Get,
            path(&[&"cluster", &"resources"]),
            "list the cluster's resources",
        );
        let call = call.params(Params::new().maybe("type", kind));
        self.read(call, |data| {
            let found = Resource::parse_list(data)?;
            match with_nodes && !found.iter().any(|entry| entry.node().is_some()) {
                true => Err(Misshapen::due("a node of the cluster")),
                false => Ok(found),
            }
        })
        .await
    }

    /// Whether a number is free at this moment. It reserves nothing: somebody else may take it meanwhile.
    pub async fn is_free(&self, vmid: Vmid) -> Result<bool, PveError> {
        let call = Call::new(
            Get,
            path(&[&"cluster", &"nextid"]),
            format!("check whether VM number {vmid} is free"),
        );
        let call = call.params(Params::new().with("vmid", vmid));
        // Proxmox answers with the very number that is free: an empty answer does not make a VM gone.
        let named = |data: &Value| match lenient::whole(data) {
            Some(number) if Some(vmid) == Vmid::new(number) => Ok(()),
            _ => Err(Misshapen::due("the number asked about")),
        };
        match self.read(call, named).await {
            Ok(()) => Ok(true),
            Err(error) if error.kind == Kind::VmidTaken => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Every storage's definition.
    pub async fn storages(&self) -> Result<Vec<StorageDefinition>, PveError> {
        let call = Call::new(Get, path(&[&"storage"]), "list the storages");
        let each = |data: &_| lenient::each(data, |s| StorageDefinition::parse(s).map(Some));
        self.read(call, each).await
    }

    /// The datacenter's firewall.
    pub async fn datacenter_firewall(&self) -> Result<DatacenterFirewall, PveError> {
        let path = path(&[&"cluster", &"firewall", &"options"]);
        let call = Call::new(Get, path, "read the datacenter's firewall options");
        let options = self.read(call, FirewallOptions::parse).await?;
        Ok(DatacenterFirewall {
            enabled: options.enable.unwrap_or(false),
            policy_in: options.policy_in,
            policy_out: options.policy_out,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn privileges_are_handed_down_until_a_nearer_path_speaks() {
        let set = |words: &[(&str, bool)]| {
            words
                .iter()
                .map(|(w, on)| ((*w).to_owned(), *on))
                .collect::<BTreeMap<_, _>>()
        };
        let permissions = Permissions(BTreeMap::from([
            (
                "/".to_owned(),
                set(&[("VM.Audit", true), ("Sys.Audit", false)]),
            ),
            ("/vms/9000".to_owned(), set(&[("VM.Clone", true)])),
        ]));
        assert!(permissions.has("/vms/100", "VM.Audit"));
        assert!(permissions.has("/", "Sys.Audit") && !permissions.has("/nodes/pve", "Sys.Audit"));
        assert!(permissions.has("/vms/9000", "VM.Clone"));
        assert!(!permissions.has("/vms/9000", "VM.Audit"));
        assert!(!permissions.has("/vms/90001", "VM.Clone"));
    }

    #[test]
    fn a_storage_rule_tells_how_many_backups_it_keeps() {
        let kept = |extra: Value| {
            let mut entry = json!({"storage": "s", "type": "dir", "content": "backup,iso"});
            entry
                .as_object_mut()
                .unwrap()
                .extend(extra.as_object().unwrap().clone());
            StorageDefinition::parse(Fields::of(&entry))
                .unwrap()
                .kept_backups()
        };
        assert_eq!(kept(json!({"prune-backups": "keep-all=1"})), None);
        assert_eq!(
            kept(json!({"prune-backups": "keep-last=3,keep-weekly=2"})),
            Some(5)
        );
        assert_eq!(kept(json!({"maxfiles": 2})), Some(2));
        assert_eq!(kept(json!({"maxfiles": 0})), None);
        assert_eq!(kept(json!({})), None);
    }
}
