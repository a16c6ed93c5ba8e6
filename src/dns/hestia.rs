//! HestiaCP: its commands over HTTP.
//!
//! A zone there is a text file that commands edit without a lock: two at once may lose one's line, and several cron
//! machines do work at once. So what was changed is read again, until it is as wanted. Records are added before others are
//! removed: a name is never without its records in between.

use super::name::{bare, canonical};
use super::provider::Answer;
use super::remote::{ANSWER, Body, Remote};
use super::server::Server;
use super::{Provider, ProviderError, RecordKind, RecordSet, ZoneName};
use crate::model::{Secret, lenient};
use crate::net::{Method, Transport};
use futures_util::FutureExt;
use serde_json::Value;
use std::rc::Rc;

/// How often a zone is read and changed before its server is taken to be one that does not do what it says.
const ROUNDS: u32 = 4;
/// Exit codes of HestiaCP's commands (func/main.sh).
const E_NOTEXIST: u64 = 3;
const E_EXISTS: u64 = 4;

/// A HestiaCP server.
pub struct Hestia {
    remote: Remote,
    /// The admin's name; empty: the secret is an access key, `ID:SECRET`, or a hash.
    admin: String,
    secret: Secret,
    /// Whose zones they are.
    owner: String,
}

/// One record as HestiaCP keeps it.
#[derive(Clone, Debug)]
struct Stored {
    id: String,
    name: String,
    kind: String,
    value: String,
}

/// Why a command did not do what it was asked.
struct Complaint {
    code: u64,
    error: ProviderError,
}

impl Hestia {
    /// The server at `server`; `owner` is the user the zones belong to.
    pub fn new(
        transport: Rc<dyn Transport>,
        server: Server,
        admin: impl Into<String>,
        secret: Secret,
        owner: impl Into<String>,
    ) -> Self {
        Self {
            remote: Remote::new(transport, server, None, secret.clone()),
            admin: admin.into(),
            secret,
            owner: owner.into(),
        }
    }

    fn form(&self, code: bool, command: &str, arguments: &[&str]) -> Body {
        let open = |name: &str, value: &str| (name.to_owned(), Secret::new(value));
        let mut pairs = match self.admin.as_str() {
            "" => vec![("hash".to_owned(), self.secret.clone())],
            admin => vec![
                open("user", admin),
                ("password".to_owned(), self.secret.clone()),
            ],
        };
        pairs.push(open("returncode", if code { "yes" } else { "no" }));
        pairs.push(open("cmd", command));
        for (at, argument) in arguments.iter().enumerate() {
            pairs.push(open(&format!("arg{}", at + 1), argument));
        }
        Body::Form(pairs)
    }

    /// A command that changes something: its exit code.
    async fn run(&self, command: &str, arguments: &[&str]) -> Result<(), Complaint> {
        let plain = |error| Complaint { code: 0, error };
        let body = self.form(true, command, arguments);
        let answer = self.remote.ask(Method::Post, "/api/", body).await;
        let answer = answer.map_err(plain)?;
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        match lenient::whole_text(&text) {
            // A code is what the command left; what a page of the web server says in its place is no code of it.
            Some(0) if answer.status < 300 => Ok(()),
            Some(0) => Err(plain(self.remote.odd(&answer))),
            Some(code) => Err(Complaint {
                code,
                error: refusal(command, code),
            }),
            None if text.trim_start().starts_with("Error") => {
                Err(plain(ProviderError::Refused(self.remote.quoted(&text))))
            }
            None => Err(plain(self.remote.odd(&answer))),
        }
    }

    /// A command that lists something as JSON.
    async fn list(&self, command: &str, arguments: &[&str]) -> Result<Value, ProviderError> {
        let body = self.form(false, command, arguments);
        let answer = self.remote.ask(Method::Post, "/api/", body).await?;
        if answer.status < 300
            && let Ok(value @ (Value::Object(_) | Value::Array(_))) = ANSWER.read(&answer.body)
        {
            return Ok(value);
        }
        let text = String::from_utf8_lossy(&answer.body);
        let text = text.trim();
        if let Some(code) = lenient::whole_text(text) {
            return Err(refusal(command, code));
        }
        // "Error: dns domain example.com doesn't exist"
        if text.starts_with("Error") && text.contains("doesn't exist") {
            return Err(ProviderError::NoZone(self.remote.quoted(
                &text.trim_start_matches("Error:").trim().replace("  ", " "),
            )));
        }
        if text.starts_with("Error") {
            return Err(ProviderError::Refused(self.remote.quoted(text)));
        }
        Err(self.remote.odd(&answer))
    }

    async fn stored(
        &self,
        zone: &ZoneName,
        name: &str,
        kind: RecordKind,
    ) -> Result<Vec<Stored>, ProviderError> {
        if unfit(zone).is_some() {
            return Err(self.no_zone(zone));
        }
        let listed = self
            .list("v-list-dns-records", &[&self.owner, zone.as_str(), "json"])
            .await
            .map_err(|error| match error {
                ProviderError::NoZone(_) => self.no_zone(zone),
                other => other,
            })?;
        let rows: Vec<&Value> = match &listed {
            Value::Object(map) => map.values().collect(),
            Value::Array(rows) => rows.iter().collect(),
            _ => vec![],
        };
        let whole = |row: &&Value| {
            let has = |key: &&str| !lenient::text_of(row, key).is_empty();
            ["ID", "RECORD", "TYPE"].iter().all(has)
        };
        if !rows.iter().all(whole) {
            return Err(ProviderError::Strange(
                "a list of records with entries that are none".to_owned(),
            ));
        }
        let records = rows.into_iter().map(|row| Stored {
            id: lenient::text_of(row, "ID"),
            name: full(&lenient::text_of(row, "RECORD"), zone),
            kind: lenient::text_of(row, "TYPE"),
            value: canonical(&lenient::text_of(row, "VALUE")),
        });
        let name = bare(name);
        Ok(records
            .filter(|record| record.name == name && record.kind == kind.as_str())
            .collect())
    }

