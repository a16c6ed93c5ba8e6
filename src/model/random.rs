//! Chance, passed in: marks, passwords, jitter and backup times, all from one generator that a test can seed.

use crate::model::OwnerMark;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use std::cell::RefCell;
use std::rc::Rc;

/// A shared random generator. `StdRng` is a cryptographic one: passwords and marks are drawn from it.
#[derive(Clone, Debug)]
pub struct Random(Rc<RefCell<StdRng>>);

impl Random {
    /// Seeded by the operating system.
    pub fn from_system() -> Self {
        Self(Rc::new(RefCell::new(StdRng::from_os_rng())))
    }

    /// Replays the same draws for the same seed.
    #[allow(dead_code, reason = "the tests replay a seed by it")]
    pub fn seeded(seed: u64) -> Self {
        Self(Rc::new(RefCell::new(StdRng::seed_from_u64(seed))))
    }

    /// A number in `low..high`; `low` where the range is empty.
    pub fn between(&self, low: u64, high: u64) -> u64 {
        if low >= high {
            low
        } else {
            self.0.borrow_mut().random_range(low..high)
        }
    }

    /// `count` characters out of `alphabet`.
    pub fn text(&self, alphabet: &[u8], count: usize) -> String {
        let mut rng = self.0.borrow_mut();
        (0..count)
            .map(|_| char::from(alphabet[rng.random_range(0..alphabet.len())]))
            .collect()
    }

    /// 32 hexadecimal digits.
    pub fn token(&self) -> String {
        self.text(b"0123456789abcdef", 32)
    }

    /// A new service's mark.
    pub fn owner_mark(&self) -> OwnerMark {
        // The alphabet and the length above are what `OwnerMark::new` asks for.
        OwnerMark::new(&self.token()).unwrap_or_else(|| self.owner_mark())
    }

    /// A password for a guest: 16 letters and digits without the look-alikes 0 O 1 l I, at least one of each kind.
    pub fn password(&self) -> String {
        const ALPHABET: &[u8] = b"abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
        loop {
            let word = self.text(ALPHABET, 16);
            let has = |kind: fn(&u8) -> bool| word.bytes().any(|b| kind(&b));
            if has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase) && has(u8::is_ascii_digit)
            {
                return word;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_draws_the_same() {
        assert_eq!(Random::seeded(7).password(), Random::seeded(7).password());
        assert_ne!(Random::seeded(7).token(), Random::seeded(8).token());
    }
}
