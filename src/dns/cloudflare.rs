//! Cloudflare by its API, version 4, with an API token.
//!
//! Records are single there, so a set is brought to what is wanted record by record: what is right stays, what is wrong is
//! rewritten in place, what lacks is added, and only then is the rest removed. A name is never without its records in
//! between.

use super::name::{bare, canonical};
use super::provider::Answer;
use super::remote::{Body, Remote, escape};
use super::server::Server;
use super::{Provider, ProviderError, RecordKind, RecordSet, ZoneName};
use crate::model::{Secret, lenient};
use crate::net::{Endpoint, Method, Transport, Trust};
use futures_util::FutureExt;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::rc::Rc;

/// Records or zones asked for at once.
const ROWS_PER_PAGE: u64 = 100;
/// No name has so many records; a paging that never ends is not followed.
const MOST_PAGES: u64 = 100;
/// "The record already exists", "An identical record already exists".
const EXISTS: [u64; 2] = [81057, 81058];
/// "Record does not exist".
const GONE: u64 = 81044;
/// The token is missing, unknown, malformed or may not do this.
const BAD_TOKEN: [u64; 7] = [6003, 6111, 9103, 9106, 9107, 9109, 10000];
/// "Could not route to …, perhaps your object identifier is invalid", "Invalid zone identifier".
const BAD_IDENTIFIER: [u64; 3] = [1001, 7000, 7003];
/// "Please wait and consider throttling your request speed".
const THROTTLED: [u64; 2] = [971, 10429];

/// An account at Cloudflare.
pub struct Cloudflare {
    remote: Remote,
    account_id: String,
    zone_id: String,
    /// The zone once found, so that a VM's records ask for it once.
    found: RefCell<Option<(ZoneName, String)>>,
}

/// One record as Cloudflare keeps it.
struct Stored {
    id: String,
    value: String,
    ttl: u64,
    proxied: bool,
}

/// What stands in an error of the envelope.
struct Complaint {
    code: u64,
    error: ProviderError,
}

impl Cloudflare {
    /// Cloudflare's own address.
    pub fn server() -> Server {
        Server {
            endpoint: Endpoint {
                host: "api.cloudflare.com".to_owned(),
                port: 443,
                trust: Trust::System,
            },
            path: "/client/v4".to_owned(),
        }
    }

    /// The account behind a token. `account_id` and `zone_id` may be empty: the zone is then found by its name.
    pub fn new(
        transport: Rc<dyn Transport>,
        server: Server,
        account_id: impl Into<String>,
        zone_id: impl Into<String>,
        token: Secret,
    ) -> Self {
        Self {
            remote: Remote::new(transport, server, Some(("Authorization", "Bearer ")), token),
            account_id: account_id.into(),
            zone_id: zone_id.into(),
            found: RefCell::default(),
        }
    }

    /// One request; the envelope's content, or what it complains of.
    async fn call(&self, method: Method, path: &str, body: Body) -> Result<Value, Complaint> {
        let plain = |error| Complaint { code: 0, error };
        let answer = self.remote.ask(method, path, body).await.map_err(plain)?;
        let envelope = self.remote.json(&answer).map_err(plain)?;
        if lenient::flag(&envelope["success"]) == Some(true) && answer.status < 400 {
            return Ok(envelope);
        }
        let Some(first) = envelope["errors"].get(0) else {
            let text = format!("{} without a reason", self.remote.status(&answer));
            return Err(plain(ProviderError::Strange(text)));
        };
        let code = lenient::whole(&first["code"]).unwrap_or(0);
        let words = self.remote.quoted(&lenient::text_of(first, "message"));
        let said = format!("{words} (code {code})");
        let error = match code {
            code if THROTTLED.contains(&code) => ProviderError::Limited(answer.retry_after),
            code if BAD_TOKEN.contains(&code) => ProviderError::Denied(format!(
                "the API token may not do this: {said}; it needs Zone Read and DNS Edit for the zone"
            )),
            _ if answer.status >= 500 => ProviderError::Failing(said),
            _ => ProviderError::Refused(said),
        };
        Err(Complaint { code, error })
    }

    /// The zone's identifier. A given one is compared with the zone's name: Cloudflare appends the zone to names that are
    /// not of it, and would answer `success` to records nobody asked for.
    async fn zone(&self, zone: &ZoneName) -> Result<String, ProviderError> {
        if let Some((_, id)) = self
            .found
            .borrow()
            .as_ref()
            .filter(|(known, _)| known == zone)
        {
            return Ok(id.clone());
        }
        let id = if self.zone_id.is_empty() {
            self.zone_by_name(zone).await?
        } else {
            self.zone_by_id(zone).await?
        };
        *self.found.borrow_mut() = Some((zone.clone(), id.clone()));
        Ok(id)
    }

