//! A further data disk of the template: the one that is sold, or nobody's.

use crate::deploy;
use crate::support::compare::options;
use crate::support::shop::{PRODUCT, usual_with};
use crate::support::{Order, World};
use serde_json::json;

/// Gives the template a second data disk of 2 GiB.
fn second_disk(world: &mut World) {
    world.see(|all| {
        let volid = "nfs-vm:9001/base-9001-disk-1.qcow2";
        let order = json!({"volid": volid, "vmid": 9001, "size": 2u64 << 30});
        all.place_volume(&order).unwrap();
        let template = all.vms.get_mut(&9001).unwrap();
        let disk = format!("{volid},size=2G");
        template.conf.insert("scsi1".to_owned(), disk);
    });
    world.foreign = world.guests();
}

#[test]
fn a_templates_second_disk_is_the_additional_one_where_one_is_sold() {
    for kind in ["linked", "full"] {
        let mut world = World::usual(7);
        world.product(
            PRODUCT,
            &usual_with(&json!({
                "template": "9001", "clone_type": kind, "additional_size": "5", "additional_storage": "local-lvm",
                "additional_write_iops": "300",
            })),
        );
        second_disk(&mut world);
        let (world, service, _) = deploy::finish(world, Order::new(7));
        let conf = deploy::conf(&world, service);
        let disks = conf
            .iter()
            .filter(|(key, value)| key.starts_with("scsi") && value.contains("size="));
        assert_eq!(disks.count(), 2, "none was made beside it: {conf:?}");
    }
}

#[test]
fn a_templates_second_disk_that_nobody_bought_stays_and_the_log_says_so() {
    let mut world = World::usual(7);
    world.product(PRODUCT, &usual_with(&json!({"template": "9001"})));
    second_disk(&mut world);
    let service = world.order(&Order::new(7));
    let ran = world.tick();
    assert_eq!(ran.status, Ok(0), "{}", ran.text);
    assert!(options(&deploy::conf(&world, service)["scsi1"])["size"] == "2G");
    assert!(
        ran.text.contains("scsi1") && ran.text.contains("no additional disk is sold"),
        "{}",
        ran.text
    );
    assert!(
        ran.text
            .contains("Create additional disk (skip - not configured)"),
        "{}",
        ran.text
    );
}
