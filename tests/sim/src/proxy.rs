//! What pveproxy and pvedaemon do with a request: sign-in, permissions, the way to the node, a worker, the lock.

use crate::api::{self, Call};
use crate::auth::Identity;
use crate::clock::Micros;
use crate::fail::{Fail, Success};
use crate::request::{Parsed, Request};
use crate::rules::{Route, rules};
use crate::sim::Sim;
use crate::task::Twist;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

impl Sim {
    /// Sign-in, path and permissions: what pveproxy decides before anything runs.
    pub(crate) fn admit(
        &self,
        request: &Request,
        parsed: &Parsed,
    ) -> Result<(Identity, Route), Fail> {
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
        let world = self.world();
        if request.body.len() > world.longest_body() {
            return Err(Fail {
                bare: true,
                ..Fail::status(501, "for data too large")
            });
        }
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

    pub(crate) async fn perform(
        &self,
        identity: Identity,
        route: Route,
        request: &Request,
        parsed: &Parsed,
        twist: Option<Twist>,
    ) -> Result<Success, Fail> {
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

    /// The rules are those of 8.4; what came with 8.x is unknown to 7.x.
    fn check_release(&self, call: &Call) -> Result<(), Fail> {
        const SINCE_8: &[&str] = &[
            "ciupgrade",
            "fleecing",
            "import-working-storage",
            "job-id",
            "notification-mode",
            "overrule-shutdown",
            "pbs-change-detection-mode",
        ];
        if self.world().major() >= 8 {
            return Ok(());
        }
        match SINCE_8.iter().find(|name| call.params.contains_key(**name)) {
            Some(name) => Err(Fail::param(name, crate::rules::UNKNOWN)),
            None => Ok(()),
        }
    }

    /// Runs the handler; waits while another worker holds the VM's config lock.
    async fn execute(&self, call: Call, twist: Option<Twist>) -> Result<Success, Fail> {
        if call.rule.protected == 1 && call.rule.method != "GET" && !self.world().quorate {
            return Err(Fail::internal("cluster not ready - no quorum?"));
        }
        self.check_release(&call)?;
        crate::rules::validate(call.rule, &call.params).map_err(Fail::params)?;
        let started = self.clock.now();
        loop {
            let wake: Micros = {
                let mut world = self.world();
                world.next_twist = twist.clone();
                let reply = api::dispatch(&mut world, &call);
                world.next_twist = None;
                let total = world.total.take();
                let reply = reply.map(|data| Success { data, total });
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
fn merged(route: &Route, parsed: &Parsed) -> Result<BTreeMap<String, String>, Fail> {
    let mut params = parsed.params.clone();
    for (name, value) in &route.captured {
        if params.insert(name.clone(), value.clone()).is_some() {
            let text = format!("Parameter verification failed - duplicate parameter '{name}'");
            return Err(Fail::status(400, text));
        }
    }
    Ok(params)
}
