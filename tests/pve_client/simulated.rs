//! The client through the simulator, in one process and under paused time: real parameter rules and tasks.

use crate::support::cluster;
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use puq_proxmox_kvm::model::{HostTime, NodeName, Secret, StorageId, Vmid};
use puq_proxmox_kvm::net::{HttpRequest, HttpResponse, NetError, Timed, Transport};
use puq_proxmox_kvm::pve::{
    Auth, Backup, Change, Class, CloneRequest, Cluster, DiskConfig, FirewallOptions, IpConfig,
    Kind, NetConfig, PveError, Restore, Size, TaskStatus, Upid, VmApi, WhichContent, encode,
};
use pve_sim::{Outcome, Request, Scenario, Sim};
use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

/// The simulator as a transport: the endpoint's host is the node that takes the request.
pub struct Simulated(pub Sim);

impl Transport for Simulated {
    fn send(&self, request: HttpRequest) -> LocalBoxFuture<'_, Result<HttpResponse, NetError>> {
        async move {
            let to = request.base.url();
            let broken = |kind, text: &str| Arc::new(io::Error::new(kind, text.to_owned()));
            let outcome = self.0.handle(Request {
                method: request.method.to_string(),
                path: request.path_and_query,
                headers: request.headers,
                body: request.body.unwrap_or_default().into_bytes(),
                via: request.base.host,
            });
            match outcome.await {
                Outcome::Answer(answer) => {
                    let kind = answer
                        .headers
                        .iter()
                        .find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
                    Ok(HttpResponse {
                        status: answer.status,
                        content_type: kind.map(|(_, value)| value.clone()),
                        reason: answer.reason,
                        retry_after: None,
                        body: answer.body,
                    })
                }
                Outcome::Refused => Err(NetError::NotSent {
                    to,
                    cause: broken(io::ErrorKind::ConnectionRefused, "refused"),
                }),
                Outcome::ResetBefore | Outcome::ResetAfter => Err(NetError::MaybeSent {
                    to,
                    cause: broken(io::ErrorKind::ConnectionReset, "reset"),
                }),
                Outcome::Hang => std::future::pending().await,
            }
        }
        .boxed_local()
    }
}

pub fn sim() -> Sim {
    Sim::new(Scenario::named("demo").expect("the demo scenario"))
}

pub fn credentials(sim: &Sim) -> Auth {
    let world = sim.world();
    let token = world.tokens.first().expect("a token");
    Auth::Token {
        id: token.id.clone(),
        secret: Secret::new(token.secret.clone()),
    }
}

pub fn client(sim: &Sim, auth: Auth) -> Cluster {
    let transport = Timed::new(Rc::new(Simulated(sim.clone())), HostTime::default());
    cluster(&["pve1", "pve2", "pve3"], auth, Rc::new(transport))
}

pub fn faults(sim: &Sim, rules: &str) {
    sim.set_faults(pve_sim::faults::parse(rules).expect("rules"))
        .expect("patterns");
}

pub fn node(name: &str) -> NodeName {
    NodeName::from(name)
}

pub fn number(number: u64) -> Vmid {
    Vmid::new(number).expect("a number")
}

/// Waits for a task's end; time is paused, so waiting costs nothing.
pub async fn end_of(cluster: &Cluster, upid: &Upid) -> Result<(), PveError> {
    loop {
        match cluster.task_status(upid).await? {
            TaskStatus::Running => tokio::time::sleep(Duration::from_secs(1)).await,
            TaskStatus::Stopped(exit) => {
                let exit = cluster.explained(upid, exit).await;
                return match PveError::from_task("do it", &upid.kind, &exit, &[]) {
                    Some(error) if error.class != Class::Done => Err(error),
                    _ => Ok(()),
                };
            }
        }
    }
}

