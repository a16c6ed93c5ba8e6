//! The transport over the network: one pooled client for each kind of trust.

use super::connect::{ConnectLimit, HostTimeCopy};
use super::error::Cause;
use super::tls::{Mismatch, client_config};
use super::{HttpRequest, HttpResponse, Method, NetError, Timed, Transport, Trust, is_near};
use crate::model::HostTime;
use crate::model::chain::{chain, plain};
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use hyper::ext::ReasonPhrase;
use reqwest::Response;
use reqwest::header::{CONTENT_TYPE, HeaderName, RETRY_AFTER};
use rustls::CertificateError;
use std::cell::RefCell;
use std::collections::HashMap;
use std::error::Error;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

/// pveproxy closes a connection that was idle for five seconds (`timeout` in pve-http-server). One that we drop a
/// little sooner is never found closed by a request that is already half sent.
const IDLE_LIMIT: Duration = Duration::from_secs(3);

/// Characters of a status line's phrase that are looked at: Proxmox's sentences are shorter.
const REASON_PHRASE_BYTES: usize = 4096;

/// HTTPS by `reqwest`.
pub struct WebTransport {
    host: HostTime,
    clients: RefCell<HashMap<Trust, Pooled>>,
}

#[derive(Clone)]
struct Pooled {
    client: reqwest::Client,
    copy: HostTimeCopy,
}

impl WebTransport {
    /// A transport with deadlines; `host` tells how long PHP has been at work. No connection is made yet.
    #[allow(
        clippy::new_ret_no_self,
        reason = "callers hold the seam, never the thing behind it"
    )]
    pub fn new(host: HostTime) -> Result<Rc<dyn Transport>, NetError> {
        let web = Self {
            host: host.clone(),
            clients: RefCell::default(),
        };
        Ok(Rc::new(Timed::new(Rc::new(web), host)))
    }

    fn pooled(&self, trust: &Trust) -> Result<Pooled, NetError> {
        if let Some(known) = self.clients.borrow().get(trust) {
            return Ok(known.clone());
        }
        let copy = HostTimeCopy::default();
        copy.refresh(&self.host);
        let encrypted = *trust != Trust::Nearby;
        let client = build_with(client_config(trust)?, copy.clone(), encrypted)?;
        let pooled = Pooled { client, copy };
        self.clients
            .borrow_mut()
            .insert(trust.clone(), pooled.clone());
        Ok(pooled)
    }

    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, NetError> {
        if request.base.trust == Trust::Nearby && !is_near(&request.base.host) {
            return Err(NetError::Setup(format!(
                "{} is not asked without TLS: it is neither this machine nor an address of a private network",
                request.base.url()
            )));
        }
        let Pooled { client, copy } = self.pooled(&request.base.trust)?;
        let (to, most) = (request.base.url(), request.most);
        let mut builder = client.request(
            method(request.method),
            format!("{to}{}", request.path_and_query),
        );
        for (name, value) in &request.headers {
            builder = builder.header(name.as_str(), value.as_str());
        }
        if let Some(body) = request.body {
            builder = builder.body(body);
        }
        let ready = builder
            .build()
            .map_err(|e| NetError::Setup(chain(&e.without_url())))?;
        let work = async {
            let response = client.execute(ready).await.map_err(|e| explain(e, &to))?;
            read(response, &to, most).await
        };
        let mut work = pin!(work);
        poll_fn(|cx| {
            copy.refresh(&self.host);
            work.as_mut().poll(cx)
        })
        .await
    }
}

