//! What a person asked for has an end that this person can read, whoever is the first to look.

use super::*;
use crate::support::invariant::assert_at_rest;

const VM: u32 = 2000;

/// Something else holds the VM's configuration lock for so long, as `qm cleanup` does.
fn hold_lock(world: &World, seconds: u64) {
    world.see(|all| {
        let until = all.now + seconds * 1_000_000;
        all.cleaning.insert(VM, until);
    });
}

/// What the client's page tells of requests, newest first.
fn told(world: &World) -> Vec<Value> {
    let page = granted(world, &json!({"op": "status"}));
    page["requests"].as_array().unwrap().clone()
}

fn newest(world: &World) -> Value {
    told(world).remove(0)
}

/// The staff's page.
fn told_staff(world: &World) -> Vec<Value> {
    let page = done(world, &json!({"op": "status"}));
    page["requests"].as_array().unwrap().clone()
}

fn dashboard(world: &World) -> Vec<String> {
    let request = json!({"op": "dashboard"});
    let answer =
        world.drive(|site| async move { actions::addon_api(&site, request).await.unwrap() });
    let failures = answer["data"]["failures"].as_array().unwrap();
    let text = |failure: &Value| failure["text"].as_str().unwrap().to_owned();
    failures.iter().map(text).collect()
}

fn log(world: &World) -> Vec<(String, String)> {
    let page = done(world, &json!({"op": "status"}));
    let word = |run: &Value, key: &str| run[key].as_str().unwrap().to_owned();
    let runs = page["runs"].as_array().unwrap().iter();
    runs.map(|run| (word(run, "flow"), word(run, "result")))
        .collect()
}

/// The fault that the field met: the request was answered, its task ends 10 s later with a lock time-out.
#[test]
fn a_lock_that_is_held_for_a_moment_is_waited_out() {
    for (op, head) in [
        (
            json!({"op": "snapshot_create", "description": "x"}),
            "Take snapshot",
        ),
        (json!({"op": "stop"}), "Stop"),
    ] {
        let world = world(&json!({}));
        hold_lock(&world, 14);
        assert_eq!(
            granted(&world, &op)["running"].is_null(),
            op["op"] == "stop"
        );
        assert_eq!(newest(&world)["outcome"], "going");
        wait(&world);
        world.advance(MINUTE);
        world.tick();
        assert_eq!(newest(&world)["outcome"], "done", "{op}");
        assert_eq!(log(&world)[0], (head.to_owned(), "success".to_owned()));
        assert!(dashboard(&world).is_empty());
        assert_eq!(running(&world), op["op"] != "stop");
        assert_at_rest(&world);
    }
}

/// The same of what is written at once and has no task.
#[test]
fn an_image_is_mounted_though_the_lock_was_held() {
    let world = world(&json!({"iso_storage": "local|dir"}));
    let list = granted(&world, &json!({"op": "isos"}));
    let image = list["groups"][0]["images"][0]["id"].clone();
    hold_lock(&world, 40);
    let answer = granted(&world, &json!({"op": "iso_mount", "image": image}));
    assert_eq!(answer["running"], true, "{answer}");
    for _ in 0..3 {
        world.advance(MINUTE);
        world.tick();
    }
    assert_eq!(newest(&world)["outcome"], "done");
    assert_eq!(
        granted(&world, &json!({"op": "isos"}))["mounted"]["id"],
        image
    );
}