    async fn zone_by_id(&self, zone: &ZoneName) -> Result<String, ProviderError> {
        let path = format!("/zones/{}", escape(&self.zone_id));
        let envelope = self.call(Method::Get, &path, Body::None).await;
        let envelope = envelope.map_err(|complaint| match complaint.code {
            code if BAD_IDENTIFIER.contains(&code) => ProviderError::Refused(format!(
                "it knows no zone with the identifier {}",
                self.zone_id
            )),
            _ => complaint.error,
        })?;
        let name = bare(&lenient::text_of(&envelope["result"], "name"));
        if name != zone.as_str() {
            return Err(ProviderError::Refused(self.remote.quoted(&format!(
                "the zone identifier belongs to {name}, not to {zone}"
            ))));
        }
        Ok(self.zone_id.clone())
    }

    async fn zone_by_name(&self, zone: &ZoneName) -> Result<String, ProviderError> {
        let mut path = format!("/zones?name={}&per_page=50", escape(zone.as_str()));
        if !self.account_id.is_empty() {
            path.push_str(&format!("&account.id={}", escape(&self.account_id)));
        }
        let envelope = self.call(Method::Get, &path, Body::None).await;
        let envelope = envelope.map_err(|complaint| complaint.error)?;
        let zones = envelope["result"].as_array();
        let ours = zones
            .into_iter()
            .flatten()
            .find(|candidate| bare(&lenient::text_of(candidate, "name")) == zone.as_str());
        ours.map(|found| lenient::text_of(found, "id"))
            .filter(|id| !id.is_empty())
            .ok_or_else(|| ProviderError::NoZone(zone.to_string()))
    }

    /// The records of a kind at a name, of all pages.
    async fn stored(
        &self,
        zone: &str,
        name: &str,
        kind: RecordKind,
    ) -> Result<Vec<Stored>, ProviderError> {
        let mut found = vec![];
        let mut page = 1;
        loop {
            let path = format!(
                "/zones/{}/dns_records?type={kind}&name={}&per_page={ROWS_PER_PAGE}&page={page}",
                escape(zone),
                escape(name)
            );
            let envelope = self.call(Method::Get, &path, Body::None).await;
            let envelope = envelope.map_err(|complaint| complaint.error)?;
            let Some(records) = envelope["result"].as_array() else {
                return Err(ProviderError::Strange("no list of records".to_owned()));
            };
            let whole = |record: &Value| {
                let has = |key: &&str| !lenient::text_of(record, key).is_empty();
                ["id", "name", "type"].iter().all(has)
            };
            if !records.iter().all(whole) {
                return Err(ProviderError::Strange(
                    "a list of records with entries that are none".to_owned(),
                ));
            }
            // The filter is Cloudflare's; that no other record is ever touched is not left to it.
            let ours = records.iter().filter(|record| {
                bare(&lenient::text_of(record, "name")) == bare(name)
                    && lenient::text_of(record, "type") == kind.as_str()
            });
            found.extend(ours.map(|record| Stored {
                id: lenient::text_of(record, "id"),
                value: canonical(&lenient::text_of(record, "content")),
                ttl: lenient::whole(&record["ttl"]).unwrap_or(0),
                proxied: lenient::flag(&record["proxied"]).unwrap_or(false),
            }));
            let pages = lenient::whole(&envelope["result_info"]["total_pages"]).unwrap_or(1);
            if page >= pages.min(MOST_PAGES) {
                return Ok(found);
            }
            page += 1;
        }
    }

    async fn bring(&self, zone: &ZoneName, set: &RecordSet) -> Result<(), ProviderError> {
        let zone = self.zone(zone).await?;
        let mut surplus = self.stored(&zone, &set.name, set.kind).await?;
        for value in set.values.iter().map(|value| canonical(value)) {
            match surplus.iter().position(|record| record.value == value) {
                Some(at) => {
                    let record = surplus.remove(at);
                    // A proxied record's time is Cloudflare's own.
                    if record.ttl != u64::from(set.ttl) && !record.proxied {
                        self.rewrite(&zone, set, &value, &record.id).await?;
                    }
                }
                // None of those that are wanted further on may be taken.
                None => match surplus.iter().position(|record| !wanted(set, record)) {
                    Some(at) => {
                        let record = surplus.remove(at);
                        self.rewrite(&zone, set, &value, &record.id).await?;
                    }
                    None => self.add(&zone, set, &value).await?,
                },
            }
        }
        self.remove(&zone, &surplus).await
    }

