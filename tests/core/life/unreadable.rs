//! A row with a word of a newer version, or of a hand: it holds up nobody but its own service, staff are told, and nothing is
//! ever written to it.

use super::*;
use puq_proxmox_kvm::doctor;
use puq_proxmox_kvm::model::VmState;

const OTHER: ServiceId = ServiceId(8);
const WORD: &str = "of_a_newer_version";
const COLUMNS: [&str; 8] = [
    "vm_status",
    "flow",
    "wanted",
    "cause",
    "policy_in",
    "policy_out",
    "suspended_from",
    "owner_mark",
];

fn spoil(world: &World, column: &str) {
    let sql = format!(
        "UPDATE puqProxmoxKVM_vm_info SET {column} = '{WORD}', next_look_at = 1, waiting = 'x', waiting_since = 1, fails = 50 \
         WHERE service_id = {SERVICE}"
    );
    assert_eq!(world.host.run(&sql), 1);
}

fn row(world: &World) -> String {
    let sql = format!("SELECT * FROM puqProxmoxKVM_vm_info WHERE service_id = {SERVICE}");
    format!("{:?}", world.host.rows(&sql))
}

fn told(world: &World) -> usize {
    let all = world.host.effects_of("log_activity");
    let of_it = |entry: &&Value| entry.to_string().contains(WORD);
    all.iter().filter(of_it).count()
}

fn addon(world: &World, request: Value) -> Value {
    world.drive(|site| async move { actions::addon_api(&site, request).await.unwrap() })
}

#[test]
fn it_holds_up_nobody_else_and_is_told() {
    for column in COLUMNS {
        let world = world(&json!({}));
        spoil(&world, column);
        let before = row(&world);
        world.order(&Order::new(OTHER.0));
        world.advance(MINUTE);
        let ran = world.tick();
        assert_eq!(ran.status, Ok(0), "{column}: {}", ran.text);
        assert_eq!(world.state(OTHER), VmState::Ready, "{column}: {}", ran.text);
        let leases = format!(
            "SELECT * FROM puq_proxmox_kvm_leases WHERE holder <> '' AND service_id = {SERVICE}"
        );
        assert!(world.host.rows(&leases).is_empty(), "{column}");

        let list = world.cron(&["--list"]).text;
        let dashboard = addon(&world, json!({"op": "dashboard"}));
        let alarms = dashboard["data"]["alarms"].to_string();
        // It is a service all the same.
        let ready = if column == "vm_status" { 1 } else { 2 };
        assert_eq!(dashboard["data"]["services"], 2, "{column}");
        assert_eq!(dashboard["data"]["active"], ready, "{column}");
        let odd = dashboard["data"]["census"].to_string();
        let strange = column == "owner_mark";
        assert_eq!(odd.contains("that cannot be read"), strange, "{odd}");
        assert_eq!(
            odd.contains(&format!("Service {SERVICE}: ")),
            strange,
            "{odd}"
        );
        let checks = world.drive(|site| async move { doctor::examine(&site, None).await.unwrap() });
        let check = checks.iter().find(|check| check.name == "records").unwrap();
        assert_eq!(check.health, doctor::Health::Fail);
        for text in [list.as_str(), alarms.as_str(), check.text.as_str()] {
            let named = text.contains(&format!("Service {SERVICE}: "));
            let said = named && text.contains(column) && text.contains(WORD);
            assert!(said, "{column}: {text}");
        }
        let hosting = "CREATE TABLE tblhosting (id INTEGER, domainstatus TEXT)";
        world.host.run(hosting);
        let page = addon(&world, json!({"op": "vms"}));
        let rows = page["data"]["rows"].as_array().unwrap();
        let ids: Vec<_> = rows.iter().map(|row| row["service_id"].clone()).collect();
        assert_eq!(ids, [json!(OTHER.0), json!(SERVICE.0)], "{page}");
        assert!(rows[1]["waiting"].as_str().unwrap().contains(column));
        if column == "vm_status" {
            assert_eq!(rows[1]["vm_status"], WORD);
        }

        // Its own pages say why, and do nothing.
        let params = world.host.services.borrow()[&SERVICE.0].clone();
        for request in [json!({"op": "status"}), json!({"op": "stop"})] {
            let params = params.clone();
            let answer =
                world.drive(|site| async move { actions::admin_api(&site, params, request).await });
            let said = match answer {
                Ok(answer) => answer.to_string(),
                Err(error) => error.to_string(),
            };
            assert!(said.contains(WORD) && said.contains(column), "{said}");
        }
        let request = json!({"op": "status"});
        let answer =
            world.drive(|site| async move { actions::client_api(&site, params, request).await });
        let said = answer.unwrap_err().to_string();
        assert!(
            said.contains("contact support") && !said.contains(WORD),
            "{said}"
        );

        assert_eq!(told(&world), 1, "{column}: told once");
        for _ in 0..3 {
            world.advance(HOUR);
            assert_eq!(world.tick().status, Ok(0), "{column}");
        }
        assert_eq!(told(&world), 1, "{column}: told once");
        assert_eq!(
            row(&world),
            before,
            "{column}: nothing of the row is changed"
        );
    }
}

