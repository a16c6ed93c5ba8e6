//! WHMCS's module log: each request that changes something stands there once while the debug switch is on, none that only
//! reads, and nothing secret.

use super::*;

/// The lines of the log: method and path.
fn told(world: &World) -> Vec<String> {
    let entries = world.host.effects_of("log_module");
    let action = |entry: &Value| entry["action"].as_str().unwrap().to_owned();
    entries.iter().map(action).collect()
}

/// What was sent and changes something, in the same form.
fn written(world: &World) -> Vec<String> {
    let sent = world.network.sent.borrow();
    let line = |method: &str, path: &str| {
        let path = path.trim_start_matches("/api2/json");
        format!("{method} {}", path.split('?').next().unwrap())
    };
    let all = sent.iter().filter(|one| one.method != "GET");
    all.map(|one| line(one.method, &one.path))
        .filter(|line| line.contains("/nodes/"))
        .collect()
}

fn switched_on() -> World {
    let world = World::new(Scenario::named("demo").unwrap(), 7);
    world.host.about.borrow_mut().module_log = true;
    let form = json!({"template": "9001", "backups": "2", "snapshots": "2", "backup_storage": "pbs-backup|pbs"});
    world.product(PRODUCT, &usual_with(&form));
    world.pool(&pool("192.0.2.10", "192.0.2.250"));
    world
}

#[test]
fn every_change_is_told_once_and_no_read() {
    let world = switched_on();
    world.network.sent.borrow_mut().clear();
    world.order(&Order::new(SERVICE.0));
    world.settle(3);
    ask(
        &world,
        &json!({"op": "snapshot_create", "description": "a"}),
    );
    let name = done(&world, &json!({"op": "snapshots"}))["snapshots"][0]["name"].clone();
    ask(&world, &json!({"op": "snapshot_remove", "name": name}));
    call(&world, "terminate");
    world.settle(5);
    let (told, written) = (told(&world), written(&world));
    assert!(told.iter().any(|line| line.ends_with("/clone")), "{told:?}");
    assert!(told.iter().any(|line| line.starts_with("DELETE ")));
    assert!(told.iter().all(|line| !line.starts_with("GET ")));
    assert_eq!(told, written);
}

#[test]
fn an_entry_says_what_was_sent_what_came_and_how_long_it_took() {
    let world = switched_on();
    world.order(&Order::new(SERVICE.0));
    world.settle(3);
    let entries = world.host.effects_of("log_module");
    let find = |end: &str| {
        let mut found = entries.iter();
        let one = found.find(|one| one["action"].as_str().unwrap().ends_with(end));
        one.unwrap_or_else(|| panic!("{end}")).clone()
    };
    let clone = find("/clone");
    let request = &clone["request"];
    assert_eq!(request["method"], "POST");
    assert!(
        request["endpoint"]
            .as_str()
            .unwrap()
            .starts_with("https://")
    );
    assert!(
        request["what"]
            .as_str()
            .unwrap()
            .starts_with("clone template 9001")
    );
    assert!(request["parameters"]["newid"].is_string(), "{request}");
    assert!(
        clone["response"].as_str().unwrap().contains("UPID:"),
        "{clone}"
    );
    let how = clone["processed"].as_str().unwrap();
    assert!(
        how.starts_with("HTTP 200, ") && how.ends_with(" s"),
        "{how}"
    );
    assert!(
        entries
            .iter()
            .any(|one| one["request"]["parameters"]["cipassword"] == "***")
    );
}

/// Neither the guest's password nor the credential by which the cluster is asked stands in what WHMCS is given to keep;
/// both are named as what is to be masked.
#[test]
fn the_log_is_given_no_secret() {
    let world = switched_on();
    world.order(&Order::new(SERVICE.0));
    world.settle(3);
    let secret = world.see(|all| all.tokens.first().unwrap().secret.clone());
    let passwords = world.network.passwords.borrow();
    let password = passwords.values().next().expect("a password was set");
    let mut masked = 0;
    for entry in world.host.effects_of("log_module") {
        for part in ["action", "request", "response", "processed"] {
            let text = entry[part].to_string();
            assert!(!text.contains(&secret), "{text}");
            assert!(!text.contains(password), "{text}");
        }
        let all = entry["secrets"].as_array().unwrap();
        assert!(all.iter().any(|one| *one == secret.as_str()));
        masked += usize::from(all.iter().any(|one| one == password));
    }
    assert!(masked > 0);
}

/// A request that nobody answered may have been done: it is told as such.
#[test]
fn what_was_not_answered_is_told_too() {
    let world = switched_on();
    world.order(&Order::new(SERVICE.0));
    world.settle(3);
    world.faults(&json!([{"match": {"method": "POST", "path": "/nodes/*/qemu/*/snapshot"}, "do": "reset_after"}]));
    let before = told(&world).len();
    ask(
        &world,
        &json!({"op": "snapshot_create", "description": "a"}),
    );
    let entries = world.host.effects_of("log_module");
    let entry = &entries[before];
    assert!(entry["action"].as_str().unwrap().ends_with("/snapshot"));
    assert!(
        entry["processed"]
            .as_str()
            .unwrap()
            .starts_with("no answer, "),
        "{entry}"
    );
}

#[test]
fn nothing_is_put_together_while_the_switch_is_off() {
    let world = world(&json!({}));
    ask(
        &world,
        &json!({"op": "snapshot_create", "description": "a"}),
    );
    assert_eq!(told(&world), Vec::<String>::new());
}
