//! Every kind of fault, and what remains after it.
#![allow(missing_docs)]

mod common;
use common::Client;
use pve_sim::{Outcome, faults};
use serde_json::{Value, json};

fn set(c: &Client, rules: Value) {
    let rules = faults::parse(&rules.to_string()).expect("rules");
    c.sim.set_faults(rules).expect("patterns");
}

fn status(c: &Client, vmid: u32) -> Option<String> {
    let state = pve_sim::control::state(&c.sim.world());
    state["vms"][vmid.to_string()]["status"]
        .as_str()
        .map(str::to_owned)
}

const CLONE: &str = "/nodes/pve1/qemu/9000/clone";

#[tokio::test(start_paused = true)]
async fn connection_faults_do_the_work_or_do_not() {
    let cases = [
        (json!("refuse"), Outcome::Refused, false),
        (json!("reset_before"), Outcome::ResetBefore, false),
        (json!("reset_after"), Outcome::ResetAfter, true),
        (json!("hang"), Outcome::Hang, false),
        (json!("hang_after"), Outcome::Hang, true),
    ];
    for (fault, outcome, done) in cases {
        let c = Client::new("demo");
        set(
            &c,
            json!([{ "match": { "method": "POST", "path": "/nodes/*/qemu/*/clone" }, "when": { "nth": 1 }, "do": fault }]),
        );
        assert_eq!(c.send("POST", CLONE, &[("newid", "2001")]).await, outcome);
        assert_eq!(status(&c, 2001).is_some(), done, "{fault}");
        assert!(matches!(
            c.send("GET", "/version", &[]).await,
            Outcome::Answer(_)
        ));
    }
}

#[tokio::test(start_paused = true)]
async fn ordered_answers() {
    let c = Client::new("demo");
    set(
        &c,
        json!([{ "match": { "path": CLONE }, "when": { "times": 1 }, "do": { "status": { "code": 596, "reason": "Connection timed out", "after": true } } },
                   { "match": { "path": "/version" }, "when": { "nth": 2 }, "do": { "status": { "code": 502, "reason": "Bad Gateway", "body": "<html>" } } },
                   { "match": { "path": "/version" }, "when": { "nth": 3 }, "do": "garbage" },
                   { "match": { "path": "/version" }, "when": { "nth": 4 }, "do": { "slow": { "ms": 40000 } } }]),
    );
    assert_eq!(
        c.fail("POST", CLONE, &[("newid", "2001")]).await,
        (596, "Connection timed out".into())
    );
    assert!(status(&c, 2001).is_some(), "the work goes on behind a 596");
    c.ok("GET", "/version", &[]).await;
    assert_eq!(c.fail("GET", "/version", &[]).await.0, 502);
    assert!(c.call("GET", "/version", &[]).await.body_json().is_null());
    let begun = tokio::time::Instant::now();
    c.ok("GET", "/version", &[]).await;
    assert_eq!(begun.elapsed().as_secs(), 40);
}

#[tokio::test(start_paused = true)]
async fn task_faults() {
    let c = Client::new("demo");
    let on_clone =
        |fault: Value| json!([{ "match": { "path": CLONE }, "when": { "times": 1 }, "do": fault }]);
    set(
        &c,
        on_clone(json!({ "task_fail": { "exitstatus": "clone failed: no space" } })),
    );
    assert_eq!(
        c.task("POST", CLONE, &[("newid", "2001")]).await,
        "clone failed: no space"
    );
    assert_eq!(
        status(&c, 2001),
        None,
        "a clone that fails by itself removes its config"
    );

    set(&c, on_clone(json!({ "task_warn": { "n": 2 } })));
    assert_eq!(
        c.task("POST", CLONE, &[("newid", "2002")]).await,
        "WARNINGS: 2"
    );
    assert!(
        c.ok("GET", "/nodes/pve1/qemu/2002/config", &[])
            .await
            .get("lock")
            .is_none()
    );

    set(&c, on_clone(json!("worker_killed")));
    assert_eq!(
        c.task("POST", CLONE, &[("newid", "2003")]).await,
        "unexpected status"
    );
    let dead = c.ok("GET", "/nodes/pve1/qemu/2003/config", &[]).await;
    assert_eq!(
        (&dead["lock"], &dead["description"]),
        (&"clone".into(), &" qmclone temporary file".into())
    );
    // The flock died with the worker, the lock in the config did not.
    assert_eq!(
        c.fail("PUT", "/nodes/pve1/qemu/2003/config", &[("cores", "2")])
            .await
            .1,
        "VM is locked (clone)"
    );

    set(&c, on_clone(json!("task_vanish")));
    let upid = c.ok("POST", CLONE, &[("newid", "2004")]).await;
    tokio::time::sleep(std::time::Duration::from_secs(100)).await;
    let path = format!(
        "/nodes/pve1/tasks/{}/status",
        common::escape(upid.as_str().expect("UPID"))
    );
    assert_eq!(c.wrong("GET", &path, &[], "upid").await, "no such task");
    assert!(
        c.ok("GET", "/nodes/pve1/qemu/2004/config", &[])
            .await
            .get("lock")
            .is_none()
    );

    set(&c, on_clone(json!("task_never_ends")));
    let upid = c.ok("POST", CLONE, &[("newid", "2005")]).await;
    tokio::time::sleep(std::time::Duration::from_secs(100_000)).await;
    let path = format!(
        "/nodes/pve1/tasks/{}",
        common::escape(upid.as_str().expect("UPID"))
    );
    assert_eq!(
        c.ok("GET", &format!("{path}/status"), &[]).await["status"],
        "running"
    );
    c.ok("DELETE", &path, &[]).await;
    assert_eq!(
        c.exit(upid.as_str().expect("UPID")).await,
        "interrupted by signal"
    );
}

