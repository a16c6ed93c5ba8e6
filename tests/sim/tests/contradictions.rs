//! Configurations that contradict themselves, disks outside backups, notes, and nodes that lack something.
#![allow(missing_docs)]

mod common;
use common::Client;
use pve_sim::Scenario;
use serde_json::{Value, json};

const PVE: &str = "/nodes/pve/qemu";

/// A VM 2001 on the single node, with these keys beside its own.
async fn vm(keys: &[(&str, &str)]) -> (Client, String) {
    let c = Client::new("single");
    c.task(
        "POST",
        &format!("{PVE}/9000/clone"),
        &[("newid", "2001"), ("full", "1")],
    )
    .await;
    {
        let mut world = c.sim.world();
        let conf = &mut world.vms.get_mut(&2001).expect("the clone").conf;
        for (key, value) in keys {
            match value.strip_prefix(',') {
                Some(more) => conf
                    .get_mut(*key)
                    .expect("a key")
                    .push_str(&format!(",{more}")),
                None => drop(conf.insert((*key).to_owned(), (*value).to_owned())),
            }
        }
    }
    (c, format!("{PVE}/2001"))
}

#[tokio::test(start_paused = true)]
async fn what_contradicts_itself_does_not_start() {
    const QEMU: &str = "start failed: QEMU exited with code 1";
    let cases: &[(&[(&str, &str)], &str)] = &[
        (&[("vcpus", "2")], QEMU),
        (&[("vcpus", "1"), ("cores", "2")], "OK"),
        (
            &[("cores", "2"), ("sockets", "2")],
            "MAX 2 vcpus allowed per VM on this node",
        ),
        (
            &[("smp", "2"), ("cores", "2")],
            "MAX 2 vcpus allowed per VM on this node",
        ),
        (
            &[("numa", "1"), ("numa0", "cpus=0,memory=128")],
            "total memory for NUMA nodes must be equal to vm static memory",
        ),
        (
            &[
                ("numa", "1"),
                ("numa0", "cpus=0,memory=128"),
                ("numa1", "cpus=1,memory=128"),
            ],
            "OK",
        ),
        (
            &[("numa", "1"), ("numa0", "cpus=0")],
            "missing NUMA node0 memory value",
        ),
        // Without numa=1 the layout counts for nothing.
        (&[("numa0", "cpus=0,memory=128")], "OK"),
        (
            &[("hotplug", "memory,disk")],
            "NUMA needs to be enabled for memory hotplug",
        ),
        (
            &[("hotplug", "memory"), ("numa", "1")],
            "minimum memory must be 1024MB",
        ),
        (
            &[("hugepages", "2")],
            "numa needs to be enabled to use hugepages",
        ),
        (
            &[("hugepages", "1024"), ("numa", "1")],
            "Memory size 256 is not a multiple of the requested hugepages size 1024",
        ),
        (&[("scsi0", ",mbps_rd=50,mbps_rd_max=20")], QEMU),
        (&[("scsi0", ",iops_wr=50,iops_wr_max=49")], QEMU),
        (&[("scsi0", ",iops_wr=50,iops_wr_max=50")], "OK"),
    ];
    for (keys, exit) in cases {
        let (c, vm) = vm(keys).await;
        let found = c.task("POST", &format!("{vm}/status/start"), &[]).await;
        assert_eq!(found, *exit, "{keys:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_burst_needs_its_limit() {
    let (c, vm) = vm(&[]).await;
    let config = format!("{vm}/config");
    let disk = c.ok("GET", &config, &[]).await["scsi0"]
        .as_str()
        .expect("a disk")
        .to_owned();
    for more in [
        "mbps_rd_max=100",
        "iops_max=5",
        "iops_wr=5,iops_wr_max_length=3",
        "mbps_wr=5,bps_wr_max_length=3",
        "mbps=5,mbps_rd=5",
        "iops=5,iops_wr=5",
    ] {
        let value = format!("{disk},{more}");
        let why = c.wrong("PUT", &config, &[("scsi0", &value)], "scsi0").await;
        assert_eq!(why, "unable to parse drive options", "{more}");
    }
    for more in [
        "mbps_rd=50,mbps_rd_max=100,bps_rd_max_length=3",
        "iops=5,iops_max=6",
        "bps=1048576,mbps_max=2",
    ] {
        let value = format!("{disk},{more}");
        c.ok("PUT", &config, &[("scsi0", &value)]).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_disk_left_out_of_backups_does_not_come_back() {
    let (c, vm) = vm(&[("scsi0", ",backup=0")]).await;
    let backup = [("vmid", "2001"), ("storage", "vmstore")];
    let upid = c.ok("POST", "/nodes/pve/vzdump", &backup).await;
    let upid = upid.as_str().expect("a UPID");
    assert_eq!(c.exit(upid).await, "OK");
    let log = format!("/nodes/pve/tasks/{}/log", common::escape(upid));
    let log = c.ok("GET", &log, &[]).await.to_string();
    assert!(log.contains("exclude disk 'scsi0'"), "{log}");
    let list = c
        .ok(
            "GET",
            "/nodes/pve/storage/vmstore/content",
            &[("content", "backup")],
        )
        .await;
    let archive = list[0]["volid"].as_str().expect("a backup");
    let disk = c.ok("GET", &format!("{vm}/config"), &[]).await["scsi0"].clone();
    let volume = disk
        .as_str()
        .expect("a disk")
        .split(',')
        .next()
        .unwrap_or_default()
        .to_owned();
    let restore = [("vmid", "2001"), ("archive", archive), ("force", "1")];
    assert_eq!(c.task("POST", PVE, &restore).await, "OK");
    let after = c.ok("GET", &format!("{vm}/config"), &[]).await;
    assert_eq!(after["scsi0"], Value::Null, "{after}");
    assert_eq!(
        after["unused0"],
        json!(volume),
        "the old one hangs nowhere: {after}"
    );
}

#[tokio::test(start_paused = true)]
async fn notes_are_unescaped_and_unknown_variables_refused() {
    let (c, _) = vm(&[("name", "web")]).await;
    let notes = |template: &'static str| {
        [
            ("vmid", "2001"),
            ("storage", "vmstore"),
            ("notes-template", template),
        ]
    };
    for (template, why) in [
        ("{{x}}", "found unknown: variable 'x'"),
        ("a {{{guest}} b", "found unknown: variable 'guest'"),
        (r"C:\temp", r"found unknown: escape sequence '\t'"),
        ("two\nlines", "contains a line feed"),
    ] {
        let found = c
            .wrong(
                "POST",
                "/nodes/pve/vzdump",
                &notes(template),
                "notes-template",
            )
            .await;
        assert_eq!(found, why);
    }
    let template = r"a\\b\n{{guestname}} {{vmid}} on {{node}}: { {cluster}} {{ x }}";
    assert_eq!(
        c.task("POST", "/nodes/pve/vzdump", &notes(template)).await,
        "OK"
    );
    let list = c
        .ok(
            "GET",
            "/nodes/pve/storage/vmstore/content",
            &[("content", "backup")],
        )
        .await;
    assert_eq!(
        list[0]["notes"],
        "a\\b\nweb 2001 on pve: { {cluster}} {{ x }}"
    );
}

#[tokio::test(start_paused = true)]
async fn the_longest_body_depends_on_the_release() {
    let long = "x".repeat(70 << 10);
    for (version, status) in [
        ("7.4-17", 501),
        ("8.3.5", 501),
        ("8.4.1", 400),
        ("9.2.11", 400),
    ] {
        let scenario = Scenario {
            version: version.to_owned(),
            ..Scenario::named("single").expect("built in")
        };
        let c = Client::of(scenario);
        let path = format!("{PVE}/9000/config");
        let (found, why) = c.fail("PUT", &path, &[("description", &long)]).await;
        assert_eq!(found, status, "{version}: {why}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_node_shows_its_state_in_ha_and_what_it_cannot_reach() {
    let mut scenario = Scenario::named("demo").expect("built in");
    scenario.nodes[1].hastate = "maintenance".into();
    for storage in scenario.storages.iter_mut().filter(|s| s.id == "nfs-vm") {
        storage.down_on = vec!["pve2".into()];
    }
    let c = Client::of(scenario.clone());
    let rows = c.ok("GET", "/cluster/resources", &[]).await;
    let row = |id: &str| {
        let mut all = rows.as_array().expect("rows").iter();
        all.find(|row| row["id"] == id).expect("a row").clone()
    };
    assert_eq!(row("node/pve2")["hastate"], "maintenance");
    assert_eq!(row("node/pve1")["hastate"], Value::Null);
    assert_eq!(row("storage/pve1/nfs-vm")["status"], "available");
    assert_eq!(row("storage/pve2/nfs-vm")["status"], "unknown");
    // Nobody looks there before a VM off goes to it; it only does not start.
    c.task("POST", "/nodes/pve1/qemu/9001/clone", &[("newid", "2001")])
        .await;
    let there = [("target", "pve2")];
    assert_eq!(
        c.task("POST", "/nodes/pve1/qemu/2001/migrate", &there)
            .await,
        "OK"
    );
    let exit = c
        .task("POST", "/nodes/pve2/qemu/2001/status/start", &[])
        .await;
    assert_eq!(exit, "storage 'nfs-vm' is not online");
    // Releases before 8 do not tell.
    let old = Client::of(Scenario {
        version: "7.4-17".into(),
        ..scenario
    });
    let rows = old
        .ok("GET", "/cluster/resources", &[("type", "node")])
        .await;
    assert!(!rows.to_string().contains("hastate"), "{rows}");
}

#[tokio::test(start_paused = true)]
async fn a_shared_disk_stays_where_it_is_and_a_device_keeps_its_vm() {
    let c = Client::new("demo");
    c.task("POST", "/nodes/pve1/qemu/9001/clone", &[("newid", "2001")])
        .await;
    let there = [("target", "pve2"), ("targetstorage", "local-lvm")];
    assert_eq!(
        c.task("POST", "/nodes/pve1/qemu/2001/migrate", &there)
            .await,
        "OK"
    );
    let config = c.ok("GET", "/nodes/pve2/qemu/2001/config", &[]).await;
    assert!(
        config["scsi0"]
            .as_str()
            .expect("a disk")
            .starts_with("nfs-vm:"),
        "{config}"
    );
    for (key, value) in [
        ("hostpci0", "0000:01:00.0"),
        ("usb1", "host=1-2"),
        ("serial1", "/dev/ttyS0"),
    ] {
        {
            let mut world = c.sim.world();
            let conf = &mut world.vms.get_mut(&2001).expect("the clone").conf;
            conf.retain(|known, _| !matches!(known.as_str(), "hostpci0" | "usb1" | "serial1"));
            conf.insert(key.to_owned(), value.to_owned());
        }
        let back = [("target", "pve1")];
        let exit = c.task("POST", "/nodes/pve2/qemu/2001/migrate", &back).await;
        assert_eq!(exit, "migration aborted", "{key}");
    }
}
