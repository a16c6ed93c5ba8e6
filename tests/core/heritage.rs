//! What a template brings along: every key of Proxmox's has its class, what contradicts what is sold does not reach a VM,
//! and what cannot be mended is named before anything is cloned.

use crate::deploy::finish;
use crate::support::compare::assert_as_sold;
use crate::support::shop::{PRODUCT, SERVER, usual_with};
use crate::support::{Order, World};
use puq_proxmox_kvm::doctor::{self, Check, Health};
use puq_proxmox_kvm::model::{ServerId, ServiceId, VmState};
use puq_proxmox_kvm::steps::heritage::{Fate, KEYS, fate_of};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const TEMPLATE: u32 = 9001;
const SERVICE: ServiceId = ServiceId(7);

type Schemas = BTreeMap<String, BTreeMap<String, Vec<String>>>;

fn schemas() -> Schemas {
    serde_json::from_str(include_str!("../fixtures/pve/config-keys.json")).unwrap()
}

#[test]
fn every_key_of_every_release_has_its_class() {
    let schemas = schemas();
    assert_eq!(schemas.keys().collect::<Vec<_>>(), ["7.4", "8.4", "9.2"]);
    for (version, keys) in &schemas {
        for (key, parts) in keys {
            let one = key.replace("[n]", "0");
            let fate = fate_of(&one).unwrap_or_else(|| panic!("{key} of {version} has no class"));
            assert_eq!(
                matches!(fate, Fate::Parts(_)),
                !parts.is_empty() || matches!(key.as_str(), "machine" | "memory" | "cdrom"),
                "{key} of {version} is a property string in one of both only: {parts:?}"
            );
            let Fate::Parts(known) = fate else { continue };
            for part in parts {
                let classed = known.iter().any(|(name, _)| name == part);
                assert!(classed, "{part} of {key} of {version} has no class");
            }
        }
    }
    // Nor does the list name what no release has.
    let real: BTreeSet<&String> = schemas.values().flat_map(BTreeMap::keys).collect();
    for (key, fate) in KEYS {
        assert!(
            real.contains(&key.to_string()) || *key == "digest",
            "{key} is in no release"
        );
        let Fate::Parts(known) = fate else { continue };
        // All drives share one list, though no bus has all of it.
        let drives = ["ide[n]", "sata[n]", "scsi[n]", "virtio[n]", "cdrom"];
        let like: &[&str] = match drives.contains(key) {
            true => &drives,
            false => std::slice::from_ref(key),
        };
        let parts: BTreeSet<&String> = schemas
            .values()
            .flat_map(|keys| like.iter().filter_map(|key| keys.get(*key)))
            .flatten()
            .collect();
        for (part, _) in *known {
            // 7.4 writes these two as a bare value.
            let bare = matches!((*key, *part), ("memory", "current") | ("machine", "type"));
            assert!(
                bare || parts.contains(&part.to_string()),
                "{part} of {key} is in no release"
            );
        }
    }
    assert_eq!(fate_of("net00000"), fate_of("net1"));
    assert_eq!(fate_of("frobnicate"), None);
}

/// A world whose template says these things, too.
fn with(template: &[(&str, &str)], product: &Value) -> World {
    let mut world = World::usual(7);
    let mut all = json!({"template": TEMPLATE.to_string(), "backups": "2", "backup_storage": "pbs-backup|pbs"});
    for (key, value) in product.as_object().unwrap() {
        all[key] = value.clone();
    }
    world.product(PRODUCT, &usual_with(&all));
    say(&world, TEMPLATE, template);
    world.foreign = world.guests();
    world
}

fn say(world: &World, vmid: u32, pairs: &[(&str, &str)]) {
    world.see(|all| {
        let conf = &mut all.vms.get_mut(&vmid).unwrap().conf;
        for (key, value) in pairs {
            match *value {
                "" => drop(conf.remove(*key)),
                // More of a drive or a card.
                more if more.starts_with(',') => conf.get_mut(*key).unwrap().push_str(more),
                value => drop(conf.insert((*key).to_owned(), value.to_owned())),
            }
        }
    });
}

