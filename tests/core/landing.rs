//! Where an order's VM lands: only on a node that can take it, and what ties it to one is said once.

use crate::deploy::finish;
use crate::support::compare::assert_as_sold;
use crate::support::shop::{PRODUCT, SERVER, usual_with};
use crate::support::{Cut, Order, World};
use puq_proxmox_kvm::doctor::{self, Check, Health};
use puq_proxmox_kvm::model::{ServerId, ServiceId};
use serde_json::{Value, json};
use std::time::Duration;

const SERVICE: ServiceId = ServiceId(7);

/// A linked clone of a template on shared storage: it goes to pve3, which has the most free memory, then to pve2.
fn world(product: &Value, prepare: impl FnOnce(&mut pve_sim::World)) -> World {
    let mut world = World::usual(7);
    let mut all = json!({"template": "9001"});
    for (key, value) in product.as_object().unwrap() {
        all[key] = value.clone();
    }
    world.product(PRODUCT, &usual_with(&all));
    world.see(|all| {
        all.nodes[0].host_memory = 40 << 30;
        prepare(all);
    });
    world.foreign = world.guests();
    world
}

fn node(world: &World) -> String {
    world.record(SERVICE).node.unwrap().0
}

fn tasks(world: &World, kind: &str) -> usize {
    world.see(|all| {
        let kind = format!(":{kind}:");
        all.tasks
            .iter()
            .filter(|task| task.upid.contains(&kind))
            .count()
    })
}

fn down(all: &mut pve_sim::World, storage: &str, nodes: &[&str]) {
    let found = all.storages.iter_mut().find(|known| known.id == storage);
    found.unwrap().down_on = nodes.iter().map(|name| (*name).to_owned()).collect();
}

fn only_on(all: &mut pve_sim::World, storage: &str, nodes: &[&str]) {
    let found = all.storages.iter_mut().find(|known| known.id == storage);
    found.unwrap().nodes = nodes.iter().map(|name| (*name).to_owned()).collect();
}

fn maintenance(all: &mut pve_sim::World, node: &str) {
    for known in &mut all.nodes {
        known.hastate = if known.name == node {
            "maintenance"
        } else {
            "online"
        }
        .to_owned();
    }
}

/// What the doctor says of the product. It finds the server's entry by a service.
fn doctor(world: &World) -> Vec<Check> {
    let (token, secret) = world.see(|all| {
        let token = all.tokens.first().unwrap();
        (token.id.clone(), token.secret.clone())
    });
    let params = Order::new(99).params(&token, &secret);
    world.host.services.borrow_mut().insert(99, params);
    *world.host.products.borrow_mut() = json!([{"id": PRODUCT, "name": "VPS"}]);
    let checks = world.drive(|site| async move {
        doctor::examine(&site, Some(ServerId(SERVER)))
            .await
            .unwrap()
    });
    world.host.services.borrow_mut().remove(&99);
    checks
}

fn said(checks: &[Check], health: Health, words: &[&str]) {
    let has = |check: &Check| words.iter().all(|w| check.text.as_str().contains(w));
    let mut alike = checks.iter().filter(|check| check.health == health);
    assert!(alike.any(has), "{words:?}: {checks:?}");
}

#[test]
fn a_storage_that_is_down_on_one_node_keeps_vms_from_it() {
    let world = world(&json!({}), |all| down(all, "nfs-vm", &["pve3"]));
    said(&doctor(&world), Health::Warn, &["pve3", "nfs-vm", "down"]);
    let (world, ..) = finish(world, Order::new(7));
    assert_eq!(node(&world), "pve2");
    assert_eq!(tasks(&world, "qmigrate"), 1);
}

#[test]
fn a_node_in_maintenance_gets_none() {
    let world = world(&json!({}), |all| maintenance(all, "pve3"));
    said(&doctor(&world), Health::Warn, &["HA maintenance", "pve3"]);
    let (world, ..) = finish(world, Order::new(7));
    assert_eq!(node(&world), "pve2");
}

