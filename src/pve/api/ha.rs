//! High availability of VMs.

use crate::model::Vmid;
use crate::net::Method::{Delete, Get, Post, Put};
use crate::pve::lenient::{self, Fields, Misshapen};
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

impl HaResource {
    fn parse(fields: Fields<'_>) -> Result<Option<Self>, Misshapen> {
        let sid = fields.due_text("sid")?;
        let number = sid.strip_prefix("vm:").and_then(|text| text.parse().ok());
        let Some(vmid) = number.and_then(Vmid::new) else {
            return Ok(None);
        };
        // HA's default where no state is written.
        let state = fields.maybe_text("state")?;
        Ok(Some(Self {
            vmid,
            state: state.unwrap_or_else(|| "started".to_owned()),
            group: fields.text("group"),
        }))
    }
}

impl Cluster {
    /// Every VM that HA manages; containers are left out.
    pub async fn ha_resources(&self) -> Result<Vec<HaResource>, PveError> {
        let call = Call::new(
            Get,
            path(&[&"cluster", &"ha", &"resources"]),
            "list the HA resources",
        );
        self.read(call, |data| lenient::each(data, HaResource::parse))
            .await
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
