//! Sizes as Proxmox writes them: `64M`, `4G`; powers of 1024.

use std::fmt;
use std::str::FromStr;

/// A number of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Size(pub u64);

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;
const TIB: u64 = 1 << 40;

impl Size {
    /// Whole GiB; capped at what 64 bits hold.
    pub fn gib(count: u64) -> Self {
        Self(count.saturating_mul(GIB))
    }

    /// The bytes.
    pub fn bytes(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Size {
    /// `3G` where it is whole GiB, else `NNNM`, `NNNK` or plain bytes: what `resize` takes as an absolute size.
    /// Larger units are not used, since Proxmox itself writes `1T` as `1T` or `1024G` depending on its version.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => f.write_str("0"),
            n if n % GIB == 0 => write!(f, "{}G", n / GIB),
            n if n % MIB == 0 => write!(f, "{}M", n / MIB),
            n if n % KIB == 0 => write!(f, "{}K", n / KIB),
            n => write!(f, "{n}"),
        }
    }
}

/// The text is no size.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no size: digits with K, M, G or T are")]
pub struct BadSize(pub String);

impl FromStr for Size {
    type Err = BadSize;

    /// Digits, a fraction perhaps (Proxmox takes `1.5G`), and one of K, M, G, T or nothing for bytes.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || BadSize(text.to_owned());
        let (digits, unit) = match text.as_bytes().last() {
            Some(b'K') => (&text[..text.len() - 1], KIB),
            Some(b'M') => (&text[..text.len() - 1], MIB),
            Some(b'G') => (&text[..text.len() - 1], GIB),
            Some(b'T') => (&text[..text.len() - 1], TIB),
            _ => (text, 1),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let is_number = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !is_number(whole) || !is_number(fraction) || digits.ends_with('.') {
            return Err(bad());
        }
        let whole: u64 = whole.parse().map_err(|_| bad())?;
        // In integers, as a float would lose the last bytes of large disks. Nine digits are finer than a byte of a GiB.
        let fraction = format!("{:0<9.9}", fraction);
        let fraction: u128 = fraction.parse().map_err(|_| bad())?;
        let part = u64::try_from(fraction * u128::from(unit) / 1_000_000_000).map_err(|_| bad())?;
        whole
            .checked_mul(unit)
            .and_then(|bytes| bytes.checked_add(part))
            .map(Self)
            .ok_or_else(bad)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::rngs::StdRng;
    use rand::{Rng, SeedableRng};

    #[test]
    fn sizes_read_and_print() {
        for (text, bytes, printed) in [
            ("64M", 64 * MIB, "64M"),
            ("4G", 4 * GIB, "4G"),
            ("1024M", GIB, "1G"),
            ("3072M", 3 * GIB, "3G"),
            ("1.5G", 1536 * MIB, "1536M"),
            ("1T", TIB, "1024G"),
            ("528K", 528 * KIB, "528K"),
            ("4194304", 4 * MIB, "4M"),
            ("1025", 1025, "1025"),
            ("0", 0, "0"),
        ] {
            let size: Size = text.parse().unwrap();
            assert_eq!(size.bytes(), bytes, "{text}");
            assert_eq!(size.to_string(), printed, "{text}");
        }
        for bad in [
            "",
            "G",
            "-1G",
            "+1G",
            "1g",
            "1GB",
            "1.",
            ".5G",
            "99999999999T",
            "1 G",
            "é",
        ] {
            assert_eq!(bad.parse::<Size>(), Err(BadSize(bad.to_owned())));
        }
    }

    #[test]
    fn every_size_reads_back() {
        let seed: u64 = rand::rng().random();
        println!("seed {seed}");
        let mut rng = StdRng::seed_from_u64(seed);
        for _ in 0..2000 {
            let unit = [1, KIB, MIB, GIB][rng.random_range(0..4)];
            let size = Size(rng.random_range(0..1 << 20) * unit);
            assert_eq!(size.to_string().parse(), Ok(size));
        }
    }
}
