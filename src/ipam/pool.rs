//! A pool: a range of addresses on one bridge and VLAN of one server entry, with the network they stand in.

use super::{AddressKey, AddressRange, Family, PlacedAddress, Usage, ZoneHint};
use crate::model::{FieldError, Sentence, ServerId, lenient, naming, say, shown};
use ipnet::IpNet;
use serde_json::{Value, json};
use std::net::IpAddr;

/// A pool that holds to the rules of its form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pool {
    /// Its row; 0: not stored yet.
    pub id: u64,
    /// The server entry whose services it serves.
    pub server_id: ServerId,
    /// IPv4 or IPv6.
    pub family: Family,
    /// The bridge.
    pub bridge: String,
    /// The VLAN tag; 0: untagged.
    pub vlan: u16,
    /// The gateway of its network.
    pub gateway: IpAddr,
    /// The length of its network's prefix.
    pub mask: u8,
    /// First name server.
    pub dns1: Option<IpAddr>,
    /// Second name server.
    pub dns2: Option<IpAddr>,
    /// Lowest address.
    pub first: IpAddr,
    /// Highest address.
    pub last: IpAddr,
    /// Addresses in the range that are never given out.
    pub reserved: Vec<IpAddr>,
}

impl Pool {
    /// Reads a form or a stored row: `id`, `server_id`, `type`, `bridge`, `vlan`, `gateway`, `mask`, `dns1`, `dns2`,
    /// `address_start`, `address_stop`, `reserved` (addresses parted by commas, spaces or lines, or a list). Errors: one
    /// per field that breaks its rule.
    pub fn parse(form: &Value) -> Result<Pool, Vec<FieldError>> {
        let mut reader = Reader {
            form,
            errors: Vec::new(),
        };
        let pool = reader.pool();
        match pool {
            Some(pool) if reader.errors.is_empty() => Ok(pool),
            _ => Err(reader.errors),
        }
    }

    /// The form or row that [`Pool::parse`] reads back to the same pool.
    pub fn to_value(&self) -> Value {
        let server =
            |address: Option<IpAddr>| address.map(|one| one.to_string()).unwrap_or_default();
        let reserved: Vec<String> = self.reserved.iter().map(IpAddr::to_string).collect();
        json!({
            "id": self.id,
            "server_id": self.server_id,
            "type": self.family.as_str(),
            "bridge": self.bridge,
            "vlan": self.vlan,
            "gateway": self.gateway.to_string(),
            "mask": self.mask,
            "dns1": server(self.dns1),
            "dns2": server(self.dns2),
            "address_start": self.first.to_string(),
            "address_stop": self.last.to_string(),
            "reserved": reserved.join(", "),
        })
    }

    /// Its network: the gateway's, or the range's own where the gateway is a link-local one.
    pub fn network(&self) -> Option<IpNet> {
        network(self.gateway, self.first, self.mask)
    }

    /// Whether it shares an address with another pool of the same server, bridge and VLAN.
    pub fn overlaps(&self, other: &Pool) -> bool {
        let (mine, theirs) = (self.range(), other.range());
        let meet = mine.first <= theirs.last && theirs.first <= mine.last;
        self.server_id == other.server_id
            && self.is_on(&other.bridge, other.vlan)
            && self.family == other.family
            && meet
    }

    /// Its range; the bounds of a query for what is taken of it.
    pub fn range(&self) -> AddressRange {
        AddressRange {
            family: self.family,
            first: AddressKey::of(self.first),
            last: AddressKey::of(self.last),
        }
    }

    /// Whether it serves a bridge and VLAN.
    pub fn is_on(&self, bridge: &str, vlan: u16) -> bool {
        self.bridge == bridge && self.vlan == vlan
    }

    /// Whether an address may be given out: in the range, and neither gateway nor reserved nor one that the network
    /// itself needs.
    pub fn usable(&self, address: IpAddr) -> bool {
        self.range().holds(address)
            && self
                .closed()
                .binary_search(&AddressKey::of(address))
                .is_err()
    }

