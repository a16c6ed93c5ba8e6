//! Notes of backups: the template's escapes and variables (PVE::VZDump, `verify_notes_template`, `generate_notes`).

use regex::{Captures, Regex};
use std::sync::OnceLock;

/// The names between double braces that stand for something.
const KNOWN: [&str; 4] = ["cluster", "guestname", "node", "vmid"];

fn escapes() -> &'static Regex {
    static FOUND: OnceLock<Regex> = OnceLock::new();
    FOUND.get_or_init(|| Regex::new(r"\\(.)").expect("a pattern of ours"))
}

fn variables() -> &'static Regex {
    static FOUND: OnceLock<Regex> = OnceLock::new();
    FOUND.get_or_init(|| Regex::new(r"\{\{([^\s{}]+)\}\}").expect("a pattern of ours"))
}

/// Whether a template can be used.
///
/// # Errors
/// Proxmox's text for one with a line feed, an unknown escape or an unknown variable.
pub fn check(template: &str) -> Result<(), String> {
    if template.contains('\n') {
        return Err("contains a line feed".into());
    }
    let mut unknown: Vec<String> = escapes()
        .captures_iter(template)
        .filter(|found| !matches!(&found[1], "n" | "\\"))
        .map(|found| format!("escape sequence '\\{}'", &found[1]))
        .collect();
    unknown.extend(
        variables()
            .captures_iter(template)
            .filter(|found| !KNOWN.contains(&&found[1]))
            .map(|found| format!("variable '{}'", &found[1])),
    );
    match unknown.is_empty() {
        true => Ok(()),
        false => Err(format!("found unknown: {}", unknown.join(", "))),
    }
}

/// The note that a template becomes.
pub fn written(template: &str, known: &[(&str, &str)]) -> String {
    let text = escapes().replace_all(template, |found: &Captures<'_>| match &found[1] {
        "n" => "\n".to_owned(),
        other => other.to_owned(),
    });
    let text = variables().replace_all(&text, |found: &Captures<'_>| {
        let value = known.iter().find(|(name, _)| *name == &found[1]);
        value.map_or_else(|| found[0].to_owned(), |(_, value)| (*value).to_owned())
    });
    text.into_owned()
}
