//! The privileges provisioning needs, by Proxmox version, and the command that grants them.

use crate::model::{Sentence, say};
use crate::pve::{Permissions, Version};

/// A privilege, and the path it is needed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Needed {
    /// The path, as in `pveum acl modify`.
    pub path: &'static str,
    /// Proxmox's name of the privilege.
    pub name: &'static str,
}

impl Needed {
    /// The privilege, where it is needed, and what cannot be done without it.
    pub fn sentence(&self) -> Sentence {
        say::privilege_on(self.name, self.path, self.feature())
    }

    /// What cannot be done without it.
    pub fn feature(&self) -> Sentence {
        match self.name {
            "VM.Allocate" => say::feature_allocate(),
            "VM.Audit" => say::feature_see(),
            "VM.Backup" => say::backups(),
            "VM.Clone" => say::feature_clone(),
            "VM.Config.CDROM" => say::feature_images(),
            "VM.Config.Cloudinit" => say::feature_cloudinit(),
            "VM.Config.Disk" => say::feature_disks(),
            "VM.Config.Network" => say::feature_network(),
            "VM.Config.Options" => say::feature_names(),
            "VM.Migrate" => say::feature_nodes(),
            "VM.PowerMgmt" => say::feature_power(),
            "VM.Snapshot" => say::feature_snapshots(),
            "Datastore.AllocateSpace" => say::feature_space(),
            "Datastore.Audit" => say::feature_storages(),
            "Sys.Audit" if self.path == NODES.path => say::feature_node_state(),
            "Sys.Audit" => say::feature_cluster(),
            "SDN.Use" => say::feature_bridges(),
            // CPU, memory and hardware.
            _ => say::feature_packages(),
        }
    }
}

/// Several of them in one sentence; `None`: there are none.
pub fn listed(all: &[Needed]) -> Option<Sentence> {
    let all = all.iter().map(Needed::sentence);
    all.reduce(say::list_comma)
}

const fn needs(path: &'static str, name: &'static str) -> Needed {
    Needed { path, name }
}

/// Bridges are guarded by this one since 8.0.
const BRIDGES: Needed = needs("/sdn/zones/localnetwork", "SDN.Use");

/// What the calls of [`crate::pve::calls`] need, by Proxmox's own rules: nothing else, and the console's calls not before
/// there is a console. `VM.Snapshot` is enough for a rollback; `VM.Monitor` is asked for by no call, and 9.0 does not know
/// it any more. Quorum, HA and the datacenter's firewall are read with `Sys.Audit` on the root itself, beside what a node
/// tells of itself.
const NEEDED: [Needed; 18] = [
    needs("/vms", "VM.Allocate"),
    needs("/vms", "VM.Audit"),
    needs("/vms", "VM.Backup"),
    needs("/vms", "VM.Clone"),
    needs("/vms", "VM.Config.CDROM"),
    needs("/vms", "VM.Config.CPU"),
    needs("/vms", "VM.Config.Cloudinit"),
    needs("/vms", "VM.Config.Disk"),
    needs("/vms", "VM.Config.HWType"),
    needs("/vms", "VM.Config.Memory"),
    needs("/vms", "VM.Config.Network"),
    needs("/vms", "VM.Config.Options"),
    needs("/vms", "VM.Migrate"),
    needs("/vms", "VM.PowerMgmt"),
    needs("/vms", "VM.Snapshot"),
    needs("/storage", "Datastore.AllocateSpace"),
    needs("/storage", "Datastore.Audit"),
    needs("/", "Sys.Audit"),
];
/// Beside [`NEEDED`]; a grant on the root may be made without handing it down.
const NODES: Needed = needs("/nodes", "Sys.Audit");

/// Everything that is needed on this version.
pub fn needed(version: &Version) -> Vec<Needed> {
    let mut needed = NEEDED.to_vec();
    needed.push(NODES);
    if version.is_at_least(8, 0) {
        needed.push(BRIDGES);
    }
    needed
}

/// What is not granted.
pub fn missing(version: &Version, granted: &Permissions) -> Vec<Needed> {
    needed(version)
        .into_iter()
        .filter(|needed| !granted.has(needed.path, needed.name))
        .collect()
}

/// The role that the README makes.
pub const ROLE: &str = "PUQKVM";

