//! Taking an address from a /16 that is empty, half full, or full but for one in a hundred.

use crate::support::shop::{PRODUCT, SERVER, pool, usual};
use crate::support::{Order, World};
use puq_proxmox_kvm::model::{Random, ServiceId};
use puq_proxmox_kvm::plan::{Plan, Product, Service};
use puq_proxmox_kvm::steps::addresses;
use puq_proxmox_kvm::store;
use puq_proxmox_kvm::store::pool::PoolRow;
use puq_proxmox_kvm::vm::{SharedClusters, Vm};
use pve_sim::Scenario;
use std::time::{Duration, Instant};

const SEED: u64 = 65_536;
/// Addresses of the pool: a /16 without its ends and its gateway.
const SIZE: u64 = 65_533;
/// Orders measured at each level.
const ORDERS: u64 = 300;
/// Orders before them: what is worked out once is not what a choice costs.
const BEFORE: u64 = 5;

/// Prints the median of each level and the figure.
pub fn measure() {
    let levels = [0, 50, 99].map(|percent| (percent, Level::new(percent)));
    let mut times: Vec<Vec<Duration>> = vec![vec![]; levels.len()];
    // In turns, so that a machine that is slow for a while is slow for all.
    for order in 0..ORDERS {
        for (taken, (_, level)) in times.iter_mut().zip(&levels) {
            taken.push(level.allocate(BEFORE + order + 1));
        }
    }
    let medians: Vec<Duration> = times
        .iter_mut()
        .map(|taken| {
            taken.sort_unstable();
            taken[taken.len() / 2]
        })
        .collect();
    for ((percent, level), median) in levels.iter().zip(&medians) {
        level.check();
        println!("an address of a /16 that is {percent} % full: {median:?}");
    }
    let ratio = medians[2].as_secs_f64() / medians[0].as_secs_f64();
    println!("figure alloc_99_over_0 {ratio:.4}");
}

struct Level {
    world: World,
    clusters: SharedClusters,
}

impl Level {
    fn new(percent: u64) -> Self {
        let world = World::new(Scenario::named("demo").unwrap(), SEED);
        world.product(PRODUCT, &usual());
        world.pool(&PoolRow {
            gateway: "10.20.0.1".to_owned(),
            mask: 16,
            ..pool("10.20.0.0", "10.20.255.255")
        });
        for service in 1..=BEFORE + ORDERS {
            world.order(&Order::new(service));
        }
        let level = Self {
            world,
            clusters: SharedClusters::default(),
        };
        // The first of them tells the scope that the others fill.
        level.allocate(1);
        level.fill(percent);
        for service in 2..=BEFORE {
            level.allocate(service);
        }
        level
    }

    /// Takes addresses as orders would have, then frees every hundredth by the product's own way: quarantine and its end.
    fn fill(&self, percent: u64) {
        let host = &self.world.host;
        let first = &host.rows("SELECT scope FROM puq_proxmox_kvm_addresses")[0]["scope"];
        let scope = first.as_str().unwrap();
        let all = if percent == 99 {
            SIZE
        } else {
            SIZE * percent / 100
        };
        host.run("BEGIN");
        for number in 3..=all {
            let address = 0x0A14_0000 + number;
            host.run(&format!(
                "INSERT INTO puq_proxmox_kvm_addresses (scope, family, address, service_id, text, state) \
                 VALUES ('{scope}', 4, '{address:032x}', {}, '', 'held')",
                100_000 + number
            ));
        }
        let random = Random::seeded(SEED);
        for number in 3..=all {
            if percent == 99 && random.between(0, 100) == 0 {
                host.run(&format!(
                    "UPDATE puq_proxmox_kvm_addresses SET state = 'quarantine', freed_at = 1, service_id = 0 \
                     WHERE service_id = {}",
                    100_000 + number
                ));
            }
        }
        host.run("COMMIT");
        self.world.drive(|site| async move {
            store::address::end_quarantine(&site.host, 2).await.unwrap();
        });
    }

    /// The step "Allocate IP" of one order.
    fn allocate(&self, service: u64) -> Duration {
        self.world.drive(|site| async move {
            let found = site.host.services(vec![service]).await.unwrap();
            let known = Service::parse(&found[0]).unwrap();
            let settings = store::product::settings(&site.host, &[known.product_id]).await;
            let product = Product::from_json(&settings.unwrap()[0].1).unwrap();
            let plan = Plan::build(&product, &known).unwrap();
            let cluster = self
                .clusters
                .of(&site, known.server_id, &known.server)
                .await;
            let record = store::vm::find(&site.host, ServiceId(service)).await;
            let until = tokio::time::Instant::now() + Duration::from_secs(3600);
            let record = record.unwrap().unwrap();
            let vm = Vm::gather(&site, cluster.unwrap(), record, known, plan, "bench", until);
            let mut vm = vm.await.unwrap();
            let began = Instant::now();
            addresses::allocate(&mut vm).await.unwrap();
            began.elapsed()
        })
    }

    /// Every order has one address, and no lower one is free.
    fn check(&self) {
        let host = &self.world.host;
        let ours = "service_id BETWEEN 1 AND 10000 AND state = 'held'";
        let held = host.rows(&format!(
            "SELECT COUNT(*) AS n, MAX(address) AS top FROM puq_proxmox_kvm_addresses WHERE {ours}"
        ));
        assert_eq!(held[0]["n"], BEFORE + ORDERS, "server {SERVER}");
        let top = held[0]["top"].as_str().unwrap();
        let below = host.rows(&format!(
            "SELECT COUNT(*) AS n FROM puq_proxmox_kvm_addresses WHERE state = 'free' AND address < '{top}'"
        ));
        assert_eq!(below[0]["n"], 0, "a lower address is free");
    }
}
