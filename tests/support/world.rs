//! Everything together, and the verbs of a test.

use super::clocks::Shifted;
use super::host::{CrashPoint, SqliteHost};
use super::shop::{self, Order, PRODUCT, SERVER};
use super::transport::{Cut, SimTransport};
use chrono::{DateTime, Utc};
use puq_proxmox_kvm::cron;
use puq_proxmox_kvm::host::{Dialect, HostError, HostHandle, trampoline};
use puq_proxmox_kvm::model::clock::TokioClock;
use puq_proxmox_kvm::model::{
    Clock, HostTime, ProductId, Random, ServerId, ServiceId, VmState, chain,
};
use puq_proxmox_kvm::net::{ServerHealth, Timed};
use puq_proxmox_kvm::site::{Process, Site};
use puq_proxmox_kvm::store::pool::PoolRow;
use puq_proxmox_kvm::store::vm::VmRecord;
use puq_proxmox_kvm::store::{self, setting, zone};
use pve_sim::{Scenario, Sim};
use serde_json::Value;
use std::cell::Cell;
use std::future::Future;
use std::rc::Rc;
use std::time::Duration;
use tokio::runtime::Runtime;

/// Past Linux's largest process number: such a holder is known to be dead.
const FIRST_PID: u32 = 4_200_000;

/// What Proxmox draws anew with each clone.
const DRAWN_ANEW: [&str; 3] = ["smbios1", "vmgenid", "meta"];

/// One run of the cron.
#[derive(Clone, Debug)]
pub struct Ran {
    /// What it printed.
    pub text: String,
    /// Its exit status, or why it failed as a whole.
    pub status: Result<i64, String>,
    /// Whether it died on the way.
    pub died: bool,
    /// How long it took by the paused clock.
    pub took: Duration,
}

/// WHMCS and a Proxmox cluster in one process.
pub struct World {
    /// The runtime; its time is paused and moves by itself while everybody waits.
    pub runtime: Runtime,
    /// The cluster.
    pub sim: Sim,
    /// WHMCS.
    pub host: SqliteHost,
    /// The way between them.
    pub network: Rc<SimTransport>,
    /// The clock of both.
    pub clock: TokioClock,
    /// Where everything random comes from.
    pub random: Random,
    /// VMs that are not ours, as they were: nothing may change them.
    pub foreign: Vec<(u32, String)>,
    /// Services whose VM somebody deleted in Proxmox.
    pub deleted: Vec<ServiceId>,
    /// Volumes that are not ours, such as an admin's backups: none may go.
    pub foreign_volumes: Vec<String>,
    /// So many entries of the journal were held against the operations already.
    pub(super) judged: Cell<usize>,
    /// The machine's clock is so many seconds ahead of the right time.
    pub(super) machine_ahead: Cell<i64>,
    host_time: HostTime,
    ticks: Cell<u32>,
    runs: Cell<u32>,
}

impl World {
    /// The demo cluster, the usual product and one pool of addresses.
    pub fn usual(seed: u64) -> Self {
        let world = Self::new(Scenario::named("demo").unwrap(), seed);
        world.product(PRODUCT, &shop::usual());
        world.pool(&shop::pool("192.0.2.10", "192.0.2.250"));
        world
    }

