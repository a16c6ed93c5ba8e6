//! The calls of one VM against recorded answers.

use crate::recorded::{node, number, recorded, vm};
use puq_proxmox_kvm::pve::{
    Change, Class, CloneRequest, Exit, FirewallOptions, Kind, NetConfig, Power, PveError, Rule,
    Size, TaskStatus, Upid,
};

#[tokio::test]
async fn a_template_is_cloned_and_the_task_followed() {
    let cluster = recorded();
    let template = cluster.vm(&node(), number(9000));
    let config = template.config().await.expect("a config");
    assert!(config.template && config.agent.enabled() && config.memory == 256 && config.cores == 1);
    assert_eq!(
        config.system_disk().map(|(s, d)| (s.to_string(), d.size())),
        Some(("scsi0".into(), "64M".parse().ok()))
    );
    assert_eq!(
        config.cloudinit_drive().map(|s| s.to_string()).as_deref(),
        Some("ide2")
    );
    assert!(!template.status().await.expect("a status").is_running());
    let clone = CloneRequest {
        name: Some("7-5546".into()),
        description: Some("owner mark line".into()),
        full: true,
        storage: Some("vmstore".into()),
        ..CloneRequest::default()
    };
    let upid = template
        .clone_to(number(2001), &clone)
        .await
        .expect("a task");
    assert_eq!((upid.kind.as_str(), upid.id.as_str()), ("qmclone", "9000"));
    assert_eq!(
        cluster.task_status(&upid).await.expect("a state"),
        TaskStatus::Running
    );
    assert_eq!(
        cluster.task_status(&upid).await.expect("a state"),
        TaskStatus::Stopped(Exit::Ok)
    );
    let log = cluster.task_log(&upid, 3).await.expect("a log");
    assert_eq!(log.last().map(String::as_str), Some("TASK OK"));
    assert_eq!(log.len(), 3);
    let unknown: Upid = "UPID:pve:00000001:00000001:00000001:qmstart:1:root@pam:"
        .parse()
        .expect("an id");
    let error = cluster
        .task_status(&unknown)
        .await
        .expect_err("no such task");
    assert_eq!(
        (error.kind.clone(), error.class),
        (Kind::TaskUnknown, Class::Verify)
    );
}

#[tokio::test]
async fn the_config_is_changed_with_its_digest() {
    let vm = vm(2001);
    let stale = "0".repeat(40);
    let change = Change::new().set("cores", 3).based_on(&stale);
    let error = vm.set_config(&change).await.expect_err("stale");
    assert_eq!(
        (error.kind.clone(), error.class),
        (Kind::ChecksumMismatch, Class::Now)
    );
    let upid = vm
        .set_config_task(&Change::new().set("cores", 2).set("memory", 512))
        .await
        .expect("taken on");
    assert_eq!(upid.expect("a task").kind, "qmconfig");
    vm.set_config(&Change::new().delete("scsi1"))
        .await
        .expect("detached");
    let config = vm.config().await.expect("a config");
    assert_eq!(
        config.unused.get("unused0").map(String::as_str),
        Some("vmstore:2001/vm-2001-disk-1.qcow2")
    );
    let (slot, disk) = config.system_disk().expect("a disk");
    assert_eq!(
        (disk.limits().mbps_rd, disk.limits().iops_wr, disk.size()),
        (Some(100.0), Some(500), Some(Size::gib(4)))
    );
    let upid = vm
        .resize(slot, Size::gib(3), None)
        .await
        .expect("taken on")
        .expect("a task");
    assert_eq!(upid.kind, "resize");
    let shrink: Upid = "UPID:pve:00000368:00078AD5:6B03899B:resize:2001:whmcs@pve!rec:"
        .parse()
        .expect("an id");
    let cluster = recorded();
    let TaskStatus::Stopped(exit) = cluster.task_status(&shrink).await.expect("a state") else {
        panic!("it is stopped")
    };
    let exit = cluster.explained(&shrink, exit).await;
    let error =
        PveError::from_task("resize scsi0 of VM 2001", "resize", &exit, &[]).expect("a failure");
    assert_eq!(
        (error.kind.clone(), error.class),
        (Kind::Shrink, Class::Done)
    );
    let pending = vm.pending().await.expect("a list");
    assert!(
        pending
            .iter()
            .all(|entry| entry.pending.is_none() && !entry.delete)
    );
    let pending = vm.pending().await.expect("a list");
    let waits: Vec<&str> = pending
        .iter()
        .filter(|entry| entry.pending.is_some())
        .map(|entry| entry.key.as_str())
        .collect();
    assert_eq!(waits, ["memory"]);
    assert_eq!(
        config.net0().map(NetConfig::to_string).as_deref(),
        Some("virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1")
    );
}

