//! Detached disks, snapshots, backups, failing starts, migrations.
#![allow(missing_docs)]

mod common;
use common::Client;

const PVE: &str = "/nodes/pve/qemu";

#[tokio::test(start_paused = true)]
async fn snapshots_backups_restore() {
    let c = Client::new("single");
    c.task("POST", "/nodes/pve/qemu/9000/clone", &[("newid", "2001")])
        .await;
    let vm = format!("{PVE}/2001");
    assert_eq!(
        c.task("POST", &format!("{vm}/snapshot"), &[("snapname", "s1")])
            .await,
        "OK"
    );
    assert_eq!(
        c.task("POST", &format!("{vm}/snapshot"), &[("snapname", "s1")])
            .await,
        "snapshot name 's1' already used"
    );
    c.ok("PUT", &format!("{vm}/config"), &[("cores", "4")])
        .await;
    assert_eq!(
        c.task("POST", &format!("{vm}/snapshot/s1/rollback"), &[])
            .await,
        "OK"
    );
    assert!(
        c.ok("GET", &format!("{vm}/config"), &[])
            .await
            .get("cores")
            .is_none()
    );
    assert_eq!(
        c.task("POST", &format!("{vm}/snapshot/no/rollback"), &[])
            .await,
        "snapshot 'no' does not exist"
    );
    assert_eq!(
        c.task("DELETE", &format!("{vm}/snapshot/s1"), &[]).await,
        "OK"
    );

    let backup = [
        ("vmid", "2001"),
        ("storage", "vmstore"),
        ("mode", "snapshot"),
        ("compress", "zstd"),
        ("notes-template", "whmcs 5546 {{guestname}}"),
    ];
    assert_eq!(c.task("POST", "/nodes/pve/vzdump", &backup).await, "OK");
    let list = c
        .ok(
            "GET",
            "/nodes/pve/storage/vmstore/content",
            &[("content", "backup"), ("vmid", "2001")],
        )
        .await;
    let volid = list[0]["volid"].as_str().expect("volid").to_owned();
    assert!(
        volid.starts_with("vmstore:backup/vzdump-qemu-2001-") && volid.ends_with(".vma.zst"),
        "{volid}"
    );
    assert_eq!(list[0]["notes"], "whmcs 5546 Copy-of-VM-tmpl");
    c.ok("PUT", &format!("{vm}/config"), &[("cores", "4")])
        .await;
    let refused = c
        .fail("POST", PVE, &[("vmid", "2001"), ("archive", &volid)])
        .await;
    assert_eq!(
        refused.1,
        "unable to restore VM 2001 - VM 2001 already exists on node 'pve'"
    );
    let upid = c
        .ok(
            "POST",
            PVE,
            &[
                ("vmid", "2001"),
                ("archive", &volid),
                ("force", "1"),
                ("storage", "vmstore"),
            ],
        )
        .await;
    assert_eq!(
        c.ok("GET", &format!("{vm}/config"), &[]).await["lock"],
        "create"
    );
    assert_eq!(c.exit(upid.as_str().expect("UPID")).await, "OK");
    assert!(
        c.ok("GET", &format!("{vm}/config"), &[])
            .await
            .get("cores")
            .is_none()
    );
    let content = format!(
        "/nodes/pve/storage/vmstore/content/{}",
        common::escape(&volid)
    );
    assert_eq!(c.task("DELETE", &content, &[]).await, "OK");
    // Deleting what is gone is a success too; the id still names guest and storage.
    let upid = c.ok("DELETE", &content, &[]).await;
    assert!(
        upid.as_str()
            .expect("UPID")
            .contains(":imgdel:2001@vmstore:")
    );
}

