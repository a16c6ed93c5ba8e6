//! The circuit breaker: calls that are held back for a while, because a sign-in was just refused or a cluster has no quorum.

use super::request::Call;
use super::{Class, Delivery, Kind, PveError};
use chrono::{DateTime, TimeDelta, Utc};

/// How long a refused sign-in is remembered. Each try costs three seconds at the server and a line in its log; half a
/// minute later the next tick makes the one cheap read that notices it was mended.
const CREDENTIAL_PAUSE: TimeDelta = TimeDelta::seconds(30);

/// How long writes are held back once a cluster said it has no quorum.
const QUORUM_PAUSE: TimeDelta = TimeDelta::seconds(15);

/// The two errors that hold calls back, each with the moment until which it does.
#[derive(Debug, Default)]
pub(super) struct CircuitBreaker {
    refused: Option<(PveError, DateTime<Utc>)>,
    no_quorum: Option<(PveError, DateTime<Utc>)>,
}

impl CircuitBreaker {
    /// The remembered error that keeps this call back; it says that nothing was sent.
    pub(super) fn holds(&self, call: &Call, now: DateTime<Utc>) -> Option<PveError> {
        let live = |memory: &Option<(PveError, DateTime<Utc>)>| {
            memory
                .as_ref()
                .filter(|(_, until)| *until > now)
                .map(|(error, _)| error.clone())
        };
        let held = live(&self.refused)
            .or_else(|| live(&self.no_quorum).filter(|_| !call.method.is_read()))?;
        Some(held.held_back(&call.what))
    }

    /// Learns from the outcome of a call.
    pub(super) fn learn(&mut self, call: &Call, error: Option<&PveError>, now: DateTime<Utc>) {
        match error {
            None if call.method.is_read() => self.refused = None,
            None => *self = Self::default(),
            Some(error) if error.delivery != Delivery::Answered => {}
            Some(error) => match error.kind {
                Kind::BadToken | Kind::NoCredential if error.class == Class::Fatal => {
                    self.refused = Some((error.clone(), now + CREDENTIAL_PAUSE));
                }
                Kind::NoQuorum => self.no_quorum = Some((error.clone(), now + QUORUM_PAUSE)),
                _ => {}
            },
        }
    }
}
