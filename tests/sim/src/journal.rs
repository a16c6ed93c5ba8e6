//! The record of every request.

use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;

/// One request and its answer.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct Entry {
    /// Unix time, with fractions.
    pub ts: f64,
    /// HTTP method.
    pub method: String,
    /// Path without `/api2/json`.
    pub path: String,
    /// Decoded query and body; secrets masked.
    pub params: Map<String, Value>,
    /// Status of the answer; 0 = none was sent.
    pub status: u16,
    /// Token id or user; empty when unknown.
    pub token: String,
}

/// All entries, and the file they also go to.
#[derive(Default)]
pub struct Journal {
    entries: Vec<Entry>,
    file: Option<File>,
}

impl Journal {
    /// Appends to this file from now on.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub fn write_to(&mut self, path: &str) -> std::io::Result<()> {
        let file = File::options().create(true).append(true).open(path)?;
        self.file = Some(file);
        Ok(())
    }

    /// Records one request.
    pub fn add(&mut self, entry: Entry) {
        if let Some(file) = &mut self.file
            && let Ok(mut line) = serde_json::to_string(&entry)
        {
            line.push('\n');
            // One write per line, so that readers never see half of one.
            if file.write_all(line.as_bytes()).is_err() {
                self.file = None;
            }
        }
        self.entries.push(entry);
    }

    /// Everything so far.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
}

/// Parameters as JSON, secrets masked.
pub fn masked(params: &BTreeMap<String, String>) -> Map<String, Value> {
    const SECRET: &[&str] = &["cipassword", "password", "ticket", "vncticket", "otp"];
    params
        .iter()
        .map(|(key, value)| {
            let shown = if SECRET.contains(&key.as_str()) {
                "***"
            } else {
                value
            };
            (key.clone(), Value::String(shown.to_owned()))
        })
        .collect()
}
