//! What a person asks a flow for has an end on that person's page, with its moment; so has a step of the staff's.

use super::*;
use crate::support::invariant::assert_at_rest;
use puq_proxmox_kvm::model::VmState;

fn told(world: &World) -> Vec<Value> {
    let page = granted(world, &json!({"op": "status"}));
    page["requests"].as_array().unwrap().clone()
}

fn told_staff(world: &World) -> Vec<Value> {
    let page = done(world, &json!({"op": "status"}));
    page["requests"].as_array().unwrap().clone()
}

fn dashboard(world: &World) -> Vec<String> {
    let request = json!({"op": "dashboard"});
    let answer =
        world.drive(|site| async move { actions::addon_api(&site, request).await.unwrap() });
    let failures = answer["data"]["failures"].as_array().unwrap();
    let text = |failure: &Value| failure["text"].as_str().unwrap().to_owned();
    failures.iter().map(text).collect()
}

/// Action and outcome, newest first.
fn ends(told: &[Value]) -> Vec<(&str, &str)> {
    let word = |row: &'_ Value, key: &str| -> &'static str {
        let text = row[key].as_str().unwrap().to_owned();
        Box::leak(text.into_boxed_str())
    };
    told.iter()
        .map(|row| (word(row, "action"), word(row, "outcome")))
        .collect()
}

