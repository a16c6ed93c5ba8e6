//! How long each kind of request may take. Time that PHP spends in host calls does not count.

use std::time::Duration;

/// Reads of the cluster's memory (config, status, resources). A healthy node answers in milliseconds, a hung guest's
/// monitor lets `status/current` take up to five seconds.
pub const READ: Duration = Duration::from_secs(10);

/// Reads that ask a storage (content lists, free space). pveproxy gives up the leg to the other node after 30 s with
/// 596, so one second more lets that answer arrive and be told from silence.
pub const STORAGE_READ: Duration = Duration::from_secs(31);

/// Writes. A write is answered, or given up by pveproxy with 596, after 30 s of silence on the inner leg; a VM's
/// config lock (10 s) and a storage's lock (10 s, then 60 s of work) lie before that. Twice the inner limit means
/// that silence beyond it is the network's, not Proxmox's.
pub const WRITE: Duration = Duration::from_secs(60);

/// Signing in. A wrong password is answered after three seconds, an LDAP realm may take several.
pub const LOGIN: Duration = Duration::from_secs(20);

/// Asking the guest agent, which Proxmox itself waits several seconds for.
pub const AGENT: Duration = Duration::from_secs(15);
