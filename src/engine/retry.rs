//! When a failed step is tried again.

/// Failures in a row after which an alarm shows and the pauses grow.
pub const ALARM_AFTER: u64 = 5;

/// The first pause past the alarm, in seconds.
const FIRST_PAUSE_S: i64 = 15;

/// The longest pause, in seconds: a mended cluster is noticed within a quarter of an hour without anybody's help.
const LONGEST_PAUSE_S: i64 = 900;

/// When to look again after `fails` failures in a row: the next tick at first, then after growing pauses.
pub fn next_look(now: i64, fails: u64) -> i64 {
    if fails < ALARM_AFTER {
        return now;
    }
    // 2⁶ × 15 s is past the longest pause already.
    let doublings = u32::try_from((fails - ALARM_AFTER).min(6)).unwrap_or(6);
    now + (FIRST_PAUSE_S << doublings).min(LONGEST_PAUSE_S)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_from_a_tick_to_a_quarter_of_an_hour() {
        let pauses: Vec<i64> = (0..14).map(|fails| next_look(0, fails)).collect();
        assert_eq!(
            pauses,
            [0, 0, 0, 0, 0, 15, 30, 60, 120, 240, 480, 900, 900, 900]
        );
        assert_eq!(next_look(0, u64::MAX), 900);
    }
}
