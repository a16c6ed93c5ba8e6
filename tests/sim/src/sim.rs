//! The simulator's front: a request in, an answer or a broken connection out.

use crate::bound::{Bound, Calls, bound};
use crate::clock::Clock;
use crate::control;
use crate::faults::{Fault, Rule, Target};
use crate::journal::{Entry, masked};
use crate::request::{Parsed, Request, Response};
use crate::scenario::Scenario;
use crate::task::Twist;
use crate::world::World;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::sync::{Semaphore, watch};

/// What becomes of a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// An answer.
    Answer(Response),
    /// Nobody listens.
    Refused,
    /// The connection broke before the work.
    ResetBefore,
    /// The connection broke after the work.
    ResetAfter,
    /// No answer, ever.
    Hang,
}

/// A simulated cluster; clones share it.
#[derive(Clone)]
pub struct Sim {
    world: Arc<Mutex<World>>,
    pub(crate) clock: Clock,
    pub(crate) workers: Arc<Mutex<HashMap<String, Arc<Semaphore>>>>,
    /// Tells the endpoints to restart, and for how long they are away.
    pub(crate) restart: Arc<watch::Sender<Duration>>,
}

impl Sim {
    /// A cluster on Tokio's clock: real time, or paused time in tests.
    pub fn new(scenario: Scenario) -> Sim {
        Sim::with_clock(scenario, Clock::tokio())
    }

    /// A cluster on a clock of choice.
    ///
    /// # Panics
    /// When a fault rule of the scenario is no valid pattern.
    pub fn with_clock(scenario: Scenario, clock: Clock) -> Sim {
        let world = World::new(scenario, clock.clone()).expect("fault rules of the scenario");
        Sim {
            world: Arc::new(Mutex::new(world)),
            clock,
            workers: Arc::default(),
            restart: Arc::new(watch::Sender::new(Duration::ZERO)),
        }
    }

