//! Several at once: cron runs on several machines, calls of WHMCS, clicks, and somebody's hands in Proxmox, each
//! beginning at its moment, each possibly dying at another.

use super::World;
use super::world::Ran;
use futures_util::future::LocalBoxFuture;
use puq_proxmox_kvm::cron;
use puq_proxmox_kvm::host::trampoline;
use puq_proxmox_kvm::model::chain;
use puq_proxmox_kvm::site::Site;
use std::cell::RefCell;
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// A call of the module; it answers with what WHMCS or the browser is told.
pub type Call = Box<dyn FnOnce(Site) -> LocalBoxFuture<'static, String>>;

/// What an actor does.
pub enum Work {
    /// Runs `cron.php --no-lock`.
    Cron,
    /// Enters through the extension.
    Call(Call),
    /// Changes the cluster by hand.
    Hand(Box<dyn FnOnce(&mut pve_sim::World)>),
}

/// Somebody who acts.
pub struct Actor {
    /// On which machine; those that act at once are on different ones, else one takes the other for dead.
    pub machine: String,
    /// When it begins.
    pub begins: Duration,
    /// When its process dies, counted from its begin.
    pub dies: Option<Duration>,
    /// What it does.
    pub work: Work,
}

/// How a call ended.
pub struct Answer {
    /// Which call of those that were made, counted from 0.
    pub call: usize,
    /// What it was answered; `None`: it died before.
    pub told: Option<String>,
}

impl World {
    /// Lets everybody act at once. Also how each call ended, the first to end first.
    pub fn together(&self, actors: Vec<Actor>) -> (Ran, Vec<Answer>) {
        let before = self.now();
        let died = self.network.died();
        let answers: RefCell<Vec<Answer>> = RefCell::default();
        let mut calls = 0;
        let outcome = trampoline::drive(&self.runtime, &self.host, self.host_time(), |handle| {
            let all = actors.into_iter().map(|actor| {
                let call = calls;
                let is_call = matches!(actor.work, Work::Call(_));
                calls += usize::from(is_call);
                let handle = handle.clone();
                let (sim, answers) = (self.sim.clone(), &answers);
                let ended = move |told| answers.borrow_mut().push(Answer { call, told });
                let work = async move {
                    match actor.work {
                        Work::Cron => {
                            let site = self.entered(handle, &actor.machine).await;
                            let argv = ["cron.php".to_owned(), "--no-lock".to_owned()];
                            cron::main(&site, &argv)
                                .await
                                .map_err(|error| chain(&error))
                        }
                        Work::Call(make) => {
                            let site = self.entered(handle, &actor.machine).await;
                            let told = make(site).await;
                            ended(Some(told));
                            Ok(0)
                        }
                        Work::Hand(hand) => {
                            hand(&mut sim.world());
                            Ok(0)
                        }
                    }
                };
                async move {
                    sleep(actor.begins).await;
                    let Some(after) = actor.dies else {
                        return work.await;
                    };
                    timeout(after, work).await.unwrap_or_else(|_| {
                        if is_call {
                            ended(None);
                        }
                        Ok(0)
                    })
                }
            });
            let all = futures_util::future::join_all(all.collect::<Vec<_>>());
            async move {
                tokio::select! {
                    biased;
                    () = died.notified() => None,
                    done = all => done.into_iter().reduce(|a, b| Ok(a?.max(b?))),
                }
            }
        });
        let gone = outcome.is_err();
        let ran = self.ran(outcome.ok().flatten(), gone, before);
        let mut answers = answers.into_inner();
        // What was cut short when everything died.
        for call in 0..calls {
            if !answers.iter().any(|answer| answer.call == call) {
                answers.push(Answer { call, told: None });
            }
        }
        (ran, answers)
    }

    /// Runs the cron on several machines at the same time.
    pub fn cron_together(&self, machines: &[&str]) -> Ran {
        let actors = machines.iter().map(|machine| Actor::cron(machine));
        self.together(actors.collect()).0
    }
}

impl Actor {
    /// A run of the cron, from now to its end.
    pub fn cron(machine: &str) -> Self {
        Self {
            machine: machine.to_owned(),
            begins: Duration::ZERO,
            dies: None,
            work: Work::Cron,
        }
    }
}
