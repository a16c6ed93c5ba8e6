//! Seeded randomness (SplitMix64): the same seed gives the same MACs, uuids and pids.

/// A small deterministic generator.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// A generator that always gives the same numbers for `seed`.
    pub fn new(seed: u64) -> Random {
        Random(seed ^ 0x9E37_79B9_7F4A_7C15)
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `limit` (which must not be 0).
    pub fn below(&mut self, limit: u64) -> u64 {
        self.bits() % limit
    }

    /// A number in `0.0..1.0`.
    pub fn fraction(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A MAC address under `prefix` (`BC:24:11`, what Proxmox VE gives out since 8.1).
    pub fn mac(&mut self, prefix: &str) -> String {
        let bits = self.bits();
        format!(
            "{prefix}:{:02X}:{:02X}:{:02X}",
            bits as u8,
            (bits >> 8) as u8,
            (bits >> 16) as u8
        )
    }

    /// A version 4 UUID.
    pub fn uuid(&mut self) -> String {
        let (a, b) = (self.bits(), self.bits());
        format!(
            "{:08x}-{:04x}-4{:03x}-{:x}{:03x}-{:012x}",
            a >> 32,
            (a >> 16) & 0xffff,
            a & 0xfff,
            8 + (b & 3),
            (b >> 4) & 0xfff,
            (b >> 16) & 0xffff_ffff_ffff
        )
    }

    /// `length` characters out of letters and digits.
    pub fn word(&mut self, length: usize) -> String {
        const SET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        (0..length)
            .map(|_| SET[self.below(SET.len() as u64) as usize] as char)
            .collect()
    }
}
