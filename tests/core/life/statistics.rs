//! Traffic per hour: from counters, and where these fail from Proxmox's own history.

use super::*;
use crate::support::world::number;

/// Hour → bytes received, bytes sent, estimated.
fn counted(world: &World) -> Vec<(i64, u64, u64, bool)> {
    let rows = world.host.rows(
        "SELECT hour, netin, netout, estimated FROM puqProxmoxKVM_statistics WHERE service_id = 7 ORDER BY hour",
    );
    rows.iter()
        .map(|row| {
            let hour = i64::try_from(number(&row["hour"])).unwrap();
            (
                hour,
                number(&row["netin"]),
                number(&row["netout"]),
                number(&row["estimated"]) == 1,
            )
        })
        .collect()
}

fn counters(world: &World) -> (u64, u64) {
    let vmid = world.record(SERVICE).vmid.unwrap().get();
    world.see(|all| {
        let now = all.now;
        all.vms[&vmid].traffic(now)
    })
}

fn collect(world: &World) -> crate::support::Ran {
    let ran = world.cron(&["--task=collectingStatistics"]);
    assert_eq!(ran.status, Ok(0), "{}", ran.text);
    ran
}

#[test]
fn the_first_look_stores_counters_and_later_ones_count_every_byte() {
    let world = world(&json!({}));
    // The order's own tick collected first.
    assert_eq!(
        counted(&world)
            .iter()
            .map(|hour| hour.1 + hour.2)
            .sum::<u64>(),
        0
    );
    collect(&world);
    let start = counters(&world);
    let before = counted(&world).iter().map(|hour| hour.1).sum::<u64>();
    for _ in 0..5 {
        world.advance(HOUR);
        let ran = world.tick();
        let lines = lines_of(&ran.text, "collectingStatistics");
        assert_eq!(lines.len(), 1, "{}", ran.text);
        assert!(
            lines[0].starts_with("sid:7 [success] last:2026-04-10 "),
            "{lines:?}"
        );
    }
    let end = counters(&world);
    let hours = counted(&world);
    println!("{hours:?}");
    let sum: u64 = hours.iter().map(|hour| hour.1).sum();
    let slack = (end.0 - start.0) / 100 + 1000;
    assert!(
        (sum - before).abs_diff(end.0 - start.0) <= slack,
        "{sum} of {} bytes",
        end.0 - start.0
    );
    assert!(
        hours.iter().all(|hour| !hour.3),
        "nothing had to be estimated"
    );
    assert!(hours.len() >= 6);
}

#[test]
fn one_list_per_cluster_however_many_vms() {
    let mut requests = vec![];
    for count in [1, 12] {
        let world = world(&json!({}));
        for number in 1..count {
            world.order(&Order::new(100 + number));
        }
        world.settle(5);
        world.advance(HOUR);
        world.crash_at_request(None);
        let ran = collect(&world);
        assert_eq!(
            lines_of(&ran.text, "collectingStatistics").len() as u64,
            count
        );
        requests.push(world.network.sent.borrow().len());
    }
    assert_eq!(requests, [1, 1]);
}

#[test]
fn missed_hours_are_filled_from_history_and_marked() {
    let world = world(&json!({}));
    collect(&world);
    let start = counters(&world);
    world.advance(HOUR * 7);
    collect(&world);
    let end = counters(&world);
    let hours = counted(&world);
    println!("{hours:?}");
    assert_eq!(hours.len(), 8);
    assert!(
        hours[1..7].iter().all(|hour| hour.3 && hour.1 > 0),
        "every missed hour has bytes"
    );
    let sum: u64 = hours.iter().map(|hour| hour.1).sum();
    let wanted = end.0 - start.0;
    assert!(
        sum.abs_diff(wanted) <= wanted / 100 + 1000,
        "{sum} of {wanted} bytes"
    );
}

#[test]
fn a_restart_loses_no_hour_and_invents_no_bytes() {
    let world = world(&json!({}));
    collect(&world);
    world.advance(HOUR / 2);
    let half = counters(&world);
    granted(&world, &json!({"op": "stop"}));
    wait(&world);
    granted(&world, &json!({"op": "start"}));
    wait(&world);
    world.advance(HOUR / 2);
    collect(&world);
    let after = counters(&world);
    let hours = counted(&world);
    let sum: u64 = hours.iter().map(|hour| hour.1).sum();
    println!("{hours:?}: {sum} of about {} + {}", half.0, after.0);
    assert!(
        hours.iter().any(|hour| hour.3),
        "what was before the restart is estimated"
    );
    assert!(sum >= after.0 && sum <= 2 * (half.0 + after.0), "{sum}");
    // A VM that is off, and stays off, asks for no history.
    granted(&world, &json!({"op": "stop"}));
    wait(&world);
    world.advance(HOUR);
    collect(&world);
    world.advance(HOUR);
    world.crash_at_request(None);
    collect(&world);
    assert_eq!(world.network.sent.borrow().len(), 1);
}

#[test]
fn two_machines_at_once_count_nothing_twice() {
    let world = world(&json!({}));
    collect(&world);
    let start = counters(&world);
    for _ in 0..4 {
        world.advance(HOUR);
        world.cron_together(&["web1", "web2", "web3"]);
    }
    let (sum, end) = (
        counted(&world).iter().map(|hour| hour.1).sum::<u64>(),
        counters(&world),
    );
    let wanted = end.0 - start.0;
    assert!(
        sum.abs_diff(wanted) <= wanted / 50 + 1000,
        "{sum} of {wanted} bytes"
    );
}

#[test]
fn hours_older_than_35_days_are_forgotten() {
    let world = world(&json!({}));
    collect(&world);
    let first = counted(&world)[0].0;
    world.advance(DAY * 34);
    collect(&world);
    assert_eq!(counted(&world)[0].0, first);
    world.advance(DAY * 2);
    collect(&world);
    assert!(counted(&world)[0].0 > first);
}

#[test]
fn an_unreachable_cluster_is_one_line() {
    let world = world(&json!({}));
    for number in 1..5 {
        world.order(&Order::new(100 + number));
    }
    world.settle(5);
    world.faults(&json!([{"when": {}, "do": "refuse"}]));
    let ran = world.cron(&["--task=collectingStatistics"]);
    println!("{}", ran.text);
    assert_eq!(ran.status, Ok(1));
    assert_eq!(lines_of(&ran.text, "collectingStatistics").len(), 1);
}
