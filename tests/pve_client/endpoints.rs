//! Every call the product declares is made once through the whole client, and nothing else is ever sent.

use crate::simulated::{Simulated, credentials, end_of, node, number, sim};
use crate::support::{self, announce, password};
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use puq_proxmox_kvm::doctor::privilege::needed;
use puq_proxmox_kvm::model::{HostTime, Secret, StorageId};
use puq_proxmox_kvm::net::{HttpRequest, HttpResponse, Method, NetError, Timed, Transport};
use puq_proxmox_kvm::pve::calls::{self, ENDPOINTS, Endpoint};
use puq_proxmox_kvm::pve::{
    Auth, Backup, Change, CloneRequest, Cluster, Delivery, DiskConfig, FirewallOptions, Kind,
    Migration, Params, PveError, ResourceKind, Restore, Rule, Size, TaskFilter, Timeframe, Upid,
    Version, VmApi, WhichContent,
};
use pve_sim::{Scenario, Sim};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::Duration;

/// The VM of these tests.
const ID: u64 = 2001;

/// What left the client: method, path below `/api2/json` without its query, and the answer's status.
type Seen = Rc<RefCell<Vec<(Method, String, Option<u16>)>>>;

struct Observed {
    inner: Simulated,
    seen: Seen,
}

impl Transport for Observed {
    fn send(&self, request: HttpRequest) -> LocalBoxFuture<'_, Result<HttpResponse, NetError>> {
        async move {
            let path = request.path_and_query.trim_start_matches("/api2/json");
            let path = path.split('?').next().unwrap_or_default().to_owned();
            let method = request.method;
            let outcome = self.inner.send(request).await;
            let status = outcome.as_ref().ok().map(|response| response.status);
            self.seen.borrow_mut().push((method, path, status));
            outcome
        }
        .boxed_local()
    }
}

/// A client on the simulator, and what it sent.
fn observed(sim: &Sim, auth: Auth) -> (Cluster, Seen) {
    let seen = Seen::default();
    let observed = Observed {
        inner: Simulated(sim.clone()),
        seen: Rc::clone(&seen),
    };
    let transport = Rc::new(Timed::new(Rc::new(observed), HostTime::default()));
    let cluster = support::cluster(&["pve1", "pve2", "pve3"], auth, transport);
    (cluster, seen)
}

async fn done(cluster: &Cluster, task: Result<Upid, PveError>) -> Upid {
    let upid = task.expect("taken on");
    end_of(cluster, &upid).await.expect("done");
    upid
}

/// Reads of the cluster and its nodes.
async fn look_around(cluster: &Cluster) {
    let pve1 = node("pve1");
    cluster.version().await.expect("version");
    cluster.permissions().await.expect("permissions");
    cluster.has_role("PUQKVM").await;
    cluster.identity().await.expect("identity");
    cluster.tag_rule().await.expect("options");
    cluster
        .resources(ResourceKind::All)
        .await
        .expect("resources");
    assert!(cluster.is_free(number(7777)).await.expect("free"));
    cluster.datacenter_firewall().await.expect("firewall");
    cluster.storages().await.expect("storages");
    cluster.node_time(&pve1).await.expect("time");
    assert!(!cluster.bridges(&pve1).await.expect("bridges").is_empty());
    cluster
        .node_tasks(&pve1, &TaskFilter::default())
        .await
        .expect("tasks");
}

/// The VM is paused as an admin does it on Proxmox's own pages.
fn pause(sim: &Sim, id: u64) {
    let mut world = sim.world();
    let vm = world.vms.get_mut(&u32::try_from(id).expect("a number"));
    vm.expect("the VM").paused = true;
}

