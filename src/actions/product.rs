//! The settings of a product.

use super::EntryError;
use super::answer::{self, Denial};
use super::form_defaults::{self, Stock};
use super::list_options::{Offer, banner};
use super::page_operations::{NamePreview, NamePreviewAsked, ProductLists};
use crate::ipam::Family;
use crate::model::{FieldError, ProductId, Sentence, lenient, say};
use crate::plan::form::preview;
use crate::plan::{Banner, LegacyConfig, Product, form as lay_out};
use crate::site::Site;
use crate::store::{legacy, product};
use serde_json::{Value, json};

/// The form with its values, from the database alone; what the cluster offers is as it was last asked. Of a product that was
/// never saved and has VMs the cluster says what these have: its form is seen once, and starts from that.
///
/// # Errors
/// When the database fails.
pub async fn form(site: &Site, product_id: u64) -> Result<Value, EntryError> {
    let stored = product::settings(&site.host, &[ProductId(product_id)]).await?;
    let offer = Offer::of(site, product_id).await?;
    let (settings, found, banners) = match stored.first() {
        Some((_, text)) => {
            let settings = Product::from_json(text).unwrap_or_else(|_| Product::defaults());
            (settings, vec![], vec![])
        }
        None => {
            let start = start(site, ProductId(product_id)).await?;
            let banners = start.banners();
            (start.product, start.found, banners)
        }
    };
    let (mut choices, at) = offer.remembered(site).await?;
    choices.banners.splice(0..0, banners);
    if !stored.is_empty() {
        offer.warn(site, &settings, &mut choices).await?;
    }
    let mut form = lay_out(&settings, &choices);
    form["lists"] = json!({"at": at, "can_ask": offer.can_ask()});
    form["found"] = found
        .iter()
        .map(|(name, value)| json!({"name": name, "value": value}))
        .collect();
    form["saved"] = (!stored.is_empty()).into();
    form["copies"] = copies(site, product_id).await?;
    Ok(form)
}

/// What the form of a product that was never saved starts from.
struct Start {
    product: Product,
    /// What its VMs have; why that is not known.
    stock: Result<Option<Stock>, Sentence>,
    /// What else was found of it and is for a person to read: where, and what.
    found: Vec<(String, String)>,
}

async fn start(site: &Site, product: ProductId) -> Result<Start, EntryError> {
    let (mut settings, found) = found(site, product).await?;
    let stock = match form_defaults::of(site, product).await {
        Ok(stock) => Ok(stock),
        Err(refusal) => Err(refusal.sentence()?),
    };
    if let Ok(Some(stock)) = &stock {
        stock.raise(&mut settings);
    }
    Ok(Start {
        product: settings,
        stock,
        found,
    })
}

impl Start {
    fn banners(&self) -> Vec<Banner> {
        let unsaved = banner("danger", say::nothing_saved());
        let vms = match &self.stock {
            Ok(Some(stock)) => Some(stock.banner()),
            Ok(None) => None,
            Err(why) => Some(banner("danger", say::product_vms_unknown(why.clone()))),
        };
        [unsaved].into_iter().chain(vms).collect()
    }

    /// The answer that refuses settings which would take something from a VM.
    fn refusal(&self, settings: &Product) -> Option<Value> {
        let stock = match &self.stock {
            Ok(stock) => stock.as_ref()?,
            // Whatever the form shows then may be less than what the VMs have.
            Err(why) => {
                return Some(answer::misfilled(Some(say::stock_unread(why.clone())), &[]));
            }
        };
        let losses = stock.losses(settings);
        (!losses.is_empty()).then(|| answer::misfilled(None, &losses))
    }
}

/// Asks the cluster what it offers: the entries of each list by its field's key, and what is wrong. The answer is kept for
/// the next time the form is drawn.
pub(super) async fn lists(site: &Site, product_id: u64) -> Result<ProductLists, EntryError> {
    let stored = product::settings(&site.host, &[ProductId(product_id)]).await?;
    let settings = stored
        .first()
        .and_then(|(_, text)| Product::from_json(text).ok());
    let saved = settings
        .as_ref()
        .map(|settings| (ProductId(product_id), settings));
    let (choices, at) = Offer::of(site, product_id)
        .await?
        .asked(site, saved)
        .await?;
    let mut form = lay_out(&settings.unwrap_or_default(), &choices);
    let fields = form["sections"].as_array().into_iter().flatten();
    let fields = fields.flat_map(|section| section["fields"].as_array().into_iter().flatten());
    let options = fields
        .filter(|field| field.get("loader").is_some())
        .filter_map(|field| Some((field["key"].as_str()?.to_owned(), field["options"].clone())))
        .collect();
    Ok(ProductLists {
        options,
        banners: form["banners"].take(),
        at,
    })
}

