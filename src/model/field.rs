//! What is wrong with one field of a form, an option or a row: the only way bad input is reported.

use super::{Sentence, chain, say};
use std::fmt;

/// Characters of a refused value that a sentence quotes.
const QUOTED_CHARS: usize = 40;

/// A value as the sentence that refuses it may quote it: short, and without what a screen or a log would obey.
pub fn shown(raw: &str) -> String {
    let mut letters = raw.chars();
    let mut text: String = letters
        .by_ref()
        .take(QUOTED_CHARS)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if letters.next().is_some() {
        text.push('…');
    }
    text
}

/// Characters of a foreign text that are kept: of an error, a reason, a line of a log.
const BRIEF_CHARS: usize = 500;

/// A text of somebody else's as it is shown and stored: at most some 500 characters.
pub fn brief(text: &str) -> String {
    match text.char_indices().nth(BRIEF_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// One field that did not parse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field as its reader knows it: the key of a form field, or the name of a configurable option.
    pub field: String,
    /// What it must be: `Must be a whole number from 1 to 4096, not "many".`
    pub rule: Sentence,
}

impl FieldError {
    /// An error of `field`.
    pub fn new(field: impl Into<String>, rule: impl Into<Sentence>) -> Self {
        Self {
            field: field.into(),
            rule: rule.into().whole(),
        }
    }

    /// The rule, for a page that shows it beside the field.
    pub fn sentence(&self) -> Sentence {
        self.rule.clone()
    }

    /// Several errors, each as a sentence with its field, one after the other.
    pub fn sentences(errors: &[Self]) -> Sentence {
        let told = errors
            .iter()
            .map(|error| say::field_rule(&error.field, error.sentence()).in_logs(chain(error)));
        told.reduce(say::list_then).unwrap_or_else(Sentence::none)
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}.", self.field, self.rule.rest())
    }
}

impl std::error::Error for FieldError {}
