//! What follows by itself: the clean-up after a guest's end, restarts, HA's manager; and guests that are halted.
#![allow(missing_docs)]

mod common;
use common::Client;
use pve_sim::Scenario;
use std::time::Duration;
use tokio::time::{Instant, sleep};

const VM: &str = "/nodes/pve/qemu/2001";

async fn with_vm(version: &str) -> Client {
    let c = Client::of(Scenario {
        version: version.to_owned(),
        ..Scenario::named("single").expect("built-in scenario")
    });
    let made = [("newid", "2001")];
    assert_eq!(
        c.task("POST", "/nodes/pve/qemu/9000/clone", &made).await,
        "OK"
    );
    assert_eq!(
        c.task("POST", &format!("{VM}/status/start"), &[]).await,
        "OK"
    );
    c
}

/// Proxmox VE 9.2: whoever wants the configuration of a VM that was stopped and started a moment ago waits in vain.
#[tokio::test(start_paused = true)]
async fn the_clean_up_holds_the_lock_of_a_vm_that_runs_again() {
    for (version, held) in [("9.2.11", true), ("9.1.1", false), ("8.4.21", false)] {
        let c = with_vm(version).await;
        sleep(Duration::from_secs(60)).await;
        assert_eq!(
            c.task("POST", &format!("{VM}/status/stop"), &[]).await,
            "OK"
        );
        c.task("POST", &format!("{VM}/status/start"), &[]).await;
        // The clean-up looks a second after the guest's end.
        sleep(Duration::from_secs(1)).await;
        let began = Instant::now();
        let stopped = c.task("POST", &format!("{VM}/status/stop"), &[]).await;
        let lock = "can't lock file '/var/lock/qemu-server/lock-2001.conf' - got timeout";
        assert_eq!(stopped == lock, held, "{version}: {stopped}");
        if held {
            assert!(began.elapsed() >= Duration::from_secs(10));
            let (status, why) = c
                .fail("PUT", &format!("{VM}/config"), &[("cores", "2")])
                .await;
            assert_eq!((status, why.as_str()), (500, lock));
            sleep(Duration::from_secs(15)).await;
            c.ok("PUT", &format!("{VM}/config"), &[("cores", "2")])
                .await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_rollback_with_memory_is_followed_by_the_clean_up() {
    let c = with_vm("9.2.11").await;
    let snapshot = [("snapname", "s1"), ("vmstate", "1")];
    assert_eq!(
        c.task("POST", &format!("{VM}/snapshot"), &snapshot).await,
        "OK"
    );
    assert_eq!(
        c.task("POST", &format!("{VM}/snapshot/s1/rollback"), &[])
            .await,
        "OK"
    );
    sleep(Duration::from_secs(2)).await;
    let removed = c.task("DELETE", &format!("{VM}/snapshot/s1"), &[]).await;
    assert!(removed.contains("got timeout"), "{removed}");
    sleep(Duration::from_secs(30)).await;
    assert_eq!(
        c.task("DELETE", &format!("{VM}/snapshot/s1"), &[]).await,
        "OK"
    );
}

/// The restart is a second task, of root.
#[tokio::test(start_paused = true)]
async fn a_reboot_ends_before_the_guest_is_up_again() {
    let c = with_vm("8.4.21").await;
    assert_eq!(
        c.task("POST", &format!("{VM}/status/reboot"), &[]).await,
        "OK"
    );
    let status = format!("{VM}/status/current");
    assert_eq!(c.ok("GET", &status, &[]).await["status"], "stopped");
    sleep(Duration::from_secs(10)).await;
    assert_eq!(c.ok("GET", &status, &[]).await["status"], "running");
    let tasks = c.ok("GET", "/nodes/pve/tasks", &[("vmid", "2001")]).await;
    let newest = &tasks[0];
    assert_eq!(
        (&newest["type"], &newest["user"]),
        (&"qmstart".into(), &"root@pam".into())
    );
}

/// HA's tasks end at once; its manager acts later, or never.
#[tokio::test(start_paused = true)]
async fn ha_acts_after_its_task_has_ended() {
    let c = with_vm("8.4.21").await;
    c.ok("POST", "/cluster/ha/resources", &[("sid", "vm:2001")])
        .await;
    let status = format!("{VM}/status/current");
    for verb in ["stop", "shutdown"] {
        assert_eq!(
            c.task("POST", &format!("{VM}/status/{verb}"), &[]).await,
            "OK"
        );
        let now = c.ok("GET", &status, &[]).await;
        assert_eq!(
            (&now["status"], &now["ha"]["state"]),
            (&"running".into(), &"started".into()),
            "{verb}"
        );
        sleep(Duration::from_secs(20)).await;
        let now = c.ok("GET", &status, &[]).await;
        assert_eq!(
            (&now["status"], &now["ha"]["state"]),
            (&"stopped".into(), &"stopped".into()),
            "{verb}"
        );
        assert_eq!(
            c.task("POST", &format!("{VM}/status/start"), &[]).await,
            "OK"
        );
        assert_eq!(c.ok("GET", &status, &[]).await["status"], "stopped");
        sleep(Duration::from_secs(20)).await;
        assert_eq!(c.ok("GET", &status, &[]).await["status"], "running");
    }
    let tasks = c
        .ok("GET", "/nodes/pve/tasks", &[("vmid", "2001")])
        .await
        .to_string();
    assert!(tasks.contains("hastop") && tasks.contains("hastart"));
}

#[tokio::test(start_paused = true)]
async fn a_paused_guest_is_stopped_by_force_alone() {
    let c = with_vm("8.4.21").await;
    assert_eq!(
        c.task("POST", &format!("{VM}/status/suspend"), &[]).await,
        "OK"
    );
    let shutdown = format!("{VM}/status/shutdown");
    let (code, why) = c.fail("POST", &shutdown, &[("timeout", "5")]).await;
    assert_eq!(
        (code, why.as_str()),
        (500, "VM is paused - cannot shutdown")
    );
    assert_eq!(
        c.task("POST", &shutdown, &[("timeout", "5"), ("forceStop", "1")])
            .await,
        "OK"
    );
    assert_eq!(
        c.ok("GET", &format!("{VM}/status/current"), &[]).await["status"],
        "stopped"
    );
}

#[tokio::test(start_paused = true)]
async fn a_guest_suspended_to_disk_is_locked_until_it_wakes_up() {
    let c = with_vm("8.4.21").await;
    let to_disk = [("todisk", "1")];
    assert_eq!(
        c.task("POST", &format!("{VM}/status/suspend"), &to_disk)
            .await,
        "OK"
    );
    let config = c.ok("GET", &format!("{VM}/config"), &[]).await;
    assert_eq!(config["lock"], "suspended");
    assert!(
        config["vmstate"]
            .as_str()
            .is_some_and(|volid| volid.contains("state-suspend"))
    );
    let (_, why) = c
        .fail("PUT", &format!("{VM}/config"), &[("cores", "2")])
        .await;
    assert_eq!(why, "VM is locked (suspended)");
    assert_eq!(
        c.task("POST", &format!("{VM}/status/start"), &[]).await,
        "OK"
    );
    let config = c.ok("GET", &format!("{VM}/config"), &[]).await;
    assert!(
        config["lock"].is_null() && config["vmstate"].is_null(),
        "{config}"
    );
    assert_eq!(
        c.task("POST", &format!("{VM}/status/suspend"), &to_disk)
            .await,
        "OK"
    );
    assert_eq!(
        c.task("DELETE", VM, &[("destroy-unreferenced-disks", "1")])
            .await,
        "OK"
    );
}
