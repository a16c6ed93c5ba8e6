//! Stored times that lie further in the future than anything of their kind may: a clock was wrong when they were stored.

use super::statistic::BYTES_OF_AN_HOUR;
use super::{StoreError, column};
use crate::host::{HostHandle, Statement, Transacted};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A time may lie this many seconds ahead although nobody's clock is wrong.
const SLACK_S: i64 = 60;
/// The longest pause after failures.
const PAUSE_S: i64 = 900;
/// The longest pause between two tries to set a name.
const NAMES_S: i64 = 3600;
const HOUR_S: i64 = 3600;
const DAY_S: i64 = 86_400;
/// A weekly schedule's longest wait, with a day for summer time and for what was drawn within the day.
const WEEK_S: i64 = 8 * DAY_S;

/// How far ahead things may lie.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// The present, by the database.
    pub now: i64,
    /// Seconds no lease lasts longer than.
    pub lease: i64,
    /// Seconds no operation may take to be sent.
    pub operation: i64,
    /// Seconds for which what a person asked for is tried again, at most.
    pub request: i64,
}

/// No operation takes longer to be sent, whatever the settings say.
const OPERATION_S: i64 = HOUR_S;

/// Whether there is any, as far as an index tells: one query, however many services there are.
pub async fn any(host: &HostHandle, bounds: Bounds) -> Result<bool, StoreError> {
    let now = bounds.now;
    let looks: [(&str, &str, i64); 13] = [
        ("puq_proxmox_kvm_tasks", "last_run > ?", 0),
        ("puqProxmoxKVM_vm_info", "next_look_at > ?", PAUSE_S),
        // Only failures pause a service: any other look ahead was meant for at once.
        ("puqProxmoxKVM_vm_info", "fails = 0 AND next_look_at > ?", 0),
        ("puqProxmoxKVM_vm_info", "snapshot_look_at > ?", DAY_S),
        ("puqProxmoxKVM_vm_info", "next_backup_at > ?", WEEK_S),
        ("puqProxmoxKVM_vm_info", "next_snapshot_at > ?", WEEK_S),
        ("puq_proxmox_kvm_overdue_names", "next_look_at > ?", NAMES_S),
        ("puq_proxmox_kvm_leases", "expires_at > ?", bounds.lease),
        (
            "puq_proxmox_kvm_operations",
            "outcome = '' AND deadline > ?",
            OPERATION_S,
        ),
        (
            "puq_proxmox_kvm_requests",
            "outcome = '' AND asked_at > ?",
            0,
        ),
        (
            "puq_proxmox_kvm_addresses",
            "state = 'quarantine' AND freed_at > ?",
            0,
        ),
        (
            "puq_proxmox_kvm_vmids",
            "state = 'quarantine' AND freed_at > ?",
            0,
        ),
        ("puqProxmoxKVM_statistics", "hour > ?", 0),
    ];
    let counts: Vec<String> = looks
        .iter()
        .map(|(table, test, _)| format!("(SELECT COUNT(*) FROM {table} WHERE {test})"))
        .collect();
    let sql = format!("SELECT {} AS number", counts.join(" + "));
    let limits = looks.iter().map(|(.., ahead)| json!(now + ahead + SLACK_S));
    let rows = host.select(sql, limits.collect()).await?;
    Ok(rows
        .first()
        .is_some_and(|row| column::count(row, "number") > 0))
}

/// Mends all of them but for schedules, whose next moment is not the present. How many there were.
pub async fn mend(host: &HostHandle, bounds: Bounds) -> Result<u64, StoreError> {
    Ok(of_what_is_due(host, bounds).await? + of_what_happened(host, bounds.now).await?)
}

/// Times by which something is done, or not done yet.
async fn of_what_is_due(host: &HostHandle, bounds: Bounds) -> Result<u64, StoreError> {
    let Bounds { now, .. } = bounds;
    let present = |ahead: i64| vec![json!(now), json!(now + ahead + SLACK_S)];
    let from_now = |time: i64| vec![json!(now + time), json!(now + time + SLACK_S)];
    let statements = [
        (
            "UPDATE puq_proxmox_kvm_tasks SET last_run = NULL WHERE last_run > ?",
            vec![json!(now + SLACK_S)],
        ),
        (
            "UPDATE puqProxmoxKVM_vm_info SET next_look_at = ? WHERE next_look_at > ?",
            present(PAUSE_S),
        ),
        (
            "UPDATE puqProxmoxKVM_vm_info SET next_look_at = ? WHERE fails = 0 AND next_look_at > ?",
            present(0),
        ),
        (
            "UPDATE puqProxmoxKVM_vm_info SET snapshot_look_at = ? WHERE snapshot_look_at > ?",
            present(DAY_S),
        ),
        (
            "UPDATE puq_proxmox_kvm_overdue_names SET next_look_at = ? WHERE next_look_at > ?",
            present(NAMES_S),
        ),
        (
            // Its holder may be at work this moment, on a machine whose processes cannot be seen from here: it keeps the
            // service for as long as a lease of now would last.
            "UPDATE puq_proxmox_kvm_leases SET expires_at = ? WHERE expires_at > ?",
            from_now(bounds.lease),
        ),
        (
            "UPDATE puq_proxmox_kvm_operations SET deadline = ? WHERE deadline > ?",
            from_now(bounds.operation),
        ),
        (
            "UPDATE puq_proxmox_kvm_requests SET try_until = ? WHERE try_until > ?",
            from_now(bounds.request),
        ),
        (
            "UPDATE puq_proxmox_kvm_addresses SET freed_at = ? WHERE state = 'quarantine' AND freed_at > ?",
            present(0),
        ),
        (
            "UPDATE puq_proxmox_kvm_vmids SET freed_at = ? WHERE state = 'quarantine' AND freed_at > ?",
            present(0),
        ),
    ];
    let mut count = fold(host, now).await?;
    for (sql, args) in statements {
        count += host.affect(sql, args).await?;
    }
    Ok(count)
}