fn conf(world: &World) -> BTreeMap<String, String> {
    let vmid = world.record(SERVICE).vmid.unwrap().get();
    world.see(|all| all.vms[&vmid].conf.clone())
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

/// What contradicts what is sold: a key, its value in the template, and what the VM must not have afterwards.
const CONTRADICTIONS: [(&str, &str, &str); 25] = [
    ("vcpus", "1", "vcpus"),
    ("vcpus", "8", "vcpus"),
    ("cpulimit", "0.5", "cpulimit"),
    ("cpuunits", "8", "cpuunits"),
    ("smp", "4", "smp"),
    ("numa0", "cpus=0-1,memory=1024", "numa0"),
    ("balloon", "256", "balloon"),
    ("freeze", "1", "freeze"),
    ("reboot", "0", "reboot"),
    ("startdate", "2006-06-17T16:01:21", "startdate"),
    ("scsi0", ",backup=0", "backup=0"),
    ("scsi0", ",snapshot=1", "snapshot=1"),
    ("scsi0", ",ro=1", "ro=1"),
    (
        "scsi0",
        ",mbps_rd=50,mbps_rd_max=200,bps_rd_max_length=9",
        "mbps_rd_max",
    ),
    ("scsi0", ",iops=50,iops_max=100,iops_max_length=2", "iops"),
    ("scsi0", ",mbps=5", "mbps"),
    ("scsi0", ",bps_wr=1048576", "bps_wr"),
    ("net0", ",link_down=1", "link_down"),
    ("net0", ",trunks=2;3;10-20", "trunks"),
    ("net1", "virtio=BC:24:11:00:90:AA,bridge=vmbr1", "net1"),
    ("ipconfig1", "ip=10.0.0.5/24", "ipconfig1"),
    ("ipconfig0", "ip=10.0.0.5/24,gw=10.0.0.1", "10.0.0.5"),
    (
        "cicustom",
        "user=nfs-vm:snippets/u.yaml,vendor=nfs-vm:snippets/v.yaml",
        "user=",
    ),
    ("cicustom", "network=nfs-vm:snippets/n.yaml", "cicustom"),
    ("hotplug", "network,memory,disk,cpu", "memory,"),
];

#[test]
fn what_contradicts_what_is_sold_does_not_reach_the_vm_and_the_doctor_says_so() {
    for (key, value, gone) in CONTRADICTIONS {
        let mut pairs = vec![(key, value)];
        if key == "numa0" || key == "hotplug" {
            pairs.push(("numa", "1"));
        }
        let world = with(&pairs, &json!({}));
        let named = doctor(&world);
        let (world, _, ran) = finish(world, Order::new(7));
        let text: String = conf(&world)
            .iter()
            .map(|(key, value)| format!("{key}: {value}\n"))
            .collect();
        let lines = text.replace("memory: ", "");
        assert!(
            !lines.contains(gone),
            "{key}={value} is there still:\n{text}"
        );
        let word = if key == "ipconfig0" { "" } else { key };
        let told = |check: &Check| {
            check.health == Health::Warn
                && check.text.contains("would change what is sold")
                && check.text.contains(word)
        };
        // The address of the first card is set for each VM anew, whatever a template has.
        assert!(
            key == "ipconfig0" || named.iter().any(told),
            "{key}={value}: {named:?}"
        );
        assert!(ran.text.contains("status=ready"), "{}", ran.text);
    }
}

#[test]
fn all_of_it_together_does_not_reach_the_vm_either() {
    let pairs = [
        ("vcpus", "8"),
        ("cpulimit", "1"),
        ("numa", "1"),
        ("numa0", "cpus=0,memory=512"),
        ("numa1", "cpus=1,memory=512"),
        ("hotplug", "memory"),
        (
            "scsi0",
            ",backup=0,mbps_rd=50,mbps_rd_max=200,iops_wr=3,iops_wr_max=9,ssd=1",
        ),
        (
            "scsi1",
            "nfs-vm:9001/vm-9001-disk-1.qcow2,size=2G,backup=0,mbps=3,mbps_max=5",
        ),
        ("net0", ",link_down=1,mtu=1400"),
        ("net3", "e1000=BC:24:11:00:90:AB,bridge=vmbr0"),
        (
            "cicustom",
            "user=nfs-vm:snippets/u.yaml,vendor=nfs-vm:snippets/v.yaml",
        ),
    ];
    let sold = json!({"clone_type": "full", "ram": "0.5", "additional_size": "5", "system_read_mbps": "100"});
    let world = with(&pairs, &sold);
    world.see(|all| {
        let conf = all.vms[&TEMPLATE].conf.clone();
        all.adopt_volumes(&conf, TEMPLATE, "pve1");
    });
    let (world, ..) = finish(world, Order::new(7));
    let conf = conf(&world);
    assert!(conf["scsi0"].contains("ssd=1"), "{conf:?}");
    assert!(!conf["scsi1"].contains("backup"), "{conf:?}");
    assert!(conf["net0"].contains("mtu=1400"), "{conf:?}");
    assert_eq!(conf["hotplug"], "0");
    assert_eq!(conf["cicustom"], "vendor=nfs-vm:snippets/v.yaml");
}

#[test]
fn where_no_backups_are_sold_a_disk_may_stay_out_of_them() {
    let world = with(&[("scsi0", ",backup=0")], &json!({"backups": "0"}));
    let (world, ..) = finish(world, Order::new(7));
    assert!(conf(&world)["scsi0"].contains("backup=0"));
}

/// What no step can mend: pairs, a word of the sentence, and the pairs that mend it.
type Unsellable<'a> = (&'a [(&'a str, &'a str)], &'a str, &'a [(&'a str, &'a str)]);

