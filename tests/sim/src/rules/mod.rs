//! The parameter rules of the real API, as data, and the check against them.
//!
//! `rules/methods.json` holds one line per path and method, `rules/vmconfig.json` the VM options that create and both
//! config calls share, `rules/formats.json` the property strings.

mod check;
mod formats;
mod property;

pub use check::{Errors, UNKNOWN, check, validate};
pub use formats::parse_boolean;
pub use property::parse_property;

use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

/// One parameter's rule.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Param {
    /// `string`, `integer`, `number`, `boolean` or `array`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Named format; with a leading `@` or found among the property strings, a property string.
    pub format: Option<String>,
    /// Smallest number.
    pub minimum: Option<f64>,
    /// Largest number.
    pub maximum: Option<f64>,
    /// Longest text, in characters.
    #[serde(rename = "maxLength")]
    pub max_length: Option<usize>,
    /// Shortest text, in characters.
    #[serde(rename = "minLength")]
    pub min_length: Option<usize>,
    /// Allowed values.
    #[serde(rename = "enum")]
    pub choices: Option<Vec<String>>,
    /// Pattern for the whole value.
    pub pattern: Option<String>,
    /// 1 = may be left out.
    pub optional: u8,
    /// Needs this other parameter.
    pub requires: Option<String>,
    /// In property strings: this key stands for another.
    pub alias: Option<String>,
    /// In property strings: the key itself is the value of this other key.
    #[serde(rename = "keyAlias")]
    pub key_alias: Option<String>,
    /// In property strings: the key of a value without one.
    pub default_key: u8,
}

/// One path and method.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Method {
    /// Path with `{names}`.
    pub path: String,
    /// HTTP method.
    pub method: String,
    /// Parameters, path parameters included.
    pub params: BTreeMap<String, Param>,
    /// `vmconfig` when the shared VM options belong to it.
    pub group: Option<String>,
    /// `check` or `user`.
    pub permissions: Option<Value>,
    /// Runs in pvedaemon.
    pub protected: u8,
    /// API tokens may call it.
    pub allowtoken: u8,
    /// Name of the parameter that tells the node.
    pub proxyto: Option<String>,
    /// Unknown parameters are let through.
    pub open: u8,
}

/// All rules.
pub struct Rules {
    methods: Vec<Method>,
    by_length: HashMap<(String, usize), Vec<usize>>,
    vmconfig: BTreeMap<String, Param>,
    formats: BTreeMap<String, BTreeMap<String, Param>>,
}

/// A request's place in the API.
pub struct Route {
    /// The rule.
    pub method: &'static Method,
    /// Values of the `{names}`.
    pub captured: Vec<(String, String)>,
}

/// The rules, read once.
pub fn rules() -> &'static Rules {
    static RULES: OnceLock<Rules> = OnceLock::new();
    RULES.get_or_init(|| {
        let methods: Vec<Method> = data(include_str!("../../rules/methods.json"));
        let mut by_length: HashMap<(String, usize), Vec<usize>> = HashMap::new();
        for (index, m) in methods.iter().enumerate() {
            let key = (m.method.clone(), m.path.split('/').count());
            by_length.entry(key).or_default().push(index);
        }
        Rules {
            methods,
            by_length,
            vmconfig: data(include_str!("../../rules/vmconfig.json")),
            formats: data(include_str!("../../rules/formats.json")),
        }
    })
}

fn data<T: serde::de::DeserializeOwned>(text: &str) -> T {
    serde_json::from_str(text).expect("the rule files are part of the crate and valid")
}

impl Rules {
    /// Finds the rule for a decoded path (without `/api2/json`).
    ///
    /// Volume names and CIDRs contain slashes; Proxmox gives them all of the rest of the path.
    pub fn route(&'static self, method: &str, path: &str) -> Option<Route> {
        let parts: Vec<&str> = path.trim_end_matches('/').split('/').collect();
        for length in (2..=parts.len()).rev() {
            let Some(candidates) = self.by_length.get(&(method.to_owned(), length)) else {
                continue;
            };
            let mut best: Option<(usize, Route)> = None;
            for &index in candidates {
                let rule = &self.methods[index];
                let greedy = rule.path.ends_with("{volume}") || rule.path.ends_with("{cidr}");
                if length < parts.len() && !greedy {
                    continue;
                }
                let Some(captured) = fit(&rule.path, &parts, length) else {
                    continue;
                };
                let dynamic = captured.len();
                if best.as_ref().is_none_or(|(fewest, _)| dynamic < *fewest) {
                    best = Some((
                        dynamic,
                        Route {
                            method: rule,
                            captured,
                        },
                    ));
                }
            }
            if let Some((_, route)) = best {
                return Some(route);
            }
        }
        None
    }

    /// The rule of a parameter, numbered ones (`net0`) included.
    pub fn param<'a>(&'a self, method: &'a Method, name: &str) -> Option<&'a Param> {
        let numbered = || {
            let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
            if stem.len() == name.len() {
                return None;
            }
            let number: u32 = name[stem.len()..].parse().ok()?;
            (number < highest(stem)).then(|| format!("{stem}[n]"))
        };
        if let Some(found) = method.params.get(name) {
            return Some(found);
        }
        let shared = method.group.as_deref() == Some("vmconfig");
        if shared && let Some(found) = self.vmconfig.get(name) {
            return Some(found);
        }
        let general = numbered()?;
        method
            .params
            .get(&general)
            .or_else(|| shared.then(|| self.vmconfig.get(&general)).flatten())
    }

    /// The rule of a VM option, whatever the call.
    pub fn option(&self, name: &str) -> Option<&Param> {
        let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
        self.vmconfig
            .get(name)
            .or_else(|| self.vmconfig.get(&format!("{stem}[n]")))
    }

    /// A property string's keys.
    pub fn format(&self, name: &str) -> Option<&BTreeMap<String, Param>> {
        self.formats.get(name.strip_prefix('@').unwrap_or(name))
    }
}

/// How many devices of a kind there may be (qemu-server's MAX_… constants).
fn highest(stem: &str) -> u32 {
    match stem {
        "ide" => 4,
        "scsi" => 31,
        "sata" => 6,
        "virtio" => 16,
        "net" | "ipconfig" => 32,
        "unused" => 256,
        "serial" => 4,
        "parallel" => 3,
        "usb" => 14,
        "hostpci" => 16,
        "numa" => 8,
        "virtiofs" => 10,
        _ => 0,
    }
}

fn fit(pattern: &str, parts: &[&str], length: usize) -> Option<Vec<(String, String)>> {
    let mut captured = Vec::new();
    for (at, piece) in pattern.split('/').enumerate() {
        let last = at + 1 == length;
        match piece.strip_prefix('{').and_then(|p| p.strip_suffix('}')) {
            Some(name) if last => captured.push((name.to_owned(), parts[at..].join("/"))),
            Some(name) => captured.push((name.to_owned(), parts[at].to_owned())),
            None if piece == parts[at] => {}
            None => return None,
        }
    }
    captured
        .iter()
        .all(|(_, value)| !value.is_empty())
        .then_some(captured)
}
