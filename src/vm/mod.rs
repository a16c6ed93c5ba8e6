//! What a step works on: one service, its record, its plan, its VM as observed.
//!
//! Here is also what every step needs of it and of its cluster, whatever the step is for: to act and watch the task, to wait
//! for a lock or for its turn, to tell whose a VM is, and to share with the other services of a tick what was read once.

pub mod census;
mod concurrency;
mod failure;
mod free_vmid;
pub(crate) mod lock;
mod module_log;
mod operate;
pub(crate) mod ownership;
mod pool_watermark;
mod shared_cluster;
mod task_watch;

pub use operate::Unfinished;
pub use ownership::{Standing, missing_room, occupied};
pub use shared_cluster::{SharedCluster, SharedClusters, Template, cluster_spec, deadlines};

use crate::engine::WaitBudget;
use crate::host::Statement;
use crate::limits::Work;
use crate::model::{Failure, FlowKey, NodeName, Skip, StepResult, Verdict, Vmid, chain};
use crate::plan::{Plan, Service};
use crate::pve::{self, Change, Kind, VmConfig, VmStatus};
use crate::site::Site;
use crate::store::address::{self, AddressRow, Holding};
use crate::store::vm::VmRecord;
use serde_json::json;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;

/// How many times a configuration write is tried again when somebody else wrote in between.
const REREADS: u32 = 3;

/// One service while a pass works on it.
pub struct Vm {
    /// The surroundings.
    pub site: Site,
    /// Its cluster, shared with the other services of the tick.
    pub cluster: Rc<SharedCluster>,
    /// Its row.
    pub record: VmRecord,
    /// What WHMCS says of it.
    pub service: Service,
    /// What was sold.
    pub plan: Plan,
    /// The addresses it holds, v4 first, the primary first.
    pub addresses: Vec<AddressRow>,
    /// Addresses that its package no longer has and that its guest may still use.
    pub leaving: Vec<AddressRow>,
    /// The name its leases and operations carry.
    pub holder: String,
    /// When its lease ends: no write is sent that could outlive it.
    pub lease_until: Instant,
    /// When the present step shall leave its task to the next pass.
    pub(crate) until: Instant,
    /// How long it may wait for permits.
    pub(crate) wait_budget: WaitBudget,
    /// How long the fastest task of the next kind of work took so far.
    pub(crate) usual: Option<Duration>,
    /// Held while this service uses only the database, so that the services before it reach Proxmox first.
    pub(crate) starting: RefCell<Option<OwnedSemaphorePermit>>,
    /// Its configuration as last read; forgotten with every write.
    pub(crate) observed: Option<VmConfig>,
    /// How it stood at the last look; forgotten with every write.
    pub(crate) seen: Option<VmStatus>,
    /// Whether the present step saw the service's mark on the VM.
    pub(crate) owned: bool,
    pub(crate) notes: Vec<String>,
    /// Backups that Proxmox protects, so that they stay when the service ends; as this pass saw them.
    pub(crate) kept_backups: Vec<String>,
    /// The key of the person's request that is being served; empty: none.
    pub(crate) request: String,
    /// The request's row, which is written together with the row of its operation.
    pub(crate) unwritten: Option<Statement>,
}

