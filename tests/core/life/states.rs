//! How a VM stands is shown and acted on: halted, asleep, managed by HA.

use super::*;
use crate::support::invariant::assert_at_rest;
use puq_proxmox_kvm::model::{Before, VmState};

const VM: u32 = 2000;

fn page(world: &World) -> Value {
    granted(world, &json!({"op": "status"}))
}

fn status(world: &World) -> String {
    page(world)["live"]["status"].as_str().unwrap().to_owned()
}

fn allowed(page: &Value, op: &str) -> bool {
    page["actions"][op]["allowed"] == true
}

fn posts(world: &World, verb: &str) -> usize {
    let journal = world.sim.journal();
    let posts = journal.iter().filter(|entry| entry.method == "POST");
    posts
        .filter(|entry| entry.path.ends_with(&format!("/status/{verb}")))
        .count()
}

/// `qm suspend --todisk`: the memory lies on a disk, and a lock says so.
fn hibernate(world: &World) {
    world.see(|all| {
        let vm = all.vms.get_mut(&VM).unwrap();
        vm.running_since = None;
        vm.conf.insert("lock".to_owned(), "suspended".to_owned());
        vm.conf.insert(
            "vmstate".to_owned(),
            "local-lvm:vm-2000-state-suspend-0".to_owned(),
        );
    });
}

fn halt(world: &World, word: &str) {
    world.see(|all| {
        let vm = all.vms.get_mut(&VM).unwrap();
        vm.paused = word == "paused";
        vm.halted = (word != "paused").then(|| word.to_owned());
    });
}

fn manage(world: &World, state: &str) {
    let state = BTreeMap::from([("state".to_owned(), state.to_owned())]);
    world.see(|all| all.ha.insert(format!("vm:{VM}"), state));
}

#[test]
fn a_halted_vm_is_shown_as_such_and_start_lets_it_go_on() {
    for word in ["paused", "prelaunch"] {
        let world = world(&json!({}));
        halt(&world, word);
        let page = page(&world);
        assert_eq!(page["live"]["status"], word);
        assert_eq!(
            page["live"]["notice"],
            "The VM is paused. Start lets it go on."
        );
        assert!(allowed(&page, "start") && allowed(&page, "stop") && !allowed(&page, "reboot"));
        let why = "The VM is halted. Start it first, or stop it.";
        assert_eq!(page["actions"]["shutdown"]["why"], why);
        assert_eq!(refused(&world, &json!({"op": "shutdown"})), why);
        granted(&world, &json!({"op": "start"}));
        assert_eq!(status(&world), "running", "{word}");
        assert_eq!(
            (posts(&world, "resume"), posts(&world, "start")),
            (1, 1),
            "the deploy's start alone"
        );
        assert_at_rest(&world);
    }
}

/// Whoever stops a paused VM is served, and so is a change of package.
#[test]
fn a_paused_vm_is_stopped_and_changed() {
    let world = world(&json!({}));
    halt(&world, "paused");
    assert_eq!(call(&world, "change_package"), "success");
    world.settle(5);
    assert_eq!(world.state(SERVICE), VmState::Ready);
    assert_eq!(status(&world), "running");
    halt(&world, "paused");
    stop(&world);
    assert_eq!(status(&world), "stopped");
}

/// The storage is full or gone: said so, and "try again" is not.
#[test]
fn a_vm_halted_by_its_storage_says_so() {
    let world = world(&json!({}));
    halt(&world, "io-error");
    let page = page(&world);
    let why = "The VM was halted, because its storage is full or cannot be reached; please contact support.";
    assert_eq!(page["live"]["status"], "io_error");
    assert_eq!(page["live"]["notice"], why);
    assert!(allowed(&page, "start") && allowed(&page, "stop"));
    assert_eq!(refused(&world, &json!({"op": "start"})), why);
    let said = not_done(&world, &json!({"op": "start"}));
    assert!(said.contains("make room"), "{said}");
    // Room was made: it goes on.
    world.see(|all| all.vms.get_mut(&VM).unwrap().halted = Some("paused".to_owned()));
    granted(&world, &json!({"op": "start"}));
    assert_eq!(status(&world), "running");
}

