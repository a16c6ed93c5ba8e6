//! Real HTTPS on the loopback: trust, reason phrases, and what a broken connection says.

use crate::support::{clock, token};
use puq_proxmox_kvm::model::{HostTime, Secret};
use puq_proxmox_kvm::net::{
    Endpoint, Fingerprint, HttpRequest, HttpResponse, Method, NetError, Trust, WebTransport,
    fetch_fingerprint,
};
use puq_proxmox_kvm::pve::{Auth, Change, Cluster, ClusterSpec, Kind};
use pve_sim::server::{Identity, listen};
use pve_sim::{Clock, Scenario, Sim};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

struct Server {
    sim: Sim,
    port: u16,
    pinned: Trust,
    pem: String,
}

async fn server() -> Server {
    // A hundredth of real time: a refused token is answered after three seconds.
    let scenario = Scenario::named("demo").expect("the demo scenario");
    let sim = Sim::with_clock(scenario, Clock::scaled(0.01));
    let folder = tempfile::tempdir().expect("a folder");
    let identity = Identity::load_or_make(Some(folder.path())).expect("a certificate");
    let pem = std::fs::read_to_string(folder.path().join("sim.crt")).expect("its file");
    let pinned = Trust::Pinned(vec![identity.fingerprint.parse().expect("a fingerprint")]);
    let address = "127.0.0.1:0".parse().expect("an address");
    let tls = identity.acceptor().expect("an acceptor");
    let bound = listen(sim.clone(), "pve1".to_owned(), address, Some(tls))
        .await
        .expect("a socket");
    Server {
        sim,
        port: bound.port(),
        pinned,
        pem,
    }
}

pub fn to(port: u16, trust: Trust) -> Endpoint {
    Endpoint {
        host: "127.0.0.1".to_owned(),
        port,
        trust,
    }
}

async fn get(base: Endpoint, path: &str) -> Result<HttpResponse, NetError> {
    get_within(base, path, Duration::from_secs(20)).await
}

/// Asks for a path, with a deadline.
pub async fn get_within(
    base: Endpoint,
    path: &str,
    deadline: Duration,
) -> Result<HttpResponse, NetError> {
    let transport = WebTransport::new(HostTime::default()).expect("a transport");
    let request = HttpRequest {
        method: Method::Get,
        base,
        path_and_query: path.to_owned(),
        headers: vec![(
            "Authorization".to_owned(),
            "PVEAPIToken=no@pve!no=none".to_owned(),
        )],
        body: None,
        deadline,
        most: 64 * 1024,
    };
    transport.send(request).await
}

