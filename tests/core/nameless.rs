//! Name servers that fail in every way: no flow and no page waits for them, and once they are well, every name is there
//! without anybody's doing.

use crate::support::actions;
use crate::support::compare::addresses;
use crate::support::names::{HOST, KEY, Weather, ZONES};
use crate::support::shop::{PRODUCT, usual_with};
use crate::support::{Order, World};
use puq_proxmox_kvm::model::{ServiceId, VmState};
use puq_proxmox_kvm::store::address::AddressRow;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);
/// One second before a request's own deadline.
const SLOW: Duration = Duration::from_secs(14);
/// What a page may take at the longest while a name server fails.
const PAGE: Duration = Duration::from_secs(30);
/// What a step may take at the longest: its share for names, and the rest of its work.
const STEP: Duration = Duration::from_secs(60);
const SERVICES: [u64; 3] = [7, 8, 9];
const ADDRESSES: usize = 10;
const FIFTY: u64 = 50;
/// Each zone is at another server.
const SEVERAL: &str = "several kinds";

/// What is entered for a provider of this kind at the one server there is.
fn account(kind: &str) -> Value {
    match kind {
        "powerdns" => json!({"url": format!("https://{HOST}"), "api_key": KEY}),
        "hestiacp" => json!({
            "url": format!("https://{HOST}:8083"), "admin_user": "admin", "user": "alice", "admin_password": "geheim",
        }),
        _ => json!({"api_token": "token-of-the-zone"}),
    }
}

/// A world whose zones are served so, or each by another kind; each service is sold ten addresses.
fn world(kind: &str) -> World {
    let world = World::usual(7);
    world.product(
        PRODUCT,
        &usual_with(&json!({
            "template": "9001", "ipv4": ADDRESSES.to_string(), "main_domain": ".example.com", "rdns": "1",
        })),
    );
    for (zone, other) in ZONES
        .into_iter()
        .zip(["powerdns", "cloudflare", "hestiacp"])
    {
        let kind = if kind == SEVERAL { other } else { kind };
        let mut zone = json!({"zone": zone, "type": kind});
        for (key, value) in account(kind).as_object().unwrap() {
            zone[key] = value.clone();
        }
        assert_eq!(
            addon(&world, json!({"op": "zone_save", "zone": zone}))["ok"],
            true
        );
    }
    world
}

fn addon(world: &World, request: Value) -> Value {
    world.drive(|site| async move { actions::addon_api(&site, request).await.unwrap() })
}

fn page(world: &World, service: u64, staff: bool, request: Value) -> Value {
    let params = world.host.services.borrow()[&service].clone();
    world.drive(|site| async move {
        match staff {
            true => actions::admin_api(&site, params, request).await.unwrap(),
            false => actions::client_api(&site, params, request).await.unwrap(),
        }
    })
}

/// Runs something and says how long it took by the paused clock.
fn timed<T>(world: &World, work: impl FnOnce() -> T) -> (T, Duration) {
    let before = world.see(|all| all.unix());
    let done = work();
    let seconds = world.see(|all| all.unix()) - before;
    (done, Duration::from_secs(seconds.try_into().unwrap()))
}

fn ready(world: &World) {
    for service in SERVICES {
        world.order(&Order::new(service));
    }
    world.settle(6);
}

/// One tick that must bring every service to rest, whatever its names do.
fn one_tick(world: &World, what: &str) -> String {
    let ran = world.tick();
    assert_eq!(ran.status, Ok(0), "{what}: {}", ran.text);
    let moving: Vec<_> = world.records();
    let moving = moving.iter().filter(|record| !record.state.at_rest());
    assert_eq!(moving.count(), 0, "{what}: {}", ran.text);
    ran.text
}

/// How long each run of the step took, as the log prints it.
fn lengths(text: &str, label: &str) -> Vec<f64> {
    let lines = text.lines().filter(|line| line.contains(label));
    let of = |line: &str| line.rsplit_once('[')?.1.strip_suffix("s]")?.parse().ok();
    lines.filter_map(of).collect()
}

fn overdue(world: &World) -> usize {
    let sql = "SELECT service_id FROM puq_proxmox_kvm_overdue_names";
    world.host.rows(sql).len()
}

/// Whether the server holds exactly the names of the VMs that are there.
fn exact(world: &World) {
    let mut wanted = BTreeSet::new();
    for record in world.records() {
        if record.state != VmState::Ready {
            continue;
        }
        let domain = world.host.services.borrow()[&record.service.0]["domain"]
            .as_str()
            .unwrap()
            .to_owned();
        wanted.insert((domain, "A".to_owned()));
        for row in addresses(world, record.service) {
            let name = puq_proxmox_kvm::dns::reverse_name(row.text.parse().unwrap());
            wanted.insert((name, "PTR".to_owned()));
        }
    }
    let there: BTreeSet<_> = world.network.names.records().into_keys().collect();
    assert_eq!(there, wanted);
}

