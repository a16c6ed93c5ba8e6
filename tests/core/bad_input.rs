//! What an admin gets wrong, and what the log says of it: one clear sentence, and once mended the flow goes on.

use crate::support::compare::assert_as_sold;
use crate::support::invariant::{assert_at_rest, assert_invariants};
use crate::support::shop::{PRODUCT, pool, usual_with};
use crate::support::{Order, World};
use puq_proxmox_kvm::model::{ServiceId, VmState};
use puq_proxmox_kvm::net::Fingerprint;
use pve_sim::Scenario;
use serde_json::{Value, json};
use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);

/// Orders `count` VMs in a broken world; ticks; the sentence must hold every one of `words`. Then mends and settles.
fn broken(
    count: u64,
    world: &World,
    order: impl Fn(u64) -> Order,
    words: &[&str],
    mend: impl FnOnce(&World),
) -> Vec<usize> {
    for number in 0..count {
        world.order(&order(7 + number));
    }
    let mut requests = vec![];
    for _ in 0..3 {
        world.crash_at_request(None);
        let ran = world.tick();
        println!("{}", ran.text);
        assert_eq!(ran.status, Ok(1), "{}", ran.text);
        requests.push(world.network.sent.borrow().len());
        world.advance(MINUTE);
    }
    for record in world.records() {
        println!("{}: {}", record.service, record.waiting);
        for word in words {
            assert!(
                record.waiting.contains(word),
                "{word:?} is missing in: {}",
                record.waiting
            );
        }
        assert!(
            !record.waiting.contains("0e8c2d4a"),
            "a secret shows: {}",
            record.waiting
        );
        assert!(record.next_look_at.is_some());
    }
    assert_invariants(world);
    mend(world);
    world.settle(5);
    for number in 0..count {
        assert_as_sold(world, ServiceId(7 + number));
    }
    assert_at_rest(world);
    requests
}

/// With many services waiting for one thing, one look per tick is made, however many they are.
fn one_look(
    world: impl Fn() -> World,
    words: &[&str],
    order: impl Fn(u64) -> Order,
    mend: impl Fn(&World),
) {
    let alone = broken(1, &world(), &order, words, &mend);
    let many = broken(20, &world(), &order, words, &mend);
    println!("requests per tick: alone {alone:?}, twenty {many:?}");
    // The first tick meets the obstacle for the first time: all of them may run into it.
    assert_eq!(
        alone[1..],
        many[1..],
        "requests per tick of 1 and of 20 services"
    );
}

fn set_param(world: &World, key: &str, value: &Value) {
    for params in world.host.services.borrow_mut().values_mut() {
        params[key] = value.clone();
    }
}

#[test]
fn a_cluster_that_cannot_be_reached() {
    let order = |id| {
        Order::new(id)
            .server("serverhostname", "pve9")
            .server("serveraccesshash", "")
    };
    one_look(
        || World::usual(1),
        &["https://pve9:8006", "reach"],
        order,
        |world| {
            set_param(world, "serverhostname", &json!("pve1"));
        },
    );
}

#[test]
fn a_certificate_that_is_not_the_pinned_one() {
    let shown = Fingerprint([0xAB; 32]);
    let world = || {
        let world = World::usual(1);
        *world.network.certificate.borrow_mut() = Some(shown);
        world
    };
    let pinned = |id| {
        Order::new(id).server(
            "serveraccesshash",
            &format!("fingerprint = {}", Fingerprint([0xCD; 32])),
        )
    };
    one_look(world, &["AB:AB", "pin"], pinned, |world| {
        set_param(
            world,
            "serveraccesshash",
            &json!(format!("fingerprint = {shown}")),
        );
    });
}

#[test]
fn a_certificate_that_nobody_vouches_for() {
    let shown = Fingerprint([0xAB; 32]);
    let world = || {
        let world = World::usual(1);
        *world.network.certificate.borrow_mut() = Some(shown);
        world
    };
    one_look(
        world,
        &["certificate", "pve1", "pin"],
        Order::new,
        |world| {
            set_param(
                world,
                "serveraccesshash",
                &json!(format!("fingerprint = {shown}")),
            );
        },
    );
}

#[test]
fn a_token_that_is_wrong() {
    let order =
        |id| Order::new(id).server("serverpassword", "00000000-0000-4000-8000-000000000000");
    one_look(
        || World::usual(1),
        &["token"],
        order,
        |world| {
            set_param(
                world,
                "serverpassword",
                &json!("0e8c2d4a-5b6f-4c1e-9d3a-7f2b1a0c9e8d"),
            );
        },
    );
}

#[test]
fn a_server_entry_that_makes_no_sense() {
    let order = |id| Order::new(id).server("serverusername", "whmcs");
    one_look(
        || World::usual(1),
        &["Username", "realm"],
        order,
        |world| {
            set_param(world, "serverusername", &json!("whmcs@pve!demo"));
        },
    );
}

#[test]
fn a_template_that_is_not_there() {
    let world = || {
        let world = World::usual(1);
        world.product(PRODUCT, &usual_with(&json!({"template": "9555"})));
        world
    };
    one_look(
        world,
        &["Template 9555", "does not exist"],
        Order::new,
        |world| {
            world.product(PRODUCT, &usual_with(&json!({})));
        },
    );
}

#[test]
fn a_template_that_is_none() {
    let world = || {
        let world = World::usual(1);
        world.product(PRODUCT, &usual_with(&json!({"template": "115"})));
        world
    };
    one_look(world, &["115", "template"], Order::new, |world| {
        world.product(PRODUCT, &usual_with(&json!({})));
    });
}

