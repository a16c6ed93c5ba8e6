//! One VM: its configuration, pending values, snapshots, power and firewall.

use crate::clock::Micros;
use crate::drive::{Drive, is_drive};
use crate::firewall::Firewall;
use crate::rules::rules;
use serde_json::{Map, Value, json};
use sha1::{Digest, Sha1};
use std::collections::{BTreeMap, BTreeSet};

/// A configuration, key → text.
pub type Conf = BTreeMap<String, String>;

/// A VM or template.
#[derive(Clone, Debug)]
pub struct Vm {
    /// VMID.
    pub vmid: u32,
    /// Node it lives on.
    pub node: String,
    /// Current configuration, `lock` included.
    pub conf: Conf,
    /// Values that wait for the next stop and start.
    pub pending: Conf,
    /// Keys that are deleted at the next stop and start.
    pub pending_delete: BTreeSet<String>,
    /// Snapshots by name.
    pub snapshots: BTreeMap<String, Snapshot>,
    /// When it was started; None = stopped.
    pub running_since: Option<Micros>,
    /// When it was stopped last.
    pub stopped_at: Option<Micros>,
    /// When its config appeared.
    pub appeared: Micros,
    /// Suspended to RAM.
    pub paused: bool,
    /// What `qmpstatus` says of a running guest that is neither paused nor at work: `io-error`, `prelaunch` …
    pub halted: Option<String>,
    /// Its firewall file.
    pub firewall: Firewall,
    /// Guest ignores ACPI.
    pub deaf: bool,
    /// What the last written cloud-init image says.
    pub cloudinit: Conf,
    /// Unix time of its making; 0 = before the simulator began.
    pub created: i64,
}

/// A snapshot.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// Configuration at that time.
    pub conf: Conf,
    /// Unix time.
    pub time: i64,
    /// Description.
    pub description: String,
    /// Memory included.
    pub vmstate: bool,
    /// Snapshot before it.
    pub parent: Option<String>,
}

impl Vm {
    /// A stopped VM.
    pub fn new(vmid: u32, node: &str, conf: Conf) -> Vm {
        Vm {
            vmid,
            node: node.to_owned(),
            conf,
            pending: Conf::new(),
            pending_delete: BTreeSet::new(),
            snapshots: BTreeMap::new(),
            running_since: None,
            stopped_at: None,
            appeared: 0,
            paused: false,
            halted: None,
            firewall: Firewall::default(),
            deaf: false,
            cloudinit: Conf::new(),
            created: 0,
        }
    }

    /// True for templates.
    pub fn is_template(&self) -> bool {
        self.conf.get("template").is_some_and(|t| t == "1")
    }

    /// True while the guest process exists.
    pub fn is_running(&self) -> bool {
        self.running_since.is_some()
    }

    /// The text of `VM is locked (…)`, when it is.
    pub fn check_lock(&self) -> Result<(), String> {
        match self.conf.get("lock") {
            Some(kind) => Err(format!("VM is locked ({kind})")),
            None => Ok(()),
        }
    }

    /// The config file as Proxmox writes it; its SHA-1 is the digest.
    pub fn text(&self) -> String {
        let mut text = String::new();
        section(&mut text, &self.conf);
        if !self.pending.is_empty() || !self.pending_delete.is_empty() {
            text.push_str("\n[PENDING]\n");
            if !self.pending_delete.is_empty() {
                let keys: Vec<&str> = self.pending_delete.iter().map(String::as_str).collect();
                text.push_str(&format!("delete: {}\n", keys.join(",")));
            }
            section(&mut text, &self.pending);
        }
        for (name, snapshot) in &self.snapshots {
            text.push_str(&format!("\n[{name}]\n"));
            section(&mut text, &snapshot.conf);
            text.push_str(&format!("snaptime: {}\n", snapshot.time));
        }
        text
    }

    /// Digest of the configuration, 40 hex digits.
    pub fn digest(&self) -> String {
        hex(&Sha1::digest(self.text().as_bytes()))
    }

    /// The configuration as `GET config` answers it; `current` leaves pending values out.
    pub fn config_json(&self, current: bool, memory_as_number: bool) -> Value {
        let mut conf = self.conf.clone();
        if !current {
            for key in &self.pending_delete {
                conf.remove(key);
            }
            conf.extend(self.pending.clone());
        }
        let mut out = conf_json(&conf, memory_as_number);
        out.insert("digest".into(), self.digest().into());
        Value::Object(out)
    }