/// What a name rule that is not saved yet makes now.
pub(super) async fn name_preview(
    site: &Site,
    asked: &NamePreviewAsked,
) -> Result<NamePreview, Denial> {
    let about = site.host.describe().await?;
    let now = site.clock.now().with_timezone(&about.zone());
    let text = |typed: &Value| lenient::text(typed).unwrap_or_default();
    let (rule, domain) = (text(&asked.rule.0), text(&asked.domain.0));
    let made = preview(&rule, &domain, &now, &site.random);
    let (name, fqdn) = made.map_err(|error| error.sentence())?;
    Ok(NamePreview { name, fqdn })
}

/// The other products of this module that have settings: WHMCS's *Duplicate Product* copies its own rows only.
async fn copies(site: &Site, product_id: u64) -> Result<Value, EntryError> {
    let listed = site.host.effect("products", json!({})).await?;
    let named: Vec<(ProductId, String)> = listed
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let id = lenient::whole(&entry["id"]).filter(|id| *id != product_id)?;
            Some((ProductId(id), lenient::text_of(entry, "name")))
        })
        .collect();
    let ids: Vec<ProductId> = named.iter().map(|(id, _)| *id).collect();
    let stored = product::settings(&site.host, &ids).await?;
    let has = |id: &ProductId| stored.iter().any(|(known, _)| known == id);
    let one = |(id, name): &(ProductId, String)| json!({"id": id.0, "name": name});
    Ok(named.iter().filter(|(id, _)| has(id)).map(one).collect())
}

/// Stores what the form holds, if every field keeps its rule; or, where `copy_from` names a product, that one's settings.
///
/// # Errors
/// When the database fails.
pub async fn save(site: &Site, product_id: u64, form: Value) -> Result<Value, EntryError> {
    if let Some(from) = lenient::whole(&form["copy_from"]).filter(|from| *from > 0) {
        return copy(site, product_id, ProductId(from)).await;
    }
    let stored = product::settings(&site.host, &[ProductId(product_id)]).await?;
    let (before, start) = match stored.first() {
        Some((_, text)) => {
            let before = Product::from_json(text).unwrap_or_else(|_| Product::defaults());
            (before, None)
        }
        None => {
            let start = start(site, ProductId(product_id)).await?;
            (start.product.clone(), Some(start))
        }
    };
    let settings = match before.with_form(&form) {
        Ok(settings) => settings,
        Err(errors) => return Ok(answer::misfilled(None, &errors)),
    };
    if let Some(refusal) = start.and_then(|start| start.refusal(&settings)) {
        return Ok(refusal);
    }
    let text = settings.to_json();
    product::save(&site.host, ProductId(product_id), &text, site.now()).await?;
    // What waited for these settings is looked at in the next tick.
    Ok(json!({"ok": true, "errors": {}}))
}

/// Takes over all settings of another product.
async fn copy(site: &Site, product_id: u64, from: ProductId) -> Result<Value, EntryError> {
    let stored = product::settings(&site.host, &[from]).await?;
    let settings = stored
        .first()
        .filter(|_| from.0 != product_id)
        .and_then(|(_, text)| Product::from_json(text).ok());
    let Some(settings) = settings else {
        let errors = [FieldError::new("copy_from", say::no_copy())];
        return Ok(answer::misfilled(None, &errors));
    };
    let own = product::settings(&site.host, &[ProductId(product_id)]).await?;
    if own.is_empty() {
        let start = start(site, ProductId(product_id)).await?;
        if let Some(refusal) = start.refusal(&settings) {
            return Ok(refusal);
        }
    }
    let text = settings.to_json();
    product::save(&site.host, ProductId(product_id), &text, site.now()).await?;
    Ok(json!({"ok": true, "errors": {}}))
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
    // Where there are addresses to give out, DHCP is not what a first VM is meant to have.
    for family in Offer::of(site, product.0).await?.pools(site).await? {
        let (dhcp, count) = match family {
            Family::V4 => ("dhcp4", "ipv4"),
            Family::V6 => ("dhcp6", "ipv6"),
        };
        settings.start_from(dhcp, "0");
        settings.start_from(count, "1");
    }
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
    let about = site.about().await?;
    for (place, name, value) in legacy::of_product(&site.host, about.driver, product).await? {
        // A column of a field's own name, with a value that the field takes.
        if !settings.start_from(&name, &value) {
            found.push((format!("{place}: {name}"), value));
        }
    }
    Ok((settings, found))
}
