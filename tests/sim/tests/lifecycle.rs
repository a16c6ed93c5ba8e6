//! A VM's life over the API, as the recorded server shows it.
#![allow(missing_docs)]

mod common;
use common::Client;

const PVE: &str = "/nodes/pve/qemu";

#[tokio::test(start_paused = true)]
async fn full_clone_to_running() {
    let c = Client::new("single");
    let upid = c
        .ok(
            "POST",
            "/nodes/pve/qemu/9000/clone",
            &[
                ("newid", "2001"),
                ("full", "1"),
                ("name", "7-5546"),
                ("description", "owner mark"),
                ("storage", "vmstore"),
            ],
        )
        .await;
    let upid = upid.as_str().expect("UPID").to_owned();
    // The UPID names the template.
    let parts: Vec<&str> = upid.split(':').collect();
    assert_eq!(
        (parts[0], parts[1], parts[5], parts[6], parts[7]),
        ("UPID", "pve", "qmclone", "9000", "whmcs@pve!demo")
    );
    assert!(
        parts[2..5]
            .iter()
            .all(|p| p.len() >= 8 && u64::from_str_radix(p, 16).is_ok())
    );
    // While it runs there is nothing but the lock and a placeholder (leading blank); the digest is that of the file.
    let config = c.ok("GET", "/nodes/pve/qemu/2001/config", &[]).await;
    assert_eq!(
        config,
        serde_json::json!({ "lock": "clone", "description": " qmclone temporary file", "digest": "eb54fb9d9f120ba0c3bdf694f73b10002c375c38" })
    );
    assert_eq!(c.exit(&upid).await, "OK");
    let config = c.ok("GET", "/nodes/pve/qemu/2001/config", &[]).await;
    assert_eq!(config["description"], "owner mark");
    assert_eq!(
        config["scsi0"],
        "vmstore:2001/vm-2001-disk-0.qcow2,size=64M"
    );
    assert_eq!(
        config["ide2"],
        "vmstore:2001/vm-2001-cloudinit.qcow2,media=cdrom,size=4M"
    );
    assert_eq!(
        (&config["memory"], &config["kvm"]),
        (&"256".into(), &0.into())
    );
    assert!(
        config["net0"]
            .as_str()
            .expect("net0")
            .starts_with("virtio=BC:24:11:")
    );
    assert_ne!(
        config["smbios1"],
        "uuid=e3c9cf8d-68a8-4f21-9dc4-9bc0d8770e68"
    );
    assert!(config.get("template").is_none() && config.get("lock").is_none());

    let set = [
        ("cores", "2"),
        ("memory", "512"),
        ("tags", "whmcs;service-5546"),
        (
            "net0",
            "virtio=BC:24:11:00:00:01,bridge=vmbr0,tag=10,rate=12.5,firewall=1",
        ),
    ];
    c.ok("PUT", "/nodes/pve/qemu/2001/config", &set).await;
    assert_eq!(
        c.task(
            "PUT",
            "/nodes/pve/qemu/2001/resize",
            &[("disk", "scsi0"), ("size", "4G")]
        )
        .await,
        "OK"
    );
    let limits =
        "vmstore:2001/vm-2001-disk-0.qcow2,mbps_rd=100,iops_wr=500,iops_rd=500,mbps_wr=100";
    c.ok("PUT", "/nodes/pve/qemu/2001/config", &[("scsi0", limits)])
        .await;
    assert_eq!(
        c.task(
            "POST",
            "/nodes/pve/qemu/2001/config",
            &[("scsi1", "vmstore:2,format=qcow2")]
        )
        .await,
        "OK"
    );
    let config = c.ok("GET", "/nodes/pve/qemu/2001/config", &[]).await;
    assert_eq!(config["tags"], "service-5546;whmcs");
    assert_eq!(
        config["net0"],
        "virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1,rate=12.5,tag=10"
    );
    assert_eq!(
        config["scsi0"],
        "vmstore:2001/vm-2001-disk-0.qcow2,iops_rd=500,iops_wr=500,mbps_rd=100,mbps_wr=100,size=4G"
    );
    assert_eq!(config["scsi1"], "vmstore:2001/vm-2001-disk-1.qcow2,size=2G");

    assert_eq!(
        c.task("POST", "/nodes/pve/qemu/2001/status/start", &[])
            .await,
        "OK"
    );
    let status = c
        .ok("GET", "/nodes/pve/qemu/2001/status/current", &[])
        .await;
    assert_eq!(
        (&status["status"], &status["maxdisk"]),
        (&"running".into(), &4_294_967_296u64.into())
    );
    assert_eq!(
        c.task("POST", "/nodes/pve/qemu/2001/status/start", &[])
            .await,
        "VM 2001 already running"
    );
    assert_eq!(
        c.fail("DELETE", "/nodes/pve/qemu/2001", &[]).await,
        (500, "VM 2001 is running - destroy failed".into())
    );
}

