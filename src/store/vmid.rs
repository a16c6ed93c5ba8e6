//! VMIDs, reserved by a unique row per cluster.

use super::{StoreError, column, tenure};
use crate::host::{HostError, HostHandle, Statement};
use crate::model::{OwnerMark, ServiceId, Vmid};
use serde_json::json;
use std::collections::BTreeSet;

/// Every VMID of the cluster that is reserved, in use or held back.
pub async fn taken(host: &HostHandle, cluster: &str) -> Result<BTreeSet<Vmid>, StoreError> {
    let rows = host
        .select(
            "SELECT vmid FROM puq_proxmox_kvm_vmids WHERE cluster = ?",
            vec![json!(cluster)],
        )
        .await?;
    Ok(rows
        .iter()
        .filter_map(|row| Vmid::new(column::count(row, "vmid")))
        .collect())
}

/// The VMID this service holds on the cluster.
pub async fn held(
    host: &HostHandle,
    cluster: &str,
    service: ServiceId,
) -> Result<Option<Vmid>, StoreError> {
    let sql = "SELECT vmid FROM puq_proxmox_kvm_vmids WHERE cluster = ? AND service_id = ? AND state = 'held'";
    let rows = host
        .select(sql, vec![json!(cluster), json!(service.0)])
        .await?;
    Ok(rows
        .first()
        .and_then(|row| Vmid::new(column::count(row, "vmid"))))
}

