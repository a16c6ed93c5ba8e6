//! Every kind of fault the simulator knows, and every error text of the catalogue, met through the whole client.

use crate::simulated::{client, cloned, credentials, end_of, faults, node, number, sim, stop};
use puq_proxmox_kvm::net::Method;
use puq_proxmox_kvm::pve::{
    Change, Class, Cluster, Delivery,
    Delivery::{Answered, MaybeSent, NotSent},
    Kind, Params, PveError, TaskStatus, VmApi,
};
use pve_sim::Sim;
use serde_json::{Value, json};
use std::time::Duration;

fn rules(sim: &Sim, list: &Value) {
    faults(sim, &list.to_string());
}

async fn vm(sim: &Sim) -> (Cluster, VmApi) {
    let cluster = client(sim, credentials(sim));
    let vm = cloned(&cluster, 2001).await;
    (cluster, vm)
}

/// What a fault of a write leads to: delivery, class, and whether the write was done behind it.
#[tokio::test(start_paused = true)]
async fn a_write_knows_of_each_fault_how_far_it_came() {
    let status = |code: u16, reason: &str, after: bool| json!({"status": {"code": code, "reason": reason, "after": after}});
    let cases = [
        (json!("refuse"), NotSent, Class::Now, false),
        (json!("reset_before"), MaybeSent, Class::Verify, false),
        (json!("reset_after"), MaybeSent, Class::Verify, true),
        (json!("hang"), MaybeSent, Class::Verify, false),
        (json!("hang_after"), MaybeSent, Class::Verify, true),
        (
            json!({"slow": {"ms": 200_000}}),
            MaybeSent,
            Class::Verify,
            false,
        ),
        (
            status(595, "No route to host", false),
            Answered,
            Class::Tick,
            false,
        ),
        (
            status(596, "Connection timed out", true),
            Answered,
            Class::Verify,
            true,
        ),
        (
            status(599, "Too many redirections", true),
            Answered,
            Class::Verify,
            true,
        ),
        (
            status(597, "Broken pipe", true),
            Answered,
            Class::Verify,
            true,
        ),
        (
            status(502, "Bad Gateway", false),
            Answered,
            Class::Verify,
            false,
        ),
        (json!("garbage"), Answered, Class::Verify, true),
        (json!("truncate"), Answered, Class::Verify, true),
    ];
    for (fault, delivery, class, done) in cases {
        let sim = sim();
        let (_, vm) = vm(&sim).await;
        rules(
            &sim,
            &json!([{"match": {"method": "PUT", "vmid": 2001}, "do": fault}]),
        );
        let outcome = vm.set_config(&Change::new().set("cores", 3)).await;
        let error = outcome.expect_err("the fault strikes");
        assert_eq!(
            (error.delivery, error.class),
            (delivery, class),
            "{fault}: {error:?}"
        );
        assert!(!error.advice.is_empty(), "{fault}: {error:?}");
        rules(&sim, &json!([]));
        let cores = vm.config().await.expect("a config").cores;
        assert_eq!(cores == 3, done, "{fault}: {cores} cores");
    }
}

/// A read is asked again, elsewhere where there is another way, and its caller sees nothing of one fault.
#[tokio::test(start_paused = true)]
async fn a_read_survives_each_fault_that_passes() {
    for fault in [
        json!("refuse"),
        json!("reset_before"),
        json!("reset_after"),
        json!("hang"),
        json!("garbage"),
        json!("truncate"),
        json!({"slow": {"ms": 3000}}),
        json!({"status": {"code": 599, "reason": "Too many redirections"}}),
        json!({"status": {"code": 503, "reason": "Service Unavailable"}}),
    ] {
        let sim = sim();
        let cluster = client(&sim, credentials(&sim));
        rules(
            &sim,
            &json!([{"match": {"path": "/storage"}, "when": {"nth": 1}, "do": fault}]),
        );
        let storages = cluster.storages().await.expect("a list");
        assert!(!storages.is_empty(), "{fault}");
    }
}

