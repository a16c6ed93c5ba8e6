//! Whether the database keeps what it says it has committed.

use super::{StoreError, column};
use crate::host::{Dialect, HostHandle};

/// Why commits may be lost when the database or its machine dies; `None`: they are flushed.
///
/// # Errors
/// When the database fails.
pub async fn forgets(host: &HostHandle, dialect: Dialect) -> Result<Option<String>, StoreError> {
    let sql = match dialect {
        Dialect::Mysql => {
            "SELECT @@innodb_flush_log_at_trx_commit AS flushes, @@log_bin AS logs, @@sync_binlog AS syncs"
        }
        Dialect::Sqlite => {
            "SELECT synchronous AS flushes, 0 AS logs, 0 AS syncs FROM pragma_synchronous"
        }
    };
    let rows = host.select(sql, vec![]).await?;
    let number = |name: &str| rows.first().map_or(0, |row| column::count(row, name));
    let flushes = number("flushes");
    Ok(match dialect {
        Dialect::Mysql if flushes != 1 => Some(format!(
            "innodb_flush_log_at_trx_commit is {flushes}, not 1"
        )),
        // A replica that takes over knows what stands in the log of its source.
        Dialect::Mysql if number("logs") == 1 && number("syncs") == 0 => {
            Some("sync_binlog is 0 while the binary log is on".to_owned())
        }
        Dialect::Sqlite if flushes == 0 => Some("PRAGMA synchronous is OFF".to_owned()),
        Dialect::Mysql | Dialect::Sqlite => None,
    })
}
