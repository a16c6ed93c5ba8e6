//! The cluster a service's VM is on, and the one its server in WHMCS leads to: an admin may assign another server, or
//! have an entry point elsewhere. That a VM is absent from a cluster says nothing where it was never on it.

use super::address_release;
use crate::host::Transacted;
use crate::ipam::scope;
use crate::model::sentence::Arg;
use crate::model::{Failure, NodeName, Reason, Sentence, VmState, Vmid, say};
use crate::pve::cluster_name;
use crate::store::address::{self, AddressRow};
use crate::store::vm::VmRecord;
use crate::store::{StoreError, vmid};
use crate::vm::{SharedCluster, Standing, Vm};

/// Why the VM or the addresses of a service are on another cluster than this one, and what to do; `None`: they are not,
/// or the service has none.
pub fn elsewhere(record: &VmRecord, cluster: &SharedCluster) -> Option<Sentence> {
    if record.cluster.is_empty() || record.cluster == cluster.key {
        return None;
    }
    let (here, there) = (cluster_name(&cluster.key), cluster_name(&record.cluster));
    let (server, id) = (cluster.server, record.service);
    let there: Arg = match here == there {
        true => say::namesake(there).into(),
        false => there.into(),
    };
    Some(match record.vmid {
        Some(vmid) => say::vm_away(server, here, vmid, id, there),
        None => say::addresses_away(server, here, id, there),
    })
}

impl Vm {
    /// Whether the cluster at hand is the one to work on for this service.
    ///
    /// # Errors
    /// Also why it is not.
    pub async fn is_home(&self) -> Result<(), Failure> {
        self.moved_here().await.map(|_| ())
    }

    /// The same; the VMID and the addresses of a VM that was moved here are moved to this cluster's records too.
    pub async fn come_home(&mut self) -> Result<(), Failure> {
        match self.moved_here().await? {
            Some((number, node)) => self.settle_here(number, node).await,
            None => Ok(()),
        }
    }

    /// Where the VM stands here though its record names another cluster: somebody moved it, or the cluster got another
    /// name. `None`: the record names this one, or there is no VM to look for.
    async fn moved_here(&self) -> Result<Option<(Vmid, NodeName)>, Failure> {
        let Some(why) = elsewhere(&self.record, &self.cluster) else {
            return Ok(None);
        };
        let elsewhere = || Failure::person(why).because(Reason::Gone);
        let Some(number) = self.record.vmid else {
            // A new order takes other addresses, and one that ends gives its addresses back: neither needs the old cluster.
            let free = matches!(self.record.state, VmState::Creation | VmState::Terminate);
            return match free || self.addresses.is_empty() {
                true => Ok(None),
                false => Err(elsewhere()),
            };
        };
        let Some(node) = self.cluster.locate(number).await? else {
            return Err(elsewhere());
        };
        let config = self.cluster.api.vm(&node, number).config().await;
        match Standing::of(&config?, &self.record.mark) {
            Standing::Ours => Ok(Some((number, node))),
            Standing::Forming | Standing::Foreign => Err(elsewhere()),
        }
    }

    /// Writes the rows first and the record after them: if the process dies in between, the next one does both again.
    async fn settle_here(&mut self, number: Vmid, node: NodeName) -> Result<(), Failure> {
        let (key, service) = (self.cluster.key.clone(), self.record.service);
        let mut rows = vec![vmid::move_to(&self.record.cluster, &key, number, service)];
        for row in self.addresses.iter().chain(&self.leaving) {
            let vlan = u16::try_from(row.vlan).unwrap_or(0);
            rows.extend(row.move_to(&scope(&key, &row.bridge, vlan), service));
        }
        let moved = self.site.host.transact(rows).await;
        let here = cluster_name(&key).to_owned();
        match moved.map_err(StoreError::from)? {
            Transacted::Committed(_) => {}
            Transacted::Undone(_) | Transacted::Duplicate(_) => {
                return Err(Failure::person(format!(
                    "VM {number} of service {service} was moved to cluster {here}, where its VM ID or one of its addresses \
                     is another service's, or is kept back after one. Move it back, or free them there."
                )));
            }
        }
        let address::Holding { held, leaving } = address::all(&self.site.host, service).await?;
        (self.addresses, self.leaving) = (held, leaving);
        self.note(format!(
            "VM {number} is on cluster {here} now; following it"
        ));
        self.record.cluster = key;
        self.record.node = Some(node);
        self.keep().await
    }

    /// Gives up the addresses of another cluster, before a VM is made on this one.
    pub(super) async fn leave_elsewhere(&mut self) -> Result<(), Failure> {
        if self.record.vmid.is_some() {
            return Ok(());
        }
        let here = format!("{}|", self.cluster.key);
        let there = |row: &&AddressRow| !row.scope.starts_with(&here);
        let all = self.addresses.iter().chain(&self.leaving);
        let leave: Vec<AddressRow> = all.filter(there).cloned().collect();
        if leave.is_empty() {
            return Ok(());
        }
        self.addresses.retain(|row| !leave.contains(row));
        self.leaving.retain(|row| !leave.contains(row));
        address_release::give_up(self, &leave).await
    }
}