/// An operation of a newer version's kind: in flight it holds up its own service, ended nobody at all.
#[test]
fn an_operation_of_an_unknown_kind_holds_up_nobody_else() {
    for (outcome, request) in [("", ""), ("", "asked"), (WORD, "asked"), ("done", "asked")] {
        let world = world(&json!({}));
        world.host.run(&format!(
            "INSERT INTO puq_proxmox_kvm_operations (id, service_id, kind, vmid, node, intent, token, holder, sent_at, \
             deadline, upid, outcome, text, ended_at, request) VALUES ('odd', {SERVICE}, '{WORD}', 100, 'pve1', '', '', \
             'elsewhere:1:1', 1, 1, '', '{outcome}', '', 2, '{request}')"
        ));
        if !request.is_empty() {
            world.host.run(&format!(
                "INSERT INTO puq_proxmox_kvm_requests (id, service_id, deed, subject, asker, asked_at, try_until, tries, \
                 outcome, text) VALUES ('asked', {SERVICE}, 'backup_now', '', 'client', 1, 1, 0, '', '')"
            ));
        }
        world.host.run(&format!(
            "UPDATE puqProxmoxKVM_vm_info SET next_look_at = 1 WHERE service_id = {SERVICE}"
        ));
        world.order(&Order::new(OTHER.0));
        world.advance(MINUTE);
        let ran = world.cron(&["--force"]);
        assert!(ran.status.is_ok(), "{outcome}{request}: {}", ran.text);
        assert_eq!(world.state(OTHER), VmState::Ready, "{}", ran.text);
        let open = outcome.is_empty();
        assert_eq!(told(&world), usize::from(open), "{outcome}{request}");
        let alarms = addon(&world, json!({"op": "dashboard"}))["data"]["alarms"].to_string();
        assert_eq!(alarms.contains(WORD), open, "{alarms}");
    }
}

#[test]
fn put_right_it_goes_on_and_broken_again_it_is_told_again() {
    let world = world(&json!({}));
    for times in 1..=2 {
        spoil(&world, "flow");
        world.advance(MINUTE);
        world.tick();
        assert_eq!(told(&world), times);
        world
            .host
            .run("UPDATE puqProxmoxKVM_vm_info SET flow = '', cause = ''");
        world.advance(MINUTE);
        world.tick();
        assert_eq!(world.record(SERVICE).next_look_at, None);
    }
}

/// One cluster has two suspended services whose VMs somebody started; the one that leads to it cannot be read.
#[test]
fn another_suspended_service_leads_to_the_cluster() {
    let world = world(&json!({}));
    world.order(&Order::new(OTHER.0));
    world.settle(3);
    let params = world.host.services.borrow()[&OTHER.0].clone();
    world.drive(|site| async move { actions::suspend_account(&site, params).await.unwrap() });
    world.settle(3);
    world.advance(HOUR);
    world.host.run(&format!(
        "UPDATE puqProxmoxKVM_vm_info SET suspended_from = '{WORD}' WHERE service_id = {SERVICE}"
    ));
    let vmid = world.record(OTHER).vmid.unwrap().get();
    world.see(|all| all.meddle(&json!({"vmid": vmid, "running": true})).unwrap());
    world.tick();
    assert!(!world.see(|all| all.vms[&vmid].is_running()));
}
