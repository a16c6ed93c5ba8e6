//! High availability of VMs.

use crate::model::Vmid;
use crate::net::Method::{Delete, Get, Post, Put};
use crate::pve::lenient::{self, Fields};
use crate::pve::request::{Call, path};
use crate::pve::{Cluster, Kind, Params, PveError};

/// A VM that HA manages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HaResource {
    /// The VM.
    pub vmid: Vmid,
    /// What is wanted of it: `started`, `stopped`, `disabled`, `ignored`.
    pub state: String,
    /// Its group, in releases that have groups (before 9).
    pub group: Option<String>,
}

impl Cluster {
    /// Every VM that HA manages; containers are left out.
    pub async fn ha_resources(&self) -> Result<Vec<HaResource>, PveError> {
        let call = Call::new(
            Get,
            path(&[&"cluster", &"ha", &"resources"]),
            "list the HA resources",
        );
        let data = self.call(call).await?;
        let read = |entry| {
            let fields = Fields::of(entry);
            let vmid = fields
                .text("sid")?
                .strip_prefix("vm:")?
                .parse()
                .ok()
                .and_then(Vmid::new)?;
            // HA's default where no state is written.
            let state = fields.text("state").unwrap_or_else(|| "started".to_owned());
            Some(HaResource {
                vmid,
                state,
                group: fields.text("group"),
            })
        };
        Ok(lenient::entries(&data).iter().filter_map(read).collect())
    }

    /// Puts a VM under HA.
    pub async fn add_ha(
        &self,
        vmid: Vmid,
        state: &str,
        group: Option<&str>,
    ) -> Result<(), PveError> {
        let call = Call::new(
            Post,
            path(&[&"cluster", &"ha", &"resources"]),
            format!("put VM {vmid} under HA"),
        );
        let params = Params::new()
            .with("sid", sid(vmid))
            .with("state", state)
            .maybe("group", group);
        self.call(call.params(params)).await.map(drop)
    }

    /// Says what HA shall do with a VM: `started`, `stopped`, `disabled`, `ignored`.
    pub async fn set_ha_state(&self, vmid: Vmid, state: &str) -> Result<(), PveError> {
        let path = path(&[&"cluster", &"ha", &"resources", &sid(vmid)]);
        let call = Call::new(
            Put,
            path,
            format!("set the HA state of VM {vmid} to {state}"),
        );
        self.call(call.params(Params::new().with("state", state)))
            .await
            .map(drop)
    }

    /// Takes a VM out of HA; one that is not under it is as good.
    pub async fn remove_ha(&self, vmid: Vmid) -> Result<(), PveError> {
        let path = path(&[&"cluster", &"ha", &"resources", &sid(vmid)]);
        match self
            .call(Call::new(Delete, path, format!("take VM {vmid} out of HA")))
            .await
        {
            Err(error) if error.kind != Kind::HaMissing => Err(error),
            _ => Ok(()),
        }
    }
}

fn sid(vmid: Vmid) -> String {
    format!("vm:{vmid}")
}
