//! A stateful Proxmox VE simulator, as a library and as an HTTPS server.
//!
//! # In a test, in one process
//! ```
//! use pve_sim::{Outcome, Request, Scenario, Sim};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap().block_on(async {
//! let sim = Sim::new(Scenario::named("demo").unwrap()); // Tokio's clock: start_paused tests need no real time
//! let request = Request {
//!     method: "GET".into(),
//!     path: "/api2/json/cluster/nextid".into(),
//!     headers: vec![("Authorization".into(), pve_sim::token_header(&sim))],
//!     ..Request::default()
//! };
//! let Outcome::Answer(answer) = sim.handle(request).await else { panic!() };
//! assert_eq!(answer.status, 200);
//! # });
//! ```
//! `Request::via` names the node (endpoint) that receives the request; calls for other nodes are proxied as Proxmox does.
//! Clocks: [`Sim::new`] uses Tokio's; [`Clock::scaled`] is wall-clock time with all durations multiplied;
//! [`Clock::explicit`] moves only by [`Sim::advance`] (requests then answer at once, a held config lock is a time-out
//! at once). The same scenario, seed and sequence of requests give the same journal, UPIDs, MACs and digests.
//!
//! Work goes on behind a hung-up caller: calls that Proxmox runs in pvedaemon are spawned, take one of its few
//! workers per node, and answer 596 after the proxy leg's 30 s.
//!
//! # As a server
//! ```text
//! pve-sim --listen pve1=127.0.0.1:8006 --listen pve2=127.0.0.1:8007 --scenario demo --scale 0.1 \
//!         --ready-file ready.json --journal journal.jsonl
//! ```
//! `pve-sim --help` tells the rest. Control endpoints, without credentials: `GET /sim/{state,journal,bound,faults,sends}`,
//! `POST /sim/{faults,advance,vm,volume,node,storage,quorum}` (see [`control`]).
//!
//! # Faults
//! Rules as data ([`faults::Rule`]): which requests (`match`), which of those (`when`), what happens (`do`).
//! ```json
//! [{"match": {"method": "POST", "path": "/nodes/*/qemu/*/clone"}, "when": {"nth": 1}, "do": "reset_after"},
//!  {"match": {"path": "~/status/start$"}, "when": {"chance": 0.2}, "do": {"task_fail": {"exitstatus": "start failed: QEMU exited with code 1"}}}]
//! ```
//!
//! # Rules of the real API
//! [`check`] tests any journal line against the parameter rules of Proxmox VE 8.4.
//!
//! # Where things are
//! `scenario` what a cluster is made of · `clock`, `engine`, `task` time and tasks · `aftermath` what follows by itself · `jobs` what workers do · `api` what
//! calls answer · `rules` parameter rules · `auth`, `session` who may what · `vm`, `drive`, `storage`, `firewall` the things
//! themselves · `filter` what a VM may send · `faults`, `journal`, `control`, `bound` for tests · `sim`, `proxy` the front · `server` HTTP.
//!
//! What is absent: containers, SDN, Ceph, replication, notifications, two-factor sign-in.

mod aftermath;
mod api;
mod auth;
pub mod bound;
mod clock;
mod console;
pub mod control;
mod drive;
mod engine;
mod fail;
pub mod faults;
pub mod filter;
mod firewall;
mod jobs;
mod journal;
mod nonsense;
mod proxy;
mod random;
mod request;
mod rfb;
mod rules;
pub mod scenario;
pub mod server;
mod session;
mod sim;
mod storage;
mod task;
mod vm;
mod world;

pub use clock::{Clock, Micros};
pub use firewall::Firewall;
pub use jobs::stored_password;
pub use journal::Entry;
pub use request::{Request, Response};
pub use rules::{Errors, check};
pub use scenario::Scenario;
pub use sim::{Outcome, Sim};
pub use storage::{Permit, Volume};
pub use task::{Stage, Task};
pub use vm::{Snapshot, Vm};
pub use world::World;

/// `Authorization` value of the scenario's first token.
///
/// # Panics
/// When the scenario has no token.
pub fn token_header(sim: &Sim) -> String {
    let world = sim.world();
    let token = world.tokens.first().expect("the scenario has a token");
    format!("PVEAPIToken={}={}", token.id, token.secret)
}
