//! Why a VM does not move: one sentence that says what was tried, what Proxmox answered and what to do next.

use crate::support::shop::{PRODUCT, usual_with};
use crate::support::{Order, World};
use puq_proxmox_kvm::model::{ServiceId, VmState};
use puq_proxmox_kvm::net::Fingerprint;
use serde_json::{Value, json};
use std::time::Duration;

mod locks;
mod together;

const MINUTE: Duration = Duration::from_secs(60);

/// What stands in the way of an order, and what its sentence must say.
struct Obstacle {
    name: &'static str,
    put: fn(&World),
    words: &'static [&'static str],
}

/// A fault for the requests of this kind.
fn fault(world: &World, method: &str, path: &str, what: Value) {
    world.faults(&json!([{"match": {"method": method, "path": path}, "do": what}]));
}

fn params(world: &World, service: ServiceId) -> Value {
    world.host.services.borrow()[&service.0].clone()
}

const CLONE: &str = "/nodes/*/qemu/*/clone";
const CONFIG: &str = "/nodes/*/qemu/*/config";

fn died(text: &str) -> Value {
    json!({"status": {"code": 500, "reason": text}})
}

const OBSTACLES: &[Obstacle] = &[
    Obstacle {
        name: "a lock that a task holds",
        put: |world| {
            fault(
                world,
                "PUT",
                CONFIG,
                json!({"lock": {"kind": "backup", "seconds": 9000}}),
            )
        },
        words: &[
            "waiting for the lock \"backup\" on VM",
            "(pve",
            "to go: the backup of VM",
            "since 20",
            "UPID:",
        ],
    },
    Obstacle {
        name: "a lock that nothing holds",
        put: |world| fault(world, "PUT", CONFIG, json!({"lock": {"kind": "migrate"}})),
        words: &[
            "waiting for the lock \"migrate\" on VM",
            "no task on pve",
            "run on pve",
            ": qm unlock ",
        ],
    },
    Obstacle {
        name: "a task",
        put: |world| fault(world, "POST", CLONE, json!("task_never_ends")),
        words: &[
            "waiting for the clone of template 9000 on pve1 since 20",
            "(UPID:pve1:",
        ],
    },
    Obstacle {
        name: "a node that is down",
        put: |world| {
            fault(
                world,
                "POST",
                CLONE,
                json!({"status": {"code": 595, "reason": "No route to host"}}),
            )
        },
        words: &[
            "Cannot clone template 9000 on pve1",
            "No route to host",
            "pve1",
        ],
    },
    Obstacle {
        name: "no quorum",
        put: |world| fault(world, "POST", CLONE, json!("no_quorum")),
        words: &["Cannot ", "no quorum", "nodes"],
    },
    Obstacle {
        name: "a storage that is offline",
        put: |world| {
            fault(
                world,
                "POST",
                CLONE,
                died("storage 'local-lvm' is not online"),
            )
        },
        words: &[
            "Cannot clone template 9000",
            "storage 'local-lvm' is not online",
            " – ",
        ],
    },
    Obstacle {
        name: "a storage that is busy",
        put: |world| {
            fault(
                world,
                "POST",
                CLONE,
                died("cfs-lock 'storage-nfs' error: got lock request timeout"),
            )
        },
        words: &[
            "Cannot clone template 9000",
            "got lock request timeout",
            " – ",
        ],
    },
    Obstacle {
        name: "a file lock that is not to be had",
        put: |world| {
            let text = "can't lock file '/var/lock/qemu-server/lock-9000.conf' - got timeout";
            fault(world, "POST", CLONE, died(text));
        },
        words: &[
            "Cannot clone template 9000",
            "lock-9000.conf",
            "something else holds the VM's configuration for a moment",
        ],
    },
    Obstacle {
        name: "a credential that is refused",
        put: |world| {
            let refused =
                json!({"status": {"code": 401, "reason": "Authentication failed!", "body": ""}});
            world.faults(&json!([{"match": {}, "do": refused}]));
        },
        words: &[
            "Cannot ",
            "Authentication failed!",
            "check user name, token and secret",
        ],
    },
    Obstacle {
        name: "a certificate that is not the pinned one",
        put: |world| {
            *world.network.certificate.borrow_mut() = Some(Fingerprint([0xAB; 32]));
            for params in world.host.services.borrow_mut().values_mut() {
                let pin = format!("fingerprint = {}", Fingerprint([0xCD; 32]));
                params["serveraccesshash"] = json!(pin);
            }
        },
        words: &["Cannot ", "AB:AB:", "pin the new one"],
    },
    Obstacle {
        name: "a privilege that is missing",
        put: |world| {
            let refused = json!({"status": {"code": 403, "reason": "Permission check failed (/vms/9000, VM.Clone)"}});
            fault(world, "POST", CLONE, refused);
        },
        words: &[
            "Cannot clone template 9000",
            "(/vms/9000, VM.Clone)",
            "give the token a role",
        ],
    },
    Obstacle {
        name: "a template that is not there",
        put: |world| world.product(PRODUCT, &usual_with(&json!({"template": "9999"}))),
        words: &[
            "Template 9999 does not exist on the cluster",
            "Create it, or choose another",
        ],
    },
    Obstacle {
        name: "a pool that is used up",
        put: |world| {
            world
                .host
                .rows("DELETE FROM puq_proxmox_kvm_ip_pools RETURNING id");
        },
        words: &["address", "pool"],
    },
    Obstacle {
        name: "an answer that takes too long",
        put: |world| fault(world, "POST", CLONE, json!("hang")),
        words: &["Cannot clone template 9000", "60 s", "looked at before"],
    },
    Obstacle {
        name: "a proxy leg that timed out",
        put: |world| {
            fault(
                world,
                "POST",
                CLONE,
                json!({"status": {"code": 596, "reason": "Connection timed out"}}),
            )
        },
        words: &["Cannot clone template 9000", "Connection timed out", " – "],
    },
    Obstacle {
        name: "a task that fails",
        put: |world| {
            let text = "start failed: QEMU exited with code 1";
            fault(
                world,
                "POST",
                "~/status/start$",
                json!({"task_fail": {"exitstatus": text}}),
            );
        },
        words: &["Cannot start VM", "QEMU exited with code 1", " – "],
    },
    Obstacle {
        name: "a text that nobody knows",
        put: |world| fault(world, "PUT", CONFIG, died("flux capacitor is empty")),
        words: &[
            "Cannot change the config of VM",
            "flux capacitor is empty",
            "is looked at before anything is repeated",
        ],
    },
];