/// From the clone to a VM of the wanted shape, its snapshots included.
async fn build(cluster: &Cluster) -> VmApi {
    let version = cluster.version().await.expect("version");
    let old = !version.is_at_least(8, 0);
    let template = cluster.vm(&node("pve1"), number(9000));
    let clone = CloneRequest {
        full: true,
        ..CloneRequest::default()
    };
    let upid = done(cluster, template.clone_to(number(ID), &clone).await).await;
    cluster.task_log(&upid, 5).await.expect("log");
    let vm = cluster.vm(&node("pve1"), number(ID));
    let config = vm.config().await.expect("config");
    let (slot, disk) = config.system_disk().expect("a disk");
    let storage = disk.storage().expect("a storage").to_owned();
    let extra = config.free_slot(slot.bus).expect("a slot");
    let devices = Change::new()
        .set("ide3", "none,media=cdrom")
        .set("agent", 1);
    vm.set_config(&devices).await.expect("a CD drive");
    let change = Change::new().set(extra, DiskConfig::new(&format!("{storage}:1")));
    if let Some(upid) = vm.set_config_task(&change).await.expect("taken on") {
        end_of(cluster, &upid).await.expect("changed");
    }
    let grown = vm.resize(extra, Size::gib(2), None).await;
    let grown = grown.expect("taken on");
    assert_eq!(
        grown.is_none(),
        old,
        "a task since 8.0, done at once before"
    );
    if let Some(upid) = grown {
        end_of(cluster, &upid).await.expect("resized");
    }
    vm.unlink(&[extra.to_string()], true)
        .await
        .expect("removed");
    vm.pending().await.expect("pending");
    done(cluster, vm.create_snapshot("s1", "", false).await).await;
    vm.snapshots().await.expect("snapshots");
    done(cluster, vm.rollback("s1").await).await;
    done(cluster, vm.remove_snapshot("s1").await).await;
    vm
}

/// Everything that switches it on and off, and what is seen of it while it runs.
async fn run(sim: &Sim, cluster: &Cluster, vm: &VmApi) {
    done(cluster, vm.start().await).await;
    vm.status().await.expect("status");
    tokio::time::sleep(Duration::from_secs(120)).await;
    vm.rrddata(Timeframe::Hour).await.expect("history");
    pause(sim, ID);
    done(cluster, vm.resume().await).await;
    done(cluster, vm.reboot(60).await).await;
    let ticket = vm.vnc_ticket(true).await.expect("ticket");
    let websocket = vm.vnc_websocket(&ticket);
    let (path, _) = websocket.expose().split_once('?').expect("a query");
    let params = Params::new()
        .with("port", ticket.port)
        .with("vncticket", ticket.ticket.expose());
    let path = path.trim_start_matches("/api2/json");
    cluster
        .request(Method::Get, path, params, "open the console")
        .await
        .expect("console");
    done(cluster, vm.shutdown(60, true).await).await;
    done(cluster, vm.start().await).await;
    done(cluster, vm.stop().await).await;
}

async fn fence(vm: &VmApi) {
    let options = FirewallOptions {
        enable: Some(true),
        ..FirewallOptions::default()
    };
    vm.set_firewall_options(&options).await.expect("set");
    vm.firewall_options().await.expect("options");
    vm.create_ipset("ipfilter-net0").await.expect("made");
    vm.add_to_ipset("ipfilter-net0", "192.0.2.0/28")
        .await
        .expect("added");
    vm.ipset("ipfilter-net0").await.expect("set");
    vm.remove_from_ipset("ipfilter-net0", "192.0.2.0/28")
        .await
        .expect("taken out");
    vm.remove_ipset("ipfilter-net0").await.expect("removed");
    let rule = Rule {
        direction: "in".into(),
        action: "ACCEPT".into(),
        ..Rule::default()
    };
    vm.add_rule(&rule).await.expect("added");
    let rules = vm.rules().await.expect("rules");
    vm.update_rule(rules[0].pos, &rules[0])
        .await
        .expect("changed");
    vm.remove_rule(0, "").await.expect("removed");
}

/// Backup, restore, migration, the disk's move, and the end.
async fn move_about(cluster: &Cluster, vm: &VmApi) {
    let (pve1, local) = (node("pve1"), StorageId::from("local"));
    let backup = Backup {
        vmid: number(ID),
        storage: local.clone(),
        mode: "stop".into(),
        compress: Some("zstd".into()),
        notes: "mark".into(),
        prune: Some(false),
    };
    done(cluster, cluster.backup(&pve1, &backup).await).await;
    let which = WhichContent::backups_of(number(ID));
    let kept = cluster
        .storage_content(&pve1, &local, &which)
        .await
        .expect("list");
    let volid = &kept[0].volid;
    let restore = Restore {
        vmid: number(ID),
        archive: volid.clone(),
        storage: None,
        force: true,
        unique: false,
    };
    done(cluster, cluster.restore(&pve1, &restore).await).await;
    if let Some(upid) = cluster
        .remove_content(&pve1, &local, volid)
        .await
        .expect("removed")
    {
        end_of(cluster, &upid).await.expect("removed");
    }
    let (slot, disk) = {
        let config = vm.config().await.expect("config");
        let (slot, disk) = config.system_disk().expect("a disk");
        (slot, StorageId::from(disk.storage().expect("a storage")))
    };
    let elsewhere = cluster
        .storages()
        .await
        .expect("storages")
        .into_iter()
        .find(|known| known.content.iter().any(|c| c == "images") && known.storage != disk)
        .expect("a second storage");
    done(cluster, vm.move_disk(slot, &elsewhere.storage, true).await).await;
    let migration = Migration {
        target: node("pve2"),
        online: false,
        with_local_disks: false,
        target_storage: None,
    };
    done(cluster, vm.migrate(&migration).await).await;
    let moved = cluster.vm(&node("pve2"), number(ID));
    done(cluster, moved.remove(true, true).await).await;
}

