//! A master file (RFC 1035 §5) as text that can be edited: what is not touched keeps every byte, comments and layout too.

use super::token::{Entry, MasterError, entries};
use crate::dns::name::bare;
use crate::dns::{RecordSet, ZoneName};
use std::net::IpAddr;

/// A parsed master file.
#[derive(Clone, Debug)]
pub struct MasterFile {
    zone: ZoneName,
    lines: Vec<Item>,
}

/// A line, or several that parentheses join, with what it says.
#[derive(Clone, Debug)]
struct Item {
    raw: String,
    record: Option<Record>,
}

#[derive(Clone, Debug)]
struct Record {
    /// Full name, lower case, no final dot.
    owner: String,
    /// Whether the line leaves the owner out, so that the record before it gives it.
    inherits: bool,
    kind: String,
    /// The record's own fields.
    data: Vec<String>,
    /// Where the third of them stands in the raw text: the serial of a SOA.
    third: Option<(usize, usize)>,
    /// The origin in force, for names in the data.
    origin: String,
}

impl MasterFile {
    /// Reads the file of a zone. Errors: text that is no master file, no SOA, or the SOA of another zone.
    pub fn parse(zone: &ZoneName, text: &str) -> Result<Self, MasterError> {
        let mut origin = zone.as_str().to_owned();
        let mut owner = None;
        let mut lines = Vec::new();
        for entry in entries(text)? {
            let record = match entry.words.first().map(|(_, word)| word.as_str()) {
                None => None,
                Some(word) if word.starts_with('$') => {
                    if word.eq_ignore_ascii_case("$ORIGIN") {
                        let name = entry
                            .words
                            .get(1)
                            .ok_or(MasterError::Unreadable(entry.line))?;
                        origin = full(&name.1, &origin);
                    }
                    None
                }
                Some(_) => Some(record(&entry, &origin, &mut owner)?),
            };
            lines.push(Item {
                raw: entry.raw,
                record,
            });
        }
        let file = Self {
            zone: zone.clone(),
            lines,
        };
        let soa = file.soa().ok_or(MasterError::NoSoa)?;
        match file.lines[soa].record.as_ref() {
            Some(record) if record.owner == zone.as_str() => Ok(file),
            other => {
                let owner = other.map(|record| record.owner.clone()).unwrap_or_default();
                Err(MasterError::OtherZone(owner))
            }
        }
    }

    /// The whole text.
    pub fn text(&self) -> String {
        self.lines.iter().map(|item| item.raw.as_str()).collect()
    }

    /// The serial of the zone.
    pub fn serial(&self) -> Option<u32> {
        self.lines[self.soa()?]
            .record
            .as_ref()?
            .data
            .get(2)?
            .parse()
            .ok()
    }

    /// The values of a kind at a name.
    pub fn values(&self, name: &str, kind: &str) -> Vec<String> {
        let name = bare(name);
        let named = self
            .lines
            .iter()
            .filter_map(|item| item.record.as_ref())
            .filter(|record| record.is(&name, kind));
        named.map(Record::value).collect()
    }

    /// Removes the records of a kind at a name; whether there were any.
    pub fn remove(&mut self, name: &str, kind: &str) -> bool {
        let name = bare(name);
        let before = self.lines.len();
        self.lines.retain(|item| {
            !item
                .record
                .as_ref()
                .is_some_and(|record| record.is(&name, kind))
        });
        self.name_orphans();
        self.lines.len() < before
    }

    /// Makes the records of a set's kind at its name exactly the set; whether that changed anything. Error: the name is
    /// an alias, and a name server takes no zone with a CNAME beside other records.
    pub fn set(&mut self, set: &RecordSet) -> Result<bool, MasterError> {
        let name = bare(&set.name);
        if !self.values(&name, "CNAME").is_empty() {
            return Err(MasterError::Alias(name));
        }
        let values: Vec<String> = set.values.iter().map(|value| plain(&bare(value))).collect();
        let mut wanted = values.clone();
        let mut present = self.values(&name, set.kind.as_str());
        wanted.sort();
        present.sort();
        if wanted == present {
            return Ok(false);
        }
        self.remove(&name, set.kind.as_str());
        if let Some(last) = self
            .lines
            .last_mut()
            .filter(|item| !item.raw.ends_with('\n'))
        {
            last.raw.push('\n');
        }
        for value in &values {
            let dot = if set.kind.as_str() == "PTR" { "." } else { "" };
            let data = format!("{value}{dot}");
            self.lines.push(Item {
                raw: format!("{name}.\t{}\tIN\t{}\t{data}\n", set.ttl, set.kind),
                record: Some(Record {
                    owner: name.clone(),
                    inherits: false,
                    kind: set.kind.as_str().to_owned(),
                    data: vec![data],
                    third: None,
                    origin: self.zone.as_str().to_owned(),
                }),
            });
        }
        Ok(true)
    }

