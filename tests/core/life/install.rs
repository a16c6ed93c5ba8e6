//! Installing anew and new passwords, as the client and WHMCS ask for them.

use super::*;
use crate::support::compare::assert_as_sold;
use crate::support::invariant::assert_at_rest;
use puq_proxmox_kvm::model::VmState;

const KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJdD7y3aLq454yWBdwLWbieU1ebz9/cu7/QEXn9OIeZJ me@here";

fn password(world: &World) -> String {
    world.host.services.borrow()[&SERVICE.0]["password"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn change_password(world: &World, password: &str) -> String {
    let mut params = world.host.services.borrow()[&SERVICE.0].clone();
    params["password"] = json!(password);
    world.drive(|site| async move { actions::change_password(&site, params).await.unwrap() })
}

fn systems(world: &World) {
    *world.host.options.borrow_mut() = json!([
        {"name": "RAM|Memory", "choices": ["1|1 GB"]},
        {"name": "Operating System|System", "choices": ["9000|Debian 12", "9001|Debian 12 shared", "none|x"]},
    ]);
}

#[test]
fn the_client_chooses_a_system_and_everything_else_stays() {
    let world = world(&json!({}));
    systems(&world);
    let before = (world.record(SERVICE), conf(&world), password(&world));
    let list = granted(&world, &json!({"op": "reinstall_options"}));
    assert_eq!(
        list["choices"],
        json!([{"template": 9000, "name": "Debian 12"}, {"template": 9001, "name": "Debian 12 shared"}])
    );
    assert_eq!(
        (&list["current"], &list["why"]),
        (&json!(9001), &Value::Null)
    );
    let request =
        json!({"op": "reinstall", "template": "9000", "confirm": "REINSTALL", "ssh_keys": KEY});
    granted(&world, &request);
    assert_eq!(world.state(SERVICE), VmState::Reinstall);
    world.settle(5);
    assert_as_sold(&world, SERVICE);
    assert_at_rest(&world);
    let (record, mac, old) = before;
    let now = world.record(SERVICE);
    assert_eq!((now.vmid, now.mac.clone()), (record.vmid, record.mac));
    assert_eq!(conf(&world)["ipconfig0"], mac["ipconfig0"]);
    assert_eq!(now.template.map(|vmid| vmid.get()), Some(9000));
    assert_ne!(
        password(&world),
        old,
        "a new installation has a new password"
    );
    assert!(running(&world));
    assert!(conf(&world)["sshkeys"].contains("ssh-ed25519"));
    let mails = world.host.effects_of("send_email");
    assert_eq!(
        mails.last().unwrap()["template"],
        "puqProxmoxKVM VM is ready"
    );
    // What is not said again stays.
    granted(&world, &json!({"op": "reinstall", "confirm": "REINSTALL"}));
    world.settle(5);
    assert_eq!(
        world.record(SERVICE).template.map(|vmid| vmid.get()),
        Some(9000)
    );
    assert_as_sold(&world, SERVICE);
}

#[test]
fn without_the_word_without_the_permission_or_while_busy_nothing_is_installed() {
    let world = world(&json!({}));
    systems(&world);
    for request in [
        json!({"op": "reinstall"}),
        json!({"op": "reinstall", "confirm": "reinstall"}),
        json!({"op": "reinstall", "confirm": true}),
        json!({"op": "reinstall", "confirm": "REINSTALL", "template": 115}),
        json!({"op": "reinstall", "confirm": "REINSTALL", "template": "9000; rm"}),
        json!({"op": "reinstall", "confirm": "REINSTALL", "template": [9000]}),
        json!({"op": "reinstall", "confirm": "REINSTALL", "ssh_keys": "ssh-rsa none"}),
        json!({"op": "reinstall_now"}),
    ] {
        refused(&world, &request);
        assert_eq!(world.state(SERVICE), VmState::Ready, "{request}");
    }
    granted(&world, &json!({"op": "backup_now"}));
    let why = refused(&world, &json!({"op": "reinstall", "confirm": "REINSTALL"}));
    assert!(why.contains("backup"), "{why}");
    wait(&world);
    let why = not_done(&world, &json!({"op": "reinstall"}));
    assert!(why.contains("running"), "{why}");
    let world = self::world(&json!({"reinstall": "0", "reset_password": "0"}));
    for op in ["reinstall", "reinstall_options", "reset_password"] {
        let why = refused(
            &world,
            &json!({"op": op, "confirm": "REINSTALL", "shutdown": 1}),
        );
        assert_eq!(why, "Your product does not include this.");
    }
}

#[test]
fn after_a_failed_restore_the_client_may_install_anew() {
    let world = world(&json!({}));
    world
        .host
        .run("UPDATE puqProxmoxKVM_vm_info SET vm_status = 'error_restore', rev = rev + 1");
    granted(&world, &json!({"op": "reinstall", "confirm": "REINSTALL"}));
    world.settle(5);
    assert_as_sold(&world, SERVICE);
    assert_at_rest(&world);
}

#[test]
fn a_new_password_is_drawn_stored_set_and_mailed() {
    let world = world(&json!({}));
    let old = password(&world);
    let why = refused(&world, &json!({"op": "reset_password"}));
    assert!(why.contains("shut down"), "{why}");
    assert_eq!(password(&world), old);
    granted(&world, &json!({"op": "reset_password", "shutdown": "1"}));
    assert_eq!(world.state(SERVICE), VmState::ResetPassword);
    let new = password(&world);
    assert!(new != old && new.len() == 16);
    world.settle(5);
    assert!(running(&world));
    // The comparison knows which password the VM was given.
    assert_as_sold(&world, SERVICE);
    let mails = world.host.effects_of("send_email");
    assert_eq!(
        mails.last().unwrap()["template"],
        "puqProxmoxKVM Reset password"
    );
    stop(&world);
    granted(&world, &json!({"op": "reset_password"}));
    world.settle(5);
    assert_ne!(password(&world), new);
    assert_as_sold(&world, SERVICE);
}

#[test]
fn whmcs_gives_a_password_only_to_a_vm_that_is_off() {
    let world = world(&json!({}));
    let old = password(&world);
    let why = change_password(&world, "brand New 1");
    assert!(why.contains("Shut it down first"), "{why}");
    for bad in ["", "two\nlines", &"x".repeat(200)] {
        let why = change_password(&world, bad);
        assert!(why.contains("new password"), "{why}");
    }
    assert_eq!(password(&world), old);
    stop(&world);
    assert_eq!(change_password(&world, "brand New 1"), "success");
    assert_eq!(
        password(&world),
        "brand New 1",
        "WHMCS and guest agree whatever comes"
    );
    world.settle(5);
    assert_as_sold(&world, SERVICE);
    assert!(running(&world));
}

/// More keys than a VM takes are refused while the VM still stands: it would be removed, and could never be built again.
#[test]
fn a_reinstallation_with_keys_without_end_removes_nothing() {
    let world = world(&json!({}));
    let many = |count: usize, note: usize| -> String {
        let one = |n: usize| format!("{KEY}-{n}-{}\n", "x".repeat(note));
        (0..count).map(one).collect()
    };
    for keys in [many(21, 0), many(20, 800), many(9000, 0), many(1, 20_000)] {
        let request = json!({"op": "reinstall", "confirm": "REINSTALL", "ssh_keys": keys});
        let why = refused(&world, &request);
        assert!(why.contains("SSH") || why.contains("too long"), "{why}");
        assert_eq!(world.record(SERVICE).state, VmState::Ready);
    }
    // What an earlier release let into the row is no way around it.
    let sql = format!(
        "UPDATE puqProxmoxKVM_vm_info SET ssh_keys = '{}'",
        many(100, 0)
    );
    world.host.run(&sql);
    let request = json!({"op": "reinstall", "confirm": "REINSTALL"});
    assert!(refused(&world, &request).contains("at most 20 SSH public keys"));
    let request = json!({"op": "reinstall", "confirm": "REINSTALL", "ssh_keys": many(20, 0)});
    granted(&world, &request);
    wait(&world);
    world.settle(6);
    assert_eq!(conf(&world)["sshkeys"].matches("ssh-ed25519").count(), 20);
}
