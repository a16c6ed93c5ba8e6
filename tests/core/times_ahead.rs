//! Times that a wrong clock left in the tables: they count as not set, and nothing waits for them.

use crate::clocks::{HOUR, MINUTE, SERVICE, YEARS, assert_sane, client, times, world};
use crate::support::{Order, actions};
use puq_proxmox_kvm::model::{ServiceId, VmState};
use serde_json::json;

/// Also where the database's clock was ahead by no more than a pause may last, or than is called no difference; and where
/// the service had failed before, so that a pause would be nothing odd.
#[test]
fn what_a_page_asked_for_while_the_clock_was_ahead_is_done_by_the_next_run() {
    for (ahead, fails) in [90, 119, 180, 420, 840]
        .map(|ahead| [(ahead, 0), (ahead, 3)])
        .concat()
    {
        let world = world();
        world.host.run(&format!(
            "UPDATE puqProxmoxKVM_vm_info SET fails = {fails} WHERE service_id = {SERVICE}"
        ));
        world.clocks(ahead, ahead);
        let request = json!({"op": "reset", "state": "set_dns_records"});
        let params = world.host.services.borrow()[&SERVICE.0].clone();
        let answer = world
            .drive(|site| async move { actions::admin_api(&site, params, request).await.unwrap() });
        assert_eq!(answer["ok"], true, "{answer}");
        world.clocks(0, 0);
        world.advance(MINUTE);
        let ran = world.tick();
        assert_eq!(
            world.state(SERVICE),
            VmState::Ready,
            "{ahead}: {}",
            ran.text
        );
    }
}

#[test]
fn who_waits_says_since_when_also_after_a_wrong_clock() {
    let world = world();
    world.order(&Order::new(9));
    world.faults(&json!([{"match": {"path": "/nodes/**"}, "do": "refuse"}]));
    world.clocks(240, 240);
    world.advance(MINUTE);
    let ran = world.tick();
    assert!(
        !world.record(ServiceId(9)).waiting.is_empty(),
        "{}",
        ran.text
    );
    world.clocks(0, 0);
    let ran = world.tick();
    assert!(ran.text.contains("lay ahead"), "{}", ran.text);
    let record = world.record(ServiceId(9));
    let now = world.see(|all| all.unix());
    let since = record.waiting_since;
    assert!(
        since.is_some_and(|since| since <= now),
        "{since:?} at {now}: {}",
        record.waiting
    );
}

/// A clock that is put back makes nobody's lease void: its holder may be at work.
#[test]
fn who_holds_a_lease_keeps_it_when_the_clock_is_put_back() {
    let world = world();
    world.order(&Order::new(9));
    world.advance(MINUTE);
    let now = world.see(|all| all.unix());
    for ahead in [3 * 86_400, 1500] {
        world.host.run(&format!(
            "UPDATE puq_proxmox_kvm_leases SET holder = 'web2:5:5:x', expires_at = {} WHERE service_id = 9",
            now + ahead
        ));
        world.host.run(&format!(
            "UPDATE puq_proxmox_kvm_tasks SET last_run = {}",
            now + ahead
        ));
        let ran = world.tick();
        assert!(ran.text.contains("lay ahead"), "{}", ran.text);
        assert_eq!(world.state(ServiceId(9)), VmState::Creation, "{}", ran.text);
        assert_sane(&world);
    }
    // Its process is gone for good, as it turns out: the order waits no longer than a lease lasts.
    for _ in 0..25 {
        world.advance(MINUTE);
        world.tick();
    }
    assert_eq!(world.state(ServiceId(9)), VmState::Ready);
}

/// A process that died on another machine while the clock was ahead leaves nothing but its lease.
#[test]
fn a_lease_from_a_wrong_clock_ends_by_itself_where_nothing_else_is_wrong() {
    for ahead in [3600, 90_000, 3 * 86_400] {
        let world = world();
        world.order(&Order::new(9));
        let until = world.see(|all| all.unix()) + ahead;
        world.host.run(&format!(
            "UPDATE puq_proxmox_kvm_leases SET holder = 'web2:5:5:x', expires_at = {until} WHERE service_id = 9"
        ));
        world.advance(MINUTE);
        let ran = world.tick();
        assert!(ran.text.contains("lay ahead"), "{ahead}: {}", ran.text);
        assert_eq!(world.state(ServiceId(9)), VmState::Creation, "{}", ran.text);
        for _ in 0..25 {
            world.advance(MINUTE);
            world.tick();
        }
        assert_eq!(world.state(ServiceId(9)), VmState::Ready, "{ahead}");
    }
}

/// Whatever a wrong clock wrote, in whichever column: the next run finds nothing that lies ahead.
#[test]
fn no_column_keeps_a_time_that_lies_ahead() {
    let world = world();
    let answer = client(&world, &json!({"op": "reboot"}));
    assert_eq!(answer["ok"], true, "{answer}");
    let ahead = world.see(|all| all.unix()) + YEARS;
    for (table, column) in times() {
        // An hour of the statistics is its row's key: the sweep over jumps above has those.
        if column != "hour" {
            world.host.run(&format!(
                "UPDATE {table} SET {column} = {ahead} WHERE {column} > 0"
            ));
        }
    }
    world.advance(MINUTE);
    let ran = world.tick();
    assert!(ran.text.contains("lay ahead"), "{}", ran.text);
    assert_sane(&world);
}

/// How far ahead it was, and whichever of its times: what was asked for is told as done once it is.
#[test]
fn what_was_done_while_the_clock_was_ahead_is_told_as_done() {
    for (table, column) in [
        ("puq_proxmox_kvm_operations", "ended_at"),
        ("puq_proxmox_kvm_operations", "sent_at"),
        ("puq_proxmox_kvm_requests", "asked_at"),
        ("puq_proxmox_kvm_requests", "try_until"),
    ] {
        for ahead in [90, HOUR, YEARS] {
            let world = world();
            let answer = client(&world, &json!({"op": "reboot"}));
            assert_eq!(answer["ok"], true, "{answer}");
            let open = "SELECT * FROM puq_proxmox_kvm_requests WHERE outcome = ''";
            assert_eq!(world.host.rows(open).len(), 1, "{answer}");
            let time = world.see(|all| all.unix()) + ahead;
            world
                .host
                .run(&format!("UPDATE {table} SET {column} = {time}"));
            for _ in 0..2 {
                world.advance(MINUTE);
                world.tick();
            }
            assert!(world.host.rows(open).is_empty(), "{table}.{column} {ahead}");
            let ended = world
                .host
                .rows("SELECT outcome FROM puq_proxmox_kvm_requests");
            assert_eq!(ended[0]["outcome"], "done", "{table}.{column} {ahead}");
        }
    }
}
