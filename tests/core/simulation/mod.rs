//! Deterministic simulation: random orders, calls of WHMCS, clicks of clients and staff, faults, strangers, hands in
//! Proxmox, crashes and several machines, out of one seed. At every moment the invariants hold; once the trouble stops,
//! and an admin did what the system asked for, everything comes to rest as it was sold.
//!
//! `profile` what a seed likes · `commands` what is asked of the module · `clicks` what people click on · `answers` what is
//! learnt from the answers · `outside_changes` what others do in Proxmox · `trouble` faults and the cluster's own troubles ·
//! `surroundings` clocks and the database · `products` what is sold · `keepsakes` backups, snapshots, restores, mails ·
//! `zones` names in DNS · `recovery` the end.

mod answers;
mod clicks;
mod commands;
mod keepsakes;
mod ledger;
mod outside_changes;
mod products;
mod profile;
mod recovery;
mod surroundings;
mod trouble;
mod zones;

use crate::support::actors::{Actor, Work};
use crate::support::invariant::assert_invariants;
use crate::support::{CrashPoint, Cut, Order, Ran, World, outage};
use commands::SentCommand;
use keepsakes::Keepsakes;
use ledger::Sold;
use profile::Profile;
use puq_proxmox_kvm::cron::status;
use puq_proxmox_kvm::model::Random;
use pve_sim::Scenario;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::time::Duration;

/// One seed's play.
struct Play {
    world: World,
    random: Random,
    profile: &'static Profile,
    /// What was sold, by service.
    sold: BTreeMap<u64, Sold>,
    keepsakes: Keepsakes,
    /// Strangers' VMs made while others acted, as they were made.
    met: Rc<RefCell<Vec<(u32, String)>>>,
    strangers: u32,
    /// So many processes died on the way.
    deaths: u64,
    log: Vec<String>,
}

impl Play {
    fn new(seed: u64) -> Self {
        let mut scenario = Scenario::named("demo").unwrap();
        let random = Random::seeded(seed ^ 0x5EED);
        let profile = profile::of(seed);
        scenario.durations.clone_per_gib = 1.0 + random.between(0, 30) as f64;
        scenario.durations.vzdump_per_gib = 1.0 + random.between(0, 60) as f64;
        scenario.durations.restore_per_gib = 1.0 + random.between(0, 30) as f64;
        scenario.limits.workers = 1 + random.between(0, 3) as u32;
        let world = World::new(scenario, seed);
        products::enter(&world);
        if random.between(0, 2) == 0 {
            world.setting("quarantine", "0");
        }
        if random.between(0, 2) == 0 {
            world.setting("backup_remove_after", "1");
        }
        // The clocks of WHMCS and of the cluster need not agree.
        world.clocks(0, 0);
        let skew = [0, 0, 0, 400, -400, 3600, -3600][random.between(0, 7) as usize];
        world.see(|all| all.skew += skew);
        *world.network.jitter.borrow_mut() = Some((random.between(0, 120), Random::seeded(seed)));
        zones::enter(&world);
        let spoilt = random.between(0, 2) == 0;
        let mut play = Self {
            world,
            random,
            profile,
            sold: BTreeMap::new(),
            keepsakes: Keepsakes::default(),
            met: Rc::default(),
            strangers: 0,
            deaths: 0,
            log: vec![
                format!("profile {}", profile.name),
                format!("the cluster's clock is {skew} s ahead"),
            ],
        };
        if spoilt {
            play.spoil_names(seed);
        }
        play
    }

    fn roll(&self, sides: u64) -> u64 {
        self.random.between(0, sides)
    }

    /// Once in so many times; never for 0.
    fn once_in(&self, times: u64) -> bool {
        times > 0 && self.roll(times) == 0
    }

    fn say(&mut self, text: impl Into<String>) {
        self.log.push(text.into());
    }

