//! Cloudflare and HestiaCP over real HTTP, against servers of our own that behave as the public documents say.

#![allow(clippy::unwrap_used, clippy::panic)]

mod bad_ways;
mod cloudflare;
mod fake_cloudflare;
mod fake_hestia;
mod hestia;
mod http;
mod odd_answers;

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use puq_proxmox_kvm::dns::{ProviderError, RecordKind, RecordSet, Server, ZoneName};
use puq_proxmox_kvm::model::HostTime;
use puq_proxmox_kvm::net::{
    Endpoint, HttpRequest, HttpResponse, NetError, Timed, Transport, Trust, WebTransport,
};
use std::rc::Rc;

/// What a test of a provider works with.
pub fn block<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}

/// The real transport.
pub fn web() -> Rc<dyn Transport> {
    WebTransport::new(HostTime::default()).unwrap()
}

/// A server of this machine.
pub fn local(port: u16, path: &str) -> Server {
    Server {
        endpoint: Endpoint {
            host: "127.0.0.1".to_owned(),
            port,
            trust: Trust::Nearby,
        },
        path: path.to_owned(),
    }
}

/// A zone's name.
pub fn zone(name: &str) -> ZoneName {
    ZoneName::parse(name).unwrap()
}

/// A record set.
pub fn set(name: &str, kind: RecordKind, values: &[&str]) -> RecordSet {
    RecordSet {
        name: name.to_owned(),
        kind,
        values: values.iter().map(|value| (*value).to_owned()).collect(),
        ttl: 300,
    }
}

/// A server that takes the request and never answers.
pub fn silent() -> Rc<dyn Transport> {
    struct Silent;
    impl Transport for Silent {
        fn send(&self, _: HttpRequest) -> LocalBoxFuture<'_, Result<HttpResponse, NetError>> {
            std::future::pending().boxed_local()
        }
    }
    Rc::new(Timed::new(Rc::new(Silent), HostTime::default()))
}

/// What the deadline makes of it, in a time that passes at once.
pub fn out_of_patience<T: std::fmt::Debug>(ask: impl Future<Output = Result<T, ProviderError>>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    let error = runtime.block_on(ask).unwrap_err();
    let ProviderError::Unreachable(why) = error else {
        panic!("{error}");
    };
    assert!(why.contains("no answer from"), "{why}");
}

#[test]
fn a_server_far_away_is_never_asked_without_tls() {
    let server = Server {
        endpoint: Endpoint {
            host: "192.0.2.1".to_owned(),
            port: 80,
            trust: Trust::Nearby,
        },
        path: String::new(),
    };
    let far = puq_proxmox_kvm::dns::powerdns::PowerDns::new(
        web(),
        server,
        "localhost",
        puq_proxmox_kvm::model::Secret::new("hush"),
    );
    use puq_proxmox_kvm::dns::Provider;
    let error = block(far.test(&zone("example.com")))
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("not asked without TLS") && !error.contains("hush"),
        "{error}"
    );
}
