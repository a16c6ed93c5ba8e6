//! From an order to a running VM, in its variants.

use crate::support::compare::assert_as_sold;
use crate::support::invariant::assert_at_rest;
use crate::support::{Order, World};

#[test]
fn an_order_becomes_a_running_vm_in_one_tick() {
    let world = World::usual(1);
    let service = world.order(&Order::new(1));
    let ran = world.tick();
    println!("{}", ran.text);
    assert_eq!(ran.status, Ok(0));
    assert_as_sold(&world, service);
    assert_at_rest(&world);
}