/// Everything that touches names, while the server fails like this.
fn trouble(kind: &str, weather: Weather, after: Duration) {
    let what = format!("{kind}, {weather:?} after {after:?}");
    println!("{what}");
    let world = world(kind);
    let names = &world.network.names;
    names.weather.set(Some((weather, after)));
    // Orders.
    for service in SERVICES {
        world.order(&Order::new(service));
    }
    let text = one_tick(&world, &what);
    let label = "Configure DNS records";
    let took = lengths(&text, label);
    assert_eq!(took.len(), SERVICES.len(), "{what}: {text}");
    assert!(
        took.iter().all(|took| *took < STEP.as_secs_f64()),
        "{what}: {took:?}"
    );
    assert!(text.contains("records not set in time"), "{what}: {text}");
    // Five hosts' worth of requests would be a place asked by everybody in vain.
    assert_eq!(overdue(&world), SERVICES.len(), "{what}");
    // The rest of the flows, for all services at once.
    for state in ["set_dns_records", "change_package", "reinstall"] {
        world.host.run(&format!(
            "UPDATE puqProxmoxKVM_vm_info SET vm_status = '{state}', flow = '{state}', next_look_at = 0, rev = rev + 1"
        ));
        world.advance(MINUTE);
        let (_, took) = timed(&world, || one_tick(&world, &format!("{what}, {state}")));
        assert!(took < 10 * MINUTE, "{what}, {state}: {took:?}");
    }
    // Pages.
    let own = addresses(&world, ServiceId(7))[0].text.clone();
    let wish = json!({"op": "rdns_save", "names": {own: "shop.example.org"}});
    for staff in [false, true] {
        let (answer, took) = timed(&world, || page(&world, 7, staff, wish.clone()));
        assert_eq!(answer["ok"], true, "{what}: {answer}");
        assert!(answer["data"]["warning"].is_string(), "{what}: {answer}");
        assert!(took <= PAGE, "{what}: {took:?}");
    }
    let (answer, took) = timed(&world, || {
        addon(&world, json!({"op": "zone_test", "id": 1}))
    });
    assert_eq!(answer["ok"], false, "{what}: {answer}");
    assert!(took <= PAGE, "{what}: {took:?}");
    // The end: one by WHMCS's wish, one let go of by staff.
    let params = world.host.services.borrow()[&8].clone();
    world.drive(|site| async move { actions::terminate_account(&site, params).await.unwrap() });
    world.advance(MINUTE);
    let text = one_tick(&world, &what);
    assert_eq!(world.state(ServiceId(8)), VmState::Remove, "{what}: {text}");
    let request = json!({"op": "reset", "state": "remove"});
    let (answer, took) = timed(&world, || page(&world, 9, true, request));
    assert_eq!(answer["ok"], true, "{what}: {answer}");
    assert!(took <= PAGE, "{what}: {took:?}");
    assert_eq!(overdue(&world), SERVICES.len(), "{what}");
    if kind != "powerdns" {
        return;
    }
    // It is mended: nobody does anything.
    names.weather.set(None);
    let mut told = String::new();
    for _ in 0..70 {
        world.advance(MINUTE);
        told.push_str(&world.tick().text);
    }
    assert_eq!(overdue(&world), 0, "{what}: {told}");
    exact(&world);
    for service in SERVICES {
        let line = format!("sid:{service} action:dns [success] caught up: ");
        assert_eq!(told.matches(&line).count(), 1, "{what}: {told}");
    }
    let logged =
        "SELECT steps FROM puq_proxmox_kvm_runs WHERE service_id = 7 AND steps LIKE '%caught up%'";
    assert_eq!(world.host.rows(logged).len(), 1, "{what}");
}

#[test]
fn no_flow_and_no_page_waits_for_a_name_server() {
    for weather in Weather::ALL {
        for after in [Duration::ZERO, SLOW] {
            trouble("powerdns", weather, after);
        }
    }
}

#[test]
fn nor_for_any_other_kind_of_name_server() {
    for kind in ["hestiacp", "cloudflare"] {
        for weather in Weather::ALL {
            trouble(kind, weather, SLOW);
        }
    }
}

/// They are asked side by side, within the one budget.
#[test]
fn nor_for_several_name_servers_that_are_slow_at_once() {
    for weather in [
        Weather::Hang,
        Weather::Reset,
        Weather::Status(500),
        Weather::Status(429),
        Weather::Garbage,
    ] {
        trouble(SEVERAL, weather, SLOW);
    }
}

#[test]
fn a_server_that_failed_is_asked_by_one_vm_of_the_tick_and_not_by_all() {
    let world = world("powerdns");
    let names = &world.network.names;
    names
        .weather
        .set(Some((Weather::Status(500), Duration::ZERO)));
    for service in 1..=20 {
        world.order(&Order::new(service));
    }
    one_tick(&world, "twenty orders");
    // Each VM may ask once before the first answer is there, and one of them insists.
    let asked = names.asked.get();
    assert!((20..=60).contains(&asked), "{asked} requests");
}

