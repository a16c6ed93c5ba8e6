//! Credentials and privileges.

use crate::fail::Fail;
use crate::rules::Method;
use crate::scenario::Scenario;
use crate::world::World;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Who calls.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Identity {
    /// `name@realm`.
    pub user: String,
    /// Token name, for API tokens.
    pub token: Option<String>,
}

impl Identity {
    /// `name@realm` or `name@realm!token`.
    pub fn full_name(&self) -> String {
        match &self.token {
            Some(token) => format!("{}!{token}", self.user),
            None => self.user.clone(),
        }
    }

    /// Only `root@pam` itself, no token of it, may set some options.
    pub fn is_root(&self) -> bool {
        self.user == "root@pam" && self.token.is_none()
    }
}

const ALL: &[&str] = &[
    "Datastore.Allocate",
    "Datastore.AllocateSpace",
    "Datastore.AllocateTemplate",
    "Datastore.Audit",
    "Group.Allocate",
    "Mapping.Audit",
    "Mapping.Modify",
    "Mapping.Use",
    "Permissions.Modify",
    "Pool.Allocate",
    "Pool.Audit",
    "Realm.Allocate",
    "Realm.AllocateUser",
    "SDN.Allocate",
    "SDN.Audit",
    "SDN.Use",
    "Sys.AccessNetwork",
    "Sys.Audit",
    "Sys.Console",
    "Sys.Incoming",
    "Sys.Modify",
    "Sys.PowerMgmt",
    "Sys.Syslog",
    "User.Modify",
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

/// All privileges that this release knows (`VM.Monitor` went away with 9.0, guest agent ones came).
pub fn privileges(major: u32) -> BTreeSet<String> {
    let mut all: BTreeSet<String> = ALL.iter().map(|p| (*p).to_owned()).collect();
    if major >= 9 {
        for name in [
            "VM.GuestAgent.Audit",
            "VM.GuestAgent.FileRead",
            "VM.GuestAgent.FileSystemMgmt",
            "VM.GuestAgent.FileWrite",
            "VM.GuestAgent.Unrestricted",
            "VM.Replicate",
        ] {
            all.insert(name.to_owned());
        }
    } else {
        all.insert("VM.Monitor".to_owned());
    }
    all
}

/// Built-in and scenario roles: name → privileges.
pub fn roles(scenario: &Scenario, major: u32) -> BTreeMap<String, BTreeSet<String>> {
    let all = privileges(major);
    let of = |keep: &dyn Fn(&str) -> bool| all.iter().filter(|p| keep(p)).cloned().collect();
    let admin_not = [
        "Permissions.Modify",
        "Sys.Modify",
        "Sys.PowerMgmt",
        "Sys.Incoming",
        "Sys.AccessNetwork",
        "Realm.Allocate",
        "Mapping.Modify",
    ];
    let mut roles: BTreeMap<String, BTreeSet<String>> = BTreeMap::from([
        ("Administrator".into(), all.clone()),
        ("NoAccess".into(), BTreeSet::new()),
        ("PVEAdmin".into(), of(&|p| !admin_not.contains(&p))),
        ("PVEAuditor".into(), of(&|p| p.ends_with(".Audit"))),
        ("PVEVMAdmin".into(), of(&|p| p.starts_with("VM."))),
        (
            "PVEVMUser".into(),
            of(&|p| {
                [
                    "VM.Audit",
                    "VM.Backup",
                    "VM.Config.CDROM",
                    "VM.Config.Cloudinit",
                    "VM.Console",
                    "VM.PowerMgmt",
                ]
                .contains(&p)
            }),
        ),
        (
            "PVEDatastoreUser".into(),
            of(&|p| ["Datastore.AllocateSpace", "Datastore.Audit"].contains(&p)),
        ),
        (
            "PVEDatastoreAdmin".into(),
            of(&|p| p.starts_with("Datastore.")),
        ),
        ("PVEPoolAdmin".into(), of(&|p| p.starts_with("Pool."))),
        (
            "PVESDNUser".into(),
            of(&|p| ["SDN.Audit", "SDN.Use"].contains(&p)),
        ),
        (
            "PVEUserAdmin".into(),
            of(&|p| ["Group.Allocate", "Realm.AllocateUser", "User.Modify"].contains(&p)),
        ),
    ]);
    for (name, stem, last) in [
        ("PVEMappingAdmin", "Mapping.", ""),
        ("PVEMappingUser", "Mapping.", "Modify"),
        ("PVEPoolUser", "Pool.", "Allocate"),
        ("PVESDNAdmin", "SDN.", ""),
        ("PVESysAdmin", "Sys.", "Modify"),
    ] {
        let held = of(&|p| p.starts_with(stem) && (last.is_empty() || !p.ends_with(last)));
        roles.insert(name.into(), held);
    }
    roles.insert(
        "PVETemplateUser".into(),
        of(&|p| ["VM.Audit", "VM.Clone"].contains(&p)),
    );
    for (name, list) in &scenario.roles {
        let known = list.iter().filter(|p| all.contains(*p)).cloned().collect();
        roles.insert(name.clone(), known);
    }
    roles
}

impl World {
    /// True when an access list gives the privilege at `path`: the closest entry on the way to the root decides.
    fn gives(&self, acl: &BTreeMap<String, Vec<String>>, path: &str, privilege: &str) -> bool {
        let mut at = path.trim_end_matches('/');
        loop {
            if let Some(names) = acl.get(if at.is_empty() { "/" } else { at }) {
                return names.iter().any(|name| match self.roles.get(name) {
                    Some(role) => role.contains(privilege),
                    None => name == privilege,
                });
            }
            match at.rfind('/') {
                Some(cut) => at = &at[..cut],
                None => return false,
            }
        }
    }

    /// True when the caller has the privilege there.
    pub fn may(&self, who: &Identity, path: &str, privilege: &str) -> bool {
        let known = self.roles.get("Administrator");
        let user = if who.user == "root@pam" {
            known.is_some_and(|all| all.contains(privilege))
        } else {
            let found = self.users.iter().find(|u| u.id == who.user);
            found.is_some_and(|u| self.gives(&u.acl, path, privilege))
        };
        if who.token.is_none() || !user {
            return user;
        }
        let name = who.full_name();
        let token = self.tokens.iter().find(|t| t.id == name);
        token.is_some_and(|t| !t.privsep || self.gives(&t.acl, path, privilege))
    }

    /// Privileges of a caller on one path.
    pub fn held(&self, who: &Identity, path: &str) -> BTreeSet<String> {
        let all = self.roles.get("Administrator").into_iter().flatten();
        all.filter(|p| self.may(who, path, p)).cloned().collect()
    }

    /// As [`World::may`], with the 403 of Proxmox.
    ///
    /// # Errors
    /// `Permission check failed (path, privilege)`.
    pub fn need(&self, who: &Identity, path: &str, privilege: &str) -> Result<(), Fail> {
        if self.may(who, path, privilege) {
            Ok(())
        } else {
            Err(Fail::denied(path, privilege))
        }
    }

    /// One of several privileges.
    ///
    /// # Errors
    /// The 403, privileges joined by `|`.
    pub fn need_any(&self, who: &Identity, path: &str, list: &[&str]) -> Result<(), Fail> {
        if list.iter().any(|p| self.may(who, path, p)) {
            Ok(())
        } else {
            Err(Fail::denied(path, &list.join("|")))
        }
    }

    /// The permission rule of a method.
    ///
    /// # Errors
    /// The 403 of the first test that fails.
    pub fn check_permissions(
        &self,
        who: &Identity,
        method: &Method,
        params: &BTreeMap<String, String>,
    ) -> Result<(), Fail> {
        let Some(rule) = method.permissions.as_ref().and_then(|p| p.get("check")) else {
            return Ok(());
        };
        self.evaluate(who, rule, params)
    }

    fn evaluate(
        &self,
        who: &Identity,
        rule: &Value,
        params: &BTreeMap<String, String>,
    ) -> Result<(), Fail> {
        let Some(items) = rule.as_array() else {
            return Ok(());
        };
        match items.first().and_then(Value::as_str) {
            Some("and") => items[1..]
                .iter()
                .try_for_each(|r| self.evaluate(who, r, params)),
            Some("or") => {
                let mut first = Ok(());
                for test in &items[1..] {
                    match self.evaluate(who, test, params) {
                        Ok(()) => return Ok(()),
                        Err(fail) if first.is_ok() => first = Err(fail),
                        Err(_) => {}
                    }
                }
                first
            }
            Some("perm") => {
                let template = items[1].as_str().unwrap_or("/");
                if items.get(3).and_then(Value::as_str) == Some("require_param") {
                    let name = items[4].as_str().unwrap_or("");
                    if !params.contains_key(name) {
                        return Err(Fail::denied("/pool", "VM.Allocate"));
                    }
                }
                let mut path = template.to_owned();
                for (name, value) in params {
                    path = path.replace(&format!("{{{name}}}"), value);
                }
                let list: Vec<&str> = items[2]
                    .as_array()
                    .map(|l| l.iter().filter_map(Value::as_str).collect())
                    .unwrap_or_default();
                if items.get(3).and_then(Value::as_str) == Some("any") {
                    return self.need_any(who, &path, &list);
                }
                list.iter().try_for_each(|p| self.need(who, &path, p))
            }
            _ => Ok(()),
        }
    }

    /// `GET /access/permissions`.
    pub fn permissions_json(&self, who: &Identity) -> Value {
        let mut paths: BTreeSet<String> = [
            "/",
            "/access",
            "/access/groups",
            "/nodes",
            "/pool",
            "/sdn",
            "/storage",
            "/vms",
        ]
        .iter()
        .map(|p| (*p).to_owned())
        .collect();
        let name = who.full_name();
        for acl in self
            .users
            .iter()
            .filter(|u| u.id == who.user)
            .map(|u| &u.acl)
            .chain(self.tokens.iter().filter(|t| t.id == name).map(|t| &t.acl))
        {
            paths.extend(acl.keys().cloned());
        }
        let mut all = Map::new();
        for path in paths {
            let held = self.held(who, &path);
            if !held.is_empty() {
                let row: Map<String, Value> = held.into_iter().map(|p| (p, 1.into())).collect();
                all.insert(path, Value::Object(row));
            }
        }
        Value::Object(all)
    }
}
