//! All VMs at once: the admin's list, the dashboard's numbers, the alarms.

use super::vm::{TABLE, VmRecord};
use super::vm_rows::{self, Rows};
use super::{StoreError, column};
use crate::host::{HostError, HostHandle, Row};
use crate::model::{NodeName, OwnerMark, ProductId, ServiceId, VmState, Vmid, Wish, Wishes};
use chrono::NaiveDate;
use serde_json::json;

/// The services that are ready and have a VM, as far as their rows can be read.
pub async fn ready(host: &HostHandle) -> Result<Vec<VmRecord>, StoreError> {
    let sql = format!(
        "SELECT * FROM {TABLE} WHERE vm_status = 'ready' AND vm_id IS NOT NULL ORDER BY service_id"
    );
    let rows = host.select(sql, vec![]).await?;
    Ok(vm_rows::sort(&rows, VmRecord::read)?.readable)
}

/// The services of a product that have a VM.
pub async fn of_product(
    host: &HostHandle,
    product: ProductId,
) -> Result<Rows<VmRecord>, StoreError> {
    let sql =
        format!("SELECT * FROM {TABLE} WHERE product_id = ? AND vm_id > 0 ORDER BY service_id");
    let rows = host.select(sql, vec![json!(product.0)]).await?;
    vm_rows::sort(&rows, VmRecord::read)
}

/// How many backups and snapshots another product allowed the services of a product.
pub async fn allowed(
    host: &HostHandle,
    product: ProductId,
) -> Result<Vec<(ServiceId, u64, u64)>, StoreError> {
    let sql = format!(
        "SELECT service_id, vm_backups, vm_snapshots FROM {TABLE} WHERE product_id = ? AND vm_id > 0"
    );
    let rows = host.select(sql, vec![json!(product.0)]).await?;
    Ok(rows
        .iter()
        .map(|row| {
            (
                ServiceId(column::count(row, "service_id")),
                column::count(row, "vm_backups"),
                column::count(row, "vm_snapshots"),
            )
        })
        .collect())
}

/// The services that have a VM, whatever is under way with it.
pub async fn with_a_vm(host: &HostHandle) -> Result<Vec<ServiceId>, StoreError> {
    let sql = format!("SELECT service_id FROM {TABLE} WHERE vm_id IS NOT NULL ORDER BY service_id");
    let rows = host.select(sql, vec![]).await?;
    let id = |row| ServiceId(column::count(row, "service_id"));
    Ok(rows.iter().map(id).collect())
}

/// As much of a record as tells whose VM something on the cluster is.
#[derive(Clone, Debug, PartialEq)]
pub struct Marked {
    /// The service.
    pub service: ServiceId,
    /// The mark of its VM.
    pub mark: OwnerMark,
    /// The VM's name; empty: it was given none yet.
    pub name: String,
    /// The cluster's key.
    pub cluster: String,
    /// The VM's number.
    pub vmid: Option<Vmid>,
    /// Where it was seen last.
    pub node: Option<NodeName>,
    /// Whether it is ready, and nothing is wanted of it but that it be off.
    pub ready: bool,
    /// Whether the service has no VM any more.
    pub over: bool,
    /// Whether the service is suspended.
    pub suspended: bool,
}

/// Every record, those without a mark that can be read apart: a VM at the number of one of these is no stranger's.
pub async fn marked(host: &HostHandle) -> Result<Rows<Marked>, StoreError> {
    let sql = format!(
        "SELECT service_id, server_id, owner_mark, vm_name, cluster, vm_id, node, vm_status, wanted, suspended_from \
         FROM {TABLE}"
    );
    let rows = host.select(sql, vec![]).await?;
    vm_rows::sort(&rows, |row| {
        let state = column::text(row, "vm_status");
        Ok(Marked {
            service: ServiceId(column::count(row, "service_id")),
            mark: column::parsed(row, TABLE, "owner_mark", OwnerMark::new)?,
            name: column::text(row, "vm_name"),
            cluster: column::text(row, "cluster"),
            vmid: column::vmid(row, TABLE, "vm_id")?,
            node: column::word(row, "node").map(NodeName),
            ready: state == VmState::Ready.as_str()
                && Wishes::parse(&column::text(row, "wanted"))
                    .is_some_and(|wanted| wanted.only(Wish::Suspend)),
            over: state == VmState::Remove.as_str(),
            suspended: !column::text(row, "suspended_from").is_empty(),
        })
    })
}

/// How many services there are, and how many of them are ready. One whose row cannot be read is a service all the same.
pub async fn counts(host: &HostHandle) -> Result<(u64, u64), StoreError> {
    let sql = format!("SELECT vm_status, COUNT(*) AS number FROM {TABLE} GROUP BY vm_status");
    let rows = host.select(sql, vec![]).await?;
    let of = |row: &Row| column::count(row, "number");
    let ready = |row: &&Row| column::text(row, "vm_status") == VmState::Ready.as_str();
    Ok((
        rows.iter().map(of).sum(),
        rows.iter().filter(ready).map(of).sum(),
    ))
}

