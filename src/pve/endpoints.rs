//! Which entry point to ask first. Time is passed in, so that a test can play an outage without waiting for it.

use chrono::{DateTime, TimeDelta, Utc};

/// How long an endpoint that could not be reached is asked last: long enough not to pay the connection limit on every
/// call of a tick, short enough that a rebooted node is back in the next one.
const AVOID: TimeDelta = TimeDelta::seconds(60);

/// The endpoints of a cluster as they were last seen, by their place in the spec.
#[derive(Clone, Debug)]
pub(super) struct Endpoints {
    avoid_until: Vec<Option<DateTime<Utc>>>,
    /// The one that answered last; staying with it keeps its connections warm.
    favourite: usize,
}

impl Endpoints {
    pub(super) fn new(count: usize) -> Self {
        Self {
            avoid_until: vec![None; count],
            favourite: 0,
        }
    }

    /// All of them, best first. One that was unreachable comes last, but it does come: it is the last chance.
    pub(super) fn order(&self, now: DateTime<Utc>) -> Vec<usize> {
        let count = self.avoid_until.len();
        let mut order: Vec<usize> = (0..count)
            .map(|step| (self.favourite + step) % count)
            .collect();
        order.sort_by_key(|index| self.avoid_until[*index].filter(|until| *until > now));
        order
    }

    /// It answered, whatever it said: a node that answers 500 is up.
    pub(super) fn answered(&mut self, index: usize) {
        self.avoid_until[index] = None;
        self.favourite = index;
    }

    /// It could not be reached.
    pub(super) fn failed(&mut self, index: usize, now: DateTime<Utc>) {
        self.avoid_until[index] = Some(now + AVOID);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unreachable_endpoint_is_asked_last_until_it_is_due_again() {
        let start = DateTime::<Utc>::UNIX_EPOCH;
        let at = |seconds| start + TimeDelta::seconds(seconds);
        let mut endpoints = Endpoints::new(3);
        assert_eq!(endpoints.order(at(0)), [0, 1, 2]);
        endpoints.failed(0, at(0));
        assert_eq!(endpoints.order(at(1)), [1, 2, 0]);
        endpoints.answered(1);
        endpoints.failed(2, at(5));
        assert_eq!(endpoints.order(at(6)), [1, 0, 2]);
        // A minute later both are asked in their turn again, the one that works still first.
        assert_eq!(endpoints.order(at(66)), [1, 2, 0]);
        endpoints.answered(0);
        assert_eq!(endpoints.order(at(67)), [0, 1, 2]);
    }
}