/// The commands that make a role with all of them, or bring one that is there to all of them, and give it to the credential.
/// A token may never do what its user may not, so the user gets the role, too; only `root@pam` may do everything already.
pub fn grant(version: &Version, user: &str, role_exists: bool) -> Sentence {
    let mut privileges: Vec<&str> = needed(version).iter().map(|needed| needed.name).collect();
    privileges.sort_unstable();
    privileges.dedup();
    let whom = match user.split_once('!') {
        Some(("root@pam", _)) => format!("--tokens '{user}'"),
        Some((owner, _)) => format!("--users '{owner}' --tokens '{user}'"),
        None => format!("--users '{user}'"),
    };
    // "add" is refused where the role exists, say of an older README with fewer privileges.
    let verb = if role_exists { "modify" } else { "add" };
    say::grant_command(format!(
        "pveum role {verb} {ROLE} --privs \"{}\"; pveum acl modify / {whom} --roles {ROLE}",
        privileges.join(" ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pve::calls::ENDPOINTS;
    use std::collections::{BTreeMap, BTreeSet};

    #[test]
    fn bridges_need_sdn_use_from_version_8_on() {
        let version = |major| Version {
            major,
            minor: 0,
            text: String::new(),
        };
        let has = |major| needed(&version(major)).contains(&BRIDGES);
        assert!(!has(7) && has(8) && has(9));
        assert!(
            !grant(&version(9), "w@pve!t", false)
                .as_str()
                .contains("VM.Monitor")
        );
    }

    #[test]
    fn the_readme_grants_what_is_needed_and_nothing_else() {
        let readme = include_str!("../../README.md");
        let role = readme.split("pveum role add PUQKVM --privs \"").nth(1);
        let role = role.and_then(|rest| rest.split('"').next());
        let granted: Vec<&str> = role
            .expect("the README has the role")
            .split_whitespace()
            .filter(|word| *word != "\\")
            .collect();
        let version = Version {
            major: 8,
            minor: 4,
            text: String::new(),
        };
        let needed: std::collections::BTreeSet<&str> =
            needed(&version).iter().map(|needed| needed.name).collect();
        assert_eq!(granted, needed.into_iter().collect::<Vec<_>>());
    }

    /// `privileges.jsonl` has for each call what Proxmox checks: of its API's description, and of what the call itself looks
    /// at; of a configuration what is written there (network card, disk, CD drive, CPU, memory, hotplug, name, cloud-init).
    #[test]
    fn the_calls_need_all_of_it_and_nothing_else() {
        let facts: BTreeMap<String, serde_json::Value> =
            include_str!("../../tests/fixtures/pve/privileges.jsonl")
                .lines()
                .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
                .map(|fact| (fact["call"].as_str().unwrap().to_owned(), fact))
                .collect();
        let pairs = |fact: &serde_json::Value, key: &str| -> Vec<(String, String)> {
            serde_json::from_value(fact[key].clone()).unwrap_or_default()
        };
        let version = Version {
            major: 9,
            minor: 0,
            text: String::new(),
        };
        let asked: BTreeSet<(String, String)> = needed(&version)
            .iter()
            .map(|needed| {
                let root = needed.path.split('/').nth(1).unwrap_or_default();
                (format!("/{root}"), needed.name.to_owned())
            })
            .collect();
        let mut called = BTreeSet::new();
        for (method, path) in ENDPOINTS {
            let fact = facts.get(&format!("{method} {path}"));
            let fact = fact.unwrap_or_else(|| panic!("no facts of {method} {path}"));
            if path.contains("/vnc") {
                continue;
            }
            called.extend(pairs(fact, "all"));
            let any = pairs(fact, "any");
            assert!(
                any.is_empty() || any.iter().any(|one| asked.contains(one)),
                "{path}"
            );
        }
        assert_eq!(asked, called);
        assert_eq!(
            facts.len(),
            ENDPOINTS.len(),
            "facts of calls that are made no more"
        );
    }

    #[test]
    fn a_token_gets_what_its_user_may_as_well() {
        let version = Version {
            major: 8,
            minor: 4,
            text: String::new(),
        };
        for (user, whom) in [
            ("w@pve!t", "/ --users 'w@pve' --tokens 'w@pve!t' --roles"),
            ("root@pam!t", "/ --tokens 'root@pam!t' --roles"),
            ("w@pve", "/ --users 'w@pve' --roles"),
        ] {
            let command = grant(&version, user, false);
            assert!(command.as_str().contains(whom), "{command}");
            assert!(command.as_str().contains("role add PUQKVM"), "{command}");
            assert!(
                grant(&version, user, true)
                    .as_str()
                    .contains("role modify PUQKVM")
            );
        }
    }

    #[test]
    fn what_reads_the_whole_cluster_is_needed_at_the_root() {
        // GET /cluster/status and its like check Sys.Audit on / itself: a grant on /nodes alone does not reach it.
        let version = Version {
            major: 8,
            minor: 4,
            text: String::new(),
        };
        let below: BTreeMap<String, BTreeMap<String, bool>> = needed(&version)
            .iter()
            .filter(|needed| needed.path != "/")
            .fold(BTreeMap::new(), |mut all, needed| {
                all.entry(needed.path.to_owned())
                    .or_insert_with(BTreeMap::new)
                    .insert(needed.name.to_owned(), true);
                all
            });
        let missing = missing(&version, &Permissions(below));
        let missing: Vec<Sentence> = missing.iter().map(Needed::sentence).collect();
        assert_eq!(missing, ["Sys.Audit on / (the state of the cluster)"]);
    }

    #[test]
    fn what_is_granted_at_the_root_is_missing_nowhere() {
        let version = Version {
            major: 9,
            minor: 0,
            text: String::new(),
        };
        let all: BTreeMap<String, bool> = needed(&version)
            .iter()
            .map(|needed| (needed.name.to_owned(), true))
            .collect();
        let granted = Permissions(BTreeMap::from([("/".to_owned(), all)]));
        assert_eq!(missing(&version, &granted), []);
        assert_eq!(
            missing(&version, &Permissions::default()).len(),
            needed(&version).len()
        );
    }
}