fn a_backup(world: &World) -> String {
    granted(world, &json!({"op": "backup_now", "note": "first"}));
    wait(world);
    granted(world, &json!({"op": "backups"}))["backups"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn an_installation_a_restore_and_a_password_end_on_the_page() {
    let world = world(&json!({}));
    let id = a_backup(&world);
    for (action, request) in [
        (
            "reinstall",
            json!({"op": "reinstall", "confirm": "REINSTALL"}),
        ),
        (
            "backup_restore",
            json!({"op": "backup_restore", "backup": id}),
        ),
        (
            "reset_password",
            json!({"op": "reset_password", "shutdown": 1}),
        ),
    ] {
        granted(&world, &request);
        assert_eq!(ends(&told(&world))[0], (action, "going"));
        let before = told(&world)[0]["asked"].as_i64().unwrap();
        world.settle(10);
        assert_eq!(world.state(SERVICE), VmState::Ready);
        let row = told(&world).remove(0);
        assert_eq!(ends(std::slice::from_ref(&row)), [(action, "done")]);
        assert!(row["ended"].as_i64().unwrap() > before, "{row}");
        assert_eq!(row["why"], Value::Null);
        // Nothing of it keeps anybody from the VM.
        assert_eq!(
            granted(&world, &json!({"op": "backups"}))["busy"],
            Value::Null
        );
        let staff = told_staff(&world).remove(0);
        assert_eq!(
            (&staff["action"], &staff["asker"]),
            (&json!(action), &json!("client"))
        );
        assert_at_rest(&world);
        world.advance(MINUTE);
    }
    assert!(dashboard(&world).is_empty());
    // Who asked and went away finds it hours later, and not for ever.
    world.advance(HOUR * 5);
    assert!(ends(&told(&world)).contains(&("reinstall", "done")));
    world.advance(DAY);
    assert!(told(&world).is_empty());
}

#[test]
fn what_staff_ask_a_flow_for_is_not_the_clients_business() {
    let world = world(&json!({}));
    stop(&world);
    done(&world, &json!({"op": "reinstall"}));
    assert!(
        ends(&told(&world))
            .iter()
            .all(|(action, _)| *action != "reinstall")
    );
    assert_eq!(ends(&told_staff(&world))[0], ("reinstall", "going"));
    world.settle(10);
    assert_eq!(ends(&told_staff(&world))[0], ("reinstall", "done"));
}

#[test]
fn a_restore_that_fails_is_told_with_what_to_do_until_one_succeeds() {
    let world = world(&json!({}));
    let id = a_backup(&world);
    world.faults(&json!([{
        "match": {"method": "POST", "path": "/nodes/*/qemu"},
        "do": {"task_fail": {"exitstatus": "unable to detect disk size - please check backup"}},
    }]));
    granted(&world, &json!({"op": "backup_restore", "backup": id}));
    for _ in 0..10 {
        world.tick();
        world.advance(MINUTE);
    }
    assert_eq!(world.state(SERVICE), VmState::ErrorRestore);
    let row = told(&world).remove(0);
    assert_eq!(
        ends(std::slice::from_ref(&row)),
        [("backup_restore", "failed")]
    );
    assert_eq!(
        row["why"],
        "A restore failed; please restore a backup again or reinstall."
    );
    assert!(
        row["text"].is_null(),
        "what Proxmox said is the staff's: {row}"
    );
    let failures = dashboard(&world);
    assert!(
        failures.len() == 1 && failures[0].contains("unable to detect disk size"),
        "{failures:?}"
    );
    world.faults(&json!([]));
    granted(&world, &json!({"op": "reinstall", "confirm": "REINSTALL"}));
    world.settle(10);
    assert_eq!(
        ends(&told(&world))[..2],
        [("reinstall", "done"), ("backup_restore", "failed")]
    );
    granted(&world, &json!({"op": "backup_restore", "backup": id}));
    world.settle(10);
    assert_eq!(
        ends(&told(&world))[..2],
        [("backup_restore", "done"), ("reinstall", "done")],
        "the failure is old news"
    );
    assert!(dashboard(&world).is_empty());
}

#[test]
fn what_somebody_else_ended_is_said_to_be_overtaken() {
    for state in ["ready", "remove"] {
        let world = world(&json!({}));
        granted(&world, &json!({"op": "reset_password", "shutdown": 1}));
        done(&world, &json!({"op": "reset", "state": state}));
        let row = told(&world).remove(0);
        assert_eq!(
            ends(std::slice::from_ref(&row)),
            [("reset_password", "failed")],
            "{state}"
        );
        assert_eq!(
            row["why"],
            "Something else was asked for meanwhile, so this was not done."
        );
        assert!(dashboard(&world).is_empty());
    }
    let world = world(&json!({}));
    granted(&world, &json!({"op": "reinstall", "confirm": "REINSTALL"}));
    call(&world, "terminate");
    world.settle(10);
    assert_eq!(world.state(SERVICE), VmState::Remove);
    let open = "SELECT deed FROM puq_proxmox_kvm_requests WHERE outcome = ''";
    assert!(world.host.rows(open).is_empty());
    for page in [told(&world), told_staff(&world)] {
        assert_eq!(ends(&page), [("reinstall", "failed")]);
        assert_eq!(
            page[0]["why"],
            "Something else was asked for meanwhile, so this was not done."
        );
    }
    assert!(dashboard(&world).is_empty());
}

#[test]
fn a_step_of_the_staffs_that_fails_is_on_the_dashboard_until_it_succeeds() {
    let world = world(&json!({"cpu": "2"}));
    let step = json!({"op": "step", "step": "set_system_disk_bandwidth"});
    world.product(
        PRODUCT,
        &usual_with(&json!({"template": "9001", "system_read_mbps": "70"})),
    );
    world.faults(&json!([{
        "match": {"method": "POST", "path": "/nodes/*/qemu/*/config"},
        "do": {"status": {"code": 500, "message": "storage 'local-lvm' is not online"}},
    }, {
        "match": {"method": "PUT", "path": "/nodes/*/qemu/*/config"},
        "do": {"status": {"code": 500, "message": "storage 'local-lvm' is not online"}},
    }]));
    let why = not_done(&world, &step);
    let failures = dashboard(&world);
    assert!(
        failures.len() == 1 && failures[0].contains(&why) && failures[0].contains("Step"),
        "{failures:?}"
    );
    let row = told_staff(&world).remove(0);
    assert_eq!(
        (&row["action"], &row["subject"], &row["outcome"]),
        (
            &json!("step"),
            &json!("Set system disk I/O"),
            &json!("failed")
        )
    );
    assert!(told(&world).is_empty());
    world.faults(&json!([]));
    // Another step's success says nothing of this one.
    done(&world, &json!({"op": "step", "step": "set_network"}));
    assert_eq!(dashboard(&world).len(), 1);
    done(&world, &step);
    assert!(dashboard(&world).is_empty());
    assert_eq!(ends(&told_staff(&world))[0], ("step", "done"));
    assert_at_rest(&world);
}

#[test]
fn a_task_of_a_step_that_fails_after_the_answer_is_told_too() {
    let world = world(&json!({"system_size": "20"}));
    world.product(
        PRODUCT,
        &usual_with(&json!({"template": "9001", "system_size": "40"})),
    );
    world.faults(&json!([{
        "match": {"method": "PUT", "path": "/nodes/*/qemu/*/resize"},
        "do": {"task_fail": {"exitstatus": "lvextend failed: insufficient free space", "after": 90}},
    }]));
    let answer = ask_admin(
        &world,
        &json!({"op": "step", "step": "set_system_disk_size"}),
    );
    println!("{answer}");
    for _ in 0..4 {
        world.advance(MINUTE);
        world.tick();
    }
    let failures = dashboard(&world);
    assert!(
        failures.len() == 1 && failures[0].contains("insufficient free space"),
        "{failures:?}"
    );
    assert_eq!(ends(&told_staff(&world))[0], ("step", "failed"));
    assert_at_rest(&world);
}
