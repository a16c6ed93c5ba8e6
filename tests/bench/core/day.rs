//! A day of a shop with five thousand services: one in fifty has work, of every kind, at seeded moments. Counted is what
//! went wrong and what was lost.

use crate::support::actions;
use crate::support::compare::assert_as_sold;
use crate::support::shop::{PRODUCT, SERVER, usual_with};
use crate::support::{Order, World};
use puq_proxmox_kvm::model::{Random, ServiceId, VmState};
use puq_proxmox_kvm::store::pool::PoolRow;
use pve_sim::Scenario;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

const SERVICES: u64 = 5000;
/// The product whose snapshots are made by schedule.
const SCHEDULED: u64 = PRODUCT + 1;
/// Services of each kind of work.
const EACH: u64 = 10;
/// Minutes of the day, of the part of it in which work is asked for, and after it, for what begins at midnight.
const DAY: u64 = 24 * 60;
const ASKING: u64 = 22 * 60;
const AFTER: u64 = 90;

/// What is asked for a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Order,
    Larger,
    Reinstall,
    Terminate,
    Suspend,
    SuspendAndBack,
    Backup,
    BackupSchedule,
    Snapshot,
    SnapshotSchedule,
}

const KINDS: [Kind; 10] = [
    Kind::Order,
    Kind::Larger,
    Kind::Reinstall,
    Kind::Terminate,
    Kind::Suspend,
    Kind::SuspendAndBack,
    Kind::Backup,
    Kind::BackupSchedule,
    Kind::Snapshot,
    Kind::SnapshotSchedule,
];

/// Plays the day and prints what was lost.
pub fn measure() {
    let seed = std::env::var("SEED")
        .ok()
        .and_then(|text| text.parse().ok());
    let seed = seed.unwrap_or(4711);
    let began = Instant::now();
    let mut day = Day::new(seed);
    day.play();
    day.compare();
    println!(
        "a day of {SERVICES} services, {} of them with work (SEED={seed}): {} calls of Proxmox, {} flows and operations, \
         {} errors and losses, played in {:.0} s",
        EACH * KINDS.len() as u64,
        day.calls,
        day.processed,
        day.wrong.len(),
        began.elapsed().as_secs_f64(),
    );
    for line in day.wrong.iter().take(20) {
        println!("  {line}");
    }
    println!("figure mixed_day_errors {}", day.wrong.len());
}

struct Day {
    world: World,
    random: Random,
    kinds: BTreeMap<u64, Kind>,
    calls: usize,
    processed: u64,
    wrong: Vec<String>,
}

impl Day {
    fn new(seed: u64) -> Self {
        let mut scenario = Scenario::named("demo").unwrap();
        scenario.epoch = 1_775_779_200;
        for node in &mut scenario.nodes {
            node.memory = 16 << 40;
        }
        for storage in &mut scenario.storages {
            storage.total = 1 << 52;
        }
        let world = World::new(scenario, seed);
        let mut product = json!({
            "template": "9001", "backups": "2", "snapshots": "2", "backup_storage": "pbs-backup|pbs",
        });
        world.product(PRODUCT, &usual_with(&product));
        product["snapshot_schedule"] = json!("1");
        world.product(SCHEDULED, &usual_with(&product));
        world.pool(&PoolRow {
            id: 0,
            server: SERVER,
            family: "IPv4".to_owned(),
            bridge: "vmbr0".to_owned(),
            vlan: 0,
            gateway: "10.20.0.1".to_owned(),
            mask: 16,
            dns1: "9.9.9.9".to_owned(),
            dns2: String::new(),
            start: "10.20.0.10".to_owned(),
            stop: "10.20.255.250".to_owned(),
            reserved: String::new(),
        });
        let mut day = Self {
            world,
            random: Random::seeded(seed),
            kinds: BTreeMap::new(),
            calls: 0,
            processed: 0,
            wrong: vec![],
        };
        day.open();
        day
    }

    /// The services that are there when the day begins.
    fn open(&mut self) {
        for (index, kind) in KINDS.iter().enumerate() {
            for number in 1..=EACH {
                let service = index as u64 * EACH + number;
                self.kinds.insert(service, *kind);
                let product = match kind {
                    Kind::SnapshotSchedule => SCHEDULED,
                    _ => PRODUCT,
                };
                if *kind != Kind::Order {
                    self.world.order(&Order::new(service).product(product));
                }
            }
        }
        self.world.settle(10);
        self.rest();
    }

