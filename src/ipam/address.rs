//! One address: its key in the database and its texts.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// IPv4 or IPv6.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

impl Family {
    /// The family of an address.
    pub fn of(address: IpAddr) -> Self {
        if address.is_ipv4() {
            Self::V4
        } else {
            Self::V6
        }
    }

    /// 4 or 6, as the database has it.
    pub fn number(self) -> u8 {
        match self {
            Self::V4 => 4,
            Self::V6 => 6,
        }
    }

    /// `IPv4` or `IPv6`, as a pool's type is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V4 => "IPv4",
            Self::V6 => "IPv6",
        }
    }

    /// The family a pool's type or a number stands for, in either case.
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim().to_ascii_lowercase().as_str() {
            "ipv4" | "4" => Some(Self::V4),
            "ipv6" | "6" => Some(Self::V6),
            _ => None,
        }
    }

    /// The length of an address in bits, which is the longest prefix.
    pub fn bits(self) -> u8 {
        match self {
            Self::V4 => 32,
            Self::V6 => 128,
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An address as a number, printed as 32 hexadecimal digits, so that text order is number order and a database that
/// knows no 128-bit numbers sorts and compares it.
///
/// An IPv4 address is its 32 bits with zeros before them, not the mapped form: `10.0.0.5` is 24 zeros and `0a000005`.
/// The families have the same digits for different addresses, so a key goes with its family everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AddressKey(pub u128);

impl AddressKey {
    /// The key of an address.
    pub fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => Self(u128::from(u32::from(address))),
            IpAddr::V6(address) => Self(u128::from(address)),
        }
    }

    /// Reads 32 hexadecimal digits, in either case.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit());
        if digits {
            u128::from_str_radix(text, 16).ok().map(Self)
        } else {
            None
        }
    }

    /// The address of a key; `None` for an IPv4 key beyond 32 bits.
    pub fn address(self, family: Family) -> Option<IpAddr> {
        match family {
            Family::V4 => u32::try_from(self.0)
                .ok()
                .map(|bits| IpAddr::V4(Ipv4Addr::from(bits))),
            Family::V6 => Some(IpAddr::V6(Ipv6Addr::from(self.0))),
        }
    }
}

impl fmt::Display for AddressKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// Within what an address is unique: a cluster, a bridge and a VLAN. The same private address may exist on two of them.
/// The legacy list has the same scopes as the pools.
pub fn scope(cluster: &str, bridge: &str, vlan: u16) -> String {
    format!("{cluster}|{bridge}|{vlan}")
}

/// An address as the service's *Assigned IPs* hold it: IPv6 in full, eight groups of four digits.
pub fn expanded(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => address
            .segments()
            .map(|group| format!("{group:04x}"))
            .join(":"),
    }
}

/// An address with the network it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlacedAddress {
    /// The address.
    pub address: IpAddr,
    /// The length of its network's prefix.
    pub prefix: u8,
    /// The network's gateway.
    pub gateway: Option<IpAddr>,
}