    async fn rewrite(
        &self,
        zone: &str,
        set: &RecordSet,
        value: &str,
        id: &str,
    ) -> Result<(), ProviderError> {
        let path = format!("/zones/{}/dns_records/{}", escape(zone), escape(id));
        let body = Body::Json(record(set, value));
        match self.call(Method::Patch, &path, body).await {
            Ok(envelope) => is_record(&envelope),
            // Somebody removed it since it was listed.
            Err(complaint) if complaint.code == GONE => self.add(zone, set, value).await,
            // Somebody added the right one since: this one is then too many.
            Err(complaint) if EXISTS.contains(&complaint.code) => self.remove_one(zone, id).await,
            Err(complaint) => Err(complaint.error),
        }
    }

    async fn add(&self, zone: &str, set: &RecordSet, value: &str) -> Result<(), ProviderError> {
        let path = format!("/zones/{}/dns_records", escape(zone));
        let body = Body::Json(record(set, value));
        match self.call(Method::Post, &path, body).await {
            Ok(envelope) => is_record(&envelope),
            Err(complaint) if EXISTS.contains(&complaint.code) => Ok(()),
            Err(complaint) => Err(complaint.error),
        }
    }

    async fn remove(&self, zone: &str, records: &[Stored]) -> Result<(), ProviderError> {
        for record in records {
            self.remove_one(zone, &record.id).await?;
        }
        Ok(())
    }

    async fn remove_one(&self, zone: &str, id: &str) -> Result<(), ProviderError> {
        let path = format!("/zones/{}/dns_records/{}", escape(zone), escape(id));
        match self.call(Method::Delete, &path, Body::None).await {
            Ok(envelope) => is_record(&envelope),
            Err(complaint) if complaint.code == GONE => Ok(()),
            Err(complaint) => Err(complaint.error),
        }
    }
}

/// A change is answered with the record as it is now, a removal with its identifier; a success without one is nobody's
/// answer.
fn is_record(envelope: &Value) -> Result<(), ProviderError> {
    match lenient::text_of(&envelope["result"], "id").is_empty() {
        true => Err(ProviderError::Strange(
            "a success without the record that was written".to_owned(),
        )),
        false => Ok(()),
    }
}

fn wanted(set: &RecordSet, record: &Stored) -> bool {
    set.values
        .iter()
        .any(|value| canonical(value) == record.value)
}

/// A record's body. Never proxied: Cloudflare's proxy passes web traffic only, and a VM has more than that.
fn record(set: &RecordSet, value: &str) -> Value {
    let mut body =
        json!({"type": set.kind.as_str(), "name": set.name, "content": value, "ttl": set.ttl});
    if set.kind != RecordKind::Ptr {
        body["proxied"] = json!(false);
    }
    body
}

impl Provider for Cloudflare {
    fn kind(&self) -> &'static str {
        "cloudflare"
    }

    fn location(&self) -> String {
        format!("{}/{}", self.remote.url(), self.account_id)
    }

    fn upsert<'a>(&'a self, zone: &'a ZoneName, set: &'a RecordSet) -> Answer<'a, ()> {
        self.bring(zone, set).boxed_local()
    }

    fn delete<'a>(&'a self, zone: &'a ZoneName, name: &'a str, kind: RecordKind) -> Answer<'a, ()> {
        async move {
            let zone = self.zone(zone).await?;
            let records = self.stored(&zone, name, kind).await?;
            self.remove(&zone, &records).await
        }
        .boxed_local()
    }

    fn test<'a>(&'a self, zone: &'a ZoneName) -> Answer<'a, String> {
        async move {
            let id = self.zone(zone).await?;
            let path = format!("/zones/{}", escape(&id));
            let envelope = self.call(Method::Get, &path, Body::None).await;
            let envelope = envelope.map_err(|complaint| complaint.error)?;
            if lenient::text_of(&envelope["result"], "id") != id {
                let why = "a success without the zone that was asked for".to_owned();
                return Err(ProviderError::Strange(why));
            }
            let status = lenient::text_of(&envelope["result"], "status");
            Ok(self
                .remote
                .quoted(&format!("zone {zone}, identifier {id}, {status}")))
        }
        .boxed_local()
    }
}
