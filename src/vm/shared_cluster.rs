//! A cluster as the services of one tick share it: what is read once serves all of them.

use super::module_log::module_log;
use super::pool_watermark::Watermarks;
use super::task_watch::{Pace, TaskWatch};
use crate::host::HostHandle;
use crate::limits::Limits;
use crate::model::{Cause, Failure, NodeName, Secret, ServerId, StorageId, Vmid, chain};
use crate::plan::ServerFields;
use crate::pve::{
    Cluster, ClusterSpec, Deadlines, PveError, Resource, ResourceKind, SpecError, VmConfig,
    cluster_authority,
};
use crate::site::Site;
use crate::store::setting::{self, Settings};
use crate::store::{StoreError, vm_list};
use sha2::{Digest, Sha256};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::time::Duration;
use tokio::sync::{Mutex, OnceCell};

/// A template as cloning needs to know it.
#[derive(Clone, Debug)]
pub struct Template {
    /// Its number.
    pub vmid: Vmid,
    /// The node it is on: clones are made there.
    pub node: NodeName,
    /// Its configuration.
    pub config: VmConfig,
}

/// Milliseconds before the first look at a task, unless the setting `task_look_ms` says otherwise. No page shows that
/// setting: it is for clusters whose time is not ours, such as a simulated one that runs ten times as fast.
const FIRST_LOOK_MS: u64 = 100;

/// A host name that resolves nowhere (RFC 2606) and a user that does not exist: a cluster that is never asked is made of them.
const NOWHERE: &str = "cluster.invalid";
const NOBODY: &str = "nobody@pve";

pub(crate) type Shared<T> = OnceCell<Result<T, PveError>>;

/// One cluster during one tick.
pub struct SharedCluster {
    /// The WHMCS server entry.
    pub server: ServerId,
    /// The client.
    pub api: Cluster,
    /// The cluster's key: two server entries may be one cluster.
    pub key: String,
    /// How much may be under way at once.
    pub limits: Limits,
    /// The tasks that are being watched.
    pub task_watch: TaskWatch,
    /// How far its pools were given out.
    pub watermarks: Watermarks,
    /// Whether the datacenter's options keep us from writing tags, as a first write showed.
    pub tags_refused: Cell<bool>,
    /// One service at a time chooses addresses, a VMID or a node, so that no two of a tick choose the same.
    pub choosing: Mutex<()>,
    resources: Shared<Rc<Vec<Resource>>>,
    templates: RefCell<BTreeMap<Vmid, Rc<Shared<Template>>>>,
    pub(crate) backups: RefCell<BTreeMap<StorageId, Rc<Shared<BTreeSet<Vmid>>>>>,
    promised: OnceCell<RefCell<BTreeMap<NodeName, u64>>>,
    pub(crate) numbers: RefCell<BTreeMap<Option<StorageId>, Rc<Numbers>>>,
}

/// The numbers that are not free, as a tick knows them.
pub(crate) type Numbers = OnceCell<RefCell<BTreeSet<Vmid>>>;

/// Where a server entry says its cluster is, and with what credentials.
///
/// # Errors
/// What is wrong with the entry.
pub fn cluster_spec(fields: &ServerFields) -> Result<ClusterSpec, SpecError> {
    ClusterSpec::from_server(
        &fields.hostname,
        &fields.ip,
        fields.port.unwrap_or(0),
        &fields.username,
        fields.password.clone(),
        &fields.access_hash,
    )
}

impl SharedCluster {
    /// Opens a server entry's cluster. Talks to it only when it was never identified before.
    ///
    /// # Errors
    /// When the entry's fields make no sense, or the cluster cannot be asked for its name.
    async fn open(
        site: &Site,
        server: ServerId,
        fields: &ServerFields,
        settings: &Settings,
        limits: Limits,
    ) -> Result<Rc<Self>, Failure> {
        let api = client(site, server, fields, settings).await?;
        let key = identity(site, server, fields, settings, &api).await?;
        Ok(Self::on(server, api, key, settings, limits))
    }

    /// The same without any question: `None` where only the cluster itself could tell which one it is.
    ///
    /// # Errors
    /// When the entry's fields make no sense.
    pub async fn remembered(
        site: &Site,
        server: ServerId,
        fields: &ServerFields,
        settings: &Settings,
        limits: Limits,
    ) -> Result<Option<Rc<Self>>, Failure> {
        let Some(key) = remembered(server, fields, settings) else {
            return Ok(None);
        };
        let api = client(site, server, fields, settings).await?;
        Ok(Some(Self::on(server, api, key, settings, limits)))
    }

