//! Building paths and forms. Nothing is glued into a path unencoded.

use super::deadline::Burden;
use crate::model::{NodeName, Vmid};
use crate::net::{Method, is_secret_name};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use std::fmt::Display;

/// Everything but the unreserved characters of RFC 3986. In a form body a bare `=` would cut the value there and a
/// bare `+` would become a blank (pve-http-server splits before it decodes).
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// Percent-encodes one part of a path, or one name or value of a form.
pub fn encode(text: &str) -> String {
    percent_encode(text.as_bytes(), UNRESERVED).to_string()
}

/// Joins parts to a path, each of them encoded. A part of dots alone would be taken as a way upwards.
pub(super) fn path(parts: &[&dyn Display]) -> String {
    let mut path = String::new();
    for part in parts {
        let part = part.to_string();
        path.push('/');
        match part.as_str() {
            "." | ".." => path.push_str(&part.replace('.', "%2E")),
            _ => path.push_str(&encode(&part)),
        }
    }
    path
}

/// Names and values in the order in which they are sent.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Params(Vec<(String, String)>);

impl Params {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// One more.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Display) -> Self {
        self.0.push((name.to_owned(), value.to_string()));
        self
    }

    /// One more, where there is a value.
    #[must_use]
    pub fn maybe(self, name: &str, value: Option<impl Display>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// A flag as Perl takes it.
    #[must_use]
    pub fn flag(self, name: &str, on: bool) -> Self {
        self.with(name, u8::from(on))
    }

    /// Names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `name=value&…`, encoded.
    pub fn form(&self) -> String {
        let pair = |(name, value): (&str, &str)| format!("{}={}", encode(name), encode(value));
        self.iter().map(pair).collect::<Vec<_>>().join("&")
    }

    /// Names and values with the secret ones starred.
    pub fn redacted(&self) -> Vec<(String, String)> {
        let star = |(name, value): (&str, &str)| {
            (name.to_owned(), crate::net::redact(name, value).to_owned())
        };
        self.iter().map(star).collect()
    }

    /// A text of Proxmox's with every secret value of this request starred: it quotes what it refuses.
    pub(super) fn hide_in(&self, text: &str) -> String {
        let secret = self
            .iter()
            .filter(|(name, value)| is_secret_name(name) && value.len() >= 4);
        secret.fold(text.to_owned(), |text, (_, value)| {
            text.replace(value, "***")
        })
    }
}

impl std::fmt::Debug for Params {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map().entries(self.redacted()).finish()
    }
}

/// A change of a config: keys to set in order, keys to delete, and the digest it is based on.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Change {
    /// Keys and values, sent in this order.
    pub set: Params,
    /// Keys to remove.
    pub delete: Vec<String>,
    /// The digest of the config this change was made from; Proxmox refuses it if that has changed since.
    pub digest: Option<String>,
}

impl Change {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Based on the config with this digest.
    #[must_use]
    pub fn based_on(mut self, digest: &str) -> Self {
        self.digest = (!digest.is_empty()).then(|| digest.to_owned());
        self
    }

    /// Sets a key.
    #[must_use]
    pub fn set(mut self, key: impl Display, value: impl Display) -> Self {
        self.set = self.set.with(&key.to_string(), value);
        self
    }

    /// Removes a key.
    #[must_use]
    pub fn delete(mut self, key: impl Display) -> Self {
        self.delete.push(key.to_string());
        self
    }

    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        self.set.is_empty() && self.delete.is_empty()
    }

    pub(super) fn params(&self) -> Params {
        let delete = (!self.delete.is_empty()).then(|| self.delete.join(","));
        self.set
            .clone()
            .maybe("delete", delete)
            .maybe("digest", self.digest.as_ref())
    }
}

/// One call of the API.
#[derive(Clone, Debug)]
pub(super) struct Call {
    /// What is tried, for people: "clone template 9000 on pve1 to VM 2002".
    pub(super) what: String,
    pub(super) method: Method,
    /// The path below `/api2/json`, encoded.
    pub(super) path: String,
    pub(super) params: Params,
    pub(super) burden: Burden,
}

impl Call {
    pub(super) fn new(method: Method, path: String, what: impl Into<String>) -> Self {
        let burden = if method.is_read() {
            Burden::Read
        } else {
            Burden::Write
        };
        Self {
            what: what.into(),
            method,
            path,
            params: Params::new(),
            burden,
        }
    }

    pub(super) fn params(mut self, params: Params) -> Self {
        self.params = params;
        self
    }

    pub(super) fn burden(mut self, burden: Burden) -> Self {
        self.burden = burden;
        self
    }

    /// Path and query, and the body where the method has one. pve-http-server reads the parameters of GET and DELETE
    /// from the query, of POST and PUT from the body.
    pub(super) fn encoded(&self) -> (String, Option<String>) {
        let path = format!("/api2/json{}", self.path);
        match self.method {
            Method::Get | Method::Delete if self.params.is_empty() => (path, None),
            Method::Get | Method::Delete => (format!("{path}?{}", self.params.form()), None),
            Method::Post | Method::Put | Method::Patch => (path, Some(self.params.form())),
        }
    }
}

/// `/nodes/{node}/qemu/{vmid}` and what follows.
pub(super) fn vm_path(node: &NodeName, vmid: Vmid, rest: &[&dyn Display]) -> String {
    let mut parts: Vec<&dyn Display> = vec![&"nodes", node, &"qemu", &vmid];
    parts.extend(rest);
    path(&parts)
}

/// `/nodes/{node}` and what follows.
pub(super) fn node_path(node: &NodeName, rest: &[&dyn Display]) -> String {
    let mut parts: Vec<&dyn Display> = vec![&"nodes", node];
    parts.extend(rest);
    path(&parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_a_path_is_encoded() {
        let node = NodeName::from("pve");
        let upid = "UPID:pve:00000219:000788D1:6B038996:qmclone:9000:whmcs@pve!rec:";
        assert_eq!(
            node_path(&node, &[&"tasks", &upid, &"status"]),
            "/nodes/pve/tasks/UPID%3Apve%3A00000219%3A000788D1%3A6B038996%3Aqmclone%3A9000%3Awhmcs%40pve%21rec%3A/status"
        );
        assert_eq!(
            path(&[&"nodes", &"../x?y", &".."]),
            "/nodes/..%2Fx%3Fy/%2E%2E"
        );
    }

    #[test]
    fn forms_encode_what_proxmox_would_cut_or_change() {
        let params = Params::new()
            .with("net0", "virtio,bridge=vmbr0")
            .with("note", "a+b c&d=é");
        assert_eq!(
            params.form(),
            "net0=virtio%2Cbridge%3Dvmbr0&note=a%2Bb%20c%26d%3D%C3%A9"
        );
    }

    #[test]
    fn secrets_show_neither_in_a_log_nor_in_an_answer_that_quotes_them() {
        let params = Params::new()
            .with("ciuser", "debian")
            .with("cipassword", "Secr3t");
        assert!(!format!("{params:?}").contains("Secr3t"));
        assert_eq!(
            params.hide_in("got 'Secr3t' for debian"),
            "got '***' for debian"
        );
    }

    #[test]
    fn a_change_keeps_its_order() {
        let change = Change::new()
            .based_on("abc")
            .set("cores", 2)
            .delete("net1")
            .delete("ide0");
        assert_eq!(
            change.params().form(),
            "cores=2&delete=net1%2Cide0&digest=abc"
        );
        assert!(Change::new().based_on("abc").is_empty());
    }
}