    /// Services at rest: their rows are as if deployed long ago.
    fn rest(&self) {
        let host = &self.world.host;
        let model = host.services.borrow()[&(EACH + 1)].clone();
        let cluster = self.world.record(ServiceId(EACH + 1)).cluster;
        host.run("BEGIN");
        for service in EACH * KINDS.len() as u64 + 1..=SERVICES {
            let (vmid, node) = (20_000 + service, format!("pve{}", 1 + service % 3));
            let mark = format!("{service:032x}");
            let mut params = model.clone();
            params["serviceid"] = json!(service);
            params["accountid"] = json!(service);
            host.services.borrow_mut().insert(service, params);
            for statement in [
                format!(
                    "INSERT INTO puqProxmoxKVM_vm_info (service_id, server_id, product_id, cluster, vm_id, vm_name, \
                     vm_status, node, owner_mark, rev) VALUES ({service}, {SERVER}, {PRODUCT}, '{cluster}', {vmid}, \
                     'vm-{service}', 'ready', '{node}', '{mark}', 1)"
                ),
                format!("INSERT INTO puq_proxmox_kvm_leases (service_id) VALUES ({service})"),
                format!(
                    "INSERT INTO puq_proxmox_kvm_vmids (cluster, vmid, service_id, state) \
                     VALUES ('{cluster}', {vmid}, {service}, 'held')"
                ),
            ] {
                host.run(&statement);
            }
            let config = json!({"name": format!("vm-{service}"), "memory": "1024", "cores": "1"});
            let vm = json!({"vmid": vmid, "node": node, "running": true, "config": config});
            self.world.see(|all| all.meddle(&vm).unwrap());
        }
        host.run("COMMIT");
    }

    fn play(&mut self) {
        let mut asked: BTreeMap<u64, Vec<(u64, u32)>> = BTreeMap::new();
        for (service, kind) in &self.kinds {
            // A schedule saved later in the day may begin tomorrow.
            let at_once = matches!(kind, Kind::BackupSchedule | Kind::SnapshotSchedule);
            let latest = if at_once { 1 } else { ASKING };
            asked
                .entry(self.random.between(0, latest))
                .or_default()
                .push((*service, 0));
        }
        self.world.network.cut_at(None);
        let start = self.world.see(|all| all.unix());
        for minute in 0..DAY + AFTER {
            for (service, step) in asked.remove(&minute).unwrap_or_default() {
                if let Some(later) = self.ask(service, step) {
                    asked
                        .entry(minute + later)
                        .or_default()
                        .push((service, step + 1));
                }
            }
            let ran = self.world.tick();
            self.judge(minute, &ran.text);
            let next = start + (minute as i64 + 1) * 60;
            let left = next - self.world.see(|all| all.unix());
            self.world
                .advance(Duration::from_secs(u64::try_from(left).unwrap_or(0)));
        }
        if let Some((minute, left)) = asked.first_key_value() {
            self.wrong
                .push(format!("never granted: {left:?} at minute {minute}"));
        }
        self.calls = self.world.network.sent.borrow().len();
    }

    /// Asks what the service is for. `Some`: minutes until the next step, or another try.
    fn ask(&mut self, service: u64, step: u32) -> Option<u64> {
        let kind = self.kinds[&service];
        let done = match (kind, step) {
            (Kind::Order, _) => {
                self.world.order(&Order::new(service));
                return None;
            }
            (Kind::Larger, _) => {
                let options = json!({"CPU Cores": "3", "RAM": "4", "System Disk": "20"});
                self.world
                    .host
                    .services
                    .borrow_mut()
                    .get_mut(&service)
                    .unwrap()["configoptions"] = options;
                self.module(service, "change_package")
            }
            (Kind::Reinstall, _) => {
                // As the client's click leaves it.
                self.world.host.run(&format!(
                    "UPDATE puqProxmoxKVM_vm_info SET rev = rev + 1, next_look_at = 0, vm_status = 'reinstall', \
                     flow = 'reinstall' WHERE service_id = {service} AND vm_status = 'ready'"
                ));
                return None;
            }
            (Kind::Terminate, _) => self.module(service, "terminate"),
            (Kind::Suspend, _) | (Kind::SuspendAndBack, 0) => self.module(service, "suspend"),
            (Kind::SuspendAndBack, _) => self.module(service, "unsuspend"),
            (Kind::Backup, _) => self.client(service, json!({"op": "backup_now"})),
            (Kind::BackupSchedule, _) => self.client(
                service,
                json!({"op": "backup_schedule", "days": [0, 1, 2, 3, 4, 5, 6]}),
            ),
            (Kind::Snapshot, _) => self.client(service, json!({"op": "snapshot_create"})),
            (Kind::SnapshotSchedule, _) => self.client(
                service,
                json!({"op": "snapshot_schedule", "days": [0, 1, 2, 3, 4, 5, 6], "time": "23:00"}),
            ),
        };
        if let Err(why) = done {
            self.wrong
                .push(format!("service {service}, {kind:?}: {why}"));
        }
        (kind == Kind::SuspendAndBack && step == 0).then_some(30)
    }

