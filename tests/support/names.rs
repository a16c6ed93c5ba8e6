//! A name server with PowerDNS's API, in this process: its zones, its records, its bad days.

use puq_proxmox_kvm::model::Random;
use puq_proxmox_kvm::net::{HttpRequest, HttpResponse, NetError};
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::pending;
use std::io;
use std::sync::Arc;
use std::time::Duration;

/// Where it is.
pub const HOST: &str = "dns.example.net";
/// Others of its kind.
pub const HOSTS: [&str; 3] = [HOST, "dns2.example.net", "dns3.example.net"];
/// What it wants to see of whoever changes something.
pub const KEY: &str = "s3cret-name-server-key";
/// The zones it holds.
pub const ZONES: [&str; 3] = [
    "example.com",
    "2.0.192.in-addr.arpa",
    "7.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
];

/// Another name server; what it says when it is well, nobody here knows.
pub const OTHER: &str = "api.cloudflare.com";

/// How a server fails whatever it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weather {
    /// It answers with this status and nothing else.
    Status(u16),
    /// It answers 200 and a page for people.
    Garbage,
    /// It answers 200 and JSON that says nothing.
    Nonsense(&'static str),
    /// It never answers.
    Hang,
    /// Nobody listens there.
    Refused,
    /// It ends the connection.
    Reset,
    /// Its certificate is not to be trusted.
    Tls,
}

impl Weather {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::Status(500),
        Self::Status(501),
        Self::Status(503),
        Self::Status(599),
        Self::Status(429),
        Self::Status(401),
        Self::Status(418),
        Self::Garbage,
        Self::Nonsense(r#"[5, "x", null]"#),
        Self::Nonsense(r#"{"success": true, "result": 5, "name": []}"#),
        Self::Nonsense("null"),
        Self::Hang,
        Self::Refused,
        Self::Reset,
        Self::Tls,
    ];
}

/// A name and the record's type.
type Key = (String, String);

/// The server.
#[derive(Default)]
pub struct Names {
    records: RefCell<BTreeMap<Key, Vec<String>>>,
    /// One change in so many goes wrong, drawn by this.
    pub trouble: RefCell<Option<(u64, Random)>>,
    /// So many went wrong so far.
    pub failed: Cell<u64>,
    /// How it fails now, and after how long; `None`: it is well.
    pub weather: Cell<Option<(Weather, Duration)>>,
    /// So long it takes for each answer while it is well.
    pub slow: Cell<Duration>,
    /// So many requests came.
    pub asked: Cell<u64>,
}

/// What happens to a change.
enum Fate {
    Done,
    /// The server says no and does nothing.
    Refused,
    /// Done, and the answer is lost.
    Unanswered,
}

impl Names {
    /// What it holds: name, type, values.
    pub fn records(&self) -> BTreeMap<Key, Vec<String>> {
        self.records.borrow().clone()
    }

    /// Answers a request, or fails as the weather is.
    pub async fn handle(&self, request: &HttpRequest) -> Result<HttpResponse, NetError> {
        self.asked.set(self.asked.get() + 1);
        let Some((weather, after)) = self.weather.get() else {
            if !self.slow.get().is_zero() {
                tokio::time::sleep(self.slow.get()).await;
            }
            return self.answer(request);
        };
        tokio::time::sleep(after).await;
        let to = request.base.url();
        let cause = |kind: io::ErrorKind| Arc::new(io::Error::from(kind)) as Arc<_>;
        match weather {
            Weather::Status(status) => Ok(response(status, &Value::Null)),
            Weather::Garbage => Ok(HttpResponse {
                content_type: Some("text/html".to_owned()),
                body: b"<html>It works!</html>".to_vec(),
                ..response(200, &Value::Null)
            }),
            Weather::Nonsense(body) => Ok(HttpResponse {
                body: body.as_bytes().to_vec(),
                ..response(200, &Value::Null)
            }),
            Weather::Hang => pending().await,
            Weather::Refused => Err(NetError::NotSent {
                to,
                cause: cause(io::ErrorKind::ConnectionRefused),
            }),
            Weather::Reset => Err(NetError::MaybeSent {
                to,
                cause: cause(io::ErrorKind::ConnectionReset),
            }),
            Weather::Tls => Err(NetError::Certificate {
                to,
                reason: "certificate has expired".to_owned(),
            }),
        }
    }

    /// Answers a request of the API.
    pub fn answer(&self, request: &HttpRequest) -> Result<HttpResponse, NetError> {
        let given = request
            .headers
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("x-api-key"));
        if given.is_none_or(|(_, value)| value != KEY) {
            return Ok(response(401, &Value::Null));
        }
        let zone = request
            .path_and_query
            .rsplit('/')
            .next()
            .unwrap_or_default();
        let zone = zone
            .split('?')
            .next()
            .unwrap_or_default()
            .trim_end_matches('.');
        if !ZONES.contains(&zone) {
            return Ok(response(404, &json!({"error": "Not Found"})));
        }
        let body = request.body.as_deref().unwrap_or_default();
        let change: Value = serde_json::from_str(body).unwrap_or_default();
        let fate = self.fate();
        if !matches!(fate, Fate::Refused) {
            for set in change["rrsets"].as_array().into_iter().flatten() {
                self.change(zone, set);
            }
        }
        Ok(match fate {
            Fate::Done => response(204, &Value::Null),
            Fate::Refused => response(422, &json!({"error": "Conflicts with another RRset"})),
            Fate::Unanswered => response(504, &Value::Null),
        })
    }

    fn fate(&self) -> Fate {
        let trouble = self.trouble.borrow();
        let Some((one_in, random)) = trouble.as_ref() else {
            return Fate::Done;
        };
        if random.between(0, *one_in) != 0 {
            return Fate::Done;
        }
        self.failed.set(self.failed.get() + 1);
        match random.between(0, 2) {
            0 => Fate::Refused,
            _ => Fate::Unanswered,
        }
    }

    fn change(&self, zone: &str, set: &Value) {
        let text = |value: &Value| {
            value
                .as_str()
                .unwrap_or_default()
                .trim_end_matches('.')
                .to_owned()
        };
        let name = text(&set["name"]);
        assert!(
            name == zone || name.ends_with(&format!(".{zone}")),
            "{name} is no name of {zone}"
        );
        let key = (name, text(&set["type"]));
        let mut records = self.records.borrow_mut();
        match set["changetype"].as_str() {
            Some("REPLACE") => {
                let values = set["records"].as_array().into_iter().flatten();
                records.insert(key, values.map(|record| text(&record["content"])).collect());
            }
            _ => {
                records.remove(&key);
            }
        }
    }
}

fn response(status: u16, body: &Value) -> HttpResponse {
    HttpResponse {
        status,
        reason: String::new(),
        content_type: Some("application/json".to_owned()),
        retry_after: None,
        body: if body.is_null() {
            vec![]
        } else {
            body.to_string().into_bytes()
        },
    }
}