    /// A cluster that is never asked: for the end of a service without a VM, which needs no server entry.
    ///
    /// # Errors
    /// None but of our own making.
    fn nowhere(site: &Site, server: ServerId, settings: &Settings) -> Result<Rc<Self>, Failure> {
        let spec = ClusterSpec::from_server(NOWHERE, "", 0, NOBODY, Secret::new("-"), "");
        let spec = spec.map_err(|error| Failure::retry(chain(&error)))?;
        let (transport, clock) = (Rc::clone(&site.transport), Rc::clone(&site.clock));
        let api = Cluster::new(spec, transport, clock).of(server);
        let (key, limits) = (String::new(), Limits::default());
        Ok(Self::on(server, api, key, settings, limits))
    }

    fn on(
        server: ServerId,
        api: Cluster,
        key: String,
        settings: &Settings,
        limits: Limits,
    ) -> Rc<Self> {
        let look = settings.number("task_look_ms", FIRST_LOOK_MS);
        Rc::new(Self {
            server,
            api,
            key,
            limits,
            task_watch: TaskWatch::new(Pace::of(Duration::from_millis(look.max(1)))),
            watermarks: Watermarks::default(),
            tags_refused: Cell::new(false),
            choosing: Mutex::new(()),
            resources: OnceCell::new(),
            templates: RefCell::default(),
            backups: RefCell::default(),
            promised: OnceCell::new(),
            numbers: RefCell::default(),
        })
    }

    /// Guests, nodes and storages, read once a tick.
    pub async fn resources(&self) -> Result<Rc<Vec<Resource>>, PveError> {
        self.resources
            .get_or_init(|| async { self.api.resources(ResourceKind::All).await.map(Rc::new) })
            .await
            .clone()
    }

    /// Where a guest is now: a fresh look. `None` only when a quorate cluster says that it is nowhere.
    pub async fn locate(&self, vmid: Vmid) -> Result<Option<NodeName>, PveError> {
        self.api.locate(vmid).await
    }

    /// The template of this number, read once a tick.
    pub async fn template(&self, vmid: Vmid) -> Result<Template, Failure> {
        let cell = Rc::clone(self.templates.borrow_mut().entry(vmid).or_default());
        let read = cell.get_or_init(|| self.read_template(vmid)).await;
        let blame =
            |failure: Failure| failure.caused_by(Cause::Template(self.server.0, vmid.get()));
        match read {
            Ok(template) if template.config.template => Ok(template.clone()),
            Ok(_) => Err(blame(Failure::person(format!(
                "VM {vmid} is no template. Convert it to one, or choose another OS template."
            )))),
            Err(error) if error.is_missing(vmid) => Err(blame(Failure::person(format!(
                "Template {vmid} does not exist on the cluster. Create it, or choose another OS template."
            )))),
            Err(error) => Err(error.clone().into()),
        }
    }

    async fn read_template(&self, vmid: Vmid) -> Result<Template, PveError> {
        let resources = self.resources().await?;
        let known = resources
            .iter()
            .filter_map(Resource::guest)
            .find(|guest| guest.vmid == vmid);
        let known = known.map(|guest| guest.node.clone());
        let node = match known {
            Some(node) => node,
            None => match self.locate(vmid).await? {
                Some(node) => node,
                None => return Err(self.api.missing(vmid)),
            },
        };
        let config = self.api.vm(&node, vmid).config().await?;
        Ok(Template { vmid, node, config })
    }

    /// Reads what is promised to VMs that do not run on their node yet, once a tick, before the first node is chosen.
    pub async fn read_promises(&self, host: &HostHandle) -> Result<(), StoreError> {
        let read = async || {
            let all = vm_list::promised(host).await?.into_iter();
            let ours = all.filter(|(cluster, ..)| *cluster == self.key);
            Ok::<_, StoreError>(RefCell::new(
                ours.map(|(_, node, mib)| (node, mib)).collect(),
            ))
        };
        self.promised.get_or_try_init(read).await.map(|_| ())
    }

    /// Memory promised on a node to VMs that do not run there yet, in MiB, as far as it was read.
    pub fn promised(&self, node: &NodeName) -> u64 {
        let promised = self.promised.get().map(RefCell::borrow);
        promised.map_or(0, |all| all.get(node).copied().unwrap_or(0))
    }

    /// Counts memory against a node from now on.
    pub fn promise(&self, node: &NodeName, mib: u64) {
        if let Some(promised) = self.promised.get() {
            *promised.borrow_mut().entry(node.clone()).or_default() += mib;
        }
    }

    /// Counts it against the node no more.
    pub fn take_back(&self, node: &NodeName, mib: u64) {
        if let Some(promised) = self.promised.get()
            && let Some(promised) = promised.borrow_mut().get_mut(node)
        {
            *promised = promised.saturating_sub(mib);
        }
    }
}

