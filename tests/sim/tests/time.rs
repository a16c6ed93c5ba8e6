//! Time, bandwidth, workers, the lower bound, and determinism.
#![allow(missing_docs)]

mod common;
use common::Client;
use pve_sim::bound::Calls;
use pve_sim::{Outcome, Scenario};
use std::time::Duration;

/// A whole deploy of one VM as an ideal client would do it.
async fn deploy(c: &Client, vmid: u32) {
    let at = format!("/nodes/pve1/qemu/{vmid}");
    let id = vmid.to_string();
    assert_eq!(
        c.task(
            "POST",
            "/nodes/pve1/qemu/9000/clone",
            &[("newid", &id), ("full", "1")]
        )
        .await,
        "OK"
    );
    c.ok("PUT", &format!("{at}/config"), &[("cores", "2")])
        .await;
    assert_eq!(
        c.task(
            "PUT",
            &format!("{at}/resize"),
            &[("disk", "scsi0"), ("size", "10G")]
        )
        .await,
        "OK"
    );
    c.ok("PUT", &format!("{at}/firewall/options"), &[("enable", "1")])
        .await;
    c.ok(
        "POST",
        &format!("{at}/firewall/ipset"),
        &[("name", "ipfilter-net0")],
    )
    .await;
    c.ok(
        "POST",
        &format!("{at}/firewall/ipset/ipfilter-net0"),
        &[("cidr", "192.0.2.1")],
    )
    .await;
    assert_eq!(
        c.task("POST", &format!("{at}/status/start"), &[]).await,
        "OK"
    );
}

async fn deploy_all(n: u32) -> (Duration, f64) {
    let c = Client::new("demo");
    let least = c.sim.bound(n, &Calls::default()).seconds;
    let begun = tokio::time::Instant::now();
    let all: Vec<u32> = (2000..2000 + n).collect();
    let mut running = tokio::task::JoinSet::new();
    let c = std::sync::Arc::new(c);
    for vmid in all {
        let c = c.clone();
        running.spawn(async move { deploy(&c, vmid).await });
    }
    while let Some(result) = running.join_next().await {
        result.expect("a deploy");
    }
    (begun.elapsed(), least)
}

#[tokio::test(start_paused = true)]
async fn nobody_beats_the_bound_and_it_is_near() {
    for n in [1, 4, 20] {
        let (took, least) = deploy_all(n).await;
        let took = took.as_secs_f64();
        assert!(took >= least, "{n}: {took} s, bound {least} s");
        assert!(took < least * 1.6 + 4.0, "{n}: {took} s, bound {least} s");
    }
}

#[tokio::test(start_paused = true)]
async fn bound_names_what_limits() {
    let c = Client::new("demo");
    let one = c.sim.bound(1, &Calls::default());
    assert_eq!(one.limited_by, "chain");
    let many = c.sim.bound(200, &Calls::default());
    assert!(
        many.limited_by == "template" || many.limited_by == "storage",
        "{many:?}"
    );
    let moved = c.sim.bound(
        200,
        &Calls {
            migrate: true,
            ..Calls::default()
        },
    );
    assert_eq!(moved.limited_by, "migrations");
    // Spread over all nodes, one node's share stays where the template is.
    let part = |deploys: u32, spread: bool| {
        let calls = Calls {
            migrate: true,
            spread,
            ..Calls::default()
        };
        c.sim.bound(deploys, &calls).parts["migrations"]
    };
    let nodes = c.sim.world().nodes.len() as u32;
    let leaving = f64::from(nodes - 1) / f64::from(nodes);
    let (few, many) = (100 * nodes, 200 * nodes);
    let all = part(many, false) - part(few, false);
    let spread = part(many, true) - part(few, true);
    assert!((spread / all - leaving).abs() < 1e-6, "{spread} of {all}");
    let linked = c.sim.bound(
        200,
        &Calls {
            full: false,
            ..Calls::default()
        },
    );
    assert_eq!(linked.limited_by, "workers");
}

#[tokio::test(start_paused = true)]
async fn few_workers_queue_and_the_proxy_gives_up() {
    let mut scenario = Scenario::named("demo").expect("scenario");
    scenario.limits.workers = 1;
    scenario.durations.protected = 20.0;
    let c = Client::of(scenario);
    let at = "/nodes/pve1/qemu/101/status/reset";
    let (first, second) = tokio::join!(c.call("POST", at, &[]), c.call("POST", at, &[]));
    assert_eq!(first.status, 200);
    assert_eq!(
        (second.status, second.reason.as_str()),
        (596, "Connection timed out")
    );
    tokio::time::sleep(Duration::from_secs(60)).await;
    let tasks = c
        .ok("GET", "/nodes/pve1/tasks", &[("typefilter", "qmreset")])
        .await;
    assert_eq!(
        tasks.as_array().map(Vec::len),
        Some(2),
        "the work went on behind the 596"
    );
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_hangs_up_stops_nothing() {
    let c = Client::new("demo");
    let call = c.send("POST", "/nodes/pve1/qemu/9000/clone", &[("newid", "2001")]);
    assert!(
        tokio::time::timeout(Duration::from_millis(10), call)
            .await
            .is_err()
    );
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert!(
        c.ok("GET", "/nodes/pve1/qemu/2001/config", &[])
            .await
            .get("scsi0")
            .is_some()
    );
}

#[tokio::test(start_paused = true)]
async fn same_seed_same_journal() {
    async fn run(seed: u64) -> (Vec<pve_sim::Entry>, String) {
        let mut scenario = Scenario::named("demo").expect("scenario");
        scenario.seed = seed;
        scenario.faults = pve_sim::faults::parse(
            r#"[{"match": {"path": "/nodes/**"}, "when": {"chance": 0.2}, "do": "reset_after"}]"#,
        )
        .expect("rules");
        let c = Client::of(scenario);
        for vmid in 2000..2010u32 {
            let id = vmid.to_string();
            let sent = c
                .send("POST", "/nodes/pve1/qemu/9000/clone", &[("newid", &id)])
                .await;
            assert!(matches!(sent, Outcome::Answer(_) | Outcome::ResetAfter));
            tokio::time::sleep(Duration::from_secs(30)).await;
            c.send(
                "PUT",
                &format!("/nodes/pve1/qemu/{vmid}/config"),
                &[("cores", "2"), ("cipassword", "s3cret")],
            )
            .await;
        }
        let mut state = pve_sim::control::state(&c.sim.world());
        state["now"] = 0.into();
        (c.sim.journal(), state.to_string())
    }
    let (a, b, other) = (run(7).await, run(7).await, run(8).await);
    assert!(a == b);
    assert!(a.1 != other.1);
    assert!(
        !serde_json::to_string(&a.0)
            .expect("JSON")
            .contains("s3cret")
    );
}

#[tokio::test]
async fn explicit_time_stands_still() {
    let c = Client::explicit(Scenario::named("demo").expect("scenario"));
    let upid = c
        .ok("POST", "/nodes/pve1/qemu/9000/clone", &[("newid", "2001")])
        .await;
    let path = format!(
        "/nodes/pve1/tasks/{}/status",
        common::escape(upid.as_str().expect("UPID"))
    );
    assert_eq!(c.ok("GET", &path, &[]).await["status"], "running");
    // A lock that is held is a time-out at once: nothing else could move.
    assert!(
        c.fail("PUT", "/nodes/pve1/qemu/2001/config", &[("cores", "2")])
            .await
            .1
            .contains("got timeout")
    );
    c.sim.advance(Duration::from_secs(60));
    assert_eq!(c.ok("GET", &path, &[]).await["exitstatus"], "OK");
}
