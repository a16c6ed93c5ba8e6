//! Where a provider answers, as an admin writes it.

use crate::model::{FieldError, Sentence, lenient, naming::is_dns_name, say};
use crate::net::{Endpoint, Fingerprint, Trust, is_near};
use serde_json::Value;
use std::net::IpAddr;

/// A provider's server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// Host, port and proof.
    pub endpoint: Endpoint,
    /// What precedes every path, without a slash at its end.
    pub path: String,
}

impl Server {
    /// As an admin writes it.
    pub fn url(&self) -> String {
        format!("{}{}", self.endpoint.url(), self.path)
    }

    /// The pinned fingerprint, or nothing.
    pub(super) fn fingerprint(&self) -> String {
        match &self.endpoint.trust {
            Trust::Pinned(prints) => prints
                .first()
                .map(Fingerprint::to_string)
                .unwrap_or_default(),
            Trust::System | Trust::Authority(_) | Trust::Nearby => String::new(),
        }
    }

    /// Reads the fields `url` and `fingerprint` of a form. `port`: where the URL names none; `plain`: whether the server
    /// may speak HTTP without TLS, if it is near.
    pub(super) fn read(form: &Value, port: u16, plain: bool) -> Result<Self, FieldError> {
        let wrong = |rule: Sentence| FieldError::new("url", rule);
        let text = lenient::text_of(form, "url").trim().to_owned();
        let (tls, rest) = match text.split_once("://") {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (true, rest),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (false, rest),
            Some(_) => return Err(wrong(say::https())),
            None => (true, text.as_str()),
        };
        let (authority, path) = rest
            .split_once('/')
            .map_or((rest, String::new()), |(authority, path)| {
                (authority, format!("/{path}"))
            });
        let (host, digits) = match authority
            .strip_prefix('[')
            .and_then(|v6| v6.split_once(']'))
        {
            Some((host, rest)) => (host, rest.strip_prefix(':')),
            None => authority
                .split_once(':')
                .map_or((authority, None), |(host, digits)| (host, Some(digits))),
        };
        let good_host = host.parse::<IpAddr>().is_ok() || (!host.is_empty() && is_dns_name(host));
        let default = if tls { port } else { 80 };
        let port = digits.map_or(Some(default), |digits| {
            digits.parse().ok().filter(|port| *port > 0)
        });
        let good_path = path
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte));
        let (true, true, Some(port)) = (good_host, good_path, port) else {
            return Err(wrong(say::url()));
        };
        let host = host.to_ascii_lowercase();
        if !(tls || plain && is_near(&host)) {
            return Err(wrong(if plain {
                say::https_near()
            } else {
                say::https()
            }));
        }
        let text = lenient::text_of(form, "fingerprint").trim().to_owned();
        let trust = match (tls, text.as_str()) {
            (false, _) => Trust::Nearby,
            (true, "") => Trust::System,
            (true, text) => Trust::Pinned(vec![
                text.parse()
                    .map_err(|_| FieldError::new("fingerprint", say::fingerprint()))?,
            ]),
        };
        // The API's own path is appended with every request; whoever copied it along meant the same.
        let mut path = path.trim_end_matches('/');
        for own in ["/v1", "/api"] {
            path = path.strip_suffix(own).unwrap_or(path).trim_end_matches('/');
        }
        Ok(Self {
            endpoint: Endpoint { host, port, trust },
            path: path.to_owned(),
        })
    }
}
