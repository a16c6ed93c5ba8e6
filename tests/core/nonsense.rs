//! A cluster whose answers are well-formed nonsense: the status is 200, the envelope is Proxmox's, and what is in it says
//! nothing. Nothing is concluded from it, and all goes on once the answers are good.

use crate::support::World;
use crate::support::actions;
use crate::support::invariant::assert_invariants;
use crate::sweep::{MINUTE, SERVICE, TICKS, check, clean_run, world_before};
use puq_proxmox_kvm::flows;
use puq_proxmox_kvm::net::Method;
use puq_proxmox_kvm::pve::calls::ENDPOINTS;
use serde_json::{Value, json};

/// What stands in the envelope.
fn bodies() -> [Value; 6] {
    [
        json!(null),
        json!([]),
        json!({}),
        json!("x"),
        json!(5),
        json!([1, "x", {}, null, {"type": "qemu", "name": [], "vmid": "x", "volid": 3.5, "upid": "y"}]),
    ]
}

/// The bodies a sweep goes through: all of them where `SWEEP=full`, else those whose turn it is.
fn some(turn: usize) -> Vec<Value> {
    let all = bodies();
    match std::env::var("SWEEP").is_ok_and(|word| word == "full") {
        true => all.to_vec(),
        false => vec![all[turn % all.len()].clone()],
    }
}

fn answer(data: &Value, after: bool) -> Value {
    let body = json!({"data": data}).to_string();
    json!({"status": {"code": 200, "reason": "OK", "body": body, "after": after}})
}

#[test]
fn nonsense_at_one_request_loses_nothing() {
    for (offset, flow) in flows::ALL.iter().enumerate() {
        let (_, requests) = clean_run(flow);
        for (number, write) in requests {
            for data in some(offset + number as usize) {
                // A change that answers with null has nothing more to say, so null is no nonsense there.
                if write && data.is_null() {
                    continue;
                }
                let world = world_before(flow);
                let fault = answer(&data, write);
                world.faults(&json!([{"when": {"nth": number}, "do": fault}]));
                world.tick();
                assert_invariants(&world);
                world.advance(MINUTE);
                world.settle(TICKS);
                check(&world, flow, &format!("{data} at request {number}"));
            }
        }
    }
}

/// The pattern of an endpoint as the simulator's rules have it.
fn glob(pattern: &str) -> String {
    let parts = pattern.split('/').map(|part| match part {
        part if part.starts_with('{') => "[^/]+".to_owned(),
        part => regex_safe(part),
    });
    format!("~^{}$", parts.collect::<Vec<_>>().join("/"))
}

fn regex_safe(part: &str) -> String {
    part.replace('.', "\\.")
}

#[test]
fn an_endpoint_that_answers_nonsense_for_a_while_loses_nothing() {
    let reads: Vec<&str> = ENDPOINTS
        .iter()
        .filter(|(method, _)| *method == Method::Get)
        .map(|(_, pattern)| *pattern)
        .collect();
    for (offset, flow) in flows::ALL.iter().enumerate() {
        for (turn, pattern) in reads.iter().enumerate() {
            for data in some(offset + turn) {
                let world = world_before(flow);
                let rule = json!({"match": {"method": "GET", "path": glob(pattern)}, "do": answer(&data, false)});
                world.faults(&json!([rule]));
                for _ in 0..3 {
                    world.tick();
                    assert_invariants(&world);
                    world.advance(MINUTE);
                }
                world.faults(&json!([]));
                world.settle(TICKS * 2);
                check(&world, flow, &format!("{data} at {pattern} for a while"));
            }
        }
    }
}

/// A list without entries looks like a good answer. An address that leaves is taken out of the set by its name all the same
/// before another service can have it.
#[test]
fn an_address_set_that_seems_empty_frees_no_address() {
    let world = world_before(&flows::CHANGE_PACKAGE);
    let path = glob("/nodes/{node}/qemu/{vmid}/firewall/ipset/{name}");
    let rule = json!({"match": {"method": "GET", "path": path}, "do": answer(&json!([]), false)});
    world.faults(&json!([rule]));
    for _ in 0..6 {
        world.tick();
        assert_invariants(&world);
        world.advance(MINUTE);
    }
    world.faults(&json!([]));
    world.settle(TICKS * 2);
    check(
        &world,
        &flows::CHANGE_PACKAGE,
        "an empty address set for a while",
    );
}

/// A status without a meaning is no proof that a VM is off.
#[test]
fn a_suspension_does_not_succeed_by_nonsense() {
    for data in bodies() {
        let world = World::usual(7);
        world.order(&crate::support::Order::new(SERVICE.0));
        world.settle(3);
        let path = glob("/nodes/{node}/qemu/{vmid}/status/current");
        let rule = json!({"match": {"method": "GET", "path": path}, "do": answer(&data, false)});
        world.faults(&json!([rule]));
        let params = world.host.services.borrow()[&SERVICE.0].clone();
        let said = world
            .drive(|site| async move { actions::suspend_account(&site, params).await.unwrap() });
        let vmid = world.record(SERVICE).vmid.unwrap().get();
        let runs = world.see(|all| all.vms[&vmid].is_running());
        let wanted = world
            .record(SERVICE)
            .wants(puq_proxmox_kvm::model::Wish::Suspend);
        assert!(
            !runs || wanted || said != "success",
            "{data}: {said}, and the VM runs on"
        );
        world.faults(&json!([]));
        if said != "success" {
            // What was refused, WHMCS asks for again.
            let params = world.host.services.borrow()[&SERVICE.0].clone();
            let again = world.drive(|site| async move {
                actions::suspend_account(&site, params).await.unwrap()
            });
            assert_eq!(again, "success");
        }
        world.advance(MINUTE);
        world.tick();
        world.advance(MINUTE);
        world.tick();
        let runs = world.see(|all| all.vms[&vmid].is_running());
        assert!(!runs && world.record(SERVICE).suspended(), "{data}");
        assert!(
            !world
                .record(SERVICE)
                .wants(puq_proxmox_kvm::model::Wish::Suspend),
            "{data}"
        );
    }
}