#[tokio::test]
async fn a_pinned_certificate_is_taken_and_no_other() {
    let server = server().await;
    let fetched = fetch_fingerprint("127.0.0.1", server.port)
        .await
        .expect("a fingerprint");
    assert_eq!(Trust::Pinned(vec![fetched]), server.pinned);
    // Nothing was asked of the server for that.
    assert!(server.sim.journal().is_empty());
    let answer = get(to(server.port, server.pinned.clone()), "/api2/json/version")
        .await
        .expect("an answer");
    assert_eq!(
        (answer.status, answer.reason.as_str()),
        (401, "Authentication failed!")
    );
    let others = [Fingerprint::of(b"another"), Fingerprint::of(b"one more")];
    let wrong = to(server.port, Trust::Pinned(others.to_vec()));
    match get(wrong, "/api2/json/version").await {
        Err(NetError::Fingerprint { seen, wanted, .. }) => {
            assert_eq!((seen, wanted), (fetched, others.to_vec()));
        }
        other => panic!("{other:?}"),
    }
    let several = Trust::Pinned(vec![others[0], fetched]);
    assert!(
        get(to(server.port, several), "/api2/json/version")
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn an_unknown_certificate_is_refused_and_its_authority_makes_it_known() {
    let server = server().await;
    match get(to(server.port, Trust::System), "/api2/json/version").await {
        Err(NetError::Certificate { reason, .. }) => assert!(!reason.is_empty()),
        // A machine without any root certificate says so.
        Err(NetError::Setup(text)) => assert!(text.contains("ca-certificates")),
        other => panic!("{other:?}"),
    }
    assert!(server.sim.journal().is_empty());
    let known = get(
        to(server.port, Trust::Authority(server.pem.clone())),
        "/api2/json/version",
    )
    .await;
    assert_eq!(known.expect("an answer").status, 401);
    match get(
        to(server.port, Trust::Authority("nonsense".to_owned())),
        "/",
    )
    .await
    {
        Err(error @ NetError::Setup(_)) => assert!(!error.may_have_been_sent()),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_closed_port_and_an_unknown_name_were_surely_not_asked() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let port = listener.local_addr().expect("an address").port();
    drop(listener);
    for endpoint in [
        to(port, Trust::Pinned(Vec::new())),
        Endpoint {
            host: "no-such-host.invalid".to_owned(),
            port: 8006,
            trust: Trust::Pinned(Vec::new()),
        },
    ] {
        let error = get(endpoint, "/").await.expect_err("nobody there");
        assert!(matches!(error, NetError::NotSent { .. }), "{error:?}");
        assert!(!error.may_have_been_sent());
    }
}

#[tokio::test]
async fn a_peer_that_speaks_no_tls_was_surely_not_asked() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let port = listener.local_addr().expect("an address").port();
    let talk = async {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let mut buffer = [0; 64];
        let _ = stream.read(&mut buffer).await.expect("a hello");
        stream
            .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            .await
            .expect("sent");
    };
    let (outcome, ()) = tokio::join!(get(to(port, Trust::Pinned(Vec::new())), "/"), talk);
    let error = outcome.expect_err("no TLS");
    assert!(matches!(error, NetError::NotSent { .. }), "{error:?}");
}

#[tokio::test]
async fn the_client_works_over_the_wire_and_keeps_its_connection() {
    let server = server().await;
    let (id, secret) = {
        let world = server.sim.world();
        let token = world.tokens.first().expect("a token");
        (token.id.clone(), Secret::new(token.secret.clone()))
    };
    let spec = ClusterSpec {
        endpoints: vec![to(server.port, server.pinned.clone())],
        auth: Auth::Token { id, secret },
    };
    let transport = WebTransport::new(HostTime::default()).expect("a transport");
    let cluster = Cluster::new(spec.clone(), transport.clone(), clock());
    assert!(cluster.version().await.expect("a version").major >= 7);
    let node = "pve1".into();
    let vmid = |n| puq_proxmox_kvm::model::Vmid::new(n).expect("a number");
    let error = cluster
        .vm(&node, vmid(4242))
        .config()
        .await
        .expect_err("missing");
    assert!(error.is_missing(vmid(4242)));
    // Values that a careless form would cut or change arrive whole.
    let note = "a=b+c&d e% é";
    let vm = cluster.vm(&node, vmid(9000));
    vm.set_config(&Change::new().set("description", note))
        .await
        .expect("set");
    assert_eq!(
        vm.config().await.expect("a config").description.trim_end(),
        note
    );
    let stranger = Cluster::new(
        ClusterSpec {
            auth: token(),
            ..spec
        },
        transport,
        clock(),
    );
    let error = stranger.storages().await.expect_err("refused");
    assert_eq!((error.kind.clone(), error.row), (Kind::BadToken, 11));
}

#[tokio::test]
async fn a_reset_after_the_request_left_is_a_doubt() {
    let server = server().await;
    let rules = r#"[{"match": {"path": "/version"}, "do": "reset_after"}]"#;
    server
        .sim
        .set_faults(pve_sim::faults::parse(rules).expect("rules"))
        .expect("patterns");
    let error = get(to(server.port, server.pinned.clone()), "/api2/json/version")
        .await
        .expect_err("reset");
    assert!(
        matches!(error, NetError::MaybeSent { .. }) && error.may_have_been_sent(),
        "{error:?}"
    );
}
