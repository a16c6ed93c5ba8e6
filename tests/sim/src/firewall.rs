//! One firewall file: options, rules, IP sets, aliases.

use crate::vm::hex;
use serde_json::{Value, json};
use sha1::{Digest, Sha1};
use std::collections::BTreeMap;

/// Options, rules, IP sets and aliases of a VM, a node or the datacenter.
#[derive(Clone, Debug, Default)]
pub struct Firewall {
    /// Options.
    pub options: BTreeMap<String, String>,
    /// Rules, top first.
    pub rules: Vec<BTreeMap<String, String>>,
    /// IP sets by name.
    pub ipsets: BTreeMap<String, IpSet>,
    /// Aliases: name → (CIDR, comment).
    pub aliases: BTreeMap<String, (String, String)>,
    /// Security groups: name → rules.
    pub groups: BTreeMap<String, Vec<BTreeMap<String, String>>>,
}

/// One IP set.
#[derive(Clone, Debug, Default)]
pub struct IpSet {
    /// Comment.
    pub comment: String,
    /// Entries, oldest first: (CIDR, nomatch, comment).
    pub entries: Vec<(String, bool, String)>,
}

impl Firewall {
    /// Options as the API shows them.
    pub fn options_json(&self) -> Value {
        let mut out = fields(&self.options);
        out["digest"] = digest(&format!("{:?}", self.options), self.options.is_empty()).into();
        out
    }

    /// Rules with positions and their common digest.
    pub fn rules_json(rules: &[BTreeMap<String, String>]) -> Value {
        let digest = rules_digest(rules);
        let rows = rules.iter().enumerate().map(|(pos, rule)| {
            let mut row = fields(rule);
            row["pos"] = pos.into();
            row["digest"] = digest.as_str().into();
            row
        });
        rows.collect()
    }

    /// Digest of the IP set list.
    pub fn sets_digest(&self) -> String {
        digest(&format!("{:?}", self.ipsets), self.ipsets.is_empty())
    }
}

impl IpSet {
    /// Digest of the entries.
    pub fn digest(&self) -> String {
        digest(&format!("{:?}", self.entries), false)
    }

    /// Entries as the API shows them.
    pub fn json(&self) -> Value {
        let digest = self.digest();
        let rows = self.entries.iter().map(|(cidr, nomatch, comment)| {
            let mut row = json!({ "cidr": cidr, "digest": digest });
            if *nomatch {
                row["nomatch"] = 1.into();
            }
            if !comment.is_empty() {
                row["comment"] = comment.as_str().into();
            }
            row
        });
        rows.collect()
    }
}

/// Digest of a rule list.
pub fn rules_digest(rules: &[BTreeMap<String, String>]) -> String {
    digest(&format!("{rules:?}"), rules.is_empty())
}

/// SHA-1 of a file's text; an absent file has that of nothing.
fn digest(text: &str, empty: bool) -> String {
    hex(&Sha1::digest(if empty { "" } else { text }.as_bytes()))
}

/// Firewall values: switches are numbers, ports and the like stay text.
fn fields(values: &BTreeMap<String, String>) -> Value {
    const NUMBERS: &[&str] = &[
        "enable",
        "dhcp",
        "ndp",
        "radv",
        "macfilter",
        "ipfilter",
        "ebtables",
        "nosmurfs",
        "tcpflags",
    ];
    let mut out = json!({});
    for (key, value) in values {
        let number = NUMBERS
            .contains(&key.as_str())
            .then(|| value.parse::<i64>().ok())
            .flatten();
        out[key] = number.map_or_else(|| value.as_str().into(), Value::from);
    }
    out
}
