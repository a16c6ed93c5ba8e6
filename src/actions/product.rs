//! The settings of a product.

use super::EntryError;
use super::stock::{self, Stock};
use crate::model::{ProductId, ServerId};
use crate::plan::{Banner, Choices, Product, ServerFields, form as lay_out};
use crate::pve::Resource;
use crate::site::Site;
use crate::steps::Fleet;
use crate::store::{legacy, product};
use crate::{engine::limit::Limits, plan::LegacyConfig};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// The form with its values and, where the cluster can be asked, what it offers.
///
/// # Errors
/// When the database fails.
pub async fn form(site: &Site, product_id: u64) -> Result<Value, EntryError> {
    let stored = product::settings(&site.host, &[ProductId(product_id)]).await?;
    let mut choices = choices(site, product_id).await?;
    let Some((_, text)) = stored.first() else {
        let start = start(site, ProductId(product_id)).await?;
        let mut first = vec![banner(
            "danger",
            "product_not_saved",
            "Nothing is saved for this product yet.",
        )];
        match &start.stock {
            Ok(Some(stock)) => first.push(stock.banner()),
            Ok(None) => {}
            Err(why) => first.push(banner("danger", "product_vms_unknown", why.as_str())),
        }
        choices.banners.splice(0..0, first);
        let mut form = lay_out(&start.product, &choices);
        form["found"] = start
            .found
            .iter()
            .map(|(name, value)| json!({"name": name, "value": value}))
            .collect();
        return Ok(form);
    };
    let settings = Product::from_json(text).unwrap_or_else(|_| Product::defaults());
    Ok(lay_out(&settings, &choices))
}

/// What the form of a product that was never saved starts from.
struct Start {
    product: Product,
    /// What its VMs have; why that is not known.
    stock: Result<Option<Stock>, String>,
    /// What else was found of it and is for a person to read: where, and what.
    found: Vec<(String, String)>,
}

async fn start(site: &Site, product: ProductId) -> Result<Start, EntryError> {
    let (mut settings, found) = found(site, product).await?;
    let stock = stock::of(site, product).await?;
    if let Ok(Some(stock)) = &stock {
        stock.raise(&mut settings);
    }
    Ok(Start {
        product: settings,
        stock,
        found,
    })
}

/// Stores what the form holds, if every field keeps its rule.
///
/// # Errors
/// When the database fails.
pub async fn save(site: &Site, product_id: u64, form: Value) -> Result<Value, EntryError> {
    let stored = product::settings(&site.host, &[ProductId(product_id)]).await?;
    let (before, stock) = match stored.first() {
        Some((_, text)) => {
            let before = Product::from_json(text).unwrap_or_else(|_| Product::defaults());
            (before, Ok(None))
        }
        None => {
            let start = start(site, ProductId(product_id)).await?;
            (start.product, start.stock)
        }
    };
    let stock = match stock {
        Ok(stock) => stock,
        // Whatever the form shows then may be less than what the VMs have.
        Err(why) => {
            let text = format!(
                "Not saved: this product has VMs, and what they have cannot be read ({why}). Save it when the cluster answers, so that none of them is made smaller."
            );
            return Ok(json!({"ok": false, "error": text, "errors": {}}));
        }
    };
    let kept = before.with_form(&form).and_then(|settings| {
        let losses = stock.map_or_else(Vec::new, |stock| stock.losses(&settings));
        match losses.is_empty() {
            true => Ok(settings),
            false => Err(losses),
        }
    });
    match kept {
        Ok(settings) => {
            product::save(
                &site.host,
                ProductId(product_id),
                &settings.to_json(),
                site.now(),
            )
            .await?;
            // What waited for these settings is looked at in the next tick.
            Ok(json!({"ok": true, "errors": {}}))
        }
        Err(errors) => {
            let errors: Map<String, Value> = errors
                .iter()
                .map(|error| (error.field.clone(), error.sentence().into()))
                .collect();
            Ok(json!({"ok": false, "errors": errors}))
        }
    }
}

/// The settings of a product made for an older module, and what was found of it that a person has to read.
async fn found(
    site: &Site,
    product: ProductId,
) -> Result<(Product, Vec<(String, String)>), EntryError> {
    let answer = site
        .host
        .effect("product", json!({"product_id": product.0}))
        .await?;
    let text = |key: &str| answer[key].as_str().unwrap_or_default().trim().to_owned();
    let config = LegacyConfig {
        configoption4: text("configoption4"),
    };
    let mut settings = Product::from_legacy(&config);
    let mut found = vec![];
    // The first is the licence key, the fourth the template, which the form has.
    for number in (2..=24).filter(|number| *number != 4 || settings.text_of("template").is_empty())
    {
        let name = format!("configoption{number}");
        let value = text(&name);
        if !value.is_empty() {
            found.push((name, value));
        }
    }
    let about = site.host.describe().await?;
    for (place, name, value) in legacy::of_product(&site.host, about.driver, product).await? {
        // A column of a field's own name, with a value that the field takes.
        if !settings.start_from(&name, &value) {
            found.push((format!("{place}: {name}"), value));
        }
    }
    Ok((settings, found))
}

