//! The real thing over HTTPS, with the certificate pinned.
#![allow(missing_docs)]

mod common;
use pve_sim::{Clock, Scenario, Sim, server};
use std::sync::Arc;
use std::time::Duration;

async fn start(sim: &Sim) -> (String, reqwest::Client) {
    let identity = server::Identity::load_or_make(None).expect("certificate");
    let acceptor = identity.acceptor().expect("TLS");
    let address = server::listen(
        sim.clone(),
        "pve1".into(),
        ([127, 0, 0, 1], 0).into(),
        Some(acceptor),
    )
    .await
    .expect("listening");
    let mut roots = rustls::RootCertStore::empty();
    roots.add(identity.certificate.clone()).expect("root");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(config)
        .no_proxy()
        .build()
        .expect("client");
    (format!("https://{address}"), client)
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_over_https() {
    let sim = Sim::with_clock(
        Scenario::named("demo").expect("scenario"),
        Clock::scaled(0.01),
    );
    let (url, client) = start(&sim).await;
    let token = pve_sim::token_header(&sim);
    let get = |path: &str| {
        client
            .get(format!("{url}/api2/json{path}"))
            .header("Authorization", &token)
    };
    let answer = get("/version").send().await.expect("answer");
    assert_eq!(answer.status(), 200);
    assert_eq!(
        answer.headers()["content-type"],
        "application/json;charset=UTF-8"
    );
    let answer = get("/nodes/pve1/qemu/4242/config")
        .send()
        .await
        .expect("answer");
    let reason = answer
        .extensions()
        .get::<hyper::ext::ReasonPhrase>()
        .expect("a phrase of its own");
    assert_eq!(
        reason.as_bytes(),
        b"Configuration file 'nodes/pve1/qemu-server/4242.conf' does not exist"
    );
    assert_eq!(answer.status(), 500);
    let refused = client
        .get(format!("{url}/api2/json/version"))
        .send()
        .await
        .expect("answer");
    assert_eq!(
        (
            refused.status().as_u16(),
            refused.bytes().await.expect("body").len()
        ),
        (401, 0)
    );
    let clone = client
        .post(format!("{url}/api2/json/nodes/pve1/qemu/9000/clone"))
        .header("Authorization", &token)
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body("newid=2001")
        .send()
        .await
        .expect("answer");
    assert!(clone.text().await.expect("body").contains("UPID:pve1:"));
    let state = client
        .get(format!("{url}/sim/state"))
        .send()
        .await
        .expect("answer");
    let state: serde_json::Value =
        serde_json::from_slice(&state.bytes().await.expect("body")).expect("JSON");
    assert!(state["data"]["vms"]["2001"].is_object());
    let rules = r#"[{"match": {"path": "/version"}, "do": "reset_after"}]"#;
    let set = client
        .post(format!("{url}/sim/faults"))
        .body(rules)
        .send()
        .await
        .expect("answer");
    assert_eq!(set.status(), 200);
    assert!(
        get("/version").send().await.is_err(),
        "the connection breaks"
    );
    assert_eq!(
        sim.journal().last().map(|e| e.status),
        Some(200),
        "after the work"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_breaks_connections_refuses_new_ones_and_ends() {
    let sim = Sim::with_clock(
        Scenario::named("demo").expect("scenario"),
        Clock::scaled(0.01),
    );
    let (url, client) = start(&sim).await;
    let ask = || client.get(format!("{url}/sim/state")).send();
    assert!(ask().await.is_ok());
    let away = client
        .post(format!("{url}/sim/restart"))
        .body(r#"{"seconds": 0.3}"#)
        .send()
        .await
        .expect("the answer goes out first");
    assert_eq!(away.status(), 200);
    let mut answers = vec![true];
    let changes = async {
        while answers != [true, false, true] {
            let now = ask().await.is_ok();
            if answers.last() != Some(&now) {
                answers.push(now);
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let seen = tokio::time::timeout(Duration::from_secs(120), changes).await;
    assert!(seen.is_ok(), "answers, then none, then answers again");
}

#[tokio::test]
async fn certificate_stays_the_same() {
    let directory = std::env::temp_dir().join(format!("pve-sim-{}", std::process::id()));
    let first = server::Identity::load_or_make(Some(&directory)).expect("made");
    let second = server::Identity::load_or_make(Some(&directory)).expect("loaded");
    std::fs::remove_dir_all(&directory).expect("removed");
    assert_eq!(first.fingerprint, second.fingerprint);
    assert_eq!(first.fingerprint.len(), 95);
}