/// A lock that never goes is told to everybody whom it concerns, with the cron as the first to look.
#[test]
fn a_lock_that_is_never_let_go_ends_in_a_failure_that_is_told() {
    let world = world(&json!({}));
    hold_lock(&world, 100_000);
    granted(
        &world,
        &json!({"op": "snapshot_create", "description": "before"}),
    );
    let mut lines = vec![];
    for _ in 0..8 {
        world.advance(MINUTE);
        lines.extend(lines_of(&world.tick().text, "processVirtualMachines"));
    }
    let last = lines
        .iter()
        .find(|line| line.contains("action:snapshot_create"));
    assert!(last.unwrap().contains("got timeout"), "{lines:?}");
    let asked = newest(&world);
    assert_eq!(asked["outcome"], "failed");
    let why = "Something else held the VM all the time; please try again in a few minutes.";
    assert_eq!(asked["why"], why);
    assert!(
        asked["text"].is_null(),
        "what Proxmox said is for the staff: {asked}"
    );
    let staff = told_staff(&world);
    assert!(
        staff[0]["text"]
            .as_str()
            .unwrap()
            .contains("can't lock file"),
        "{staff:?}"
    );
    assert!(
        staff[0]["text"].as_str().unwrap().contains("up to 30 s"),
        "{staff:?}"
    );
    assert_eq!(
        log(&world)[0],
        ("Take snapshot".to_owned(), "error".to_owned())
    );
    assert!(dashboard(&world)[0].contains("Take snapshot failed"));
    let noted = world.host.effects_of("log_activity");
    assert!(noted.iter().any(|note| {
        note["text"]
            .as_str()
            .unwrap()
            .contains("asked for by the client")
    }));
    // Read by its asker it is gone from that page alone.
    granted(&world, &json!({"op": "request_seen", "id": asked["id"]}));
    assert!(told(&world).is_empty());
    assert_eq!(told_staff(&world).len(), 1);
    done(&world, &json!({"op": "request_seen", "id": asked["id"]}));
    assert!(dashboard(&world).is_empty());
    assert_eq!(
        world
            .host
            .rows("SELECT 1 FROM puq_proxmox_kvm_requests")
            .len(),
        1
    );
}

/// A later success makes an earlier failure old news, and time does too.
#[test]
fn a_failure_ages() {
    let world = world(&json!({}));
    let fails = json!({"task_fail": {"exitstatus": "snapshot feature is not available"}});
    world.faults(&json!([{"match": {"path": "~/snapshot$", "method": "POST"}, "do": fails}]));
    for _ in 0..2 {
        let why = refused(&world, &json!({"op": "snapshot_create"}));
        assert_eq!(
            why,
            "The disks of the VM allow no snapshots; please contact support."
        );
    }
    assert_eq!(told(&world).len(), 2);
    world.faults(&json!([]));
    granted(&world, &json!({"op": "snapshot_create"}));
    wait(&world);
    assert_eq!(told(&world).len(), 1);
    assert!(dashboard(&world).is_empty());
    world.advance(HOUR);
    assert!(
        told(&world).is_empty(),
        "what was done is not told for ever"
    );
    let fails = json!({"task_fail": {"exitstatus": "an error nobody knows"}});
    world.faults(&json!([{"match": {"path": "~/snapshot", "method": "DELETE"}, "do": fails}]));
    let list = granted(&world, &json!({"op": "snapshots"}));
    let name = list["snapshots"][0]["name"].clone();
    refused(&world, &json!({"op": "snapshot_remove", "name": name}));
    assert_eq!(dashboard(&world).len(), 1);
    world.advance(DAY * 8);
    assert!(dashboard(&world).is_empty() && told(&world).is_empty());
}

/// Whatever the action: its task fails after the page got its answer, and its asker reads so.
#[test]
fn every_action_that_fails_later_is_told() {
    let cases = [
        ("stop", "~/status/stop$", json!({"op": "stop"})),
        ("shutdown", "~/status/shutdown$", json!({"op": "shutdown"})),
        ("reboot", "~/status/reboot$", json!({"op": "reboot"})),
        (
            "snapshot_create",
            "~/snapshot$",
            json!({"op": "snapshot_create", "description": "y"}),
        ),
        (
            "backup_now",
            "~/vzdump$",
            json!({"op": "backup_now", "note": "z"}),
        ),
    ];
    for (action, path, request) in cases {
        let world = world(&json!({}));
        world.see(|all| {
            all.durations.stop = 20.0;
            all.durations.shutdown = 20.0;
            all.durations.snapshot = 20.0;
            all.durations.vzdump = 20.0;
        });
        let fails = json!({"task_fail": {"exitstatus": "an error nobody knows"}});
        world.faults(&json!([{"match": {"path": path, "method": "POST"}, "do": fails}]));
        granted(&world, &request);
        assert_eq!(newest(&world)["outcome"], "going", "{action}");
        let mut errors = 0;
        for _ in 0..3 {
            world.advance(MINUTE);
            errors += world.tick().text.matches("errors: 1").count();
        }
        assert_eq!(errors, 1, "{action}");
        let asked = newest(&world);
        assert_eq!(
            (&asked["action"], &asked["outcome"]),
            (&json!(action), &json!("failed"))
        );
        assert!(
            told_staff(&world)[0]["text"]
                .as_str()
                .unwrap()
                .contains("an error nobody knows")
        );
        assert_eq!(dashboard(&world).len(), 1, "{action}");
        assert_at_rest(&world);
    }
}

