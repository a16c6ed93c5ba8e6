//! The spellings several parts of the crate must agree on: DNS names and bridges.

use super::{Sentence, say, shown};

/// Whether a text is one label of a DNS name as Proxmox's `dns-name` has it: letters, digits and hyphens, none of these
/// at either end, at most 63.
pub fn is_label(text: &str) -> bool {
    (1..=63).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// Whether a text is a DNS name without a final dot: labels joined by dots, at most 253 characters.
pub fn is_dns_name(text: &str) -> bool {
    text.len() <= 253 && text.split('.').all(is_label)
}

/// A bridge's or VNet's name as `pve-bridge-id` has it, no longer than the 15 characters of a Linux interface name.
/// Error: what it must be.
pub fn bridge(text: &str) -> Result<String, Sentence> {
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if (1..=15).contains(&text.len()) && text.chars().all(inner) {
        return Ok(text.to_owned());
    }
    Err(say::bridge(shown(text)))
}
