//! What the tasks of a run share when they visit services: leases, what WHMCS says of them, products, clusters.

use super::{CronError, Tick};
use crate::engine::limit::Limits;
use crate::model::{Cause, Failure, FieldError, FlowKey, ProductId, ServiceId, VmState};
use crate::plan::{Plan, Product, Service, lost};
use crate::steps::{Fleet, Fleets, Vm, patience};
use crate::store::vm::VmRecord;
use crate::store::{lease, limit, operation, product, vm};
use serde_json::json;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};

/// A step may go on past its budget by so much more than its slowest request takes.
const GRACE: Duration = Duration::from_secs(30);
/// A lease outlives the tick by at least this, so that a step that brings its call to an end still owns the service.
const LEASE_MARGIN: Duration = Duration::from_secs(240);

/// No run's lease lasts longer than so many seconds, where a run may last `time` seconds.
pub(super) fn longest_lease(time: u64, heavy: Duration) -> i64 {
    let margin = LEASE_MARGIN.max((heavy + GRACE) * 2);
    let seconds = time.max(30) + margin.as_secs();
    i64::try_from(seconds).unwrap_or(i64::MAX / 2)
}

/// So many services at a time are on their way to their first call.
const ENTRANCE: usize = 8;
/// Whoever stands at the entrance for so long goes in anyway: a cluster that does not answer holds up only its own.
const STUCK: Duration = Duration::from_secs(1);

/// The services one task works on in one run, each leased to the run.
pub(super) struct Visits<'t, 'a> {
    pub(super) tick: &'t Tick<'a>,
    pub(super) fleets: Fleets,
    products: RefCell<BTreeMap<ProductId, String>>,
    services: RefCell<BTreeMap<ServiceId, Service>>,
    lease_until: Instant,
    /// A run's services come in one after another. All at once they would go through the database side by side, and the
    /// first would get to Proxmox when the last does: with a hundred orders, a second later than it could.
    entrance: Arc<Semaphore>,
    /// How long a step may take to bring its last call to an end.
    pub(super) grace: Duration,
}

impl<'t, 'a> Visits<'t, 'a> {
    /// Takes those of `services` that nobody else works on.
    pub(super) async fn begin(
        tick: &'t Tick<'a>,
        services: &[ServiceId],
    ) -> Result<(Self, Vec<VmRecord>), CronError> {
        let grace = patience(tick.site).await?.heavy + GRACE;
        let margin = LEASE_MARGIN.max(grace * 2);
        let limits = match services {
            [] => Limits::default(),
            _ => Limits::remembered(limit::all(&tick.site.host).await?),
        };
        let visits = Self {
            tick,
            fleets: Fleets::new(limits),
            products: RefCell::default(),
            services: RefCell::default(),
            lease_until: tick.until + margin,
            entrance: Arc::new(Semaphore::new(ENTRANCE)),
            grace,
        };
        let records = visits.join(services).await?;
        Ok((visits, records))
    }

    /// Takes more services: those that nobody else works on.
    pub(super) async fn join(&self, services: &[ServiceId]) -> Result<Vec<VmRecord>, CronError> {
        if services.is_empty() {
            return Ok(vec![]);
        }
        let tick = self.tick;
        let host = &tick.site.host;
        let left = self.lease_until.saturating_duration_since(Instant::now());
        let time = i64::try_from(left.as_secs()).unwrap_or(i64::MAX / 2);
        let now = take_over(tick).await?;
        let ours = lease::claim(host, services, &tick.holder, now, now + time).await?;
        let records = vm::load(host, &ours).await?;
        self.gather(&records).await?;
        Ok(records)
    }

