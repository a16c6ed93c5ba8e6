//! WHMCS provisioning for Proxmox VE virtual machines, as one native PHP extension.
//!
//! A client orders a VM in WHMCS; some ticks of the cron later it runs on Proxmox with its addresses, its DNS names, its
//! firewall and its mail. PHP keeps what WHMCS looks for (entry functions, hooks, templates, languages) and one `Host`
//! object; everything that decides or converts is here, called in-process.
//!
//! # Map
//!
//! ```text
//! bridge ──▶ { actions, cron } ──▶ custody ──▶ flows ──▶ steps ──▶ vm ──▶ { pve, dns, ipam } ──▶ net ──▶ model
//!                 │                                       └─────▶ { engine, limits } ──▶ store ──▶ host ──▶ model
//!                 └──▶ report, doctor
//! ```
//!
//! | module | its one job |
//! |---|---|
//! | [`model`] | ids, states, verdicts, time, random values, secrets: pure data |
//! | [`host`] | the ports PHP fills (database, WHMCS, console) and the trampoline on which they are called |
//! | [`net`] | HTTP, TLS, deadlines, redaction |
//! | [`pve`] | the Proxmox client: endpoints, envelope, property strings, tasks, and what each failure means |
//! | [`ipam`], [`dns`] | address arithmetic; zones and providers |
//! | [`plan`] | a product's settings and a service's options, made one typed plan |
//! | [`store`] | our tables: records, operations, leases, addresses, VMIDs, runs |
//! | [`engine`] | running a flow: settle, step, compare-and-set, next; pauses |
//! | [`limits`] | how much of one kind may be under way at once, learnt from how it goes |
//! | [`vm`] | one service's VM while somebody works on it: observing, acting, watching tasks, whose it is; its cluster, shared by all |
//! | [`steps`] | one verb family per file: observe, compare, act, report |
//! | [`flows`] | the tables that fix the order of steps |
//! | [`custody`] | whoever works on a service: its lease, its row read after that, what was open settled, its cluster; what is in the way; entering a flow |
//! | [`cron`] | the task list as data; due, lock, run, record |
//! | [`actions`] | what a client, an admin or WHMCS asks for |
//! | [`report`] | events laid out as the cron's lines |
//! | [`doctor`] | what can be wrong before an order meets it |
//! | [`files`] | files that are written: no link is followed, no file of others taken over |
//! | [`site`] | the WHMCS installation as one entry from PHP sees it: database, clock, network, process |
//! | `bridge` | functions, values, exceptions: the only place that knows PHP |
//!
//! To find a behaviour: which step runs when is a row in [`flows`]; what a step does is the function that row names; what
//! an answer of Proxmox means is a row in `pve::failures`; what the cron prints is `report`; what a page can ask for is a row
//! in `actions::page_operations`, and what a button may do the rest of `actions`; whether a VM is free, and if not why, is
//! [`custody::Hindrance`]; where a flow is begun is [`custody::enter()`]. Why it is so, and what was tried before, is told by
//! [`decisions`]; what a word means, by [`glossary`]. `.github/CONTRIBUTING.md` says where to begin with a change.
//!
//! # Invariants
//!
//! Most say what must be *absent*; `tests/tidy.rs` keeps the first six.
//!
//! - No module looks upwards in the map. `pve`, `dns`, `net`, `ipam` and `plan` never see `host` or `store`.
//! - No SQL outside `store`. No HTTP library outside `net`. No Proxmox error text outside `pve`. No PHP outside `bridge`.
//! - Nothing enters the async runtime but the trampoline: no `block_on` outside `host` and `bridge`.
//! - Nothing asks the system for the time or for random values but `model`: both are passed in.
//! - No file is opened for writing but in `files`, which follows no link.
//! - No time is stored but by the database's clock, which every entry takes for its own.
//! - No panic, `unwrap` or `expect` outside tests; no file over 400 lines, no function over 80.
//! - Steps never print. They leave notes and return verdicts.
//! - PHP never runs inside the runtime: a WHMCS hook that calls the extension again, during a host call, works.
//! - No transaction is open while anything is awaited: a transaction is one host call with its expected row counts.
//! - No call that is not idempotent is sent before its operation is stored, and no task is looked at before its UPID is.
//! - No call leaves that does not stand in `pve::calls`, the list of all there are.
//! - Nothing that a person asked for is without an end on record: its row is written before anything is sent, and closed once,
//!   with its line in the service's log. A task's OK is not that end: the VM's own state is looked at.
//! - No lock on a VM is broken by us: it is waited for, and told with the task that holds it or the command that ends it.
//! - No write is sent twice blindly. An error says whether the request surely was not sent; everything else is settled by
//!   reading the object.
//! - No VM is taken for ours but by its owner mark; no VM without it is ever changed or removed. The mark itself is the one
//!   write to such a VM: where an admin attaches it, or an import knows it by its network address or name.
//! - No address and no VMID is given out twice: unique keys of the database say so, not our code.
//! - No address and no VMID is freed before a good answer of a quorate cluster, the one the VM was made on, says that it
//!   is gone. An address that a package no longer has is freed only after good answers said that neither configuration nor
//!   address set of the VM has it, and that the VM was off or started anew since.
//! - No state is advanced but by compare-and-set on state and revision, together with its line in the log.
//! - No error is told without its causes: [`model::chain()`] prints it, in every log, on every page, in what is stored.
//! - No secret has a `Display`: [`model::Secret`] prints asterisks.
//!
//! # The promise
//!
//! *However a tick ends — killed, network gone, Proxmox answering 596 after doing the work, two ticks at once, a double
//! click — there is in the end exactly one VM with exactly its addresses, or none, and no address is used twice.*
//!
//! It rests on four records, all in `store`: the **operation** written before a call, the **owner mark** drawn once per
//! service and written into the clone call itself, the **reservation** of VMID and addresses by unique keys, and the
//! **lease** by which one process at a time works on a service. A pass begins with `steps::settle`, which closes what an
//! earlier process left open: a task is looked up by its UPID or, where the answer never came, among our own tasks of
//! that kind. While a clone runs Proxmox shows no mark, so until its end a VM is ours by operation, reservation and task
//! together; a clone that died on the way is never destroyed by us: it is reported, and the order takes another number.
//! Sending a clone again to the *same* reserved number is safe: Proxmox refuses the second with "config file already
//! exists", and what stands there then is judged by its mark.

pub mod actions;
#[cfg(feature = "php")]
pub mod bridge;
pub mod cron;
pub mod custody;
#[doc = include_str!("decisions.md")]
pub mod decisions {}
pub mod dns;
pub mod doctor;
pub mod engine;
pub mod files;
pub mod flows;
#[doc = include_str!("glossary.md")]
pub mod glossary {}
pub mod host;
pub mod ipam;
pub mod limits;
pub mod model;
pub mod net;
pub mod plan;
pub mod pve;
pub mod report;
pub mod site;
pub mod steps;
pub mod store;
pub mod vm;
