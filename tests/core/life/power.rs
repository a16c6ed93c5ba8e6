//! Power by click: what is so already is granted without a word to Proxmox, what cannot be is refused in one sentence.

use super::*;

/// Requests that reached the VM's switches so far.
fn switched(world: &World) -> usize {
    let journal = world.sim.journal();
    let posts = journal.iter().filter(|entry| entry.method == "POST");
    posts
        .filter(|entry| entry.path.contains("/status/"))
        .count()
}

/// The page of a second browser is old, or the client clicks twice: Proxmox's task for it would only fail.
#[test]
fn a_vm_that_is_as_wanted_is_left_alone() {
    let world = world(&json!({}));
    let operations = "SELECT 1 FROM puq_proxmox_kvm_operations";
    for (first, again) in [("start", &["start"][..]), ("stop", &["stop", "shutdown"])] {
        granted(&world, &json!({"op": first}));
        wait(&world);
        let before = (switched(&world), world.host.rows(operations).len());
        for op in again {
            granted(&world, &json!({"op": op}));
            done(&world, &json!({"op": op}));
        }
        let after = (switched(&world), world.host.rows(operations).len());
        assert_eq!(after, before, "{again:?} of a VM that is so already");
        assert_eq!(running(&world), first == "start");
    }
}

#[test]
fn a_reboot_of_a_stopped_vm_is_refused() {
    let world = world(&json!({}));
    stop(&world);
    let before = switched(&world);
    let why = "The VM is not running.";
    assert_eq!(refused(&world, &json!({"op": "reboot"})), why);
    assert_eq!(not_done(&world, &json!({"op": "reboot"})), why);
    assert_eq!(switched(&world), before);
    assert!(!running(&world));
}

/// One that HA would start again is told to stay off.
#[test]
fn a_stop_reaches_ha_of_a_vm_that_is_off() {
    let world = world(&json!({}));
    stop(&world);
    let state = BTreeMap::from([("state".to_owned(), "started".to_owned())]);
    world.see(|all| all.ha.insert("vm:2000".to_owned(), state));
    granted(&world, &json!({"op": "stop"}));
    wait(&world);
    assert_eq!(
        world.see(|all| all.ha["vm:2000"]["state"].clone()),
        "stopped"
    );
}

/// What Proxmox said is the staff's business; the client gets a sentence.
#[test]
fn a_start_that_fails_is_refused_and_can_be_tried_again() {
    let world = world(&json!({}));
    stop(&world);
    let fails = json!({"task_fail": {"exitstatus": "start failed: QEMU exited with code 1"}});
    world.faults(&json!([{"match": {"path": "~/status/start$"}, "do": fails}]));
    let why = not_done(&world, &json!({"op": "start"}));
    assert!(why.contains("QEMU exited with code 1"), "{why}");
    let why = refused(&world, &json!({"op": "start"}));
    assert!(!why.contains("QEMU"), "{why}");
    world.faults(&json!([]));
    granted(&world, &json!({"op": "start"}));
    assert!(running(&world));
}