#[tokio::test(start_paused = true)]
async fn start_fails_for_the_recorded_reasons() {
    let c = Client::new("single");
    c.task("POST", "/nodes/pve/qemu/9000/clone", &[("newid", "2001")])
        .await;
    let start = format!("{PVE}/2001/status/start");
    c.ok(
        "PUT",
        &format!("{PVE}/2001/config"),
        &[("net0", "virtio,bridge=nobr0")],
    )
    .await;
    assert_eq!(
        c.task("POST", &start, &[]).await,
        "start failed: QEMU exited with code 1"
    );
    c.ok(
        "PUT",
        &format!("{PVE}/2001/config"),
        &[("net0", "virtio,bridge=vmbr0"), ("kvm", "1")],
    )
    .await;
    assert!(
        c.task("POST", &start, &[])
            .await
            .starts_with("KVM virtualisation configured, but not available.")
    );
    assert_eq!(
        c.fail("POST", &format!("{PVE}/2001/status/reboot"), &[])
            .await
            .1,
        "VM 2001 not running"
    );
}

#[tokio::test(start_paused = true)]
async fn migration_moves_disks_and_follows_storages() {
    let c = Client::new("demo");
    c.task(
        "POST",
        "/nodes/pve1/qemu/9000/clone",
        &[("newid", "2001"), ("full", "1")],
    )
    .await;
    let migrate = [("target", "pve2"), ("targetstorage", "nfs-vm")];
    let upid = c
        .ok("POST", "/nodes/pve1/qemu/2001/migrate", &migrate)
        .await;
    assert_eq!(
        c.ok("GET", "/nodes/pve1/qemu/2001/config", &[]).await["lock"],
        "migrate"
    );
    assert_eq!(c.exit(upid.as_str().expect("UPID")).await, "OK");
    let gone = c.fail("GET", "/nodes/pve1/qemu/2001/config", &[]).await;
    assert_eq!(
        gone,
        (
            500,
            "Configuration file 'nodes/pve1/qemu-server/2001.conf' does not exist".into()
        )
    );
    let config = c.ok("GET", "/nodes/pve2/qemu/2001/config", &[]).await;
    assert_eq!(config["scsi0"], "nfs-vm:2001/vm-2001-disk-0.qcow2,size=3G");
    // A linked clone on local storage stays on its template's node.
    c.task(
        "POST",
        "/nodes/pve1/qemu/9000/clone",
        &[("newid", "2002"), ("full", "0")],
    )
    .await;
    assert_eq!(
        c.task(
            "POST",
            "/nodes/pve1/qemu/2002/migrate",
            &[("target", "pve3")]
        )
        .await,
        "migration aborted"
    );
    let state = c.ok("GET", "/nodes/pve1/qemu/2002/config", &[]).await;
    assert!(state.get("lock").is_none());
    let refused = c
        .fail(
            "POST",
            "/nodes/pve1/qemu/9000/clone",
            &[("newid", "2003"), ("full", "1"), ("target", "pve2")],
        )
        .await;
    assert_eq!(
        refused.1,
        "can't clone VM to node 'pve2' (VM uses local storage)"
    );
}

#[tokio::test(start_paused = true)]
async fn stale_digest_detached_and_purged_disks() {
    let c = Client::new("single");
    c.task("POST", "/nodes/pve/qemu/9000/clone", &[("newid", "2001")])
        .await;
    let config = format!("{PVE}/2001/config");
    let stale = c
        .fail(
            "PUT",
            &config,
            &[("cores", "3"), ("digest", &"0".repeat(40))],
        )
        .await;
    assert_eq!(
        stale,
        (500, "checksum mismatch (file change by other user?)".into())
    );
    let digest = c.ok("GET", &config, &[]).await["digest"]
        .as_str()
        .expect("digest")
        .to_owned();
    c.ok("PUT", &config, &[("cores", "3"), ("digest", &digest)])
        .await;
    c.task("POST", &config, &[("scsi1", "vmstore:2")]).await;
    c.ok("PUT", &config, &[("delete", "scsi1")]).await;
    assert_eq!(
        c.ok("GET", &config, &[]).await["unused0"],
        "vmstore:2001/vm-2001-disk-1.qcow2"
    );
    c.ok("PUT", &config, &[("delete", "unused0")]).await;
    let left = c
        .ok(
            "GET",
            "/nodes/pve/storage/vmstore/content",
            &[("vmid", "2001"), ("content", "images")],
        )
        .await;
    assert_eq!(left.as_array().map(Vec::len), Some(2));
}

