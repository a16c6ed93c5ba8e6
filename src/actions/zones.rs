//! DNS zones, as the addon's page edits them.

use super::{EntryError, service};
use crate::dns::zonefile::ZoneFile;
use crate::dns::{Provider, ZoneName};
use crate::model::lenient;
use crate::site::Site;
use crate::store::zone::{self, ZoneRow};
use serde_json::{Map, Value, json};

/// All zones; what is secret in their settings stays here.
pub(super) async fn list(site: &Site) -> Result<Value, EntryError> {
    let zones: Vec<Value> = zone::list(&site.host)
        .await?
        .iter()
        .map(|row| {
            let settings: Value = serde_json::from_str(&row.settings).unwrap_or_default();
            json!({"id": row.id, "zone": row.zone, "type": row.kind, "path": settings["path"]})
        })
        .collect();
    Ok(service::accepted(zones.into()))
}

/// Stores a zone, if every field keeps its rule.
pub(super) async fn save(site: &Site, form: &Value) -> Result<Value, EntryError> {
    let mut errors = Map::new();
    let name = ZoneName::parse(&lenient::text_of(form, "zone"));
    if let Err(rule) = &name {
        errors.insert("zone".to_owned(), sentence(rule).into());
    }
    let kind = lenient::text_of(form, "type");
    if kind != "zonefile" {
        errors.insert(
            "type".to_owned(),
            "Must be zonefile, the one provider of this version.".into(),
        );
    }
    let settings = json!({"path": lenient::text_of(form, "path").trim()}).to_string();
    if let Err(error) = ZoneFile::from_settings(&settings) {
        errors.insert(error.field.clone(), error.sentence().into());
    }
    let (Ok(name), true) = (name, errors.is_empty()) else {
        return Ok(json!({"ok": false, "error": "The zone is not saved.", "errors": errors}));
    };
    let id = lenient::whole(&form["id"]).unwrap_or(0);
    zone::save(
        &site.host,
        &ZoneRow {
            id,
            zone: name.to_string(),
            kind,
            settings,
        },
    )
    .await?;
    Ok(service::accepted(json!({})))
}

/// Asks the zone's provider whether it would take records.
pub(super) async fn test(site: &Site, id: &Value) -> Result<Value, EntryError> {
    let wanted = lenient::whole(id);
    let rows = zone::list(&site.host).await?;
    let Some(row) = rows.into_iter().find(|row| Some(row.id) == wanted) else {
        return Ok(service::refusal("There is no such zone any more."));
    };
    let provider = match ZoneFile::from_settings(&row.settings) {
        Ok(provider) => provider,
        Err(error) => return Ok(service::refusal(error.to_string())),
    };
    Ok(match ZoneName::parse(&row.zone) {
        Err(rule) => service::refusal(sentence(&rule)),
        Ok(name) => match provider.test(&name).await {
            Ok(text) => service::accepted(json!({"text": text})),
            Err(error) => service::refusal(error.to_string()),
        },
    })
}

/// Removes a zone; its records stay where they are.
pub(super) async fn delete(site: &Site, id: &Value) -> Result<Value, EntryError> {
    match lenient::whole(id) {
        Some(id) if id > 0 => {
            zone::delete(&site.host, id).await?;
            Ok(service::accepted(json!({})))
        }
        _ => Ok(service::refusal("The request names no zone.")),
    }
}

/// The rest of a sentence, made one of its own.
fn sentence(rule: &str) -> String {
    let mut letters = rule.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).chain(['.']).collect()
    })
}
