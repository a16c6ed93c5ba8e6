//! Tables of another product under our names in which no row of ours can be: a column that must be filled and that we do
//! not know, or no key that keeps a service from having two rows. Such a table is renamed, and ours is made in its place.
//! What it holds stays: of its services those rows are copied that are surely one service's; the import reads the rest.

use super::column;
use super::schema::{Kind, Table};
use super::vm::TABLE as SERVICES;
use super::{StoreError, existing_table};
use crate::host::{Dialect, HostHandle, Row, Statement};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// How many tables of one name are set aside at most.
const NAMES_TRIED: u32 = 9;
/// The name of the lock under which a table is exchanged: MySQL cannot undo half of it.
const LOCK: &str = "puq_proxmox_kvm_tables";

/// The name of a table that was set aside, the first one or a later one.
fn name(table: &str, number: u32) -> String {
    match number {
        1 => format!("{table}_old"),
        number => format!("{table}_old{number}"),
    }
}

/// The tables of this name that were set aside.
pub async fn tables(
    host: &HostHandle,
    dialect: Dialect,
    table: &str,
) -> Result<Vec<String>, StoreError> {
    let mut found = vec![];
    for number in 1..=NAMES_TRIED {
        let name = name(table, number);
        if existing_table::columns(host, dialect, &name)
            .await?
            .is_empty()
        {
            break;
        }
        found.push(name);
    }
    Ok(found)
}

/// Sets a table aside if no row of ours can be in it.
pub(super) async fn make_room(
    host: &HostHandle,
    dialect: Dialect,
    table: &Table,
) -> Result<(), StoreError> {
    if fits(host, dialect, table).await? {
        return Ok(());
    }
    let taken = tables(host, dialect, table.name).await?;
    let old = name(
        table.name,
        u32::try_from(taken.len()).unwrap_or(NAMES_TRIED) + 1,
    );
    match dialect {
        Dialect::Sqlite => {
            let rename = format!("ALTER TABLE {} RENAME TO {old}", table.name);
            let known = existing_table::columns(host, dialect, table.name).await?;
            let statements = [rename]
                .into_iter()
                .chain(table.create(dialect))
                .chain(copy(dialect, table, &old, table.name, &known));
            let all = statements.map(|sql| Statement::any(sql, vec![])).collect();
            host.transact(all).await?;
        }
        Dialect::Mysql => {
            host.select("SELECT GET_LOCK(?, 60) AS held", vec![json!(LOCK)])
                .await?;
            let done = exchange(host, dialect, table, &old).await;
            host.select("SELECT RELEASE_LOCK(?) AS held", vec![json!(LOCK)])
                .await?;
            done?;
        }
    }
    Ok(())
}

/// Makes our table beside the other one and puts it in its place in one step; begun again after a crash, it does the same.
async fn exchange(
    host: &HostHandle,
    dialect: Dialect,
    table: &Table,
    old: &str,
) -> Result<(), StoreError> {
    // Another machine may have done it while this one waited.
    if fits(host, dialect, table).await? {
        return Ok(());
    }
    let fresh = format!("{}_fresh", table.name);
    let known = existing_table::columns(host, dialect, table.name).await?;
    let statements = [format!("DROP TABLE IF EXISTS {fresh}")]
        .into_iter()
        .chain(table.create_as(&fresh, dialect))
        .chain(copy(dialect, table, table.name, &fresh, &known))
        .chain([format!(
            "RENAME TABLE {0} TO {old}, {fresh} TO {0}",
            table.name
        )]);
    for statement in statements {
        host.affect(statement, vec![]).await?;
    }
    Ok(())
}

/// The statement that copies services with one row each, in the columns that both tables have.
fn copy(dialect: Dialect, table: &Table, from: &str, to: &str, known: &[String]) -> Option<String> {
    if table.name != SERVICES || !known.iter().any(|name| name == "service_id") {
        return None;
    }
    let both = table
        .columns
        .iter()
        .filter(|column| known.contains(&column.name.to_ascii_lowercase()));
    let (names, values): (Vec<&str>, Vec<String>) = both
        .map(|column| {
            let name = column.name;
            let value = match (column.nullable, column.kind) {
                (true, _) => name.to_owned(),
                (false, Kind::Number | Kind::Serial) => format!("COALESCE({name}, 0)"),
                (false, _) => format!("COALESCE({name}, '')"),
            };
            (name, value)
        })
        .unzip();
    let insert = match dialect {
        Dialect::Mysql => "INSERT IGNORE INTO",
        Dialect::Sqlite => "INSERT OR IGNORE INTO",
    };
    Some(format!(
        "{insert} {to} ({}) SELECT {} FROM {from} WHERE service_id > 0 AND service_id IN \
         (SELECT service_id FROM {from} GROUP BY service_id HAVING COUNT(*) = 1)",
        names.join(", "),
        values.join(", ")
    ))
}