#[tokio::test(start_paused = true)]
async fn cluster_faults() {
    let c = Client::new("demo");
    set(
        &c,
        json!([{ "match": { "path": "/nodes/pve2/status" }, "do": "node_down" }]),
    );
    assert_eq!(c.fail("GET", "/nodes/pve2/status", &[]).await.0, 595);
    assert_eq!(
        c.fail("GET", "/nodes/pve2/qemu/102/config", &[]).await.0,
        595
    );
    c.ok("GET", "/nodes/pve1/status", &[]).await;
    let at = Client {
        sim: c.sim.clone(),
        token: c.token.clone(),
        via: "pve2".into(),
    };
    assert_eq!(at.send("GET", "/version", &[]).await, Outcome::Refused);

    set(
        &c,
        json!([{ "match": { "path": "/cluster/nextid" }, "do": "no_quorum" }, { "match": { "path": "/version" }, "do": { "storage_offline": { "storage": "local-lvm" } } }]),
    );
    c.ok("GET", "/cluster/nextid", &[]).await;
    assert_eq!(
        c.fail("POST", "/nodes/pve1/qemu/101/status/stop", &[])
            .await
            .1,
        "cluster not ready - no quorum?"
    );
    assert_eq!(c.ok("GET", "/cluster/status", &[]).await[0]["quorate"], 0);
    c.sim.world().quorate = true;
    c.ok("GET", "/version", &[]).await;
    assert_eq!(
        c.fail(
            "POST",
            "/nodes/pve1/qemu/9000/clone",
            &[("newid", "2001"), ("full", "1"), ("storage", "local-lvm")]
        )
        .await
        .1,
        "storage 'local-lvm' is not online"
    );

    set(
        &c,
        json!([{ "match": { "vmid": 101, "method": "PUT" }, "do": { "lock": { "kind": "backup" } } }]),
    );
    assert_eq!(
        c.fail("PUT", "/nodes/pve1/qemu/101/config", &[("cores", "1")])
            .await
            .1,
        "VM is locked (backup)"
    );
    let before = c.ok("GET", "/nodes/pve1/time", &[]).await["time"]
        .as_i64()
        .expect("time");
    set(
        &c,
        json!([{ "match": { "path": "/version" }, "do": { "clock_skew": { "seconds": -9000 } } }]),
    );
    c.ok("GET", "/version", &[]).await;
    let after = c.ok("GET", "/nodes/pve1/time", &[]).await["time"]
        .as_i64()
        .expect("time");
    assert!((after - before + 9000).abs() < 5);
}

