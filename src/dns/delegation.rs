//! Blocks of addresses delegated between two labels of the reverse tree (RFC 2317): the zone `0/26.113.0.203.in-addr.arpa`
//! holds `10.0/26.113.0.203.in-addr.arpa`, and the zone above has an alias that leads there.
//!
//! The block's label is written in two ways, each with a slash, a hyphen or an underscore: its first number and its prefix
//! (`64/27`), or its first and its last number (`64-95`).

use std::net::Ipv4Addr;

/// The end of the tree these zones are in.
pub(super) const TREE: &str = ".in-addr.arpa";

/// A block of the numbers that follow one to three given ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Delegation {
    /// The addresses of the block, both ends included.
    first: u32,
    last: u32,
    /// How many of an address's numbers stand in the zone's name to the right of the block's label.
    given: usize,
}

impl Delegation {
    /// Reads the labels of a zone, without the end of the tree, from left to right. `None`: they name no block.
    pub(super) fn read(labels: &[&str]) -> Option<Self> {
        let (block, given) = labels.split_first()?;
        if given.is_empty() || given.len() > 3 {
            return None;
        }
        let mut above = [0; 4];
        for (at, label) in given.iter().rev().enumerate() {
            above[at] = octet(label)?;
        }
        let (low, high) = numbers(block, given.len())?;
        let address = |number: u8, rest: u8| {
            let mut octets = above;
            octets[given.len()] = number;
            octets[given.len() + 1..].fill(rest);
            u32::from(Ipv4Addr::from(octets))
        };
        Some(Self {
            first: address(low, 0),
            last: address(high, 255),
            given: given.len(),
        })
    }

    /// Whether the block has the address.
    pub(super) fn holds(self, address: Ipv4Addr) -> bool {
        (self.first..=self.last).contains(&u32::from(address))
    }

    /// How many addresses it has: of two blocks the smaller one is delegated out of the larger.
    pub(super) fn size(self) -> u32 {
        self.last - self.first
    }

    /// The labels of an address before the zone's name.
    pub(super) fn labels(self, address: Ipv4Addr) -> String {
        let octets = address.octets();
        let own = octets[self.given..].iter().rev().map(u8::to_string);
        own.collect::<Vec<_>>().join(".")
    }
}

/// A number as the reverse tree spells it: without zeros in front.
pub(super) fn octet(label: &str) -> Option<u8> {
    let number: u8 = label.parse().ok()?;
    (number.to_string() == label).then_some(number)
}

/// The first and the last number of a block's label.
fn numbers(label: &str, given: usize) -> Option<(u8, u8)> {
    let mark = label.find(['/', '-', '_'])?;
    let (first, second) = (octet(&label[..mark])?, octet(&label[mark + 1..])?);
    let range = (first < second).then_some((first, second));
    // After three numbers the prefixes are 25 to 32, after two 17 to 24.
    let bits = u8::try_from(given * 8).ok()?;
    let prefix = (bits + 1..=bits + 8).contains(&second).then(|| {
        let size = 1_u16 << (bits + 8 - second);
        let aligned = u16::from(first).is_multiple_of(size);
        aligned.then(|| {
            (
                first,
                u8::try_from(u16::from(first) + size - 1).unwrap_or(255),
            )
        })
    });
    let prefix = prefix.flatten();
    if label[mark..].starts_with('/') {
        return prefix;
    }
    // `0-31` may be two numbers or 32. Where both are whole networks it is read as the larger one: nobody delegates two
    // addresses by their prefix, and ranges of 32 are common.
    let whole = range.filter(|(first, last)| is_network(*first, *last));
    match (whole, prefix) {
        (Some(range), Some(prefix)) if range.1 > prefix.1 => Some(range),
        (_, Some(prefix)) => Some(prefix),
        (_, None) => range,
    }
}

fn is_network(first: u8, last: u8) -> bool {
    let size = u16::from(last) - u16::from(first) + 1;
    size.is_power_of_two() && u16::from(first).is_multiple_of(size)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(zone: &str) -> Option<(Ipv4Addr, Ipv4Addr)> {
        let labels: Vec<&str> = zone.split('.').collect();
        let block = Delegation::read(&labels)?;
        Some((block.first.into(), block.last.into()))
    }

    #[test]
    fn a_block_is_written_with_its_prefix_or_its_ends() {
        for (zone, first, last) in [
            ("0/26.113.0.203", "203.0.113.0", "203.0.113.63"),
            ("64/27.113.0.203", "203.0.113.64", "203.0.113.95"),
            ("0-26.113.0.203", "203.0.113.0", "203.0.113.63"),
            ("128_25.113.0.203", "203.0.113.128", "203.0.113.255"),
            ("5/32.113.0.203", "203.0.113.5", "203.0.113.5"),
            ("64-95.113.0.203", "203.0.113.64", "203.0.113.95"),
            ("0-31.113.0.203", "203.0.113.0", "203.0.113.31"),
            ("30-31.113.0.203", "203.0.113.30", "203.0.113.31"),
            ("254-31.113.0.203", "203.0.113.254", "203.0.113.255"),
            ("10-20.113.0.203", "203.0.113.10", "203.0.113.20"),
            ("4/22.0.10", "10.0.4.0", "10.0.7.255"),
            ("64/10.10", "10.64.0.0", "10.127.255.255"),
        ] {
            let wanted = Some((first.parse().unwrap(), last.parse().unwrap()));
            assert_eq!(read(zone), wanted, "{zone}");
        }
    }

    #[test]
    fn what_names_no_block_is_none() {
        for zone in [
            "0/24.113.0.203",
            "0/33.113.0.203",
            "10/26.113.0.203",
            "256/26.113.0.203",
            "00/26.113.0.203",
            "0/26",
            "0/26.1.113.0.203",
            "0/26.x.0.203",
            "20-10.113.0.203",
            "a/26.113.0.203",
            "0//26.113.0.203",
        ] {
            assert_eq!(read(zone), None, "{zone}");
        }
    }
}
