//! A table's statements in either dialect.

use super::schema::{Column, Kind, Table};
use crate::host::Dialect;

impl Column {
    fn ddl(&self, dialect: Dialect) -> String {
        let kind = match (self.kind, dialect) {
            (Kind::Serial, Dialect::Mysql) => "BIGINT UNSIGNED NOT NULL AUTO_INCREMENT".to_owned(),
            (Kind::Serial, Dialect::Sqlite) => "INTEGER PRIMARY KEY AUTOINCREMENT".to_owned(),
            (Kind::Number, _) => "BIGINT".to_owned(),
            // ascii_bin: names of ours are compared byte by byte, and long keys stay within InnoDB's index limit.
            (Kind::Word(length), Dialect::Mysql) => {
                format!("VARCHAR({length}) CHARACTER SET ascii COLLATE ascii_bin")
            }
            (Kind::Line(length), Dialect::Mysql) => {
                format!("VARCHAR({length}) CHARACTER SET utf8mb4")
            }
            (Kind::Word(length) | Kind::Line(length), Dialect::Sqlite) => {
                format!("VARCHAR({length})")
            }
            (Kind::Long, Dialect::Mysql) => "MEDIUMTEXT CHARACTER SET utf8mb4".to_owned(),
            (Kind::Long, Dialect::Sqlite) => "TEXT".to_owned(),
        };
        let rest = match (self.kind, self.nullable) {
            (Kind::Serial, _) => "",
            (_, true) => " NULL DEFAULT NULL",
            (Kind::Number, false) => " NOT NULL DEFAULT 0",
            (_, false) => " NOT NULL DEFAULT ''",
        };
        format!("{} {kind}{rest}", self.name)
    }
}

impl Table {
    /// The statements that make this table where it is absent.
    pub fn create(&self, dialect: Dialect) -> Vec<String> {
        let mut lines: Vec<String> = self
            .columns
            .iter()
            .map(|column| column.ddl(dialect))
            .collect();
        let counted = self
            .columns
            .iter()
            .any(|column| column.kind == Kind::Serial);
        if !(counted && dialect == Dialect::Sqlite) {
            lines.push(format!("PRIMARY KEY ({})", self.primary.join(", ")));
        }
        let tail = match dialect {
            Dialect::Mysql => " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4",
            Dialect::Sqlite => "",
        };
        let mut statements = vec![];
        match dialect {
            // MySQL has no CREATE INDEX IF NOT EXISTS: there the indexes are part of the table.
            Dialect::Mysql => {
                lines.extend(self.indexes.iter().map(|columns| {
                    format!("INDEX {} ({})", index_name(columns), columns.join(", "))
                }));
                statements.push(format!(
                    "CREATE TABLE IF NOT EXISTS {} ({}){tail}",
                    self.name,
                    lines.join(", ")
                ));
            }
            Dialect::Sqlite => {
                statements.push(format!(
                    "CREATE TABLE IF NOT EXISTS {} ({})",
                    self.name,
                    lines.join(", ")
                ));
                statements.extend(self.indexes.iter().map(|columns| {
                    let name = index_name(columns);
                    format!(
                        "CREATE INDEX IF NOT EXISTS {}_{name} ON {} ({})",
                        self.name,
                        self.name,
                        columns.join(", ")
                    )
                }));
            }
        }
        statements
    }
}

fn index_name(columns: &[&str]) -> String {
    format!("by_{}", columns.join("_"))
}
