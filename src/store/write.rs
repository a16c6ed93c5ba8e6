//! Rows that are written together or not at all.

use super::StoreError;
use crate::host::{HostHandle, Statement};

/// Runs statements of which each may change any number of rows, in a transaction where there is more than one.
///
/// # Errors
/// [`StoreError::Stale`] when a unique key refuses one of several; nothing is written then.
pub async fn write(host: &HostHandle, mut statements: Vec<Statement>) -> Result<(), StoreError> {
    match (statements.len(), statements.pop()) {
        (1, Some(Statement { query, .. })) => {
            host.affect(query.sql, query.args).await?;
        }
        (_, Some(last)) => {
            statements.push(last);
            if !host.transact(statements).await?.committed() {
                return Err(StoreError::Stale);
            }
        }
        (_, None) => {}
    }
    Ok(())
}