#[tokio::test]
async fn the_firewall_is_set_and_read_back() {
    let vm = vm(2001);
    let wanted = FirewallOptions {
        enable: Some(true),
        dhcp: Some(true),
        ndp: Some(true),
        radv: Some(false),
        macfilter: Some(true),
        ipfilter: Some(false),
        policy_in: Some("ACCEPT".into()),
        policy_out: Some("ACCEPT".into()),
        log_level_in: Some("nolog".into()),
        log_level_out: Some("nolog".into()),
        digest: None,
    };
    vm.set_firewall_options(&wanted).await.expect("set");
    let read = vm.firewall_options().await.expect("read");
    assert!(read.covers(&wanted) && read.digest.is_some());
    assert!(!read.covers(&FirewallOptions {
        ipfilter: Some(true),
        ..FirewallOptions::default()
    }));
    let set = "ipfilter-net0";
    // The second of each is refused with "already exists" or the like, and that is as good.
    vm.create_ipset(set).await.expect("made");
    vm.create_ipset(set).await.expect("there");
    vm.add_to_ipset(set, "192.0.2.10").await.expect("added");
    vm.add_to_ipset(set, "192.0.2.10").await.expect("there");
    let entries = vm.ipset(set).await.expect("read").expect("there");
    assert_eq!(entries[0].cidr, "192.0.2.10");
    vm.remove_from_ipset(set, "192.0.2.99")
        .await
        .expect("not in it");
    assert_eq!(
        vm.remove_ipset(set).await.expect_err("not empty").kind,
        Kind::IpSetNotEmpty
    );
    vm.remove_ipset("nope").await.expect("not there");
    let other = recorded().vm(&node(), number(2100));
    assert_eq!(other.ipset(set).await.expect("read"), None);
    let rule = Rule {
        direction: "in".into(),
        action: "ACCEPT".into(),
        enable: true,
        proto: "tcp".into(),
        dport: "22".into(),
        comment: "ssh".into(),
        ..Rule::default()
    };
    vm.add_rule(&rule).await.expect("added");
    let rules = vm.rules().await.expect("rules");
    assert_eq!(
        (
            rules[0].action.as_str(),
            rules[1].dport.as_str(),
            rules[1].pos
        ),
        ("DROP", "22", 1)
    );
    vm.move_rule(0, 2, "").await.expect("moved");
    vm.remove_rule(0, "").await.expect("removed");
}

#[tokio::test]
async fn power_snapshots_and_removal_are_tasks() {
    let vm = vm(2001);
    assert_eq!(vm.start().await.expect("a task").kind, "qmstart");
    let status = vm.status().await.expect("a status");
    assert!(
        status.is_running()
            && status.power() == Power::Running
            && status.agent
            && status.uptime == 2
    );
    let error = vm.remove(false, false).await.expect_err("it runs");
    assert_eq!(
        (error.kind.clone(), error.class),
        (Kind::StillRunning, Class::Now)
    );
    assert_eq!(
        vm.create_snapshot("s1", "first", false)
            .await
            .expect("a task")
            .kind,
        "qmsnapshot"
    );
    let snapshots = vm.snapshots().await.expect("a list");
    let names: Vec<&str> = snapshots.iter().map(|s| s.name.as_str()).collect();
    assert_eq!(
        (names, snapshots[0].vmstate, snapshots[1].time),
        (vec!["s2", "s1"], true, 1_795_393_969)
    );
    assert_eq!(vm.rollback("s1").await.expect("a task").kind, "qmrollback");
    assert_eq!(
        vm.remove_snapshot("s2").await.expect("a task").kind,
        "qmdelsnapshot"
    );
    assert_eq!(
        vm.shutdown(40, false).await.expect("a task").kind,
        "qmshutdown"
    );
    assert_eq!(vm.stop().await.expect("a task").kind, "qmstop");
    let gone = recorded().vm(&node(), number(2002));
    assert_eq!(
        gone.remove(true, true).await.expect("a task").kind,
        "qmdestroy"
    );
    let ticket = vm.vnc_ticket(false).await.expect("a ticket");
    assert_eq!(
        (ticket.port, ticket.vnc_password().expose()),
        (5900, "0X53S%%\\")
    );
    let socket = vm.vnc_websocket(&ticket);
    assert!(socket.expose().starts_with(
        "/api2/json/nodes/pve/qemu/2001/vncwebsocket?port=5900&vncticket=0X53S%25%25%5C%3APVEVNC%3A"
    ));
}