#[tokio::test(start_paused = true)]
async fn tasks_fail_warn_vanish_die_and_never_end() {
    let on_start = |what: Value| json!([{"match": {"path": "~/status/start$"}, "when": {"times": 1}, "do": what}]);
    for (fault, kind, class) in [
        (
            json!({"task_fail": {"exitstatus": "start failed: QEMU exited with code 1"}}),
            Kind::StartFailed,
            Class::Tick,
        ),
        (json!("worker_killed"), Kind::WorkerLost, Class::Verify),
    ] {
        let sim = sim();
        let (cluster, vm) = vm(&sim).await;
        rules(&sim, &on_start(fault));
        let upid = vm.start().await.expect("taken on");
        let error = end_of(&cluster, &upid).await.expect_err("failed");
        assert_eq!(
            (error.delivery, error.kind.clone()),
            (Delivery::TaskFailed, kind)
        );
        assert!(
            error.class == class || error.class == Class::Fatal,
            "{error:?}"
        );
    }
    let sim = sim();
    let (cluster, vm) = vm(&sim).await;
    rules(&sim, &on_start(json!({"task_warn": {"n": 3}})));
    end_of(&cluster, &vm.start().await.expect("taken on"))
        .await
        .expect("warnings are no failure");
    end_of(&cluster, &vm.stop().await.expect("taken on"))
        .await
        .expect("stopped");
    rules(&sim, &on_start(json!("task_vanish")));
    let upid = vm.start().await.expect("taken on");
    tokio::time::sleep(Duration::from_secs(60)).await;
    let lost = cluster.task_status(&upid).await.expect_err("vanished");
    assert_eq!(
        (lost.kind.clone(), lost.class),
        (Kind::TaskUnknown, Class::Verify)
    );
    assert!(
        vm.status().await.expect("a status").is_running(),
        "its work was done"
    );
    end_of(&cluster, &vm.stop().await.expect("taken on"))
        .await
        .expect("stopped");
    rules(&sim, &on_start(json!("task_never_ends")));
    let upid = vm.start().await.expect("taken on");
    tokio::time::sleep(Duration::from_secs(86_400)).await;
    assert_eq!(
        cluster.task_status(&upid).await.expect("a state"),
        TaskStatus::Running
    );
    stop(&sim, &upid).await;
    assert_eq!(
        end_of(&cluster, &upid).await.expect_err("killed").kind,
        Kind::WorkerLost
    );
}

#[tokio::test(start_paused = true)]
async fn the_cluster_loses_locks_quorum_nodes_storages_and_time() {
    let sim = sim();
    let (cluster, vm) = vm(&sim).await;
    let change = Change::new().set("cores", 2);

    rules(
        &sim,
        &json!([{"match": {"method": "PUT", "vmid": 2001}, "when": {"nth": 1}, "do": {"lock": {"kind": "snapshot", "seconds": 60}}}]),
    );
    let held = vm.set_config(&change).await.expect_err("locked");
    assert_eq!((held.lock(), held.class), (Some("snapshot"), Class::Tick));
    tokio::time::sleep(Duration::from_secs(61)).await;
    vm.set_config(&change).await.expect("the lock passed");

    rules(
        &sim,
        &json!([{"match": {"path": "/version"}, "do": "no_quorum"}]),
    );
    cluster.version().await.expect("read");
    let down = vm.set_config(&change).await.expect_err("no quorum");
    assert_eq!(
        (down.kind.clone(), down.class),
        (Kind::NoQuorum, Class::Tick)
    );
    rules(
        &sim,
        &json!([{"match": {"path": "/storage"}, "do": "heal"}]),
    );
    cluster.storages().await.expect("read");
    tokio::time::sleep(Duration::from_secs(30)).await;
    vm.set_config(&change).await.expect("healed");

    rules(
        &sim,
        &json!([{"match": {"path": "/storage"}, "when": {"nth": 1}, "do": {"storage_offline": {"storage": "local-lvm"}}}]),
    );
    cluster.storages().await.expect("read");
    let full = puq_proxmox_kvm::pve::CloneRequest {
        full: true,
        storage: Some("local-lvm".into()),
        ..Default::default()
    };
    let template = cluster.vm(&node("pve1"), number(9000));
    let off = template
        .clone_to(number(2002), &full)
        .await
        .expect_err("offline");
    assert_eq!(
        (off.kind.clone(), off.class),
        (Kind::StorageOffline("local-lvm".into()), Class::Tick)
    );

    rules(
        &sim,
        &json!([{"match": {"node": "pve2"}, "when": {"nth": 1}, "do": "node_down"}]),
    );
    let dark = cluster.node_time(&node("pve2")).await.expect_err("down");
    assert_eq!(
        (dark.kind.clone(), dark.class),
        (Kind::NodeUnreachable, Class::Tick)
    );
    assert!(dark.delivery == Answered, "the entry node is fine");

    let before = cluster.node_time(&node("pve1")).await.expect("a time");
    rules(
        &sim,
        &json!([{"match": {"path": "/storage"}, "when": {"nth": 1}, "do": {"clock_skew": {"seconds": 9000}}}]),
    );
    cluster.storages().await.expect("read");
    let after = cluster.node_time(&node("pve1")).await.expect("a time");
    assert!((9000..9060).contains(&(after - before)), "{before} {after}");
}