const UNSELLABLE: [Unsellable<'static>; 11] = [
    (
        &[("affinity", "0-1")],
        "--delete affinity",
        &[("affinity", "")],
    ),
    (
        &[("hugepages", "1024"), ("numa", "1")],
        "--delete hugepages",
        &[("hugepages", "")],
    ),
    (&[("hugepages", "2")], "needs numa=1", &[("numa", "1")]),
    (&[("args", "-smp 1")], "-smp", &[("args", "")]),
    (
        &[("args", "-device foo --snapshot")],
        "--snapshot",
        &[("args", "-device foo")],
    ),
    (
        &[("virtiofs0", "dirid=share")],
        "--delete virtiofs0",
        &[("virtiofs0", "")],
    ),
    (
        &[("ivshmem", "size=32,name=x")],
        "share memory",
        &[("ivshmem", "")],
    ),
    (
        &[(
            "smbios1",
            "uuid=00000000-0000-4000-8000-000000009001,serial=ds=nocloud;s=http://192.0.2.1/",
        )],
        "look for its settings elsewhere",
        &[("smbios1", "uuid=00000000-0000-4000-8000-000000009001")],
    ),
    (
        // The same in base64: ds=nocloud-net
        &[(
            "smbios1",
            "base64=1,serial=ZHM9bm9jbG91ZC1uZXQ=,uuid=00000000-0000-4000-8000-000000009001",
        )],
        "look for its settings elsewhere",
        &[(
            "smbios1",
            "base64=1,serial=U04tMQ==,uuid=00000000-0000-4000-8000-000000009001",
        )],
    ),
    (
        &[("boot", "order=ide2;net0")],
        "--boot order=scsi0",
        &[("boot", "order=scsi0")],
    ),
    (&[("boot", "dn")], "names no disk", &[("boot", "c")]),
];

#[test]
fn what_no_step_can_mend_is_named_before_the_clone_and_the_order_goes_on_once_it_is_mended() {
    for (pairs, word, mended) in UNSELLABLE {
        let world = with(pairs, &json!({"ram": "1.5"}));
        let named = doctor(&world);
        let told = |check: &Check| {
            check.health == Health::Fail && format!("{} {}", check.text, check.fix).contains(word)
        };
        assert!(named.iter().any(told), "{pairs:?}: {named:?}");
        world.order(&Order::new(7));
        world.order(&Order::new(8));
        let ran = world.tick();
        for service in [SERVICE, ServiceId(8)] {
            let record = world.record(service);
            assert_eq!(record.state, VmState::SetDns, "{pairs:?}: {}", ran.text);
            assert!(
                record.waiting.contains(word),
                "{pairs:?}: {}",
                record.waiting
            );
            assert!(record.waiting.contains("qm set 9001"), "{}", record.waiting);
            assert_eq!(record.vmid, None, "no number is taken");
        }
        let clones = world.see(|all| {
            let entries = all.journal.entries().iter();
            entries
                .filter(|entry| entry.path.ends_with("/clone"))
                .count()
        });
        assert_eq!(clones, 0, "{pairs:?}: nothing is cloned");
        say(&world, TEMPLATE, mended);
        world.advance(std::time::Duration::from_secs(3600));
        world.settle(5);
        assert_as_sold(&world, SERVICE);
        assert_as_sold(&world, ServiceId(8));
    }
}

#[test]
fn a_reinstallation_keeps_the_old_vm_while_the_template_cannot_be_sold() {
    let (world, ..) = finish(with(&[], &json!({})), Order::new(7));
    let vmid = world.record(SERVICE).vmid.unwrap().get();
    say(&world, TEMPLATE, &[("affinity", "0")]);
    let params = world.host.services.borrow()[&7].clone();
    let answer = world.drive(|site| async move {
        let request = json!({"op": "reinstall", "confirm": "REINSTALL"});
        puq_proxmox_kvm::actions::client_api(&site, params, request)
            .await
            .unwrap()
    });
    assert_eq!(answer["ok"], true, "{answer}");
    world.advance(std::time::Duration::from_secs(60));
    world.tick();
    assert!(world.record(SERVICE).waiting.contains("affinity"));
    assert!(
        world.see(|all| all.vms.contains_key(&vmid)),
        "the old one is there"
    );
    say(&world, TEMPLATE, &[("affinity", "")]);
    world.advance(std::time::Duration::from_secs(3600));
    world.settle(5);
    assert_as_sold(&world, SERVICE);
}

