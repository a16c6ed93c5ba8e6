//! A range of addresses, and the free ones in it.

use super::{AddressKey, Family};
use std::net::IpAddr;

/// A range of addresses of one family, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddressRange {
    /// The family.
    pub family: Family,
    /// The lowest.
    pub first: AddressKey,
    /// The highest; not below the lowest.
    pub last: AddressKey,
}

impl AddressRange {
    /// Whether it holds an address.
    pub fn holds(&self, address: IpAddr) -> bool {
        let key = AddressKey::of(address);
        Family::of(address) == self.family && (self.first..=self.last).contains(&key)
    }

    /// How many addresses it holds; the whole of IPv6 counts as one less, which `u128` can say.
    pub fn size(&self) -> u128 {
        (self.last.0 - self.first.0).saturating_add(1)
    }
}

/// The keys of a range that are not taken, ascending, found while walking the taken ones once.
pub struct Gaps<I: Iterator<Item = AddressKey>> {
    /// The next candidate; `None` past the last.
    next: Option<u128>,
    last: u128,
    taken: std::iter::Peekable<I>,
}

impl<I: Iterator<Item = AddressKey>> Gaps<I> {
    /// `taken` comes in ascending order; doubles and keys outside the range do no harm. It is read no further than
    /// to the gap that is asked for.
    pub fn new(range: &AddressRange, taken: I) -> Self {
        Self {
            next: Some(range.first.0),
            last: range.last.0,
            taken: taken.peekable(),
        }
    }
}

impl<I: Iterator<Item = AddressKey>> Iterator for Gaps<I> {
    type Item = AddressKey;

    fn next(&mut self) -> Option<AddressKey> {
        let mut candidate = self.next?;
        while let Some(AddressKey(key)) = self.taken.next_if(|key| key.0 <= candidate) {
            if key == candidate {
                let Some(after) = candidate.checked_add(1) else {
                    self.next = None;
                    return None;
                };
                candidate = after;
            }
        }
        if candidate > self.last {
            self.next = None;
            return None;
        }
        self.next = candidate.checked_add(1);
        Some(AddressKey(candidate))
    }
}
