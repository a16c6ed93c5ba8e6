//! Who the cluster is, and where its guests are.

use super::ResourceKind;
use crate::model::{NodeName, Vmid};
use crate::net::Method::Get;
use crate::pve::lenient::{self, Fields, Misshapen};
use crate::pve::request::{Call, node_path};
use crate::pve::{
    Auth, Class, Cluster, Delivery, Failed, Kind, PveError, Resource, TaskEntry, TaskFilter,
};
use serde_json::Value;

/// How many hexadecimal digits of the fingerprint are in a cluster's key.
const PRINT: usize = 16;

/// The name in a cluster's key: what stands before the start of its fingerprint.
pub fn cluster_name(key: &str) -> &str {
    key.rsplit_once('-').map_or(key, |(name, _)| name)
}

/// The start of the authority's fingerprint in a cluster's key; `None` where its node did not show one.
pub fn cluster_authority(key: &str) -> Option<&str> {
    let (_, print) = key.rsplit_once('-')?;
    (print.len() == PRINT && print.bytes().all(|b| b.is_ascii_hexdigit())).then_some(print)
}

impl Cluster {
    /// What tells this cluster from every other: its name (a single node's own name) and the beginning of its own
    /// authority's fingerprint, since two clusters may have one name.
    pub async fn identity(&self) -> Result<String, PveError> {
        let status = self.cluster_status().await?;
        let node = status
            .local()
            .cloned()
            .unwrap_or_else(|| NodeName(status.name.clone()));
        let path = node_path(&node, &[&"certificates", &"info"]);
        let call = Call::new(Get, path, format!("list the certificates of {node}"));
        let authority = match self.read(call, root_authority).await {
            Ok(authority) => Some(authority),
            // A node that refuses to list them still has its name.
            Err(error) if error.delivery == Delivery::Answered && error.class == Class::Fatal => {
                None
            }
            Err(error) => return Err(error),
        };
        let short: String = authority
            .unwrap_or_default()
            .chars()
            .filter(|c| *c != ':')
            .take(PRINT)
            .collect();
        let name = if status.name.is_empty() {
            node.0
        } else {
            status.name
        };
        Ok(if short.is_empty() {
            name
        } else {
            format!("{name}-{}", short.to_ascii_lowercase())
        })
    }

    /// The node a guest is on, looked up now. `None` only where a cluster with quorum neither lists it nor holds its
    /// number to be taken: the list leaves out what the credential may not see, the number's check does not.
    pub async fn locate(&self, vmid: Vmid) -> Result<Option<NodeName>, PveError> {
        // All kinds: a list of guests alone may be empty, one with the nodes never is.
        let resources = self.resources(ResourceKind::All).await?;
        let found = resources
            .iter()
            .filter_map(Resource::guest)
            .find(|guest| guest.vmid == vmid);
        if let Some(guest) = found {
            return Ok(Some(guest.node.clone()));
        }
        if self.cluster_status().await?.quorate {
            return if self.is_free(vmid).await? {
                Ok(None)
            } else {
                Err(self.own(unseen(vmid)))
            };
        }
        Err(self.own(PveError::new(Failed {
            what: format!("find VM {vmid}"),
            delivery: Delivery::Answered,
            class: Class::Tick,
            kind: Kind::NoQuorum,
            status: None,
            text: "the cluster has no quorum, so its list of guests proves nothing".to_owned(),
            fields: vec![],
            advice: "bring the cluster's nodes back".to_owned(),
            row: 28,
        })))
    }

    /// That no node has this guest, as an error.
    pub fn missing(&self, vmid: Vmid) -> PveError {
        PveError::new(Failed {
            what: format!("find VM {vmid}"),
            delivery: Delivery::Answered,
            class: Class::Fatal,
            kind: Kind::VmMissing(Some(vmid)),
            status: None,
            text: "no node of the cluster has it".to_owned(),
            fields: vec![],
            advice: "create it, or choose another".to_owned(),
            row: 39,
        })
    }

    /// Who we are in the UPIDs of our tasks: `user@realm`, or `user@realm!token`.
    pub fn user(&self) -> &str {
        match &self.spec().auth {
            Auth::Token { id, .. } => id,
            Auth::Password { user, .. } => user,
        }
    }

    /// Our own clones of a template that run on a node.
    pub async fn running_clones(
        &self,
        node: &NodeName,
        template: Vmid,
    ) -> Result<Vec<TaskEntry>, PveError> {
        let filter = TaskFilter {
            vmid: Some(template),
            kind: Some("qmclone".to_owned()),
            running_only: true,
            ..TaskFilter::default()
        };
        let tasks = self.node_tasks(node, &filter).await?;
        Ok(tasks
            .into_iter()
            .filter(|task| task.is_running() && task.upid.user == self.user())
            .collect())
    }
}

/// The fingerprint of the cluster's own authority, which signs the certificate of every node. A list without it is none: the
/// cluster would get another key, and its services would seem to be elsewhere.
fn root_authority(data: &Value) -> Result<String, Misshapen> {
    for entry in lenient::list(data)? {
        let fields = Fields::object(entry)?;
        if fields.due_text("filename")? == "pve-root-ca.pem" {
            return fields.due_text("fingerprint");
        }
    }
    Err(Misshapen::due("the certificate pve-root-ca.pem"))
}

/// The number is taken, but the list does not show by whom.
fn unseen(vmid: Vmid) -> PveError {
    PveError::new(Failed {
        what: format!("find VM {vmid}"),
        delivery: Delivery::Answered,
        class: Class::Fatal,
        kind: Kind::PermissionDenied {
            path: format!("/vms/{vmid}"),
            privilege: "VM.Audit".to_owned(),
        },
        status: None,
        text: "its number is taken, but the credential may not see it".to_owned(),
        fields: vec![],
        advice: format!("give the token a role with VM.Audit on /vms/{vmid}"),
        row: 14,
    })
}