    fn round(&mut self) {
        for _ in 0..self.roll(self.profile.orders) {
            self.order();
        }
        let mut actors = vec![];
        let asked = self.commands(&mut actors);
        self.outside_changes(&mut actors);
        self.trouble();
        self.name_weather();
        self.surroundings();
        self.run(actors, asked);
        self.world.foreign.append(&mut self.met.borrow_mut());
        assert_invariants(&self.world);
        self.look_at_keepsakes();
        let seconds = match self.once_in(self.profile.jumps) {
            true => 3600 * (1 + self.roll(30)),
            false => 20 + self.roll(90),
        };
        self.world.advance(Duration::from_secs(seconds));
    }

    fn order(&mut self) -> u64 {
        let service = self.sold.len() as u64 + 1;
        let product = products::FIRST + self.roll(products::ALL);
        self.world.order(&Order::new(service).product(product));
        self.sold.insert(service, Sold::new(product));
        self.say(format!("order {service} of product {product}"));
        service
    }

    /// A minute passes: the cron runs, here or on several machines, whole or not, while the others act.
    fn run(&mut self, mut actors: Vec<Actor>, asked: Vec<SentCommand>) {
        self.world.crash_at_host_call(None);
        self.world.crash_at_request(None);
        let machines = match self.once_in(self.profile.machines) {
            true => 2 + self.roll(2),
            false => 1,
        };
        for number in 1..=machines {
            actors.push(Actor::cron(&format!("web{number}")));
        }
        let mut dying = 0;
        if self.once_in(self.profile.deaths) {
            dying = 1;
            match self.roll(4) {
                0 => {
                    let number = 1 + self.roll(160);
                    let point = match self.roll(2) {
                        0 => CrashPoint::Before(number),
                        _ => CrashPoint::After(number),
                    };
                    self.world.crash_at_host_call(Some(point));
                    self.say(format!("everything dies at host call {point:?}"));
                }
                1 => {
                    let number = 1 + self.roll(80);
                    let cut = [Cut::Before(number), Cut::During(number), Cut::After(number)]
                        [self.roll(3) as usize];
                    self.world.crash_at_request(Some(cut));
                    self.say(format!("everything dies at request {cut:?}"));
                }
                _ => {
                    let last = actors.len() - 1;
                    let after = Duration::from_millis(self.roll(40_000));
                    actors[last].dies = Some(after);
                    self.say(format!("web{machines} dies after {after:?}"));
                }
            }
        }
        dying += actors
            .iter()
            .filter(|actor| matches!(actor.work, Work::Call(_)) && actor.dies.is_some())
            .count() as u64;
        self.deaths += dying;
        self.say(format!("{machines} machines, {} actors", actors.len()));
        let (ran, answers) = self.world.together(actors);
        self.mend_surroundings();
        self.world.crash_at_host_call(None);
        self.world.crash_at_request(None);
        assert_ended_in_form(&ran);
        self.say(ran.text);
        self.note_answers(&asked, answers);
    }
}

/// A run that nobody killed ends with a documented status, or says what is wrong with the database.
fn assert_ended_in_form(ran: &Ran) {
    match &ran.status {
        Ok(code) => assert!(
            [status::DONE, status::ERRORS, status::CLOCK].contains(code),
            "exit status {code}"
        ),
        Err(text) => assert!(ran.died || outage::is_told(text), "the cron fails: {text}"),
    }
}

/// What became of a seed.
pub struct Played {
    /// What happened, in order.
    pub log: Vec<String>,
    /// The words of what failed.
    pub outcome: Result<(), String>,
}

/// Plays a seed.
pub fn play(seed: u64) -> Played {
    let mut play = Play::new(seed);
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        for _ in 0..play.profile.rounds {
            play.round();
        }
        play.quiet();
    }));
    let outcome = outcome.map_err(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
            .unwrap_or_default()
    });
    let requests = catch_unwind(AssertUnwindSafe(|| {
        play.world.see(|all| all.journal.entries().len())
    }));
    play.log
        .push(format!("{} requests", requests.unwrap_or_default()));
    Played {
        log: std::mem::take(&mut play.log),
        outcome,
    }
}