#[test]
fn what_does_no_harm_is_as_in_the_template() {
    let pairs = [
        ("acpi", "1"),
        ("agent", "1,fstrim_cloned_disks=1"),
        ("allow-ksm", "0"),
        ("args", "-device foo"),
        ("audio0", "device=AC97"),
        ("ciupgrade", "0"),
        ("citype", "nocloud"),
        (
            "cicustom",
            "vendor=nfs-vm:snippets/v.yaml,meta=nfs-vm:snippets/m.yaml",
        ),
        ("cpu", "host,flags=+aes"),
        ("cpulimit", "0"),
        ("balloon", "0"),
        ("hotplug", "network,disk"),
        ("hugepages", "2"),
        ("numa", "1"),
        ("keyboard", "de"),
        ("localtime", "1"),
        ("machine", "pc-q35-9.2+pve1"),
        ("ostype", "l26"),
        ("reboot", "1"),
        ("rng0", "source=/dev/urandom"),
        ("scsihw", "virtio-scsi-single"),
        ("serial0", "socket"),
        ("startdate", "now"),
        ("startup", "order=2"),
        ("tablet", "0"),
        ("usb0", "spice"),
        ("vga", "serial0"),
        ("watchdog", "model=i6300esb"),
    ];
    let world = with(&pairs, &json!({}));
    let quiet = doctor(&world);
    let (world, ..) = finish(world, Order::new(7));
    let conf = conf(&world);
    for (key, value) in pairs {
        assert_eq!(conf.get(key).map(String::as_str), Some(value), "{key}");
        assert!(matches!(
            fate_of(key),
            Some(Fate::Harmless | Fate::Parts(_) | Fate::Sold(_) | Fate::Refused)
        ));
    }
    let blamed = |check: &&Check| check.text.contains("would change what is sold");
    assert_eq!(quiet.iter().find(blamed), None);
    // What nobody can judge is worth a word.
    for word in ["args (-device foo)", "meta=nfs-vm:snippets/m.yaml"] {
        assert!(
            quiet.iter().any(|check| check.text.contains(word)),
            "{word}: {quiet:?}"
        );
    }
}

#[test]
fn a_changed_package_puts_right_what_a_vm_has_and_names_what_it_leaves() {
    let (world, ..) = finish(with(&[], &json!({})), Order::new(7));
    let vmid = world.record(SERVICE).vmid.unwrap().get();
    say(
        &world,
        vmid,
        &[
            ("vcpus", "1"),
            ("cpulimit", "0.2"),
            ("affinity", "0"),
            ("scsi0", ",backup=0,snapshot=1,iops_rd=5,iops_rd_max=9"),
            ("net0", ",link_down=1"),
            ("net1", "virtio=BC:24:11:00:90:AC,bridge=vmbr1"),
        ],
    );
    let params = world.host.services.borrow()[&7].clone();
    let answer = world.drive(|site| async move {
        puq_proxmox_kvm::actions::change_package(&site, params)
            .await
            .unwrap()
    });
    assert_eq!(answer, "success");
    let text: String = world.settle(5).into_iter().map(|ran| ran.text).collect();
    let conf = conf(&world);
    for key in ["vcpus", "cpulimit"] {
        assert!(!conf.contains_key(key), "{key}: {conf:?}");
    }
    for part in ["backup", "snapshot", "iops"] {
        assert!(!conf["scsi0"].contains(part), "{part}: {conf:?}");
    }
    // Somebody's hand: a second card may be its owner's, a plug may be pulled to stop abuse, and affinity is root's.
    for word in ["net1", "link_down=1", "affinity=0"] {
        assert!(text.contains(word), "the log names {word}:\n{text}");
    }
    assert!(conf.contains_key("net1") && conf["net0"].contains("link_down=1"));
}

#[test]
fn a_backup_holds_the_disk_whatever_somebody_wrote_since() {
    let (world, ..) = finish(with(&[], &json!({})), Order::new(7));
    let vmid = world.record(SERVICE).vmid.unwrap().get();
    say(&world, vmid, &[("scsi0", ",backup=0")]);
    let params = world.host.services.borrow()[&7].clone();
    let answer = world.drive(|site| async move {
        let request = json!({"op": "backup_now", "note": "mine"});
        puq_proxmox_kvm::actions::client_api(&site, params, request)
            .await
            .unwrap()
    });
    assert_eq!(answer["ok"], true, "{answer}");
    for _ in 0..3 {
        world.advance(std::time::Duration::from_secs(60));
        world.tick();
    }
    let held: Vec<bool> = world.see(|all| {
        let backups = all.volumes.values().filter(|v| v.vmid == Some(vmid));
        let saved = backups.filter_map(|volume| volume.saved.as_ref());
        saved
            .map(|saved| !saved.conf["scsi0"].contains("backup=0"))
            .collect()
    });
    assert_eq!(held, [true], "one backup, with the disk in it");
}