#[test]
fn a_pinned_node_that_cannot_take_it_is_said_once_and_another_is_chosen() {
    type Prepare = fn(&mut pve_sim::World);
    let cases: [(&str, Prepare); 3] = [
        ("node pve2 is in HA maintenance", |all| {
            maintenance(all, "pve2")
        }),
        ("node pve2 has storage nfs-vm (system disk) down", |all| {
            down(all, "nfs-vm", &["pve2"])
        }),
        (
            "node pve2 does not have storage nfs-vm (system disk)",
            |all| {
                only_on(all, "nfs-vm", &["pve1", "pve3"]);
            },
        ),
    ];
    for (why, prepare) in cases {
        let world = world(&json!({"node": "pve2"}), prepare);
        said(
            &doctor(&world),
            Health::Warn,
            &["pve2", "orders go to another node"],
        );
        let (world, _, ran) = finish(world, Order::new(7));
        assert_eq!(node(&world), "pve3");
        assert_eq!(ran.text.matches(why).count(), 1, "{why}: {}", ran.text);
    }
}

#[test]
fn the_cloud_init_drive_counts_as_every_other_volume_does() {
    // The disk is shared, the drive beside it is on storage of its node: no migration is even tried.
    let world = world(&json!({}), |all| {
        only_on(all, "local-lvm", &["pve1", "pve2"]);
        let conf = &mut all.vms.get_mut(&9001).unwrap().conf;
        conf.insert(
            "ide2".into(),
            "local-lvm:vm-9001-cloudinit,media=cdrom".into(),
        );
        let conf = conf.clone();
        all.adopt_volumes(&conf, 9001, "pve1");
    });
    said(
        &doctor(&world),
        Health::Warn,
        &["pve3", "local-lvm", "cloud-init drive"],
    );
    let (world, ..) = finish(world, Order::new(7));
    assert_ne!(node(&world), "pve3");
    world.see(|all| only_on(all, "local-lvm", &["pve1"]));
    world.advance(Duration::from_secs(60));
    let (world, _, ran) = finish(world, Order::new(8));
    assert_eq!(world.record(ServiceId(8)).node.unwrap().0, "pve1");
    assert_eq!(
        ran.text.matches("only pve1 can take the VM").count(),
        1,
        "{}",
        ran.text
    );
    assert!(!ran.text.contains("migration aborted"), "{}", ran.text);
}

#[test]
fn efi_disk_and_tpm_state_count_too() {
    for (key, value) in [
        (
            "efidisk0",
            "nfs-two:9001/vm-9001-disk-5.qcow2,efitype=4m,size=528K",
        ),
        (
            "tpmstate0",
            "nfs-two:9001/vm-9001-disk-5.qcow2,size=4M,version=v2.0",
        ),
    ] {
        let world = world(&json!({"clone_type": "full"}), |all| {
            let mut second = all
                .storages
                .iter()
                .find(|s| s.id == "nfs-vm")
                .unwrap()
                .clone();
            second.id = "nfs-two".to_owned();
            second.down_on = vec!["pve3".to_owned()];
            all.storages.push(second);
            let conf = &mut all.vms.get_mut(&9001).unwrap().conf;
            conf.insert(key.into(), value.into());
            let conf = conf.clone();
            all.adopt_volumes(&conf, 9001, "pve1");
        });
        let (world, ..) = finish(world, Order::new(7));
        assert_eq!(node(&world), "pve2", "{key}");
    }
}