    /// Brings the records of a kind at a name to these values.
    async fn bring(
        &self,
        zone: &ZoneName,
        name: &str,
        kind: RecordKind,
        values: &[String],
        ttl: u32,
    ) -> Result<(), ProviderError> {
        let wanted: Vec<String> = values.iter().map(|value| canonical(value)).collect();
        let (short, ttl) = (relative(name, zone), ttl.to_string());
        for _ in 0..ROUNDS {
            let mut surplus = self.stored(zone, name, kind).await?;
            let mut right = true;
            for value in &wanted {
                match surplus.iter().position(|record| record.value == *value) {
                    Some(at) => {
                        surplus.remove(at);
                    }
                    None => {
                        right = false;
                        // Priority and identifier are HestiaCP's to choose, and the reload happens as it is set up there.
                        let arguments = [
                            self.owner.as_str(),
                            zone.as_str(),
                            &short,
                            kind.as_str(),
                            value,
                            "",
                            "",
                            "",
                            &ttl,
                        ];
                        self.settled(self.run("v-add-dns-record", &arguments).await)?;
                    }
                }
            }
            for record in &surplus {
                right = false;
                let arguments = [self.owner.as_str(), zone.as_str(), &record.id];
                self.settled(self.run("v-delete-dns-record", &arguments).await)?;
            }
            if right {
                return Ok(());
            }
        }
        Err(ProviderError::Unsettled(format!(
            "the records of {name} are not as it said after {ROUNDS} tries"
        )))
    }

    fn no_zone(&self, zone: &ZoneName) -> ProviderError {
        let why = unfit(zone).map_or_else(String::new, |mark| {
            let name = zone.as_str().replacen(mark, "-", 1);
            format!("; HestiaCP takes no \"{mark}\" in a zone's name: have the block delegated as {name}")
        });
        ProviderError::NoZone(format!("{zone} of user {}{why}", self.owner))
    }

    /// What the next look at the zone settles is no error: somebody else was there meanwhile.
    fn settled(&self, result: Result<(), Complaint>) -> Result<(), ProviderError> {
        match result {
            Ok(()) => Ok(()),
            Err(complaint) if matches!(complaint.code, E_NOTEXIST | E_EXISTS) => Ok(()),
            Err(complaint) => Err(complaint.error),
        }
    }
}

/// What HestiaCP takes in no zone's name (func/main.sh, is_domain_format_valid): it keeps each zone in a file of that name.
fn unfit(zone: &ZoneName) -> Option<char> {
    zone.as_str().chars().find(|c| matches!(c, '/' | '_'))
}

/// What a command's exit code says of the next command.
fn refusal(command: &str, code: u64) -> ProviderError {
    let text = format!("{command}: {}", meaning(code));
    match code {
        9..=11 => ProviderError::Denied(text),
        13 | 15 | 20 => ProviderError::Failing(text),
        _ => ProviderError::Refused(text),
    }
}

/// What an exit code means.
fn meaning(code: u64) -> String {
    let words = match code {
        1 | 2 => "an argument is not accepted",
        E_NOTEXIST => "no such object; check zone and user",
        E_EXISTS => "it exists already",
        5 => "the user or the zone is suspended",
        7 => "it is in use",
        8 => "the limit of the user's package is reached",
        9 => "user name or password is not accepted",
        10 => "this address may not use the API; allow it in the server's settings",
        11 => "the API is switched off in the server's settings",
        13 => "the disk is full",
        15 => "it has no connection to another server",
        20 => "its name server could not be reloaded",
        _ => "it failed",
    };
    format!("{words} (exit code {code})")
}

/// A name of the zone's file in full.
fn full(record: &str, zone: &ZoneName) -> String {
    match record {
        "@" | "" => zone.to_string(),
        record if record.ends_with('.') => bare(record),
        record => bare(&format!("{record}.{zone}")),
    }
}

/// A name as the zone's file has it.
fn relative(name: &str, zone: &ZoneName) -> String {
    let name = bare(name);
    match name.strip_suffix(zone.as_str()) {
        Some("") => "@".to_owned(),
        Some(rest) => rest.trim_end_matches('.').to_owned(),
        None => format!("{name}."),
    }
}

impl Provider for Hestia {
    fn kind(&self) -> &'static str {
        "hestiacp"
    }

    fn location(&self) -> String {
        self.remote.url()
    }

    fn upsert<'a>(&'a self, zone: &'a ZoneName, set: &'a RecordSet) -> Answer<'a, ()> {
        self.bring(zone, &set.name, set.kind, &set.values, set.ttl)
            .boxed_local()
    }

    fn delete<'a>(&'a self, zone: &'a ZoneName, name: &'a str, kind: RecordKind) -> Answer<'a, ()> {
        self.bring(zone, name, kind, &[], 0).boxed_local()
    }

    fn test<'a>(&'a self, zone: &'a ZoneName) -> Answer<'a, String> {
        async move {
            let zones = self
                .list("v-list-dns-domains", &[&self.owner, "json"])
                .await?;
            let Value::Object(zones) = zones else {
                return Err(self.no_zone(zone));
            };
            if !zones.keys().any(|known| bare(known) == zone.as_str()) {
                return Err(self.no_zone(zone));
            }
            Ok(format!(
                "zone {zone}, one of {} of user {}",
                zones.len(),
                self.owner
            ))
        }
        .boxed_local()
    }
}
