//! A table's statements in either dialect.

use super::schema::{Column, Kind, Table};
use crate::host::Dialect;
use std::collections::BTreeSet;

/// A table as it was found in the database.
#[derive(Clone, Debug, Default)]
pub struct ExistingTable {
    /// Its columns.
    pub columns: Vec<ExistingColumn>,
    /// The names of its indexes; on SQLite none are asked for.
    pub indexes: BTreeSet<String>,
}

/// A column that is there.
#[derive(Clone, Debug, Default)]
pub struct ExistingColumn {
    /// Its name in small letters.
    pub name: String,
    /// How many characters fit; `None`: it holds no text, or nobody asked.
    pub length: Option<u64>,
    /// Whether it is a text without a length of its own.
    pub endless: bool,
    /// How its texts are compared.
    pub collation: String,
}

impl ExistingTable {
    fn column(&self, name: &str) -> Option<&ExistingColumn> {
        let name = name.to_ascii_lowercase();
        self.columns.iter().find(|known| known.name == name)
    }
}

impl ExistingColumn {
    /// Whether an earlier version of ours made it too short. What the reference product made is kept as it is: its texts
    /// are of another character set.
    fn is_shorter(&self, column: &Column) -> bool {
        let Kind::Word(length) = column.kind else {
            return false;
        };
        let ours = self.collation == "ascii_bin" && !self.endless;
        ours && self.length.is_some_and(|known| known < u64::from(length))
    }
}

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
    /// The statements that bring a table that is there to this shape: what is missing is added, texts of ours that were
    /// shorter are made longer. Nothing is ever removed or shortened.
    pub fn extend(&self, dialect: Dialect, found: &ExistingTable) -> Vec<String> {
        let is_new = |name: &str| found.column(name).is_none();
        let mut statements: Vec<String> = self
            .columns
            .iter()
            .filter(|column| is_new(column.name))
            .map(|column| {
                format!(
                    "ALTER TABLE {} ADD COLUMN {}",
                    self.name,
                    column.ddl(dialect)
                )
            })
            .collect();
        // SQLite makes missing indexes along with the tables.
        if dialect == Dialect::Mysql {
            let short = |column: &&Column| {
                let known = found.column(column.name);
                known.is_some_and(|known| known.is_shorter(column))
            };
            statements.extend(self.columns.iter().filter(short).map(|column| {
                let column = column.ddl(dialect);
                format!("ALTER TABLE {} MODIFY COLUMN {column}", self.name)
            }));
            let missing = |columns: &&&[&str]| {
                // A text without a length cannot be indexed; such a column is the reference product's.
                let may_be = |name: &&str| found.column(name).is_none_or(|known| !known.endless);
                !found.indexes.contains(&index_name(columns)) && columns.iter().all(may_be)
            };
            statements.extend(self.indexes.iter().filter(missing).map(|columns| {
                format!(
                    "ALTER TABLE {} ADD INDEX {} ({})",
                    self.name,
                    index_name(columns),
                    columns.join(", ")
                )
            }));
        }
        statements
    }

    /// The statements that make this table where it is absent.
    pub fn create(&self, dialect: Dialect) -> Vec<String> {
        self.create_as(self.name, dialect)
    }

    /// The same under another name.
    pub(super) fn create_as(&self, name: &str, dialect: Dialect) -> Vec<String> {
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
                    name,
                    lines.join(", ")
                ));
            }
            Dialect::Sqlite => {
                statements.push(format!(
                    "CREATE TABLE IF NOT EXISTS {} ({})",
                    name,
                    lines.join(", ")
                ));
                statements.extend(self.indexes.iter().map(|columns| {
                    format!(
                        "CREATE INDEX IF NOT EXISTS {name}_{} ON {name} ({})",
                        index_name(columns),
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

#[cfg(test)]
mod tests {
    use super::{ExistingColumn, ExistingTable, index_name};
    use crate::host::Dialect;
    use crate::store::TABLES;
    use crate::store::schema::{Kind, Table};

    fn complete(table: &Table) -> ExistingTable {
        let known = |column: &crate::store::schema::Column| ExistingColumn {
            name: column.name.to_ascii_lowercase(),
            length: match column.kind {
                Kind::Word(length) | Kind::Line(length) => Some(u64::from(length)),
                _ => None,
            },
            endless: column.kind == Kind::Long,
            collation: match column.kind {
                Kind::Word(_) => "ascii_bin".to_owned(),
                _ => String::new(),
            },
        };
        ExistingTable {
            columns: table.columns.iter().map(known).collect(),
            indexes: table
                .indexes
                .iter()
                .map(|index| index_name(index))
                .collect(),
        }
    }

    #[test]
    fn an_older_table_gets_what_it_lacks_and_nothing_else() {
        for table in TABLES {
            assert!(table.extend(Dialect::Mysql, &complete(table)).is_empty());
        }
        let table = &TABLES[0];
        let mut older = complete(table);
        older.columns.retain(|known| known.name != "next_backup_at");
        older.indexes.remove("by_next_backup_at");
        older.indexes.remove("by_server_id");
        let node = |known: &&mut ExistingColumn| known.name == "node";
        older.columns.iter_mut().find(node).unwrap().length = Some(32);
        assert_eq!(
            table.extend(Dialect::Mysql, &older),
            [
                "ALTER TABLE puqProxmoxKVM_vm_info ADD COLUMN next_backup_at BIGINT NULL DEFAULT NULL",
                "ALTER TABLE puqProxmoxKVM_vm_info MODIFY COLUMN node VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT ''",
                "ALTER TABLE puqProxmoxKVM_vm_info ADD INDEX by_next_backup_at (next_backup_at)",
                "ALTER TABLE puqProxmoxKVM_vm_info ADD INDEX by_server_id (server_id)",
            ]
        );
        assert_eq!(table.extend(Dialect::Sqlite, &older).len(), 1);
    }

    #[test]
    fn a_table_of_the_reference_product_keeps_its_texts() {
        let table = &TABLES[0];
        let mut theirs = complete(table);
        for known in &mut theirs.columns {
            known.collation = "utf8mb4_unicode_ci".to_owned();
            known.length = known.length.map(|_| 10);
            known.endless |= known.name == "server_id";
        }
        theirs.indexes.remove("by_server_id");
        assert!(table.extend(Dialect::Mysql, &theirs).is_empty());
    }
}