/// Reads an answer of at most so many bytes.
async fn read(mut response: Response, to: &str, most: usize) -> Result<HttpResponse, NetError> {
    let status = response.status();
    let phrase = response.extensions().get::<ReasonPhrase>();
    let reason = phrase.map_or_else(
        || status.canonical_reason().unwrap_or_default().to_owned(),
        |raw| String::from_utf8_lossy(raw.as_bytes()).into_owned(),
    );
    let reason = reason.chars().take(REASON_PHRASE_BYTES).collect();
    let header = |name: HeaderName| {
        let value = response.headers().get(name);
        value.and_then(|v| v.to_str().ok()).map(str::to_owned)
    };
    let content_type = header(CONTENT_TYPE);
    // The other form, a date, is not in use with the servers asked here.
    let retry_after = header(RETRY_AFTER).and_then(|text| text.trim().parse().ok());
    let too_long = || {
        let text = format!("the answer is longer than {} KiB", most / 1024);
        let cause: Cause = Arc::new(io::Error::other(text));
        NetError::MaybeSent {
            to: to.to_owned(),
            cause,
        }
    };
    let announced = response.content_length().unwrap_or(0);
    if usize::try_from(announced).map_or(true, |length| length > most) {
        return Err(too_long());
    }
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(|e| explain(e, to))? {
        if body.len() + piece.len() > most {
            return Err(too_long());
        }
        body.extend_from_slice(&piece);
    }
    Ok(HttpResponse {
        status: status.as_u16(),
        reason,
        content_type,
        retry_after,
        body,
    })
}

impl Transport for WebTransport {
    fn send(&self, request: HttpRequest) -> LocalBoxFuture<'_, Result<HttpResponse, NetError>> {
        self.exchange(request).boxed_local()
    }
}

fn method(method: Method) -> reqwest::Method {
    match method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Patch => reqwest::Method::PATCH,
        Method::Delete => reqwest::Method::DELETE,
    }
}

/// A client for one question, without a pool to share.
pub(super) fn build_client(
    tls: rustls::ClientConfig,
    host: HostTime,
) -> Result<reqwest::Client, NetError> {
    let copy = HostTimeCopy::default();
    copy.refresh(&host);
    build_with(tls, copy, true)
}

fn build_with(
    tls: rustls::ClientConfig,
    copy: HostTimeCopy,
    encrypted: bool,
) -> Result<reqwest::Client, NetError> {
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .connector_layer(ConnectLimit(copy))
        .https_only(encrypted)
        .http1_only()
        // A proxy from the environment of a web server would see the token and breaks node-local names.
        .no_proxy()
        // Following one would send the credential elsewhere.
        .redirect(reqwest::redirect::Policy::none())
        // Repeating is decided above, by people who know what a request does.
        .retry(reqwest::retry::never())
        .pool_idle_timeout(IDLE_LIMIT)
        .build()
        .map_err(|e| NetError::Setup(format!("the HTTP client cannot be set up: {}", chain(&e))))
}

/// Sorts a `reqwest` error by what it says about the request's fate.
fn explain(error: reqwest::Error, to: &str) -> NetError {
    let to = to.to_owned();
    let tls = tls_error(&error).cloned();
    if let Some(rustls::Error::InvalidCertificate(problem)) = &tls {
        if let CertificateError::Other(other) = problem
            && let Some(mismatch) = other.0.downcast_ref::<Mismatch>()
        {
            return NetError::Fingerprint {
                to,
                seen: mismatch.seen,
                wanted: mismatch.wanted.clone(),
            };
        }
        return NetError::Certificate {
            to,
            reason: say(problem),
        };
    }
    let connecting = error.is_connect();
    let cause: Cause = Arc::new(error.without_url());
    if connecting {
        NetError::NotSent { to, cause }
    } else {
        NetError::MaybeSent { to, cause }
    }
}

/// What is wrong with a certificate, for those who run the node.
fn say(problem: &CertificateError) -> String {
    match problem {
        CertificateError::UnknownIssuer => {
            "it is signed by an authority that nobody here knows".to_owned()
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "it has expired".to_owned()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "it is not valid yet; check the clocks".to_owned()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "it was made for another name than the one in the server's hostname field".to_owned()
        }
        other => plain(&other.to_string()),
    }
}

/// The TLS error within. An `io::Error` hides its content from `source()`, so it is opened by hand.
fn tls_error<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    let mut next = Some(error);
    while let Some(current) = next {
        if let Some(found) = current.downcast_ref::<rustls::Error>() {
            return Some(found);
        }
        next = match current
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref)
        {
            Some(inner) => Some(inner),
            None => current.source(),
        };
    }
    None
}
