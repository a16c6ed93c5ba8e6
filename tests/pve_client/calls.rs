//! The calls of cluster, nodes and storages against recorded answers.

use crate::recorded::{node, number, recorded};
use puq_proxmox_kvm::model::StorageId;
use puq_proxmox_kvm::pve::{
    Backup, Exit, ResourceKind, Restore, TaskFilter, Timeframe, WhichContent,
};

#[tokio::test]
async fn the_cluster_is_read() {
    let cluster = recorded();
    let version = cluster.version().await.expect("a version");
    assert_eq!(
        (version.major, version.minor, version.text.as_str()),
        (8, 4, "8.4.21")
    );
    let status = cluster.cluster_status().await.expect("a status");
    assert!(status.quorate && status.nodes[0].online && status.local() == Some(&node()));
    assert_eq!(status.name, "pve");
    let resources = cluster
        .resources(ResourceKind::All)
        .await
        .expect("resources");
    let template = resources.iter().find_map(|r| r.guest()).expect("a guest");
    assert!(
        template.template
            && template.vmid == number(9000)
            && template.node == node()
            && template.is_vm()
    );
    let online = resources
        .iter()
        .filter_map(|r| r.node())
        .filter(|n| n.online)
        .count();
    let storages: Vec<&str> = resources
        .iter()
        .filter_map(|r| r.storage())
        .map(|s| s.storage.as_str())
        .collect();
    assert_eq!((online, storages), (1, vec!["local", "vmstore"]));
    let storage = resources
        .iter()
        .find_map(|r| r.storage())
        .expect("a storage");
    assert!(storage.holds("iso") && storage.active && storage.kind == "dir" && storage.avail > 0);
    assert!(!cluster.is_free(number(9000)).await.expect("an answer"));
    assert!(cluster.is_free(number(555)).await.expect("an answer"));
    let storages = cluster.storages().await.expect("storages");
    assert!(
        storages
            .iter()
            .all(|s| !s.shared && s.is_on(&node()) && s.kept_backups().is_none())
    );
    assert!(
        !cluster
            .datacenter_firewall()
            .await
            .expect("options")
            .enabled
    );
}

#[tokio::test]
async fn a_node_is_read() {
    let cluster = recorded();
    let vmstore = StorageId::from("vmstore");
    let content = cluster
        .storage_content(&node(), &vmstore, &WhichContent::default())
        .await
        .expect("content");
    assert_eq!(
        (content.len(), content[0].file_name(), content[0].size),
        (2, "base-9000-disk-0.qcow2", 67_108_864)
    );
    assert_eq!(cluster.bridges(&node()).await.expect("bridges"), ["vmbr0"]);
    let tasks = cluster
        .node_tasks(&node(), &TaskFilter::default())
        .await
        .expect("tasks");
    assert!(
        tasks
            .iter()
            .all(|t| !t.is_running() && t.exit == Some(Exit::Ok))
    );
}

#[tokio::test]
async fn backups_are_made_listed_restored_and_removed() {
    let cluster = recorded();
    let vmstore = StorageId::from("vmstore");
    let backup = Backup {
        vmid: number(2001),
        storage: vmstore.clone(),
        mode: "snapshot".into(),
        compress: Some("zstd".into()),
        notes: "whmcs 5546".into(),
        prune: None,
    };
    assert_eq!(
        cluster.backup(&node(), &backup).await.expect("a task").kind,
        "vzdump"
    );
    let list = cluster
        .storage_content(&node(), &vmstore, &WhichContent::backups_of(number(2001)))
        .await;
    let list = list.expect("a list");
    assert_eq!(
        (list.len(), list[0].notes.as_str(), list[0].ctime),
        (1, "whmcs 5546", Some(1_795_394_034))
    );
    assert_eq!(
        (list[0].vmid, list[0].subtype.as_deref()),
        (Some(number(2001)), Some("qemu"))
    );
    let restore = Restore {
        vmid: number(2001),
        archive: list[0].volid.clone(),
        storage: Some(vmstore.clone()),
        force: true,
        unique: false,
    };
    assert_eq!(
        cluster
            .restore(&node(), &restore)
            .await
            .expect("a task")
            .kind,
        "qmrestore"
    );
    let removal = cluster
        .remove_content(&node(), &vmstore, &list[0].volid)
        .await
        .expect("taken on");
    assert_eq!(removal.expect("a task").kind, "imgdel");
    let vm = cluster.vm(&node(), number(2002));
    let points = vm.rrddata(Timeframe::Hour).await.expect("points");
    assert!(points.last().is_some_and(|p| p.time > 1_795_389_900));
}