#[test]
fn no_template_at_all() {
    let world = || {
        let world = World::usual(1);
        world.product(PRODUCT, &usual_with(&json!({"template": ""})));
        world
    };
    one_look(
        world,
        &["template", "Module Settings"],
        Order::new,
        |world| {
            world.product(PRODUCT, &usual_with(&json!({})));
        },
    );
}

#[test]
fn a_template_without_a_cloudinit_drive() {
    let world = || {
        let mut scenario = Scenario::named("demo").unwrap();
        for vm in scenario.vms.iter_mut().filter(|vm| vm.vmid == 9000) {
            vm.config.remove("ide2");
        }
        let world = World::new(scenario, 1);
        world.product(PRODUCT, &usual_with(&json!({})));
        world.pool(&pool("192.0.2.10", "192.0.2.250"));
        world
    };
    broken(
        1,
        &world(),
        Order::new,
        &["cloud-init drive", "9000"],
        |world| {
            world.see(|all| {
                let drive = json!({"ide2": "local-lvm:vm-2000-cloudinit,media=cdrom"});
                all.meddle(&json!({"vmid": 2000, "config": drive})).unwrap();
            });
        },
    );
}

#[test]
fn a_pool_without_a_free_address() {
    let world = || {
        let world = World::new(Scenario::named("demo").unwrap(), 1);
        world.product(PRODUCT, &usual_with(&json!({})));
        world
    };
    one_look(world, &["IPv4", "pool"], Order::new, |world| {
        world.pool(&pool("192.0.2.10", "192.0.2.250"))
    });
}

#[test]
fn a_product_without_settings() {
    let world = || {
        let world = World::usual(1);
        world.host.run("DELETE FROM puq_proxmox_kvm_products");
        world
    };
    one_look(
        world,
        &["Product 10", "Module Settings"],
        Order::new,
        |world| {
            world.product(PRODUCT, &usual_with(&json!({})));
        },
    );
}

#[test]
fn a_product_whose_settings_are_broken() {
    let broken_settings = r#"{"cpu": "many", "ram": "0", "template": "9000"}"#;
    let world = || {
        let world = World::usual(1);
        world.product_raw(PRODUCT, broken_settings);
        world
    };
    one_look(world, &["cpu", "ram", "many"], Order::new, |world| {
        world.product(PRODUCT, &usual_with(&json!({})));
    });
}

#[test]
fn an_option_that_breaks_its_rule() {
    let world = World::usual(1);
    let order = |id| Order::new(id).option("RAM", "lots");
    broken(1, &world, order, &["RAM", "lots"], |world| {
        set_param(world, "configoptions", &json!({"RAM": "4 GB"}))
    });
}

#[test]
fn a_storage_that_is_not_there() {
    let world = World::usual(1);
    let changes = json!({"clone_type": "full", "node": "pve1", "system_storage": "ceph"});
    world.product(PRODUCT, &usual_with(&changes));
    broken(1, &world, Order::new, &["ceph"], |world| {
        world.product(PRODUCT, &usual_with(&json!({})))
    });
}

#[test]
fn a_bridge_that_is_not_there() {
    let world = World::usual(1);
    world.product(
        PRODUCT,
        &usual_with(&json!({"dhcp4": "1", "bridge": "vmbr7"})),
    );
    broken(1, &world, Order::new, &["start"], |world| {
        world.see(|all| {
            all.nodes
                .iter_mut()
                .for_each(|node| node.bridges.push("vmbr7".to_owned()))
        });
    });
}

#[test]
fn a_token_with_too_few_privileges() {
    let world = World::usual(1);
    let order = |id| {
        Order::new(id)
            .server("serverusername", "whmcs@pve!weak")
            .server("serverpassword", "1e8c2d4a-5b6f-4c1e-9d3a-7f2b1a0c9e8d")
    };
    broken(1, &world, order, &["Sys.Audit", "privilege"], |world| {
        set_param(world, "serverusername", &json!("whmcs@pve!demo"));
        set_param(
            world,
            "serverpassword",
            &json!("0e8c2d4a-5b6f-4c1e-9d3a-7f2b1a0c9e8d"),
        );
    });
}

#[test]
fn a_cluster_without_quorum() {
    let world = World::usual(1);
    world.see(|all| all.quorate = false);
    broken(1, &world, Order::new, &["quorum"], |world| {
        world.see(|all| all.quorate = true)
    });
}

#[test]
fn a_service_without_a_server() {
    let world = World::usual(1);
    let order = |id| {
        Order::new(id)
            .server("serverhostname", "")
            .server("serveraccesshash", "")
    };
    broken(1, &world, order, &["Hostname"], |world| {
        set_param(world, "serverhostname", &json!("pve1"))
    });
}

#[test]
fn a_service_that_whmcs_lost() {
    let world = World::usual(1);
    world.order(&Order::new(7));
    world.host.services.borrow_mut().clear();
    let ran = world.tick();
    assert!(ran.text.contains("WHMCS has no service 7"), "{}", ran.text);
    assert_eq!(world.state(ServiceId(7)), VmState::Creation);
}

#[test]
fn a_database_that_fails_ends_the_run_with_a_sentence() {
    let world = World::usual(1);
    world.order(&Order::new(7));
    world
        .host
        .fail_database(Some("SQLSTATE[HY000] [2006] MySQL server has gone away"));
    let ran = world.tick();
    let error = ran.status.unwrap_err();
    assert!(error.contains("gone away"), "{error}");
    world.host.fail_database(None);
    world.advance(MINUTE);
    world.settle(3);
    assert_as_sold(&world, ServiceId(7));
}
