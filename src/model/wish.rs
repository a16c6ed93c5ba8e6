//! What is to be done once a VM is free: calls of WHMCS that came while a backup or a flow was under way, and what
//! follows a roll-back.

use super::VmState;
use super::words::words;
use std::fmt;

words! {
    /// One thing that is to be done once the VM is free.
    Wish {
        /// An imported VM is taken over first.
        Adopt = "adopt",
        /// The package is changed.
        ChangePackage = "change_package",
        /// The DNS records are set anew.
        SetDnsRecords = "set_dns_records",
        /// What was sold is put over the VM again, as after a restore.
        Restore = "restore",
        /// The VM is suspended.
        Suspend = "suspend",
        /// The suspension ends.
        Unsuspend = "unsuspend",
        /// The VM is compared with what was sold, after going back to a snapshot.
        Compare = "compare",
        /// The VM runs again, after going back to a snapshot.
        Start = "start",
    }
}

impl Wish {
    /// Where the flow begins that fulfils it; `None`: it is done at once, outside of any flow.
    pub fn flow(self) -> Option<VmState> {
        match self {
            Self::ChangePackage => Some(VmState::ChangePackage),
            Self::SetDnsRecords => Some(VmState::SetDnsRecords),
            Self::Restore => Some(VmState::Restore),
            Self::Adopt | Self::Suspend | Self::Unsuspend | Self::Compare | Self::Start => None,
        }
    }
}

/// Wishes in the order in which they came, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wishes(Vec<Wish>);

impl Wishes {
    /// The wishes of a stored list of words, separated by blanks; `None`: one of the words is no wish.
    pub fn parse(words: &str) -> Option<Self> {
        words
            .split_whitespace()
            .map(Wish::parse)
            .collect::<Option<_>>()
            .map(Self)
    }

    /// What is to be done first.
    pub fn first(&self) -> Option<Wish> {
        self.0.first().copied()
    }

    /// Whether this is wished.
    pub fn has(&self, wish: Wish) -> bool {
        self.0.contains(&wish)
    }

    /// Whether nothing else than this is wished.
    pub fn only(&self, wish: Wish) -> bool {
        self.0.iter().all(|known| *known == wish)
    }

    /// Adds a wish; one that is there already keeps its place.
    pub fn add(&mut self, wish: Wish) {
        if !self.has(wish) {
            self.0.push(wish);
        }
    }

    /// Takes a wish away.
    pub fn remove(&mut self, wish: Wish) {
        self.0.retain(|known| *known != wish);
    }

    /// Whether nothing is wished.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Forgets all wishes.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}

impl FromIterator<Wish> for Wishes {
    fn from_iter<I: IntoIterator<Item = Wish>>(wishes: I) -> Self {
        let mut all = Self::default();
        wishes.into_iter().for_each(|wish| all.add(wish));
        all
    }
}

/// The stored list of words.
impl fmt::Display for Wishes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<&str> = self.0.iter().map(|wish| wish.as_str()).collect();
        f.write_str(&words.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wishes_keep_their_order_and_stand_once() {
        let mut wishes = Wishes::default();
        assert_eq!(wishes.first(), None);
        wishes.add(Wish::ChangePackage);
        wishes.add(Wish::Suspend);
        wishes.add(Wish::ChangePackage);
        assert_eq!(wishes.to_string(), "change_package suspend");
        assert_eq!(
            Wishes::parse(" change_package  suspend "),
            Some(wishes.clone())
        );
        assert_eq!(wishes.first(), Some(Wish::ChangePackage));
        wishes.remove(Wish::ChangePackage);
        assert!(wishes.has(Wish::Suspend) && !wishes.has(Wish::ChangePackage));
        assert_eq!(wishes.first(), Some(Wish::Suspend));
        assert_eq!(Wishes::parse("suspend reboot"), None);
        assert_eq!(Wishes::parse(""), Some(Wishes::default()));
    }

    #[test]
    fn a_wish_for_a_flow_has_the_word_of_its_first_state() {
        for wish in Wish::ALL {
            let state = VmState::parse(wish.as_str());
            assert_eq!(wish.flow(), state, "{wish}");
        }
    }
}
