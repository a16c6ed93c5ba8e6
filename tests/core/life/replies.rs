//! Every operation of every page is granted once, and its answer is of the type that PHP and the scripts were told. That it is
//! so everywhere else, `support::actions` sees to; here none is left out.

use super::names::{addon, zone_file};
use super::*;
use crate::support::schema;
use std::cell::RefCell;

/// What was granted, of one page.
struct Granted<'a> {
    page: &'static str,
    world: &'a World,
    seen: RefCell<Vec<String>>,
}

impl<'a> Granted<'a> {
    fn of(page: &'static str, world: &'a World) -> Self {
        Self {
            page,
            world,
            seen: RefCell::default(),
        }
    }

    /// Asks for an operation, which must be granted; its data.
    fn ask(&self, request: &Value) -> Value {
        let answer = match self.page {
            "client" => ask(self.world, request),
            "admin" => ask_admin(self.world, request),
            _ => addon(self.world, request),
        };
        assert_eq!(answer["ok"], true, "{request}: {answer}");
        let op = request["op"].as_str().unwrap().to_owned();
        self.seen.borrow_mut().push(op);
        answer["data"].clone()
    }

    fn just(&self, op: &str) -> Value {
        self.ask(&json!({"op": op}))
    }

    /// No operation of the page is without a sample.
    fn assert_all(&self) {
        let seen = self.seen.borrow();
        let all = schema::operations(self.page);
        let left: Vec<_> = all.iter().filter(|op| !seen.contains(op)).collect();
        assert!(
            all.len() >= 20 && left.is_empty(),
            "{}: {left:?}",
            self.page
        );
    }
}

/// A world in which clients may do everything.
fn open_world() -> World {
    world(&json!({
        "iso_storage": "local", "snapshot_schedule": "1", "firewall": "1", "client_firewall": "1", "rdns_ticket": "1",
        "rdns_department": "3",
    }))
}

/// The operations that clients and staff share.
fn shared(all: &Granted<'_>) {
    let world = all.world;
    all.just("status");
    all.just("access");
    all.just("stop");
    wait(world);
    all.just("start");
    wait(world);
    all.just("reboot");
    wait(world);
    all.just("shutdown");
    wait(world);
    let page = all.just("status");
    let id = page["requests"][0]["id"].clone();
    all.ask(&json!({"op": "request_seen", "id": id}));

    all.ask(&json!({"op": "snapshot_schedule", "days": [1], "time": "10:00"}));
    all.ask(&json!({"op": "snapshot_create", "description": "before"}));
    wait(world);
    let name = all.just("snapshots")["snapshots"][0]["name"].clone();
    all.ask(&json!({"op": "snapshot_rollback", "name": name}));
    wait(world);
    all.ask(&json!({"op": "snapshot_remove", "name": name}));
    wait(world);

    all.ask(&json!({"op": "backup_schedule", "days": "1,2"}));
    all.ask(&json!({"op": "backup_now", "note": "before"}));
    wait(world);
    let backup = all.just("backups")["backups"][0]["id"].clone();
    all.ask(&json!({"op": "backup_restore", "backup": backup}));
    wait(world);
    all.ask(&json!({"op": "backup_remove", "backup": backup}));
    wait(world);

    let image = all.just("isos")["groups"][0]["images"][0]["id"].clone();
    all.ask(&json!({"op": "iso_mount", "image": image}));
    wait(world);
    all.just("isos");
    all.just("iso_unmount");
    wait(world);

    all.ask(&json!({"op": "firewall_policies", "policy_in": "DROP", "policy_out": "ACCEPT"}));
    for port in ["22", "80"] {
        all.ask(&json!({
            "op": "firewall_rule_add", "direction": "in", "verdict": "ACCEPT", "protocol": "tcp", "dest_port": port,
        }));
    }
    let rules = all.just("firewall");
    let (digest, last) = (
        rules["digest"].clone(),
        rules["rules"].as_array().unwrap().len() - 1,
    );
    all.ask(&json!({"op": "firewall_rule_move", "pos": last, "to": last - 1, "digest": digest}));
    let digest = all.just("firewall")["digest"].clone();
    all.ask(&json!({"op": "firewall_rule_remove", "pos": last, "digest": digest}));

    all.ask(&json!({"op": "charts", "timeframe": "day"}));
    all.just("traffic");
    let address = all.just("rdns")["addresses"][0]["address"].clone();
    let names = json!({address.as_str().unwrap(): "a.example.org"});
    all.ask(&json!({"op": "rdns_save", "names": names}));

    let offered = all.just("reinstall_options");
    let (word, template) = (&offered["confirmation"], &offered["choices"][0]["template"]);
    if running(world) {
        all.just("stop");
        wait(world);
    }
    all.ask(&json!({"op": "reset_password", "shutdown": "1"}));
    wait(world);
    all.just("stop");
    wait(world);
    all.ask(&json!({"op": "reinstall", "confirm": word, "template": template, "ssh_keys": ""}));
    // While it goes on, the page says how far it is.
    let page = all.just("status");
    assert_eq!(page["state"]["progress"]["flow"], "reinstall", "{page}");
    wait(world);
}