    /// How full it is with this many addresses taken: those that are never given out count as used.
    pub fn usage(&self, taken: u64) -> Usage {
        let total = self.range().size();
        let closed = self.closed().len() as u128;
        Usage {
            used: (closed + u128::from(taken)).min(total),
            total,
        }
    }

    /// The reverse zone its network needs.
    pub fn zone_hint(&self) -> ZoneHint {
        self.network().map_or(ZoneHint::Classless, ZoneHint::of)
    }

    /// An address of it with its network.
    pub fn placed(&self, address: IpAddr) -> PlacedAddress {
        PlacedAddress {
            address,
            prefix: self.mask,
            gateway: Some(self.gateway),
        }
    }

    /// The name servers that are set.
    pub fn dns(&self) -> Vec<IpAddr> {
        self.dns1.into_iter().chain(self.dns2).collect()
    }

    /// The keys within the range that are never given out, ascending, each once. They are few: the gateway, the ends of
    /// the network and what an admin reserved.
    fn closed(&self) -> Vec<AddressKey> {
        let ends = self
            .network()
            .map(|network| [network.network(), network.broadcast()]);
        let ends = ends.into_iter().flatten().filter(|end| {
            let network = self.network();
            network.is_some_and(|network| unusable_in(&network, None, *end).is_some())
        });
        let all = ends
            .chain([self.gateway])
            .chain(self.reserved.iter().copied());
        let range = self.range();
        let mut keys: Vec<AddressKey> = all
            .filter(|one| range.holds(*one))
            .map(AddressKey::of)
            .collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }
}

/// The network a pool's addresses stand in. Hosters give IPv6 networks a router at `fe80::1`, which is in none of them.
fn network(gateway: IpAddr, first: IpAddr, mask: u8) -> Option<IpNet> {
    let link_local = matches!(gateway, IpAddr::V6(gateway) if gateway.is_unicast_link_local());
    IpNet::new(if link_local { first } else { gateway }, mask)
        .ok()
        .map(|network| network.trunc())
}

/// What an address is that its network keeps for itself: its gateway; for IPv4 wider than /31 the network's own and the
/// broadcast address; for IPv6 wider than /127 the subnet-router anycast address (RFC 4291 §2.6.1). `None`: an address
/// like any other.
pub(super) fn unusable_in(
    network: &IpNet,
    gateway: Option<IpAddr>,
    address: IpAddr,
) -> Option<&'static str> {
    if gateway == Some(address) {
        return Some("the gateway");
    }
    match network {
        IpNet::V4(network) if network.prefix_len() < 31 => match address {
            IpAddr::V4(one) if one == network.network() => Some("the network's own address"),
            IpAddr::V4(one) if one == network.broadcast() => Some("the broadcast address"),
            _ => None,
        },
        IpNet::V6(network) if network.prefix_len() < 127 => (address
            == IpAddr::V6(network.network()))
        .then_some("the subnet-router anycast address"),
        _ => None,
    }
}

/// Reads the form's fields and gathers what is wrong.
struct Reader<'a> {
    form: &'a Value,
    errors: Vec<FieldError>,
}

