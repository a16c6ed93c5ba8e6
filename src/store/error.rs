//! How the store fails.

use crate::host::HostError;
use thiserror::Error;

/// A failed read or write of our tables.
#[derive(Clone, Debug, Error)]
pub enum StoreError {
    /// The database refused or the host failed.
    #[error("the database failed")]
    Host(#[from] HostError),
    /// Somebody else changed the row since it was read; nothing was written.
    #[error("the service's record was changed by someone else meanwhile")]
    Stale,
    /// A row holds something this version cannot read.
    #[error(
        "{table}.{column} holds {value:?}, which this version cannot read; nothing is done with the service until the word \
         is put right, or the version of the module that wrote it is back"
    )]
    Unreadable {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The first 80 characters.
        value: String,
    },
}