pub(super) fn banner(level: &'static str, key: &str, text: impl Into<String>) -> Banner {
    Banner {
        level,
        key: key.to_owned(),
        text: text.into(),
    }
}

/// What can be chosen. Everything that cannot be asked for leaves a banner, and the stored value stays choosable.
async fn choices(site: &Site, product_id: u64) -> Result<Choices, EntryError> {
    let mut choices = Choices::default();
    let pairs = |list: &Value| -> Vec<(String, String)> {
        let one = |entry: &Value| match entry {
            Value::String(name) => Some((name.clone(), name.clone())),
            entry => Some((
                crate::model::lenient::text_of(entry, "id"),
                crate::model::lenient::text_of(entry, "name"),
            )),
        };
        list.as_array()
            .map(|list| list.iter().filter_map(one).collect())
            .unwrap_or_default()
    };
    choices.email_templates = pairs(&site.host.effect("email_templates", json!({})).await?);
    choices.departments = pairs(&site.host.effect("departments", json!({})).await?);
    let group = site
        .host
        .effect("product_servers", json!({"product_id": product_id}))
        .await?;
    let problem = group["problem"].as_str().unwrap_or_default();
    if !problem.is_empty() {
        let text = match problem {
            "no_group" => {
                "No server group is chosen. Choose one above, so that nodes, templates and storages can be listed."
            }
            "group_deleted" => "The chosen server group no longer exists. Choose another one.",
            "group_empty" => {
                "The server group has no servers. Add one: Setup, Servers, Edit Group."
            }
            _ => "The server group names a server that no longer exists. Edit the group.",
        };
        choices
            .banners
            .push(banner("danger", &format!("servers_{problem}"), text));
        return Ok(choices);
    }
    let fields = match ServerFields::parse(&group["server"]) {
        Ok(fields) => fields,
        Err(error) => {
            choices
                .banners
                .push(banner("danger", "cluster_unreachable", error.to_string()));
            return Ok(choices);
        }
    };
    let id = crate::model::lenient::whole(&group["server"]["serverid"]).unwrap_or(0);
    match offered(site, ServerId(id), &fields, &mut choices).await {
        Ok(()) => {}
        Err(text) => choices
            .banners
            .push(banner("warning", "cluster_unreachable", text)),
    }
    Ok(choices)
}

async fn offered(
    site: &Site,
    server: ServerId,
    fields: &ServerFields,
    choices: &mut Choices,
) -> Result<(), String> {
    let fleet = Fleet::open(site, server, fields, Limits::default())
        .await
        .map_err(|failure| failure.text)?;
    let resources = fleet.resources().await.map_err(|error| error.to_string())?;
    let same = |name: &str| (name.to_owned(), name.to_owned());
    let mut nodes: Vec<String> = resources
        .iter()
        .filter_map(Resource::node)
        .map(|node| node.node.0.clone())
        .collect();
    nodes.sort_unstable();
    let mut templates: Vec<_> = resources
        .iter()
        .filter_map(Resource::guest)
        .filter(|guest| guest.template && guest.is_vm())
        .map(|guest| (guest.vmid, guest.name.clone()))
        .collect();
    templates.sort_unstable();
    choices.templates = templates
        .iter()
        .map(|(vmid, name)| (vmid.to_string(), format!("{vmid} {name}")))
        .collect();
    let storages = |content: &str| -> BTreeSet<(String, String)> {
        let known = resources
            .iter()
            .filter_map(Resource::storage)
            .filter(|storage| storage.holds(content));
        known
            .map(|storage| (storage.storage.0.clone(), storage.kind.clone()))
            .collect()
    };
    choices.storages = storages("images")
        .iter()
        .map(|(name, _)| same(name))
        .collect();
    choices.iso_storages = storages("iso").iter().map(|(name, _)| same(name)).collect();
    choices.backup_storages = storages("backup")
        .iter()
        .map(|(name, kind)| (format!("{name}|{kind}"), format!("{name} ({kind})")))
        .collect();
    if let Some(node) = resources
        .iter()
        .filter_map(Resource::node)
        .find(|node| node.online)
    {
        let bridges = fleet
            .api
            .bridges(&node.node)
            .await
            .map_err(|error| error.to_string())?;
        choices.bridges = bridges.iter().map(|bridge| same(bridge)).collect();
    }
    choices.nodes = nodes.iter().map(|node| same(node)).collect();
    Ok(())
}
