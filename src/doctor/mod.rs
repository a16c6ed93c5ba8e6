//! The doctor: everything that can be wrong before an order meets it, each with what mends it. It changes nothing.

mod cluster;
mod installation;
pub mod privilege;
mod product;
mod supply;
mod template;
pub mod terminal;

pub use crate::cron::problems::all as troubles;

use crate::model::{Failure, FieldError, ProductId, Sentence, ServerId, Vmid, lenient, say};
use crate::plan::{Plan, Product, ServerFields, Service};
use crate::pve::foreign_lines;
use crate::site::Site;
use crate::store::{StoreError, product as products};
use crate::vm::{SharedCluster, SharedClusters};
use serde::Serialize;
use serde_json::{Value, json};

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Health {
    /// As it should be.
    Ok,
    /// It works, but something will hurt.
    Warn,
    /// Orders will not go through.
    Fail,
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Check {
    /// What was looked at.
    pub name: Sentence,
    /// How it is.
    #[serde(rename = "status")]
    pub health: Health,
    /// What was found.
    pub text: Sentence,
    /// What to do; empty where nothing is to be done.
    pub fix: Sentence,
}

impl Check {
    fn new(name: Sentence, health: Health, text: Sentence, fix: Sentence) -> Self {
        Self {
            name,
            health,
            text,
            fix,
        }
    }

    fn ok(name: Sentence, text: Sentence) -> Self {
        Self::new(name, Health::Ok, text, Sentence::foreign(""))
    }
}

/// Looks at the installation and, where a server entry is named, at its cluster and at every product on it.
///
/// # Errors
/// When the database fails.
pub async fn examine(site: &Site, server: Option<ServerId>) -> Result<Vec<Check>, StoreError> {
    let mut checks = installation::examine(site).await?;
    if let Some(server) = server {
        checks.extend(of_server(site, server).await?);
    }
    Ok(checks)
}

/// Looks at a server entry, at its cluster and at every product on it.
async fn of_server(site: &Site, server: ServerId) -> Result<Vec<Check>, StoreError> {
    let mut checks = vec![];
    let entry = site
        .host
        .effect("server_params", json!({"server_id": server.0}))
        .await?;
    let fields = match ServerFields::parse(&entry) {
        Ok(fields) => fields,
        Err(error) => {
            let why = Sentence::of(&error);
            checks.push(failed(say::check_server(), why, say::fix_server()));
            return Ok(checks);
        }
    };
    checks.extend(access_hash(&fields));
    let cluster = match SharedClusters::default().of(site, server, &fields).await {
        Ok(cluster) => cluster,
        Err(Failure { text, .. }) => {
            let why = Sentence::foreign(text);
            checks.push(failed(say::check_connection(), why, say::fix_connection()));
            return Ok(checks);
        }
    };
    let findings = match cluster::examine(&cluster, &mut checks).await {
        Ok(findings) => findings,
        Err(error) => {
            let why = Sentence::of(&error);
            checks.push(failed(say::check_cluster(), why, say::fix_cluster()));
            return Ok(checks);
        }
    };
    for (name, offered, plan) in plans(site, server).await? {
        match plan {
            Ok(plan) => {
                let mut found = supply::examine(site, server, &fields.assigned_ips, &plan).await?;
                found.extend(product::examine(&cluster, &findings, &plan, &offered).await);
                let subject = say::check_product(name);
                if found.is_empty() {
                    checks.push(Check::ok(subject.clone(), say::product_fits()));
                }
                let told = found.into_iter();
                checks.extend(
                    told.map(|(health, text, fix)| Check::new(subject.clone(), health, text, fix)),
                );
            }
            Err(why) => checks.push(failed(say::check_product(name), why, say::fix_settings())),
        }
    }
    Ok(checks)
}

fn failed(name: Sentence, why: Sentence, fix: Sentence) -> Check {
    Check::new(name, Health::Fail, why, fix)
}

/// What a product's form should warn of at once, each with what to do: the database knows it.
///
/// # Errors
/// When the database fails.
pub async fn beside_cluster(
    site: &Site,
    server: ServerId,
    fields: &ServerFields,
    product: &Product,
) -> Result<Vec<(Health, Sentence)>, StoreError> {
    let Ok(plan) = plan_of(product) else {
        return Ok(vec![]);
    };
    let found = supply::examine(site, server, &fields.assigned_ips, &plan).await?;
    Ok(found.into_iter().map(warning).collect())
}

/// What a product's form should warn of once its cluster was asked.
///
/// # Errors
/// When the database fails. What the cluster refuses is a warning itself.
pub async fn at_cluster(
    site: &Site,
    cluster: &SharedCluster,
    id: ProductId,
    product: &Product,
) -> Result<Vec<(Health, Sentence)>, StoreError> {
    let Ok(plan) = plan_of(product) else {
        return Ok(vec![]);
    };
    let found = match cluster.resources().await {
        Ok(resources) => cluster::known(cluster, cluster::online(&resources)).await,
        Err(error) => Err(error),
    };
    let found = match found {
        Ok(found) => found,
        Err(error) => return Ok(vec![(Health::Warn, Sentence::of(&error))]),
    };
    let offered = offered(site, id).await?;
    let found = product::examine(cluster, &found, &plan, &offered).await;
    Ok(found.into_iter().map(warning).collect())
}

/// A finding in one sentence.
fn warning((health, text, fix): template::Finding) -> (Health, Sentence) {
    (health, say::list_then(text, fix))
}

/// What stands in *Access Hash* and is none of ours. It may be a session's key, so lines are named by number alone.
fn access_hash(fields: &ServerFields) -> Option<Check> {
    let lines = foreign_lines(&fields.access_hash);
    let numbers: Vec<String> = lines.iter().map(ToString::to_string).collect();
    (!lines.is_empty()).then(|| {
        Check::new(
            say::check_access(),
            Health::Warn,
            say::access_foreign(numbers.join(", ")),
            say::fix_access(),
        )
    })
}

/// The plans of the products that may be ordered on a server, as an order without options would have them, each with its
/// product's name and the templates that the option *Operating System* offers beside its own.
async fn plans(
    site: &Site,
    server: ServerId,
) -> Result<Vec<(String, Vec<Vmid>, Result<Plan, Sentence>)>, StoreError> {
    let listed = site
        .host
        .effect("products", json!({"server_id": server.0}))
        .await?;
    let mut plans = vec![];
    for entry in listed.as_array().into_iter().flatten() {
        let Some(id) = lenient::whole(&entry["id"]).map(ProductId) else {
            continue;
        };
        let name = format!("{} ({id})", lenient::text_of(entry, "name"));
        let stored = products::settings(&site.host, &[id]).await?;
        let offered = offered(site, id).await?;
        plans.push((
            name,
            offered,
            plan(stored.first().map(|(_, text)| text.as_str())),
        ));
    }
    Ok(plans)
}

/// The templates that an order of the product can choose among.
async fn offered(site: &Site, product: ProductId) -> Result<Vec<Vmid>, StoreError> {
    let args = json!({"product_id": product.0});
    let options = site.host.effect("product_options", args).await?;
    let systems = options.as_array().into_iter().flatten().filter(|option| {
        let name = lenient::text_of(option, "name");
        let name = name.split('|').next().unwrap_or_default().trim();
        matches!(name, "Operating System" | "OS")
    });
    let choices = systems.filter_map(|option| option["choices"].as_array());
    let mut found: Vec<Vmid> = choices
        .flatten()
        .filter_map(|choice| {
            let text = lenient::text(choice)?;
            let value = text.split('|').next().unwrap_or_default().trim();
            lenient::whole_text(value).and_then(Vmid::new)
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

fn plan(stored: Option<&str>) -> Result<Plan, Sentence> {
    let Some(text) = stored else {
        return Err(say::product_unset());
    };
    let product = Product::from_json(text).map_err(|error| Sentence::of(&error))?;
    plan_of(&product)
}

/// The plan of an order without options.
fn plan_of(product: &Product) -> Result<Plan, Sentence> {
    let service = Service::parse(&Value::Object(
        [("serviceid".to_owned(), json!(1))].into_iter().collect(),
    ))
    .map_err(|error| Sentence::of(&error))?;
    Plan::build(product, &service)
        .map_err(|errors| Sentence::foreign(FieldError::sentences(&errors)))
}
