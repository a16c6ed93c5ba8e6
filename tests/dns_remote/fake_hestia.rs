//! HestiaCP's API: commands by POST, exit codes as text, listings as JSON. The older of its two ways of signing in, and
//! access keys.

use super::http::{HttpRequest, Reply, Service};
use serde_json::json;

pub const PASSWORD: &str = "hestia hush+&=ü";
pub const KEY: &str = "ABCDEFGHIJKLMNOPQRST:0123456789012345678901234567890123456789";

#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    pub id: u64,
    pub name: String,
    pub kind: String,
    pub value: String,
}

#[derive(Default)]
pub struct Fake {
    /// User, zone, records.
    pub zones: Vec<(String, String, Vec<Record>)>,
    /// So many records a package allows.
    pub limit: usize,
    pub allowed: bool,
    /// So many of the next additions are said to be done and lost, as two writers at once do.
    pub lost: u32,
    /// Instead of the next answers: status and body.
    pub faults: Vec<(u16, &'static str)>,
}

impl Fake {
    pub fn new() -> Self {
        let zone = |name: &str| {
            let ns = Record {
                id: 1,
                name: "@".into(),
                kind: "NS".into(),
                value: "ns1.example.net.".into(),
            };
            let other = Record {
                id: 2,
                name: "other".into(),
                kind: "A".into(),
                value: "192.0.2.99".into(),
            };
            ("alice".to_owned(), name.to_owned(), vec![ns, other])
        };
        Self {
            zones: vec![zone("example.com"), zone("2.0.192.in-addr.arpa")],
            limit: 100,
            allowed: true,
            ..Self::default()
        }
    }

    pub fn lines(&self) -> Vec<String> {
        let all = self.zones.iter().flat_map(|(_, zone, records)| {
            records
                .iter()
                .map(move |r| format!("{} {} in {zone} {}", r.kind, r.name, r.value))
        });
        let mut lines: Vec<String> = all.collect();
        lines.sort();
        lines
    }

    /// Exit code and output of a command.
    fn run(&mut self, command: &str, args: &[String]) -> (u64, String) {
        let arg = |at: usize| args.get(at).cloned().unwrap_or_default();
        let (user, zone) = (arg(0), arg(1));
        if !self.zones.iter().any(|(known, ..)| *known == user) {
            return (3, format!("Error: user {user} doesn't exist"));
        }
        if command == "v-list-dns-domains" {
            let mut all = json!({});
            for (_, zone, records) in self.zones.iter().filter(|(known, ..)| *known == user) {
                all[zone] = json!({"IP": "192.0.2.1", "TTL": "14400", "RECORDS": records.len().to_string()});
            }
            return (0, format!("{all:#}"));
        }
        // func/main.sh, is_domain_format_valid.
        if zone.contains(['/', '_']) {
            return (2, format!("Error: invalid domain format :: {zone}"));
        }
        let limit = self.limit;
        let Some((_, _, records)) = self
            .zones
            .iter_mut()
            .find(|(u, z, _)| *u == user && *z == zone)
        else {
            return (3, format!("Error: dns domain {zone} doesn't exist"));
        };
        match command {
            "v-list-dns-records" => {
                let mut all = json!({});
                for r in records.iter() {
                    all[r.id.to_string()] = json!({"RECORD": r.name, "TYPE": r.kind, "PRIORITY": "", "VALUE": r.value,
                        "ID": r.id.to_string(), "SUSPENDED": "no", "TIME": "12:00:00", "DATE": "2026-04-10"});
                }
                (0, format!("{all:#}"))
            }
            "v-add-dns-record" if args.len() < 5 => {
                (1, "Error: Invalid number of arguments".into())
            }
            "v-add-dns-record" if records.len() >= limit => {
                (8, "Error: DNS_RECORDS limit is reached".into())
            }
            "v-add-dns-record" => {
                if self.lost > 0 {
                    self.lost -= 1;
                    return (0, String::new());
                }
                let (kind, mut value) = (arg(3), arg(4));
                if kind == "PTR" && !value.ends_with('.') {
                    value.push('.');
                }
                let id = records.iter().map(|r| r.id).max().unwrap_or(0) + 1;
                records.push(Record {
                    id,
                    name: arg(2).to_lowercase(),
                    kind,
                    value,
                });
                (0, String::new())
            }
            "v-delete-dns-record" => {
                let before = records.len();
                records.retain(|r| r.id.to_string() != arg(2));
                match records.len() < before {
                    true => (0, String::new()),
                    false => (3, format!("Error: ID {} doesn't exist", arg(2))),
                }
            }
            other => (2, format!("Error: {other} command invalid")),
        }
    }
}

fn text(status: u16, body: impl Into<String>) -> Reply {
    Reply::new(status, "text/html; charset=utf-8", body)
}

impl Service for Fake {
    fn answer(&mut self, asked: &HttpRequest) -> Reply {
        if !self.faults.is_empty() {
            let (status, body) = self.faults.remove(0);
            return text(status, body);
        }
        let value = |name: &str| asked.value(name).unwrap_or_default();
        let code = value("returncode") == "yes";
        let refuse = |status: u16, exit: u64, why: &str| match code {
            true => text(status, exit.to_string()),
            false => text(status, format!("Error: {why}")),
        };
        if asked.method != "POST" || asked.path() != "/api/" {
            return text(404, "not found");
        }
        if !self.allowed {
            return refuse(403, 10, "IP is not allowed to connect with API");
        }
        let signed_in =
            value("hash") == KEY || (value("user") == "admin" && value("password") == PASSWORD);
        if !signed_in {
            return refuse(401, 9, "authentication failed");
        }
        let args: Vec<String> = (1..=13)
            .map_while(|at| asked.value(&format!("arg{at}")))
            .collect();
        let (exit, output) = self.run(&value("cmd"), &args);
        match code {
            true => text(200, exit.to_string()),
            false => text(200, output),
        }
    }
}
