//! What somebody looks for, read as addresses.

use super::address::{AddressKey, Family};
use ipnet::IpNet;
use std::net::IpAddr;

/// The addresses that a text names, the first and the last: one address in any spelling, or a network. An address that is
/// written with the length of its prefix, as pages show it, is that address alone.
pub fn sought(text: &str) -> Option<(Family, AddressKey, AddressKey)> {
    let text = text.trim().trim_start_matches('[').trim_end_matches(']');
    let one = |address: IpAddr| {
        let address = address.to_canonical();
        let key = AddressKey::of(address);
        (Family::of(address), key, key)
    };
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some(one(address));
    }
    let net: IpNet = text.parse().ok()?;
    if net.addr() != net.network() {
        return Some(one(net.addr()));
    }
    let last = AddressKey::of(net.broadcast());
    Some((Family::of(net.addr()), AddressKey::of(net.network()), last))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Option<String> {
        let (family, first, last) = sought(text)?;
        let (first, last) = (first.address(family)?, last.address(family)?);
        Some(format!("{first} {last}"))
    }

    #[test]
    fn an_address_is_known_in_every_spelling() {
        let one = |text: &str, address: &str| {
            assert_eq!(shown(text), Some(format!("{address} {address}")), "{text}");
        };
        for text in [
            "203.0.113.52",
            " 203.0.113.52/24 ",
            "::ffff:203.0.113.52",
            "203.0.113.52/32",
        ] {
            one(text, "203.0.113.52");
        }
        for text in [
            "2001:db8:77::11",
            "2001:0DB8:0077:0000:0000:0000:0000:0011",
            "[2001:db8:77::11]",
            "2001:db8:77::11/64",
        ] {
            one(text, "2001:db8:77::11");
        }
        assert_eq!(
            shown("203.0.113.0/24").as_deref(),
            Some("203.0.113.0 203.0.113.255")
        );
        assert_eq!(
            shown("2001:db8:77::/64").as_deref(),
            Some("2001:db8:77:: 2001:db8:77:0:ffff:ffff:ffff:ffff")
        );
        for text in [
            "",
            "203.0.113",
            "nowak",
            "1",
            "203.0.113.0/40",
            "bc:24:11:00:00:01",
        ] {
            assert_eq!(shown(text), None, "{text}");
        }
    }
}
