//! The settings of a product.

use super::EntryError;
use super::offer::{Offer, banner};
use crate::model::{ProductId, lenient};
use crate::plan::{LegacyConfig, Product, form as lay_out};
use crate::site::Site;
use crate::store::product;
use serde_json::{Map, Value, json};

/// The form with its values, from the database alone; what the cluster offers is as it was last asked.
///
/// # Errors
/// When the database fails.
pub async fn form(site: &Site, product_id: u64) -> Result<Value, EntryError> {
    let stored = product::settings(&site.host, &[ProductId(product_id)]).await?;
    let settings = match stored.first() {
        Some((_, text)) => Product::from_json(text).unwrap_or_else(|_| Product::defaults()),
        None => legacy(site, product_id).await?,
    };
    let offer = Offer::of(site, product_id).await?;
    let (mut choices, at) = offer.remembered(site).await?;
    if stored.is_empty() {
        choices.banners.insert(
            0,
            banner(
                "danger",
                "product_not_saved",
                "Nothing is saved for this product yet.",
            ),
        );
    }
    let mut form = lay_out(&settings, &choices);
    form["lists"] = json!({"at": at, "can_ask": offer.can_ask()});
    form["saved"] = (!stored.is_empty()).into();
    form["copies"] = copies(site, product_id).await?;
    Ok(form)
}

/// Asks the cluster what it offers: the entries of each list by its field's key, and what is wrong. The answer is kept for
/// the next time the form is drawn.
pub(super) async fn lists(site: &Site, product_id: &Value) -> Result<Value, EntryError> {
    let product_id = lenient::whole(product_id).unwrap_or(0);
    let stored = product::settings(&site.host, &[ProductId(product_id)]).await?;
    let settings = stored
        .first()
        .and_then(|(_, text)| Product::from_json(text).ok())
        .unwrap_or_default();
    let (choices, at) = Offer::of(site, product_id).await?.asked(site).await?;
    let form = lay_out(&settings, &choices);
    let fields = form["sections"].as_array().into_iter().flatten();
    let fields = fields.flat_map(|section| section["fields"].as_array().into_iter().flatten());
    let options: Map<String, Value> = fields
        .filter(|field| field.get("loader").is_some())
        .filter_map(|field| Some((field["key"].as_str()?.to_owned(), field["options"].clone())))
        .collect();
    Ok(super::service::accepted(
        json!({"options": options, "banners": form["banners"], "at": at}),
    ))
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
    let before = match stored.first() {
        Some((_, text)) => Product::from_json(text).unwrap_or_else(|_| Product::defaults()),
        None => legacy(site, product_id).await?,
    };
    match before.with_form(&form) {
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

/// Takes over all settings of another product.
async fn copy(site: &Site, product_id: u64, from: ProductId) -> Result<Value, EntryError> {
    let stored = product::settings(&site.host, &[from]).await?;
    let settings = stored
        .first()
        .filter(|_| from.0 != product_id)
        .and_then(|(_, text)| Product::from_json(text).ok());
    let Some(settings) = settings else {
        let errors = json!({"copy_from": "This product has no settings to copy."});
        return Ok(json!({"ok": false, "errors": errors}));
    };
    let text = settings.to_json();
    product::save(&site.host, ProductId(product_id), &text, site.now()).await?;
    Ok(json!({"ok": true, "errors": {}}))
}

/// The settings of a product made for an older module.
async fn legacy(site: &Site, product_id: u64) -> Result<Product, EntryError> {
    let answer = site
        .host
        .effect("product", json!({"product_id": product_id}))
        .await?;
    let text = |key: &str| answer[key].as_str().unwrap_or_default().to_owned();
    let config = LegacyConfig {
        configoption4: text("configoption4"),
        configoption12: text("configoption12"),
    };
    Ok(Product::from_legacy(&config))
}
