//! Traffic: the bytes of each hour, and the counters they were counted from.
//!
//! The newest row of a service also holds its last sample. Whoever adds to it names the moment of that sample, so two
//! machines that count at the same time never count the same bytes twice.

use super::{StoreError, column};
use crate::host::{Dialect, HostError, HostHandle, Row, Statement, Transacted};
use crate::model::ServiceId;
use serde_json::json;

/// How many services are asked for in one query.
const SERVICES_PER_QUERY: usize = 500;
/// More bytes than any card moves in an hour (2.5 Tbit/s): what is stored beyond that was counted by nobody.
pub(super) const BYTES_OF_AN_HOUR: i64 = 1 << 50;
/// How many rows are stored by one statement.
const ROWS_PER_STATEMENT: usize = 100;

/// A VM's counters at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Whose.
    pub service: ServiceId,
    /// The beginning of the hour of the row that holds it, seconds since 1970.
    pub hour: i64,
    /// When.
    pub at: i64,
    /// Bytes received since the VM's start.
    pub received: u64,
    /// Bytes sent since the VM's start.
    pub sent: u64,
}

/// The bytes of an hour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hour {
    /// Its beginning, seconds since 1970.
    pub hour: i64,
    /// Bytes received.
    pub received: u64,
    /// Bytes sent.
    pub sent: u64,
    /// Whether a part of them was taken from Proxmox's own history, not from counters.
    pub estimated: bool,
}

/// The last sample of each of these services. Hours that another product counted hold none.
pub async fn last(host: &HostHandle, services: &[ServiceId]) -> Result<Vec<Sample>, StoreError> {
    let mut found = vec![];
    for chunk in services.chunks(SERVICES_PER_QUERY) {
        let marks = column::marks(chunk.len());
        let sql = format!(
            "SELECT s.* FROM puqProxmoxKVM_statistics s JOIN (SELECT service_id, MAX(hour) AS newest FROM \
             puqProxmoxKVM_statistics WHERE sampled_at > 0 AND service_id IN ({marks}) GROUP BY service_id) m \
             ON m.service_id = s.service_id AND m.newest = s.hour"
        );
        let rows = host.select(sql, column::ids(chunk)).await?;
        found.extend(rows.iter().map(|row| Sample {
            service: ServiceId(column::count(row, "service_id")),
            hour: column::int(row, "hour").unwrap_or(0),
            at: column::int(row, "sampled_at").unwrap_or(0),
            received: column::count(row, "counter_in"),
            sent: column::count(row, "counter_out"),
        }));
    }
    Ok(found)
}

/// The last hour before `hour` of which each of these services has bytes.
pub async fn last_before(
    host: &HostHandle,
    services: &[ServiceId],
    hour: i64,
) -> Result<Vec<(ServiceId, i64)>, StoreError> {
    let mut found = vec![];
    for chunk in services.chunks(SERVICES_PER_QUERY) {
        let sql = format!(
            "SELECT service_id, MAX(hour) AS newest FROM puqProxmoxKVM_statistics WHERE hour < ? \
             AND service_id IN ({}) GROUP BY service_id",
            column::marks(chunk.len())
        );
        let mut args = vec![json!(hour)];
        args.extend(column::ids(chunk));
        let rows = host.select(sql, args).await?;
        found.extend(rows.iter().filter_map(|row| {
            let service = ServiceId(column::count(row, "service_id"));
            Some((service, column::int(row, "newest")?))
        }));
    }
    Ok(found)
}

