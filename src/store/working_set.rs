//! What whoever begins to work on a service has to know of it, in one query: its row, what goes on for it, and the settings
//! of its product.

use super::unreadable;
use super::vm::{TABLE, VmRecord};
use super::vm_rows::{self, Rows};
use super::{StoreError, column};
use crate::host::{HostHandle, Row};
use crate::model::{ProductId, ServiceId};
use serde_json::json;

/// A service's row, and how much goes on for it.
#[derive(Clone, Debug)]
pub struct WorkingSet {
    /// The row.
    pub record: VmRecord,
    /// Operations in flight; a mail that is being sent holds up nobody and is not counted.
    pub operations: u64,
    /// Requests of persons that have no end yet.
    pub requests: u64,
}

/// What goes on, as columns beside those of the row `v`.
fn under_way() -> String {
    format!("{COUNTED}, {}", unreadable::odd_operation())
}

const COUNTED: &str = "\
    (SELECT COUNT(*) FROM puq_proxmox_kvm_operations o \
     WHERE o.service_id = v.service_id AND o.outcome = '' AND o.kind <> 'mail') AS operations_open, \
    (SELECT COUNT(*) FROM puq_proxmox_kvm_requests r \
     WHERE r.service_id = v.service_id AND r.outcome = '') AS requests_open";

impl WorkingSet {
    fn read(row: &Row) -> Result<Self, StoreError> {
        unreadable::known_operations(row)?;
        Ok(Self {
            record: VmRecord::read(row)?,
            operations: column::count(row, "operations_open"),
            requests: column::count(row, "requests_open"),
        })
    }
}

/// The rows of several services.
pub async fn load(
    host: &HostHandle,
    services: &[ServiceId],
) -> Result<Rows<WorkingSet>, StoreError> {
    if services.is_empty() {
        return vm_rows::sort(&[], WorkingSet::read);
    }
    let sql = format!(
        "SELECT v.*, {} FROM {TABLE} v WHERE v.service_id IN ({}) ORDER BY v.service_id",
        under_way(),
        column::marks(services.len())
    );
    let ids = column::ids(services);
    let rows = host.select(sql, ids).await?;
    vm_rows::sort(&rows, WorkingSet::read)
}

/// One service's row, and the settings of its product; `None` where nobody stored any.
pub async fn with_product(
    host: &HostHandle,
    service: ServiceId,
    product: ProductId,
) -> Result<Option<(WorkingSet, Option<String>)>, StoreError> {
    let sql = format!(
        "SELECT v.*, {}, p.settings AS product_settings FROM {TABLE} v \
         LEFT JOIN puq_proxmox_kvm_products p ON p.product_id = ? WHERE v.service_id = ?",
        under_way()
    );
    let args = vec![json!(product.0), json!(service.0)];
    let Some(row) = host.select(sql, args).await?.into_iter().next() else {
        return Ok(None);
    };
    Ok(Some((
        WorkingSet::read(&row)?,
        column::word(&row, "product_settings"),
    )))
}
