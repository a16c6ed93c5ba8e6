//! Signing in and privileges.
#![allow(missing_docs)]

mod common;
use common::{Client, SECRET};
use pve_sim::{Outcome, Request, Response};

async fn raw(
    c: &Client,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Response {
    let request = Request {
        method: method.into(),
        path: format!("/api2/json{path}"),
        headers: headers
            .iter()
            .map(|(k, v)| ((*k).into(), (*v).into()))
            .collect(),
        body: body.as_bytes().to_vec(),
        via: String::new(),
    };
    match c.sim.handle(request).await {
        Outcome::Answer(response) => response,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn refusals_take_three_seconds_and_have_no_body() {
    let c = Client::new("demo");
    let wrong = format!("PVEAPIToken=whmcs@pve!demo={}", SECRET.replace('0', "1"));
    let cases: [(&[(&str, &str)], &str); 4] = [
        (&[], "No ticket"),
        (&[("Authorization", &wrong)], "Authentication failed!"),
        (
            &[("Authorization", "PVEAPIToken=no@pve!x=y")],
            "Authentication failed!",
        ),
        (
            &[("Cookie", "PVEAuthCookie=PVE:root@pam:00000000::x")],
            "permission denied - invalid PVE ticket",
        ),
    ];
    for (headers, reason) in cases {
        let begun = tokio::time::Instant::now();
        let answer = raw(&c, "GET", "/version", headers, "").await;
        assert_eq!(
            (answer.status, answer.reason.as_str(), answer.body.len()),
            (401, reason, 0)
        );
        assert_eq!(begun.elapsed().as_secs(), 3);
    }
    let answer = raw(
        &c,
        "POST",
        "/access/ticket",
        &[],
        "username=root@pam&password=wrong",
    )
    .await;
    assert_eq!(
        (answer.status, answer.reason.as_str()),
        (401, "authentication failure")
    );
    assert_eq!(answer.body_json()["message"], "authentication failure\n");
}

#[tokio::test(start_paused = true)]
async fn tickets_need_csrf_for_writes_and_expire() {
    let c = Client::new("demo");
    let answer = raw(
        &c,
        "POST",
        "/access/ticket",
        &[],
        "username=root@pam&password=demo-root-password",
    )
    .await;
    let data = answer.body_json()["data"].clone();
    let cookie = format!("PVEAuthCookie={}", data["ticket"].as_str().expect("ticket"));
    let csrf = data["CSRFPreventionToken"]
        .as_str()
        .expect("token")
        .to_owned();
    assert_eq!(
        raw(&c, "GET", "/version", &[("Cookie", &cookie)], "")
            .await
            .status,
        200
    );
    let put = "/nodes/pve1/qemu/101/config";
    let answer = raw(&c, "PUT", put, &[("Cookie", &cookie)], "cores=2").await;
    assert_eq!(
        (answer.status, answer.reason.as_str()),
        (401, "Permission denied - invalid csrf token")
    );
    let both = [
        ("Cookie", cookie.as_str()),
        ("CSRFPreventionToken", csrf.as_str()),
    ];
    assert_eq!(raw(&c, "PUT", put, &both, "cores=2").await.status, 200);
    tokio::time::sleep(std::time::Duration::from_secs(7300)).await;
    let answer = raw(&c, "GET", "/version", &[("Cookie", &cookie)], "").await;
    assert_eq!(answer.reason, "permission denied - invalid PVE ticket");
}

#[tokio::test(start_paused = true)]
async fn privileges_by_path() {
    let mut c = Client::new("demo");
    c.token = "PVEAPIToken=whmcs@pve!weak=1e8c2d4a-5b6f-4c1e-9d3a-7f2b1a0c9e8d".into();
    let answer = c
        .call("POST", "/nodes/pve1/qemu/9000/clone", &[("newid", "150")])
        .await;
    assert_eq!(
        (answer.status, answer.reason.as_str()),
        (403, "Permission check failed (/vms/9000, VM.Clone)")
    );
    assert_eq!(
        answer.body_json()["message"],
        "Permission check failed (/vms/9000, VM.Clone)\n"
    );
    assert_eq!(
        c.ok("GET", "/cluster/resources", &[("type", "vm")])
            .await
            .as_array()
            .map(Vec::len),
        Some(6)
    );
    let held = c.ok("GET", "/access/permissions", &[]).await;
    assert_eq!(held["/vms"], serde_json::json!({ "VM.Audit": 1 }));
    assert_eq!(
        c.ok("GET", "/nodes/pve1/storage", &[]).await,
        serde_json::json!([])
    );
}

#[tokio::test(start_paused = true)]
async fn releases_differ() {
    let mut old = pve_sim::Scenario::named("single").expect("scenario");
    old.version = "7.4-17".into();
    let c = Client::of(old);
    let answer = c.call("GET", "/nodes/pve/qemu/4242/config", &[]).await;
    // Before 8.0 the text stands in the status line alone, resize works within the call, memory is a number.
    assert_eq!(answer.body_json(), serde_json::json!({ "data": null }));
    assert!(answer.reason.contains("does not exist"));
    c.task("POST", "/nodes/pve/qemu/9000/clone", &[("newid", "2001")])
        .await;
    assert!(
        c.ok(
            "PUT",
            "/nodes/pve/qemu/2001/resize",
            &[("disk", "scsi0"), ("size", "1G")]
        )
        .await
        .is_null()
    );
    assert_eq!(
        c.ok("GET", "/nodes/pve/qemu/2001/config", &[]).await["memory"],
        256
    );

    let mut new = pve_sim::Scenario::named("single").expect("scenario");
    new.version = "9.0.3".into();
    let c = Client::of(new);
    let held = c.ok("GET", "/access/permissions", &[]).await;
    assert!(
        held["/vms"].get("VM.Monitor").is_none()
            && held["/vms"].get("VM.GuestAgent.Audit").is_some()
    );
}
