//! Requests and responses, and how bodies are read.

use crate::fail::{Fail, Success};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A request as it came over the wire.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// HTTP method.
    pub method: String,
    /// Path with `/api2/json` prefix and query.
    pub path: String,
    /// Headers.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Vec<u8>,
    /// Name of the node or endpoint that received it; empty = the first node.
    pub via: String,
}

/// An answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// Reason phrase.
    pub reason: String,
    /// Headers, without length.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Vec<u8>,
}

impl Response {
    /// What a fault rule orders: a body, the usual one of an API error, or a bare status line.
    pub fn raw(status: u16, reason: &str, body: Option<&str>) -> Response {
        let mut headers = common_headers();
        let usual = matches!(status, 400 | 403 | 500 | 501)
            .then(|| json!({ "data": null, "message": format!("{reason}\n") }).to_string());
        let body = body.map(str::to_owned).or(usual);
        if body.is_some() {
            headers.push(("Content-Type".into(), JSON.into()));
        }
        Response {
            status,
            reason: reason.to_owned(),
            headers,
            body: body.unwrap_or_default().into_bytes(),
        }
    }

    /// JSON of the control endpoints.
    pub fn json(status: u16, value: &Value) -> Response {
        Response {
            status,
            reason: if status == 200 { "OK" } else { "Error" }.into(),
            headers: vec![("Content-Type".into(), "application/json".into())],
            body: value.to_string().into_bytes(),
        }
    }

    /// The API's answer.
    pub fn from_reply(reply: Result<Success, Fail>, with_message: bool) -> Response {
        let mut headers = common_headers();
        let (status, reason, body) = match reply {
            Ok(success) => {
                let mut body = json!({ "data": success.data });
                if let Some(total) = success.total {
                    body["total"] = total.into();
                }
                (200, "OK".to_owned(), Some(body))
            }
            Err(fail) => {
                // A status line has one line; Proxmox puts a blank for each line end.
                let reason = fail.reason.trim_end().replace('\n', " ");
                (fail.status, reason, fail.body(with_message))
            }
        };
        if body.is_some() {
            headers.push(("Content-Type".into(), JSON.into()));
        }
        Response {
            status,
            reason,
            headers,
            body: body.map_or_else(Vec::new, |b| b.to_string().into_bytes()),
        }
    }

    /// The body as JSON; `null` when it is none.
    pub fn body_json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

const JSON: &str = "application/json;charset=UTF-8";

fn common_headers() -> Vec<(String, String)> {
    [
        ("Cache-Control", "max-age=0"),
        ("Pragma", "no-cache"),
        ("Server", "pve-api-daemon/3.0"),
    ]
    .map(|(k, v)| (k.to_owned(), v.to_owned()))
    .to_vec()
}

/// A request's method, decoded path and parameters.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    /// HTTP method.
    pub method: String,
    /// Decoded path without `/api2/json`.
    pub path: String,
    /// Query and body together.
    pub params: BTreeMap<String, String>,
}

impl Parsed {
    /// Reads a request as the HTTP server of Proxmox does.
    pub fn read(request: &Request) -> Parsed {
        let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
        let path = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
        let path = path.strip_prefix("/api2/json").unwrap_or(&path).to_owned();
        let mut params = form(query);
        let json_body = request.headers.iter().any(|(key, value)| {
            key.eq_ignore_ascii_case("content-type") && value.starts_with("application/json")
        });
        let text = String::from_utf8_lossy(&request.body);
        if json_body {
            if let Ok(Value::Object(map)) = serde_json::from_str(&text) {
                params.extend(map.into_iter().map(|(key, value)| (key, scalar(&value))));
            }
        } else {
            params.extend(form(&text));
        }
        Parsed {
            method: request.method.to_ascii_uppercase(),
            path: path.trim_end_matches('/').to_owned(),
            params,
        }
    }
}

fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(yes) => (*yes as u8).to_string(),
        other => other.to_string(),
    }
}

/// Decodes a form. A value is cut at its second bare equals sign: the server splits at all of them.
fn form(text: &str) -> BTreeMap<String, String> {
    let mut params = BTreeMap::new();
    for pair in text.split(['&', ';']).filter(|pair| !pair.is_empty()) {
        let mut pieces = pair.split('=');
        let key = decode(pieces.next().unwrap_or(""));
        let value = decode(pieces.next().unwrap_or(""));
        params.insert(key, value);
    }
    params
}

fn decode(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_encoding::percent_decode_str(&spaced)
        .decode_utf8_lossy()
        .into_owned()
}
