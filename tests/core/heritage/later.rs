//! VMs that are there already: what a change of package and a backup make of them.

use super::*;

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
        crate::support::actions::change_package(&site, params)
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
        crate::support::actions::client_api(&site, params, request)
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
