//! What the client reads of what goes on: how far Proxmox is, how long it usually takes, and what was done lately by whom.

use super::*;

fn status(world: &World) -> Value {
    granted(world, &json!({"op": "status"}))
}

/// How far a task is while it runs, second by second, until nothing runs any more.
fn watched(world: &World) -> (Value, Vec<f64>) {
    let (mut last, mut percents) = (Value::Null, vec![]);
    for _ in 0..400 {
        let task = status(world)["task"].clone();
        if task.is_null() {
            break;
        }
        percents.extend(task["percent"].as_f64());
        last = task;
        world.advance(MINUTE / 60);
    }
    (last, percents)
}

#[test]
fn a_backup_tells_how_far_it_is_and_how_long_one_takes() {
    let world = world(&json!({}));
    assert_eq!(status(&world)["task"], Value::Null);
    let mut before: Option<i64> = None;
    for round in 0..3 {
        granted(
            &world,
            &json!({"op": "backup_now", "note": format!("round {round}")}),
        );
        let (task, percents) = watched(&world);
        println!("{task} {percents:?}");
        assert_eq!(task["kind"], "backup");
        assert!(percents.len() > 5, "{percents:?}");
        let last = percents.last().copied().unwrap();
        assert!(
            percents.is_sorted() && (90.0..=100.0).contains(&last),
            "{percents:?}"
        );
        assert!(percents[percents.len() / 2] > 20.0, "{percents:?}");
        // The last look came shortly before the end.
        let took = task["elapsed"].as_i64().unwrap();
        if let Some(before) = before {
            let usual = task["usual"].as_i64().unwrap();
            assert!(
                (0..=5).contains(&(usual - before)),
                "{usual} s, seen {before} s"
            );
        }
        before = before.or(Some(took));
        let made = granted(&world, &json!({"op": "backups"}))["backups"][0]["id"].clone();
        granted(&world, &json!({"op": "backup_remove", "backup": made}));
        wait(&world);
    }
    assert_eq!(status(&world)["task"], Value::Null);
}

#[test]
fn what_was_done_lately_names_who_did_it() {
    let world = world(&json!({}));
    granted(&world, &json!({"op": "stop"}));
    done(&world, &json!({"op": "start"}));
    wait(&world);
    super::backups::schedule(&world, "03:17");
    world.advance(HOUR * 24);
    for _ in 0..5 {
        world.tick();
        world.advance(MINUTE);
    }
    let read = |page: &Value| -> Vec<(String, String, bool)> {
        let rows = page["recent"].as_array().unwrap().iter();
        let text = |row: &Value, key: &str| row[key].as_str().unwrap().to_owned();
        rows.map(|row| (text(row, "action"), text(row, "by"), row["done"] == true))
            .collect()
    };
    let one = |action: &str, by: &str| (action.to_owned(), by.to_owned(), true);
    let drawn = || {
        let params = world.host.services.borrow()[&SERVICE.0].clone();
        world.drive(|site| async move { actions::client_overview(&site, params).await.unwrap() })
    };
    let told = drawn();
    println!("{}", told["recent"]);
    assert_eq!(
        read(&told),
        [
            one("backup_now", "schedule"),
            one("start", "staff"),
            one("stop", "client")
        ]
    );
    assert_eq!(told["task"], Value::Null);
    // A look says it anew only where somebody's request goes on or ended lately.
    assert_eq!(status(&world)["recent"], Value::Null);
    let clicked = granted(&world, &json!({"op": "reboot"}));
    assert_eq!(clicked["recent"], Value::Null);
    wait(&world);
    assert_eq!(read(&status(&world))[0], one("reboot", "client"));
    // What is old is no news.
    world.advance(HOUR * 24 * 8);
    assert_eq!(read(&drawn()), []);
}

/// The staff limit the traffic of a service in WHMCS, in MB.
#[test]
fn the_months_traffic_is_told_with_its_limit() {
    let world = world(&json!({}));
    assert_eq!(
        granted(&world, &json!({"op": "traffic"}))["limit"],
        Value::Null
    );
    world
        .host
        .run("CREATE TABLE tblhosting (id INTEGER, bwlimit INTEGER)");
    world
        .host
        .run(&format!("INSERT INTO tblhosting VALUES ({}, 0)", SERVICE.0));
    assert_eq!(
        granted(&world, &json!({"op": "traffic"}))["limit"],
        Value::Null
    );
    world.host.run("UPDATE tblhosting SET bwlimit = 2048");
    assert_eq!(
        granted(&world, &json!({"op": "traffic"}))["limit"],
        2_147_483_648_u64
    );
}

#[test]
fn keys_come_with_a_new_password() {
    let world = world(&json!({}));
    assert_eq!(granted(&world, &json!({"op": "access"}))["ssh_keys"], "");
    let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0LFZt0cS2bTg3mP4TzvTzv5nU2xGJ1v6oQp5cq0m2R me@laptop";
    let why = refused(
        &world,
        &json!({"op": "reset_password", "shutdown": "1", "ssh_keys": "ssh-rsa nonsense"}),
    );
    assert!(why.starts_with("Line 1"), "{why}");
    assert!(!conf(&world).contains_key("sshkeys"));
    granted(
        &world,
        &json!({"op": "reset_password", "shutdown": "1", "ssh_keys": key}),
    );
    wait(&world);
    let written = conf(&world)["sshkeys"].clone();
    assert!(written.contains("AAAAC3NzaC1lZDI1NTE5"), "{written}");
    assert_eq!(granted(&world, &json!({"op": "access"}))["ssh_keys"], key);
    // A form without the field leaves them.
    granted(&world, &json!({"op": "reset_password", "shutdown": "1"}));
    wait(&world);
    assert_eq!(conf(&world)["sshkeys"], written);
}