    /// What WHMCS says of the services. One that was deleted there can be ended still, on the server it was on.
    async fn gather(&self, records: &[VmRecord]) -> Result<(), CronError> {
        if records.is_empty() {
            return Ok(());
        }
        let host = &self.tick.site.host;
        let ids = records.iter().map(|record| record.service.0).collect();
        let found = host.services(ids).await?;
        let mut found: Vec<Service> = found
            .iter()
            .filter_map(|value| Service::parse(value).ok())
            .collect();
        for record in records
            .iter()
            .filter(|record| record.state == VmState::Terminate)
        {
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

    /// What WHMCS says of the service, and the plan made of it.
    pub(super) fn plan(&self, record: &VmRecord) -> Result<(Plan, Service), Failure> {
        let services = self.services.borrow();
        let Some(service) = services.get(&record.service) else {
            return Err(Failure::person(lost(record.service)));
        };
        match self.built(service) {
            Ok(plan) => match service.over() {
                // Cancelled while it waited, say: nobody would pay for what is built now.
                Some(why) if record.flow.is_some_and(FlowKey::installs) => {
                    Err(Failure::person(why))
                }
                _ => Ok((plan, service.clone())),
            },
            // A service can be ended whatever state its product's settings are in; nothing of the plan is applied any more.
            Err(_) if record.state == VmState::Terminate => Plan::bare(service)
                .map(|plan| (plan, service.clone()))
                .map_err(|errors| Failure::retry(FieldError::sentences(&errors))),
            Err(text) => Err(Failure::person(text).caused_by(Cause::Product(service.product_id.0))),
        }
    }

    fn built(&self, service: &Service) -> Result<Plan, String> {
        let products = self.products.borrow();
        let Some(settings) = products.get(&service.product_id) else {
            return Err(format!(
                "Product {} has no settings. Open its Module Settings (without JavaScript: its tab Other), choose template and storage, and save.",
                service.product_id
            ));
        };
        let named = |text: String| {
            let product = service.product_id;
            format!(
                "Product {product} or the options of service {}: {text}",
                service.id
            )
        };
        let product = Product::from_json(settings).map_err(|error| named(error.to_string()))?;
        Plan::build(&product, service).map_err(|errors| named(FieldError::sentences(&errors)))
    }

    /// Everything a step needs to work on the service.
    pub(super) async fn vm(&self, record: &mut VmRecord) -> Result<Vm, Failure> {
        let entrance = Arc::clone(&self.entrance).acquire_owned();
        let permit = timeout(STUCK, entrance).await.ok().and_then(Result::ok);
        let (plan, known) = self.plan(record)?;
        let site = self.tick.site;
        // Nothing was ever made, or it is gone: the end needs no cluster, so no entry that leads to one.
        let ends = record.state == VmState::Terminate && record.vmid.is_none();
        let fleet = match ends
            && operation::in_flight(&site.host, record.service)
                .await?
                .is_empty()
        {
            true => Fleet::nowhere(site, known.server_id).await?,
            false => self.fleets.of(site, known.server_id, &known.server).await?,
        };
        let holder = &self.tick.holder;
        let (server, product) = (known.server_id, known.product_id);
        let vm = Vm::gather(
            site,
            fleet,
            record.clone(),
            known,
            plan,
            holder,
            self.lease_until,
        );
        let mut vm = vm.await?;
        vm.come_home().await?;
        (record.server, record.product) = (server, product);
        (vm.record.server, vm.record.product) = (server, product);
        vm.starts_with(permit);
        Ok(vm)
    }

    /// The cluster a service's server entry leads to, for whoever works on no service.
    pub(super) async fn cluster_of(&self, record: &VmRecord) -> Result<Rc<Fleet>, Failure> {
        let gathered = self.gather(std::slice::from_ref(record)).await;
        gathered.map_err(|error| Failure::retry(error.to_string()))?;
        let (server, fields) = {
            let services = self.services.borrow();
            let Some(known) = services.get(&record.service) else {
                return Err(Failure::person(lost(record.service)));
            };
            (known.server_id, known.server.clone())
        };
        self.fleets.of(self.tick.site, server, &fields).await
    }

    /// Gives a service back.
    pub(super) async fn end(&self, service: ServiceId) -> Result<(), CronError> {
        Ok(lease::release(&self.tick.site.host, service, &self.tick.holder).await?)
    }
}

/// What dead runs of this machine hold is given back at once. Returns the database's time.
pub(super) async fn take_over(tick: &Tick<'_>) -> Result<i64, CronError> {
    let host = &tick.site.host;
    let now = tick.site.now();
    for holder in lease::holders(host, now).await? {
        if tick.site.process.knows_dead(&holder) {
            lease::release_all(host, &holder).await?;
        }
    }
    Ok(now)
}
