//! What many wait for alike.

use super::{MINUTE, params};
use crate::support::actions;
use crate::support::shop::{PRODUCT, pool, usual_with};
use crate::support::{Order, World};
use serde_json::json;

/// Twenty services wait for a token; once it is mended all of them begin when the first one's first step went well, not
/// when its whole pass is over.
#[test]
fn what_waits_for_one_thing_goes_on_together_once_it_is_mended() {
    let world = World::usual(13);
    for id in 0..20 {
        world.order(&Order::new(7 + id));
    }
    let refused = json!({"status": {"code": 401, "reason": "Authentication failed!", "body": ""}});
    world.faults(&json!([{"match": {}, "do": refused}]));
    for _ in 0..2 {
        world.tick();
        world.advance(MINUTE);
    }
    assert!(
        world
            .records()
            .iter()
            .all(|record| matches!(record.cause, puq_proxmox_kvm::model::Cause::Server(_)))
    );
    world.faults(&json!([]));
    let timed = |world: &World| {
        let began = world.see(|all| all.now);
        let text = world.tick().text;
        (text, world.see(|all| all.now) - began)
    };
    let (text, mended) = timed(&world);
    assert_eq!(text.matches("--- Deploy complete").count(), 20, "{text}");
    let unhindered = World::usual(13);
    for id in 0..20 {
        unhindered.order(&Order::new(7 + id));
    }
    let (_, usual) = timed(&unhindered);
    println!("mended {mended} µs, unhindered {usual} µs");
    // A leader's whole pass in front would nearly double it.
    assert!(mended < usual + usual / 4, "{mended} {usual}");
}

#[test]
fn addresses_in_quarantine_are_named_as_what_is_waited_for() {
    let world = World::new(pve_sim::Scenario::named("demo").unwrap(), 11);
    world.pool(&pool("192.0.2.50", "192.0.2.50"));
    world.product(PRODUCT, &usual_with(&json!({})));
    let service = world.order(&Order::new(7));
    world.settle(5);
    let terms = params(&world, service);
    world.drive(|site| async move { actions::terminate_account(&site, terms).await.unwrap() });
    world.advance(MINUTE);
    world.settle(5);
    let next = world.order(&Order::new(8));
    world.advance(MINUTE);
    world.tick();
    let waiting = world.record(next).waiting;
    assert!(waiting.contains("quarantine"), "{waiting}");
}
