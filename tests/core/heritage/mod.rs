//! What a template brings along: every key of Proxmox's has its class, what contradicts what is sold does not reach a VM,
//! and what cannot be mended is named before anything is cloned.

mod later;
mod refused;

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
    serde_json::from_str(include_str!("../../fixtures/pve/config-keys.json")).unwrap()
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
                && check.text.as_str().contains("would change what is sold")
                && check.text.as_str().contains(word)
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
    let blamed = |check: &&Check| check.text.as_str().contains("would change what is sold");
    assert_eq!(quiet.iter().find(blamed), None);
    // What nobody can judge is worth a word.
    for word in ["args (-device foo)", "meta=nfs-vm:snippets/m.yaml"] {
        assert!(
            quiet.iter().any(|check| check.text.as_str().contains(word)),
            "{word}: {quiet:?}"
        );
    }
}
