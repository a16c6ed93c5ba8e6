//! An error keeps its causes, wherever it is told: each sink is given one of three links and has all of them.

use super::names::addon;
use super::*;
use crate::support::shop::SERVER;
use puq_proxmox_kvm::doctor;
use puq_proxmox_kvm::host::{HostError, Thrown};
use puq_proxmox_kvm::model::{Failure, chain};
use puq_proxmox_kvm::store::StoreError;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

/// What stands below the text of the network's own error.
const LINKS: [&str; 2] = ["the tunnel is down", "no route to 10.9.8.7"];
const READS: &[&str] = &["GET"];
const WRITES: &[&str] = &["POST", "PUT", "DELETE", "PATCH"];

#[derive(Debug)]
struct Link(usize);

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(LINKS[self.0])
    }
}

impl Error for Link {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        (self.0 == 0).then_some(&Link(1) as _)
    }
}

/// From now on no request of these methods leaves.
fn cut(world: &World, methods: &'static [&'static str]) {
    *world.network.broken.borrow_mut() = Some((methods, Arc::new(Link(0))));
}

#[track_caller]
fn whole(sink: &str, text: &str) {
    for link in ["cannot reach https://"].iter().chain(&LINKS) {
        assert!(text.contains(link), "{sink}: {text}");
    }
}

/// Its order is in, and its cluster cannot be written to: the last tick before it is somebody's business.
fn ordered(world: &World) -> String {
    cut(world, WRITES);
    world.order(&Order::new(8));
    let mut last = String::new();
    for _ in 0..12 {
        last = world.tick().text;
        world.advance(HOUR);
    }
    last
}

#[test]
fn a_flow_that_cannot_go_on_tells_all_of_it() {
    let world = world(&json!({}));
    let printed = ordered(&world);
    let line = printed.lines().find(|line| line.contains("sid:8"));
    whole("the cron's line", line.unwrap());
    whole("the record", &world.record(ServiceId(8)).waiting);
    let sql = "SELECT error FROM puq_proxmox_kvm_runs WHERE service_id = 8 AND error <> ''";
    let runs = world.host.rows(sql);
    whole("the run log", runs[0]["error"].as_str().unwrap());
    let board = addon(&world, &json!({"op": "dashboard"}));
    let alarms = board["data"]["alarms"].as_array().unwrap().iter();
    let mut alarms = alarms.map(|alarm| alarm["text"].as_str().unwrap());
    whole(
        "the alarm",
        alarms.find(|text| text.contains("Service 8")).unwrap(),
    );
}

#[test]
fn what_a_person_asked_for_tells_all_of_it() {
    let world = world(&json!({}));
    cut(&world, WRITES);
    let policies = json!({"op": "firewall_policies", "policy_in": "DROP", "policy_out": "ACCEPT"});
    assert!(!refused(&world, &policies).contains(LINKS[1]));
    let noted = world.host.effects_of("log_activity");
    whole(
        "the activity log",
        noted.last().unwrap()["text"].as_str().unwrap(),
    );
    whole("the answer to staff", &not_done(&world, &policies));
    whole(
        "the answer to a click",
        &not_done(&world, &json!({"op": "stop"})),
    );
    let sql =
        "SELECT text FROM puq_proxmox_kvm_operations WHERE outcome <> 'done' ORDER BY sent_at";
    let operations = world.host.rows(sql);
    whole("the operation", operations[0]["text"].as_str().unwrap());
}

#[test]
fn a_page_and_the_doctor_tell_all_of_it() {
    let world = world(&json!({}));
    cut(&world, READS);
    let status = done(&world, &json!({"op": "status"}));
    whole("the staff's page", status["error"].as_str().unwrap());
    let params = world.host.services.borrow()[&SERVICE.0].clone();
    let tested =
        world.drive(|site| async move { actions::test_connection(&site, params).await.unwrap() });
    whole("Test Connection", tested["error"].as_str().unwrap());
    let server = puq_proxmox_kvm::model::ServerId(SERVER);
    let checks =
        world.drive(|site| async move { doctor::examine(&site, Some(server)).await.unwrap() });
    let told = checks
        .iter()
        .find(|check| check.text.as_str().contains("cannot reach"));
    whole("the doctor", told.unwrap().text.as_str());
    for service in world.host.services.borrow_mut().values_mut() {
        service["serveraccesshash"] = json!("fingerprint = none");
    }
    let line = "Access Hash, line 1: fingerprint takes SHA-256 fingerprints";
    let params = world.host.services.borrow()[&SERVICE.0].clone();
    let tested =
        world.drive(|site| async move { actions::test_connection(&site, params).await.unwrap() });
    assert!(
        tested["error"].as_str().unwrap().starts_with(line),
        "{tested}"
    );
    let checks =
        world.drive(|site| async move { doctor::examine(&site, Some(server)).await.unwrap() });
    assert!(
        checks
            .iter()
            .any(|check| check.text.as_str().contains(line)),
        "{checks:?}"
    );
}

#[test]
fn a_name_server_out_of_reach_is_told_of_in_the_module_log() {
    let world = world(&json!({}));
    let zone = json!({
        "zone": "2.0.192.in-addr.arpa", "type": "powerdns", "url": "https://dns.example.net", "api_key": "k",
    });
    assert_eq!(
        addon(&world, &json!({"op": "zone_save", "zone": zone}))["ok"],
        true
    );
    cut(&world, WRITES);
    let names = json!({"192.0.2.10": "a.example.com"});
    ask(&world, &json!({"op": "rdns_save", "names": names}));
    let told = world.host.effects_of("log_module");
    let told = told.iter().find(|told| told["action"] == "dns").unwrap();
    whole("the module log", &told["response"].to_string());
}

#[test]
fn what_php_threw_is_told_with_what_led_to_it() {
    let links = [
        "MailError: no mail leaves",
        "SmtpError: the queue is full",
        "DiskError: /var is full",
    ];
    let mut thrown = None;
    for link in links.iter().rev() {
        let (class, message) = link.split_once(": ").unwrap();
        thrown = Some(Thrown::new(class, message).because_of(thrown));
    }
    let error = HostError::from(thrown.unwrap());
    let kept = Failure::from(StoreError::from(error.clone())).text;
    let entry = chain(&actions::EntryError::from(StoreError::from(error.clone())));
    let world = world(&json!({}));
    *world.host.mail.borrow_mut() = Some(Err(error));
    world.order(&Order::new(8));
    let printed: String = world
        .settle(30)
        .iter()
        .map(|ran| ran.text.as_str())
        .collect();
    let sql =
        "SELECT text FROM puq_proxmox_kvm_operations WHERE kind = 'mail' AND outcome = 'failed'";
    let mails = world.host.rows(sql);
    let stored = mails[0]["text"].as_str().unwrap();
    for text in [kept.as_str(), &entry, &printed, stored] {
        for link in links {
            assert!(text.contains(link), "{link}: {text}");
        }
    }
}
