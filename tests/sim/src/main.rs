//! The simulator as a program.

use pve_sim::{Clock, Scenario, Sim, faults, server};
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

const HELP: &str = "\
pve-sim: a simulated Proxmox VE cluster over HTTPS

  --listen [NODE=]ADDRESS:PORT  endpoint, repeatable (default 127.0.0.1:0, the first node)
  --scenario NAME|FILE          demo, single, bare, or a JSON file (default demo)
  --scale FACTOR                multiply all durations (default 1; 0.1 = ten times as fast)
  --seed N                      seed of all randomness (default: the scenario's)
  --faults FILE                 fault rules, JSON
  --journal FILE                append one JSON line per request (also: environment PVE_SIM_JOURNAL)
  --ready-file FILE             write JSON when listening: url, urls, fingerprint, token_id, token_secret, node, …
  --cert-dir DIR                keep certificate and key there
  --release X.Y.Z               Proxmox VE of this release instead of the scenario's
  --plain                       HTTP instead of HTTPS
  --die-with-parent             exit when the parent process is gone
  --check FILE                  check a journal against the parameter rules of the real API, and exit
  --help                        this text

Fault rules: a JSON list; the file of --faults, or POST /sim/faults while it runs (GET /sim/faults counts strikes).
  [{\"match\": {…}, \"when\": {…}, \"do\": …}, …]      every rule whose turn it is strikes, in the order of the list

match: which requests; what is absent matches all
  method      GET, POST, PUT, DELETE
  path        without /api2/json: a glob (* within a part, ** across parts), or after ~ a regular expression
  node, vmid  as named in the path              endpoint    the node that received it (--listen NODE=…)
when: which of those; all given conditions hold
  nth N   only the N-th            every N  each N-th       after N  not before the first N
  times N  at most N times         chance P  with this probability, drawn from the seed
do: what happens
  refuse                           nobody listens
  reset_before, reset_after        the connection breaks before, after the work
  hang, hang_after                 no answer ever; the work is not, is done
  {\"slow\": {\"ms\": N}}            the answer comes late
  {\"status\": {\"code\": N, \"reason\": TEXT, \"body\": TEXT, \"after\": true}}
                                   an answer of your choice (595, 596, 599, any error text); after: the work is done
  garbage, truncate                the work is done; the body is no JSON, ends half-way
  {\"nonsense\": KIND}              the work is done; the body is JSON that says nothing: another shape, without the keys that
                                   are always there, with other types in them, a list with entries that are none
                                   (KIND shape, keys, types, entries)
  {\"task_fail\": {\"exitstatus\": TEXT}}, {\"task_warn\": {\"n\": N}}, task_vanish, task_never_ends, worker_killed
                                   the task that the request starts fails, warns, is forgotten, never ends, dies half-way
  {\"lock\": {\"kind\": WORD, \"seconds\": N}}
                                   the VM is locked, by a task for so long; without seconds by nobody, for ever
  no_quorum, node_down, {\"storage_offline\": {\"storage\": NAME}}, {\"clock_skew\": {\"seconds\": N}}, heal
                                   the cluster from now on; heal brings quorum, nodes and storages back
Example: the answer of the first clone is lost, every fifth start fails
  [{\"match\": {\"method\": \"POST\", \"path\": \"/nodes/*/qemu/*/clone\"}, \"when\": {\"nth\": 1}, \"do\": \"reset_after\"},
   {\"match\": {\"path\": \"~/status/start$\"}, \"when\": {\"every\": 5}, \"do\": {\"task_fail\": {\"exitstatus\": \"start failed\"}}}]
";

#[derive(Default)]
struct Options {
    listen: Vec<String>,
    scenario: Option<String>,
    scale: Option<f64>,
    seed: Option<u64>,
    release: Option<String>,
    faults: Option<String>,
    journal: Option<String>,
    ready_file: Option<String>,
    cert_dir: Option<PathBuf>,
    plain: bool,
    die_with_parent: bool,
    check: Option<String>,
}

fn read(mut arguments: impl Iterator<Item = String>) -> Result<Option<Options>, String> {
    let mut options = Options::default();
    while let Some(name) = arguments.next() {
        let mut value = || {
            arguments
                .next()
                .ok_or_else(|| format!("{name} needs a value"))
        };
        match name.as_str() {
            "--listen" => options.listen.push(value()?),
            "--scenario" => options.scenario = Some(value()?),
            "--scale" => {
                options.scale = Some(value()?.parse().map_err(|_| "--scale: not a number")?)
            }
            "--seed" => {
                options.seed = Some(value()?.parse().map_err(|_| "--seed: not a whole number")?)
            }
            "--release" => options.release = Some(value()?),
            "--faults" => options.faults = Some(value()?),
            "--journal" => options.journal = Some(value()?),
            "--ready-file" => options.ready_file = Some(value()?),
            "--cert-dir" => options.cert_dir = Some(value()?.into()),
            "--plain" => options.plain = true,
            "--die-with-parent" => options.die_with_parent = true,
            "--check" => options.check = Some(value()?),
            "--help" | "-h" => return Ok(None),
            other => return Err(format!("unknown option {other}; --help lists all")),
        }
    }
    Ok(Some(options))
}

fn main() -> ExitCode {
    let result = match read(std::env::args().skip(1)) {
        Ok(None) => {
            println!("{HELP}");
            return ExitCode::SUCCESS;
        }
        Ok(Some(options)) => match options.check.clone() {
            Some(file) => check(&file),
            None => run(options),
        },
        Err(text) => Err(text),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(text) => {
            eprintln!("pve-sim: {text}");
            ExitCode::FAILURE
        }
    }
}

/// Every line of a journal against the rules.
fn check(file: &str) -> Result<(), String> {
    let text = std::fs::read_to_string(file).map_err(|e| format!("{file}: {e}"))?;
    let mut wrong = 0;
    for (at, line) in text.lines().enumerate() {
        let entry: serde_json::Value =
            serde_json::from_str(line).map_err(|e| format!("{file}:{}: {e}", at + 1))?;
        let empty = serde_json::Map::new();
        let params = entry["params"].as_object().unwrap_or(&empty);
        let (method, path) = (
            entry["method"].as_str().unwrap_or(""),
            entry["path"].as_str().unwrap_or(""),
        );
        if let Err(errors) = pve_sim::check(method, path, params) {
            wrong += 1;
            println!(
                "{}: {method} {path}: {}",
                at + 1,
                serde_json::Value::Object(errors)
            );
        }
    }
    if wrong == 0 {
        Ok(())
    } else {
        Err(format!("{wrong} requests break the rules"))
    }
}

fn run(options: Options) -> Result<(), String> {
    let mut scenario = Scenario::load(options.scenario.as_deref().unwrap_or("demo"))?;
    if let Some(release) = &options.release {
        scenario.version.clone_from(release);
    }
    if let Some(seed) = options.seed {
        scenario.seed = seed;
    }
    if let Some(file) = &options.faults {
        let text = std::fs::read_to_string(file).map_err(|e| format!("{file}: {e}"))?;
        scenario.faults = faults::parse(&text).map_err(|e| format!("{file}: {e}"))?;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|e| e.to_string())?;
    runtime.block_on(serve(options, scenario))
}

async fn serve(options: Options, scenario: Scenario) -> Result<(), String> {
    let sim = Sim::with_clock(
        scenario.clone(),
        Clock::scaled(options.scale.unwrap_or(1.0)),
    );
    if let Some(file) = options
        .journal
        .clone()
        .or_else(|| std::env::var("PVE_SIM_JOURNAL").ok())
    {
        sim.world()
            .journal
            .write_to(&file)
            .map_err(|e| format!("{file}: {e}"))?;
    }
    let identity =
        server::Identity::load_or_make(options.cert_dir.as_deref()).map_err(|e| e.to_string())?;
    let mut endpoints = options.listen.clone();
    if endpoints.is_empty() {
        endpoints.push("127.0.0.1:0".into());
    }
    let first = scenario
        .nodes
        .first()
        .map(|n| n.name.clone())
        .unwrap_or_default();
    let mut urls = Vec::new();
    for endpoint in &endpoints {
        let (via, address) = endpoint.split_once('=').unwrap_or((&first, endpoint));
        let address = address
            .parse()
            .map_err(|_| format!("--listen {endpoint}: no address"))?;
        let tls = match options.plain {
            true => None,
            false => Some(identity.acceptor().map_err(|e| e.to_string())?),
        };
        let bound = server::listen(sim.clone(), via.to_owned(), address, tls)
            .await
            .map_err(|e| format!("--listen {endpoint}: {e}"))?;
        let scheme = if options.plain { "http" } else { "https" };
        urls.push(format!("{scheme}://{bound}"));
    }
    let ready = ready(&scenario, &urls, &identity.fingerprint);
    if let Some(file) = &options.ready_file {
        // Renamed into place, so that a watcher never reads half of it.
        let partial = format!("{file}.part");
        std::fs::write(&partial, ready.to_string())
            .and_then(|()| std::fs::rename(&partial, file))
            .map_err(|e| format!("{file}: {e}"))?;
    }
    println!("{ready}");
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
        .map_err(|e| e.to_string())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
        () = orphaned(options.die_with_parent) => {}
    }
    Ok(())
}

/// What a test or a demo needs to connect.
fn ready(scenario: &Scenario, urls: &[String], fingerprint: &str) -> serde_json::Value {
    let template = scenario
        .vms
        .iter()
        .find(|vm| vm.config.get("template").is_some_and(|t| t == "1"));
    let image_storage = scenario
        .storages
        .iter()
        .find(|s| s.content.contains("images"));
    let token = scenario.tokens.first();
    let node = scenario.nodes.first();
    json!({
        "url": urls.first(), "urls": urls, "fingerprint": fingerprint,
        "token_id": token.map(|t| &t.id), "token_secret": token.map(|t| &t.secret),
        "user": scenario.users.first().map(|u| &u.id), "password": scenario.users.first().map(|u| &u.password),
        "node": node.map(|n| &n.name), "nodes": scenario.nodes.iter().map(|n| &n.name).collect::<Vec<_>>(),
        "bridge": node.and_then(|n| n.bridges.first()), "template": template.map(|t| t.vmid),
        "storage": image_storage.map(|s| &s.id),
        "backup_storage": scenario.storages.iter().rev().find(|s| s.content.contains("backup")).map(|s| &s.id),
        "iso_storage": scenario.storages.iter().find(|s| s.content.contains("iso")).map(|s| &s.id),
        "version": scenario.version, "pid": std::process::id(),
    })
}

/// Ends when the parent process has changed; never, when that is not asked for.
async fn orphaned(asked: bool) {
    if !asked {
        return std::future::pending().await;
    }
    let parent = std::os::unix::process::parent_id();
    while std::os::unix::process::parent_id() == parent {
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}
