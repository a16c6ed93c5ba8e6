//! Firewall calls of VMs, nodes and the datacenter.

use super::{Call, unserved};
use crate::fail::{Fail, Reply};
use crate::firewall::{Firewall, IpSet, rules_digest};
use crate::world::World;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Whose firewall.
#[derive(Clone, Debug)]
pub enum Scope {
    /// The datacenter's.
    Cluster,
    /// A node's.
    Node(String),
    /// A VM's.
    Vm(u32),
}

/// A firewall call; `rest` is the path after `firewall`.
pub fn answer(world: &mut World, call: &Call, scope: Scope, method: &str, rest: &str) -> Reply {
    let vm_scope = matches!(scope, Scope::Vm(_));
    let Some(firewall) = file(world, scope) else {
        return unserved(call);
    };
    let section = rest.trim_start_matches('/').split('/').next().unwrap_or("");
    match section {
        "" => Ok(
            json!([{ "name": "options" }, { "name": "rules" }, { "name": "ipset" }, { "name": "aliases" }]),
        ),
        "options" => options(firewall, call, method),
        "rules" => rules(&mut firewall.rules, call, method),
        "ipset" => ipset(firewall, call, method, rest),
        "aliases" => aliases(firewall, call, method),
        "groups" if !vm_scope => groups(firewall, call, method, rest),
        "refs" => Ok(refs(firewall)),
        "log" => Ok(json!([{ "n": 1, "t": "no content" }])),
        "macros" => Ok(
            json!([{ "macro": "SSH", "descr": "Secure shell traffic" }, { "macro": "Web", "descr": "WWW traffic (HTTP and HTTPS)" }]),
        ),
        _ => unserved(call),
    }
}

fn file(world: &mut World, scope: Scope) -> Option<&mut Firewall> {
    match scope {
        Scope::Cluster => Some(&mut world.firewall),
        Scope::Node(name) => Some(world.node_firewalls.entry(name).or_default()),
        Scope::Vm(vmid) => world.vms.get_mut(&vmid).map(|vm| &mut vm.firewall),
    }
}

fn check_digest(call: &Call, current: &str) -> Result<(), Fail> {
    match call.get("digest") {
        Some(given) if given != current => {
            let text = "detected modified configuration - file changed by other user? Try again.";
            Err(Fail::internal(text))
        }
        _ => Ok(()),
    }
}

/// The call's own values: no path parts, no control parameters; booleans as 1 and 0.
fn values(call: &Call) -> BTreeMap<String, String> {
    const CONTROL: &[&str] = &[
        "node", "vmid", "pos", "digest", "delete", "moveto", "name", "cidr", "group", "rename",
    ];
    let kept = call
        .params
        .iter()
        .filter(|(k, v)| !CONTROL.contains(&k.as_str()) && !v.is_empty());
    kept.map(|(key, value)| {
        let rule = crate::rules::rules().param(call.rule, key);
        let boolean = rule
            .filter(|r| r.kind == "boolean")
            .and_then(|_| crate::rules::parse_boolean(value));
        (
            key.clone(),
            boolean.map_or_else(|| value.clone(), |yes| (yes as u8).to_string()),
        )
    })
    .collect()
}

fn deleted(call: &Call) -> Vec<String> {
    let keys = call
        .text("delete")
        .split([',', ';', ' '])
        .filter(|k| !k.is_empty());
    keys.map(str::to_owned).collect()
}

fn options(firewall: &mut Firewall, call: &Call, method: &str) -> Reply {
    if method == "GET" {
        return Ok(firewall.options_json());
    }
    let current = firewall.options_json()["digest"]
        .as_str()
        .unwrap_or("")
        .to_owned();
    check_digest(call, &current)?;
    for key in deleted(call) {
        firewall.options.remove(&key);
    }
    firewall.options.extend(values(call));
    Ok(Value::Null)
}

fn rules(rules: &mut Vec<BTreeMap<String, String>>, call: &Call, method: &str) -> Reply {
    let at = call
        .number("pos")
        .filter(|_| call.rule.path.ends_with("{pos}"));
    let absent = |pos: i64| Fail::internal(format!("no rule at position {pos}"));
    if method != "GET" {
        check_digest(call, &rules_digest(rules))?;
    }
    match (method, at) {
        ("GET", None) => Ok(Firewall::rules_json(rules)),
        ("GET", Some(pos)) => {
            let all = Firewall::rules_json(rules);
            all.get(pos as usize).cloned().ok_or_else(|| absent(pos))
        }
        ("POST", _) => {
            let mut rule = values(call);
            rule.entry("enable".into()).or_insert_with(|| "0".into());
            // A new rule goes to the top, whatever position is given (`unshift` in PVE::API2::Firewall::Rules).
            rules.insert(0, rule);
            Ok(Value::Null)
        }
        ("PUT", Some(pos)) => {
            if pos < 0 || pos as usize >= rules.len() {
                return Err(absent(pos));
            }
            let pos = pos as usize;
            if let Some(to) = call.number("moveto") {
                let rule = rules.remove(pos);
                let to = to.max(0) as usize;
                // The target counts in the list as it was before.
                let to = if to > pos { to - 1 } else { to };
                rules.insert(to.min(rules.len()), rule);
            } else {
                for key in deleted(call) {
                    rules[pos].remove(&key);
                }
                rules[pos].extend(values(call));
            }
            Ok(Value::Null)
        }
        ("DELETE", Some(pos)) => {
            if pos < 0 || pos as usize >= rules.len() {
                return Err(absent(pos));
            }
            rules.remove(pos as usize);
            Ok(Value::Null)
        }
        _ => unserved(call),
    }
}

