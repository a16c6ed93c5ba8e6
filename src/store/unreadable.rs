//! Rows of services that hold a word this version does not know or a number that can be none of ours, or have an operation of such a kind in flight: a hand edit, or a row of a newer version after going back.
//! Such a row holds up nobody but its own service, and nothing is ever written to it by a guess.

use super::operation::OperationKind;
use super::vm::{self, TABLE, VmRecord};
use super::vm_rows::{Unreadable, sort};
use super::{StoreError, column};
use crate::host::{HostHandle, Row};
use crate::model::ServiceId;

/// The kind of an operation in flight that this version does not know, as a column beside those of the row `v`. Nobody here
/// could settle it, so its service counts as one whose row cannot be read.
pub(super) fn odd_operation() -> String {
    let known: Vec<String> = OperationKind::ALL
        .iter()
        .map(|kind| format!("'{kind}'"))
        .collect();
    format!(
        "(SELECT MIN(o.kind) FROM puq_proxmox_kvm_operations o WHERE o.service_id = v.service_id AND o.outcome = '' \
         AND o.kind NOT IN ({})) AS odd_operation",
        known.join(", ")
    )
}

/// Refuses a row with such an operation.
pub(super) fn known_operations(row: &Row) -> Result<(), StoreError> {
    match column::word(row, "odd_operation") {
        None => Ok(()),
        Some(kind) => Err(StoreError::Unreadable {
            table: "puq_proxmox_kvm_operations",
            column: "kind",
            value: kind,
        }),
    }
}

/// Whether a service has a row, be it one that cannot be read.
///
/// # Errors
/// When the database fails.
pub async fn has_row(host: &HostHandle, service: ServiceId) -> Result<bool, StoreError> {
    let rows = vm::load(host, &[service]).await?;
    Ok(!rows.readable.is_empty() || !rows.unreadable.is_empty())
}

/// Every service whose row cannot be read.
///
/// # Errors
/// When the database fails.
pub async fn all(host: &HostHandle) -> Result<Vec<Unreadable>, StoreError> {
    let sql = format!(
        "SELECT service_id, server_id, vm_id, vm_name, vm_status, flow, owner_mark, suspended_from, wanted, \
         policy_in, policy_out, cause, product_id, promised_mib, additional_gib, configured_at, template_id, \
         restore_asked_at, adopted_from, adopted_at, fails, waiting_since, next_look_at, rev, {} FROM {TABLE} v ORDER BY service_id",
        odd_operation()
    );
    let rows = host.select(sql, vec![]).await?;
    let read = |row: &Row| VmRecord::read(row).and_then(|_| known_operations(row));
    Ok(sort(&rows, read)?.unreadable)
}
