//! The addon's settings and the cron's table.

use super::{EntryError, answer, dns_export};
use crate::model::{FieldError, Sentence, lenient, say};
use crate::pve::cluster_name;
use crate::site::Site;
use crate::store::limit::{self, Learnt, Why};
use crate::store::{setting, task};
use serde_json::{Map, Value, json};
use std::time::Duration;

/// What a setting's number counts.
#[derive(Clone, Copy)]
enum Unit {
    /// Nothing: it is on or off.
    Switch,
    Seconds,
    Backups,
}

/// The settings that are numbers, and what each counts.
const NUMBERS: &[(&str, Unit)] = &[
    ("default_timeout", Unit::Seconds),
    ("heavy_timeout", Unit::Seconds),
    ("migration_enabled", Unit::Switch),
    ("migration_timeout", Unit::Seconds),
    ("delete_tables", Unit::Switch),
    ("backup_remove_after", Unit::Switch),
    ("backups_per_node", Unit::Backups),
    ("quarantine", Unit::Seconds),
    ("lock_timeout", Unit::Seconds),
];

/// All settings an admin edits.
pub(super) async fn read(site: &Site) -> Result<Value, EntryError> {
    let all = setting::all(&site.host).await?;
    let shown: Map<String, Value> = all
        .edited()
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
    Ok(answer::accepted(Value::Object(shown)))
}

/// Stores settings, all or none.
pub(super) async fn save(site: &Site, form: &Value) -> Result<Value, EntryError> {
    let mut errors = vec![];
    let mut changes = vec![];
    for (name, unit) in NUMBERS {
        let (Some(value), Some((low, high))) = (form.get(*name), setting::range(name)) else {
            continue;
        };
        match lenient::whole(value).or_else(|| lenient::flag(value).map(u64::from)) {
            Some(number) if (low..=high).contains(&number) => {
                changes.push((*name, number.to_string()))
            }
            _ => {
                errors.push(FieldError::new(*name, rule(low, high, *unit)));
            }
        }
    }
    if let Some(value) = form.get(dns_export::SETTING) {
        match dns_export::readers(&lenient::text(value).unwrap_or_default()) {
            Ok(nets) => {
                let nets: Vec<String> = nets.iter().map(ToString::to_string).collect();
                changes.push((dns_export::SETTING, nets.join(", ")));
            }
            Err(rule) => errors.push(FieldError::new(dns_export::SETTING, rule)),
        }
    }
    if !errors.is_empty() {
        return Ok(answer::misfilled(Some(say::settings_unsaved()), &errors));
    }
    for (name, value) in changes {
        setting::put(&site.host, name, &value).await?;
    }
    read(site).await
}

/// What a value must be.
fn rule(low: u64, high: u64, unit: Unit) -> Sentence {
    match unit {
        Unit::Switch => say::switch(),
        Unit::Seconds => say::whole(say::seconds(), low, high),
        Unit::Backups => say::whole(say::backups(), low, high),
    }
}

/// The cron's table, and how much may be under way at once, as ticks learnt it.
pub(super) async fn tasks(site: &Site) -> Result<Value, EntryError> {
    let rows = task::all(&site.host).await?;
    let about = site.about().await?;
    let shown: Vec<Value> = task::TASKS
        .iter()
        .map(|known| {
            let row = rows.iter().find(|row| row.task == known.key);
            let minutes = row.map_or(known.minutes, |row| row.minutes);
            json!({
                "key": known.key,
                "label": known.label,
                "interval": minutes,
                "last_run": row.and_then(|row| row.last_run),
                "status": if minutes == 0 { "off" } else { "active" },
            })
        })
        .collect();
    Ok(answer::accepted(json!({
        "mode": setting::get(&site.host, "cron_mode").await?,
        "lock_timeout": setting::get(&site.host, "lock_timeout").await?,
        "cron_line": format!("* * * * * php {}/modules/addons/puq_proxmox_kvm/cron.php > /dev/null 2>&1", about.root.trim_end_matches('/')),
        "tasks": shown,
        "limits": limit::all(&site.host).await?.iter().map(shown_limit).collect::<Vec<_>>(),
    })))
}

/// One gate: `work`, `cluster`, `place`, `at_once`, `fastest_seconds` or null, and `narrowed`: null, or `at` (seconds since
/// 1970), `from`, `said` (Proxmox's complaint, or null), `took_seconds` and `usual_seconds` (where it only became slower).
fn shown_limit(gate: &Learnt) -> Value {
    let (work, rest) = gate.name.split_once(':').unwrap_or(("", &gate.name));
    let (key, place) = rest.rsplit_once('/').unwrap_or(("", rest));
    let cluster = cluster_name(key);
    let narrowed = gate.narrowed.as_ref().map(|last| {
        let (said, took, usual) = match &last.why {
            Why::Overload(said) => (Some(said), None, None),
            Why::Slower { took, fastest } => (None, Some(took), Some(fastest)),
        };
        json!({
            "at": last.at,
            "from": last.from,
            "said": said,
            "took_seconds": took.map(Duration::as_secs_f64),
            "usual_seconds": usual.map(Duration::as_secs_f64),
        })
    });
    json!({
        "name": gate.name,
        "work": work,
        // What concerns the cluster as a whole has its name for a place.
        "cluster": if place == cluster { "" } else { cluster },
        "place": place,
        "at_once": gate.limit,
        "fastest_seconds": gate.fastest.map(|took| took.as_secs_f64()),
        "narrowed": narrowed,
    })
}

/// Stores mode, lock time-out and intervals, all or none.
pub(super) async fn save_tasks(site: &Site, request: &Value) -> Result<Value, EntryError> {
    let mut errors = vec![];
    let mode = match &request["mode"] {
        Value::Null => "hook",
        mode => mode.as_str().unwrap_or_default(),
    };
    if !matches!(mode, "hook" | "standalone") {
        errors.push(FieldError::new("mode", say::cron_mode()));
    }
    let timeout = match request.get("lock_timeout") {
        None | Some(Value::Null) => None,
        Some(value) => match lenient::whole(value) {
            Some(seconds) if (30..=86_400).contains(&seconds) => Some(seconds),
            _ => {
                errors.push(FieldError::new(
                    "lock_timeout",
                    rule(30, 86_400, Unit::Seconds),
                ));
                None
            }
        },
    };
    let mut intervals = vec![];
    for known in task::TASKS {
        let Some(value) = request["intervals"].get(known.key) else {
            continue;
        };
        match lenient::whole(value) {
            Some(minutes) if minutes <= task::LONGEST_INTERVAL => {
                intervals.push((known.key, minutes))
            }
            _ => errors.push(FieldError::new(
                known.key,
                say::minutes(task::LONGEST_INTERVAL),
            )),
        }
    }
    if !errors.is_empty() {
        return Ok(answer::misfilled(Some(say::cron_unsaved()), &errors));
    }
    setting::put(&site.host, "cron_mode", mode).await?;
    if let Some(seconds) = timeout {
        setting::put(&site.host, "lock_timeout", &seconds.to_string()).await?;
    }
    for (key, minutes) in intervals {
        task::set_minutes(&site.host, key, minutes).await?;
    }
    tasks(site).await
}
