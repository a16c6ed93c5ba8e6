//! How a request fails below HTTP, and above all: whether it may have reached the server.

use super::Fingerprint;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;
use thiserror::Error;

/// The cause beneath a [`NetError`].
pub type Cause = Arc<dyn Error + Send + Sync>;

/// A request that brought no answer.
#[derive(Clone, Debug, Error)]
pub enum NetError {
    /// The request surely did not leave: no name, no connection, no TLS. Any method may be sent again.
    #[error("cannot reach {to}")]
    NotSent {
        /// The endpoint's URL.
        to: String,
        /// Why.
        #[source]
        cause: Cause,
    },
    /// The connection was up and then failed: the server may have done the work.
    #[error("the connection to {to} broke before the answer was complete")]
    MaybeSent {
        /// The endpoint's URL.
        to: String,
        /// Why.
        #[source]
        cause: Cause,
    },
    /// No answer in time.
    #[error("no answer from {to} within {} s", after.as_secs_f32())]
    Deadline {
        /// The endpoint's URL.
        to: String,
        /// Whether the request may have left.
        sent: bool,
        /// How long was waited.
        after: Duration,
    },
    /// The server showed another certificate than the pinned one. Nothing was sent.
    #[error(
        "{to} shows the certificate {seen}, but only {} is trusted",
        join(wanted)
    )]
    Fingerprint {
        /// The endpoint's URL.
        to: String,
        /// What it showed.
        seen: Fingerprint,
        /// What was pinned.
        wanted: Vec<Fingerprint>,
    },
    /// The server's certificate is not trusted. Nothing was sent.
    #[error("the certificate of {to} is not trusted: {reason}")]
    Certificate {
        /// The endpoint's URL.
        to: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The request or the trust in the endpoint cannot be set up. Nothing was sent.
    #[error("{0}")]
    Setup(String),
}

impl NetError {
    /// Whether the server can have seen the request.
    pub fn may_have_been_sent(&self) -> bool {
        match self {
            Self::MaybeSent { .. } => true,
            Self::Deadline { sent, .. } => *sent,
            Self::NotSent { .. }
            | Self::Fingerprint { .. }
            | Self::Certificate { .. }
            | Self::Setup(_) => false,
        }
    }
}

fn join(prints: &[Fingerprint]) -> String {
    prints
        .iter()
        .map(Fingerprint::to_string)
        .collect::<Vec<_>>()
        .join(" or ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::chain;
    use std::io;

    #[test]
    fn the_chain_is_printed_once() {
        let refused = io::Error::new(io::ErrorKind::ConnectionRefused, "connection refused");
        let error = NetError::NotSent {
            to: "https://pve1:8006".into(),
            cause: Arc::new(refused),
        };
        assert_eq!(
            chain(&error),
            "cannot reach https://pve1:8006: connection refused"
        );
        assert!(!error.may_have_been_sent());
    }
}