#[test]
fn each_obstacle_is_told_in_one_sentence_with_since_when() {
    for obstacle in OBSTACLES {
        let world = World::usual(5);
        let service = world.order(&Order::new(7));
        (obstacle.put)(&world);
        let mut text = world.tick().text;
        let since = world.record(service).waiting_since;
        world.advance(5 * MINUTE);
        text.push_str(&world.tick().text);
        let record = world.record(service);
        println!("{}:\n    {}", obstacle.name, record.waiting);
        for word in obstacle.words {
            assert!(
                record.waiting.contains(word),
                "{}: {word:?} is missing in: {}\n{text}",
                obstacle.name,
                record.waiting
            );
        }
        assert!(since.is_some(), "{}", obstacle.name);
        assert!(
            text.contains("--- Deploy paused: waiting at ["),
            "{}: {text}",
            obstacle.name
        );
        let list = world.cron(&["--list"]).text;
        assert!(list.contains(&record.waiting), "{}: {list}", obstacle.name);
        assert!(
            list.contains("\nsid:7 vm:") && list.contains(" since 20"),
            "{list}"
        );
    }
}

#[test]
fn the_wait_counts_from_its_beginning_and_ends_with_the_obstacle() {
    let world = World::usual(5);
    let service = world.order(&Order::new(7));
    fault(
        &world,
        "PUT",
        CONFIG,
        json!({"lock": {"kind": "backup", "seconds": 900}}),
    );
    world.tick();
    let first = world.record(service).waiting_since;
    world.faults(&json!([]));
    for _ in 0..3 {
        world.advance(MINUTE);
        world.tick();
        assert_eq!(world.record(service).waiting_since, first);
    }
    world.advance(15 * MINUTE);
    world.settle(5);
    assert_eq!(world.state(service), VmState::Ready);
    let list = world.cron(&["--list"]).text;
    assert!(!list.contains("Waiting"), "{list}");
}

/// *Default Timeout* bounds reads, *Heavy Operations Timeout* writes; a lease outlives whatever is set.
#[test]
fn the_settings_say_how_long_an_answer_is_waited_for() {
    for (setting, value, method, path, within) in [
        ("heavy_timeout", "20", "POST", CLONE, "within 20 s"),
        ("heavy_timeout", "400", "POST", CLONE, "within 400 s"),
        (
            "default_timeout",
            "3",
            "GET",
            "/cluster/resources",
            "within 3 s",
        ),
    ] {
        let world = World::usual(5);
        world.setting(setting, value);
        let service = world.order(&Order::new(7));
        fault(&world, method, path, json!("hang"));
        world.tick();
        let waiting = world.record(service).waiting;
        assert!(waiting.contains(within), "{setting} {value}: {waiting}");
        world.faults(&json!([]));
        world.advance(10 * MINUTE);
        world.settle(5);
        assert_eq!(world.state(service), VmState::Ready, "{setting} {value}");
    }
}

/// *Migration Timeout* is how long one run watches a migration; the next goes on watching.
#[test]
fn a_migration_is_left_to_the_next_run_when_the_settings_say_so() {
    let world = World::usual(5);
    world.product(
        PRODUCT,
        &usual_with(&json!({"template": "9001", "node": "pve2"})),
    );
    world.setting("migration_timeout", "20");
    let service = world.order(&Order::new(7));
    fault(
        &world,
        "POST",
        "/nodes/*/qemu/*/migrate",
        json!("task_never_ends"),
    );
    for _ in 0..2 {
        let began = world.see(|all| all.now);
        let text = world.tick().text;
        let seconds = world.see(|all| all.now).saturating_sub(began) / 1_000_000;
        assert!((15..60).contains(&seconds), "{seconds} s of 300: {text}");
        let waiting = world.record(service).waiting;
        assert!(
            waiting.contains("waiting for the migration of VM"),
            "{waiting}"
        );
        world.advance(MINUTE);
    }
}