#[tokio::test(start_paused = true)]
async fn backup_jobs_of_a_node_wait_for_each_other() {
    let c = Client::new("demo");
    let mut upids = Vec::new();
    for _ in 0..2 {
        let params = [("vmid", "101"), ("storage", "pbs-backup")];
        let upid = c.ok("POST", "/nodes/pve1/vzdump", &params).await;
        upids.push(upid.as_str().expect("UPID").to_owned());
    }
    assert_eq!(
        c.ok("GET", "/nodes/pve1/qemu/101/config", &[]).await["lock"],
        "backup"
    );
    assert_eq!(c.exit(&upids[0]).await, "OK");
    assert_eq!(c.exit(&upids[1]).await, "OK");
    let kept = [("content", "backup")];
    let list = c
        .ok("GET", "/nodes/pve3/storage/pbs-backup/content", &kept)
        .await;
    assert_eq!(list.as_array().map(Vec::len), Some(2));
    assert!(
        list[0]["volid"]
            .as_str()
            .expect("volid")
            .starts_with("pbs-backup:backup/vm/101/")
    );
}

#[tokio::test(start_paused = true)]
async fn restore_over_a_running_or_protected_vm_fails_in_the_task() {
    let c = Client::new("demo");
    let body = serde_json::json!({ "volid": "pbs-backup:backup/vm/101/2026-01-01T00:00:00Z", "vmid": 101, "content": "backup", "notes": "by hand" });
    c.sim.world().place_volume(&body).expect("placed");
    let params = [
        ("vmid", "101"),
        ("archive", "pbs-backup:backup/vm/101/2026-01-01T00:00:00Z"),
        ("force", "1"),
    ];
    let exit = c.task("POST", "/nodes/pve1/qemu", &params).await;
    assert_eq!(exit, "unable to restore VM 101 - vm is running");
    c.task("POST", "/nodes/pve1/qemu/101/status/stop", &[])
        .await;
    c.ok("PUT", "/nodes/pve1/qemu/101/config", &[("protection", "1")])
        .await;
    let exit = c.task("POST", "/nodes/pve1/qemu", &params).await;
    assert!(exit.ends_with("protection mode enabled"), "{exit}");
    let config = c.ok("GET", "/nodes/pve1/qemu/101/config", &[]).await;
    assert!(config.get("lock").is_none(), "unlocked again");
}

#[tokio::test(start_paused = true)]
async fn a_template_with_linked_clones_stays_where_clones_name_their_base() {
    let c = Client::new("single");
    let linked = [("newid", "2001"), ("full", "0")];
    c.task("POST", "/nodes/pve/qemu/9000/clone", &linked).await;
    let exit = c.task("DELETE", "/nodes/pve/qemu/9000", &[]).await;
    assert!(exit.ends_with("is still in use by linked cloned"), "{exit}");
}

#[tokio::test(start_paused = true)]
async fn a_crashed_node_leaves_locks_behind() {
    let c = Client::new("demo");
    c.ok(
        "POST",
        "/nodes/pve1/qemu/9000/clone",
        &[("newid", "2001"), ("full", "1")],
    )
    .await;
    c.sim.world().crash("pve1");
    assert_eq!(
        c.ok("GET", "/nodes/pve1/qemu/101/status/current", &[])
            .await["status"],
        "stopped"
    );
    let config = c.ok("GET", "/nodes/pve1/qemu/2001/config", &[]).await;
    assert_eq!(config["lock"], "clone");
    let tasks = c
        .ok("GET", "/nodes/pve1/tasks", &[("typefilter", "qmclone")])
        .await;
    assert_eq!(tasks[0]["status"], "unexpected status");
}
