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

/// An error and its causes on one line, a cause that only repeats the text before it left out.
pub fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let words = plain(&cause.to_string());
        if !text.contains(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        next = cause.source();
    }
    text
}

/// A library's text without the addresses of its own documentation: they are for those who write programs.
pub fn plain(text: &str) -> String {
    let mut kept: Vec<&str> = vec![];
    for word in text.split(' ') {
        match DOCUMENTATION.iter().any(|place| word.contains(place)) {
            true => {
                // What introduced it goes with it.
                if let Some(last) = kept.last_mut() {
                    *last = last.trim_end_matches([':', ',', '(']);
                }
            }
            false => kept.push(word),
        }
    }
    let text = kept.join(" ");
    text.trim_end_matches([':', ' ', ',']).to_owned()
}

/// Where libraries are documented.
const DOCUMENTATION: [&str; 4] = [
    "://docs.rs/",
    "://doc.rust-lang.org/",
    "://github.com/",
    "://crates.io/",
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;

    #[test]
    fn no_library_s_manual_is_quoted() {
        let library = "peer closed connection without sending TLS close_notify: https://docs.rs/rustls/latest/rustls/manual/_03_howto/index.html#unexpected-eof";
        let words = "peer closed connection without sending TLS close_notify";
        assert_eq!(plain(library), words);
        assert_eq!(
            plain(&format!("{library} (os error 5)")),
            format!("{words} (os error 5)")
        );
        for text in [
            "connection refused (os error 111)",
            "https://pve1:8006 does not answer",
            "",
        ] {
            assert_eq!(plain(text), text);
        }
        let error = NetError::MaybeSent {
            to: "https://pve1:8006".into(),
            cause: Arc::new(io::Error::new(io::ErrorKind::UnexpectedEof, library)),
        };
        let said = chain(&error);
        assert!(said.ends_with(words), "{said}");
    }

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