#[tokio::test(start_paused = true)]
async fn linked_clone_keeps_its_base() {
    let c = Client::new("single");
    assert_eq!(
        c.task(
            "POST",
            "/nodes/pve/qemu/9000/clone",
            &[("newid", "2100"), ("full", "0")]
        )
        .await,
        "OK"
    );
    let config = c.ok("GET", "/nodes/pve/qemu/2100/config", &[]).await;
    assert_eq!(
        config["scsi0"],
        "vmstore:9000/base-9000-disk-0.qcow2/2100/vm-2100-disk-0.qcow2,size=64M"
    );
    assert_eq!(config["name"], "Copy-of-VM-tmpl");
    let refused = c
        .fail(
            "POST",
            "/nodes/pve/qemu/9000/clone",
            &[("newid", "2101"), ("full", "0"), ("storage", "vmstore")],
        )
        .await;
    assert_eq!(
        refused.1,
        "parameter 'storage' not allowed for linked clones"
    );
}

#[tokio::test(start_paused = true)]
async fn clone_refusals() {
    let c = Client::new("single");
    let clone = format!("{PVE}/9000/clone");
    for (params, text) in [
        (
            vec![("newid", "9000")],
            "unable to create VM 9000: config file already exists",
        ),
        (
            vec![("newid", "2003"), ("full", "1"), ("target", "ghost")],
            "no such cluster node 'ghost'",
        ),
        (
            vec![("newid", "2003"), ("full", "1"), ("storage", "nostore")],
            "storage 'nostore' does not exist",
        ),
    ] {
        assert_eq!(
            c.fail("POST", &clone, &params).await,
            (500, text.to_owned())
        );
    }
    assert_eq!(
        c.fail("POST", "/nodes/pve/qemu/4242/clone", &[("newid", "2003")])
            .await
            .1,
        "unable to find configuration file for VM 4242 on node 'pve'"
    );
}