#[test]
fn a_crashed_guest_is_stopped_first() {
    let world = world(&json!({}));
    halt(&world, "internal-error");
    let why = "The system in the VM has crashed. Stop the VM, then start it.";
    assert_eq!(page(&world)["live"]["notice"], why);
    assert_eq!(refused(&world, &json!({"op": "start"})), why);
    stop(&world);
    granted(&world, &json!({"op": "start"}));
    assert_eq!(status(&world), "running");
}

#[test]
fn a_vm_that_hibernates_wakes_up_by_start_alone() {
    let world = world(&json!({}));
    hibernate(&world);
    let page = page(&world);
    assert_eq!(page["live"]["status"], "hibernated");
    assert!(page["live"]["lock"].is_null() && allowed(&page, "start") && !allowed(&page, "stop"));
    for request in [
        json!({"op": "snapshot_create"}),
        json!({"op": "backup_now"}),
        json!({"op": "reset_password"}),
    ] {
        assert_eq!(
            refused(&world, &request),
            "The VM hibernates; start it first.",
            "{request}"
        );
    }
    granted(&world, &json!({"op": "start"}));
    wait(&world);
    assert_eq!(status(&world), "running");
    assert!(!conf(&world).contains_key("lock"));
    assert_at_rest(&world);
}

#[test]
fn a_suspension_of_a_vm_that_hibernates_is_done_already_and_ends_as_it_was() {
    let world = world(&json!({}));
    hibernate(&world);
    assert_eq!(call(&world, "suspend"), "success");
    assert_eq!(world.record(SERVICE).wanted.to_string(), "");
    assert_eq!(world.record(SERVICE).suspended_from, Some(Before::Stopped));
    assert_eq!(call(&world, "unsuspend"), "success");
    wait(&world);
    assert_eq!(
        (status(&world), world.record(SERVICE).wanted.to_string()),
        ("hibernated".to_owned(), String::new())
    );
    assert!(!world.record(SERVICE).suspended());
}

#[test]
fn a_vm_that_hibernates_is_changed_and_removed() {
    let world = world(&json!({}));
    hibernate(&world);
    assert_eq!(call(&world, "change_package"), "success");
    world.settle(6);
    assert_eq!(
        world.state(SERVICE),
        VmState::Ready,
        "{}",
        world.record(SERVICE).waiting
    );
    assert_eq!(status(&world), "running");
    hibernate(&world);
    assert_eq!(call(&world, "terminate"), "success");
    world.settle(6);
    assert_eq!(world.state(SERVICE), VmState::Remove);
    assert!(world.see(|all| !all.vms.contains_key(&VM)));
}

/// HA answers a stop at once, and stops later: until then nobody says that it is done.
#[test]
fn a_suspension_of_a_vm_that_ha_manages_is_over_when_it_is_off() {
    let world = world(&json!({}));
    manage(&world, "started");
    world.see(|all| all.durations.ha = 200.0);
    assert_eq!(call(&world, "suspend"), "success");
    assert!(running(&world));
    assert_eq!(
        world.record(SERVICE).wanted.to_string(),
        "suspend",
        "it is not done"
    );
    let text = world.tick().text;
    assert!(!text.contains("action:suspend [success]"), "{text}");
    for _ in 0..6 {
        world.advance(MINUTE);
        world.tick();
    }
    assert!(!running(&world));
    assert_eq!(world.record(SERVICE).wanted.to_string(), "");
    assert_at_rest(&world);
    assert_eq!(call(&world, "unsuspend"), "success");
    for _ in 0..6 {
        world.advance(MINUTE);
        world.tick();
    }
    assert!(running(&world) && !world.record(SERVICE).suspended());
}

