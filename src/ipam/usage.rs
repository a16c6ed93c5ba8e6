//! How full a pool is.

use std::fmt;

/// Used and all addresses of a range. What is never given out counts as used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// Given out, in quarantine, or never given out.
    pub used: u128,
    /// The size of the range.
    pub total: u128,
}

impl Usage {
    /// Hundredths of a percent, rounded.
    pub fn basis_points(&self) -> u64 {
        if self.total == 0 {
            return 0;
        }
        // Far above what a database holds in rows, the last digits of the count no longer show.
        let share = match self.used.checked_mul(10_000) {
            Some(scaled) => (scaled + self.total / 2) / self.total,
            None => self.used / (self.total / 10_000),
        };
        u64::try_from(share).unwrap_or(u64::MAX)
    }
}

impl fmt::Display for Usage {
    /// `27.59% (8/29)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let points = self.basis_points();
        write!(
            f,
            "{}.{:02}% ({}/{})",
            points / 100,
            points % 100,
            self.used,
            self.total
        )
    }
}
