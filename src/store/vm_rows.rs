//! Rows of services as a query found them: those that can be read, and the others.

use super::{StoreError, column};
use crate::host::Row;
use crate::model::{Sentence, ServerId, ServiceId, Vmid, chain, say};

/// A service whose row cannot be read, with what can be told of it all the same.
#[derive(Clone, Debug)]
pub struct Unreadable {
    /// The service.
    pub service: ServiceId,
    /// The WHMCS server entry it was ordered on.
    pub server: ServerId,
    /// The VM's number.
    pub vmid: Option<Vmid>,
    /// The VM's name.
    pub name: String,
    /// The word for where its flow stands, as stored: at most 80 characters.
    pub state: String,
    /// Which column holds what.
    pub why: StoreError,
}

impl Unreadable {
    /// What staff read of it.
    pub fn sentence(&self) -> Sentence {
        match &self.why {
            StoreError::Unreadable {
                table,
                column,
                value,
            } => say::row_unreadable(
                self.service,
                format!("{table}.{column}"),
                format!("{value:?}"),
            ),
            other => Sentence::foreign(format!("Service {}: {}.", self.service, chain(other))),
        }
    }
}

/// What a query found.
#[derive(Clone, Debug)]
pub struct Rows<T> {
    /// The rows that can be read, in the query's order.
    pub readable: Vec<T>,
    /// The others.
    pub unreadable: Vec<Unreadable>,
}

/// Reads rows of services one by one: one that cannot be read holds up no other.
pub(super) fn sort<T>(
    rows: &[Row],
    read: impl Fn(&Row) -> Result<T, StoreError>,
) -> Result<Rows<T>, StoreError> {
    let (mut readable, mut unreadable) = (vec![], vec![]);
    for row in rows {
        match read(row) {
            Ok(record) => readable.push(record),
            Err(why @ StoreError::Unreadable { .. }) => unreadable.push(Unreadable {
                service: ServiceId(column::count(row, "service_id")),
                server: ServerId(column::count(row, "server_id")),
                vmid: Vmid::new(column::count(row, "vm_id")),
                name: column::text(row, "vm_name"),
                state: column::text(row, "vm_status").chars().take(80).collect(),
                why,
            }),
            Err(other) => return Err(other),
        }
    }
    Ok(Rows {
        readable,
        unreadable,
    })
}
