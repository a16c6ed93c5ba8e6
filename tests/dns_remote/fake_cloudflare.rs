//! Cloudflare's API as its documentation has it: envelope, paging, error codes. Only what a provider of records meets.

use super::http::{HttpRequest, Reply, Service};
use serde_json::{Value, json};
use std::net::{Ipv4Addr, Ipv6Addr};

pub const TOKEN: &str = "cf-token-hush-1";

#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    pub id: String,
    pub zone: String,
    pub kind: String,
    pub name: String,
    pub content: String,
    pub ttl: u64,
    pub proxied: bool,
}

/// What the next requests meet instead of the service, in order.
pub enum Fault {
    /// 429 with so many seconds.
    Limited(Option<u64>),
    /// A page of the proxy before the API.
    Garbage(u16),
    /// An error of the API.
    Code(u16, u64, &'static str),
    /// Well-formed and about nothing.
    Nonsense(&'static str),
    /// The request is served as ever.
    Pass,
}

#[derive(Default)]
pub struct Fake {
    /// Identifier, name.
    pub zones: Vec<(String, String)>,
    pub records: Vec<Record>,
    pub faults: Vec<Fault>,
    pub page: usize,
    drawn: u64,
}

impl Fake {
    pub fn new() -> Self {
        let zones = [
            ("a1", "example.com"),
            ("a2", "2.0.192.in-addr.arpa"),
            ("a3", "example.org"),
        ];
        Self {
            zones: zones
                .map(|(id, name)| (id.to_owned(), name.to_owned()))
                .to_vec(),
            page: 100,
            ..Self::default()
        }
    }

    pub fn put(&mut self, zone: &str, kind: &str, name: &str, content: &str) {
        self.drawn += 1;
        self.records.push(Record {
            id: format!("r{}", self.drawn),
            zone: zone.to_owned(),
            kind: kind.to_owned(),
            name: name.to_owned(),
            content: content.to_owned(),
            ttl: 300,
            proxied: false,
        });
    }

    /// `kind name content` of every record, sorted.
    pub fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = self
            .records
            .iter()
            .map(|r| format!("{} {} {}", r.kind, r.name, r.content))
            .collect();
        lines.sort();
        lines
    }

    fn list(&self, asked: &HttpRequest, all: Vec<Value>) -> Reply {
        let number =
            |name: &str, or: usize| asked.value(name).and_then(|n| n.parse().ok()).unwrap_or(or);
        let (page, size) = (
            number("page", 1).max(1),
            number("per_page", 20).min(self.page),
        );
        let pages = all.len().div_ceil(size);
        let shown: Vec<&Value> = all.iter().skip((page - 1) * size).take(size).collect();
        let info = json!({"page": page, "per_page": size, "count": shown.len(), "total_count": all.len(),
            "total_pages": pages});
        good(json!(shown), Some(info))
    }

    fn wrong(&self, zone: &str, id: &str, body: &Value) -> Option<Reply> {
        let text = |key: &str| body[key].as_str().unwrap_or_default().to_owned();
        let (kind, name, content) = (text("type"), text("name"), text("content"));
        let fits = match kind.as_str() {
            "A" => content.parse::<Ipv4Addr>().is_ok(),
            "AAAA" => content.parse::<Ipv6Addr>().is_ok(),
            _ => !content.is_empty(),
        };
        if !fits {
            return Some(bad(
                400,
                9005,
                &format!("Content for {kind} record is invalid."),
            ));
        }
        let others = || {
            self.records
                .iter()
                .filter(|r| r.zone == zone && r.name == name && r.id != id)
        };
        if others().any(|r| r.kind == "CNAME") {
            return Some(bad(
                400,
                81053,
                "An A, AAAA, or CNAME record with that host already exists.",
            ));
        }
        if others().any(|r| r.kind == kind && r.content == content) {
            return Some(bad(400, 81058, "An identical record already exists."));
        }
        None
    }

    fn records(&mut self, asked: &HttpRequest, zone: &str, id: Option<&str>) -> Reply {
        let body: Value = serde_json::from_str(&asked.body).unwrap_or_default();
        let at = self
            .records
            .iter()
            .position(|r| r.zone == zone && Some(r.id.as_str()) == id);
        match (asked.method.as_str(), id, at) {
            ("GET", None, _) => {
                let wanted =
                    |key: &str, value: &str| asked.value(key).is_none_or(|asked| asked == value);
                let all = self.records.iter().filter(|r| {
                    r.zone == zone && wanted("type", &r.kind) && wanted("name", &r.name)
                });
                let all = all.map(shown).collect();
                self.list(asked, all)
            }
            ("POST", None, _) => match self.wrong(zone, "", &body) {
                Some(reply) => reply,
                None => {
                    let text = |key: &str| body[key].as_str().unwrap().to_owned();
                    self.put(zone, &text("type"), &text("name"), &text("content"));
                    let last = self.records.last_mut().unwrap();
                    last.ttl = body["ttl"].as_u64().unwrap();
                    good(shown(last), None)
                }
            },
            (_, Some(_), None) => bad(404, 81044, "Record does not exist."),
            ("PATCH", Some(id), Some(at)) => match self.wrong(zone, id, &body) {
                Some(reply) => reply,
                None => {
                    let record = &mut self.records[at];
                    record.content = body["content"].as_str().unwrap().to_owned();
                    record.ttl = body["ttl"].as_u64().unwrap();
                    good(shown(record), None)
                }
            },
            ("DELETE", Some(id), Some(at)) => {
                let id = id.to_owned();
                self.records.remove(at);
                good(json!({"id": id}), None)
            }
            _ => bad(
                405,
                10405,
                "Method not allowed for this authentication scheme",
            ),
        }
    }
}

fn shown(record: &Record) -> Value {
    json!({"id": record.id, "type": record.kind, "name": record.name, "content": record.content,
        "ttl": record.ttl, "proxied": record.proxied, "proxiable": true})
}

fn good(result: Value, info: Option<Value>) -> Reply {
    let mut body = json!({"success": true, "errors": [], "messages": [], "result": result});
    if let Some(info) = info {
        body["result_info"] = info;
    }
    Reply::new(200, "application/json", body.to_string())
}

fn bad(status: u16, code: u64, message: &str) -> Reply {
    let body = json!({"success": false, "errors": [{"code": code, "message": message}], "messages": [], "result": null});
    Reply::new(status, "application/json", body.to_string())
}

impl Service for Fake {
    fn answer(&mut self, asked: &HttpRequest) -> Reply {
        if !self.faults.is_empty() {
            match self.faults.remove(0) {
                Fault::Limited(seconds) => {
                    let mut reply = bad(
                        429,
                        971,
                        "Please wait and consider throttling your request speed",
                    );
                    reply
                        .headers
                        .extend(seconds.map(|s| ("Retry-After", s.to_string())));
                    return reply;
                }
                Fault::Garbage(status) => {
                    return Reply::new(status, "text/html", "<html>oops</html>");
                }
                Fault::Nonsense(body) => return Reply::new(200, "application/json", body),
                Fault::Code(status, code, text) => return bad(status, code, text),
                Fault::Pass => {}
            }
        }
        match asked.header("authorization") {
            "" => {
                return bad(
                    400,
                    9106,
                    "Missing X-Auth-Key, X-Auth-Email or Authorization headers",
                );
            }
            given if given != format!("Bearer {TOKEN}") => {
                return bad(401, 10000, "Authentication error");
            }
            _ => {}
        }
        let path = asked.path().to_owned();
        let parts: Vec<&str> = path.trim_start_matches("/client/v4/").split('/').collect();
        let zone = |id: &str| self.zones.iter().find(|(known, _)| known == id);
        let of =
            |(id, name): &(String, String)| json!({"id": id, "name": name, "status": "active"});
        match parts.as_slice() {
            ["zones"] => {
                let name = asked.value("name");
                let all = self
                    .zones
                    .iter()
                    .filter(|(_, known)| name.as_ref().is_none_or(|name| name == known));
                self.list(asked, all.map(of).collect())
            }
            ["zones", id, ..] if zone(id).is_none() => {
                let text = format!(
                    "Could not route to /client/v4/{}, perhaps your object identifier is invalid?",
                    parts.join("/")
                );
                bad(404, 7003, &text)
            }
            ["zones", id] => good(of(zone(id).unwrap()), None),
            ["zones", id, "dns_records"] => {
                let id = (*id).to_owned();
                self.records(asked, &id, None)
            }
            ["zones", id, "dns_records", record] => {
                let (id, record) = ((*id).to_owned(), (*record).to_owned());
                self.records(asked, &id, Some(&record))
            }
            _ => bad(400, 7000, "No route for that URI"),
        }
    }
}
