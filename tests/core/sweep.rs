//! The sweeps: every step twice, a crash at every call, a fault at every request. In the end there is one VM.
//!
//! Each is a loop over what a clean run does, so a new flow or step is swept without a line here.

use crate::support::compare::assert_as_sold;
use crate::support::invariant::{assert_at_rest, assert_invariants};
use crate::support::shop::{PRODUCT, pool6, usual_with};
use crate::support::{CrashPoint, Cut, Order, World};
use puq_proxmox_kvm::engine::Flow;
use puq_proxmox_kvm::flows;
use puq_proxmox_kvm::model::ServiceId;
use puq_proxmox_kvm::vm::Vm;
use serde_json::{Value, json};
use std::time::Duration;

pub(crate) const SERVICE: ServiceId = ServiceId(7);
/// The cron's own pace.
pub(crate) const MINUTE: Duration = Duration::from_secs(60);
/// No trouble of a single moment may take longer than so many ticks to heal.
pub(crate) const TICKS: u32 = 12;

/// A world in which the flow is next: everything a step can do is sold.
pub(crate) fn world_before(flow: &Flow<Vm>) -> World {
    let world = World::usual(7);
    world.pool(&pool6("2001:db8:7::100", "2001:db8:7::1ff"));
    let all = json!({
        "template": "9001", "additional_size": "20", "rate": "10", "ipv4": "2",
        "system_read_mbps": "100", "additional_write_iops": "400",
        "backups": "3", "backup_storage": "pbs-backup|pbs",
    });
    world.product(PRODUCT, &usual_with(&all));
    world.order(&Order::new(SERVICE.0));
    if flow.key != flows::DEPLOY.key {
        world.settle(3);
        if flow.key == flows::RESTORE.key {
            crate::life::choose_backup(&world);
        }
        if flow.key == flows::CHANGE_PACKAGE.key {
            // One address goes, one of the other family comes.
            let mut changed = usual_with(&all);
            (changed["ipv4"], changed["ipv6"], changed["dhcp6"]) =
                (json!("1"), json!("1"), json!("0"));
            world.product(PRODUCT, &changed);
        }
        stand_at(&world, flow, flow.rows[0].from.as_str());
        world.advance(MINUTE);
    }
    world
}

/// Puts the service to a state of a flow, as an action or a crash leaves it.
fn stand_at(world: &World, flow: &Flow<Vm>, state: &str) {
    if flow.key == flows::RESTORE.key {
        crate::life::keep_choice(world);
    }
    let sql = "UPDATE puqProxmoxKVM_vm_info SET next_look_at = 0, rev = rev + 1";
    world.host.run(&format!(
        "{sql}, vm_status = '{state}', flow = '{}'",
        flow.action()
    ));
}

/// What a clean run of the flow does: host calls, and the requests worth a fault: number, and whether it writes. Of the
/// looks at one task only the first is taken, unless `SWEEP=full`.
pub(crate) fn clean_run(flow: &Flow<Vm>) -> (u64, Vec<(u64, bool)>) {
    let world = world_before(flow);
    world.crash_at_host_call(None);
    world.crash_at_request(None);
    let ran = world.tick();
    assert_eq!(ran.status, Ok(0), "{}", ran.text);
    let calls = world.host.calls();
    let full = std::env::var("SWEEP").is_ok_and(|word| word == "full");
    let sent = world.network.sent.borrow();
    let again = |index: usize| index > 0 && sent[index].is_poll() && sent[index - 1].is_poll();
    let requests = (0..sent.len())
        .filter(|index| full || !again(*index))
        .map(|index| (index as u64 + 1, sent[index].method != "GET"))
        .collect();
    drop(sent);
    check(&world, flow, "a clean run");
    (calls, requests)
}

pub(crate) fn check(world: &World, flow: &Flow<Vm>, what: &str) {
    let after = format!("{} after {what}", flow.head);
    println!("{after}");
    if world.state(SERVICE).as_str() == "error_restore" {
        // The client's part: to try again.
        crate::life::choose_backup(world);
        stand_at(world, flow, flow.rows[0].from.as_str());
        world.settle(TICKS);
    }
    if flow
        .rows
        .last()
        .is_some_and(|row| row.to.as_str() == "ready")
    {
        assert_as_sold(world, SERVICE);
    }
    if flow.key == flows::TERMINATE.key {
        let record = world.record(SERVICE);
        assert_eq!(
            record.state.as_str(),
            "remove",
            "{after}: {}",
            record.waiting
        );
        assert!(
            !world.guests().iter().any(|(vmid, _)| *vmid == 2000),
            "{after}: the VM is still there"
        );
        let held = "SELECT 1 FROM puq_proxmox_kvm_addresses WHERE state = 'held'";
        assert!(
            world.host.rows(held).is_empty(),
            "{after}: addresses are still held"
        );
    }
    assert_at_rest(world);
}

#[test]
fn every_step_run_twice_gives_the_same_world() {
    for flow in flows::ALL {
        let world = world_before(flow);
        world.settle(3);
        let facts = |world: &World| {
            let rows = |table: &str| world.host.rows(&format!("SELECT * FROM {table}"));
            (
                world.guests(),
                rows("puq_proxmox_kvm_addresses"),
                rows("puq_proxmox_kvm_vmids"),
            )
        };
        let before = facts(&world);
        for row in flow.rows {
            stand_at(&world, flow, row.from.as_str());
            world.settle(3);
            check(&world, flow, &format!("repeating from {}", row.from));
            assert_eq!(
                facts(&world),
                before,
                "{} repeated from {}",
                flow.head,
                row.from
            );
        }
    }
}