    /// The state, brought up to now.
    pub fn world(&self) -> MutexGuard<'_, World> {
        // A panic in a handler is a bug of the simulator; the state is still the best there is.
        let mut world = self.world.lock().unwrap_or_else(|e| e.into_inner());
        world.settle();
        world
    }

    /// Every request so far.
    pub fn journal(&self) -> Vec<Entry> {
        self.world().journal.entries().to_vec()
    }

    /// Replaces the fault rules.
    ///
    /// # Errors
    /// A pattern that cannot be compiled.
    pub fn set_faults(&self, rules: Vec<Rule>) -> Result<(), String> {
        let mut world = self.world();
        let seed = world.random.bits();
        world.faults = crate::faults::Faults::new(rules, seed)?;
        Ok(())
    }

    /// Lower bound on the makespan of `deploys` deploys.
    pub fn bound(&self, deploys: u32, calls: &Calls) -> Bound {
        bound(&self.world(), deploys, calls)
    }

    /// How long until something happens by itself; None = nothing is under way.
    pub fn next_change(&self) -> Option<Duration> {
        let world = self.world();
        let at = world.next_change()?;
        Some(Duration::from_micros(at.saturating_sub(world.now)))
    }

    /// Moves an explicit clock and lets everything happen that was due.
    pub fn advance(&self, by: Duration) {
        self.clock.advance(by);
        drop(self.world());
    }

    /// Takes one request through faults, sign-in, rules and the API.
    pub async fn handle(&self, request: Request) -> Outcome {
        let parsed = Parsed::read(&request);
        if let Some(rest) = request.path.strip_prefix("/sim/") {
            return Outcome::Answer(control::answer(self, rest, &request, &parsed));
        }
        let struck = self.strike(&parsed, &request.via);
        if struck.contains(&Fault::Refuse) || self.is_down(&request.via) {
            return Outcome::Refused;
        }
        if struck.contains(&Fault::ResetBefore) {
            return Outcome::ResetBefore;
        }
        if struck.contains(&Fault::Hang) {
            return Outcome::Hang;
        }
        for fault in &struck {
            if let Fault::Slow { ms } = fault {
                self.pause(*ms as f64 / 1000.0).await;
            }
        }
        if let Some(Fault::Status {
            code,
            reason,
            body,
            after: false,
        }) = struck
            .iter()
            .find(|f| matches!(f, Fault::Status { after: false, .. }))
        {
            self.record(&parsed, *code, "");
            return Outcome::Answer(Response::raw(*code, reason, body.as_deref()));
        }
        let twist = struck.iter().find_map(Fault::twist);
        let (mut response, who) = self.respond(&request, &parsed, twist).await;
        self.record(&parsed, response.status, &who);
        for fault in &struck {
            match fault {
                Fault::ResetAfter => return Outcome::ResetAfter,
                Fault::HangAfter => return Outcome::Hang,
                Fault::Status {
                    code,
                    reason,
                    body,
                    after: true,
                } => {
                    return Outcome::Answer(Response::raw(*code, reason, body.as_deref()));
                }
                Fault::Garbage => response.body = b"<html><title>502</title><p>gateway".to_vec(),
                Fault::Nonsense(kind) => self.world().twist_answer(*kind, &mut response.body),
                Fault::Truncate => response.body.truncate(response.body.len() / 2),
                _ => {}
            }
        }
        Outcome::Answer(response)
    }

    /// Asks the rules, and applies at once what changes the cluster itself.
    fn strike(&self, parsed: &Parsed, via: &str) -> Vec<Fault> {
        let target = Target {
            method: &parsed.method,
            path: &parsed.path,
            via,
        };
        let mut world = self.world();
        let struck = world.faults.strike(&target);
        for fault in &struck {
            match fault {
                Fault::Lock { kind, seconds } => {
                    if let Some(vmid) = target.vmid() {
                        world.hold(vmid, kind, *seconds);
                    }
                }
                Fault::Heal => {
                    world.quorate = true;
                    world.offline_storages.clear();
                    world.nodes.iter_mut().for_each(|n| n.online = true);
                }
                Fault::NoQuorum => world.quorate = false,
                Fault::NodeDown => {
                    if let Some(name) = target.node()
                        && let Some(node) = world.nodes.iter_mut().find(|n| n.name == name)
                    {
                        node.online = false;
                    }
                }
                Fault::StorageOffline { storage } => {
                    world.offline_storages.insert(storage.clone());
                }
                Fault::ClockSkew { seconds } => world.skew += seconds,
                _ => {}
            }
        }
        struck
    }

    fn is_down(&self, via: &str) -> bool {
        self.world().node(via).is_some_and(|n| !n.online)
    }

    pub(crate) async fn pause(&self, seconds: f64) {
        let until = self.clock.now() + self.clock.stretch(seconds);
        self.clock.sleep_until(until).await;
    }

    fn record(&self, parsed: &Parsed, status: u16, who: &str) {
        let mut world = self.world();
        let ts = world.unix_at(world.now);
        world.journal.add(Entry {
            ts,
            method: parsed.method.clone(),
            path: parsed.path.clone(),
            params: masked(&parsed.params),
            status,
            token: who.to_owned(),
        });
    }

    /// Everything that a faultless server does with a request; also answers who called.
    async fn respond(
        &self,
        request: &Request,
        parsed: &Parsed,
        twist: Option<Twist>,
    ) -> (Response, String) {
        let mut who = String::new();
        let reply = match self.admit(request, parsed) {
            Ok((identity, route)) => {
                who = identity.full_name();
                self.perform(identity, route, request, parsed, twist).await
            }
            Err(fail) => Err(fail),
        };
        if let Err(fail) = &reply
            && fail.slow
        {
            let delay = self.world().durations.unauthorized;
            self.pause(delay).await;
        }
        let with_message = self.world().major() >= 8;
        (Response::from_reply(reply, with_message), who)
    }
}
