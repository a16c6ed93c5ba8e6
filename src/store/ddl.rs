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
    /// The statements that bring a table with the `known` columns to this shape: what is missing is added, with the
    /// indexes over it. Nothing is ever removed or changed.
    pub fn extend(&self, dialect: Dialect, known: &[String]) -> Vec<String> {
        let is_new = |name: &str| {
            !known
                .iter()
                .any(|known| *known == name.to_ascii_lowercase())
        };
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
            let over_new = |columns: &&&[&str]| columns.iter().any(|column| is_new(column));
            statements.extend(self.indexes.iter().filter(over_new).map(|columns| {
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

#[cfg(test)]
mod tests {
    use crate::host::Dialect;
    use crate::store::TABLES;

    #[test]
    fn an_older_table_gets_what_it_lacks_and_nothing_else() {
        let table = &TABLES[0];
        let all: Vec<String> = table.columns.iter().map(|c| c.name.to_owned()).collect();
        assert!(table.extend(Dialect::Mysql, &all).is_empty());
        let known: Vec<String> = all
            .into_iter()
            .filter(|name| name != "next_backup_at")
            .collect();
        assert_eq!(
            table.extend(Dialect::Mysql, &known),
            [
                "ALTER TABLE puqProxmoxKVM_vm_info ADD COLUMN next_backup_at BIGINT NULL DEFAULT NULL",
                "ALTER TABLE puqProxmoxKVM_vm_info ADD INDEX by_next_backup_at (next_backup_at)",
            ]
        );
        assert_eq!(table.extend(Dialect::Sqlite, &known).len(), 1);
    }
}