/// The run lasts as long as one budget for names and the deploys themselves, however many VMs wait for the same server.
#[test]
fn fifty_vms_of_one_tick_are_not_held_up_by_one_bad_server() {
    for (weather, after) in [
        (Weather::Status(500), Duration::ZERO),
        (Weather::Status(500), SLOW),
        (Weather::Garbage, SLOW),
        (Weather::Nonsense("null"), Duration::ZERO),
        (Weather::Hang, Duration::ZERO),
        (Weather::Tls, SLOW),
    ] {
        let what = format!("{weather:?} after {after:?}");
        let world = World::usual(7);
        let product = json!({"template": "9001", "main_domain": ".example.com", "rdns": "1"});
        world.product(PRODUCT, &usual_with(&product));
        for zone in ZONES {
            let mut zone = json!({"zone": zone, "type": "powerdns"});
            zone["url"] = json!(format!("https://{HOST}"));
            zone["api_key"] = json!(KEY);
            let request = json!({"op": "zone_save", "zone": zone});
            assert_eq!(addon(&world, request)["ok"], true);
        }
        let names = &world.network.names;
        for service in 1..=FIFTY {
            world.order(&Order::new(service));
        }
        let (_, well) = timed(&world, || one_tick(&world, "well"));
        world.advance(MINUTE);
        names.weather.set(Some((weather, after)));
        let before = names.asked.get();
        for service in 101..=100 + FIFTY {
            world.order(&Order::new(service));
        }
        let (text, took) = timed(&world, || one_tick(&world, &what));
        let ready = (101..=100 + FIFTY).filter(|id| world.state(ServiceId(*id)) == VmState::Ready);
        assert_eq!(ready.count() as u64, FIFTY, "{what}: {text}");
        assert!(
            took <= well + STEP + MINUTE,
            "{what}: {took:?}, and {well:?} while it is well"
        );
        let asked = names.asked.get() - before;
        assert!(asked <= 4 * FIFTY, "{what}: {asked} requests");
        assert_eq!(overdue(&world) as u64, FIFTY, "{what}");
        names.weather.set(None);
        let mut told = String::new();
        for _ in 0..70 {
            world.advance(MINUTE);
            told.push_str(&world.tick().text);
        }
        assert_eq!(overdue(&world), 0, "{what}: {told}");
        let caught = told.matches("action:dns [success] caught up: ").count() as u64;
        assert_eq!(caught, FIFTY, "{what}");
        exact(&world);
    }
}

#[test]
fn a_slow_server_is_left_in_the_middle_and_gets_the_rest_later() {
    let world = world("powerdns");
    ready(&world);
    let names = &world.network.names;
    let (answer, took) = {
        let request = json!({"op": "reset", "state": "remove"});
        timed(&world, || page(&world, 7, true, request))
    };
    assert_eq!((answer["ok"].as_bool(), took), (Some(true), Duration::ZERO));
    exact(&world);
    // It does what it is asked, and needs a while for each record.
    names.slow.set(Duration::from_secs(10));
    let request = json!({"op": "reset", "state": "set_dns_records"});
    assert_eq!(page(&world, 8, true, request)["ok"], true);
    let mut told = String::new();
    for _ in 0..20 {
        world.advance(MINUTE);
        told.push_str(&one_tick(&world, "slow"));
    }
    assert!(
        told.contains("records not set in time; the cron goes on trying"),
        "{told}"
    );
    assert!(
        told.contains("sid:8 action:dns [success] caught up"),
        "{told}"
    );
    exact(&world);
}

#[test]
fn names_that_another_has_by_now_are_left_to_it() {
    let world = world("powerdns");
    world.setting("quarantine", "0");
    ready(&world);
    let names = &world.network.names;
    names.weather.set(Some((Weather::Refused, Duration::ZERO)));
    let before = addresses(&world, ServiceId(7));
    let request = json!({"op": "reset", "state": "remove"});
    assert_eq!(page(&world, 7, true, request)["ok"], true);
    // Its VM is deleted by hand, and the addresses go to the next order before the server is back.
    let vmid = world.record(ServiceId(7)).vmid;
    assert_eq!(vmid, None, "let go of");
    world.see(|all| {
        let gone: Vec<u32> = all
            .vms
            .values()
            .filter(|vm| {
                vm.conf
                    .get("name")
                    .is_some_and(|name| name.starts_with("507-7"))
            })
            .map(|vm| vm.vmid)
            .collect();
        for vmid in gone {
            all.vms.remove(&vmid);
        }
    });
    // While the first is deployed the cluster is seen to have the old VM no more; the second gets its addresses.
    for service in [10, 11] {
        world.advance(MINUTE);
        world.order(&Order::new(service));
        one_tick(&world, "another order");
    }
    let held = addresses(&world, ServiceId(11));
    let again = |row: &AddressRow| before.iter().any(|old| old.text == row.text);
    assert!(held.iter().all(again), "{held:?}");
    names.weather.set(None);
    for _ in 0..70 {
        world.advance(MINUTE);
        world.tick();
    }
    assert_eq!(overdue(&world), 0);
    exact(&world);
}
