//! The addon's settings and the cron's table.

use super::answer::Denial;
use super::dns_export;
use super::page_operations::{Limit, Narrowed, Settings, Task, Tasks, TasksSave};
use crate::model::{FieldError, Sentence, lenient, say};
use crate::pve::cluster_name;
use crate::site::Site;
use crate::store::limit::{self, Learnt, Why};
use crate::store::{StoreError, setting, task};
use serde_json::Value;
use std::time::Duration;

/// What a setting's number counts.
#[derive(Clone, Copy)]
enum Unit {
    /// Nothing: it is on or off.
    Switch,
    Seconds,
    Backups,
    Days,
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
    ("address_history", Unit::Days),
    ("lock_timeout", Unit::Seconds),
];

/// All settings an admin edits.
pub(super) async fn read(site: &Site) -> Result<Settings, StoreError> {
    let all = setting::all(&site.host).await?;
    let edited = all.edited();
    let shown = edited.map(|(name, value)| (name.to_owned(), value.to_owned()));
    Ok(Settings(shown.collect()))
}

/// Stores settings, all or none.
pub(super) async fn save(site: &Site, form: &Value) -> Result<Settings, Denial> {
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
        return Err(Denial::Misfilled(say::settings_unsaved(), errors));
    }
    for (name, value) in changes {
        setting::put(&site.host, name, &value).await?;
    }
    Ok(read(site).await?)
}

/// What a value must be.
fn rule(low: u64, high: u64, unit: Unit) -> Sentence {
    match unit {
        Unit::Switch => say::switch(),
        Unit::Seconds => say::whole(say::seconds(), low, high),
        Unit::Days => say::whole(say::days(), low, high),
        Unit::Backups => say::whole(say::backups(), low, high),
    }
}

/// The cron's table, and how much may be under way at once, as ticks learnt it.
pub(super) async fn tasks(site: &Site) -> Result<Tasks, StoreError> {
    let rows = task::all(&site.host).await?;
    let about = site.about().await?;
    let tasks = task::TASKS.iter().map(|known| {
        let row = rows.iter().find(|row| row.task == known.key);
        Task {
            key: known.key,
            label: known.label,
            interval: row.map_or(known.minutes, |row| row.minutes),
            last_run: row.and_then(|row| row.last_run),
        }
    });
    let settings = setting::all(&site.host).await?;
    let text = |name: &str| settings.get(name).unwrap_or_default().to_owned();
    Ok(Tasks {
        mode: text("cron_mode"),
        lock_timeout: text("lock_timeout"),
        cron_line: cron_line(&about.root),
        tasks: tasks.collect(),
        limits: limit::all(&site.host).await?.iter().map(shown).collect(),
    })
}

/// The line for the crontab of a WHMCS in this folder.
pub(super) fn cron_line(root: &str) -> String {
    let root = root.trim_end_matches('/');
    format!("* * * * * php {root}/modules/addons/puq_proxmox_kvm/cron.php > /dev/null 2>&1")
}

/// One gate.
fn shown(gate: &Learnt) -> Limit {
    let (work, rest) = gate.name.split_once(':').unwrap_or(("", &gate.name));
    let (key, place) = rest.rsplit_once('/').unwrap_or(("", rest));
    let cluster = cluster_name(key);
    let narrowed = gate.narrowed.as_ref().map(|last| {
        let (said, took, usual) = match &last.why {
            Why::Overload(said) => (Some(said.clone()), None, None),
            Why::Slower { took, fastest } => (None, Some(took), Some(fastest)),
        };
        Narrowed {
            at: last.at,
            from: last.from,
            said,
            took_seconds: took.map(Duration::as_secs_f64),
            usual_seconds: usual.map(Duration::as_secs_f64),
        }
    });
    Limit {
        name: gate.name.clone(),
        work: work.to_owned(),
        // What concerns the cluster as a whole has its name for a place.
        cluster: if place == cluster { "" } else { cluster }.to_owned(),
        place: place.to_owned(),
        at_once: gate.limit,
        fastest_seconds: gate.fastest.map(|took| took.as_secs_f64()),
        narrowed,
    }
}

/// Stores mode, lock time-out and intervals, all or none.
pub(super) async fn save_tasks(site: &Site, wanted: &TasksSave) -> Result<Tasks, Denial> {
    let mut errors = vec![];
    let mode = match &wanted.mode.0 {
        Value::Null => "hook",
        mode => mode.as_str().unwrap_or_default(),
    };
    if !matches!(mode, "hook" | "standalone") {
        errors.push(FieldError::new("mode", say::cron_mode()));
    }
    let timeout = match &wanted.lock_timeout.0 {
        Value::Null => None,
        value => match lenient::whole(value) {
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
        let Some(value) = wanted.intervals.0.get(known.key) else {
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
        return Err(Denial::Misfilled(say::cron_unsaved(), errors));
    }
    setting::put(&site.host, "cron_mode", mode).await?;
    if let Some(seconds) = timeout {
        setting::put(&site.host, "lock_timeout", &seconds.to_string()).await?;
    }
    for (key, minutes) in intervals {
        task::set_minutes(&site.host, key, minutes).await?;
    }
    Ok(tasks(site).await?)
}
