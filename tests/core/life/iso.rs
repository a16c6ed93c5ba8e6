//! ISO images: one at a time, in a drive that is not the cloud-init drive, and gone again as if it had never been.

use super::*;

/// Every drive of the VM with what is in it.
fn drives(world: &World) -> Vec<(String, String)> {
    let bus = |key: &String| {
        ["ide", "sata", "scsi"]
            .iter()
            .any(|bus| key.starts_with(bus))
    };
    conf(world)
        .into_iter()
        .filter(|(key, value)| bus(key) && key != "scsihw" && !value.is_empty())
        .collect()
}

fn with_storage(storage: &str) -> Value {
    json!({"iso_storage": storage})
}

#[test]
fn images_are_listed_by_group() {
    let world = world(&with_storage("local"));
    let list = granted(&world, &json!({"op": "isos"}));
    let names: Vec<&str> = list["groups"]
        .as_array()
        .unwrap()
        .iter()
        .map(|group| group["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["debian", "proxmox", "OTHER"], "{list}");
    assert_eq!(list["groups"][0]["images"].as_array().unwrap().len(), 2);
    assert_eq!(list["mounted"], Value::Null);
    assert_eq!(list["busy"], Value::Null);
}

#[test]
fn one_image_is_mounted_and_unmounted_without_a_trace() {
    let world = world(&with_storage("local"));
    stop(&world);
    let before = drives(&world);
    let cloudinit = conf(&world)["ide2"].clone();
    let id = "local:iso/debian-12.5.0-amd64-netinst.iso";
    granted(&world, &json!({"op": "iso_mount", "image": id}));
    let with = drives(&world);
    let added: Vec<_> = with
        .iter()
        .filter(|drive| !before.contains(drive))
        .collect();
    assert_eq!(added.len(), 1, "{with:?}");
    assert!(
        added[0].1.starts_with(id) && added[0].1.contains("media=cdrom"),
        "{added:?}"
    );
    assert_eq!(
        conf(&world)["ide2"],
        cloudinit,
        "the cloud-init drive stays"
    );
    let list = granted(&world, &json!({"op": "isos"}));
    assert_eq!(list["mounted"]["name"], "debian-12.5.0-amd64-netinst.iso");
    let why = refused(
        &world,
        &json!({"op": "iso_mount", "image": "local:iso/rescue.iso"}),
    );
    assert!(why.contains("unmount it first"), "{why}");
    granted(&world, &json!({"op": "iso_mount", "image": id}));
    assert_eq!(drives(&world), with, "mounting it again changes nothing");
    granted(&world, &json!({"op": "iso_unmount"}));
    assert_eq!(drives(&world), before);
    assert_eq!(world.record(SERVICE).iso_drive, "");
    granted(&world, &json!({"op": "iso_unmount"}));
    assert_eq!(drives(&world), before, "nothing to unmount is no error");
}

#[test]
fn a_tray_that_was_there_is_used_and_stays() {
    let world = world(&with_storage("local"));
    let vmid = world.record(SERVICE).vmid.unwrap().get();
    world.see(|all| {
        let tray = json!({"ide0": "none,media=cdrom"});
        all.meddle(&json!({"vmid": vmid, "config": tray})).unwrap();
    });
    // A running guest gets the medium at once: only the medium changes.
    let answer = granted(
        &world,
        &json!({"op": "iso_mount", "image": "local:iso/rescue.iso"}),
    );
    assert_eq!(answer["notice"], Value::Null, "{answer}");
    assert!(
        conf(&world)["ide0"].starts_with("local:iso/rescue.iso"),
        "{:?}",
        drives(&world)
    );
    granted(&world, &json!({"op": "iso_unmount"}));
    let tray = &conf(&world)["ide0"];
    assert!(
        tray.starts_with("none") && tray.contains("media=cdrom"),
        "{tray}"
    );
}

#[test]
fn a_running_guest_keeps_no_drive_that_was_made_for_an_image() {
    let world = world(&with_storage("local"));
    let before = drives(&world);
    let answer = granted(
        &world,
        &json!({"op": "iso_mount", "image": "local:iso/rescue.iso"}),
    );
    let said = "The VM sees the image from its next start on, because it had no drive for it.";
    assert_eq!(answer["notice"], said);
    assert_eq!(granted(&world, &json!({"op": "isos"}))["notice"], said);
    granted(&world, &json!({"op": "reboot"}));
    wait(&world);
    let list = granted(&world, &json!({"op": "isos"}));
    assert_eq!(list["notice"], Value::Null, "it has the drive now: {list}");
    granted(&world, &json!({"op": "iso_unmount"}));
    let list = granted(&world, &json!({"op": "isos"}));
    assert_eq!(list["mounted"], Value::Null);
    stop(&world);
    granted(&world, &json!({"op": "start"}));
    wait(&world);
    assert_eq!(drives(&world), before);
}

#[test]
fn only_images_of_the_product_s_storage_and_only_with_permission() {
    let world = world(&with_storage("local"));
    let vmid = world.record(SERVICE).vmid.unwrap().get();
    let before = drives(&world);
    for id in [
        json!("nfs-iso:iso/ubuntu-24.04-live-server-amd64.iso"),
        json!(format!("local-lvm:vm-{vmid}-disk-0")),
        json!("local:iso/../../etc/passwd"),
        json!("local:iso/none.iso,size=1"),
        json!(""),
        json!(7),
        Value::Null,
    ] {
        let why = refused(&world, &json!({"op": "iso_mount", "image": id}));
        assert_eq!(why, "There is no such image.", "{id}");
    }
    assert_eq!(drives(&world), before);
    let why = refused(&world, &json!({"op": "iso_eject"}));
    assert!(why.contains("not something"), "{why}");
    for product in [json!({}), json!({"iso_storage": "local", "iso": "0"})] {
        let world = self::world(&product);
        for op in ["isos", "iso_mount", "iso_unmount"] {
            let why = refused(&world, &json!({"op": op, "image": "local:iso/rescue.iso"}));
            assert_eq!(why, "Your product does not include this.");
        }
    }
}

#[test]
fn while_a_backup_runs_no_image_is_mounted() {
    let world = world(&with_storage("local"));
    let before = drives(&world);
    granted(&world, &json!({"op": "backup_now", "note": ""}));
    let request = json!({"op": "iso_mount", "image": "local:iso/rescue.iso"});
    let why = refused(&world, &request);
    assert!(why.contains("backup"), "{why}");
    assert_eq!(drives(&world), before);
    wait(&world);
    granted(&world, &request);
}

/// Whoever copies a file into a storage's folder names it as they like; Proxmox's own upload renames.
#[test]
fn images_with_odd_names_are_mounted_or_not_offered() {
    let carried = [
        "rescue disk 2026.iso",
        "c++-tools.iso",
        "100%_free.iso",
        "tom's #1 & more.iso",
        "\u{17c}\u{f3}\u{142}w-12.iso",
        "a:b;c|d.iso",
        "\"quoted\".iso",
        "UPPER.ISO",
        "-leading.iso",
        "cloudinit.iso",
        "vm-2000-cloudinit.iso",
        "seed:cloudinit.iso",
    ];
    let broken = [
        "a,b.iso",
        "a,media=disk.iso",
        "x=1.iso",
        "=.iso",
        "line\nbreak.iso",
        "tab\t.iso",
    ];
    let epoch = chrono::DateTime::parse_from_rfc3339("2026-04-10T08:00:00Z")
        .unwrap()
        .timestamp();
    let mut scenario = Scenario {
        epoch,
        ..Scenario::named("demo").unwrap()
    };
    let local = scenario
        .storages
        .iter_mut()
        .find(|known| known.id == "local");
    let names = carried.iter().chain(&broken).map(|name| (*name).to_owned());
    local.unwrap().isos.extend(names);
    let world = world_of(scenario, &with_storage("local"));
    let list = granted(&world, &json!({"op": "isos"}));
    let groups = list["groups"].as_array().unwrap();
    let offered: Vec<&str> = groups
        .iter()
        .flat_map(|group| group["images"].as_array().unwrap())
        .map(|image| image["id"].as_str().unwrap())
        .collect();
    stop(&world);
    let before = drives(&world);
    for name in broken {
        let id = format!("local:iso/{name}");
        assert!(!offered.contains(&id.as_str()), "{id}");
        let why = refused(&world, &json!({"op": "iso_mount", "image": id}));
        assert_eq!(why, "There is no such image.");
        assert_eq!(drives(&world), before, "{id}");
    }
    for name in carried {
        let id = format!("local:iso/{name}");
        assert!(offered.contains(&id.as_str()), "{id}: {list}");
        granted(&world, &json!({"op": "iso_mount", "image": id}));
        wait(&world);
        let mounted = granted(&world, &json!({"op": "isos"}))["mounted"].clone();
        assert_eq!(
            (&mounted["id"], &mounted["name"]),
            (&json!(id), &json!(name))
        );
        let full = |(_, drive): &(String, String)| drive.starts_with(&format!("{id},"));
        assert_eq!(
            drives(&world).iter().filter(|drive| full(drive)).count(),
            1,
            "{id}"
        );
        granted(&world, &json!({"op": "iso_unmount"}));
        wait(&world);
        assert_eq!(drives(&world), before, "{id}");
    }
}
