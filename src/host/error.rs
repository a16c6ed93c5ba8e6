//! How a host call fails.

use crate::model::brief;
use thiserror::Error;

/// How Laravel goes on after the database's own words: with the statement and every value in it. Those are a customer's, or
/// a secret, and a failure's text is shown to staff, stored with its service and put into WHMCS's logs.
const STATEMENTS: [&str; 2] = [" (SQL: ", " (Connection: "];

/// What of an exception's message may be told.
fn told(message: &str) -> String {
    let ends = STATEMENTS.iter().filter_map(|begin| message.find(begin));
    let end = ends.min().unwrap_or(message.len());
    brief(&message[..end])
}

/// An exception of PHP. Only the beginning of its message is shown.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{class}: {}", told(message))]
pub struct Thrown {
    /// Its class.
    pub class: String,
    /// Its message.
    pub message: String,
    /// The exception that it was thrown because of.
    #[source]
    pub previous: Option<Box<Thrown>>,
}

impl Thrown {
    /// One that was thrown because of nothing else.
    pub fn new(class: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            class: class.into(),
            message: message.into(),
            previous: None,
        }
    }

    /// The same, because of another; those that only repeat this one's message are left out.
    #[must_use]
    pub fn because_of(mut self, previous: Option<Self>) -> Self {
        let mut next = previous.map(Box::new);
        while let Some(repeats) = next.take_if(|next| self.message.contains(&next.message)) {
            next = repeats.previous;
        }
        self.previous = next;
        self
    }
}

/// A failed call into PHP.
#[derive(Clone, Debug, Error)]
pub enum HostError {
    /// PHP code threw; the database's own complaints arrive this way too.
    #[error(transparent)]
    Thrown(#[from] Thrown),
    /// A unique key refused an insert or update.
    #[error("duplicate key: {}", told(.0))]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_the_statement_nor_its_values_are_told() {
        let said = "SQLSTATE[42S02]: Base table or view not found: 1146 Table 'x' doesn't exist";
        for rest in [
            " (SQL: update x set ssh_keys = secret)",
            " (Connection: mysql, SQL: insert into x values (secret))",
            " (Connection: mysql, Host: db, Port: 3306, SQL: select secret)",
        ] {
            for error in [
                Thrown::new("E", format!("{said}{rest}")).into(),
                HostError::Duplicate(format!("{said}{rest}")),
            ] {
                let text = error.to_string();
                assert!(text.ends_with(said), "{text}");
            }
        }
        let endless = HostError::Duplicate("x".repeat(1 << 20)).to_string();
        assert!(endless.len() < 1000);
    }
}