/// The services with several rows in a table, and how many each has.
pub async fn repeated(host: &HostHandle, table: &str) -> Result<Vec<(u64, u64)>, StoreError> {
    let sql = format!(
        "SELECT service_id, COUNT(*) AS number FROM {table} GROUP BY service_id HAVING COUNT(*) > 1 ORDER BY service_id"
    );
    let rows = host.select(sql, vec![]).await?;
    let pair = |row: &Row| {
        (
            column::count(row, "service_id"),
            column::count(row, "number"),
        )
    };
    Ok(rows.iter().map(pair).collect())
}

/// Whether rows of ours can be in the table that stands there; also where none does.
async fn fits(host: &HostHandle, dialect: Dialect, table: &Table) -> Result<bool, StoreError> {
    let columns = match dialect {
        Dialect::Mysql => {
            "SELECT COLUMN_NAME AS name, DATA_TYPE AS type, IS_NULLABLE = 'NO' AND COLUMN_DEFAULT IS NULL AND EXTRA = '' \
             AS required, CHARACTER_MAXIMUM_LENGTH AS length, COLLATION_NAME AS collation, 0 AS pk \
             FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?"
        }
        Dialect::Sqlite => {
            "SELECT name, '' AS type, \"notnull\" = 1 AND dflt_value IS NULL AS required, NULL AS length, '' AS collation, pk \
             FROM pragma_table_info(?)"
        }
    };
    let columns = host.select(columns, vec![json!(table.name)]).await?;
    if columns.is_empty() {
        return Ok(true);
    }
    let keys = match dialect {
        Dialect::Mysql => {
            "SELECT INDEX_NAME AS name, COLUMN_NAME AS part FROM information_schema.STATISTICS \
             WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ? AND NON_UNIQUE = 0"
        }
        Dialect::Sqlite => {
            "SELECT l.name AS name, i.name AS part FROM pragma_index_list(?) l, pragma_index_info(l.name) i \
             WHERE l.\"unique\" = 1 AND l.partial = 0"
        }
    };
    let mut unique: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in host.select(keys, vec![json!(table.name)]).await? {
        let part = column::text(&row, "part").to_ascii_lowercase();
        unique
            .entry(column::text(&row, "name"))
            .or_default()
            .insert(part);
    }
    let own = columns.iter().filter(|row| column::count(row, "pk") > 0);
    unique.insert(String::new(), own.map(lower_name).collect());
    let wanted = table.primary.iter().map(|name| name.to_ascii_lowercase());
    let wanted: BTreeSet<String> = wanted.collect();
    let keyed = unique.values().any(|parts| *parts == wanted);
    Ok(keyed && !columns.iter().any(|row| is_in_the_way(row, table, &wanted)))
}

fn lower_name(row: &Row) -> String {
    column::text(row, "name").to_ascii_lowercase()
}

/// Whether a column must be filled, or cannot hold what we put into it.
fn is_in_the_way(row: &Row, table: &Table, key: &BTreeSet<String>) -> bool {
    let name = lower_name(row);
    if column::count(row, "required") > 0 && !key.contains(&name) {
        return true;
    }
    let kind = column::text(row, "type").to_ascii_lowercase();
    let Some(ours) = table
        .columns
        .iter()
        .find(|column| column.name.eq_ignore_ascii_case(&name))
    else {
        return false;
    };
    let most = match ours.kind {
        Kind::Word(most) | Kind::Line(most) => u64::from(most),
        Kind::Long => 65_535,
        // Numbers are read from texts too.
        Kind::Number | Kind::Serial => {
            return matches!(
                kind.as_str(),
                "date" | "datetime" | "time" | "timestamp" | "enum"
            );
        }
    };
    let text = kind.is_empty()
        || kind.ends_with("char")
        || kind.ends_with("text")
        || kind == "json"
        || kind == "longblob";
    let short =
        column::int(row, "length").is_some_and(|length| u64::try_from(length).unwrap_or(0) < most);
    // A text of ours that was shorter in an earlier version is made longer where it stands.
    !text || short && column::text(row, "collation") != "ascii_bin"
}
