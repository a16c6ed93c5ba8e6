//! A transport that answers from a list and remembers what it was asked.

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use puq_proxmox_kvm::model::clock::TokioClock;
use puq_proxmox_kvm::model::{Clock, Secret};
use puq_proxmox_kvm::net::{Endpoint, HttpRequest, HttpResponse, NetError, Transport, Trust};
use puq_proxmox_kvm::pve::{Auth, Cluster, ClusterSpec};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, Write};
use std::rc::Rc;
use std::sync::Arc;

/// Puts a line where a reader of the tests' output sees it: what `println!` writes, the harness keeps to itself when a
/// test passes.
pub fn announce(line: &str) {
    // Nobody fails for a line that could not be shown.
    let _ = writeln!(io::stderr(), "{line}");
}

pub type Outcome = Result<HttpResponse, NetError>;
type Script = Box<dyn FnMut(&HttpRequest) -> Outcome>;

/// Answers by a script; keeps every request.
pub struct Fake {
    script: RefCell<Script>,
    pub asked: RefCell<Vec<HttpRequest>>,
}

impl Fake {
    pub fn by(script: impl FnMut(&HttpRequest) -> Outcome + 'static) -> Rc<Self> {
        Rc::new(Self {
            script: RefCell::new(Box::new(script)),
            asked: RefCell::default(),
        })
    }

    /// One outcome after the other; asked more often, it says so.
    pub fn list(outcomes: impl IntoIterator<Item = Outcome>) -> Rc<Self> {
        let mut left: VecDeque<Outcome> = outcomes.into_iter().collect();
        Self::by(move |request| {
            left.pop_front()
                .unwrap_or_else(|| panic!("nothing left to answer {request:?} with"))
        })
    }

    /// `METHOD host path body` of each request.
    pub fn lines(&self) -> Vec<String> {
        self.asked.borrow().iter().map(line).collect()
    }
}

pub fn line(request: &HttpRequest) -> String {
    let body = request.body.as_deref().unwrap_or_default();
    let path = request.path_and_query.trim_start_matches("/api2/json");
    format!("{} {} {path} {body}", request.method, request.base.host)
        .trim()
        .to_owned()
}

impl Transport for Fake {
    fn send(&self, request: HttpRequest) -> LocalBoxFuture<'_, Outcome> {
        let outcome = (self.script.borrow_mut())(&request);
        self.asked.borrow_mut().push(request);
        async move { outcome }.boxed_local()
    }
}

pub fn answer(status: u16, reason: &str, body: &str) -> Outcome {
    Ok(HttpResponse {
        status,
        reason: reason.to_owned(),
        content_type: Some("application/json;charset=UTF-8".to_owned()),
        retry_after: None,
        body: body.as_bytes().to_vec(),
    })
}

pub fn data(json: &str) -> Outcome {
    answer(200, "OK", &format!("{{\"data\":{json}}}"))
}

pub fn died(text: &str) -> Outcome {
    answer(
        500,
        text,
        &format!("{{\"data\":null,\"message\":\"{text}\\n\"}}"),
    )
}

pub fn not_sent() -> Outcome {
    let cause = Arc::new(io::Error::new(
        io::ErrorKind::ConnectionRefused,
        "connection refused",
    ));
    Err(NetError::NotSent {
        to: "https://pve1:8006".to_owned(),
        cause,
    })
}

pub fn broken() -> Outcome {
    let cause = Arc::new(io::Error::new(
        io::ErrorKind::ConnectionReset,
        "connection reset by peer",
    ));
    Err(NetError::MaybeSent {
        to: "https://pve1:8006".to_owned(),
        cause,
    })
}

pub fn endpoint(host: &str) -> Endpoint {
    Endpoint {
        host: host.to_owned(),
        port: 8006,
        trust: Trust::System,
    }
}

pub fn token() -> Auth {
    Auth::Token {
        id: "whmcs@pve!rec".to_owned(),
        secret: Secret::new("0000-secret"),
    }
}

pub fn password() -> Auth {
    Auth::Password {
        user: "root@pam".to_owned(),
        password: Secret::new("Passw0rd"),
    }
}

pub fn clock() -> Rc<dyn Clock> {
    Rc::new(TokioClock::starting_at(
        "2026-11-23T00:30:00Z".parse().expect("a date"),
    ))
}

/// A cluster with these endpoints over a transport.
pub fn cluster(hosts: &[&str], auth: Auth, transport: Rc<dyn Transport>) -> Cluster {
    let endpoints = hosts.iter().map(|host| endpoint(host)).collect();
    Cluster::new(ClusterSpec { endpoints, auth }, transport, clock())
}
