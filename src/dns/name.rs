//! Names: of zones, and of addresses in the reverse tree.

use crate::model::naming::is_dns_name;
use std::fmt;
use std::net::IpAddr;

/// A zone's name: lower case, without the final dot.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ZoneName(String);

impl ZoneName {
    /// Reads a name with or without its final dot. Error: the rest of a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let name = bare(text);
        // Underscores and slashes are in use for delegations (RFC 2317), though in no host's name.
        let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/');
        let label = |label: &str| (1..=63).contains(&label.len()) && label.chars().all(inner);
        if name.len() <= 253 && name.split('.').all(label) {
            return Ok(Self(name));
        }
        let shown: String = name.chars().filter(|c| !c.is_control()).take(40).collect();
        Err(format!(
            "must be a zone's name such as example.com or 2.0.192.in-addr.arpa, not \"{shown}\""
        ))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a name belongs into the zone: it is the zone's own or ends in it, label by label.
    pub fn takes(&self, name: &str) -> bool {
        let name = bare(name);
        name.strip_suffix(&self.0)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }
}

impl fmt::Display for ZoneName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A name as all comparisons here want it: lower case, no dots or spaces around it.
pub fn bare(name: &str) -> String {
    name.trim().trim_matches('.').to_ascii_lowercase()
}

/// A record's value as all comparisons here want it: an address as it prints, any other value as a bare name.
pub fn canonical(value: &str) -> String {
    value
        .trim()
        .parse::<IpAddr>()
        .map_or_else(|_| bare(value), |address| address.to_string())
}

/// A host's full name as somebody types it, for a PTR record. Error: the rest of a sentence.
pub fn host_name(text: &str) -> Result<String, String> {
    let name = text.trim();
    let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
    // A last label of digits would read as an address (RFC 3696 §2).
    let digits = |label: &str| label.bytes().all(|byte| byte.is_ascii_digit());
    match name.rsplit_once('.') {
        Some((_, last)) if is_dns_name(&name) && !digits(last) => Ok(name),
        _ => {
            let shown: String = name.chars().filter(|c| !c.is_control()).take(40).collect();
            Err(format!(
                "must be a full host name such as mail.example.com, not \"{shown}\""
            ))
        }
    }
}

/// The name of an address in the reverse tree, without a final dot: four octets under `in-addr.arpa`, or 32 digits under
/// `ip6.arpa`.
pub fn reverse_name(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => {
            let [a, b, c, d] = address.octets();
            format!("{d}.{c}.{b}.{a}.in-addr.arpa")
        }
        IpAddr::V6(address) => {
            let digits = format!("{:032x}", u128::from(address));
            let labels: Vec<String> = digits.chars().rev().map(String::from).collect();
            labels.join(".") + ".ip6.arpa"
        }
    }
}