/// How many services wait for something.
pub async fn waiting_count(host: &HostHandle) -> Result<u64, StoreError> {
    let sql = format!("SELECT COUNT(*) AS number FROM {TABLE} WHERE waiting <> ''");
    let rows = host.select(sql, vec![]).await?;
    Ok(rows.first().map_or(0, |row| column::count(row, "number")))
}

/// Services that do not move, the longest wait first.
pub async fn waiting(host: &HostHandle, most: u64) -> Result<Vec<VmRecord>, StoreError> {
    let sql = format!(
        "SELECT * FROM {TABLE} WHERE waiting <> '' ORDER BY waiting_since, service_id LIMIT {most}"
    );
    let rows = host.select(sql, vec![]).await?;
    Ok(vm_rows::sort(&rows, VmRecord::read)?.readable)
}

/// Services that failed so often in a row that a person should look, and those that wait for one anyway.
pub async fn alarms(host: &HostHandle, fails: u64, most: u64) -> Result<Vec<VmRecord>, StoreError> {
    let sql = format!(
        "SELECT * FROM {TABLE} WHERE fails >= ? OR vm_status IN ('error_terminate', 'error_restore') \
         ORDER BY waiting_since LIMIT {most}"
    );
    let rows = host.select(sql, vec![json!(fails)]).await?;
    Ok(vm_rows::sort(&rows, VmRecord::read)?.readable)
}

/// The day WHMCS says a service was ordered on; `None`: it says none.
pub async fn ordered(
    host: &HostHandle,
    service: ServiceId,
) -> Result<Option<NaiveDate>, StoreError> {
    let sql = "SELECT regdate FROM tblhosting WHERE id = ?";
    let rows = match host.select(sql, vec![json!(service.0)]).await {
        Ok(rows) => rows,
        Err(HostError::Gone) => return Err(HostError::Gone.into()),
        // Without it only less is known of the time before.
        Err(_) => return Ok(None),
    };
    // MySQL writes a day nobody entered as 0000-00-00.
    let day = rows.first().map(|row| column::text(row, "regdate"));
    Ok(day.and_then(|day| day.get(..10)?.parse().ok()))
}

/// How many bytes WHMCS lets a service receive and send in a month; `None`: it sets no limit.
pub async fn traffic_limit(
    host: &HostHandle,
    service: ServiceId,
) -> Result<Option<u64>, StoreError> {
    let sql = "SELECT bwlimit FROM tblhosting WHERE id = ?";
    let rows = match host.select(sql, vec![json!(service.0)]).await {
        Ok(rows) => rows,
        Err(HostError::Gone) => return Err(HostError::Gone.into()),
        // The page says what was used all the same.
        Err(_) => return Ok(None),
    };
    let megabytes = rows.first().map_or(0, |row| column::count(row, "bwlimit"));
    Ok((megabytes > 0).then(|| megabytes.saturating_mul(1 << 20)))
}

/// When these services were ordered, seconds since 1970.
pub async fn created(
    host: &HostHandle,
    services: &[ServiceId],
) -> Result<Vec<(ServiceId, i64)>, StoreError> {
    if services.is_empty() {
        return Ok(vec![]);
    }
    let sql = format!(
        "SELECT service_id, created_at FROM {TABLE} WHERE service_id IN ({})",
        column::marks(services.len())
    );
    let ids = column::ids(services);
    let rows = host.select(sql, ids).await?;
    Ok(rows
        .iter()
        .map(|row| {
            let service = ServiceId(column::count(row, "service_id"));
            (service, column::int(row, "created_at").unwrap_or(0))
        })
        .collect())
}

/// Another service than this whose VM has this name, in whatever capitals.
pub async fn namesake(
    host: &HostHandle,
    service: ServiceId,
    name: &str,
) -> Result<Option<u64>, StoreError> {
    let sql = format!(
        "SELECT service_id FROM {TABLE} WHERE LOWER(vm_name) = LOWER(?) AND service_id <> ?"
    );
    let rows = host
        .select(sql, vec![json!(name), json!(service.0)])
        .await?;
    Ok(rows.first().map(|row| column::count(row, "service_id")))
}

/// Memory promised to VMs on their way, per cluster and node, in MiB.
pub async fn promised(host: &HostHandle) -> Result<Vec<(String, NodeName, u64)>, StoreError> {
    let sql = format!(
        "SELECT cluster, target_node, SUM(promised_mib) AS promised FROM {TABLE} WHERE promised_mib BETWEEN 1 AND {} \
         GROUP BY cluster, target_node",
        column::MOST_OF_A_SIZE
    );
    let rows = host.select(sql, vec![]).await?;
    Ok(rows
        .iter()
        .map(|row| {
            let node = NodeName(column::text(row, "target_node"));
            (
                column::text(row, "cluster"),
                node,
                column::count(row, "promised"),
            )
        })
        .collect())
}
