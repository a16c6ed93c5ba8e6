//! What other products left behind: tables of the reference product and of its predecessor. Their columns are known by the
//! labels of their forms only, so a column is found by any of the names it may have, without case and underscores.

use super::vm::TABLE;
use super::{StoreError, column};
use crate::host::{Dialect, HostHandle, Row, Statement};
use crate::model::{Before, OwnerMark, ProductId, ServerId, ServiceId, VmState, Vmid, Wishes};
use serde_json::json;

/// The predecessor's table of pools.
pub const POOLS: &str = "puq_customization_module_puq_proxmox_kvm_ip_pools";
/// The predecessor's table of zones.
pub const ZONES: &str = "puq_customization_module_puq_proxmox_kvm_dns_zones";

/// A row of somebody else's table.
#[derive(Clone, Debug, PartialEq)]
pub struct Foreign(Row);

impl Foreign {
    /// The first value under one of these names that is not empty.
    pub fn text(&self, names: &[&str]) -> String {
        let bare = |name: &str| name.replace('_', "").to_ascii_lowercase();
        let found = names.iter().find_map(|wanted| {
            let mut keys = self.0.keys().filter(|key| bare(key) == bare(wanted));
            keys.find_map(|key| column::word(&self.0, key))
        });
        found.unwrap_or_default().trim().to_owned()
    }

    /// The same for a key of another table, where 0 is none: our own column of that name is 0 in a foreign row.
    pub fn key(&self, names: &[&str]) -> String {
        let mut each = names.iter().map(|name| self.text(&[name]));
        each.find(|text| !text.is_empty() && text != "0")
            .unwrap_or_default()
    }

    /// Whether there is a column of one of these names, whatever it holds.
    pub fn has(&self, names: &[&str]) -> bool {
        let bare = |name: &str| name.replace('_', "").to_ascii_lowercase();
        let mut keys = self.0.keys();
        keys.any(|key| names.iter().any(|wanted| bare(wanted) == bare(key)))
    }

    /// Columns of these names that hold different values: which of them counts, nobody can tell.
    pub fn differing(&self, names: &[&str]) -> Vec<String> {
        let bare = |name: &str| name.replace('_', "").to_ascii_lowercase();
        let mut filled: Vec<(&String, String)> = vec![];
        for key in self.0.keys() {
            let value = column::word(&self.0, key).unwrap_or_default();
            let value = value.trim();
            let meant = names.iter().any(|wanted| bare(wanted) == bare(key));
            // 0 is what a number's column of ours has in a foreign row.
            if meant && !value.is_empty() && value != "0" {
                filled.push((key, value.to_owned()));
            }
        }
        match filled.iter().any(|(_, value)| *value != filled[0].1) {
            true => filled.into_iter().map(|(key, _)| key.clone()).collect(),
            false => vec![],
        }
    }

    /// The names of its columns.
    pub fn columns(&self) -> Vec<&str> {
        self.0.keys().map(String::as_str).collect()
    }

    /// The row's key.
    pub fn id(&self) -> u64 {
        column::count(&self.0, "id")
    }
}

/// The rows of a table in the order of their keys; none where there is no such table.
pub async fn rows(
    host: &HostHandle,
    dialect: Dialect,
    table: &str,
) -> Result<Vec<Foreign>, StoreError> {
    if super::existing_table::columns(host, dialect, table)
        .await?
        .is_empty()
    {
        return Ok(vec![]);
    }
    let read = host
        .select(format!("SELECT * FROM {table}"), vec![])
        .await?;
    let mut rows: Vec<Foreign> = read.into_iter().map(Foreign).collect();
    rows.sort_by_key(Foreign::id);
    Ok(rows)
}

/// Some rows of a table that nobody writes to any more, in the order in which it lies.
pub async fn page(
    host: &HostHandle,
    table: &str,
    size: u64,
    offset: u64,
) -> Result<Vec<Foreign>, StoreError> {
    let sql = format!("SELECT * FROM {table} LIMIT {size} OFFSET {offset}");
    let rows = host.select(sql, vec![]).await?;
    Ok(rows.into_iter().map(Foreign).collect())
}

/// The reference product's rows of our own tables, which have its names: those whose columns of ours are still empty.
pub async fn foreign_pools(host: &HostHandle) -> Result<Vec<Foreign>, StoreError> {
    let sql = "SELECT * FROM puq_proxmox_kvm_ip_pools WHERE address_start = '' ORDER BY id";
    let rows = host.select(sql, vec![]).await?;
    Ok(rows.into_iter().map(Foreign).collect())
}

/// The same of zones.
pub async fn foreign_zones(host: &HostHandle) -> Result<Vec<Foreign>, StoreError> {
    let sql = "SELECT * FROM puq_proxmox_kvm_dns_zones WHERE settings IS NULL OR settings = '' ORDER BY id";
    let rows = host.select(sql, vec![]).await?;
    Ok(rows.into_iter().map(Foreign).collect())
}

