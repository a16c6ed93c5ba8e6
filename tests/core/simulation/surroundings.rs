//! What the module stands on: clocks that differ and jump, a database that fails for a while.

use super::Play;
use crate::support::outage::Failing;
use std::time::Duration;

/// So many seconds a clock may be wrong by, in either direction.
const WRONG: [i64; 8] = [2, 45, 240, 299, 420, 3600, 7200, 90_000];

impl Play {
    /// Chooses what this round's clocks and database are like.
    pub(super) fn surroundings(&mut self) {
        if self.once_in(self.profile.clocks) {
            self.clocks();
        }
        if self.once_in(self.profile.outages) {
            let failing = [Failing::Away, Failing::Broke, Failing::ReadOnly][self.roll(3) as usize];
            let begins = match self.roll(3) {
                0 => Duration::ZERO,
                _ => Duration::from_millis(self.roll(40_000)),
            };
            let lasts = Duration::from_millis([500, 5000, 30_000, 120_000][self.roll(4) as usize]);
            self.world.outage(failing, begins, lasts);
            self.say(format!(
                "the database: {failing:?} after {begins:?} for {lasts:?}"
            ));
        }
    }

    fn clocks(&mut self) {
        let machine = match self.roll(4) {
            0 => self.wrong(),
            _ => 0,
        };
        let before = match self.roll(3) {
            0 => self.wrong(),
            _ => 0,
        };
        let after = match self.roll(3) {
            0 => before,
            1 => 0,
            _ => self.wrong(),
        };
        let at = Duration::from_millis(self.roll(60_000));
        // A machine whose clock is set by the same hand is as wrong as the database.
        self.world.clocks(machine + before, before);
        self.world.database_jumps(before, at, after);
        self.say(format!(
            "the machines' clocks are {} s ahead, the database's {before} s and {after} s after {at:?}",
            machine + before
        ));
    }

    fn wrong(&self) -> i64 {
        let seconds = WRONG[self.roll(WRONG.len() as u64) as usize];
        if self.once_in(2) { seconds } else { -seconds }
    }

    /// The round is over: the clocks are right and the database is well.
    pub(super) fn mend_surroundings(&mut self) {
        self.world.clocks(0, 0);
        let met = self.world.mend_database();
        if met > 0 {
            // Whoever sent a mail in the moment in which it failed could not write that down.
            self.deaths += 1;
            self.say(format!("{met} calls met the failing database"));
        }
    }
}
