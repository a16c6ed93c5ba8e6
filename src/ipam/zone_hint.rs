//! Which reverse zone a network needs.

use ipnet::IpNet;
use std::fmt;
use std::net::IpAddr;

/// The reverse zone that covers a network exactly, where there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ZoneHint {
    /// Its name, without a final dot.
    Zone(String),
    /// The network ends between two labels: its owner delegates each address by RFC 2317.
    Classless,
}

impl ZoneHint {
    /// The zone of a network: IPv4 with a prefix of 8, 16 or 24, IPv6 with a multiple of 4.
    pub fn of(network: IpNet) -> Self {
        let prefix = usize::from(network.prefix_len());
        match network.network() {
            IpAddr::V4(address) if matches!(prefix, 8 | 16 | 24) => {
                let octets = address.octets();
                let labels = octets[..prefix / 8].iter().rev().map(u8::to_string);
                Self::Zone(labels.collect::<Vec<_>>().join(".") + ".in-addr.arpa")
            }
            IpAddr::V6(address) if prefix > 0 && prefix.is_multiple_of(4) => {
                let digits = format!("{:032x}", u128::from(address));
                let labels = digits[..prefix / 4].chars().rev().map(String::from);
                Self::Zone(labels.collect::<Vec<_>>().join(".") + ".ip6.arpa")
            }
            _ => Self::Classless,
        }
    }
}

/// The name of a reverse zone that would hold an address of a network with such a prefix: the network's own where there is
/// one, else the widest within it, or the block that RFC 2317 delegates.
pub fn zone_for(address: IpAddr, prefix: u8) -> String {
    let step = if address.is_ipv4() { 8 } else { 4 };
    if let (IpAddr::V4(address), 25..) = (address, prefix) {
        let [a, b, c, d] = address.octets();
        let within = 32 - u32::from(prefix.min(32));
        let low = (u32::from(d) >> within) << within;
        return format!("{low}/{prefix}.{c}.{b}.{a}.in-addr.arpa");
    }
    let wide = prefix.max(1).next_multiple_of(step);
    let network = IpNet::new(address, wide).map(|network| network.trunc());
    network.map_or_else(
        |_| String::new(),
        |network| ZoneHint::of(network).to_string(),
    )
}

impl fmt::Display for ZoneHint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Zone(name) => f.write_str(name),
            Self::Classless => f.write_str("classless delegation required"),
        }
    }
}
