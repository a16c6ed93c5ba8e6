//! How much may be under way at once, as earlier ticks learnt it.

use super::{StoreError, column};
use crate::host::{HostHandle, Row, Statement};
use serde_json::{Value, json};
use std::time::Duration;

/// What is known of a gate from one tick to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Learnt {
    /// Its name: `full-clone:cluster/9000`, `start:cluster/pve2`, `configure:cluster/name` …
    pub name: String,
    /// How many may be under way.
    pub limit: u32,
    /// How long the fastest took; `None`: none ended yet.
    pub fastest: Option<Duration>,
    /// When and why it was narrowed last; `None`: never.
    pub narrowed: Option<Narrowed>,
}

/// A gate let fewer through from then on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Narrowed {
    /// Seconds since 1970.
    pub at: i64,
    /// How many might be under way before.
    pub from: u32,
    /// Why.
    pub why: Why,
}

/// Why a gate was narrowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// Proxmox said that it was too much, in these words.
    Overload(String),
    /// What went on at once only shared: it took longer than the fastest.
    Slower {
        /// How long it took.
        took: Duration,
        /// How long the fastest had taken.
        fastest: Duration,
    },
}

/// What is known of every gate.
pub async fn all(host: &HostHandle) -> Result<Vec<Learnt>, StoreError> {
    let sql = "SELECT name, value, fastest_ms, narrowed_at, narrowed_from, slow_ms, usual_ms, said \
               FROM puq_proxmox_kvm_limits ORDER BY name";
    let rows = host.select(sql, vec![]).await?;
    let number =
        |row: &Row, name: &str| u32::try_from(column::count(row, name)).unwrap_or(u32::MAX);
    let gate = |row: &Row| {
        let fastest = column::count(row, "fastest_ms");
        Learnt {
            name: column::text(row, "name"),
            limit: number(row, "value"),
            fastest: (fastest > 0).then(|| Duration::from_millis(fastest)),
            narrowed: column::int(row, "narrowed_at").map(|at| Narrowed {
                at,
                from: number(row, "narrowed_from"),
                why: why(row),
            }),
        }
    };
    Ok(rows.iter().map(gate).collect())
}

fn why(row: &Row) -> Why {
    match column::word(row, "said") {
        Some(said) => Why::Overload(said),
        None => Why::Slower {
            took: Duration::from_millis(column::count(row, "slow_ms")),
            fastest: Duration::from_millis(column::count(row, "usual_ms")),
        },
    }
}

fn millis(time: Duration) -> Value {
    json!(u64::try_from(time.as_millis()).unwrap_or(u64::MAX))
}

/// Replaces what is stored of these gates.
pub async fn save(host: &HostHandle, gates: &[Learnt], now: i64) -> Result<(), StoreError> {
    let mut statements = vec![];
    for gate in gates {
        statements.push(Statement::any(
            "DELETE FROM puq_proxmox_kvm_limits WHERE name = ?",
            vec![json!(gate.name)],
        ));
        let least = Duration::from_millis(1);
        let fastest = gate
            .fastest
            .map_or(json!(0), |took| millis(took.max(least)));
        let last = gate.narrowed.as_ref();
        let (took, usual, said) = match last.map(|last| &last.why) {
            Some(Why::Slower { took, fastest }) => (millis(*took), millis(*fastest), json!(null)),
            Some(Why::Overload(said)) => (json!(0), json!(0), json!(said)),
            None => (json!(0), json!(0), json!(null)),
        };
        statements.push(Statement::any(
            "INSERT INTO puq_proxmox_kvm_limits (name, value, fastest_ms, updated_at, narrowed_at, narrowed_from, \
             slow_ms, usual_ms, said) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            vec![
                json!(gate.name),
                json!(gate.limit),
                fastest,
                json!(now),
                json!(last.map(|last| last.at)),
                json!(last.map_or(0, |last| last.from)),
                took,
                usual,
                said,
            ],
        ));
    }
    if !statements.is_empty() {
        // Another machine may write the same gates this moment; what either learnt will do.
        host.transact(statements).await?;
    }
    Ok(())
}
