//! The name of a task of Proxmox.

use super::NodeName;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// A task's unique id, `UPID:node:pid:pstart:starttime:type:id:user:`.
///
/// It prints exactly as it was read. For a clone `id` is the *template's* number, not the new VM's.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Upid {
    text: String,
    /// The node that runs it: its status is asked there.
    pub node: NodeName,
    /// The worker's process number.
    pub pid: u32,
    /// The worker's start in clock ticks since the node's boot. After 497 days of uptime it outgrows 8 digits.
    pub pstart: u64,
    /// Seconds since 1970, by the node's clock.
    pub starttime: u64,
    /// What it does: `qmclone`, `qmstart`, `vzdump` …
    pub kind: String,
    /// What it does it to; may be empty.
    pub id: String,
    /// `user@realm`, with `!token` where an API token started it.
    pub user: String,
}

/// The text is no UPID.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no task id")]
pub struct BadUpid(pub String);

impl FromStr for Upid {
    type Err = BadUpid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || BadUpid(text.chars().take(120).collect());
        let parts: Vec<&str> = text.split(':').collect();
        let [head, node, pid, pstart, starttime, kind, id, user, rest] = parts[..] else {
            return Err(bad());
        };
        let is_name =
            !node.is_empty() && node.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let hex = |digits: &str, lengths: std::ops::RangeInclusive<usize>| {
            let plain = digits.bytes().all(|b| b.is_ascii_hexdigit());
            if !plain || !lengths.contains(&digits.len()) {
                return None;
            }
            u64::from_str_radix(digits, 16).ok()
        };
        if head != "UPID" || !rest.is_empty() || !is_name || kind.is_empty() || user.is_empty() {
            return Err(bad());
        }
        if text.contains(char::is_whitespace) {
            return Err(bad());
        }
        let pid = hex(pid, 8..=8)
            .and_then(|n| u32::try_from(n).ok())
            .ok_or_else(bad)?;
        let pstart = hex(pstart, 8..=16).ok_or_else(bad)?;
        let starttime = hex(starttime, 8..=8).ok_or_else(bad)?;
        Ok(Self {
            text: text.to_owned(),
            node: NodeName(node.to_owned()),
            pid,
            pstart,
            starttime,
            kind: kind.to_owned(),
            id: id.to_owned(),
            user: user.to_owned(),
        })
    }
}

impl Upid {
    /// The text as Proxmox wrote it.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Upid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for Upid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Upid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_id_prints_as_it_was_read() {
        for text in [
            "UPID:pve:00000219:000788D1:6B038996:qmclone:9000:whmcs@pve!rec:",
            "UPID:pve-1:000000CF:00074D13:6B0388FD:vzdump::root@pam:",
            // Up for more than 497 days: nine digits.
            "UPID:pve:000000CF:1A0074D13:6B0388FD:qmstart:100:root@pam:",
        ] {
            let upid: Upid = text.parse().unwrap();
            assert_eq!(upid.to_string(), text);
        }
        let upid: Upid = "UPID:pve:00000219:000788D1:6B038996:qmclone:9000:whmcs@pve!rec:"
            .parse()
            .unwrap();
        assert_eq!(
            (upid.node.as_str(), upid.pid, upid.pstart),
            ("pve", 537, 493_777)
        );
        assert_eq!(
            (upid.starttime, upid.kind.as_str()),
            (1_795_393_942, "qmclone")
        );
        assert_eq!(
            (upid.id.as_str(), upid.user.as_str()),
            ("9000", "whmcs@pve!rec")
        );
    }

    #[test]
    fn what_is_no_task_id_is_refused() {
        for text in [
            "",
            "nonsense",
            "UPID:pve:00000219:000788D1:6B038996:qmclone:9000:whmcs@pve!rec",
            "UPID:pve:219:000788D1:6B038996:qmclone:9000:whmcs@pve!rec:",
            "UPID:../x:00000219:000788D1:6B038996:qmclone:9000:whmcs@pve!rec:",
            "UPID:pve:00000219:000788D1:6B038996:qmclone:9000::",
            "UPID:pve:+0000219:000788D1:6B038996:qmclone:9000:root@pam:",
            "UPID:pve:00000219:000788D1:6B038996:qm clone:9000:root@pam:",
        ] {
            assert!(text.parse::<Upid>().is_err(), "{text}");
        }
    }
}