#[test]
fn a_crash_at_any_host_call_loses_nothing() {
    for flow in flows::ALL {
        let (calls, _) = clean_run(flow);
        println!("{}: {calls} host calls", flow.head);
        // A crash before a call is a crash after the one before it, as far as the host can tell.
        let points = (1..=calls).map(CrashPoint::After);
        for point in std::iter::once(CrashPoint::Before(1)).chain(points) {
            {
                let world = world_before(flow);
                world.crash_at_host_call(Some(point));
                let ran = world.tick();
                assert!(ran.died, "{point:?}");
                world.crash_at_host_call(None);
                assert_invariants(&world);
                world.advance(MINUTE);
                world.settle(TICKS);
                check(&world, flow, &format!("a crash at host call {point:?}"));
            }
        }
    }
}

#[test]
fn a_crash_at_any_request_loses_nothing() {
    for flow in flows::ALL {
        let (_, requests) = clean_run(flow);
        println!("{}: {} requests", flow.head, requests.len());
        for (number, write) in requests {
            // What happens to a read makes no difference to the cluster.
            let cuts = [Cut::Before(number), Cut::During(number), Cut::After(number)];
            for cut in cuts.into_iter().take(if write { 3 } else { 1 }) {
                let world = world_before(flow);
                world.crash_at_request(Some(cut));
                let ran = world.tick();
                assert!(ran.died, "{cut:?}");
                world.crash_at_request(None);
                assert_invariants(&world);
                world.advance(MINUTE);
                world.settle(TICKS);
                check(&world, flow, &format!("a crash at request {cut:?}"));
            }
        }
    }
}

/// One fault at every request of every flow; `writes`: only at requests that change something.
fn sweep(fault: &Value, writes: bool) {
    for flow in flows::ALL {
        let (_, requests) = clean_run(flow);
        for (number, write) in requests {
            if writes && !write {
                continue;
            }
            let world = world_before(flow);
            world.faults(&json!([{"when": {"nth": number}, "do": fault}]));
            if fault == "worker_killed" {
                world.tick();
                unlock(&world, flow);
                world.advance(MINUTE);
            }
            for ran in world.settle(TICKS) {
                println!("{}", ran.text);
            }
            check(&world, flow, &format!("{fault} at request {number}"));
        }
    }
}

/// What an admin does after a worker was killed: `qm unlock`, and for a reinstallation, which needs its number back, the
/// removal of the half-made clone.
fn unlock(world: &World, flow: &Flow<Vm>) {
    world.see(|all| {
        let stumps: Vec<u32> = all
            .vms
            .values_mut()
            .filter_map(|vm| {
                let lock = vm.conf.get("lock")?;
                if lock == "clone" {
                    return Some(vm.vmid);
                }
                vm.conf.remove("lock");
                None
            })
            .collect();
        for vmid in stumps.iter().filter(|_| flow.key == flows::REINSTALL.key) {
            all.meddle(&json!({"vmid": vmid, "delete": true})).unwrap();
        }
    });
}

fn status(code: u16, reason: &str, after: bool) -> Value {
    json!({"status": {"code": code, "reason": reason, "after": after}})
}

#[test]
fn a_refused_connection() {
    sweep(&json!("refuse"), false);
}

#[test]
fn a_connection_that_breaks_before_the_work() {
    sweep(&json!("reset_before"), false);
}

#[test]
fn a_connection_that_breaks_after_the_work() {
    sweep(&json!("reset_after"), false);
}

#[test]
fn silence() {
    sweep(&json!("hang"), false);
}

#[test]
fn silence_after_the_work() {
    sweep(&json!("hang_after"), true);
}

#[test]
fn a_node_that_its_neighbour_does_not_reach() {
    sweep(&status(595, "No route to host", false), false);
}

#[test]
fn a_proxy_that_gives_up_before_the_work() {
    sweep(&status(596, "Connection timed out", false), true);
}

#[test]
fn a_proxy_that_gives_up_after_the_work() {
    sweep(&status(596, "Connection timed out", true), true);
}

#[test]
fn a_stale_connection_inside_proxmox() {
    sweep(&status(599, "Too many redirections", false), false);
}

#[test]
fn an_error_nobody_knows() {
    sweep(&status(500, "the moon is in the wrong phase", false), false);
}

#[test]
fn a_token_refused_once() {
    sweep(
        &status(401, "no such token 'demo' for user 'whmcs@pve'", false),
        false,
    );
}

#[test]
fn a_lock_that_is_not_to_be_had() {
    let text = "can't lock file '/var/lock/qemu-server/lock-2000.conf' - got timeout";
    sweep(&status(500, text, false), true);
}

#[test]
fn a_storage_lock_that_is_not_to_be_had() {
    let text = "cfs-lock 'storage-nfs-vm' error: got lock request timeout";
    sweep(&status(500, text, false), true);
}

#[test]
fn an_answer_that_is_none() {
    sweep(&json!("garbage"), false);
}

#[test]
fn an_answer_cut_short() {
    sweep(&json!("truncate"), false);
}

#[test]
fn a_task_that_fails() {
    sweep(
        &json!({"task_fail": {"exitstatus": "unable to do what was asked"}}),
        true,
    );
}

#[test]
fn a_task_that_nobody_knows_any_more() {
    sweep(&json!("task_vanish"), true);
}

#[test]
fn a_worker_that_is_killed() {
    sweep(&json!("worker_killed"), true);
}

#[test]
fn a_task_that_ends_with_warnings() {
    sweep(&json!({"task_warn": {"n": 2}}), true);
}
