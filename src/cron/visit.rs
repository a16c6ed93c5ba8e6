//! What the tasks of a run share when they visit services: leases, what WHMCS says of them, products, clusters.

use super::{CronError, Tick, database_offset};
use crate::engine::limit::Limits;
use crate::model::{Cause, Failure, FieldError, ProductId, ServiceId, VmState};
use crate::plan::{Plan, Product, Service};
use crate::steps::{Fleets, Vm, patience};
use crate::store::vm::VmRecord;
use crate::store::{lease, limit, product, vm};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

/// A step may go on past its budget by so much more than its slowest request takes.
const GRACE: Duration = Duration::from_secs(30);
/// A lease outlives the tick by at least this, so that a step that brings its call to an end still owns the service.
const LEASE_MARGIN: Duration = Duration::from_secs(240);

/// The services one task works on in one run, each leased to the run.
pub(super) struct Visits<'t, 'a> {
    pub(super) tick: &'t Tick<'a>,
    pub(super) fleets: Fleets,
    products: BTreeMap<ProductId, String>,
    services: BTreeMap<ServiceId, Service>,
    lease_until: Instant,
    /// How long a step may take to bring its last call to an end.
    pub(super) grace: Duration,
}

impl<'t, 'a> Visits<'t, 'a> {
    /// Takes those of `services` that nobody else works on.
    pub(super) async fn begin(
        tick: &'t Tick<'a>,
        services: &[ServiceId],
    ) -> Result<(Self, Vec<VmRecord>), CronError> {
        let host = &tick.site.host;
        let grace = patience(tick.site).await?.heavy + GRACE;
        let margin = LEASE_MARGIN.max(grace * 2);
        let time = i64::try_from((tick.left() + margin).as_secs()).unwrap_or(i64::MAX / 2);
        let records = match services {
            [] => vec![],
            services => {
                let now = take_over(tick).await?;
                let ours = lease::claim(host, services, &tick.holder, now, now + time).await?;
                vm::load(host, &ours).await?
            }
        };
        let mut visits = Self::gather(tick, &records).await?;
        visits.lease_until = tick.until + margin;
        visits.grace = grace;
        Ok((visits, records))
    }

    async fn gather(tick: &'t Tick<'a>, records: &[VmRecord]) -> Result<Self, CronError> {
        let mut visits = Self {
            tick,
            fleets: Fleets::default(),
            products: BTreeMap::new(),
            services: BTreeMap::new(),
            lease_until: tick.until,
            grace: GRACE,
        };
        if records.is_empty() {
            return Ok(visits);
        }
        let host = &tick.site.host;
        let ids = records.iter().map(|record| record.service.0).collect();
        visits.services = host
            .services(ids)
            .await?
            .iter()
            .filter_map(|value| Service::parse(value).ok())
            .map(|service| (service.id, service))
            .collect();
        let mut wanted: Vec<ProductId> = visits
            .services
            .values()
            .map(|service| service.product_id)
            .collect();
        wanted.sort_unstable();
        wanted.dedup();
        visits.products = product::settings(host, &wanted)
            .await?
            .into_iter()
            .collect();
        visits.fleets = Fleets::new(Limits::remembered(limit::all(host).await?));
        Ok(visits)
    }

    /// What WHMCS says of the service, and the plan made of it.
    pub(super) fn plan(&self, record: &VmRecord) -> Result<(Plan, Service), Failure> {
        let Some(service) = self.services.get(&record.service) else {
            return Err(Failure::person(format!(
                "WHMCS has no service {} with a server any more. Remove its record in VM Management.",
                record.service
            )));
        };
        match self.built(service) {
            Ok(plan) => Ok((plan, service.clone())),
            // A service can be ended whatever state its product's settings are in; nothing of the plan is applied any more.
            Err(_) if record.state == VmState::Terminate => Plan::bare(service)
                .map(|plan| (plan, service.clone()))
                .map_err(|errors| Failure::retry(FieldError::sentences(&errors))),
            Err(text) => Err(Failure::person(text).caused_by(Cause::Product(service.product_id.0))),
        }
    }

    fn built(&self, service: &Service) -> Result<Plan, String> {
        let Some(settings) = self.products.get(&service.product_id) else {
            return Err(format!(
                "Product {} has no settings. Open its Module Settings, choose template and storage, and save.",
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
        let (plan, known) = self.plan(record)?;
        let site = self.tick.site;
        let fleet = self.fleets.of(site, known.server_id, &known.server).await?;
        record.server = known.server_id;
        record.product = known.product_id;
        Vm::gather(
            site,
            fleet,
            record.clone(),
            known,
            plan,
            &self.tick.holder,
            self.lease_until,
        )
        .await
    }

    /// Gives a service back.
    pub(super) async fn end(&self, service: ServiceId) -> Result<(), CronError> {
        Ok(lease::release(&self.tick.site.host, service, &self.tick.holder).await?)
    }
}

/// What dead runs of this machine hold is given back at once. Returns the database's time.
pub(super) async fn take_over(tick: &Tick<'_>) -> Result<i64, CronError> {
    let host = &tick.site.host;
    let now = tick.site.now() + database_offset(tick.site, tick.about.driver).await?;
    for holder in lease::holders(host, now).await? {
        if tick.site.process.knows_dead(&holder) {
            lease::release_all(host, &holder).await?;
        }
    }
    Ok(now)
}
