//! Signing in: a token is sent as it is, a password is exchanged for a ticket that is renewed at half its life.

use crate::model::Secret;
use chrono::{DateTime, TimeDelta, Utc};
use std::cell::RefCell;

/// A ticket lives two hours; at half of it a new one is fetched (as proxmoxer does), so that clocks which differ by
/// some minutes do no harm.
const RENEW_AGE: TimeDelta = TimeDelta::seconds(3600);

/// A signed-in user's ticket.
#[derive(Clone, Debug)]
pub(super) struct Ticket {
    pub(super) ticket: Secret,
    /// Sent along with each write.
    pub(super) csrf: Secret,
    pub(super) since: DateTime<Utc>,
}

/// The ticket in use. The lock makes many waiting futures share one sign-in; it is never held over a host call.
#[derive(Debug, Default)]
pub(super) struct Session {
    ticket: RefCell<Option<Ticket>>,
    pub(super) signing_in: tokio::sync::Mutex<()>,
}

impl Session {
    /// The ticket, while it is young enough.
    pub(super) fn fresh(&self, now: DateTime<Utc>) -> Option<Ticket> {
        self.ticket
            .borrow()
            .clone()
            .filter(|t| now - t.since < RENEW_AGE)
    }

    pub(super) fn keep(&self, ticket: Ticket) {
        *self.ticket.borrow_mut() = Some(ticket);
    }

    /// Drops this ticket; a newer one, fetched by somebody else meanwhile, stays.
    pub(super) fn drop_ticket(&self, since: DateTime<Utc>) {
        self.ticket.borrow_mut().take_if(|t| t.since <= since);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_is_used_for_half_its_life() {
        let start = DateTime::<Utc>::UNIX_EPOCH;
        let session = Session::default();
        session.keep(Ticket {
            ticket: Secret::new("t"),
            csrf: Secret::new("c"),
            since: start,
        });
        assert!(session.fresh(start + TimeDelta::seconds(3599)).is_some());
        assert!(session.fresh(start + TimeDelta::seconds(3600)).is_none());
        session.drop_ticket(start - TimeDelta::seconds(1));
        assert!(session.fresh(start).is_some());
        session.drop_ticket(start);
        assert!(session.fresh(start).is_none());
    }
}
