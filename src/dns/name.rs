//! Names: of zones, and of addresses in the reverse tree.

use super::delegation::{self, Delegation, octet};
use crate::model::naming::is_dns_name;
use crate::model::{Sentence, say};
use std::fmt;
use std::net::IpAddr;

/// A zone's name: lower case, without the final dot.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ZoneName {
    name: String,
    /// The addresses of a zone that begins between two labels of the reverse tree.
    block: Option<Delegation>,
}

impl ZoneName {
    /// Reads a name with or without its final dot. Error: it is none, or no name of a VM and of no address can be in the
    /// zone.
    pub fn parse(text: &str) -> Result<Self, Sentence> {
        let name = bare(text);
        let shown: String = name.chars().filter(|c| !c.is_control()).take(60).collect();
        // Underscores and slashes are in use for delegations (RFC 2317), though in no host's name.
        let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/');
        let label = |label: &str| (1..=63).contains(&label.len()) && label.chars().all(inner);
        if name.len() > 253 || !name.split('.').all(label) {
            return Err(say::zone_name(shown));
        }
        match block(&name) {
            Some(block) => Ok(Self { name, block }),
            None => Err(say::zone_never(shown)),
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.name
    }

    /// Whether a name belongs into the zone: it is the zone's own or ends in it, label by label.
    pub fn takes(&self, name: &str) -> bool {
        let name = bare(name);
        name.strip_suffix(&self.name)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }

    /// The name under which the zone holds an address. `None`: it does not hold it.
    pub fn reverse_name(&self, address: IpAddr) -> Option<String> {
        match (self.block, address) {
            (Some(block), IpAddr::V4(address)) if block.holds(address) => {
                Some(format!("{}.{}", block.labels(address), self.name))
            }
            (Some(_), _) => None,
            (None, address) => Some(reverse_name(address)).filter(|name| self.takes(name)),
        }
    }

    /// Whether this zone answers for an address rather than the other one, which holds it too: a block's zone goes before
    /// the zones above it, and a smaller block before a larger one. `same_server`: both are one server's, which answers
    /// from the inner one.
    pub fn goes_before(&self, other: &Self, same_server: bool) -> bool {
        match (self.block, other.block) {
            (Some(one), Some(two)) => one.size() < two.size(),
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (None, None) => same_server && self.name.len() > other.name.len(),
        }
    }
}

/// The name under which a zone holds an address, if no zone among all goes before it. Each zone comes with the place of its
/// server.
pub fn answers(
    (zone, location): (&ZoneName, &str),
    all: &[(&ZoneName, String)],
    address: IpAddr,
) -> Option<String> {
    let name = zone.reverse_name(address)?;
    let before = |(other, place): &(&ZoneName, String)| {
        other.reverse_name(address).is_some() && other.goes_before(zone, place == location)
    };
    (!all.iter().any(before)).then_some(name)
}

/// The block of a zone, if it has one; the outer `None`: nothing of a VM can ever be in such a zone.
fn block(name: &str) -> Option<Option<Delegation>> {
    if let Some(rest) = name.strip_suffix(delegation::TREE) {
        let labels: Vec<&str> = rest.split('.').collect();
        let plain = labels.len() <= 4 && labels.iter().all(|label| octet(label).is_some());
        return match plain {
            true => Some(None),
            false => Delegation::read(&labels).map(Some),
        };
    }
    if let Some(rest) = name.strip_suffix(".ip6.arpa") {
        let digit = |label: &str| label.len() == 1 && label.bytes().all(|b| b.is_ascii_hexdigit());
        let good = rest.split('.').count() <= 32 && rest.split('.').all(digit);
        return good.then_some(None);
    }
    is_dns_name(name).then_some(None)
}

impl fmt::Display for ZoneName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
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

/// A host's full name as somebody types it, for a PTR record. Error: what it must be.
pub fn host_name(text: &str) -> Result<String, Sentence> {
    let name = text.trim();
    let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
    // A last label of digits would read as an address (RFC 3696 §2).
    let digits = |label: &str| label.bytes().all(|byte| byte.is_ascii_digit());
    match name.rsplit_once('.') {
        Some((_, last)) if is_dns_name(&name) && !digits(last) => Ok(name),
        _ => {
            let shown: String = name.chars().filter(|c| !c.is_control()).take(40).collect();
            Err(say::name_host(shown))
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