/// Which request is struck: by endpoint pattern, node, VMID, entry point, n-th call, and by a chance that a seed replays.
#[tokio::test(start_paused = true)]
async fn rules_choose_by_pattern_node_vmid_turn_and_seeded_chance() {
    let sim = sim();
    let (cluster, vm) = vm(&sim).await;
    let struck = json!({"status": {"code": 500, "reason": "struck"}});
    let hit =
        |outcome: Option<PveError>| outcome.is_some_and(|error| error.text.contains("struck"));
    for (matching, here, elsewhere) in [
        (
            json!({"path": "/nodes/*/qemu/*/status/current"}),
            true,
            false,
        ),
        (json!({"path": "~^/nodes/pve[12]/qemu/2001/"}), true, false),
        (json!({"path": "/nodes/**"}), true, true),
        (json!({"node": "pve1"}), true, true),
        (json!({"node": "pve2"}), false, false),
        (json!({"vmid": 2001}), true, false),
        (json!({"method": "POST"}), false, false),
        (json!({"endpoint": "pve1"}), true, true),
        (json!({"endpoint": "pve3"}), false, false),
    ] {
        rules(&sim, &json!([{"match": matching, "do": struck}]));
        assert_eq!(hit(vm.status().await.err()), here, "{matching}");
        let other = cluster.node_time(&node("pve1")).await.err();
        assert_eq!(hit(other), elsewhere, "{matching}");
    }
    for (when, wanted) in [
        (json!({"nth": 3}), "..x...."),
        (json!({"every": 2}), ".x.x.x."),
        (json!({"after": 4}), "....xxx"),
        (json!({"times": 2}), "xx....."),
        (json!({"after": 1, "times": 3}), ".xxx..."),
    ] {
        rules(
            &sim,
            &json!([{"match": {"vmid": 2001}, "when": when, "do": struck}]),
        );
        let mut seen = String::new();
        for _ in 0..wanted.len() {
            seen.push(if hit(vm.status().await.err()) {
                'x'
            } else {
                '.'
            });
        }
        assert_eq!(seen, wanted, "{when}");
    }
    let drawn = |seed: u64| async move {
        let scenario = pve_sim::Scenario {
            seed,
            ..pve_sim::Scenario::named("demo").expect("a scenario")
        };
        let sim = Sim::new(scenario);
        let cluster = client(&sim, credentials(&sim));
        let struck = json!({"status": {"code": 500, "reason": "struck"}});
        rules(
            &sim,
            &json!([{"match": {"path": "/storage"}, "when": {"chance": 0.5}, "do": struck}]),
        );
        let mut seen = String::new();
        for _ in 0..64 {
            seen.push(if cluster.storages().await.is_err() {
                'x'
            } else {
                '.'
            });
        }
        seen
    };
    let (first, again, other) = (drawn(7).await, drawn(7).await, drawn(8).await);
    assert!(first == again && first != other, "{first} {again} {other}");
    assert!(first.contains('x') && first.contains('.'));
}

/// The catalogue's texts come out of the simulator as they do out of Proxmox: each answer of the fixtures as a fault rule,
/// each exit status as a failing task, judged by the client as the fixture says.
#[tokio::test(start_paused = true)]
async fn every_text_of_the_catalogue_can_be_served() {
    let mut served = 0;
    for line in include_str!("../fixtures/pve/catalogue.jsonl").lines() {
        let fixture: Value = serde_json::from_str(line).expect("JSON");
        let wanted = (
            fixture["row"].as_u64(),
            fixture["class"].as_str().unwrap_or_default().to_owned(),
        );
        let sim = sim();
        let cluster = client(&sim, credentials(&sim));
        let error = if let Some(code) = fixture["status"].as_u64() {
            if fixture["auth"].is_string() {
                continue;
            }
            let answer = json!({"status": {"code": code, "reason": fixture["reason"], "body": fixture["body"]}});
            rules(&sim, &json!([{"match": {}, "do": answer}]));
            let method = match fixture["method"].as_str() {
                Some("POST") => Method::Post,
                Some("PUT") => Method::Put,
                Some("DELETE") => Method::Delete,
                _ => Method::Get,
            };
            let path = fixture["path"].as_str().expect("a path");
            let asked = cluster.request(method, path, Params::new(), "do it").await;
            asked.expect_err("the fixture is a failure")
        } else if let Some(exit) = fixture["exit"]
            .as_str()
            .filter(|_| !fixture["log"].is_array())
        {
            let vm = cloned(&cluster, 2001).await;
            rules(
                &sim,
                &json!([{"match": {"path": "~/status/"}, "do": {"task_fail": {"exitstatus": exit}}}]),
            );
            let upid = vm.start().await.expect("taken on");
            tokio::time::sleep(Duration::from_secs(600)).await;
            let TaskStatus::Stopped(got) = cluster.task_status(&upid).await.expect("a state")
            else {
                panic!("it ended: {line}")
            };
            let kind = fixture["task"].as_str().unwrap_or_default();
            PveError::from_task("do it", kind, &got, &[]).expect("no good exit")
        } else {
            continue;
        };
        let got = (Some(u64::from(error.row)), format!("{:?}", error.class));
        assert_eq!(got, wanted, "{line}");
        served += 1;
    }
    println!("error texts served by the simulator: {served}");
    assert!(served > 120, "{served}");
}