    /// A cluster of this scenario and an empty installation.
    pub fn new(scenario: Scenario, seed: u64) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        let (sim, clock) = {
            let _reach = runtime.enter();
            let sim = Sim::new(Scenario { seed, ..scenario });
            let origin = DateTime::<Utc>::from_timestamp(sim.world().unix(), 0).unwrap();
            (sim, TokioClock::starting_at(origin))
        };
        let network = Rc::new(SimTransport::new(sim.clone()));
        let mut world = Self {
            runtime,
            host: SqliteHost::new(),
            network,
            clock,
            random: Random::seeded(seed),
            foreign: vec![],
            deleted: vec![],
            foreign_volumes: vec![],
            judged: Cell::new(0),
            machine_ahead: Cell::new(0),
            host_time: HostTime::default(),
            ticks: Cell::new(0),
            runs: Cell::new(0),
            sim,
        };
        world.host.about.borrow_mut().root =
            format!("/test/{:p}/{seed}", &raw const *world.network);
        world.foreign = world.guests();
        world.drive(|site| async move {
            store::migrate(&site.host, Dialect::Sqlite, site.now())
                .await
                .unwrap();
        });
        world
    }

    /// Looks at the cluster or changes it by hand.
    pub fn see<T>(&self, look: impl FnOnce(&mut pve_sim::World) -> T) -> T {
        let _reach = self.runtime.enter();
        look(&mut self.sim.world())
    }

    /// Every guest of the cluster: number, and all that nobody but its owner may change.
    pub fn guests(&self) -> Vec<(u32, String)> {
        self.see(|all| all.vms.values().map(|vm| (vm.vmid, facts(vm))).collect())
    }

    /// Sets the cluster's fault rules, as JSON.
    pub fn faults(&self, rules: &Value) {
        let _reach = self.runtime.enter();
        self.sim
            .set_faults(serde_json::from_value(rules.clone()).unwrap())
            .unwrap();
    }

    /// The surroundings of a process on this machine.
    pub fn site(&self, host: HostHandle, machine: &str) -> Site {
        self.runs.set(self.runs.get() + 1);
        Site {
            host,
            about: Rc::default(),
            clock: Rc::new(Shifted {
                clock: self.clock,
                by: self.machine_ahead.get(),
            }),
            ahead_s: 0,
            random: self.random.clone(),
            transport: Rc::new(Timed::new(
                Rc::clone(&self.network) as Rc<_>,
                self.host_time.clone(),
            )),
            server_health: ServerHealth::default(),
            process: Process {
                machine: machine.to_owned(),
                pid: FIRST_PID + self.runs.get(),
                started: 1,
            },
        }
    }

    /// Runs something of the core through the trampoline; panics when PHP dies meanwhile.
    pub fn drive<T, F: Future<Output = T>>(&self, work: impl FnOnce(Site) -> F) -> T {
        let done = trampoline::drive(
            &self.runtime,
            &self.host,
            &self.host_time,
            |handle| async move { work(self.entered(handle, "web1").await).await },
        );
        done.unwrap()
    }

    /// Stores a product's settings.
    pub fn product(&self, product: u64, form: &Value) {
        let settings = shop::settings(form);
        self.product_raw(product, &settings);
    }

    /// Stores a product's settings unchecked.
    pub fn product_raw(&self, product: u64, settings: &str) {
        let settings = settings.to_owned();
        self.drive(|site| async move {
            let saved = store::product::save(&site.host, ProductId(product), &settings, site.now());
            saved.await.unwrap();
        });
    }

    /// Stores a pool.
    pub fn pool(&self, row: &PoolRow) {
        let row = row.clone();
        self.drive(|site| async move { store::pool::save(&site.host, &row).await.unwrap() });
    }

    /// Stores a DNS zone.
    pub fn zone(&self, name: &str, kind: &str, settings: &Value) {
        let row = zone::ZoneRow {
            id: 0,
            zone: name.to_owned(),
            kind: kind.to_owned(),
            settings: settings.to_string(),
        };
        self.drive(|site| async move { zone::save(&site.host, &row).await.unwrap() });
    }

    /// Stores a setting of the addon.
    pub fn setting(&self, name: &'static str, value: &str) {
        let value = value.to_owned();
        self.drive(|site| async move { setting::put(&site.host, name, &value).await.unwrap() });
    }

    /// Places an order: the service exists in WHMCS and its row says *creation*.
    pub fn order(&self, order: &Order) -> ServiceId {
        let (token, secret) = self.see(|all| {
            let token = all.tokens.first().unwrap();
            (token.id.clone(), token.secret.clone())
        });
        let params = order.params(&token, &secret);
        self.host
            .services
            .borrow_mut()
            .insert(order.service, params);
        let service = ServiceId(order.service);
        let product = ProductId(order.product);
        self.drive(|site| async move {
            let mark = site.random.owner_mark();
            let record = VmRecord::ordered(service, ServerId(SERVER), product, mark, site.now());
            store::vm::insert(&site.host, &record, site.now())
                .await
                .unwrap();
        });
        service
    }

    /// Runs the cron once.
    pub fn tick(&self) -> Ran {
        self.cron(&[])
    }

    /// Runs `cron.php` with arguments.
    pub fn cron(&self, args: &[&str]) -> Ran {
        let argv = argv(args);
        let before = self.now();
        let died = self.network.died();
        self.ticks.set(self.ticks.get() + 1);
        let outcome = trampoline::drive(
            &self.runtime,
            &self.host,
            &self.host_time,
            |handle| async move {
                let site = self.entered(handle, "web1").await;
                tokio::select! {
                    biased;
                    () = died.notified() => None,
                    done = cron::main(&site, &argv) => Some(done.map_err(|error| chain(&error))),
                }
            },
        );
        let gone = matches!(outcome, Err(HostError::Gone));
        self.ran(outcome.ok().flatten(), gone, before)
    }

    /// The time spent in host calls.
    pub(super) fn host_time(&self) -> &HostTime {
        &self.host_time
    }

    /// The present moment.
    pub(super) fn now(&self) -> DateTime<Utc> {
        let _reach = self.runtime.enter();
        self.clock.now()
    }

    pub(super) fn ran(
        &self,
        status: Option<Result<i64, String>>,
        gone: bool,
        before: DateTime<Utc>,
    ) -> Ran {
        let _reach = self.runtime.enter();
        Ran {
            text: self.host.take_console(),
            died: gone || status.is_none(),
            status: status.unwrap_or(Err("died".to_owned())),
            took: (self.clock.now() - before).to_std().unwrap_or_default(),
        }
    }

    /// The next run dies at this host call.
    pub fn crash_at_host_call(&self, point: Option<CrashPoint>) {
        self.host.crash_at(point);
    }

    /// The next run dies at this request.
    pub fn crash_at_request(&self, cut: Option<Cut>) {
        self.network.cut_at(cut);
    }

    /// Lets time pass.
    pub fn advance(&self, by: Duration) {
        self.runtime
            .block_on(async { tokio::time::sleep(by).await });
    }

    /// Ticks a minute apart until every service is at rest; panics with the last output after `most` ticks.
    pub fn settle(&self, most: u32) -> Vec<Ran> {
        let mut ran = vec![];
        for _ in 0..most {
            ran.push(self.tick());
            if self.records().iter().all(|record| record.state.at_rest()) {
                return ran;
            }
            self.advance(Duration::from_secs(60));
        }
        let last = ran.last().map_or("", |ran| ran.text.as_str());
        let stuck: Vec<_> = self
            .records()
            .into_iter()
            .filter(|record| !record.state.at_rest())
            .map(|record| format!("{} at {}: {}", record.service, record.state, record.waiting))
            .collect();
        panic!("not at rest after {most} ticks: {stuck:?}\nthe last tick printed:\n{last}");
    }

    /// All rows.
    pub fn records(&self) -> Vec<VmRecord> {
        let ids = self
            .host
            .rows("SELECT service_id FROM puqProxmoxKVM_vm_info ORDER BY service_id");
        let ids: Vec<ServiceId> = ids
            .iter()
            .map(|row| ServiceId(number(&row["service_id"])))
            .collect();
        self.drive(|site| async move { store::vm::load(&site.host, &ids).await.unwrap().readable })
    }

    /// One row.
    pub fn record(&self, service: ServiceId) -> VmRecord {
        let found = self.drive(|site| async move { store::vm::find(&site.host, service).await });
        found
            .unwrap()
            .unwrap_or_else(|| panic!("service {service} has no row"))
    }

    /// Where a service stands.
    pub fn state(&self, service: ServiceId) -> VmState {
        self.record(service).state
    }
}