/// Times of what has happened: they are shown, or tell one thing from another. None can lie ahead.
const HAPPENED: [(&str, &str); 19] = [
    // Who waits says since when, as well as it is known.
    ("puqProxmoxKVM_vm_info", "waiting_since"),
    ("puqProxmoxKVM_vm_info", "restore_asked_at"),
    ("puqProxmoxKVM_vm_info", "configured_at"),
    ("puqProxmoxKVM_vm_info", "adopted_at"),
    ("puqProxmoxKVM_vm_info", "created_at"),
    ("puq_proxmox_kvm_overdue_names", "since"),
    ("puq_proxmox_kvm_operations", "sent_at"),
    ("puq_proxmox_kvm_operations", "ended_at"),
    ("puq_proxmox_kvm_requests", "asked_at"),
    ("puq_proxmox_kvm_requests", "ended_at"),
    ("puq_proxmox_kvm_runs", "finished_at"),
    ("puq_proxmox_kvm_runs", "started_at"),
    ("puq_proxmox_kvm_limits", "updated_at"),
    ("puq_proxmox_kvm_limits", "narrowed_at"),
    ("puq_proxmox_kvm_products", "updated_at"),
    ("puq_proxmox_kvm_tenures", "since"),
    ("puq_proxmox_kvm_tenures", "until"),
    ("puqProxmoxKVM_statistics", "sampled_at"),
    ("puq_proxmox_kvm_schema", "applied_at"),
];

async fn of_what_happened(host: &HostHandle, now: i64) -> Result<u64, StoreError> {
    let mut count = 0;
    for (table, column) in HAPPENED {
        let sql = format!("UPDATE {table} SET {column} = ? WHERE {column} > ?");
        count += host
            .affect(sql, vec![json!(now), json!(now + SLACK_S)])
            .await?;
    }
    Ok(count)
}

/// Hours that have not come yet are folded into the present one: the bytes were counted, only the hour is wrong.
async fn fold(host: &HostHandle, now: i64) -> Result<u64, StoreError> {
    let hour = now - now.rem_euclid(HOUR_S);
    let sql = "SELECT service_id, hour, netin, netout, counter_in, counter_out FROM puqProxmoxKVM_statistics \
               WHERE hour > ? ORDER BY service_id, hour";
    let rows = host.select(sql, vec![json!(hour)]).await?;
    let mut sums: BTreeMap<u64, [u64; 4]> = BTreeMap::new();
    for row in &rows {
        let sum = sums.entry(column::count(row, "service_id")).or_default();
        for (place, name) in ["netin", "netout"].into_iter().enumerate() {
            let bytes = column::count(row, name);
            if bytes <= BYTES_OF_AN_HOUR.unsigned_abs() {
                sum[place] += bytes;
            }
        }
        // The newest row's counters are those of the last look.
        sum[2] = column::count(row, "counter_in");
        sum[3] = column::count(row, "counter_out");
    }
    for (service, [received, sent, counter_in, counter_out]) in sums {
        let gone = Statement::any(
            "DELETE FROM puqProxmoxKVM_statistics WHERE service_id = ? AND hour > ?",
            vec![json!(service), json!(hour)],
        );
        let args = |key: [Value; 2]| {
            let mut args = vec![
                json!(received),
                json!(sent),
                json!(counter_in),
                json!(counter_out),
                json!(now),
            ];
            args.extend(key);
            args
        };
        let key = || [json!(service), json!(hour)];
        let add = Statement::one(
            format!(
                "UPDATE puqProxmoxKVM_statistics SET netin = {} + ?, netout = {} + ?, counter_in = ?, \
                 counter_out = ?, sampled_at = ?, estimated = 1 WHERE service_id = ? AND hour = ?",
                column::within("netin", BYTES_OF_AN_HOUR),
                column::within("netout", BYTES_OF_AN_HOUR)
            ),
            args(key()),
        );
        let outcome = host.transact(vec![gone.clone(), add]).await?;
        if let Transacted::Undone(_) = outcome {
            let insert = Statement::one(
                "INSERT INTO puqProxmoxKVM_statistics (netin, netout, counter_in, counter_out, sampled_at, \
                 service_id, hour, estimated) VALUES (?, ?, ?, ?, ?, ?, ?, 1)",
                args(key()),
            );
            host.transact(vec![gone, insert]).await?;
        }
    }
    Ok(rows.len() as u64)
}
