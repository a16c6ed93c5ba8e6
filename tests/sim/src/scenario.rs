//! Scenarios: what a simulated cluster is made of, as JSON data.
//!
//! Every field has a default, so a file names only what matters to it.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A whole cluster, its contents, its speeds and its limits.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Scenario {
    /// Full version, such as `8.4.21`; the major number switches behaviour.
    pub version: String,
    /// Cluster name; empty for a node without a cluster.
    pub cluster: String,
    /// Seed of all randomness.
    pub seed: u64,
    /// Unix time of the start under a Tokio or explicit clock; 0 = the machine's time.
    pub epoch: i64,
    /// The nodes.
    pub nodes: Vec<NodeData>,
    /// The storages.
    pub storages: Vec<StorageData>,
    /// Templates and VMs that exist from the start.
    pub vms: Vec<VmData>,
    /// Users.
    pub users: Vec<UserData>,
    /// API tokens.
    pub tokens: Vec<TokenData>,
    /// Extra roles: name → privileges.
    pub roles: BTreeMap<String, Vec<String>>,
    /// Resource pools: name → VMIDs.
    pub pools: BTreeMap<String, Vec<u32>>,
    /// Datacenter firewall options (`enable`, `policy_in` …).
    pub cluster_firewall: BTreeMap<String, String>,
    /// The datacenter's rule for tags (`user-allow` of `user-tag-access`): `free`, `existing`, `list` or `none`.
    pub tag_rule: String,
    /// How long things take.
    pub durations: Durations,
    /// What can be done at once.
    pub limits: Limits,
    /// Fault rules active from the start.
    pub faults: Vec<crate::faults::Rule>,
}

/// One node.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct NodeData {
    /// Node name.
    pub name: String,
    /// Address shown in `/cluster/status`.
    pub ip: String,
    /// Logical processors.
    pub cpus: u32,
    /// Memory in bytes.
    pub memory: u64,
    /// Memory the host itself uses, in bytes.
    pub host_memory: u64,
    /// False: every call for it answers 595.
    pub online: bool,
    /// Bridges that exist.
    pub bridges: Vec<String>,
    /// Hardware virtualisation is there.
    pub kvm: bool,
    /// Its state in HA (`online`, `maintenance` …); empty = HA is not used.
    pub hastate: String,
}

/// One storage of the cluster.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct StorageData {
    /// Storage id.
    pub id: String,
    /// `dir`, `nfs`, `cephfs`, `lvm`, `lvmthin`, `zfspool`, `rbd` or `pbs`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Comma-separated content types.
    pub content: String,
    /// The same content on every node.
    pub shared: bool,
    /// Nodes it is configured for; empty = all.
    pub nodes: Vec<String>,
    /// Bytes in all.
    pub total: u64,
    /// Bytes used by things the simulator does not know.
    pub used: u64,
    /// True: `storage 'S' is disabled`.
    pub disabled: bool,
    /// False: `storage 'S' is not online`.
    pub online: bool,
    /// Nodes on which alone it is not online, such as those that cannot reach a file server.
    pub down_on: Vec<String>,
    /// ISO file names on it.
    pub isos: Vec<String>,
    /// `prune-backups` of its configuration.
    pub prune: String,
    /// More allocations than this at once: later ones fail with the storage lock's time-out. 0 = no limit.
    pub max_allocations: u32,
}

/// One VM or template.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct VmData {
    /// VMID.
    pub vmid: u32,
    /// Node it lives on.
    pub node: String,
    /// Whole configuration, key → text, as in the config file.
    pub config: BTreeMap<String, String>,
    /// Running from the start.
    pub running: bool,
    /// Guest ignores ACPI: shutdown runs into its time-out.
    pub deaf: bool,
    /// Firewall options from the start.
    pub firewall: BTreeMap<String, String>,
}

/// One user with a password.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct UserData {
    /// `name@realm`.
    pub id: String,
    /// Password for `/access/ticket`.
    pub password: String,
    /// Disabled users cannot sign in, nor their tokens.
    pub disabled: bool,
    /// Path → roles or single privileges; valid for everything below the path.
    pub acl: BTreeMap<String, Vec<String>>,
}

/// One API token.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct TokenData {
    /// `name@realm!token`.
    pub id: String,
    /// Its secret.
    pub secret: String,
    /// True: only what both token and user may. False: all that the user may.
    pub privsep: bool,
    /// Unix time after which it is dead; 0 = never.
    pub expire: i64,
    /// As for users.
    pub acl: BTreeMap<String, Vec<String>>,
}

/// How long things take, in seconds at full speed.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Durations {
    /// A read.
    pub read: f64,
    /// A call that goes through pvedaemon (occupies one of its workers).
    pub protected: f64,
    /// Synchronous config change, on top of `protected`.
    pub config: f64,
    /// Delay added to every 401.
    pub unauthorized: f64,
    /// Full clone: fixed part.
    pub clone: f64,
    /// Full clone: per GiB.
    pub clone_per_gib: f64,
    /// Linked clone.
    pub linked_clone: f64,
    /// Offline migration: fixed part.
    pub migrate: f64,
    /// Migration of local disks: per GiB.
    pub migrate_per_gib: f64,
    /// Moving a disk: fixed part.
    pub move_disk: f64,
    /// Moving a disk: per GiB.
    pub move_per_gib: f64,
    /// Config change as a task.
    pub config_task: f64,
    /// Allocation of a new disk.
    pub allocate: f64,
    /// Resize.
    pub resize: f64,
    /// Start.
    pub start: f64,
    /// Stop.
    pub stop: f64,
    /// Shutdown by ACPI of a guest that listens.
    pub shutdown: f64,
    /// From the end of a restart's task until the guest runs again.
    pub restart: f64,
    /// From a guest's end until `qm cleanup` wants its config lock.
    pub cleanup: f64,
    /// So long `qm cleanup` waits, with the config lock, for a guest that runs again (qemu-server 9.1.13 on).
    pub cleanup_wait: f64,
    /// From a request to HA until its manager and the node's have served it.
    pub ha: f64,
    /// Snapshot without memory.
    pub snapshot: f64,
    /// Roll back.
    pub rollback: f64,
    /// Remove a snapshot.
    pub delsnapshot: f64,
    /// Backup: fixed part.
    pub vzdump: f64,
    /// Backup: per GiB.
    pub vzdump_per_gib: f64,
    /// Restore: fixed part.
    pub restore: f64,
    /// Restore: per GiB.
    pub restore_per_gib: f64,
    /// Destroy.
    pub destroy: f64,
    /// Removal of a volume.
    pub imgdel: f64,
    /// Download by URL.
    pub download: f64,
    /// `/cluster/resources` shows what pvestatd saw last; it looks this often (10 s on real nodes, 0 = always current).
    pub status_lag: f64,
}

