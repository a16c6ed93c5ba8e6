//! Services held by their leases, and everything a step needs to work on one of them.

use super::{Unsold, loaded_service};
use crate::model::{Failure, FieldError, FlowKey, ProductId, ServiceId, VmState, say};
use crate::plan::{Plan, Service};
use crate::site::Site;
use crate::store::vm::VmRecord;
use crate::store::vm_rows::Rows;
use crate::store::working_set;
use crate::store::working_set::WorkingSet;
use crate::store::{StoreError, lease, operation, product};
use crate::vm::{SharedCluster, SharedClusters, Vm};
use serde_json::json;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, timeout};

/// How long a service is held for one click, at the least: longer than the request's own deadline, and than its zones'
/// servers may take to answer one after another.
pub const CLICK: Duration = Duration::from_secs(180);
/// A step may exceed its budget by the time of its slowest request plus this.
pub const GRACE: Duration = Duration::from_secs(30);
/// A lease outlives a run by at least this, so that a step that brings its call to an end still owns the service.
const MARGIN: Duration = Duration::from_secs(240);

/// How much longer than its run a lease lasts, if a step may take `grace` to finish its last call.
pub fn margin(grace: Duration) -> Duration {
    MARGIN.max(grace * 2)
}

/// The longest lease of any run, in seconds, if a run may last `time` seconds.
pub fn longest_lease(time: u64, heavy: Duration) -> i64 {
    let seconds = time.max(30) + margin(heavy + GRACE).as_secs();
    i64::try_from(seconds).unwrap_or(i64::MAX / 2)
}

/// Gives back at once the leases of processes of this machine that are dead.
///
/// # Errors
/// When the database fails.
pub async fn take_over(site: &Site) -> Result<(), StoreError> {
    for holder in lease::holders(&site.host, site.now()).await? {
        if site.process.knows_dead(&holder) {
            lease::release_all(&site.host, &holder).await?;
        }
    }
    Ok(())
}

/// What the names of pages that look begin with, behind that of their process.
const LOOK: &str = "look-";
/// For so long a click tries to give its service back while the database is away, as in a restart of it. Its process
/// lives on and serves others, so nobody could tell that the lease it leaves is nobody's: it would last to its end.
const GIVE_BACK: Duration = Duration::from_secs(5);
/// Between two such tries.
const GIVE_BACK_PAUSE: Duration = Duration::from_millis(250);

/// At most this many services at a time are between their start and their first call to Proxmox.
const ENTRANCE: usize = 8;
/// A service that waited this long for its start begins anyway. So a cluster that does not answer delays only its own
/// services.
const STUCK: Duration = Duration::from_secs(1);

/// The services that one process works on, each held by its lease until an end that is fixed from the beginning.
pub struct Custody {
    site: Site,
    /// The name the leases carry.
    holder: String,
    /// When they end.
    until: Instant,
    /// For how long giving back a service is tried.
    give_back: Duration,
    /// The clusters of the services, opened once.
    pub clusters: Rc<SharedClusters>,
    products: RefCell<BTreeMap<ProductId, String>>,
    services: RefCell<BTreeMap<ServiceId, Service>>,
    /// A run's services come in one after another. All at once they would go through the database side by side, and the
    /// first would get to Proxmox when the last does: with a hundred orders, a second later than it could.
    entrance: Arc<Semaphore>,
}

impl Custody {
    /// A custody without any service yet. Its leases will carry this holder's name and end at `until`.
    pub fn new(site: &Site, holder: String, until: Instant, clusters: Rc<SharedClusters>) -> Self {
        Self {
            site: site.clone(),
            holder,
            until,
            // What a run leaves is taken over once its process is dead.
            give_back: Duration::ZERO,
            clusters,
            products: RefCell::default(),
            services: RefCell::default(),
            entrance: Arc::new(Semaphore::new(ENTRANCE)),
        }
    }

    /// A custody for one click, under a holder name of its own, for this long.
    pub fn of_a_click(site: &Site, time: Duration, clusters: Rc<SharedClusters>) -> Self {
        Self::of_a_page(&site.random.token()[..8], site, time, clusters)
    }

    /// The same for a page that only looks: a click waits for its end.
    pub(super) fn of_a_look(site: &Site, time: Duration, clusters: Rc<SharedClusters>) -> Self {
        let token = format!("{LOOK}{}", &site.random.token()[..8]);
        Self::of_a_page(&token, site, time, clusters)
    }

    fn of_a_page(token: &str, site: &Site, time: Duration, clusters: Rc<SharedClusters>) -> Self {
        let holder = site.process.holder(token);
        Self {
            give_back: GIVE_BACK,
            ..Self::new(site, holder, Instant::now() + time, clusters)
        }
    }

