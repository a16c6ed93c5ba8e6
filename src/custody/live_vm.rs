//! A service's VM as it is this moment.

use super::LoadedService;
use crate::model::{NodeName, Sentence, Vmid, say};
use crate::pve::{Power, PveError, VmConfig, VmStatus};
use crate::site::Site;
use crate::steps::elsewhere;
use crate::store::vm::VmRecord;
use crate::vm::{SharedCluster, Standing, occupied};
use futures_util::future::join;

/// A VM as one look showed it.
#[derive(Clone, Debug)]
pub struct Sight {
    /// The node it is on.
    pub node: NodeName,
    /// How it runs.
    pub status: VmStatus,
    /// How it is made.
    pub config: VmConfig,
}

/// What was read of a VM: nothing where it has none yet, or why it could not be read.
#[derive(Clone, Debug)]
pub enum Live {
    /// Nobody asked: the page is drawn from the database, and its first look asks.
    Unasked,
    /// No VM was made yet, or it is gone.
    None,
    /// As Proxmox has it.
    Read(Box<Sight>),
    /// A good answer says that no node of the cluster has it.
    Nowhere(Sentence),
    /// A good answer says that it is elsewhere, or that what is there is not the service's.
    Gone(Sentence),
    /// It could not be read.
    Failed(Sentence),
}

impl Live {
    /// Before anybody asked: a service without a VM needs no asking.
    pub fn unasked(record: &VmRecord) -> Self {
        match (&record.vmid, &record.node) {
            (Some(_), Some(_)) => Self::Unasked,
            _ => Self::None,
        }
    }

    /// Reads status and configuration side by side: one round trip.
    pub async fn read(site: &Site, loaded: &LoadedService) -> Self {
        if matches!(Self::unasked(&loaded.record), Self::None) {
            return Self::None;
        }
        match loaded.cluster(site).await {
            Ok(cluster) => Self::read_on(&cluster, &loaded.record).await,
            Err(failure) => Self::Failed(Sentence::foreign(failure.text)),
        }
    }

    /// The same on a cluster that is open.
    pub(super) async fn read_on(cluster: &SharedCluster, record: &VmRecord) -> Self {
        let (Some(vmid), Some(node)) = (record.vmid, &record.node) else {
            return Self::None;
        };
        match sight(cluster, node, vmid).await {
            Ok(sight) => Self::of(record, cluster, vmid, sight),
            Err(error) if error.is_missing(vmid) => match cluster.locate(vmid).await {
                // It moved: the cron will note where to, the page shows it at once.
                Ok(Some(node)) => match sight(cluster, &node, vmid).await {
                    Ok(sight) => Self::of(record, cluster, vmid, sight),
                    Err(error) => Self::failed(&error),
                },
                Ok(None) => match elsewhere(record, cluster) {
                    Some(where_else) => Self::Gone(where_else),
                    None => Self::Nowhere(say::lost_vm(vmid)),
                },
                Err(error) => Self::failed(&error),
            },
            Err(error) => Self::failed(&error),
        }
    }

    fn failed(error: &PveError) -> Self {
        Self::Failed(Sentence::of(error))
    }

    /// What was read, unless it is somebody else's: that is nobody's business here.
    fn of(record: &VmRecord, cluster: &SharedCluster, vmid: Vmid, sight: Sight) -> Self {
        match Standing::of(&sight.config, &record.mark) {
            Standing::Foreign => Self::Gone(
                elsewhere(record, cluster)
                    .unwrap_or_else(|| occupied(vmid, &sight.node, &sight.config)),
            ),
            Standing::Ours | Standing::Forming => Self::Read(Box::new(sight)),
        }
    }

    /// How it stands; `None`: that is not known.
    pub fn stands(&self) -> Option<Power> {
        match self {
            Self::Read(read) => Some(read.status.power()),
            Self::Unasked | Self::None | Self::Nowhere(_) | Self::Gone(_) | Self::Failed(_) => None,
        }
    }

    /// The lock in the way of every action. That of a VM that hibernates is none: starting it takes it off.
    pub fn lock(&self) -> Option<&str> {
        match self {
            Self::Read(read) => {
                let lock = read.status.lock.as_deref();
                lock.or(read.config.lock.as_deref())
                    .filter(|_| read.status.power() != Power::Hibernated)
            }
            Self::Unasked | Self::None | Self::Nowhere(_) | Self::Gone(_) | Self::Failed(_) => None,
        }
    }

    /// Why nothing could be read.
    pub fn error(&self) -> Option<&Sentence> {
        match self {
            Self::Failed(text) | Self::Nowhere(text) | Self::Gone(text) => Some(text),
            Self::Unasked | Self::None | Self::Read(_) => None,
        }
    }

    /// Whether it is sure that no node has it.
    pub fn is_nowhere(&self) -> bool {
        matches!(self, Self::Nowhere(_))
    }

    /// Whether the VM is known as it is now, or why not.
    pub fn was_asked(&self) -> bool {
        !matches!(self, Self::Unasked)
    }
}

async fn sight(cluster: &SharedCluster, node: &NodeName, vmid: Vmid) -> Result<Sight, PveError> {
    let guest = cluster.api.vm(node, vmid);
    let (status, config) = join(guest.status(), guest.config()).await;
    // That of the status first: both say the same where the VM is not there.
    let (status, config) = (status?, config?);
    Ok(Sight {
        node: node.clone(),
        status,
        config,
    })
}
