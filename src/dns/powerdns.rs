//! PowerDNS Authoritative Server by its REST API.
//!
//! A record set is replaced or deleted as a whole by one request, so a name is never without its records in between.
//! Names go over the wire in full, with their final dot.

use super::provider::Answer;
use super::remote::{ANSWER, Body, Remote};
use super::server::Server;
use super::{Provider, ProviderError, RecordKind, RecordSet, ZoneName};
use crate::model::{Secret, lenient};
use crate::net::{HttpResponse, Method, Transport};
use futures_util::FutureExt;
use serde_json::{Value, json};
use std::rc::Rc;

/// A PowerDNS server.
pub struct PowerDns {
    remote: Remote,
    /// The server's name within its own API, nearly always `localhost`.
    server_id: String,
}

impl PowerDns {
    /// The server at `server`, whose key is `key`.
    pub fn new(
        transport: Rc<dyn Transport>,
        server: Server,
        server_id: impl Into<String>,
        key: Secret,
    ) -> Self {
        Self {
            remote: Remote::new(transport, server, Some(("X-API-Key", "")), key),
            server_id: server_id.into(),
        }
    }

    fn path(&self, zone: &ZoneName) -> String {
        let server = zone_id(&self.server_id);
        format!(
            "/api/v1/servers/{server}/zones/{}",
            zone_id(&format!("{zone}."))
        )
    }

    async fn change(&self, zone: &ZoneName, set: Value) -> Result<(), ProviderError> {
        let path = self.path(zone);
        let body = Body::Json(json!({"rrsets": [&set]}));
        let answer = self.remote.ask(Method::Patch, &path, body).await?;
        match answer.status {
            204 => Ok(()),
            // As 3.4 answers, with the zone; anything else is from somebody else, and nothing was changed.
            200 => self.shown(zone, &answer).map(drop),
            _ => Err(self.refusal(zone, &answer)),
        }
    }

    /// The zone that an answer shows.
    fn shown(&self, zone: &ZoneName, answer: &HttpResponse) -> Result<Value, ProviderError> {
        let body = self.remote.json(answer)?;
        let name = lenient::text_of(&body, "name");
        match name
            .trim_end_matches('.')
            .eq_ignore_ascii_case(&zone.to_string())
        {
            true => Ok(body),
            false => Err(ProviderError::Strange(format!(
                "{} with an answer that is not about the zone {zone}",
                self.remote.status(answer)
            ))),
        }
    }

    fn refusal(&self, zone: &ZoneName, answer: &HttpResponse) -> ProviderError {
        let words = ANSWER.read(&answer.body);
        let words = words.map_or_else(|_| String::new(), |body| lenient::text_of(&body, "error"));
        match answer.status {
            401 | 403 => ProviderError::Denied("the API key is not accepted".to_owned()),
            // 4.7 says 404; versions before 4.3 answered a change of an unknown zone with 422 and these words.
            404 => ProviderError::NoZone(zone.to_string()),
            422 if words.starts_with("Could not find domain") => {
                ProviderError::NoZone(zone.to_string())
            }
            // On SQLite a change that meets another one is answered so (`database is locked`, in its log only).
            500.. if words.is_empty() => ProviderError::Failing(self.remote.status(answer)),
            500.. => ProviderError::Failing(self.remote.quoted(&words)),
            _ if words.is_empty() => ProviderError::Strange(self.remote.status(answer)),
            _ => ProviderError::Refused(self.remote.quoted(&words)),
        }
    }

    async fn look(&self, zone: &ZoneName) -> Result<String, ProviderError> {
        let path = format!("{}?rrsets=false", self.path(zone));
        let answer = self.remote.ask(Method::Get, &path, Body::None).await?;
        if answer.status != 200 {
            return Err(self.refusal(zone, &answer));
        }
        let body = self.shown(zone, &answer)?;
        let kind = lenient::text_of(&body, "kind");
        if matches!(kind.as_str(), "Slave" | "Secondary" | "Consumer") {
            return Err(ProviderError::Refused(format!(
                "{zone} is a copy there ({kind}); its records are changed at its primary"
            )));
        }
        let serial = lenient::text_of(&body, "serial");
        Ok(self
            .remote
            .quoted(&format!("zone {zone}, kind {kind}, serial {serial}")))
    }
}

/// A name in a path, as pdns's `apiZoneNameToId` spells it: `=` and two digits for what is neither letter, digit, dot
/// nor hyphen.
fn zone_id(name: &str) -> String {
    name.bytes()
        .map(|byte| match byte {
            b'.' | b'-' => char::from(byte).to_string(),
            byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
            byte => format!("={byte:02X}"),
        })
        .collect()
}

impl Provider for PowerDns {
    fn kind(&self) -> &'static str {
        "powerdns"
    }

    fn location(&self) -> String {
        format!("{}/{}", self.remote.url(), self.server_id)
    }

    fn upsert<'a>(&'a self, zone: &'a ZoneName, set: &'a RecordSet) -> Answer<'a, ()> {
        let dot = if set.kind == RecordKind::Ptr { "." } else { "" };
        let records: Vec<Value> = set
            .values
            .iter()
            .map(|value| json!({"content": format!("{value}{dot}"), "disabled": false}))
            .collect();
        let change = json!({
            "name": format!("{}.", set.name), "type": set.kind.as_str(), "ttl": set.ttl,
            "changetype": "REPLACE", "records": records,
        });
        self.change(zone, change).boxed_local()
    }

    fn delete<'a>(&'a self, zone: &'a ZoneName, name: &'a str, kind: RecordKind) -> Answer<'a, ()> {
        let change =
            json!({"name": format!("{name}."), "type": kind.as_str(), "changetype": "DELETE"});
        self.change(zone, change).boxed_local()
    }

    fn test<'a>(&'a self, zone: &'a ZoneName) -> Answer<'a, String> {
        self.look(zone).boxed_local()
    }
}