#[tokio::test(start_paused = true)]
async fn turns_and_patterns() {
    let c = Client::new("demo");
    set(
        &c,
        json!([{ "match": { "path": "~^/nodes/[^/]+/status$" }, "when": { "every": 2 }, "do": "reset_before" },
                   { "match": { "path": "/nodes/**", "endpoint": "pve3" }, "do": "refuse" }]),
    );
    for turn in 1..=6 {
        let broke = c.send("GET", "/nodes/pve1/status", &[]).await == Outcome::ResetBefore;
        assert_eq!(broke, turn % 2 == 0);
    }
    let third = Client {
        sim: c.sim.clone(),
        token: c.token.clone(),
        via: "pve3".into(),
    };
    assert_eq!(
        third.send("GET", "/nodes/pve1/qemu", &[]).await,
        Outcome::Refused
    );
    set(
        &c,
        json!([{ "match": { "path": "/version" }, "when": { "chance": 0.5 }, "do": "reset_before" }]),
    );
    let mut broken = 0;
    for _ in 0..200 {
        broken += u32::from(c.send("GET", "/version", &[]).await == Outcome::ResetBefore);
    }
    assert!((60..140).contains(&broken), "{broken} of 200");
    assert!(faults::parse("[{\"do\": \"no_such_fault\"}]").is_err());
}

#[tokio::test(start_paused = true)]
async fn allocation_limit_of_a_storage() {
    let mut scenario = pve_sim::Scenario::named("demo").expect("scenario");
    for storage in &mut scenario.storages {
        storage.max_allocations = 2;
    }
    let c = Client::of(scenario);
    let mut upids = Vec::new();
    for newid in ["2001", "2002", "2003"] {
        let upid = c
            .ok("POST", CLONE, &[("newid", newid), ("full", "1")])
            .await;
        upids.push(upid.as_str().expect("UPID").to_owned());
    }
    assert_eq!(
        c.exit(&upids[2]).await,
        "can't lock file '/var/lock/pve-manager/pve-storage-local-lvm' - got timeout"
    );
    assert_eq!(c.exit(&upids[0]).await, "OK");
}

#[tokio::test(start_paused = true)]
async fn locks_that_pass_and_clusters_that_heal() {
    let c = Client::new("demo");
    set(
        &c,
        json!([{ "match": { "vmid": 101, "method": "PUT" }, "when": { "nth": 1 }, "do": { "lock": { "kind": "backup", "seconds": 30 } } },
               { "match": { "path": "/version" }, "when": { "nth": 1 }, "do": "no_quorum" },
               { "match": { "path": "/version" }, "when": { "nth": 2 }, "do": "heal" },
               { "match": { "path": "/nodes" }, "do": { "status": { "code": 500, "reason": "got no worker upid - start worker failed" } } }]),
    );
    let config = "/nodes/pve1/qemu/101/config";
    let refused = c.fail("PUT", config, &[("cores", "1")]).await;
    assert_eq!(refused.1, "VM is locked (backup)");
    let tasks = c
        .ok("GET", "/nodes/pve1/tasks", &[("source", "active")])
        .await;
    assert_eq!(
        (&tasks[0]["type"], &tasks[0]["id"]),
        (&"vzdump".into(), &"101".into())
    );
    tokio::time::sleep(std::time::Duration::from_secs(31)).await;
    c.ok("PUT", config, &[("cores", "1")]).await;
    c.ok("GET", "/version", &[]).await;
    assert_eq!(c.fail("PUT", config, &[("cores", "2")]).await.0, 500);
    c.ok("GET", "/version", &[]).await;
    c.ok("PUT", config, &[("cores", "2")]).await;
    let body = c.call("GET", "/nodes", &[]).await.body_json();
    assert_eq!(
        body["message"],
        "got no worker upid - start worker failed\n"
    );
}

#[tokio::test(start_paused = true)]
async fn resources_lag_behind_when_asked_to() {
    let mut scenario = pve_sim::Scenario::named("demo").expect("scenario");
    scenario.durations.status_lag = 10.0;
    let c = Client::of(scenario);
    tokio::time::sleep(std::time::Duration::from_secs(11)).await;
    c.ok("POST", CLONE, &[("newid", "2001")]).await;
    let row = |rows: Value| {
        let rows = rows.as_array().cloned().unwrap_or_default();
        rows.into_iter().find(|r| r["vmid"] == 2001)
    };
    let listed = [("type", "vm")];
    let fresh = row(c.ok("GET", "/cluster/resources", &listed).await).expect("there at once");
    assert_eq!(fresh["status"], "unknown");
    assert!(fresh.get("name").is_none());
    tokio::time::sleep(std::time::Duration::from_secs(10)).await;
    let seen = row(c.ok("GET", "/cluster/resources", &listed).await).expect("row");
    assert_eq!(seen["status"], "stopped");
}