impl Vm {
    /// Gathers what a pass over `record` needs.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn gather(
        site: &Site,
        cluster: Rc<SharedCluster>,
        record: VmRecord,
        service: Service,
        plan: Plan,
        holder: &str,
        lease_until: Instant,
    ) -> Result<Self, Failure> {
        let Holding { held, leaving } = address::all(&site.host, record.service).await?;
        Ok(Self {
            site: site.clone(),
            cluster,
            record,
            service,
            plan,
            addresses: held,
            leaving,
            holder: holder.to_owned(),
            lease_until,
            until: lease_until,
            wait_budget: WaitBudget::until(lease_until),
            usual: None,
            starting: RefCell::default(),
            observed: None,
            seen: None,
            owned: false,
            notes: vec![],
            kept_backups: vec![],
            request: String::new(),
            unwritten: None,
        })
    }

    /// The VMID, which every step after the clone has.
    pub fn vmid(&self) -> Result<Vmid, Failure> {
        self.record
            .vmid
            .ok_or_else(|| Failure::person("The service has no VMID; redeploy it."))
    }

    /// The node the VM is on.
    pub fn node(&self) -> Result<NodeName, Failure> {
        self.record
            .node
            .clone()
            .ok_or_else(|| Failure::person("The VM's node is not known; redeploy it."))
    }

    /// The VM as Proxmox's API names it.
    pub fn guest(&self) -> Result<pve::VmApi, Failure> {
        self.has_started();
        Ok(self.cluster.api.vm(&self.node()?, self.vmid()?))
    }

    /// The template this service is installed from: the one chosen for it, else the product's.
    pub fn template(&self) -> Result<Vmid, Failure> {
        self.record.template.or(self.plan.template).ok_or_else(|| {
            Failure::person(
                "No OS template is chosen. Choose one on the product's tab Module Settings (without JavaScript: Other) or as the option Operating System.",
            )
            .caused_by(crate::model::Cause::Product(self.record.product.0))
        })
    }

    /// Sets how long a single operation outside a flow watches its task.
    pub fn watch_until(&mut self, until: Instant) {
        self.until = until;
    }

    /// Takes over what somebody has just read of the VM, so that the next step need not read it again.
    pub fn saw(&mut self, status: VmStatus, config: VmConfig) {
        self.seen = Some(status);
        self.observed = Some(config);
    }

    /// How it stood at the last look since the last write.
    pub fn last_seen(&self) -> Option<&VmStatus> {
        self.seen.as_ref()
    }

    /// Leaves a line for the log.
    pub fn note(&mut self, text: impl Into<String>) {
        self.notes.push(text.into());
    }

    /// The next service may begin: from here on this one waits for Proxmox, and leaves the database to the others.
    pub(crate) fn has_started(&self) {
        self.starting.borrow_mut().take();
    }

    /// Keeps the next service back until this one waits for Proxmox instead of the database.
    pub fn starts_with(&self, permit: Option<OwnedSemaphorePermit>) {
        *self.starting.borrow_mut() = permit;
    }

    /// Writes the row back without moving the state: what must not be forgotten before the next call.
    pub async fn keep(&mut self) -> Result<(), Failure> {
        let state = self.record.state;
        crate::store::vm::save(&self.site.host, &mut self.record, state, vec![]).await?;
        Ok(())
    }

    /// The configuration of the service's VM, read at most once between two writes. Follows a VM that moved to another
    /// node.
    ///
    /// # Errors
    /// Also when the VM at the service's number is somebody else's.
    pub async fn observe(&mut self) -> Result<VmConfig, Failure> {
        let config = self.peek().await?;
        match Standing::of(&config, &self.record.mark) {
            Standing::Ours => self.owned = true,
            Standing::Forming => {}
            Standing::Foreign => {
                self.observed = None;
                let text = ownership::occupied(self.vmid()?, &self.node()?, &config);
                return Err(Failure::person(text));
            }
        }
        Ok(config)
    }

    /// Sees to it that the VM at the service's number is the service's: it may be changed then.
    pub(crate) async fn prove(&mut self) -> Result<(), Failure> {
        if self.owned {
            return Ok(());
        }
        self.observe().await?;
        match self.owned {
            true => Ok(()),
            false => Err(Failure::retry(format!(
                "VM {} is still being made. Will retry.",
                self.vmid()?
            ))),
        }
    }

    /// The configuration of what stands at the service's number, whosever it is.
    pub(crate) async fn peek(&mut self) -> Result<VmConfig, Failure> {
        if let Some(config) = &self.observed {
            return Ok(config.clone());
        }
        let vmid = self.vmid()?;
        let config = match self.guest()?.config().await {
            Ok(config) => config,
            Err(error) if error.is_missing(vmid) => match self.cluster.locate(vmid).await? {
                Some(node) if Some(&node) != self.record.node.as_ref() => {
                    self.note(format!("VM {vmid} moved to {node}; following it"));
                    self.record.node = Some(node);
                    self.keep().await?;
                    self.guest()?.config().await?
                }
                Some(_) => return Err(Failure::retry(format!("{}. Will retry.", chain(&error)))),
                None => {
                    return Err(Failure::person(format!(
                        "VM {vmid} is gone: no node of the cluster has it. Redeploy the service or restore the VM from a backup."
                    )));
                }
            },
            Err(error) => return Err(error.into()),
        };
        self.observed = Some(config.clone());
        Ok(config)
    }

    /// Brings the configuration to what `diff` asks for: reads, compares, writes with the digest read, and starts over
    /// when somebody wrote in between (`checksum mismatch`, PVE::QemuConfig).
    pub async fn reconcile(&mut self, diff: impl Fn(&Vm, &VmConfig) -> Change) -> StepResult {
        let mut tries = 0;
        loop {
            let config = self.observe().await?;
            lock::free(self, &config.lock).await?;
            let change = diff(self, &config);
            if change.is_empty() {
                return Ok(Verdict::Skipped(Skip::NoChange));
            }
            let guest = self.guest()?;
            let cluster = Rc::clone(&self.cluster);
            let permit = self
                .permit(Work::Configure, &[&pve::cluster_name(&cluster.key)])
                .await?;
            // No task of this work is watched.
            self.usual = None;
            self.may_write()?;
            let change = change.based_on(&config.digest);
            let written = guest.set_config(&change).await;
            self.observed = None;
            match written {
                Ok(()) => {
                    permit.went_well(&*self.site.clock);
                    self.foresee(config.after(&change));
                    return Ok(Verdict::Done);
                }
                Err(error) if error.kind == Kind::ChecksumMismatch && tries < REREADS => tries += 1,
                Err(error)
                    if matches!(error.kind, Kind::TagRefused(_))
                        && !self.cluster.tags_refused.get() =>
                {
                    self.note(format!("{}; going on without the tag", chain(&error)));
                    self.cluster.tags_refused.set(true);
                }
                Err(error) => match error.lock() {
                    Some(lock) => {
                        return lock::wait(self, lock).await;
                    }
                    None => {
                        // A VM's own lock says nothing of the cluster.
                        if error.kind != Kind::LockTimeout {
                            self.heed(&permit, &error);
                        }
                        return Err(error.into());
                    }
                },
            }
        }
    }

    /// Whether the VM is on its way to its owner, who cannot have touched it yet.
    pub(crate) fn installing(&self) -> bool {
        self.record.flow.is_some_and(FlowKey::installs)
    }

    /// Takes a configuration as observed that follows from the last one and our own write, which saves a read.
    ///
    /// Only while the VM is being installed: nobody else has any business with its configuration then. Later the next
    /// write is based on a configuration read anew, so that nothing an admin changed meanwhile is overwritten.
    pub(crate) fn foresee(&mut self, config: VmConfig) {
        // A new card's address is drawn by Proxmox.
        let known = config.net0().is_none_or(|card| card.mac().is_some());
        self.observed = Some(config).filter(|_| self.installing() && known);
    }

    /// Refuses a write that could outlive the lease: another machine may own the service by then.
    pub fn may_write(&self) -> Result<(), Failure> {
        if Instant::now() + self.cluster.api.deadlines().heavy > self.lease_until {
            return Err(Failure::retry(
                "This run's time is used up; the next one goes on.",
            ));
        }
        Ok(())
    }

    /// Puts an entry into WHMCS's activity log.
    pub async fn tell_admin(&self, text: &str) {
        let args = json!({"text": text, "client_id": self.service.client_id});
        // The activity log is a courtesy: the run log has the same, so its failure stops nothing.
        let _ = self.site.host.effect("log_activity", args).await;
    }
}