    /// Raises the serial by one, which is right for counters and for dates alike (RFC 1982). Error: it is no number.
    pub fn bump(&mut self) -> Result<(), MasterError> {
        let serial = self.serial().ok_or(MasterError::NoSerial)?;
        let soa = self.soa().ok_or(MasterError::NoSoa)?;
        let item = &mut self.lines[soa];
        let record = item.record.as_mut().ok_or(MasterError::NoSoa)?;
        let (start, end) = record.third.ok_or(MasterError::NoSerial)?;
        // 0 means "never read" to some secondaries.
        let next = match serial.wrapping_add(1) {
            0 => 1,
            next => next,
        }
        .to_string();
        item.raw.replace_range(start..end, &next);
        record.third = Some((start, start + next.len()));
        record.data[2] = next;
        Ok(())
    }

    fn soa(&self) -> Option<usize> {
        self.lines.iter().position(|item| {
            item.record
                .as_ref()
                .is_some_and(|record| record.kind == "SOA")
        })
    }

    /// Writes the owner's name before each record that took it from a line that is gone.
    fn name_orphans(&mut self) {
        let mut above = None;
        for item in &mut self.lines {
            let Some(record) = item.record.as_mut() else {
                continue;
            };
            if record.inherits && above.as_ref() != Some(&record.owner) {
                let name = format!("{}.", record.owner);
                item.raw.insert_str(0, &name);
                record.third = record
                    .third
                    .map(|(start, end)| (start + name.len(), end + name.len()));
                record.inherits = false;
            }
            above = Some(record.owner.clone());
        }
    }
}

impl Record {
    fn is(&self, name: &str, kind: &str) -> bool {
        self.owner == name && self.kind == kind
    }

    /// The value in the spelling of [`RecordSet`]: addresses as they print, names in full.
    fn value(&self) -> String {
        let raw = self.data.first().map(String::as_str).unwrap_or_default();
        match self.kind.as_str() {
            "PTR" | "CNAME" => full(raw, &self.origin),
            _ => plain(raw),
        }
    }
}

/// A record's line: `[owner] [ttl] [class] type data`, time and class in either order.
fn record(entry: &Entry, origin: &str, above: &mut Option<String>) -> Result<Record, MasterError> {
    let inherits = entry.raw.starts_with([' ', '\t']);
    let mut words = entry.words.iter();
    let owner = if inherits {
        above.clone().ok_or(MasterError::Unreadable(entry.line))?
    } else {
        let (_, word) = words.next().ok_or(MasterError::Unreadable(entry.line))?;
        full(word, origin)
    };
    *above = Some(owner.clone());
    let kind = words.find(|(_, word)| !is_time(word) && !is_class(word));
    let (_, kind) = kind.ok_or(MasterError::Unreadable(entry.line))?;
    let data: Vec<_> = words.cloned().collect();
    Ok(Record {
        owner,
        inherits,
        kind: kind.to_ascii_uppercase(),
        third: data
            .get(2)
            .map(|(start, word)| (*start, start + word.len())),
        data: data.into_iter().map(|(_, word)| word).collect(),
        origin: origin.to_owned(),
    })
}

/// A time to live: seconds, or BIND's `1h30m`.
fn is_time(word: &str) -> bool {
    let units = |c: char| {
        c.is_ascii_digit() || matches!(c.to_ascii_lowercase(), 's' | 'm' | 'h' | 'd' | 'w')
    };
    word.starts_with(|c: char| c.is_ascii_digit()) && word.chars().all(units)
}

fn is_class(word: &str) -> bool {
    ["IN", "CH", "HS", "CS"]
        .iter()
        .any(|class| class.eq_ignore_ascii_case(word))
}

/// A name in full: `@` is the origin, a final dot ends a name that is full already.
fn full(name: &str, origin: &str) -> String {
    match name {
        "@" => origin.to_owned(),
        name if name.ends_with('.') => bare(name),
        name => bare(&format!("{name}.{origin}")),
    }
}

/// An address as it prints; any other text as it is.
fn plain(text: &str) -> String {
    text.parse::<IpAddr>()
        .map_or_else(|_| text.to_owned(), |address| address.to_string())
}
