//! Answers of Proxmox: every read of the client, with any status, phrase and body.

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use puq_proxmox_kvm::model::clock::TokioClock;
use puq_proxmox_kvm::model::{NodeName, Secret, StorageId, Vmid};
use puq_proxmox_kvm::net::{Endpoint, HttpRequest, HttpResponse, NetError, Transport, Trust};
use puq_proxmox_kvm::pve::{
    Auth, Backup, Cluster, ClusterSpec, PveError, ResourceKind, TaskFilter, Timeframe, WhichContent,
};
use puq_proxmox_kvm::steps::OwnRules;
use std::cell::RefCell;
use std::future::Future;
use std::rc::Rc;

/// Gives one answer to everything, and keeps the last body that was sent.
pub struct Parrot {
    status: u16,
    reason: String,
    body: Vec<u8>,
    pub sent: RefCell<String>,
}

impl Parrot {
    /// One answer, as the first bytes say: its status, then its phrase up to a line break, then its body.
    pub fn of(data: &[u8]) -> Rc<Self> {
        const STATUSES: [u16; 8] = [200, 200, 200, 200, 400, 401, 500, 596];
        let (first, rest) = data.split_first().unwrap_or((&0, &[]));
        let end = rest.iter().position(|byte| *byte == b'\n');
        let (reason, body) = end.map_or((&[][..], rest), |end| (&rest[..end], &rest[end + 1..]));
        Rc::new(Self {
            status: STATUSES[usize::from(*first) % STATUSES.len()],
            reason: String::from_utf8_lossy(reason).into_owned(),
            body: body.to_vec(),
            sent: RefCell::default(),
        })
    }
}

impl Transport for Parrot {
    fn send(&self, request: HttpRequest) -> LocalBoxFuture<'_, Result<HttpResponse, NetError>> {
        *self.sent.borrow_mut() = request.body.unwrap_or_default();
        let answer = HttpResponse {
            status: self.status,
            reason: self.reason.clone(),
            content_type: None,
            retry_after: None,
            body: self.body.clone(),
        };
        async move { Ok(answer) }.boxed_local()
    }
}

/// Runs something on a clock that jumps over every pause.
pub fn drive<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build();
    runtime.expect("a runtime").block_on(work)
}

pub fn cluster(transport: Rc<Parrot>) -> Cluster {
    let spec = ClusterSpec {
        endpoints: vec![Endpoint {
            host: "pve".to_owned(),
            port: 8006,
            trust: Trust::System,
        }],
        auth: Auth::Token {
            id: "a@pve!b".to_owned(),
            secret: Secret::new("c"),
        },
    };
    Cluster::new(
        spec,
        transport,
        Rc::new(TokioClock::starting_at(chrono::DateTime::UNIX_EPOCH)),
    )
}

/// What is shown and stored of a failure is short, whatever came.
fn seen<T>(outcome: Result<T, PveError>) -> Option<T> {
    match outcome {
        Ok(value) => Some(value),
        Err(error) => {
            assert!(
                error.text.chars().count() <= 501,
                "{} characters",
                error.text.len()
            );
            assert!(error.to_string().chars().count() < 2000);
            None
        }
    }
}

pub fn answers(data: &[u8]) {
    let api = cluster(Parrot::of(data));
    drive(async move {
        let (node, number) = (NodeName::from("pve"), Vmid::new(2001).expect("a number"));
        let vm = api.vm(&node, number);
        if let Some(config) = seen(vm.config().await) {
            assert!(!config.digest.is_empty(), "a config without a digest");
            let _ = (
                config.system_disk(),
                config.additional_disk(),
                config.cloudinit_drive(),
            );
            for (_, disk) in config.disks() {
                let _ = (disk.storage(), disk.is_cloudinit(), disk.volume());
            }
        }
        if let Some(status) = seen(vm.status().await) {
            assert!(matches!(status.status.as_str(), "running" | "stopped"));
        }
        if let Some(all) = seen(api.resources(ResourceKind::All).await) {
            assert!(
                all.iter().any(|one| one.node().is_some()),
                "a cluster without a node"
            );
        }
        if let Some(status) = seen(api.cluster_status().await) {
            assert!(!status.nodes.is_empty());
        }
        seen(vm.pending().await);
        seen(vm.snapshots().await);
        seen(vm.firewall_options().await);
        if let Some(rules) = seen(vm.rules().await) {
            assert!(OwnRules::default().below(&rules) <= rules.len());
        }
        seen(vm.ipset("ipfilter-net0").await);
        seen(vm.rrddata(Timeframe::Hour).await);
        seen(vm.start().await);
        seen(vm.vnc_ticket(true).await);
        seen(api.version().await);
        seen(api.permissions().await);
        seen(api.tag_rule().await);
        seen(api.storages().await);
        seen(api.datacenter_firewall().await);
        seen(
            api.storage_content(&node, &StorageId::from("s"), &WhichContent::default())
                .await,
        );
        seen(api.bridges(&node).await);
        seen(api.node_time(&node).await);
        seen(api.node_tasks(&node, &TaskFilter::default()).await);
        seen(api.identity().await);
        // One answer for every question never says both that a VM is nowhere and that its number is free.
        if let Some(place) = seen(api.locate(number).await) {
            assert!(place.is_some(), "gone by an answer that fits nothing");
        }
    });
}

/// No note of a client's is filled in by Proxmox.
pub fn notes(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let parrot = Parrot::of(b"\x00\n{\"data\":null}");
    let api = cluster(Rc::clone(&parrot));
    let backup = Backup {
        vmid: Vmid::new(2001).expect("a number"),
        storage: StorageId::from("s"),
        mode: "snapshot".to_owned(),
        compress: None,
        notes: text.to_owned(),
        prune: None,
    };
    drive(async move { drop(api.backup(&NodeName::from("pve"), &backup).await) });
    let sent = parrot.sent.borrow();
    assert!(!sent.contains("%7B%7B"), "{sent}");
}
