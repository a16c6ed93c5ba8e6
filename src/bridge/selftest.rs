//! Functions that exercise the bridge itself; only in the build that the tests load (feature `selftest`).

use super::functions::declare;
use crate::actions::EntryError;
use crate::host::HostError;
use crate::model::{Sentence, chain};
use crate::net::{Endpoint, HttpRequest, Method, Trust};
use crate::site::Site;
use futures_util::StreamExt;
use futures_util::future::{join, join_all};
use futures_util::stream::FuturesUnordered;
use serde_json::{Value, json};
use std::time::Duration;

declare! { natives, "Puq\\ProxmoxKvm\\Selftest\\":
    echo(value: Map) -> Array = echo;
    relay(args: Map) -> Array = relay;
    crowd(futures: Int, calls: Int) -> Array = crowd;
    swallow(args: Map) -> Array = swallow;
    fail(kind: Text) -> Array = fail;
    blow(text: Text) -> Array = blow;
    database(request: Map) -> Array = database;
    describe() -> Array = describe;
    inputs() -> Array = inputs;
    fetch(request: Map) -> Array = fetch;
    beside(request: Map, args: Map) -> Array = beside;
}

/// What came in, as the core sees it.
async fn echo(_site: &Site, value: Value) -> Result<Value, EntryError> {
    Ok(value)
}

/// Everything that comes in from outside.
async fn inputs(_site: &Site) -> Result<Value, EntryError> {
    Ok(crate::actions::inputs())
}

/// One host call, whose answer or failure is the entry's.
async fn relay(site: &Site, args: Value) -> Result<Value, EntryError> {
    Ok(site.host.effect("selftest", args).await?)
}

/// Many futures with many host calls each, which also yield to each other.
async fn crowd(site: &Site, futures: u64, calls: u64) -> Result<Value, EntryError> {
    let one = async |number: u64| -> Result<u64, HostError> {
        let mut sum = 0;
        for call in 0..calls {
            sum += site
                .host
                .affect("count", vec![json!(number), json!(call)])
                .await?;
            if call % 3 == number % 3 {
                tokio::task::yield_now().await;
            }
        }
        Ok(sum)
    };
    let mut crowd: FuturesUnordered<_> = (0..futures).map(one).collect();
    let mut sum = 0;
    while let Some(part) = crowd.next().await {
        sum += part?;
    }
    Ok(json!({ "sum": sum }))
}

/// A host call whose failure is passed over, and another one after it.
async fn swallow(site: &Site, args: Value) -> Result<Value, EntryError> {
    let first = site.host.effect("selftest", args).await;
    site.host.write("after").await?;
    Ok(match first {
        Ok(value) => json!({ "value": value }),
        Err(error) => {
            json!({ "error": chain(&error), "duplicate": matches!(error, HostError::Duplicate(_)) })
        }
    })
}

/// Each kind of failure an entry may have.
async fn fail(_site: &Site, kind: String) -> Result<Value, EntryError> {
    let text = format!("the {kind} failure");
    Err(match kind.as_str() {
        "config" => EntryError::Config(Sentence::foreign(text)),
        "cluster" => EntryError::Cluster(Sentence::foreign(text)),
        "host" => EntryError::Host(HostError::Duplicate(text)),
        "busy" => EntryError::Busy(Sentence::foreign(text)),
        _ => EntryError::Other(Sentence::foreign(text)),
    })
}

/// A panic, after a host call has gone well.
#[allow(clippy::panic, reason = "it is what this function is for")]
async fn blow(site: &Site, text: String) -> Result<Value, EntryError> {
    site.host.write("before").await?;
    panic!("{text}")
}

/// Each call of the database port.
async fn database(site: &Site, request: Value) -> Result<Value, EntryError> {
    use crate::host::{Statement, Transacted};
    let sql = request["sql"].as_str().unwrap_or_default().to_owned();
    let args = request["args"].as_array().cloned().unwrap_or_default();
    Ok(match request["op"].as_str() {
        Some("select") => json!({ "rows": site.host.select(sql, args).await? }),
        Some("affect") => json!({ "count": site.host.affect(sql, args).await? }),
        Some("services") => {
            let ids = args.iter().filter_map(Value::as_u64).collect();
            json!({ "services": site.host.services(ids).await? })
        }
        _ => {
            let list = vec![
                Statement::one(sql.clone(), args),
                Statement::any(sql, vec![]),
            ];
            match site.host.transact(list).await? {
                Transacted::Committed(counts) => json!({ "committed": counts }),
                Transacted::Undone(at) => json!({ "undone": at }),
                Transacted::Duplicate(at) => json!({ "duplicate": at }),
            }
        }
    })
}

/// The host's facts.
async fn describe(site: &Site) -> Result<Value, EntryError> {
    let facts = site.host.describe().await?;
    Ok(
        json!({ "driver": format!("{:?}", facts.driver), "timezone": facts.timezone, "machine": facts.machine }),
    )
}

/// One GET, described by `host`, `port`, `fingerprint`, `path` and `deadline` (milliseconds).
async fn fetch(site: &Site, request: Value) -> Result<Value, EntryError> {
    let fingerprint = request["fingerprint"]
        .as_str()
        .and_then(|text| text.parse().ok());
    let fingerprint =
        fingerprint.ok_or_else(|| EntryError::Config(Sentence::foreign("no fingerprint")))?;
    let whole = |key: &str| request[key].as_u64().unwrap_or_default();
    let answer = site.transport.send(HttpRequest {
        method: Method::Get,
        base: Endpoint {
            host: request["host"].as_str().unwrap_or("127.0.0.1").to_owned(),
            port: u16::try_from(whole("port")).unwrap_or_default(),
            trust: Trust::Pinned(vec![fingerprint]),
        },
        path_and_query: request["path"].as_str().unwrap_or("/").to_owned(),
        headers: Vec::new(),
        body: None,
        deadline: Duration::from_millis(whole("deadline")),
        most: 1 << 20,
    });
    Ok(match answer.await {
        Ok(answer) => {
            json!({ "status": answer.status, "body": String::from_utf8_lossy(&answer.body) })
        }
        Err(error) => json!({ "error": chain(&error) }),
    })
}

/// `times` such requests, and a host call made once they are on their way (`head_start`, milliseconds).
async fn beside(site: &Site, request: Value, args: Value) -> Result<Value, EntryError> {
    let times = request["times"].as_u64().unwrap_or(1);
    let head_start = Duration::from_millis(request["head_start"].as_u64().unwrap_or_default());
    let requests = join_all((0..times).map(|_| fetch(site, request.clone())));
    let call = async {
        if !head_start.is_zero() {
            tokio::time::sleep(head_start).await;
        }
        site.host.effect("selftest", args).await
    };
    let (answers, called) = join(requests, call).await;
    Ok(json!({ "answers": answers.into_iter().collect::<Result<Vec<_>, _>>()?, "call": called? }))
}
