//! The settings of one product, as stored in our own table: one JSON map from field key to text.

use super::catalogue::{FIELDS, Field, field};
use super::rule::Rule;
use super::{NameRule, name};
use crate::model::naming::is_dns_name;
use crate::model::{FieldError, chain, lenient, say, shown};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt;

/// What the form shows in place of a stored secret, and what it sends back when nobody typed a new one.
pub const KEEP: &str = "__KEEP__";

/// The settings of one product. What is not stored has its default.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Product {
    stored: BTreeMap<&'static str, String>,
}

impl Product {
    /// Every setting at its default.
    pub fn defaults() -> Product {
        Product::default()
    }

    /// Reads a stored row. Unknown keys are ignored; a value that breaks its rule is kept, and [`super::Plan::build`]
    /// names it. Error: the text is no JSON map.
    pub fn from_json(text: &str) -> Result<Product, FieldError> {
        let broken = |why: String| FieldError::new("settings", say::must_map(why));
        let map: Map<String, Value> =
            serde_json::from_str(text).map_err(|error| broken(chain(&error)))?;
        let known =
            |(key, value): (&String, &Value)| Some((field(key)?.key, lenient::text(value)?));
        Ok(Product {
            stored: map.iter().filter_map(known).collect(),
        })
    }

    /// The row to store: every field, so that a later change of a default changes no product.
    pub fn to_json(&self) -> String {
        let all = FIELDS
            .iter()
            .map(|field| (field.key.to_owned(), Value::from(self.text(field))));
        Value::Object(all.collect()).to_string()
    }

    /// These settings with what a form holds put over them. The form is a map from field key to value, flat or one map
    /// per section. A field that is absent keeps its value, so does a secret sent as [`KEEP`] or empty. Errors: one per
    /// field that breaks its rule; nothing is taken over then.
    pub fn with_form(&self, form: &Value) -> Result<Product, Vec<FieldError>> {
        let mut product = self.clone();
        let mut errors = Vec::new();
        for field in FIELDS {
            let Some(value) = form_value(form, field) else {
                continue;
            };
            let Some(raw) = lenient::text(value) else {
                errors.push(FieldError::new(field.key, say::field_single()));
                continue;
            };
            if matches!(field.rule, Rule::Secret) && (raw.is_empty() || raw == KEEP) {
                continue;
            }
            match field.rule.check(&raw) {
                Ok(text) => {
                    product.stored.insert(field.key, text);
                }
                Err(rule) => errors.push(FieldError::new(field.key, rule)),
            }
        }
        if errors.is_empty() {
            errors.extend(
                product
                    .name_too_long()
                    .or_else(|| product.name_not_unique()),
            );
        }
        if errors.is_empty() {
            Ok(product)
        } else {
            Err(errors)
        }
    }

    /// Sets one field to a text that already has its stored spelling.
    pub(super) fn set(&mut self, key: &str, text: impl Into<String>) {
        if let Some(field) = field(key) {
            self.stored.insert(field.key, text.into());
        }
    }

    /// Takes a value found elsewhere, if it keeps the field's rule; whether it does.
    pub fn start_from(&mut self, key: &str, text: &str) -> bool {
        let Some(field) = field(key) else {
            return false;
        };
        match field.rule.check(text) {
            Ok(text) => {
                self.stored.insert(field.key, text);
                true
            }
            Err(_) => false,
        }
    }

    /// The stored text of a field, or its default.
    pub fn text(&self, field: &Field) -> &str {
        self.stored
            .get(field.key)
            .map_or(field.default, String::as_str)
    }

    /// The stored text of the field with this key; empty where there is no such field.
    pub fn text_of(&self, key: &str) -> &str {
        field(key).map_or("", |field| self.text(field))
    }

    /// A rule that was stored before stays in use: a VM whose name is taken gets another one.
    fn name_not_unique(&self) -> Option<FieldError> {
        let rule = NameRule::parse(self.text_of("name_rule")).ok()?;
        Some(FieldError::new("name_rule", rule.not_unique()?))
    }

    /// The one rule that spans two fields: a whole DNS name has at most 253 characters.
    fn name_too_long(&self) -> Option<FieldError> {
        let rule = NameRule::parse(self.text_of("name_rule")).ok()?;
        let longest = name::fqdn(&rule.longest(), self.text_of("main_domain"));
        let rule = || say::must_shorter(shown(&longest));
        (!is_dns_name(&longest)).then(|| FieldError::new("name_rule", rule()))
    }
}

/// Browsers post flat maps; a caller with one map per section is understood as well.
fn form_value<'a>(form: &'a Value, field: &Field) -> Option<&'a Value> {
    let nested = form
        .get(field.section)
        .filter(|section| section.is_object());
    match nested.and_then(|section| section.get(field.key)) {
        Some(value) => Some(value),
        None => form.get(field.key).filter(|value| !value.is_object()),
    }
}

impl fmt::Debug for Product {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |field: &&Field| !matches!(field.rule, Rule::Secret);
        f.debug_map()
            .entries(
                FIELDS
                    .iter()
                    .filter(shown)
                    .map(|field| (field.key, self.text(field))),
            )
            .finish()
    }
}