    fn module(&self, service: u64, what: &'static str) -> Result<(), String> {
        let params = self.world.host.services.borrow()[&service].clone();
        let answer = self.world.drive(|site| async move {
            match what {
                "terminate" => actions::terminate_account(&site, params).await,
                "suspend" => actions::suspend_account(&site, params).await,
                "unsuspend" => actions::unsuspend_account(&site, params).await,
                _ => actions::change_package(&site, params).await,
            }
        });
        match answer.unwrap().as_str() {
            "success" => Ok(()),
            other => Err(other.to_owned()),
        }
    }

    fn client(&self, service: u64, request: Value) -> Result<(), String> {
        let params = self.world.host.services.borrow()[&service].clone();
        let answer = self.world.drive(|site| async move {
            actions::client_api(&site, params, request).await.unwrap()
        });
        match answer["ok"] == true {
            true => Ok(()),
            false => Err(answer.to_string()),
        }
    }

    /// Counts what a run worked on, and what it says went wrong.
    fn judge(&mut self, minute: u64, text: &str) {
        for line in text.lines() {
            let Some((_, counts)) = line.split_once(" - processed: ") else {
                continue;
            };
            let (processed, errors) = counts.split_once(", errors: ").unwrap();
            if !line.contains("[collectingStatistics]") {
                self.processed += processed.parse::<u64>().unwrap();
            }
            if errors.trim() != "0" {
                self.wrong.push(format!("minute {minute}: {line}"));
            }
        }
    }

    /// What should be there in the end.
    fn compare(&mut self) {
        let host = &self.world.host;
        let mut wrong = vec![];
        for (service, kind) in &self.kinds {
            let record = self.world.record(ServiceId(*service));
            let vmid = record.vmid.map_or(0, |vmid| vmid.get());
            let mut expect = |what: &str, is: bool| {
                if !is {
                    wrong.push(format!(
                        "service {service}, {kind:?}: {what}, state {}",
                        record.state
                    ));
                }
            };
            let stored = |content: &str| {
                self.world.see(|all| {
                    let of = all
                        .volumes
                        .values()
                        .filter(|volume| volume.vmid == Some(vmid));
                    of.filter(|volume| volume.content == content).count()
                })
            };
            let running = self
                .world
                .see(|all| all.vms.get(&vmid).map(|vm| vm.is_running()));
            let snapshots = self
                .world
                .see(|all| all.vms.get(&vmid).map_or(0, |vm| vm.snapshots.len()));
            match kind {
                Kind::Terminate => {
                    expect("the VM is there", running.is_none());
                    expect("not removed", record.state == VmState::Remove);
                }
                Kind::Suspend => expect("the VM is not off", running == Some(false)),
                _ => {
                    expect("the VM does not run", running == Some(true));
                    expect("not ready", record.state == VmState::Ready);
                }
            }
            match kind {
                Kind::Backup | Kind::BackupSchedule => expect("no backup", stored("backup") > 0),
                Kind::Snapshot | Kind::SnapshotSchedule => expect("no snapshot", snapshots > 0),
                _ => {}
            }
            if matches!(
                kind,
                Kind::Order | Kind::Larger | Kind::Reinstall | Kind::SuspendAndBack
            ) {
                let same = catch_unwind(AssertUnwindSafe(|| {
                    assert_as_sold(&self.world, ServiceId(*service))
                }));
                expect("not as sold", same.is_ok());
            }
        }
        let hours =
            host.rows("SELECT COUNT(DISTINCT service_id) AS n FROM puqProxmoxKVM_statistics");
        if hours[0]["n"].as_u64().unwrap_or(0) < SERVICES - EACH * 2 {
            wrong.push(format!("traffic of {} services was counted", hours[0]["n"]));
        }
        self.wrong.extend(wrong);
    }
}