#[tokio::test(start_paused = true)]
async fn config_change_waits_for_the_clone_and_gives_up_after_ten_seconds() {
    let c = Client::new("single");
    c.ok(
        "POST",
        "/nodes/pve/qemu/9000/clone",
        &[("newid", "2010"), ("full", "1")],
    )
    .await;
    c.ok("PUT", "/nodes/pve/qemu/2010/config", &[("cores", "2")])
        .await;
    assert_eq!(
        c.ok("GET", "/nodes/pve/qemu/2010/config", &[]).await["cores"],
        2
    );
    c.sim.world().durations.clone = 60.0;
    c.ok(
        "POST",
        "/nodes/pve/qemu/9000/clone",
        &[("newid", "2011"), ("full", "1")],
    )
    .await;
    let begun = tokio::time::Instant::now();
    let refused = c
        .fail("PUT", "/nodes/pve/qemu/2011/config", &[("cores", "2")])
        .await;
    assert_eq!(
        refused,
        (
            500,
            "can't lock file '/var/lock/qemu-server/lock-2011.conf' - got timeout".into()
        )
    );
    assert!(
        (10..11).contains(&begun.elapsed().as_secs()),
        "simulated time, {:?}",
        begun.elapsed()
    );
    c.ok(
        "POST",
        "/nodes/pve/qemu/9000/clone",
        &[("newid", "2012"), ("full", "1")],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn locks_are_refused_at_once_or_in_the_task() {
    let c = Client::new("single");
    c.task("POST", "/nodes/pve/qemu/9000/clone", &[("newid", "2100")])
        .await;
    for kind in [
        "clone",
        "create",
        "backup",
        "snapshot",
        "snapshot-delete",
        "rollback",
        "migrate",
        "suspending",
    ] {
        let body = serde_json::json!({ "vmid": 2100, "lock": kind });
        c.sim.world().meddle(&body).expect("lock");
        let text = format!("VM is locked ({kind})");
        let at = "/nodes/pve/qemu/2100";
        assert_eq!(
            c.fail("PUT", &format!("{at}/config"), &[("cores", "1")])
                .await,
            (500, text.clone())
        );
        assert_eq!(
            c.fail("POST", &format!("{at}/config"), &[("cores", "1")])
                .await,
            (500, text.clone())
        );
        assert_eq!(
            c.fail(
                "POST",
                &format!("{at}/clone"),
                &[("newid", "2101"), ("full", "1")]
            )
            .await
            .1,
            text
        );
        assert_eq!(
            c.task("POST", &format!("{at}/status/start"), &[]).await,
            text
        );
        assert_eq!(
            c.task("POST", &format!("{at}/snapshot"), &[("snapname", "x1")])
                .await,
            text
        );
        assert_eq!(c.task("DELETE", at, &[("purge", "1")]).await, text);
        // Stopping what is stopped is fine under any lock.
        assert_eq!(
            c.task("POST", &format!("{at}/status/stop"), &[]).await,
            "OK"
        );
        assert_eq!(
            c.task(
                "POST",
                "/nodes/pve/vzdump",
                &[("vmid", "2100"), ("storage", "vmstore")]
            )
            .await,
            "job errors"
        );
    }
    c.sim
        .world()
        .meddle(&serde_json::json!({ "vmid": 2100, "lock": "suspended" }))
        .expect("lock");
    assert_eq!(c.task("DELETE", "/nodes/pve/qemu/2100", &[]).await, "OK");
}

#[tokio::test(start_paused = true)]
async fn resize_only_grows() {
    let c = Client::new("single");
    c.task(
        "POST",
        "/nodes/pve/qemu/9000/clone",
        &[("newid", "2001"), ("full", "1")],
    )
    .await;
    let resize = format!("{PVE}/2001/resize");
    assert_eq!(
        c.task("PUT", &resize, &[("disk", "scsi0"), ("size", "3G")])
            .await,
        "OK"
    );
    assert_eq!(
        c.task("PUT", &resize, &[("disk", "scsi0"), ("size", "3G")])
            .await,
        "OK"
    );
    assert_eq!(
        c.task("PUT", &resize, &[("disk", "scsi0"), ("size", "1G")])
            .await,
        "shrinking disks is not supported"
    );
    assert_eq!(
        c.task("PUT", &resize, &[("disk", "scsi7"), ("size", "3G")])
            .await,
        "disk 'scsi7' does not exist"
    );
    assert_eq!(
        c.task("PUT", &resize, &[("disk", "scsi0"), ("size", "+1G")])
            .await,
        "OK"
    );
    let config = c.ok("GET", &format!("{PVE}/2001/config"), &[]).await;
    assert_eq!(config["scsi0"], "vmstore:2001/vm-2001-disk-0.qcow2,size=4G");
}

#[tokio::test(start_paused = true)]
async fn running_vm_keeps_some_changes_pending() {
    let c = Client::new("single");
    c.task("POST", "/nodes/pve/qemu/9000/clone", &[("newid", "2001")])
        .await;
    c.task("POST", &format!("{PVE}/2001/status/start"), &[])
        .await;
    c.ok(
        "PUT",
        &format!("{PVE}/2001/config"),
        &[
            ("memory", "1024"),
            ("ciuser", "me"),
            ("net0", "virtio,bridge=vmbr0"),
        ],
    )
    .await;
    let pending = c.ok("GET", &format!("{PVE}/2001/pending"), &[]).await;
    let row = |key: &str| {
        pending
            .as_array()
            .expect("rows")
            .iter()
            .find(|r| r["key"] == key)
            .cloned()
            .expect("key")
    };
    assert_eq!(
        (
            row("memory")["value"].clone(),
            row("memory")["pending"].clone()
        ),
        ("256".into(), "1024".into())
    );
    assert_eq!(
        row("ciuser"),
        serde_json::json!({ "key": "ciuser", "value": "me" })
    );
    c.task("POST", &format!("{PVE}/2001/status/stop"), &[])
        .await;
    let config = c
        .ok("GET", &format!("{PVE}/2001/config"), &[("current", "1")])
        .await;
    assert_eq!(config["memory"], "1024");
}
