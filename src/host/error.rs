//! How a host call fails.

use thiserror::Error;

/// A failed call into PHP.
#[derive(Clone, Debug, Error)]
pub enum HostError {
    /// PHP code threw; the database's own complaints arrive this way too.
    #[error("{class}: {message}")]
    Thrown {
        /// The exception's class.
        class: String,
        /// Its message.
        message: String,
    },
    /// A unique key refused an insert or update.
    #[error("duplicate key: {0}")]
    Duplicate(String),
    /// The answer has another shape than the port promises.
    #[error("the host answered {got} where {wanted} was due")]
    Shape {
        /// What was due.
        wanted: &'static str,
        /// What came.
        got: String,
    },
    /// PHP is leaving: `exit`, a fatal error or a time limit. No further call is made.
    #[error("PHP ended during a host call")]
    Gone,
}