/// All that nobody but its owner may change of a guest.
pub fn facts(vm: &pve_sim::Vm) -> String {
    let mut conf = vm.conf.clone();
    conf.retain(|key, _| !DRAWN_ANEW.contains(&key.as_str()));
    let snapshots: Vec<&String> = vm.snapshots.keys().collect();
    let (running, node) = (vm.is_running(), &vm.node);
    format!("running {running} on {node}: {conf:?} {snapshots:?}")
}

/// A JSON number, also where the host gives numbers as text.
pub fn number(value: &Value) -> u64 {
    value
        .as_u64()
        .or_else(|| value.as_str()?.parse().ok())
        .unwrap_or_else(|| panic!("{value} is no number"))
}

fn argv(args: &[&str]) -> Vec<String> {
    std::iter::once("cron.php")
        .chain(args.iter().copied())
        .map(str::to_owned)
        .collect()
}

impl Drop for World {
    fn drop(&mut self) {
        // There is no such installation, so its lock lies with the temporary files.
        let path = cron::run_lock::path(&self.host.about.borrow().root).unwrap();
        assert!(path.starts_with(std::env::temp_dir()), "{path:?}");
        // Another world of the same test may have removed it.
        let _ = std::fs::remove_dir_all(path.parent().unwrap());
    }
}
