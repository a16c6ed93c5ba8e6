//! Reading what tables the database has.

use super::ddl::{ExistingColumn, ExistingTable};
use super::{StoreError, column};
use crate::host::{Dialect, HostHandle, Row};
use serde_json::json;
use std::collections::BTreeSet;

/// A table as it is; without columns where there is no such table.
pub(super) async fn find(
    host: &HostHandle,
    dialect: Dialect,
    table: &str,
) -> Result<ExistingTable, StoreError> {
    let sql = match dialect {
        Dialect::Mysql => {
            "SELECT COLUMN_NAME AS name, DATA_TYPE AS type, CHARACTER_MAXIMUM_LENGTH AS length, \
             COLLATION_NAME AS collation FROM information_schema.COLUMNS \
             WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?"
        }
        // SQLite keeps texts of any length, and makes missing indexes by itself.
        Dialect::Sqlite => "SELECT name FROM pragma_table_info(?)",
    };
    let rows = host.select(sql, vec![json!(table)]).await?;
    let known = |row: &Row| {
        let kind = column::text(row, "type");
        ExistingColumn {
            name: column::text(row, "name").to_ascii_lowercase(),
            length: Some(column::count(row, "length")).filter(|length| *length > 0),
            endless: kind.ends_with("text") || kind.ends_with("blob"),
            collation: column::text(row, "collation"),
        }
    };
    let columns = rows.iter().map(known).collect();
    let indexes = match dialect {
        Dialect::Mysql => {
            let sql = "SELECT DISTINCT INDEX_NAME AS name FROM information_schema.STATISTICS \
                       WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?";
            let rows = host.select(sql, vec![json!(table)]).await?;
            rows.iter().map(|row| column::text(row, "name")).collect()
        }
        Dialect::Sqlite => BTreeSet::new(),
    };
    Ok(ExistingTable { columns, indexes })
}

/// The names of a table's columns; empty where there is no such table.
pub(super) async fn columns(
    host: &HostHandle,
    dialect: Dialect,
    table: &str,
) -> Result<Vec<String>, StoreError> {
    let found = find(host, dialect, table).await?;
    Ok(found.columns.into_iter().map(|known| known.name).collect())
}
