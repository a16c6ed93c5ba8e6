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

impl fmt::Display for ZoneHint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Zone(name) => f.write_str(name),
            Self::Classless => f.write_str("classless delegation required"),
        }
    }
}