fn ipset(firewall: &mut Firewall, call: &Call, method: &str, rest: &str) -> Reply {
    let name = call.text("name").to_owned();
    let digest = firewall.sets_digest();
    if rest == "/ipset" {
        if method == "GET" {
            let rows = firewall.ipsets.iter().map(|(name, set)| {
                let mut row = json!({ "name": name, "digest": digest });
                if !set.comment.is_empty() {
                    row["comment"] = set.comment.as_str().into();
                }
                row
            });
            return Ok(rows.collect());
        }
        if let Some(old) = call.get("rename") {
            let Some(set) = firewall.ipsets.remove(old) else {
                return Err(Fail::param("name", format!("IPSet '{old}' does not exist")));
            };
            firewall.ipsets.insert(name, set);
            return Ok(Value::Null);
        }
        if firewall.ipsets.contains_key(&name) {
            return Err(Fail::param(
                "name",
                format!("IPSet '{name}' already exists"),
            ));
        }
        let set = IpSet {
            comment: call.text("comment").to_owned(),
            entries: Vec::new(),
        };
        firewall.ipsets.insert(name, set);
        return Ok(Value::Null);
    }
    let Some(set) = firewall.ipsets.get_mut(&name) else {
        return Err(Fail::internal(format!("no such IPSet '{name}'")));
    };
    let cidr = call.text("cidr").to_owned();
    let entry_path = rest.ends_with("{cidr}");
    match (method, entry_path) {
        ("GET", false) => Ok(set.json()),
        ("POST", false) => {
            if set.entries.iter().any(|(c, ..)| *c == cidr) {
                return Err(Fail::param(
                    "cidr",
                    format!("address '{cidr}' already exists"),
                ));
            }
            let zero = cidr
                .rsplit_once('/')
                .is_some_and(|(_, prefix)| prefix.trim_start_matches('0').is_empty());
            if zero {
                let text = "a zero prefix is not allowed in ipset entries";
                return Err(Fail::param("cidr", text.to_owned()));
            }
            set.entries
                .push((cidr, call.flag("nomatch"), call.text("comment").to_owned()));
            Ok(Value::Null)
        }
        ("DELETE", false) => {
            if !set.entries.is_empty() && !call.flag("force") {
                return Err(Fail::internal(format!("IPSet '{name}' is not empty")));
            }
            firewall.ipsets.remove(&name);
            Ok(Value::Null)
        }
        ("GET", true) => {
            let all = set.json();
            let found = all
                .as_array()
                .and_then(|rows| rows.iter().find(|r| r["cidr"] == cidr.as_str()).cloned());
            found.ok_or_else(|| Fail::internal("no such IP/Network"))
        }
        ("PUT", true) => match set.entries.iter_mut().find(|(c, ..)| *c == cidr) {
            Some(entry) => {
                entry.1 = call.flag("nomatch");
                entry.2 = call.text("comment").to_owned();
                Ok(Value::Null)
            }
            None => Err(Fail::internal("no such IP/Network")),
        },
        ("DELETE", true) => {
            check_digest(call, &set.digest())?;
            set.entries.retain(|(c, ..)| *c != cidr);
            Ok(Value::Null)
        }
        _ => unserved(call),
    }
}

fn aliases(firewall: &mut Firewall, call: &Call, method: &str) -> Reply {
    let name = call.text("name").to_owned();
    let absent = || Fail::internal(format!("no such alias '{name}'"));
    let row = |name: &str, (cidr, comment): &(String, String)| json!({ "name": name, "cidr": cidr, "comment": comment });
    let single = call.rule.path.ends_with("{name}");
    match (method, single) {
        ("GET", false) => Ok(firewall.aliases.iter().map(|(n, a)| row(n, a)).collect()),
        ("GET", true) => firewall
            .aliases
            .get(&name)
            .map(|a| row(&name, a))
            .ok_or_else(absent),
        ("POST", _) | ("PUT", _) => {
            if method == "POST" && firewall.aliases.contains_key(&name) {
                return Err(Fail::param(
                    "name",
                    format!("alias '{name}' already exists"),
                ));
            }
            let value = (
                call.text("cidr").to_owned(),
                call.text("comment").to_owned(),
            );
            firewall.aliases.insert(name, value);
            Ok(Value::Null)
        }
        ("DELETE", _) => firewall
            .aliases
            .remove(&name)
            .map(|_| Value::Null)
            .ok_or_else(absent),
        _ => unserved(call),
    }
}

fn groups(firewall: &mut Firewall, call: &Call, method: &str, rest: &str) -> Reply {
    let name = call.text("group").to_owned();
    if rest == "/groups" {
        if method == "GET" {
            return Ok(firewall
                .groups
                .keys()
                .map(|g| json!({ "group": g }))
                .collect());
        }
        firewall.groups.entry(name).or_default();
        return Ok(Value::Null);
    }
    let single = rest.ends_with("{pos}");
    if method == "DELETE" && !single {
        firewall.groups.remove(&name);
        return Ok(Value::Null);
    }
    match firewall.groups.get_mut(&name) {
        Some(list) => rules(list, call, method),
        None => Err(Fail::internal(format!(
            "security group '{name}' does not exist"
        ))),
    }
}

fn refs(firewall: &Firewall) -> Value {
    let sets = firewall
        .ipsets
        .keys()
        .map(|n| json!({ "type": "ipset", "name": n, "ref": format!("+{n}"), "scope": "guest" }));
    let aliases = firewall
        .aliases
        .keys()
        .map(|n| json!({ "type": "alias", "name": n, "ref": n, "scope": "guest" }));
    sets.chain(aliases).collect()
}
