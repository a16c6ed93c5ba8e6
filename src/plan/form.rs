//! The product page in WHMCS as data: every setting with its value, its bounds and what may be chosen.

use super::catalogue::{FIELDS, Field, Source};
use super::product::KEEP;
use super::rule::Rule;
use super::{NameFacts, NameRule, Product, name};
use crate::model::{FieldError, Random, Sentence, ServiceId};
use chrono::{DateTime, TimeZone};
use serde_json::{Map, Value, json};
use std::fmt;

/// What the selects offer, gathered by the caller from Proxmox and WHMCS: value and label each. An empty list means the
/// source was not reachable: the stored value stays selectable.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// Nodes.
    pub nodes: Vec<(String, String)>,
    /// Templates: VMID and name.
    pub templates: Vec<(String, String)>,
    /// Storages for disk images.
    pub storages: Vec<(String, String)>,
    /// Storages for backups, the value as `name|plugin type`.
    pub backup_storages: Vec<(String, String)>,
    /// Storages for ISO images.
    pub iso_storages: Vec<(String, String)>,
    /// Bridges and VNets.
    pub bridges: Vec<(String, String)>,
    /// Product mail templates.
    pub email_templates: Vec<(String, String)>,
    /// Support departments.
    pub departments: Vec<(String, String)>,
    /// What is wrong with the server group, or that Proxmox was not reachable.
    pub banners: Vec<Banner>,
}

/// A notice above the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Banner {
    /// `warning` or `danger`.
    pub level: &'static str,
    /// What it says.
    pub text: Sentence,
}

impl Choices {
    fn of(&self, source: Source) -> &[(String, String)] {
        match source {
            Source::Nodes => &self.nodes,
            Source::Templates => &self.templates,
            Source::Storages => &self.storages,
            Source::BackupStorages => &self.backup_storages,
            Source::IsoStorages => &self.iso_storages,
            Source::Bridges => &self.bridges,
            Source::EmailTemplates => &self.email_templates,
            Source::Departments => &self.departments,
        }
    }
}

/// The form of a product: `{sections: [{key, fields: [...]}], banners: [...]}`.
pub fn form(product: &Product, choices: &Choices) -> Value {
    let mut sections: Vec<(&str, Vec<Value>)> = Vec::new();
    for field in FIELDS {
        let shown = entry(field, product.text(field), choices);
        match sections.last_mut() {
            Some((key, fields)) if *key == field.section => fields.push(shown),
            _ => sections.push((field.section, vec![shown])),
        }
    }
    let sections: Vec<Value> = sections
        .into_iter()
        .map(|(key, fields)| json!({"key": key, "fields": fields}))
        .collect();
    let banners: Vec<Value> = choices
        .banners
        .iter()
        .map(|banner| json!({"level": banner.level, "text": banner.text}))
        .collect();
    json!({"sections": sections, "banners": banners})
}

/// What a name rule would make now for client 12 and service 345: the name, and its full name.
///
/// # Errors
/// The rule breaks its own rules.
pub fn preview<Tz: TimeZone>(
    rule: &str,
    main_domain: &str,
    now: &DateTime<Tz>,
    random: &Random,
) -> Result<(String, String), FieldError>
where
    Tz::Offset: fmt::Display,
{
    let facts = NameFacts {
        client_id: 12,
        service_id: ServiceId(345),
    };
    let rule = NameRule::parse(rule).map_err(|why| FieldError::new("name_rule", why))?;
    let name = rule.expand(facts, now, random);
    let fqdn = name::fqdn(&name, main_domain);
    Ok((name, fqdn))
}

fn entry(field: &Field, stored: &str, choices: &Choices) -> Value {
    let mut entry = Map::new();
    let mut put = |key: &str, value: Value| {
        entry.insert(key.to_owned(), value);
    };
    put("key", field.key.into());
    put("type", kind(field).into());
    put("value", value(field.rule, stored));
    put("default", value(field.rule, field.default));
    match field.rule {
        Rule::Word(words) => put(
            "options",
            words
                .iter()
                .map(|(word, label)| option(word, label))
                .collect(),
        ),
        Rule::Whole {
            min, max, units, ..
        } => {
            put("min", min.into());
            put("max", max.into());
            put("unit", units.first().copied().unwrap_or_default().into());
        }
        Rule::Decimal { min, max, units } => {
            put("min", min.into());
            put("max", max.into());
            put("unit", units.first().copied().unwrap_or_default().into());
        }
        Rule::Flag | Rule::Secret | Rule::Text(_) => {}
    }
    if let Some(source) = field.source {
        put("options", offered(field, stored, source, choices));
        put("loader", loader(source).into());
    }
    if !field.default.is_empty() && matches!(field.rule, Rule::Text(_)) {
        put("placeholder", field.default.into());
    }
    if let Some(name) = field.option {
        put("option", name.plain.into());
    }
    Value::Object(entry)
}

/// A bridge is typed, its choices are suggestions: it may exist on nodes the form cannot see.
fn kind(field: &Field) -> &'static str {
    match (field.rule, field.source) {
        (_, Some(Source::Bridges)) => "text",
        (Rule::Word(_), _) | (_, Some(_)) => "select",
        (Rule::Whole { .. } | Rule::Decimal { .. }, _) => "number",
        (Rule::Flag, _) => "checkbox",
        (Rule::Secret, _) => "password",
        (Rule::Text(_), _) => "text",
    }
}

/// A flag is a boolean, a set secret a mark that it is set.
fn value(rule: Rule, stored: &str) -> Value {
    match rule {
        Rule::Flag => (stored == "1").into(),
        Rule::Secret if !stored.is_empty() => KEEP.into(),
        _ => stored.into(),
    }
}

fn option(value: &str, label: &str) -> Value {
    json!({"value": value, "label": label})
}

/// The entries of a list: the one that means *none*, then the caller's, then the stored value where it is not among them.
fn offered(field: &Field, stored: &str, source: Source, choices: &Choices) -> Value {
    let mut offered: Vec<Value> = none(field)
        .map(|(value, label)| option(value, label))
        .into_iter()
        .collect();
    let found = choices.of(source);
    offered.extend(found.iter().map(|(value, label)| option(value, label)));
    let listed = |wanted: &str| offered.iter().any(|entry| entry["value"] == wanted);
    if !stored.is_empty() && !listed(stored) {
        offered.push(option(stored, stored));
    }
    offered.into()
}

/// The entry that means *none* or *automatic*.
fn none(field: &Field) -> Option<(&'static str, &'static str)> {
    match field.key {
        "node" => Some(("automatically", "automatically")),
        "system_storage" => Some(("", "auto (from template)")),
        "additional_storage" => Some(("", "same as system disk")),
        "bridge" => None,
        _ => Some(("", "None")),
    }
}

/// The name by which a page asks for one list anew.
fn loader(source: Source) -> &'static str {
    match source {
        Source::Nodes => "nodes",
        Source::Templates => "templates",
        Source::Storages => "storages",
        Source::BackupStorages => "backup_storages",
        Source::IsoStorages => "iso_storages",
        Source::Bridges => "bridges",
        Source::EmailTemplates => "email_templates",
        Source::Departments => "departments",
    }
}