impl Reader<'_> {
    /// `None` only with an error gathered.
    fn pool(&mut self) -> Option<Pool> {
        let id = self.field("id", number).unwrap_or(0);
        let server = self.field("server_id", |text| match lenient::whole_text(text) {
            Some(id) if id > 0 => Ok(ServerId(id)),
            _ => Err(say::server()),
        });
        let family = self.field("type", |text| Family::parse(text).ok_or_else(say::family));
        let bridge = self.field("bridge", naming::bridge);
        let vlan = self.field("vlan", vlan);
        // What cannot be judged without the family waits until that is mended.
        let family = family?;
        let mask = self.field("mask", |text| prefix(text, family));
        let gateway = self.address("gateway", family);
        let first = self.address("address_start", family);
        let last = self.address("address_stop", family);
        let (dns1, dns2) = (self.server("dns1"), self.server("dns2"));
        let network = network(gateway?, first?, mask?)?;
        // A prefix as long as the address makes each one a network of its own; its gateway is outside by nature.
        let single = mask? == family.bits();
        for (key, address) in [("address_start", first?), ("address_stop", last?)] {
            if !single && !network.contains(&address) {
                self.fail(key, say::network(network.to_string(), address));
            }
        }
        if first? > last? {
            self.fail("address_stop", say::below(first?));
        }
        let reserved = self.reserved(family);
        let pool = Pool {
            id,
            server_id: server?,
            family,
            bridge: bridge?,
            vlan: vlan?,
            gateway: gateway?,
            mask: mask?,
            dns1,
            dns2,
            first: first?,
            last: last?,
            reserved,
        };
        if pool.first <= pool.last && pool.closed().len() as u128 >= pool.range().size() {
            self.fail("address_stop", say::room());
        }
        Some(pool)
    }

    fn field<T>(&mut self, key: &str, read: impl Fn(&str) -> Result<T, Sentence>) -> Option<T> {
        let text = lenient::text_of(self.form, key);
        read(text.trim()).map_err(|rule| self.fail(key, rule)).ok()
    }

    fn fail(&mut self, key: &str, rule: Sentence) {
        self.errors.push(FieldError::new(key, rule));
    }

    fn address(&mut self, key: &str, family: Family) -> Option<IpAddr> {
        self.field(key, |text| address(text, family))
    }

    /// A name server may be of either family: a guest with IPv6 alone may ask one by IPv4 through NAT64.
    fn server(&mut self, key: &str) -> Option<IpAddr> {
        let server = self.field(key, |text| match text {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| say::ip(shown(text))),
        });
        server.flatten()
    }

    fn reserved(&mut self, family: Family) -> Vec<IpAddr> {
        let text = match self.form.get("reserved") {
            Some(Value::Array(list)) => list
                .iter()
                .filter_map(lenient::text)
                .collect::<Vec<_>>()
                .join(","),
            _ => lenient::text_of(self.form, "reserved"),
        };
        let words = text
            .split(|c: char| c.is_whitespace() || c == ',' || c == ';')
            .filter(|word| !word.is_empty());
        let mut reserved = Vec::new();
        for word in words {
            match address(word, family) {
                Ok(one) if !reserved.contains(&one) => reserved.push(one),
                Ok(_) => {}
                Err(rule) => self.fail("reserved", rule),
            }
        }
        reserved
    }
}

fn address(text: &str, family: Family) -> Result<IpAddr, Sentence> {
    let parsed = text
        .parse::<IpAddr>()
        .ok()
        .filter(|address| Family::of(*address) == family);
    let address = parsed.ok_or_else(|| say::ip_family(family.to_string(), shown(text)))?;
    if address.is_unspecified() || address.is_loopback() || address.is_multicast() {
        return Err(say::host(address));
    }
    Ok(address)
}

/// The number of a pool that is there; 0 for a new one.
fn number(text: &str) -> Result<u64, Sentence> {
    match text {
        "" => Ok(0),
        text => lenient::whole_text(text).ok_or_else(|| say::pool_number(shown(text))),
    }
}

/// A prefix's length: 1 to 32, or 1 to 128.
pub(super) fn prefix(text: &str, family: Family) -> Result<u8, Sentence> {
    let number = lenient::whole_text(text.trim_start_matches('/'))
        .and_then(|number| u8::try_from(number).ok());
    let fits = number.filter(|number| (1..=family.bits()).contains(number));
    fits.ok_or_else(|| say::prefix(family.bits(), family.to_string(), shown(text)))
}

/// A VLAN tag. Absent means untagged.
pub(super) fn vlan(text: &str) -> Result<u16, Sentence> {
    if text.is_empty() {
        return Ok(0);
    }
    let tag = lenient::whole_text(text)
        .and_then(|tag| u16::try_from(tag).ok())
        .filter(|tag| *tag <= 4094);
    tag.ok_or_else(|| say::vlan(shown(text)))
}
