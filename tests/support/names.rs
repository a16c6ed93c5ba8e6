//! A name server with PowerDNS's API, in this process: its zones, its records, its bad days.

use puq_proxmox_kvm::model::Chance;
use puq_proxmox_kvm::net::{HttpRequest, HttpResponse, NetError};
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

/// Where it is.
pub const HOST: &str = "dns.example.net";
/// What it wants to see of whoever changes something.
pub const KEY: &str = "s3cret-name-server-key";
/// The zones it holds.
pub const ZONES: [&str; 3] = [
    "example.com",
    "2.0.192.in-addr.arpa",
    "7.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
];

/// A name and the record's type.
type Key = (String, String);

/// The server.
#[derive(Default)]
pub struct Names {
    records: RefCell<BTreeMap<Key, Vec<String>>>,
    /// One change in so many goes wrong, drawn by this.
    pub trouble: RefCell<Option<(u64, Chance)>>,
    /// So many went wrong so far.
    pub failed: Cell<u64>,
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
        let Some((one_in, chance)) = trouble.as_ref() else {
            return Fate::Done;
        };
        if chance.between(0, *one_in) != 0 {
            return Fate::Done;
        }
        self.failed.set(self.failed.get() + 1);
        match chance.between(0, 2) {
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
