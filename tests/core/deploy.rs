//! From an order to a running VM, in its variants: what the cluster then has is what was sold.

use crate::support::compare::{addresses, assert_as_sold, options};
use crate::support::invariant::assert_at_rest;
use crate::support::shop::{PRODUCT, pool, pool6, usual_with};
use crate::support::{Order, Ran, World};
use puq_proxmox_kvm::model::ServiceId;
use pve_sim::Scenario;
use serde_json::{Value, json};

/// Deploys one order of the usual product with these changes; one tick does it all.
pub fn deploy(changes: &Value) -> (World, ServiceId, Ran) {
    deploy_order(changes, Order::new(7), |_| {})
}

fn deploy_order(
    changes: &Value,
    order: Order,
    prepare: impl FnOnce(&World),
) -> (World, ServiceId, Ran) {
    let world = World::usual(7);
    world.pool(&pool6("2001:db8:7::100", "2001:db8:7::1ff"));
    world.product(PRODUCT, &usual_with(changes));
    prepare(&world);
    finish(world, order)
}

/// Places the order; one tick does it all.
pub fn finish(world: World, order: Order) -> (World, ServiceId, Ran) {
    let service = world.order(&order);
    let ran = world.tick();
    assert_eq!(ran.status, Ok(0), "{}", ran.text);
    assert_as_sold(&world, service);
    assert_at_rest(&world);
    (world, service, ran)
}

pub fn conf(world: &World, service: ServiceId) -> std::collections::BTreeMap<String, String> {
    let vmid = world.record(service).vmid.unwrap().get();
    world.see(|all| all.vms[&vmid].conf.clone())
}

fn node(world: &World, service: ServiceId) -> String {
    world.record(service).node.unwrap().0
}

fn tasks(world: &World, kind: &str) -> usize {
    world.see(|all| {
        all.tasks
            .iter()
            .filter(|task| task.upid.contains(&format!(":{kind}:")))
            .count()
    })
}

#[test]
fn a_linked_clone_on_local_storage_stays_with_its_template() {
    let (world, service, ran) = deploy(&json!({}));
    assert_eq!(node(&world, service), "pve1");
    assert_eq!(tasks(&world, "qmigrate"), 0);
    assert!(
        ran.text
            .contains("--- Deploy complete: service=7 status=ready ---"),
        "{}",
        ran.text
    );
    assert!(
        ran.text.contains("  sid:7 action:deploy [success]"),
        "{}",
        ran.text
    );
    let mails = world.host.effects_of("send_email");
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert_eq!(mails[0]["template"], "puqProxmoxKVM VM is ready");
}

#[test]
fn a_pinned_node_that_a_linked_clone_cannot_reach_is_named_in_the_log() {
    let (world, service, ran) = deploy(&json!({"node": "pve2"}));
    assert_eq!(node(&world, service), "pve1");
    assert!(
        ran.text.contains("pve2"),
        "the log says why it is not on pve2:\n{}",
        ran.text
    );
}

#[test]
fn a_linked_clone_on_shared_storage_moves_to_the_roomiest_node() {
    let (world, service, _) = deploy(&json!({"template": "9001"}));
    assert_eq!(node(&world, service), "pve3");
    assert_eq!(tasks(&world, "qmigrate"), 1);
}

#[test]
fn a_linked_clone_has_its_disk_moved_to_the_storage_sold() {
    let (world, service, _) =
        deploy(&json!({"template": "9001", "node": "pve1", "system_storage": "local-lvm"}));
    assert_eq!(node(&world, service), "pve1");
    assert_eq!(tasks(&world, "qmmove"), 1);
}

#[test]
fn a_full_clone_goes_straight_to_its_storage_on_its_node() {
    let (world, service, _) =
        deploy(&json!({"clone_type": "full", "node": "pve1", "system_storage": "nfs-vm"}));
    assert_eq!(node(&world, service), "pve1");
    assert_eq!(tasks(&world, "qmmove") + tasks(&world, "qmigrate"), 0);
}

#[test]
fn a_full_clone_migrates_with_its_local_disk() {
    let (world, service, _) =
        deploy(&json!({"clone_type": "full", "node": "pve2", "system_storage": "local-lvm"}));
    assert_eq!(node(&world, service), "pve2");
    assert_eq!(tasks(&world, "qmigrate"), 1);
}