/// The client of a server entry.
///
/// # Errors
/// When the entry's fields make no sense.
async fn client(
    site: &Site,
    server: ServerId,
    fields: &ServerFields,
    settings: &Settings,
) -> Result<Cluster, Failure> {
    let blame = |failure: Failure| failure.caused_by(Cause::Server(server.0));
    let spec = cluster_spec(fields).map_err(|error| {
        blame(Failure::person(format!(
            "The entry of server {server} cannot be used: {}",
            chain(&error)
        )))
    })?;
    Ok(
        Cluster::new(spec, Rc::clone(&site.transport), Rc::clone(&site.clock))
            .with_deadlines(deadlines(settings))
            .told_to(module_log(site).await)
            .of(server),
    )
}

/// How long the settings say that Proxmox's answers are waited for.
pub fn deadlines(settings: &Settings) -> Deadlines {
    let usual = Deadlines::default();
    let seconds =
        |name, usual: Duration| Duration::from_secs(settings.number(name, usual.as_secs()).max(1));
    Deadlines {
        read: seconds("default_timeout", usual.read),
        heavy: seconds("heavy_timeout", usual.heavy),
    }
}

/// Where a server entry leads, in short.
fn endpoint(fields: &ServerFields) -> String {
    let endpoint = Sha256::digest(format!(
        "{}|{}|{:?}",
        fields.hostname, fields.ip, fields.port
    ));
    let bytes = endpoint.iter().take(8);
    bytes.map(|byte| format!("{byte:02x}")).collect()
}

/// The key that is remembered of a server entry: it holds as long as the entry leads to the same place.
fn remembered(server: ServerId, fields: &ServerFields, settings: &Settings) -> Option<String> {
    let known = settings.get(&format!("{}{}", setting::CLUSTER, server.0))?;
    let (at, key) = known.split_once('=')?;
    (at == endpoint(fields)).then(|| key.to_owned())
}

/// The cluster's key: its name and the fingerprint of its own authority, remembered per server entry.
async fn identity(
    site: &Site,
    server: ServerId,
    fields: &ServerFields,
    settings: &Settings,
    api: &Cluster,
) -> Result<String, Failure> {
    if let Some(key) = remembered(server, fields, settings) {
        return Ok(key);
    }
    let key = api.identity().await?;
    // Another entry of the same cluster may have been identified since the settings were read.
    let key = known_as(&setting::all(&site.host).await?, &key).unwrap_or(key);
    let name = format!("{}{}", setting::CLUSTER, server.0);
    let known = format!("{}={key}", endpoint(fields));
    setting::put(&site.host, &name, &known).await?;
    Ok(key)
}

/// The key under which the same authority is known already: a node that joined others, or a cluster that was renamed, is
/// still where its VMs and addresses are, and what was reserved there stays reserved.
fn known_as(settings: &Settings, key: &str) -> Option<String> {
    let authority = cluster_authority(key)?;
    let known = settings.clusters();
    known
        .filter(|known| cluster_authority(known) == Some(authority))
        .min()
        .map(str::to_owned)
}

/// A cluster as it was opened, or why it could not be.
type Opened = OnceCell<Result<Rc<SharedCluster>, Failure>>;

/// The clusters of one tick or one request, by server entry, and the settings they are opened by.
#[derive(Default)]
pub struct SharedClusters {
    opened: RefCell<BTreeMap<ServerId, Rc<Opened>>>,
    settings: OnceCell<Settings>,
    limits: Limits,
}

impl SharedClusters {
    /// Clusters that share these limits.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            ..Self::default()
        }
    }

    /// Those that could be opened.
    pub fn opened(&self) -> Vec<Rc<SharedCluster>> {
        let opened = self.opened.borrow();
        opened
            .values()
            .filter_map(|cell| cell.get()?.as_ref().ok().cloned())
            .collect()
    }

    /// The limits they share.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The settings, read once.
    pub async fn settings(&self, site: &Site) -> Result<&Settings, StoreError> {
        let read = || setting::all(&site.host);
        self.settings.get_or_try_init(read).await
    }

    /// The cluster of a server entry, opened once a tick; a failure to open holds for the whole tick.
    pub async fn of(
        &self,
        site: &Site,
        server: ServerId,
        fields: &ServerFields,
    ) -> Result<Rc<SharedCluster>, Failure> {
        let cell = Rc::clone(self.opened.borrow_mut().entry(server).or_default());
        let open = async || {
            let settings = self.settings(site).await?;
            SharedCluster::open(site, server, fields, settings, self.limits.clone()).await
        };
        cell.get_or_init(open).await.clone()
    }

    /// The same for a service that is over, without a VM: its end needs no server entry.
    pub async fn nowhere(
        &self,
        site: &Site,
        server: ServerId,
    ) -> Result<Rc<SharedCluster>, Failure> {
        SharedCluster::nowhere(site, server, self.settings(site).await?)
    }
}