/// Reserves a VMID; `false` when another service was faster.
pub async fn reserve(
    host: &HostHandle,
    cluster: &str,
    vmid: Vmid,
    service: ServiceId,
) -> Result<bool, StoreError> {
    let sql = "INSERT INTO puq_proxmox_kvm_vmids (cluster, vmid, service_id, state) VALUES (?, ?, ?, 'held')";
    match host
        .affect(
            sql,
            vec![json!(cluster), json!(vmid.get()), json!(service.0)],
        )
        .await
    {
        Ok(_) => Ok(true),
        Err(HostError::Duplicate(_)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Puts a reservation aside that turned out to be someone else's VMID: as if freed, so that nobody tries it again while
/// the cluster's listing does not show its owner yet.
pub fn set_aside(cluster: &str, vmid: Vmid, service: ServiceId, now: i64) -> Statement {
    Statement::any(
        "UPDATE puq_proxmox_kvm_vmids SET state = 'quarantine', freed_at = ?, service_id = 0 \
         WHERE cluster = ? AND vmid = ? AND service_id = ?",
        vec![
            json!(now),
            json!(cluster),
            json!(vmid.get()),
            json!(service.0),
        ],
    )
}

/// Has a service's VMID count on another cluster: its VM was moved there, or the cluster is called otherwise now.
pub fn move_to(from: &str, to: &str, vmid: Vmid, service: ServiceId) -> Statement {
    Statement::any(
        "UPDATE puq_proxmox_kvm_vmids SET cluster = ? WHERE cluster = ? AND vmid = ? AND service_id = ?",
        vec![json!(to), json!(from), json!(vmid.get()), json!(service.0)],
    )
}

/// Moves the VMIDs a service holds to quarantine. An orphan's is left alone: its VM may still be there.
pub fn free(service: ServiceId, now: i64) -> Statement {
    Statement::any(
        "UPDATE puq_proxmox_kvm_vmids SET state = 'quarantine', freed_at = ?, service_id = 0 \
         WHERE service_id = ? AND state = 'held'",
        vec![json!(now), json!(service.0)],
    )
}

/// Lets go of a service's VMIDs and addresses without having removed the VM: they are kept from everybody until the VM is
/// seen absent, since it may still run with them. The mark on the VM is kept too: by it the same service may take its VM
/// back, also when its row is gone.
pub fn orphan(service: ServiceId, mark: &OwnerMark) -> [Statement; 2] {
    [
        Statement::any(
            "UPDATE puq_proxmox_kvm_vmids SET state = 'orphan', owner_mark = ? WHERE service_id = ? AND state = 'held'",
            vec![json!(mark.as_str()), json!(service.0)],
        ),
        Statement::any(
            "UPDATE puq_proxmox_kvm_addresses SET state = 'orphan' WHERE service_id = ? AND state IN ('held', 'leaving')",
            vec![json!(service.0)],
        ),
    ]
}

/// The mark on a VM that this very service let go of.
pub async fn former_mark(
    host: &HostHandle,
    cluster: &str,
    vmid: Vmid,
    service: ServiceId,
) -> Result<Option<OwnerMark>, StoreError> {
    let sql = "SELECT owner_mark FROM puq_proxmox_kvm_vmids WHERE cluster = ? AND vmid = ? AND service_id = ? \
               AND state = 'orphan'";
    let args = vec![json!(cluster), json!(vmid.get()), json!(service.0)];
    let rows = host.select(sql, args).await?;
    let word = rows.first().map(|row| column::text(row, "owner_mark"));
    Ok(word.and_then(|word| OwnerMark::new(&word)))
}

/// The VMIDs of a cluster whose VMs were let go of, with the service they had.
pub async fn orphans(
    host: &HostHandle,
    cluster: &str,
) -> Result<Vec<(Vmid, ServiceId)>, StoreError> {
    let sql =
        "SELECT vmid, service_id FROM puq_proxmox_kvm_vmids WHERE state = 'orphan' AND cluster = ?";
    let rows = host.select(sql, vec![json!(cluster)]).await?;
    Ok(rows
        .iter()
        .filter_map(|row| {
            let service = ServiceId(column::count(row, "service_id"));
            Some((Vmid::new(column::count(row, "vmid"))?, service))
        })
        .collect())
}

/// An orphan was seen absent: its VMID goes to quarantine like after any removal. The addresses follow with the last
/// orphan of the service: which of them a single VM had is not on record, and the others may still use theirs.
pub async fn bury(
    host: &HostHandle,
    cluster: &str,
    vmid: Vmid,
    service: ServiceId,
    now: i64,
) -> Result<(), StoreError> {
    let number = Statement::any(
        "UPDATE puq_proxmox_kvm_vmids SET state = 'quarantine', freed_at = ?, service_id = 0 \
         WHERE cluster = ? AND vmid = ? AND service_id = ? AND state = 'orphan'",
        vec![
            json!(now),
            json!(cluster),
            json!(vmid.get()),
            json!(service.0),
        ],
    );
    let addresses = Statement::any(
        "UPDATE puq_proxmox_kvm_addresses SET state = 'quarantine', freed_at = ?, service_id = 0 \
         WHERE service_id = ? AND state = 'orphan' AND NOT EXISTS \
         (SELECT 1 FROM puq_proxmox_kvm_vmids WHERE service_id = ? AND state = 'orphan')",
        vec![json!(now), json!(service.0), json!(service.0)],
    );
    let tenures = tenure::buried(service, now);
    host.transact(vec![number, tenures, addresses]).await?;
    Ok(())
}

/// The service that let go of this VM, and the numbers of all its orphans, this one's among them. None: it is no orphan.
pub async fn left_with(
    host: &HostHandle,
    cluster: &str,
    vmid: Vmid,
) -> Result<(ServiceId, Vec<Vmid>), StoreError> {
    let sql = "SELECT service_id, vmid FROM puq_proxmox_kvm_vmids WHERE state = 'orphan' AND service_id IN \
               (SELECT service_id FROM puq_proxmox_kvm_vmids WHERE cluster = ? AND vmid = ? AND state = 'orphan')";
    let rows = host
        .select(sql, vec![json!(cluster), json!(vmid.get())])
        .await?;
    let service = rows
        .first()
        .map_or(0, |row| column::count(row, "service_id"));
    let numbers = rows
        .iter()
        .filter_map(|row| Vmid::new(column::count(row, "vmid")));
    Ok((ServiceId(service), numbers.collect()))
}

/// Gives an orphan, the only one of the service that let go of it, to a service, with the addresses it was left with:
/// they come after those of the same family that the service has, so many of IPv4 and IPv6. `client`: the service's.
pub fn take_back(
    cluster: &str,
    vmid: Vmid,
    former: ServiceId,
    service: ServiceId,
    (v4, v6): (usize, usize),
    (client, now): (u64, i64),
) -> Vec<Statement> {
    let number = Statement::one(
        "UPDATE puq_proxmox_kvm_vmids SET state = 'held', service_id = ? \
         WHERE cluster = ? AND vmid = ? AND service_id = ? AND state = 'orphan'",
        vec![
            json!(service.0),
            json!(cluster),
            json!(vmid.get()),
            json!(former.0),
        ],
    );
    let of_family = |family: u8, there: usize| {
        Statement::any(
            format!(
                "UPDATE puq_proxmox_kvm_addresses SET state = 'held', service_id = ?, position = {} + ? \
                 WHERE service_id = ? AND family = ? AND state = 'orphan'",
                column::within("position", column::MOST)
            ),
            vec![
                json!(service.0),
                json!(there),
                json!(former.0),
                json!(family),
            ],
        )
    };
    let mut all = tenure::handed_over(former, service, client, now);
    all.extend([number, of_family(4, v4), of_family(6, v6)]);
    all
}

/// Ends the quarantine of what was freed before `before`.
pub async fn end_quarantine(host: &HostHandle, before: i64) -> Result<u64, StoreError> {
    let sql = "DELETE FROM puq_proxmox_kvm_vmids WHERE state = 'quarantine' AND freed_at <= ?";
    Ok(host.affect(sql, vec![json!(before)]).await?)
}
