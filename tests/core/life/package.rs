//! The staff's page: what was sold beside what the VM has, whatever somebody did to it in Proxmox.

use super::*;

/// The row of a value after a look.
fn row(world: &World, label: &str) -> Value {
    let page = done(world, &json!({"op": "status"}));
    let mut rows = page["plan"].as_array().unwrap().iter();
    let row = rows.find(|row| row["label"] == label);
    row.unwrap_or_else(|| panic!("{label} is no row")).clone()
}

fn text(value: &Value) -> &str {
    value
        .as_str()
        .or(value["text"].as_str())
        .unwrap_or_default()
}

/// Changes the VM by hand, as somebody does in Proxmox.
fn by_hand(world: &World, change: impl FnOnce(&mut BTreeMap<String, String>)) {
    let vmid = world.record(SERVICE).vmid.unwrap().get();
    world.see(|all| change(&mut all.vms.get_mut(&vmid).unwrap().conf));
}

#[test]
fn a_vm_as_it_was_sold_differs_in_nothing() {
    let world = world(&json!({"iso_storage": "local"}));
    let page = done(&world, &json!({"op": "status"}));
    let rows = page["plan"].as_array().unwrap();
    let odd: Vec<&Value> = rows.iter().filter(|row| row["differs"] == true).collect();
    assert!(odd.is_empty(), "{odd:?}");
    for label in [
        "node",
        "cpu",
        "memory",
        "system_disk",
        "system_storage",
        "system_read",
        "rate",
        "bridge",
        "vlan",
        "ipv4",
        "firewall",
        "firewall_filters",
        "iso",
    ] {
        let row = row(&world, label);
        assert!(!text(&row["real"]).is_empty(), "{label}: {row}");
    }
    assert_eq!(page["taken_over"], Value::Null);
    // Before the first look nobody knows what the VM has.
    let params = world.host.services.borrow()[&SERVICE.0].clone();
    let drawn =
        world.drive(|site| async move { actions::admin_service(&site, params).await.unwrap() });
    let cpu = drawn["plan"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["label"] == "cpu");
    assert_eq!(cpu.unwrap()["real"], Value::Null);
    assert_eq!(cpu.unwrap()["differs"], false);
}

#[test]
fn each_value_that_somebody_changed_is_marked_with_what_mends_it() {
    let world = world(&json!({}));
    for (label, key, to, mend) in [
        ("cpu", "cores", "7", "**Set CPU RAM ->"),
        ("memory", "memory", "512", "**Set CPU RAM ->"),
        ("bridge", "net0", "bridge=vmbr9", "*Set Network ->"),
        ("vlan", "net0", "bridge=vmbr0,tag=44", "*Set Network ->"),
        ("rate", "net0", "bridge=vmbr0,rate=3", "*Set Network ->"),
        (
            "firewall",
            "net0",
            "bridge=vmbr0,firewall=0",
            "*Set Firewall ->",
        ),
    ] {
        assert_eq!(row(&world, label)["differs"], false, "{label} before");
        let was = conf(&world)[key].clone();
        let value = match key {
            "net0" => {
                let card = was.split(',').next().unwrap();
                format!("{card},{to}")
            }
            _ => to.to_owned(),
        };
        by_hand(&world, |conf| {
            conf.insert(key.to_owned(), value);
        });
        let found = row(&world, label);
        assert_eq!(found["differs"], true, "{label}: {found}");
        assert!(text(&found["todo"]).contains(mend), "{label}: {found}");
        by_hand(&world, |conf| {
            conf.insert(key.to_owned(), was);
        });
    }
}

#[test]
fn a_disk_that_is_larger_than_sold_does_not_shrink() {
    let world = world(&json!({}));
    let sold = row(&world, "system_disk");
    assert_eq!(sold["differs"], false);
    by_hand(&world, |conf| {
        let (slot, line) = conf
            .iter()
            .find(|(key, line)| key.starts_with("scsi") && line.contains("size="))
            .unwrap();
        let (slot, line) = (slot.clone(), line.clone());
        let size = line
            .split("size=")
            .nth(1)
            .unwrap()
            .split(',')
            .next()
            .unwrap()
            .to_owned();
        conf.insert(slot, line.replace(&format!("size={size}"), "size=999G"));
    });
    let found = row(&world, "system_disk");
    assert_eq!(found["differs"], true);
    assert_eq!(text(&found["real"]), "999 GiB");
    assert!(text(&found["todo"]).contains("never shrink"), "{found}");
}

#[test]
fn pages_that_the_product_leaves_out_are_named() {
    let world = world(&json!({"snapshots": "0", "firewall_perm": "0"}));
    let page = done(&world, &json!({"op": "status"}));
    let withheld = page["withheld"].as_array().unwrap();
    assert!(withheld.contains(&json!("snapshots")), "{withheld:?}");
    assert!(!withheld.contains(&json!("backups")), "{withheld:?}");
    // And the staff read them all the same.
    done(&world, &json!({"op": "snapshots"}));
}

#[test]
fn a_vm_that_was_taken_over_says_what_remains() {
    let world = world(&json!({}));
    call(&world, "terminate");
    world.settle(5);
    let vmid = world.see(|all| {
        let (vmid, vm) = all
            .vms
            .iter_mut()
            .find(|(_, vm)| !vm.is_template() && !vm.conf.contains_key("lock"))
            .unwrap();
        vm.conf.insert(
            "ipconfig0".to_owned(),
            "ip=198.51.100.77/24,gw=198.51.100.1".to_owned(),
        );
        vm.conf.insert("cores".to_owned(), "9".to_owned());
        *vmid
    });
    let answer = ask_admin(
        &world,
        &json!({"op": "attach", "vmid": vmid.to_string(), "present": ""}),
    );
    assert_eq!(answer["ok"], true, "{answer}");
    let page = done(&world, &json!({"op": "status"}));
    let taken = &page["taken_over"];
    assert!(taken["at"].as_i64().unwrap() > 0, "{page}");
    assert_eq!(taken["configured"], json!(["198.51.100.77"]));
    let left: Vec<&str> = taken["left"].as_array().unwrap().iter().map(text).collect();
    assert!(left.iter().any(|one| one.contains("differ")), "{left:?}");
    assert!(
        left.iter().any(|one| one.contains("198.51.100.77")),
        "{left:?}"
    );
}
