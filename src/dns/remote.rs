//! Requests to a provider over the network: its address, its credential, and what a failed request means.

use super::ProviderError;
use super::server::Server;
use crate::model::{Secret, brief, chain};
use crate::net::{Bounds, HttpRequest, HttpResponse, Method, Transport};
use serde_json::Value;
use std::rc::Rc;
use std::time::Duration;

/// How long a provider has for one answer. HestiaCP rewrites a zone and reloads its name server within it.
const ANSWER_LIMIT: Duration = Duration::from_secs(15);
/// The longest pause a provider may ask for that a step waits out; a flow must not stand still for a name.
const LONGEST_PAUSE_S: u64 = 5;
/// How much of an answer is taken; a zone's records are asked for name by name, or are a file that a person could read.
pub(super) const ANSWER: Bounds = Bounds {
    bytes: 1024 * 1024,
    parts: 50_000,
};
/// So much of a provider's own words goes into a line.
const QUOTED_CHARS: usize = 200;

/// What follows the request line.
#[derive(Clone, Debug)]
pub(super) enum Body {
    None,
    Json(Value),
    /// Name and value pairs of a form.
    Form(Vec<(String, Secret)>),
}

/// A provider's server.
#[derive(Clone)]
pub(super) struct Remote {
    transport: Rc<dyn Transport>,
    server: Server,
    /// The header that carries the credential, and its value before the secret.
    header: Option<(&'static str, &'static str)>,
    secret: Secret,
}

impl Remote {
    pub(super) fn new(
        transport: Rc<dyn Transport>,
        server: Server,
        header: Option<(&'static str, &'static str)>,
        secret: Secret,
    ) -> Self {
        Self {
            transport,
            server,
            header,
            secret,
        }
    }

    pub(super) fn url(&self) -> String {
        self.server.url()
    }

    /// Sends one request and brings any answer that is neither *later* nor a failure of the server itself.
    pub(super) async fn ask(
        &self,
        method: Method,
        path: &str,
        body: Body,
    ) -> Result<HttpResponse, ProviderError> {
        let answer = self.send(method, path, &body).await?;
        if answer.status != 429 {
            return self.judged(answer);
        }
        match answer.retry_after {
            Some(seconds) if seconds <= LONGEST_PAUSE_S => {
                tokio::time::sleep(Duration::from_secs(seconds)).await;
                let again = self.send(method, path, &body).await?;
                self.judged(again)
            }
            _ => self.judged(answer),
        }
    }

    fn judged(&self, answer: HttpResponse) -> Result<HttpResponse, ProviderError> {
        match answer.status {
            429 => Err(ProviderError::Limited(answer.retry_after)),
            502..=504 => Err(ProviderError::Unreachable(format!(
                "{} answers {}",
                self.server.endpoint,
                self.status(&answer)
            ))),
            // Redirects are never followed: they would carry the credential to a place nobody entered.
            301..=308 => Err(ProviderError::Strange(format!(
                "{}, as if the API were elsewhere; check the URL",
                self.status(&answer)
            ))),
            _ => Ok(answer),
        }
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: &Body,
    ) -> Result<HttpResponse, ProviderError> {
        let mut headers = vec![("Accept".to_owned(), "application/json".to_owned())];
        if let Some((name, before)) = self.header {
            headers.push((name.to_owned(), format!("{before}{}", self.secret.expose())));
        }
        let (kind, text) = match body {
            Body::None => (None, None),
            Body::Json(value) => (Some("application/json"), Some(value.to_string())),
            Body::Form(pairs) => (
                Some("application/x-www-form-urlencoded"),
                Some(encoded(pairs)),
            ),
        };
        headers.extend(kind.map(|kind| ("Content-Type".to_owned(), kind.to_owned())));
        let request = HttpRequest {
            method,
            base: self.server.endpoint.clone(),
            path_and_query: format!("{}{path}", self.server.path),
            headers,
            body: text,
            deadline: ANSWER_LIMIT,
            most: ANSWER.bytes,
        };
        let sent = self.transport.send(request).await;
        sent.map_err(|error| ProviderError::Unreachable(brief(&chain(&error))))
    }

    /// Words of the provider, fit for a line: short, printable, without the credential.
    pub(super) fn quoted(&self, words: &str) -> String {
        let mut text: String = words
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        if !self.secret.is_empty() {
            text = text.replace(self.secret.expose(), "***");
        }
        text.trim().chars().take(QUOTED_CHARS).collect()
    }

    /// The status line of an answer.
    pub(super) fn status(&self, answer: &HttpResponse) -> String {
        let line = format!("HTTP {} {}", answer.status, answer.reason);
        self.quoted(&line)
    }

    /// An answer without a word that could be understood.
    pub(super) fn odd(&self, answer: &HttpResponse) -> ProviderError {
        match answer.status {
            500.. => ProviderError::Failing(self.status(answer)),
            _ => ProviderError::Strange(self.status(answer)),
        }
    }

    /// An answer as JSON.
    pub(super) fn json(&self, answer: &HttpResponse) -> Result<Value, ProviderError> {
        ANSWER.read(&answer.body).map_err(|why| {
            let kind = answer.content_type.as_deref().unwrap_or("no content type");
            let text = format!(
                "{} with {kind}, which is not read: {why}",
                self.status(answer)
            );
            ProviderError::Strange(self.quoted(&text))
        })
    }
}

fn encoded(pairs: &[(String, Secret)]) -> String {
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{name}={}", escape(value.expose())))
        .collect();
    pairs.join("&")
}

/// A value for a query or a form.
pub(super) fn escape(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}
