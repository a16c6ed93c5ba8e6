//! What a real Proxmox VE 8.4 was asked and answered. A request that was not recorded fails.

use crate::support::{Fake, answer, cluster, token};
use puq_proxmox_kvm::model::{NodeName, Vmid};
use puq_proxmox_kvm::net::HttpRequest;
use puq_proxmox_kvm::pve::{Cluster, VmApi};
use serde_json::Value;
use std::collections::{HashMap, VecDeque};

/// `METHOD path sorted parameters`, as the fixtures are keyed.
fn key(request: &HttpRequest) -> String {
    let path = request.path_and_query.trim_start_matches("/api2/json");
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut params: Vec<&str> = request
        .body
        .as_deref()
        .unwrap_or(query)
        .split('&')
        .filter(|p| !p.is_empty())
        .collect();
    params.sort_unstable();
    format!("{} {path} {}", request.method, params.join("&"))
        .trim()
        .to_owned()
}

/// A cluster that answers as the recorded node did; the same question twice gets the recorded answers in order.
pub fn recorded() -> Cluster {
    let mut answers: HashMap<String, VecDeque<Value>> = HashMap::new();
    for line in include_str!("../fixtures/pve/exchanges.jsonl").lines() {
        let exchange: Value = serde_json::from_str(line).expect("JSON");
        let key = exchange["request"].as_str().expect("a request").to_owned();
        answers.entry(key).or_default().push_back(exchange);
    }
    let transport = Fake::by(move |request| {
        let key = key(request);
        let queue = answers
            .get_mut(&key)
            .unwrap_or_else(|| panic!("never recorded: {key}"));
        let exchange = queue
            .pop_front()
            .unwrap_or_else(|| panic!("asked too often: {key}"));
        let text = |name: &str| exchange[name].as_str().unwrap_or_default();
        let status = exchange["status"]
            .as_u64()
            .and_then(|s| u16::try_from(s).ok())
            .expect("a status");
        answer(status, text("reason"), text("body"))
    });
    cluster(&["pve"], token(), transport)
}

pub fn node() -> NodeName {
    NodeName::from("pve")
}

pub fn number(number: u64) -> Vmid {
    Vmid::new(number).expect("a number")
}

pub fn vm(number_of: u64) -> VmApi {
    recorded().vm(&node(), number(number_of))
}