#[test]
fn a_pinned_node_that_is_offline_is_replaced() {
    let (world, service, ran) = deploy_order(
        &json!({"template": "9001", "node": "pve2"}),
        Order::new(7),
        |world| {
            world.see(|all| {
                all.nodes
                    .iter_mut()
                    .filter(|node| node.name == "pve2")
                    .for_each(|node| node.online = false)
            });
        },
    );
    assert_eq!(node(&world, service), "pve3");
    assert!(ran.text.contains("node pve2 is offline"), "{}", ran.text);
}

#[test]
fn with_dhcp_alone_the_firewall_is_left_alone() {
    let (world, service, _) = deploy(
        &json!({"dhcp4": "1", "dhcp6": "1", "ipv6": "1", "vlan": "31", "bridge": "vmbr1", "rate": "12.5"}),
    );
    assert!(addresses(&world, service).is_empty());
    let conf = conf(&world, service);
    assert_eq!(conf["ipconfig0"], "ip=dhcp,ip6=dhcp");
    let card = options(&conf["net0"]);
    assert_eq!(
        (card["bridge"].as_str(), card["tag"].as_str()),
        ("vmbr1", "31")
    );
}

#[test]
fn several_addresses_of_both_families_are_taken_lowest_first() {
    let (world, service, _) = deploy(&json!({"ipv4": "3", "ipv6": "2", "dhcp6": "0"}));
    let texts: Vec<String> = addresses(&world, service)
        .iter()
        .map(|row| row.text.clone())
        .collect();
    assert_eq!(
        texts,
        [
            "192.0.2.10",
            "192.0.2.11",
            "192.0.2.12",
            "2001:db8:7::100",
            "2001:db8:7::101"
        ]
    );
    let sets = world.host.effects_of("update_service");
    let last = sets.last().unwrap();
    assert_eq!(last["dedicatedip"], "192.0.2.10");
    assert!(
        last["assignedips"]
            .as_str()
            .unwrap()
            .contains("2001:0db8:0007:0000:0000:0000:0000:0100"),
        "{last}"
    );
}

#[test]
fn the_legacy_list_serves_when_no_pool_does() {
    let list = "vmbr1|42|203.0.113.9|24|203.0.113.1|9.9.9.9,1.1.1.1\nvmbr1|42|203.0.113.8|24|203.0.113.1|9.9.9.9";
    let world = World::new(Scenario::named("demo").unwrap(), 7);
    world.product(PRODUCT, &usual_with(&json!({})));
    let (world, service, _) = finish(world, Order::new(7).server("serverassignedips", list));
    assert_eq!(
        addresses(&world, service)[0].text,
        "203.0.113.8",
        "the lowest first"
    );
    assert_eq!(options(&conf(&world, service)["net0"])["tag"], "42");
}

#[test]
fn a_pool_brings_bridge_and_vlan_unless_the_product_fixes_them() {
    let other = |world: &World| {
        let mut vlan = pool("198.51.100.10", "198.51.100.20");
        (vlan.bridge, vlan.vlan) = ("vmbr1".to_owned(), 77);
        world.pool(&vlan);
    };
    let fixed = json!({"auto_bridge": "0", "bridge": "vmbr1", "vlan": "77"});
    let (world, service, _) = deploy_order(&fixed, Order::new(7), other);
    assert_eq!(addresses(&world, service)[0].text, "198.51.100.10");
    let (world, service, _) = deploy_order(&json!({}), Order::new(7), other);
    assert_eq!(addresses(&world, service)[0].text, "192.0.2.10");
}

#[test]
fn an_additional_disk_and_all_limits_are_as_sold() {
    let (world, service, _) = deploy(&json!({
        "additional_storage": "nfs-vm", "additional_size": "25",
        "system_read_mbps": "100", "system_write_mbps": "80", "system_read_iops": "1000", "system_write_iops": "900",
        "additional_read_mbps": "50", "additional_write_mbps": "40", "additional_read_iops": "500", "additional_write_iops": "400",
    }));
    assert!(conf(&world, service)["scsi1"].contains("nfs-vm:"));
}

#[test]
fn configurable_options_override_the_product() {
    let order = Order::new(7)
        .option("CPU|CPU Cores", "4")
        .option("RAM|RAM", "8")
        .option("System Disk", "40")
        .option("Operating System", "9001");
    let (world, service, _) = deploy_order(&json!({}), order, |_| {});
    let conf = conf(&world, service);
    assert_eq!(
        (conf["cores"].as_str(), conf["memory"].as_str()),
        ("4", "8192")
    );
    assert!(conf["scsi0"].contains("size=40G"));
}

