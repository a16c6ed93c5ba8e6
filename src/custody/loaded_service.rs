//! A service as it was read: what WHMCS says of it, its row, what was sold, its cluster.

use crate::model::{Cause, Failure, FieldError, ProductId, Sentence, ServiceId, chain, say};
use crate::plan::{Plan, Product, Service};
use crate::site::Site;
use crate::store::vm::{self, VmRecord};
use crate::store::{StoreError, working_set};
use crate::vm::{SharedCluster, SharedClusters, Vm};
use std::rc::Rc;
use std::time::Duration;
use thiserror::Error;
use tokio::time::Instant;

/// Why nobody can tell what was sold.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Unsold {
    /// Nobody set the product up.
    #[error("{}", say::no_settings(*.0))]
    NoSettings(ProductId),
    /// Its settings or the service's options make no sense.
    #[error("{text}")]
    Wrong {
        /// The product.
        product: ProductId,
        /// The service.
        service: ServiceId,
        /// What makes no sense.
        text: String,
    },
}

impl Unsold {
    /// The sentence where it is known which product and service are meant.
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::NoSettings(product) => say::no_settings(*product),
            Self::Wrong { text, .. } => Sentence::foreign(text),
        }
    }

    /// The same for a list of several services: it names product and service, and the product as the cause.
    pub fn failure(&self) -> Failure {
        let (said, product) = match self {
            Self::NoSettings(product) => (self.sentence(), product),
            Self::Wrong {
                product,
                service,
                text,
            } => (say::settings_wrong(*product, *service, text), product),
        };
        Failure::person(said).caused_by(Cause::Product(product.0))
    }
}

/// What was sold, from the stored settings of the service's product.
pub fn plan(settings: Option<&str>, service: &Service) -> Result<Plan, Unsold> {
    let settings = settings.ok_or(Unsold::NoSettings(service.product_id))?;
    let wrong = |text: String| Unsold::Wrong {
        product: service.product_id,
        service: service.id,
        text,
    };
    let product = Product::from_json(settings).map_err(|error| wrong(chain(&error)))?;
    Plan::build(&product, service).map_err(|errors| wrong(FieldError::sentences(&errors)))
}

/// A service that has a row. What is read of it is read once; clones share its cluster.
#[derive(Clone)]
pub struct LoadedService {
    /// What WHMCS says of it.
    pub service: Service,
    /// Its row.
    pub record: VmRecord,
    /// What was sold.
    pub plan: Result<Plan, Unsold>,
    /// Whether something went on for it as its row was read.
    pub under_way: bool,
    /// Whether a request of a person had no end yet.
    pub asked: bool,
    pub(super) clusters: Rc<SharedClusters>,
}

impl LoadedService {
    /// Reads row and product. `None`: it has no row, that is no VM was ever ordered for it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn read(site: &Site, service: Service) -> Result<Option<Self>, StoreError> {
        let read = working_set::with_product(&site.host, service.id, service.product_id).await?;
        Ok(read.map(|(opening, settings)| Self {
            plan: plan(settings.as_deref(), &service),
            under_way: opening.operations + opening.requests > 0,
            asked: opening.requests > 0,
            record: opening.record,
            service,
            clusters: Rc::default(),
        }))
    }

    /// The same with the row as it is now; `None`: it was deleted meanwhile.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn again(self, site: &Site) -> Result<Option<Self>, StoreError> {
        let record = vm::find(&site.host, self.record.service).await?;
        Ok(record.map(|record| self.with(record)))
    }

    /// The same with this row.
    pub fn with(self, record: VmRecord) -> Self {
        Self { record, ..self }
    }

    /// What was sold, as far as is needed for what has to work whatever state the product's settings are in.
    ///
    /// # Errors
    /// When not even WHMCS's own fields make sense.
    pub fn plan_or_bare(&self) -> Result<Plan, Failure> {
        let bare = || Plan::bare(&self.service);
        let plan = self.plan.clone().or_else(|_| bare());
        plan.map_err(|errors| Failure::retry(FieldError::sentences(&errors)))
    }

    /// Its cluster.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub async fn cluster(&self, site: &Site) -> Result<Rc<SharedCluster>, Failure> {
        let Service {
            server_id, server, ..
        } = &self.service;
        self.clusters.of(site, *server_id, server).await
    }

    /// Its VM to look at, without holding it: nothing is to be changed through it.
    ///
    /// # Errors
    /// When the cluster cannot be opened, or is not the one where the VM is.
    pub async fn look(self, site: &Site, plan: Plan, limit: Duration) -> Result<Vm, Failure> {
        let cluster = self.cluster(site).await?;
        let until = Instant::now() + limit;
        let vm = Vm::gather(site, cluster, self.record, self.service, plan, "", until).await?;
        vm.is_home().await?;
        Ok(vm)
    }
}