/// Stops a task as an admin does on Proxmox's own pages.
pub async fn stop(sim: &Sim, upid: &Upid) {
    let Auth::Token { id, secret } = credentials(sim) else {
        panic!("a token")
    };
    let outcome = sim.handle(Request {
        method: "DELETE".to_owned(),
        path: format!(
            "/api2/json/nodes/{}/tasks/{}",
            upid.node,
            encode(&upid.to_string())
        ),
        headers: vec![(
            "Authorization".to_owned(),
            format!("PVEAPIToken={id}={}", secret.expose()),
        )],
        body: Vec::new(),
        via: "pve1".to_owned(),
    });
    let Outcome::Answer(answer) = outcome.await else {
        panic!("an answer")
    };
    assert_eq!(answer.status, 200, "{}", answer.reason);
}

pub async fn cloned(cluster: &Cluster, new: u64) -> VmApi {
    let clone = CloneRequest {
        name: Some(format!("vm-{new}")),
        description: Some("mark".into()),
        ..CloneRequest::default()
    };
    let upid = cluster
        .vm(&node("pve1"), number(9000))
        .clone_to(number(new), &clone)
        .await
        .expect("a task");
    end_of(cluster, &upid).await.expect("cloned");
    cluster.vm(&node("pve1"), number(new))
}

