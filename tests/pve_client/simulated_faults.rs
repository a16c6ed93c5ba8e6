//! The simulator's faults, and what the client makes of them.

use crate::simulated::{client, cloned, credentials, end_of, faults, node, number, sim};
use crate::support::token;
use puq_proxmox_kvm::model::Secret;
use puq_proxmox_kvm::pve::{
    Auth, Change, Class, CloneRequest, Delivery, Exit, Kind, ResourceKind, TaskStatus,
};
use std::time::Duration;

#[tokio::test(start_paused = true)]
async fn a_lost_answer_leaves_one_vm_and_a_doubt() {
    let sim = sim();
    let cluster = client(&sim, credentials(&sim));
    faults(
        &sim,
        r#"[{"match": {"method": "POST", "path": "/nodes/*/qemu/*/clone"}, "when": {"nth": 1}, "do": "reset_after"}]"#,
    );
    let template = cluster.vm(&node("pve1"), number(9000));
    let error = template
        .clone_to(number(2003), &CloneRequest::default())
        .await
        .expect_err("reset");
    assert_eq!(
        (error.delivery, error.class),
        (Delivery::MaybeSent, Class::Verify)
    );
    tokio::time::sleep(Duration::from_secs(60)).await;
    let clones = sim
        .journal()
        .iter()
        .filter(|e| e.path.ends_with("/clone"))
        .count();
    assert_eq!(clones, 1);
    let there = cluster.resources(ResourceKind::Vm).await.expect("a list");
    assert!(
        there
            .iter()
            .filter_map(|r| r.guest())
            .any(|g| g.vmid == number(2003))
    );
    let error = template
        .clone_to(number(2003), &CloneRequest::default())
        .await
        .expect_err("taken");
    assert_eq!(
        (error.kind.clone(), error.class),
        (Kind::VmidTaken, Class::Verify)
    );
}