#[test]
fn where_backups_are_sold_a_node_that_can_make_them_comes_first() {
    let sold = json!({"backups": "2", "backup_storage": "pbs-backup|pbs"});
    let near = |all: &mut pve_sim::World| only_on(all, "pbs-backup", &["pve1", "pve2"]);
    let (world, ..) = finish(world(&sold, near), Order::new(7));
    assert_eq!(node(&world), "pve2", "pve3 has more memory and no backups");
    let far = |all: &mut pve_sim::World| {
        only_on(all, "pbs-backup", &["pve1"]);
        maintenance(all, "pve1");
    };
    let world = self::world(&sold, far);
    said(&doctor(&world), Health::Warn, &["Backups are sold", "pve3"]);
    let (world, ..) = finish(world, Order::new(7));
    assert_eq!(
        node(&world),
        "pve3",
        "no node that can take it has it: that is no reason to wait"
    );
    let first = |all: &mut pve_sim::World| down(all, "pbs-backup", &["pve1"]);
    let (world, ..) = finish(self::world(&sold, first), Order::new(7));
    assert_eq!(
        node(&world),
        "pve3",
        "what it holds is asked of another node"
    );
    let (world, ..) = finish(self::world(&json!({}), near), Order::new(7));
    assert_eq!(node(&world), "pve3", "no backups are sold");
}

#[test]
fn where_no_node_can_take_it_the_order_says_why_and_goes_on_once_one_can() {
    let world = world(&json!({}), |all| {
        maintenance(all, "pve3");
        down(all, "nfs-vm", &["pve2"]);
        all.nodes[0].cpus = 1;
    });
    said(
        &doctor(&world),
        Health::Fail,
        &["No node can take", "pve1 has 1 processors"],
    );
    world.order(&Order::new(7));
    world.tick();
    let waiting = world.record(SERVICE).waiting;
    for word in [
        "No node can take the VM",
        "pve1 has 1 processors",
        "nfs-vm",
        "pve3 is in HA maintenance",
    ] {
        assert!(waiting.contains(word), "{word}: {waiting}");
    }
    assert_eq!(tasks(&world, "qmclone"), 0);
    world.see(|all| down(all, "nfs-vm", &[]));
    world.advance(Duration::from_secs(3600));
    world.settle(5);
    assert_as_sold(&world, SERVICE);
    assert_eq!(node(&world), "pve2");
}

#[test]
fn a_device_of_the_node_keeps_the_vm_there_without_a_migration() {
    for (key, value) in [
        ("hostpci0", "0000:01:00.0,mdev=nvidia-63"),
        ("usb0", "host=1234:5678"),
        ("serial1", "/dev/ttyS0"),
    ] {
        let world = world(&json!({"node": "pve2"}), |all| {
            let conf = &mut all.vms.get_mut(&9001).unwrap().conf;
            conf.insert(key.into(), value.into());
        });
        said(&doctor(&world), Health::Warn, &["stay on pve1", key]);
        let (world, _, ran) = finish(world, Order::new(7));
        assert_eq!(node(&world), "pve1");
        assert_eq!(tasks(&world, "qmigrate"), 0);
        let why = format!("{key} is a device of the node: the VM stays on pve1, not on pve2");
        assert_eq!(ran.text.matches(&why).count(), 1, "{}", ran.text);
    }
}

#[test]
fn an_image_left_in_a_tray_does_not_hold_the_vm_back() {
    for image in ["local:iso/rescue.iso,media=cdrom", "cdrom,media=cdrom"] {
        let world = world(&json!({}), |all| {
            let conf = &mut all.vms.get_mut(&9001).unwrap().conf;
            conf.insert("ide0".into(), image.into());
        });
        let (world, _, ran) = finish(world, Order::new(7));
        assert_eq!(node(&world), "pve3", "{}", ran.text);
        assert_eq!(tasks(&world, "qmigrate"), 1);
        let vmid = world.record(SERVICE).vmid.unwrap().get();
        let tray = world.see(|all| all.vms[&vmid].conf["ide0"].clone());
        assert_eq!(tray, "none,media=cdrom");
    }
    // One that is there, too, may stay.
    let world = world(&json!({}), |all| {
        let conf = &mut all.vms.get_mut(&9001).unwrap().conf;
        conf.insert(
            "ide0".into(),
            "nfs-iso:iso/virtio-win-0.1.240.iso,media=cdrom".into(),
        );
    });
    let (world, ..) = finish(world, Order::new(7));
    let vmid = world.record(SERVICE).vmid.unwrap().get();
    assert!(world.see(|all| all.vms[&vmid].conf["ide0"].contains("virtio-win")));
    assert_eq!(node(&world), "pve3");
}