#[tokio::test(start_paused = true)]
async fn a_vm_lives_from_clone_to_removal() {
    let sim = sim();
    let cluster = client(&sim, credentials(&sim));
    assert!(
        cluster
            .version()
            .await
            .expect("a version")
            .is_at_least(7, 4)
    );
    assert_eq!(
        cluster
            .cluster_status()
            .await
            .expect("a status")
            .nodes
            .len(),
        3
    );
    assert!(
        cluster
            .permissions()
            .await
            .expect("rights")
            .has("/vms/9000", "VM.Clone")
    );
    assert!(cluster.is_free(number(2002)).await.expect("an answer"));

    let template = cluster.vm(&node("pve1"), number(9000));
    let upid = template
        .clone_to(
            number(2002),
            &CloneRequest {
                full: true,
                ..CloneRequest::default()
            },
        )
        .await;
    let upid = upid.expect("a task");
    let early = cluster
        .vm(&node("pve1"), number(2002))
        .config()
        .await
        .expect("a config");
    assert!(early.is_clone_placeholder());
    end_of(&cluster, &upid).await.expect("cloned");
    assert!(!cluster.is_free(number(2002)).await.expect("an answer"));

    let vm = cluster.vm(&node("pve1"), number(2002));
    let config = vm.config().await.expect("a config");
    let (slot, disk) = config.system_disk().expect("a system disk");
    let mut disk = disk.clone();
    let mut limits = disk.limits();
    (limits.mbps_rd, limits.iops_wr) = (Some(12.5), Some(400));
    disk.set_limits(&limits);
    let mut nic = config.net0().expect("a card").clone();
    nic.set_rate(Some(12.5));
    nic.set_firewall(true);
    let extra = config.free_slot(slot.bus).expect("a slot");
    let change = Change::new()
        .based_on(&config.digest)
        .set("cores", 2)
        .set("memory", 2048)
        .set(slot, &disk)
        .set(
            extra,
            DiskConfig::new(&format!("{}:2", disk.storage().expect("a storage"))),
        )
        .set("net0", &nic)
        .set("ciuser", "debian")
        .set("cipassword", "Secr3tWord")
        .set(
            "ipconfig0",
            IpConfig {
                ip: Some("192.0.2.10/24".into()),
                gw: Some("192.0.2.1".into()),
                ..IpConfig::default()
            },
        );
    if let Some(upid) = vm.set_config_task(&change).await.expect("taken on") {
        end_of(&cluster, &upid).await.expect("changed");
    }
    let larger = Size(disk.size().map_or(0, Size::bytes) + Size::gib(1).bytes());
    if let Some(upid) = vm.resize(slot, larger, None).await.expect("taken on") {
        end_of(&cluster, &upid).await.expect("resized");
    }
    let config = vm.config().await.expect("a config");
    assert_eq!((config.cores, config.memory), (2, 2048));
    assert_eq!(config.disk(slot).and_then(DiskConfig::size), Some(larger));
    assert_eq!(config.disk(slot).map(DiskConfig::limits), Some(limits));
    assert_eq!(
        config
            .additional_disk()
            .and_then(|(s, d)| Some((s, d.size()?))),
        Some((extra, Size::gib(2)))
    );
    assert_eq!(config.net0().map(NetConfig::rate), Some(Some(12.5)));
    assert_eq!(
        vm.set_config(&change).await.expect_err("stale digest").kind,
        Kind::ChecksumMismatch
    );

    let options = FirewallOptions {
        enable: Some(true),
        ipfilter: Some(true),
        policy_in: Some("DROP".into()),
        ..FirewallOptions::default()
    };
    vm.set_firewall_options(&options).await.expect("set");
    assert!(vm.firewall_options().await.expect("read").covers(&options));
    assert_eq!(vm.ipset("ipfilter-net0").await.expect("read"), None);
    for _ in 0..2 {
        vm.create_ipset("ipfilter-net0").await.expect("made");
        vm.add_to_ipset("ipfilter-net0", "192.0.2.10")
            .await
            .expect("added");
    }

    end_of(&cluster, &vm.start().await.expect("a task"))
        .await
        .expect("started");
    assert!(vm.status().await.expect("a status").is_running());
    let again = end_of(&cluster, &vm.start().await.expect("a task")).await;
    again.expect("already running is as good");
    assert_eq!(
        vm.remove(true, true).await.expect_err("it runs").kind,
        Kind::StillRunning
    );

    end_of(
        &cluster,
        &vm.create_snapshot("s1", "note", false)
            .await
            .expect("a task"),
    )
    .await
    .expect("taken");
    assert_eq!(vm.snapshots().await.expect("a list")[0].name, "s1");
    end_of(&cluster, &vm.stop().await.expect("a task"))
        .await
        .expect("stopped");
    end_of(&cluster, &vm.rollback("s1").await.expect("a task"))
        .await
        .expect("rolled back");
    end_of(&cluster, &vm.remove_snapshot("s1").await.expect("a task"))
        .await
        .expect("removed");

    let local = StorageId::from("local");
    let backup = Backup {
        vmid: number(2002),
        storage: local.clone(),
        mode: "snapshot".into(),
        compress: Some("zstd".into()),
        notes: "mark".into(),
        prune: None,
    };
    end_of(
        &cluster,
        &cluster
            .backup(&node("pve1"), &backup)
            .await
            .expect("a task"),
    )
    .await
    .expect("backed up");
    let which = WhichContent::backups_of(number(2002));
    let kept = cluster
        .storage_content(&node("pve1"), &local, &which)
        .await
        .expect("a list");
    assert_eq!((kept.len(), kept[0].notes.as_str()), (1, "mark"));
    let restore = Restore {
        vmid: number(2002),
        archive: kept[0].volid.clone(),
        storage: None,
        force: true,
        unique: false,
    };
    end_of(
        &cluster,
        &cluster
            .restore(&node("pve1"), &restore)
            .await
            .expect("a task"),
    )
    .await
    .expect("restored");
    if let Some(upid) = cluster
        .remove_content(&node("pve1"), &local, &kept[0].volid)
        .await
        .expect("taken on")
    {
        end_of(&cluster, &upid).await.expect("removed");
    }
    end_of(&cluster, &vm.remove(true, true).await.expect("a task"))
        .await
        .expect("removed");
    assert!(
        vm.config()
            .await
            .expect_err("gone")
            .is_missing(number(2002))
    );

    // Every request kept to the parameter rules of the real API.
    for entry in sim.journal() {
        let checked = pve_sim::check(&entry.method, &entry.path, &entry.params);
        assert!(
            checked.is_ok(),
            "{} {} {:?}: {checked:?}",
            entry.method,
            entry.path,
            entry.params
        );
        assert!(!format!("{entry:?}").contains("Secr3tWord"));
    }
}
