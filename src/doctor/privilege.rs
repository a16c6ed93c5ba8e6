//! The privileges provisioning needs, by Proxmox version, and the command that grants them.

use crate::pve::{Permissions, Version};

/// A privilege and where it is needed.
pub type Needed = (&'static str, &'static str);

const VMS: &[&str] = &[
    "VM.Allocate",
    "VM.Audit",
    "VM.Backup",
    "VM.Clone",
    "VM.Config.CDROM",
    "VM.Config.CPU",
    "VM.Config.Cloudinit",
    "VM.Config.Disk",
    "VM.Config.HWType",
    "VM.Config.Memory",
    "VM.Config.Network",
    "VM.Config.Options",
    "VM.Console",
    "VM.Migrate",
    "VM.PowerMgmt",
    "VM.Snapshot",
    "VM.Snapshot.Rollback",
];
const STORAGE: &[&str] = &["Datastore.AllocateSpace", "Datastore.Audit"];
/// On the root itself: quorum, HA and the datacenter's firewall are read there, beside what a node tells of itself.
const ROOT: &[&str] = &["Sys.Audit"];

/// Everything that is needed on this version. Bridges are guarded by `SDN.Use` since 8.0; `VM.Monitor` is asked for
/// nowhere, since 9.0 does not know it any more.
pub fn needed(version: &Version) -> Vec<Needed> {
    let mut needed: Vec<Needed> = VMS.iter().map(|privilege| ("/vms", *privilege)).collect();
    needed.extend(STORAGE.iter().map(|privilege| ("/storage", *privilege)));
    needed.extend(ROOT.iter().map(|privilege| ("/", *privilege)));
    needed.extend(ROOT.iter().map(|privilege| ("/nodes", *privilege)));
    if version.is_at_least(8, 0) {
        needed.push(("/sdn/zones/localnetwork", "SDN.Use"));
    }
    needed
}

/// What is not granted.
pub fn missing(version: &Version, granted: &Permissions) -> Vec<Needed> {
    needed(version)
        .into_iter()
        .filter(|(path, privilege)| !granted.has(path, privilege))
        .collect()
}

/// The role that the README makes.
pub const ROLE: &str = "PUQKVM";

/// The commands that make a role with all of them, or bring one that is there to all of them, and give it to the credential. A token may never do what its user may
/// not, so the user gets the role, too; only `root@pam` may everything already.
pub fn grant(version: &Version, user: &str, role_exists: bool) -> String {
    let mut privileges: Vec<&str> = needed(version)
        .iter()
        .map(|(_, privilege)| *privilege)
        .collect();
    privileges.sort_unstable();
    privileges.dedup();
    let whom = match user.split_once('!') {
        Some(("root@pam", _)) => format!("--tokens '{user}'"),
        Some((owner, _)) => format!("--users '{owner}' --tokens '{user}'"),
        None => format!("--users '{user}'"),
    };
    // "add" is refused where the role exists, say of an older README with fewer privileges.
    let verb = if role_exists { "modify" } else { "add" };
    format!(
        "On a node: pveum role {verb} {ROLE} --privs \"{}\"; pveum acl modify / {whom} --roles {ROLE}",
        privileges.join(" ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn bridges_need_sdn_use_from_version_8_on() {
        let version = |major| Version {
            major,
            minor: 0,
            text: String::new(),
        };
        let has = |major| needed(&version(major)).contains(&("/sdn/zones/localnetwork", "SDN.Use"));
        assert!(!has(7) && has(8) && has(9));
        assert!(!grant(&version(9), "w@pve!t", false).contains("VM.Monitor"));
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
            needed(&version).iter().map(|(_, name)| *name).collect();
        assert_eq!(granted, needed.into_iter().collect::<Vec<_>>());
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
            assert!(command.contains(whom), "{command}");
            assert!(command.contains("role add PUQKVM"), "{command}");
            assert!(grant(&version, user, true).contains("role modify PUQKVM"));
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
            .filter(|(path, _)| *path != "/")
            .fold(BTreeMap::new(), |mut all, (path, name)| {
                all.entry((*path).to_owned())
                    .or_insert_with(BTreeMap::new)
                    .insert((*name).to_owned(), true);
                all
            });
        assert_eq!(missing(&version, &Permissions(below)), [("/", "Sys.Audit")]);
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
            .map(|(_, name)| ((*name).to_owned(), true))
            .collect();
        let granted = Permissions(BTreeMap::from([("/".to_owned(), all)]));
        assert_eq!(missing(&version, &granted), []);
        assert_eq!(
            missing(&version, &Permissions::default()).len(),
            needed(&version).len()
        );
    }
}
