//! Locks that nothing holds any more: the rest of killed workers.

use super::{CLONE, MINUTE, params};
use crate::support::actions;
use crate::support::{Order, World};
use puq_proxmox_kvm::model::{ServiceId, VmState};
use serde_json::json;

fn ready(seed: u64) -> (World, ServiceId, u32) {
    let world = World::usual(seed);
    let service = world.order(&Order::new(7));
    world.settle(5);
    let vmid = world.record(service).vmid.unwrap().get();
    (world, service, vmid)
}

/// The rest of a killed worker: only root may take such a lock away, so the flow waits and says how.
#[test]
fn a_lock_without_a_task_holds_up_with_advice_and_nothing_is_broken() {
    for flow in ["terminate", "reinstall"] {
        let (world, service, vmid) = ready(21);
        let stands = |world: &World| world.see(|all| all.vms.contains_key(&vmid));
        world.see(|all| all.hold(vmid, "backup", None));
        let terms = params(&world, service);
        if flow == "terminate" {
            world.drive(
                |site| async move { actions::terminate_account(&site, terms).await.unwrap() },
            );
        } else {
            world.host.rows(
                "UPDATE puqProxmoxKVM_vm_info SET vm_status = 'reinstall', flow = 'reinstall', next_look_at = 1, \
                 rev = rev + 1 RETURNING rev",
            );
        }
        for _ in 0..3 {
            world.advance(MINUTE);
            let ran = world.tick();
            assert!(!ran.died, "{}", ran.text);
        }
        let record = world.record(service);
        println!("{}", record.waiting);
        for word in [
            "the lock \"backup\" on VM",
            "no task on",
            &format!("qm unlock {vmid}"),
        ] {
            assert!(record.waiting.contains(word), "{word}: {}", record.waiting);
        }
        assert!(stands(&world) && record.vmid.map(|id| id.get()) == Some(vmid));
        let state = record.state;
        assert!(
            matches!(state, VmState::Terminate | VmState::Reinstall),
            "{state}"
        );
        // As root did on the node.
        world.see(|all| all.vms.get_mut(&vmid).unwrap().conf.remove("lock"));
        world.advance(MINUTE);
        world.settle(10);
        if flow == "terminate" {
            assert_eq!(world.state(service), VmState::Remove);
            assert!(!stands(&world));
        } else {
            assert_eq!(world.state(service), VmState::Ready);
            assert!(stands(&world));
        }
    }
}

/// A clone whose worker was killed: the order takes another number, and what is left is named with the commands.
#[test]
fn a_clone_that_died_is_left_alone_and_reported() {
    let world = World::usual(8);
    let service = world.order(&Order::new(7));
    world.faults(&json!([{"match": {"method": "POST", "path": CLONE}, "when": {"nth": 1}, "do": "worker_killed"}]));
    let mut text = world.tick().text;
    for _ in 0..4 {
        world.advance(MINUTE);
        text.push_str(&world.tick().text);
    }
    assert_eq!(world.state(service), VmState::Ready, "{text}");
    let ours = world.record(service).vmid.unwrap().get();
    let left: Vec<u32> = world.see(|all| {
        let dead = all
            .vms
            .values()
            .filter(|vm| vm.conf.get("lock").is_some_and(|l| l == "clone"));
        dead.map(|vm| vm.vmid).collect()
    });
    assert_eq!(left.len(), 1, "{text}");
    assert_ne!(left[0], ours);
    let told = format!("qm unlock {}, then qm destroy {}", left[0], left[0]);
    assert!(text.contains(&told), "{told}: {text}");
    let logged = world.host.effects_of("log_activity");
    assert!(
        logged
            .iter()
            .any(|entry| entry["text"].as_str().unwrap().contains(&told)),
        "{logged:?}"
    );
}