#[tokio::test(start_paused = true)]
async fn a_dead_endpoint_costs_nothing_but_the_way_round() {
    let sim = sim();
    let cluster = client(&sim, credentials(&sim));
    faults(&sim, r#"[{"match": {"endpoint": "pve1"}, "do": "refuse"}]"#);
    let vm = cloned(&cluster, 2004).await;
    assert_eq!(vm.config().await.expect("a config").name, "vm-2004");
}

#[tokio::test(start_paused = true)]
async fn faults_of_tasks_are_told_apart() {
    let sim = sim();
    let cluster = client(&sim, credentials(&sim));
    let vm = cloned(&cluster, 2005).await;
    let on_start =
        |what: &str| format!(r#"[{{"match": {{"path": "~/status/start$"}}, "do": {what}}}]"#);

    faults(
        &sim,
        &on_start(r#"{"task_fail": {"exitstatus": "VM is locked (backup)"}}"#),
    );
    let error = end_of(&cluster, &vm.start().await.expect("a task"))
        .await
        .expect_err("locked");
    assert_eq!(
        (error.lock(), error.class, error.delivery),
        (Some("backup"), Class::Tick, Delivery::TaskFailed)
    );

    faults(
        &sim,
        &on_start(r#"{"task_fail": {"exitstatus": "unexpected status"}}"#),
    );
    let error = end_of(&cluster, &vm.start().await.expect("a task"))
        .await
        .expect_err("killed");
    assert_eq!(
        (error.kind.clone(), error.class),
        (Kind::WorkerLost, Class::Verify)
    );

    faults(&sim, &on_start(r#"{"task_warn": {"n": 2}}"#));
    let upid = vm.start().await.expect("a task");
    tokio::time::sleep(Duration::from_secs(60)).await;
    let TaskStatus::Stopped(exit) = cluster.task_status(&upid).await.expect("a state") else {
        panic!("it ended")
    };
    assert_eq!(exit, Exit::Warnings(2));
    end_of(&cluster, &vm.stop().await.expect("a task"))
        .await
        .expect("stopped");

    faults(&sim, &on_start("\"task_vanish\""));
    let upid = vm.start().await.expect("a task");
    tokio::time::sleep(Duration::from_secs(60)).await;
    let error = cluster.task_status(&upid).await.expect_err("vanished");
    assert_eq!(
        (error.kind.clone(), error.class),
        (Kind::TaskUnknown, Class::Verify)
    );
}

#[tokio::test(start_paused = true)]
async fn faults_of_the_cluster_are_told_apart() {
    let sim = sim();
    let cluster = client(&sim, credentials(&sim));
    let vm = cloned(&cluster, 2006).await;

    faults(
        &sim,
        r#"[{"match": {"path": "~/status/current$"}, "do": {"status": {"code": 596, "reason": "Connection timed out"}}}]"#,
    );
    let error = vm.status().await.expect_err("596");
    assert_eq!(
        (error.kind.clone(), error.class),
        (Kind::ProxyTimeout, Class::Tick)
    );

    faults(
        &sim,
        r#"[{"match": {"path": "~/status/current$"}, "when": {"nth": 1}, "do": "truncate"}]"#,
    );
    vm.status().await.expect("a read is repeated");

    faults(
        &sim,
        r#"[{"match": {"method": "POST", "path": "~/status/start$"}, "do": "hang_after"}]"#,
    );
    let error = vm.start().await.expect_err("silence");
    assert_eq!(
        (error.delivery, error.class),
        (Delivery::MaybeSent, Class::Verify)
    );

    faults(
        &sim,
        r#"[{"match": {"method": "PUT"}, "when": {"nth": 1}, "do": "no_quorum"}]"#,
    );
    let error = vm
        .set_config(&Change::new().set("cores", 3))
        .await
        .expect_err("no quorum");
    assert_eq!(
        (error.kind.clone(), error.class),
        (Kind::NoQuorum, Class::Tick)
    );
    assert!(!cluster.cluster_status().await.expect("a status").quorate);
}

#[tokio::test(start_paused = true)]
async fn a_wrong_token_is_refused_and_a_password_signs_in() {
    let sim = sim();
    let wrong = client(&sim, token());
    let error = wrong.storages().await.expect_err("refused");
    assert_eq!(
        (error.kind.clone(), error.class),
        (Kind::BadToken, Class::Fatal)
    );

    let (user, password) = {
        let world = sim.world();
        let user = world
            .users
            .iter()
            .find(|user| !user.password.is_empty())
            .expect("a user with a password");
        (user.id.clone(), Secret::new(user.password.clone()))
    };
    let signed_in = client(&sim, Auth::Password { user, password });
    let vm = cloned(&signed_in, 2007).await;
    // Past the ticket's two hours the client has long renewed it.
    tokio::time::sleep(Duration::from_secs(3 * 3600)).await;
    vm.set_config(&Change::new().set("cores", 2))
        .await
        .expect("set");
}

#[tokio::test(start_paused = true)]
async fn a_vm_that_may_not_be_seen_does_not_count_as_gone() {
    let sim = sim();
    let cluster = client(&sim, credentials(&sim));
    cloned(&cluster, 2008).await;
    assert_eq!(
        cluster.locate(number(2008)).await.expect("found"),
        Some(node("pve1"))
    );
    assert_eq!(cluster.locate(number(4242)).await.expect("looked up"), None);
    // A list that leaves the VM out, as it does for a token that lost its role.
    faults(
        &sim,
        r#"[{"match": {"path": "/cluster/resources"}, "do": {"status": {"code": 200, "reason": "OK", "body": "{\"data\":[{\"type\":\"node\",\"id\":\"node/pve1\",\"node\":\"pve1\",\"status\":\"online\"}]}"}}}]"#,
    );
    let error = cluster.locate(number(2008)).await.expect_err("hidden");
    assert!(
        matches!(error.kind, Kind::PermissionDenied { .. }),
        "{error}"
    );
}
