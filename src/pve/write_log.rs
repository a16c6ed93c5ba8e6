//! The requests that change something, told to whoever keeps a log of them. None of their secrets stands in what is told.

use super::Auth;
use super::request::{Call, encode};
use crate::model::chain;
use crate::net::{Endpoint, HttpResponse, Method, NetError, is_secret_name};
use futures_util::future::LocalBoxFuture;
use serde_json::Value;
use std::time::Duration;

/// Characters of an answer that are told.
const MOST: usize = 20_000;

/// Somebody who keeps a log of what was changed.
pub trait WriteLog {
    /// Takes down one request after its end.
    fn note(&self, write: Write) -> LocalBoxFuture<'_, ()>;
}

/// One request that changes something, as it was sent, and what came of it.
pub struct Write {
    /// What was tried, for people: "clone template 9000 on pve1 to VM 2002".
    pub what: String,
    /// The method.
    pub method: Method,
    /// The path below `/api2/json`, encoded.
    pub path: String,
    /// Where it was sent: `https://host:port`.
    pub endpoint: String,
    /// Names and values, the secret ones starred.
    pub params: Vec<(String, String)>,
    /// The HTTP status; `None`: no answer came.
    pub status: Option<u16>,
    /// The status line's phrase and the body, or why no answer came; secrets starred.
    pub answer: String,
    /// From the first byte sent to the last one read.
    pub took: Duration,
    /// What must stand in no log in case anything above quotes it.
    pub secrets: Vec<String>,
}

impl Write {
    /// `secrets`: those by which the client proves who it is.
    pub(super) fn of(
        call: &Call,
        endpoint: &Endpoint,
        outcome: &Result<HttpResponse, NetError>,
        took: Duration,
        secrets: Vec<String>,
    ) -> Self {
        let (status, answer) = match outcome {
            Ok(response) => {
                let body = told(&String::from_utf8_lossy(&response.body));
                let text = format!("{} {body}", response.reason);
                (Some(response.status), text.trim().to_owned())
            }
            Err(error) => (None, chain(error)),
        };
        let sent = call.params.iter();
        let own = sent.filter(|(name, value)| is_secret_name(name) && !value.is_empty());
        let mut all: Vec<String> = own.map(|(_, value)| value.to_owned()).collect();
        all.extend(secrets);
        let coded: Vec<String> = all.iter().map(|secret| encode(secret)).collect();
        all.extend(coded);
        // What is shorter stands in many a text by chance.
        all.retain(|secret| secret.len() >= 4);
        Self {
            what: call.what.clone(),
            method: call.method,
            path: call.path.clone(),
            endpoint: endpoint.url(),
            params: call.params.redacted(),
            status,
            answer: call
                .params
                .hide_in(&answer)
                .chars()
                .take(MOST)
                .collect::<String>(),
            took,
            secrets: all,
        }
    }
}

impl Auth {
    /// What must stand in no log.
    pub(super) fn secrets(&self) -> Vec<String> {
        let secret = match self {
            Self::Token { secret, .. } => secret,
            Self::Password { password, .. } => password,
        };
        vec![secret.expose().to_owned()]
    }
}

/// A body with the secrets that it hands out starred: the ticket of a console is one.
fn told(body: &str) -> String {
    match serde_json::from_str::<Value>(body) {
        Ok(mut value) => {
            star(&mut value);
            value.to_string()
        }
        Err(_) => body.to_owned(),
    }
}

fn star(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                match value {
                    Value::String(text) if is_secret_name(name) => "***".clone_into(text),
                    value => star(value),
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(star),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::Trust;
    use crate::pve::request::Params;

    fn write(params: Params, body: &str) -> Write {
        let call = Call::new(
            Method::Post,
            "/nodes/pve/qemu/7/vncproxy".to_owned(),
            "open",
        )
        .params(params);
        let endpoint = Endpoint {
            host: "pve.example.com".to_owned(),
            port: 8006,
            trust: Trust::System,
        };
        let response = HttpResponse {
            status: 200,
            reason: "OK".to_owned(),
            content_type: None,
            retry_after: None,
            body: body.as_bytes().to_vec(),
        };
        let took = Duration::from_millis(120);
        Write::of(
            &call,
            &endpoint,
            &Ok(response),
            took,
            vec!["tok/en".to_owned()],
        )
    }

    #[test]
    fn what_is_told_has_no_secret_in_it() {
        let params = Params::new()
            .with("ciuser", "debian")
            .with("cipassword", "Secr3t");
        let body = r#"{"data":{"ticket":"PVEVNC:x","port":"5900","user":[{"password":"hush"}]},"m":"Secr3t?"}"#;
        let told = write(params, body);
        assert_eq!(told.params[1].1, "***");
        for secret in ["Secr3t", "PVEVNC", "hush"] {
            assert!(!told.answer.contains(secret), "{}", told.answer);
        }
        assert!(told.answer.contains("5900"));
        for secret in ["Secr3t", "tok/en", "tok%2Fen"] {
            assert!(told.secrets.iter().any(|one| one == secret), "{secret}");
        }
    }

    #[test]
    fn an_answer_that_is_no_json_is_told_as_it_came() {
        let told = write(Params::new(), "<html>proxy</html>");
        assert_eq!(told.answer, "OK <html>proxy</html>");
        let long = write(Params::new(), &"x".repeat(MOST * 2));
        assert_eq!(long.answer.chars().count(), MOST);
    }
}
