//! Each row of the failure catalogue, by the answers and exit texts that Proxmox really gives.

use crate::support::{Fake, announce, answer, broken, cluster, data, not_sent, password, token};
use puq_proxmox_kvm::net::{Fingerprint, Method, NetError};
use puq_proxmox_kvm::pve::{Exit, Params, PveError};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

fn text<'a>(fixture: &'a Value, key: &str) -> &'a str {
    fixture[key].as_str().unwrap_or_default()
}

fn method(fixture: &Value) -> Method {
    match text(fixture, "method") {
        "GET" => Method::Get,
        "POST" => Method::Post,
        "PUT" => Method::Put,
        "DELETE" => Method::Delete,
        other => panic!("no method {other}"),
    }
}

fn net_outcome(fixture: &Value) -> crate::support::Outcome {
    let to = "https://pve1:8006".to_owned();
    match text(fixture, "net") {
        "not_sent" => not_sent(),
        "maybe_sent" => broken(),
        "deadline" => Err(NetError::Deadline {
            to,
            sent: true,
            after: Duration::from_secs(60),
        }),
        "fingerprint" => Err(NetError::Fingerprint {
            to,
            seen: Fingerprint::of(b"seen"),
            wanted: vec![Fingerprint::of(b"wanted")],
        }),
        "certificate" => Err(NetError::Certificate {
            to,
            reason: "expired".to_owned(),
        }),
        other => panic!("no network failure {other}"),
    }
}

/// The error that a fixture's answer or failure ends in, through the whole client.
async fn by_request(fixture: &Value) -> PveError {
    let fixture_copy = fixture.clone();
    let transport = Fake::by(move |request| {
        let signing_in = request.path_and_query == "/api2/json/access/ticket";
        if signing_in && text(&fixture_copy, "auth") == "password" {
            return data(r#"{"ticket":"PVE:root@pam:x","CSRFPreventionToken":"y"}"#);
        }
        match fixture_copy["status"].as_u64() {
            Some(status) => answer(
                u16::try_from(status).expect("a status"),
                text(&fixture_copy, "reason"),
                text(&fixture_copy, "body"),
            ),
            None => net_outcome(&fixture_copy),
        }
    });
    let auth = if text(fixture, "auth") == "password" {
        password()
    } else {
        token()
    };
    let cluster = cluster(&["pve1"], auth, transport);
    let outcome = cluster
        .request(
            method(fixture),
            text(fixture, "path"),
            Params::new(),
            "do it",
        )
        .await;
    outcome.expect_err("the fixture is a failure")
}

fn by_task(fixture: &Value) -> PveError {
    let log: Vec<String> = serde_json::from_value(fixture["log"].clone()).unwrap_or_default();
    let exit = Exit::parse(text(fixture, "exit"));
    PveError::from_task("do it", text(fixture, "task"), &exit, &log).expect("no good exit")
}

#[tokio::test(start_paused = true)]
async fn every_row_of_the_catalogue_is_recognised() {
    let fixtures = include_str!("../fixtures/pve/catalogue.jsonl");
    let mut rows = BTreeSet::new();
    let mut wrong = Vec::new();
    for line in fixtures.lines() {
        let fixture: Value = serde_json::from_str(line).expect("JSON");
        let row = fixture["row"].as_u64().expect("a row");
        let (got_row, class, kind, delivery) = if fixture["exit"].is_string() {
            let error = by_task(&fixture);
            (error.row, error.class, error.kind.clone(), error.delivery)
        } else {
            let error = by_request(&fixture).await;
            assert!(!error.advice.is_empty() && !error.text.is_empty(), "{line}");
            (error.row, error.class, error.kind.clone(), error.delivery)
        };
        let wanted_delivery = match text(&fixture, "stage") {
            "" if fixture["exit"].is_string() => "TaskFailed",
            "" => "Answered",
            named => named,
        };
        let got = format!("row {got_row}, {class:?}, {kind:?}, {delivery:?}");
        let wanted = format!(
            "row {row}, {}, {}, {wanted_delivery}",
            text(&fixture, "class"),
            text(&fixture, "kind")
        );
        if got == wanted {
            rows.insert(row);
        } else {
            wrong.push(format!("{line}\n  wanted {wanted}\n  got    {got}"));
        }
    }
    let lacking: Vec<u64> = (1..=55).filter(|row| !rows.contains(row)).collect();
    announce(&format!(
        "catalogue: {} of 55 rows, {} fixtures",
        55 - lacking.len(),
        fixtures.lines().count()
    ));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // That a running guest has older cloud-init values than its configuration is no answer to anything: each flow that
    // changes them starts the VM anew, and its drive is written at each start.
    assert_eq!(lacking, [46]);
}

#[test]
fn an_error_is_one_sentence_of_what_was_tried_what_came_and_what_to_do() {
    let exit = Exit::parse("VM is locked (backup)");
    let error = PveError::from_exit("start VM 2001 on pve", &exit).expect("a failure");
    assert_eq!(
        error.to_string(),
        "Cannot start VM 2001 on pve: VM is locked (backup) – it goes on when the backup is complete"
    );
    assert_eq!(error.lock(), Some("backup"));
    assert!(PveError::from_exit("start", &Exit::Ok).is_none());
}

#[tokio::test(start_paused = true)]
async fn a_missing_vm_counts_as_missing_only_by_its_own_number() {
    let fixture = json!({
        "method": "GET", "path": "/nodes/pve/qemu/2001/config", "status": 500,
        "reason": "Configuration file 'nodes/pve/qemu-server/2001.conf' does not exist", "body": ""
    });
    let error = by_request(&fixture).await;
    let number = |n| puq_proxmox_kvm::model::Vmid::new(n).expect("a number");
    assert!(error.is_missing(number(2001)));
    assert!(!error.is_missing(number(2002)));
    for other in [
        "storage 'x' does not exist",
        "snapshot 'x' does not exist",
        "volume 'x' does not exist",
    ] {
        let mut fixture = fixture.clone();
        fixture["reason"] = json!(other);
        assert!(
            !by_request(&fixture).await.is_missing(number(2001)),
            "{other}"
        );
    }
}
