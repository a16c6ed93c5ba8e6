//! The server's *Assigned IP Addresses* list: one address a line, `bridge|vlan|ip|prefix|gateway|dns1,dns2`.

use super::pool::unusable_in;
use super::{Family, PlacedAddress};
use crate::model::{FieldError, Sentence, chain, naming, shown};
use ipnet::IpNet;
use std::net::IpAddr;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LegacyEntry {
    /// The bridge.
    pub bridge: String,
    /// The VLAN tag; 0: untagged.
    pub vlan: u16,
    /// The address.
    pub address: IpAddr,
    /// The length of its network's prefix.
    pub prefix: u8,
    /// Its gateway.
    pub gateway: Option<IpAddr>,
    /// Name servers, two at most.
    pub dns: Vec<IpAddr>,
}

impl LegacyEntry {
    /// The address with its network.
    pub fn placed(&self) -> PlacedAddress {
        PlacedAddress {
            address: self.address,
            prefix: self.prefix,
            gateway: self.gateway,
        }
    }
}

/// A whole list. A line that does not parse takes no other line with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LegacyList {
    /// The lines that hold, in their order, each address of a bridge and VLAN once.
    pub entries: Vec<LegacyEntry>,
    /// One error per line that does not, naming the line.
    pub errors: Vec<FieldError>,
}

impl LegacyList {
    /// Reads a list. Empty lines are skipped.
    pub fn parse(text: &str) -> Self {
        let mut list = Self::default();
        for (number, line) in text
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty())
        {
            match entry(line) {
                Ok(entry) if list.has(&entry) => {}
                Ok(entry) => list.entries.push(entry),
                Err(rule) => {
                    let field = format!("Assigned IP Addresses, line {}:", number + 1);
                    list.errors
                        .push(FieldError::new(field, Sentence::foreign(rule)));
                }
            }
        }
        list
    }

    /// The addresses of one family, lowest first; on one bridge and VLAN only, where these are given.
    pub fn candidates(&self, family: Family, on: Option<(&str, u16)>) -> Vec<&LegacyEntry> {
        let fits = |entry: &&LegacyEntry| {
            Family::of(entry.address) == family
                && on.is_none_or(|(bridge, vlan)| entry.bridge == bridge && entry.vlan == vlan)
        };
        let mut found: Vec<&LegacyEntry> = self.entries.iter().filter(fits).collect();
        found.sort_by_key(|entry| entry.address);
        found
    }

    fn has(&self, wanted: &LegacyEntry) -> bool {
        let same = |entry: &LegacyEntry| {
            (&entry.bridge, entry.vlan, entry.address)
                == (&wanted.bridge, wanted.vlan, wanted.address)
        };
        self.entries.iter().any(same)
    }
}

fn entry(line: &str) -> Result<LegacyEntry, String> {
    let parts: Vec<&str> = line.split('|').map(str::trim).collect();
    let &[bridge, vlan, address, prefix, gateway, ref rest @ ..] = parts.as_slice() else {
        return Err("must be bridge|vlan|ip|prefix|gateway|dns1,dns2".to_owned());
    };
    if rest.len() > 1 {
        return Err(
            "must have six parts at most: bridge|vlan|ip|prefix|gateway|dns1,dns2".to_owned(),
        );
    }
    let address = ip(address, "the address")?;
    let family = Family::of(address);
    let prefix = super::pool::prefix(prefix, family)
        .map_err(|rule| format!("the prefix {}", rule.rest()))?;
    let network = IpNet::new(address, prefix).map_err(|error| chain(&error))?;
    let gateway = if gateway.is_empty() {
        None
    } else {
        Some(ip(gateway, "the gateway")?)
    };
    if gateway.is_some_and(|gateway| Family::of(gateway) != family) {
        return Err(format!("the gateway must be of {family} as the address is"));
    }
    if let Some(why) = unusable_in(&network, gateway, address) {
        return Err(format!("{address} is {why}, so it is never given out"));
    }
    let servers = rest
        .first()
        .copied()
        .unwrap_or_default()
        .split(',')
        .map(str::trim);
    let dns: Result<Vec<IpAddr>, String> = servers
        .filter(|server| !server.is_empty())
        .map(|server| ip(server, "the name server"))
        .collect();
    let dns = dns?;
    if dns.len() > 2 {
        return Err("must have two name servers at most".to_owned());
    }
    Ok(LegacyEntry {
        bridge: naming::bridge(bridge).map_err(|rule| format!("the bridge {}", rule.rest()))?,
        vlan: super::pool::vlan(vlan).map_err(|rule| format!("the VLAN {}", rule.rest()))?,
        address,
        prefix,
        gateway,
        dns,
    })
}

fn ip(text: &str, what: &str) -> Result<IpAddr, String> {
    text.parse()
        .map_err(|_| format!("{what} must be an IP address, not \"{}\"", shown(text)))
}