#[test]
fn every_answer_of_the_clients_page_is_of_its_type() {
    let world = open_world();
    let all = Granted::of("client", &world);
    shared(&all);
    all.assert_all();
}

#[test]
fn every_answer_of_the_staffs_page_is_of_its_type() {
    let world = open_world();
    let all = Granted::of("admin", &world);
    shared(&all);
    all.just("log");
    all.just("retry");
    all.just("set_dns_records");
    wait(&world);
    all.ask(&json!({"op": "step", "step": "set_firewall"}));
    wait(&world);
    let number = all.just("status")["identity"]["vmid"].clone();
    all.ask(&json!({"op": "attach", "vmid": number, "present": number}));
    all.ask(&json!({"op": "attach", "vmid": number}));
    let row = all.just("record");
    all.ask(&json!({"op": "record_save", "rev": row["rev"], "fields": {"vm_name": row["fields"]["vm_name"]}}));
    // One that runs is not made anew while only its package is worked on.
    all.just("stop");
    wait(&world);
    all.ask(&json!({"op": "reset", "state": "change_package"}));
    all.just("redeploy");
    wait(&world);
    all.ask(&json!({"op": "reset", "state": "remove"}));
    all.just("delete_record");
    all.assert_all();
}

#[test]
fn every_answer_of_the_addon_is_of_its_type() {
    let world = open_world();
    let all = Granted::of("addon", &world);
    let own = world.record(SERVICE).vmid.unwrap().get();
    all.just("dashboard");
    // One VM more than there should be.
    super::census::double(&world, 2999);
    let stray = super::census::found(&world, 8)[0].clone();
    let click = |op: &str, finding: &Value| {
        all.ask(&json!({"op": op, "cluster": finding["cluster"], "vmid": finding["vmid"]}))
    };
    click("census_remove", &stray);
    // The row forgot which number it has.
    let forget = |number: u32| {
        for (table, column) in [
            ("puqProxmoxKVM_vm_info", "vm_id"),
            ("puq_proxmox_kvm_vmids", "vmid"),
        ] {
            let also = if column == "vm_id" {
                ", rev = rev + 1"
            } else {
                ""
            };
            world.host.run(&format!(
                "UPDATE {table} SET {column} = {number}{also} WHERE service_id = {SERVICE}"
            ));
        }
    };
    forget(2500);
    let odd = |oddity: &str, other: u64| {
        let all = super::census::found(&world, other);
        let mut all = all.into_iter();
        all.find(|one| one["oddity"] == oddity).unwrap()
    };
    click("census_adopt", &odd("wrong_number", 9));
    // Somebody removed the VM in Proxmox.
    world.see(|all| all.vms.remove(&own));
    click("census_redeploy", &odd("missing", 10));
    wait(&world);

    all.just("help");
    all.ask(&json!({"op": "addresses", "past": true}));
    let pools = all.just("pools");
    let mut pool = pools["rows"][0].clone();
    all.ask(&json!({"op": "pool_names", "pool": pool}));
    all.ask(&json!({"op": "pool_save", "pool": pool}));
    pool["id"] = json!(0);
    pool["address_start"] = json!("198.51.100.10");
    pool["address_stop"] = json!("198.51.100.20");
    pool["gateway"] = json!("198.51.100.1");
    all.ask(&json!({"op": "pool_save", "pool": pool}));
    let id = all.just("pools")["rows"][1]["id"].clone();
    all.ask(&json!({"op": "pool_delete", "id": id, "confirmed": "1"}));

    let hosting = "CREATE TABLE tblhosting (id INTEGER, domainstatus TEXT)";
    world.host.run(hosting);
    all.ask(&json!({"op": "vms", "page": 1, "search": ""}));
    all.ask(&json!({"op": "vms_act", "action": "retry", "services": [SERVICE.0]}));
    all.ask(&json!({"op": "vm_log", "service_id": SERVICE.0}));

    let folder = tempfile::tempdir().unwrap();
    let path = zone_file(folder.path(), "example.com");
    all.ask(&json!({"op": "zone_save", "zone": {"zone": "example.com", "type": "zonefile", "path": path}}));
    let id = all.just("zones")[0]["id"].clone();
    all.ask(&json!({"op": "zone_test", "id": id}));
    all.ask(&json!({"op": "zone_delete", "id": id, "confirmed": true}));

    let settings = all.just("settings");
    all.ask(&json!({"op": "settings_save", "settings": settings}));
    let tasks = all.just("tasks");
    let key = tasks["tasks"][0]["key"].as_str().unwrap();
    all.ask(&json!({"op": "tasks_save", "mode": "hook", "intervals": {key: 5}}));
    all.ask(&json!({"op": "product_lists", "product_id": PRODUCT}));
    all.ask(&json!({"op": "name_preview", "rule": "kvm-{service_id}", "domain": ".example.com"}));
    all.ask(&json!({"op": "doctor", "server_id": SERVER}));
    all.assert_all();
}
