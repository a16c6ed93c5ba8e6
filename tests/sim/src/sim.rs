//! The simulator's front: a request in, an answer or a broken connection out.

use crate::api::{self, Call};
use crate::auth::Identity;
use crate::clock::{Clock, Micros};
use crate::control;
use crate::fail::{Fail, Reply};
use crate::faults::{Fault, Rule, Target};
use crate::journal::{Entry, masked};
use crate::request::{Parsed, Request, Response};
use crate::rules::{Route, rules};
use crate::scenario::Scenario;
use crate::task::Twist;
use crate::world::World;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::sync::Semaphore;

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
    clock: Clock,
    workers: Arc<Mutex<HashMap<String, Arc<Semaphore>>>>,
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
        let seed = world.chance.bits();
        world.faults = crate::faults::Faults::new(rules, seed)?;
        Ok(())
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
                Fault::Lock { kind } => {
                    if let Some(vm) = target.vmid().and_then(|id| world.vms.get_mut(&id)) {
                        vm.conf.insert("lock".into(), kind.clone());
                    }
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

    async fn pause(&self, seconds: f64) {
        let until = self.clock.now() + self.clock.stretch(seconds);
        self.clock.sleep_until(until).await;
    }

    fn record(&self, parsed: &Parsed, status: u16, who: &str) {
        let mut world = self.world();
        let ts = (world.epoch + world.skew) as f64 + world.now as f64 / 1e6;
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
        if reply.as_ref().is_err_and(|f| f.slow) {
            let delay = self.world().durations.unauthorized;
            self.pause(delay).await;
        }
        let with_message = self.world().major() >= 8;
        (Response::from_reply(reply, with_message), who)
    }

    /// Sign-in, path and permissions: what pveproxy decides before anything runs.
    fn admit(&self, request: &Request, parsed: &Parsed) -> Result<(Identity, Route), Fail> {
        if !matches!(parsed.method.as_str(), "GET" | "POST" | "PUT" | "DELETE") {
            return Err(Fail {
                bare: true,
                ..Fail::status(501, format!("method '{}' not available", parsed.method))
            });
        }
        if !request.path.starts_with("/api2/json") {
            return Err(Fail {
                bare: true,
                ..Fail::status(404, "Not Found")
            });
        }
        if request.body.len() > 512 << 10 {
            return Err(Fail {
                bare: true,
                ..Fail::status(501, "for data too large")
            });
        }
        let world = self.world();
        let open = parsed.path == "/access/ticket";
        let identity = if open {
            Identity::default()
        } else {
            world.authenticate(&parsed.method, &request.headers)?
        };
        let Some(route) = rules().route(&parsed.method, &parsed.path) else {
            let text = format!("Method '{} {}' not implemented", parsed.method, parsed.path);
            return Err(Fail::status(501, text));
        };
        if identity.token.is_some() && route.method.allowtoken == 0 {
            let text = format!(
                "URI '{}' not available with API token, need proper ticket.",
                parsed.path
            );
            return Err(Fail::status(403, text));
        }
        let params = merged(&route, parsed)?;
        world.check_permissions(&identity, route.method, &params)?;
        Ok((identity, route))
    }

    async fn perform(
        &self,
        identity: Identity,
        route: Route,
        request: &Request,
        parsed: &Parsed,
        twist: Option<Twist>,
    ) -> Reply {
        let params = merged(&route, parsed)?;
        let local = self.entry_node(&request.via);
        let node = match route
            .method
            .proxyto
            .as_deref()
            .and_then(|name| params.get(name))
        {
            Some(name) if name != "localhost" => name.clone(),
            _ => local,
        };
        self.reachable(&node)?;
        let call = Call {
            who: identity,
            rule: route.method,
            params,
            node: node.clone(),
        };
        let (latency, limit) = {
            let world = self.world();
            let d = &world.durations;
            let mut latency = if call.rule.protected == 1 {
                d.protected
            } else {
                d.read
            };
            if call.rule.method == "PUT" && call.rule.path.ends_with("/config") {
                latency += d.config;
            }
            (latency, self.clock.stretch(world.limits.proxy_timeout))
        };
        let sim = self.clone();
        if call.rule.protected == 0 {
            sim.pause(latency).await;
            return sim.execute(call, twist).await;
        }
        let work = async move {
            let worker = sim.worker(&node);
            let _busy = worker.acquire_owned().await;
            sim.pause(latency).await;
            sim.execute(call, twist).await
        };
        if self.clock.is_explicit() {
            return work.await;
        }
        // Spawned: the work goes on when the caller hangs up or the proxy leg gives up.
        match tokio::time::timeout(Duration::from_micros(limit), tokio::spawn(work)).await {
            Ok(Ok(reply)) => reply,
            Ok(Err(_)) => Err(Fail::internal("simulator: worker panicked")),
            Err(_) => Err(Fail {
                bare: true,
                ..Fail::status(596, "Connection timed out")
            }),
        }
    }

    fn entry_node(&self, via: &str) -> String {
        let world = self.world();
        let first = world
            .nodes
            .iter()
            .find(|n| n.online)
            .or(world.nodes.first());
        match world.node(via) {
            Some(node) => node.name.clone(),
            None => first.map_or_else(String::new, |n| n.name.clone()),
        }
    }

    fn reachable(&self, name: &str) -> Result<(), Fail> {
        match self.world().node(name) {
            Some(node) if node.online => Ok(()),
            Some(_) => Err(Fail {
                bare: true,
                ..Fail::status(595, "No route to host")
            }),
            None => Err(Fail::internal(format!(
                "hostname lookup '{name}' failed - failed to get address info for: {name}: Temporary failure in name resolution"
            ))),
        }
    }

    fn worker(&self, node: &str) -> Arc<Semaphore> {
        let count = self.world().limits.workers.max(1) as usize;
        let mut workers = self.workers.lock().unwrap_or_else(|e| e.into_inner());
        let slot = workers.entry(node.to_owned());
        slot.or_insert_with(|| Arc::new(Semaphore::new(count)))
            .clone()
    }

    /// Runs the handler; waits while another worker holds the VM's config lock.
    async fn execute(&self, call: Call, twist: Option<Twist>) -> Reply {
        if call.rule.protected == 1 && call.rule.method != "GET" && !self.world().quorate {
            return Err(Fail::internal("cluster not ready - no quorum?"));
        }
        crate::rules::validate(call.rule, &call.params).map_err(Fail::params)?;
        let started = self.clock.now();
        loop {
            let wake: Micros = {
                let mut world = self.world();
                world.next_twist = twist.clone();
                let reply = api::dispatch(&mut world, &call);
                world.next_twist = None;
                let Err(fail) = &reply else { return reply };
                let Some((_, seconds)) = fail.busy else {
                    return reply;
                };
                let deadline = started + self.clock.stretch(seconds);
                if self.clock.is_explicit() || world.now >= deadline {
                    return reply;
                }
                world.next_change().map_or(deadline, |at| at.min(deadline))
            };
            self.clock.sleep_until(wake.max(self.clock.now() + 1)).await;
        }
    }
}

/// Path and call parameters together.
fn merged(
    route: &Route,
    parsed: &Parsed,
) -> Result<std::collections::BTreeMap<String, String>, Fail> {
    let mut params = parsed.params.clone();
    for (name, value) in &route.captured {
        if params.insert(name.clone(), value.clone()).is_some() {
            let text = format!("Parameter verification failed - duplicate parameter '{name}'");
            return Err(Fail::status(400, text));
        }
    }
    Ok(params)
}
