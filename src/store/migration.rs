//! Bringing the tables to this version's shape.

use super::schema::{TABLES, Table};
use super::setting::Settings;
use super::{StoreError, column, existing_table, foreign_tables, setting, tenure};
use crate::host::{Dialect, HostHandle, Statement, Transacted};
use serde_json::json;
use sha2::{Digest, Sha256};

/// What a version adds; each step may run twice, since a run can be interrupted between a step and its record.
const MIGRATIONS: &[u64] = &[1, TENURES];
/// Since this version it is noted who has which address from when to when.
const TENURES: u64 = 2;

/// The setting that holds the shape the tables were brought to.
const SHAPE: &str = "tables_shape";

/// Makes what is missing. Returns the version now reached.
///
/// # Errors
/// When the database refuses a statement; the next call resumes there.
pub async fn migrate(host: &HostHandle, dialect: Dialect, now: i64) -> Result<u64, StoreError> {
    for table in TABLES {
        foreign_tables::make_room(host, dialect, table).await?;
        for statement in missing(host, dialect, table).await? {
            let Err(error) = host.affect(statement.clone(), vec![]).await else {
                continue;
            };
            // Any number of machines do this at once after new files are in place, and a second ALTER of the same column
            // is an error: what counts is whether it is there now.
            if missing(host, dialect, table).await?.contains(&statement) {
                return Err(error.into());
            }
        }
    }
    let rows = host
        .select(
            "SELECT MAX(version) AS version FROM puq_proxmox_kvm_schema",
            vec![],
        )
        .await?;
    let mut reached = rows.first().map_or(0, |row| column::count(row, "version"));
    for version in MIGRATIONS
        .iter()
        .copied()
        .filter(|version| *version > reached)
        .collect::<Vec<_>>()
    {
        let insert = "INSERT INTO puq_proxmox_kvm_schema (version, applied_at) VALUES (?, ?)";
        let mut statements = vec![Statement::one(insert, vec![json!(version), json!(now)])];
        if version == TENURES {
            statements.push(tenure::of_before());
        }
        match host.transact(statements).await? {
            // Or another machine did it this moment.
            Transacted::Committed(_) | Transacted::Duplicate(_) => reached = version,
            Transacted::Undone(_) => return Err(StoreError::Stale),
        }
    }
    setting::put(host, SHAPE, &shape(dialect)).await?;
    Ok(reached)
}

/// Brings the tables up to date where this version wants other ones than the last that was here: new files are in place
/// as soon as they are copied, WHMCS calls `_upgrade` when an admin opens the addon, and the cron runs in between.
///
/// # Errors
/// When the database refuses a statement.
pub async fn catch_up(
    host: &HostHandle,
    dialect: Dialect,
    settings: &Settings,
    now: i64,
) -> Result<(), StoreError> {
    if settings.get(SHAPE) == Some(shape(dialect).as_str()) {
        return Ok(());
    }
    migrate(host, dialect, now).await?;
    Ok(())
}

/// The statements that a table lacks; those of SQLite that make an index are always among them, and harmless.
async fn missing(
    host: &HostHandle,
    dialect: Dialect,
    table: &Table,
) -> Result<Vec<String>, StoreError> {
    let found = existing_table::find(host, dialect, table.name).await?;
    if found.columns.is_empty() {
        return Ok(table.create(dialect));
    }
    // A table of an earlier version, or of the reference product. New columns come before the indexes over them.
    let mut statements = table.extend(dialect, &found);
    if dialect == Dialect::Sqlite {
        statements.extend(table.create(dialect));
    }
    Ok(statements)
}

/// A word for all tables as this version makes them.
fn shape(dialect: Dialect) -> String {
    let mut digest = Sha256::new();
    for statement in TABLES.iter().flat_map(|table| table.create(dialect)) {
        digest.update(statement);
    }
    let digest = digest.finalize();
    digest[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Removes every table of ours: only when the admin chose so before deactivating.
///
/// # Errors
/// When the database refuses.
pub async fn drop_tables(host: &HostHandle) -> Result<(), StoreError> {
    for table in TABLES {
        host.affect(format!("DROP TABLE IF EXISTS {}", table.name), vec![])
            .await?;
    }
    Ok(())
}
