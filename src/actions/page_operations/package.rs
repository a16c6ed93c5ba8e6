//! What was sold with a service, beside what its VM has, as the staff's page shows it.

use crate::model::Sentence;
use serde::Serialize;

/// One line of what was sold.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PlanRow {
    /// The key of its name, after `plan_` in the language files.
    pub label: &'static str,
    /// As shown.
    pub value: Sentence,
    /// What the VM has, as shown; null: that is not known, or there is nothing like it.
    pub real: Option<Sentence>,
    /// Whether that is another thing.
    pub differs: bool,
    /// What to do about it.
    pub todo: Option<Sentence>,
}

/// A VM that stood on the cluster already when the service got it.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TakenOver {
    /// When, in seconds since 1970.
    pub at: i64,
    /// Its name.
    pub name: String,
    /// The hardware address of its card.
    pub mac: String,
    /// The addresses in its cloud-init settings, as they are now.
    pub configured: Vec<String>,
    /// What remains to be done.
    pub left: Vec<Sentence>,
}