/// The page that watches is the first to look: no cron is needed.
#[test]
fn a_page_that_looks_again_brings_it_to_its_end() {
    let world = world(&json!({}));
    world.see(|all| all.durations.stop = 20.0);
    granted(&world, &json!({"op": "stop"}));
    for _ in 0..30 {
        if newest(&world)["outcome"] == "done" {
            assert!(!running(&world));
            return;
        }
        world.advance(Duration::from_secs(3));
    }
    panic!("it never ended: {:?}", told(&world));
}

/// Proxmox VE 9.2: after going back to a snapshot with memory `qm cleanup` holds the lock for 30 s.
#[test]
fn what_is_asked_right_after_a_rollback_comes_about() {
    let epoch = chrono::DateTime::parse_from_rfc3339("2026-04-10T08:00:00Z")
        .unwrap()
        .timestamp();
    let world = world_of(
        Scenario {
            epoch,
            version: "9.2.11".to_owned(),
            ..Scenario::named("demo").unwrap()
        },
        &json!({}),
    );
    granted(
        &world,
        &json!({"op": "snapshot_create", "description": "with memory"}),
    );
    wait(&world);
    let list = granted(&world, &json!({"op": "snapshots"}));
    let name = list["snapshots"][0]["name"].clone();
    assert_eq!(list["snapshots"][0]["ram"], true);
    granted(&world, &json!({"op": "snapshot_rollback", "name": name}));
    // Its cleanup looks a second later.
    world.advance(Duration::from_secs(4));
    granted(&world, &json!({"op": "status"}));
    assert!(
        world.see(|all| all.cleaning.contains_key(&VM)),
        "the lock is held"
    );
    granted(&world, &json!({"op": "snapshot_remove", "name": name}));
    wait(&world);
    world.advance(MINUTE);
    world.tick();
    assert_eq!(newest(&world)["outcome"], "done");
    let list = granted(&world, &json!({"op": "snapshots"}));
    assert_eq!(list["used"], 0);
    assert!(running(&world));
    assert!(dashboard(&world).is_empty());
}

/// Terminating ends what was asked for before.
#[test]
fn nothing_goes_on_for_a_vm_that_was_let_go_of() {
    let world = world(&json!({}));
    hold_lock(&world, 100_000);
    granted(&world, &json!({"op": "snapshot_create"}));
    done(&world, &json!({"op": "reset", "state": "remove"}));
    let open = "SELECT 1 FROM puq_proxmox_kvm_requests WHERE outcome = ''";
    assert!(world.host.rows(open).is_empty());
    assert!(dashboard(&world).is_empty());
}

/// What is written at once is no request on record: its asker reads the answer, and the staff find what Proxmox said.
#[test]
fn what_fails_at_once_is_known_to_the_staff_whom_the_client_asks() {
    let world = world(&json!({"firewall": "1"}));
    let rule = json!({"op": "firewall_rule_add", "direction": "in", "verdict": "ACCEPT", "protocol": "tcp", "dest_port": "22"});
    granted(&world, &rule);
    let digest = granted(&world, &json!({"op": "firewall"}))["digest"].clone();
    let fault = |method: &str| {
        let answer = json!({"code": 500, "reason": "an error nobody knows", "after": false});
        json!({"match": {"path": "~/firewall/", "method": method}, "do": {"status": answer}})
    };
    world.faults(&json!(["POST", "PUT", "DELETE"].map(fault)));
    let mut another = rule;
    another["dest_port"] = json!("443");
    for request in [
        another,
        json!({"op": "firewall_policies", "policy_in": "DROP", "policy_out": "ACCEPT"}),
        json!({"op": "firewall_rule_remove", "pos": 0, "digest": digest}),
    ] {
        let before = world.host.effects_of("log_activity").len();
        let why = refused(&world, &request);
        assert!(!why.contains("nobody knows"), "{request}: {why}");
        let noted = world.host.effects_of("log_activity");
        let text = noted.last().unwrap()["text"].as_str().unwrap();
        let begins = "Change firewall, asked for by the client of service 7, failed: ";
        assert_eq!(noted.len(), before + 1, "{request}");
        assert!(
            text.starts_with(begins) && text.contains("nobody knows"),
            "{text}"
        );
        // The staff read it in their own answer.
        let why = not_done(&world, &request);
        assert!(why.contains("nobody knows"), "{why}");
        assert_eq!(world.host.effects_of("log_activity").len(), before + 1);
    }
}