/// What can be done at once.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Blocking pvedaemon workers per node.
    pub workers: u32,
    /// Full clones of one template at full speed; more share the bandwidth.
    pub clones_per_template: u32,
    /// Copies onto one storage at full speed; more share the bandwidth.
    pub copies_per_storage: u32,
    /// Migrations leaving or reaching one node at full speed.
    pub migrations_per_node: u32,
    /// Seconds a worker waits for a VM's config lock.
    pub lock_wait: f64,
    /// Seconds a clone call waits for its locks.
    pub clone_lock_wait: f64,
    /// Seconds until the proxy leg gives up with 596.
    pub proxy_timeout: f64,
    /// Backups of one storage's guest that are kept at most; more fail as `prune` = none says. 0 = no limit.
    pub max_backups: u32,
}

impl Default for Scenario {
    fn default() -> Scenario {
        Scenario {
            version: "8.4.21".into(),
            cluster: String::new(),
            seed: 1,
            epoch: 0,
            nodes: Vec::new(),
            storages: Vec::new(),
            vms: Vec::new(),
            users: Vec::new(),
            tokens: Vec::new(),
            roles: BTreeMap::new(),
            pools: BTreeMap::new(),
            cluster_firewall: BTreeMap::new(),
            tag_rule: "free".into(),
            durations: Durations::default(),
            limits: Limits::default(),
            faults: Vec::new(),
        }
    }
}

impl Default for NodeData {
    fn default() -> NodeData {
        NodeData {
            name: String::new(),
            ip: "192.0.2.10".into(),
            cpus: 16,
            memory: 64 << 30,
            host_memory: 2 << 30,
            online: true,
            bridges: vec!["vmbr0".into()],
            kvm: true,
            hastate: String::new(),
        }
    }
}

impl Default for StorageData {
    fn default() -> StorageData {
        StorageData {
            id: String::new(),
            kind: "dir".into(),
            content: "images".into(),
            shared: false,
            nodes: Vec::new(),
            total: 1 << 40,
            used: 0,
            disabled: false,
            online: true,
            down_on: Vec::new(),
            isos: Vec::new(),
            prune: String::new(),
            max_allocations: 0,
        }
    }
}

impl Default for Durations {
    fn default() -> Durations {
        Durations {
            read: 0.02,
            protected: 0.05,
            config: 0.03,
            unauthorized: 3.0,
            clone: 1.0,
            clone_per_gib: 4.0,
            linked_clone: 1.5,
            migrate: 2.0,
            migrate_per_gib: 5.0,
            move_disk: 0.5,
            move_per_gib: 4.0,
            config_task: 0.4,
            allocate: 0.5,
            resize: 0.6,
            start: 2.5,
            stop: 1.0,
            shutdown: 6.0,
            restart: 2.0,
            cleanup: 1.0,
            cleanup_wait: 30.0,
            ha: 15.0,
            snapshot: 1.0,
            rollback: 1.5,
            delsnapshot: 1.0,
            vzdump: 2.0,
            vzdump_per_gib: 6.0,
            restore: 2.0,
            restore_per_gib: 5.0,
            destroy: 0.8,
            imgdel: 0.3,
            download: 5.0,
            status_lag: 0.0,
        }
    }
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            workers: 3,
            clones_per_template: 4,
            copies_per_storage: 4,
            migrations_per_node: 2,
            lock_wait: 10.0,
            clone_lock_wait: 1.0,
            proxy_timeout: 30.0,
            max_backups: 0,
        }
    }
}

impl Scenario {
    /// A built-in scenario: `demo` (three nodes), `single` (one node `pve`), `bare` (one node, nothing on it).
    pub fn named(name: &str) -> Option<Scenario> {
        let text = match name {
            "demo" => include_str!("../scenarios/demo.json"),
            "single" => include_str!("../scenarios/single.json"),
            "bare" => include_str!("../scenarios/bare.json"),
            _ => return None,
        };
        Scenario::parse(text).ok()
    }

    /// Reads a scenario from JSON text.
    pub fn parse(text: &str) -> Result<Scenario, String> {
        serde_json::from_str(text).map_err(|e| e.to_string())
    }

    /// Built-in name, or else the path of a JSON file.
    pub fn load(name_or_file: &str) -> Result<Scenario, String> {
        if let Some(found) = Scenario::named(name_or_file) {
            return Ok(found);
        }
        let text =
            std::fs::read_to_string(name_or_file).map_err(|e| format!("{name_or_file}: {e}"))?;
        Scenario::parse(&text).map_err(|e| format!("{name_or_file}: {e}"))
    }
}