    /// The rows of `GET pending`.
    pub fn pending_json(&self) -> Value {
        let mut rows = Vec::new();
        for (key, value) in &self.conf {
            let mut row = json!({ "key": key, "value": typed(key, value, false) });
            if let Some(next) = self.pending.get(key) {
                row["pending"] = typed(key, next, false);
            } else if self.pending_delete.contains(key) {
                row["delete"] = 1.into();
            }
            rows.push(row);
        }
        for (key, value) in &self.pending {
            if !self.conf.contains_key(key) {
                rows.push(json!({ "key": key, "pending": typed(key, value, false) }));
            }
        }
        rows.push(json!({ "key": "digest", "value": self.digest() }));
        Value::Array(rows)
    }

    /// Drives of the current configuration.
    pub fn drives(&self) -> Vec<(String, Drive)> {
        drives(&self.conf)
    }

    /// Size of the boot disk in bytes.
    pub fn maxdisk(&self) -> u64 {
        let order = self.conf.get("boot").and_then(|b| b.split_once("order="));
        let named = order.and_then(|(_, list)| {
            list.split(';')
                .find(|d| is_drive(d))
                .and_then(|d| self.conf.get(d))
        });
        let first = named.and_then(|text| Drive::parse(text));
        let disk = first.filter(|d| !d.is_cdrom()).or_else(|| {
            let found = self.drives().into_iter().find(|(_, d)| !d.is_cdrom());
            found.map(|(_, d)| d)
        });
        disk.map_or(0, |d| d.size())
    }

    /// A number of the configuration, or its default.
    pub fn number(&self, key: &str, default: u64) -> u64 {
        self.conf
            .get(key)
            .and_then(|v| v.parse().ok())
            .unwrap_or(default)
    }

    /// Memory in bytes.
    pub fn memory(&self) -> u64 {
        let text = self.conf.get("memory").map_or("512", String::as_str);
        let text = text.strip_prefix("current=").unwrap_or(text);
        text.parse::<u64>().unwrap_or(512) << 20
    }

    /// Processors.
    pub fn cpus(&self) -> u64 {
        let all = self.number("sockets", 1) * self.number("cores", 1);
        self.number("vcpus", all).max(1)
    }

    /// True when the agent option is on.
    pub fn agent_enabled(&self) -> bool {
        self.conf
            .get("agent")
            .is_some_and(|a| a.starts_with('1') || a.contains("enabled=1"))
    }

    /// Bytes received and sent since the start; grows with time, so counters reset on restart as real ones do.
    pub fn traffic(&self, now: Micros) -> (u64, u64) {
        let Some(since) = self.running_since else {
            return (0, 0);
        };
        let seconds = now.saturating_sub(since) / 1_000_000;
        let (down, up) = self.traffic_rate();
        (seconds * down, seconds * up)
    }

    /// Bytes per second, in and out, on average.
    pub fn traffic_rate(&self) -> (u64, u64) {
        let down = 1_000 + u64::from(self.vmid) % 977 * 11;
        (down, down / 3)
    }

    /// The status that pvestatd saw at its last look; None when the VM was not there yet.
    pub fn status_at(&self, look: Micros) -> Option<bool> {
        if self.appeared > look {
            return None;
        }
        let on = self.running_since.is_some_and(|since| since <= look);
        let went_off_since = self.stopped_at.is_some_and(|at| at > look);
        Some(on || went_off_since)
    }

    /// What `stop` does to values that waited for it.
    pub fn apply_pending(&mut self) {
        for key in std::mem::take(&mut self.pending_delete) {
            self.conf.remove(&key);
        }
        let waiting = std::mem::take(&mut self.pending);
        self.conf.extend(waiting);
    }
}

/// Drives in a configuration.
pub fn drives(conf: &Conf) -> Vec<(String, Drive)> {
    conf.iter()
        .filter(|(key, _)| is_drive(key))
        .filter_map(|(key, text)| Some((key.clone(), Drive::parse(text)?)))
        .collect()
}

/// A configuration as JSON, passwords masked.
pub fn conf_json(conf: &Conf, memory_as_number: bool) -> Map<String, Value> {
    conf.iter()
        .map(|(key, value)| (key.clone(), typed(key, value, memory_as_number)))
        .collect()
}

/// One value with the type that `parse_vm_config` gives it: integers and booleans are numbers, all else text.
fn typed(key: &str, value: &str, memory_as_number: bool) -> Value {
    if key == "cipassword" {
        return "**********".into();
    }
    let kind = rules().option(key).map_or("string", |p| p.kind.as_str());
    let numeric = matches!(kind, "integer" | "boolean") || (memory_as_number && key == "memory");
    match value.parse::<i64>() {
        Ok(number) if numeric => number.into(),
        _ => value.into(),
    }
}

fn section(text: &mut String, conf: &Conf) {
    if let Some(description) = conf.get("description") {
        for line in description.lines() {
            text.push_str(&format!("#{line}\n"));
        }
    }
    for (key, value) in conf.iter().filter(|(key, _)| *key != "description") {
        text.push_str(&format!("{key}: {value}\n"));
    }
}

/// Lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