    /// Whether a page that only looks holds the service, or has just given it back.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn is_looked_at(&self, service: ServiceId) -> Result<bool, StoreError> {
        let holder = lease::holder(&self.site.host, service, self.site.now()).await?;
        let token = holder.rsplit(':').next().unwrap_or_default();
        Ok(token.is_empty() || token.starts_with(LOOK))
    }

    /// Takes those of `services` that nobody else works on, with their rows as they are once they are held.
    /// A service whose row cannot be read is given back at once.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take(&self, services: &[ServiceId]) -> Result<Rows<WorkingSet>, StoreError> {
        let left = self.until.saturating_duration_since(Instant::now());
        let time = i64::try_from(left.as_secs()).unwrap_or(i64::MAX / 2);
        let (host, now) = (&self.site.host, self.site.now());
        let ours = lease::claim(host, services, &self.holder, now, now + time).await?;
        let rows = working_set::load(host, &ours).await?;
        for row in &rows.unreadable {
            self.end(row.service).await?;
        }
        Ok(rows)
    }

    /// Asks WHMCS what it says of the services. A service that was deleted in WHMCS can still be
    /// terminated, on the server it was on.
    ///
    /// # Errors
    /// When WHMCS or the database fails.
    pub async fn gather(&self, records: &[VmRecord]) -> Result<(), StoreError> {
        if records.is_empty() {
            return Ok(());
        }
        let host = &self.site.host;
        let ids = records.iter().map(|record| record.service.0).collect();
        let found = host.services(ids).await?;
        let mut found: Vec<Service> = found
            .iter()
            .filter_map(|value| Service::parse(value).ok())
            .collect();
        let ending = records
            .iter()
            .filter(|record| record.state == VmState::Terminate);
        for record in ending {
            if found.iter().all(|service| service.id != record.service) {
                let entry = json!({"server_id": record.server.0});
                let mut params = host.effect("server_params", entry).await?;
                if let Some(params) = params.as_object_mut() {
                    params.insert("serviceid".to_owned(), json!(record.service.0));
                    params.insert("pid".to_owned(), json!(0));
                }
                found.extend(Service::parse(&params));
            }
        }
        let mut wanted: Vec<ProductId> = found.iter().map(|service| service.product_id).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let products = product::settings(host, &wanted).await?;
        self.products.borrow_mut().extend(products);
        let found = found.into_iter().map(|service| (service.id, service));
        self.services.borrow_mut().extend(found);
        Ok(())
    }

    fn service(&self, record: &VmRecord) -> Result<Service, Failure> {
        let services = self.services.borrow();
        let known = services.get(&record.service).cloned();
        known.ok_or_else(|| Failure::person(say::service_lost(record.service)))
    }

    /// What WHMCS says of a service, and the plan made of it.
    ///
    /// # Errors
    /// Why no step may work on it.
    pub fn plan(&self, record: &VmRecord) -> Result<(Plan, Service), Failure> {
        let service = self.service(record)?;
        match self.built(&service) {
            Ok(plan) => match service.over() {
                // Cancelled while it waited, say: nobody would pay for what is built now.
                Some(why) if record.flow.is_some_and(FlowKey::installs) => {
                    Err(Failure::person(why))
                }
                _ => Ok((plan, service)),
            },
            // A service can be ended whatever state its product's settings are in; nothing of the plan is applied any more.
            Err(_) if record.state == VmState::Terminate => Plan::bare(&service)
                .map(|plan| (plan, service))
                .map_err(|errors| Failure::retry(FieldError::sentences(&errors))),
            Err(why) => Err(why.failure()),
        }
    }

    fn built(&self, service: &Service) -> Result<Plan, Unsold> {
        let products = self.products.borrow();
        let settings = products.get(&service.product_id);
        loaded_service::plan(settings.map(String::as_str), service)
    }

    /// Everything a step needs to work on a service that was gathered.
    ///
    /// # Errors
    /// Why no step may work on it, or its cluster cannot be opened.
    pub async fn vm(&self, record: &mut VmRecord) -> Result<Vm, Failure> {
        let entrance = Arc::clone(&self.entrance).acquire_owned();
        let permit = timeout(STUCK, entrance).await.ok().and_then(Result::ok);
        let (plan, service) = self.plan(record)?;
        // Nothing was ever made, or it is gone: the end needs no cluster, so no entry that leads to one.
        let ends = record.state == VmState::Terminate && record.vmid.is_none();
        let (site, server) = (&self.site, service.server_id);
        let cluster = match ends
            && operation::in_flight(&site.host, record.service)
                .await?
                .is_empty()
        {
            true => self.clusters.nowhere(site, server).await?,
            false => self.clusters.of(site, server, &service.server).await?,
        };
        let product = service.product_id;
        let mut vm = self.vm_on(cluster, record.clone(), service, plan).await?;
        (record.server, record.product) = (server, product);
        (vm.record.server, vm.record.product) = (server, product);
        vm.starts_with(permit);
        Ok(vm)
    }

    /// The same of one that is known already, on its cluster.
    pub(super) async fn vm_on(
        &self,
        cluster: Rc<SharedCluster>,
        record: VmRecord,
        service: Service,
        plan: Plan,
    ) -> Result<Vm, Failure> {
        let (site, holder) = (&self.site, &self.holder);
        let vm = Vm::gather(site, cluster, record, service, plan, holder, self.until);
        let mut vm = vm.await?;
        vm.come_home().await?;
        Ok(vm)
    }

    /// The cluster a service's server entry leads to, for whoever works on no service.
    ///
    /// # Errors
    /// When WHMCS does not say which it is, or it cannot be opened.
    pub async fn cluster_of(&self, record: &VmRecord) -> Result<Rc<SharedCluster>, Failure> {
        self.gather(std::slice::from_ref(record)).await?;
        let service = self.service(record)?;
        let of = self
            .clusters
            .of(&self.site, service.server_id, &service.server);
        of.await
    }

    /// Gives a service back.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end(&self, service: ServiceId) -> Result<(), StoreError> {
        let until = Instant::now() + self.give_back;
        loop {
            match lease::release(&self.site.host, service, &self.holder).await {
                Err(_) if Instant::now() < until => sleep(GIVE_BACK_PAUSE).await,
                done => return done,
            }
        }
    }
}