/// Stores a VM's first sample, in the row of an hour that another product counted where there is one. `false`: somebody else
/// did a moment ago.
pub async fn begin(host: &HostHandle, sample: &Sample) -> Result<bool, StoreError> {
    let update = "UPDATE puqProxmoxKVM_statistics SET counter_in = ?, counter_out = ?, sampled_at = ? \
                  WHERE service_id = ? AND hour = ? AND sampled_at = 0";
    let args = vec![
        json!(sample.received),
        json!(sample.sent),
        json!(sample.at),
        json!(sample.service.0),
        json!(sample.hour),
    ];
    if host.affect(update, args).await? > 0 {
        return Ok(true);
    }
    let query = insert(sample, &Hour::at(sample.hour)).query;
    match host.affect(query.sql, query.args).await {
        Ok(_) => Ok(true),
        Err(HostError::Duplicate(_)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Adds bytes to their hours and puts `now` in the place of `was`. `false`: somebody else has counted meanwhile.
pub async fn add(
    host: &HostHandle,
    was: &Sample,
    now: &Sample,
    hours: &[Hour],
) -> Result<bool, StoreError> {
    let of = |hour: i64| {
        let found = hours.iter().copied().find(|known| known.hour == hour);
        found.unwrap_or(Hour::at(hour))
    };
    let first = of(was.hour);
    let estimated = if first.estimated {
        ", estimated = 1"
    } else {
        ""
    };
    let mut statements = vec![Statement::one(
        format!(
            "UPDATE puqProxmoxKVM_statistics SET netin = {} + ?, netout = {} + ?, counter_in = ?, \
             counter_out = ?, sampled_at = ?{estimated} WHERE service_id = ? AND hour = ? AND sampled_at = ?",
            column::within("netin", BYTES_OF_AN_HOUR),
            column::within("netout", BYTES_OF_AN_HOUR)
        ),
        vec![
            json!(first.received),
            json!(first.sent),
            json!(now.received),
            json!(now.sent),
            json!(now.at),
            json!(was.service.0),
            json!(was.hour),
            json!(was.at),
        ],
    )];
    let later = hours
        .iter()
        .filter(|known| known.hour > was.hour && known.hour < now.hour);
    statements.extend(later.map(|hour| insert(now, hour)));
    if now.hour > was.hour {
        statements.push(insert(now, &of(now.hour)));
    }
    Ok(matches!(
        host.transact(statements).await?,
        Transacted::Committed(_)
    ))
}

/// Stores hours that another product counted; those that are there stay.
pub async fn import(
    host: &HostHandle,
    dialect: Dialect,
    hours: &[(ServiceId, Hour)],
) -> Result<(), StoreError> {
    let insert = match dialect {
        Dialect::Mysql => "INSERT IGNORE INTO",
        Dialect::Sqlite => "INSERT OR IGNORE INTO",
    };
    for chunk in hours.chunks(ROWS_PER_STATEMENT) {
        let marks = vec!["(?, ?, ?, ?, 1)"; chunk.len()].join(", ");
        let sql = format!(
            "{insert} puqProxmoxKVM_statistics (service_id, hour, netin, netout, estimated) VALUES {marks}"
        );
        let args = chunk.iter().flat_map(|(service, hour)| {
            [
                json!(service.0),
                json!(hour.hour),
                json!(hour.received),
                json!(hour.sent),
            ]
        });
        host.affect(sql, args.collect()).await?;
    }
    Ok(())
}

/// Forgets hours before `before`.
pub async fn purge(host: &HostHandle, before: i64) -> Result<u64, StoreError> {
    let sql = "DELETE FROM puqProxmoxKVM_statistics WHERE hour < ?";
    Ok(host.affect(sql, vec![json!(before)]).await?)
}

/// The bytes received and sent by each of these services in the hours from `from` up to, without, `to`.
pub async fn usage(
    host: &HostHandle,
    services: &[ServiceId],
    from: i64,
    to: i64,
) -> Result<Vec<(ServiceId, u64, u64)>, StoreError> {
    let mut found = vec![];
    for chunk in services.chunks(SERVICES_PER_QUERY) {
        let sql = format!(
            "SELECT service_id, SUM({}) AS received, SUM({}) AS sent FROM puqProxmoxKVM_statistics \
             WHERE hour >= ? AND hour < ? AND service_id IN ({}) GROUP BY service_id",
            column::within("netin", BYTES_OF_AN_HOUR),
            column::within("netout", BYTES_OF_AN_HOUR),
            column::marks(chunk.len())
        );
        let mut args = vec![json!(from), json!(to)];
        args.extend(column::ids(chunk));
        let rows = host.select(sql, args).await?;
        found.extend(rows.iter().map(|row| {
            (
                ServiceId(column::count(row, "service_id")),
                column::count(row, "received"),
                column::count(row, "sent"),
            )
        }));
    }
    Ok(found)
}

/// What a service received and sent in each hour from `from` up to, without, `to`.
pub async fn hours(
    host: &HostHandle,
    service: ServiceId,
    from: i64,
    to: i64,
) -> Result<Vec<Hour>, StoreError> {
    let sql = "SELECT hour, netin, netout FROM puqProxmoxKVM_statistics \
               WHERE service_id = ? AND hour >= ? AND hour < ? ORDER BY hour";
    let rows = host
        .select(sql, vec![json!(service.0), json!(from), json!(to)])
        .await?;
    let bytes = |row: &Row, name: &str| {
        let count = column::int(row, name).unwrap_or(0);
        u64::try_from(count)
            .ok()
            .filter(|_| count <= BYTES_OF_AN_HOUR)
            .unwrap_or(0)
    };
    let read = |row: &Row| Hour {
        received: bytes(row, "netin"),
        sent: bytes(row, "netout"),
        ..Hour::at(column::int(row, "hour").unwrap_or(0))
    };
    Ok(rows.iter().map(read).collect())
}

impl Hour {
    fn at(hour: i64) -> Self {
        Self {
            hour,
            ..Self::default()
        }
    }
}

fn insert(sample: &Sample, hour: &Hour) -> Statement {
    Statement::one(
        "INSERT INTO puqProxmoxKVM_statistics (service_id, hour, netin, netout, counter_in, counter_out, sampled_at, \
         estimated) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        vec![
            json!(sample.service.0),
            json!(hour.hour),
            json!(hour.received),
            json!(hour.sent),
            json!(sample.received),
            json!(sample.sent),
            json!(sample.at),
            json!(u8::from(hour.estimated)),
        ],
    )
}