#[test]
fn a_node_that_went_down_after_the_choice_is_replaced_before_a_migration_is_tried() {
    let world = world(&json!({}), |_| {});
    world.order(&Order::new(7));
    // The run dies as it would begin the migration.
    let migrates = |world: &World| {
        let sent = world.network.sent.borrow();
        sent.iter().position(|sent| sent.path.ends_with("/migrate"))
    };
    world.tick();
    let at = migrates(&world).expect("it migrates");
    drop(world);
    let world = self::world(&json!({}), |_| {});
    world.order(&Order::new(7));
    world.crash_at_request(Some(Cut::Before(at as u64)));
    assert!(world.tick().died);
    world.crash_at_request(None);
    assert_eq!(world.record(SERVICE).target_node.unwrap().0, "pve3");
    world.see(|all| maintenance(all, "pve3"));
    world.advance(Duration::from_secs(600));
    world.settle(5);
    assert_as_sold(&world, SERVICE);
    assert_eq!(node(&world), "pve2");
    assert_eq!(tasks(&world, "qmigrate"), 1);
}

#[test]
fn a_disk_on_shared_storage_goes_to_the_storage_sold_after_its_migration() {
    let sold = json!({"node": "pve2", "system_storage": "local-lvm"});
    let (world, ..) = finish(world(&sold, |_| {}), Order::new(7));
    assert_eq!(node(&world), "pve2");
    assert_eq!((tasks(&world, "qmigrate"), tasks(&world, "qmmove")), (1, 1));
}

#[test]
fn a_disabled_storage_is_called_disabled_wherever_a_vm_needs_it() {
    let disable = |all: &mut pve_sim::World, storage: &str| {
        let found = all.storages.iter_mut().find(|known| known.id == storage);
        found.unwrap().disabled = true;
    };
    // The template's, the product's for either disk, and that of the drive beside a disk which is elsewhere.
    for (storage, product) in [
        ("nfs-vm", json!({})),
        ("local-lvm", json!({"system_storage": "local-lvm"})),
        (
            "local-lvm",
            json!({"additional_size": "5", "additional_storage": "local-lvm"}),
        ),
        ("local-lvm", json!({"template": "9001"})),
    ] {
        let world = world(&product, |all| {
            let conf = &mut all.vms.get_mut(&9001).unwrap().conf;
            conf.insert(
                "ide2".into(),
                "local-lvm:vm-9001-cloudinit,media=cdrom".into(),
            );
            let conf = conf.clone();
            all.adopt_volumes(&conf, 9001, "pve1");
            disable(all, storage);
        });
        let checks = doctor(&world);
        said(&checks, Health::Fail, &[storage, "is disabled."]);
        let lacking = format!("not have storage {storage}");
        let lost = |check: &Check| check.text.as_str().contains(&lacking);
        assert!(!checks.iter().any(lost), "{product}: {checks:?}");
        world.order(&Order::new(7));
        world.tick();
        let waiting = world.record(SERVICE).waiting;
        assert!(
            waiting.contains(storage) && waiting.contains("disabled"),
            "{product}: {waiting}"
        );
        assert_eq!(tasks(&world, "qmclone"), 0);
    }
}

#[test]
fn what_ties_a_template_that_an_order_can_choose_is_said_too() {
    let world = world(&json!({}), |all| {
        let conf = &mut all.vms.get_mut(&9000).unwrap().conf;
        conf.insert("hostpci0".into(), "0000:01:00.0".into());
    });
    let choices = json!([{"name": "Operating System|System", "choices": ["9001|One", "9000|Two"]}]);
    *world.host.options.borrow_mut() = choices;
    said(
        &doctor(&world),
        Health::Warn,
        &["template 9000 stay on", "hostpci0"],
    );
}