#[test]
fn firewall_policies_and_flags_are_as_sold() {
    deploy(
        &json!({"enable": "0", "anti_spoofing": "0", "macfilter": "0", "dhcp": "0", "ndp": "0"}),
    );
    deploy(
        &json!({"policy_in": "DROP", "policy_out": "REJECT", "log_in": "info", "log_out": "warning", "ipfilter": "1", "radv": "1"}),
    );
}

#[test]
fn keys_user_model_and_name_are_as_sold() {
    let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f anna@home";
    let order = Order::new(7).field("SSH Key", key);
    let changes = json!({"username": "admin", "model": "e1000", "name_rule": "vm-{service_id}-{client_id}", "main_domain": ".vm.example.org"});
    let (world, service, _) = deploy_order(&changes, order, |_| {});
    let conf = conf(&world, service);
    assert_eq!(conf["name"], "vm-7-507");
    assert_eq!(conf["ciuser"], "admin");
    assert!(!conf["sshkeys"].is_empty());
    assert_eq!(
        world.host.services.borrow()[&7]["domain"],
        "vm-7-507.vm.example.org"
    );
}

#[test]
fn a_windows_template_with_uefi_and_tpm_is_deployed() {
    let (world, service, _) = deploy(&json!({"template": "9002", "system_size": "60", "ram": "8"}));
    assert_eq!(node(&world, service), "pve2");
}

#[test]
fn what_a_template_reserves_or_protects_is_not_handed_to_its_clones() {
    let mut world = World::usual(7);
    world.product(PRODUCT, &usual_with(&json!({"ram": "1"})));
    world.see(|all| {
        let template = &mut all.vms.get_mut(&9000).unwrap().conf;
        for (key, value) in [("memory", "4096"), ("balloon", "2048"), ("protection", "1")] {
            template.insert(key.to_owned(), value.to_owned());
        }
    });
    world.foreign = world.guests();
    let (world, service, _) = finish(world, Order::new(7));
    let conf = conf(&world, service);
    assert_eq!(conf["memory"], "1024");
    assert!(!conf.contains_key("balloon"), "{conf:?}");
    assert_ne!(conf.get("protection").map(String::as_str), Some("1"));
}

#[test]
fn names_are_written_to_a_zone_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("db.example.com");
    std::fs::write(
        &path,
        "$TTL 1h\n@ IN SOA ns1 hostmaster 2026041001 4h 1h 1w 300\n  IN NS ns1\nns1 A 192.0.2.53\n",
    )
    .unwrap();
    let file = path.clone();
    let (_, _, ran) = deploy_order(
        &json!({"ipv6": "1", "dhcp6": "0"}),
        Order::new(7),
        |world| {
            world.zone("example.com", "zonefile", &json!({"path": file}));
        },
    );
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(
        text.contains("507-7") && text.contains("192.0.2.10"),
        "{text}"
    );
    assert!(text.contains("2001:db8:7::100"), "{text}");
    assert!(
        ran.text.contains("2. Configure DNS records  "),
        "{}",
        ran.text
    );
}

#[test]
fn a_failing_zone_does_not_hold_the_flow() {
    let (_, _, ran) = deploy_order(&json!({}), Order::new(7), |world| {
        world.zone(
            "example.com",
            "zonefile",
            &json!({"path": "/nonexistent/db.example.com"}),
        );
    });
    assert!(
        ran.text.contains("/nonexistent/db.example.com"),
        "{}",
        ran.text
    );
}

#[test]
fn a_mail_that_whmcs_refuses_does_not_hold_the_flow() {
    let (_, _, ran) = deploy_order(&json!({}), Order::new(7), |world| {
        let answer = json!({"ok": false, "error": "Email Template not found"});
        *world.host.mail.borrow_mut() = Some(Ok(answer));
    });
    assert!(
        ran.text.contains("was not sent: Email Template not found"),
        "{}",
        ran.text
    );
}

#[test]
fn a_database_that_gives_numbers_as_text_does_as_well() {
    deploy_order(&json!({"ipv4": "2"}), Order::new(7), |world| {
        world.host.stringly.set(true)
    });
}

#[test]
fn user_and_password_do_as_well_as_a_token() {
    let order = Order::new(7)
        .server("serverusername", "whmcs@pve")
        .server("serverpassword", "demo-user-password");
    deploy_order(&json!({"template": "9001"}), order, |_| {});
}