/// What other tables of these products say of a product: the table, the column or the key of its JSON, and the value. Their
/// names and columns are not known; a table is one that names the product in a column.
pub async fn of_product(
    host: &HostHandle,
    dialect: Dialect,
    product: ProductId,
) -> Result<Vec<(String, String, String)>, StoreError> {
    let sql = match dialect {
        Dialect::Mysql => {
            "SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() \
             AND TABLE_NAME LIKE 'puq%' ORDER BY TABLE_NAME"
        }
        Dialect::Sqlite => {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'puq%' ORDER BY name"
        }
    };
    let tables = host.select(sql, vec![]).await?;
    let mut found = vec![];
    for table in tables.iter().map(|row| column::text(row, "name")) {
        let ours = super::TABLES
            .iter()
            .any(|known| known.name.eq_ignore_ascii_case(&table));
        let columns = super::existing_table::columns(host, dialect, &table).await?;
        let Some(key) = PRODUCT
            .iter()
            .find(|name| columns.iter().any(|column| column == *name))
        else {
            continue;
        };
        // A row of services names its product as well.
        let services = columns.iter().any(|column| column == "service_id");
        let plain = table
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if ours || services || !plain {
            continue;
        }
        let sql = format!("SELECT * FROM {table} WHERE {key} = ? LIMIT {ROWS_SHOWN}");
        for row in host.select(sql, vec![json!(product.0)]).await? {
            flatten(&table, key, &row, &mut found);
        }
    }
    Ok(found)
}

/// The columns that may name a product.
const PRODUCT: [&str; 4] = ["product_id", "productid", "packageid", "pid"];
/// How many rows of a table are shown at most.
const ROWS_SHOWN: u64 = 100;

/// A row of settings: a column for each, a JSON map in one column, or a name and a value.
fn flatten(table: &str, key: &str, row: &Row, found: &mut Vec<(String, String, String)>) {
    let foreign = Foreign(row.clone());
    let named = foreign.text(&["name", "setting", "setting_key", "key", "option"]);
    let value = foreign.text(&["value", "setting_value"]);
    if !named.is_empty() && foreign.has(&["value", "setting_value"]) {
        found.push((table.to_owned(), named, value));
        return;
    }
    for column in row
        .keys()
        .filter(|column| !column.eq_ignore_ascii_case(key))
    {
        let text = column::text(row, column);
        match serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&text) {
            Ok(map) => found.extend(map.iter().filter_map(|(name, value)| {
                let value = crate::model::lenient::text(value)?;
                Some((table.to_owned(), name.clone(), value))
            })),
            Err(_) if text.is_empty() || column == "id" => {}
            Err(_) => found.push((table.to_owned(), column.clone(), text)),
        }
    }
}

/// A service's row as the reference product left it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OldVm {
    /// The service.
    pub service: ServiceId,
    /// Whether it has a VM.
    pub has_vm: bool,
    /// Where it stands, in the reference product's word.
    pub state: String,
}

/// Rows without an owner mark: nobody but another product writes such.
pub async fn unmarked(host: &HostHandle) -> Result<Vec<OldVm>, StoreError> {
    let sql = format!(
        "SELECT service_id, vm_id, vm_status FROM {TABLE} WHERE owner_mark IS NULL OR owner_mark = ''"
    );
    let rows = host.select(sql, vec![]).await?;
    Ok(rows
        .iter()
        .map(|row| OldVm {
            service: ServiceId(column::count(row, "service_id")),
            has_vm: Vmid::new(column::count(row, "vm_id")).is_some(),
            state: column::text(row, "vm_status"),
        })
        .filter(|row| row.service.0 > 0)
        .collect())
}

/// What an imported row becomes.
#[derive(Clone, Debug)]
pub struct Taken {
    /// The service.
    pub service: ServiceId,
    /// Its server entry.
    pub server: ServerId,
    /// Its product.
    pub product: ProductId,
    /// Whether its row names a VM.
    pub has_vm: bool,
    /// The mark its VM gets.
    pub mark: OwnerMark,
    /// Where it stands, in our words.
    pub state: VmState,
    /// The power state its suspension ends in; `None`: it is not suspended.
    pub suspended_from: Option<Before>,
    /// What is to be done once it is looked at.
    pub wanted: Wishes,
    /// When the cron looks at it.
    pub next_look_at: Option<i64>,
    /// The day the service was ordered, as its first second; 0: unknown.
    pub ordered: i64,
}

/// Makes a row of another product one of ours. Twice is as good as once.
pub async fn take(host: &HostHandle, taken: &Taken, now: i64) -> Result<(), StoreError> {
    let id = json!(taken.service.0);
    // What can be no VM's number would make the row one that cannot be read.
    let number = if taken.has_vm { "" } else { "vm_id = 0, " };
    let sql = format!(
        "UPDATE {TABLE} SET {number}server_id = ?, product_id = ?, vm_status = ?, suspended_from = ?, wanted = ?, \
         next_look_at = ?, created_at = ?, adopted_from = ?, adopted_at = ?, owner_mark = ?, rev = 1 WHERE service_id = ? AND (owner_mark IS NULL OR owner_mark = '')"
    );
    let args = vec![
        json!(taken.server.0),
        json!(taken.product.0),
        json!(taken.state.as_str()),
        json!(taken.suspended_from.map_or("", Before::as_str)),
        json!(taken.wanted.to_string()),
        json!(taken.next_look_at),
        json!(now),
        json!(taken.ordered),
        json!(now),
        json!(taken.mark.as_str()),
        id.clone(),
    ];
    host.transact(vec![
        Statement::any(sql, args),
        Statement::any(
            "DELETE FROM puq_proxmox_kvm_leases WHERE service_id = ?",
            vec![id.clone()],
        ),
        Statement::one(
            "INSERT INTO puq_proxmox_kvm_leases (service_id, holder, expires_at) VALUES (?, '', 0)",
            vec![id],
        ),
    ])
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_found_by_any_of_its_names() {
        let row = Foreign(
            json!({"ID": 3, "Address_Start": " 192.0.2.1 ", "stop": "", "addressstop": 7})
                .as_object()
                .unwrap()
                .clone(),
        );
        assert_eq!(row.text(&["start", "address_start"]), "192.0.2.1");
        assert_eq!(row.text(&["stop", "address_stop"]), "7");
        assert_eq!(row.text(&["none"]), "");
    }
}
