//! What happened day by day, for the dashboard's chart.

use super::vm::TABLE;
use super::{StoreError, column};
use crate::host::HostHandle;
use serde_json::json;
use std::collections::BTreeMap;

/// How many services were ordered on each day from `start` on: days after it, then their number.
pub async fn ordered(host: &HostHandle, start: i64) -> Result<BTreeMap<i64, u64>, StoreError> {
    by_day(
        host,
        &format!("created_at AS at FROM {TABLE} WHERE created_at >= ?"),
        start,
    )
    .await
}

/// How many runs ended with an error on each day from `start` on.
pub async fn failed(host: &HostHandle, start: i64) -> Result<BTreeMap<i64, u64>, StoreError> {
    let from =
        "started_at AS at FROM puq_proxmox_kvm_runs WHERE result = 'error' AND started_at >= ?";
    by_day(host, from, start).await
}

/// Counts moments, in seconds since 1970, by the days between them and `start`.
async fn by_day(
    host: &HostHandle,
    moments: &str,
    start: i64,
) -> Result<BTreeMap<i64, u64>, StoreError> {
    // The remainder is taken off first: MySQL's `/` has decimals, and SQLite knows no DIV.
    let sql = format!(
        "SELECT m.at - ? - ((m.at - ?) % 86400) AS day, COUNT(*) AS number FROM (SELECT {moments}) m \
         GROUP BY m.at - ? - ((m.at - ?) % 86400)"
    );
    let args = vec![
        json!(start),
        json!(start),
        json!(start),
        json!(start),
        json!(start),
    ];
    let rows = host.select(sql, args).await?;
    Ok(rows
        .iter()
        .map(|row| {
            let day = column::int(row, "day").unwrap_or(0) / 86_400;
            (day, column::count(row, "number"))
        })
        .collect())
}