/// HA's manager does not work: the wait names it, tick after tick, and success is never claimed.
#[test]
fn where_ha_is_stuck_nobody_claims_success() {
    let world = world(&json!({}));
    manage(&world, "started");
    world.see(|all| all.ha_works = false);
    assert_eq!(call(&world, "suspend"), "success");
    for _ in 0..3 {
        world.advance(MINUTE);
        let text = world.tick().text;
        assert!(
            text.contains("action:suspend [waiting: VM 2000 to go off; HA manages it"),
            "{text}"
        );
    }
    assert!(world.record(SERVICE).waiting.contains("HA"));
    granted_stop_fails(&world);
    assert_eq!(call(&world, "terminate"), "success");
    world.advance(MINUTE);
    let text = world.tick().text;
    assert!(
        !text.contains("stopped after")
            && text.contains("still running, waited ")
            && text.contains("HA manages it"),
        "{text}"
    );
    world.see(|all| all.ha_works = true);
    for _ in 0..6 {
        world.advance(MINUTE);
        world.tick();
    }
    assert_eq!(world.state(SERVICE), VmState::Remove);
}

/// A click whose VM does not follow ends in a failure that says what holds it.
fn granted_stop_fails(world: &World) {
    done(world, &json!({"op": "stop"}));
    for _ in 0..5 {
        world.advance(MINUTE);
        world.tick();
    }
    let page = done(world, &json!({"op": "status"}));
    let asked = &page["requests"][0];
    assert_eq!(asked["outcome"], "failed", "{asked}");
    assert!(
        asked["text"]
            .as_str()
            .unwrap()
            .contains("ha-manager status"),
        "{asked}"
    );
}

/// Somebody starts the VM of a suspended service in Proxmox: the tick stops it, with one question to the cluster.
#[test]
fn a_suspended_vm_that_runs_is_stopped_again() {
    let world = world(&json!({}));
    assert_eq!(call(&world, "suspend"), "success");
    wait(&world);
    world.advance(MINUTE * 3);
    world.tick();
    let before = world.sim.journal().len();
    world.advance(MINUTE);
    world.tick();
    let asked = world.sim.journal().len() - before;
    assert_eq!(asked, 1, "a suspended VM that is off costs one bulk answer");
    world.see(|all| {
        let now = all.now;
        all.vms.get_mut(&VM).unwrap().running_since = Some(now);
    });
    world.advance(MINUTE);
    let text = world.tick().text;
    assert!(text.contains("sid:7 action:suspend [success]"), "{text}");
    assert!(!running(&world));
    assert_at_rest(&world);
}

/// What went wrong stands in the task's log above its last line.
#[test]
fn why_a_start_failed_is_quoted() {
    let world = world(&json!({}));
    stop(&world);
    world.see(|all| {
        for node in &mut all.nodes {
            node.bridges.retain(|bridge| bridge != "vmbr0");
        }
    });
    let why = not_done(&world, &json!({"op": "start"}));
    assert!(why.contains("bridge 'vmbr0' does not exist"), "{why}");
    assert_eq!(
        refused(&world, &json!({"op": "start"})),
        "The VM does not start; please contact support."
    );
}

/// A VM that is gone does not come back by trying again.
#[test]
fn a_vm_that_is_gone_is_not_asked_for_again() {
    let world = world(&json!({}));
    world.see(|all| all.vms.remove(&VM));
    let page = page(&world);
    assert_eq!(page["error"], "gone");
    for op in ["start", "stop", "snapshot_create", "backup_now"] {
        let why = refused(&world, &json!({"op": op}));
        assert_eq!(
            why, "The VM is not there any more; please contact support.",
            "{op}"
        );
    }
}

/// Whatever is asked for, the state that counts is the VM's own, and HA brings it about later.
#[test]
fn what_is_asked_of_a_vm_that_a_slow_ha_manages_comes_about() {
    for (op, more) in [
        ("reinstall", json!({"confirm": "REINSTALL"})),
        ("reset_password", json!({"shutdown": 1})),
        ("shutdown", json!({})),
    ] {
        let world = world(&json!({}));
        manage(&world, "started");
        world.see(|all| all.durations.ha = 95.0);
        let mut request = more.clone();
        request["op"] = json!(op);
        granted(&world, &request);
        let mut told = vec![];
        for _ in 0..12 {
            world.advance(MINUTE);
            world.tick();
            told.push(page(&world)["requests"][0]["outcome"].clone());
        }
        assert_eq!(world.state(SERVICE), VmState::Ready);
        assert_eq!(running(&world), op != "shutdown", "{op}");
        assert_eq!(told.last(), Some(&json!("done")), "{op}: {told:?}");
        assert_at_rest(&world);
    }
}