fn line(endpoint: &Endpoint) -> String {
    format!("{} {}", endpoint.0, endpoint.1)
}

/// What was asked of a cluster of this version and answered well, as lines of the declaration.
async fn exercised(version: &str) -> BTreeSet<String> {
    let mut scenario = Scenario {
        version: version.to_owned(),
        ..Scenario::named("demo").expect("a scenario")
    };
    // What the doctor asks for is enough; only the console's calls need more, and are not made yet.
    let number = |part: usize| version.split(['.', '-']).nth(part)?.parse().ok();
    let about = Version {
        major: number(0).expect("a number"),
        minor: number(1).expect("a number"),
        text: version.to_owned(),
    };
    let granted = needed(&about).into_iter().map(|needed| needed.name);
    let granted = granted.chain(["VM.Console"]).map(str::to_owned).collect();
    scenario.roles.insert("Whmcs".to_owned(), granted);
    let sim = Sim::new(scenario);
    let auth = {
        let world = sim.world();
        let user = world.users.iter().find(|user| !user.password.is_empty());
        let user = user.expect("a user with a password");
        Auth::Password {
            user: user.id.clone(),
            password: Secret::new(user.password.clone()),
        }
    };
    let (cluster, by_token) = observed(&sim, credentials(&sim));
    look_around(&cluster).await;
    let vm = build(&cluster).await;
    fence(&vm).await;
    run(&sim, &cluster, &vm).await;
    move_about(&cluster, &vm).await;
    let (signed_in, by_ticket) = observed(&sim, auth);
    signed_in.storages().await.expect("storages");

    for entry in sim.journal() {
        let checked = pve_sim::check(&entry.method, &entry.path, &entry.params);
        assert!(checked.is_ok(), "{entry:?}: {checked:?}");
    }
    let all = [by_token.take(), by_ticket.take()].concat();
    let declared = all.iter().map(|(method, path, status)| {
        let known = calls::endpoint(*method, path);
        let known = known.unwrap_or_else(|| panic!("not declared: {method} {path}"));
        // What is refused proves nothing.
        (*status == Some(200)).then(|| line(known))
    });
    declared.flatten().collect()
}

#[tokio::test(start_paused = true)]
async fn every_declared_endpoint_is_exercised_and_nothing_else_is_sent() {
    let declared: BTreeSet<String> = ENDPOINTS.iter().map(line).collect();
    for version in ["8.4.21", "7.4-17", "9.0.3"] {
        let exercised = exercised(version).await;
        announce(&format!(
            "endpoints: {} of {} exercised (Proxmox VE {version})",
            exercised.len(),
            declared.len()
        ));
        let missing: Vec<&String> = declared.difference(&exercised).collect();
        assert!(
            missing.is_empty(),
            "not exercised on {version}: {missing:?}"
        );
    }
}

#[test]
fn every_declared_endpoint_is_one_of_the_real_api() {
    for (method, pattern) in ENDPOINTS {
        let path = pattern.replace("{vmid}", "100").replace(['{', '}'], "");
        if let Err(errors) = pve_sim::check(method.as_str(), &path, &serde_json::Map::new()) {
            assert!(
                !errors.contains_key("path"),
                "{method} {pattern}: {errors:?}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_undeclared_call_does_not_leave_the_client() {
    let sim = sim();
    let (cluster, seen) = observed(&sim, password());
    let asked = cluster.request(Method::Delete, "/access/users/root", Params::new(), "do it");
    let error = asked.await.expect_err("refused");
    assert_eq!(
        (error.delivery, error.kind.clone()),
        (Delivery::NotSent, Kind::MethodUnknown)
    );
    assert!(seen.borrow().is_empty() && sim.journal().is_empty());
}
